"""Does one thing with many items through an executor; the results come in the order of the items.

Comes in: a function of a module, items, and `Workers`.  Goes out: an iterator of results.  A worker that dies takes
what it was working on with it, and sometimes all that waits; that is tried again, and what fails each time is passed
to `undone`, whose result stands in its place.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future
from contextlib import suppress
from dataclasses import field
from threading import Lock
from typing import Generic, Protocol, TypeVar

from shapecheck.record import record
from shapecheck.signals import leave_on_signals

ONE_AT_A_TIME = Lock()
"""Held while a spec is worked on: what is remembered about sizes belongs to one spec at a time."""
TRIES = 3
"""The number of times that an item is given to a worker that dies."""
MOST_PROCESSES = 61
"""Most processes that Windows can wait for at a time."""
_ONE_THREAD = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
"""Settings that keep matrix products on one processor while several specs are checked at a time."""

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")


class Workers(Protocol):
    """Something that works on items elsewhere."""

    def submit(self, work: Callable[[_Item], _Result], item: _Item, /) -> Future[_Result]: ...

    def renew(self, alone: bool) -> None:
        """Called when a worker died; with `alone` the next item should have nobody beside it."""

    def close(self) -> None:
        """Called at the end, also where not all results were wanted."""


class Processes:
    """Processes of this machine; new ones replace those that died."""

    def __init__(self, count: int) -> None:
        self._count = min(count, MOST_PROCESSES)
        self._pool = _pool(self._count)

    def submit(self, work: Callable[[_Item], _Result], item: _Item, /) -> Future[_Result]:
        return self._pool.submit(work, item)

    def renew(self, alone: bool) -> None:
        self.close()
        self._pool = _pool(1 if alone else self._count)

    def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)


@record(frozen=False)
class Given:
    """An executor that somebody else opened and will close."""

    executor: Executor

    def submit(self, work: Callable[[_Item], _Result], item: _Item, /) -> Future[_Result]:
        return self.executor.submit(work, item)

    def renew(self, alone: bool) -> None:
        """Leaves it to the executor to replace its workers."""

    def close(self) -> None:
        """Leaves the executor open."""


def in_order(
    work: Callable[[_Item], _Result],
    items: Sequence[_Item],
    workers: Workers,
    undone: Callable[[_Item, Exception], _Result],
) -> Iterator[_Result]:
    """Yields the result for each item, in order, as soon as it and those before it are there."""
    queue = _Queue(work, items, workers)
    try:
        queue.go_on(0)
        for number in range(len(items)):
            yield queue.result(number, undone)
    finally:
        queue.end()


@record(frozen=False)
class _Queue(Generic[_Item, _Result]):
    """The items that are being worked on, by their numbers."""

    work: Callable[[_Item], _Result]
    items: Sequence[_Item]
    workers: Workers
    waiting: dict[int, Future[_Result]] = field(default_factory=dict)

    def submit(self, first: int) -> None:
        """Submits what is not being worked on, or was lost, from an item on."""
        for number in range(first, len(self.items)):
            if number not in self.waiting or _is_lost(self.waiting[number]):
                self.waiting[number] = self.workers.submit(self.work, self.items[number])

    def result(self, number: int, undone: Callable[[_Item, Exception], _Result]) -> _Result:
        """The result for one item; the later ones are being worked on meanwhile."""
        for tries in range(1, TRIES + 1):
            try:
                if tries > 1:
                    self.workers.renew(alone=tries == TRIES)
                if tries > 1 or number not in self.waiting:
                    self.submit(number)
                return self.waiting.pop(number).result()
            except Exception as error:
                last = error
        with suppress(Exception):
            self.workers.renew(alone=False)
        self.go_on(number + 1)
        return undone(self.items[number], last)

    def go_on(self, number: int) -> None:
        """Gives the rest to the workers; where there are none, each item finds that out for itself."""
        with suppress(Exception):
            self.submit(number)

    def end(self) -> None:
        """Stops what is not wanted any more."""
        for future in self.waiting.values():
            future.cancel()
        self.workers.close()


def _is_lost(future: Future[_Result]) -> bool:
    return future.cancelled() or (future.done() and future.exception() is not None)


def _pool(count: int) -> Executor:
    from concurrent.futures import ProcessPoolExecutor

    return ProcessPoolExecutor(count, initializer=_prepared)


def _prepared() -> None:
    """Prepares a process: signals end it quietly, and NumPy finds its settings when it is imported."""
    leave_on_signals()
    for name in _ONE_THREAD:
        os.environ.setdefault(name, "1")
