"""Each way of proving by itself.  Truth: brute force with Python integers over a box.

`decide` looks for a small counterexample before the costly proofs, so that a prover that proves too much would be seen
there only where the counterexamples are large; here nothing stands in front of the provers.
"""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shapecheck.sizes import Context, Formula, Relation, Size, Undefined, ceil_divide, maximum, symbol
from shapecheck.sizes.provers import PROVERS
from shapecheck.sizes.questions.question import Question
from shapecheck.sizes.questions.verdicts import Proved

from .questions import at_least, same
from .trees import NAMES, relations

H, W, s = map(symbol, NAMES)
BOX = [dict(zip(NAMES, values, strict=True)) for values in product(range(1, 8), repeat=3)]


def failure(context: Context, goal: Formula) -> dict[str, int] | None:
    """An admissible point of the box where the statement does not hold."""
    for env in BOX:
        try:
            admissible = all([fact.holds(env) for fact in context.facts])  # noqa: C419 - every fact has to have a value
            if admissible and not goal.holds(env):
                return env
        except Undefined:
            continue
    return None


def provers_that_say_yes(context: Context, goal: Formula) -> list[str]:
    """The provers that prove the statement, each asked by itself."""
    question = Question.about(context, goal)
    return [prover.__name__ for prover in PROVERS if isinstance(prover(question), Proved)]


def divided(draw: st.DrawFn) -> Size:
    """A quotient, a remainder or a maximum, mostly by a size."""
    one, other, by = (symbol(draw(st.sampled_from(NAMES))) for _ in range(3))
    number = draw(st.integers(-2, 3))
    made = [
        (one + number) // by, -((-one) // by), (one + other * number) // (by + 1), one % by, ceil_divide(one, by),
        maximum(one - other, number), one * other + number, one, (one * other + number) // by, (one + number) // 2,
    ]  # fmt: skip
    return draw(st.sampled_from(made))


@st.composite
def nearly_true(draw: st.DrawFn) -> tuple[Context, Formula]:
    """Statements about quotients that hold at most points, under facts about what divides what."""
    left, right = divided(draw), divided(draw)
    off = draw(st.integers(-1, 1))
    goal = draw(st.sampled_from([
        at_least(left, right + off), at_least(left * s, right + off), same(left * s + off, left * s),
        at_least(H * W + off, left), at_least(H + W, left + off), at_least(left + right, H + off),
        at_least((left + right) // s, left // s + right // s + off), at_least(s * ((H + off) // s) + s - 1 + off, H),
    ]))  # fmt: skip
    one, other = (symbol(draw(st.sampled_from(NAMES))) for _ in range(2))
    facts = [
        at_least(one, other), same(one % other, 0), same(one % s, other % s), same(one, other * 2 + one // s),
        at_least(one * other, s + off), same(one * one, other * other), at_least(left, off), at_least(0, right - 9),
    ]  # fmt: skip
    return Context(tuple(draw(st.lists(st.sampled_from(facts), max_size=2)))), goal


@settings(max_examples=70, deadline=None)
@given(nearly_true())
def test_what_is_proved_of_quotients_holds(question: tuple[Context, Formula]) -> None:
    """Truth: brute force."""
    methods = provers_that_say_yes(*question)
    assert not methods or failure(*question) is None, methods


@settings(max_examples=50, deadline=None)
@given(relations(2), st.lists(relations(1), max_size=2))
def test_what_is_proved_of_anything_holds(goal: Relation, facts: list[Formula]) -> None:
    """Truth: brute force."""
    context = Context(tuple(facts))
    methods = provers_that_say_yes(context, goal)
    assert not methods or failure(context, goal) is None, methods


FALSE = [
    ((), at_least(H, (H * s + s) // s)),
    ((), at_least(s * (H // s), H)),
    ((), at_least((H + s - 2) // s, ceil_divide(H, s))),
    ((), at_least(H * W - H - 1, 0)),
    ((), at_least(H * W, H + W)),
    ((at_least(H * W, s),), at_least(H, s)),
    ((same(H % s, 0),), same(W % s, 0)),
    ((same(H * H, W * W),), at_least(H, W + 1)),
    ((same(H, W * 2 + H // s),), same(H, W * 2)),
    ((same(H % s, W % s),), at_least(H, W)),
    ((same(H, W + H // s),), same(H % s, 0)),
    ((same(H % s, W % s),), at_least(s * (W // s), W)),
]


@pytest.mark.parametrize(("facts", "goal"), FALSE, ids=lambda part: str(part) if isinstance(part, Relation) else None)
def test_near_misses_are_not_proved(facts: tuple[Formula, ...], goal: Formula) -> None:
    """Truth: brute force finds a point for each."""
    assert failure(Context(facts), goal) is not None
    assert provers_that_say_yes(Context(facts), goal) == []


def test_a_product_above_zero_may_have_negative_factors() -> None:
    """Truth: -1 times -1 is 1; indices have no least value."""
    t, u = symbol(".t"), symbol(".u")
    assert provers_that_say_yes(Context((at_least(t * u, 1),)), at_least(t, 1)) == []
    assert provers_that_say_yes(Context((at_least(t * u, 1), at_least(u, 0))), at_least(t, 1))
