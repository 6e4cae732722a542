"""The ways to write a size under what is assumed, as trees for writers.

In: a size or a ratio that was made of it, and what makes quotients exact.  Out: trees, each with the value of what went
in wherever all of its exact quotients (`/`) are exact; these are listed with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from math import gcd

from shapecheck.sizes.algebra.division import cancelled, common_monomial, content, exact_divide
from shapecheck.sizes.algebra.size import ONE, ZERO, Size, from_terms
from shapecheck.sizes.forms.bounded import holds_at
from shapecheck.sizes.forms.congruences import put_in, rewritings
from shapecheck.sizes.forms.ratio import Ratio, together
from shapecheck.sizes.questions.context import Context
from shapecheck.sizes.questions.formula import Relation
from shapecheck.sizes.writing.notation import Factor, Part, Sum, Term
from shapecheck.sizes.writing.show import Printer, common_factor
from shapecheck.sizes.writing.text import is_simple_dividend, is_simple_divisor, sum_text

Division = tuple[Size, Size]
"""A numerator and what divides it."""


@lru_cache(maxsize=4096)
def is_exact(context: Context, numerator: Size, divisor: Size) -> bool:
    """Whether the divisor divides the numerator: by putting in what is assumed, or as it always does (`n^2 + n` by 2).

    A guess at first: whoever shows an exact quotient proves it.
    """
    if divisor is ONE:
        return True
    for some in rewritings(context, numerator.names | divisor.names):
        if exact_divide(put_in(numerator, some), put_in(divisor, some)) is not None:
            return True
    return divisor.constant is not None and holds_at(context, Relation("==", numerator % divisor, ZERO))


class Phrasing(Printer):
    """Writes sizes with `/` where the context makes a quotient exact; `exacts` holds these by their texts."""

    def __init__(self, context: Context) -> None:
        super().__init__(frozenset())
        self.context = context
        self.exacts: dict[str, Division] = {}
        self._known: dict[Division, bool] = {}

    def is_exact(self, numerator: Size, divisor: Size) -> bool:
        """Whether the context makes it so."""
        key = (numerator, divisor)
        if key not in self._known:
            self._known[key] = is_exact(self.context, numerator, divisor)
        return self._known[key]

    def quotient(self, numerator: Size, divisor: Size, depth: int) -> Size:
        """The quotient, noted where it is exact."""
        made = super().quotient(numerator, divisor, depth)
        if self.is_exact(numerator, divisor):
            self.exacts[self.parts[next(iter(made.names))].text] = (numerator, divisor)
        return made

    # Sums

    def plain(self, size: Size) -> Sum:
        """The size as `show` writes it, but for exact quotients."""
        return self.written(size, 0)

    def over(self, ratio: Ratio) -> Iterator[Sum]:
        """The ratio as a sum of fractions, and as one fraction."""
        if ratio.divisor is ONE:
            yield self.plain(ratio.numerator)
            return
        apart = self.sum_of_fractions(ratio)
        if apart is not None:
            yield apart
        yield self.fraction(self.plain(ratio.numerator), ratio)

    def sum_of_fractions(self, ratio: Ratio) -> Sum | None:
        """`H / 4 - 43`, each fraction an integer; those that are none alone are put together."""
        whole = [term for term in ratio.terms if term.divisor is ONE]
        broken = [term for term in ratio.terms if term.divisor is not ONE]
        if not whole and len(broken) < 2:
            return None
        alone = [term for term in broken if self.is_exact(term.numerator, term.divisor)]
        rest = [term for term in broken if term not in alone]
        parts = [*alone, *([together(rest)] if rest else [])]
        if not all(self.is_exact(part.numerator, part.divisor) for part in parts):
            return None
        phrased = self.phrased(together(whole).numerator, 0)
        for part in parts:
            sign = 1 if max(part.numerator.terms.values()) > 0 else -1
            phrased = phrased + sign * self.quotient(sign * part.numerator, part.divisor, 0)
        return self.arranged(phrased, 0)

    def fraction(self, above: Sum, ratio: Ratio) -> Sum:
        """Something that is written for the numerator, over the divisor."""
        if ratio.divisor is ONE:
            return above
        part = fraction(above, self.plain(ratio.divisor))
        self.exacts[part.text] = (ratio.numerator, ratio.divisor)
        return Sum((Term(1, (Factor(part, 1, part.text),)),))

    # Products

    def factored(self, ratio: Ratio, axes: Iterable[Size]) -> Iterator[Sum]:
        """The ratio with the common factor in front, and with those of some axes that are factors."""
        front = common_factor(ratio.numerator)
        rest = exact_divide(ratio.numerator, front)
        assert rest is not None, "it is a factor"
        inside = self.sum_of_fractions(Ratio(rest, ratio.divisor)) if ratio.divisor is not ONE else None
        if inside is not None:
            yield self.product(front, [inside])
        found, left = _factors(rest, axes)
        yield self.fraction(self.product(front, [self.plain(size) for size in (*found, left)]), ratio)

    def product(self, front: Size, factors: Sequence[Sum]) -> Sum:
        """An integer times names, times sums; equal ones are a power."""
        first = self.arranged(self.phrased(front, 0), 0)
        if len(first.terms) != 1:
            return self.product(ONE, [first, *factors])
        counts: dict[str, int] = {}
        trees: dict[str, Sum] = {}
        (term,) = first.terms
        if front is ONE and len(factors) == 1:
            return factors[0]
        for factor in factors:
            if len(factor.terms) == 1:
                term = _times(term, factor.terms[0])
                continue
            text = sum_text(factor)
            counts[text], trees[text] = counts.get(text, 0) + 1, factor
        return Sum((Term(term.coefficient, (*term.factors, *(_closed(trees[text], counts[text]) for text in counts))),))

    def grouped(self, summands: Sequence[Ratio], axes: Sequence[Size]) -> tuple[Sum, Ratio] | None:
        """The sum, with the products of sums that several summands are multiples of told once; and what it is."""
        whole = together(summands)
        groups: dict[tuple[Size, ...], Size] = {}
        for summand in summands:
            factor = exact_divide(whole.divisor, summand.divisor)
            if factor is None or not summand.numerator.terms:
                continue
            front, sums = self._split(summand.numerator * factor, axes)
            groups[sums] = groups.get(sums, ZERO) + front
        front = _shared(groups.values())
        fronts = {sums: exact_divide(size, front) for sums, size in groups.items()}
        told = [term for sums, rest in fronts.items() if rest is not None for term in self._product_of(rest, sums)]
        if len(groups) < 2 or None in fronts.values():
            return None
        numerator = sum((self._multiplied(size, sums) for sums, size in groups.items()), start=ZERO)
        ratio = Ratio(*cancelled(numerator, whole.divisor))
        if ratio.divisor is not whole.divisor:
            return None
        return self.fraction(self.product(front, [Sum(tuple(told))]), ratio), ratio

    def _split(self, size: Size, axes: Sequence[Size]) -> tuple[Size, tuple[Size, ...]]:
        """An integer times names, and the sums that it is multiplied by."""
        front = common_factor(size)
        rest = exact_divide(size, front)
        assert rest is not None, "it is a factor"
        found, left = _factors(rest, axes)
        return front, tuple(one for one in (*found, left) if one is not ONE)

    def _product_of(self, front: Size, sums: Sequence[Size]) -> Sequence[Term]:
        return self.product(front, [self.plain(one) for one in sums]).terms if front.terms else ()

    def _multiplied(self, front: Size, sums: Sequence[Size]) -> Size:
        for one in sums:
            front = front * one
        return front


def _shared(sizes: Iterable[Size]) -> Size:
    """The greatest integer and monomial that divide all of some sizes that are not 0."""
    found = [common_factor(size) for size in sizes if size.terms]
    number = gcd(*(content(size) for size in found))
    monomial = common_monomial([monomial for size in found for monomial in size.terms]) if found else ()
    return from_terms({monomial: number or 1})


def fraction(above: Sum, below: Sum) -> Part:
    """An exact quotient of two sums."""
    over = sum_text(above) if is_simple_dividend(above) else f"({sum_text(above)})"
    under = sum_text(below) if is_simple_divisor(below) else f"({sum_text(below)})"
    return Part("/", (above, below), f"{over} / {under}")


def _times(one: Term, other: Term) -> Term:
    return Term(one.coefficient * other.coefficient, (*one.factors, *other.factors))


def _closed(factor: Sum, count: int) -> Factor:
    text = f"({sum_text(factor)})"
    return Factor(factor, count, text if count == 1 else f"{text}^{count}")


def _factors(size: Size, axes: Iterable[Size]) -> tuple[list[Size], Size]:
    """The axes that divide the size, as often as they do, and what is left."""
    found: list[Size] = []
    for axis in dict.fromkeys(map(_primitive, axes)):
        while len(size.terms) > 1 and len(axis.terms) > 1:
            rest = exact_divide(size, axis)
            if rest is None:
                break
            found.append(axis)
            size = rest
    return found, size


def _primitive(size: Size) -> Size:
    """The size without the integer that divides it."""
    number = content(size) or 1
    return from_terms({monomial: value // number for monomial, value in size.terms.items()}) if size.terms else ZERO
