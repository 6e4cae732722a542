"""Engines for integer sets: none contradicts another, nor what trying all points of a box shows."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from itertools import product

import pytest

from shapecheck.sizes import Context, Proved, Refuted, Relation, Undefined, as_size, engines, symbol
from shapecheck.sizes.engines.engine import Engine, Work
from shapecheck.sizes.engines.isl import Isl
from shapecheck.sizes.engines.omega import satisfiable
from shapecheck.sizes.engines.plain import Plain
from shapecheck.sizes.engines.z3 import Z3
from shapecheck.sizes.questions.formula import FALSE
from shapecheck.sizes.questions.points import Point, truth
from shapecheck.sizes.questions.question import Question
from shapecheck.sizes.work import OutOfWork, apart, granted, spend

from .random_questions import questions

PARTS = 10
QUESTIONS = 300
"""In each part."""
WORK = 20_000
BOX = {1: 60, 2: 12, 3: 6, 4: 4}
"""How many values each name takes, by the number of names."""


class Brief(Plain):
    """The plain engine with less work, so that thousands of questions take seconds."""

    def __init__(self, question: Question, formulas: list[object]) -> None:
        super().__init__(question, formulas, Work(WORK))  # type: ignore[arg-type]


def answer(engine: type[Engine], question: Question) -> bool | None:
    """Whether there is a point where the goal fails; None where the engine leaves that open or is not there."""
    try:
        return engine(question, [*question.facts, question.goal.negated()]).satisfiable()
    except OutOfWork:
        return None


def box(question: Question) -> Iterator[Point]:
    """The points next to the least values."""
    count = BOX[len(question.names)]
    lows = [low if (low := question.lowers[name]) is not None else -count // 2 for name in question.names]
    for values in product(*(range(low, low + count) for low in lows)):
        yield dict(zip(question.names, values, strict=True))


def fails(question: Question, point: Point) -> bool:
    return truth(question.goal, point) is False and all(truth(fact, point) for fact in question.facts)


@pytest.mark.parametrize("part", range(PARTS))
def test_no_engine_contradicts_another(part: int) -> None:
    """Truth: the other engines, each with a translation of its own, and all points of a box."""
    left = 0
    for question in questions(QUESTIONS, seed=part):
        answers = [answer(engine, question) for engine in (Brief, Isl, Z3)]
        left += answers[0] is None
        known = set(answers) - {None}
        assert len(known) < 2, (question, answers)
        if False in known:
            assert not any(fails(question, point) for point in box(question)), question
    assert left <= QUESTIONS * 0.15, "the plain engine decides most"


def size_of(point: Point) -> int:
    return sum(value for name, value in point.items() if name != ".i")


@pytest.mark.parametrize("part", range(PARTS))
def test_the_plain_engine_finds_the_smallest_points(part: int) -> None:
    """Truth: all points of a box, and evaluation."""
    for question in questions(20, seed=1000 + part):
        try:
            engine = Plain(question, [*question.facts, question.goal.negated()])
            point = engines.smallest_point(engine, question) if engine.satisfiable() else None
        except OutOfWork:
            continue
        inside = [other for other in box(question) if fails(question, other)]
        if point is None:
            assert not inside, question
            continue
        assert fails(question, point), (question, point)
        assert all(size_of(point) <= size_of(other) for other in inside), (question, point)


@pytest.mark.parametrize("part", range(PARTS))
def test_the_least_values_of_a_name(part: int) -> None:
    """Truth: the values of points in a box are among those listed, as far as the list goes."""
    for question in questions(30, seed=2000 + part):
        name = next(name for name in question.names if name != ".i")
        values = engines.values_of(question, name, 6)
        if values is None:
            continue
        seen = {p[name] for p in box(question) if all(truth(fact, p) for fact in question.facts)}
        assert list(values) == sorted(set(values))
        assert all(value in values for value in seen if len(values) < 6 or value <= values[-1]), (question, values)


def test_what_no_small_point_shows_without_any_library(monkeypatch: pytest.MonkeyPatch) -> None:
    """Truth: by hand; 3x + 5y takes all values from 8 on and not 7; 12x + 15y is never 1000, and may be 99999."""
    monkeypatch.setattr(engines, "ENGINES", engines.ENGINES[:1])
    x, y = symbol("x"), symbol("y")
    for number, holds in ((7, True), (8, False), (31, False)):
        question = Question.about(Context(), Relation("!=", 3 * x + 5 * y, as_size(number)))
        assert isinstance(engines.decided(question), Proved if holds else Refuted)
    no_multiple_of_3 = Question.about(Context(), Relation("!=", 12 * x + 15 * y, as_size(1000)))
    assert isinstance(engines.decided(no_multiple_of_3), Proved)
    decision = engines.decided(Question.about(Context(), Relation("!=", 12 * x + 15 * y, as_size(99_999))))
    assert isinstance(decision, Refuted)
    assert 12 * decision.witness["x"] + 15 * decision.witness["y"] == 99_999
    assert decision.witness["x"] < 5, "the smallest sum has as many of the larger steps as there can be"


def test_an_index_nearest_to_zero() -> None:
    """Truth: multiples of 7 that are 3 more than one of 5 are .., -7, 28, ..; 3 more than one of 11: -8, 3, .."""
    index = symbol(".i")
    for modulus, left, nearest in ((35, 28, -7), (11, 3, 3)):
        context = Context((Relation("==", index % modulus, as_size(left)),))
        question = Question(context, (".i",), context.facts, FALSE)
        assert engines.smallest_point(Plain(question, question.facts), question) == {".i": nearest}


def test_numbers_of_thousands_of_digits_and_a_limit_that_spans_the_question() -> None:
    """Truth: 2^20000 is even; work runs out instead of time."""
    huge, x, y = 2**20_000, symbol("x"), symbol("y")
    even = Question.about(Context(), Relation("!=", 2 * x, as_size(huge + 1)))
    assert isinstance(engines.decided(even), Proved)
    work = Work(500)
    engine = Plain(Question.about(Context(), Relation("!=", 7 * x, 11 * y)), [], work)
    with pytest.raises(OutOfWork):
        for number in range(1000):
            engine.satisfiable(Relation("==", 7 * x + 11 * y, as_size(number)))


def test_splinters() -> None:
    """Truth: by hand (Pugh's example): 27 <= 11x + 13y <= 45 and -10 <= 7x - 9y <= 4 hold for no integers."""
    rows = [({0: 11, 1: 13}, -27), ({0: -11, 1: -13}, 45), ({0: 7, 1: -9}, 10), ({0: -7, 1: 9}, 4)]
    assert not satisfiable((), rows, Work(10_000))
    assert satisfiable((), [(rows[0][0], -24), *rows[1:]], Work(10_000))


WITHOUT = """
import sys
from shapecheck.sizes import Context, Relation, as_size, decide, symbol
H, n = symbol("H"), symbol("n")
print(type(decide(Context((Relation("==", H % 4, as_size(0)),)), Relation("==", 2 * (H // 2 // 2), H // 2))).__name__)
print(type(decide(Context(), Relation("==", (H + n) // 3, H // 3 + n // 3))).__name__)
print([name for name in ("islpy", "z3") if name in sys.modules])
"""


def test_usual_questions_import_no_library() -> None:
    """Truth: by hand, and the modules of a fresh interpreter."""
    printed = subprocess.check_output([sys.executable, "-c", WITHOUT], text=True, env=dict(os.environ))
    assert printed.split("\n")[:3] == ["Proved", "Refuted", "[]"]


def test_evaluation_ends_where_numbers_square_again_and_again() -> None:
    """Truth: a number that is squared thirty times has 2^30 times as many digits; nobody waits for it."""
    size = symbol("n") + 2
    for number in range(30):
        size = (size * size + 1) // (symbol("n") + number)
    with pytest.raises((ArithmeticError, Undefined)):
        size.evaluate({"n": 1})


def test_libraries_take_nothing_from_the_provers_after_them() -> None:
    """Truth: what is counted apart is not counted around it, so that later provers go as far without a library."""
    with granted(10):
        spend(4)
        with apart(100):
            spend(90)
        with pytest.raises(OutOfWork), apart(5):
            spend(6)
        spend(6)
        with pytest.raises(OutOfWork):
            spend(1)


LONG = """
from shapecheck.sizes import Context, Relation, as_size, decide, symbol
a = [symbol(f"a{number}") for number in range(6)]
facts = [
    Relation("<=", a[i] * (i + 2) + a[i + 1] * (i + 3) // 2, a[i + 2] % 4 + 50 + i) for i in range(4)
]
claim = sum((a[i] * (i + 2) // 3 for i in range(6)), as_size(0))
print(decide(Context(tuple(facts)), Relation("<=", claim, as_size(70))))
"""


def test_a_question_that_the_plain_engine_leaves_open_is_refuted_with_libraries_and_without() -> None:
    """Truth: by hand; with a5 = 29 and all others 1 the sum is 72, which later provers find where no library is."""
    masked = "import sys\nsys.modules['islpy'] = sys.modules['z3'] = None\n" + LONG
    told = [subprocess.check_output([sys.executable, "-c", code], text=True) for code in (LONG, masked)]
    assert all(text.startswith("Refuted(") for text in told), told
