"""Families of sizes, `dim n[l in 0..L]`: a size for each member of a range.

In: the declaration.  Out: the declared size, or one for each member where the ends of the range are numbers, with the
name that messages and tests give it: `n[0]`, `n[1]`, ..; a family with a formula declares no size of its own.
"""

from __future__ import annotations

from itertools import product

from shapecheck.graph import size_errors
from shapecheck.graph.errors import Rejected
from shapecheck.graph.expressions.complete_reading import reading_at
from shapecheck.graph.expressions.declared_names import Names
from shapecheck.graph.expressions.expression_reading import Reading
from shapecheck.graph.expressions.scope import Scope
from shapecheck.graph.expressions.size_lists import SizeList
from shapecheck.graph.model import Dim
from shapecheck.graph.nodes import Index
from shapecheck.graph.statements.for_blocks import loop_of
from shapecheck.sizes import Size, SizeFamily
from shapecheck.syntax import tree
from shapecheck.syntax.walking import walk

MOST_MEMBERS = 64
"""Most members of a family that are sizes with a name of their own from the start."""


def size_family(declaration: tree.DimDeclaration, names: Names) -> tuple[Dim, ...]:
    """The sizes that a family declares; raises `Rejected` where a range is missing."""
    name, span = declaration.name, declaration.span
    names.declare(name, span)
    for binder in declaration.binders:
        if binder.range is None:
            raise Rejected(size_errors.family_without_range(name, binder.name, binder.span))
    indices = loop_of(declaration.binders, names, Scope(), declaration).indices
    ranges = tuple(_ends(index) for index in indices)
    labels = tuple(index.label for index in indices)
    place = reading_at(names, Scope(indices))
    if declaration.value is not None:
        inside = (node for node in walk(declaration.value) if isinstance(node, tree.Name))
        if itself := next((node for node in inside if node.name == name), None):
            raise Rejected(size_errors.family_of_itself(name, itself.span))
        symbols = tuple(index.symbol for index in indices)
        names.lists[name] = SizeList(name, ranges, labels, None, place.size(declaration.value), symbols)
        return ()
    if names.block is not None:
        raise Rejected(size_errors.family_in_block(name, span))
    lower = lower_bound(declaration, place)
    family = SizeFamily(name, ranges, labels, lower)
    names.lists[name] = SizeList(name, ranges, labels, family)
    numbers = _numbers(ranges)
    if numbers is None:
        return (Dim(name, lower, None, span, family),)
    return tuple(Dim(family.member_name(at), lower, None, span) for at in numbers)


def _ends(index: Index) -> tuple[Size, Size]:
    assert index.low is not None and index.high is not None
    return index.low, index.high


def _numbers(ranges: tuple[tuple[Size, Size], ...]) -> list[tuple[int, ...]] | None:
    """The subscripts of all members where the ranges are numbers and the members are few."""
    spans, count = [], 1
    for low, high in ranges:
        if low.constant is None or high.constant is None:
            return None
        spans.append(range(low.constant, high.constant + 1))
        count *= len(spans[-1])
    return list(product(*spans)) if count <= MOST_MEMBERS else None


def lower_bound(declaration: tree.DimDeclaration, place: Reading) -> int:
    """The lower bound of a declared size, which is a number: `k >= 0`."""
    if declaration.lower is None:
        return 1
    lower = place.size(declaration.lower).constant
    if lower is None:
        help = f"write: assume {declaration.name} >= .."
        raise Rejected(size_errors.not_a_size(declaration.lower.span, "a symbol as a lower bound", help))
    return lower
