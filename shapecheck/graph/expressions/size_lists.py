"""Families of sizes, `dim n[l in 0..L]`, as expressions subscript them.

In: a declared family, or the list that is passed for a parameter.  Out: the size at given subscripts, each of which has
to lie in the family's range.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from shapecheck.graph import size_errors
from shapecheck.graph.errors import Rejected
from shapecheck.record import record
from shapecheck.sizes import ONE, ZERO, Size, SizeFamily, as_size, integer, maximum, member, positive
from shapecheck.source import Span

MOST_ENTRIES = 64
"""Largest number of sizes in a list from which one is taken by an index."""


@record
class SizeList:
    """A family of sizes: declared (`family`), or a `formula` in the indices named `symbols`.

    `starts` are the numbers that its subscripts count from in the file, where it was passed to a layer.
    """

    name: str
    ranges: tuple[tuple[Size, Size], ...]
    labels: tuple[str, ...]
    family: SizeFamily | None = None
    formula: Size = ZERO
    symbols: tuple[str, ...] = ()
    starts: tuple[Size, ...] = ()

    def at(self, subscripts: Sequence[Size]) -> Size:
        """The size at these subscripts."""
        starts = self.starts or (ZERO,) * len(subscripts)
        places = tuple(start + place for start, place in zip(starts, subscripts))
        if self.family is not None:
            return member(self.family, places)
        return self.formula.substitute(dict(zip(self.symbols, places)))

    def passed(self) -> SizeList | tuple[Size, ...]:
        """The family as an argument of a layer, where it counts from 0; its sizes where their number is known."""
        (low, high), *others = self.ranges
        extent = (high - low + 1).constant
        if extent is not None and not others and 0 <= extent <= MOST_ENTRIES:
            return tuple(self.at((low + number,)) for number in range(extent))
        lows = tuple(low for low, _ in self.ranges)
        ranges = tuple((ZERO, high - low) for low, high in self.ranges)
        starts = tuple(start + low for start, low in zip(self.starts or (ZERO,) * len(lows), lows))
        return SizeList(self.name, ranges, self.labels, self.family, self.formula, self.symbols, starts)

    def put(self, image: Callable[[Size], Size]) -> SizeList:
        """The family with an image put for each size that it was passed with."""
        starts = tuple(map(image, self.starts))
        ranges = tuple((image(low), image(high)) for low, high in self.ranges)
        formula = image(self.formula)
        return SizeList(self.name, ranges, self.labels, self.family, formula, self.symbols, starts)

    @property
    def length(self) -> Size:
        """The number of sizes in a family with one index."""
        ((low, high),) = self.ranges
        return high - low + 1


def picked(values: Sequence[int | Size], at: Size, name: str, span: Span) -> Size:
    """The entry of a list at a place inside of it: the sum of each entry times 1 where it is meant, else 0."""
    if len(values) > MOST_ENTRIES:
        raise Rejected(size_errors.not_a_size(span, f"an entry of {name}, which is long, at an index"))
    if len(set(values)) == 1:
        return as_size(values[0])
    total = ZERO
    for number, value in enumerate(values):
        distance = maximum(at - integer(number), integer(number) - at)
        total = total + as_size(value) * positive(ONE - distance)
    return total
