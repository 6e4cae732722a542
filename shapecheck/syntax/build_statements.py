"""Makes tree nodes of statements from what the grammar's rules have found, and lists all builders.

Comes in: the children of a rule, in its order, `None` for an optional part left out, and the span of the rule.
Goes out: one node, or for a part of a statement a tuple of nodes.  Assumed: the grammar; nothing is checked again.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from shapecheck.source import Span
from shapecheck.syntax import build_expressions as expressions
from shapecheck.syntax import tree
from shapecheck.syntax.automaton import Builder
from shapecheck.syntax.build_expressions import present
from shapecheck.syntax.spelling import ascii_name


def spec(children: list[Any], span: Span) -> tree.Spec:
    """A whole file"""
    return tree.Spec(tuple(children), span=span)


def block(children: list[Any], span: Span) -> tuple[tree.Statement, ...]:
    """`{ .. }`"""
    return tuple(children)


def import_statement(children: list[Any], span: Span) -> tree.Import:
    """`from std.nn import dense as d`"""
    return tree.Import(children[0], tuple(children[1:]), span=span)


def path(children: list[Any], span: Span) -> tuple[str, ...] | tree.Text:
    """`std.nn` or `"file.shape"`"""
    if children[0].kind == "STRING":
        return expressions.string(children, span)
    return tuple(ascii_name(part.text) for part in children)


def import_name(children: list[Any], span: Span) -> tree.ImportName:
    """`dense as d`"""
    word, alias = children
    return tree.ImportName(ascii_name(word.text), alias and ascii_name(alias.text), span=span)


def dim(children: list[Any], span: Span) -> tree.Dim:
    """`dim n, k >= 0`"""
    return tree.Dim(tuple(children), span=span)


def dim_free(children: list[Any], span: Span) -> tree.DimDeclaration:
    """`n`"""
    return tree.DimDeclaration(ascii_name(children[0].text), None, None, span=span)


def dim_lower(children: list[Any], span: Span) -> tree.DimDeclaration:
    """`k >= 0`"""
    return tree.DimDeclaration(ascii_name(children[0].text), children[1], None, span=span)


def dim_derived(children: list[Any], span: Span) -> tree.DimDeclaration:
    """`m = n // 2`"""
    return tree.DimDeclaration(ascii_name(children[0].text), None, children[1], span=span)


def family_free(children: list[Any], span: Span) -> tree.DimDeclaration:
    """`n[l in 0..L]`"""
    word, *binders = children
    return tree.DimDeclaration(ascii_name(word.text), None, None, tuple(binders), span=span)


def family_lower(children: list[Any], span: Span) -> tree.DimDeclaration:
    """`k[l in 1..L] >= 0`"""
    word, *binders, lower = children
    return tree.DimDeclaration(ascii_name(word.text), lower, None, tuple(binders), span=span)


def family_derived(children: list[Any], span: Span) -> tree.DimDeclaration:
    """`c[k in 0..3] = C * 2^k`"""
    word, *binders, value = children
    return tree.DimDeclaration(ascii_name(word.text), None, value, tuple(binders), span=span)


def assume(children: list[Any], span: Span) -> tree.Assume:
    """`assume H >= M`"""
    return tree.Assume(tuple(children), span=span)


def assume_all(children: list[Any], span: Span) -> tree.Assume:
    """`assume n[l] >= 4 for l in 1..L`"""
    *conditions, binders = children
    return tree.Assume(tuple(conditions), binders, span=span)


def declaration(children: list[Any], span: Span) -> tree.Declaration:
    """`weight W, V`"""
    return tree.Declaration(children[0].text, tuple(children[1:]), span=span)


def declared(children: list[Any], span: Span) -> tree.Declared:
    """`x[..., t in 1..T] : d`"""
    word, leading, *binders, annotation = children
    return tree.Declared(ascii_name(word.text), leading is not None, present(binders), annotation, span=span)


def optional(children: list[Any], span: Span) -> tree.Declared:
    """`h0 : [..., p] = zeros(p)`"""
    *parts, default = children
    item = declared(parts, span)
    return tree.Declared(item.name, item.leading, item.binders, item.annotation, default, span=span)


def annotation(children: list[Any], span: Span) -> tree.Annotation:
    """`: d in 0..9`"""
    return tree.Annotation(children[0], children[1], span=span)


def range_annotation(children: list[Any], span: Span) -> tree.Annotation:
    """`in 0..9`"""
    return tree.Annotation(None, children[0], span=span)


def slide_annotation(children: list[Any], span: Span) -> tree.Annotation:
    """`∈ ℝ^d`; without an exponent, a scalar"""
    return tree.Annotation(children[0] or tree.Shape((), span=span), None, span=span)


def equation(children: list[Any], span: Span) -> tree.Equation:
    """`lhs = value for t in 1..T`"""
    (form, targets), value, binders = children
    return tree.Equation(form, targets, value, binders or (), span=span)


def plain(children: list[Any], span: Span) -> tuple[str, tuple[tree.Target, ...]]:
    """`y : n` before `=`"""
    return "plain", (target(children, span),)


def column(children: list[Any], span: Span) -> tuple[str, tuple[tree.Target, ...]]:
    """`[z; r]` before `=`"""
    return "column", tuple(children)


def tuple_(children: list[Any], span: Span) -> tuple[str, tuple[tree.Target, ...]]:
    """`(h, c)` before `=`"""
    return "tuple", tuple(children)


def target(children: list[Any], span: Span) -> tree.Target:
    """`y[t] : n`"""
    (word, subscripts), annotation = children
    return tree.Target(ascii_name(word.text), subscripts, annotation, span=span)


def target_name(children: list[Any], span: Span) -> list[Any]:
    """`y[t]`: the name and the subscripts, for the rules around it"""
    return children


def signature(children: list[Any], span: Span) -> tree.Signature:
    """`h[t] : p` as a statement"""
    (word, subscripts), shape, bounds = children
    place = Span(shape.span.start, span.end)
    annotation = tree.Annotation(shape, bounds, span=place)
    return tree.Signature(tree.Target(ascii_name(word.text), subscripts, annotation, span=span), span=span)


def binders(children: list[Any], span: Span) -> tuple[tree.Binder, ...]:
    """`for k in 1..L, t in 1..T`"""
    return tuple(children)


def for_(children: list[Any], span: Span) -> tree.For:
    """`for t in 1..T { .. }`"""
    return tree.For(tuple(children[:-1]), children[-1], span=span)


def layer_block(children: list[Any], span: Span) -> tree.Layer:
    """`layer gru(p) { .. }`"""
    word, *parameters, body = children
    return tree.Layer(ascii_name(word.text), present(parameters), body, None, span=span)


def layer_chain(children: list[Any], span: Span) -> tree.Layer:
    """`layer f(k) = dense(k) -> relu`"""
    word, *parameters, chain = children
    return tree.Layer(ascii_name(word.text), present(parameters), None, chain, span=span)


def chain(children: list[Any], span: Span) -> tuple[tree.Stage, ...]:
    """`dense(k) -> relu`"""
    return tuple(children)


def function(children: list[Any], span: Span) -> tree.Function:
    """`fn relu(x) = max(x, 0)`"""
    word, *parameters, body = children
    return tree.Function(ascii_name(word.text), present(parameters), body, span=span)


def parameter(children: list[Any], span: Span) -> tree.Parameter:
    """`s = 1`"""
    word, value = children
    return tree.Parameter(ascii_name(word.text), None, value, span=span)


def shaped_parameter(children: list[Any], span: Span) -> tree.Parameter:
    """`a : n`"""
    word, shape, value = children
    return tree.Parameter(ascii_name(word.text), shape, value, span=span)


def claim(children: list[Any], span: Span) -> tree.Claim:
    """`claim "label" .. for .. when .. expect ..`"""
    label, (subject, annotation, within), binders, condition, expect = children
    text = label and label.text[1:-1]
    return tree.Claim(text, subject, annotation, within, binders or (), condition, expect, span=span)


def shape_claim(children: list[Any], span: Span) -> tuple[Any, Any, None]:
    """`W : 2p x (p + d)`"""
    return children[0], children[1], None


def value_claim(children: list[Any], span: Span) -> tuple[Any, None, Any]:
    """`a ~= b within 1e-9`"""
    return children[0], None, children[1]


def expect(children: list[Any], span: Span) -> str:
    """`expect refuted`"""
    return ascii_name(children[0].text)


def test(children: list[Any], span: Span) -> tree.Test:
    """`test small(p = 3) { .. }`"""
    word, *settings, body = children
    return tree.Test(ascii_name(word.text), present(settings), body, span=span)


BUILDERS: Mapping[str, Builder] = MappingProxyType(
    {
        "start": spec, "block": block, "import_stmt": import_statement, "path": path, "import_name": import_name,
        "dim_stmt": dim, "dim_free": dim_free, "dim_lower": dim_lower, "dim_derived": dim_derived,
        "family_free": family_free, "family_lower": family_lower, "family_derived": family_derived,
        "optional_decl": optional, "sized_param": shaped_parameter, "assume_all": assume_all,
        "bigop_when": expressions.conditional_big_operator, "assume_stmt": assume,
        "decl_stmt": declaration, "decl": declared, "annot": annotation, "range_only": range_annotation,
        "real_annot": slide_annotation, "shape": expressions.shape,
        "bracket_shape": expressions.bracket_shape, "shape_digits": expressions.shape_digits,
        "scalar_shape": expressions.scalar_shape, "axis": expressions.axis, "any_axes": expressions.leading_axes,
        "lead": expressions.leading_axes, "realdims": expressions.only, "real_int": expressions.slide_size,
        "real_name": expressions.slide_size, "real_coef": expressions.slide_size, "dimname": expressions.size_name,
        "dimcall": expressions.size_call, "equation": equation, "signature": signature, "lhs_plain": plain,
        "lhs_column": column, "lhs_tuple": tuple_, "lhs_row": target, "lhs_name": target_name,
        "where_for": binders, "for_block": for_, "layer_block": layer_block, "layer_chain": layer_chain,
        "chain": chain, "fn_def": function,
        "param": parameter, "fparam": shaped_parameter, "claim": claim, "shape_claim": shape_claim,
        "value_claim": value_claim, "expect": expect, "test": test, "kwarg": expressions.argument,
        "cond": expressions.conditional, "or_": expressions.disjunction, "and_": expressions.conjunction,
        "not_": expressions.negation, "compare": expressions.comparison, "pipe_stage": expressions.pipe,
        "stage": expressions.stage, "binop": expressions.binary, "bigop": expressions.big_operator,
        "minus": expressions.minus, "coef": expressions.coefficient, "pow": expressions.power,
        "call": expressions.call, "index": expressions.index, "field": expressions.field,
        "transpose": expressions.transpose, "number": expressions.number, "int": expressions.integer,
        "name": expressions.name, "table": expressions.table, "tuple": expressions.tuple_,
        "default": expressions.default, "column": expressions.column, "row": expressions.row,
        "subs": expressions.subscripts, "sub": expressions.only, "slice": expressions.only,
        "fresh": expressions.binder, "full": expressions.full, "range": expressions.bounds,
        "binder": expressions.binder, "arg": expressions.argument, "sizes": expressions.sizes,
        "sizes_lit": expressions.size_digits, "string": expressions.string,
    }
)  # fmt: skip
"""The builder of each rule of the grammar; a rule without one is refused when the parser is built."""
