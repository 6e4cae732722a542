"""One equation walked over one box of its indices: both sides have one shape.

What comes in is an attempt and a frame of it; what is found out goes into the attempt's variables, and what cannot be
worked out yet waits there.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from shapecheck.graph.model import Equation, Target
from shapecheck.graph.nodes import Call, Node
from shapecheck.infer.attempt import errors
from shapecheck.infer.attempt.node_rules import Walker
from shapecheck.infer.attempt.op_rules import Applier
from shapecheck.infer.attempt.open_ranges import resolve_ranges, tie_axes
from shapecheck.infer.attempt.solver import Blame
from shapecheck.infer.attempt.state import Frame, Variable
from shapecheck.infer.axis_names.propagation import axis_names, named_box
from shapecheck.infer.model import Interval
from shapecheck.sizes import symbol

if TYPE_CHECKING:
    from shapecheck.infer.attempt.one_attempt import Attempt


def walk_equation(attempt: Attempt, frame: Frame) -> None:
    """Walk the right side, and give the left side its shape; raises `Conflict`."""
    equation = frame.origin
    assert isinstance(equation, Equation)
    cells = [_target(attempt, target, frame.ranges) for target in equation.targets]
    blame = Blame(equation.span, "both sides to have one shape")
    for target, cell in zip(equation.targets, cells):
        if target.cell is not None:
            annotated = Blame(target.span, f"{target.family} as annotated")
            attempt.guard(attempt.unify, cell, Variable(target.cell, annotated), annotated)
        _lead(attempt, target, cell)
    walker = Walker(attempt, frame)
    value = walker.walk(equation.value)
    if equation.form == "plain":
        _assign(attempt, cells[0], value, equation, blame)
    elif isinstance(equation.value, Call) and equation.form == "tuple":
        for cell, result in zip(cells, frame.results[equation.value]):
            _assign(attempt, cell, result, equation, blame)
    else:
        whole = Applier(walker).join(cells, equation)
        attempt.unify(whole, value, blame)
    open_frame(attempt, frame)


def _target(attempt: Attempt, target: Target, ranges: Mapping[str, Interval]) -> Variable:
    region = attempt.region_of(target, ranges)
    found = attempt.at(target.family, region, target.subscripts, ranges)
    return attempt.cells[target.family][region] if found is None else found


def _assign(attempt: Attempt, cell: Variable, value: Variable, equation: Equation, blame: Blame) -> None:
    root = value.find()
    if root.failed and cell.find().dims is None:
        cell.find().failed = True
        return
    attempt.unify(cell, value, blame)


def _lead(attempt: Attempt, target: Target, cell: Variable) -> None:
    """An output declared with indices but defined whole: its leading axes are as long as declared."""
    family = attempt.graph.families[target.family]
    if not family.whole or family.cell is not None:
        return
    extents = [attempt.range_of(index).extent for index in family.whole]
    blame = Blame(family.span, f"{family.name} as declared")

    def check(patience: int) -> bool:
        dims = attempt.dims(cell)
        if dims is None:
            return cell.find().failed
        if len(dims) < len(extents):
            raise errors.ranks_differ(Variable(tuple(extents), blame), tuple(extents), cell, dims, blame)
        for extent, size in zip(extents, dims):
            attempt.solver.equate(extent, size, blame)
        return True

    attempt.soon(check)


def open_frame(attempt: Attempt, frame: Frame) -> None:
    """Work out the ranges that the text leaves open, and tie axes of unknown extent to the indices over them."""
    if frame.open:
        attempt.soon(lambda patience: resolve_ranges(attempt, frame, patience))
    if any(access.base is not None for access in frame.accesses):
        attempt.later(lambda patience: tie_axes(attempt, frame, patience))


def walk_measured(attempt: Attempt, name: str, node: Node, axis: int, word: str | None = None) -> None:
    """`size(x, axis)`, called `name`, is that axis of the value, or the one that is called by the word."""
    frame = Frame(None, {}, measured=(node,))
    attempt.frames.append(frame)
    value = Walker(attempt, frame).walk(node)

    def resolve(patience: int) -> bool:
        dims = attempt.dims(value)
        if dims is None:
            return value.find().failed
        at = axis if word is None else _axis_named(attempt, frame, node, word)
        if not -len(dims) <= at < len(dims):
            raise errors.no_such_axis(at, len(dims), node.span)
        attempt.solver.equate(symbol(name), dims[at], Blame(node.span, "this size"))
        return True

    attempt.soon(resolve)


def _axis_named(attempt: Attempt, frame: Frame, node: Node, word: str) -> int:
    """The axis of a value that has this name; raises `Conflict` where none has."""
    names = axis_names(attempt).of(node, named_box(attempt, frame))
    if word not in names:
        raise errors.no_axis_named(word, node.span)
    return names.index(word)
