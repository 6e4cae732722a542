"""Ranges that the text leaves open, from the reads.

An index ranges over all that the reads allow.  In rounds, each read with one unknown index that is affine in it bounds
that index, given the ranges known already: `I[x + m]` with m in 0..M-1 gives x in 0..H-M.  Several reads of one axis of
one tensor take the tightest; different tensors must agree, provably; else the author writes the range.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from shapecheck.graph.nodes import Index
from shapecheck.infer.attempt import range_errors
from shapecheck.infer.attempt.solver import Blame
from shapecheck.infer.attempt.state import PATIENCE, Access, Frame, Pick, Variable
from shapecheck.infer.model import Interval
from shapecheck.infer.regions import image
from shapecheck.record import record
from shapecheck.sizes import ZERO, Relation, Size, ceil_divide, integer, symbol

if TYPE_CHECKING:
    from shapecheck.infer.attempt.one_attempt import Attempt


@record
class Reach:
    """The range that one read allows an index: `start` is where the axis begins."""

    access: Access
    low: Size
    high: Size
    start: Size


def resolve_ranges(attempt: Attempt, frame: Frame, patience: int) -> bool:
    """Set the open ranges of a frame as far as they follow; whether all are set."""
    while frame.open:
        if not _round(attempt, frame, patience):
            return False
    return True


def _round(attempt: Attempt, frame: Frame, patience: int) -> bool:
    known = _known_ranges(attempt, frame)
    for index in list(frame.open):
        if index.symbol in known:
            frame.open.remove(index)
            return True
        reaches = _reaches(attempt, frame, index, known, patience)
        if reaches:
            low, high = _agreed(attempt, index, reaches)
            interval = frame.ranges.get(index.symbol) or frame.bounds[index.symbol]
            blame = Blame(index.span, f"{index.label} to stay inside {reaches[0].access.name}")
            attempt.solver.equate(interval.low, low, blame)
            attempt.solver.equate(interval.high, high, blame)
            frame.open.remove(index)
            return True
    if patience >= PATIENCE:
        index = frame.open.pop(0)
        raise range_errors.unbounded_index(index)
    return False


def _known_ranges(attempt: Attempt, frame: Frame) -> dict[str, Interval]:
    """All ranges whose ends are known, outer to inner."""
    ranges: dict[str, Interval] = {}
    normal = attempt.solver.normal
    for name, interval in (*frame.ranges.items(), *frame.bounds.items()):
        low, high = normal(interval.low), normal(interval.high)
        if not any(part[0] == "?" for part in (*low.names, *high.names)):
            ranges[name] = Interval(low, high)
    return ranges


def _reaches(attempt: Attempt, frame: Frame, index: Index, known: dict[str, Interval], patience: int) -> list[Reach]:
    """The conditions of the reads on one index; empty if a read that will give more is not known yet."""
    found: list[Reach] = []
    for access in _bounding(frame, index):
        if any(name[0] == "." and name != index.symbol and name not in known for name in access.subscript.names):
            continue
        axis = axis_of(attempt, access)
        if axis is None:
            if patience == 0:
                return []
            continue
        reach = _reach(attempt, access, index, axis, known)
        if reach is not None:
            found.append(reach)
    return found


def _bounding(frame: Frame, index: Index) -> list[Access]:
    """The reads that bound the range of an index.

    Where there are no others: those in branches, then those in a `when`, then those with a `default`.
    """
    alone = [access for access in frame.accesses if _runs_over(access, index)]
    reads = [access for access in frame.accesses if not access.guarded and index.symbol in access.subscript.names]
    terms = [access for access in reads if index.symbol not in access.idle]
    return [access for access in terms if not access.facts] or terms or reads or alone


def _runs_over(access: Access, index: Index) -> bool:
    """Whether an index stands alone in the place of a read with a `default`: it runs over that axis."""
    return access.guarded and access.subscript + access.start is symbol(index.symbol)


def axis_of(attempt: Attempt, access: Access | Pick) -> Interval | None:
    """The members of the axis that is read, None while not known."""
    normal = attempt.solver.normal
    if access.family is not None:
        axis = attempt.axis(access.family, access.axis)
        low, high = normal(axis.low), normal(axis.high)
    else:
        assert access.base is not None
        dims = attempt.dims(access.base)
        if dims is None or access.axis >= len(dims):
            return None
        low, high = ZERO, dims[access.axis] - 1
    return None if any(name[0] == "?" for name in (*low.names, *high.names)) else Interval(low, high)


def _reach(attempt: Attempt, access: Access, index: Index, axis: Interval, known: dict[str, Interval]) -> Reach | None:
    linear = access.subscript.linear_in(index.symbol)
    if linear is None:
        return None
    factor, rest = linear
    others = image(rest, known, attempt.solver.context)
    if others is None or any(name[0] == "." for name in factor.names):
        return None
    if factor.constant is None and not attempt.solver.proved(Relation(">=", factor, integer(1))):
        return None
    if factor.constant is not None and factor.constant < 0:
        return Reach(
            access, ceil_divide(others.high - axis.high, -factor), (others.low - axis.low) // -factor, axis.low
        )
    return Reach(
        access, ceil_divide(axis.low - others.low, factor), (axis.high - others.high) // factor, axis.low + access.start
    )


def _agreed(attempt: Attempt, index: Index, reaches: list[Reach]) -> tuple[Size, Size]:
    """One range from all reads: the tightest per axis of a tensor, the same for all tensors."""
    by_axis: dict[tuple[str, int], list[Reach]] = {}
    for reach in reaches:
        by_axis.setdefault((reach.access.name, reach.access.axis), []).append(reach)
    tightest = [_tightest(attempt, index, group) for group in by_axis.values()]
    first = tightest[0]
    for other in tightest[1:]:
        for one, two in ((first.low, other.low), (first.high, other.high)):
            if one is not two and not attempt.solver.proved(Relation("==", one, two)):
                raise range_errors.ranges_disagree(index, first, other)
    if not any(
        first.low is reach.start or attempt.solver.proved(Relation("==", first.low, reach.start)) for reach in tightest
    ):
        raise range_errors.range_starts_late(index, first)
    return first.low, first.high


def _tightest(attempt: Attempt, index: Index, group: list[Reach]) -> Reach:
    low = _extreme(attempt, [reach.low for reach in group], ">=")
    high = _extreme(attempt, [reach.high for reach in group], "<=")
    if low is None or high is None:
        raise range_errors.ranges_unordered(index, group)
    return Reach(group[0].access, low, high, group[0].start)


def _extreme(attempt: Attempt, ends: list[Size], relation: Literal["<=", ">="]) -> Size | None:
    distinct = list(dict.fromkeys(ends))
    for end in distinct:
        if all(other is end or attempt.solver.proved(Relation(relation, end, other)) for other in distinct):
            return end
    return None


def tie_axes(attempt: Attempt, frame: Frame, patience: int) -> bool:
    """Axes of unknown extent that a bare index runs over are as long as its range (`g[c]`)."""
    if patience == 0:
        return False
    known = _known_ranges(attempt, frame)
    for access in frame.accesses:
        if access.base is not None and not access.guarded:
            _tie(attempt, access, access.base, known)
    return patience >= PATIENCE


def _tie(attempt: Attempt, access: Access, base: Variable, known: dict[str, Interval]) -> None:
    dims, names = attempt.dims(base), access.subscript.names
    if dims is None or access.axis >= len(dims) or not attempt.solver.unknowns(dims[access.axis]):
        return
    (name, *others) = names or ("",)
    if others or name not in known or access.subscript is not symbol(name):
        return
    attempt.solver.equate(
        dims[access.axis], known[name].high + 1, Blame(access.span, "an axis as long as the range of its index")
    )
