"""Sizes that a model accepts: the spec with the `assume` lines that its errors offer, so that it can be run."""

from __future__ import annotations

import re
from collections.abc import Sequence

from shapecheck.diagnostics import Diagnostic
from shapecheck.infer.model import Shapes
from shapecheck.record import record
from shapecheck.source import Source
from shapecheck.stages import derive

_OFFERED = re.compile(r"\bassume ([^;\n]+)$")
_ROUNDS = 6


@record(eq=False)
class Accepted:
    """A derived spec, and the conditions on the sizes under which it was."""

    shapes: Shapes | None
    conditions: tuple[str, ...]


def accepted(text: str, name: str) -> Accepted:
    """The shapes of a spec under the conditions that its errors offer; None where these do not help."""
    conditions: list[str] = []
    for _ in range(_ROUNDS):
        lines = "".join(f"assume {condition}\n" for condition in conditions)
        shapes, diagnostics = derive(Source(name, text + lines))
        errors = [diagnostic for diagnostic in diagnostics if diagnostic.level == "error"]
        if not errors:
            return Accepted(shapes, tuple(conditions))
        offered = [condition for condition in _offers(errors) if condition not in conditions]
        if not offered:
            break
        conditions += offered
    return Accepted(None, ())


def _offers(errors: Sequence[Diagnostic]) -> list[str]:
    found = [match[1] for error in errors if error.help and (match := _OFFERED.search(error.help))]
    return list(dict.fromkeys(found))
