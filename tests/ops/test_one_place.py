"""All that is said of one op stands in `shapecheck/ops`: other rooms ask for its traits, never for its name."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import shapecheck

PACKAGE = Path(shapecheck.__file__).parent


def decisions_by_name(tree: ast.AST) -> Iterator[int]:
    """Lines on which the name of an op decides something: a comparison, a look-up in a table, a `match`."""
    for node in ast.walk(tree):
        match node:
            case ast.Compare(left, _, others):
                deciding = [left, *others]
            case ast.Subscript(_, key):
                deciding = [key]
            case ast.Call(ast.Attribute(attr="get" | "startswith"), arguments):
                deciding = [*arguments, node.func.value]
            case ast.Match(subject):
                deciding = [subject]
            case ast.MatchClass(_, _, ["name", *_]) if "Op" in ast.unparse(node.cls):
                yield node.lineno
                continue
            case _:
                continue
        if any(_is_name_of_op(below) for part in deciding for below in ast.walk(part)):
            yield node.lineno


def _is_name_of_op(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute) and node.attr == "name" and ast.unparse(node.value).split(".")[-1] == "op"


def test_no_room_decides_by_the_name_of_an_op() -> None:
    """A new op needs one file and one line, because nothing else knows ops by their names."""
    found = [
        f"{path.relative_to(PACKAGE)}:{line}"
        for path in sorted(PACKAGE.rglob("*.py"))
        if path.parent.name != "ops"
        for line in decisions_by_name(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert not found, f"these lines decide by the name of an op; give the op a trait (`Op` in ops/base.py): {found}"


def test_what_is_found() -> None:
    """The forms in which a name decides."""
    forms = ['op.name == "@"', "node.op.name in NAMES", "TABLE[op.name]", "TABLE.get(node.op.name)", "x.op.name != y"]
    assert all(list(decisions_by_name(ast.parse(form))) == [1] for form in forms)
    assert not list(decisions_by_name(ast.parse('f(op.name); text = f"{op.name} of"; family.name == "x"')))
