"""The nodes that a claim's values rest on: those that round, and those that vary with sizes and drawn data."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from shapecheck.graph.model import Claim
from shapecheck.graph.nodes import Apply, Data, Node, Number, Read, Reduce
from shapecheck.graph.reads import claim_values, nodes_below, sizes_in
from shapecheck.infer.model import Shapes
from shapecheck.terms.scalars.exact import is_exact
from shapecheck.verdict.runs import Case


def supports(claim: Claim, shapes: Shapes, case: Case | None = None) -> Iterator[Node]:
    """All nodes that a claim's values are made of, definitions looked through, and data that a case gives."""
    definitions = _definitions(shapes)
    for name, node in case.data.items() if case is not None else ():
        definitions[name] = [node]
    stack, seen = list(claim_values(claim)), set[str]()
    while stack:
        for node in nodes_below(stack.pop()):
            yield node
            if isinstance(node, Read) and node.family not in seen:
                seen.add(node.family)
                stack.extend(definitions.get(node.family, ()))


def _definitions(shapes: Shapes) -> dict[str, list[Node]]:
    """The values of the equations that define members of a family."""
    found: dict[str, list[Node]] = {}
    for equation in shapes.graph.equations:
        for target in equation.targets:
            found.setdefault(target.family, []).append(equation.value)
    return found


def is_hazy(node: Node) -> bool:
    """Whether a node holds a real such as 0.1, so that it is rounded when it is read."""
    return any(isinstance(value, float) and not is_exact(value) for value in _literals(node))


def _literals(node: Node) -> tuple[int | float, ...]:
    match node:
        case Number(value):
            return (value,)
        case Data(_, values):
            return values
        case _:
            return ()


def inexact(claim: Claim, shapes: Shapes, case: Case | None, literal: bool) -> str | None:
    """The first operation below a claim that rounds; None where numbers are exact.

    On literal data quotients are exact too: fractions are computed as such.
    """
    definitions = _definitions(shapes)
    for node in supports(claim, shapes, case):
        if isinstance(node, Apply) and not (node.op.rational if literal else node.op.exact):
            return node.op.name
        is_power = isinstance(node, Apply) and node.op.function == "^"
        if is_power and not _is_whole(node.operands[1], shapes, definitions):
            return "`^` with an exponent that may be no integer"
        if is_hazy(node):
            return "a real such as 0.1"
        if isinstance(node, Reduce) and node.operator == "mean" and not literal:
            return "mean"
    return None


def _is_whole(node: Node, shapes: Shapes, definitions: Mapping[str, list[Node]]) -> bool:
    """Whether a value is made of integers by what keeps them."""
    stack, seen = [node], set[str]()
    while stack:
        for part in nodes_below(stack.pop()):
            if any(value != int(value) for value in _literals(part) if math.isfinite(value)):
                return False
            if _divides(part):
                return False
            if isinstance(part, Read) and part.family not in seen:
                seen.add(part.family)
                entries = shapes.graph.families[part.family].entries
                if part.family not in definitions and (entries is None or entries.real):
                    return False
                stack.extend(definitions.get(part.family, ()))
    return True


def _divides(node: Node) -> bool:
    """Whether a node may give fractions for integers."""
    match node:
        case Apply(op, _):
            return not op.exact
        case Reduce(operator, _, _):
            return operator == "mean"
        case _:
            return False


def varies(claim: Claim, shapes: Shapes, case: Case | None) -> bool:
    """Whether a claim's truth may depend on sizes or drawn data: not for literal data of fixed shape.

    In a test the sizes are fixed, and data that it gives are literal.
    """
    nodes = list(supports(claim, shapes))
    families = {node.family for node in nodes if isinstance(node, Read)}
    given = {name for name in families if shapes.graph.families[name].is_given}
    if case is not None:
        return not given <= case.data.keys()
    return (
        bool(given)
        or any(_ranges_vary(claim))
        or any(map(sizes_in, nodes))
        or any(_family_varies(name, shapes) for name in families)
    )


def _ranges_vary(claim: Claim) -> Iterator[bool]:
    for index in claim.indices:
        yield any(end is not None and end.names for end in (index.low, index.high))


def _family_varies(name: str, shapes: Shapes) -> bool:
    return any(
        size.names
        for cell in shapes.cells[name]
        for size in (*cell.shape, *(end for part in cell.region for end in (part.low, part.high)))
    )
