"""Habits of slides, LaTeX, Python and other languages: each is named, and answered with the line to write here.

Independent truth: for each slip its author wrote down the place that is wrong and the line that is right.
"""

from __future__ import annotations

import pytest

from shapecheck.source import Source
from shapecheck.syntax import parse

_SLIPS = [
    ("y = h_{t-1}", "latex", "{", "h[t-1]"),
    ("h_t = tanh(W @ h_{t-1})", "latex", "{", "h[t-1]"),
    ("y = x^{2}", "latex", "{", "x^2"),
    ("y = x^{n+1} + 2", "latex", "{", "x^(n+1)"),
    ("y = \\sigma(x)", "stray-character", "\\", "sigma"),
    ("y = tanh(W x + b)", "no-juxtaposition", "W x", "W @ x"),
    ("y = tanh(W x)", "no-juxtaposition", "W x", "W @ x"),
    ("y = f(W[l] x, 2)", "no-juxtaposition", "W[l] x", "W[l] @ x"),
    ("y = W × x", "no-juxtaposition", "×", "W @ x"),
    ("y = 2 W", "no-juxtaposition", "2 W", "2 * W"),
    ("y = relu tanh(W @ x)", "bare-operand", "relu tanh", "relu(tanh(W @ x))"),
    ("y = tanh W @ x + b", "bare-operand", "tanh W", "tanh(..)"),
    ("y = -log p[t]", "bare-operand", "log p", "log(p[t])"),
    ("y = mean x", "bare-operand", "mean x", "mean(x)"),
    ("claim sum(k) y[n, k] ~= 1", "big-operator", "sum(k)", "sum[k] y[n, k]"),
    ("y = sum_k a[k] * b[k]", "big-operator", "sum_k", "sum[k] a[k]"),
    ("y = ∑ x", "stray-character", "∑", "sum[i in 1..n] .."),
    ("y[t] = V @ h[t] : q for t in 1..T", "shape-on-the-right", ":", "y[t] : q = V @ h[t]"),
    ("y = W @ x : n x m", "shape-on-the-right", ":", "y : n x m = W @ x"),
    ("h[t] = x[t] for t = 1..T", "bad-range", "=", "for t in 1..T"),
    ("h[t] = x[t], t = 1..T", "bad-range", ",", ".. for t in 1..T"),
    ("h[t] = x[t] for all t", "bad-range", "t", "for t in 1..T"),
    ("h[t] = x[t] for t in 1:T", "bad-range", ":", "1..T"),
    ("h[t] = x[t] for t in 1...T", "bad-range", "...", "1..T"),
    ("h[t] = x[t] for t in range(T)", "bad-range", "range(T)", "0..T-1"),
    ("h[t] = x[t] for t in range(1, T)", "bad-range", "range(1, T)", "1..T-1"),
    ("y = x[a:b, 0]", "bad-range", ":", "a..b-1"),
    ("y = x[::2]", "bad-range", ":", "y[i] = x[2i]"),
    ("weight W = 3 x 4", "shape-by-equals", "=", "weight W : 3 x 4"),
    ("weight W : (3, 4)", "shape-in-parentheses", ",", "[3, 4]"),
    ("claim W is 3 x 4", "claimed-shape", "is", "claim W : 3 x 4"),
    ("claim W has shape 3 x 4", "claimed-shape", "has", "claim W : 3 x 4"),
    ("claim shape(W) == 3 x 4", "claimed-shape", "x", "claim W : 3 x 4"),
    ("claim W.shape == n x m", "claimed-shape", "x", "claim W : n x m"),
    ("y = mean(Y, dim = 0)", "reserved-word", "dim", "mean[i] Y[i, j]  with j on the left side"),
    ("dim n : 3", "size-by-colon", ":", "dim n = 3"),
    ("def f(x) = x^2", "declaring-word", "def", "fn f(x) = x^2"),
    ("let y = 3", "declaring-word", "let", "y = 3"),
    ("param W : 3 x 4", "declaring-word", "param", "weight W : 3 x 4"),
    ("y = x if c else z", "choice", "if", "if c then x else z"),
    ("y = c ? x : z", "choice", "?", "if .. then .. else .."),
    ("y = K[1]' @ x", "prime", "'", "K[1].T"),
    ("y = f(x)' @ x", "prime", "'", "f(x).T"),
    ("y = h[t] ** 2", "double-star", "**", "h[t]^2"),
    ("y = 10000**(i / D)", "double-star", "**", "10000^(i / D)"),
    ("y = (a + b) ** f(x)", "double-star", "**", "(a + b)^f(x)"),
]


@pytest.mark.parametrize(("text", "code", "marked", "help"), _SLIPS, ids=[slip[0] for slip in _SLIPS])
def test_habit(text: str, code: str, marked: str, help: str) -> None:
    """One mistake each, with its code, at the place that is wrong, with the line to write."""
    source = Source("t", text)
    (found,) = parse(source).diagnostics
    assert found.span is not None
    assert (found.code, source[found.span]) == (code, marked)
    assert help in (found.help or "")


_STARTS = ("y ", "y[", "claim", "weight", "dim", "fn", "x =")
_WHOLE = [help for *_, help in _SLIPS if help.startswith(_STARTS) and ".." not in help]


@pytest.mark.parametrize("line", _WHOLE)
def test_the_line_to_write_is_a_line(line: str) -> None:
    """What is offered as a whole line is read without a mistake."""
    assert parse(Source("t", line)).diagnostics == ()


@pytest.mark.parametrize("text", ["for t in 1..T_{y = 3}", "layer f(p) {\n  y = 3\n}", "test h_ {\n  x = 3\n}"])
def test_braces_of_blocks_stay(text: str) -> None:
    """A brace that touches a name opens a block where a statement has one, even behind `_`."""
    assert parse(Source("t", text)).diagnostics == ()


def test_a_name_in_a_product_is_no_function() -> None:
    """A product of names that are no functions is told as a product, also in front of parentheses."""
    (found,) = parse(Source("t", "y = W f(x)")).diagnostics
    assert found.help == "for a product write  W @ f(x)  (matrices) or  W * f(x)  (numbers)"
