"""Repairs.  Truth: brute force over boxes with Python integers, and texts a person would write."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shapecheck.sizes import And, Context, Formula, Refuted, Undefined, decide, repair, symbol

from .questions import FALSE_STATEMENTS, at_least, same, valid_unet
from .trees import relations

H, M, n, d, p = map(symbol, ["H", "M", "n", "d", "p"])

SIZES_BEFORE = [valid_unet(H, depth) for depth in range(4)]
WANTED = {
    "a window of 1 takes nothing away": "M >= 2",
    "an even window is not symmetric": "M % 2 == 1",
    "1 is odd": "H % 2 == 0",
    "2 halves once": "H % 4 <= 1",
    "2 is even and halves once": "H % 4 == 0",
    "1 is no multiple of 16": "H % 16 == 0",
    "a small picture vanishes": "H >= 140",
    "9 - 4 is odd": "H % 2 == 0",
    "2 strides over 1": "n % s == 0",
    "a transposed convolution": "(k + n) % 2 == 0",
    "a GRU's first layer": "d == p",
    "p + d is not 2p": "d == p",
    "1 rounds up": "H % 2 == 0",
}


def box(formula: Formula, context: Context) -> list[dict[str, int]]:
    """The points of a box that meet the context, wider where there are few sizes."""
    names = sorted(formula.names.union(*(fact.names for fact in context.facts)))
    most = {1: 300, 2: 12}.get(len(names), 6)
    points = (dict(zip(names, values, strict=True)) for values in product(range(1, most + 1), repeat=len(names)))
    return [env for env in points if all(fact.holds(env) for fact in context.facts)]


@pytest.mark.parametrize(("title", "context", "formula"), [row[:3] for row in FALSE_STATEMENTS])
def test_the_usual_repairs(title: str, context: Context, formula: Formula) -> None:
    """Truth: the texts by hand; that they are the weakest by brute force over a box."""
    found = repair(context, formula)
    if title not in WANTED:
        assert found is None or not found.weakest
        return
    assert found is not None and found.weakest
    assert found.text == WANTED[title]
    for env in box(formula, context):
        assert found.formula.holds(env) == formula.holds(env)


def test_all_conditions_of_a_valid_unet_together() -> None:
    """Truth: Ronneberger et al. 2015 (input tile so that all poolings see even sizes); brute force to 700."""
    even = [same((size - 4) % 2, 0) for size in SIZES_BEFORE]
    goal = And((*even, at_least(valid_unet(H, 4), 5)))
    found = repair(Context(), goal)
    assert found is not None and found.weakest
    assert found.text == "H % 16 == 12 and H >= 140"
    for size in range(1, 700):
        assert found.formula.holds({"H": size}) == goal.holds({"H": size})
    assert found.formula.holds({"H": 572})


@settings(max_examples=40, deadline=None)
@given(relations(2), st.lists(relations(1, affine=True), max_size=1))
def test_repairs_agree_with_brute_force(formula: Formula, facts: list[Formula]) -> None:
    """Truth: brute force over a box: a repair makes the formula true, and the weakest one rules out nothing else."""
    context = Context(tuple(facts))
    found = repair(context, formula) if isinstance(decide(context, formula), Refuted) else None
    if found is None:
        return
    names = sorted(formula.names | found.formula.names | (facts[0].names if facts else frozenset()))
    for values in product(range(1, 13), repeat=len(names)):
        env = dict(zip(names, values, strict=True))
        try:
            if all(fact.holds(env) for fact in context.facts):
                met, true = found.formula.holds(env), formula.holds(env)
                assert true or not met
                assert met or not true or not found.weakest
        except Undefined:
            continue


def test_no_repair_where_nothing_helps() -> None:
    """Truth: H == H + 1 is never true; indices and unknowns cannot be assumed anything of."""
    assert repair(Context(), same(H, H + 1)) is None
    assert repair(Context(), at_least(symbol(".t"), 1)) is None


def test_a_quotient_is_taken_out_of_a_repair() -> None:
    """Truth: (H - k) // s >= 1 just where a whole stride is left over, and (n - k) // s <= 3 where four are not."""
    k, s = symbol("k"), symbol("s")
    for formula, text in (
        (at_least((H - k) // s + 1, 2), "H >= k + s"),
        (at_least(3, (n - k) // s), "k + 4s >= n + 1"),
    ):
        found = repair(Context(), formula)
        assert found is not None and found.weakest and found.text == text
        for env in box(formula, Context()):
            assert found.formula.holds(env) == formula.holds(env)
