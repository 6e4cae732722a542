"""The canonical layout: nothing is lost, nothing changes its meaning, and a second run changes nothing."""

from __future__ import annotations

import random
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shapecheck.source import Source
from shapecheck.syntax import format_source, parse, print_expression, print_spec, print_statements, tree
from shapecheck.syntax.lexer import scan
from shapecheck.syntax.tables import load_tables

from .corpus import CORPUS, load
from .trees import EXPRESSIONS


def _laid_out(text: str, unicode: bool = False) -> str:
    return format_source(Source("t", text), unicode=unicode)


def _assert_sound(text: str) -> None:
    """The three properties of the layout, in ASCII and in the dress, and that both are one."""
    before = parse(Source("t", text))
    assert before.diagnostics == ()
    for unicode in (False, True):
        once = _laid_out(text, unicode)
        after = parse(Source("t", once))
        assert after.diagnostics == ()
        assert after.spec == before.spec
        assert [comment.text for comment in after.comments] == [comment.text for comment in before.comments]
        assert _laid_out(once, unicode) == once
        assert _laid_out(once) == _laid_out(text)


@pytest.mark.parametrize("source", CORPUS, ids=lambda source: source.name)
def test_corpus(source: Source) -> None:
    """Same tree, same comments, idempotent."""
    _assert_sound(source.text)


@settings(max_examples=300, deadline=None)
@given(EXPRESSIONS)
def test_printed_expressions_parse_to_themselves(expression: tree.Expression) -> None:
    """A round trip through text gives an equal tree, whatever the nesting."""
    parsed = parse(Source("t", f"y = ({print_expression(expression)})"))
    assert parsed.diagnostics == ()
    (equation,) = parsed.spec.statements
    assert isinstance(equation, tree.Equation)
    assert equation.value == expression


@settings(max_examples=150, deadline=None)
@given(EXPRESSIONS)
def test_random_equations(expression: tree.Expression) -> None:
    """The properties of the layout hold for equations of any kind."""
    _assert_sound(f"y[t] = ({print_expression(expression)}) for t in 1..T\n")


@settings(max_examples=150, deadline=None)
@given(EXPRESSIONS)
def test_printer_and_formatter_agree(expression: tree.Expression) -> None:
    """Two independent ways to canonical text: from the tree, and from tokens."""
    line = f"y = ({print_expression(expression)})\n"
    if len(line) <= 100:
        assert _laid_out(line) == line


@pytest.mark.parametrize("source", CORPUS, ids=lambda source: source.name)
def test_printed_specs_parse_to_themselves(source: Source) -> None:
    """A round trip of a whole spec through text gives an equal tree; the formatter leaves short lines as they are."""
    spec = parse(source).spec
    printed = print_spec(spec)
    assert parse(Source("t", printed)).spec == spec
    if all(len(line) <= 100 for line in printed.splitlines()):
        assert _laid_out(printed) == printed


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(CORPUS), st.integers(0, 2**32))
def test_breaks_and_comments_anywhere(source: Source, seed: int) -> None:
    """Line ends and comments put between any two tokens inside of brackets neither vanish nor change the tree."""
    draw, depth, pieces, last = random.Random(seed), 0, [], 0
    for token in scan(source.text, load_tables().pattern):
        inside = depth > 0 and token.kind not in ("LPAR", "LSQB", "_NL", "CONT", "COMMENT")
        glued = (pieces and pieces[-1][-1:].isdigit()) or (pieces and pieces[-1] in ("sum", "prod", "max", "argmax"))
        pieces.append(source.text[last : token.start])
        if inside and not glued and draw.random() < 0.1:
            pieces.append(draw.choice(["\n", " # here\n  ", "\n\n # there\n"]))
        pieces.append(source.text[token.start : token.end])
        depth += (token.kind in ("LPAR", "LSQB")) - (token.kind in ("RPAR", "RSQB"))
        last = token.end
    text = "".join([*pieces, source.text[last:]])
    assert parse(Source("t", text)).spec == parse(source).spec
    _assert_sound(text)


