"""The strongest of several unmet requirements: those that imply the rest.

In: needs with the sizes at which they fail.  Out: the needs to tell of.  Two needs that a known counterexample tells
apart are not compared: where the one holds and the other fails, the other does not follow.
"""

from __future__ import annotations

from collections.abc import Iterable

from shapecheck.infer.model import Broken
from shapecheck.sizes import Context, Formula, Proved, decide
from shapecheck.sizes.algebra.evaluation import TooLarge
from shapecheck.sizes.questions.points import Point, truth

MOST_COMPARED = 40


def strongest(own: tuple[Broken, ...], inside: tuple[Broken, ...], context: Context) -> tuple[Broken, ...]:
    """The requirements that imply the rest: where a kernel must fit its image, the image has an entry.

    Of needs that imply each other the first one within a block stays: what comes later in a chain follows from it.
    """
    broken = (*own, *inside)
    kept = list(broken[:MOST_COMPARED])
    points = [point for point in (_point(item, kept, context) for item in kept) if _is_admitted(context, point)]
    for item in [item for item in reversed((*inside, *own)) if item in kept]:
        others = [other for other in kept if other is not item and not _tells_apart(points, other, item)]
        if any(isinstance(decide(context.assuming(other.relation), item.relation), Proved) for other in others):
            kept.remove(item)
    return (*kept, *broken[MOST_COMPARED:])


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
    """Whether the formula holds at the point, None where that is not defined or not to be computed."""
    try:
        return truth(formula, point)
    except TooLarge:
        return None
