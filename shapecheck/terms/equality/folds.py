"""Big operators other than sums, as opaque factors in a normal form.

In: a reduction, the rule that turns terms into polynomials, and the context.  Out: a polynomial: the fold
as a factor, under those conditions of its body that do not depend on the bound variables.

A maximum of a maximum is one maximum; `if c then x else -inf` in a maximum restricts its domain.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from math import inf

from shapecheck.ops.term_types import Bound, Case, Literal, Reduction, Term
from shapecheck.sizes import ONE, Context, Formula, Relation, symbol
from shapecheck.sizes.questions.formula import conjuncts
from shapecheck.terms.equality.polynomial import Addend, Fold, Polynomial, fresh_bound, of_factor
from shapecheck.terms.equality.prover import Prover, normal
from shapecheck.terms.equality.ring import multiply
from shapecheck.terms.equality.simplify import bounds_of, tidy_fold
from shapecheck.terms.unfolding.substitute import substitute

WORST = {"max": -inf, "min": inf}

Rule = Callable[[Term, Context], Polynomial]


def with_fresh_bounds(term: Reduction) -> tuple[tuple[Bound, ...], Term]:
    """The bounds and the body of a reduction, its variables under names that nothing else has."""
    names = {bound.symbol: symbol(fresh_bound()) for bound in term.bounds}
    bounds = tuple(
        Bound(next(iter(names[bound.symbol].names)), bound.low.substitute(names), bound.high.substitute(names))
        for bound in term.bounds
    )
    return bounds, substitute(term.body, names)


def ranges_of(bounds: Sequence[Bound]) -> tuple[Relation, ...]:
    """The ranges of bound variables as relations in normal form."""
    return tuple(
        relation
        for bound in bounds
        for relation in (
            normal(Relation(">=", symbol(bound.symbol), bound.low)),
            normal(Relation("<=", symbol(bound.symbol), bound.high)),
        )
    )


def fold(term: Reduction, value: Rule, context: Context, prover: Prover) -> Polynomial:
    """A reduction other than a sum."""
    bounds, body = with_fresh_bounds(term)
    names, domain = [bound.symbol for bound in bounds], list(ranges_of(bounds))
    guarded = False
    while term.operator in WORST:
        condition = _guard(body, WORST[term.operator])
        if condition is not None:
            assert isinstance(body, Case)
            domain += condition[0]
            body, guarded = condition[1], True
        elif isinstance(body, Reduction) and body.operator == term.operator:
            inner, body = with_fresh_bounds(body)
            names += [bound.symbol for bound in inner]
            domain += ranges_of(inner)
        else:
            break
    inside = context.assuming(*domain)
    entries = _without_implied(value(body, inside), inside, prover)
    made = Fold(term.operator, tuple(names), tuple(domain), entries)
    return _lifted(made, guarded, context, prover) if term.operator in WORST else of_factor(made)


def _guard(body: Term, worst: float) -> tuple[Sequence[Relation], Term] | None:
    """The relations under which the body is not the neutral value of the operator, and the body there."""
    if not isinstance(body, Case) or isinstance(body.condition, Term):
        return None
    condition: Formula = body.condition
    kept = body.then
    if body.then == Literal(worst):
        condition, kept = condition.negated(), body.otherwise
    elif body.otherwise != Literal(worst):
        return None
    relations = [normal(part) for part in conjuncts(condition) if isinstance(part, Relation) and part.operator != "!="]
    return (relations, kept) if len(relations) == len(conjuncts(condition)) else None


def _without_implied(body: Polynomial, inside: Context, prover: Prover) -> Polynomial:
    """The body without conditions that hold throughout the domain."""
    return tuple(
        replace(addend, domain=tuple(part for part in addend.domain if not prover.holds(inside, part)))
        if addend.domain and not addend.bounds
        else addend
        for addend in body
    )


def _lifted(made: Fold, guarded: bool, context: Context, prover: Prover) -> Polynomial:
    """The fold as a factor, under the conditions that its body has for all values of the bound variables alike."""
    outside: list[Relation] = []
    if not guarded and len(made.body) == 1 and not made.body[0].bounds:
        (addend,) = made.body
        inside: list[Relation] = []
        for relation in addend.domain:
            common = _for_all(relation, made, context, prover)
            (inside if common is None else outside).append(relation if common is None else common)
        body = (replace(addend, domain=tuple(inside)),)
        made = Fold(made.operator, made.bounds, made.domain, body)
    made = tidy_fold(made)
    value = of_factor(made) if made.bounds or made.domain else made.body
    return multiply((Addend(ONE, domain=tuple(outside)),), value) if outside else value


def _for_all(relation: Relation, made: Fold, context: Context, prover: Prover) -> Relation | None:
    """The relation without bound variables, if it holds for all of their values or for none."""
    least = most = relation.difference
    for name in reversed(made.bounds):
        if name not in relation.difference.names:
            continue
        limits, factor = bounds_of(name, made.domain), relation.difference.coefficient(name)
        parts = relation.difference.linear_in(name)
        if parts is None or parts[0].constant != factor or not factor or relation.operator != ">=":
            return None
        if limits is None or len(limits[0]) != 1 or len(limits[1]) != 1:
            return None
        if not (limits[0][0].names | limits[1][0].names).isdisjoint(made.bounds):
            return None
        ends = (limits[0][0], limits[1][0]) if factor > 0 else (limits[1][0], limits[0][0])
        least, most = least.substitute({name: ends[0]}), most.substitute({name: ends[1]})
    common = Relation(">=", least, least - least)
    if least is most or prover.holds(context.assuming(Relation(">=", most, least - least)), common):
        return common if least.names.isdisjoint(made.bounds) else None
    return None
