"""Questions that no size has a part in, and those whose facts are false whatever the sizes are."""

from __future__ import annotations

from shapecheck.sizes.questions.points import truth
from shapecheck.sizes.questions.question import Question
from shapecheck.sizes.questions.verdicts import NO_SIZES, Answer, Proved, Refuted


def by_constants(question: Question) -> Answer | None:
    """The answer where nothing has to be known about the sizes; None also where the goal is not defined."""
    if question.is_void:
        return Proved(NO_SIZES)
    if question.names:
        return None
    holds = truth(question.goal, {})
    if holds is None:
        return None
    return Proved("normal form") if holds else Refuted({}, "normal form")
