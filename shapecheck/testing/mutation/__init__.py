"""Whether the claims of a spec pin its equations down: each equation is changed, and what notices is told.

`mutate(source)` tries all changes; `messages` tells of them.
"""

from __future__ import annotations

from shapecheck.testing.mutation.campaign import Campaign, Limits, mutate
from shapecheck.testing.mutation.outcome import Fate, Outcome

__all__ = ["Campaign", "Fate", "Limits", "Outcome", "mutate"]
