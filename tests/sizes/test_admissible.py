"""The sizes that facts admit, one after the other.

Independent truth: all points of a small cube, tried one by one in Python.
"""

from __future__ import annotations

from itertools import product

import pytest

from shapecheck.sizes import Admissible, Context, Formula, Relation, Size, integer, symbol

n, m, s = symbol("n"), symbol("m"), symbol("s")
TOP = 12


def _equal(left: Size, right: int) -> Relation:
    return Relation("==", left, integer(right))


CASES: dict[str, tuple[Formula, ...]] = {
    "nothing": (),
    "a bound between two": (Relation(">=", n, m),),
    "a residue": (_equal(n % 4, 3),),
    "a residue of a sum": (_equal((n + m) % 3, 0), Relation(">", n, m)),
    "equal": (Relation("==", n, m),),
    "a divisor that is a size": (_equal(n % m, 0),),
    "a product": (Relation("==", n, m * s),),
    "two divisors": (_equal(n % m, 0), _equal(n % s, 0), Relation("!=", m, s)),
    "only one point": (_equal(n, 5), _equal(m, 2), _equal(s, 1)),
}


@pytest.mark.parametrize("facts", CASES.values(), ids=CASES)
def test_every_value_is_part_of_an_admitted_point(facts: tuple[Formula, ...]) -> None:
    """What is listed is right, and, up to the top of the cube, nothing is missing."""
    found = Admissible(Context(facts), ("n", "m", "s"))
    points = [
        dict(zip(("n", "m", "s"), point))
        for point in product(range(1, 4 * TOP), range(1, TOP + 1), range(1, TOP + 1))
        if all(fact.holds(dict(zip(("n", "m", "s"), point))) for fact in facts)
    ]
    first, second, third = found.names
    for value in found.values({}, first, 6):
        mine = [point for point in points if point[first] == value]
        expected = sorted({point[second] for point in mine})[:3]
        assert list(found.values({first: value}, second, 3)) == expected
        for other in expected:
            rest = sorted({point[third] for point in mine if point[second] == other})[:2]
            assert list(found.values({first: value, second: other}, third, 2)) == rest


def test_no_sizes() -> None:
    """Facts that contradict each other leave no value, by hand."""
    found = Admissible(Context((_equal(n % 2, 0), _equal(n % 4, 3))), ("n",))
    assert found.values({}, "n", 5) == ()
    assert found.least({}) is None


def test_the_least_values_beyond_a_large_bound() -> None:
    """188, 204, .. are the sizes that a U-Net accepts: at least 188, and 12 more than a multiple of 16."""
    found = Admissible(Context((_equal(n % 16, 12), Relation(">=", n, integer(188)))), ("n", "m"))
    assert found.values({}, "n", 3) == (188, 204, 220)
    assert found.least({}) == {"n": 188, "m": 1}
