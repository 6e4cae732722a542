"""Ranges that are declared for inputs, weights and outputs hold where a value is passed or computed.

What is expected stands beside each text; it was decided by hand from the ranges.
"""

from __future__ import annotations

import pytest

from ..graph.asking import mistakes, report_of

BLOCKS = """layer pick() {
  input i : [...] in 0..1
  weight E : 2 x 3
  output y : 3
  y = E[i]
}
layer scale() {
  input p : [...] in 0.0..1.0
  output q
  q = 2 * p
}
layer given() {
  dim n
  input x : n
  weight U : n in 0.0..1.0
  output y
  y = x .* U
}
layer bit() {
  input x : [...] in 0..9
  output b : scalar in 0..1
  b = x % 2
}
layer more() {
  input x : [...] in 0..9
  output b : scalar in 0..9
  b = min(x + 1, 9)
}
layer root() {
  input v : [...] in 0.0..inf
  output y : scalar in 0.0..inf
  y = sqrt(v)
}
layer two() = bit -> pick
dim T
"""

RIGHT = [
    "input x : T in 0..1\ny = x -> pick",
    "input x : T in 0..5\ny = x % 2 -> pick",
    "input x : T in 0..5\ny = x -> bit -> pick",
    "input x : T in 0..5\ny = x -> two",
    "input x : T in 0..9\ny = x -> repeat(T, more) -> bit -> pick",
    "input x : T in 0.0..0.5\ny = x -> scale",
    "input x : T in 0..1\ny = x -> scale",
    "input x : T\ny = sigm(x) -> scale",
    "input x : T\ny = abs(tanh(x)) -> scale",
    "input x : T\ny = min(max(x, 0), 1) -> scale",
    "input x : T, V : T in 0.0..0.5\ny = given(U = V)(x)",
    "input x : T in 0..5\noutput y : T in 0..1\ny[t] = x[t] % 2",
    "input x : T in 0..T\ny = x -> more -> bit\nassume T <= 9",
    "input x : T in 0.0..inf\ny = x -> root -> root",
    "input x : T in 2.0..3.0\ny = x -> root",
    "input x : T\ny = abs(x) -> root",
]

WRONG = {
    "input x : T in 0..5\ny = x -> pick": "out-of-range",
    "input x : T in 0..5\ny[t] = pick()(x[t]) for t in 0..T-1": "out-of-range",
    "input x : T in 0..5\ny = x -> more -> pick": "out-of-range",
    "input x : T in 0..50\ny = x -> two": "out-of-range",
    "input x : T in 0..50\ny = x -> repeat(2, more)": "out-of-range",
    "input x : T in 0..T\ny = x -> more": "out-of-range",
    "input x : T\ny = x -> pick": "unknown-data",
    "input x : T in 0.0..1.0\ny = x -> pick": "unknown-data",
    "input x : T in 0.0..5.0\ny = x -> scale": "out-of-range",
    "input x : T\ny = x -> scale": "out-of-range",
    "input x : T, V : T in 0.0..3.0\ny = given(U = V)(x)": "out-of-range",
    "input x : T in 0..5\noutput y : T in 0..1\ny[t] = x[t]": "out-of-range",
    "input x : T\ny = x -> root": "out-of-range",
    "input x : T in -inf..0.0\ny = x -> root": "out-of-range",
    "input x : T in 0.0..inf\ny = x -> scale": "out-of-range",
}


@pytest.mark.parametrize("text", RIGHT)
def test_what_lies_inside_is_fine(text: str) -> None:
    """No message of any kind about it."""
    codes = {item.code for item in report_of(f"{BLOCKS}{text}\n").diagnostics}
    assert not codes & {"out-of-range", "unknown-data", "range-undecided"}


@pytest.mark.parametrize("text", WRONG)
def test_what_may_lie_outside_is_an_error_of_the_caller(text: str) -> None:
    """Told at the last line, or where the output is declared; never inside of the block."""
    (found,) = mistakes(f"{BLOCKS}{text}\n")
    assert found[1] == WRONG[text] and found[0] > BLOCKS.count("\n")


def test_what_is_not_known_is_a_warning() -> None:
    """A square of any number may be more than 1, and may not: the program does not know which numbers come."""
    report = report_of(f"{BLOCKS}input x : T\ny = x .* x -> scale\n")
    assert [(item.code, str(item.level)) for item in report.diagnostics] == [("range-undecided", "warning")]


def test_the_condition_that_mends_it() -> None:
    """0..T lies in 0..9 for T up to 9."""
    (found,) = report_of(f"{BLOCKS}input x : T in 0..T\ny = x -> more\n").diagnostics
    assert found.help == "add: assume T <= 9"
