"""What a claim's values rest on, definitions looked through: what rounds, and what varies with sizes and drawn data."""

from __future__ import annotations

import math
from collections.abc import Iterator

from shapecheck.graph.model import Claim
from shapecheck.graph.nodes import Apply, Data, Node, Number, Read, Reduce
from shapecheck.graph.reads import claim_values, nodes_below, sizes_in
from shapecheck.infer.model import Shapes
from shapecheck.verdict.runs import Case

GRID = 1 << 20
"""Reals that are multiples of 1/GRID and at most GRID are held exactly, and so are sums and products of a few."""


def supports(claim: Claim, shapes: Shapes) -> Iterator[Node]:
    """All nodes that a claim's values are made of, definitions looked through."""
    definitions: dict[str, list[Node]] = {}
    for equation in shapes.graph.equations:
        for target in equation.targets:
            definitions.setdefault(target.family, []).append(equation.value)
    stack, seen = list(claim_values(claim)), set[str]()
    while stack:
        for node in nodes_below(stack.pop()):
            yield node
            if isinstance(node, Read) and node.family not in seen:
                seen.add(node.family)
                stack.extend(definitions.get(node.family, ()))


def is_real(node: Node) -> bool:
    """Whether a node is a number, or data, written with a point or an exponent."""
    return any(isinstance(value, float) for value in _literals(node))


def is_hazy(node: Node) -> bool:
    """Whether a node holds a real that is no small multiple of a power of two, so that it is rounded when read."""
    reals = (value for value in _literals(node) if isinstance(value, float) and math.isfinite(value))
    return any(abs(value) > GRID or value * GRID != int(value * GRID) for value in reals)


def _literals(node: Node) -> tuple[int | float, ...]:
    match node:
        case Number(value):
            return (value,)
        case Data(_, values):
            return values
        case _:
            return ()


def inexact(claim: Claim, shapes: Shapes) -> str | None:
    """The first operation below a claim that rounds; None where sums and products of integers are exact."""
    for node in supports(claim, shapes):
        if isinstance(node, Apply) and not node.op.exact:
            return node.op.name
        if is_hazy(node):
            return "a real such as 0.1"
        if isinstance(node, Reduce) and node.operator == "mean":
            return "mean"
    return None


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
