"""Why `params` and `macs` are what they are: what each equation and each application of a block adds."""

from __future__ import annotations

from shapecheck.explain.model import Derivation
from shapecheck.infer.model import Shapes


def explain_count(shapes: Shapes, asked: str) -> Derivation | None:
    """The sum that a count is; None where nothing of this name is counted."""
    return None
