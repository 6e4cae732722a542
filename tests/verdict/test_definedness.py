# ruff: noqa: E501 - a claim is one line
"""A claim is proved only where both sides have a value for all sizes, indices and data that are admitted.

The independent truth: for each claim that may not be proved, data are named for which a side has none (0 / 0, the root
of -1, infinity less infinity); for each that must be, the docstring of its group says why there is always a value.
Whatever is proved is also run at many drawn data, zeros and negative numbers among them.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

import numpy as np
import pytest

from shapecheck.checked import Report
from shapecheck.execute import run

from ..graph.asking import report_of

SPEC = """
dim n, m
input x : n, y : n in 0.0..1.0, z : n in 1.0..2.0, k : n in 0..3, A : n x n
weight w : n
"""
DEFINED = """
claim x[i] - x[i] ~= 0 for i in 0..n-1
claim y[i] / z[i] ~= y[i] * (1 / z[i]) for i in 0..n-1
claim sqrt(y[i]) ~= sqrt(y[i] + 0) for i in 0..n-1
claim sqrt(x[i] * x[i]) ~= sqrt(x[i]^2) for i in 0..n-1
claim sqrt(x[i]^2 * w[i]^2 * x[i]^4) ~= sqrt(x[i]^6 * w[i]^2) for i in 0..n-1
claim log(z[i]) - log(z[i]) ~= 0 for i in 0..n-1
claim log(1 + exp(x[i])) ~= log(exp(x[i]) + 1) for i in 0..n-1
claim log(1 + x[i]^2) ~= log(x[i] * x[i] + 1) for i in 0..n-1
claim 1 / (1 + abs(x[i])) ~= 1 / (abs(x[i]) + 1) for i in 0..n-1
claim 1 / sqrt(mean(x .* x) + 0.001) ~= 1 / sqrt(0.001 + mean(x .* x))
claim 1 / sqrt((mean[i in 0..n-1] (x[i] - mean(x))^2) + 0.001) ~= 1 / sqrt(0.001 + mean[i in 0..n-1] (x[i] - mean(x))^2)
claim softmax(x) ~= softmax(x + 0)
claim log(sum[i in 0..n-1] exp(x[i] - max(x))) ~= log(sum[i in 0..n-1] exp(x[i] - max(x) + 0))
claim softmax(x) ~= stack[i in 0..n-1] exp(x[i]) / (sum[j in 0..n-1] exp(x[j]))
claim log(sigm(x[i])) ~= log(1 / (1 + exp(-x[i]))) for i in 0..n-1
claim log(1 - sigm(x[i])) ~= log(1 - sigm(x[i] + 0)) for i in 0..n-1
claim 1 / sum(z) ~= 1 / (sum[i in 0..n-1] z[i])
claim 1 / (sum[i in 0..n-1] (i + 1)) ~= 1 / (sum[i in 0..n-1] (1 + i))
claim sqrt(n - i) ~= sqrt(n - i + 0) for i in 0..n-1
claim 1 / (i + 1) ~= 1 / (1 + i) for i in 0..n-1
claim 1 / (i - n) ~= 1 / (i - n + 0 * i) for i in 0..n-1
claim 1 / (2 * i + 1) ~= 1 / (1 + 2 * i) for i in 0..n-1
claim sqrt(i - 2) ~= sqrt(i - 2 + 0) for i in 2..n-1 when n > 2
claim 1 / (n - 1) ~= 1 / (n - 1 + 0) when n > 1
claim x[i] % 2 ~= (x[i] + 0) % 2 for i in 0..n-1
claim x[i] // z[i] ~= (x[i] + 0) // z[i] for i in 0..n-1
claim x[i]^k[i] ~= (x[i] + 0)^k[i] for i in 0..n-1
claim x[i]^n ~= (x[i] + 0)^n for i in 0..n-1
claim y[i]^0.5 ~= (y[i] + 0)^0.5 for i in 0..n-1
claim z[i]^x[i] ~= z[i]^(x[i] + 0) for i in 0..n-1
claim z[i]^(-1) ~= z[i]^(-1) for i in 0..n-1
claim exp(-inf) + x[i] ~= x[i] + exp(-inf) for i in 0..n-1
claim max(x[i], -inf) ~= x[i] for i in 0..n-1
claim x[i] - (max[j in 0..n-1] (if j <= i then x[j] else -inf)) ~= x[i] - (max[j in 0..n-1] (if j <= i then x[j] else -inf)) for i in 0..n-1
claim softmax(stack[j in 0..n-1] (if j <= i then x[j] else -inf)) ~= softmax(stack[j in 0..n-1] (if j < i + 1 then x[j] else -inf)) for i in 0..n-1
claim softmax(stack[j in 0..n-1] (if j >= i then x[j] else -inf)) ~= softmax(stack[j in 0..n-1] (if i <= j then x[j] else -inf)) for i in 0..n-1
claim exp(if j <= i then x[j] else -inf) ~= exp(if i < j then -inf else x[j]) for i in 0..n-1, j in 0..n-1
claim (if x[i] > 0 then log(x[i]) else 0) ~= (if x[i] > 0 then log(x[i] + 0) else 0) for i in 0..n-1
claim (if x[i] != 0 then w[i] / x[i] else 0) ~= (if x[i] != 0 then w[i] / (x[i] + 0) else 0) for i in 0..n-1
claim (if x[i] == 0 then 0 else w[i] / x[i]) ~= (if x[i] == 0 then 0 else w[i] / (x[i] + 0)) for i in 0..n-1
claim (if x[i] > w[i] then log(x[i] - w[i]) else 0) ~= (if x[i] > w[i] then log(x[i] - w[i]) else 0 * n) for i in 0..n-1
claim (if x[i] > w[i] then 1 / (2 * w[i] - 2 * x[i]) else 1) ~= (if x[i] > w[i] then 1 / (2 * w[i] - 2 * x[i]) else 2 - 1) for i in 0..n-1
claim (if x[i] + 1 >= 0 then sqrt(2 * x[i] + 2) else 0) ~= (if x[i] + 1 >= 0 then sqrt(2 + 2 * x[i]) else 0) for i in 0..n-1
claim (if x[i] > 0 and w[i] > x[i] then log(w[i]) else 0) ~= (if x[i] > 0 and w[i] > x[i] then log(w[i] + 0) else 0) for i in 0..n-1
claim (if x[i] <= 0 or w[i] <= 0 then 0 else log(x[i] * w[i])) ~= (if x[i] <= 0 or w[i] <= 0 then 0 else log(w[i] * x[i])) for i in 0..n-1
claim (if not x[i] < 0 then sqrt(x[i]) else 0) ~= (if not x[i] < 0 then sqrt(x[i] + 0) else 0) for i in 0..n-1
claim (if abs(x[i]) < 1 then sqrt(1 - x[i]) else 0) ~= (if abs(x[i]) < 1 then sqrt(1 - x[i] + 0) else 0) for i in 0..n-1
claim (if i > 0 then x[i] / i else 0) ~= (if i > 0 then (x[i] + 0) / i else 0) for i in 0..n-1
claim (if i != j then 1 / (i - j) else 0) ~= (if i != j then 1 / (i - j + 0) else 0) for i in 0..n-1, j in 0..n-1
claim (sum[j in 0..n-1] (if x[j] > 0 then log(x[j]) else 0)) ~= (sum[j in 0..n-1] (if x[j] > 0 then log(x[j] + 0) else 0))
claim (prod[i in 0..n-1] z[i]) / (prod[i in 0..n-1] z[i] + 1) ~= (prod[i in 0..n-1] z[i]) * (1 / (prod[i in 0..n-1] z[i] + 1))
claim w[argmax[i in 0..n-1] x[i]] ~= w[argmax[i in 0..n-1] (x[i] + 0)]
claim sum(x) / n ~= mean(x)
"""
UNDEFINED = """
claim sqrt(x[i]) ~= sqrt(x[i]) for i in 0..n-1
claim log(x[i]) ~= log(x[i]) for i in 0..n-1
claim log(abs(x[i])) - log(abs(x[i])) ~= 0 for i in 0..n-1
claim log(y[i]) - log(y[i]) ~= 0 for i in 0..n-1
claim y[i] / y[i] ~= y[i] / y[i] for i in 0..n-1
claim x[i] * (w[i] / x[i]) ~= w[i] * x[i] / x[i] for i in 0..n-1
claim 0 * (1 / y[i]) ~= 0 for i in 0..n-1
claim 0 * (x[i] + inf) ~= 0 for i in 0..n-1
claim (x[i] + inf) - (x[i] + inf) ~= 0 for i in 0..n-1
claim x[i] * inf ~= inf * x[i] for i in 0..n-1
claim max(x[i], inf) - max(inf, x[i]) ~= 0 for i in 0..n-1
claim sin(max(x[i], inf)) ~= sin(max(inf, x[i])) for i in 0..n-1
claim sqrt(x[i] * w[i]) ~= sqrt(w[i] * x[i]) for i in 0..n-1
claim sqrt(x[i]^3) ~= sqrt(x[i] * x[i] * x[i]) for i in 0..n-1
claim sqrt(sum(x)) ~= sqrt(sum(x) + 0)
claim (sum(x) - sum(x)) / (sum(x) - sum(x)) ~= (sum(x) - sum(x)) / (sum(x) - sum(x))
claim 0 / sum(y) ~= 0
claim x[i]^0.5 ~= x[i]^0.5 for i in 0..n-1
claim 0 * x[i]^(-1) ~= 0 for i in 0..n-1
claim x[i]^y[i] ~= x[i]^y[i] for i in 0..n-1
claim x[i] % y[i] ~= x[i] % y[i] for i in 0..n-1
claim x[i] // y[i] ~= x[i] // y[i] for i in 0..n-1
claim 0 * (1 / i) ~= 0 for i in 0..n-1
claim sqrt(i - 1) ~= sqrt(i - 1) for i in 0..n-1
claim (if x[i] >= 0 then log(x[i]) - log(x[i]) else 0) ~= 0 for i in 0..n-1
claim (if x[i] > 0 then 0 else sqrt(x[i])) ~= (if x[i] > 0 then 0 else sqrt(x[i])) for i in 0..n-1
claim (if x[i] > w[i] then sqrt(w[i] - x[i]) else 0) ~= (if x[i] > w[i] then sqrt(w[i] - x[i]) else 0) for i in 0..n-1
claim (if x[i] > 0 or w[i] > 0 then sqrt(x[i]) else 0) ~= (if x[i] > 0 or w[i] > 0 then sqrt(x[i]) else 0) for i in 0..n-1
claim (if sqrt(x[i]) > 1 then 1 else 1) ~= 1 for i in 0..n-1
claim (if i >= 0 then 0 / i else 0) ~= 0 for i in 0..n-1
claim (sum[j in 0..n-1] sqrt(x[j])) ~= (sum[j in 0..n-1] sqrt(x[j]))
claim (sum[j in 0..n-1] 0 / y[j]) ~= 0
claim (prod[j in 0..n-1] (if j == 0 then inf else x[j])) ~= (prod[j in 0..n-1] (if j == 0 then inf else x[j] + 0)) when n > 1
claim (sum[j in 0..n-1] (if j == 0 then inf else -inf)) ~= (sum[j in 0..n-1] (if j == 0 then inf else -inf + 0)) when n > 1
claim softmax(stack[j in 0..n-1] (if j < i then x[j] else -inf)) ~= softmax(stack[j in 0..n-1] (if j + 1 <= i then x[j] else -inf)) for i in 0..n-1
claim exp(log(x[i])) ~= exp(log(x[i])) for i in 0..n-1
claim log(x[i] * w[i]) ~= log(x[i]) + log(w[i]) for i in 0..n-1
claim A[i, i] / A[i, i] - A[i, i] / A[i, i] ~= 0 for i in 0..n-1
claim 1 / (x[i] - x[i] + 1) + 0 / (x[i] - w[i]) ~= 1 for i in 0..n-1
"""
FAMILIES = {
    "a root by an equation": ("r[i in 0..n-1] = sqrt(x[i])\nclaim r[i] ~= r[i] for i in 0..n-1\n", False),
    "a root of a square by equations": (
        "s[i in 0..n-1] = x[i]^2\nr[i in 0..n-1] = sqrt(s[i])\nclaim r[i] ~= r[i] for i in 0..n-1\n",
        True,
    ),
    "a difference by an equation, guarded": (
        "d[i in 0..n-1] = x[i] - w[i]\nr[i in 0..n-1] = if x[i] > w[i] then log(d[i]) else 0\n"
        "claim r[i] ~= r[i] for i in 0..n-1\n",
        True,
    ),
    "a guard that says nothing of the difference": (
        "d[i in 0..n-1] = x[i] - w[i]\nr[i in 0..n-1] = if x[i] > 0 then log(d[i]) else 0\n"
        "claim r[i] ~= r[i] for i in 0..n-1\n",
        False,
    ),
    "below a sum": (
        "r[i in 0..n-1] = 0 / x[i]\ns = sum[i in 0..n-1] r[i]\nclaim s ~= sum[i in 0..n-1] r[i]\n",
        False,
    ),
    "positive from member to member": (
        "input q[t in 1..n] : scalar\nh[0] = 1\nh[t] = h[t-1] + q[t]^2 for t in 1..n\n"
        "claim log(h[t]) ~= log(h[t] + 0) for t in 0..n\n",
        True,
    ),
    "not negative from member to member": (
        "input q[t in 1..n] : scalar\nh[0] = 0\nh[t] = 0.5 * h[t-1] + exp(q[t]) for t in 1..n\n"
        "claim sqrt(h[t]) ~= sqrt(h[t] + 0) for t in 0..n\n",
        True,
    ),
    "0 at the start": (
        "input q[t in 1..n] : scalar\nh[0] = 0\nh[t] = h[t-1] + q[t]^2 for t in 1..n\n"
        "claim log(h[t]) - log(h[t]) ~= 0 for t in 0..n\n",
        False,
    ),
    "negative in the end": (
        "input q[t in 1..n] : scalar\nh[0] = 1\nh[t] = h[t-1] - q[t]^2 for t in 1..n\n"
        "claim sqrt(h[t]) ~= sqrt(h[t] + 0) for t in 0..n\n",
        False,
    ),
    "between 0 and 1 from member to member": (
        "input q[t in 1..n] : scalar\nh[0] = 0.5\nh[t] = sigm(q[t]) * h[t-1] for t in 1..n\n"
        "claim log(1 - h[t]) ~= log(1 - h[t] + 0) for t in 0..n\n",
        True,
    ),
    "a recurrence that divides by what may be 0": (
        "input q[t in 1..n] : scalar\nh[0] = 0\nh[t] = h[t-1] / q[t] for t in 1..n\nclaim h[t] ~= h[t] for t in 0..n\n",
        False,
    ),
    "two families that lead to each other": (
        "g[0] = 1\nh[0] = 1\ng[t] = h[t-1] / 2 for t in 1..n\nh[t] = 1 / (1 + g[t-1]) for t in 1..n\n"
        "claim sqrt(g[t]) ~= sqrt(g[t] + 0) for t in 0..n\n",
        True,
    ),
    "induction over members with a value": (
        "input q[t in 1..n] : scalar\nh[0] = 0\nh[t] = h[t-1] + q[t] for t in 1..n\n"
        "claim h[t] ~= (sum[u in 1..t] q[u]) for t in 0..n\n",
        True,
    ),
    "induction over members that may have none": (
        "input q[t in 1..n] : scalar\nh[0] = 0\nh[t] = h[t-1] + sqrt(q[t]) for t in 1..n\n"
        "claim h[t] ~= (sum[u in 1..t] sqrt(q[u])) for t in 0..n\n",
        False,
    ),
    "induction over members that may be infinite": (
        "input q[t in 1..n] : scalar\nh[0] = 0\nh[t] = h[t-1] + max(q[t], inf) for t in 1..n\n"
        "claim h[t] - h[t] ~= 0 for t in 0..n\n",
        False,
    ),
    "data that a test makes infinite": (
        "input q : 2\nclaim q[i] - q[i] ~= 0 for i in 0..1\ntest t(n = 1, m = 1) {\n  q = [inf, 0]\n}\n",
        False,
    ),
    "data that a test gives": (
        "input q : 2\nclaim q[i] - q[i] ~= 0 for i in 0..1\ntest t(n = 1, m = 1) {\n  q = [2, 0]\n}\n",
        True,
    ),
    "a declared range of integers": ("input q : n in 1..9\nclaim log(q) ~= log(q + 0)\n", True),
    "a declared range from 0 to a size": ("input q : n in 0..n\nclaim sqrt(q) ~= sqrt(q + 0)\n", True),
    "a declared range below 0": ("input q : n in -1..n\nclaim sqrt(q) ~= sqrt(q + 0)\n", False),
    "an assumption that is needed": ("assume n > m\nclaim sqrt(n - m - 1) ~= sqrt(n - m - 1 + 0 * m)\n", True),
    "an assumption that is missing": ("claim 0 / (n - m) ~= 0 * m\n", False),
    "a block's own range": (
        "layer f() {\n  dim p\n  input a : p in 0.0..1.0\n  output b : p\n  b = sqrt(a)\n  claim b ~= sqrt(a + 0)\n"
        "  test t(p = 2)\n}\nclaim n == n\n",
        True,
    ),
    "a block's weight in a range": (
        "layer f() {\n  dim p\n  input a : p\n  weight v : p in 1.0..2.0\n  output b : p\n  b = a ./ v\n}\n"
        "u = x -> f\nclaim u ~= u + 0\n",
        True,
    ),
    "a block that divides by its input": (
        "layer f() {\n  dim p\n  input a : p\n  output b : p\n  b = a ./ a\n}\nu = x -> f\nclaim u ~= u + 0\n",
        False,
    ),
}


def lines(text: str) -> list[str]:
    """The claims of a text."""
    return [line for line in text.splitlines() if line]


@pytest.fixture(scope="module")
def defined() -> Report:
    """All claims of `DEFINED` in one spec."""
    return report_of(SPEC + DEFINED)


@pytest.fixture(scope="module")
def undefined() -> Report:
    """All claims of `UNDEFINED` in one spec."""
    return report_of(SPEC + UNDEFINED)


@pytest.mark.parametrize("number", range(len(lines(DEFINED))))
def test_proved_where_there_is_always_a_value(defined: Report, number: int) -> None:
    """Squares, absolute values, exp, sums of them, and what is declared or asked for in an `if`."""
    verdict = defined.verdicts[number]
    assert str(verdict.word) == "proved", lines(DEFINED)[number]


@pytest.mark.parametrize("number", range(len(lines(UNDEFINED))))
def test_not_proved_where_there_may_be_none(undefined: Report, number: int) -> None:
    """At x = -1 or 0, w = 1, y = 0 or i = 0 a side of each is 0 / 0, infinity less infinity, or no real number."""
    verdict = undefined.verdicts[number]
    assert str(verdict.word) in ("tested", "error", "unknown"), lines(UNDEFINED)[number]


@pytest.mark.parametrize("name", FAMILIES)
def test_definitions_are_looked_through(name: str) -> None:
    """Equations, recurrences, blocks, ranges and assumptions: True where there is always a value."""
    text, proved = FAMILIES[name]
    report = report_of(SPEC + text)
    words = [str(verdict.word) for verdict in report.verdicts]
    assert (words[-1] == "proved") == proved, (words, [item.title for item in report.diagnostics])


def data(draw: np.random.Generator, n: int, special: float) -> dict[str, Any]:
    """Data for `SPEC`; so many of the numbers are 0, 1 and the like."""

    def numbers(low: float, high: float, *ends: float, shape: tuple[int, ...] = ()) -> Any:
        drawn = draw.uniform(low, high, shape or (n,))
        return np.where(draw.random(drawn.shape) < special, draw.choice(ends, drawn.shape), drawn)

    return {
        "x": numbers(-2, 2, -1, 0, 1, 0.5, 2),
        "y": numbers(0, 1, 0, 1),
        "z": numbers(1, 2, 1, 2),
        "k": draw.integers(0, 4, n),
        "w": numbers(-2, 2, -1, 0, 1, 0.5),
        "A": numbers(-2, 2, 0, 1, shape=(n, n)),
    }


def draws() -> Iterator[tuple[int, dict[str, Any]]]:
    """Sizes and data, the same in each run of the tests."""
    draw = np.random.default_rng(11)
    for n, special in product((1, 2, 3, 5), (0.0, 0.4, 0.8, 1.0)):
        yield n, data(draw, n, special)


def test_what_is_proved_has_a_value_in_runs(defined: Report) -> None:
    """At 16 drawn sizes and data every claim of `DEFINED` has two sides that are numbers, and the same ones."""
    assert defined.shapes is not None
    for n, values in draws():
        result = run(defined.shapes, {"n": n, "m": 1}, values)
        for claim, instances in defined.shapes.claims.items():
            if claim.condition is not None and not claim.condition.holds({"n": n, "m": 1}):
                continue
            for instance in instances:
                left, right = (result.number(instance, operand) for operand in claim.body.operands)  # type: ignore[union-attr]
                np.testing.assert_allclose(left, right, rtol=1e-6, atol=1e-6, err_msg=claim.text)


def test_what_is_not_proved_has_none_in_some_run(undefined: Report) -> None:
    """For each claim of `UNDEFINED` but those that divide a number by 0, some data make a NaN."""
    from shapecheck.execute import ExecutionError

    assert undefined.shapes is not None
    met: set[str] = set()
    for n, values in draws():
        values["x"][0], values["w"][0], values["y"][0] = (-1, 1, 0) if n < 5 else (0, 0, 0)
        result = run(undefined.shapes, {"n": n, "m": 1}, values)
        for claim, instances in undefined.shapes.claims.items():
            try:
                for instance in instances:
                    for operand in claim.body.operands:  # type: ignore[union-attr]
                        result.number(instance, operand)
            except ExecutionError:
                met.add(claim.text)
    missing = [claim.text for claim in undefined.shapes.claims if claim.text not in met]
    assert not missing


@pytest.mark.parametrize(
    ("claim", "operation"),
    [
        ("sqrt(x[i]) ~= 1 for i in 0..n-1", "`sqrt`"),
        ("0 * (x[i] + inf) == 0 for i in 0..n-1", "`*`"),
        ("(sum[j in 0..n-1] log(x[j] - 3)) ~= 0", "`log`"),
        ("log(x[i] - 3) > 0 for i in 0..n-1", "`log`"),
        ("(if sqrt(x[i] - 3) > 1 then 1 else 2) ~= 2 for i in 0..n-1", "`sqrt`"),
    ],
)
def test_a_value_that_is_none_is_an_error(claim: str, operation: str) -> None:
    """As in an equation: an error that names the operation, where the data drawn make one; never `refuted`."""
    report = report_of(f"{SPEC}claim {claim}\ntest t(n = 4, m = 1)\n")
    assert str(report.verdicts[-1].word) == "error"
    assert [(item.code, item.title.split(" ")[0]) for item in report.diagnostics] == [("nan-made", operation)]
