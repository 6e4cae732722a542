"""The ways to write a size that are worth a proof, and how well each reads.

In: a size as a ratio, or as a sum of ratios.  Out: `Candidate`s, each with the equations that make it the size.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from shapecheck.record import record
from shapecheck.sizes.algebra.size import ZERO, Size
from shapecheck.sizes.forms.congruences import Rewriting
from shapecheck.sizes.forms.phrasing import Phrasing, is_exact
from shapecheck.sizes.forms.ratio import Ratio, ratio_of
from shapecheck.sizes.questions.context import Context
from shapecheck.sizes.questions.formula import Relation
from shapecheck.sizes.writing.notation import Part, Sum, parts_of
from shapecheck.sizes.writing.text import text_of

FRACTION, OPEN_SIGN, LONG_SUM, STRANGE = 3, 4, 16, 12
"""The weight, in letters, of a fraction, a sum without parentheses, each term beyond the second of a sum with quotients
that are rounded, and a part that is told otherwise in the axes."""
Rank = tuple[int, int]
Goals = tuple[Relation, ...]


@record(eq=False)
class Candidate:
    """A tree, with the equations that make it the size; `rank` is lower for what is better to read."""

    tree: Sum
    rank: Rank
    goals: Goals


@record(eq=False)
class Maker:
    """Makes candidates; `factored` for counts.

    `axes` are looked for as factors, and `texts` are the parts in them that are rounded, as they are told.
    """

    context: Context
    factored: bool
    axes: tuple[Size, ...] = ()
    texts: frozenset[str] = frozenset()

    def ratio(self, size: Size, some: Sequence[Rewriting]) -> Ratio:
        """The size as a ratio, with some rewritings."""
        return ratio_of(size, some, lambda above, below: is_exact(self.context, above, below))

    def of(self, ratio: Ratio, goals: Goals) -> Iterator[Candidate]:
        """All ways to write a ratio."""
        phrasing = Phrasing(self.context)
        if self.factored:
            for tree in phrasing.factored(ratio, self.axes):
                yield self._candidate(tree, phrasing, goals)
        for tree in phrasing.over(ratio):
            yield self._candidate(tree, phrasing, goals)

    def grouped(self, size: Size, summands: Sequence[Ratio], goals: Goals) -> Iterator[Candidate]:
        """The size as the sum of these, those that are multiples of one product of sums put together."""
        phrasing = Phrasing(self.context)
        made = phrasing.grouped(summands, self.axes)
        if made is not None:
            tree, ratio = made
            yield self._candidate(tree, phrasing, (*goals, is_equal(ratio, size)))

    def _candidate(self, tree: Sum, phrasing: Phrasing, goals: Goals) -> Candidate:
        parts = tuple(parts_of(tree))
        exact = dict.fromkeys(part.text for part in parts if part.is_exact)
        return Candidate(tree, self._rank(tree, parts), (*goals, *(_divides(*phrasing.exacts[text]) for text in exact)))

    def _rank(self, tree: Sum, parts: Sequence[Part]) -> Rank:
        """Roundings first, then the length.

        Fractions and nested parentheses weigh more; in a count, sums without parentheses do, too, and what is written
        in another way than in the axes.
        """
        text = text_of(tree)
        roundings = [part.text for part in parts if not part.is_exact]
        weight = len(text) + FRACTION * (len(parts) - len(roundings)) + text.count("((")
        if self.factored:
            weight += OPEN_SIGN * (_open_signs(text) + sum(map(_signs_above, parts)))
            weight += LONG_SUM * _further_terms(tree) if roundings else 0
            weight += STRANGE * sum(part not in self.texts for part in roundings) if self.axes else 0
        return len(roundings), weight


def is_equal(ratio: Ratio, size: Size) -> Relation:
    """The equation that says that the ratio is the size."""
    return Relation("==", ratio.numerator, size * ratio.divisor)


def _divides(numerator: Size, divisor: Size) -> Relation:
    return Relation("==", numerator % divisor, ZERO)


def _signs_above(part: Part) -> int:
    """The number of signs in a numerator, where factors could stand."""
    return len(part.operands[0].terms) - 1 if part.is_exact else 0


def _further_terms(tree: Sum) -> int:
    """The number of terms in sums beyond the second one."""
    inner = (factor.base for term in tree.terms for factor in term.factors)
    return max(len(tree.terms) - 2, 0) + sum(_further_terms(base) for base in inner if isinstance(base, Sum))


def _open_signs(text: str) -> int:
    """Signs between terms that no parentheses hold together."""
    before = ""
    while text != before:
        before, text = text, re.sub(r"\([^()]*\)", "", text)
    return len(re.findall(r" [+-] ", text))
