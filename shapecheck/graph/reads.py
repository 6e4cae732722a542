"""Which families a value, an equation or a claim reads."""

from __future__ import annotations

from collections.abc import Iterator

from shapecheck.graph.model import Claim, Node, Read, ShapeClaim, ValueClaim


def families_read(node: Node) -> set[str]:
    """All families that a value reads."""
    return {item.family for item in nodes_below(node) if isinstance(item, Read)}


def nodes_below(node: Node) -> Iterator[Node]:
    """The node and everything below it, parents first; a node that stands in two places comes twice."""
    stack = [node]
    while stack:
        current = stack.pop()
        yield current
        stack.extend(current.operands)


def claim_values(claim: Claim) -> tuple[Node, ...]:
    """The values that a claim is about."""
    match claim.body:
        case ShapeClaim(value):
            return (value,)
        case ValueClaim(operands):
            return operands
        case _:
            return ()


def claim_reads(claim: Claim) -> set[str]:
    """All families that a claim reads."""
    return set[str]().union(*map(families_read, claim_values(claim)))
