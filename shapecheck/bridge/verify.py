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
from shapecheck.bridge.reading import engine
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


def compare(path: str, imported: Imported, shapes: Shapes, memory_limit: int, seed: int = 0) -> list[Comparison]:
    """The comparisons at a few settings; raises `BridgeError` where the model does not run."""
    session = _session(path)
    chosen = settings(shapes, imported.fixed)
    return [_compared(session, imported, shapes, sizes, memory_limit, seed) for sizes in chosen]


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


def _session(path: str) -> Any:
    runtime = engine("onnxruntime")
    options = runtime.SessionOptions()
    options.log_severity_level = 4
    try:
        return runtime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # the runtime has an exception of its own for everything
        raise BridgeError(f"onnxruntime does not load the model: {_first_line(error)}") from error


def _first_line(error: Exception) -> str:
    return str(error).strip().split("\n")[0]


def _compared(
    session: Any, imported: Imported, shapes: Shapes, sizes: Mapping[str, int], memory_limit: int, seed: int
) -> Comparison:
    given = drawn(session, imported, sizes, seed)
    try:
        expected = session.run(list(imported.outputs), given)
    except Exception as error:
        at = ", ".join(f"{name} = {value}" for name, value in sizes.items())
        raise BridgeError(f"onnxruntime fails at {at or 'the sizes of the model'}: {_first_line(error)}") from error
    done = run(shapes, sizes, {**imported.weights, **_fed(imported, given)}, memory_limit=memory_limit)
    pairs = zip(imported.outputs.items(), expected)
    return Comparison(sizes, tuple(_difference(name, view, done, np.asarray(value)) for (name, view), value in pairs))


def drawn(session: Any, imported: Imported, sizes: Mapping[str, int], seed: int) -> dict[str, Array]:
    """Numbers for every input of the model."""
    source = np.random.default_rng(seed)
    found = {}
    for port in session.get_inputs():
        feed = imported.inputs[port.name]
        shape = [size.evaluate(sizes) for size in feed.shape]
        found[port.name] = _numbers(source, shape, port.type, None if feed.most is None else feed.most.evaluate(sizes))
    return found


def _numbers(source: Any, shape: Sequence[int], kind: str, most: int | None) -> Array:
    if "bool" in kind:
        return np.asarray(source.integers(0, 2, shape).astype(bool))
    if "int" in kind:
        return np.asarray(source.integers(0, (_MOST if most is None else most) + 1, shape).astype(kind[7:-1]))
    return np.asarray(source.standard_normal(shape).astype({"double": "float64"}.get(kind[7:-1], "float32")))


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
