"""Hypothesis strategies over what a spec admits: sizes, arrays, runs.

In: a `Spec` (`shapecheck.load`).  Out: strategies that shrink to the smallest sizes and to zeros.  Sizes are drawn one
after the other, each from the values that those before it leave, so that nothing is drawn in vain.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, Phase, Verbosity, given, seed, settings
from hypothesis import strategies as st

from shapecheck.testing.cases.amounts import SPECIAL, Amounts
from shapecheck.testing.cases.case import Case
from shapecheck.testing.cases.choice import Choice, Sizes

if TYPE_CHECKING:
    pass

MODES = ("any", "distinct", "equal")
MOST_SEEDS = 2**16


def drawn_sizes(choice: Choice, width: int) -> st.SearchStrategy[Sizes]:
    """Admitted sizes, each one of the `width` least values that those before it leave."""

    @st.composite
    def strategy(draw: st.DrawFn) -> Sizes:
        mode = draw(st.sampled_from(MODES))
        point: Sizes = {}
        while (name := choice.admissible.following(point)) is not None:
            values = choice.admissible.values(point, name, width)
            taken = set(point.values())
            wanted = [value for value in values if mode == "any" or (value in taken) == (mode == "equal")]
            point[name] = draw(st.sampled_from(wanted or values))
        return choice.ordered(point)

    return strategy()


def drawn_cases(choice: Choice, width: int, count: int, amounts: Amounts, run: Callable[[Case], bool]) -> None:
    """Draw this number of cases and run them until `run` says that it is enough.

    Failures are noted by `run`, which looks for the smallest case itself: in order, not at random.
    """
    any_kind = st.one_of(st.just("grid"), st.sampled_from(SPECIAL))
    kinds = st.just("grid") if choice.shapes.graph.assumed else any_kind  # what a run draws meets assumptions
    cases = st.builds(Case, drawn_sizes(choice, width), kinds, st.integers(0, MOST_SEEDS))
    options = settings(
        max_examples=count,
        deadline=None,
        database=None,
        derandomize=False,
        phases=(Phase.generate,),
        verbosity=Verbosity.quiet,
        suppress_health_check=tuple(HealthCheck),
    )

    def example(case: Case) -> None:
        run(case)

    seed(amounts.seed)(options(given(cases)(example)))()
