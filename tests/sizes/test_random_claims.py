"""Random size claims: decided, nearly all, and never wrongly.  Truth: Python's integers over a box, and z3."""

from __future__ import annotations

from itertools import product

import pytest

from shapecheck.sizes import Decision, Proved, Refuted, decide

from .random_claims import RandomClaim, formula, holds, random_claims
from .z3_claims import counterexample_exists, has_powers

SIDES = {0: 1, 1: 200, 2: 24, 3: 9, 4: 6}
"""How many values of each name are tried, by the number of names."""


def decided(claim: RandomClaim) -> Decision:
    return decide(claim.context, formula(claim.goal))


def smallest_failure(claim: RandomClaim) -> dict[str, int] | None:
    """The smallest point of a box where the claim fails, by sum and then by names."""
    lows = [claim.lowers.get(name, 1) for name in claim.names]
    box = product(*(range(low, low + SIDES[len(lows)]) for low in lows))
    points = (dict(zip(claim.names, values, strict=True)) for values in box)
    failing = [point for point in points if holds(claim, point) is False]
    return min(failing, key=lambda point: (sum(point.values()), *point.values()), default=None)


def test_nearly_all_claims_are_decided() -> None:
    """At least 99 of 100."""
    claims = list(random_claims(500, seed=11))
    left = [claim for claim in claims if not isinstance(decided(claim), Proved | Refuted)]
    assert len(left) <= len(claims) // 100, "\n".join(map(str, left))


def test_python_agrees() -> None:
    """Truth: every point of a box; a witness fails, and no point of the box that fails is smaller."""
    for claim in random_claims(250, seed=12):
        decision, failing = decided(claim), smallest_failure(claim)
        assert not (failing and isinstance(decision, Proved)), claim
        if isinstance(decision, Refuted) and set(decision.witness) == set(claim.names):
            witness = dict(decision.witness)
            assert holds(claim, witness) is not True, claim
            order = [
                (sum(point.values()), *(point[name] for name in claim.names))
                for point in (witness, failing or {})
                if point
            ]
            assert order == sorted(order), (claim, failing)


def test_z3_agrees() -> None:
    """Truth: z3, which reads the trees from which the sizes were made; where it runs out of time it has no say."""
    pytest.importorskip("z3")
    for claim in random_claims(200, seed=13):
        if has_powers(claim):
            continue
        decision = decided(claim)
        expected = counterexample_exists(claim) if isinstance(decision, Proved | Refuted) else None
        assert expected is None or expected is isinstance(decision, Refuted), (claim, decision)
