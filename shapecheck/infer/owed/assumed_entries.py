"""Assumptions on entries that say what a condition asks: A[i, i] == 1, where a condition is A[i, j] == 1 at j = i.

In: the assumptions, a condition, and sizes in the place of some of its indices.  Out: formulas under each of which an
assumption is the condition, and what an assumption says of an entry that the condition compares.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise

from shapecheck.graph.model import Claim, ValueClaim
from shapecheck.graph.nodes import Apply, Index, Node, Number, Point, Read, SizeValue
from shapecheck.ops.base import Op
from shapecheck.record import record
from shapecheck.sizes import And, Formula, Inadmissible, Relation, Size, integer
from shapecheck.sizes.questions.formula import Operator

Moves = Mapping[str, Size]
_TURNED: Mapping[str, Operator] = {"==": "==", "!=": "!=", "<=": ">=", ">=": "<=", "<": ">", ">": "<"}


@record
class Said:
    """The comparison `left operator right`, for these indices in their ranges."""

    left: Node
    operator: Operator
    right: Node
    indices: tuple[Index, ...] = ()


def said(claims: Iterable[Claim]) -> Iterator[Said]:
    """The comparisons that assumptions make without a condition, both ways round."""
    for claim in claims:
        body = claim.body
        if not isinstance(body, ValueClaim) or claim.conditions or body.chosen is not None:
            continue
        for operator, (left, right) in zip(body.operators, pairwise(body.operands)):
            if operator in _TURNED:
                yield from _both_ways(operator, left, right, claim.indices)


def of_guards(guards: Iterable[tuple[Node, bool]]) -> Iterator[Said]:
    """The comparisons that hold in the branches around a place."""
    for node, holds in guards:
        match node:
            case Apply(Op(function=str(name)), (left, right)) if holds and name in _TURNED:
                yield from _both_ways(name, left, right, ())
            case _:
                pass  # a condition of another form, or one that does not hold


def _both_ways(operator: str, left: Node, right: Node, indices: tuple[Index, ...]) -> Iterator[Said]:
    yield Said(left, _TURNED[_TURNED[operator]], right, indices)
    yield Said(right, _TURNED[operator], left, indices)


def same(comparisons: Iterable[Said], condition: Node, moves: Moves) -> Iterator[Formula]:
    """For each comparison that is the condition, the formula that its indices are in their ranges."""
    match condition:
        case Apply(op, (left, right)):
            for item in comparisons:
                bound: dict[str, Size] = {}
                alike = op.function == item.operator and _unified(item, item.left, left, moves, bound)
                if alike and _unified(item, item.right, right, moves, bound):
                    yield from _ranges(item, bound)
        case _:
            return


def facts_of_entry(
    comparisons: Iterable[Said], read: Node, entry: Size, moves: Moves
) -> Iterator[tuple[Formula, Formula]]:
    """Facts about an entry that is read, each with the formula under which an assumption states it."""
    for item in comparisons:
        bound: dict[str, Size] = {}
        if _unified(item, item.left, read, moves, bound):
            other = _as_size(item.right, bound)
            if other is not None:
                yield from ((Relation(item.operator, entry, other), ranges) for ranges in _ranges(item, bound))


def _ranges(item: Said, bound: Mapping[str, Size]) -> Iterator[Formula]:
    """The formula that the indices of an assumption are in their ranges; none where one is left open."""
    parts: list[Formula] = []
    for index in item.indices:
        if index.symbol not in bound or index.low is None or index.high is None:
            return
        here = bound[index.symbol]
        try:
            low, high = index.low.substitute(bound), index.high.substitute(bound)
        except Inadmissible:
            return
        parts += [Relation(">=", here, low), Relation("<=", here, high)]
    yield And(tuple(parts))


def _unified(item: Said, pattern: Node, node: Node, moves: Moves, bound: dict[str, Size]) -> bool:
    """Whether the pattern is the node for some values of the assumption's indices, which are added to `bound`."""
    match pattern, node:
        case Number(one), Number(other):
            return one == other
        case SizeValue(one), SizeValue(other):
            return _size_unified(item, one, other, moves, bound)
        case SizeValue(one), Number(int(other)):
            return _size_unified(item, one, integer(other), moves, bound)
        case Read(family, own), Read(name, theirs) if family == name and len(own) == len(theirs):
            return all(
                isinstance(one, Point)
                and isinstance(other, Point)
                and _size_unified(item, one.size, other.size, moves, bound)
                for one, other in zip(own, theirs)
            )
        case _:
            return False


def _size_unified(item: Said, pattern: Size, size: Size, moves: Moves, bound: dict[str, Size]) -> bool:
    try:
        there = size.substitute(moves)
        for index in item.indices:
            parts = pattern.linear_in(index.symbol) if index.symbol not in bound else None
            if parts is not None and parts[0].constant == 1 and parts[1].constant is not None:
                bound[index.symbol] = there - parts[1]
        here = pattern.substitute(bound)
    except Inadmissible:
        return False
    free = any(index.symbol in pattern.names and index.symbol not in bound for index in item.indices)
    return not free and here is there


def _as_size(node: Node, bound: Mapping[str, Size]) -> Size | None:
    """A whole number or a size of the assumption, with its indices put in."""
    match node:
        case Number(int(value)):
            return integer(value)
        case SizeValue(size):
            try:
                found = size.substitute(bound)
            except Inadmissible:
                return None
            return found
        case _:
            return None
