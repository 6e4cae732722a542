"""Shapes and reports of a file for commands that judge and run nothing; a file that is no text gives its own error."""

from __future__ import annotations

from collections.abc import Callable

from shapecheck.checked import Report
from shapecheck.commands.spec_files import SpecFile
from shapecheck.diagnostics import Diagnostic
from shapecheck.infer.model import Shapes
from shapecheck.source import Source
from shapecheck.stages import derive

Derived = tuple[Shapes | None, tuple[Diagnostic, ...]]


def shapes_of(file: SpecFile, derived: Callable[[Source], Derived] = derive) -> Derived:
    """The shapes of a spec, and what is wrong with it."""
    return (None, (file.trouble,)) if file.trouble is not None else derived(file.source)


def report_of(file: SpecFile) -> Report:
    """The derived shapes of a file as a report."""
    shapes, diagnostics = shapes_of(file)
    return Report(file.source, shapes, (), diagnostics)
