"""Two nodes of one instance proved equal in every entry: unfolding, expanding and comparing in one step.

In: the result of inference, an instance (of a claim, as a rule), two of its nodes, and what the claim assumes.  Out:
the method of the proof, or None; sides that may have no value for different reasons are not compared.
A scalar node stands for a tensor of its one value.
"""

from __future__ import annotations

from collections.abc import Sequence

from shapecheck.graph.nodes import Node
from shapecheck.infer.model import Instance, Shapes
from shapecheck.sizes import ZERO, Context, Size, symbol
from shapecheck.terms.canonical import same
from shapecheck.terms.defined import undefined_parts
from shapecheck.terms.expand import expand
from shapecheck.terms.folds import ranges_of
from shapecheck.terms.induction import by_induction
from shapecheck.terms.model import Bound, Term, place
from shapecheck.terms.unfold import Unfolder

STEPS = ((0, 0), (1, 0), (0, 1), (1, 1))
"""How often recurrences are unfolded on the left and on the right, in the order tried."""


def equal_values(
    shapes: Shapes, instance: Instance, left: Node, right: Node, context: Context | None = None
) -> str | None:
    """How the two nodes' values are proved equal at all indices of the instance and in all entries.

    `context` is what is known of the sizes, with the claim's condition; by default what the spec assumes.
    """
    unfolder = Unfolder(shapes, instance)
    shape = max(instance.shapes[left], instance.shapes[right], key=len)
    position = [symbol(place(axis)) for axis in range(len(shape))]
    free = [Bound(name, interval.low, interval.high) for name, interval in instance.ranges.items()]
    free += [Bound(place(axis), ZERO, size - 1) for axis, size in enumerate(shape)]
    outside = context or shapes.graph.context
    sides = [_entry(unfolder, node, position) for node in (left, right)]

    def equal(one: Term, other: Term, free: Sequence[Bound], outside: Context, unfold: bool) -> str | None:
        return _equal(shapes, one, other, free, outside, STEPS if unfold else STEPS[:1])

    one, other = sides
    method = _equal(shapes, one, other, free, outside, STEPS)
    return method or by_induction(shapes, one, other, free, outside, equal)


def _equal(
    shapes: Shapes, left: Term, right: Term, free: Sequence[Bound], outside: Context, steps: Sequence[tuple[int, int]]
) -> str | None:
    """How two terms are proved equal, recurrences unfolded so often on either side."""
    inside = outside.assuming(*ranges_of(free))
    tried: set[tuple[Term, Term]] = set()
    for counts in steps:
        terms = [expand(side, shapes, inside, steps=count) for side, count in zip((left, right), counts)]
        one, other = terms
        if one is None or other is None or (one, other) in tried:
            continue
        tried.add((one, other))
        if undefined_parts(one, inside) != undefined_parts(other, inside):
            continue
        method = same(outside, one, other, free)
        if method is not None:
            return method
    return None


def _entry(unfolder: Unfolder, node: Node, position: list[Size]) -> Term:
    return unfolder.at(node, position if unfolder.rank(node) else ())
