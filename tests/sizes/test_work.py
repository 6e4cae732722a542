"""Work is counted: a question gets the same limit whenever it is asked, and what is remembered counts again."""

from __future__ import annotations

import pytest

from shapecheck.sizes import Context, Relation, allowance, decide, is_used_up, symbol
from shapecheck.sizes.decide import forget
from shapecheck.sizes.work import _METER, OutOfWork, granted, remembered, spend


def test_a_limit_is_left_where_it_is_used_up() -> None:
    """Ten steps are granted: the eleventh is refused, and what comes after the limit is free again."""
    with pytest.raises(OutOfWork), granted(10):
        spend(10)
        spend(1)
    spend(1_000_000)


def test_a_limit_inside_another_is_its_own() -> None:
    """The inner work is granted whole; what it took is counted outside."""
    with pytest.raises(OutOfWork), granted(10):
        with granted(100):
            spend(50)
        spend(1)


def test_what_is_remembered_counts_again() -> None:
    """The second time nothing is worked out, and as many steps are counted."""
    calls = []

    @remembered(8)
    def answer(number: int) -> int:
        calls.append(number)
        spend(number)
        return number

    for _ in range(2):
        with pytest.raises(OutOfWork), granted(10):
            assert answer(7) == 7
            spend(4)
    assert calls == [7]


def test_an_allowance_ends_and_is_told() -> None:
    """What is asked inside counts, what is asked outside does not."""
    n, m = symbol("n"), symbol("m")
    context = Context((), {"n": 1, "m": 1})
    with allowance(1):
        assert not is_used_up()
        decide(context, Relation(">=", (n + m) ** 2, 4 * n * m))
        assert is_used_up()
    assert not is_used_up()


def test_a_question_takes_the_same_work_after_others() -> None:
    """What earlier questions leave behind makes a later one no cheaper: its answer would depend on their order."""
    cold, warm, after = symbol("cold"), symbol("warm"), symbol("s")
    context = Context((Relation(">=", cold, 1000 * after), Relation(">=", warm, 1000 * after)), {})
    first, second = (Relation(">=", (size - after**2) // after**3 + after, after) for size in (cold, warm))
    alone = _steps(context, first)
    decide(context, second)
    forget()
    assert _steps(context, first) == alone > 0


def _steps(context: Context, relation: Relation) -> int:
    """How many steps a decision takes."""
    before = _METER.done
    decide(context, relation)
    return _METER.done - before
