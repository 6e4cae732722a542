"""The table of identities: every true row proved, every false one refuted by its smallest sizes.

Independent truth: the table's own column, by its sources; and for every row brute force over a box with the little
reader of sizes, which shares nothing with the tool.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import product

import pytest

from shapecheck.graph.model import Claim, SizeClaim
from shapecheck.sizes import Context, Proved, Refuted, decide, naming_order
from shapecheck.source import Source
from shapecheck.stages import derive

from .identities import TABLE
from .reader import value_of

COMPARE = {
    "==": lambda left, right: left == right,
    "<=": lambda left, right: left <= right,
    ">=": lambda left, right: left >= right,
    "<": lambda left, right: left < right,
    ">": lambda left, right: left > right,
}
MOST = {1: 200, 2: 40, 3: 14, 4: 8}
"""The largest value of each size in the box, by the number of sizes."""


def names_of(text: str) -> list[str]:
    """The sizes of a statement, in the order in which they are met."""
    words = re.findall(r"(?<![A-Za-z_])[A-Za-z]\w*", text)
    return list(dict.fromkeys(word for word in words if word not in ("when", "and", "ceil", "max", "min")))


@cache
def claim_of(text: str) -> tuple[Claim, Context]:
    """The statement as the tool reads it, with what it may assume."""
    shapes, diagnostics = derive(Source("row.shape", f"dim {', '.join(names_of(text))}\nclaim {text}\n"))
    assert shapes is not None and not diagnostics
    (claim,) = shapes.graph.claims
    condition = () if claim.condition is None else (claim.condition,)
    return claim, shapes.graph.context.assuming(*condition)


def holds(relation: str, env: dict[str, int]) -> bool:
    """One comparison at one point, by the little reader."""
    left, operator, right = re.split(r"\s(==|<=|>=|<|>)\s", relation)
    return COMPARE[operator](value_of(left, env), value_of(right, env))


def points(text: str) -> Iterator[tuple[dict[str, int], bool]]:
    """The admissible points of a box, and whether the statement holds there."""
    statement, _, condition = text.partition(" when ")
    names = names_of(text)
    for values in product(range(1, MOST[len(names)] + 1), repeat=len(names)):
        env = dict(zip(names, values))
        if not condition or all(holds(part, env) for part in condition.split(" and ")):
            yield env, holds(statement, env)


def test_the_table_is_large() -> None:
    """At least 150 rows, no two alike, a quarter of them false."""
    assert len({text for _, text, _ in TABLE}) == len(TABLE) >= 150
    assert sum(not truth for truth, _, _ in TABLE) >= len(TABLE) // 5
    assert all(source for _, _, source in TABLE)


@pytest.mark.parametrize(("truth", "text"), [pytest.param(*row[:2], id=row[1]) for row in TABLE])
def test_verdict(truth: bool, text: str) -> None:
    """Proved, or refuted by the first point that fails by sum, then by the order of the sizes."""
    claim, context = claim_of(text)
    assert isinstance(claim.body, SizeClaim)
    with naming_order(names_of(text)):
        decision = decide(context, claim.body.formula)
    failing = [env for env, held in points(text) if not held]
    assert bool(failing) != truth, "the table is wrong"
    if truth:
        assert isinstance(decision, Proved)
    else:
        least = min(failing, key=lambda env: (sum(env.values()), list(env.values())))
        assert isinstance(decision, Refuted)
        assert decision.witness == {name: least[name] for name in decision.witness}
        assert decision.witness or failing == [env for env, _ in points(text)], "without sizes: it fails everywhere"
