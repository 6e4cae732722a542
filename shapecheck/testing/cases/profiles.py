"""The settings of the active profile of Hypothesis, if one was chosen.

Its own profiles are made for functions that take microseconds: deadlines and numbers of examples are not taken from
them, whether the same examples are run each time is.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from random import randrange

from hypothesis import settings

from shapecheck.testing.cases.amounts import Amounts
from shapecheck.testing.cases.strategies import MOST_SEEDS

OF_HYPOTHESIS = ("default", "ci")


def deadline() -> timedelta | None:
    """The deadline for one example."""
    return active().deadline if profile() not in OF_HYPOTHESIS else None


def active() -> settings:
    """The settings of the active profile."""
    found = settings.default
    assert found is not None, "there is one as soon as Hypothesis is imported"
    return found


def profile() -> str:
    """The name of the active profile."""
    told = getattr(settings, "get_current_profile_name", None)
    return str(told()) if told is not None else str(getattr(settings, "_current_profile", "default"))


def amounts(seed: int | str | None) -> Amounts:
    """The amounts of the profile; `seed` is that of the command line (`--hypothesis-seed`)."""
    found = active()
    if found.derandomize:
        number = 0
    else:
        number = int(seed) if seed is not None and str(seed).isdigit() else randrange(MOST_SEEDS)
    chosen = profile() not in OF_HYPOTHESIS
    own = Amounts(seed=number, deadline=deadline())
    return replace(own, max_examples=found.max_examples) if chosen else own
