"""The interface of engines, which tell whether there are integers for which formulas hold.

In: a question, for its names with their least values, and formulas that are quasi-affine.  Out: yes or no, both exact;
`OutOfWork` where that would take more than is granted, or the engine is not installed.  The least members of sets,
their values by name and conditions are read off such answers, so that they are the same whichever engine gives them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from shapecheck.sizes.questions.formula import Formula, Relation
from shapecheck.sizes.questions.question import Question
from shapecheck.sizes.work import OutOfWork

MOST_CALLS = 60
"""Most calls of a library for one question: the work that it counts leaves out the cost of a call."""


class Engine(Protocol):
    """One conjunction of formulas, asked about many times."""

    method: str
    """The name of a proof by this engine in verdicts."""

    def __init__(self, question: Question, formulas: Sequence[Formula]) -> None:
        """Take integers as names of the question, with its least values, that satisfy the formulas."""

    def satisfiable(self, *more: Relation) -> bool:
        """Whether some of the integers satisfy these formulas, too; all calls together have one limit."""


class Work:
    """A number of steps that is granted for all that one question takes."""

    def __init__(self, limit: int) -> None:
        self.left = limit

    def spend(self, steps: int) -> None:
        """Count steps; `OutOfWork` where there are none left."""
        self.left -= steps
        if self.left < 0:
            raise OutOfWork
