"""Shapes and reports of a file for commands that judge and run nothing; a file that is no text gives its own error."""

from __future__ import annotations

from collections.abc import Callable

from shapecheck.checked import Report
from shapecheck.commands.spec_files import SpecFile
from shapecheck.diagnostics import Diagnostic, Level
from shapecheck.infer.model import Shapes
from shapecheck.source import Source
from shapecheck.stages import accepting, derive

NEED_FAILS = "requirement-fails"
"""The code of the error that something is needed which fails for some sizes."""
Derived = tuple[Shapes | None, tuple[Diagnostic, ...]]


def shapes_of(file: SpecFile, derived: Callable[[Source], Derived] = derive) -> Derived:
    """The shapes of a spec, and what is wrong with it."""
    return (None, (file.trouble,)) if file.trouble is not None else derived(file.source)


def admissible(file: SpecFile, report: Report) -> Shapes | None:
    """The shapes for the sizes that meet what the equations need, if nothing else is wrong with a spec."""
    wrong = [item for item in report.diagnostics if item.level == Level.ERROR]
    if report.shapes is None or not wrong or any(item.code != NEED_FAILS for item in wrong):
        return None
    return shapes_of(file, accepting)[0]


def report_of(file: SpecFile) -> Report:
    """The derived shapes of a file as a report."""
    shapes, diagnostics = shapes_of(file)
    return Report(file.source, shapes, (), diagnostics)
