"""Ranges of the entries of families, if all of them have a value.

In: the result of inference and what is known of the sizes.  Out: a `Range` for each family that is asked for, or
`Undefined` where some entry of it, or of a family that it is computed from, may have no value.

The range of a given tensor is the declared one (`in 0.0..1.0`); else its entries are real numbers, unless a test gives
infinite ones.  The range of a computed one follows from its equations.  Where members are computed from members of the
same family, or of one that leads back to it, the ranges are guessed, applied and widened until the equations keep to
them.  They hold for the first members, and for each one if for those before, so for all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from fractions import Fraction
from functools import lru_cache
from math import inf, isinf

from shapecheck.graph.model import Entries, Graph
from shapecheck.graph.nodes import Data, Node, Number
from shapecheck.graph.reads import ancestors, nodes_below
from shapecheck.infer.model import Shapes
from shapecheck.ops.term_types import Bound, Term
from shapecheck.record import record
from shapecheck.sizes import ZERO, Context, Size, symbol
from shapecheck.terms.definedness.defined import Known, Ranger, size_range
from shapecheck.terms.definedness.ranges import ANY, EMPTY, End, Range, Undefined, joined, tidy
from shapecheck.terms.equality.folds import ranges_of
from shapecheck.terms.unfolding.expand import Definition, definitions, expand

ROUNDS = 12
"""The most times that ranges are widened before they become all real numbers."""
PATIENCE = 2
"""The number of times that ranges may grow by little before they grow to the next of the `LIMITS`."""
LIMITS = (-1, 0, 1)
ANY_AT_ALL = Range(minus=True, plus=True)


@record(frozen=False)
class FamilyRanges:
    """The ranges of a spec's families, each found once."""

    shapes: Shapes
    context: Context
    _known: dict[str, Range | Undefined] = field(default_factory=dict)
    _guessed: dict[str, Range] = field(default_factory=dict)

    def of(self, family: str) -> Range:
        """The range of a family's entries; `Undefined` where some may have no value."""
        if family in self._guessed:
            return self._guessed[family]
        if family not in self._known:
            self._find(family)
        found = self._known[family]
        if isinstance(found, Undefined):
            raise Undefined(found.reason)
        return found

    def _find(self, family: str) -> None:
        graph = self.shapes.graph
        if graph.families[family].is_given:
            self._known[family] = _given_range(graph, family, self.context)
            return
        above = ancestors(graph, family)
        together = sorted({family} | {other for other in above if family in ancestors(graph, other)})
        try:
            for other in sorted(above - set(together)):
                self.of(other)
            found: Mapping[str, Range | Undefined] = self._settled(together, family in above)
        except Undefined as problem:
            found = dict.fromkeys(together, problem)
        self._known.update(found)

    def _settled(self, together: Sequence[str], recurrent: bool) -> dict[str, Range]:
        """Ranges that the equations of these families keep to, where they read members in these ranges."""
        if not recurrent:
            return {family: self._computed(family) for family in together}
        before = dict(self._guessed)
        guess = dict.fromkeys(together, EMPTY)
        try:
            for round_number in range(ROUNDS + 1):
                self._guessed.update(guess)
                found = {family: self._computed(family) for family in together}
                if all(found[family] in guess[family] for family in together):
                    return guess
                last = round_number >= ROUNDS - 1
                guess = {
                    family: _widened(guess[family], found[family], round_number >= PATIENCE, last)
                    for family in together
                }
            raise Undefined("values of a recurrence whose range is not found")
        finally:
            self._guessed.clear()
            self._guessed.update(before)

    def _computed(self, family: str) -> Range:
        """The range of a family's entries by its equations."""
        return joined(self._defined_by(definition) for definition in definitions(self.shapes, family))

    def _defined_by(self, definition: Definition) -> Range:
        shape = definition.cell_shape()
        position = [symbol(f".@{axis}") for axis in range(len(shape))]
        free = [Bound(name, own.low, own.high) for name, own in definition.instance.ranges.items()]
        free += [Bound(f".@{axis}", ZERO, size - 1) for axis, size in enumerate(shape)]
        context = self.context.assuming(*definition.instance.facts, *ranges_of(free))
        return self.of_term(definition.entry(position), context)

    def of_term(self, term: Term, context: Context) -> Range:
        """The range of a term over the families, with computed families expanded where that is needed."""
        try:
            return Ranger(self.of).of(term, Known(context))
        except Undefined:
            through = expand(term, self.shapes, context)
            if through is None or through == term:
                raise
            return Ranger(self.of).of(through, Known(context))


def _widened(guess: Range, found: Range, far: bool, last: bool) -> Range:
    """A range that holds both; with `far` it extends to the next limit."""
    both = joined((guess, found))
    if last:
        return ANY if not both.infinite else ANY_AT_ALL
    if not far or both == guess:
        return both
    low = max((end for end in LIMITS if end <= both.low), default=-inf) if both.low < guess.low else both.low
    high = min((end for end in LIMITS if end >= both.high), default=inf) if both.high > guess.high else both.high
    above, below = both.above and low == both.low, both.below and high == both.high
    return tidy(Range(low, high, above, below, both.minus, both.plus, both.whole, both.nonzero))


def _given_range(graph: Graph, family: str, context: Context) -> Range:
    if _given_infinity(graph, family):
        return ANY_AT_ALL
    entries = graph.families[family].entries
    return ANY if entries is None else declared(entries, context)


def declared(entries: Entries, context: Context) -> Range:
    """The numbers that `in low..high` allows."""
    low, high = _ends(entries.low, context)[0], _ends(entries.high, context)[1]
    return tidy(Range(low, high, whole=not entries.real))


def _ends(end: Size | float, context: Context) -> tuple[End, End]:
    """The least and the greatest that an end may be."""
    if not isinstance(end, Size):
        return (end, end) if isinf(end) else (Fraction(end), Fraction(end))
    found = size_range(end, context)
    return found.low, found.high


def _given_infinity(graph: Graph, family: str) -> bool:
    """Whether a test gives infinite data for the family."""
    return any(isinf(value) for test in graph.tests if family in test.data for value in _numbers(test.data[family]))


def _numbers(node: Node) -> Iterator[int | float]:
    """All numbers that are written in a node."""
    for below in nodes_below(node):
        if isinstance(below, Number):
            yield below.value
        elif isinstance(below, Data):
            yield from below.values


@lru_cache(maxsize=16)
def family_ranges(shapes: Shapes, context: Context) -> FamilyRanges:
    """The ranges of a spec's families, remembered from one claim to the next."""
    return FamilyRanges(shapes, context)
