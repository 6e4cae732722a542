"""Brute force for tests: terms evaluated at small sizes on random entries, by code of its own."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any

from shapecheck.ops.term_types import Bound, Call, Case, Entry, Literal, Lookup, Measure, Reduction, Term
from shapecheck.sizes import Context, Formula, Size

OPERATIONS: dict[str, Any] = {
    "+": lambda *values: math.fsum(values) if any(isinstance(v, float) for v in values) else sum(values),
    "*": lambda *values: math.prod(values),
    "-": lambda left, right: left - right,
    "/": lambda left, right: left / right if right else 0.0,
    "max": max,
    "min": min,
    "tanh": math.tanh,
    "exp": lambda value: 1.1**value,
    "<": lambda left, right: left < right,
    "<=": lambda left, right: left <= right,
    "==": lambda left, right: left == right,
}
"""`exp` has the base 1.1, which keeps its laws and does not overflow; x / 0 is 0, some number or other."""


def value(term: Term, at: dict[str, int], entries: dict[Any, int]) -> Any:
    """The value of a term; entries of tensors are drawn when first met."""
    match term:
        case Literal():
            return term.value
        case Measure():
            return term.size.evaluate(at)
        case Entry():
            key = (term.family, tuple(_at(one, at, entries) for one in term.subscripts))
            return entries.setdefault(key, random.Random(repr(key)).randint(-9, 9))
        case Lookup():
            place = 0
            for one, length in zip(term.subscripts, term.shape):
                place = place * length + _at(one, at, entries)
            return term.values[place]
        case Call():
            return OPERATIONS[term.function](*(value(one, at, entries) for one in term.arguments))
        case Case():
            holds = value(term.condition, at, entries) if isinstance(term.condition, Term) else term.condition.holds(at)
            return value(term.then if holds else term.otherwise, at, entries)
        case Reduction():
            points = list(members(term.bounds, at))
            results = [value(term.body, point, entries) for point in points]
            if term.operator in ("argmax", "argmin"):
                best = {"argmax": max, "argmin": min}[term.operator](results)
                return points[results.index(best)][term.bounds[0].symbol]
            return {"sum": sum, "prod": math.prod, "max": max, "min": min}[term.operator](results)


def _at(one: Size | Term, at: dict[str, int], entries: dict[Any, int]) -> int:
    return one.evaluate(at) if isinstance(one, Size) else value(one, at, entries)


def members(bounds: Sequence[Bound], at: dict[str, int]) -> Iterator[dict[str, int]]:
    """All values of bound variables."""
    if not bounds:
        yield at
        return
    first = bounds[0]
    for number in range(first.low.evaluate(at), first.high.evaluate(at) + 1):
        yield from members(bounds[1:], {**at, first.symbol: number})


def admissible(context: Context, names: Sequence[str], largest: int = 5) -> Iterator[dict[str, int]]:
    """Small sizes that meet the context's facts."""

    def admits(fact: Formula, at: dict[str, int]) -> bool:
        return not fact.names <= set(at) or fact.holds(at)

    for numbers in product(range(1, largest + 1), repeat=len(names)):
        at = dict(zip(names, numbers))
        if all(admits(fact, at) for fact in context.facts):
            yield at


def differ(context: Context, left: Term, right: Term, free: Sequence[Bound]) -> bool:
    """Whether the two sides differ somewhere at some of the first admissible sizes."""
    names = left.names | right.names
    names = names.union(*(bound.low.names | bound.high.names for bound in free)) - {bound.symbol for bound in free}
    for sizes in admissible(context, sorted(names)):
        entries: dict[Any, int] = {}
        for point in members(free, sizes):
            try:
                if not math.isclose(value(left, point, entries), value(right, point, entries), abs_tol=1e-9):
                    return True
            except ValueError:
                continue
    return False
