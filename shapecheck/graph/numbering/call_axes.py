"""First indices of the axes of a block's outputs, as the spec that applies the block sees them.

In: an application, and the first indices of the graph that it stands in.  Out: the numbering of one output.  Axes that
are mapped over count as in the arguments, declared ones as declared.  Another axis has the numbering of the argument
whose axis was handed on to it entry by entry; else it counts from 0.  A chain counts as if its text stood at the call.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from shapecheck.graph.applied_bodies import Body
from shapecheck.graph.block_definitions import REPEAT, Callee, Definition, Port
from shapecheck.graph.errors import NotFixed, Rejected
from shapecheck.graph.expressions.literals import literal
from shapecheck.graph.nodes import Call, Number
from shapecheck.ops.elementwise import MIXED, combine
from shapecheck.sizes import ONE, Proved, Relation, Size, decide, integer, symbol
from shapecheck.syntax import tree

if TYPE_CHECKING:
    from shapecheck.graph.numbering.first_indices import FirstIndices

Numbering = tuple[Size | None, ...]
UNCLEAR: Numbering = (MIXED,) * 16
"""The numbering of a value whose axes may count from anything, so that they cannot be subscripted."""


def output_axes(known: FirstIndices, call: Call, number: int) -> Sequence[Size | None]:
    """The numbering of one output of an application."""
    ports = call.ports
    if takes_any_shape(call):
        return _as_written_out(known, call, number)
    operands = [known.of(argument) for argument, _ in zip(call.arguments, ports)]
    own = declared_lows(call.definition.outputs[number])
    if not any(operands) and not any(low is not None for low in own):
        return ()
    count = known.ranks.front(call)
    if count is None:
        return UNCLEAR
    front = combine(operand[:count] for operand, port in zip(operands, ports) if port.leading)
    inner = [operand[count:] if port.leading else operand for operand, port in zip(operands, ports)]
    handed = _handed_on(known, call, number, dict(zip([port.name for port in ports], inner)))
    return [*front, *(None for _ in range(count - len(front))), *own, *handed[len(own) :]]


def takes_any_shape(call: Call) -> bool:
    """Whether no input of the block has a shape."""
    return call.definition is REPEAT or all(port.rank is None for port in call.ports)


def declared_lows(item: tree.Declared) -> list[Size | None]:
    """The first indices of the axes that an output is declared with; its other axes count from 0."""
    lows: list[Size | None] = []
    for binder in item.binders:
        low = None if binder.range is None else literal(binder.range.low)
        if isinstance(low, Number) and isinstance(low.value, int):
            lows.append(integer(low.value) if low.value else None)
        else:
            lows.append(MIXED)
    return lows


# ---- the body of one application -----------------------------------------------------------------


def body_of(known: FirstIndices, call: Call) -> Body | None:
    """The body of an application, with a symbol for each size; None where it cannot be read before shapes are known."""
    settings = call.settle({}) if call.definition not in known.within else None
    ranks = _ranks(known, call.ports, call)
    if settings is None or ranks is None:
        return None
    given = {
        port.name: tuple(symbol(f"'{port.name}.{axis}") for axis in range(rank))
        for port, rank in zip(call.ports, ranks)
    }
    try:
        return known.blocks.applied(call, dict(settings), given, known.graph, known.graph.context)
    except (Rejected, NotFixed):
        return None


def _ranks(known: FirstIndices, ports: Iterable[Port], call: Call) -> list[int] | None:
    """The number of axes of each input, without those that are mapped over."""
    found = [
        known.ranks.of(argument) if port.rank is None else port.rank for argument, port in zip(call.arguments, ports)
    ]
    ranks = [rank for rank in found if rank is not None]
    return ranks if len(ranks) == len(found) else None


def rank_in_body(known: FirstIndices, call: Call, number: int) -> int | None:
    """The number of axes of an output for one example; None where its body does not tell before shapes are known."""
    ranks, settings = _ranks(known, call.ports, call), call.settle({})
    if ranks is None or settings is None:
        return None
    key = (call.definition, settings, tuple(ranks), number)
    if key not in known.output_ranks:
        body = body_of(known, call)
        found = None if body is None else known.inside(call, body, {}).ranks.family(body.outputs[number])
        known.output_ranks[key] = found
    return known.output_ranks[key]


def _in_body(known: FirstIndices, call: Call, body: Body, number: int, handed: Mapping[str, Numbering]) -> Numbering:
    """The numbering of an output in the body, if its inputs are numbered as `handed` says."""
    inside, name = known.inside(call, body, handed), body.outputs[number]
    if name not in body.graph.families:  # what is wrong in the body is told with its shapes
        return ()
    passes = [equation for equation in body.graph.equations if equation.indices] if call.definition is REPEAT else []
    if passes and isinstance(
        decide(known.graph.context, Relation(">=", dict(call.settle({}) or ())["n"], ONE)), Proved
    ):
        return tuple(map(_seen_outside, inside.of(passes[-1].value)))
    return tuple(map(_seen_outside, (*inside.firsts(name), *inside.cell(name))))


def _seen_outside(first: Size | None) -> Size | None:
    """A first index in the sizes of the caller; `MIXED` for one in the sizes of the body."""
    if first is None or first.constant == 0:
        return None
    return MIXED if any(name[0] in "'." for name in first.names) else first


def _handed_on(known: FirstIndices, call: Call, number: int, inner: Mapping[str, Numbering]) -> Numbering:
    """The numbering that an output's axes have from arguments whose axes the block declares without a range."""
    handed: dict[str, Numbering] = {}
    for item, _ in call.definition.declared("input"):
        plain = inner.get(item.name, ())[len(item.binders) :]
        if any(first is not None for first in plain):
            handed[item.name] = (*(None for _ in item.binders), *plain)
    body = body_of(known, call) if handed else None
    if body is None:
        return ()
    alone, passed = (_in_body(known, call, body, number, numbering) for numbering in ({}, handed))
    alone = (*alone, *(None for _ in passed))
    return tuple(None if first is before else first for first, before in zip(passed, alone))


# ---- chains and blocks that take any shape -------------------------------------------------------


def _as_written_out(known: FirstIndices, call: Call, number: int) -> Numbering:
    """The numbering of the output of a block that takes any shape, as its equations hand it on."""
    operands = {port.name: known.of(argument) for port, argument in zip(call.ports, call.arguments)}
    if not any(operands.values()) and not makes_numbers(call):
        return ()
    body = body_of(known, call)
    if body is None:
        return UNCLEAR if any(operands.values()) else ()
    return _in_body(known, call, body, number, operands)


def makes_numbers(call: Call) -> bool:
    """Whether a block that takes any shape may number an axis: it has, names or takes a range that starts after 0."""
    settings = call.settle({}) or ()
    return call.definition.may_number or any(block.may_number for block in _blocks(settings))


def _blocks(settings: Iterable[tuple[str, object]]) -> list[Definition]:
    """The blocks among static arguments, and among theirs."""
    found: list[Definition] = []
    for _, setting in settings:
        if isinstance(setting, Callee) and setting.definition is not None:
            found += [setting.definition, *_blocks(setting.settings)]
    return found
