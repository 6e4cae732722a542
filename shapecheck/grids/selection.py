"""The tensors to show, as they are asked for: `V`, `h[1..3]`, `I[0, :, :, 2]`, `c1.K[:, :, 0]`.

Comes in: the text, the names that there are, the sizes.  Goes out: a name and its subscripts, as numbers.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from shapecheck.grids import errors
from shapecheck.record import record

_NUMBER = r"(-?\d{1,18}|[^\W\d]\w*)"
_RANGE = re.compile(rf"\s*(?:{_NUMBER}\s*(\.\.\s*{_NUMBER})?|:)\s*")


@record
class Cut:
    """Entries `low..high`, both included; the whole axis where both are None.  `single` drops the axis."""

    low: int | None = None
    high: int | None = None
    single: bool = False

    def __str__(self) -> str:
        if self.low is None:
            return ":"
        return str(self.low) if self.single else f"{self.low}..{self.high}"


WHOLE = Cut()


@record
class Selection:
    """A tensor, or a part of it."""

    text: str
    name: str
    cuts: tuple[Cut, ...]


def selection(text: str, names: Sequence[str], sizes: Mapping[str, int]) -> Selection:
    """The selection that a text means: the longest name that it starts with, for names have brackets, too."""
    asked = text.strip()
    found = [name for name in names if asked == name or (asked.startswith(f"{name}[") and asked.endswith("]"))]
    if not found:
        raise errors.unknown(asked, names)
    name = max(found, key=len)
    inside = asked[len(name) + 1 : -1]
    return Selection(asked, name, tuple(_cut(asked, part, sizes) for part in inside.split(",")) if inside else ())


def _cut(asked: str, part: str, sizes: Mapping[str, int]) -> Cut:
    found = _RANGE.fullmatch(part)
    if found is None:
        raise errors.unreadable(asked, part.strip())
    if found[1] is None:
        return WHOLE
    low = _number(asked, found[1], sizes)
    return Cut(low, low, True) if found[2] is None else Cut(low, _number(asked, found[3], sizes))


def _number(asked: str, text: str, sizes: Mapping[str, int]) -> int:
    if text.lstrip("-").isdigit():
        return int(text)
    if text not in sizes:
        raise errors.unreadable(asked, text)
    return sizes[text]
