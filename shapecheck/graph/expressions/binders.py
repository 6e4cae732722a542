"""Indices that an expression or a declaration binds: `t in 1..T`."""

from __future__ import annotations

from shapecheck.graph import errors, size_errors
from shapecheck.graph.errors import Rejected
from shapecheck.graph.expressions.expression_reading import Reading
from shapecheck.graph.nodes import Index
from shapecheck.sizes import Size
from shapecheck.source import Span
from shapecheck.syntax import tree


def bind(reading: Reading, binder: tree.Binder, makes_axis: bool = False, grows: bool = False) -> Index:
    """A new index; with `makes_axis` its range may mention no other index, or with `grows` the equation's own."""
    if binder.range is None:
        _forbid_shadow(reading, binder.name, binder.span)
        return reading.names.index(binder.name, None, None, binder.span)
    if makes_axis:
        _forbid_data(reading, binder.range.low)
        _forbid_data(reading, binder.range.high)
    low, high = reading.size(binder.range.low), reading.size(binder.range.high)
    if makes_axis:
        allowed = reading.names.noted.own if grows else frozenset()
        _forbid_indices(reading, low, binder.range.low.span, allowed)
        _forbid_indices(reading, high, binder.range.high.span, allowed)
    return bind_within(reading, binder, low, high)


def bind_within(reading: Reading, binder: tree.Binder, low: Size, high: Size) -> Index:
    """A new index over this range, whatever range is written."""
    _forbid_shadow(reading, binder.name, binder.span)
    return reading.names.index(binder.name, low, high, binder.span)


def bind_with_range(reading: Reading, binder: tree.Binder, makes_axis: bool = False) -> Index:
    """A new index of a `for`, which needs a range."""
    return bind(reading, with_range(binder), makes_axis)


def with_range(binder: tree.Binder) -> tree.Binder:
    """The binder of a `for`; raises `Rejected` where it has no range."""
    if binder.range is None:
        why, form = f"the index {binder.name} needs a range", f"for {binder.name} in 1..T"
        raise Rejected(errors.bad_arguments("for", why, binder.span, form))
    return binder


def bind_all(reading: Reading, binders: tuple[tree.Binder, ...]) -> tuple[Index, ...]:
    """The indices of a big operator; a range may mention the indices before it."""
    indices: list[Index] = []
    for binder in binders:
        indices.append(bind(reading.within(*indices), binder))
    return tuple(indices)


def _forbid_shadow(reading: Reading, label: str, span: Span) -> None:
    outer = reading.scope.find(label)
    first = outer.span if outer is not None else reading.names.spans.get(label)
    if first is not None and not reading.scope.closed:
        raise Rejected(errors.shadows(label, span, first))


def _forbid_data(reading: Reading, end: tree.Expression) -> None:
    """Raises `Rejected` if the end of an axis is an entry of a tensor, since an axis has one size."""
    names = reading.names
    match end:
        case tree.Index(tree.Name(name), (tree.Name(label), *_)) if (
            name in names.families and name not in names.constants
        ):
            raise Rejected(size_errors.ragged_axis(name, label, end.span))
        case _:
            return


def _forbid_indices(reading: Reading, size: Size, span: Span, allowed: frozenset[str]) -> None:
    """Raises `Rejected` if the end of an axis depends on an index that is not allowed there."""
    for index in reading.scope:
        if index.symbol in size.names - allowed:
            raise Rejected(size_errors.range_on_index(span, index.label))
