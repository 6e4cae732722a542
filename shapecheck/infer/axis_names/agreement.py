"""The check of the names of axes in a whole spec.

In: an attempt without conflicts.  Out: messages about axes whose names differ where they must be one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecheck.diagnostics.model import Diagnostic
from shapecheck.graph.model import Family
from shapecheck.infer.axis_names.errors import names_differ
from shapecheck.infer.axis_names.propagation import axis_names

if TYPE_CHECKING:
    from shapecheck.infer.attempt.attempt import Attempt


def check_names(attempt: Attempt) -> list[Diagnostic]:
    """Messages about axes whose names differ where they must be one."""
    if not any(map(_is_named, attempt.graph.families.values())):
        return []
    names = axis_names(attempt)
    names.check()
    source, taken = attempt.graph.source, {*attempt.graph.families, *attempt.graph.dims}
    found = [names_differ(clash, source, taken) for clash in names.clashes]
    return list({(item.span, item.title): item for item in found}.values())


def _is_named(family: Family) -> bool:
    return any(family.axis_names)
