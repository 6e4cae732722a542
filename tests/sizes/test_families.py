"""Families of sizes.  Truth: members as ordinary sizes, and sums added up term by term with Python integers."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator
from itertools import product
from random import Random

import pytest

from shapecheck.sizes import (
    ONE,
    ZERO,
    Admissible,
    Context,
    Every,
    Proved,
    Refuted,
    Relation,
    Size,
    SizeFamily,
    as_size,
    consistent,
    decide,
    integer,
    member,
    possible,
    smallest,
    sum_over,
    symbol,
)

L, p, l = map(symbol, ["L", "p", ".l"])  # noqa: E741
n = SizeFamily("n", ((ZERO, L),), ("l",))
AT = {"L": 3, "p": 2, "n[0]": 7, "n[1]": 5, "n[2]": 4, "n[3]": 2}


def at(place: Size | int) -> Size:
    return member(n, (as_size(place),))


def test_a_member_at_a_number_is_a_size_with_a_name() -> None:
    """So a run and a test set it like any other size."""
    assert at(2) is symbol("n[2]")
    assert at(l - 1).substitute({".l": integer(3)}) is at(2)
    assert at(L - 1).evaluate(AT) == 4


def test_two_members_are_equal_exactly_if_their_subscripts_are() -> None:
    """Subscripts are in normal form."""
    assert at(l + l - L) is at(2 * l - L)
    assert at(l) is not at(l + 1)


BODIES: list[Callable[[Size], Size]] = [
    at,
    lambda i: at(i) * at(i - 1),
    lambda i: at(i) * (at(i - 1) + 1),
    lambda i: 3 * i * at(i) + p * i,
    lambda i: at(i) ** 2 * p + at(i - 1) // 2,
    lambda i: (at(i) - at(i - 1)) * at(i),
]


@pytest.mark.parametrize("body", BODIES)
@pytest.mark.parametrize(("low", "high"), [(ONE, L), (ONE, L - 1), (integer(2), L), (ONE, p), (p, L)])
def test_sums_over_members(body: Callable[[Size], Size], low: Size, high: Size) -> None:
    """Truth: term by term."""
    total = sum_over(body(l), ".l", low, high)
    assert total is not None
    ends = low.evaluate(AT), high.evaluate(AT)
    expected = sum(body(l).evaluate({**AT, ".l": value}) for value in range(ends[0], ends[1] + 1))
    assert total.evaluate(AT) == expected
    assert total.substitute(AT).constant == expected
    assert pickle.loads(pickle.dumps(total)) is total


def test_sums_that_differ_by_the_writing_of_their_range_are_the_same() -> None:
    """The index is counted from the family's first member, terms too many are subtracted."""
    one = sum_over(at(l), ".l", ONE, L)
    other = sum_over(at(l - 1), ".l", integer(2), L + 1)
    whole = sum_over(at(l), ".l", ZERO, L)
    assert one is not None and whole is not None
    assert one is other
    assert one is whole - at(0)
    assert str(one) == "sum[l in 1..L] n[l]"
    assert str(sum_over(p * at(l) * at(l - 1), ".l", ONE, L)) == "p*(sum[l in 1..L] n[l-1]*n[l])"


# ---- deciding ------------------------------------------------------------------------------------

CONTEXT = Context((), {}, ("L", "p"), (n,))
RANGE = (Relation(">=", l, ONE), Relation("<=", l, L))


def points(longest: int, largest: int) -> Iterator[dict[str, int]]:
    """All small settings of L, p and the members."""
    for length in range(1, longest + 1):
        for values in product(range(1, largest + 1), repeat=length + 2):
            yield {"L": length, "p": values[0], **{f"n[{k}]": value for k, value in enumerate(values[1:])}}


def test_what_holds_of_any_members_is_proved() -> None:
    """Members are at least 1, and a sum is at least its number of terms."""
    total = sum_over(at(l), ".l", ONE, L)
    assert total is not None
    inside = CONTEXT.assuming(*RANGE)
    assert isinstance(decide(inside, Relation(">=", at(l) * at(l - 1), ONE)), Proved)
    assert isinstance(decide(CONTEXT, Relation(">=", total, L)), Proved)


def test_a_counterexample_names_the_members_and_is_the_smallest() -> None:
    """By the sum of all sizes, those of the family among them; two subscripts may be the same number."""
    decision = decide(CONTEXT.assuming(*RANGE), Relation("<=", at(l), at(0)))
    assert decision == Refuted({".l": 1, "L": 1, "n[0]": 1, "n[1]": 2}, "search")
    equal = decide(CONTEXT, Relation("==", at(1), at(L)))
    assert isinstance(equal, Refuted) and equal.witness["L"] == 2


