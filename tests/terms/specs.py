"""Specs as text for tests."""

from __future__ import annotations

from shapecheck.graph.build import build
from shapecheck.infer.derive import infer
from shapecheck.infer.model import Instance, Shapes
from shapecheck.source import Source
from shapecheck.syntax import parse


def shapes_of(text: str) -> Shapes:
    """What inference says of a spec without mistakes."""
    source = Source("test.shape", text)
    parsed = parse(source)
    graph, problems = build(source, parsed.spec)
    assert not [problem for problem in problems if problem.level == "error"], problems
    shapes = infer(graph)
    assert not shapes.failed, shapes.diagnostics
    return shapes


def only_claim(shapes: Shapes) -> Instance:
    """The instance of the one claim of a spec."""
    (instances,) = shapes.claims.values()
    (instance,) = instances
    return instance
