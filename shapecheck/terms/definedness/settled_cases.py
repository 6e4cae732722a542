"""Choices settled by the conditions around them: in `if a > 0 then (if a <= 0 then x else y) else z` x is never taken.

In: a term.  Out: an equal one, in which an inner choice on values is the branch that is taken, where the conditions on
values around it leave only one.
"""

from __future__ import annotations

from shapecheck.ops.term_types import Call, Case, Entry, Lookup, Reduction, Term
from shapecheck.sizes import Size
from shapecheck.terms.definedness.conditions import EVERYTHING, Facts, assuming
from shapecheck.terms.definedness.ranges import Range

NO_FACTS = Facts()


def settled(term: Term, facts: Facts = NO_FACTS) -> Term:
    """The term without branches that the conditions around them rule out."""
    match term:
        case Case(condition, then, otherwise) if isinstance(condition, Term):
            return _chosen(condition, then, otherwise, facts)
        case Case(condition, then, otherwise):
            return Case(condition, settled(then, facts), settled(otherwise, facts))
        case Call(function, arguments):
            return Call(function, tuple(settled(argument, facts) for argument in arguments))
        case Reduction(operator, bounds, body):
            hidden = any(bound.symbol in facts.names for bound in bounds)
            return Reduction(operator, bounds, settled(body, NO_FACTS if hidden else facts))
        case Entry(family, subscripts):
            return Entry(family, _subscripts(subscripts, facts))
        case Lookup(shape, values, subscripts):
            return Lookup(shape, values, _subscripts(subscripts, facts))
        case _:
            return term


def _chosen(condition: Term, then: Term, otherwise: Term, facts: Facts) -> Term:
    holds, fails = (assuming(facts, condition, way, _anything) for way in (True, False))
    if fails is None and holds is not None:
        return settled(then, holds)
    if holds is None and fails is not None:
        return settled(otherwise, fails)
    return Case(settled(condition, facts), settled(then, holds or facts), settled(otherwise, fails or facts))


def _subscripts(subscripts: tuple[Size | Term, ...], facts: Facts) -> tuple[Size | Term, ...]:
    return tuple(item if isinstance(item, Size) else settled(item, facts) for item in subscripts)


def _anything(term: Term, facts: Facts) -> Range:
    return EVERYTHING


def nests_choices(term: Term) -> bool:
    """Whether a choice on values stands inside another one."""
    return _depth(term) > 1


def _depth(term: Term) -> int:
    match term:
        case Case(condition, then, otherwise):
            below = max(_depth(then), _depth(otherwise))
            return max(_depth(condition), 1 + below) if isinstance(condition, Term) else below
        case Call(_, arguments):
            return max(map(_depth, arguments), default=0)
        case Reduction(_, _, body):
            return _depth(body)
        case Entry(_, subscripts) | Lookup(_, _, subscripts):
            return max((_depth(item) for item in subscripts if not isinstance(item, Size)), default=0)
        case _:
            return 0
