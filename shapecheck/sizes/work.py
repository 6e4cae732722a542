"""The work that questions about sizes take, counted so that an answer does not depend on the machine.

`spend` counts steps: terms that are multiplied, bounded or evaluated.  `granted` gives the work inside a limit of its
own, whatever the limits around it, so that an answer can be remembered; `OutOfWork` leaves it where the limit is used
up.  `remembered` keeps answers, and counts what they took again each time, as if they were worked out anew.
`allowance` is for many of them: once it is used up by what is remembered, `is_used_up` tells those who ask to be brief.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache, wraps
from math import inf
from typing import TypeVar, cast

Function = TypeVar("Function", bound=Callable[..., object])


class OutOfWork(Exception):
    """The work that was granted is used up."""


class _Meter:
    """Steps counted so far, and at which count the innermost limit ends; those of questions, and how many are allowed.

    `depth` is the number of questions that are being answered, one for the sake of the other.
    """

    done: int = 0
    end: float = inf
    asked: int = 0
    allowed: float = inf
    depth: int = 0


_METER = _Meter()


def spend(steps: int) -> None:
    """Count steps; raises `OutOfWork` beyond the limit."""
    _METER.done += steps
    if _METER.done > _METER.end:
        raise OutOfWork


@contextmanager
def granted(steps: int) -> Iterator[None]:
    """Grants so many steps to what is done inside."""
    before = _METER.end
    _METER.end = _METER.done + steps
    try:
        yield
    finally:
        _METER.end = before


@contextmanager
def allowance(steps: int) -> Iterator[None]:
    """Allows so many steps for all questions inside, after which `is_used_up`; an allowance around it goes first."""
    before = _METER.allowed
    _METER.allowed = min(before, _METER.asked + steps)
    try:
        yield
    finally:
        _METER.allowed = before


def is_used_up() -> bool:
    """Whether the allowance is used up."""
    return _METER.asked > _METER.allowed


def remembered(count: int) -> Callable[[Function], Function]:
    """Keeps the last `count` answers of a function together with the steps that they took."""

    def wrap(function: Function) -> Function:
        @lru_cache(maxsize=count)
        def measured(*arguments: object) -> tuple[object, int]:
            before = _METER.done
            return function(*arguments), _METER.done - before

        @wraps(function)
        def ask(*arguments: object) -> object:
            before = _METER.done
            _METER.depth += 1
            try:
                answer, steps = measured(*arguments)
            finally:
                _METER.depth -= 1
            if _METER.depth == 0:
                _METER.asked += steps
            spend(before + steps - _METER.done)
            return answer

        return cast("Function", ask)

    return wrap
