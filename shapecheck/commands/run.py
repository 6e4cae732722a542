"""`shapecheck run`: a spec, sizes and data in; values on standard output, arrays in a file, an exit code out."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, Protocol

import click

from shapecheck.commands.delivery import ready
from shapecheck.commands.derived import Derived, shapes_of
from shapecheck.commands.exit_codes import FINDINGS, FINE, Refused
from shapecheck.commands.given_weights import weights_in
from shapecheck.commands.option_values import parse_inputs, parse_sizes, with_members
from shapecheck.commands.spec_files import SpecFile, read_one, unreadable, unwritable
from shapecheck.commands.terminal import waiting, wants_color, width_of
from shapecheck.diagnostics import Diagnostic, nearest, render
from shapecheck.diagnostics.render import sizes_text
from shapecheck.execute import Batch, ExecutionError, Run, run
from shapecheck.execute.files import load_array, save_archive
from shapecheck.infer.model import Shapes
from shapecheck.record import record
from shapecheck.report.findings import counted
from shapecheck.report.tensor_list import is_authors, is_told, tensors
from shapecheck.report.wording import worded, wording_of
from shapecheck.source import Source
from shapecheck.stages import derive, derive_block
from shapecheck.storage import opened
from shapecheck.testing.cases.case import Case

if TYPE_CHECKING:
    import numpy as np

MOST_VALUES = 200
"""A tensor with more numbers is printed with its middle cut out."""


@record
class RunOptions:
    """The options of the command, as typed."""

    sizes: Sequence[str]
    seed: int
    inputs: Sequence[str]
    weights: str | None
    show: Sequence[str]
    output: str | None
    dtype: Literal["float64", "float32"]
    memory_limit: int
    kind: str = "grid"
    block: str | None = None
    check: bool = False
    profile: str | None = None


def run_spec(path: str, options: RunOptions) -> int:
    """Run a spec and print what came out; the exit code."""
    sizes, inputs = parse_sizes(options.sizes), parse_inputs(options.inputs)
    _check_output(options.output)
    file = read_one(path)
    shapes, diagnostics = shapes_of(file, lambda source: _shapes(source, options.block))
    if shapes is None or any(diagnostic.level == "error" for diagnostic in diagnostics):
        return report_findings(diagnostics, file)
    sizes = sizes_in_order(shapes, sizes)
    shown = _shown(shapes, options.show)
    try:
        done = _run(shapes, sizes, given_data(shapes, sizes, inputs, options, options.profile), options)
    except ExecutionError as error:
        return report_findings([error.diagnostic], file)
    click.echo(_result(file, shapes, sizes, done, shown, options))
    _save(done, options.output)
    return _looked_at(file, done, sizes, options) if options.check else FINE


def _shapes(source: Source, block: str | None) -> Derived:
    """The shapes of the spec, or of one of its blocks on its own."""
    if block is None:
        return derive(source)
    try:
        return derive_block(source, block)
    except KeyError:
        shapes, _ = derive(source)
        known = [] if shapes is None else [item.name for item in shapes.graph.blocks]
        raise Refused(_unknown(f"--block: {block} is not a block of this spec", block, known, "there are")) from None


def _looked_at(file: SpecFile, done: Run, sizes: Mapping[str, int], options: RunOptions) -> int:
    """Reports wrong values of a run and claims that fail in it; returns the exit code."""
    from shapecheck.testing.properties.single import failures_of

    every = done.runs if isinstance(done, Batch) else (done,)
    case = Case(sizes, options.kind, options.seed)
    found = [item for one in every for item in failures_of(file.source, options.block or "", one, case)]
    color, width = wants_color(sys.stdout), width_of(sys.stdout)
    for diagnostic in found:
        click.echo("\n" + render(diagnostic, file.source, color=color, width=width))
    if not found:
        click.echo("the values are what the equations say, and no claim fails")
    return FINDINGS if found else FINE


def _run(
    shapes: Shapes, sizes: Mapping[str, int], data: Mapping[str, np.ndarray[Any, Any]], options: RunOptions
) -> Run:
    with waiting("running", time.monotonic()) as advance:
        return run(
            shapes,
            sizes,
            {**_filled(shapes, sizes, options), **data},
            seed=options.seed,
            dtype=options.dtype,
            memory_limit=options.memory_limit,
            progress=advance,
        )


def _filled(shapes: Shapes, sizes: Mapping[str, int], options: RunOptions) -> dict[str, np.ndarray[Any, Any]]:
    """The data that `--data` asks for, for all inputs and weights."""
    if options.kind == "grid":
        return {}
    from shapecheck.testing.cases.case import Runs

    return Runs(shapes, options.memory_limit).data(Case(sizes, options.kind, options.seed))


def report_findings(diagnostics: Iterable[Diagnostic], file: SpecFile, outcome: str = "not run") -> int:
    """Prints the reason why nothing is done; returns the exit code."""
    color, width = wants_color(sys.stdout), width_of(sys.stdout)
    for diagnostic in diagnostics:
        click.echo(render(diagnostic, file.source, color=color, width=width) + "\n")
    click.echo(f"{file.source.title}: {outcome}")
    return FINDINGS


# ---- before the run ----------------------------------------------------------------------------


def sizes_in_order(shapes: Shapes, sizes: Mapping[str, int]) -> dict[str, int]:
    """The sizes in the order of the spec, none missing and none too many."""
    sizes = with_members(sizes, shapes.graph)
    dims, free = shapes.graph.dims, tuple(shapes.graph.least_at(sizes))
    for name in sizes:
        if name in dims and name not in free:
            raise Refused(f"the size {name} is computed from the others ({name} = {dims[name].value}); leave it out")
        if name not in free:
            raise Refused(_unknown(f"{name} is not a size of this spec", name, free, "its sizes are"))
    missing = [name for name in free if name not in sizes]
    if missing:
        example = ",".join(f"{name}={value}" for value, name in enumerate(missing, start=3))
        noun = "size has" if len(missing) == 1 else "sizes have"
        raise Refused(f"{len(missing)} {noun} no value: {', '.join(missing)}; add for example --set {example}")
    return {name: sizes[name] for name in free}


def _shown(shapes: Shapes, names: Sequence[str]) -> Sequence[str]:
    """The tensors to print: those asked for, else the outputs, else all that is computed."""
    families = shapes.graph.families
    known = [name for name in families if is_authors(name)]
    for name in names:
        if name.partition("[")[0] not in known:
            raise Refused(_unknown(f"--show: nothing is called {name} in this spec", name, known, "there are"))
    computed = [family for family in families.values() if not family.is_given]
    outputs = [family.name for family in computed if family.role == "output"]
    return names or outputs or [family.name for family in computed if is_told(family)]


def _unknown(what: str, name: str, known: Iterable[str], listing: str) -> str:
    near = nearest(name, known)
    names = ", ".join(known)
    return f"{what}; did you mean {near}?" if near else f"{what}; {listing} {names}" if names else what


class Given(Protocol):
    """The options that name files with data."""

    @property
    def weights(self) -> str | None: ...
    @property
    def memory_limit(self) -> int: ...


def given_data(
    shapes: Shapes, sizes: Mapping[str, int], inputs: Mapping[str, str], options: Given, profile: str | None = None
) -> dict[str, np.ndarray[Any, Any]]:
    """The arrays from all files; a name given in both comes from its own file."""
    limit = options.memory_limit
    given = [family.name for family in shapes.graph.families.values() if family.is_given]
    for name, path in inputs.items():
        if name.partition("[")[0] not in given:
            raise Refused(_unknown(f"--input: {name} is not an input or weight of this spec", name, given, "there are"))
        _check_readable(path)
    data: dict[str, np.ndarray[Any, Any]] = {}
    if options.weights is not None:
        _check_readable(options.weights)
        data.update(weights_in(shapes, sizes, options.weights, profile, limit))
    return {**data, **{name: load_array(path, limit) for name, path in inputs.items()}}


def _check_readable(path: str) -> None:
    try:
        opened(path).close()
    except OSError as error:
        raise unreadable(path, error) from error


def _check_output(path: str | None) -> None:
    """Refuses a file that cannot be written before anything is computed."""
    if path is None:
        return
    if not path.endswith(".npz"):
        raise Refused(f"-o: arrays are saved as .npz, not as {os.path.basename(path)!r}")
    ready(path, check=False)


# ---- after it ----------------------------------------------------------------------------------


def _result(
    file: SpecFile, shapes: Shapes, sizes: Mapping[str, int], done: Run, shown: Sequence[str], options: RunOptions
) -> str:
    """The sizes, every shown tensor with shape and values, and how many shapes were confirmed."""
    setting = ", ".join(part for part in (sizes_text(sizes), f"seed = {options.seed}", options.dtype) if part)
    cut = 0
    parts = [f"{file.source.title} at {setting}\n"]
    for name in shown:
        for path, array in _arrays_of(name, done):
            cut += array.size > MOST_VALUES
            parts.append(_tensor(path, array, _derived(path, shapes)))
    if cut and options.output is None:
        parts.append("Large tensors are printed in part; -o FILE.npz saves them whole.\n")
    parts.append(f"{counted(done.confirmed, 'shape')} computed, all as derived")
    return "\n".join(parts)


def _arrays_of(name: str, done: Run) -> list[tuple[str, np.ndarray[Any, Any]]]:
    """The arrays that a name stands for: one, or one for each group of members that differ in shape."""
    own = [(path, array) for path, array in done.arrays.items() if path == name or path.startswith(f"{name}[")]
    try:
        return own or [(name, done.value(name))]
    except ExecutionError as error:
        raise Refused(f"--show: {error.diagnostic.title}") from error


def _derived(path: str, shapes: Shapes) -> str:
    """The shapes derived for all sizes: `h[t] : p, t = 0..T`."""
    with worded(wording_of(shapes)):
        own = [tensor for tensor in tensors(shapes) if tensor.name == path]
    return "; ".join(
        f"{tensor.label} : {tensor.shape_text}" + (f", {tensor.ranges}" if tensor.ranges else "") for tensor in own
    )


def _tensor(path: str, array: np.ndarray[Any, Any], derived: str) -> str:
    import numpy as np

    shape = " x ".join(map(str, array.shape)) or "scalar"
    values = np.array2string(array, precision=6, suppress_small=True, threshold=MOST_VALUES, max_line_width=100)
    lines = "\n".join(f"  {line}".rstrip() for line in values.split("\n"))
    return f"{path} : {shape}" + (f"    # {derived}" if derived else "") + f"\n{lines}\n"


def _save(done: Run, path: str | None) -> None:
    if path is None:
        return
    arrays = {name: array for name, array in done.arrays.items() if is_authors(name)}
    try:
        save_archive(path, arrays)
    except OSError as error:
        raise unwritable(path, error) from error
    click.echo(f"{counted(len(arrays), 'array')} saved to {path}", err=True)
