"""Terms that each count for one value of an index, in one pass over them.

The independent truth is the same operator over all pairs of a term and a value: a term that mentions the index
(`+ 0 * i`) cannot take the short way.  NumPy's `add.at` is the judge of a large one.
"""

from __future__ import annotations

import numpy as np
import pytest

from shapecheck.execute import run
from shapecheck.execute.errors import ExecutionError

from ..graph.asking import Array, computed, derived

GIVEN = """dim n, E, B
assume E >= B, B >= 2, n >= 2
input d : B x E in -1..n+1, k : E in 0..1, x : B x E x 2, w : E in 0..9
"""
FORMS = [
    "y[b in 0..B-1, i in 0..n-1] = {}[e in 0..E-1 when d[b, e] == i] (x[b, e]{})\n",
    "y[i in 0..n-1, b in 0..B-1] = {}[e in 0..E-1 when k[e] == 1 and i == d[b, e]] (x[b, e, 1]{})\n",
    "y[i in 1..n] = {}[b in 0..B-1, e in 0..E-1 when d[b, e] == i and e >= b] (x[b, e]{})\n",
    "y[i in 0..n-1] = {}[b in 0..B-1, e in b..E-1 when d[b, e] == i] (w[e]{})\n",
    "y[b in 0..B-1, i in 0..n-1] = {}[e in 0..E-1 when d[b, e] == i and 10 // max(w[e], 1) > 1] (w[e]{})\n",
    "y[i in 0..n-1, j in 0..1] = {}[e in 0..E-1 when d[j, e] == i] (x[j, e, 0]{})\n",
]
SIZES = {"n": 4, "E": 9, "B": 3}


def _drawn(seed: int, every: bool) -> dict[str, Array]:
    random = np.random.default_rng(seed)
    d = np.concatenate([np.tile(np.arange(5), 2)[:9] for _ in range(3)]).reshape(3, 9)
    return {
        "d": d if every else random.integers(-1, 6, (3, 9)),
        "k": np.ones(9, int) if every else random.integers(0, 2, 9),
        "x": random.integers(-9, 9, (3, 9, 2)) / 4,
        "w": random.integers(0, 6 if every else 10, 9),
    }


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("operator", ["sum", "max", "min", "mean"])
def test_one_pass_is_all_pairs(form: str, operator: str) -> None:
    """Several indices, other conditions, ranges that depend on each other, data outside of the range."""
    for seed in range(4):
        given = _drawn(seed, operator == "mean")
        found, wanted = (
            computed(GIVEN + form.format(operator, more), "y", SIZES, **given) for more in ("", " + 0 * i")
        )
        assert found.shape == wanted.shape
        np.testing.assert_allclose(found, wanted, rtol=1e-14)


def test_the_form_with_if_takes_one_pass_too() -> None:
    """A choice whose other branch is the neutral number, or zeros."""
    given = _drawn(1, False)
    for otherwise in ("0", "zeros(2)"):
        text = (
            GIVEN + f"y[i in 0..n-1] = sum[b in 0..B-1, e in 0..E-1] (if d[b, e] == i then x[b, e] else {otherwise})\n"
        )
        wanted = [given["x"][given["d"] == i].sum(axis=0) for i in range(4)]
        np.testing.assert_array_equal(computed(text, "y", SIZES, **given), wanted)


def test_a_million_edges() -> None:
    """All pairs would take terabytes; NumPy's add.at gives the same numbers."""
    nodes, edges = 50_000, 1_000_000
    random = np.random.default_rng(0)
    dst, x = random.integers(0, nodes, edges), random.integers(-9, 9, edges).astype(float)
    text = "dim n, E\ninput dst : E in 0..n-1, x : E\ny[i in 0..n-1] = sum[e when dst[e] == i] x[e]\n"
    found = run(derived(text), {"n": nodes, "E": edges}, {"dst": dst, "x": x}).value("y")
    wanted = np.zeros(nodes)
    np.add.at(wanted, dst, x)
    np.testing.assert_array_equal(found, wanted)


def test_integers_stay_exact() -> None:
    """Sums of integers near 2^62 are exact, and beyond 64 bits an error."""
    text = "dim n, E\ninput d : E in 0..n-1, x : E in 0..2^62\ny[i in 0..n-1] = sum[e when d[e] == i] x[e]\n"
    sizes, big = {"n": 2, "E": 3}, 2**62
    assert computed(text, "y", sizes, d=np.array([0, 1, 1]), x=np.array([big, big - 1, big])).tolist() == [
        big,
        2**63 - 1,
    ]
    with pytest.raises(ExecutionError, match="64 bits"):
        computed(text, "y", sizes, d=np.array([0, 1, 1]), x=np.array([big, big, big]))


def test_a_mean_of_nothing_names_the_point() -> None:
    """The value of the index is in the message."""
    text = "dim n, E\ninput d : E in 0..n-1, x : E\ny[i in 0..n-1] = mean[e when d[e] == i] x[e]\n"
    with pytest.raises(ExecutionError, match=r"mean of nothing.*i = 1"):
        computed(text, "y", {"n": 3, "E": 2}, d=np.array([0, 2]), x=np.array([1.0, 2.0]))


GATHERS = [
    "y[b in 0..B-1, e in 0..E-1] = {}[i in 0..n-1 when i == d[b, e]] (v[i]{})\n",
    "y[e in 0..E-1, b in 0..B-1] = {}[i in 0..n-1 when d[b, e] == i and v[i, 0] > 0] (v[i, 1]{})\n",
    "y[e in 0..E-1] = {}[i in 1..n-1 when w[e] == i and i <= e] (v[i] * w[e]{})\n",
    "y[e in 0..E-1] = {}[i in 0..n-1 when w[e] == i] (i{})\n",
]


@pytest.mark.parametrize("form", GATHERS)
@pytest.mark.parametrize("operator", ["sum", "max", "min"])
def test_one_term_is_read(form: str, operator: str) -> None:
    """Where data equal the operator's own index; data that mention the index take the long way."""
    text = GIVEN + "input v : n x 2\n" + form
    for seed in range(4):
        given = _drawn(seed, False) | {"v": np.random.default_rng(seed).integers(-9, 9, (4, 2)) / 4}
        found = computed(text.format(operator, ""), "y", SIZES, **given)
        slow = text.replace("d[b, e]", "(d[b, e] + 0 * i)").replace("w[e] == i", "w[e] + 0 * i == i")
        np.testing.assert_array_equal(found, computed(slow.format(operator, ""), "y", SIZES, **given))
