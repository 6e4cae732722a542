"""Numbers as short texts that fit together: whole ones as such, others with the same few digits behind the point.

>>> texts([1.0, -0.5, 2.25])
('1.00', '-0.50', '2.25')
>>> texts([20.0, 0.0, -3.0])
('20', '0', '-3')
"""

from __future__ import annotations

from collections.abc import Sequence

from shapecheck.grids.model import Number

MOST_DIGITS = 4
"""Behind the point, where the numbers can be written exactly with as many; others get three."""
_INEXACT_DIGITS = 3


def texts(values: Sequence[Number], digits: int | None = None) -> tuple[str, ...]:
    """One text for each number; `digits` behind the point, as many as are needed where it is None."""
    reals = [value for value in values if isinstance(value, float) and abs(value) != float("inf")]
    count = needed(reals) if digits is None else digits
    widely = digits is None and not _legible(reals, count)
    return tuple(_text(value, count, widely) for value in values)


def needed(reals: Sequence[float]) -> int:
    """The fewest digits behind the point that are exact for all, else three."""
    for count in range(MOST_DIGITS + 1):
        if all(round(value, count) == value for value in reals):
            return count
    return _INEXACT_DIGITS


def _legible(reals: Sequence[float], count: int) -> bool:
    """Whether a fixed point shows all: none has more than seven digits before it, none but 0 would look like 0."""
    nonzero = [abs(value) for value in reals if value]
    exact = all(round(value, count) == value for value in nonzero)
    return all(value < 1e7 for value in nonzero) and (exact or max(nonzero) >= 10.0 ** (1 - count))


def _text(value: Number, count: int, widely: bool) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int) or abs(value) == float("inf"):
        return str(value)
    if widely and value:
        return f"{value:.2e}"
    text = f"{value:.{count}f}"
    return text[1:] if text.startswith("-") and not text.strip("-0.") else text
