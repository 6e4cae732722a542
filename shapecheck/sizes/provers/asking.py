"""Asking a prover: a number that gets too large is no answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from shapecheck.sizes.algebra import TooLargeToWrite
from shapecheck.sizes.evaluation import TooLarge
from shapecheck.sizes.question import Question
from shapecheck.sizes.verdicts import Answer

Prover: TypeAlias = Callable[[Question], Answer | None]


def asked(prover: Prover, question: Question) -> Answer | None:
    """The answer of the prover, None also where it met a size or a number that is too large."""
    try:
        return prover(question)
    except (TooLarge, TooLargeToWrite):
        return None
