"""Sizes as people write them: `(H - M) // 2 + 1`, `ceil(H / 2)`, `max(M - 1, 0)`, `H % 4`.

In: a size in normal form, and the pairs (numerator, divisor) of which it is proved that they divide.  Out: the shortest
text found, valid in the language of specs, with the same value; of sizes that are too large `…` stands for parts.

The normal form pulls whole multiples out of every floor, so `(H - M) // 2 + 1` is held as
`-M + floor((H + M) / 2) + 1`.
For printing, each compound atom is offered several phrases that take terms of the sum back in; each is an identity:

    floor(P / Q)  = floor((P + Q*t) / Q) - t = ceil((P + Q*t - Q + 1) / Q) - t
    -Q * floor(P / Q) = P % Q - P
    Positive(e)   = max(e + t, t) - t = t - min(t - e, t)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache

from shapecheck.sizes.algebra.atoms import Atom, Floor, Member, Positive, Total
from shapecheck.sizes.algebra.division import common_monomial, content, exact_divide
from shapecheck.sizes.algebra.monomials import Monomial
from shapecheck.sizes.algebra.size import ONE, ZERO, Size, as_size, from_terms, integer, of_atom
from shapecheck.sizes.algebra.weight import weight
from shapecheck.sizes.writing.abridged import abridged
from shapecheck.sizes.writing.notation import Operation, Part, Product, Sum, Written
from shapecheck.sizes.writing.sums import told_sum
from shapecheck.sizes.writing.text import (
    arranged,
    close_text,
    declared_names,
    is_simple_dividend,
    is_simple_divisor,
    is_stand_in,
    stand_in,
    sum_text,
    text_of,
)

ExactPairs = frozenset[tuple[Size, "Size | int"]]
SEARCH_DEPTH = 2
MOST_ATOMS = 6
MOST_SEARCHED = 200
"""Terms and atoms of the largest sums of which the shortest text is looked for; the specs of the project have 185."""


def show(size: Size, exact: ExactPairs = frozenset()) -> str:
    """The text of a size; a quotient in `exact` is written with `/`."""
    return _shown(size, exact, declared_names.get())


@lru_cache(maxsize=4096)
def _shown(size: Size, exact: ExactPairs, order: tuple[str, ...]) -> str:
    return text_of(written(size, exact))


def show_factored(size: Size, exact: ExactPairs = frozenset()) -> str:
    """The text with the common integer and monomial in front: `3p * (d + p)`."""
    return text_of(written_factored(size, exact))


def written(size: Size, exact: ExactPairs = frozenset()) -> Sum:
    """The written form of a size, in any language."""
    return Printer(exact).written(abridged(size), 0)


def written_factored(size: Size, exact: ExactPairs = frozenset()) -> Written:
    """The written form with the common integer and monomial in front."""
    printer, size = Printer(exact), abridged(size)
    factor = common_factor(size)
    rest = exact_divide(size, factor) if factor.constant not in (1, -1) else None
    phrased = ZERO if rest is None else printer.phrased(rest, 0)
    if len(phrased.terms) < 2:
        return printer.written(size, 0)
    return Product(printer.arranged(printer.phrased(factor, 0), 0), printer.arranged(phrased, 0))


def common_factor(size: Size) -> Size:
    """The greatest integer and monomial that divide the size, negative where all coefficients are; 1 for 0."""
    if not size.terms:
        return ONE
    number = content(size) if max(size.terms.values()) > 0 else -content(size)
    return from_terms({common_monomial(list(size.terms)): number})


class Printer:
    """Writes sizes; `depth` counts the quotients and maxima around the part being written."""

    def __init__(self, exact: ExactPairs) -> None:
        self.exact = exact
        self.parts: dict[str, Part] = {}
        self.sums: dict[tuple[Size, int], Sum] = {}
        self.phrases: dict[tuple[Size, int], Size] = {}

    def written(self, size: Size, depth: int) -> Sum:
        key = (size, min(depth, SEARCH_DEPTH))
        if key not in self.sums:
            self.sums[key] = self.arranged(self.phrased(size, depth), depth)
        return self.sums[key]

    def arranged(self, size: Size, depth: int) -> Sum:
        """The sum of a size whose quotients and maxima have been replaced by stand-ins."""
        size = self.with_families(size, depth)
        return arranged(size, self.parts, lambda part: self.written(part, depth + 1))

    def phrased(self, size: Size, depth: int) -> Size:
        """The size with a phrase for each quotient and maximum."""
        key = (size, min(depth, SEARCH_DEPTH))
        if key not in self.phrases:
            self.phrases[key] = self.with_phrases(size, depth)
        return self.phrases[key]

    def with_phrases(self, size: Size, depth: int) -> Size:
        """The size with each quotient and maximum replaced in turn by the phrase that makes the text shortest."""
        size = self.with_families(size, depth)
        steps, is_short = 0, weight(size) <= MOST_SEARCHED
        while compound := [atom for atom in size.atoms if isinstance(atom, (Floor, Positive))]:
            searching = is_short and depth < SEARCH_DEPTH and len(compound) <= MOST_ATOMS and steps < MOST_ATOMS
            atom = compound[0]
            choices = list(self.choices(size, atom, depth) if searching else self.first_choice(size, atom, depth))
            size = min(choices, key=lambda choice: len(self.rough_text(choice, depth)))
            steps += 1
        return size

    def rough_text(self, size: Size, depth: int) -> str:
        """A text to compare lengths by: atoms that have no phrase yet get their first one."""
        for atom in size.atoms:
            if isinstance(atom, (Floor, Positive)):
                size = next(self.first_choice(size, atom, depth))
        return sum_text(self.arranged(size, depth))

    def choices(self, size: Size, atom: Atom, depth: int) -> Iterator[Size]:
        """The size with one atom replaced, in several ways."""
        yield from self.first_choice(size, atom, depth)
        parts = size.linear_in_atom(atom)
        if parts is not None and isinstance(atom, Floor):
            yield from self.quotients(atom, *parts, depth)
        elif parts is not None:
            yield from self.extremes(atom, *parts, depth)

    def first_choice(self, size: Size, atom: Atom, depth: int) -> Iterator[Size]:
        """The size with the atom written just as it is, `(n + 3) // 4` as `ceil(n / 4)`."""
        if isinstance(atom, Floor):
            phrase = self.rounded(atom.parts[0], atom.parts[1], depth)
        else:
            phrase = self.extreme("max", atom.parts[0], ZERO, depth)
        yield size.map_atoms(lambda other: phrase if other is atom else of_atom(other))

    # Families of sizes

    def with_families(self, size: Size, depth: int) -> Size:
        """The size with each sum over members, then each member replaced by a phrase."""
        while found := next((atom for atom in size.atoms if isinstance(atom, Total)), None):
            size = self.with_sum(size, found, depth)
        return size.map_atoms(lambda atom: self.member(atom, depth) if isinstance(atom, Member) else of_atom(atom))

    def member(self, atom: Member, depth: int) -> Size:
        places = tuple(self.written(part, depth + 1) for part in atom.parts)
        name = atom.family.name
        return self.stand_in(Part("member", places, f"{name}[{', '.join(map(close_text, places))}]", name))

    def with_sum(self, size: Size, atom: Total, depth: int) -> Size:
        """The size with a sum written out; terms that are subtracted from it shorten its range."""
        told = told_sum(size, atom)
        operands = tuple(self.written(part, depth + 1) for part in (told.low, told.high, told.body))
        low, high, body = map(sum_text, operands)
        body = body if is_simple_dividend(operands[2]) else f"({body})"
        text = f"sum[{told.index} in {low}..{high}] {body}"
        phrase = self.stand_in(Part("sum", operands, text, told.index))
        if size.linear_in_atom(atom) is None:
            return size.map_atoms(lambda other: phrase if other is atom else of_atom(other))
        return told.factor * phrase + told.rest

    # Quotients

    def quotients(self, atom: Atom, factor: Size, rest: Size, depth: int) -> Iterator[Size]:
        numerator, divisor = atom.parts
        for taken in _terms_to_take(numerator, factor, rest, divisor.constant is not None):
            shifted = numerator + divisor * taken
            outside = rest - factor * taken
            yield factor * self.quotient(shifted, divisor, depth) + outside
            if not self.is_exact(shifted, divisor):
                yield factor * self.ceiling(shifted - divisor + 1, divisor, depth) + outside
        multiple = exact_divide(-factor, divisor)
        if multiple is not None:
            yield rest - multiple * numerator + multiple * self.remainder(numerator, divisor, depth)

    def rounded(self, numerator: Size, divisor: Size, depth: int) -> Size:
        """A quotient, rounded up if its constant is one less than the divisor."""
        number, constant = divisor.constant, numerator.terms.get((), 0)
        if number is None or constant != number - 1 or not constant or self.is_exact(numerator, divisor):
            return self.quotient(numerator, divisor, depth)
        return self.ceiling(numerator - constant, divisor, depth)

    def is_exact(self, numerator: Size, divisor: Size) -> bool:
        return any(_divides_too(numerator, divisor, known, as_size(by)) for known, by in self.exact)

    def quotient(self, numerator: Size, divisor: Size, depth: int) -> Size:
        return self.division("/" if self.is_exact(numerator, divisor) else "//", numerator, divisor, depth)

    def remainder(self, numerator: Size, divisor: Size, depth: int) -> Size:
        return self.division("%", numerator, divisor, depth)

    def ceiling(self, numerator: Size, divisor: Size, depth: int) -> Size:
        return self.division("ceil", numerator, divisor, depth)

    def division(self, operation: Operation, numerator: Size, divisor: Size, depth: int) -> Size:
        above, below = self.written(numerator, depth + 1), self.written(divisor, depth + 1)
        above_text, below_text = sum_text(above), sum_text(below)
        above_text = above_text if is_simple_dividend(above) else f"({above_text})"
        below_text = below_text if is_simple_divisor(below) else f"({below_text})"
        text = f"{above_text} {'/' if operation == 'ceil' else operation} {below_text}"
        return self.stand_in(Part(operation, (above, below), f"ceil({text})" if operation == "ceil" else text))

    def stand_in(self, part: Part) -> Size:
        size = stand_in(part)
        self.parts[next(iter(size.names))] = part
        return size

    # Maxima and minima

    def extremes(self, atom: Atom, factor: Size, rest: Size, depth: int) -> Iterator[Size]:
        size, number = atom.parts[0], factor.constant
        if number is None:
            return
        for taken in _terms_to_move(size, abs(number), rest):
            if number > 0:
                phrase = self.extreme("max", size + taken, taken, depth)
            else:
                phrase = self.extreme("min", taken, taken - size, depth)
            yield phrase * abs(number) + rest - taken * abs(number)

    def extreme(self, operation: Operation, left: Size, right: Size, depth: int) -> Size:
        texts = {part: sum_text(self.written(part, depth + 1)) for part in (left, right)}
        first, second = sorted(texts, key=lambda part: (part.constant is not None, texts[part]))
        operands = (self.written(first, depth + 1), self.written(second, depth + 1))
        return self.stand_in(Part(operation, operands, f"{operation}({texts[first]}, {texts[second]})"))


def _divides_too(numerator: Size, divisor: Size, known: Size, by: Size) -> bool:
    """Whether `known / by` being exact makes `numerator / divisor` exact."""
    multiple, steps = exact_divide(by, divisor), exact_divide(known - numerator, divisor)
    return multiple is not None and steps is not None


def _terms_to_take(numerator: Size, factor: Size, rest: Size, by_constant: bool) -> Iterator[Size]:
    """Multiples of the divisor to take into the numerator: terms that occur on both sides, and small constants."""
    number = factor.constant
    shared = ZERO
    if number and by_constant:
        shared = _quotient_terms(rest, number, lambda monomial: bool(monomial) and monomial in numerator.terms)
    constants = [0, 1, -1]
    if number and rest.terms.get((), 0) % number == 0:
        constants.append(rest.terms.get((), 0) // number)
    for base in dict.fromkeys((ZERO, shared)):
        for constant in dict.fromkeys(constants):
            yield base + constant


def _terms_to_move(size: Size, number: int, rest: Size) -> Iterator[Size]:
    """Terms of the sum around to move into a maximum: all, those that occur in it, the constant, none."""
    yield from dict.fromkeys(
        (
            ZERO,
            _quotient_terms(rest, number, lambda monomial: not any(map(is_stand_in, monomial))),
            _quotient_terms(rest, number, lambda monomial: monomial in size.terms),
            _quotient_terms(rest, number, lambda monomial: bool(monomial) and monomial in size.terms),
            integer(rest.terms.get((), 0) // number if rest.terms.get((), 0) % number == 0 else 0),
        )
    )


def _quotient_terms(rest: Size, number: int, wanted: Callable[[Monomial], bool]) -> Size:
    """The wanted terms of `rest / number` that have integer coefficients."""
    return from_terms(
        {
            monomial: coefficient // number
            for monomial, coefficient in rest.terms.items()
            if coefficient % number == 0 and wanted(monomial)
        }
    )
