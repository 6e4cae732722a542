"""Claims that once were only tested.  Truth: a proof by hand beside each, or the counterexample worked out by hand."""

from __future__ import annotations

import pytest

from shapecheck.sizes import (
    And,
    Context,
    Formula,
    Or,
    Proved,
    Refuted,
    Relation,
    Size,
    consistent,
    decide,
    maximum,
    minimum,
    power,
    symbol,
)
from shapecheck.sizes.proofs.squares import nonnegative_by_squares

from .questions import at_least, below, same

a, b, m, n, H, W, T, L, k = map(symbol, ["a", "b", "m", "n", "H", "W", "T", "L", "k"])


def unequal(left: Size, right: int) -> Relation:
    return Relation("!=", left, left * 0 + right)


TRUE: list[tuple[str, tuple[Formula, ...], Formula]] = [
    ("72 and 2 are no squares", (), And((unequal(b**2, 72), unequal(b**2, 2)))),
    ("4 < b^2 + b < 12 leaves 6 only, at b = 2", (at_least(b, 3),), unequal(b**2 + b, 6)),
    ("1000 lies between 31^2 and 32^2", (), unequal(b**2, 1000)),
    ("(m - 8)^2 is not negative", (), at_least(m * m + 64, 16 * m)),
    ("(2W - b)^2 is not negative", (), at_least((2 * W + b) ** 2, 8 * W * b)),
    ("(a - b)^2 + 3b^2 is not negative", (), at_least(a * a + 4 * b * b, 2 * a * b)),
    ("2^L is at least 2^k", (at_least(T, power(2, L)), at_least(L, k)), at_least(T, power(2, k))),
    ("3^n - 2^n is at least n", (), at_least(power(3, n), power(2, n) + n)),
    ("powers of 2 outgrow multiples: 2^n >= 1 + n", (), at_least(power(2, n), n + 1)),
    ("64 > 6*6 + 1 and from there on it doubles", (at_least(n, 5),), at_least(power(2, n), 3 * n + 1)),
    ("the larger of two is at least their mean", (), at_least(2 * maximum(a, b), a + b)),
    ("a product is that of the larger and the smaller", (), same(maximum(a, b) * minimum(a, b), a * b)),
    ("floors are below what they round: sums of quotients", (), at_least(a + b, a // 2 * 2 + b // 3 * 3)),
    ("a product of two that are at least 3 is no 7", (at_least(a, 3), at_least(b, 3)), unequal(a * b, 7)),
    ("one of two is the larger", (), Or((at_least(a * a, b * b), at_least(b * b, a * a)))),
]


@pytest.mark.parametrize(("facts", "goal"), [case[1:] for case in TRUE], ids=[case[0] for case in TRUE])
def test_true_claims_are_proved(facts: tuple[Formula, ...], goal: Formula) -> None:
    """Truth: the sentence beside each."""
    assert isinstance(decide(Context(facts), goal), Proved)


def test_counterexamples_with_a_large_size_are_the_smallest() -> None:
    """Truth: 5^3 = 125 < a // 3 from a = 378 on, and any larger m needs a far larger a."""
    context = Context((), {"m": 5}, ("m", "a"))
    found = decide(context, at_least(m**3, a // 3))
    assert isinstance(found, Refuted) and found.witness == {"m": 5, "a": 378}


def test_conjuncts_are_decided_one_by_one() -> None:
    """Truth: W * W >= 1 always; at W = 1, H = 1 the smallest n with H + n > 1001 is 1001."""
    context = Context((), {}, ("W", "H", "n"))
    found = decide(context, And((at_least(W * W, 1), at_least(1001 * W, H + n))))
    assert isinstance(found, Refuted) and sum(found.witness.values()) == 1003


def test_two_large_sizes() -> None:
    """Truth: a * b < 1000 fails first where the factors are nearest to each other: 25 * 40, 32 * 32 gives 64 < 65."""
    found = decide(Context((at_least(a, 20), at_least(b, 20))), below(a * b, 1000))
    assert isinstance(found, Refuted) and sum(found.witness.values()) == 64


def test_contradictions_of_products() -> None:
    """Truth: a*b <= 8 and a, b >= 3 exclude each other; a*b = 7 and a, b >= 2, too; with 9 they do not."""
    three = (at_least(a, 3), at_least(b, 3))
    assert consistent(Context((*three, at_least(8, a * b)))) is None
    assert consistent(Context((at_least(a, 2), at_least(b, 2), same(a * b, 7)))) is None
    assert consistent(Context((*three, at_least(9, a * b)))) == {"a": 3, "b": 3}


def test_squares_are_not_found_where_there_are_none() -> None:
    """Truth: at m = 8 the first is -1; at (1, 2) the second is -1; the third is 0 at its least."""
    bounds = {"m": (1, float("inf")), "W": (1, float("inf")), "b": (1, float("inf"))}
    assert not nonnegative_by_squares(m * m + 63 - 16 * m, bounds)
    assert not nonnegative_by_squares(4 * W * W - 4 * W * b + b * b - 1, bounds)
    assert nonnegative_by_squares(m * m + 64 - 16 * m, bounds)


def test_near_misses_of_powers() -> None:
    """Truth: 2^1 < 1 + 2 and 2^3 < 3^2 + 0; T >= 2^L says nothing of a larger power."""
    assert isinstance(decide(Context(), at_least(power(2, n), n + 2)), Refuted)
    assert isinstance(decide(Context(), at_least(power(2, n), n * n)), Refuted)
    assert isinstance(decide(Context((at_least(T, power(2, L)), at_least(k, L))), at_least(T, power(2, k))), Refuted)
