"""Asking a prover: a number that gets too large, or work that is used up, is no answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from shapecheck.sizes.algebra.monomials import TooLargeToWrite
from shapecheck.sizes.algebra.point_values import TooLarge
from shapecheck.sizes.questions.question import Question
from shapecheck.sizes.questions.verdicts import Answer
from shapecheck.sizes.work import OutOfWork

Prover: TypeAlias = Callable[[Question], Answer | None]


def asked(prover: Prover, question: Question) -> Answer | None:
    """The answer of the prover, None also where a number got too large or the work granted is used up."""
    try:
        return prover(question)
    except (TooLarge, TooLargeToWrite, OutOfWork):
        return None
