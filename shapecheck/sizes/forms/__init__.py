"""Sizes written under what is assumed: `H / 4` where `H % 4 == 0`, each form proved before it is shown.

In: a size, the context, what the author wrote.  Out: a `Form`.  `congruences` solves what is assumed for names, `ratio`
puts it in and takes the quotients back, `bounded` leaves out the maxima that are settled, `phrasing` writes each
candidate in several ways, and `form` proves the shortest one.
"""

from shapecheck.sizes.forms.bounded import settled
from shapecheck.sizes.forms.congruences import divides
from shapecheck.sizes.forms.form import Form, Wanted, brief_text, form

__all__ = ["Form", "Wanted", "brief_text", "divides", "form", "settled"]
