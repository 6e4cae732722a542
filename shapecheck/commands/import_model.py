"""`shapecheck import`: a model's file, or a module, in; its spec, its weights and an exit code out."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

import click

from shapecheck.bridge import Model, from_keras, from_torch, import_model
from shapecheck.bridge.errors import BridgeError, Problem, Untranslated
from shapecheck.bridge.modules.spelled import examples, is_spelled, module_named
from shapecheck.bridge.verify import Comparison, compare
from shapecheck.commands.delivery import deliver, ready
from shapecheck.commands.exit_codes import FINDINGS, FINE, Refused, complain
from shapecheck.commands.spec_files import unwritable
from shapecheck.commands.terminal import wants_color, width_of
from shapecheck.diagnostics import Diagnostic, render
from shapecheck.diagnostics.render import sizes_text
from shapecheck.execute import ExecutionError
from shapecheck.execute.files import save_archive
from shapecheck.infer.model import Shapes
from shapecheck.record import record
from shapecheck.source import Source
from shapecheck.stages import derive


@record
class ImportOptions:
    """The options of the command, as typed."""

    output: str | None
    weights: str | None
    symbolic: Sequence[str]
    inputs: Sequence[str]
    fold: bool
    verify: bool
    partial: bool
    memory_limit: int


def import_file(path: str, options: ImportOptions) -> int:
    """Import a model; the exit code."""
    ready(options.output, check=False)
    ready(options.weights, check=False)
    if options.weights is not None and not options.weights.endswith(".npz"):
        raise Refused(f"--weights: arrays are saved as .npz, not as {os.path.basename(options.weights)!r}")
    try:
        model = _model(path, options)
    except BridgeError as error:
        raise Refused(str(error)) from error
    except Untranslated as error:
        return _told(path, error.problems)
    _save(model, options)
    return _looked_at(path, model, options)


def _model(path: str, options: ImportOptions) -> Model:
    """The model of a file, or of a module that is spelled."""
    if not is_spelled(path):
        if options.inputs:
            raise Refused("--input describes the inputs of a module, like net:Net; a file tells its own")
        return import_model(path, symbolic=options.symbolic, partial=options.partial, fold=options.fold)
    if options.symbolic:
        raise Refused("--symbolic: a module has no axes of its own; give free axes names in --input, like N,3,H,W")
    found = module_named(path)
    keras = sys.modules.get("keras")
    if keras is not None and isinstance(found, keras.Model):
        return from_keras(found, partial=options.partial, fold=options.fold)
    if not options.inputs:
        raise Refused(f"{path} is a module: describe its inputs, for example --input N,3,H,W or --input int:N,T")
    tensors, axes = examples(options.inputs)
    return from_torch(found, tuple(tensors), axes, partial=options.partial, fold=options.fold)


def _told(path: str, problems: Sequence[Problem]) -> int:
    """Print all nodes that cannot be translated; the exit code."""
    for problem in problems:
        click.echo(f"{problem}")
    noun = "node" if len(problems) == 1 else "nodes"
    click.echo(f"{path}: not imported, {len(problems)} {noun} cannot be translated; --partial writes the rest")
    return FINDINGS


def _save(model: Model, options: ImportOptions) -> None:
    if options.weights is not None:
        try:
            save_archive(options.weights, model.weights)
        except OSError as error:
            raise unwritable(options.weights, error) from error
    deliver(model.text.removesuffix("\n"), options.output)


def _looked_at(path: str, model: Model, options: ImportOptions) -> int:
    """Say what is wrong with the spec, and how far it is from the model; the exit code."""
    source = Source(options.output or os.path.basename(path).replace(":", "."), model.text)
    shapes, diagnostics = derive(source)
    errors = [diagnostic for diagnostic in diagnostics if diagnostic.level == "error"]
    _show(errors, source)
    for problem in model.imported.problems:
        complain(f"shapecheck: an input instead of {problem}")
    if model.assumed:
        complain(f"the model accepts only sizes with {' and '.join(model.assumed)}; the spec assumes so")
    if errors or shapes is None:
        return FINDINGS
    return _verified(model, shapes, options) if options.verify else FINE


def _show(errors: Sequence[Diagnostic], source: Source) -> None:
    color, width = wants_color(sys.stderr), width_of(sys.stderr)
    for diagnostic in errors:
        complain(render(diagnostic, source, color=color, width=width) + "\n")


def _verified(model: Model, shapes: Shapes, options: ImportOptions) -> int:
    """Compare the spec with the model; the exit code."""
    if model.imported.problems:
        raise Refused("--verify: a part of the model is missing, so there is nothing to compare with it")
    try:
        found = compare(model.peer(), model.imported, shapes, options.memory_limit)
    except BridgeError as error:
        raise Refused(str(error)) from error
    except ExecutionError as error:
        raise Refused(f"the spec does not run: {error.diagnostic.title}") from error
    for comparison in found:
        complain(_comparison_text(comparison))
    return FINE if all(comparison.agrees for comparison in found) else FINDINGS


def _comparison_text(comparison: Comparison) -> str:
    """`N = 2, H = 5: y as in the model (differs by 3.1e-08 of its largest number)`."""
    parts = []
    for item in comparison.outputs:
        if item.relative is None:
            parts.append(f"{item.name} has the shape {item.spec}, in the model {item.model}")
        else:
            word = "as in the model" if comparison.agrees else "NOT as in the model"
            parts.append(f"{item.name} {word} (largest difference {item.relative:.1e} of its largest number)")
    return f"{sizes_text(comparison.sizes) or 'at the sizes of the model'}: {'; '.join(parts)}"
