"""Families and sizes that a value, an equation or a claim reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from functools import lru_cache

from shapecheck.graph.model import Claim, Graph, ShapeClaim, SizeClaim, ValueClaim
from shapecheck.graph.nodes import (
    Apply,
    Choose,
    Cut,
    Node,
    Part,
    Picked,
    Point,
    Read,
    Reduce,
    SizeValue,
    Subscript,
    Whole,
)
from shapecheck.sizes import Size


def families_read(node: Node) -> set[str]:
    """All families that a value reads."""
    return {item.family for item in nodes_below(node) if isinstance(item, Read)}


def nodes_below(node: Node) -> Iterator[Node]:
    """The node and all nodes below it, parents first; a node that stands in two places comes twice."""
    stack = [node]
    while stack:
        current = stack.pop()
        yield current
        stack.extend(current.operands)


@lru_cache(maxsize=8)
def _sources(graph: Graph) -> Mapping[str, set[str]]:
    """The families that the equations of each computed family read."""
    sources: dict[str, set[str]] = {}
    for equation in graph.equations:
        for target in equation.targets:
            sources.setdefault(target.family, set()).update(families_read(equation.value))
    return sources


@lru_cache(maxsize=512)
def ancestors(graph: Graph, family: str) -> frozenset[str]:
    """All families that the family's values are computed from; itself among them if it is recurrent."""
    sources = _sources(graph)
    seen: set[str] = set()
    waiting = [family]
    while waiting:
        for source in sources.get(waiting.pop(), ()):
            if source not in seen:
                seen.add(source)
                waiting.append(source)
    return frozenset(seen)


def claim_values(claim: Claim) -> tuple[Node, ...]:
    """The values that a claim is about."""
    match claim.body:
        case ShapeClaim(value):
            return (value,)
        case ValueClaim(operands, chosen=chosen):
            return operands if chosen is None else (*operands, chosen)
        case SizeClaim():
            return ()


def claim_reads(claim: Claim) -> set[str]:
    """All families that a claim reads."""
    return set[str]().union(*map(families_read, claim_values(claim)))


def sizes_in(node: Node) -> set[str]:
    """The sizes, without indices, in a node itself: as a value, in a subscript, a condition or a parameter."""
    match node:
        case SizeValue(size):
            found = set(size.names)
        case Read(_, subscripts) | Part(_, subscripts):
            found = {name for item in subscripts for name in _in_subscript(item)}
        case Choose(formula) if formula is not None:
            found = set(formula.names)
        case Apply(_, _, parameters):
            found = _in_parameters(parameters)
        case Reduce(_, indices):
            found = {
                name for index in indices for end in (index.low, index.high) if end is not None for name in end.names
            }
        case _:
            found = set()
    return {name for name in found if name[0] != "."}


def _in_subscript(item: Subscript) -> frozenset[str]:
    match item:
        case Point(size):
            return size.names
        case Cut(low, high):
            return low.names | high.names
        case Whole() | Picked():
            return frozenset()  # the data that pick are an operand


def _in_parameters(value: object) -> set[str]:
    if isinstance(value, Size):
        return set(value.names)
    if isinstance(value, tuple):
        return set[str]().union(*map(_in_parameters, value))
    if is_dataclass(value):
        return set[str]().union(*(_in_parameters(getattr(value, item.name)) for item in fields(value)))
    return set()
