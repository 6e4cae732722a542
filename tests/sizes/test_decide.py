"""Deciding statements.  Truth: hand-made answers, and brute force over boxes of integers with Python's arithmetic."""

from __future__ import annotations

import subprocess
import sys
from itertools import product
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shapecheck.sizes import (
    FALSE,
    TRUE,
    And,
    Context,
    Formula,
    Not,
    Or,
    Proved,
    Refuted,
    Relation,
    Undefined,
    Unknown,
    ceil_divide,
    decide,
    integer,
    power,
    symbol,
)
from shapecheck.sizes.questions import verdicts

from .questions import FALSE_STATEMENTS, TRUE_STATEMENTS, at_least, below, same
from .trees import NAMES, relations

H, W, M, n, s, k, t, T, L = map(symbol, ["H", "W", "M", "n", "s", "k", ".t", "T", "L"])


def holds(formula: Formula, env: dict[str, int]) -> bool | None:
    """Whether it holds, None where it has no value."""
    try:
        return formula.holds(env)
    except Undefined:
        return None


@pytest.mark.parametrize(("context", "formula"), [pytest.param(*row[1:], id=row[0]) for row in TRUE_STATEMENTS])
def test_true_statements_are_proved(context: Context, formula: Formula) -> None:
    """Truth: known by hand (see `questions`)."""
    assert isinstance(decide(context, formula), Proved)


@pytest.mark.parametrize(
    ("context", "formula", "smallest"), [pytest.param(*row[1:], id=row[0]) for row in FALSE_STATEMENTS]
)
def test_false_statements_are_refuted_by_the_smallest_sizes(
    context: Context, formula: Formula, smallest: dict[str, int]
) -> None:
    """Truth: computed by hand."""
    decision = decide(context, formula)
    assert isinstance(decision, Refuted)
    assert decision.witness == smallest


@st.composite
def questions(draw: st.DrawFn) -> tuple[Context, Formula]:
    """A context of up to two facts, and a statement."""
    affine = draw(st.booleans())
    facts: list[Formula] = draw(st.lists(relations(2, draw(st.booleans())), max_size=2))
    if draw(st.integers(0, 4)) == 0:
        facts.append(Or((draw(relations(1, True)), draw(relations(1, True)))))
    goal: Formula = draw(relations(2, affine))
    if draw(st.integers(0, 4)) == 0:
        goal = draw(st.sampled_from([And, Or]))((goal, draw(relations(1, affine))))
    return Context(tuple(facts)), Not(goal) if draw(st.integers(0, 9)) == 0 else goal


@settings(max_examples=120, deadline=None)
@given(questions(), st.integers(0, 2**32).map(Random))
def test_proofs_hold_and_refutations_are_smallest(question: tuple[Context, Formula], random: Random) -> None:
    """Truth: brute force with Python integers over a box and at random points beyond it."""
    _assert_right(*question, random)


def _assert_right(context: Context, goal: Formula, random: Random) -> None:
    decision = decide(context, goal)
    box = [dict(zip(NAMES, values, strict=True)) for values in product(range(1, 7), repeat=3)]
    far = [{name: random.randint(1, 60) for name in NAMES} for _ in range(1000)]
    if isinstance(decision, Proved):
        for env in box + far:
            assert holds(goal, env) is not False or not all(holds(fact, env) for fact in context.facts), env
    if isinstance(decision, Refuted):
        _assert_smallest_failure(context, goal, dict(decision.witness))


