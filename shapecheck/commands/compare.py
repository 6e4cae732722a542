"""`shapecheck compare`: a spec and the name of a module in; whether they agree on standard output, a code out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import click

from shapecheck.bridge.errors import BridgeError
from shapecheck.commands.delivery import ready
from shapecheck.commands.derived import shapes_of
from shapecheck.commands.exit_codes import FINDINGS, FINE, Refused
from shapecheck.commands.run import report_findings
from shapecheck.commands.spec_files import read_one, unwritable
from shapecheck.diagnostics.render import sizes_text
from shapecheck.execute.files import save_archive
from shapecheck.record import record
from shapecheck.spec import Spec


@record
class CompareOptions:
    """The options of the command, as typed."""

    profile: str
    outputs: Sequence[str]
    tolerance: float
    save: str | None


def compare_spec(path: str, module: str, options: CompareOptions) -> int:
    """Compare a module with a spec; the exit code."""
    from shapecheck.bridge.comparing.side_by_side import compare_module
    from shapecheck.bridge.modules.spelled import is_spelled, module_named

    ready(options.save, check=False)
    if options.save is not None and not options.save.endswith(".npz"):
        raise Refused("--save: arrays are saved as .npz")
    if not is_spelled(module):
        raise Refused(f"{module!r} names no module; write package.module:Net, for example nets:Net for Net in nets.py")
    file = read_one(path)
    shapes, diagnostics = shapes_of(file)
    if shapes is None or any(diagnostic.level == "error" for diagnostic in diagnostics):
        return report_findings(diagnostics, file, "not compared")
    _check_outputs(options.outputs, list(shapes.graph.families))
    try:
        found = compare_module(
            Spec(file.source), module_named(module), options.profile, options.outputs, options.tolerance
        )
    except BridgeError as error:
        raise Refused(str(error)) from error
    if found.difference is not None:
        click.echo(f"{found.difference}\n{module} is not the network of {file.source.title}")
        return FINDINGS
    at = "; ".join(sizes_text(sizes) for sizes in found.settings if sizes) or "its sizes"
    click.echo(f"{module} is the network of {file.source.title}: {found.layers} layers with weights, equal at {at}")
    click.echo(f"largest difference {found.largest:.1e} of the largest number")
    if options.save is not None:
        _save(options.save, found.weights)
    return FINE


def _check_outputs(outputs: Sequence[str], known: Sequence[str]) -> None:
    for name in outputs:
        if name not in known:
            raise Refused(f"--outputs: the spec has no tensor {name}")


def _save(path: str, weights: Mapping[str, Any]) -> None:
    try:
        save_archive(path, weights)
    except OSError as error:
        raise unwritable(path, error) from error
