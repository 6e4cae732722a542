"""`shapecheck show`: a spec, sizes and names in; grids of numbers or pictures out."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from shapecheck.commands.delivery import deliver_drawn, drawn, format_of, ready
from shapecheck.commands.derived import shapes_of
from shapecheck.commands.exit_codes import Refused
from shapecheck.commands.option_values import parse_inputs, parse_sizes, usage
from shapecheck.commands.run import given_data, report_findings, sizes_in_order
from shapecheck.commands.spec_files import read_one
from shapecheck.commands.terminal import waiting
from shapecheck.diagnostics import nearest
from shapecheck.execute import ExecutionError, Run, run
from shapecheck.grids.errors import CannotShow
from shapecheck.grids.selection import Selection, selection
from shapecheck.grids.view import View, Views, picture_of, written
from shapecheck.infer.model import Shapes
from shapecheck.record import record
from shapecheck.report.table import ENDINGS as TABLE_ENDINGS
from shapecheck.report.tensor_list import is_authors
from shapecheck.verdict.runs import given_arrays, test_case, violated

if TYPE_CHECKING:
    import numpy as np

PICTURES = ("svg", "png", "tikz")
ENDINGS = {**TABLE_ENDINGS, ".svg": "svg", ".png": "png", ".tikz": "tikz"}


@record
class ShowOptions:
    """The options of the command, as typed."""

    names: Sequence[str]
    sizes: Sequence[str]
    test: str | None
    seed: int
    inputs: Sequence[str]
    weights: str | None
    at: str | None
    numbers: bool
    digits: int | None
    axes: str | None
    lying: bool
    plain: bool
    format: str | None
    output: str | None
    check: bool
    memory_limit: int


def show_tensors(path: str, options: ShowOptions) -> int:
    """Show tensors of a spec; the exit code."""
    sizes, inputs = parse_sizes(options.sizes), parse_inputs(options.inputs)
    ready(options.output, options.check)
    chosen = format_of(options.format, options.output, ENDINGS)
    view = _view(options)
    file = read_one(path)
    shapes, diagnostics = shapes_of(file)
    if shapes is None or any(diagnostic.level == "error" for diagnostic in diagnostics):
        return report_findings(diagnostics, file)
    try:
        sizes, data = _setting(shapes, sizes, inputs, options)
        asked = _selections(shapes, sizes, options)
        done = _run(shapes, sizes, data, asked, options)
        made = _data(Views(done, tuple(asked), view), chosen, os.path.basename(file.source.title))
    except ExecutionError as error:
        return report_findings([error.diagnostic], file)
    except CannotShow as error:
        raise Refused(str(error)) from error
    return deliver_drawn(made, chosen, options.output, check=options.check)


def _view(options: ShowOptions) -> View:
    return View(
        at=None if options.at is None else _integers(options.at, "--at", "3,5"),
        numbers=options.numbers,
        digits=options.digits,
        axes=None if options.axes is None else _two(options.axes),
        lying=options.lying,
        colours=not options.plain,
    )


def _two(text: str) -> tuple[int, int]:
    found = _integers(text, "--axes", "0,1")
    if len(found) != 2:
        raise usage(f"{text!r} is not two axes; write for example 0,1", "--axes")
    return found[0], found[1]


def _integers(text: str, option: str, example: str) -> tuple[int, ...]:
    try:
        return tuple(int(part) for part in text.split(","))
    except ValueError as error:
        raise usage(f"{text!r} is not a list of whole numbers; write for example {example}", option) from error


# ---- what to run -------------------------------------------------------------------------------


def _setting(
    shapes: Shapes, sizes: Mapping[str, int], inputs: Mapping[str, str], options: ShowOptions
) -> tuple[dict[str, int], dict[str, Any]]:
    """The sizes and the data: a test's, with what the options say instead; else those of the options alone."""
    given: dict[str, np.ndarray[Any, Any]] = {}
    if options.test is not None:
        tests = {test.name: test for test in shapes.graph.tests}
        if options.test not in tests:
            near = nearest(options.test, tests)
            known = f"did you mean {near}?" if near else f"its tests are {', '.join(tests)}" if tests else "it has none"
            raise Refused(f"--test: the spec has no test {options.test}; {known}")
        case = test_case(tests[options.test])
        given = dict(given_arrays(case))
        sizes = {**case.sizes, **sizes}
    _check_sizes(shapes, sizes)
    set_sizes = sizes_in_order(shapes, sizes)
    broken = violated(shapes, set_sizes)
    if broken is not None and options.test is not None:
        raise Refused(f"these sizes violate {broken}")
    return set_sizes, {**given, **given_data(shapes, set_sizes, inputs, options)}


def _check_sizes(shapes: Shapes, sizes: Mapping[str, int]) -> None:
    """Refuses a command line without sizes and names the tests of the spec, which have some."""
    tests = [test.name for test in shapes.graph.tests]
    if tests and not sizes and (free := shapes.graph.free_sizes):
        some = f"--test {tests[0]}, or set them, as --set {free[0]}=3"
        raise Refused(f"the sizes {', '.join(free)} have no values; take those of a test, for example {some}")


def _selections(shapes: Shapes, sizes: Mapping[str, int], options: ShowOptions) -> list[Selection]:
    known = [name for name in shapes.graph.families if is_authors(name)]
    env = shapes.environment(sizes)
    own = {name: value for name, value in env.items() if name.isidentifier()}
    found = [selection(name, known, own) for name in options.names]
    if options.at is not None and len(found) != 1:
        raise Refused("--at shows the steps of one tensor; name only the one that is computed")
    return found


def _run(
    shapes: Shapes, sizes: Mapping[str, int], data: Mapping[str, Any], asked: Sequence[Selection], options: ShowOptions
) -> Run:
    with waiting("running", time.monotonic()) as advance:
        return run(shapes, sizes, data, seed=options.seed, memory_limit=options.memory_limit,
                   only={each.name for each in asked}, progress=advance)  # fmt: skip


# ---- what comes out ----------------------------------------------------------------------------


def _data(views: Views, format: str, title: str) -> bytes:
    if format not in PICTURES:
        return f"{written(views, format)}\n".encode()
    return drawn(picture_of(views, title), format)
