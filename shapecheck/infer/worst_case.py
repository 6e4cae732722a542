"""Requirements on all values of an index, as requirements on the sizes alone.

In: a relation, and facts about the indices in it (their ranges, and the conditions of the branches around).  Out: the
relation at the end of the range where it holds least, under the fact that the range has a member.  That is the same
statement: where the relation falls (or rises) along the whole range, it holds everywhere exactly if it holds there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from shapecheck.infer.attempt.solver import Solver, Wanted
from shapecheck.infer.model import Interval
from shapecheck.sizes import (
    ZERO,
    Context,
    Every,
    Floor,
    Formula,
    Inadmissible,
    Not,
    Or,
    Relation,
    Size,
    family_atoms,
    is_proved,
    maximum,
    minimum,
    symbol,
    with_plain_powers,
)
from shapecheck.sizes.questions.formula import conjuncts

Normal = Callable[[Relation], Relation]


def at_worst(wanted: Wanted, context: Context, normal: Normal) -> Wanted:
    """The same requirement without indices, as far as they can be left out one by one."""
    if wanted.relation.operator not in (">=", "<="):
        return wanted
    while (next_one := _without_an_index(wanted, context, normal)) is not None:
        wanted = next_one
    return wanted


def _without_an_index(wanted: Wanted, context: Context, normal: Normal) -> Wanted | None:
    """The requirement without one of its indices; None where none can be left out."""
    names = sorted((name for name in _all_names(wanted) if name[0] == "."), reverse=True)
    facts = tuple(part for fact in wanted.facts for part in conjuncts(fact))
    for name in names:
        own = [fact for fact in facts if name in fact.names]
        interval = interval_of(name, own, context)
        worst = None if interval is None else worst_end(context, wanted.relation, name, interval)
        if worst is not None and interval is not None:
            some = Relation("<=", interval.low, interval.high)
            rest = tuple(fact for fact in facts if fact not in own)
            if not is_proved(context.assuming(*rest), some):
                rest = (*rest, some)
            return replace(wanted, relation=normal(without_quotient(worst)), facts=rest, decision=None)
    return None


def normal_relation(solver: Solver, given: Context, relation: Relation) -> Relation:
    """The relation with what is known of its sizes put in."""
    left, right = (with_plain_powers(solver.normal(side), given) for side in (relation.left, relation.right))
    return relation if (left, right) == (relation.left, relation.right) else Relation(relation.operator, left, right)


def _all_names(wanted: Wanted) -> set[str]:
    return set(wanted.relation.names).union(*(fact.names for fact in wanted.facts))


def for_all(relation: Relation, facts: tuple[Formula, ...]) -> Formula:
    """The relation where the conditions around it hold."""
    return Or((*(Not(fact) for fact in facts), relation)) if facts else relation


# ---- the range of one index --------------------------------------------------------------------


def interval_of(name: str, facts: Iterable[Formula], context: Context) -> Interval | None:
    """The range that facts about an index leave it, where they do nothing else; None where it is no range."""
    lows: list[Size] = []
    highs: list[Size] = []
    gaps: list[Size] = []
    for fact in facts:
        if not isinstance(fact, Relation) or not _sort(name, fact, lows, highs, gaps):
            return None
    if not lows or not highs:
        return None
    interval = Interval(_extreme(lows, context, ">="), _extreme(highs, context, "<="))
    return _without_ends(interval, gaps, context)


def _sort(name: str, fact: Relation, lows: list[Size], highs: list[Size], gaps: list[Size]) -> bool:
    """Note the end or the gap that a comparison makes in the range of an index; returns whether it makes one."""
    linear = fact.difference.linear_in(name)
    if linear is None or linear[0].constant not in (1, -1) or name in linear[1].names:
        return False
    rising = linear[0].constant == 1
    end = -linear[1] if rising else linear[1]
    match fact.operator:
        case "==":
            lows.append(end)
            highs.append(end)
        case "!=":
            gaps.append(end)
        case ">=" | ">":
            beyond = 1 if fact.operator == ">" else 0
            (lows if rising else highs).append(end + beyond if rising else end - beyond)
        case "<=" | "<":
            beyond = 1 if fact.operator == "<" else 0
            (highs if rising else lows).append(end - beyond if rising else end + beyond)
    return True


def _extreme(ends: list[Size], context: Context, relation: str) -> Size:
    """The greatest of the ends for `>=`, the least for `<=`, if it is known which one that is."""
    found = ends[0]
    for end in ends[1:]:
        if is_proved(context, _ordered(relation, found, end)):
            continue
        if is_proved(context, _ordered(relation, end, found)):
            found = end
        else:
            found = maximum(found, end) if relation == ">=" else minimum(found, end)
    return found


def _ordered(relation: str, left: Size, right: Size) -> Relation:
    return Relation(">=" if relation == ">=" else "<=", left, right)


def _without_ends(interval: Interval, gaps: list[Size], context: Context) -> Interval | None:
    """The range without members that a condition leaves out; None where one may lie inside."""
    for gap in gaps:
        if is_proved(context, Relation("==", gap, interval.low)):
            interval = Interval(interval.low + 1, interval.high)
        elif is_proved(context, Relation("==", gap, interval.high)):
            interval = Interval(interval.low, interval.high - 1)
        else:
            return None
    return interval


# ---- the end where a relation holds least ------------------------------------------------------


def worst_end(context: Context, relation: Relation, name: str, interval: Interval) -> Relation | None:
    """The relation at the end of an index' range where it holds least, if it falls (or rises) throughout."""
    if name not in relation.names:
        return relation
    try:
        return _at_an_end(context, relation, name, interval)
    except Inadmissible:  # at an end it has no value
        return None


