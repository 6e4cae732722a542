"""Two nodes of one instance proved equal in every entry: unfolding, expanding and comparing in one step.

In: the result of inference, an instance (of a claim, as a rule), two of its nodes, and what the claim assumes.  Out:
the method of the proof, or None.  A scalar node stands for a tensor of its one value.

A proof has two parts.  The sides are one value for all real numbers (`terms.equality`), and both have a value at all
sizes, indices and data that are admitted (`terms.definedness`).  Where every step has a value, what holds for real
numbers also holds where some are infinite, because sums, products and functions are continuous there.
"""

from __future__ import annotations

from collections.abc import Sequence

from shapecheck.graph.nodes import Node
from shapecheck.graph.reads import families_read
from shapecheck.infer.model import Instance, Shapes
from shapecheck.ops.term_types import Bound, Term, place
from shapecheck.sizes import ZERO, Context, Size, symbol
from shapecheck.terms.definedness.family_ranges import FamilyRanges, family_ranges
from shapecheck.terms.definedness.ranges import Range, Undefined
from shapecheck.terms.definedness.settled_cases import nests_choices, settled
from shapecheck.terms.equality.canonical import Memory, same
from shapecheck.terms.equality.folds import ranges_of
from shapecheck.terms.equality.generalise import generalised
from shapecheck.terms.equality.induction import Equal, by_induction
from shapecheck.terms.unfolding.expand import expand
from shapecheck.terms.unfolding.unfold import Unfolder

STEPS = ((0, 0), (1, 0), (0, 1), (1, 1))
"""The numbers of times that recurrences are unfolded on the left and on the right, in the order tried."""


def equal_values(
    shapes: Shapes, instance: Instance, left: Node, right: Node, context: Context | None = None
) -> str | None:
    """The method by which two nodes are proved equal at all indices and in all entries; None if they are not.

    `context` holds the facts about sizes, with the claim's condition; by default those that the spec assumes.
    """
    unfolder = Unfolder(shapes, instance)
    shape = max(instance.shapes[left], instance.shapes[right], key=len)
    position = [symbol(place(axis)) for axis in range(len(shape))]
    free = [Bound(name, interval.low, interval.high) for name, interval in instance.ranges.items()]
    free += [Bound(place(axis), ZERO, size - 1) for axis, size in enumerate(shape)]
    outside = context or shapes.graph.context
    one, other = (_entry(unfolder, node, position) for node in (left, right))

    memory = Memory()

    def equal(one: Term, other: Term, free: Sequence[Bound], outside: Context, unfold: bool) -> str | None:
        return _equal(shapes, one, other, free, outside, STEPS if unfold else STEPS[:1], memory)

    method = _equal(shapes, one, other, free, outside, STEPS, memory)
    inductive = None if method else _by_induction(shapes, one, other, free, outside, equal)
    if method is None and inductive is None:
        return None
    read = families_read(left) | families_read(right)
    ranges = values_of(shapes, (one, other), read, outside, ranges_context(outside, free))
    defined = ranges is not None and (method is not None or not any(found.infinite for found in ranges))
    return method or inductive if defined else None


def _by_induction(
    shapes: Shapes, one: Term, other: Term, free: Sequence[Bound], outside: Context, equal: Equal
) -> str | None:
    """The proof by induction over an index, or over one in the place of a size that numbers a member."""
    method = by_induction(shapes, one, other, free, outside, equal)
    for left, right, bound in () if method else generalised(shapes, one, other, free, outside):
        method = method or by_induction(shapes, left, right, (*free, bound), outside, equal, (bound,))
    return method


def ranges_context(outside: Context, free: Sequence[Bound]) -> Context:
    """The context in which the free indices are in their ranges."""
    return outside.assuming(*ranges_of(free))


def values_of(
    shapes: Shapes, terms: Sequence[Term], read: set[str], outside: Context, inside: Context
) -> list[Range] | None:
    """The ranges of terms over the families `read`; None where these or the terms may have no value.

    `outside` holds the facts about sizes, `inside` those about indices, too.
    """
    for context in dict.fromkeys((shapes.graph.context, outside)):
        try:
            return _ranges(family_ranges(shapes, context), terms, read, inside)
        except Undefined:
            continue
    return None


def _ranges(families: FamilyRanges, terms: Sequence[Term], read: set[str], inside: Context) -> list[Range]:
    for family in sorted(read):
        families.of(family)
    return [families.of_term(term, inside) for term in terms]


def _equal(
    shapes: Shapes,
    left: Term,
    right: Term,
    free: Sequence[Bound],
    outside: Context,
    steps: Sequence[tuple[int, int]],
    memory: Memory,
) -> str | None:
    """The method by which two terms are proved equal, with recurrences unfolded these numbers of times."""
    inside = ranges_context(outside, free)
    tried: set[tuple[Term, Term]] = set()
    for counts in steps:
        expanded = (expand(side, shapes, inside, steps=count) for side, count in zip((left, right), counts))
        one, other = (settled(term) if term is not None and nests_choices(term) else term for term in expanded)
        if one is None or other is None or (one, other) in tried:
            continue
        tried.add((one, other))
        method = same(outside, one, other, free, memory)
        if method is not None:
            return method
    return None


def _entry(unfolder: Unfolder, node: Node, position: list[Size]) -> Term:
    return unfolder.at(node, position if unfolder.rank(node) else ())
