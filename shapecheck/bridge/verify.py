"""An imported spec beside the model that it comes from: both are run at the same sizes on the same numbers.

Comes in: the model's file, what was imported, and the derived shapes.  Goes out: a `Comparison` for each setting.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from shapecheck.bridge.errors import BridgeError
from shapecheck.bridge.imported import Imported
from shapecheck.bridge.network import Array
from shapecheck.bridge.peers import Peer, first_line
from shapecheck.bridge.tensors import View
from shapecheck.execute import Run, run
from shapecheck.infer.model import Shapes
from shapecheck.record import record
from shapecheck.sizes import Relation, integer, possible, smallest, symbol
from shapecheck.syntax import tree
from shapecheck.verdict.acceptance import needs

TOLERANCE = 1e-4
"""The model computes in single precision, in an order of its own."""
_STEP = 3
"""The larger sizes are at least so much above the smallest, in which much is 1 or 0."""
_MOST = 9
"""The largest integer drawn for an input of which the model tells nothing."""


@record(eq=False)
class Difference:
    """The distance of an output: the largest difference, by the largest number in it; None where the shapes differ."""

    name: str
    relative: float | None
    model: tuple[int, ...]
    spec: tuple[int, ...]


@record(eq=False)
class Comparison:
    """The results at one setting of the sizes."""

    sizes: Mapping[str, int]
    outputs: tuple[Difference, ...]

    @property
    def agrees(self) -> bool:
        """Whether all outputs are equal up to rounding."""
        return all(item.relative is not None and item.relative <= TOLERANCE for item in self.outputs)


def compare(peer: Peer, imported: Imported, shapes: Shapes, memory_limit: int, seed: int = 0) -> list[Comparison]:
    """The comparisons at a few settings; raises `BridgeError` where the model does not run."""
    chosen = settings(shapes, imported.fixed)
    return [_compared(peer, imported, shapes, sizes, memory_limit, seed) for sizes in chosen]


def settings(shapes: Shapes, fixed: Mapping[str, int]) -> list[dict[str, int]]:
    """Sizes to run at: larger ones that are pairwise distinct, and the smallest; what the model fixes stays."""
    names = shapes.graph.free_sizes
    if not names:
        return [{}]
    facts = [Relation("==", symbol(name), integer(value)) for name, value in fixed.items()]
    context = shapes.graph.context.assuming(*needs(shapes), *facts)
    least = smallest(context, names, count=1)
    above = [Relation(">=", symbol(name), integer(value + _STEP)) for sizes in least for name, value in sizes.items()]
    free = [fact for fact in above if possible(context, [fact])]
    larger = smallest(context.assuming(*free), names, distinct=True, count=1) if possible(context, free) else []
    found = [*(larger or smallest(context, names, distinct=True, count=1)), *least]
    return [dict(sizes) for number, sizes in enumerate(found) if sizes not in found[:number]]


def _compared(
    peer: Peer, imported: Imported, shapes: Shapes, sizes: Mapping[str, int], memory_limit: int, seed: int
) -> Comparison:
    given = drawn(peer, imported, sizes, seed)
    try:
        expected = peer.run(list(imported.outputs), given)
    except Exception as error:
        at = ", ".join(f"{name} = {value}" for name, value in sizes.items())
        raise BridgeError(f"{peer.name} fails at {at or 'the sizes of the model'}: {first_line(error)}") from error
    done = run(shapes, sizes, {**imported.weights, **_fed(imported, given)}, memory_limit=memory_limit)
    pairs = zip(imported.outputs.items(), expected)
    return Comparison(sizes, tuple(_difference(name, view, done, np.asarray(value)) for (name, view), value in pairs))


def drawn(peer: Peer, imported: Imported, sizes: Mapping[str, int], seed: int) -> dict[str, Array]:
    """Numbers for every input of the model."""
    source = np.random.default_rng(seed)
    found = {}
    for name, kind in peer.inputs.items():
        feed = imported.inputs[name]
        shape = [size.evaluate(sizes) for size in feed.shape]
        found[name] = _numbers(source, shape, kind, None if feed.most is None else feed.most.evaluate(sizes))
    return found


def _numbers(source: Any, shape: Sequence[int], kind: str, most: int | None) -> Array:
    if kind == "bool":
        return np.asarray(source.integers(0, 2, shape).astype(bool))
    if "int" in kind:
        return np.asarray(source.integers(0, (_MOST if most is None else most) + 1, shape).astype(kind))
    return np.asarray(source.standard_normal(shape).astype(kind))


def _fed(imported: Imported, given: Mapping[str, Array]) -> dict[str, Array]:
    """The inputs as the spec has them."""
    return {
        feed.name: np.transpose(_plain(given[name]), feed.order)
        for name, feed in imported.inputs.items()
        if name in given
    }


def _plain(array: Array) -> Array:
    return array.astype(np.int64 if array.dtype.kind in "iub" else np.float64)


def _difference(name: str, view: View, done: Run, expected: Array) -> Difference:
    own = as_model(view, done)
    if own.shape != expected.shape:
        return Difference(name, None, expected.shape, own.shape)
    expected = expected.astype(np.float64)
    if not expected.size:
        return Difference(name, 0.0, expected.shape, own.shape)
    same = (own == expected) | (np.isnan(own) & np.isnan(expected))
    with np.errstate(invalid="ignore"):
        gaps = np.where(same, 0.0, np.abs(own - expected))
    scale = max(float(np.abs(expected[np.isfinite(expected)]).max(initial=0.0)), 1e-30)
    worst = float(np.nan_to_num(gaps, nan=np.inf).max())
    return Difference(name, worst / scale, expected.shape, own.shape)


def as_model(view: View, done: Run) -> Array:
    """The value of a view with the axes of the model, in its order."""
    assert isinstance(view.base, tree.Name)
    value = np.asarray(done.value(view.base.name), dtype=np.float64)
    hidden = tuple(axis for axis in range(value.ndim) if axis not in view.axes)
    value = np.squeeze(value, hidden)
    kept = sorted(axis for axis in view.axes if axis is not None)
    value = np.transpose(value, [kept.index(axis) for axis in view.axes if axis is not None])
    return np.expand_dims(value, tuple(place for place, axis in enumerate(view.axes) if axis is None))
