"""Verdicts on claims about values: proved on the equations, computed on literal data, or tried in runs.

The independent truth is arithmetic by hand; where random data are drawn the claim is an identity or fails for almost
all data.
"""

from __future__ import annotations

from itertools import product

import pytest

from ..graph.asking import report_of, verdicts


@pytest.mark.parametrize(
    ("claim", "word"),
    [
        ("a + b == [5, 7, 9]", "proved"),
        ("a + b == [5, 7, 8]", "refuted"),
        ("dot(a, b) == 32", "proved"),
        ("a == a", "proved"),
        ("a != b", "proved"),
        ("a < b", "proved"),
        ("a <= b", "proved"),
        ("a < 3", "refuted"),
        ("a[0] == 1 ", "proved"),
        ("a[i] == i + 1 for i in 0..2", "proved"),
        ("a[i] == i for i in 0..2", "refuted"),
        ("1 <= a <= 3", "proved"),
        ("1 <= a < 3", "refuted"),
        ("sum(a) == 6", "proved"),
        ("max(a) == 3", "proved"),
        ("sum[i] a[i] * b[i] == 32", "proved"),
        ("[1, 2; 3, 4] @ [1; 1] == [3; 7]", "proved"),
        ("a ~= [1, 2, 3]", "proved"),
    ],
)
def test_literal_data(claim: str, word: str) -> None:
    """a = 1 2 3 and b = 4 5 6: exact arithmetic decides."""
    assert verdicts(f"a = [1, 2, 3]\nb = [4, 5, 6]\nclaim {claim}\n") == [word]


@pytest.mark.parametrize(
    ("claim", "word"),
    [
        ("x + y == y + x", "proved"),
        ("2 * (x + y) == 2 * x + 2 * y", "proved"),
        ("(x + y) .* z == x .* z + y .* z", "proved"),
        ("sum(x) + sum(y) == sum(x + y)", "proved"),
        ("dot(x, y) == sum[i] x[i] * y[i]", "proved"),
        ("(W @ (x + y)) == W @ x + W @ y", "proved"),
        ("x + y == x - y", "refuted"),
        ("x .* y == x", "refuted"),
        ("W @ x == W.T @ x", "refuted"),
        ("W @ x == x", "refuted"),
        ("x == x[0]", "refuted"),
        ("tanh(x) ~= (exp(2 * x) - 1) ./ (exp(2 * x) + 1)", None),
        ("abs(tanh(x)) <= 1", "tested"),
        ("x .* x >= 0", "tested"),
        ("sum(x .* x) > 0", None),
        ("max(x) >= x", "tested"),
        ("x > 0", "refuted"),
        ("tanh(x) ~= x", "refuted"),
    ],
)
def test_claims_about_all_data(claim: str, word: str | None) -> None:
    """Identities hold, the others fail for almost all data; None: tested or proved, both are right."""
    (found,) = verdicts(f"dim n\ninput x : n, y : n, z : n\nweight W : n x n\nclaim {claim}\n")
    assert found in (("proved", "tested") if word is None else (word,))


SQUARE = "dim n, m\ninput A : n x m, B : m x n\n"


@pytest.mark.parametrize(
    ("claim", "least"),
    [
        ("A == 2 * A", {"n": 1, "m": 1}),
        ("(A @ B)[0, 0] == A[0, 0] * B[0, 0]", {"n": 1, "m": 2}),
        ("sum(A) == A[n-1, 0]", {"n": 1, "m": 2}),
        ("sum(A) == A[0, m-1]", {"n": 1, "m": 2}),
        ("A[0] == A[n-1]", {"n": 2, "m": 1}),
        ("A[0] == A[n-1] + A[0] - A[n-1] .* m", {"n": 1, "m": 2}),
    ],
)
def test_the_smallest_sizes_that_fail(claim: str, least: dict[str, int]) -> None:
    """By hand: sizes of least sum, then smallest n, at which the two sides are different formulas."""
    (verdict,) = report_of(f"{SQUARE}claim {claim}\n").verdicts
    assert (str(verdict.word), dict(verdict.counterexample)) == ("refuted", least)


def test_the_smallest_sizes_are_found_though_larger_tests_fail_first() -> None:
    """The test runs at n = 3, m = 4; 1 x 2 is the smallest that fails."""
    text = SQUARE + "claim sum(A) == A[0, 0]\ntest large(n = 3, m = 4)\n"
    assert dict(report_of(text).verdicts[0].counterexample) == {"n": 1, "m": 2}


def test_a_condition_restricts_where_it_is_tried() -> None:
    """A 1 x 1 matrix is its own sum; `when n > 1` fails first at 2 x 1."""
    text = SQUARE + "claim sum(A) == A[0, 0] when n == 1 and m == 1\nclaim sum(A) == A[0, 0] when n > 1\n"
    report = report_of(text)
    assert [str(verdict.word) for verdict in report.verdicts] in (["proved", "refuted"], ["tested", "refuted"])
    assert dict(report.verdicts[1].counterexample) == {"n": 2, "m": 1}


