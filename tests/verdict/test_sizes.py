"""Verdicts on claims about sizes and shapes.

The independent truth is `brute`: the claim evaluated in Python at all small sizes, smallest first by their sum, then in
the order of declaration.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product

import pytest

from ..graph.asking import counterexamples, mistakes, report_of, verdicts

Holds = Callable[..., bool]


def points(count: int, most: int) -> Iterator[tuple[int, ...]]:
    """All points of 1..most, by their sum, then lexicographically."""
    yield from sorted(product(range(1, most + 1), repeat=count), key=lambda point: (sum(point), point))


def brute(names: str, holds: Holds, when: Holds | None = None, most: int = 12) -> dict[str, int] | None:
    """The smallest sizes at which a claim fails, None if there are none up to `most`."""
    keys = names.replace(",", "").split()
    for point in points(len(keys), most):
        at = dict(zip(keys, point))
        if (when is None or when(**at)) and not holds(**at):
            return at
    return None


SIZE_CLAIMS: list[tuple[str, str, Holds, str, Holds | None]] = [
    ("n", "2 * (n // 2) == n", lambda n: n // 2 * 2 == n, "", None),
    ("n", "n // 2 + (n + 1) // 2 == n", lambda n: n // 2 + (n + 1) // 2 == n, "", None),
    ("n", "ceil(ceil(n / 2) / 2) == ceil(n / 4)", lambda n: ((n + 1) // 2 + 1) // 2 == (n + 3) // 4, "", None),
    ("n", "n^2 >= n", lambda n: n * n >= n, "", None),
    ("n", "n^2 > n", lambda n: n * n > n, "", None),
    ("n", "n < 10", lambda n: n < 10, "", None),
    ("n", "n % 3 != 2", lambda n: n % 3 != 2, "", None),
    ("n", "1 <= n < 5", lambda n: 1 <= n < 5, "", None),
    ("n", "n == 1 or n >= 2", lambda n: True, "", None),
    ("n", "not n == 3", lambda n: n != 3, "", None),
    ("H, M", "H - M + 1 <= H", lambda H, M: True, "", None),
    ("H, M", "H - M + 1 < H", lambda H, M: H - M + 1 < H, "", None),
    ("p, d", "3p * (p + d) == 6p^2", lambda p, d: 3 * p * (p + d) == 6 * p * p, "", None),
    ("p, d", "3p * (p + d) == 6p^2", lambda p, d: 3 * p * (p + d) == 6 * p * p, "p == d", lambda p, d: p == d),
    ("d, p", "p * d == p + d", lambda d, p: p * d == p + d, "", None),
    ("a, b, c", "a * b >= c", lambda a, b, c: a * b >= c, "", None),
    ("a, b, c", "a + b != c", lambda a, b, c: a + b != c, "", None),
    ("a, b, c", "a + b != c", lambda a, b, c: a + b != c, "c > 4", lambda a, b, c: c > 4),
    ("a, b", "max(a, b) == a", lambda a, b: max(a, b) == a, "", None),
    ("a, b", "min(a, b) + max(a, b) == a + b", lambda a, b: True, "", None),
    ("n, s", "(n - 1) // s + 1 == ceil(n / s)", lambda n, s: (n - 1) // s + 1 == -(-n // s), "", None),
    ("n, k", "(n - k) // 2 * 2 + k == n", lambda n, k: (n - k) // 2 * 2 + k == n, "", None),
    ("n, m", "n == m", lambda n, m: n == m, "n + m == 7", lambda n, m: n + m == 7),
    ("n, m", "n != m", lambda n, m: n != m, "n * m >= 9", lambda n, m: n * m >= 9),
]


@pytest.mark.parametrize(("dims", "body", "holds", "when", "condition"), SIZE_CLAIMS)
def test_a_size_claim(dims: str, body: str, holds: Holds, when: str, condition: Holds | None) -> None:
    """Proved where no small sizes fail, refuted with the first that do."""
    text = f"dim {dims}\nclaim {body}{f' when {when}' if when else ''}\n"
    expected = brute(dims, holds, condition)
    assert (verdicts(text), counterexamples(text)) == (["refuted" if expected else "proved"], [expected or {}])


SHAPE_CLAIMS: list[tuple[str, str, str, str, Holds]] = [
    ("p, d", "input W : 2p x (p + d)", "W : 2p x (p + d)", "", lambda p, d: True),
    ("p, d", "input W : 2p x (p + d)", "W : 2p x 2p", "", lambda p, d: p == d),
    ("d, p", "input W : 2p x (p + d)", "W : 2p x 2p", "", lambda d, p: p == d),
    ("p, d", "input W : 2p x (p + d)", "W : 2p x 2p", " when p == d", lambda p, d: True),
    ("n", "input x : n", "x : n // 2 + (n + 1) // 2", "", lambda n: True),
    ("n", "input x : n", "x : 2 * (n // 2)", "", lambda n: n % 2 == 0),
    ("n", "input x : n", "x : n / 2 * 2", " when n % 2 == 0", lambda n: True),
    ("n, m", "input x : n x m", "x : m x n", "", lambda n, m: n == m),
    ("n, m", "input x : n x m", "x.T : m x n", "", lambda n, m: True),
    ("H, M", "assume H >= M\ninput I : H, K : M", "conv(I, K) : H", "", lambda H, M: H < M or M == 1),
]


@pytest.mark.parametrize(("dims", "given", "body", "when", "holds"), SHAPE_CLAIMS)
def test_a_shape_claim(dims: str, given: str, body: str, when: str, holds: Holds) -> None:
    """Each axis is a size claim; the derived shape is the declared one, or conv's H - M + 1."""
    text = f"dim {dims}\n{given}\nclaim {body}{when}\n"
    expected = brute(dims, holds)
    assert (verdicts(text), counterexamples(text)) == (["refuted" if expected else "proved"], [expected or {}])


