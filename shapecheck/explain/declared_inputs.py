"""Shapes that blocks declare for what is passed to them: inputs, and weights that are given at the call.

In: a network whose tensors are known.  Out: links to the axes of what is passed from the declaration in the block, with
what the names in it stand for there.  An axis from which the block tells a size of its own is declared by nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from shapecheck.explain.carriers import Network
from shapecheck.explain.declared import axis_passed, settings_in
from shapecheck.explain.model import Code, Piece
from shapecheck.explain.slots import BACKWARD, Slot, Why
from shapecheck.graph.applied_bodies import Told
from shapecheck.graph.optional_inputs import axes_written
from shapecheck.infer.blocks.places import Placed
from shapecheck.source import Span
from shapecheck.syntax import tree
from shapecheck.syntax.walking import walk


def declared_inputs(network: Network) -> None:
    """Links for the inputs, and the given weights, of all blocks that are applied."""
    for bodies in network.shapes.placed.values():
        for body in bodies:
            for role in ("input", "weight", "buffer"):
                for item, annotation in body.kind.definition.declared(role):
                    if item.name in body.place.inputs and annotation is not None:
                        _link(network, body, item, annotation)


def _link(network: Network, body: Placed, item: tree.Declared, annotation: tree.Annotation) -> None:
    axes, passed = axes_written(item, annotation), body.place.inputs[item.name]
    (cell,) = body.kind.known.cells[item.name]
    for axis, (written, size) in enumerate(zip(axes, cell.shape)):
        place = axis - len(axes)
        slot = axis_passed(network, passed, place, size)
        sources = _sources(network, body, written, (item.name, place))
        if slot is not None and sources is not None:
            why = Why(item.span, _words(network, body, item.span, annotation.span), written=not sources)
            network.links.add(slot, sources, why, cost=BACKWARD)


def _sources(network: Network, body: Placed, written: tree.Expression, own: tuple[str, int]) -> Sequence[Slot] | None:
    """The axes that tell the block's own sizes in an axis; None where this is such an axis, or one is not known."""
    told = {} if body.kind.body is None else body.kind.body.told
    names = [node.name for node in walk(written) if isinstance(node, tree.Name) and node.name in told]
    found = [_slot(network, body, told[name]) for name in names]
    if any((told[name].input, told[name].axis) == own for name in names):
        return None
    known = [slot for slot in found if slot is not None]
    return known if len(known) == len(found) else None


def _slot(network: Network, body: Placed, told: Told) -> Slot | None:
    passed = body.place.inputs.get(told.input)
    return None if passed is None else axis_passed(network, passed, told.axis, told.size)


def _words(network: Network, body: Placed, span: Span, annotation: Span) -> tuple[Piece, ...]:
    """The block, its declaration, and the values of the names in that."""
    whole = Span(span.start, max(span.end, annotation.end))
    words: list[Piece] = ["passed to ", Code(body.kind.definition.name), " as ", network.quote(whole)]
    for name, value in _values(network, body, whole):
        words += [" with " if len(words) == 4 else ", ", f"{name} = ", value]
    return tuple(words)


def _values(network: Network, body: Placed, span: Span) -> Iterator[tuple[str, Piece]]:
    return settings_in(body, network.graph.source[span])
