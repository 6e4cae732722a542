"""Bound variables called by their depth: the value stays, and terms that differ in such names alone become one."""

from __future__ import annotations

import pytest

from shapecheck.ops.term_types import Bound, Call, Entry, Measure, Reduction, Term
from shapecheck.sizes import Context, integer, symbol
from shapecheck.terms.unfolding.substitute import renumbered

from .brute import differ
from .test_soundness import FREE, Terms, i, n


@pytest.mark.parametrize("seed", range(6))
def test_the_value_stays(seed: int) -> None:
    """40 random terms each, with sums inside sums, by brute force on random entries."""
    terms = Terms(seed)
    for _ in range(40):
        term = terms.term(3, [i, n])
        try:
            assert not differ(Context(), term, renumbered(term), FREE), term
        except (OverflowError, ZeroDivisionError):
            continue


def doubly(outer: str, inner: str) -> Term:
    """`sum[a in 0..n-1] sum[b in 0..a] (v[a] * v[b] + a)` with these names for a and b."""
    a, b = symbol(outer), symbol(inner)
    body = Call("+", (Call("*", (Entry("v", (a,)), Entry("v", (b,)))), Measure(a)))
    return Reduction("sum", (Bound(outer, integer(0), n - 1),), Reduction("sum", (Bound(inner, integer(0), a),), body))


@pytest.mark.parametrize("names", [(".a", ".b"), (".b", ".a"), (".:1.0", ".:2.0"), (".:2.0", ".:1.0"), (".:1.0", ".x")])
def test_names_do_not_matter(names: tuple[str, str]) -> None:
    """However the two variables are called, also as they will be called, one after the other or the other way round."""
    assert renumbered(doubly(*names)) == renumbered(doubly(".k", ".m"))
    assert not differ(Context(), renumbered(doubly(*names)), doubly(".k", ".m"), [])