def test_a_refutation_shows_the_first_differing_entry() -> None:
    """1 2 3 against 1 5 3: entry 1, 2 against 5."""
    (verdict,) = report_of("claim [1, 2, 3] == [1, 5, 3]\n").verdicts
    text = " ".join(verdict.detail)
    assert "[1]" in text and "left 2" in text and "right 5" in text


@pytest.mark.parametrize(
    "side", ["exp(x)", "tanh(x)", "sqrt(x .* x)", "x / 3", "x ./ y", "softmax(x)", "log(1 + x .* x)", "mean(x)"]
)
def test_exact_comparison_of_rounded_numbers_is_an_error(side: str) -> None:
    """`==` with a side that rounds: use ~=."""
    (verdict,) = report_of(f"dim n\ninput x : n in 1.0..2.0, y : n in 1.0..2.0\nclaim {side} == 0.3\n").verdicts
    assert (str(verdict.word), "~=" in " ".join(verdict.detail)) == ("error", True)


def test_rounding_is_seen_through_definitions() -> None:
    """z is x / 3 by its equation."""
    assert verdicts("dim n\ninput x : n\nz = x / 3\nu = 2 * z\nclaim u == x\n") == ["error"]


def test_both_sides_the_same_term_may_round() -> None:
    """tanh(x) is tanh(x): proved, nothing is compared."""
    assert verdicts("dim n\ninput x : n\nclaim tanh(x) == tanh(x)\n") == ["proved"]


def test_tolerance() -> None:
    """|1.001 - 1| is within 0.01 and not within 0.0001, nor within the 1e-6 that `~=` takes."""
    text = "a = 1.001\nclaim a ~= 1 within 0.01\nclaim a ~= 1 within 0.0001\nclaim a ~= 1\n"
    assert [word == "refuted" for word in verdicts(text)] == [False, True, True]


def test_the_tolerance_is_relative_for_large_numbers() -> None:
    """10^9 + 1 is within 1e-6 of 10^9; 0.001 is not within 1e-6 of 0."""
    assert verdicts("claim 1000000001 ~= 1000000000\n") in (["proved"], ["tested"])
    assert verdicts("a = 0.001\nclaim a ~= 0\n") == ["refuted"]


def test_an_inexact_identity_is_tested() -> None:
    """sum of softmax is 1, up to rounding; every run agrees, or the terms prove it."""
    (verdict,) = report_of("dim n\ninput x : n\nclaim sum(softmax(x)) ~= 1\n").verdicts
    assert str(verdict.word) in ("tested", "proved")


TESTS = """
dim n
input x : n
y = 2 * x
test small(n = 2) {
  x = [3, 4]
  claim y == [6, 8]
  claim y == [6, 9]
  claim n == 2
  claim y : 2
  claim y : 3
  claim n == 3
}
"""


def test_claims_inside_a_test_speak_of_its_case() -> None:
    """n = 2 and x = 3 4: y is 6 8."""
    assert verdicts(TESTS) == ["proved", "refuted", "proved", "proved", "refuted", "refuted"]


def test_verdicts_name_the_test_they_stand_in() -> None:
    """All six stand in `small`."""
    assert {verdict.test for verdict in report_of(TESTS).verdicts} == {"small"}


def test_a_claim_outside_is_tried_at_every_test() -> None:
    """x > 0 holds for the data of `small` and not for those of `other`."""
    tests = "test small(n = 2) {\n  x = [3, 4]\n}\ntest other(n = 2) {\n  x = [3, -4]\n}\n"
    text = f"dim n\ninput x : n\nclaim x > 0\n{tests}"
    assert verdicts(text) == ["refuted"]


def test_how_often_a_claim_was_tested() -> None:
    """Two tests meet n > 2, one does not."""
    text = """
dim n
input x : n
claim x .* x >= 0 when n > 2
test a(n = 3)
test b(n = 4)
test c(n = 2)
"""
    (verdict,) = report_of(text).verdicts
    assert (str(verdict.word), verdict.runs) == ("tested", 2)


def test_the_tool_picks_sizes_where_no_test_meets_the_condition() -> None:
    """Up to three settings, named in the report; all meet n > 5."""
    text = "dim n\ninput x : n\nclaim x .* x >= 0 when n > 5\ntest c(n = 2)\n"
    (verdict,) = report_of(text).verdicts
    assert (str(verdict.word), verdict.runs) == ("tested", 3)
    assert verdict.detail == ("n = 6", "n = 7", "n = 8")


def test_picked_sizes_are_distinct_first() -> None:
    """A transposition is hidden where sizes coincide: the first pick has n and m differ."""
    text = "dim n, m\ninput A : n x m\nclaim A .* A >= 0\n"
    (verdict,) = report_of(text).verdicts
    assert verdict.detail[0] == "n = 1, m = 2"


