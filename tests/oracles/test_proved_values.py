"""What is proved of values holds in exact numbers, at drawn sizes and data.

Independent truth: `exact_values`, fractions and bounds, in which nothing rounds.  A claim that is proved must hold in
every entry; both sides are evaluated from the equations.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from math import isfinite
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest

from shapecheck.check import check
from shapecheck.checked import Part
from shapecheck.folders import reader
from shapecheck.graph.model import Claim, Entries, ValueClaim
from shapecheck.graph.nodes import Node
from shapecheck.infer.model import Instance, Shapes
from shapecheck.sizes import Size, smallest
from shapecheck.source import Source
from shapecheck.verdict.model import Verdict, Word

from . import exact_numbers as exact
from .exact_operations import at
from .exact_values import Place, Values, disagreement
from .running import SPECS

FILES = sorted(path for folder in ("slides", "std") for path in (SPECS / folder).glob("*.shape"))
MOST = 40
FAR = 64
"""The number that stands for an end that is open."""
"""Places of a claim's indices that are looked at, drawn where there are more."""


def proved(path: Path) -> Iterator[tuple[Part, Verdict]]:
    """The claims about values that are proved, outside of tests and inside."""
    source = Source(str(path), path.read_text(encoding="utf-8"), reader([str(path)]))
    for part in check(source, lint="none").parts:
        for verdict in part.verdicts:
            if verdict.word is Word.PROVED and isinstance(verdict.claim.body, ValueClaim):
                yield part, verdict


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_proved_claims_of_specs(path: Path) -> None:
    """At the smallest sizes, and at distinct ones."""
    random = Random(path.name)
    for part, verdict in proved(path):
        for sizes, data in settings(part.shapes, verdict):
            confirm(part.shapes, verdict.claim, sizes, data, random)


def settings(shapes: Shapes, verdict: Verdict) -> Iterator[tuple[Mapping[str, int], Mapping[str, Node]]]:
    """The sizes of the test that the claim stands in; else some small ones, distinct ones among them."""
    for test in shapes.graph.tests:
        if test.name == verdict.test:
            yield test.sizes, test.data
            return
    graph = shapes.graph
    condition = verdict.claim.condition
    context = graph.context if condition is None else graph.context.assuming(condition)
    names = graph.free_sizes
    chosen = [*smallest(context, names, distinct=True, count=1), *smallest(context, names, count=2)]
    assert chosen
    yield from ((sizes, {}) for sizes in chosen)


def confirm(shapes: Shapes, claim: Claim, sizes: Mapping[str, int], data: Mapping[str, Node], random: Random) -> None:
    """The claim in exact numbers, at some places of its indices."""
    known = all_sizes(shapes, sizes)
    values = Values(shapes, known, {})
    for instance in shapes.claims[claim]:
        origin = instance.origin
        assert isinstance(origin, Claim) and isinstance(origin.body, ValueClaim)
        values.data = drawn(shapes, known, data, instance, random)
        places = list(places_of(instance, known))
        for env in random.sample(places, min(MOST, len(places))):
            wrong = disagreement(Place(values, instance, env), origin.body)
            assert wrong is None, f"{claim.text} is proved, and fails for {dict(sizes)}, {env}: {wrong}"


def all_sizes(shapes: Shapes, sizes: Mapping[str, int]) -> dict[str, int]:
    """The sizes, those derived from them, and those measured."""
    known = dict(sizes)
    for name, dim in shapes.graph.dims.items():
        if dim.value is not None and name not in known:
            known[name] = at(dim.value, known)
    return {**known, **{name: at(size, known) for name, size in shapes.measures.items()}}


def places_of(instance: Instance, known: Mapping[str, int]) -> Iterator[dict[str, int]]:
    """All values of a claim's indices."""
    places = [dict(known)]
    for name, interval in instance.ranges.items():
        places = [
            {**env, name: number}
            for env in places
            for number in range(at(interval.low, env), at(interval.high, env) + 1)
        ]
    return iter(places)


def drawn(
    shapes: Shapes, sizes: Mapping[str, int], data: Mapping[str, Node], instance: Instance, random: Random
) -> dict[str, Any]:
    """Fractions for inputs and weights that are not given, inside of what is declared."""
    made = {}
    for name, family in shapes.graph.families.items():
        if not family.is_given or name not in shapes.cells:
            continue
        if name in data:
            made[name] = Place(Values(shapes, sizes, {}), instance, sizes).value(data[name])
            continue
        axes = [at(interval.high, sizes) - at(interval.low, sizes) + 1 for interval in shapes.axes[name]]
        (cell,) = shapes.cells[name]
        made[name] = np.empty([*axes, *(at(size, sizes) for size in cell.shape)], dtype=object)
        for place in np.ndindex(*made[name].shape):
            made[name][place] = number(family.entries, sizes, random)
    return made


def _closed(end: float) -> Fraction | int:
    return Fraction(end) if isfinite(end) else FAR if end > 0 else -FAR


def number(entries: Entries | None, sizes: Mapping[str, int], random: Random) -> Any:
    """A number that may stand in a tensor."""
    if entries is None:
        return Fraction(random.randint(-30, 30), random.choice((1, 2, 3, 7, 16)))
    low = at(entries.low, sizes) if isinstance(entries.low, Size) else _closed(entries.low)
    high = at(entries.high, sizes) if isinstance(entries.high, Size) else _closed(entries.high)
    return low + (high - low) * Fraction(random.randint(0, 12), 12) if entries.real else random.randint(low, high)


def test_bounds_are_bounds() -> None:
    """Truth: exp(1), and that the root of 2 lies between two fractions whose squares lie around 2."""
    assert exact.bounds(exact.exp(Fraction(1))).delta < 1e-30
    low, high = exact.ends(exact.sqrt(Fraction(2)))
    assert low * low < 2 < high * high
    assert exact.sqrt(Fraction(9, 4)) == Fraction(3, 2)
