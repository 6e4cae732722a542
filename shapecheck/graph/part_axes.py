"""Where the axes of parts start counting: `y.c[0, T]` as `c` is numbered in its block, behind what is mapped over.

In: a path, and the numbering of the graph that it stands in.  Out: its axes with their first indices, which a block's
body on its own tells; None where that is not plain to see, so that the axes count from 0.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from shapecheck.graph.blocks import REPEAT, Definition
from shapecheck.graph.nodes import Call, Point, Step
from shapecheck.graph.reads import nodes_below
from shapecheck.ops.elementwise import MIXED, combine
from shapecheck.record import record
from shapecheck.sizes import ONE, Size

if TYPE_CHECKING:
    from shapecheck.graph.numbering import Numberer

Firsts = tuple[Size | None, ...]


@record
class Axes:
    """First indices: `sites` of the members of applications on the way, with the number of subscripts of each step;
    `front` of what is mapped over, `own` of the family's axes, `cell` of those of one member."""

    sites: tuple[Firsts, ...]
    front: Firsts
    own: Firsts
    cell: Firsts


def axes_of(numberer: Numberer, path: Sequence[Step]) -> Axes | None:
    """The axes of what a path means."""
    found = [axes for call, sites, rest in _entered(numberer, path) for axes in [_inside(numberer, call, sites, rest)]]
    return found[0] if found and all(axes == found[0] for axes in found) else None


def _entered(numberer: Numberer, path: Sequence[Step]) -> Iterator[tuple[Call, tuple[Firsts, ...], Sequence[Step]]]:
    """The calls that the first steps may mean, with the first indices of their members, step by step."""
    for equation in numberer.graph.equations:
        lows = {index.symbol: numberer.low(index, equation.value) for index in equation.indices}
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
    """Whether the number that a step gives among several applications is this one's."""
    number = call.site.number
    if number is None:
        return True
    first = step.subscripts[0] if step.subscripts else None
    return isinstance(first, Point) and first.size.constant == number


def _number(call: Call) -> Firsts:
    return () if call.site.number is None else (None,)


def _inside(numberer: Numberer, call: Call, sites: tuple[Firsts, ...], rest: Sequence[Step]) -> Axes | None:
    definition = call.repeats if call.definition is REPEAT else call.definition
    if definition is None or definition is REPEAT or not rest:
        return None
    body = _body(definition, numberer)
    if body is None:
        return None
    name, graph = rest[0].name, body.graph
    if len(rest) > 1 or name not in graph.families:
        inner = axes_of(body, rest)
        if inner is None:
            return None
        front = _front(numberer, call, definition)
        return None if front is None else replace(inner, sites=(*sites, *inner.sites), front=(*front, *inner.front))
    front = () if graph.families[name].holds_weights else _front(numberer, call, definition)
    if front is None:
        return None
    numbering = graph.numbering.get(name, ())
    count = len(graph.families[name].axes)
    return Axes(sites, front, tuple(map(_fixed, numbering[:count])), tuple(map(_fixed, numbering[count:])))


def _body(definition: Definition, numberer: Numberer) -> Numberer | None:
    """The numbering of a block's body on its own; None where it can only be looked at as it is applied."""
    from shapecheck.graph.bodies import on_its_own

    made = None if definition.is_function else on_its_own(definition, numberer.graph)
    return None if made is None else type(numberer)(made[0])


def _front(numberer: Numberer, call: Call, definition: Definition) -> Firsts | None:
    """Of the axes that a block is mapped over; None where it is not plain how many there are."""
    ports = definition.inputs
    count = numberer.ranks.front(replace(call, definition=definition, ports=ports))
    if count is None:
        return None
    operands = [numberer.of(argument) for argument, port in zip(call.arguments, ports) if port.leading]
    front = combine([operand[:count] for operand in operands])
    return (*front, *(None for _ in range(count - len(front))))


def _fixed(first: Size | None) -> Size | None:
    """A first index that is a number; one that depends on the block's own sizes is not clear outside."""
    return first if first is None or first.constant is not None else MIXED
