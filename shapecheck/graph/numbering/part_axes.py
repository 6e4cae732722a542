"""First indices of the axes of parts of blocks: `y.c[0, T]` counts as `c` does in its block.

In: a path, and the first indices of the graph that it stands in.  Out: its axes with their first indices, which are
those of the block's body on its own; None where they are unknown, so that the axes count from 0.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from shapecheck.graph.block_definitions import REPEAT, Definition
from shapecheck.graph.nodes import Call, Cut, Point, Step, Subscript, Whole
from shapecheck.graph.reads import nodes_below
from shapecheck.ops.elementwise import MIXED, combine
from shapecheck.record import record
from shapecheck.sizes import ONE, Size

if TYPE_CHECKING:
    from shapecheck.graph.numbering.first_indices import FirstIndices

Firsts = tuple[Size | None, ...]


@record
class Axes:
    """First indices of all axes of a part."""

    sites: tuple[Firsts, ...]
    """Members of the applications on the path, step by step."""
    front: Firsts
    """Axes over which the block is mapped."""
    own: Firsts
    """Axes of the family."""
    cell: Firsts
    """Axes of one member."""


def axes_of(known: FirstIndices, path: Sequence[Step]) -> Axes | None:
    """The axes of the part at the end of a path."""
    found = [axes for call, sites, rest in _entered(known, path) for axes in [_inside(known, call, sites, rest)]]
    return found[0] if found and all(axes == found[0] for axes in found) else None


def part_rank(known: FirstIndices, path: Sequence[Step]) -> int | None:
    """The number of axes of the part at the end of a path, less those that its subscripts take."""
    found = {_rank(known, call, sites, rest) for call, sites, rest in _entered(known, path)}
    rank = found.pop() if len(found) == 1 else None
    return None if rank is None else rank - sum(not _keeps(item) for step in path for item in step.subscripts)


def _keeps(item: Subscript) -> bool:
    """Whether a subscript keeps its axis."""
    return isinstance(item, Cut | Whole)


def _rank(known: FirstIndices, call: Call, sites: tuple[Firsts, ...], rest: Sequence[Step]) -> int | None:
    """The number of all axes of a part of one application."""
    definition = call.repeats if call.definition is REPEAT else call.definition
    body = None if definition is None or definition is REPEAT or not rest else known.of_body(definition)
    front = None if body is None or definition is None else _front(known, call, definition)
    if body is None or front is None:
        return None
    left = sum(map(len, sites))
    name, families = rest[0].name, body.graph.families
    if len(rest) > 1 or name not in families:
        found = {_rank(body, *entered) for entered in _entered(body, rest)}
        inner = found.pop() if len(found) == 1 else None
        return None if inner is None else left + len(front) + inner
    own = body.ranks.family(name)
    if own is None:
        return None
    return left + own + (0 if families[name].holds_weights else len(front))


def _entered(known: FirstIndices, path: Sequence[Step]) -> Iterator[tuple[Call, tuple[Firsts, ...], Sequence[Step]]]:
    """The calls that the first steps may mean, with the first indices of their members, step by step."""
    for equation in known.graph.equations:
        lows = {index.symbol: known.low(index, equation.value) for index in equation.indices}
        for call in (node for node in nodes_below(equation.value) if isinstance(node, Call)):
            site, first = call.site, path[0]
            own = tuple(size.substitute(lows) for size in site.axes)
            passes: Firsts = (ONE,) if call.definition is REPEAT else ()
            if site.base and first.name == site.base and site.whole:
                yield call, ((*own, *passes),), path[1:]
            elif site.base and first.name == site.base and len(path) > 1 and path[1].name == site.label:
                if _is_meant(call, path[1]):
                    yield call, (own, (*_number(call), *passes)), path[2:]
            elif first.name == site.label and site.base in ("", "y", "value") and _is_meant(call, first):
                yield call, ((*_number(call), *passes),), path[1:]


def _is_meant(call: Call, step: Step) -> bool:
    """Whether a step means this application, by its number among several of one block."""
    number = call.site.number
    if number is None:
        return True
    first = step.subscripts[0] if step.subscripts else None
    return isinstance(first, Point) and first.size.constant == number


def _number(call: Call) -> Firsts:
    return () if call.site.number is None else (None,)


def _inside(known: FirstIndices, call: Call, sites: tuple[Firsts, ...], rest: Sequence[Step]) -> Axes | None:
    definition = call.repeats if call.definition is REPEAT else call.definition
    if definition is None or definition is REPEAT or not rest:
        return None
    body = known.of_body(definition)
    if body is None:
        return None
    name, graph = rest[0].name, body.graph
    if len(rest) > 1 or name not in graph.families:
        inner = axes_of(body, rest)
        if inner is None:
            return None
        front = _front(known, call, definition)
        return None if front is None else replace(inner, sites=(*sites, *inner.sites), front=(*front, *inner.front))
    front = () if graph.families[name].holds_weights else _front(known, call, definition)
    if front is None:
        return None
    numbering = graph.numbering.get(name, ())
    count = len(graph.families[name].axes)
    return Axes(sites, front, tuple(map(_fixed, numbering[:count])), tuple(map(_fixed, numbering[count:])))


def _front(known: FirstIndices, call: Call, definition: Definition) -> Firsts | None:
    """First indices of the axes that a block is mapped over; None where their number is unknown."""
    ports = definition.inputs
    count = known.ranks.front(replace(call, definition=definition, ports=ports))
    if count is None:
        return None
    operands = [known.of(argument) for argument, port in zip(call.arguments, ports) if port.leading]
    front = combine([operand[:count] for operand in operands])
    return (*front, *(None for _ in range(count - len(front))))


def _fixed(first: Size | None) -> Size | None:
    """A first index that is a number, `MIXED` for one that depends on the block's own sizes."""
    return first if first is None or first.constant is not None else MIXED
