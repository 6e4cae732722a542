"""Simplifying a sum: bound variables that are fixed by an equality or that nothing depends on.

In: an addend or a fold's bounds, and the context.  Out: an equal one with fewer bound variables where that
can be had, without relations that are plainly true; nothing where a relation is plainly false.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from shapecheck.sizes import ZERO, Context, Inadmissible, Relation, Size
from shapecheck.terms.equality.polynomial import NOTHING, Addend, Fold, Polynomial
from shapecheck.terms.equality.prover import Prover, normal
from shapecheck.terms.equality.ring import open_addend, open_fold


def tidy(addend: Addend, context: Context, prover: Prover) -> Polynomial:
    """The addend without bound variables that are fixed, or that run over a known number of values to no effect."""
    while True:
        domain = plain_domain(addend.domain)
        if domain is None:
            return NOTHING
        addend = replace(addend, domain=domain)
        fixed = fixed_bound(addend.bounds, domain)
        if fixed is not None:
            if _is_excluded(fixed, domain):
                return NOTHING
            addend = open_addend(addend, fixed, tuple(name for name in addend.bounds if name not in fixed))
            continue
        counted = _counted(addend, context, prover)
        if counted is None:
            return (addend,)
        addend = counted


def tidy_fold(fold: Fold) -> Fold:
    """A maximum or minimum without bound variables that are fixed or that nothing depends on."""
    while True:
        domain = plain_domain(fold.domain)
        if domain is None:
            return fold
        fold = Fold(fold.operator, fold.bounds, domain, fold.body)
        fixed = fixed_bound(fold.bounds, domain)
        if fixed is None:
            return _without_idle(fold)
        fold = open_fold(fold, fixed, tuple(name for name in fold.bounds if name not in fixed))


def plain_domain(domain: Sequence[Relation]) -> tuple[Relation, ...] | None:
    """The relations in normal form without those that are plainly true; None if one is plainly false."""
    kept: dict[Relation, None] = {}
    for relation in map(normal, domain):
        if relation.difference.constant is None:
            kept[relation] = None
        elif not relation.holds({}):
            return None
    return tuple(kept)


def _is_excluded(fixed: Mapping[str, Size], domain: Sequence[Relation]) -> bool:
    """Whether a relation is plainly false at these values, so that undefined parts do not count there."""
    for relation in domain:
        try:
            difference = relation.difference.substitute(fixed)
        except Inadmissible:
            continue
        if difference.constant is not None and not Relation(relation.operator, difference, ZERO).holds({}):
            return True
    return False


def fixed_bound(bounds: Sequence[str], domain: Sequence[Relation]) -> Mapping[str, Size] | None:
    """A bound variable that an equality of the domain fixes, and its value."""
    for relation in domain:
        for name in bounds if relation.operator == "==" else ():
            parts = relation.difference.linear_in(name)
            if parts is not None and parts[0].constant in (1, -1):
                return {name: -parts[1] if parts[0].constant == 1 else parts[1]}
    return None


def bounds_of(name: str, domain: Sequence[Relation]) -> tuple[list[Size], list[Size]] | None:
    """The lower and the upper bounds of a variable, if the relations that mention it say nothing else."""
    lows: list[Size] = []
    highs: list[Size] = []
    for relation in domain:
        if name not in relation.difference.names:
            continue
        parts = relation.difference.linear_in(name)
        if relation.operator != ">=" or parts is None or parts[0].constant not in (1, -1):
            return None
        if parts[0].constant == 1:
            lows.append(-parts[1])
        else:
            highs.append(parts[1])
    return lows, highs


def _counted(addend: Addend, context: Context, prover: Prover) -> Addend | None:
    """The addend times the number of values of a variable that nothing depends on; None if there is none such."""
    for name in addend.bounds:
        limits = None if name in addend.body_names else bounds_of(name, addend.domain)
        if limits is None or len(limits[0]) != 1 or len(limits[1]) != 1:
            continue
        extent = limits[1][0] - limits[0][0] + 1
        rest = tuple(relation for relation in addend.domain if name not in relation.difference.names)
        if prover.holds(context.assuming(*rest), Relation(">=", extent, ZERO)):
            others = tuple(other for other in addend.bounds if other != name)
            return replace(addend, coefficient=addend.coefficient * extent, bounds=others, domain=rest)
    return None


def _without_idle(fold: Fold) -> Fold:
    """Without variables that neither the body nor, beside their range, the domain depends on."""
    for name in fold.bounds if fold.operator in ("max", "min") else ():
        limits = None if name in _body_names(fold) else bounds_of(name, fold.domain)
        if limits is not None and len(limits[0]) == len(limits[1]) == 1:
            rest = tuple(relation for relation in fold.domain if name not in relation.difference.names)
            others = tuple(other for other in fold.bounds if other != name)
            return _without_idle(Fold(fold.operator, others, rest, fold.body))
    return fold


def _body_names(fold: Fold) -> frozenset[str]:
    return frozenset().union(*(addend.names for addend in fold.body))
