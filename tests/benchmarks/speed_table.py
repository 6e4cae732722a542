"""Speed beside its peers, as one table of ratios: `python -m tests.benchmarks.speed_table`, with words to choose rows.

Each row is work of ours over work of a peer, in CPU time with one thread, medians of rounds in which the two take
turns: below 1 is ahead.  A peer that is not installed leaves its row out.  Nothing here is asserted.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from time import process_time
from typing import Any

for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_name] = "1"

ROOT = Path(__file__).parents[2]
GRU, RESNET = ROOT / "specs" / "slides" / "gru.shape", ROOT / "specs" / "networks" / "resnet50.shape"
Action = Callable[[], object]
Seconds = Callable[[], float]
Row = Callable[[], tuple[Seconds, Seconds]]
ROWS: dict[str, tuple[str, str, Row, int]] = {}
"""By title: the ratio of 30 November, the one to reach, our work and the peer's in seconds, rounds."""


def row(title: str, before: str, goal: str, rounds: int = 7, needs: str = "numpy") -> Callable[[Row], Row]:
    """Lists a row, if its peer is installed."""

    def listed(made: Row) -> Row:
        if find_spec(needs) is not None:
            ROWS[title] = (before, goal, made, rounds)
        return made

    return listed


def ratio(title: str) -> float:
    """Ours over the peer's: medians of rounds in turn, after one that counts for nothing."""
    _, _, made, rounds = ROWS[title]
    ours, peer = made()
    pairs = [(ours(), peer()) for _ in range(rounds + 1)][1:]
    return statistics.median(own for own, _ in pairs) / statistics.median(other for _, other in pairs)


def main(words: Sequence[str]) -> None:
    """Prints the rows whose titles contain one of the words, all without any."""
    print("| work | peer's time is 1; 30 November | now | to reach |\n|---|---|---|---|")
    for title, (before, goal, _, _) in ROWS.items():
        if not words or any(word in title for word in words):
            print(f"| {title} | {before} | {ratio(title):.2f} | {goal} |", flush=True)


# ---- whole processes ---------------------------------------------------------------------------


