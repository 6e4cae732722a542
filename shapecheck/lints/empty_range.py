"""A range that no admitted sizes give a member: its equation defines nothing, its sum adds nothing."""

from __future__ import annotations

from collections.abc import Iterator

from shapecheck.diagnostics.model import Diagnostic, Label, Level
from shapecheck.graph.model import Equation
from shapecheck.graph.nodes import Index, Reduce
from shapecheck.graph.reads import nodes_below
from shapecheck.lints.lint_wording import allow, in_spec
from shapecheck.lints.model import Subject
from shapecheck.sizes import ZERO, Proved, Relation, decide

CODE = "empty-range"


def empty_range(subject: Subject) -> Iterator[Diagnostic]:
    """Ranges of equations and of big operators in the spec's, or the block's, own text."""
    graph = subject.applied.graph
    for equation in graph.equations:
        sums = [index for node in nodes_below(equation.value) if isinstance(node, Reduce) for index in node.indices]
        for index in (*equation.indices, *sums):
            if in_spec(graph.source, index.span) and _is_empty(index, subject):
                yield _message(index, equation)


def _is_empty(index: Index, subject: Subject) -> bool:
    """Whether it is proved that the range has no member, at any sizes."""
    if index.low is None or index.high is None:
        return False
    extent = index.high - index.low + 1
    if any(name[0] in ".?" for name in extent.names):
        return False
    if extent.constant is not None:
        return extent.constant <= 0
    return isinstance(decide(subject.shapes.graph.context, Relation("<=", extent, ZERO)), Proved)


def _message(index: Index, equation: Equation) -> Diagnostic:
    what = "this equation defines nothing" if index in equation.indices else "there is no term"
    return Diagnostic(
        CODE,
        f"the range of {index.label} is empty for all sizes, so {what}",
        (Label(index.span, f"{index.low}..{index.high}"),),
        help=allow(CODE),
        level=Level.WARNING,
    )
