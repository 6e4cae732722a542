"""Every place of a spec at which it can be changed.

Comes in: a tree.  Goes out: its nodes, outermost first and in the order of the text, each with where it stands and a
function that gives the whole tree with another node in its place.  Claims, tests and what is assumed are left out: they
say what is wanted and not what the model is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from shapecheck.record import record
from shapecheck.syntax import tree

Rebuilt = Callable[[Any], Any]
"""A function that rebuilds a node around another node inside of it."""
_WANTED = (tree.Claim, tree.Test, tree.Assume, tree.Import)
"""Statements that are not part of the model."""


@record
class Surroundings:
    """The surroundings of a node: its block, loops and equation; `weights` are the names declared so there.

    `subscript` says that it is part of one or of a range, `argument` of what a layer or function is given, `data` of a
    matrix of nothing but numbers.
    """

    block: tree.Layer | tree.Function | None = None
    loops: tuple[tree.For, ...] = ()
    equation: tree.Equation | None = None
    weights: frozenset[str] = frozenset()
    subscript: bool = False
    argument: bool = False
    data: bool = False


@record(eq=False)
class Place:
    """A node, where it stands, and the tree with another one instead of it."""

    node: Any
    around: Surroundings
    tree_with: Rebuilt


def places(spec: tree.Spec) -> Iterator[Place]:
    """All places, in the order of the text."""
    around = Surroundings(weights=_weights(spec.statements))
    yield from _below(Place(spec, around, lambda new: new))


def _below(place: Place) -> Iterator[Place]:
    for child, rebuilt in _parts(place.node):
        if isinstance(child, _WANTED) or _is_interface(child):
            continue
        inner = Place(child, _inside(child, place), _then(place.tree_with, rebuilt))
        yield inner
        yield from _below(inner)


def _then(outer: Rebuilt, inner: Rebuilt) -> Rebuilt:
    return lambda new: outer(inner(new))


def _is_interface(node: Any) -> bool:
    """The inputs of a model, and the declared shapes of its results."""
    return isinstance(node, tree.Declaration) and node.role not in ("weight", "buffer")


def _parts(node: Any) -> Iterator[tuple[Any, Rebuilt]]:
    """The nodes directly inside of one, and the node with another one there."""
    for name in type(node).__match_args__:
        yield from _of_field(getattr(node, name), _with_field(node, name))


def _of_field(value: Any, rebuilt: Rebuilt) -> Iterator[tuple[Any, Rebuilt]]:
    if isinstance(value, tree.Node):
        yield value, rebuilt
    elif isinstance(value, tuple):
        for at, item in enumerate(value):
            yield from _of_field(item, _then(rebuilt, _with_item(value, at)))


def _with_field(node: Any, name: str) -> Rebuilt:
    return lambda new: replace(node, **{name: new})


def _with_item(items: tuple[Any, ...], at: int) -> Rebuilt:
    return lambda new: (*items[:at], new, *items[at + 1 :])


def _inside(child: Any, parent: Place) -> Surroundings:
    """The surroundings of a child of a place, which is part of them."""
    around = parent.around
    if isinstance(child, tree.Layer | tree.Function):
        body = child.body if isinstance(child, tree.Layer) else None
        return Surroundings(child, weights=_weights(body or ()))
    if isinstance(child, tree.For):
        return replace(around, loops=(*around.loops, child))
    if isinstance(child, tree.Equation):
        return replace(around, equation=child)
    subscript = around.subscript or isinstance(child, tree.Range)
    subscript = subscript or (isinstance(parent.node, tree.Index) and child is not parent.node.base)
    argument = around.argument or isinstance(child, tree.Argument)
    data = around.data or (isinstance(child, tree.Column) and not argument and _is_data(child))
    return replace(around, subscript=subscript, argument=argument, data=data)


def _is_data(column: tree.Column) -> bool:
    """Whether it is an image or the like, written out: numbers in several rows and columns, or in nested lists."""
    entries = [entry for row in column.rows for entry in row]
    nested = any(isinstance(entry, tree.Column) for entry in entries)
    return (nested or len(entries) > len(column.rows) > 1) and all(map(_is_number, entries))


def _is_number(entry: tree.Expression) -> bool:
    if isinstance(entry, tree.Column):
        return all(_is_number(inner) for row in entry.rows for inner in row)
    return isinstance(entry, tree.Integer | tree.Real | tree.Minus)


def _weights(statements: tuple[tree.Statement, ...]) -> frozenset[str]:
    declared = (item for item in statements if isinstance(item, tree.Declaration) and item.role == "weight")
    return frozenset(item.name for declaration in declared for item in declaration.items)
