"""Which sizes are run.  Independent truth: counted or worked out by hand, beside each case."""

from __future__ import annotations

import pytest

from shapecheck.testing.cases.choice import Choice, Sizes

from .making import part_of

AFFORD = 60e6


def choice(text: str, most: float = AFFORD) -> Choice:
    return Choice(part_of(text).shapes, most)


def residues(text: str) -> set[str]:
    return {goal.text for goal in choice(text).goals if goal.kind == "residue"}


def settings(text: str) -> list[Sizes]:
    return list(choice(text).settings(40))


def test_distinct_sizes_come_first() -> None:
    """1, 2, 3 are the smallest three numbers that differ."""
    assert settings("dim p, d, T\ninput x[t in 1..T] : d\nweight W : p x d\n")[0] == {"p": 1, "d": 2, "T": 3}


def test_every_pair_coincides_and_every_size_is_least() -> None:
    """Three pairs of three sizes, each equal at 2 or more in some setting; each size 1 in some setting."""
    found = settings("dim p, d, T\ninput x[t in 1..T] : d\nweight W : p x d\n")
    for one, other in (("p", "d"), ("p", "T"), ("d", "T")):
        assert any(sizes[one] == sizes[other] >= 2 for sizes in found)
    assert all(any(sizes[name] == 1 for sizes in found) for name in "pdT")


def test_every_residue_of_every_stride() -> None:
    """A stride of 3 leaves three residues of the height, one of 2 two of the width."""
    text = "dim H, W\ninput x : H x W\nweight K : 1 x 1\ny = conv(x, K, stride = 3 x 2, pad = SAME)\n"
    found = settings(text)
    assert {sizes["H"] % 3 for sizes in found} == {0, 1, 2}
    assert {sizes["W"] % 2 for sizes in found} == {0, 1}


def test_only_the_residues_that_are_admitted() -> None:
    """`n % 4 == 3` leaves one residue of 4, not four."""
    text = "dim n\nassume n % 4 == 3\ninput x : n\ny[i] = x[i] for i in 0..n // 4\n"
    assert residues(text) == {"n mod 4 = 3"}


def test_a_divisor_that_is_a_size() -> None:
    """With a stride s the two cases are that it divides, and that it does not."""
    text = "dim n, s\nassume n >= s\ninput x[i in 1..n] : 1\ny[i] = x[i] for i in 1..n // s\n"
    assert residues(text) == {"n mod s = 0", "n mod s > 0"}
    found = settings(text)
    assert {sizes["n"] % sizes["s"] == 0 for sizes in found} == {True, False}


@pytest.mark.parametrize("facts", ["n % 2 == 0, n >= m", "n == m + 1", "n % m == 0"])
def test_no_setting_breaks_an_assumption(facts: str) -> None:
    """Truth: the assumptions, evaluated."""
    text = f"dim n, m\nassume {facts}\ninput x : n\ninput y : m\n"
    found = choice(text)
    assert found.goals
    for sizes in found.settings(40):
        assert all(fact.holds(sizes) for fact in found.context.facts)


def test_what_is_too_dear_is_not_drawn() -> None:
    """With hardly anything to spend, only the smallest sizes are left: 1, 1."""
    found = choice("dim n, m\ninput x : n x m\ny = x + 1\n", most=1.0)
    assert found.width() == 1
    assert list(found.settings(10)) == [{"n": 1, "m": 1}]
