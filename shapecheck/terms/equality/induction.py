"""Equal values proved by induction over an index: `s[t] == sum[v in 1..t] x[v]` for all t, however many there are.

In: the two sides of a claim as terms, its free indices with their ranges, and what is known of the sizes.  Out: by
which index the proof goes, or None.

**The idea.**  Let the index be t, in low..high.  First the sides are shown to be equal at t = low.  Then for t > low
the left side is unfolded by its recurrence once, and one of two ways leads on:

    telescope      left(t) - left(t-1)  and  right(t) - right(t-1)  are one value, so that sides which agree at t-1 do
                   so at t
    substitution   the left side is an entry of a family, and where its recurrence reads that family at t-1, the right
                   side at t-1 is put in its place: that is what may be assumed there

A sum up to t is the sum up to t-1 and one term more, where it has a term.  The index may not occur in what is known,
nor in the range of another free index: then the claim at t-1 is the claim itself, one step before.  Recurrences that
run backwards are proved the same way, from high down.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import product

from shapecheck.infer.model import Shapes
from shapecheck.ops.term_types import Bound, Call, Case, Entry, Literal, Lookup, Measure, Reduction, Term, is_place
from shapecheck.record import record
from shapecheck.sizes import Context, Proved, Relation, Size, decide, symbol
from shapecheck.terms.equality.folds import ranges_of
from shapecheck.terms.unfolding.expand import expand
from shapecheck.terms.unfolding.substitute import substitute

RING = frozenset({"+", "-", "*", "neg"})
"""The functions below which the difference between one step and the next is useful."""

Equal = Callable[[Term, Term, Sequence[Bound], Context, bool], str | None]
"""A comparison of two terms for all values of free indices in a context; the last argument allows unfolding."""


def by_induction(
    shapes: Shapes,
    left: Term,
    right: Term,
    free: Sequence[Bound],
    context: Context,
    equal: Equal,
    over: Sequence[Bound] | None = None,
) -> str | None:
    """The method of a proof by induction over one of the free indices; `equal` compares without induction.

    `over` are the indices that are tried; None: all of them.
    """
    for bound in free if over is None else over:
        if _may_step(bound, free, context):
            label = bound.symbol[1:].split("'")[0]
            for (one, other), back in product(((left, right), (right, left)), (False, True)):
                if _Induction(shapes, one, other, bound, tuple(free), context, equal, back).proves():
                    return f"induction over {label}"
    return None


def _may_step(bound: Bound, free: Sequence[Bound], context: Context) -> bool:
    """Whether the claim at one value of the index is the claim at another, one step on."""
    others = {name for other in free if other is not bound for name in other.low.names | other.high.names}
    known = {name for fact in context.facts for name in fact.names}
    by_numbers = not any(name[0] == "." for name in bound.low.names | bound.high.names)
    return by_numbers and not is_place(bound.symbol) and bound.symbol not in others | known


@record(eq=False)
class _Induction:
    shapes: Shapes
    left: Term
    right: Term
    bound: Bound
    free: tuple[Bound, ...]
    context: Context
    equal: Equal
    back: bool
    """Whether the recurrence runs from the greatest value down."""

    def proves(self) -> bool:
        return self._step() and self._first()

    def _first(self) -> bool:
        """The sides agree at the value of the index where the recurrence starts."""
        first = {self.bound.symbol: self.bound.high if self.back else self.bound.low}
        rest = [other for other in self.free if other is not self.bound]
        some = self.context.assuming(Relation("<=", self.bound.low, self.bound.high))
        return self.equal(substitute(self.left, first), substitute(self.right, first), rest, some, True) is not None

    def _step(self) -> bool:
        """The step of the induction: the sides agree if they agree one step before."""
        low, high = self.bound.low, self.bound.high
        later = replace(self.bound, high=high - 1) if self.back else replace(self.bound, low=low + 1)
        free = [later if other is self.bound else other for other in self.free]
        inside = self.context.assuming(*ranges_of(free))
        whole = expand(self.left, self.shapes, self.context.assuming(*ranges_of(self.free)), steps=0)
        if whole is None or not any(_entries(whole, RING)):
            return False
        unfolded = expand(self.left, self.shapes, inside, steps=1)
        if unfolded is None or not self._leads_back(whole, unfolded):
            return False
        gained, put = Call("-", (unfolded, self._before(self.left))), self._substituted(whole, unfolded)
        for right in self._rights(inside):
            pairs = [(gained, Call("-", (right, self._before(self.right)))), *([] if put is None else [(put, right)])]
            if any(self.equal(one, other, free, self.context, False) is not None for one, other in pairs):
                return True
        return False

    def _leads_back(self, whole: Term, unfolded: Term) -> bool:
        """Whether the left side at t is computed from an entry of itself one step before."""
        own = [self._before(entry) for entry in _entries(whole, RING)]
        reached = list(_entries(unfolded))
        return any(
            isinstance(entry, Entry) and self.bound.symbol in entry.names and _matched(other, entry) is not None
            for entry in own
            for other in reached
        )

    def _rights(self, inside: Context) -> Iterator[Term]:
        """The right side at t, written in several ways."""
        yield from dict.fromkeys(
            term
            for side in (self.right, expand(self.right, self.shapes, inside, steps=1))
            if side is not None
            for term in (side, _split(side, self.bound.symbol, inside, self.back))
        )

    def _before(self, side: Term) -> Term:
        return substitute(side, {self.bound.symbol: symbol(self.bound.symbol) + (1 if self.back else -1)})

    def _substituted(self, whole: Term, unfolded: Term) -> Term | None:
        """The left side with the right side of one step before put in, where the claim allows that."""
        if not isinstance(whole, Entry) or not self._is_whole(whole):
            return None
        before = self._before(whole)
        assert isinstance(before, Entry)
        return _put(unfolded, before, self._before(self.right))

    def _is_whole(self, pattern: Entry) -> bool:
        """Whether the places of the claim are all places of the family's cells, so that it speaks of each of them."""
        rank = len(self.shapes.axes[pattern.family])
        ends = {other.symbol: other for other in self.free}
        for axis, subscript in enumerate(pattern.subscripts):
            name = _place(subscript)
            if name is None or name not in ends:
                continue
            sizes = [cell.shape[axis - rank] for cell in self.shapes.cells[pattern.family]] if axis >= rank else []
            bound = ends[name]
            if not sizes or bound.low.constant != 0 or any(bound.high is not size - 1 for size in sizes):
                return False
        return True


