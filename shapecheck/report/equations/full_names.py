"""Tensors that a `for` defines by their bare names, written with their indices where the rest of the spec does so.

    for t in 1..T { g = tanh(W @ x[t]) }        g_t = tanh W x_t        because another equation has g[t-1]
    last = g[T]                                 last = g_T

In: the statements of a spec.  Out: the equations in the order of the text, each with all `for`s around it.  A name that
is never subscripted stays bare, as `z` and `r` do on the slide of the GRU; names of one column are written alike.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from shapecheck.syntax import tree
from shapecheck.syntax.walking import walk

Binders = tuple[tree.Binder, ...]


def equations(statements: Sequence[tree.Statement]) -> Iterator[tuple[tree.Equation, Binders]]:
    """The equations, with one notation for each tensor."""
    found = tuple(_below(statements, ()))
    indices = {
        target.name: around
        for equation, around in found
        for target in equation.targets
        if around and target.subscripts is None
    }
    subscripted = {
        node.base.name
        for equation, around in found
        for node in walk(equation.value)
        if isinstance(node, tree.Index) and isinstance(node.base, tree.Name) and node.base.name in indices
        if indices[node.base.name] != around
    }
    for equation, _ in found:
        own = {target.name for target in equation.targets} & indices.keys()
        if own & subscripted:
            subscripted |= own
    for equation, around in found:
        names = frozenset(name for name in subscripted if indices[name] == around)
        yield (_in_full(equation, names, around) if names else equation), (*around, *equation.binders)


def _below(statements: Sequence[tree.Statement], around: Binders) -> Iterator[tuple[tree.Equation, Binders]]:
    for statement in statements:
        if isinstance(statement, tree.For):
            yield from _below(statement.body, (*around, *statement.binders))
        elif isinstance(statement, tree.Equation):
            yield statement, around


def _in_full(equation: tree.Equation, names: frozenset[str], around: Binders) -> tree.Equation:
    subscripts = tuple(tree.Name(binder.name, span=binder.span) for binder in around)
    targets = tuple(
        replace(target, subscripts=(*subscripts, *(target.subscripts or ()))) if target.name in names else target
        for target in equation.targets
    )
    return replace(equation, targets=targets, value=_subscripted(equation.value, names, subscripts))


def _subscripted(node: Any, names: frozenset[str], subscripts: tuple[tree.Name, ...]) -> Any:
    """A part of the tree with subscripts behind the names that stand alone."""
    match node:
        case tree.Name(name) if name in names:
            return tree.Index(node, subscripts, span=node.span)
        case tree.Index(tree.Name(), inside):
            return replace(node, subscripts=_subscripted(inside, names, subscripts))
        case tuple():
            return tuple(_subscripted(item, names, subscripts) for item in node)
        case tree.Node():
            fields: tuple[str, ...] = type(node).__match_args__
            return replace(node, **{field: _subscripted(getattr(node, field), names, subscripts) for field in fields})
        case _:
            return node
