"""What the active profile of Hypothesis says, where somebody has chosen one.

Its own profiles are made for functions that take microseconds: their deadline is not taken from them.
"""

from __future__ import annotations

from datetime import timedelta

from hypothesis import settings

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