def test_the_condition_that_repairs_a_claim() -> None:
    """W is 2p x 2p exactly where d == p; with it as `when` the claim is proved."""
    text = "dim p, d\ninput W : 2p x (p + d)\nclaim W : 2p x 2p{}\n"
    (verdict,) = report_of(text.format("")).verdicts
    assert verdict.condition is not None
    assert verdicts(text.format(f" when {verdict.condition}")) == ["proved"]


def test_a_wrong_number_of_axes() -> None:
    """A matrix is no vector, whatever the sizes."""
    assert verdicts("dim n\ninput x : n x n\nclaim x : n\n") == ["refuted"]


def test_a_scalar_is_claimed_by_name() -> None:
    """`scalar` has no axes."""
    assert verdicts("dim n\ninput x : n\nclaim sum(x) : scalar\nclaim x : scalar\n") == ["proved", "refuted"]


def test_names_of_axes_are_checked_where_both_sides_have_them() -> None:
    """[batch=N, height=H] is not [height=N, batch=H]; without names nothing is said of them."""
    text = "dim N, H\ninput x : [batch=N, height=H]\nclaim x : [{}]\n"
    shapes = ("batch=N, height=H", "height=N, batch=H", "N, height=H", "N, H")
    found = [verdicts(text.format(shape))[0] for shape in shapes]
    assert found == ["proved", "refuted", "proved", "proved"]


MEMBERS = """
dim p, d, L
h[0] = zeros(d)
h[k] = zeros(p) for k in 1..L
"""


def test_a_claim_for_all_members() -> None:
    """h[0] is d long, the others p."""
    text = MEMBERS + "claim h[k] : p for k in 1..L\nclaim h[0] : d\nclaim h[k] : p for k in 0..L\n"
    assert verdicts(text) == ["proved", "proved", "refuted"]


def test_where_a_claim_for_all_members_fails_first() -> None:
    """At k = 0, where d is not p: p = 1, d = 2; k is an index and no size."""
    (verdict,) = report_of(MEMBERS + "claim h[k] : p for k in 0..L\n").verdicts
    assert {name: verdict.counterexample[name] for name in "pd"} == {"p": 1, "d": 2}
    assert "k" not in verdict.counterexample and ".k" not in verdict.counterexample


def test_a_claim_about_indices() -> None:
    """t <= 2 t - 1 for t >= 1; t < T fails at t = T."""
    text = "dim T\nclaim t <= 2t - 1 for t in 1..T\nclaim t < T for t in 1..T\n"
    assert verdicts(text) == ["proved", "refuted"]


def test_a_claims_range_may_depend_on_an_outer_index() -> None:
    """u <= t inside the triangle, and so u <= T."""
    assert verdicts("dim T\nclaim u <= T for t in 1..T, u in 1..t\n") == ["proved"]


def test_a_claim_without_sizes_to_meet_it_is_vacuous() -> None:
    """`when n < 1` is about nothing: an error, not a proof."""
    (verdict,) = report_of("dim n\nclaim n == 7 when n < 1\n").verdicts
    assert (str(verdict.word), verdict.ok) == ("error", False)


def test_a_claim_over_an_empty_range_is_vacuous() -> None:
    """3..2 has no members for any n."""
    assert verdicts("dim n\nclaim t == n for t in 3..2\n") == ["error"]


