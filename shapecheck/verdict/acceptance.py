"""The sizes that a spec accepts: those that meet its `dim`s, its assumptions and all requirements of its equations.

In: shapes under which everything that failed for some sizes is taken as given (`infer.alone`), and further
conditions.  Out: the condition, as short as it was proved to be equivalent, and the sizes that meet it, in order.  A
size is listed if others exist with which it is admissible.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field

from shapecheck.budgets import SPEC_QUESTIONS
from shapecheck.infer.model import Shapes
from shapecheck.record import record
from shapecheck.sizes import (
    And,
    Context,
    Formula,
    Not,
    Or,
    Proved,
    Refuted,
    Relation,
    Undecided,
    allowance,
    consistent,
    decide,
    integer,
    repair,
    smallest,
    symbol,
)
from shapecheck.sizes.algebra.point_values import TooLarge, Undefined
from shapecheck.sizes.questions.formula import conjuncts
from shapecheck.sizes.questions.tidy import tidied

FARTHEST = 20_000
"""Distance from the last size found within which the next one is looked for."""
PATIENCE = 16
"""Sizes in a row that are not admissible, after which all that are left are asked about together."""
MOST_MISSES = 300
"""Most sizes in a row that are tried where the rest is undecided."""


@record
class Values:
    """The values of one size, in order; `goes_on` unless these are all (None: not known)."""

    listed: tuple[int, ...]
    goes_on: bool | None
    any: bool = False
    """Whether the size needs no condition but its least value."""


@record
class Acceptance:
    """The accepted sizes: `conditions` on groups of them, the smallest ones (None: there are none), values of each."""

    conditions: tuple[tuple[tuple[str, ...], str], ...]
    least: Mapping[str, int] | None
    values: Mapping[str, Values] = field(default_factory=dict)
    undecided: tuple[str, ...] = ()
    """The undecided conditions, so that nothing is known beyond the sizes tried."""


@allowance(SPEC_QUESTIONS)
def acceptance(
    shapes: Shapes, conditions: Sequence[Formula], fixed: Mapping[str, int], above: int | None, count: int
) -> Acceptance:
    """The accepted values of all free sizes, some of them `fixed`; only values beyond `above` if that is given."""
    graph = shapes.graph
    facts = [fact for part in (*graph.context.facts, *needs(shapes), *conditions) for fact in conjuncts(part)]
    given = [Relation("==", symbol(name), integer(value)) for name, value in fixed.items()]
    whole = graph.context.with_facts(()).assuming(*facts, *given)
    found = consistent(whole, tuple(graph.free_sizes))
    if isinstance(found, Undecided):
        return Acceptance(_texts(whole), None, undecided=(found.reason,))
    if found is None:
        return Acceptance(_texts(whole, impossible=True), None)
    first = smallest(whole, graph.free_sizes)
    point = first[0] if first else found
    least = {name: point.get(name, _lowest(whole, name)) for name in graph.least_at(point)}
    values = {name: _values(whole, name, above, count) for name in graph.free_sizes if name not in fixed}
    return Acceptance(_texts(whole), least, values)


def _lowest(context: Context, name: str) -> int:
    low = context.lower(name)
    return 1 if low is None else low


@allowance(SPEC_QUESTIONS)
def admitted(shapes: Shapes) -> Context:
    """The facts about the sizes that a spec admits, as short as is proved, with the requirements of its equations."""
    context = shapes.graph.context
    whole = context.assuming(*needs(shapes))
    facts = tuple(fact for _, group in _groups(whole) for fact in _simplest(whole, group))
    return context.with_facts(facts)


def needs(shapes: Shapes) -> Iterator[Formula]:
    """Requirements on sizes alone that were not decided: they are checked at each size."""
    for item in shapes.requirements:
        names = item.relation.names.union(*(fact.names for fact in item.facts))
        if not isinstance(item.decision, Proved | Refuted) and not any(name[0] in ".?" for name in names):
            yield Or((*(Not(fact) for fact in item.facts), item.relation)) if item.facts else item.relation


def _texts(context: Context, impossible: bool = False) -> tuple[tuple[tuple[str, ...], str], ...]:
    """The conditions, one for each group of sizes that depend on each other, as short as is proved.

    With `impossible` only the groups that no sizes meet.
    """
    return tuple(
        (names, _text(context, facts))
        for names, facts in _groups(context)
        if not impossible or consistent(context.with_facts(facts)) is None
    )


def _groups(context: Context) -> list[tuple[tuple[str, ...], tuple[Formula, ...]]]:
    """Sizes that depend on each other, with the facts about them, in the order of declaration."""
    groups: list[tuple[set[str], list[Formula]]] = []
    for fact in context.facts:
        joined = [group for group in groups if group[0] & fact.names]
        names = set(fact.names).union(*(group[0] for group in joined))
        facts = [item for group in joined for item in group[1]] + [fact]
        groups = [group for group in groups if group not in joined] + [(names, facts)]
    place = {name: number for number, name in enumerate(context.order)}
    found = [(context.in_order(names), tuple(facts)) for names, facts in groups]
    return sorted(found, key=lambda item: [place.get(name, len(place)) for name in item[0]])


def _text(context: Context, facts: tuple[Formula, ...]) -> str:
    return " and ".join(map(str, _simplest(context, facts)))


def _simplest(context: Context, facts: tuple[Formula, ...]) -> tuple[Formula, ...]:
    """Conditions that say the same as these facts, as short as is proved."""
    plain = context.with_facts(())
    facts = tuple(fact for fact in facts if not isinstance(decide(plain, fact), Proved))
    if not facts:
        return ()
    goal = facts[0] if len(facts) == 1 else And(facts)
    found = repair(plain, goal)
    formula = found.formula if found is not None and found.weakest else And(_shortened(plain, facts))
    return conjuncts(formula)


def _shortened(context: Context, facts: Sequence[Formula]) -> tuple[Formula, ...]:
    """Each condition as short as is proved, without those that follow from the others."""
    found = [repair(context, fact) for fact in facts]
    kept = [item.formula if item and item.weakest else tidied(fact) for item, fact in zip(found, facts)]
    kept = list(dict.fromkeys(kept))
    if consistent(context.assuming(*kept)) is None:
        return tuple(kept)
    for part in tuple(kept):
        others = [other for other in kept if other is not part]
        if others and isinstance(decide(context.assuming(*others), part), Proved):
            kept = others
    return tuple(kept)


def _values(context: Context, name: str, above: int | None, count: int) -> Values:
    """The least admissible values of one size, beyond `above` if given."""
    tied = [fact for fact in context.facts if name in fact.names]
    least = _lowest(context, name)
    start = least if above is None else max(above + 1, least)
    if not tied:
        return Values(tuple(range(start, start + count)), True, start == least)
    found: list[int] = []
    while len(found) < count:
        following = _next(context, name, found[-1] + 1 if found else start)
        if isinstance(following, Undecided):
            return Values(tuple(found), None)
        if following is None:
            break
        found.append(following)
    return Values(tuple(found), _goes_on(context, name, found[-1] if found else start - 1))


def _next(context: Context, name: str, start: int) -> int | Undecided | None:
    """The least admissible value from the start on; None if there is none within reach."""
    alone = [fact for fact in context.facts if fact.names == {name}]
    misses = 0
    for candidate in range(start, start + FARTHEST):
        if not all(_holds(fact, {name: candidate}) for fact in alone):
            continue
        admissible = _within(context, name, candidate, candidate)
        if admissible is not None:
            return admissible if isinstance(admissible, Undecided) else candidate
        misses += 1
        if misses == PATIENCE:
            following = _least_from(context, name, candidate + 1)
            if not isinstance(following, Undecided):
                return following
        if misses == MOST_MISSES:
            return Undecided("too many sizes were tried")
    return None


def _least_from(context: Context, name: str, low: int) -> int | Undecided | None:
    """The least admissible value from `low` on, by halving; None if there is none."""
    point = _within(context, name, low, None)
    if point is None or isinstance(point, Undecided):
        return point
    high = point[name]
    while low < high:
        middle = (low + high) // 2
        lower = _within(context, name, low, middle)
        if isinstance(lower, Undecided):
            return lower
        low, high = (middle + 1, high) if lower is None else (low, lower[name])
    return high


def _within(context: Context, name: str, low: int, high: int | None) -> Mapping[str, int] | Undecided | None:
    """An admissible point at which the size lies between these, None if there is none."""
    size = symbol(name)
    if low == high:
        return consistent(context.assuming(Relation("==", size, integer(low))))
    below = [] if high is None else [Relation("<=", size, integer(high))]
    return consistent(context.assuming(Relation(">=", size, integer(low)), *below))


def _goes_on(context: Context, name: str, last: int) -> bool | None:
    """Whether there are admissible values beyond the last one."""
    more = _within(context, name, last + 1, None)
    return None if isinstance(more, Undecided) else more is not None


def _holds(fact: Formula, env: Mapping[str, int]) -> bool:
    try:
        return fact.holds(env)
    except (Undefined, TooLarge):
        return False