@st.composite
def divisions(draw: st.DrawFn) -> tuple[Context, Formula]:
    """Facts about what divides what, and a statement about quotients by sizes."""
    one, other, by = (symbol(draw(st.sampled_from(NAMES))) for _ in range(3))
    number = draw(st.integers(0, 3))
    facts = [
        same(one % other, number),
        same(one % by, other % by),
        same(one, other * by + one // by),
        same(one * one, other * other * (number + 1)),
        at_least(one * other, by * number),
    ]
    chosen = draw(st.lists(st.sampled_from(facts), min_size=1, max_size=2))
    sizes = [one // by, other // by, one // (by + number), -(-one // by), one % by, other]
    left, right = draw(st.permutations(sizes))[:2]
    goal = draw(st.sampled_from([same(left % by, number), at_least(left, right - number), same(left * by, right)]))
    return Context(tuple(chosen)), goal


@settings(max_examples=80, deadline=None)
@given(divisions(), st.integers(0, 2**32).map(Random))
def test_what_divisibility_proves_holds(question: tuple[Context, Formula], random: Random) -> None:
    """Truth: brute force with Python integers over a box and at random points beyond it."""
    _assert_right(*question, random)


def _assert_smallest_failure(context: Context, goal: Formula, witness: dict[str, int]) -> None:
    assert goal.names <= witness.keys()
    assert holds(goal, witness) is False
    facts = [fact for fact in context.facts if fact.names and fact.names <= witness.keys()]
    assert all(holds(fact, witness) for fact in facts)
    names = sorted(witness)
    most = min(6, sum(witness.values()))
    for values in product(range(1, most + 1), repeat=len(names)):
        env = dict(zip(names, values, strict=True))
        if (sum(values), list(values)) < (sum(witness.values()), [witness[name] for name in names]):
            assert holds(goal, env) is not False or not all(holds(fact, env) for fact in facts), env


def test_indices_have_no_least_value() -> None:
    """Truth: .t >= 1 fails at 0; given the range 1..T it holds."""
    assert isinstance(decide(Context(), at_least(t, 1)), Refuted)
    inside = Context((at_least(t, 1), at_least(T, t)))
    assert isinstance(decide(inside, at_least(T - t, 0)), Proved)
    assert decide(inside, below(t, T)) == Refuted({".t": 1, "T": 1}, "search")


def test_least_values_can_be_changed() -> None:
    """Truth: H - 2 is at least 1 only from H = 3 on; k may be 0 if it says so."""
    assert isinstance(decide(Context().with_lower("H", 3), at_least(H - 2, 1)), Proved)
    assert decide(Context().with_lower("k", 0), at_least(k, 1)) == Refuted({"k": 0}, "search")


def test_powers_of_two() -> None:
    """Truth: 2^k >= 2 for k >= 1, 2 * 2^(k-1) = 2^k for k >= 1, and 2^k is not k^2 at k = 1."""
    assert isinstance(decide(Context(), at_least(power(2, k), 2)), Proved)
    assert isinstance(decide(Context(), same(2 * power(2, k - 1), power(2, k))), Proved)
    assert decide(Context(), same(power(2, k), k * k)) == Refuted({"k": 1}, "search")


def test_the_constant_statements() -> None:
    """Truth: nothing refutes the empty conjunction, anything the empty disjunction."""
    assert isinstance(decide(Context(), TRUE), Proved)
    assert decide(Context(), FALSE) == Refuted({}, "normal form")


def test_contradictory_assumptions_prove_everything() -> None:
    """Truth: no integers satisfy H > W > H; connected with the statement or not."""
    context = Context((below(W, H), below(H, W)))
    assert isinstance(decide(context, at_least(0, H)), Proved)
    assert isinstance(decide(context, at_least(0, n)), Proved)
    assert isinstance(decide(context, FALSE), Proved)


def test_a_false_fact_without_names_proves_everything() -> None:
    """Truth: 1 is not unequal to 1, and the names of the statement have nothing to do with it."""
    for fact in (Relation("!=", integer(1), integer(1)), same(0, 1), FALSE):
        for goal in (at_least(n, 2), at_least(n * n, 2 * n), FALSE, same(0, 1)):
            assert isinstance(decide(Context((fact,)), goal), Proved)


def test_a_far_counterexample_is_found_exactly() -> None:
    """Truth: the first even H above 571 with (H - 4) // 2 odd is 574, by brute force."""
    context = Context((at_least(H, 572), same(H % 2, 0)))
    goal = same(((H - 4) // 2) % 2, 0)
    first = next(h for h in range(572, 700) if h % 2 == 0 and (h - 4) // 2 % 2)
    decision = decide(context, goal)
    assert isinstance(decision, Refuted) and decision.witness == {"H": first}


def test_points_where_a_divisor_is_below_one_are_not_admissible() -> None:
    """Truth: n // (s - 2) has a value from s = 3 on only; there it is at most n."""
    assert isinstance(decide(Context(), at_least(n, n // (s - 2))), (Proved, verdicts.Tested))


def test_hard_statements_are_only_tested() -> None:
    """Truth: x^3 + y^3 = z^3 has no solution in positive integers (Euler), which is beyond these methods."""
    x, y, z = map(symbol, "xyz")
    decision = decide(Context(), Relation("!=", x**3 + y**3, z**3))
    assert isinstance(decision, verdicts.Tested) and decision.count > 5000


def test_large_numbers_do_not_overflow() -> None:
    """Truth: 2^63 and its neighbours; 64-bit arithmetic would wrap."""
    big = integer(2**62)
    assert isinstance(decide(Context(), at_least(big * H * W * H, big)), Proved)
    decision = decide(Context(), below(4 * big * H * H - H * W, 4 * big * H * W + 5 * big))
    assert isinstance(decision, Refuted)
    env = dict(decision.witness)
    assert 2**64 * env["H"] ** 2 - env["H"] * env["W"] >= 2**64 * env["H"] * env["W"] + 5 * 2**62


def test_absurdly_large_numbers_are_not_called_impossible() -> None:
    """Truth: 2^300000 is even and positive; it is too long to be computed, which must not count as proved."""
    context = Context((same(k, 300_000),))
    assert not isinstance(decide(context, below(power(2, k), H)), Proved)
    assert not isinstance(decide(context, same(power(2, k) % 2, 1)), Proved)
    assert isinstance(decide(Context(), Relation("!=", H, 2 * power(2, H))), (Proved, verdicts.Tested))


def test_nothing_admissible_within_reach_is_unknown() -> None:
    """Truth: H^3 W^3 > 10^40 needs sizes beyond any search here, and H^2 != W^3 + 7 is open to these methods."""
    context = Context((Relation(">", H**3 * W**3, integer(10**40)),))
    assert isinstance(decide(context, Relation("!=", H * H * M, W**3 * M + 7 * M)), (Unknown, verdicts.Tested))


def test_ten_nested_symbolic_strides() -> None:
    """Truth: ceil(ceil(n/a)/b) = ceil(n/ab) (GKP 3.11), and a window of 3 never makes an image larger."""
    strides = [symbol(f"s{number}") for number in range(10)]
    rounded, windows, product_of_strides = H, H, integer(1)
    for stride in strides:
        rounded, windows = ceil_divide(rounded, stride), (windows - 3) // stride + 1
        product_of_strides = product_of_strides * stride
    assert rounded is ceil_divide(H, product_of_strides)
    assert isinstance(decide(Context((at_least(H, 3),)), at_least(H, windows)), Proved)


def test_disjunctions_are_proved_by_cases() -> None:
    """Truth: one of two sizes is the smaller; squares too; a size that is one of two multiples of s is a multiple."""
    assert isinstance(decide(Context(), Or((at_least(H, W), at_least(W, H)))), Proved)
    assert isinstance(decide(Context(), Or((at_least(H * H, W * W), at_least(W * W, H * H)))), Proved)
    either = Context((Or((same(n, s * k), same(n, 2 * s * k))),))
    assert isinstance(decide(either, same(s * (n // s), n)), Proved)


EASY = """
import sys
from shapecheck.sizes import Context, Relation, Refuted, Proved, decide, integer, symbol
H, M, p, d = map(symbol, ["H", "M", "p", "d"])
assert isinstance(decide(Context(), Relation("==", 2 * p, p + d)), Refuted)
assert isinstance(decide(Context(), Relation(">=", H, M)), Refuted)
assert isinstance(decide(Context((Relation(">=", H, M),)), Relation(">=", H - M + 1, integer(1))), Proved)
print([name for name in ("islpy", "numpy", "sympy") if name in sys.modules])
"""


def test_easy_questions_import_no_library() -> None:
    """Truth: the modules of a fresh interpreter."""
    assert subprocess.check_output([sys.executable, "-c", EASY], text=True).strip() == "[]"


def test_an_alternative_that_is_false_for_all_sizes_is_no_alternative() -> None:
    """`H % s == 0 or 0 >= 1` says that H % s is 0, as a fact that other facts can be put into."""
    fact = Relation("==", H % s, integer(0))
    assert Context((Or((fact, Relation(">=", integer(0), integer(1)))),)).facts == (fact,)
    both = Or((fact, Relation("==", s, integer(3))))
    assert Context((both,)).facts == (both,)
