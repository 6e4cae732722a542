"""How long checking takes, in process, after imports.  Nothing is asserted about time; ratios go into `extra_info`.

`per_equation_us` of a file of chained equations should be the same from 50 to 5,000: growth is linear then.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any

import pytest

from shapecheck.check import check
from shapecheck.sizes.decide import forget
from shapecheck.source import Source
from shapecheck.stages import derive

GRU_STACK = Path(__file__).parents[2] / "specs" / "slides" / "gru_stack.shape"
COUNTS = (50, 500, 5000)


def _forget() -> None:
    """Decisions are remembered across specs; a fresh process has none."""
    forget()


def _least_seconds(action: Callable[[], object], rounds: int) -> float:
    times = []
    for _ in range(rounds):
        _forget()
        start = perf_counter()
        action()
        times.append(perf_counter() - start)
    return min(times)


def chained(count: int) -> Source:
    """`count` equations, each a matrix times the one before, with its own weight."""
    names = ", ".join(f"W{k}" for k in range(1, count + 1))
    lines = "\n".join(f"h{k} : n = tanh(W{k} @ h{k - 1})" for k in range(1, count + 1))
    return Source("chain.shape", f"dim n\ninput h0 : n\nweight {names}\n{lines}\nclaim params == {count}n^2\n")


def added(count: int) -> Source:
    """`count` equations without weights: what is left when every shape is known at once."""
    lines = "\n".join(f"h{k} = h{k - 1} + h{k - 1}" for k in range(1, count + 1))
    return Source("sum.shape", f"dim n\ninput h0 : n\n{lines}\nclaim h{count} : n\n")


def test_check_gru_stack(benchmark: Any) -> None:
    """The whole report of the stacked GRU: shapes, ten claims, four tests run.  The aim is 20 ms."""
    source = Source(GRU_STACK.name, GRU_STACK.read_text())
    assert benchmark.pedantic(partial(check, source), setup=_forget, rounds=10).ok


def test_derive_gru_stack(benchmark: Any) -> None:
    """Shapes and requirements alone; the ratio says what claims and runs add."""
    source = Source(GRU_STACK.name, GRU_STACK.read_text())
    shapes, _ = benchmark.pedantic(partial(derive, source), setup=_forget, rounds=10)
    assert shapes is not None
    whole, part = (_least_seconds(partial(action, source), 5) for action in (check, derive))
    benchmark.extra_info["check_over_derive"] = round(whole / part, 2)


@pytest.mark.parametrize("count", COUNTS)
@pytest.mark.parametrize("make", [chained, added], ids=["products", "sums"])
def test_derive_a_chain(benchmark: Any, make: Callable[[int], Source], count: int) -> None:
    """Derive a file of so many equations; time for each equation, beside that of the smallest file."""
    source, least = make(count), make(COUNTS[0])
    rounds = 1 if count > 500 else 5
    shapes, _ = benchmark.pedantic(partial(derive, source), setup=_forget, rounds=rounds)
    assert shapes is not None
    assert not shapes.failed
    if benchmark.enabled:
        each = benchmark.stats.stats.min / count
        first = _least_seconds(partial(derive, least), 3) / COUNTS[0]
        benchmark.extra_info["per_equation_us"] = round(each * 1e6, 1)
        benchmark.extra_info["over_the_smallest"] = round(each / first, 2)


@pytest.mark.parametrize("count", COUNTS[:2])
def test_check_a_chain(benchmark: Any, count: int) -> None:
    """The whole report, its run included, beside the shapes alone."""
    source = chained(count)
    assert benchmark.pedantic(partial(check, source), setup=_forget, rounds=2).ok
    if benchmark.enabled:
        part = _least_seconds(partial(derive, source), 2)
        benchmark.extra_info["per_equation_us"] = round(benchmark.stats.stats.min / count * 1e6, 1)
        benchmark.extra_info["check_over_derive"] = round(benchmark.stats.stats.min / part, 2)