def _at_an_end(context: Context, relation: Relation, name: str, interval: Interval) -> Relation | None:
    if _differs_by_member(context, relation, name):
        return None
    margin = relation.difference if relation.operator == ">=" else -relation.difference
    for direction, end in _directions(margin, name, interval):
        if any(is_proved(known, direction) for known in _contexts(context, name, interval)):
            left, right = (side.substitute({name: end}) for side in (relation.left, relation.right))
            return Relation(relation.operator, left, right)
    return None


def _differs_by_member(context: Context, relation: Relation, name: str) -> bool:
    """Whether members of a size family stand in a relation at this index, and nothing is assumed of all of them."""
    known = any(isinstance(fact, Every) for fact in context.facts)
    return not known and any(name in atom.names for atom in family_atoms((relation,)))


def _directions(margin: Size, name: str, interval: Interval) -> Iterator[tuple[Relation, Size]]:
    """The conditions for a falling margin, with the last member, and for a rising one, with the first."""
    at = interval.low + symbol(name)
    step = margin.substitute({name: at + 1}) - margin.substitute({name: at})
    yield Relation("<=", step, ZERO), interval.high
    yield Relation(">=", step, ZERO), interval.low


def _contexts(context: Context, name: str, interval: Interval) -> Iterator[Context]:
    """The facts about a step from one member to the next; other facts seldom matter, and take time."""
    at = symbol(name)
    inside = (Relation(">=", at, ZERO), Relation("<", at + interval.low, interval.high))
    for known in (Context((), context.lowers, context.order), context):
        yield known.assuming(*inside)


def without_quotient(relation: Relation) -> Relation:
    """`a // b >= m` as `a >= m*b`, which is the same for divisors of at least 1."""
    left, right = relation.left, relation.right
    if relation.operator != ">=" or len(left.terms) != 1 or right.constant is None:
        return relation
    ((monomial, count),) = left.terms.items()
    if count != 1 or len(monomial) != 1 or not isinstance(monomial[0], Floor):
        return relation
    numerator, divisor = monomial[0].parts
    return Relation(">=", numerator, right * divisor)
