"""The operations of `Size` that are written in terms of its ring: quotients, maxima, substitution, values and text.

`Size` stands below the modules that say how these are done; importing this one gives them to it.
"""

from __future__ import annotations

from shapecheck.sizes.algebra.compounds import positive, substitute
from shapecheck.sizes.algebra.division import floor_divide
from shapecheck.sizes.algebra.point_values import evaluate
from shapecheck.sizes.algebra.size import Size
from shapecheck.sizes.algebra.totals import total
from shapecheck.sizes.writing.show import show

__all__ = ["Size"]

Size.divided = floor_divide
Size.positive_part = positive
Size.substituted = substitute
Size.evaluated = evaluate
Size.shown = show
Size.totalled = total
