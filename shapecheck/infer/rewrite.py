"""Values put in place: what reads a body's name reads what it became, an application becomes a read of its result."""

from __future__ import annotations

from dataclasses import field, replace
from typing import TYPE_CHECKING

from shapecheck.graph.blocks import REPEAT
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
from shapecheck.infer.kinds import declared
from shapecheck.infer.model import Instance, Shape
from shapecheck.infer.paths import applications, hits, values
from shapecheck.infer.places import Place, hidden_name, joined
from shapecheck.record import record

if TYPE_CHECKING:
    from shapecheck.infer.link import Linker


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
        """Where only one branch was looked at, only that one exists."""
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
            return Read(passed.family, passed.at(subscripts), span=node.span)
        family = place.shapes.graph.families[node.family]
        if family.role in ("weight", "buffer") and place.path:
            front = tuple(Point(size) for size, _ in place.owned)
            return Read(joined(place.weights, node.family), (*front, *subscripts), span=node.span)
        if not place.path and subscripts == node.subscripts:
            return node
        return Read(place.name(node.family), (*place.points, *subscripts), span=node.span)

    def _subscripts(self, subscripts: tuple[Subscript, ...]) -> tuple[Subscript, ...]:
        return tuple(Picked(self.value(item.node)) if isinstance(item, Picked) else item for item in subscripts)

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
        """A part of an application, as the family that it became."""
        ranges = {**self.instance.ranges, **self.instance.bounds}
        context = self.place.shapes.graph.context
        found = values(hits(applications(self.place.shapes), node.path, context, ranges))
        hit = found[0]
        assert hit.name is not None
        family = hit.way[-1].application.kind.known.graph.families[hit.name]
        is_weight = family.role in ("weight", "buffer")
        path, front = (self.place.weights, self.place.owned) if is_weight else (self.place.path, self.place.members)
        subscripts: list[Subscript] = [Point(size) for size, _ in front]
        rest = list(self._subscripts(hit.subscripts))
        hidden = self.place.hidden
        for number, step in enumerate(hit.way):
            count = len(step.region)
            if number == 0 and hit.instance is not None:
                path = joined(path, hit.instance)
                continue
            own, rest = rest[:count], rest[count:]
            if is_weight and step.call.weights is not None:
                path = joined(self.place.weights, step.call.weights.instance)
                subscripts = [Point(size) for size in step.call.weights.subscripts]
                continue
            path = joined(path, str(step.call.site))
            subscripts += own
            hidden = hidden + 1 if step.call.definition is REPEAT else 0
        name = hidden_name(path, hit.name, hidden) if hidden and not is_weight else joined(path, hit.name)
        name = self.linker.renamed.get((name, len(subscripts) + len(family.axes)), name)
        return Read(name, (*subscripts, *rest), span=node.span)
