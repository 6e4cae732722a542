"""The work that questions about sizes take, counted so that an answer does not depend on the machine.

`spend` counts steps: terms that are multiplied, bounded or evaluated.  `granted` gives the work inside a limit of its
own, whatever the limits around it, so that an answer can be remembered; `OutOfWork` leaves it where the limit is used
up.  `remembered` keeps answers, and counts what they took again each time, as if they were worked out anew.
`allowance` is for many of them: once it is used up by what is remembered, `is_used_up` tells those who ask to be brief.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from math import inf
from typing import Generic, ParamSpec, TypeVar

Asked = ParamSpec("Asked")
Answer = TypeVar("Answer")


class OutOfWork(Exception):
    """The work that was granted is used up."""


class Stopped(BaseException):
    """Nobody waits for the answer any more; raised by the next question after `stop`."""


class _Meter:
    """Steps counted so far, and at which count the innermost limit ends; those of questions, and how many are allowed.

    `depth` is the number of questions that are being answered, one for the sake of the other; `stopping` whether the
    next question is to end the work.
    """

    done: int = 0
    end: float = inf
    asked: int = 0
    allowed: float = inf
    depth: int = 0
    stopping: bool = False


_METER = _Meter()


def spend(steps: int) -> None:
    """Count steps; raises `OutOfWork` beyond the limit."""
    _METER.done += steps
    if _METER.done > _METER.end:
        raise OutOfWork


def worked() -> int:
    """The steps counted so far."""
    return _METER.done


@contextmanager
def granted(steps: int) -> Iterator[None]:
    """Grants this many steps to the work inside."""
    before = _METER.end
    _METER.end = _METER.done + steps
    try:
        yield
    finally:
        _METER.end = before


@contextmanager
def apart(steps: int) -> Iterator[None]:
    """Grants this many steps that do not count outside, for work that differs between systems."""
    done, end = _METER.done, _METER.end
    _METER.end = done + steps
    try:
        yield
    finally:
        _METER.done, _METER.end = done, end


@contextmanager
def allowance(steps: int) -> Iterator[None]:
    """Allows this many steps for all questions inside, then `is_used_up`; of nested allowances the smaller holds."""
    before = _METER.allowed
    _METER.allowed = min(before, _METER.asked + steps)
    try:
        yield
    finally:
        _METER.allowed = before


def stop() -> None:
    """Ends the work of another thread: its next question raises `Stopped`, until `go_on` is called."""
    _METER.stopping = True


def go_on() -> None:
    """Lets questions be answered again."""
    _METER.stopping = False


def is_used_up() -> bool:
    """Whether the allowance is used up."""
    return _METER.asked > _METER.allowed


class Remembered(Generic[Asked, Answer]):
    """A function whose last answers are kept together with the steps that they took."""

    def __init__(self, function: Callable[Asked, Answer], count: int) -> None:
        def measured(*arguments: Asked.args, **named: Asked.kwargs) -> tuple[Answer, int]:
            before = _METER.done
            return function(*arguments, **named), _METER.done - before

        self._measured = lru_cache(maxsize=count)(measured)

    def __call__(self, *arguments: Asked.args, **named: Asked.kwargs) -> Answer:
        """The answer; what it took is counted, whether it is worked out or remembered."""
        if _METER.stopping:
            raise Stopped
        before = _METER.done
        _METER.depth += 1
        try:
            answer, steps = self._measured(*arguments, **named)  # type: ignore[arg-type]
        finally:
            _METER.depth -= 1
        if _METER.depth == 0:
            _METER.asked += steps
        spend(before + steps - _METER.done)
        return answer

    def forget(self) -> None:
        """Forgets all answers, as in a new process."""
        self._measured.cache_clear()


def remembered(count: int) -> Callable[[Callable[Asked, Answer]], Remembered[Asked, Answer]]:
    """Keeps the last `count` answers of a function together with the steps that they took."""
    return lambda function: Remembered(function, count)