def test_facts_for_all_members_are_used_where_they_are_mentioned() -> None:
    """Also through a chain of members; nothing is known of a member outside of the fact's range."""
    double = Every(((".k", ONE, L),), Relation("==", at(symbol(".k") - 1), 2 * at(symbol(".k"))))
    context = CONTEXT.assuming(double)
    assert isinstance(decide(context.assuming(*RANGE), Relation("==", at(l - 1) // 2, at(l))), Proved)
    assert isinstance(decide(context, Relation("==", at(0) % 2, ZERO)), Proved)
    assert isinstance(decide(context, Relation("==", at(L) % 2, ZERO)), Refuted)
    assert consistent(context.assuming(Relation("==", at(0), integer(3)))) is None
    assert not possible(context, [Relation("==", at(0), integer(3))])


def test_sizes_to_run_at_have_a_value_for_every_member() -> None:
    """As many as the length says."""
    for sizes in smallest(CONTEXT, ("L", "p"), count=3):
        assert set(sizes) == {"L", "p", *(f"n[{k}]" for k in range(sizes["L"] + 1))}


def _random_size(random: Random, places: list[Size], depth: int = 2) -> Size:
    kind = random.randrange(6) if depth else random.randrange(3)
    if kind == 0:
        return random.choice([L, p, integer(random.randint(0, 3))])
    if kind in (1, 2):
        return at(random.choice(places))
    one, other = (_random_size(random, places, depth - 1) for _ in range(2))
    return one + other if kind == 3 else one - other if kind == 4 else one * other


@pytest.mark.parametrize("seed", range(120))
def test_random_statements(seed: int) -> None:
    """Truth: every setting with few members and small sizes; a witness is among them or larger than all."""
    random = Random(seed)
    places = [ZERO, L, L - 1, l, l - 1, ONE]
    left, right = _random_size(random, places), _random_size(random, places)
    if random.random() < 0.3:
        total = sum_over(at(l), ".l", ONE, L)
        assert total is not None
        left = left + total
    facts = [Every(((".k", ONE, L),), Relation(">=", at(symbol(".k")), at(symbol(".k") - 1)))] if seed % 3 == 0 else []
    relation = Relation(random.choice(["==", ">=", "<=", "!="]), left, right)
    decision = decide(CONTEXT.assuming(*RANGE, *facts), relation)
    failing = [
        {**point, ".l": place}
        for point in points(2, 3)
        for place in range(1, point["L"] + 1)
        if all(fact.holds(point) for fact in facts) and not relation.holds({**point, ".l": place})
    ]
    if isinstance(decision, Proved):
        assert not failing, (str(relation), failing[0])
    elif isinstance(decision, Refuted):
        assert not relation.holds(decision.witness)
        assert all(fact.holds(decision.witness) for fact in facts)
        least = min((sum(v for name, v in point.items() if name[0] != ".") for point in failing), default=None)
        own = sum(value for name, value in decision.witness.items() if name[0] != ".")
        assert least is None or own <= least, (str(relation), decision.witness)
    else:
        assert not failing, str(relation)


def _random_fact(random: Random) -> Every:
    """A fact for all members from the first or the second on."""
    k = symbol(".k")
    first = random.choice([ZERO, ONE])
    before = at(k - 1) if first is ONE else at(0)
    part = random.choice(
        [
            Relation("==", at(k) % 2, ZERO),
            Relation("<=", at(k), before),
            Relation(">=", at(k), k + 1),
            Relation("==", before, 2 * at(k)),
            Relation("!=", at(k), p),
            Relation("<=", at(k), p + 1),
        ]
    )
    return Every(((".k", first, L),), part)


@pytest.mark.parametrize("seed", range(150))
def test_random_assumptions_at_one_length(seed: int) -> None:
    """Truth: the same question with a size for each member and every fact written out."""
    random = Random(seed)
    length = random.randint(1, 3)
    facts = [_random_fact(random) for _ in range(random.randint(1, 2))]
    places = [ZERO, L, L - 1, ONE]
    left, right = _random_size(random, places), _random_size(random, places)
    relation = Relation(random.choice(["==", ">=", "<="]), left, right)
    fixed = {"L": length}
    family = CONTEXT.assuming(*facts, Relation("==", L, integer(length)))
    written = [fact.substitute(fixed).written_out({}) for fact in facts]
    plain = Context((), {}, ("p", *(f"n[{k}]" for k in range(length + 1)))).assuming(*written)
    one, other = decide(family, relation), decide(plain, relation.substitute(fixed))
    if isinstance(other, Proved | Refuted):
        assert type(one) is type(other), (str(relation), list(map(str, facts)), one, other)
    assert isinstance(one, Refuted) <= isinstance(other, Refuted)
    names = tuple(f"n[{k}]" for k in range(length + 1))
    least, found = consistent(family, ("p",)), consistent(plain, ("p", *names))
    assert (least is None) == (found is None)
    if isinstance(least, dict) and isinstance(found, dict):
        assert sum(least.values()) - length == sum(found.values())
        assert all(fact.holds(least) for fact in facts)


@pytest.mark.parametrize("seed", range(30))
def test_values_that_go_together(seed: int) -> None:
    """Truth: each choice of sizes, one after the other, is part of a point that meets all facts."""
    random = Random(seed)
    facts = [_random_fact(random) for _ in range(2)]
    admissible = Admissible(CONTEXT.assuming(*facts), ("L", "p"))
    point: dict[str, int] = {}
    if not isinstance(consistent(CONTEXT.assuming(*facts)), dict):
        return
    while (name := admissible.following(point)) is not None:
        values = admissible.values(point, name, 3)
        assert values, (name, point, list(map(str, facts)))
        point[name] = random.choice(values)
    assert set(point) == {"L", "p", *(f"n[{k}]" for k in range(point["L"] + 1))}
    assert all(fact.holds(point) for fact in facts)
