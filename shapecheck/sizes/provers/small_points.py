"""Counterexamples among the smallest points; a proof where these are all there are."""

from __future__ import annotations

from shapecheck.sizes.questions.points import Search, refuted, search
from shapecheck.sizes.questions.question import Question
from shapecheck.sizes.questions.verdicts import Answer, Proved, Refuted, Tested, Unknown
from shapecheck.sizes.work import remembered

FEW_POINTS = 100
MANY_POINTS = 600


def by_small_points(question: Question) -> Answer | None:
    """A few of the smallest points, in plain Python; integer sets find a smaller one where an index was cut off."""
    quick = _quick(question)
    if quick.witness is not None and (quick.exact or not question.is_affine):
        return refuted(question, quick.witness, "search")
    return Proved("all cases") if quick.exhausted else None


def by_many_points(question: Question) -> Refuted | None:
    """Some ten thousand of the smallest points."""
    found = _most(question)
    return None if found.witness is None else refuted(question, found.witness, "search")


def tested(question: Question) -> Tested | Unknown:
    """The answer where no prover has one."""
    found = _most(question)
    return Tested(found.admissible) if found.admissible else Unknown("no admissible sizes were found to try")


@remembered(256)
def _quick(question: Question) -> Search:
    return search(question, FEW_POINTS if question.is_affine else MANY_POINTS)


@remembered(256)
def _most(question: Question) -> Search:
    from shapecheck.sizes.questions.grid import search_grid

    quick = _quick(question)
    return quick if quick.witness is not None else search_grid(question) or quick
