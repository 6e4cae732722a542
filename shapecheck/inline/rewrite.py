"""Values put in place: what reads a body's name reads what it became, an application becomes a read of its result."""

from __future__ import annotations

from dataclasses import field, replace
from typing import TYPE_CHECKING

from shapecheck.graph.nodes import (
    Apply,
    Call,
    Choose,
    Cut,
    Data,
    Default,
    Inner,
    Node,
    Number,
    Output,
    Part,
    Picked,
    Point,
    Read,
    Reduce,
    SizeValue,
    Subscript,
    Whole,
)
from shapecheck.infer.blocks.kinds import declared
from shapecheck.infer.blocks.places import Place, joined
from shapecheck.infer.model import Instance, Shape
from shapecheck.record import record

if TYPE_CHECKING:
    from shapecheck.inline.link import Linker


@record(frozen=False)
class Rewriter:
    """Values of one instance put in place; `shapes` are those of the new nodes."""

    linker: Linker
    place: Place
    instance: Instance
    made: dict[Node, Node] = field(default_factory=dict)
    shapes: dict[Node, Shape] = field(default_factory=dict)
    places: dict[Call, Place] = field(default_factory=dict)

    def value(self, node: Node) -> Node:
        """The value, without applications."""
        found = self.made.get(node)
        if found is None:
            found = self.made[node] = self._rewritten(node)
        elif found not in self.shapes:
            self._rewritten(node)
        if node in self.instance.shapes:
            self.shapes[found] = self.instance.shapes[node]
        return found

    def _rewritten(self, node: Node) -> Node:
        match node:
            case Read():
                return self._read(node)
            case Part(base, subscripts):
                return replace(node, base=self.value(base), subscripts=self._subscripts(subscripts))
            case Apply(_, arguments):
                return replace(node, arguments=tuple(map(self.value, arguments))) if arguments else node
            case Reduce(_, _, body):
                return replace(node, body=self.value(body))
            case Default(read, fallback):
                return replace(node, read=self.value(read), fallback=self.value(fallback))
            case Choose():
                return self._choose(node)
            case Call():
                kind = self.instance.applications[node].kind
                assert kind.body is not None
                return self.output(node, kind.body.outputs[0], kind.outputs[0])
            case Output(call, name):
                self.value(call)
                return self.output(call, name, self.instance.shapes[node])
            case Inner():
                return self._inner(node)
            case Number() | SizeValue() | Data():
                return node

    def _choose(self, node: Choose) -> Node:
        """Both branches, or the only one that exists."""
        known = self.instance.shapes
        if node.condition is None and node.otherwise not in known:
            return self.value(node.then)
        if node.condition is None and node.then not in known:
            return self.value(node.otherwise)
        condition = None if node.condition is None else self.value(node.condition)
        return replace(node, condition=condition, then=self.value(node.then), otherwise=self.value(node.otherwise))

    def _read(self, node: Read) -> Node:
        place, subscripts = self.place, self._subscripts(node.subscripts)
        passed = place.inputs.get(node.family)
        if passed is not None:
            return Read(passed.family, self._measured(passed.at(subscripts)), span=node.span)
        family = place.shapes.graph.families[node.family]
        if family.holds_weights and place.path:
            front = tuple(Point(size) for size, _ in place.owned)
            return Read(place.owner(node.family), (*front, *subscripts), span=node.span)
        if not place.path and subscripts == node.subscripts:
            return node
        return Read(place.name(node.family), (*place.points, *subscripts), span=node.span)

    def _subscripts(self, subscripts: tuple[Subscript, ...]) -> tuple[Subscript, ...]:
        return tuple(Picked(self.value(item.node)) if isinstance(item, Picked) else item for item in subscripts)

    def _measured(self, subscripts: tuple[Subscript, ...]) -> tuple[Subscript, ...]:
        """The same subscripts; data that is shifted is one number, as all data in subscripts."""
        for item in subscripts:
            if isinstance(item, Picked) and item.node not in self.shapes:
                self.shapes |= dict.fromkeys((item.node, *item.node.operands), ())
        return subscripts

    def output(self, call: Call, name: str, shape: Shape) -> Node:
        """A result of an application: a read of what its body defines."""
        if call not in self.places:
            self.places[call] = self.linker.apply(call, self)
        place = self.places[call]
        lead = len(self.instance.applications[call].leading)
        points = place.points[: len(place.points) - lead]
        own, told = place.shapes.axes[name], declared(place.shapes, name)
        if own != told:
            cuts = (axis if one == axis else Cut(axis.low, axis.high) for one, axis in zip(own, told))
            rest = (item if isinstance(item, Cut) else Whole() for item in cuts)
            points = (*points, *(Whole() for _ in range(lead)), *rest)
        made = Read(place.name(name), points, span=call.span)
        self.shapes[made] = (*self.instance.applications[call].leading, *shape)
        return made

    def _inner(self, node: Inner) -> Node:
        """A part of a block, as the family that it becomes."""
        part = self.instance.parts[node]
        if part.target in self.place.shapes.graph.families:
            return self._read(Read(part.target, part.subscripts, span=node.span))
        is_weight, place = part.family.holds_weights, self.place
        path, members = (place.weights, place.owned) if is_weight else (place.path, place.members)
        front = tuple(Point(size) for size, _ in members)
        name = joined(path, part.target)
        if part.passed:
            self.linker.inputs.meant.add(name)
        name = self.linker.renamed.get((name, len(front) + len(part.family.axes)), name)
        return Read(name, (*front, *self._subscripts(part.subscripts)), span=node.span)
