"""Facts about values where a condition on values holds: `if x > 0 then log(x) else 0`.

In: a condition (a term) and the facts that are known already.  Out: facts, each the range of a linear combination of
opaque terms, so that `1 + x > 0` bounds `2x + 2`, too; None where the condition contradicts them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from fractions import Fraction
from math import isfinite

from shapecheck.ops.term_types import Call, Literal, Measure, Term
from shapecheck.record import record
from shapecheck.terms.definedness.ranges import Range, Undefined, met, point, times, total
from shapecheck.terms.equality.function_factors import COMPARISONS

Combination = Mapping[Hashable, Fraction]
"""Products of opaque terms and their coefficients; the empty product stands for the constant."""

LARGEST_COMBINATION = 12
"""The most parts of a combination that is multiplied out."""
EVERYTHING = Range(minus=True, plus=True)
ONE: Hashable = frozenset[object]()
NEGATED = {"==": "!=", "!=": "==", "<=": ">", ">": "<=", ">=": "<", "<": ">="}
DIFFERENCES = {
    "==": point(0),
    "!=": Range(minus=True, plus=True, nonzero=True),
    ">=": Range(Fraction(0), plus=True),
    ">": Range(Fraction(0), above=True, plus=True, nonzero=True),
    "<=": Range(high=Fraction(0), minus=True),
    "<": Range(high=Fraction(0), below=True, minus=True, nonzero=True),
}

RangeOf = Callable[[Term], Range]


@record
class Facts:
    """Ranges of combinations without a constant whose first coefficient is 1; `names` are the symbols in them."""

    ranges: tuple[tuple[Hashable, Range], ...] = ()
    names: frozenset[str] = frozenset()

    def about(self, term: Term) -> Range:
        """The range that the facts give a term."""
        if not self.ranges:
            return EVERYTHING
        key, factor, constant = _split(combination(term))
        found = next((known for other, known in self.ranges if other == key), None)
        return EVERYTHING if found is None else _moved(times(found, point(factor)), constant)

    def with_range(self, term: Term, found: Range) -> Facts | None:
        """The facts with one more, that the term is in the range; None where they contradict each other."""
        key, factor, constant = _split(combination(term))
        if not key:
            return None if met(found, point(constant)).nothing else self
        own = times(_moved(found, -constant), point(1 / factor))
        own = met(own, next((known for other, known in self.ranges if other == key), EVERYTHING))
        rest = tuple(pair for pair in self.ranges if pair[0] != key)
        return None if own.nothing else Facts(((key, own), *rest), self.names | term.names)


def assuming(facts: Facts, condition: Term, holds: bool, range_of: Callable[[Term, Facts], Range]) -> Facts | None:
    """The facts where the condition holds (or does not); None where they contradict each other.

    Its parts are visited twice, since one may bound the values that another compares with.
    """
    known = facts

    def here(term: Term) -> Range:
        return range_of(term, known)

    for _ in range(2):
        for term, found in _said(condition, holds, here):
            more = known.with_range(term, found)
            if more is None:
                return None
            known = more
    return known


def _moved(found: Range, by: Fraction) -> Range:
    """The range of a value that is larger by a number."""
    return total((found, point(by))) if by else found


def _said(condition: Term, holds: bool, range_of: RangeOf) -> Iterator[tuple[Term, Range]]:
    """Terms and the ranges that a condition gives them."""
    match condition:
        case Call("not", (inner,)):
            yield from _said(inner, not holds, range_of)
        case Call("and" | "or" as function, parts):
            for part in parts if (function == "and") == holds else ():
                yield from _said(part, holds, range_of)
        case Call(function, (left, right)) if function in COMPARISONS:
            yield from _compared(function if holds else NEGATED[function], left, right, range_of)
        case Call(function, _) if function in COMPARISONS:
            return
        case _:
            yield condition, DIFFERENCES["!=" if holds else "=="]


def _compared(function: str, left: Term, right: Term, range_of: RangeOf) -> Iterator[tuple[Term, Range]]:
    difference = DIFFERENCES[function]
    yield Call("-", (left, right)), difference
    for term, other, own in ((left, right, difference), (right, left, -difference)):
        try:
            found = total((range_of(other), own))
        except Undefined:
            continue
        yield term, found
        yield from _passed_on(term, found)


def _passed_on(term: Term, found: Range) -> Iterator[tuple[Term, Range]]:
    """Facts about the arguments of a term, from its range."""
    other = Range(minus=True, plus=True, nonzero=True)
    match term:
        case Call("abs", (argument,)):
            if isfinite(found.high) and not found.plus:
                yield argument, Range(-found.high, found.high, found.below, found.below)
            if not found.may_be_zero:
                yield argument, other
        case Call("*", factors) if not found.may_be_zero:
            for factor in factors:
                yield factor, other
        case Call("max", arguments):
            for argument in arguments:
                yield argument, Range(high=found.high, below=found.below, minus=True, plus=found.plus)
        case Call("min", arguments):
            for argument in arguments:
                yield argument, Range(low=found.low, above=found.above, plus=True, minus=found.minus)
        case _:
            return  # of the arguments of others nothing is said


# ---- linear combinations -----------------------------------------------------------------------------


def combination(term: Term) -> Combination:
    """A term as a linear combination of products of opaque terms."""
    match term:
        case Literal(value) if isfinite(value):
            return {ONE: Fraction(value)} if value else {}
        case Measure(size):
            return {_product(monomial): Fraction(count) for monomial, count in size.terms.items()}
        case Call("+", parts):
            return _summed([combination(part) for part in parts])
        case Call("neg", (part,)):
            return _scaled(combination(part), Fraction(-1))
        case Call("-", (left, right)):
            return _summed([combination(left), _scaled(combination(right), Fraction(-1))])
        case Call("*", parts):
            return _multiplied([combination(part) for part in parts], term)
        case Call("/", (part, Literal(value))) if value and isfinite(value):
            return _scaled(combination(part), 1 / Fraction(value))
        case Call("^", (part, Literal(2))):
            return _multiplied([combination(part)] * 2, term)
        case _:
            return {_product((term,)): Fraction(1)}


def _product(factors: Sequence[Hashable]) -> Hashable:
    return frozenset(Counter(factors).items())


def _summed(parts: Sequence[Combination]) -> Combination:
    sums: dict[Hashable, Fraction] = {}
    for part in parts:
        for key, count in part.items():
            sums[key] = sums.get(key, Fraction(0)) + count
    return {key: count for key, count in sums.items() if count}


def _scaled(part: Combination, factor: Fraction) -> Combination:
    return {key: count * factor for key, count in part.items()} if factor else {}


def _multiplied(parts: Sequence[Combination], whole: Term) -> Combination:
    """The product, written out where it is small; else the whole term as an opaque one."""
    result: Combination = {ONE: Fraction(1)}
    for part in parts:
        if len(result) * len(part) > LARGEST_COMBINATION:
            return {_product((whole,)): Fraction(1)}
        result = _summed([{_joined(one, other): a * b} for one, a in result.items() for other, b in part.items()])
    return result


def _joined(one: Hashable, other: Hashable) -> Hashable:
    assert isinstance(one, frozenset) and isinstance(other, frozenset), "products are sets of factors and counts"
    counts: Counter[Hashable] = Counter(dict(one))
    counts.update(dict(other))
    return frozenset(counts.items())


def _split(parts: Combination) -> tuple[Hashable, Fraction, Fraction]:
    """A combination as `factor * key + constant`; the key is empty for a constant."""
    rest = {key: count for key, count in parts.items() if key != ONE}
    factor = rest[min(rest, key=hash)] if rest else Fraction(1)
    key = frozenset((product, count / factor) for product, count in rest.items())
    return key, factor, parts.get(ONE, Fraction(0))
