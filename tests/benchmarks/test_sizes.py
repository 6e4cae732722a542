"""How long the algebra of sizes and its decisions take, in process, after imports.  Nothing is asserted about time.

`extra_info` holds ratios to something measured in the same run: a decision beside the addition of two sizes, a layer of
a long chain beside one of a short chain, fifty nested strides beside ten.  Aims: the median decision under 1 ms, none
over 1 s, time for each layer that does not grow with their number.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import pairwise
from statistics import median
from time import perf_counter
from typing import Any

import pytest

from shapecheck.sizes import (
    And,
    Context,
    Decision,
    Formula,
    Proved,
    Relation,
    Size,
    Unknown,
    ceil_divide,
    decide,
    integer,
    repair,
    symbol,
)
from shapecheck.sizes.questions import verdicts
from shapecheck.source import Source
from shapecheck.stages import derive

from ..sizes.identities import TABLE
from ..sizes.test_identities import claim_of
from .test_check import _forget, _least_seconds

H, W = symbol("H"), symbol("W")
ROWS: list[tuple[Context, Formula]] = [
    (context, claim.body.formula)
    for claim, context in (claim_of(text) for _, text, _ in TABLE)  # type: ignore[union-attr]
]


def _addition() -> float:
    """Seconds for adding two small sizes: what the others are compared with."""
    return _least_seconds(lambda: [H * 3 + W for _ in range(1000)], 5) / 2000


def _decided(context: Context, formula: Formula) -> tuple[float, Decision]:
    _forget()
    start = perf_counter()
    decision = decide(context, formula)
    return perf_counter() - start, decision


def test_each_row_of_the_table(benchmark: Any) -> None:
    """Deciding every row of the table of identities, each with nothing remembered."""

    def every() -> list[tuple[float, Decision]]:
        return [_decided(*row) for row in ROWS]

    every()
    found = benchmark.pedantic(every, rounds=5)
    assert not any(isinstance(decision, verdicts.Tested | Unknown) for _, decision in found)
    times = [seconds for seconds, _ in found]
    benchmark.extra_info["rows"] = len(ROWS)
    benchmark.extra_info["median_over_addition"] = round(median(times) / _addition(), 1)
    benchmark.extra_info["slowest_over_median"] = round(max(times) / median(times), 1)
    benchmark.extra_info["slowest"] = TABLE[times.index(max(times))][1]


def unet() -> And:
    """What four levels of two VALID 3 x 3 windows and halving ask of an image, up to the last row."""
    size, even = H, []
    for _ in range(4):
        size = size - 4
        even.append(Relation("==", size % 2, integer(0)))
        size = size // 2
    size = size - 4
    for _ in range(4):
        size = size * 2 - 4
    return And((*even, Relation(">=", size, integer(1))))


def test_the_sizes_of_the_unet(benchmark: Any) -> None:
    """From eight conditions to `H % 16 == 12 and H >= 140`, verified both ways; beside deciding one of them."""
    goal = unet()

    def solved() -> str:
        _forget()
        repair.cache_clear()
        found = repair(Context(), goal)
        assert found is not None and found.weakest
        return found.text

    assert benchmark.pedantic(solved, rounds=5, warmup_rounds=1).startswith("H % 16 == 12 and H >= ")
    one = _least_seconds(lambda: decide(Context(), goal.parts[3]), 3)
    benchmark.extra_info["over_one_condition"] = round(_least_seconds(solved, 3) / one, 1)


def rounded_up(strides: list[Size]) -> Relation:
    """That dividing and rounding up again and again is dividing by the product once."""
    size, total = H, integer(1)
    for stride in strides:
        size, total = (size - 1) // stride + 1, total * stride
    return Relation("==", size, ceil_divide(H, total))


def smaller(strides: list[Size]) -> Relation:
    """That windows of 3 make nothing larger."""
    size = H
    for stride in strides:
        size = (size - 3) // stride + 1
    return Relation(">=", H, size)


SYMBOLIC = [symbol(f"s{number}") for number in range(10)]
HALVES = [integer(2)] * 50


@pytest.mark.parametrize("strides", [SYMBOLIC, HALVES], ids=["ten symbolic strides", "fifty strides of 2"])
@pytest.mark.parametrize("statement", [rounded_up, smaller])
def test_nested_strides(benchmark: Any, statement: Callable[[list[Size]], Relation], strides: list[Size]) -> None:
    """Building and deciding, beside the first three of the strides alone."""
    context = Context((Relation(">=", H, integer(3)),))

    def decided(few: list[Size]) -> Decision:
        return decide(context, statement(few))

    assert isinstance(benchmark.pedantic(partial(decided, strides), setup=_forget, rounds=5), Proved)
    whole, part = (_least_seconds(partial(decided, few), 3) for few in (strides, strides[:3]))
    benchmark.extra_info["over_the_first_three"] = round(whole / part, 1)


def sixty() -> Source:
    """A file of sixty sizes: a chain of matrices, and what its weights come to."""
    names = [f"n{number}" for number in range(60)]
    weights = "".join(f"weight W{at} : {row} x {column}\n" for at, (column, row) in enumerate(pairwise(names)))
    steps = "".join(f"h{at + 1} = W{at} @ h{at}\n" for at in range(59))
    total = " + ".join(f"{column} * {row}" for column, row in pairwise(names))
    text = f"dim {', '.join(names)}\ninput h0 : n0\n{weights}{steps}claim h59 : n59\nclaim params == {total}\n"
    return Source("sixty.shape", text)


def test_sixty_sizes(benchmark: Any) -> None:
    """Derive the file; beside the same file with one size for all of them."""
    shapes, _ = benchmark.pedantic(partial(derive, sixty()), setup=_forget, rounds=3)
    assert shapes is not None and not shapes.failed
    alike = sixty().text
    for number in reversed(range(60)):
        alike = alike.replace(f"n{number}", "n")
    alike = "dim n\n" + alike.split("\n", 1)[1]
    ratio = _least_seconds(partial(derive, sixty()), 3) / _least_seconds(partial(derive, Source("one", alike)), 3)
    benchmark.extra_info["over_one_size"] = round(ratio, 2)


def chain(count: int) -> Size:
    """The size after so many convolutions: 3 x 3 with padding 1, every hundredth of the first thousand halves."""
    size = H
    for layer in range(count):
        size = (size + 2 - 3) // (2 if layer < 1000 and layer % 100 == 99 else 1) + 1
    return size


def shrinking(count: int) -> Size:
    """The size after so many VALID convolutions of 3."""
    size = H
    for _ in range(count):
        size = (size - 3) // 1 + 1
    return size


@pytest.mark.parametrize("make", [chain, shrinking])
def test_ten_thousand_layers(benchmark: Any, make: Callable[[int], Size]) -> None:
    """The algebra alone, a layer at a time; the aim is 20 us for each."""
    assert benchmark.pedantic(partial(make, 10_000), rounds=3, warmup_rounds=1).names == {"H"}
    each, first = (_least_seconds(partial(make, count), 3) / count for count in (10_000, 100))
    benchmark.extra_info["per_layer_us"] = round(each * 1e6, 1)
    benchmark.extra_info["per_layer_over_addition"] = round(each / _addition(), 1)
    benchmark.extra_info["over_a_short_chain"] = round(each / first, 2)


def convolutions(count: int) -> Source:
    """A file of so many VALID convolutions of batches of images, each with a kernel of its own."""
    kernels = ", ".join(f"K{layer}" for layer in range(count))
    steps = "".join(f"x{layer + 1} = conv(x{layer}, K{layer})\n" for layer in range(count))
    least = 2 * count + 1
    text = f"dim N, H >= {least}, W >= {least}\ninput x0 : [N, H, W, 8]\nweight {kernels} : 3 x 3 x 8 x 8\n{steps}"
    return Source("convs.shape", f"{text}claim x{count} : [N, H - {2 * count}, W - {2 * count}, 8]\n")


@pytest.mark.parametrize("count", [100, 1000])
def test_derive_convolutions(benchmark: Any, count: int) -> None:
    """From text to shapes, requirements decided; beside reading the text alone."""
    source = convolutions(count)
    rounds = 1 if count > 100 else 3
    shapes, _ = benchmark.pedantic(partial(derive, source), setup=_forget, rounds=rounds)
    assert shapes is not None and not shapes.failed
    if benchmark.enabled:
        from shapecheck.syntax import parse

        whole, reading = benchmark.stats.stats.min, _least_seconds(partial(parse, source), 2)
        benchmark.extra_info["per_layer_us"] = round(whole / count * 1e6, 1)
        benchmark.extra_info["over_parsing"] = round(whole / reading, 2)