def _entries(term: Term, through: frozenset[str] | None = None) -> Iterator[Entry]:
    """The entries of tensors in a term; if functions are given, only the entries below these."""
    match term:
        case Entry():
            yield term
        case Call(function, parts) if through is None or function in through:
            for part in parts:
                yield from _entries(part, through)
        case Reduction(_, _, body):
            yield from _entries(body, through)
        case Case(_, then, otherwise):
            yield from _entries(then, through)
            yield from _entries(otherwise, through)
        case Literal() | Measure() | Lookup() | Call():
            return  # without entries, or below a function that is not looked through


def _place(subscript: Size | Term) -> str | None:
    """The symbol of a place in a tensor, where the subscript is one."""
    if not isinstance(subscript, Size) or len(subscript.names) != 1:
        return None
    (name,) = subscript.names
    return name if subscript is symbol(name) and is_place(name) else None


def _put(term: Term, pattern: Entry, value: Term) -> Term:
    """The term with the value put for entries of the pattern, at whatever places."""

    def put(part: Term) -> Term:
        match part:
            case Entry():
                found = _matched(part, pattern)
                return part if found is None else substitute(value, found)
            case Call(function, arguments):
                return Call(function, tuple(map(put, arguments)))
            case Reduction(operator, bounds, body):
                return Reduction(operator, bounds, put(body))
            case Case(condition, then, otherwise):
                return Case(condition, put(then), put(otherwise))
            case _:
                return part

    return put(term)


def _matched(entry: Entry, pattern: Entry) -> dict[str, Size] | None:
    """The sizes in this entry at the places of the pattern; None where it does not match."""
    if entry.family != pattern.family:
        return None
    found: dict[str, Size] = {}
    for own, wanted in zip(entry.subscripts, pattern.subscripts, strict=True):
        name = _place(wanted)
        if not isinstance(own, Size):
            return None
        if name is not None and name not in found:
            found[name] = own
        elif own is not (wanted if name is None else found[name]):
            return None
    return found


def _split(term: Term, name: str, context: Context, back: bool) -> Term:
    """Sums (and products) up to the index, split into those before it and one term; with `back`, from the index on."""
    match term:
        case Reduction("sum" | "prod" as operator, (bound,), body) if name in bound.low.names | bound.high.names:
            end, other = (bound.low, bound.high) if back else (bound.high, bound.low)
            some = decide(context, Relation("<=", bound.low, bound.high))
            if name not in end.names or name in other.names or not isinstance(some, Proved):
                return term
            rest = replace(bound, low=bound.low + 1) if back else replace(bound, high=bound.high - 1)
            own = substitute(body, {bound.symbol: end})
            return Call("+" if operator == "sum" else "*", (Reduction(operator, (rest,), body), own))
        case Call(function, arguments):
            return Call(function, tuple(_split(argument, name, context, back) for argument in arguments))
        case _:
            return term