@pytest.mark.parametrize(
    ("rough", "canonical"),
    [
        ("y=W@[ x;h ]+b[ t - 1 ]", "y = W @ [x; h] + b[t-1]"),
        ("weight W:2p x(p+d) ,V", "weight W : 2p x (p + d), V"),
        ("weight W : 2p x p + d", "weight W : 2p x (p + d)"),
        ("y = zeros(p + 1 x d)", "y = zeros((p + 1) x d)"),
        ("y = 1/2p", "y = 1 / (2p)"),
        ("y = f(3x3 , pad=SAME)", "y = f(3 x 3, pad = SAME)"),
        ("input x : [ batch = N,H ]", "input x : [batch=N, H]"),
        ("y=sum [m,n in 0 .. M - 1]  -a[m]", "y = sum[m, n in 0..M-1] -a[m]"),
        ("y = I[:, :,c] . W .T ^ 2", "y = I[:, :, c].W.T^2"),
        ("y = σ(x) ⊙ h − 1", "y = sigma(x) .* h - 1"),
        ("weight W ∈ ℝ^(2p × (p+d)), b ∈ ℝ", "weight W : 2p x (p + d), b : scalar"),
        ("weight W ∈ ℝ^2p, b ∈ ℝ^(\n  2p)", "weight W : 2p, b in ℝ^(\n  2p)"),
        ("for t in 1..T {y=x}", "for t in 1..T {\n  y = x\n}"),
        ("dim n\n\n\n\ndim m", "dim n\n\ndim m"),
        ("layer f() {\n\n\ndim n\n\n}", "layer f() {\n  dim n\n}"),
        ("y = (x)", "y = (x)"),
        ("y = x[2e -3]", "y = x[2e - 3]"),
    ],
)
def test_layout(rough: str, canonical: str) -> None:
    """The layout of LANGUAGE.md, section 4, 'Formatter', by hand."""
    assert _laid_out(rough) == canonical + "\n"


def test_dress() -> None:
    """The dress, by hand; what has none stays."""
    line = "h[t] : 2p x d = sigma(W.T @ x) .* sum[i in 0..n-1] -a[i] -> f\n"
    assert _laid_out(line, unicode=True) == "h[t] : 2p × d = σ(Wᵀ @ x) ⊙ Σ[i ∈ 0..n−1] −a[i] → f\n"


def test_long_chains_are_broken_and_short_ones_are_not() -> None:
    """One stage a line beyond the width; an author's own breaks stay."""
    stages = [f"conv2d({width}, 3 x 3, pad = SAME)" for width in (16, 32, 64, 128)]
    assert _laid_out("y = x -> " + " -> ".join(stages)) == "y = x\n" + "".join(f"  -> {stage}\n" for stage in stages)
    short = "y = x\n  -> f -> g\n  -> h\n"
    assert _laid_out(short) == short


def test_tables_are_kept_row_by_row() -> None:
    """Columns are aligned, entries keep their spelling."""
    assert _laid_out('a = table """ 1 2.50\n10|−3 """') == 'a = table """\n   1  2.50\n  10    -3\n"""\n'


def test_comments_stay_with_their_statements() -> None:
    """The corpus file with comments in all places, laid out by hand."""
    assert _laid_out(load("comments.shape").text).split("\n")[:12] == [
        "# before everything", "", "dim n  # behind a statement", "# below it, indented at will", "",
        "# after blank lines", "test a(n = 3) {  # behind a brace", "  # first in a block", "", "  y = f(",
        "    1,  # behind an argument", "    # between arguments",
    ]  # fmt: skip


def test_mistakes_leave_the_text_alone() -> None:
    """What cannot be read is not touched."""
    assert _laid_out("y =  W x # c") == "y =  W x # c"


def test_markdown() -> None:
    """Prose and other fences stay as they are, to the letter."""
    text = "#  Title\n\n```shape\ndim  n\n\n\n```\n  prose (\n\n```python\nx  = {\n```\n```shape\nweight W:n\n```\n"
    expected = "#  Title\n\n```shape\ndim n\n```\n  prose (\n\n```python\nx  = {\n```\n```shape\nweight W : n\n```\n"
    assert _laid_out(text) == expected


def test_every_kind_of_statement_has_a_printer() -> None:
    """A statement that the tree gains must be printed too: the two lists are one."""
    assert set(print_statements._PRINTERS) == set(get_args(tree.Statement))
