"""The check of the names of axes in a whole spec, and in a claim.

In: an attempt without conflicts, or the values of one claim in it.  Out: messages about axes whose names differ where
they must be one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecheck.diagnostics.model import Diagnostic
from shapecheck.graph.model import Claim, Family, ValueClaim
from shapecheck.infer.axis_names.errors import names_differ
from shapecheck.infer.axis_names.propagation import AxisNames, axis_names, named_box

if TYPE_CHECKING:
    from shapecheck.infer.attempt.one_attempt import Attempt
    from shapecheck.infer.attempt.state import Frame


def check_names(attempt: Attempt) -> list[Diagnostic]:
    """Messages about axes whose names differ where they must be one."""
    if not any(map(_is_named, attempt.graph.families.values())):
        return []
    names = axis_names(attempt)
    names.check()
    return _told(attempt, names)


def check_claimed_names(attempt: Attempt, frame: Frame, claim: Claim) -> list[Diagnostic]:
    """Messages about axes whose names differ within a claim, or between its sides."""
    if not isinstance(claim.body, ValueClaim) or not any(map(_is_named, attempt.graph.families.values())):
        return []
    names = axis_names(attempt)
    names.check_claim(claim.body.operands, named_box(attempt, frame), claim.span)
    return _told(attempt, names)


def _told(attempt: Attempt, names: AxisNames) -> list[Diagnostic]:
    source, taken = attempt.graph.source, {*attempt.graph.families, *attempt.graph.dims}
    found = [names_differ(clash, source, taken) for clash in names.clashes]
    return list({(item.span, item.title): item for item in found}.values())


def _is_named(family: Family) -> bool:
    return any(family.axis_names)
