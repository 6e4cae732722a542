"""A derived gradient, run: text in, arrays out.  The values are off the grid of drawn numbers, away from kinks."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from shapecheck.gradient import Gradient, gradient
from shapecheck.source import Source
from shapecheck.spec import loads

Arrays = dict[str, np.ndarray]


def derived(text: str, wrt: str, of: str = "loss") -> Gradient:
    """The gradient of a spec without mistakes."""
    found = gradient(Source("<text>", text), of, wrt.split(","))
    assert isinstance(found, Gradient), [item.title for item in found]
    return found


def ran(text: str, wrt: str, sizes: Mapping[str, int], of: str = "loss") -> tuple[Arrays, Arrays]:
    """Values of all that is given, and the derivative by each tensor asked for, at these sizes."""
    made = derived(text, wrt, of)
    spec, draws = loads(made.text), np.random.default_rng(5)
    first = spec.run(sizes, seed=3)
    given: Arrays = {}
    for name, family in spec.shapes.graph.families.items():
        if family.is_given:
            value = np.asarray(first.value(name))
            given[name] = value if family.entries is not None else value + 0.1 * draws.standard_normal(value.shape)
    run = spec.run(sizes, given)
    return given, {name: np.asarray(run.value(bar)) for name, bar in made.bars.items()}
