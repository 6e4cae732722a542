"""What is closed is handled whole: a kind of node or statement that some stage does not know fails here.

Mypy's `exhaustive-match` sees to `match` statements; here stand the tables that are looked up by a node's class, and
what happens to a node that nobody knows.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, get_args

import pytest

import shapecheck.graph.nodes as graph_nodes
from shapecheck.graph.build import build
from shapecheck.graph.nodes import Node, Operator
from shapecheck.record import record
from shapecheck.report.equations.expression_rules import RULES as TYPESETTING_RULES
from shapecheck.source import Source
from shapecheck.syntax import parse, print_expressions, print_statements, tree
from shapecheck.syntax.spelling import ascii_operator
from shapecheck.syntax.stored import grammar_text
from shapecheck.testing.mutation.changes import RULES

EXPRESSIONS = {*get_args(tree.Expression), tree.Range, tree.Full}
STATEMENTS = set(get_args(tree.Statement))

HARMLESS = {
    tree.Text: "a word is a choice of a block's author",
    tree.Table: "data",
    tree.Field: "a path: another one is another name",
    tree.Sizes: "its items are changed",
    tree.Default: "its parts are changed",
    tree.Full: "says nothing",
    tree.Not: "its operand is changed",
    tree.Logic: "its operands are changed",
    tree.Comparison: "changed in a `when` only, where its place decides",
}
"""Expressions that the campaign of mutations has no rule for, and why."""


@pytest.mark.parametrize(
    ("table", "known"),
    [
        (print_expressions._PRINTERS, EXPRESSIONS | {tree.Binder, tree.Argument, tree.Stage}),
        (print_statements._PRINTERS, STATEMENTS),
        (TYPESETTING_RULES, EXPRESSIONS),
    ],
    ids=["expressions printed", "statements printed", "expressions typeset"],
)
def test_every_class_has_its_entry(table: Mapping[type, Any], known: set[type]) -> None:
    """No class of the tree is missing from what is looked up by class, and none stands there that is gone."""
    assert set(table) == known


def test_every_expression_is_changed_or_harmless() -> None:
    """The campaign of mutations has a rule for every expression, or a reason why it needs none."""
    assert EXPRESSIONS - set(RULES) == set(HARMLESS)


def test_every_node_of_the_graph_is_in_the_union() -> None:
    """A new class of node that is not named in `Node` would be invisible to mypy."""
    assert set(get_args(Node)) == set(graph_nodes._Base.__subclasses__())
    assert set(get_args(tree.Expression)) | STATEMENTS <= set(tree.Node.__subclasses__())


@record
class _Strange(tree.Node):
    """A statement that nobody knows."""


def test_the_big_operators_are_those_of_the_grammar() -> None:
    """The graph's list of big operators, on which `match` statements rest, is what the grammar lets through."""
    (terminal,) = re.findall(r"^BIGOP.*?\(\?:(.*?)\)", grammar_text(), re.M)
    assert {ascii_operator(word) for word in terminal.split("|")} == set(get_args(Operator))


def test_an_unknown_statement_is_not_dropped() -> None:
    """The builder of graphs stops at a statement that it does not know; it does not go on without it."""
    source = Source("", "dim n\ninput x : n\ny = x\n")
    spec = parse(source).spec
    strange: Any = tree.Spec((*spec.statements, _Strange()))
    build(source, spec)
    with pytest.raises(AssertionError, match="_Strange"):
        build(source, strange)
