"""A claim about one member as a claim about all members up to it: `s[T] == h[T] + g[T]` from `s[t] == h[t] + g[t]`.

In: the two sides of a claim as terms, its free indices, and what is known of the sizes.  Out: the same sides with an
index in the place of a size, and the range of that index, whose last value is the size.  A claim that holds in the
whole range holds at its end; induction needs the range.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from shapecheck.infer.model import Shapes
from shapecheck.ops.term_types import Bound, Call, Case, Entry, Reduction, Term
from shapecheck.sizes import Context, Proved, Relation, Size, decide, symbol
from shapecheck.terms.unfolding.substitute import substitute

Claimed = tuple[Term, Term, Bound]
"""Both sides, and the index that they now mention."""


def generalised(shapes: Shapes, left: Term, right: Term, free: Sequence[Bound], context: Context) -> Iterator[Claimed]:
    """The sides for all values of an index in the place of a size that numbers members on the left or right."""
    entries = [*_entries(left), *_entries(right)]
    ranges = {name for bound in free for name in bound.low.names | bound.high.names}
    for name in shapes.graph.free_sizes:
        low = None if name in ranges else _first(shapes, entries, name, context)
        if low is not None:
            index = f".{name}'up to"
            moved = {name: symbol(index)}
            yield substitute(left, moved), substitute(right, moved), Bound(index, low, symbol(name))


def _first(shapes: Shapes, entries: Sequence[Entry], name: str, context: Context) -> Size | None:
    """The index from which on all members exist that entries name by this size; None if that is not plain."""
    lows: dict[Size, None] = {}
    for entry in entries:
        axes = shapes.axes[entry.family]
        for axis, subscript in enumerate(entry.subscripts):
            if name not in subscript.names:
                continue
            if axis >= len(axes) or not isinstance(subscript, Size):
                return None
            shift = subscript - symbol(name)
            if name in (shift.names | axes[axis].low.names):
                return None
            lows[axes[axis].low - shift] = None
    return next((low for low in lows if _covers(low, lows, name, context)), None)


def _covers(low: Size, lows: Sequence[Size] | dict[Size, None], name: str, context: Context) -> bool:
    """Whether a first value is the greatest of all, and not beyond the last."""
    needed = [Relation(">=", low, other) for other in lows if other is not low] + [Relation("<=", low, symbol(name))]
    return all(isinstance(decide(context, relation), Proved) for relation in needed)


def _entries(term: Term) -> Iterator[Entry]:
    """The entries of tensors in a term."""
    match term:
        case Entry():
            yield term
        case Call(_, arguments):
            for argument in arguments:
                yield from _entries(argument)
        case Reduction(_, _, body):
            yield from _entries(body)
        case Case(condition, then, otherwise):
            for part in (condition, then, otherwise):
                if isinstance(part, Term):
                    yield from _entries(part)
        case _:
            return
