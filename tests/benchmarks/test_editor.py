"""How long an editor waits for problems after a keystroke, in process.  Nothing is asserted about time.

`over_derive` is the ratio to a full derivation of the same text; `over_check` that to the whole report of `check`.
"""

from __future__ import annotations

from pathlib import Path
from time import perf_counter
from typing import Any

import pytest

from shapecheck.check import check
from shapecheck.editor.inlay import hints
from shapecheck.editor.open_text import OpenText
from shapecheck.editor.problems import problems
from shapecheck.source import Source
from shapecheck.stages import derive

SPECS = Path(__file__).parents[2] / "specs"
NAMES = ("slides/gru", "networks/resnet18", "networks/resnet50")


def _seconds(action: Any, *given: Any) -> float:
    start = perf_counter()
    action(*given)
    return perf_counter() - start


@pytest.mark.parametrize("name", NAMES)
def test_problems_after_a_keystroke(benchmark: Any, name: str) -> None:
    """A text that has not been seen before, with the decisions on sizes of the one before it remembered."""
    text = (SPECS / f"{name}.shape").read_text()
    derive(Source(name, text))
    typed = iter(range(10_000))

    def keystroke() -> tuple[Any, ...]:
        return (OpenText(name, f"{text}# {'.' * next(typed)}\n"),), {}

    found = benchmark.pedantic(problems, setup=keystroke, rounds=5)
    assert found == ()
    if benchmark.enabled:
        least = benchmark.stats.stats.min
        benchmark.extra_info["over_derive"] = round(least / _seconds(derive, Source(name, text + "\n")), 2)
        benchmark.extra_info["over_check"] = round(least / _seconds(check, Source(name, text + "\n")), 3)


@pytest.mark.parametrize("name", NAMES)
def test_hints_after_the_problems(benchmark: Any, name: str) -> None:
    """The hints of a text whose problems are known, beside the problems."""
    text = (SPECS / f"{name}.shape").read_text()

    def known() -> tuple[Any, ...]:
        found = OpenText(name, text)
        problems(found)
        return (found,), {}

    assert benchmark.pedantic(hints, setup=known, rounds=3)
