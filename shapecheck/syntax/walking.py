"""The nodes inside of a node.

Comes in: any node of the tree.  Goes out: its parts, in the order of its fields.  Assumed: a field holds a node, a
tuple (of tuples) of nodes, or no node at all.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from shapecheck.syntax import tree


def children(node: tree.Node) -> Iterator[tree.Node]:
    """The nodes directly inside of a node."""
    names: tuple[str, ...] = type(node).__match_args__
    for name in names:
        value = getattr(node, name)
        if isinstance(value, tree.Node):
            yield value
        elif isinstance(value, tuple):
            yield from _inside(value)


def walk(node: tree.Node) -> Iterator[tree.Node]:
    """A node and all nodes below it, without recursion."""
    waiting = [node]
    while waiting:
        current = waiting.pop()
        yield current
        waiting.extend(children(current))


def _inside(values: tuple[Any, ...]) -> Iterator[tree.Node]:
    for value in values:
        if isinstance(value, tree.Node):
            yield value
        elif isinstance(value, tuple):
            yield from _inside(value)
