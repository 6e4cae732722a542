"""One row of a table before its columns are chosen: a tensor, a set of weights, or a block where it is applied."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from shapecheck.ops.base import Windows
from shapecheck.record import record
from shapecheck.report.cells import Dims, Name, Phrase
from shapecheck.sizes import ONE, Size
from shapecheck.source import Span

Count = Size | None
"""A size, or None for a count that is not known."""
Scale = Callable[[Count], Count]
"""A function from the count of one member of a place to the count of all."""


@record(eq=False)
class Item:
    """`params`, `macs` and `entries` count all members.

    `blank` names the columns that say nothing of this row, `order` is where in the text it belongs, and `family` the
    tensor that it stands for in the whole spec.  The items inside of a block are its `parts`, whose parameters and
    multiply-accumulates add up to its own.
    """

    name: Name
    kind: str | Phrase
    shape: Dims
    span: Span
    params: Count
    macs: Count
    entries: Count
    windows: tuple[Windows, ...] = ()
    parts: tuple[Item, ...] = ()
    blank: frozenset[str] = frozenset()
    order: int = 0
    family: str = ""
    note: str = ""
    """The text in place of parameters that are counted in another row."""


def windows_phrase(windows: Sequence[Windows]) -> Phrase | str:
    """`3 x 3, stride 2, pad 1`; nothing where there are none, or several kinds.  Groups are told where all agree."""
    if len({(one.kernel, one.stride, one.padding, one.dilation) for one in windows}) != 1:
        return ""
    one = windows[0]
    parts: list[str | Size | Dims] = [Dims(one.kernel), ", stride ", _per_axis(one.stride), ", "]
    parts += _padding(one.padding)
    if any(size is not ONE for size in one.dilation):
        parts += [", dilation ", _per_axis(one.dilation)]
    if one.groups is not ONE and all(other.groups is one.groups for other in windows):
        parts += [", groups ", one.groups]
    return Phrase(tuple(parts))


def _per_axis(sizes: Sequence[Size]) -> Size | Dims:
    """One number where it is the same on all axes."""
    return sizes[0] if len(set(sizes)) == 1 else Dims(tuple(sizes))


def _padding(padding: str | tuple[tuple[Size, Size], ...]) -> list[str | Size | Dims]:
    if isinstance(padding, str):
        return [padding]
    if len({side for row in padding for side in row}) == 1:
        return ["pad ", padding[0][0]]
    rows: list[str | Size | Dims] = ["pad ["]
    for number, (before, after) in enumerate(padding):
        rows += ["; " if number else "", before, ", ", after]
    return [*rows, "]"]
