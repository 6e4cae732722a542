"""The strongest of several unmet requirements: those that imply the rest.

In: needs with the sizes at which they fail.  Out: the needs to tell of.  Two needs that a known counterexample tells
apart are not compared: where the one holds and the other fails, the other does not follow.
"""

from __future__ import annotations

from collections.abc import Iterable

from shapecheck.infer.model import Broken
from shapecheck.sizes import Context, Formula, Proved, decide
from shapecheck.sizes.algebra.point_values import TooLarge
from shapecheck.sizes.questions.points import Point, truth

MOST_COMPARED = 40


def strongest(own: tuple[Broken, ...], inside: tuple[Broken, ...], context: Context) -> tuple[Broken, ...]:
    """The requirements that imply the rest: where a kernel must fit its image, the image has an entry.

    Of needs that imply each other the first one in the chain stays, at one place the one within a block: what comes
    later follows from it.
    What only several of the spec's own needs imply together is left out before: they are simpler.
    """
    broken = (*own, *inside)
    kept = list(broken[:MOST_COMPARED])
    for item in inside if len(own) > 1 else ():
        if item in kept and _follows_from_all(item, own, context):
            kept.remove(item)
    points = [point for point in (_point(item, kept, context) for item in kept) if _is_admitted(context, point)]
    for item in sorted((item for item in reversed((*inside, *own)) if item in kept), key=_place, reverse=True):
        others = [other for other in kept if other is not item and not _tells_apart(points, other, item)]
        if any(isinstance(decide(context.assuming(other.relation), item.relation), Proved) for other in others):
            kept.remove(item)
    return (*kept, *broken[MOST_COMPARED:])


def _place(item: Broken) -> int:
    """The position in the text, which grows along a chain and outwards in nested calls, at which a need arises."""
    span = item.diagnostic.span
    return 0 if span is None else span.end


def _follows_from_all(item: Broken, own: tuple[Broken, ...], context: Context) -> bool:
    """Whether a need follows from others together and from none of them alone."""
    relations = [other.relation for other in own if other.relation.names <= item.relation.names]
    if len(relations) < 2 or not isinstance(decide(context.assuming(*relations), item.relation), Proved):
        return False
    return not any(isinstance(decide(context.assuming(one), item.relation), Proved) for one in relations)


def _point(item: Broken, items: Iterable[Broken], context: Context) -> dict[str, int]:
    """Sizes at which the item fails, each that it says nothing of as small as it may be."""
    formulas = (*context.facts, *(other.relation for other in items))
    names = frozenset[str]().union(*(formula.names for formula in formulas))
    return {**{name: _least(context, name) for name in names}, **item.witness}


def _least(context: Context, name: str) -> int:
    low = context.lower(name)
    return 1 if low is None else low


def _is_admitted(context: Context, point: Point) -> bool:
    return all(_value(fact, point) is True for fact in context.facts)


def _tells_apart(points: Iterable[Point], other: Broken, item: Broken) -> bool:
    """Whether at some point the one holds and the other fails, so that it does not follow."""
    return any(_value(other.relation, point) is True and _value(item.relation, point) is False for point in points)


def _value(formula: Formula, point: Point) -> bool | None:
    """Whether the formula holds at the point; None if it has no value there or is too large to compute."""
    try:
        return truth(formula, point)
    except TooLarge:
        return None
