"""The derivation of a shape, a count or a verdict, as a value that writers render.

In: finished shapes and verdicts.  Out: a `Derivation`, steps in an order in which each rests on those before it, each
tied to a place in the text.  Nothing is recorded while shapes are inferred: the reasons are found again afterwards, by
looking for the shortest way from what is written to what is asked (`search`), over all that the operations, reads and
ranges say of each other (`network`).
"""

from __future__ import annotations

from shapecheck.explain.answer import Unknown, explain, explain_claims
from shapecheck.explain.model import Code, Derivation, Factored, Filled, Piece, Section, Shaped, Step, Words

__all__ = [
    "Code",
    "Derivation",
    "Factored",
    "Filled",
    "Piece",
    "Section",
    "Shaped",
    "Step",
    "Unknown",
    "Words",
    "explain",
    "explain_claims",
]
