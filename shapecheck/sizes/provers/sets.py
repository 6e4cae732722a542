"""Quasi-affine questions, which integer sets decide exactly both ways."""

from __future__ import annotations

from shapecheck.sizes.questions.question import Question
from shapecheck.sizes.questions.verdicts import Answer


def by_sets(question: Question) -> Answer | None:
    """The exact answer for a quasi-affine question."""
    if not question.is_affine:
        return None
    from shapecheck.sizes.engines import decided

    return decided(question)
