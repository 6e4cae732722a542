"""Makes tree nodes of expressions, sizes and shapes from what the grammar's rules have found.

Comes in: the children of a rule, in its order, `None` for an optional part left out, and the span of the rule.
Goes out: one node.  Each function is named after its rule.  Assumed: the grammar; nothing is checked again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from shapecheck.source import Span
from shapecheck.syntax import tree
from shapecheck.syntax.lexer import Token
from shapecheck.syntax.pasted import row_spans, table_rows
from shapecheck.syntax.spelling import ascii_name, ascii_operator


def integer(children: list[Any], span: Span) -> tree.Integer:
    """`12`"""
    return tree.Integer(int(children[0].text), span=span)


def number(children: list[Any], span: Span) -> tree.Real:
    """`1.5e-3`"""
    return tree.Real(children[0].text, span=span)


def name(children: list[Any], span: Span) -> tree.Name:
    """`h`"""
    return tree.Name(ascii_name(children[0].text), span=span)


def string(children: list[Any], span: Span) -> tree.Text:
    """`"a label"`"""
    return tree.Text(children[0].text[1:-1], span=span)


def table(children: list[Any], span: Span) -> tree.Table:
    '''`table """ .. """`, one tuple of entries for every line that has any.'''
    return tree.Table(table_rows(children[0].text), row_spans(children[0].text, span.start), span=span)


def binary(children: list[Any], span: Span) -> tree.Binary:
    """`left operator right`"""
    left, operator, right = children
    return tree.Binary(ascii_operator(operator.text), left, right, span=span)


def power(children: list[Any], span: Span) -> tree.Binary:
    """`base ^ exponent`"""
    return tree.Binary("^", children[0], children[1], span=span)


def coefficient(children: list[Any], span: Span) -> tree.Coefficient:
    """`2p`"""
    return tree.Coefficient(int(children[0].text), children[1], span=span)


def minus(children: list[Any], span: Span) -> tree.Minus:
    """`-x`"""
    return tree.Minus(children[0], span=span)


def negation(children: list[Any], span: Span) -> tree.Not:
    """`not c`"""
    return tree.Not(children[0], span=span)


def conjunction(children: list[Any], span: Span) -> tree.Logic:
    """`a and b`"""
    return tree.Logic("and", children[0], children[1], span=span)


def disjunction(children: list[Any], span: Span) -> tree.Logic:
    """`a or b`"""
    return tree.Logic("or", children[0], children[1], span=span)


def conditional(children: list[Any], span: Span) -> tree.Conditional:
    """`if c then a else b`"""
    return tree.Conditional(children[0], children[1], children[2], span=span)


def comparison(children: list[Any], span: Span) -> tree.Comparison:
    """`a <= b < c`"""
    operators = tuple(ascii_operator(operator.text) for operator in children[1::2])
    return tree.Comparison(tuple(children[::2]), operators, span=span)


def big_operator(children: list[Any], span: Span) -> tree.BigOperator:
    """`sum[i in 1..n] body`"""
    word, *binders, body = children
    return tree.BigOperator(ascii_operator(word.text), tuple(binders), body, span=span)


def conditional_big_operator(children: list[Any], span: Span) -> tree.BigOperator:
    """`sum[i in 1..n when a[i] == 1] body`"""
    word, *binders, condition, body = children
    return tree.BigOperator(ascii_operator(word.text), tuple(binders), body, condition, span=span)


def pipe(children: list[Any], span: Span) -> tree.Pipe:
    """`value -> stage`"""
    return tree.Pipe(children[0], children[1], span=span)


def stage(children: list[Any], span: Span) -> tree.Stage:
    """`layer as name`"""
    layer, alias = children
    return tree.Stage(layer, alias and ascii_name(alias.text), span=span)


def call(children: list[Any], span: Span) -> tree.Call:
    """`f(a, b = 1)`"""
    return tree.Call(children[0], present(children[1:]), span=span)


def size_call(children: list[Any], span: Span) -> tree.Call:
    """`ceil(n / 2)` in a shape"""
    function = _named(children[0])
    arguments = tuple(tree.Argument(None, value, span=value.span) for value in present(children[1:]))
    return tree.Call(function, arguments, span=span)


def argument(children: list[Any], span: Span) -> tree.Argument:
    """`name = value`, or a value alone"""
    word, value = children
    return tree.Argument(word and ascii_name(word.text), value, span=span)


def index(children: list[Any], span: Span) -> tree.Index:
    """`base[i, j]`"""
    return tree.Index(children[0], children[1], span=span)


def size_name(children: list[Any], span: Span) -> tree.Name | tree.Index:
    """`n` or `size[0]` in a shape"""
    word, subscripts = children
    return _named(word) if subscripts is None else tree.Index(_named(word), subscripts, span=span)


def subscripts(children: list[Any], span: Span) -> tuple[Any, ...]:
    """`[i, 1..n, :]`"""
    return tuple(children)


def only(children: list[Any], span: Span) -> Any:
    """A rule that stands for its one child."""
    return children[0]


def full(children: list[Any], span: Span) -> tree.Full:
    """`:`"""
    return tree.Full(span=span)


def bounds(children: list[Any], span: Span) -> tree.Range:
    """`low..high`"""
    return tree.Range(children[0], children[1], span=span)


def binder(children: list[Any], span: Span) -> tree.Binder:
    """`t in 1..T`"""
    return tree.Binder(ascii_name(children[0].text), children[1], span=span)


def field(children: list[Any], span: Span) -> tree.Field:
    """`base.name`"""
    return tree.Field(children[0], ascii_name(children[1].text), span=span)


def transpose(children: list[Any], span: Span) -> tree.Transpose:
    """`A.T`"""
    return tree.Transpose(children[0], span=span)


def tuple_(children: list[Any], span: Span) -> tree.Tuple:
    """`(a, b)`"""
    return tree.Tuple(tuple(children), span=span)


def default(children: list[Any], span: Span) -> tree.Default:
    """`(a[i] default 0)`"""
    return tree.Default(children[0], children[1], span=span)


def column(children: list[Any], span: Span) -> tree.Column:
    """`[a, b; c, d]`"""
    return tree.Column(tuple(children), span=span)


def row(children: list[Any], span: Span) -> tuple[tree.Expression, ...]:
    """`a, b` in a column"""
    return tuple(children)


def sizes(children: list[Any], span: Span) -> tree.Sizes:
    """`n x m` as an argument"""
    return tree.Sizes(tuple(children), span=span)


def size_digits(children: list[Any], span: Span) -> tree.Sizes:
    """`3x3` as an argument"""
    return tree.Sizes(_digits(children[0]), span=span)


def shape(children: list[Any], span: Span) -> tree.Shape:
    """`2p x (p + d)`"""
    return tree.Shape(tuple(tree.ShapeAxis(None, size, span=size.span) for size in children), span=span)


def bracket_shape(children: list[Any], span: Span) -> tree.Shape:
    """`[batch=N, H, W]`"""
    return tree.Shape(tuple(children), bracketed=True, span=span)


def shape_digits(children: list[Any], span: Span) -> tree.Shape:
    """`28x28x1`"""
    return shape(list(_digits(children[0])), span)


def scalar_shape(children: list[Any], span: Span) -> tree.Shape:
    """`scalar`"""
    return tree.Shape((), span=span)


def axis(children: list[Any], span: Span) -> tree.ShapeAxis:
    """`batch=N`"""
    word, size = children
    return tree.ShapeAxis(word and ascii_name(word.text), size, span=span)


def leading_axes(children: list[Any], span: Span) -> tree.ShapeAxis:
    """`...`"""
    return tree.ShapeAxis(None, None, span=span)


def slide_size(children: list[Any], span: Span) -> tree.Shape:
    """`d`, `3` or `2p` as the exponent of a slide's set of reals"""
    *factor, operand = children
    last: tree.Expression = _named(operand) if operand.kind == "NAME" else integer([operand], _span(operand))
    return shape([coefficient([factor[0], last], span) if factor else last], span)


def present(children: Iterable[Any]) -> tuple[Any, ...]:
    """The children that are there."""
    return tuple(child for child in children if child is not None)


def _span(token: Token) -> Span:
    return Span(token.start, token.end)


def _named(token: Token) -> tree.Name:
    return tree.Name(ascii_name(token.text), span=_span(token))


def _digits(token: Token) -> tuple[tree.Integer, ...]:
    """The sizes of `3x3`, each with its own place."""
    return tuple(
        tree.Integer(int(match.group()), span=Span(token.start + match.start(), token.start + match.end()))
        for match in re.finditer("[0-9]+", token.text)
    )
