"""Helpers of the executor's tests: a spec's text to shapes, a run compared entry by entry with the naive reference."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from typing import Any

import numpy as np

from shapecheck.execute import Run
from shapecheck.infer.model import Shapes
from shapecheck.source import Source
from shapecheck.stages import derive
from shapecheck.terms.evaluation.reference import Reference


def shapes_of(text: str) -> Shapes:
    """The shapes of a spec that has no mistakes."""
    shapes, diagnostics = derive(Source("test.shape", text))
    assert shapes is not None and not shapes.failed, diagnostics
    return shapes


def members(run: Run, name: str) -> dict[tuple[int, ...], np.ndarray[Any, Any]]:
    """Every member of a family as it was computed."""
    layout = run.setting.layout
    found = {}
    for box, cell in layout.regions[name]:
        slot = next(slot for slot in layout.by_family[name] if slot.cell == cell)
        array = run.state.arrays[slot.number]
        assert array is not None
        for member in product(*(range(low, high + 1) for low, high in box)):
            found[member] = array[tuple(at - low for at, low in zip(member, slot.lows))]
    return found


def assert_agrees(shapes: Shapes, sizes: Mapping[str, int], run: Run, tolerance: float = 1e-9) -> int:
    """Compares every entry of every computed family with the defining equations, evaluated one by one.

    The reference shares no code with the executor.  Returns the number of entries compared.
    """
    families = [family for family in shapes.graph.families.values() if family.name in run.setting.layout.regions]
    data: dict[str, Any] = {}
    for family in families:
        if family.is_given:
            data[family.name] = run.arrays[family.name] if family.name in run.arrays else members(run, family.name)
    reference = Reference(shapes, sizes, data)
    count = 0
    for family in families:
        if family.is_given:
            continue
        for member, array in members(run, family.name).items():
            for position in np.ndindex(*array.shape):
                expected, actual = reference.entry(family.name, member, position), array[position]
                close = expected == actual or abs(expected - actual) <= tolerance * max(1.0, abs(expected))
                assert close, f"{family.name}{member}{position}: reference {expected}, run {actual}"
                count += 1
    return count
