"""The tensors that take part in a derivative: they depend on the given ones, and the number depends on them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet

from shapecheck.gradient.model import Refused
from shapecheck.graph.model import Equation
from shapecheck.graph.nodes import Apply, Call, Choose, Inner, Node, Output, Part, Read, Reduce
from shapecheck.infer.model import Instance, Shapes
from shapecheck.record import record


@record(eq=False)
class Active:
    """`equations` in the order of the text, with their boxes; `reads` are what each one's value depends on smoothly.

    `live` are the tensors between the given ones and the number.
    """

    equations: tuple[tuple[Equation, tuple[Instance, ...]], ...]
    reads: Mapping[Equation, frozenset[str]]
    live: frozenset[str]

    def moves(self, equation: Equation) -> bool:
        """Whether the value of an equation depends on what is given."""
        return bool(self.reads[equation] & self.live) and any(item.family in self.live for item in equation.targets)


def active(shapes: Shapes, of: str, wrt: Sequence[str]) -> Active:
    """All that lies between the tensors `wrt` and the number `of`."""
    boxes: dict[Equation, list[Instance]] = {}
    for instance in shapes.instances:
        if isinstance(instance.origin, Equation):
            boxes.setdefault(instance.origin, []).append(instance)
    equations = tuple(sorted(((one, tuple(own)) for one, own in boxes.items()), key=lambda item: item[0].span.start))
    reads = {equation: frozenset(_smooth(equation.value)) for equation, _ in equations}
    forward = _closed(set(wrt), ((reads[one], {item.family for item in one.targets}) for one, _ in equations))
    back = _closed({of}, (({item.family for item in one.targets}, reads[one]) for one, _ in equations))
    return Active(equations, reads, forward & back)


def _closed(start: set[str], arrows: Iterable[tuple[AbstractSet[str], AbstractSet[str]]]) -> frozenset[str]:
    """All that is reached from some tensors: an arrow leads from any of the first to all of the second."""
    arrows, found, grown = list(arrows), set(start), True
    while grown:
        before = len(found)
        for tail, head in arrows:
            if tail & found:
                found |= head
        grown = len(found) > before
    return frozenset(found)


def _smooth(node: Node) -> Iterable[str]:
    """The tensors on which a value depends, but by jumps."""
    match node:
        case Read(family):
            yield family
        case Choose(_, _, then, otherwise):
            yield from _smooth(then)
            yield from _smooth(otherwise)
        case Part(base):
            yield from _smooth(base)
        case Reduce("argmax" | "argmin" | "argsort"):
            return
        case Apply(op) if op.flat:
            return
        case Call() | Output() | Inner():
            raise Refused("a block that is not put in place", node.span)
        case _:
            for operand in node.operands:
                yield from _smooth(operand)


def is_active(node: Node, live: Iterable[str]) -> bool:
    """Whether a value depends on a live tensor."""
    return not frozenset(_smooth(node)).isdisjoint(live)
