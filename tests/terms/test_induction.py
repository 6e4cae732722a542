"""Equal values proved by induction over an index; and sentences that are nearly true, which must not be.

What is true follows from the recurrences by hand (the reason stands with each); what is false is confirmed by a run, or
has its counterexample beside it.
"""

from __future__ import annotations

import pytest

import shapecheck
from shapecheck.verdict.model import Verdict, Word

RECURRENCES = """dim T, d
input x[t in 0..T+1] : d
weight A : d x d
s[0] = zeros(d)
s[t] = s[t-1] + x[t] for t in 1..T
u[0] = zeros(d)
u[t] = x[t] + u[t-1] for t in 1..T
z[0] = zeros(d)
z[t] = A @ z[t-1] for t in 1..T
c[0] = x[0]
c[t] = c[t-1] for t in 1..T
q[0] = 0
q[t] = q[t-1] + t for t in 1..T
g[0] = 1
g[t] = 2 * g[t-1] for t in 1..T
p[0] = 1
p[t] = t * p[t-1] for t in 1..T
b[T+1] = zeros(d)
b[t] = b[t+1] + x[t] for t in 1..T
e[0] = x[0]
e[1] = x[1]
e[t] = e[t-2] for t in 2..T
f[0] = zeros(d)
f[t] = if t == 3 then x[t] else f[t-1] for t in 1..T
"""

TRUE = {
    "a running sum": "s[t] == sum[v in 1..t] x[v] for t in 0..T",
    "two ways to write one recurrence": "s[t] == u[t] for t in 0..T",
    "zero stays zero under any matrix": "z[t] == zeros(d) for t in 0..T",
    "a constant": "c[t] == x[0] for t in 0..T",
    "entry by entry": "c[t][i] == x[0][i] for t in 0..T, i in 0..d-1",
    "Gauss": "2 * q[t] == t * (t + 1) for t in 0..T",
    "from 1 on": "2 * q[t] == t^2 + t for t in 1..T",
    "a product": "p[t] == prod[v in 1..t] v for t in 0..T",
    "backwards": "b[t] == sum[v in t..T] x[v] for t in 1..T",
    "written the other way round": "sum[v in 1..t] x[v] == s[t] for t in 0..T",
}

FALSE = {
    "one term too few": "s[t] == sum[v in 1..t-1] x[v] for t in 1..T",
    "one term too many": "s[t] == sum[v in 0..t] x[v] for t in 0..T",
    "right at the start alone": "s[t] == z[t] for t in 0..T",
    "the step alone is right": "s[t] == x[0] + sum[v in 1..t] x[v] for t in 0..T",
    "the wrong constant": "c[t] == x[1] for t in 0..T",
    "a wrong sum": "2 * q[t] == t * t for t in 0..T",
    "period two": "e[t] == x[0] for t in 0..T",
    "a branch far out": "f[t] == zeros(d) for t in 0..T",
    "backwards, one off": "b[t] == sum[v in t+1..T] x[v] for t in 1..T",
    "doubling is not counting": "g[t] == t + 1 for t in 0..T",
    "other places": "c[t][i] == x[0][d-1-i] for t in 0..T, i in 0..d-1",
}


def verdict(claim: str) -> Verdict:
    (found,) = shapecheck.loads(f"{RECURRENCES}claim {claim}\ntest long(T = 5, d = 3)\n").check().verdicts
    return found


@pytest.mark.parametrize("name", TRUE)
def test_proved_for_all_lengths(name: str) -> None:
    """The method says over which index."""
    found = verdict(TRUE[name])
    assert (found.word, found.method) == (Word.PROVED, "induction over t")


@pytest.mark.parametrize("name", FALSE)
def test_a_false_sentence_is_refuted(name: str) -> None:
    """At T = 5 and d = 3 a run shows each to be false."""
    assert verdict(FALSE[name]).word is Word.REFUTED


def test_a_claim_that_is_assumed_for_some_members_only() -> None:
    """Under `when t != 2` nothing is known at t = 2, so t = 3 must not rest on it."""
    text = "dim T\nh[0] = 0\nh[t] = if t == 2 then 1 else h[t-1] for t in 1..T\n"
    claim = "claim h[t] == 0 for t in 0..T when T <= 1 expect proved\nclaim h[t] == 0 for t in 0..T when T <= 5\n"
    words = [item.word for item in shapecheck.loads(f"{text}{claim}test a(T = 4)\n").check().verdicts]
    assert words[1] is Word.REFUTED


def test_part_of_a_cell_says_nothing_of_the_rest() -> None:
    """The first two entries stay 0, but each takes the last one, which does not: false from t = 1 on."""
    text = (
        "dim T\nh[0, i in 0..2] = if i < 2 then 0 else 1\nh[t, i in 0..2] = h[t-1, 2] for t in 1..T\n"
        "claim h[t, 0..1] == zeros(2) for t in 0..T\ntest a(T = 3)\n"
    )
    assert [item.word for item in shapecheck.loads(text).check().verdicts] == [Word.REFUTED]


def test_an_index_called_like_a_place() -> None:
    """An author's index may be called p0; it is not the place of an entry."""
    text = "dim T, d\ninput x : d\nh[0] = x\nh[t] = h[t-1] for t in 1..T\n"
    claim = "claim h[p0] == x for p0 in 0..T\nclaim h[p0][p0] == x[0] for p0 in 0..T when T < d\ntest a(T = 2, d = 3)\n"
    words = [item.word for item in shapecheck.loads(text + claim).check().verdicts]
    assert words == [Word.PROVED, Word.REFUTED]
