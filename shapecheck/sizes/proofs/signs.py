"""Proofs by signs: after counting each name from its least value, no term is negative.

In: a size and intervals for names.  Out: whether the size is certainly at least 0 (or certainly 0).  `H >= M` is used
by taking the fact away: `size - fact >= 0` shows `size >= fact >= 0`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from math import inf, prod
from typing import TypeVar, cast

from shapecheck.sizes.algebra.atoms import Atom, Floor, Power, Symbol
from shapecheck.sizes.algebra.monomials import Monomial, TooLargeToWrite, without
from shapecheck.sizes.algebra.size import ONE, ZERO, Size, of_atom, symbol
from shapecheck.sizes.questions.bounds import Bounds, Interval, interval, plus
from shapecheck.sizes.questions.question import Kind
from shapecheck.sizes.work import remembered

MOST_TERMS = 200
MOST_COUNTED_TERMS = 2_000
MOST_ABSORBED = 60
SMALL_DEGREE = 6
MOST_POWERS = 3
MOST_PAIRED_FACTS = 12
LARGEST_STEP = 2**40  # a name with a larger least value is left as it is


Answer = TypeVar("Answer", bound=Callable[..., bool])


def _no_if_too_large(question: Answer) -> Answer:
    """Answer no where counting from the least value would write out too large a power."""

    @wraps(question)
    def answer(*arguments: object) -> bool:
        try:
            return question(*arguments)
        except ValueError:
            return False

    return cast("Answer", answer)


class Counting:
    """Names counted from their least value, or down from their greatest: `v = least + v'`."""

    def __init__(self, names: Iterable[str], bounds: Mapping[str, Interval]) -> None:
        self.steps: dict[str, Size | int] = {}
        self.bounds: Bounds = {}
        for name in names:
            low, high = bounds.get(name, (-inf, inf))
            self.bounds[name] = (low, high)
            if isinstance(low, int) and low <= LARGEST_STEP:
                self.bounds[name] = (0, plus(high, -low))
                if low:
                    self.steps[name] = symbol(name) + low
            elif isinstance(high, int):
                self.bounds[name] = (0, inf)
                self.steps[name] = high - symbol(name)

    def moved(self, size: Size) -> Size:
        """The size in terms of the counted names; raises `TooLargeToWrite` for very many terms."""
        if self.steps and sum(map(_terms_when_counted, size.terms)) > MOST_COUNTED_TERMS:
            raise TooLargeToWrite("counting from the least values gives too many terms")
        steps = tuple((name, self.steps[name]) for name in sorted(size.names) if name in self.steps)
        size = _substituted(size, steps) if steps else size
        powers = {atom for monomial in size.terms for atom in monomial if isinstance(atom, Power)}
        return self._with_counted_powers(size, powers) if powers else size

    def _with_counted_powers(self, size: Size, powers: set[Power]) -> Size:
        """Powers counted from what they are at least: 2^e = 1 + e + p, and 3^e = 2^e + e + p', with p and p' >= 0.

        For c > d >= 1, c^e - d^e is at least (c - d)*e, and c^e at least 1 + (c - 1)*e (Bernoulli).
        """
        if max(sum(isinstance(atom, Power) for atom in monomial) for monomial in size.terms) > MOST_POWERS:
            return size
        images: dict[Atom, Size] = {}
        below: dict[Size, tuple[Size, Size]] = {}
        for atom in sorted(powers, key=lambda atom: (atom.parts[0].constant or 0, atom.key)):
            base, exponent = atom.parts
            least, value = below.get(exponent, (ONE, ONE)) if base.constant is not None else (ONE, ONE)
            more = symbol(f"%%{atom.key}")
            self.bounds[f"%%{atom.key}"] = (0, inf)
            images[atom] = value + (base - least) * exponent + more
            if base.constant is not None:
                below[exponent] = base, images[atom]
        return size.map_atoms(lambda atom: images.get(atom) or of_atom(atom))

    def no_term_negative(self, moved: Size) -> bool:
        """Whether all coefficients and all atoms of a size in counted names are at least 0."""
        if len(moved.terms) > MOST_TERMS or any(coefficient < 0 for coefficient in moved.terms.values()):
            return False
        return all(map(self.no_factor_negative, moved.terms))

    def not_less(self, one: Size, other: Size) -> bool:
        """Whether no coefficient and no atom of the difference of two sizes in counted names is negative."""
        terms, others = one.terms, other.terms
        if any(count < others.get(monomial, 0) for monomial, count in terms.items()):
            return False
        if any(count > 0 and monomial not in terms for monomial, count in others.items()):
            return False
        return self.no_term_negative(one - other)

    def no_factor_negative(self, monomial: Monomial) -> bool:
        """Whether all atoms of a product in counted names are at least 0."""
        return all(map(self._nonnegative, monomial))

    def _nonnegative(self, atom: Atom) -> bool:
        if isinstance(atom, Symbol):
            return self.bounds[atom.name][0] >= 0
        return not isinstance(atom, Floor) or nonnegative(atom.parts[0], self.bounds)


@remembered(4096)
def _substituted(size: Size, steps: tuple[tuple[str, Size | int], ...]) -> Size:
    return size.substitute(dict(steps))


def _terms_when_counted(monomial: Monomial) -> int:
    """The most terms that a monomial gives when each of its names becomes a sum of two."""
    return prod(count + 1 for count in Counter(monomial).values()) if len(monomial) > SMALL_DEGREE else 1


@_no_if_too_large
def nonnegative(size: Size, bounds: Mapping[str, Interval]) -> bool:
    """Whether the size is at least 0 wherever the names are within their bounds."""
    if size.constant is not None:
        return size.constant >= 0
    if interval(size, bounds)[0] >= 0:
        return True
    if _absorbed(size, bounds):
        return True
    counting = Counting(size.names, bounds)
    return counting.no_term_negative(counting.moved(size))


def _absorbed(size: Size, bounds: Mapping[str, Interval]) -> bool:
    """Whether each negative term is outweighed by positive multiples of it: `s*t*H - H`, with s and t at least 1.

    Counting from the least values finds this as well, and writes out `(1 + s')*(1 + t')*..` for it.
    """
    lows = {name: bounds.get(name, (-inf, inf))[0] for name in size.names}
    atoms = {atom for monomial in size.terms for atom in monomial}
    if len(size.terms) > MOST_ABSORBED or any(not isinstance(atom, Symbol) or lows[atom.name] < 0 for atom in atoms):
        return False
    left = {monomial: count for monomial, count in size.terms.items() if count > 0}
    for monomial, count in size.terms.items():
        for larger in list(left) if count < 0 else ():
            extra = without(larger, monomial)
            if extra is None or count >= 0:
                continue
            worth = prod(int(min(lows[atom.name], LARGEST_STEP)) for atom in extra if isinstance(atom, Symbol))
            used = min(left[larger], -(count // worth)) if worth else 0
            left[larger], count = left[larger] - used, count + used * worth
        if count < 0 and size.terms[monomial] < 0:
            return False
    return True


@_no_if_too_large
def nonnegative_given(size: Size, facts: Iterable[Size], bounds: Mapping[str, Interval]) -> bool:
    """The same, where one of the facts may be used once."""
    if nonnegative(size, bounds):
        return True
    useful = [fact for fact in facts if not fact.names.isdisjoint(size.names)]
    if not useful:
        return False
    counting = Counting(size.names.union(*(fact.names for fact in useful)), bounds)
    moved = counting.moved(size)
    return any(counting.not_less(moved, counting.moved(fact)) for fact in useful)


@_no_if_too_large
def holds_by_sign(kind: Kind, size: Size, facts: tuple[Size, ...], bounds: Mapping[str, Interval]) -> bool:
    """Whether `size kind 0` is certain by signs."""
    if kind == ">=":
        return nonnegative_given(size, facts, bounds)
    if kind == "!=":
        return nonnegative_given(size - 1, facts, bounds) or nonnegative_given(-size - 1, facts, bounds)
    return Counting(size.names, bounds).moved(size) is ZERO


@_no_if_too_large
def contradictory(facts: tuple[Size, ...], bounds: Mapping[str, Interval]) -> bool:
    """Whether one fact, or the sum of two, is certainly below 0."""
    if any(interval(fact, bounds)[1] < 0 for fact in facts):
        return True
    counting = Counting(frozenset().union(*(fact.names for fact in facts)), bounds)
    moved = [counting.moved(fact) for fact in facts[:MOST_PAIRED_FACTS]]
    for number, fact in enumerate(moved):
        below = -fact - 1
        if counting.no_term_negative(below):
            return True
        for other in moved[:number]:
            if not fact.names.isdisjoint(other.names) and counting.not_less(below, other):
                return True
    return False
