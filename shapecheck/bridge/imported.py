"""The result of an import, before it is text."""

from __future__ import annotations

from collections.abc import Mapping

from shapecheck.bridge.errors import Problem
from shapecheck.bridge.graph_inputs import Feed
from shapecheck.bridge.network import Array
from shapecheck.bridge.tensors import View
from shapecheck.record import record
from shapecheck.syntax import tree


@record(eq=False)
class Imported:
    """A spec with what belongs to it: arrays for its weights, and how the model's inputs and outputs are called."""

    spec: tree.Spec
    layers: tuple[str, ...]
    weights: Mapping[str, Array]
    origins: Mapping[str, str]
    inputs: Mapping[str, Feed]
    outputs: Mapping[str, View]
    sizes: Mapping[str, str]
    fixed: Mapping[str, int]
    problems: tuple[Problem, ...]

    @property
    def has_blocks(self) -> bool:
        """Whether equal runs of lines were made blocks."""
        return any(isinstance(statement, tree.Layer) for statement in self.spec.statements)
