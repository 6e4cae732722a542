"""The entries that a term reads, each with the conditions and the bound variables around it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from shapecheck.infer.model import Interval
from shapecheck.ops.term_types import Call, Case, Entry, Literal, Lookup, Measure, Reduction, Term
from shapecheck.record import record
from shapecheck.sizes import And, Every, Formula, Not, Or, Relation, Size
from shapecheck.terms.receptive.extremes import Unclear


@record(eq=False)
class TermRead:
    """One entry that a term reads: under these conditions, for all values of these bound variables."""

    entry: Entry
    ranges: Mapping[str, Interval]
    guards: tuple[Formula, ...]


def reads_of(term: Term | Size, ranges: Mapping[str, Interval], guards: tuple[Formula, ...]) -> Iterator[TermRead]:
    """Every entry that a term reads."""
    match term:
        case Entry():
            yield TermRead(term, ranges, guards)
            yield from _all_reads(term.subscripts, ranges, guards)
        case Lookup():
            yield from _all_reads(term.subscripts, ranges, guards)
        case Call():
            yield from _all_reads(term.arguments, ranges, guards)
        case Reduction():
            bounds = {bound.symbol: Interval(bound.low, bound.high) for bound in term.bounds}
            if bounds.keys() & ranges.keys():
                raise Unclear
            yield from reads_of(term.body, {**ranges, **bounds}, guards)
        case Case(condition, then, otherwise):
            if isinstance(condition, Relation | And | Or | Not | Every):
                yield from reads_of(then, ranges, (*guards, condition))
                yield from reads_of(otherwise, ranges, (*guards, Not(condition)))
            else:
                yield from _all_reads((condition, then, otherwise), ranges, guards)
        case Literal() | Measure() | Size():
            return


def _all_reads(
    terms: Iterable[Term | Size], ranges: Mapping[str, Interval], guards: tuple[Formula, ...]
) -> Iterator[TermRead]:
    for term in terms:
        yield from reads_of(term, ranges, guards)
