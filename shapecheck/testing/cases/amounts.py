"""The size of a campaign of runs, and the kinds of numbers that it uses."""

from __future__ import annotations

from datetime import timedelta

from shapecheck.budgets import MEMORY_LIMIT
from shapecheck.record import record

SPECIAL = ("zeros", "ones", "negative", "large")
"""The kinds of numbers that take turns; every chosen setting is run on random ones, and on one of these."""


@record
class Amounts:
    """The number of runs and their limits; `deadline` is for one run, if a profile of Hypothesis sets one."""

    max_examples: int = 24
    seed: int = 0
    stop_at_first: bool = False
    memory_limit: int = MEMORY_LIMIT
    deadline: timedelta | None = None
