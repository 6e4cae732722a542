"""Terms turned into polynomials, in a context of facts about sizes and indices.

In: a term and a context.  Out: a polynomial that is equal to the term wherever the context holds.  `GiveUp` where that
would be too large.  With `written_out`, sums, products and maxima over few literal members are written out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import field, replace
from fractions import Fraction
from itertools import product
from math import isfinite, isnan, prod

from shapecheck.ops.term_types import Bound, Call, Case, Entry, Literal, Lookup, Measure, Reduction, Term
from shapecheck.record import record
from shapecheck.sizes import And, Context, Every, Formula, Not, Relation, Size, integer, symbol
from shapecheck.sizes.questions.context import indices_in
from shapecheck.sizes.questions.formula import without_not
from shapecheck.terms.equality.folds import WORST, fold, ranges_of, with_fresh_bounds
from shapecheck.terms.equality.function_factors import (
    COMPARISONS,
    comparison,
    complement,
    either,
    extremum,
    function_value,
    power,
    product_of,
    quotient,
    relation_value,
    times,
    truth,
)
from shapecheck.terms.equality.polynomial import (
    INFINITY,
    Addend,
    Atom,
    Factor,
    Fold,
    GiveUp,
    Polynomial,
    as_size,
    number,
    of_factor,
    of_size,
)
from shapecheck.terms.equality.prover import Prover
from shapecheck.terms.equality.ring import add, map_addends, scale
from shapecheck.terms.equality.simplify import tidy
from shapecheck.terms.equality.vanishing import Matcher
from shapecheck.terms.unfolding.substitute import substitute

WRITTEN_OUT = 64
"""The most members of literal ranges that are written out."""

LARGEST_TERM = 4000
"""The most parts that a term may have, with those of written-out ranges counted each time."""


@record(frozen=False)
class Normaliser:
    """The rules, with the questions that they may ask; `written_out` also unrolls short literal ranges."""

    prover: Prover
    written_out: bool = False
    left: int = LARGEST_TERM
    folds: list[Fold] = field(default_factory=list)
    _reduced: dict[Reduction, list[tuple[Context, Polynomial, set[str]]]] = field(default_factory=dict)

    def start(self) -> None:
        """Begin another comparison and keep the findings of earlier ones."""
        self.left = LARGEST_TERM
        self.prover.start()

    def value(self, term: Term, context: Context) -> Polynomial:
        """The polynomial of a term."""
        self.left -= 1
        if self.left < 0:
            raise GiveUp("too large a term")
        match term:
            case Literal():
                return _literal(term.value)
            case Measure():
                return of_size(term.size)
            case Entry():
                return of_factor(Atom(("entry", term.family), self._subscripts(term.subscripts, context)))
            case Lookup():
                return self._lookup(term, context)
            case Call():
                return self._call(term, context)
            case Reduction():
                return self._reduction(term, context)
            case Case():
                return self._case(term, context)

    def _subscripts(self, subscripts: Sequence[Size | Term], context: Context) -> tuple[Size | Polynomial, ...]:
        return tuple(
            subscript if isinstance(subscript, Size) else _size_or_value(self.value(subscript, context))
            for subscript in subscripts
        )

    def _lookup(self, term: Lookup, context: Context) -> Polynomial:
        subscripts = self._subscripts(term.subscripts, context)
        place = 0
        for subscript, length in zip(subscripts, term.shape):
            at = subscript.constant if isinstance(subscript, Size) else None
            if at is None or not 0 <= at < length:
                return of_factor(Atom(("data", term.shape, term.values), subscripts))
            place = place * length + at
        return _literal(term.values[place])

    # ---- functions and conditions --------------------------------------------------------------

    def _call(self, term: Call, context: Context) -> Polynomial:
        if term.function in ("and", "or", "not"):
            return self._truth(term, context)
        values = [self.value(argument, context) for argument in term.arguments]
        match term.function:
            case "+":
                return add(values)
            case "-":
                return add((*values[:-1], scale(values[-1], Fraction(-1))))
            case "neg":
                return scale(values[0], Fraction(-1))
            case "*":
                return product_of(values)
            case "/":
                return quotient(*values)
            case "^":
                return power(*values)
            case "max" | "min":
                return extremum(term.function, values)
            case _:
                pass  # a comparison, or a function that has no rule here: below
        if term.function in COMPARISONS:
            return comparison(term.function, *values)
        return function_value(term.function, values)

    def _truth(self, term: Term, context: Context) -> Polynomial:
        """1 where the term is true, else 0."""
        if isinstance(term, Call) and term.function in ("and", "or", "not"):
            parts = [self._truth(argument, context) for argument in term.arguments]
            if term.function == "not":
                return complement(parts[0])
            return product_of(parts) if term.function == "and" else either(parts)
        value = self.value(term, context)
        return value if isinstance(term, Call) and term.function in COMPARISONS else truth(value)

    def _formula(self, formula: Formula) -> Polynomial:
        """1 where the formula holds, else 0; it has no `Not`, and speaks of no family."""
        if isinstance(formula, Relation):
            return relation_value(formula)
        assert not isinstance(formula, (Not, Every))
        parts = [self._formula(part) for part in formula.parts]
        return product_of(parts) if isinstance(formula, And) else either(parts)

    def _case(self, term: Case, context: Context) -> Polynomial:
        if isinstance(term.condition, Term):
            holds, inside, outside = self._truth(term.condition, context), context, context
        else:
            holds = self._formula(without_not(term.condition))
            inside, outside = context.assuming(term.condition), context.assuming(Not(term.condition))
        fails = complement(holds)
        parts = []
        if holds:
            parts.append(times(holds, self.value(term.then, inside)))
        if fails:
            parts.append(times(fails, self.value(term.otherwise, outside)))
        return add(parts)

    # ---- big operators -------------------------------------------------------------------------

    def _reduction(self, term: Reduction, context: Context) -> Polynomial:
        """The polynomial of a reduction, which is kept as long as only facts about other indices are added."""
        found = self._reduced.setdefault(term, [])
        own = indices_in(term.names)
        for known, polynomial, methods in found:
            if _adds_nothing(known, context, own):
                self.prover.methods |= methods
                return polynomial
        before, self.prover.methods = self.prover.methods, set()
        polynomial = self._of_reduction(term, context)
        found.append((context, polynomial, self.prover.methods))
        self.prover.methods = before | self.prover.methods
        return polynomial

    def _of_reduction(self, term: Reduction, context: Context) -> Polynomial:
        if self.written_out and term.operator in ("sum", "prod", "max", "min"):
            bodies = self._members(term)
            if bodies is not None:
                return self._written(term.operator, [self.value(body, context) for body in bodies])
        if term.operator == "sum":
            return self._sum(term, context)
        return tuple(map(self._shared, fold(term, self.value, context, self.prover)))

    def _shared(self, addend: Addend) -> Addend:
        """The polynomial with each fold replaced by an equal one that was met before, so that they cancel."""
        return replace(addend, factors=tuple(map(self._known, addend.factors)))

    def _known(self, factor: Factor) -> Factor:
        if not isinstance(factor, Fold):
            return factor
        for known in self.folds:
            alike = known.names == factor.names and len(known.bounds) == len(factor.bounds)
            if alike and Matcher(self.prover).same_factor(known, factor, (), Context()):
                return known
        self.folds.append(factor)
        return factor

    def _sum(self, term: Reduction, context: Context) -> Polynomial:
        bounds, body = with_fresh_bounds(term)
        ranges, names = ranges_of(bounds), tuple(bound.symbol for bound in bounds)
        fixed = {bound.symbol: bound.low for bound in bounds if self._single(bound, context)}
        inside = context.assuming(*ranges)

        def summed(addend: Addend) -> Polynomial:
            domain = (*ranges, *(Relation("==", symbol(name), low) for name, low in fixed.items()), *addend.domain)
            whole = Addend(addend.coefficient, addend.divisor, names + addend.bounds, domain, addend.factors)
            if INFINITY in addend.factors:
                raise GiveUp("a sum of infinities")
            return tidy(whole, context, self.prover)

        return map_addends(self.value(body, inside), summed)

    def _single(self, bound: Bound, context: Context) -> bool:
        """Whether a range has one member, plainly or by an equality that is known."""
        names = (bound.high - bound.low).names
        known = [fact for fact in context.facts if isinstance(fact, Relation) and fact.operator == "=="]
        if bound.low is bound.high or all(names.isdisjoint(fact.names) for fact in known):
            return bound.low is bound.high
        return self.prover.equal(context, bound.low, bound.high)

    def _members(self, term: Reduction) -> Sequence[Term] | None:
        """The body at every value of the bound variables, if these are few and literal."""
        lows = [bound.low.constant for bound in term.bounds]
        highs = [bound.high.constant for bound in term.bounds]
        known = [(low, high) for low, high in zip(lows, highs) if low is not None and high is not None]
        if len(known) < len(lows) or prod(high - low + 1 for low, high in known) > WRITTEN_OUT:
            return None
        symbols = [bound.symbol for bound in term.bounds]
        return [substitute(term.body, dict(zip(symbols, point))) for point in _points(known)]

    def _written(self, operator: str, values: Sequence[Polynomial]) -> Polynomial:
        if operator == "sum":
            return add(values)
        return extremum(operator, values) if operator in WORST else product_of(values)


def _adds_nothing(known: Context, context: Context, own: frozenset[str]) -> bool:
    """Whether the context holds all known facts, and otherwise only facts about other indices."""
    if known is context:
        return True
    facts = set(context.facts)
    new = facts.difference(known.facts)
    if len(new) + len(known.facts) != len(facts):
        return False
    names = [indices_in(fact.names) for fact in new]
    return all(found and found.isdisjoint(own) for found in names)


def _points(ranges: Sequence[tuple[int, int]]) -> Iterator[tuple[Size, ...]]:
    return product(*([integer(value) for value in range(low, high + 1)] for low, high in ranges))


def _literal(value: int | float) -> Polynomial:
    if isnan(value):
        raise GiveUp("not a number")
    if isfinite(value):
        return number(Fraction(value))
    return scale(of_factor(INFINITY), Fraction(1 if value > 0 else -1))


def _size_or_value(polynomial: Polynomial) -> Size | Polynomial:
    size = as_size(polynomial)
    return polynomial if size is None else size
