"""Large numbers and deep sizes.  Truth: nothing but an answer may come back, and Python's integers say which."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shapecheck.sizes import (
    Context,
    Formula,
    Proved,
    Refuted,
    Relation,
    Size,
    TooLargeToWrite,
    Undecided,
    Undefined,
    ceil_divide,
    consistent,
    decide,
    integer,
    maximum,
    minimum,
    plain_condition,
    possible,
    power,
    repair,
    show,
    show_factored,
    smallest,
    summation,
    symbol,
)
from shapecheck.sizes.algebra.point_values import TooLarge

n, m = symbol("n"), symbol("m")
HUGE = 10**30


def huge_integers() -> st.SearchStrategy[int]:
    """Numbers below, at and far beyond 64 bits, up to 10^400."""
    exponents = st.sampled_from([0, 1, 9, 18, 19, 20, 30, 31, 100, 309, 400])
    return st.builds(
        lambda sign, digit, exponent, shift: sign * digit * 10**exponent + shift,
        st.sampled_from([1, 1, -1]),
        st.integers(1, 9),
        exponents,
        st.integers(-2, 2),
    )


@st.composite
def huge_sizes(draw: st.DrawFn, depth: int = 2) -> Size:
    """Sizes of n and m with huge coefficients, divisors and exponents."""
    if depth == 0:
        return draw(st.sampled_from([n, m, integer(1)])) * draw(huge_integers()) + draw(huge_integers())
    left, right = draw(huge_sizes(depth - 1)), draw(huge_sizes(depth - 1))
    number = abs(draw(huge_integers())) + 1
    made = draw(st.sampled_from(["+", "*", "//", "ceil", "max", "min", "power", "tower", "square", "plain"]))
    match made:
        case "+":
            return left + right
        case "*":
            return left * right
        case "//":
            return left // number
        case "ceil":
            return ceil_divide(left, m + number)
        case "max":
            return maximum(left, right)
        case "min":
            return minimum(left, right)
        case "power":
            return power(min(number, 10**200), n + draw(st.integers(0, 70))) + left
        case "tower":
            return power(2, power(number, n)) - left
        case "square":
            return left**2
        case _:
            return left


@st.composite
def huge_relations(draw: st.DrawFn, depth: int = 2) -> Relation:
    """Comparisons of a huge size with another or with a number."""
    right = draw(st.one_of(huge_sizes(1), huge_integers().map(integer)))
    return Relation(draw(st.sampled_from(["==", "!=", "<=", ">=", "<", ">"])), draw(huge_sizes(depth)), right)


def holds(formula: Formula, env: dict[str, int]) -> bool | None:
    """Whether it holds, None where it has no value or none that can be computed."""
    try:
        return formula.holds(env)
    except (Undefined, TooLarge):
        return None


@settings(max_examples=30, deadline=None)
@given(huge_relations(), st.lists(huge_relations(1), max_size=2), huge_integers())
def test_huge_numbers_are_answered(goal: Relation, facts: list[Formula], low: int) -> None:
    """Truth: Python's integers at small points and at the witness; every question comes back with an answer."""
    context = Context(tuple(facts), {"m": low})
    decision = decide(context, goal)
    if isinstance(decision, Refuted):
        assert holds(goal, dict(decision.witness)) is False
    if isinstance(decision, Proved):
        for first, second in product((1, 2, 3, HUGE), (low, low + 1, low + HUGE)):
            env = {"n": first, "m": second}
            assert holds(goal, env) is not False or not all(holds(fact, env) for fact in facts), env
    found = consistent(context)
    assert found is None or isinstance(found, Undecided) or all(holds(fact, found) for fact in context.facts)
    assert possible(context, [goal]) or decision is not None
    assert isinstance(smallest(context, ["n", "m"], distinct=True), list)


@settings(max_examples=40, deadline=None)
@given(huge_relations(), huge_integers())
def test_huge_numbers_have_texts_repairs_and_sums(goal: Relation, low: int) -> None:
    """Truth: the plain form of a condition says the same at some points; the others only have to come back."""
    assert show(goal.difference) and show_factored(goal.difference) and str(goal)
    repair(Context(), goal)
    summation(goal.difference, "n", low, m)
    plain = plain_condition(goal)
    for first, second in product((1, 2, 7), (1, 3, HUGE)):
        env = {"n": first, "m": second}
        assert holds(plain, env) == holds(goal, env)


def test_numbers_of_many_digits() -> None:
    """Truth: 10^5000 is even, 10^5000 + 7 is 8 modulo 9, and Python itself refuses to write such numbers."""
    far = Context((Relation(">=", n, integer(10**5000)),))
    assert isinstance(decide(far, Relation("!=", n, integer(10**4999))), Proved)
    assert consistent(far) == {"n": 10**5000}
    assert isinstance(decide(Context(), Relation("!=", 2 * n, integer(10**5000 + 1))), Proved)
    decision = decide(Context((Relation("<=", n, integer(10**6000)),)), Relation("!=", n, integer(10**5000)))
    assert not isinstance(decision, Proved)
    assert show(n + 10**5000) == "n + 1" + "0" * 5000
    assert show(10**5000 * n % 9) == "n % 9"


def test_a_witness_beyond_64_bits() -> None:
    """Truth: 10^25 is below 10^30, and it is the only size that is 10^25."""
    context = Context((Relation("<", n, integer(10**30)),))
    assert decide(context, Relation("!=", n, integer(10**25))) == Refuted({"n": 10**25}, "integer sets")
    assert decide(context, Relation("!=", n, integer(10**12))) == Refuted({"n": 10**12}, "integer sets")


def test_products_that_are_too_long_are_refused() -> None:
    """Truth: (n + m + 1)^2^20 has more than 10^11 terms."""
    size = n + m + 1
    with pytest.raises(TooLargeToWrite):
        for _ in range(20):
            size = size * size
    with pytest.raises(TooLargeToWrite):
        power(n + m, 10**9)
    with pytest.raises(TooLargeToWrite):
        power(2, 10**9)


def test_quotients_of_squares_of_quotients_thirty_deep() -> None:
    """Truth: a quotient of sizes is at least 0, so 1 more is at least 1; two rounds at n = m = 1 give 6."""
    size = n
    for number in range(30):
        size = (size * size + m) // (n + number) + 1
    decisions = [decide(Context(), Relation(operator, size, integer(1))) for operator in (">=", "<=")]
    assert [type(decision) is Proved for decision in decisions] == [True, False]
