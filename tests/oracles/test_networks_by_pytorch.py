"""PyTorch agrees on random networks with symbolic sizes: on all shapes, and on which sizes are accepted.

Independent truth: PyTorch computes the network at every point of a box of sizes, and raises where it cannot.
"""

from __future__ import annotations

from itertools import product
from random import Random

from shapecheck.infer.model import Shapes
from shapecheck.source import Source
from shapecheck.stages import accepting
from shapecheck.verdict.acceptance import needs

from ..draws import seeds
from .engines import engine
from .random_networks import Network, network
from .whole_numbers import Kept, Python, Undefined

POINTS = list(product((1, 2, 6), range(1, 10), (2, 3, 7)))
SETTINGS = 20
"""Accepted points of each network at which all shapes are compared."""


def test_random_networks() -> None:
    """A hundred of them; not few are accepted somewhere, and not few are refused somewhere."""
    engine("torch").set_num_threads(1)
    accepted = refused = 0
    for seed in seeds(100):
        one = network(Random(seed))
        yes, no = compared(one, Random(seed))
        accepted, refused = accepted + (yes > 0), refused + (no > 0)
    assert accepted > 40 * len(seeds(1))
    assert refused > 30 * len(seeds(1))


def compared(one: Network, random: Random) -> tuple[int, int]:
    """How many points are accepted and how many refused, by both."""
    shapes, _ = accepting(Source("network.shape", one.text))
    open_points: list[tuple[int, int, int]] = []
    for point in POINTS:
        ours = shapes is not None and accepts(shapes, dict(zip("CHW", point)))
        try:
            one.shapes(*point)
        except (RuntimeError, ValueError) as error:
            assert not ours, f"{one.text}\nC, H, W = {point} is accepted, and PyTorch says: {error}"
        else:
            assert ours, f"{one.text}\nC, H, W = {point} is refused, and PyTorch computes it"
            open_points.append(point)
    for point in random.sample(open_points, min(SETTINGS, len(open_points))):
        assert shapes is not None
        assert derived(shapes, one, dict(zip("CHW", point))) == one.shapes(*point), f"{one.text}\n{point}"
    return len(open_points), len(POINTS) - len(open_points)


def accepts(shapes: Shapes, sizes: dict[str, int]) -> bool:
    """Whether all that is assumed and needed holds."""
    kept = Kept(Python(sizes))
    try:
        return all(kept.holds(fact) for fact in (*shapes.graph.context.facts, *needs(shapes)))
    except Undefined:
        return False


def derived(shapes: Shapes, one: Network, sizes: dict[str, int]) -> list[tuple[int, ...]]:
    """The shapes of all tensors at some sizes."""
    kept = Kept(Python(sizes))
    cells = [shapes.cells[f"y{number}"] for number in range(len(one.steps))]
    return [tuple(int(kept.size(size)) for size in cell.shape) for (cell,) in cells]
