"""Syntax trees with names put for names, and the names that stand in them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, TypeVar

from shapecheck.syntax import tree
from shapecheck.syntax.walking import walk

_Node = TypeVar("_Node", bound=tree.Node)


def mapped(node: _Node, change: Callable[[tree.Node], tree.Node | None]) -> _Node:
    """The tree with other nodes in the place of those for which `change` gives one; these are not looked into."""
    found = change(node)
    if found is not None:
        return found  # type: ignore[return-value]
    names: tuple[str, ...] = type(node).__match_args__
    changed = {name: _inside(getattr(node, name), change) for name in names}
    return replace(node, **{name: value for name, value in changed.items() if value is not getattr(node, name)})


def _inside(value: Any, change: Callable[[tree.Node], tree.Node | None]) -> Any:
    if isinstance(value, tree.Node):
        return mapped(value, change)
    if isinstance(value, tuple):
        found = tuple(_inside(item, change) for item in value)
        return value if all(new is old for new, old in zip(found, value)) else found
    return value


def renamed(node: _Node, names: dict[str, str]) -> _Node:
    """The tree with other names for tensors: where they are read, where they are defined, and behind `as`."""

    def change(part: tree.Node) -> tree.Node | None:
        match part:
            case tree.Name(name) if name in names:
                return tree.Name(names[name])
            case tree.Target(name, subscripts, annotation) if name in names:
                inner = None if subscripts is None else tuple(mapped(one, change) for one in subscripts)
                return tree.Target(names[name], inner, annotation)
            case tree.Stage(layer, alias) if alias in names:
                return tree.Stage(mapped(layer, change), names[alias])
            case _:
                return None

    return mapped(node, change)


def names_in(node: tree.Node) -> Iterator[str]:
    """The names that are read in a tree, each as often as it stands there."""
    return (part.name for part in walk(node) if isinstance(part, tree.Name))


def targets_of(statement: tree.Statement) -> tuple[str, ...]:
    """The names that a statement defines."""
    return tuple(target.name for target in statement.targets) if isinstance(statement, tree.Equation) else ()


def aliases_in(node: tree.Node) -> Iterator[str]:
    """The names behind `as`, in the order of the text."""
    found = [part for part in _in_order(node) if isinstance(part, tree.Stage)]
    return (stage.alias for stage in found if stage.alias is not None)


def _in_order(node: tree.Node) -> Iterator[tree.Node]:
    """A node behind all that stands in it."""
    names: tuple[str, ...] = type(node).__match_args__
    for name in names:
        yield from _nodes(getattr(node, name))
    yield node


def _nodes(value: Any) -> Iterator[tree.Node]:
    if isinstance(value, tree.Node):
        yield from _in_order(value)
    elif isinstance(value, tuple):
        for item in value:
            yield from _nodes(item)
