"""Ranges that the text leaves open: how far an index runs, since what reads it has to stay inside.

In: a box of a network whose values have been walked.  Out: links from the axes that are read to the ranges of the
indices over them, and back where an axis is as long as the range of the index over it.
"""

from __future__ import annotations

from collections.abc import Iterator

from shapecheck.explain.carriers import ON_THE_SIDE, Box, Network
from shapecheck.explain.model import Filled, Piece, Words
from shapecheck.explain.naming import is_single
from shapecheck.explain.slots import BACKWARD, SILENT, Carrier, Slot, Why
from shapecheck.graph.nodes import Cut, Default, Node, Part, Point, Read, Subscript
from shapecheck.infer.model import Interval
from shapecheck.infer.regions import image
from shapecheck.record import record
from shapecheck.sizes import ZERO, Relation, Size, ceil_divide, symbol


@record
class Access:
    """One subscript of a read, from `first` to `last`: it lies in `interval`, all members of an axis of size `slot`."""

    node: Node
    first: Size
    last: Size
    slot: Slot
    interval: Interval


def reaches(network: Network, box: Box) -> None:
    """The links of one box."""
    for access in _accesses(network, box):
        for name in sorted(access.first.names & access.last.names):
            if name in box.spans:
                _reach(network, box, access, name)


def _accesses(network: Network, box: Box) -> Iterator[Access]:
    guarded = {node.read for node in box.instance.shapes if isinstance(node, Default)}
    for node in list(box.values):
        if node in guarded:
            continue
        if isinstance(node, Read):
            yield from _of_read(network, box, node)
        elif isinstance(node, Part) and node.base in box.values:
            yield from _of_axes(node, box.values[node.base], node.subscripts)


def _of_read(network: Network, box: Box, node: Read) -> Iterator[Access]:
    arity = len(network.graph.families[node.family].axes)
    for axis, item in enumerate(node.subscripts[:arity]):
        carrier = network.axes.get((node.family, axis))
        if isinstance(item, Point | Cut) and carrier is not None and carrier.interval is not None:
            yield Access(node, *_ends(item), carrier.slot(0), carrier.interval)
    rest = node.subscripts[arity:]
    if rest:
        parts = [
            image(item.size, box.intervals) if isinstance(item, Point) else None for item in node.subscripts[:arity]
        ]
        for cell in network.hits(node.family, [*parts, *[None] * (arity - len(parts))])[:1]:
            yield from _of_axes(node, cell, rest)


def _of_axes(node: Node, base: Carrier, subscripts: tuple[Subscript, ...]) -> Iterator[Access]:
    for axis, item in enumerate(subscripts[: len(base.sizes)]):
        if isinstance(item, Point | Cut):
            yield Access(node, *_ends(item), base.slot(axis), Interval(ZERO, base.sizes[axis] - 1))


def _ends(item: Point | Cut) -> tuple[Size, Size]:
    return (item.size, item.size) if isinstance(item, Point) else (item.low, item.high)


def _reach(network: Network, box: Box, access: Access, name: str) -> None:
    """The statement of one read about one index, if that is the index's range."""
    own, axis = box.spans[name], access.interval
    first, last = access.first.linear_in(name), access.last.linear_in(name)
    if first is None or last is None or own.interval is None or first[0] is not last[0]:
        return
    below, above = (image(part[1], box.intervals, network.context) for part in (first, last))
    factor = first[0]
    if below is None or above is None or any(part[0] == "." for part in factor.names):
        return
    others = Interval(below.low, above.high)
    if not network.true(Relation(">=", factor, ZERO + 1), ()):
        return
    low, high = ceil_divide(axis.low - others.low, factor), (axis.high - others.high) // factor
    holds = (Relation("==", own.interval.low, network.put(low)), Relation("==", own.interval.high, network.put(high)))
    if not all(network.true(relation, ()) for relation in holds):
        return
    if own.name == ON_THE_SIDE and access.first is access.last is symbol(name) and own.interval.low is axis.low:
        network.links.add(own.slot(0), (access.slot,), Why(access.node.span, ()), holds, cost=SILENT)
        return
    premises = [
        access.slot,
        *(box.spans[part].slot(0) for part in sorted(first[1].names | last[1].names) if part in box.spans),
    ]
    why = Why(access.node.span, _inside(network, box, access, first[1].names | last[1].names))
    network.links.add(own.slot(0), premises, why, holds, (), _highest(axis, others, factor))
    if access.first is access.last is symbol(name) and own.interval.low is axis.low:
        back = Why(access.node.span, (network.quote(access.node.span), " has an entry for each ", *own.name))
        network.links.add(access.slot, (own.slot(0),), back, holds, cost=BACKWARD)


def _inside(network: Network, box: Box, access: Access, names: frozenset[str]) -> Words:
    words: list[Piece] = [
        network.quote(access.node.span),
        " stays inside ",
        access.interval.low,
        "..",
        access.interval.high,
    ]
    for name in sorted(names):
        span = box.spans.get(name)
        if span is not None and span.interval is not None and not is_single(span.interval):
            words += [" for ", *span.name, " in ", span.interval.low, "..", span.interval.high]
    return tuple(words)


def _highest(axis: Interval, others: Interval, factor: Size) -> Words:
    """The calculation of the last index, where it takes one."""
    if others.high is ZERO and factor.constant == 1:
        return ()
    end, last, step = symbol("slot0"), symbol("slot1"), symbol("slot2")
    if factor.constant == 1:
        return (Filled(end - last, (("slot0", axis.high), ("slot1", others.high))),)
    if others.high is ZERO:
        return (Filled(end // step, (("slot0", axis.high), ("slot2", factor))),)
    return (Filled((end - last) // step, (("slot0", axis.high), ("slot1", others.high), ("slot2", factor))),)
