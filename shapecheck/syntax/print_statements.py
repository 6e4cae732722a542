"""Statements and whole specs as text, for programs that write specs.

Comes in: a tree, from the parser or made by hand.  Goes out: ASCII text in the canonical layout, one statement a line,
which parses to an equal tree; `format_source` breaks lines that are too long.  Comments are no part of a tree: the
formatter keeps them, this does not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any

from shapecheck.syntax import tree
from shapecheck.syntax.print_expressions import FACTOR, print_expression, print_stage, print_within

_INDENT = "  "


def print_spec(spec: tree.Spec) -> str:
    """The canonical text of a whole spec."""
    return "".join(f"{print_statement(statement)}\n" for statement in spec.statements)


def print_statement(node: tree.Statement) -> str:
    """The canonical text of a statement: one line, or a line for every statement of its block and two around them."""
    return str(_PRINTERS[type(node)](node))


def _import(node: tree.Import) -> str:
    path = print_expression(node.path) if isinstance(node.path, tree.Text) else ".".join(node.path)
    names = (name.name if name.alias is None else f"{name.name} as {name.alias}" for name in node.names)
    return f"from {path} import {', '.join(names)}"


def _dim(node: tree.Dim) -> str:
    return f"dim {', '.join(map(_dim_declaration, node.declarations))}"


def _dim_declaration(node: tree.DimDeclaration) -> str:
    name = f"{node.name}{_indices(map(print_expression, node.binders))}"
    if node.value is not None:
        return f"{name} = {print_expression(node.value)}"
    return name if node.lower is None else f"{name} >= {print_expression(node.lower)}"


def _indices(places: Iterable[str]) -> str:
    """The indices after a declared name, with their brackets: `[l in 0..L]`."""
    written = ", ".join(places)
    return f"[{written}]" if written else ""


def _assume(node: tree.Assume) -> str:
    return f"assume {', '.join(map(print_expression, node.conditions))}{_binders(node.binders)}"


def _declaration(node: tree.Declaration) -> str:
    return f"{node.role} {', '.join(map(_declared, node.items))}"


def _declared(node: tree.Declared) -> str:
    places = [*(["..."] if node.leading else []), *map(print_expression, node.binders)]
    default = "" if node.default is None else f" = {print_expression(node.default)}"
    return f"{node.name}{_indices(places)}{_annotation(node.annotation)}{default}"


def _annotation(node: tree.Annotation | None) -> str:
    """The annotation behind a name, with the blank before it: ` : n x m in 0..9`."""
    if node is None:
        return ""
    shape = "" if node.shape is None else f" : {_shape(node.shape)}"
    return shape if node.range is None else f"{shape} in {print_expression(node.range)}"


def _shape(node: tree.Shape) -> str:
    if node.bracketed:
        return f"[{', '.join(map(_bracketed_axis, node.axes))}]"
    sizes = [axis.size for axis in node.axes if axis.size is not None]
    match sizes:
        case []:
            return "scalar"
        case [size]:
            return print_expression(size)
        case _:
            return " x ".join(print_within(size, FACTOR) for size in sizes)


def _bracketed_axis(node: tree.ShapeAxis) -> str:
    if node.size is None:
        return "..."
    return f"{'' if node.name is None else f'{node.name}='}{print_expression(node.size)}"


def _equation(node: tree.Equation) -> str:
    return f"{_left_side(node)} = {print_expression(node.value)}{_binders(node.binders)}"


def _left_side(node: tree.Equation) -> str:
    targets = [*map(_target, node.targets)]
    match node.form:
        case "column":
            return f"[{'; '.join(targets)}]"
        case "tuple":
            return f"({', '.join(targets)})"
        case _:
            return targets[0]


def _target(node: tree.Target) -> str:
    name = tree.Name(node.name)
    written = node.name if node.subscripts is None else print_expression(tree.Index(name, node.subscripts))
    return f"{written}{_annotation(node.annotation)}"


def _binders(binders: tuple[tree.Binder, ...]) -> str:
    """The ranges behind an equation or a claim, with the blank before them: ` for t in 1..T`."""
    return f" for {', '.join(map(print_expression, binders))}" if binders else ""


def _for(node: tree.For) -> str:
    return f"{_binders(node.binders).lstrip()} {_block(node.body)}"


def _block(statements: Iterable[tree.Statement]) -> str:
    lines = [_INDENT + line for statement in statements for line in _lines(print_statement(statement))]
    return "\n".join(["{", *lines, "}"])


def _lines(text: str) -> list[str]:
    return text.split("\n")


def _layer(node: tree.Layer) -> str:
    head = f"layer {node.name}({', '.join(map(_parameter, node.parameters))})"
    if node.chain is not None:
        return f"{head} = {' -> '.join(map(print_stage, node.chain))}"
    return f"{head} {_block(node.body or ())}"


def _function(node: tree.Function) -> str:
    return f"fn {node.name}({', '.join(map(_parameter, node.parameters))}) = {print_expression(node.body)}"


def _parameter(node: tree.Parameter) -> str:
    shape = "" if node.shape is None else f" : {_shape(node.shape)}"
    return f"{node.name}{shape}{'' if node.default is None else f' = {print_expression(node.default)}'}"


def _claim(node: tree.Claim) -> str:
    label = "" if node.label is None else f'"{node.label}" '
    within = "" if node.within is None else f" within {print_expression(node.within)}"
    condition = "" if node.condition is None else f" when {print_expression(node.condition)}"
    expected = "" if node.expect is None else f" expect {node.expect}"
    body = f"{print_expression(node.subject)}{_annotation(node.annotation)}{within}"
    return f"claim {label}{body}{_binders(node.binders)}{condition}{expected}"


def _test(node: tree.Test) -> str:
    header = f"({', '.join(map(print_expression, node.settings))})" if node.settings else ""
    body = "" if node.body is None else f" {_block(node.body)}"
    return f"test {node.name}{header}{body}"


_PRINTERS: Mapping[type, Callable[[Any], str]] = MappingProxyType(
    {
        tree.Import: _import,
        tree.Dim: _dim,
        tree.Assume: _assume,
        tree.Declaration: _declaration,
        tree.Equation: _equation,
        tree.Signature: lambda node: _target(node.target),
        tree.For: _for,
        tree.Layer: _layer,
        tree.Function: _function,
        tree.Claim: _claim,
        tree.Test: _test,
    }
)
