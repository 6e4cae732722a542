"""Derived shapes are those of the arrays, and whole families as they are run agree with single entries.

Independent truth: `terms.evaluate.Reference`, which evaluates the defining equations one entry at a time and shares no
code with the executor.  The specs are the slides and the corpus; sizes are drawn by Hypothesis among the admitted ones.
Where a spec has only sums, products and comparisons of numbers on the grid k/16, the two agree exactly.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shapecheck.execute import Run, run
from shapecheck.execute.errors import ExecutionError
from shapecheck.graph.nodes import Apply, Reduce
from shapecheck.graph.reads import nodes_below
from shapecheck.infer.model import Shapes
from shapecheck.sizes import smallest
from shapecheck.source import Source
from shapecheck.stages import derive
from shapecheck.terms.evaluation.reference import Reference

Member = tuple[int, ...]
Array = np.ndarray[Any, Any]
ROOT = Path(__file__).parents[2]
PATHS = sorted([*(ROOT / "specs" / "slides").glob("*.shape"), *(ROOT / "tests" / "corpus").rglob("*.shape")])
MOST_ENTRIES = 400
"""Entries of one family that are compared; larger ones are compared at these many, spread evenly."""
LARGEST = 5


@cache
def shapes_at(path: Path) -> Shapes | None:
    """The shapes of a spec; None where it is not made to be derived (the corpus of the syntax)."""
    shapes, _ = derive(Source(path.name, path.read_text(encoding="utf-8")))
    return None if shapes is None or shapes.failed else shapes


DERIVED = [path for path in PATHS if shapes_at(path) is not None]


def admitted(shapes: Shapes, sizes: Mapping[str, int]) -> bool:
    """Whether bounds and assumptions hold, by plain evaluation."""
    free = all(sizes[name] >= shapes.graph.dims[name].lower for name in shapes.graph.free_sizes)
    return free and all(assumption.formula.holds(sizes) for assumption in shapes.graph.assumptions)


@cache
def settings_of(path: Path) -> list[dict[str, int]]:
    """Admitted sizes: the smallest ones, pairwise distinct ones, and all up to 3 where these are few."""
    shapes = shapes_at(path)
    assert shapes is not None
    names = shapes.graph.free_sizes
    found = smallest(shapes.graph.context, names, count=12) + smallest(shapes.graph.context, names, True, count=4)
    if len(names) <= 5:
        found += [dict(zip(names, point)) for point in product(range(1, 4), repeat=len(names))]
    return [sizes for sizes in found if admitted(shapes, sizes)] or [{}]


def exact(shapes: Shapes) -> bool:
    """Whether every operation of the spec is exact on grid data."""
    nodes = (node for equation in shapes.graph.equations for node in nodes_below(equation.value))
    return not any(
        (isinstance(node, Apply) and not node.op.exact) or (isinstance(node, Reduce) and node.operator == "mean")
        for node in nodes
    )


def members(shapes: Shapes, name: str, sizes: Mapping[str, int]) -> Iterator[tuple[Member, tuple[int, ...]]]:
    """Every member of a family with its derived shape at the sizes, by the regions that inference found."""
    environment = shapes.environment(sizes)
    for cell in shapes.cells[name]:
        ranges = [range(part.low.evaluate(environment), part.high.evaluate(environment) + 1) for part in cell.region]
        for member in product(*ranges):
            yield member, tuple(size.evaluate(environment) for size in cell.shape)


def arrays_of(found: Run, shapes: Shapes, name: str, sizes: Mapping[str, int]) -> dict[Member, Array]:
    """A family's members as they were computed: under its name as a whole, or under paths such as `h[0]`."""
    every = [member for member, _ in members(shapes, name, sizes)]
    return {member: array for member in every if (array := _member(found, name, member, every)) is not None}


def _member(found: Run, name: str, member: Member, every: list[Member]) -> Array | None:
    for length in range(len(member) + 1):
        prefix = member[:length]
        path = f"{name}[{', '.join(map(str, prefix))}]" if prefix else name
        if path in found.arrays:
            alike = [other for other in every if other[:length] == prefix]
            lows = [min(other[axis] for other in alike) for axis in range(length, len(member))]
            return np.asarray(found.arrays[path][tuple(at - low for at, low in zip(member[length:], lows))])
    return None


def spread(shape: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    """All positions of a small array, evenly spread ones of a large one."""
    count = int(np.prod(shape, dtype=int))
    for number in range(0, count, max(1, count // MOST_ENTRIES)):
        yield tuple(int(at) for at in np.unravel_index(number, shape)) if shape else ()


@pytest.mark.parametrize("path", DERIVED, ids=lambda path: path.stem)
@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_runs_agree_with_single_entries(path: Path, data: st.DataObject) -> None:
    """Values and shapes of all computed families; truth: the reference, and the derived shapes evaluated in Python."""
    shapes = shapes_at(path)
    assert shapes is not None
    sizes = data.draw(st.sampled_from(settings_of(path)), label="sizes")
    found = run(shapes, sizes, seed=data.draw(st.integers(0, 3), label="seed"))
    tolerance = 0.0 if exact(shapes) else 1e-9
    families = shapes.graph.families.values()
    given_arrays = {item.name: arrays_of(found, shapes, item.name, sizes) for item in families if item.is_given}
    single = {name: arrays.get((), arrays) for name, arrays in given_arrays.items()}
    reference = Reference(shapes, sizes, single)
    for family in families:
        computed = arrays_of(found, shapes, family.name, sizes)
        for member, shape in members(shapes, family.name, sizes):
            assert computed[member].shape == shape, f"{family.name}{member}"
            if family.is_given:
                continue
            for position in spread(shape):
                expected, actual = reference.entry(family.name, member, position), computed[member][position]
                close = expected == actual or abs(expected - actual) <= tolerance * max(1.0, abs(expected))
                assert close, f"{family.name}{member}{position}: reference {expected}, run {actual}"


@pytest.mark.parametrize("path", DERIVED, ids=lambda path: path.stem)
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_sizes_that_are_not_admitted_are_refused(path: Path, data: st.DataObject) -> None:
    """Any sizes up to 5: a run happens exactly where bounds and assumptions hold, and never fails in between."""
    shapes = shapes_at(path)
    assert shapes is not None
    sizes = {name: data.draw(st.integers(0, LARGEST), label=name) for name in shapes.graph.free_sizes}
    try:
        run(shapes, sizes, memory_limit=1 << 26)
    except ExecutionError as error:
        assert not admitted(shapes, sizes) or error.diagnostic.code == "too-much-memory", error.diagnostic
    else:
        assert admitted(shapes, sizes)


def test_there_are_specs_to_compare() -> None:
    """All slides and all networks, so that a spec that no longer derives does not pass unseen."""
    names = {path.stem for path in DERIVED}
    wanted = [*(ROOT / "specs" / "slides").glob("*.shape"), *(ROOT / "tests" / "corpus" / "networks").glob("*.shape")]
    assert {path.stem for path in wanted} <= names
