"""A set of weights for every time step, where one for all of them is usual."""

from __future__ import annotations

from collections.abc import Iterator

from shapecheck.diagnostics.model import Diagnostic, Label, Level
from shapecheck.graph.model import Equation
from shapecheck.graph.nodes import Call, Point, Read
from shapecheck.graph.reads import nodes_below
from shapecheck.infer.counting import counts
from shapecheck.infer.model import Application, Instance, Shapes
from shapecheck.lints.model import Subject
from shapecheck.sizes import ZERO


def fresh_weights(subject: Subject) -> Iterator[Diagnostic]:
    """Applications with parentheses of their own inside of an equation whose index also runs over an input."""
    shapes, told = subject.applied, set()
    for instance in shapes.instances:
        for call, application in instance.applications.items():
            if call not in told and call.weights is None and _has_weights(application, shapes):
                for symbol, label in _indices(call, instance):
                    over = _inputs_over(call, symbol, shapes)
                    if over:
                        told.add(call)
                        yield _warning(call, label, over)


def _has_weights(application: Application, shapes: Shapes) -> bool:
    return counts.params(application.kind.known, None, shapes.graph.context) is not ZERO


def _indices(call: Call, instance: Instance) -> Iterator[tuple[str, str]]:
    """The indices for each of whose values there is a set of weights, with their names."""
    assert isinstance(instance.origin, Equation)
    names = {name for size in call.site.axes for name in size.names}
    yield from ((index.symbol, index.label) for index in instance.origin.indices if index.symbol in names)


def _inputs_over(call: Call, symbol: str, shapes: Shapes) -> list[str]:
    """The inputs among the operands that are subscripted with the index."""
    reads = (node for argument in call.arguments for node in nodes_below(argument) if isinstance(node, Read))
    return [
        read.family
        for read in reads
        if shapes.graph.families[read.family].role == "input"
        and any(isinstance(item, Point) and symbol in item.size.names for item in read.subscripts)
    ]


def _warning(call: Call, label: str, over: list[str]) -> Diagnostic:
    name = call.definition.name
    return Diagnostic(
        "fresh-weights",
        f"every {label} has a set of weights of its own here",
        (Label(call.span, f"{name} gets new weights for each {label}, as {over[0]}[{label}] is read"),),
        ("if that is meant, write `# allow: fresh-weights` behind it",),
        f"for one set, name it outside: f = {name}(..), and apply it: f(..)",
        level=Level.WARNING,
    )
