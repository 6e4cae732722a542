"""Messages about shapes that do not fit: between operands, between both sides, in subscripts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from shapecheck.diagnostics.model import Diagnostic, Label, ShapePair
from shapecheck.graph.model import Family
from shapecheck.infer.attempt.conflict import Conflict, conflict, show, size_text
from shapecheck.infer.attempt.solver import Blame, Unequal
from shapecheck.infer.model import Shape
from shapecheck.ops import OPS
from shapecheck.ops.base import Misfit, Op, Owed
from shapecheck.record import record
from shapecheck.source import Span

if TYPE_CHECKING:
    from shapecheck.infer.attempt.state import Variable


@record
class Operand:
    """An operand as messages speak of it."""

    text: str
    span: Span
    variable: Variable


def _pair(left: str, one: Shape, right: str, other: Shape) -> ShapePair:
    return ShapePair(left, tuple(map(size_text, one)), right, tuple(map(size_text, other)))


def _witness(unequal: Unequal) -> dict[str, int]:
    decision = unequal.decision
    return {name: value for name, value in decision.witness.items() if name[0] not in ".?"}


def with_repair(diagnostic: Diagnostic, condition: str | None) -> Diagnostic:
    """The same message with the line that makes two sizes equal, if there is one."""
    if condition is None:
        return diagnostic
    return replace(diagnostic, help=f"if they are meant to be equal, write: assume {condition}")


def with_note(diagnostic: Diagnostic, note: str) -> Diagnostic:
    """The same message with one note more."""
    return replace(diagnostic, notes=(*diagnostic.notes, note))


def listed_with(diagnostic: Diagnostic, family: Family, names: Sequence[str]) -> Diagnostic:
    """The same message with the rule that gave a tensor a shape which stands behind the last of several names."""
    note = (
        f"{family.name} has the shape written for {names[-1]}: in a list a shape belongs to all names back to the "
        "previous shape"
    )
    diagnostic = with_note(diagnostic, note)
    if family.role != "weight":
        return diagnostic
    shape = show(family.told_cell or ())
    help = f"`{shape}` is said of each of {', '.join(names)}: declare them apart, or leave the shape to the equations"
    return replace(diagnostic, help=help)


def unequal(found: Unequal, span: Span | None) -> Conflict:
    """Two sizes alone."""
    where = span or (found.origins[0].span if found.origins else Span(0, 0))
    return conflict(
        "unequal-sizes",
        f"{found.left} and {found.right} must be equal here",
        where,
        sizes=_witness(found),
        found=found,
        splits=True,
    )


def operands_differ(
    op: Op, owed: Owed, operands: Sequence[Operand], shapes: Sequence[Shape], span: Span, found: Unequal
) -> Conflict:
    """The operands of an op do not fit together in one axis."""
    positions = owed.operands or tuple(range(min(2, len(operands))))
    title = f"this needs {owed.why}: {size_text(found.left)} is not {size_text(found.right)}"
    also = [Label(operands[at].span, f"{operands[at].text} : {show(shapes[at])}", primary=False) for at in positions]
    also += _sources([operands[at] for at in positions], span)
    pair = None
    if len(positions) == 2:
        one, other = positions
        pair = _pair(operands[one].text, shapes[one], operands[other].text, shapes[other])
        if len(owed.axes) == 2:
            pair = replace(pair, axes=(owed.axes[0], owed.axes[1]))
    return conflict(
        "unequal-sizes",
        title,
        span,
        "" if also else title,
        also=also,
        shapes=pair,
        sizes=_witness(found),
        found=found,
        splits=True,
    )


def _sources(operands: Sequence[Operand], span: Span) -> list[Label]:
    """The places from which the operands have their shapes, if they are elsewhere in the text."""
    labels: list[Label] = []
    for operand in operands:
        origin = operand.variable.find().origin
        elsewhere = origin is not None and (origin.span.end <= span.start or span.end <= origin.span.start)
        if origin is not None and elsewhere and origin.span not in [label.span for label in labels]:
            labels.append(Label(origin.span, f"{operand.text} has its shape from here", primary=False))
    return labels


def no_axis_named(word: str, span: Span) -> Conflict:
    """An axis is meant by a name that none of the operands gives to one."""
    help = f"name it where a tensor is declared, [.., {word}=..], or write its number: axis = -1 is the last one"
    return conflict("unknown-axis", f"no axis is called {word} here", span, help=help)


def shapes_differ(left: Variable, one: Shape, right: Variable, other: Shape, blame: Blame, found: Unequal) -> Conflict:
    """Two shapes of one rank that should be one and differ in a size."""
    names = _names(left, right)
    title = f"this needs {_demanded(blame)}: {show(one)} is not {show(other)}"
    return conflict(
        "unequal-sizes",
        title,
        blame.span,
        also=_origins(left, one, right, other),
        shapes=_pair(names[0], one, names[1], other),
        sizes=_witness(found),
        found=found,
        splits=True,
    )


def ranks_differ(left: Variable, one: Shape, right: Variable, other: Shape, blame: Blame) -> Conflict:
    """Two shapes with different numbers of axes that should be one."""
    names = _names(left, right)
    title = f"this needs {_demanded(blame)}: {_axes(one)} against {_axes(other)}"
    return conflict(
        "unequal-ranks",
        title,
        blame.span,
        also=_origins(left, one, right, other),
        shapes=_pair(names[0], one, names[1], other),
        splits=True,
    )


_OUTCOMES = frozenset(op.outcome for op in OPS if op.outcome)
_RESULT = "the result of"


def outcome_of(op: Op) -> str:
    """The result of an op in the words of an author, who never writes `join`."""
    return op.outcome or f"{_RESULT} {op.name}"


def _demanded(blame: Blame) -> str:
    """The message on a value that has the wrong shape for its place."""
    is_value = blame.why.startswith(_RESULT) or blame.why in _OUTCOMES
    return "both sides to have one shape" if is_value else blame.why


def _names(left: Variable, right: Variable) -> tuple[str, str]:
    one = left.find().origin.why if left.find().origin else "one side"  # type: ignore[union-attr]
    other = right.find().origin.why if right.find().origin else "the other"  # type: ignore[union-attr]
    return (one, other) if one != other else ("one side", "the other")


def _origins(left: Variable, one: Shape, right: Variable, other: Shape) -> list[Label]:
    labels: list[Label] = []
    for variable, shape in ((left, one), (right, other)):
        origin = variable.find().origin
        if origin is not None and origin.span not in [label.span for label in labels]:
            labels.append(Label(origin.span, show(shape), primary=False))
    return labels


def _axes(shape: Shape) -> str:
    return "a scalar" if not shape else "a vector" if len(shape) == 1 else f"{len(shape)} axes"


def misfit(op: Op, found: Misfit, operands: Sequence[Operand], shapes: Sequence[Shape], span: Span) -> Conflict:
    """An op that these operands do not fit at all."""
    also = [
        Label(operand.span, f"{operand.text} : {show(shape)}", primary=False)
        for operand, shape in zip(operands, shapes)
    ]
    help = found.help or _by_indices(op, operands, shapes)
    return conflict("misfit", found.why, span, also=also, help=help, splits=True)


def _by_indices(op: Op, operands: Sequence[Operand], shapes: Sequence[Shape]) -> str | None:
    """Products and transposes of stacks of matrices: the axes in front become indices of an equation."""
    front = max(map(len, shapes), default=0) - 2
    if not op.of_matrices or front < 1 or any(len(shape) not in (2, front + 2) for shape in shapes):
        return None
    taken = {name for shape in shapes for size in shape for name in size.names}
    indices = ", ".join([letter for letter in "ijklabcdefgh" if letter not in taken][:front])
    texts = [f"{item.text}[{indices}]" if len(shape) > 2 else item.text for item, shape in zip(operands, shapes)]
    if len(shapes) == 2 and _fits_transposed(*shapes):
        texts[1] += ".T"
    return f"write  {op.written(texts)}  with {indices} on the left side"


def _fits_transposed(left: Shape, right: Shape) -> bool:
    """Whether the product of two matrices needs the right one transposed."""
    return left[-1] is right[-1] and left[-1] is not right[-2]


def too_many_subscripts(name: str, has: int, dims: Shape, span: Span) -> Conflict:
    axes = "no axes" if not dims else f"{len(dims)} {'axis' if len(dims) == 1 else 'axes'} ({show(dims)})"
    return conflict(
        "index-count", f"{name} has {axes}, not {has}", span, f"{has} subscript{'s' * (has != 1)}", splits=True
    )


def tensor_as_subscript(text: str, span: Span, dims: Shape) -> Conflict:
    return conflict(
        "tensor-as-subscript",
        f"a subscript is one integer, and {text} has the shape {show(dims)}",
        span,
        help="give it an index, and say for which: E[tok[t]] for t in 1..T",
    )


def not_scalar(operator: str, text: str, span: Span, dims: Shape) -> Conflict:
    return conflict("not-scalar", f"{operator} takes one number, and {text} has the shape {show(dims)}", span)


def no_such_axis(axis: int, rank: int, span: Span) -> Conflict:
    return conflict("no-such-axis", f"there is no axis {axis}: the tensor has {rank}", span, help="axes count from 0")
