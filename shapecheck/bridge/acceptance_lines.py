"""Sizes that a model accepts: its spec with the `assume` lines that the spec's errors offer.

A model with free axes seldom takes every size: a kernel has to fit, two branches have to meet, a constant shape was
written into the file.  The spec says so where the lines that its errors offer leave no error.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from shapecheck.bridge.imported import Imported
from shapecheck.bridge.spec_writing import spec_text
from shapecheck.diagnostics import Diagnostic
from shapecheck.record import record
from shapecheck.source import Source
from shapecheck.stages import derive
from shapecheck.syntax import parse, tree

_OFFERED = re.compile(r"\bassume ([^;\n]+)$")
_ROUNDS = 6


@record(eq=False)
class Accepted:
    """The text of a spec, the conditions in it that the model makes, and whether it has no errors."""

    text: str
    conditions: tuple[str, ...]
    is_fine: bool


def accepted(imported: Imported, title: str) -> Accepted:
    """The spec with the conditions that its errors offer, where these leave no error; else as it is."""
    plain = text = spec_text(imported, title)
    conditions: list[str] = []
    for _ in range(_ROUNDS):
        errors = [one for one in derive(Source(title, text))[1] if one.level == "error"]
        if not errors:
            return Accepted(text, tuple(conditions), True)
        offered = [condition for condition in _offers(errors) if condition not in conditions]
        if not offered:
            break
        conditions += offered
        text = spec_text(imported, title, _statements(conditions))
    return Accepted(plain, (), False)


def _offers(errors: Sequence[Diagnostic]) -> list[str]:
    found = [match[1] for error in errors if error.help and (match := _OFFERED.search(error.help))]
    return list(dict.fromkeys(condition.strip() for one in found for condition in one.split(",")))


def _statements(conditions: Sequence[str]) -> tuple[tree.Statement, ...]:
    """The conditions as a statement."""
    return parse(Source("assume", f"assume {', '.join(conditions)}\n")).spec.statements
