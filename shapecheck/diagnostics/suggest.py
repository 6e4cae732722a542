"""The name that was probably meant.

Comes in: a name that nobody knows, and those that are known.  Goes out: the nearest of them, or None.  Near is an
edit distance in which exchanging two neighbouring letters is one edit and the wrong case of a letter half an edit.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

_CASE = 0.5
MOST_CANDIDATES = 1000
"""Most names of about the same length that are compared; a spec with more of them is not written by hand."""


def nearest(name: str, candidates: Iterable[str]) -> str | None:
    """The candidate nearest to `name`, at most a third of its length (and at least one edit) away, else None.

    >>> nearest("sgim", ["tanh", "sigm", "exp"])
    'sigm'
    """
    allowed = max(1.0, len(name) / 3)
    letters = frozenset(name.lower())
    like = (other for other in dict.fromkeys(candidates) if abs(len(other) - len(name)) <= allowed)
    # an edit takes one letter away and brings another one
    alike = (other for other in islice(like, MOST_CANDIDATES) if len(letters ^ set(other.lower())) <= 2 * allowed)
    scored = [(distance(name, other), other) for other in alike]
    near = [(cost, other) for cost, other in scored if cost <= allowed and cost < max(len(name), len(other))]
    return min(near, default=(0.0, None))[1]


def distance(left: str, right: str) -> float:
    """Insertions, deletions, replacements and exchanges of neighbours that turn `left` into `right`.

    Source: the optimal string alignment distance (restricted Damerau-Levenshtein).
    """
    before: list[float] = []
    above = [float(column) for column in range(len(right) + 1)]
    for row, one in enumerate(left, start=1):
        current = [float(row)]
        for column, other in enumerate(right, start=1):
            best = min(above[column] + 1, current[column - 1] + 1, above[column - 1] + _replacement(one, other))
            if row > 1 and column > 1 and one == right[column - 2] and left[row - 2] == other:
                best = min(best, before[column - 2] + 1)
            current.append(best)
        before, above = above, current
    return above[-1]


def _replacement(one: str, other: str) -> float:
    if one == other:
        return 0.0
    return _CASE if one.lower() == other.lower() else 1.0
