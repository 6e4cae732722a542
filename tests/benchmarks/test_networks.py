"""How long networks take: checked with symbolic sizes, repeated, written out, and run.

Nothing here asserts a time.  `extra_info` holds ratios to something measured in the same run: repeat(10000) beside
repeat(10), a layer of a long file beside one of a short file, a forward pass beside matrix products of as many
multiply-accumulates.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
import pytest

from shapecheck.check import check
from shapecheck.execute import compile
from shapecheck.infer.counting import counts
from shapecheck.infer.model import Shapes
from shapecheck.source import Source
from shapecheck.stages import derive

from .test_check import _forget, _least_seconds

NETWORKS = Path(__file__).parents[2] / "specs" / "networks"


def network(name: str) -> Source:
    """A spec of `specs/networks`."""
    return Source(name, (NETWORKS / f"{name}.shape").read_text())


def repeated(number: int) -> Source:
    """A stage of two layers so many times over."""
    text = "layer two(n) = dense(n, act = relu) -> dense(n)\ndim n\ninput x : n\n"
    return Source("repeat.shape", f"{text}y = x -> repeat({number}, two(n))\nclaim params == {number} * (2n^2 + 2n)\n")


def written_out(number: int) -> Source:
    """A file of so many convolutions, one a line, each with its own weights."""
    lines = "\n".join(f"h{k} = h{k - 1} -> conv2d(8, 3 x 3, pad = 1)" for k in range(1, number + 1))
    return Source("layers.shape", f"dim H, W\ninput h0 : [H, W, 8]\n{lines}\nclaim h{number} : [H, W, 8]\n")


@pytest.mark.parametrize("name", ["resnet50", "gpt2_small"])
def test_check_a_network(benchmark: Any, name: str) -> None:
    """The whole report, with symbolic sizes; beside it the derivation of shapes alone."""
    source = network(name)
    assert benchmark.pedantic(partial(check, source), setup=_forget, rounds=1).ok
    if benchmark.enabled:
        part = _least_seconds(partial(derive, source), 2)
        benchmark.extra_info["check_over_derive"] = round(benchmark.stats.stats.min / part, 2)


@pytest.mark.parametrize("number", [10, 10000])
def test_repeat(benchmark: Any, number: int) -> None:
    """Shapes and parameters of a repetition do not depend on how often."""
    shapes, _ = benchmark.pedantic(partial(derive, repeated(number)), setup=_forget, rounds=3)
    assert counts.params(shapes) is not None
    if benchmark.enabled:
        ten = _least_seconds(partial(derive, repeated(10)), 3)
        benchmark.extra_info["over_ten"] = round(benchmark.stats.stats.min / ten, 2)


@pytest.mark.parametrize("number", [10, 100, 1000])
def test_layers_written_out(benchmark: Any, number: int) -> None:
    """A layer more costs the same wherever it stands."""
    shapes, _ = benchmark.pedantic(partial(derive, written_out(number)), setup=_forget, rounds=1)
    assert shapes is not None and not shapes.failed
    if benchmark.enabled:
        each = benchmark.stats.stats.min / number
        first = _least_seconds(partial(derive, written_out(10)), 3) / 10
        benchmark.extra_info["per_layer_us"] = round(each * 1e6, 1)
        benchmark.extra_info["over_ten_layers"] = round(each / first, 2)


def _seconds(action: Callable[[], object]) -> float:
    start = perf_counter()
    action()
    return perf_counter() - start


def initial(shapes: Shapes) -> dict[str, np.ndarray[Any, Any]]:
    """Weights as networks start out (He et al. 2015), so that 50 layers stay within float32; batch norm is idle."""
    random = np.random.default_rng(0)
    start: dict[str, Callable[[tuple[int, ...]], np.ndarray[Any, Any]]] = {
        "K": lambda shape: random.standard_normal(shape) * (2 / np.prod(shape[-4:-1])) ** 0.5,
        "W": lambda shape: random.standard_normal(shape) * shape[-1] ** -0.5,
        "g": np.ones,
        "va": np.ones,
        "b": np.zeros,
        "mu": np.zeros,
    }
    data = {}
    for name, family in shapes.graph.families.items():
        if family.role in ("weight", "buffer"):
            (cell,) = shapes.cells[name]
            axes = [part.extent.evaluate({}) for part in cell.region] + [size.evaluate({}) for size in cell.shape]
            data[name] = start[name.split(".")[-1]](tuple(axes)).astype(np.float32)
    return data


def test_forward_pass_of_resnet50(benchmark: Any) -> None:
    """One image of 224 x 224 in float32, beside a matrix product with as many multiply-accumulates (4.09 billion)."""
    height = 224 if benchmark.enabled else 32
    shapes, _ = derive(network("resnet50"))
    assert shapes is not None
    plan = compile(shapes, {"N": 1, "H": height, "W": height}, "float32")
    found = benchmark.pedantic(partial(plan.run, initial(shapes)), rounds=1)
    assert found.value("y").dtype == np.float32
    assert found.value("y").shape == (1, 1000)
    if benchmark.enabled:
        side = round(4089184256 ** (1 / 3))
        left = np.ones((side, side), np.float32)
        product = min(_seconds(lambda: left @ left) for _ in range(3))
        benchmark.extra_info["over_one_product"] = round(benchmark.stats.stats.min / product, 2)
