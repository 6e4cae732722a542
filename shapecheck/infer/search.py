"""The search for an attempt without conflicts, over cuts of the ranges.

All members of a range are taken to be alike first.  Where that fails, single members are cut off: fewest first, at the
low end, then at the high end, at most three in all; then shapes may grow with an index (`growth`); a short literal
range is at last looked at member by member.  When every attempt fails, the first one is the result.
"""

from __future__ import annotations

from collections.abc import Mapping

from shapecheck.graph.model import Graph
from shapecheck.infer import growth
from shapecheck.infer.attempt import range_errors
from shapecheck.infer.attempt.one_attempt import Attempt, start
from shapecheck.infer.blocks.kinds import Kinds
from shapecheck.infer.regions import Cut, cuttings, member_by_member


def search(graph: Graph, kinds: Kinds) -> Attempt:
    """The first attempt that succeeds; else the one whose conflicts are reported."""
    labels, varies = _labels(graph), _varies(graph)
    of_members = growth.search(graph, labels, kinds) if varies and graph.context.families else None
    if of_members is not None:
        return of_members
    first = _started(graph, {}, kinds)
    splits = any(conflict.splits for conflict in first.conflicts)
    if splits and varies:
        each = _started(graph, member_by_member(labels), kinds)
        if not each.conflicts:
            return each
    for cuts in cuttings(labels) if splits else ():
        attempt = _started(graph, cuts, kinds)
        if not attempt.conflicts:
            return attempt
    told = [span for conflict in first.conflicts if (span := conflict.diagnostic.span) is not None]
    grown = growth.search(graph, labels, kinds, told) if splits or _vanishes(first) else None
    if grown is not None and not grown.conflicts:
        return grown
    each = _started(graph, member_by_member(labels), kinds) if splits and labels else first
    if grown is not None and each.conflicts:
        return grown
    return each if not each.conflicts or any(conflict.certain for conflict in each.conflicts) else first


def _started(graph: Graph, cuts: Mapping[str, Cut], kinds: Kinds) -> Attempt:
    """An attempt in which no shape that is kept may depend on an equation's index."""
    attempt = start(graph, cuts, kinds)
    family = None if attempt.conflicts else growth.depending(attempt)
    if family is not None:
        attempt.conflicts.append(range_errors.depends_on_index(family))
    return attempt


def _varies(graph: Graph) -> bool:
    """Whether a declared shape differs from member to member."""
    return any(family.varies for family in graph.families.values())


def _vanishes(attempt: Attempt) -> bool:
    """Whether the members of a range could be alike only if something had no entries."""
    solved = [attempt.solver.normal(size).constant for size in attempt.solver.solution.values()]
    return any(number is not None and number < 1 for number in solved)


def _labels(graph: Graph) -> list[str]:
    """The names of the indices whose ranges are written; first those that weights have, which are cut most often."""
    weights = [axis.label for family in graph.families.values() if family.role == "weight" for axis in family.axes]
    written = [index.label for equation in graph.equations for index in equation.indices if index.low is not None]
    return list(dict.fromkeys((*weights, *written)))
