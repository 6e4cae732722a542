"""Left sides: the members of families that an equation defines, and the indices that it binds.

For each `for` block around it, a left side names all indices or none; where none, they are put in front.  A new name
among the subscripts is an index of this equation; its range is written here, declared with the output, or inferred.
A subscript may stride, `2i+1`; `strides` takes such targets apart.
"""

from __future__ import annotations

from shapecheck.graph import errors, stride_errors
from shapecheck.graph.errors import Rejected
from shapecheck.graph.expressions.binders import bind
from shapecheck.graph.expressions.complete_reading import reading_at
from shapecheck.graph.expressions.declared_names import Names
from shapecheck.graph.expressions.expression_reading import Reading
from shapecheck.graph.expressions.scope import Scope
from shapecheck.graph.expressions.written_shapes import annotated
from shapecheck.graph.model import Target
from shapecheck.graph.nodes import Index
from shapecheck.graph.statements.strides import stride_of
from shapecheck.record import record
from shapecheck.sizes import ZERO, Size, symbol
from shapecheck.syntax import tree
from shapecheck.syntax.walking import walk


@record
class Left:
    """A left side: its targets, and the scope of the right side."""

    targets: tuple[Target, ...]
    scope: Scope


def left_side(targets: tuple[tree.Target, ...], scope: Scope, names: Names) -> Left:
    """All targets of one equation; an index that is new in one of them is known in the others."""
    for target in targets:
        scope = _fresh_indices(target, scope, names)
    return Left(tuple(_target(target, reading_at(names, scope)) for target in targets), scope)


def _fresh_indices(target: tree.Target, scope: Scope, names: Names) -> Scope:
    for position, subscript in enumerate(target.subscripts or ()):
        index = _fresh(target, position, subscript, scope, names)
        if index is not None:
            scope = scope.within(index)
    return scope


def _fresh(target: tree.Target, position: int, subscript: tree.Subscript, scope: Scope, names: Names) -> Index | None:
    match subscript:
        case tree.Binder():
            return bind(reading_at(names, scope), subscript, makes_axis=True)
        case tree.Name(name) if scope.find(name) is None and name not in names.sizes and name not in names.constants:
            if name in names.families:
                raise Rejected(errors.tensor_on_left(name, subscript.span))
            return _declared_index(target, position, name, subscript, names)
        case tree.Range() | tree.Full() | tree.Name():
            return None
        case _:
            return _in_stride(subscript, scope, names)


def _in_stride(subscript: tree.Expression, scope: Scope, names: Names) -> Index | None:
    """A new index in arithmetic: `i` in `y[2i]`."""
    known = names.sizes.keys() | names.constants.keys() | names.families.keys() | names.settings.keys()
    new = [part for part in walk(subscript) if isinstance(part, tree.Name) and part.name not in known]
    if len(new) != 1 or scope.find(new[0].name) is not None:
        return None
    return names.index(new[0].name, None, None, new[0].span)


def _declared_index(target: tree.Target, position: int, label: str, subscript: tree.Name, names: Names) -> Index:
    """A new index; if the output was declared with a range for it, with that range."""
    family = names.families.get(target.name)
    axes, cell = (family.axes, family.told_cell or ()) if family is not None else ((), ())
    if position < len(axes):
        return names.index(label, axes[position].low, axes[position].high, subscript.span)
    if position - len(axes) < len(cell):
        return names.index(label, ZERO, cell[position - len(axes)] - 1, subscript.span)
    return names.index(label, None, None, subscript.span)


def _target(target: tree.Target, place: Reading) -> Target:
    base, _, suffix = target.name.rpartition("_")
    if base and suffix in place.scope.labels:
        raise Rejected(errors.subscript_as_underscore(target.name, base, suffix, target.span))
    written = tuple(_subscript(target, item, place) for item in target.subscripts or ())
    implied = tuple(symbol(index.symbol) for index in _implied(target, written, place.scope))
    return Target(target.name, implied + written, annotated(place, target.annotation).cell, target.span)


def _subscript(target: tree.Target, item: tree.Subscript, place: Reading) -> Size:
    match item:
        case tree.Binder(name) | tree.Name(name) if place.scope.find(name) is not None:
            return place.size(tree.Name(name, span=item.span))
        case tree.Range() | tree.Full() | tree.Binder():
            raise Rejected(errors.bad_left_subscript(item.span))
        case _:
            return _fixed_or_stride(target, place.size(item), item, place)


def _fixed_or_stride(target: tree.Target, size: Size, item: tree.Expression, place: Reading) -> Size:
    """A subscript with arithmetic: a fixed member, or entries at a distance (`2i+1`)."""
    own = [index for index in place.scope if index.symbol in size.names]
    if not own or stride_of(size, own) is not None:
        return size
    linear = size.linear_in(own[0].symbol)
    if len(own) == 1 and linear is not None and linear[0].constant is None:
        raise Rejected(stride_errors.symbolic_stride(target.name, str(linear[0]), item.span))
    raise Rejected(errors.bad_left_subscript(item.span))


def without_stride(left: Left) -> Left:
    """A left side that may not stride; raises `Rejected` if it does."""
    for target in left.targets:
        if any(stride_of(size, left.scope) is not None for size in target.subscripts):
            raise Rejected(stride_errors.no_stride_here(target.span))
    return left


def _implied(target: tree.Target, written: tuple[Size, ...], scope: Scope) -> tuple[Index, ...]:
    """Indices of the blocks around that are left out; naming an outer block's means naming the inner ones' too."""
    named = {name for size in written for name in size.names}
    implied: list[Index] = []
    seen = False
    for loop in scope.loops:
        missing = [index for index in loop.indices if index.symbol not in named]
        if missing and (seen or len(missing) < len(loop.indices)):
            labels = ", ".join(index.label for index in missing)
            raise Rejected(errors.partial_indices(target.name, labels, target.span, loop.span))
        seen = seen or not missing
        implied.extend(missing)
    return tuple(implied)
