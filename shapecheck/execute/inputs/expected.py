"""The arrays that a run takes: their keys and shapes at concrete sizes."""

from __future__ import annotations

from collections.abc import Mapping

from shapecheck.execute.inputs.pieces import pieces
from shapecheck.execute.planning.memory_layout import lay_out
from shapecheck.execute.planning.writing_out import written_out
from shapecheck.infer.model import Shapes


def expected_arrays(shapes: Shapes, env: Mapping[str, int]) -> dict[str, dict[str, tuple[int, ...]]]:
    """For each input, weight and buffer the arrays that it consists of, with their shapes."""
    shapes = written_out(shapes, env)
    layout = lay_out(shapes, env)
    given = [name for name, family in shapes.graph.families.items() if family.is_given and name in layout.regions]
    return {name: {piece.path: piece.shape for piece in pieces(name, layout)} for name in given}
