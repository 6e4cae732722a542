"""From some counterexample to the smallest one: by the sum of the sizes, then in the order of the names.

In: a question and a point where it fails.  Out: a point where it fails; the smallest one, where the smaller ones are
few enough to be seen, or where it can be proved that none of them fails.
"""

from __future__ import annotations

from shapecheck.sizes.points import Point
from shapecheck.sizes.question import Question


def smallest_failing(question: Question, witness: Point) -> Point:
    """The smallest point where the goal fails, as far as that can be found out."""
    if any(question.context.lower(name) is None for name in question.names):
        return witness
    from shapecheck.sizes.grid import search_sums

    found = search_sums(question, sum(witness.values()))
    return witness if found is None or found.witness is None else found.witness
