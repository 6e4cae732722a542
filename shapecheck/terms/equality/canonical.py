"""The proof that two values are equal for all sizes and all indices.

In: two terms, what is known of the sizes, and the free indices with their ranges.  Out: the name of the method by
which they are proved equal, or None.  None never means that they differ.

Both terms become polynomials over opaque entries and functions (`polynomial`, which says in what sense they are real
numbers), and their difference is shown to be 0 (`vanishing`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field
from itertools import product
from math import prod

from shapecheck.ops.term_types import Bound, Call, Case, Entry, Literal, Lookup, Measure, Reduction, Term
from shapecheck.record import record
from shapecheck.sizes import Context, Inadmissible, Size, TooLargeToWrite, integer
from shapecheck.terms.equality.folds import ranges_of
from shapecheck.terms.equality.normalise import Normaliser
from shapecheck.terms.equality.polynomial import GiveUp
from shapecheck.terms.equality.prover import Prover
from shapecheck.terms.equality.ring import subtract
from shapecheck.terms.equality.vanishing import Matcher
from shapecheck.terms.unfolding.substitute import substitute

ENTRIES = 256
"""The most entries of a claim with literal ranges that are proved one by one."""


def same(
    context: Context, left: Term, right: Term, free: Sequence[Bound] = (), memory: Memory | None = None
) -> str | None:
    """The method by which two terms are proved equal for all values of the free indices; None if they are not.

    Comparisons with one `memory` share normal forms; each has its own limits.
    """
    inside, known = context.assuming(*ranges_of(free)), memory or Memory()
    method = _proved(inside, left, right, known.rules(inside, written_out=False))
    if method is None and (_is_short(left) or _is_short(right)):
        method = _proved(inside, left, right, known.rules(inside, written_out=True))
    return method or _entry_by_entry(context, left, right, free)


@record(frozen=False)
class Memory:
    """Normal forms, by context and by whether short sums are written out."""

    _rules: dict[tuple[Context, bool], Normaliser] = field(default_factory=dict)

    def rules(self, context: Context, written_out: bool) -> Normaliser:
        """The rules for a comparison, with the findings of earlier ones and limits of its own."""
        key = (context, written_out)
        if key not in self._rules:
            self._rules[key] = Normaliser(Prover(), written_out)
        self._rules[key].start()
        return self._rules[key]


def _is_short(term: Term) -> bool:
    """Whether a big operator in a term runs over a literal range, so that it can be written out."""
    match term:
        case Reduction(_, bounds, body):
            return all((bound.high - bound.low).constant is not None for bound in bounds) or _is_short(body)
        case Call(_, arguments):
            return any(map(_is_short, arguments))
        case Case(condition, then, otherwise):
            return any(_is_short(part) for part in (condition, then, otherwise) if isinstance(part, Term))
        case Entry(_, subscripts) | Lookup(_, _, subscripts):
            return any(_is_short(part) for part in subscripts if isinstance(part, Term))
        case Literal() | Measure():
            return False


def _proved(context: Context, left: Term, right: Term, rules: Normaliser) -> str | None:
    try:
        difference = subtract(rules.value(left, context), rules.value(right, context))
        if not Matcher(rules.prover).is_zero(difference, context):
            return None
    except (GiveUp, Inadmissible, TooLargeToWrite):  # also where a size has no value behind a condition
        return None
    methods = sorted(rules.prover.methods) + (["short sums written out"] if rules.written_out else [])
    return " and ".join(methods) or "one defining equation"


def _entry_by_entry(context: Context, left: Term, right: Term, free: Sequence[Bound]) -> str | None:
    """The proof for every value of free indices whose ranges are literal, all within one limit of work."""
    lows = [bound.low.constant for bound in free]
    highs = [bound.high.constant for bound in free]
    ranges = [range(low, high + 1) for low, high in zip(lows, highs) if low is not None and high is not None]
    count = prod(map(len, ranges))
    if not free or len(ranges) < len(free) or not 0 < count <= ENTRIES:
        return None
    if (left.names | right.names) - {bound.symbol for bound in free}:
        return None
    rules = Normaliser(Prover(), written_out=True)
    for point in product(*ranges):
        values: dict[str, Size] = {bound.symbol: integer(at) for bound, at in zip(free, point)}
        if _proved(context, substitute(left, values), substitute(right, values), rules) is None:
            return None
    return f"all {count} entries computed"
