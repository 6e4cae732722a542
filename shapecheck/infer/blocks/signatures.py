"""Signatures of blocks: the shapes of what goes in and comes out, in sizes that stand for any.

In: a call with its static arguments.  Out: a `Signature`: the shapes of the inputs for one example, of the results and
of the block's weights, in the sizes of the spec and in `free` names (`*T`), which stand for any sizes.  The body is
read once, applied to inputs of the declared shapes whose own sizes are such names; so a result and a weight have a
shape here also where none is written for them.  Where the body has no shapes for inputs of any size, results have the
shapes that are declared for them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field

from shapecheck.graph.applied_bodies import declared_shapes, own_sizes
from shapecheck.graph.block_definitions import REPEAT
from shapecheck.graph.errors import Rejected
from shapecheck.graph.nodes import Call
from shapecheck.infer.blocks.kinds import Kind, Kinds, Settings, whole_shape
from shapecheck.infer.model import Shape
from shapecheck.record import record
from shapecheck.sizes import Context, Formula, Inadmissible, Relation, Size, TooLargeToWrite, symbol


@record
class Signature:
    """The shapes of a block by name; an input, result or weight of which nothing is known is left out."""

    inputs: Mapping[str, Shape] = field(default_factory=dict)
    outputs: Mapping[str, Shape] = field(default_factory=dict)
    weights: Mapping[str, Shape] = field(default_factory=dict)
    is_complete: bool = False
    """Whether the body says no more of these shapes: it has them for sizes of any value."""

    @property
    def free(self) -> list[str]:
        """The names that stand for any size."""
        shapes = (*self.inputs.values(), *self.outputs.values(), *self.weights.values())
        return sorted({name for shape in shapes for size in shape for name in size.names if name[0] == "*"})

    def at(self, sizes: Mapping[str, Size]) -> Signature:
        """The signature with these sizes in the place of the free names."""
        inputs, outputs, weights = (put_in(found, sizes) for found in (self.inputs, self.outputs, self.weights))
        return Signature(inputs, outputs, weights, self.is_complete)


def put_in(shapes: Mapping[str, Shape], sizes: Mapping[str, Size]) -> dict[str, Shape]:
    """The shapes with sizes in the place of names; one that has no meaning then is left out."""
    found: dict[str, Shape] = {}
    for name, shape in shapes.items():
        try:
            found[name] = tuple(size.substitute(sizes) for size in shape)
        except (Inadmissible, TooLargeToWrite):
            continue
    return found


def signature(kinds: Kinds, call: Call, settings: Settings, context: Context, facts: tuple[Formula, ...]) -> Signature:
    """The signature of the block of a call with these static arguments; empty where its text says no shapes."""
    definition = call.definition
    if definition is REPEAT:
        return Signature()
    bound = {item.name: symbol(f"*{item.name}") for item in own_sizes(definition)}
    try:
        inputs = declared_shapes(definition, dict(settings), "input", bound)
        outputs = declared_shapes(definition, dict(settings), "output", bound)
    except Rejected:  # which is told with the block
        return Signature()
    if any(name not in inputs for name in _input_names(call)):
        return Signature(inputs, outputs)
    kind = kinds.find(call, settings, inputs, _any_sizes(call, context), facts)
    names = [item.name for item in definition.outputs]
    weights = _weights(kind, call)
    is_complete = len(kind.outputs) == len(names) and len(weights) == len(call.names) - len(call.ports)
    is_complete &= not any(
        isinstance(item.relation, Relation) and item.relation.operator == "==" for item in kind.broken
    )
    return Signature(inputs, {**outputs, **dict(zip(names, kind.outputs))}, weights, is_complete)


def _input_names(call: Call) -> Sequence[str]:
    return [port.name for port in call.ports]


def _any_sizes(call: Call, context: Context) -> Context:
    """The context in which sizes that may be less than 1 are not taken to be 1 or more."""
    for item in own_sizes(call.definition):
        if item.lower is not None:
            context = context.with_lower(f"*{item.name}", None)
    return context


def _weights(kind: Kind, call: Call) -> dict[str, Shape]:
    """The shapes of the block's weights that are given at the call."""
    given = call.names[len(call.ports) :]
    if not given or not kind.outputs:
        return {}
    shapes = {name: whole_shape(kind.known, name) for name in given if name in kind.known.graph.families}
    return {name: shape for name, shape in shapes.items() if shape is not None}
