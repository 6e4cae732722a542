"""Choosing sizes.  Truth: brute force over boxes with Python integers."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shapecheck.sizes import (
    FALSE,
    Context,
    Formula,
    Or,
    Relation,
    Undecided,
    Undefined,
    consistent,
    integer,
    possible,
    smallest,
    symbol,
)

from .questions import at_least, below, same
from .trees import NAMES, relations

H, W, D, heads, k, t, T = map(symbol, ["H", "W", "D", "heads", "k", ".t", "T"])


def admissible(facts: tuple[Formula, ...], most: int = 6) -> list[dict[str, int]]:
    """All points of a box where the facts hold, smallest first."""
    found = []
    for values in sorted(product(range(1, most + 1), repeat=3), key=lambda values: (sum(values), values)):
        env = dict(zip(NAMES, values, strict=True))
        try:
            if all(fact.holds(env) for fact in facts):
                found.append(env)
        except Undefined:
            continue
    return found


@settings(max_examples=150, deadline=None)
@given(st.lists(relations(2), min_size=1, max_size=3))
def test_impossible_means_no_point_has_it(facts: list[Formula]) -> None:
    """Truth: brute force."""
    if not possible(Context(), facts):
        assert admissible(tuple(facts)) == []


@settings(max_examples=100, deadline=None)
@given(st.lists(relations(2, affine=True), min_size=1, max_size=2))
def test_linear_conditions_are_settled_exactly(facts: list[Formula]) -> None:
    """Truth: brute force finds a point if `possible` says there is a small one, and `consistent` names the smallest."""
    points = admissible(tuple(facts))
    context = Context(tuple(facts))
    chosen = consistent(context, NAMES)
    assert not isinstance(chosen, Undecided)
    assert possible(context, [same(H, H)]) or chosen is None
    if points and sum(points[0].values()) <= 8:
        assert chosen == points[0]
    if chosen is None:
        assert points == []


@settings(max_examples=80, deadline=None)
@given(st.lists(relations(1), max_size=2), st.booleans())
def test_smallest_settings_come_in_order(facts: list[Formula], distinct: bool) -> None:
    """Truth: brute force over the box, with the same order."""
    context = Context(tuple(facts))
    found = smallest(context, NAMES, distinct=distinct, count=3)
    points = admissible(context.facts)
    wanted = [env for env in points if len(set(env.values())) == 3] if distinct else points
    near = [env for env in wanted if sum(env.values()) <= 8][:3]
    assert found[: len(near)] == near


def test_distinct_sizes_where_they_can_be() -> None:
    """Truth: by hand: ten distinct sizes sum to 55; with H == W there are none."""
    names = list("abcdefghij")
    assert smallest(Context(), names, distinct=True) == [dict(zip(names, range(1, 11), strict=True))]
    assert smallest(Context((same(H, W),)), ["H", "W"], distinct=True) == [{"H": 1, "W": 1}]
    split = Context((same(D, heads * k),))
    assert smallest(split, ["D"], distinct=True) == [{"D": 6, "heads": 2, "k": 3}]


def test_test_sizes_far_away_are_found() -> None:
    """Truth: 576 is the first multiple of 32 from 572 on."""
    context = Context((at_least(H, 572), same(H % 32, 0), at_least(W, H)))
    assert smallest(context, ["H", "W"]) == [{"H": 576, "W": 576}]


def test_overlap_of_index_ranges() -> None:
    """Truth: by hand, for intervals and residues of one index."""
    inside = [at_least(t, 1), at_least(T, t)]
    assert possible(Context(), [*inside, same(t, 1)])
    assert possible(Context(), [*inside, same(t, T), same(t, 7)])
    assert not possible(Context(), [*inside, same(t, 0)])
    assert not possible(Context(), [at_least(t, T + 1), at_least(T, t)])
    assert not possible(Context(), [same(2 * t, 2 * T + 1)])
    assert not possible(Context(), [same(t % 4, 1), same(t % 2, 0), at_least(t, 0)])
    assert not possible(Context((at_least(T, 3),)), [below(T, t + 1), below(t, 3)])
    assert possible(Context(), [Or((same(t, -1000), same(t, T)))])


def test_consistent_tells_proof_from_ignorance() -> None:
    """Truth: H < W < H has no solution; x^3 + y^3 = z^3 has none (Euler), which is beyond these methods."""
    x, y, z = map(symbol, "xyz")
    assert consistent(Context((below(H, W), below(W, H)))) is None
    assert consistent(Context((at_least(H, W), at_least(W, 3)))) == {"H": 3, "W": 3}
    assert isinstance(consistent(Context((Relation("==", x**3 + y**3, z**3),))), Undecided)
    assert consistent(Context(), ("H",)) == {"H": 1}


FALSE_FACTS = [Relation("==", integer(0), integer(1)), Relation("!=", H, H), Or((FALSE, same(2, 3))), FALSE]


@pytest.mark.parametrize("fact", FALSE_FACTS)
def test_a_false_fact_without_names_admits_no_sizes(fact: Formula) -> None:
    """Truth: 0 is not 1, H is H, 2 is not 3, and the empty disjunction is false, whatever other names are."""
    context = Context((fact,))
    assert consistent(context, ("H",)) is None
    assert smallest(context, ["H"]) == []
    assert not possible(context, [at_least(W, 1)])
    assert not possible(Context(), [fact])


def test_a_true_fact_without_names_says_nothing() -> None:
    """Truth: 1 is 1."""
    assert Context((same(1, 1), same(H, H))) == Context()


def test_no_end_of_sums_without_distinct_sizes() -> None:
    """Truth: by hand: p and d are both 1, so that no setting has distinct sizes, however large H is."""
    context = Context((Relation("<=", symbol("p"), integer(1)), Relation("<=", symbol("d"), integer(1))))
    assert smallest(context, ["H", "p", "d"], distinct=True) == [{"H": 1, "p": 1, "d": 1}]
