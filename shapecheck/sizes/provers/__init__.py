"""The ways to settle a question about sizes, in the order of their cost.

In: a question.  Out: `Proved` or `Refuted`, or None where the prover has nothing to say: running out of a limit is
never an answer.  Each is sound by itself, so that their order only matters for speed and for which counterexample is
shown.  A new prover is one file, and its name in the tuple; it asks no other prover by way of `decide`.
"""

from __future__ import annotations

from shapecheck.sizes.provers.asking import Prover
from shapecheck.sizes.provers.by_cases import by_cases, by_contradiction, by_long_cases
from shapecheck.sizes.provers.by_parts import by_parts
from shapecheck.sizes.provers.comparisons import by_equations, by_normal_form, by_signs
from shapecheck.sizes.provers.large_points import by_large_points
from shapecheck.sizes.provers.one_size import by_one_size
from shapecheck.sizes.provers.sets import by_sets
from shapecheck.sizes.provers.small_points import by_many_points, by_small_points
from shapecheck.sizes.provers.without_sizes import by_constants

PROVERS: tuple[Prover, ...] = (
    by_constants,
    by_normal_form,
    by_signs,
    by_equations,
    by_small_points,
    by_sets,
    by_cases,
    by_contradiction,
    by_one_size,
    by_many_points,
    by_large_points,
    by_parts,
    by_long_cases,
)