def test_a_range_that_is_empty_for_some_sizes_only_is_not() -> None:
    """2..n is empty at n = 1, and t >= 2 in it otherwise."""
    assert verdicts("dim n\nclaim t >= 2 for t in 2..n\n") == ["proved"]


def test_a_division_in_a_claim_must_divide() -> None:
    """n / 2 is no size at n = 1: the claim is an error, with that size."""
    (verdict,) = report_of("dim n\nclaim 2 * (n / 2) == n\n").verdicts
    assert (str(verdict.word), dict(verdict.counterexample)) == ("error", {"n": 1})


def test_a_division_that_divides_by_the_condition() -> None:
    """`when` counts as assumed for all of its claim."""
    assert verdicts("dim n\nclaim 2 * (n / 2) == n when n % 2 == 0\n") == ["proved"]


@pytest.mark.parametrize(
    ("claim", "expect", "ok"),
    [
        ("n >= 1", "proved", True),
        ("n >= 1", "refuted", False),
        ("n > 1", "refuted", True),
        ("n > 1", "proved", False),
        ("n > 1", None, False),
        ("n >= 1", None, True),
    ],
)
def test_what_the_author_expects(claim: str, expect: str | None, ok: bool) -> None:
    """A file with a false sentence can be a good file."""
    text = f"dim n\nclaim {claim}{f' expect {expect}' if expect else ''}\n"
    report = report_of(text)
    assert (report.verdicts[0].ok, report.ok) == (ok, ok)


def test_assumptions_count() -> None:
    """c < n makes c + 1 <= n; without it c = n = 1 fails."""
    assert verdicts("dim n, c\nassume c < n\nclaim c + 1 <= n\n") == ["proved"]
    assert counterexamples("dim n, c\nclaim c + 1 <= n\n") == [{"n": 1, "c": 1}]


def test_lower_bounds_count() -> None:
    """k >= 0 may be 0, n >= 3 is not 1."""
    text = "dim k >= 0, n >= 3\nclaim k >= 1\nclaim n >= 2\n"
    assert verdicts(text) == ["refuted", "proved"]
    assert report_of(text).verdicts[0].counterexample["k"] == 0


def test_what_rests_on_an_undecided_requirement_is_tested_at_most() -> None:
    """That 3 divides 4^n - 1 takes an induction; the shape that rests on it is not proved."""
    assert verdicts("dim n\ny = zeros((4^n - 1)/3)\nclaim y : (4^n - 1)/3\n") == ["tested"]


def test_what_rests_on_an_error_is_an_error() -> None:
    """The kernel does not fit for some sizes."""
    text = "dim H, M\ninput I : H, K : M\nV = conv(I, K)\nclaim V : H - M + 1\nclaim H == H\n"
    assert verdicts(text) == ["error", "error"]


def test_a_claim_true_at_all_sizes_tried_but_not_proved_is_tested() -> None:
    """n^2 - 2 m^2 == 1 makes n odd and m even, which the prover does not see; the count of sizes is given."""
    (verdict,) = report_of("dim n, m\nassume n^2 - 2 * m^2 == 1\nclaim m % 2 == 0\n").verdicts
    assert str(verdict.word) == "tested"
    assert verdict.runs >= 1


def test_inequalities_of_counts() -> None:
    """A convolution has at most as many weights as a full layer (fewer except for 1 output from 1 window)."""
    text = """
dim H, M
assume H >= M
input I : H
weight K : M
V = conv(I, K)
claim params <= H * (H - M + 1)
claim params < H * (H - M + 1)
"""
    report = report_of(text)
    assert [str(verdict.word) for verdict in report.verdicts] == ["proved", "refuted"]
    expected = brute("H, M", lambda H, M: M < H * (H - M + 1), lambda H, M: H >= M)
    assert dict(report.verdicts[1].counterexample) == expected


def test_claims_may_not_be_about_nothing() -> None:
    """A claim compares, or gives a shape."""
    assert [line for line, _ in mistakes("dim n\nclaim n\n")] == [2]


def test_a_number_is_not_told_to_be_itself() -> None:
    """A matrix of 3 x 4 has 12 entries; that 10 is 10 needs no word."""
    report = report_of("input x : 4\nweight W : 3 x 4\ny = W @ x\nclaim params == 10\n")
    (verdict,) = report.verdicts
    assert verdict.detail == ("params is 12",)
    (plain,) = report_of("claim 2 == 3\n").verdicts
    assert (str(plain.word), plain.detail) == ("refuted", ())
