"""Members that two equations define.

In: an attempt without conflicts.  Out: a message for each equation that defines a member a second time.
"""

from __future__ import annotations

from collections.abc import Mapping

from shapecheck.diagnostics.model import Diagnostic
from shapecheck.infer.attempt.one_attempt import Attempt
from shapecheck.infer.model import Region
from shapecheck.infer.owed import outcome_errors
from shapecheck.infer.owed.read_bounds import plain, size_at
from shapecheck.infer.regions import boxes_meet
from shapecheck.sizes import Not, Refuted, decide
from shapecheck.source import Span

Place = tuple[Region, Span]
"""The members that an equation defines, and where it does."""


def double_definitions(attempt: Attempt) -> list[Diagnostic]:
    """Messages about members with two definitions."""
    found: dict[Span, Diagnostic] = {}
    for name, places in _definers(attempt).items():
        for later, place in enumerate(places):
            for earlier in places[:later]:
                witness = _common(attempt, earlier, place)
                if witness is not None:
                    member = _member(attempt, name, earlier[0], place[0], witness)
                    twice = outcome_errors.defined_twice(member, place[1], earlier[1], plain(witness))
                    found.setdefault(place[1], twice)
                    break
    return list(found.values())


def _definers(attempt: Attempt) -> dict[str, list[Place]]:
    found: dict[str, list[Place]] = {}
    for equation in attempt.graph.equations:
        at = {index.symbol: attempt.normal(attempt.range_of(index)) for index in equation.indices}
        for target in equation.targets:
            region = tuple(attempt.normal(interval) for interval in attempt.region_of(target, at))
            found.setdefault(target.family, []).append((region, target.span))
    return found


def _common(attempt: Attempt, first: Place, second: Place) -> Mapping[str, int] | None:
    """Sizes at which both define a member; None where there are none, or none are known."""
    decision = decide(attempt.solver.context, Not(boxes_meet(first[0], second[0])))
    return decision.witness if isinstance(decision, Refuted) else None


def _member(attempt: Attempt, name: str, first: Region, second: Region, witness: Mapping[str, int]) -> str:
    at = [max(size_at(attempt, span.low, witness) for span in pair) for pair in zip(first, second)]
    return f"{name}[{', '.join(map(str, at))}]" if at else name
