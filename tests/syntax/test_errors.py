"""Mistakes: what is told, where, and what is to be written instead."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shapecheck.diagnostics.model import Diagnostic
from shapecheck.source import Source
from shapecheck.syntax import parse
from shapecheck.syntax.recovery import MAXIMUM_ERRORS
from shapecheck.syntax.tables import load_tables

from .corpus import CORPUS, load


def _mistakes(text: str) -> list[tuple[str, str]]:
    """Code and marked text of each diagnostic."""
    source = Source("t", text)
    return [(found.code, source[found.span]) for found in parse(source).diagnostics if found.span]


def _mistake(text: str) -> Diagnostic:
    (found,) = parse(Source("t", text)).diagnostics
    return found


_SLIPS = [
    ("y = W x", "no-juxtaposition", "W x", "W @ x"),
    ("y = A.T f(x)", "no-juxtaposition", "A.T f", "A.T @ f"),
    ("y = f(x)[1].W z", "no-juxtaposition", "f(x)[1].W z", "f(x)[1].W @ z"),
    ("y = W [x; h[t]]", "no-juxtaposition", ";", "W @ [x; h[t]]"),
    ("y = 1 2", "no-juxtaposition", "1 2", "1, 2"),
    ("y = A'", "prime", "'", "A.T"),
    ("y = a ** b", "double-star", "**", "a^b"),
    ("y = f(4x4y)", "touching-size", "4x4y", "4 x 4y"),
    ("y[t] == 3", "equals-outside-claim", "==", "claim y[t] == 3"),
    ("y = x -> g + 1", "operator-after-stage", "+", "(x -> g) + .."),
    ("y := 3", "assignment", ":=", "="),
    ("h += 3", "assignment", "+=", "h[t] = h[t-1] + .."),
    ("W @ x", "missing-left-side", "@", "y = W @ x"),
    ("f(x) = x^2", "bare-function", "(", "fn f(x) = x^2"),
    ("a, b = f(x)", "bare-tuple", ",", "(a, b) = f(x)"),
    ("y = 1 + if c then 1 else 2", "bare-if", "if", "(if .. then .. else ..)"),
    ("y = .5", "bare-point", ".5", "0.5"),
    ("dim claim", "reserved-word", "claim", "claim_"),
    ("buffer = 3", "reserved-word", "buffer", "buffer_"),
    ("y = a && b", "stray-character", "&", "and"),
    ('claim "label y == 3', "unterminated-string", '"', 'closing quote:  "label"'),
    ('a = table """\n1 2\n', "unterminated-table", "table", '"""'),
    ("y = f(x", "unclosed-bracket", "(", "')'"),
    ("y = x)", "unopened-bracket", ")", "'('"),
    ("y = f([x)", "mismatched-bracket", ")", "']'"),
    ("for t in 1..T {\n  y = 3", "unclosed-brace", "{", "'}'"),
    ("}", "unopened-brace", "}", "'{'"),
    ("for t in 1..T\n{\n  y = 3\n}", "brace-on-next-line", "{", "line before"),
]


@pytest.mark.parametrize(("text", "code", "marked", "help"), _SLIPS, ids=[slip[0] for slip in _SLIPS])
def test_slip(text: str, code: str, marked: str, help: str) -> None:
    """Each known slip: one diagnostic, its code, exactly the offending text, and the line to write."""
    assert _mistakes(text) == [(code, marked)]
    assert help in (_mistake(text).help or "")


@pytest.mark.parametrize(
    ("text", "title", "marked"),
    [
        ("dim 3", "expected a name, found '3'", "3"),
        ("y = 3 +", "expected an expression, found the end of the line", "+"),
        ("weight W :", "expected a shape, found the end of the line", ":"),
        ("y = if a then b", "expected 'else', found the end of the line", "b"),
        ("h[t] = x for 3", "expected a name, found '3'", "3"),
        ("= 3", "expected a statement, found '='", "="),
        ("for t in 1..T { y = }", "expected an expression, found '}'", "="),
    ],
)
def test_expected_and_found(text: str, title: str, marked: str) -> None:
    """What is no known slip is told in plain words; at the end of a line the mark is on the last token's end."""
    found = _mistake(text)
    assert (found.title, Source("t", text)[found.span]) == (title, marked) if found.span else False


def test_all_mistakes_of_a_file() -> None:
    """Nine mistakes by hand, in blocks and headers too; each is told once, at its line, and nothing else is."""
    lines = [
        "dim p, d T", "input x[t in 1..T] : d", "weight W V", "h[0] = zeros(p", "for t in {", "  z = W x", "  r = A'",
        "  q = 3", "}", "claim W : 2p x", "y == 3", "k = 4)", "layer f(p) {", "  a = b ** 2", "}", "v = f(1)",
    ]  # fmt: skip
    source = Source("t", "\n".join(lines))
    parsed = parse(source)
    told = [source.position(found.span.start)[0] for found in parsed.diagnostics if found.span]
    assert told == [1, 3, 4, 5, 6, 7, 10, 11, 12, 14]
    assert source[parsed.spec.statements[0].span] == lines[1]
    assert source[parsed.spec.statements[-1].span] == lines[-1]


def test_missing_bracket_is_confined() -> None:
    """An equation on the next line, and a statement word, end a bracket that is not closed."""
    assert _mistakes("y = f(x\nz = 3\nw = g(1,\nclaim z == 3") == [("unclosed-bracket", "("), ("unclosed-bracket", "(")]


def test_mistakes_are_capped() -> None:
    """After the last one that is told a note says so."""
    found = parse(Source("t", "y = W x\n" * 1000)).diagnostics
    assert len(found) == MAXIMUM_ERRORS + 1
    assert found[-1].code == "too-many-errors"


def test_no_terminal_is_named() -> None:
    """No message has a name that only the grammar knows, whatever is left out of a spec of all constructs."""
    inner = {kind for state in load_tables().actions for kind in state if len(kind) > 2 or "_" in kind}
    text = load("constructs.shape").text
    for start in range(0, len(text), 23):
        for found in parse(Source("t", text[:start] + text[start + 9 :])).diagnostics:
            assert not {word.strip("'\",") for word in found.title.split()} & inner


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_damaged_specs_are_survived(data: st.DataObject) -> None:
    """Any cut and any insertion gives a result, and every label lies inside of the text."""
    text = data.draw(st.sampled_from(CORPUS)).text
    start = data.draw(st.integers(0, len(text)))
    pieces = [*"()[]{}\"'=:;,.#x\n", '"""', "->", "for ", "table"]
    middle = data.draw(st.text(max_size=8) | st.sampled_from(pieces))
    source = Source("t", text[:start] + middle + text[start + data.draw(st.integers(0, 20)) :])
    for found in parse(source).diagnostics:
        assert found.span is not None
        assert 0 <= found.span.start <= found.span.end <= len(source.text)


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="xyWh t12.,;:=+-*/@^()[]{}<>~\"'#\nforclaimdi", max_size=80))
def test_noise_is_survived(text: str) -> None:
    """Text of nothing but the language's characters never raises, and says something or parses."""
    assert parse(Source("t", text)) is not None