def test_a_test_that_violates_an_assumption() -> None:
    """n = 2 is not n > 2: told at the test."""
    report = report_of("dim n\nassume n > 2\ninput x : n\ny = x\ntest small(n = 2)\n")
    assert [(item.code, report.source.position(item.span.start)[0]) for item in report.diagnostics if item.span] == [
        ("bad-test", 5)
    ]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("x = [1, 2, 3]", "wrong-data-shape"),
        ("y = [1, 2]", "bad-test"),
        ("q = [1, 2]", "undeclared-name"),
        ("x = x", "bad-test"),
    ],
)
def test_data_that_do_not_fit(line: str, code: str) -> None:
    """Wrong length; data for what is computed; for nothing known; data that are no numbers."""
    text = f"dim n\ninput x : n\ny = 2 * x\ntest small(n = 2) {{\n  {line}\n}}\n"
    assert [item.code for item in report_of(text).diagnostics] == [code]


def test_a_test_binds_every_free_size() -> None:
    """m is left open."""
    assert [item.code for item in report_of("dim n, m\ninput x : n x m\ny = x\ntest a(n = 2)\n").diagnostics] == [
        "bad-test"
    ]


def test_comparing_different_shapes_is_that_claims_error() -> None:
    """n and m are not provably one length; the other claim is judged all the same."""
    report = report_of("dim n, m\ninput x : n, y : m\nz = 2 * x\nclaim x == y\nclaim z == x + x\n")
    assert [str(verdict.word) for verdict in report.verdicts] == ["error", "proved"]


def test_the_condition_makes_the_sides_one_shape() -> None:
    """`when n == m` counts for the equality of the two sides' shapes too."""
    text = "dim n, m\ninput x : n, y : m\nclaim x + 0 * x == x when n == m\nclaim x .* y == y .* x when n == m\n"
    assert verdicts(text) == ["proved", "proved"]


def test_a_claim_reads_inside_or_is_an_error() -> None:
    """x[n] is outside of x."""
    assert verdicts("dim n\ninput x : n\nclaim x[n] == 0\nclaim x[n-1] == x[n-1]\n") == ["error", "proved"]


def test_a_counterexample_fails_and_nothing_smaller_does() -> None:
    """sum(A) == 4 A[0, 0] for ones: holds exactly where n m = 4; the smallest that fails is 1 x 1.

    With `when n * m >= 4` it is the first pair with n m > 4, in order of the sum, then of n, by brute force.
    """
    text = "dim n, m\nA = ones(n x m)\nclaim sum(A) == 4 when n * m >= 4\n"
    pairs = sorted(product(range(1, 9), repeat=2), key=lambda pair: (sum(pair), pair))
    expected = next(pair for pair in pairs if pair[0] * pair[1] > 4)
    (verdict,) = report_of(text).verdicts
    assert (str(verdict.word), tuple(verdict.counterexample.values())) == ("refuted", expected)


def test_expected_refutations_are_searched_for() -> None:
    """The test's sizes hide it (1 x 1), and `expect refuted` looks further."""
    text = SQUARE + "claim sum(A) == A[0, 0] expect refuted\ntest tiny(n = 1, m = 1)\n"
    assert verdicts(text) == ["refuted"]


def test_values_rest_on_undecided_requirements_too() -> None:
    """At most tested, though both sides are the same term."""
    assert verdicts("dim n\nassume n <= 3\ny = zeros((4^n - 1)/3)\nclaim y == y\n") in (["tested"], ["proved"])
    assert verdicts("dim n\ny = zeros((4^n - 1)/3)\nclaim y == y\n") == ["tested"]


def test_integers_beyond_floats_are_compared_exactly() -> None:
    """2^53 + 1 and 2^53 are one float64 and two integers."""
    text = "a = 9007199254740993\nb = 9007199254740992\nclaim a == b\nclaim a == b + 1\n"
    assert verdicts(text) == ["refuted", "proved"]


def test_what_a_claims_values_owe_must_hold() -> None:
    """The kernel does not fit at H = 1, M = 2: that claim is an error, and holds where H >= M."""
    text = "dim H, M\ninput I : H, K : M\nclaim conv(I, K) : H - M + 1\nclaim conv(I, K) : H - M + 1 when H >= M\n"
    report = report_of(text)
    assert [str(verdict.word) for verdict in report.verdicts] == ["error", "proved"]
    assert [(item.code, dict(item.sizes)) for item in report.diagnostics] == [("requirement-fails", {"H": 1, "M": 2})]


def test_a_maximum_of_nothing_in_a_claim_is_that_claims_error() -> None:
    """At t = 1 there is no u in 1..t-1; from t = 2 on there is."""
    text = "dim T\ninput a[t in 1..T] : scalar\nclaim (max[u in 1..t-1] a[u]) <= max(a) for t in {}..T\n"
    assert [verdicts(text.format(low)) for low in (1, 2)] == [["error"], ["tested"]]


@pytest.mark.parametrize("sides", ["1 / 0 ~= 1", "1 ~= 1 / 0", "1 / 0 ~= -1 / 0"])
def test_infinity_is_close_to_nothing_else(sides: str) -> None:
    """Relative to infinity everything would be within any tolerance."""
    text = sides.replace("1 / 0", "a / b").replace("-a / b", "(0 - a / b)")
    assert verdicts(f"a = 1\nb = 0\nclaim {text}\n") in (["refuted"], ["error"])
