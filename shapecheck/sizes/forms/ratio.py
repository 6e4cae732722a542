"""A size as a polynomial over one divisor: `(H - 172) / 4` for `4((H - 172) // 16)` where `H % 16 == 12`.

In: a size, and rewritings.  Out: the `Ratio` that it is equal to at every admissible point.  The quotients that the
congruences brought in are taken back as what they are quotients of, and everything is put over one divisor.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from math import lcm

from shapecheck.record import record
from shapecheck.sizes.algebra.atoms import Atom, Floor
from shapecheck.sizes.algebra.compounds import rebuilt
from shapecheck.sizes.algebra.division import cancelled, exact_divide
from shapecheck.sizes.algebra.monomials import Monomial
from shapecheck.sizes.algebra.size import ONE, ZERO, Size, from_terms, of_atom, symbol
from shapecheck.sizes.forms.congruences import Congruence, Equality, Rewriting, is_quotient_of, put_in


@record
class Ratio:
    """A numerator over a divisor, an integer times names, that divides it wherever the sizes are admissible."""

    numerator: Size
    divisor: Size

    @property
    def terms(self) -> tuple[Ratio, ...]:
        """Each term of the numerator over what is left of the divisor below it."""
        singles = (from_terms({monomial: value}) for monomial, value in self.numerator.terms.items())
        return tuple(Ratio(*cancelled(single, self.divisor)) for single in singles)


IsExact = Callable[[Size, Size], bool]
"""Whether a divisor divides a numerator wherever the sizes are admissible."""


def ratio_of(size: Size, some: Sequence[Rewriting], is_exact: IsExact = lambda above, below: False) -> Ratio:
    """The size with the rewritings put in and the quotients taken back; those that are exact are fractions."""
    return _taken_back(put_in(size, some), [item for item in some if isinstance(item, Congruence)], is_exact)


def with_names(ratio: Ratio, some: Sequence[Rewriting]) -> Iterator[Ratio]:
    """The ratio, and what it is with names for the factors that they are equal to: `K^2` for `(2P + 1)^2`."""
    yield ratio
    numerator = ratio.numerator
    for item in some:
        if isinstance(item, Equality) and len(item.value.terms) > 1:
            numerator = _with_name(numerator, item)
    if numerator is not ratio.numerator:
        yield Ratio(numerator, ratio.divisor)


def _with_name(size: Size, item: Equality) -> Size:
    rest, name = exact_divide(size, item.value), symbol(item.name)
    if rest is None or not size.terms:
        return size
    return name * _with_name(rest, item)


def together(terms: Sequence[Ratio]) -> Ratio:
    """The sum of ratios, over one divisor and in lowest terms."""
    divisor = ONE
    for term in terms:
        divisor = _common_multiple(divisor, term.divisor)
    numerator = ZERO
    for term in terms:
        factor = exact_divide(divisor, term.divisor)
        assert factor is not None, "it is a multiple of each"
        numerator = numerator + term.numerator * factor
    return Ratio(*cancelled(numerator, divisor))


def _taken_back(size: Size, some: Sequence[Congruence], is_exact: IsExact) -> Ratio:
    return together([_term(monomial, value, some, is_exact) for monomial, value in size.terms.items()])


def _term(monomial: Monomial, value: int, some: Sequence[Congruence], is_exact: IsExact) -> Ratio:
    numerator, divisor = from_terms({(): value}), ONE
    for atom in monomial:
        factor = _factor(atom, some, is_exact)
        numerator, divisor = numerator * factor.numerator, divisor * factor.divisor
    return Ratio(numerator, divisor)


def _factor(atom: Atom, some: Sequence[Congruence], is_exact: IsExact) -> Ratio:
    """An atom as a ratio; where it stays an atom, a part that is a fraction becomes a quotient of the normal form."""
    found = is_quotient_of(atom, some)
    if found is not None:
        return Ratio(found.base, found.divisor)
    if not any(item.quotient in atom.names for item in some):
        return _exact_quotient(of_atom(atom), is_exact)
    parts = (_taken_back(part, some, is_exact) for part in atom.parts)
    return _exact_quotient(rebuilt(atom, tuple(part.numerator // part.divisor for part in parts)), is_exact)


def _exact_quotient(size: Size, is_exact: IsExact) -> Ratio:
    """A size that is one exact quotient by an integer or by names as a ratio."""
    atoms = size.atoms
    if len(atoms) == 1 and isinstance(atoms[0], Floor) and size is of_atom(atoms[0]):
        numerator, divisor = atoms[0].parts
        if len(divisor.terms) == 1 and is_exact(numerator, divisor):
            return Ratio(numerator, divisor)
    return Ratio(size, ONE)


def _common_multiple(one: Size, other: Size) -> Size:
    """The least common multiple of two sizes that are integers times names."""
    ((letters, number),) = one.terms.items()
    ((more, second),) = other.terms.items()
    joined = (Counter(letters) | Counter(more)).elements()
    return from_terms({tuple(sorted(joined, key=lambda atom: atom.key)): lcm(number, second)})
