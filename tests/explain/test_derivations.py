"""Derivations of shapes: true step by step, for all tensors of the project's specs.

Independent truth: the derived shapes themselves, which the executor's arrays confirm; the decision procedure, for what
a step states of all sizes; and integers put into what it states.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from random import Random

import pytest

from shapecheck.checked import Report
from shapecheck.explain import Derivation, Step, explain
from shapecheck.explain.asked import tensor_names
from shapecheck.folders import reader
from shapecheck.infer.model import Shapes
from shapecheck.sizes import Context, Formula, Proved, decide, smallest
from shapecheck.source import Source
from shapecheck.stages import derive

ROOT = Path(__file__).parents[2]
SPECS = sorted(path for folder in ("slides", "networks") for path in (ROOT / "specs" / folder).glob("*.shape"))
MOST_TENSORS = 25


@cache
def report_of(path: Path) -> Report:
    """The shapes of a spec."""
    source = Source(str(path), path.read_text(), reader([str(path)]))
    shapes, diagnostics = derive(source)
    return Report(source, shapes, (), diagnostics)


@cache
def explained(path: Path) -> list[tuple[str, Derivation]]:
    """The derivations of all tensors, of some where there are very many."""
    report = report_of(path)
    assert report.shapes is not None
    names = tensor_names(report.shapes)
    chosen = names if len(names) <= MOST_TENSORS else Random(1).sample(names, MOST_TENSORS)
    return [(name, explain(report, name)) for name in chosen]


def shapes_of(path: Path) -> Shapes:
    """The shapes, which there are."""
    shapes = report_of(path).shapes
    assert shapes is not None
    return shapes


def steps_of(path: Path) -> list[Step]:
    """All steps of all derivations."""
    return [step for _, found in explained(path) for section in found.sections for step in section.steps]


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_the_last_step_states_the_derived_shape(path: Path) -> None:
    """A section for each region that inference found, and at its end the very sizes that inference found there."""
    shapes = shapes_of(path)
    for name, derivation in explained(path):
        cells = shapes.cells[name]
        assert len(derivation.sections) == len(cells)
        for section, cell in zip(derivation.sections, cells):
            extents = tuple(interval.extent for interval in cell.region)
            assert section.steps[-1].shape in (cell.shape, (*extents, *cell.shape)), name


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_every_step_lies_in_the_text(path: Path) -> None:
    """Each step points at a piece of the spec or of what it imports that is not blank, inside of one text."""
    source = report_of(path).source
    for step in steps_of(path):
        text, start = source.part(step.span.start)
        assert start <= step.span.start < step.span.end <= start + len(text.text), step
        assert source[step.span].strip()


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_every_step_rests_on_earlier_ones(path: Path) -> None:
    """Steps are numbered from 1, and refer to smaller numbers only."""
    for _, derivation in explained(path):
        for section in derivation.sections:
            assert [step.number for step in section.steps] == list(range(1, len(section.steps) + 1))
            assert all(number < step.number for step in section.steps for number in step.rests_on)


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_what_a_step_states_is_true(path: Path) -> None:
    """What a step states follows from the spec's assumptions by the decision procedure, which knows no derivations."""
    context = shapes_of(path).graph.context
    for formula, facts in stated(path):
        assert isinstance(decide(context.assuming(*facts), formula), Proved), str(formula)


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_what_a_step_states_holds_in_numbers(path: Path) -> None:
    """.. and at the smallest sizes that tell the names apart, in Python's integers."""
    context = shapes_of(path).graph.context
    for formula, facts in stated(path):
        for sizes in some_sizes(context.assuming(*facts), tuple(sorted(formula.names))):
            assert formula.holds(sizes), f"{formula} at {sizes}"


@cache
def stated(path: Path) -> tuple[tuple[Formula, tuple[Formula, ...]], ...]:
    """What the steps state, each once."""
    return tuple({(formula, step.facts): None for step in steps_of(path) for formula in step.holds})


@cache
def some_sizes(context: Context, names: tuple[str, ...]) -> list[dict[str, int]]:
    """Admissible sizes."""
    return smallest(context, names) if names else [{}]


def test_a_very_long_way() -> None:
    """1,500 equations, each on the one before it: a step for each, and one for the declared input."""
    layers = [f"a{at} = a{at - 1} + a{at - 1}" for at in range(1, 1501)]
    source = Source("long.shape", "\n".join(["dim n", "input a0 : n", *layers]))
    shapes, diagnostics = derive(source)
    (section,) = explain(Report(source, shapes, (), diagnostics), "a1500").sections
    assert len(section.steps) == 1501


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_nothing_is_left_unexplained(path: Path) -> None:
    """Every shape follows from the text by rules that can be told."""
    assert not [step.span for step in steps_of(path) if any("found by inference" in str(part) for part in step.why)]
