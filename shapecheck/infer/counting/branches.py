"""Counts under conditions: work in a branch of an `if` counts where that branch is computed.

In: counts of single things, each with the conditions of the branches that it stands in.  Out: their sum.  A condition
on indices is a matter of how many of their values meet it.  Where a condition on sizes alone is neither always nor
never met, `by_cases` counts once for each answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from shapecheck.infer.counting.index_ranges import Ranges, closure, indices_in, literal_length, times
from shapecheck.infer.model import Interval
from shapecheck.infer.regions import index_facts
from shapecheck.record import record
from shapecheck.sizes import ONE, ZERO, And, Context, Formula, Not, Or, Proved, Relation, Size, decide
from shapecheck.sizes.questions.formula import conjuncts

MOST_CASES = 32
Facts = tuple[Formula, ...]
Cases = tuple[tuple[Facts, Size | None], ...]
"""Counts by the conditions under which they are right, which leave no sizes out; None where there is no closed form."""


class Unclear(Exception):
    """The number of values for which something counts has no closed form."""


class Open(Exception):
    """Whether something counts depends on the sizes: on whether they meet `fact`."""

    def __init__(self, fact: Formula) -> None:
        super().__init__()
        self.fact = fact


@record
class Share:
    """The count for all values of the indices in `names` at which all of `facts` hold."""

    once: Size
    names: frozenset[str]
    facts: Facts = ()

    @property
    def indices(self) -> set[str]:
        """The indices that the conditions are about."""
        return indices_in(self.facts)


def by_cases(context: Context, count: Callable[[Context], Size | None]) -> Cases:
    """A count, once for each answer to the conditions that it depends on; one case where all agree."""
    found = _split(context, count, (), MOST_CASES)
    return (((), found[0][1]),) if len({size for _, size in found}) == 1 else found


def _split(context: Context, count: Callable[[Context], Size | None], facts: Facts, most: int) -> Cases:
    try:
        return ((facts, count(context)),)
    except Unclear:
        return ((facts, None),)
    except Open as open:
        if most < 2:
            return ((facts, None),)
        plain = open.fact.part if isinstance(open.fact, Not) else open.fact
        sides = (plain, Not(plain))
        return tuple(
            case for side in sides for case in _split(context.assuming(side), count, (*facts, side), most // 2)
        )


def holds(facts: Iterable[Formula], context: Context) -> bool:
    """Whether conditions on sizes are met; raises `Open` if some sizes meet them and others do not."""
    for fact in facts:
        if isinstance(decide(context, Not(fact)), Proved):
            return False
        if not isinstance(decide(context, fact), Proved):
            raise Open(fact)
    return True


def total(shares: Sequence[Share], ranges: Ranges, context: Context) -> Size | None:
    """The sum of all shares; None without a closed form, `Open` where it depends on the sizes which of them count."""
    found = ZERO
    for share in _without_equal_branches(shares, ranges):
        size = _counted(share, ranges, context)
        if size is None:
            return None
        found = found + size
    return found


def ever(facts: Facts, ranges: Ranges, context: Context) -> bool:
    """Whether some values of the indices meet the conditions; raises `Open` if the answer depends on the sizes.

    Raises `Unclear` where no way is known to tell.
    """
    left = _met(Share(ONE, frozenset(), facts), ranges, context)
    while left is not None and left.facts:
        name = _innermost(left, ranges)
        found = None if name is None else _some(_about(left.facts, name), name, ranges[name])
        if found is None:
            raise Unclear
        left = _met(replace(left, facts=(*_apart(left.facts, name), found)), ranges, context)
    return left is not None


def _counted(share: Share, ranges: Ranges, context: Context) -> Size | None:
    left = _met(share, ranges, context)
    if left is None or share.once is ZERO:
        return ZERO
    if not left.facts:
        return times(left.once, set(left.names), ranges)
    name = _innermost(left, ranges)
    if name is None:
        return None
    own, rest, interval = _about(left.facts, name), _apart(left.facts, name), ranges[name]
    if name not in closure(set(left.names) | left.once.names, ranges):
        some = _some(own, name, interval)
        return None if some is None else _counted(replace(left, facts=(*rest, some)), ranges, context)
    if literal_length(interval) is not None:
        return _member_by_member(left, name, ranges, context)
    clipped = _clipped(own, name, interval, context.assuming(*index_facts(ranges)))
    named = replace(left, names=left.names | {name}, facts=rest)
    return None if clipped is None else _counted(named, {**ranges, name: clipped}, context)


def _met(share: Share, ranges: Ranges, context: Context) -> Share | None:
    """The share with the conditions that are not met for all values of the indices; None where it never counts."""
    if not holds((fact for fact in share.facts if not indices_in((fact,))), context):
        return None
    rest = tuple(fact for fact in share.facts if indices_in((fact,)))
    around = context.assuming(*index_facts(ranges)) if rest else context
    left = tuple(fact for fact in rest if not isinstance(decide(around, fact), Proved))
    if left and isinstance(decide(around, Not(And(left))), Proved):
        return None
    return replace(share, facts=left)


def _innermost(share: Share, ranges: Ranges) -> str | None:
    """The innermost index that the conditions are about; None where one of them has no range here."""
    indices = share.indices
    if not indices <= ranges.keys():
        return None
    return next((name for name in reversed(list(ranges)) if name in indices), None)


def _about(facts: Facts, name: str) -> Facts:
    return tuple(fact for fact in facts if name in fact.names)


def _apart(facts: Facts, name: str | None) -> Facts:
    return tuple(fact for fact in facts if name not in fact.names)


def _some(facts: Facts, name: str, interval: Interval) -> Formula | None:
    """The condition that some value of an index meets the conditions: one of a short range, else judged by its ends."""
    length = literal_length(interval)
    if length is not None:
        return Or(tuple(_at(facts, name, interval.low + step) for step in range(length)))
    parts = [part for fact in facts for part in conjuncts(fact)]
    if len(parts) > 1 or not isinstance(parts[0], Relation):
        return None
    linear = parts[0].difference.linear_in(name)
    if linear is None or linear[0].constant not in (1, -1):
        return None
    some = Relation("<=", interval.low, interval.high)
    if parts[0].operator == "==":
        value = -linear[1] * linear[0]
        return And((Relation("<=", interval.low, value), Relation("<=", value, interval.high)))
    return And((some, Or((_at(facts, name, interval.low), _at(facts, name, interval.high)))))


def _at(facts: Facts, name: str, value: Size) -> Formula:
    return And(tuple(fact.substitute({name: value}) for fact in facts))


def _member_by_member(share: Share, name: str, ranges: Ranges, context: Context) -> Size | None:
    """The sum over the values of an index with a short range."""
    found, interval = ZERO, ranges[name]
    for step in range(literal_length(interval) or 0):
        at = {name: interval.low + step}
        here = {
            other: Interval(span.low.substitute(at), span.high.substitute(at))
            for other, span in ranges.items()
            if other != name
        }
        facts = tuple(fact.substitute(at) for fact in share.facts)
        size = _counted(Share(share.once.substitute(at), share.names - {name}, facts), here, context)
        if size is None:
            return None
        found = found + size
    return found


def _clipped(facts: Facts, name: str, interval: Interval, context: Context) -> Interval | None:
    """The values of an index that meet bounds on it; None for other conditions, or where the order is not known."""
    low, high = interval.low, interval.high
    for part in (part for fact in facts for part in conjuncts(fact)):
        linear = part.difference.linear_in(name) if isinstance(part, Relation) else None
        if linear is None or linear[0].constant not in (1, -1) or not isinstance(part, Relation):
            return None
        value, falls = -linear[1] * linear[0], linear[0].constant == -1
        operator = MIRRORED[part.operator] if falls else part.operator
        ends = _ends(operator, value, low, high)
        if ends is None:
            return None
        first, last = _later(low, ends[0], context), _later(-high, -ends[1], context)
        if first is None or last is None:
            return None
        low, high = first, -last
    return Interval(low, high) if _proved(context, Relation(">=", high - low + 1, ZERO)) else None


MIRRORED = {"==": "==", "!=": "!=", "<=": ">=", ">=": "<=", "<": ">", ">": "<"}


def _ends(operator: str, value: Size, low: Size, high: Size) -> tuple[Size, Size] | None:
    """The values that a comparison with one value leaves."""
    if operator == "!=":  # all but the first, or all but the last
        return (low + 1, high) if value is low else (low, high - 1) if value is high else None
    first = {">=": value, ">": value + 1, "==": value}.get(operator, low)
    last = {"<=": value, "<": value - 1, "==": value}.get(operator, high)
    return first, last


def _later(one: Size, other: Size, context: Context) -> Size | None:
    """The greater of two sizes, where it is known which that is."""
    if one is other or _proved(context, Relation(">=", one, other)):
        return one
    return other if _proved(context, Relation(">=", other, one)) else None


def _proved(context: Context, relation: Relation) -> bool:
    return isinstance(decide(context, relation), Proved)


# ---- branches that take as much ----------------------------------------------------------------


def _without_equal_branches(shares: Sequence[Share], ranges: Ranges) -> list[Share]:
    """The shares, those of two branches that take as much for every value of the indices under no condition."""
    by_facts: dict[Facts, list[Share]] = {}
    for share in shares:
        by_facts.setdefault(share.facts, []).append(share)
    for length in range(max(map(len, by_facts), default=0), 0, -1):
        for facts in [facts for facts in by_facts if len(facts) == length]:
            other = (*facts[:-1], Not(facts[-1]))
            if other in by_facts and _as_much(by_facts[facts], by_facts[other], indices_in(facts[-1:]), ranges):
                one = [replace(share, facts=facts[:-1]) for share in by_facts[facts]]
                by_facts.setdefault(facts[:-1], []).extend(one)
                by_facts[facts], by_facts[other] = [], []
    return [share for found in by_facts.values() for share in found]


def _as_much(one: Sequence[Share], other: Sequence[Share], indices: set[str], ranges: Ranges) -> bool:
    """Whether shares come to the same for every value of these indices, which all of them are worked out for."""
    if not all(indices <= closure(set(share.names) | share.once.names, ranges) for share in (*one, *other)):
        return False
    rest = {name: span for name, span in ranges.items() if name not in indices}
    sums = []
    for shares in (one, other):
        sizes = [times(share.once, set(share.names) - indices, rest) for share in shares]
        sums.append(None if None in sizes else sum((size for size in sizes if size is not None), ZERO))
    return sums[0] is not None and sums[0] is sums[1]
