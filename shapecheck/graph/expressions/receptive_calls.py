"""Receptive fields in claims: `receptive(y, x) : 1 x 5 x 5 x C`, and `receptive(y, x)[1]` as a size.

In: the call and the reading at its place.  Out: sizes, whose symbols stand for quantities that the verdict looks up.
"""

from __future__ import annotations

from shapecheck.graph import errors
from shapecheck.graph.errors import Rejected
from shapecheck.graph.expressions.expression_reading import Reading
from shapecheck.graph.expressions.written_shapes import shape
from shapecheck.graph.model import Quantity
from shapecheck.sizes import And, Formula, Relation, Size, integer, symbol
from shapecheck.syntax import tree

NAME = "receptive"
FORM = "claim receptive(y, x) : 3 x 3  or  claim receptive(h[k], x)[0] == 3"


def is_receptive(expression: tree.Expression) -> bool:
    """Whether an expression is a call of `receptive`."""
    match expression:
        case tree.Call(tree.Name(name)):
            return name == NAME
        case _:
            return False


def receptive_shape(reading: Reading, call: tree.Expression, annotation: tree.Annotation) -> Formula:
    """The claim that a receptive field has these sizes, one for each axis."""
    if annotation.shape is None:
        raise _unfit("its sizes are claimed, one for each axis", call)
    sizes, _ = shape(reading, annotation.shape)
    parts: list[Formula] = [Relation("==", _symbol(reading, call, "receptive-axes", 0), integer(len(sizes)))]
    parts += (Relation("==", _symbol(reading, call, "receptive-shape", axis), size) for axis, size in enumerate(sizes))
    return And(tuple(parts))


def receptive_along(reading: Reading, call: tree.Expression, written: tree.Subscript) -> Size:
    """The size of a receptive field along one axis, a symbol that the verdict resolves."""
    axis = reading.size(written).constant if isinstance(written, tree.Expression) else None
    if axis is None or axis < 0:
        raise _unfit("the axis is a number, counted from 0", call)
    return _symbol(reading, call, "receptive", axis)


def _symbol(reading: Reading, call: tree.Expression, kind: str, axis: int) -> Size:
    (seeing, members), (seen, _) = _tensors(reading, call)
    member = f"{seeing}[{', '.join(map(str, members))}]" if members else seeing
    name = f"{NAME}({member}, {seen})"
    name = f"size({name})" if kind == "receptive-axes" else f"{name}[{axis}]"
    name += "'" if kind == "receptive-shape" else ""
    reading.names.quantities[name] = Quantity(kind, seeing, axis=axis, origin=seen, members=members)
    reading.names.fields[seeing, seen] = call.span
    return symbol(name)


def _tensors(reading: Reading, call: tree.Expression) -> tuple[tuple[str, tuple[Size, ...]], tuple[str, tuple[()]]]:
    """The names of the two tensors, and the member of the first one."""
    assert isinstance(call, tree.Call)
    if len(call.arguments) != 2 or any(item.name is not None for item in call.arguments):
        raise _unfit("takes the names of two tensors", call)
    first, second = (item.value for item in call.arguments)
    members: tuple[Size, ...] = ()
    if isinstance(first, tree.Index):
        if not all(isinstance(item, tree.Expression) for item in first.subscripts):
            raise _unfit("takes one member of a family, h[k]", call)
        members = tuple(reading.size(item) for item in first.subscripts if isinstance(item, tree.Expression))
        first = first.base
    return (_named(reading, first, call), members), (_named(reading, second, call), ())


def _named(reading: Reading, written: tree.Expression, call: tree.Expression) -> str:
    names = reading.names
    if not isinstance(written, tree.Name):
        raise _unfit("takes the names of two tensors", call)
    if written.name in names.poisoned:
        raise Rejected()
    if written.name not in names.families:
        raise names.undeclared(written.name, written.span, reading.scope, "a tensor")
    return written.name


def _unfit(why: str, call: tree.Expression) -> Rejected:
    return Rejected(errors.bad_arguments(NAME, why, call.span, FORM))
