"""Walks over nodes: their reads, the indices that they mention, the number of their uses.

Values are directed acyclic graphs (the operand of a function may stand in several places of its body), so every walk
visits a node once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from shapecheck.graph.nodes import Apply, Choose, Cut, Node, Part, Point, Read, Reduce, SizeValue, Subscript
from shapecheck.infer.model import Interval as SizeInterval
from shapecheck.sizes import Size


def looked_at(node: Node, env: Mapping[str, int]) -> tuple[Node, ...]:
    """The operands of a node, without the branch that a condition on these sizes rules out."""
    if isinstance(node, Choose) and node.formula is not None and node.formula.names <= env.keys():
        return (node.then if node.formula.holds(env) else node.otherwise,)
    return node.operands


def nodes(root: Node, env: Mapping[str, int] | None = None) -> Iterator[Node]:
    """The node and all below it, each once, operands before the nodes that use them.

    With sizes, branches that these rule out are left out.
    """
    seen: set[Node] = set()
    stack: list[tuple[Node, bool]] = [(root, False)]
    while stack:
        node, entered = stack.pop()
        if entered:
            yield node
        elif node not in seen:
            seen.add(node)
            stack.append((node, True))
            operands = node.operands if env is None else looked_at(node, env)
            stack.extend((operand, False) for operand in operands if operand not in seen)


def uses(root: Node) -> dict[Node, int]:
    """The number of places that use each node."""
    counts: dict[Node, int] = {root: 1}
    for node in nodes(root):
        for operand in node.operands:
            counts[operand] = counts.get(operand, 0) + 1
    return counts


def parameter_sizes(parameters: Any) -> Iterator[Size]:
    """All sizes in an op's parameters."""
    if isinstance(parameters, Size):
        yield parameters
    elif isinstance(parameters, tuple):
        for part in parameters:
            yield from parameter_sizes(part)
    elif is_dataclass(parameters) and not isinstance(parameters, type):
        for item in fields(parameters):
            yield from parameter_sizes(getattr(parameters, item.name))


def subscript_sizes(subscripts: tuple[Subscript, ...]) -> Iterator[Size]:
    """All sizes in subscripts, except those inside of data."""
    for subscript in subscripts:
        if isinstance(subscript, Point):
            yield subscript.size
        elif isinstance(subscript, Cut):
            yield subscript.low
            yield subscript.high


def own_names(node: Node, ranges: Mapping[str, SizeInterval]) -> frozenset[str]:
    """The symbols that a node itself mentions, without those of its operands."""
    match node:
        case SizeValue(size):
            return size.names
        case Read(subscripts=subscripts) | Part(subscripts=subscripts):
            sizes = list(subscript_sizes(subscripts))
        case Apply(parameters=parameters):
            sizes = list(parameter_sizes(parameters))
        case Reduce(indices=indices):
            sizes = [end for index in indices for end in (ranges[index.symbol].low, ranges[index.symbol].high)]
        case Choose(formula=formula) if formula is not None:
            return formula.names
        case _:
            return frozenset()
    return frozenset().union(*(size.names for size in sizes))


def rewritten(root: Node, change: Callable[[Node, tuple[Node, ...]], Node]) -> Node:
    """The value with every node replaced by `change(node, new operands)`; unchanged nodes stay the same objects."""
    made: dict[Node, Node] = {}
    for node in nodes(root):
        made[node] = change(node, tuple(made[operand] for operand in node.operands))
    return made[root]
