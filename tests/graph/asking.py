"""What tests ask of a spec given as text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from shapecheck.check import check
from shapecheck.checked import Report
from shapecheck.execute import run
from shapecheck.infer.model import Interval, Shape, Shapes
from shapecheck.sizes import Size, symbol
from shapecheck.source import Source
from shapecheck.stages import derive

Array = np.ndarray[Any, Any]


def report_of(text: str, **options: Any) -> Report:
    """The whole report."""
    return check(Source("test.shape", text), **options)


def derived(text: str) -> Shapes:
    """The shapes of a spec without mistakes."""
    shapes, diagnostics = derive(Source("test.shape", text))
    assert shapes is not None and not shapes.failed, [item.title for item in diagnostics]
    return shapes


def mistakes(text: str) -> list[tuple[int, str]]:
    """Line and code of every error, in the order of the text."""
    source = Source("test.shape", text)
    errors = [item for item in derive(source)[1] if item.level == "error"]
    return [(source.position(item.span.start)[0] if item.span else 0, item.code) for item in errors]


def sizes(names: str) -> list[Size]:
    """Symbols for the names, split at blanks: sizes are in one normal form, so that equal ones compare equal."""
    return [symbol(name) for name in names.split()]


def shape(text: str, name: str) -> Shape:
    """The one shape that all members of a family have."""
    (found,) = {cell.shape for cell in derived(text).cells[name]}
    return found


def regions(text: str, name: str) -> dict[str, Shape]:
    """The shape of a family in each region, by text such as `1, 1..T`."""
    return {", ".join(map(_written, cell.region)): cell.shape for cell in derived(text).cells[name]}


def _written(part: Interval) -> str:
    return str(part.low) if part.low is part.high else f"{part.low}..{part.high}"


def extents(text: str, name: str) -> Shape:
    """How many members a family has along each of its own axes."""
    return tuple(interval.extent for interval in derived(text).axes[name])


def computed(text: str, name: str, at: Mapping[str, int] | None = None, **data: object) -> Array:
    """The array of a family when the spec is run on data."""
    arrays = {key: np.asarray(value) for key, value in data.items()}
    return np.asarray(run(derived(text), at or {}, arrays).value(name))


def verdicts(text: str) -> list[str]:
    """The words of all verdicts, in the order of the text."""
    return [str(verdict.word) for verdict in report_of(text).verdicts]


def counterexamples(text: str) -> list[dict[str, int]]:
    """The smallest failing sizes of all claims, in the order of the text."""
    return [dict(verdict.counterexample) for verdict in report_of(text).verdicts]
