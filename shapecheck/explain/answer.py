"""The names that a reader may ask about, and the derivation that answers."""

from __future__ import annotations

from shapecheck.checked import Report
from shapecheck.diagnostics.suggest import nearest
from shapecheck.explain.asked import known_names
from shapecheck.explain.claim_verdicts import NoClaim, claims_on, explain_verdict
from shapecheck.explain.counted import COUNTS, explain_count
from shapecheck.explain.model import Derivation
from shapecheck.explain.tensor import explain_tensor
from shapecheck.infer.model import Shapes

_MOST_NAMES = 12


class Unknown(ValueError):
    """A name that nothing has; the message says what may have been meant."""


def explain(report: Report, asked: str, most: int | None = None) -> Derivation:
    """The derivation of a shape, a count or a verdict, in at most `most` steps.  Raises `Unknown`."""
    shapes = report.shapes
    assert shapes is not None, "what cannot be read is not explained"
    found = explain_tensor(shapes, asked, most) or explain_count(shapes, asked)
    if found is None or not found.sections:
        front, point, last = asked.rpartition(".")
        count = nearest(last, COUNTS) if point and last not in COUNTS else None
        near = f"{front}.{count}" if count else nearest(asked, known_names(shapes))
        raise Unknown(_unknown(shapes, asked, near))
    return found


def _unknown(shapes: Shapes, asked: str, near: str | None) -> str:
    if asked in shapes.graph.dims:
        return f"{asked} is a size; names of tensors, params and macs can be explained"
    if near:
        return f"there is no {asked} in this spec; did you mean {near}?"
    names = [*(name for name in known_names(shapes) if name.isidentifier() and name not in COUNTS), *COUNTS]
    more = ", .." if len(names) > _MOST_NAMES else ""
    return f"there is no {asked.strip() or repr(asked)} in this spec; there is {', '.join(names[:_MOST_NAMES])}{more}"


def explain_claims(report: Report, line: int) -> tuple[Derivation, ...]:
    """The derivations of the verdicts on the claims of a line; raises `Unknown`."""
    try:
        return tuple(explain_verdict(report, verdict) for verdict in claims_on(report, line))
    except NoClaim as missing:
        raise Unknown(str(missing)) from missing
