"""Quasi-affine questions, decided exactly: one seam with engines behind it.

In: a question whose comparisons are all quasi-affine, which is linear but for quotients by numbers and maxima.  Out: a
proof or the smallest point where the goal fails; the least values of a name; the weakest condition for a goal; None
where the limits do not suffice.

An engine (`engine`) answers a single kind of question: are there integers for which these formulas hold?  All else is
read off its answers (`least`, `fitting`), so that an answer does not depend on the engine that gave it.  The engine
that is everywhere comes first (`plain`, an Omega test); what it leaves open within its limit is handed to the
libraries that are installed (`isl`, `z3`), for yes or no and smallest points alone: values and conditions are the same
on every system.  Limits count work, and span all that one question takes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TypeVar

from shapecheck.sizes.engines.engine import Engine, Work
from shapecheck.sizes.engines.fitting import weakest_condition as fitted
from shapecheck.sizes.engines.isl import Isl
from shapecheck.sizes.engines.least import least_values, smallest_point
from shapecheck.sizes.engines.plain import Plain
from shapecheck.sizes.engines.z3 import Z3
from shapecheck.sizes.questions.formula import Formula
from shapecheck.sizes.questions.points import Point, search, truth
from shapecheck.sizes.questions.question import Question
from shapecheck.sizes.questions.verdicts import Proved, Refuted
from shapecheck.sizes.work import OutOfWork, apart

ENGINES: tuple[type[Engine], ...] = (Plain, Isl, Z3)
"""In the order in which they are asked."""

SMALL_POINTS = 1_500
LIBRARY_STEPS = 70_000
"""Work that may be counted around the calls of libraries, which have limits of their own."""
FITTING_STEPS = 100_000
FITTING_POINTS = 100_000

_Answer = TypeVar("_Answer")


def decided(question: Question) -> Proved | Refuted | None:
    """The exact answer, or None if it takes too much."""
    failing = [*question.facts, question.goal.negated()]
    asked = _first_answer(question, failing, lambda engine: (engine, engine.satisfiable()), ENGINES[:1])
    if asked is not None and not asked[1]:
        return Proved(asked[0].method)
    found = _by_search(question)
    if found is not None:
        return found
    if asked is not None:
        with suppress(OutOfWork):
            return _by_smallest_point(asked[0], question)
    return _by_libraries(question, failing, lambda engine: _decision(engine, question))


def _decision(engine: Engine, question: Question) -> Proved | Refuted:
    return _by_smallest_point(engine, question) if engine.satisfiable() else Proved(engine.method)


def _by_search(question: Question) -> Refuted | None:
    """A refutation by a small point, which is found faster than by an engine."""
    seen = search(question, SMALL_POINTS)
    return Refuted(seen.witness, Plain.method) if seen.witness is not None and seen.exact else None


def _by_smallest_point(engine: Engine, question: Question) -> Refuted:
    witness = smallest_point(engine, question)
    if not _is_witness(question, witness):
        raise OutOfWork
    return Refuted(witness, engine.method)


def _is_witness(question: Question, point: Point) -> bool:
    """No engine is trusted with refutations: the point is evaluated."""
    return truth(question.goal, point) is False and all(truth(fact, point) for fact in question.facts)


def impossible(question: Question) -> bool:
    """Whether it is proved that no integers satisfy the facts."""
    asked = _first_answer(question, question.facts, lambda engine: engine.satisfiable(), ENGINES[:1])
    if asked is None:
        asked = _by_libraries(question, question.facts, lambda engine: engine.satisfiable())
    return asked is False


def values_of(question: Question, name: str, count: int) -> tuple[int, ...] | None:
    """The least values that a size has where all facts hold, `count` of them or all there are within reach."""
    low = question.lowers[name]
    assert low is not None, "an index has no least value"
    return _first_answer(question, question.facts, lambda engine: least_values(engine, name, low, count), ENGINES[:1])


def weakest_condition(question: Question) -> Formula | None:
    """The condition under which the goal follows from the facts, None if it takes more than a few comparisons."""
    steps = Work(FITTING_STEPS)
    with suppress(OutOfWork):
        return fitted(question, lambda formulas: Plain(question, formulas, steps), Work(FITTING_POINTS))
    return None


def _by_libraries(question: Question, formulas: Sequence[Formula], read: Callable[[Engine], _Answer]) -> _Answer | None:
    """The answer of the first library that has one; what that takes leaves the others as much as they had."""
    with apart(LIBRARY_STEPS):
        return _first_answer(question, formulas, read, ENGINES[1:])


def _first_answer(
    question: Question,
    formulas: Sequence[Formula],
    read: Callable[[Engine], _Answer],
    engines: Sequence[type[Engine]],
) -> _Answer | None:
    """The answer of the first engine that has one."""
    for engine in engines:
        with suppress(OutOfWork):
            return read(engine(question, formulas))
    return None
