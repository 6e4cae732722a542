"""Random claims with guards, branches and quotients against Python's own evaluation at all small numbers.

Nothing that fails or has no value somewhere is proved; a refutation's numbers fail.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import product

import pytest

from ..graph.asking import report_of
from .drawn_claims import At, Drawn, Draws, Undefined, atom

SIZES = [atom("n", lambda at: at["n"]), atom("m", lambda at: at["m"])]
ENTRIES = [atom("x[1]", lambda at: at["x"][0]), atom("x[n]", lambda at: at["x"][-1]), atom("n", lambda at: at["n"])]
EVERYWHERE = Drawn("true", lambda at: True)


def _outcomes(claim: Drawn, condition: Drawn, places: Iterable[At]) -> set[str]:
    """Whether the claim is true, false or undefined, at all places that meet the condition."""
    found = set()
    for place in places:
        try:
            if condition.at(place):
                found.add("true" if claim.at(place) else "false")
        except Undefined:
            found.add("undefined")
    return found


@pytest.mark.parametrize("seed", range(10))
def test_claims_on_sizes(seed: int) -> None:
    """25 claims on two sizes, half of them under a condition."""
    draws = Draws(seed, SIZES, ["//", "%"])
    for _ in range(25):
        claim = draws.truth(2)
        condition = draws.truth(1) if draws.random.random() < 0.5 else EVERYWHERE
        text = f"dim n, m\nclaim {claim.text}{'' if condition is EVERYWHERE else f' when {condition.text}'}\n"
        found = _outcomes(claim, condition, ({"n": n, "m": m} for n, m in product(range(1, 9), repeat=2)))
        for verdict in report_of(text).verdicts:
            word, numbers = str(verdict.word), {"n": 1, "m": 1, **verdict.counterexample}
            assert word != "proved" or found <= {"true"}, text
            assert word != "tested" or "false" not in found, text
            assert word != "refuted" or _outcomes(claim, condition, [numbers]) == {"false"}, (text, numbers)


@pytest.mark.parametrize("seed", range(8))
def test_claims_on_entries(seed: int) -> None:
    """25 claims on up to two entries of 0, 1 or 2.  A quotient by 0 may be infinite in a run, so that it fails."""
    draws = Draws(100 + seed, ENTRIES, ["/", "//", "%"])
    places = [{"n": n, "x": x} for n in (1, 2) for x in product(range(3), repeat=n)]
    for _ in range(25):
        claim = draws.comparison(3) if draws.random.random() < 0.5 else draws.truth(2)
        found = _outcomes(claim, EVERYWHERE, places)
        text = f"dim n\nassume n <= 2\ninput x[i in 1..n] in 0..2\nclaim {claim.text}\n"
        for verdict in report_of(text).verdicts:
            word = str(verdict.word)
            assert word != "proved" or found == {"true"}, text
            assert word != "refuted" or found != {"true"}, text
