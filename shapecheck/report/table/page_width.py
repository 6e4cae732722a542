"""Columns of a table on a page: which of them break their lines, and how wide they may be.

In: the texts of all columns.  Out: a `Fit`.  Widths are estimates in points, at 10 pt and by the number of characters:
enough to tell a narrow table from a wide one; exact widths are the typesetter's business.
"""

from __future__ import annotations

from collections.abc import Sequence

from shapecheck.diagnostics.lines import text_width
from shapecheck.record import record

PAGE = 345.0
"""Points between the margins of a page, the least of common classes: LaTeX's article on A4 at 10 pt."""
LETTER, GAP = 5.0, 12.0
"""Points of a letter in the mean, and between two columns."""
LEAST = 95.0
"""Points below which a column of formulas is broken too often to be read."""


@record
class Fit:
    """The fit of a table to the width of a page.

    `shares` has for each column its part of what the narrow ones leave, 0 for a column that is as wide as its widest
    cell; `left` is what they leave, as a part of a line.  `is_small` where that is so little that smaller letters help.
    """

    shares: tuple[float, ...]
    left: float
    is_small: bool

    @property
    def breaks(self) -> bool:
        """Whether some column breaks its lines."""
        return any(self.shares)


def fit(columns: Sequence[Sequence[str]]) -> Fit:
    """The columns that have to break their lines: none where the table fits by itself."""
    needs = [max(map(text_width, column), default=0) * LETTER for column in columns]
    gaps = GAP * max(0, len(needs) - 1)
    if sum(needs) + gaps <= PAGE:
        return Fit((0.0,) * len(needs), 1.0, False)
    wide = [need if need > LEAST else 0.0 for need in needs]
    left = PAGE - gaps - (sum(needs) - sum(wide))
    least = LEAST * sum(need > 0 for need in wide)
    return Fit(_shared(wide, max(left, least)), max(0.0, left / PAGE), left < least)


def _shared(needs: Sequence[float], room: float) -> tuple[float, ...]:
    """The part of the room for each need: all of it where it is less than an equal part, and an equal part else."""
    parts = [0.0] * len(needs)
    waiting = sorted((need, place) for place, need in enumerate(needs) if need)
    rest = room
    for count, (need, place) in enumerate(waiting):
        parts[place] = min(need, rest / (len(waiting) - count))
        rest -= parts[place]
    return tuple(part / sum(parts) if part else 0.0 for part in parts)
