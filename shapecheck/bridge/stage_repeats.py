"""Uses of a block in a row: one stage with `repeat`, and the weights stacked."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from shapecheck.bridge.chains import chain, stages_of, start_of
from shapecheck.bridge.line_runs import Around, Written, shared_start
from shapecheck.bridge.names import Names
from shapecheck.bridge.network import Array
from shapecheck.bridge.trees import call
from shapecheck.syntax import tree


def with_repeats(written: Written, around: Around) -> Written:
    """The spec with `repeat` for equal stages in a row, their weights stacked."""
    blocks = {layer.name for layer in written.layers}
    weights, origins, equations = dict(written.weights), dict(written.origins), []
    for statement in written.equations:
        if isinstance(statement, tree.Equation) and stages_of(statement.value):
            stages = _repeated(stages_of(statement.value), blocks, weights, origins, around.names)
            start = start_of(statement.value)
            assert start is not None
            statement = replace(statement, value=chain(start, stages))
        equations.append(statement)
    return replace(written, equations=tuple(equations), weights=weights, origins=origins)


def _repeated(
    stages: Sequence[tree.Stage], blocks: set[str], weights: dict[str, Array], origins: dict[str, str], names: Names
) -> list[tree.Stage]:
    found: list[tree.Stage] = []
    at = 0
    while at < len(stages):
        end = at + 1
        while (
            end < len(stages) and _same(stages[at], stages[end], blocks) and _stackable(stages[at : end + 1], weights)
        ):
            end += 1
        found.append(_together(stages[at:end], weights, origins, names) if end > at + 1 else stages[at])
        at = end
    return found


def _same(first: tree.Stage, other: tree.Stage, blocks: set[str]) -> bool:
    called = first.layer.function if isinstance(first.layer, tree.Call) else first.layer
    return isinstance(called, tree.Name) and called.name in blocks and first.layer == other.layer


def _own(alias: str | None, weights: Mapping[str, Array]) -> dict[str, Array]:
    """The weights of a stage by the rest of their keys."""
    return {key[len(f"{alias}.") :]: array for key, array in weights.items() if key.startswith(f"{alias}.")}


def _stackable(stages: Sequence[tree.Stage], weights: Mapping[str, Array]) -> bool:
    shapes = [{key: array.shape for key, array in _own(stage.alias, weights).items()} for stage in stages]
    return all(shape == shapes[0] for shape in shapes)


def _together(
    stages: Sequence[tree.Stage], weights: dict[str, Array], origins: dict[str, str], names: Names
) -> tree.Stage:
    """One stage for several that are equal."""
    aliases = [stage.alias or "" for stage in stages]
    start = shared_start(aliases)
    shared = start.rstrip("_") if start.endswith("_") else start.rstrip("_0123456789") or aliases[0]
    for alias in aliases:
        names.release(alias)
    name = names.exact(re.sub(r"_$", "", shared))
    for key in list(_own(aliases[0], weights)):
        stacked = np.stack([weights.pop(f"{alias}.{key}") for alias in aliases])
        weights[f"{name}.{key}"] = stacked
        origins[f"{name}.{key}"] = ", ".join(origins.pop(f"{alias}.{key}", "") for alias in aliases)
    return tree.Stage(call("repeat", tree.Integer(len(stages)), stages[0].layer), name)