def process(*arguments: str, cache: str | None = None) -> float:
    """The CPU seconds of a Python process."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "SHAPECHECK_CACHE": "0"}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    if cache is not None:
        environment.pop("SHAPECHECK_CACHE")
        environment["XDG_CACHE_HOME"] = cache
    with open(os.devnull, "wb") as nowhere:
        actions = [(os.POSIX_SPAWN_DUP2, nowhere.fileno(), 1)]
        child = os.posix_spawn(sys.executable, [sys.executable, *arguments], environment, file_actions=actions)
        usage = os.wait4(child, 0)[2]
    return usage.ru_utime + usage.ru_stime


def check(*arguments: str, cache: str | None = None) -> float:
    """The CPU seconds of `shapecheck check`."""
    return process("-m", "shapecheck", "check", *arguments, cache=cache)


def numpy() -> float:
    """The CPU seconds of importing NumPy."""
    return process("-c", "import numpy")


@row("`check gru.shape` / `import numpy`, processes", "3.9", "<= 2.5", 15)
def _first() -> tuple[Seconds, Seconds]:
    return lambda: check("--no-cache", str(GRU)), numpy


@row("the same file unchanged / `import numpy`", "3.9", "<= 0.6", 15)
def _again() -> tuple[Seconds, Seconds]:
    place = tempfile.mkdtemp()
    return lambda: check(str(GRU), cache=place), numpy


@row("`check resnet50.shape` / `import numpy`, processes", "15", "<= 5", 5)
def _resnet() -> tuple[Seconds, Seconds]:
    return lambda: check("--no-cache", str(RESNET)), numpy


@row("`check specs/` / `import numpy`, processes", "333", "<= 119", 1)
def _specs() -> tuple[Seconds, Seconds]:
    return lambda: check("--no-cache", str(ROOT / "specs")), numpy


# ---- in this process ---------------------------------------------------------------------------


def timed(action: Action) -> Seconds:
    """The CPU seconds of an action, with nothing remembered of sizes."""
    from shapecheck.sizes.decide import forget

    def once() -> float:
        forget()
        started = process_time()
        action()
        return process_time() - started

    return once


def derived(text: str) -> Seconds:
    """The CPU seconds of deriving the shapes of a spec."""
    from shapecheck.source import Source
    from shapecheck.stages import derive

    return timed(lambda: derive(Source("speed.shape", text)))


def repeated(number: int) -> str:
    """A stage of two layers so many times over."""
    return (
        "layer two(n) = dense(n, act = relu) -> dense(n)\ndim n\ninput x : n\n"
        f"y = x -> repeat({number}, two(n))\nclaim params == {number} * (2n^2 + 2n)\n"
    )


@row("`check` of `repeat(10000)` / `repeat(10)`", "57", "<= 1.2", 3)
def _repeat() -> tuple[Seconds, Seconds]:
    from shapecheck.check import check as checked
    from shapecheck.source import Source

    long, short = (Source("r.shape", repeated(number)) for number in (10000, 10))
    return timed(lambda: checked(long)), timed(lambda: checked(short))


def convolutions(number: int) -> str:
    """Convolutions written out, one a line."""
    lines = "".join(f"h{k} = h{k - 1} -> conv2d(8, 3 x 3, pad = 1)\n" for k in range(1, number + 1))
    return f"dim H, W\ninput h0 : [H, W, 8]\n{lines}"


def _onnx_chain(number: int) -> Any:
    """The same chain for ONNX."""
    from onnx import TensorProto, helper

    nodes, weights = [], []
    for k in range(1, number + 1):
        weights.append(helper.make_tensor_value_info(f"K{k}", TensorProto.FLOAT, [8, 8, 3, 3]))
        nodes.append(helper.make_node("Conv", [f"h{k - 1}", f"K{k}"], [f"h{k}"], pads=[1, 1, 1, 1]))
    first = helper.make_tensor_value_info("h0", TensorProto.FLOAT, [1, 8, "H", "W"])
    last = helper.make_tensor_value_info(f"h{number}", TensorProto.FLOAT, None)
    return helper.make_model(helper.make_graph(nodes, "chain", [first, *weights], [last]))


@row("derive 1,000 convolutions written out / onnx", "124", "<= 25", 3, needs="onnx")
def _convolutions() -> tuple[Seconds, Seconds]:
    from onnx.shape_inference import infer_shapes

    model = _onnx_chain(1000)
    return derived(convolutions(1000)), timed(lambda: infer_shapes(model))


@row("derive `repeat(1000, conv)` / onnx on 1,000 convolutions", "0.97", "<= 1", 5, needs="onnx")
def _convolutions_repeated() -> tuple[Seconds, Seconds]:
    from onnx.shape_inference import infer_shapes

    model = _onnx_chain(1000)
    text = "dim H, W\ninput x : [H, W, 8]\ny = x -> repeat(1000, conv2d(8, 3 x 3, pad = 1))\n"
    return derived(text), timed(lambda: infer_shapes(model))


@row("derive VALID x 100 / straightforward SymPy", "1.5", "<= 0.1", 3)
def _valid() -> tuple[Seconds, Seconds]:
    lines = "".join(f"h{k} = h{k - 1} -> conv2d(4, 3 x 3, pad = VALID)\n" for k in range(1, 101))
    ours = f"dim H, W\nassume H >= 201, W >= 201\ninput h0 : [H, W, 4]\n{lines}"
    return derived(ours), timed(lambda: _floors(100, 1))


@row("derive stride 2 x 50 / straightforward SymPy", "1.1", "<= 0.1", 3)
def _strided() -> tuple[Seconds, Seconds]:
    lines = "".join(f"h{k} = h{k - 1} -> conv2d(4, 3 x 3, stride = 2, pad = 1)\n" for k in range(1, 51))
    return derived(f"dim H, W\ninput h0 : [H, W, 4]\n{lines}"), timed(lambda: _floors(50, 2))


def _floors(number: int, stride: int) -> object:
    """The formula of the output, layer by layer, for both axes."""
    import sympy
    from sympy.core.cache import clear_cache

    clear_cache()
    sizes = sympy.symbols("H W", integer=True, positive=True)
    pad = 0 if stride == 1 else 1
    for _ in range(number):
        sizes = [sympy.floor((size + 2 * pad - 3) / sympy.Integer(stride)) + 1 for size in sizes]
    return sizes


# ---- property tests ----------------------------------------------------------------------------


@row("`test` of gru.shape, a run / a run of Hypothesis over a function in NumPy", "17", "<= 5", 3)
def _runs() -> tuple[Seconds, Seconds]:
    from shapecheck.source import Source
    from shapecheck.testing.cases.amounts import Amounts
    from shapecheck.testing.whole_spec import test_spec

    source, count = Source(GRU.name, GRU.read_text()), 100
    ran: list[int] = []

    def ours() -> None:
        found = test_spec(source, Amounts(max_examples=count))
        ran.append(sum(len(outcome.settings) for outcome in found.outcomes))

    own, plain = timed(ours), timed(lambda: _hypothesis(count))
    return lambda: own() / ran[-1], lambda: plain() / count


def _hypothesis(count: int) -> None:
    import numpy as np
    from hypothesis import given, settings
    from hypothesis import strategies as st

    def sigmoid(x: Any) -> Any:
        return 1 / (1 + np.exp(-x))

    @settings(max_examples=count, database=None, deadline=None, derandomize=True)
    @given(st.integers(1, 6), st.integers(1, 6), st.integers(1, 6), st.integers(0, 1 << 20))
    def holds(p: int, d: int, T: int, seed: int) -> None:
        draw = np.random.default_rng(seed).standard_normal
        x, W, V, h = draw((T, d)), draw((2 * p, p + d)), draw((p, p + d)), np.zeros(p)
        for t in range(T):
            gates = sigmoid(W @ np.concatenate([x[t], h]))
            z, r = gates[:p], gates[p:]
            h = z * h + (1 - z) * np.tanh(V @ np.concatenate([x[t], r * h]))
            assert h.shape == (p,) and (abs(h) <= 1).all()

    holds()


# ---- kernels in float32, beside PyTorch --------------------------------------------------------


def _kernel(text: str, sizes: Mapping[str, int], peer: Callable[[Any], Action]) -> tuple[Seconds, Seconds]:
    import torch

    from shapecheck.execute import compile
    from shapecheck.source import Source
    from shapecheck.stages import derive

    torch.set_num_threads(1)
    shapes, wrong = derive(Source("kernel.shape", text))
    assert shapes is not None and not wrong, wrong
    plan = compile(shapes, sizes, "float32")
    drawn, families = plan.run({}), shapes.graph.families
    data = {name: drawn.value(name) for name, family in families.items() if family.role in ("input", "weight")}
    action = peer(torch)
    with torch.no_grad():
        return timed(lambda: plan.run(data)), timed(action)


def _convolution(kernel: int, stride: int, size: int, channels: int, features: int) -> tuple[Seconds, Seconds]:
    text = (
        f"dim H, W\ninput x : [H, W, {channels}]\n"
        f"y = x -> conv2d({features}, {kernel} x {kernel}, stride = {stride}, pad = {kernel // 2}, bias = false)\n"
    )

    def peer(torch: Any) -> Action:
        x, weight = torch.randn(1, channels, size, size), torch.randn(features, channels, kernel, kernel)
        return lambda: torch.nn.functional.conv2d(x, weight, stride=stride, padding=kernel // 2)

    return _kernel(text, {"H": size, "W": size}, peer)


@row("convolution 3x3, 56 x 56, 64 -> 64 / PyTorch", "2.4-3.1", "<= 1.1", needs="torch")
def _conv3() -> tuple[Seconds, Seconds]:
    return _convolution(3, 1, 56, 64, 64)


@row("convolution 7x7 stride 2, 224 x 224, 3 -> 64 / PyTorch", "3.2", "<= 1.5", needs="torch")
def _conv7() -> tuple[Seconds, Seconds]:
    return _convolution(7, 2, 224, 3, 64)


@row("convolution 1x1, 56 x 56, 64 -> 256 / PyTorch", "1.9-5", "<= 1.1", needs="torch")
def _conv1() -> tuple[Seconds, Seconds]:
    return _convolution(1, 1, 56, 64, 256)


@row("max pooling 2, 112 x 112 x 64 / PyTorch", "3.0", "<= 1.5", needs="torch")
def _pool() -> tuple[Seconds, Seconds]:
    text = "dim H, W\nassume H >= 2, W >= 2\ninput x : [H, W, 64]\ny = x -> maxpool(2)\n"

    def peer(torch: Any) -> Action:
        x = torch.randn(1, 64, 112, 112)
        return lambda: torch.nn.functional.max_pool2d(x, 2)

    return _kernel(text, {"H": 112, "W": 112}, peer)


if __name__ == "__main__":
    main(sys.argv[1:])
