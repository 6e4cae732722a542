"""Texts that are no specs: one diagnostic each, in little time, never an exception."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest

from shapecheck.source import Source, Span
from shapecheck.syntax import format_source, parse
from shapecheck.syntax.refusals import MAXIMUM_DEPTH, MAXIMUM_DIGITS, MAXIMUM_NESTING

_ROUGH = [
    ("empty", "", "empty-file"),
    ("only blanks", " \n\t\n", "empty-file"),
    ("only comments", "# a\n# b", "empty-file"),
    ("ten megabytes", "a" * 10_000_000, "file-too-large"),
    ("a zero byte", "dim n\0", "control-character"),
    ("binary", "\x7fELF\x02\x01\x01\0\0", "control-character"),
    ("brackets", "y = " + "(" * 10_000, "nested-too-deep"),
    ("closed brackets", "y = " + "(" * 10_000 + "x" + ")" * 10_000, "nested-too-deep"),
    ("blocks", "for t in 1..2 {\n" * 10_000, "nested-too-deep"),
    ("minuses", "y = " + "-" * 10_000 + "x", "nested-too-deep"),
    ("nots", "claim " + "not " * 10_000 + "x", "nested-too-deep"),
    ("powers", "y = 2" + "^2" * 10_000, "nested-too-deep"),
    ("a long sum", "y = x" + " + x" * 10_000, "nested-too-deep"),
    ("a long chain", "y = x" + " -> f" * 10_000, "nested-too-deep"),
    ("ifs", "y = " + "if a then b else " * 5_000 + "c", "nested-too-deep"),
    ("subscripts", "y = x" + "[1]" * 10_000, "nested-too-deep"),
    ("digits", "y = " + "9" * 10_000, "number-too-long"),
    ("a coefficient", "y = " + "9" * 10_000 + "p", "number-too-long"),
    ("sizes", "weight W : 3x" + "9" * 10_000, "number-too-long"),
    ("quotes", '"' * 100_000, "unterminated-string"),
]


@pytest.mark.parametrize(("text", "code"), [case[1:] for case in _ROUGH], ids=[case[0] for case in _ROUGH])
def test_rough_text(text: str, code: str) -> None:
    """One diagnostic with its code; the formatter hands the text back."""
    source = Source("t", text)
    assert [found.code for found in parse(source).diagnostics] == [code]
    assert format_source(source) == text


def calls(work: Callable[[], object]) -> int:
    """How many functions are called: the same on every machine, however busy it is."""
    count = 0

    def profile(frame: object, event: str, argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(profile)
    try:
        work()
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize("unit", ["\n", "# a\n", "y = f(x\n", "y = W x\n", "{", '"', "table ", "1x", "x[", ")"])
def test_work_does_not_explode(unit: str) -> None:
    """A text of one piece, repeated: eight times the text calls less than 16 times the functions (quadratic: 64)."""
    short, long = (Source("t", unit * (count // len(unit))) for count in (2_000, 16_000))
    assert calls(lambda: parse(long)) < 16 * calls(lambda: parse(short))


def test_work_is_linear() -> None:
    """Eight times the equations call less than nine times as many functions."""

    def needed(count: int) -> int:
        text = "".join(f"y{number} = sigm(W @ [x; h{number}]) + 2p * (d - 1)\n" for number in range(count))
        return calls(lambda: parse(Source("t", text)))

    needed(50)
    assert needed(1600) < 9 * needed(200)


def test_position_of_the_bracket_that_is_too_deep() -> None:
    """By counting: four characters, then as many brackets as are allowed."""
    (found,) = parse(Source("t", "y = " + "(" * 10_000)).diagnostics
    assert found.span == Span(4 + MAXIMUM_NESTING, 5 + MAXIMUM_NESTING)


def test_what_is_within_the_limits_parses() -> None:
    """The limits are where they say they are."""
    nested = "(" * MAXIMUM_NESTING + "x" + ")" * MAXIMUM_NESTING
    summed = "x" + " + x" * (MAXIMUM_DEPTH - 5)
    for text in (nested, summed, "9" * MAXIMUM_DIGITS):
        assert parse(Source("t", f"y = {text}")).diagnostics == ()


def test_deep_statement_is_left_out() -> None:
    """What is too deep to walk does not get into the tree; its neighbours do."""
    parsed = parse(Source("t", "dim n\ny = x" + " + x" * 10_000 + "\nz = n\n"))
    assert len(parsed.spec.statements) == 2


@pytest.mark.parametrize("text", ["\ufeffdim n\n", "dim n\r\n", "\tdim\tn", "dim\u00a0n", "dim n", "\n\ndim n\n\n"])
def test_harmless_texts(text: str) -> None:
    """Byte-order mark, CR LF, tabs, no-break spaces, no line end at the end of the file."""
    parsed = parse(Source("t", text))
    assert parsed.diagnostics == ()
    assert parsed.spec == parse(Source("t", "dim n\n")).spec
