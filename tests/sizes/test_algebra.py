"""The algebra of sizes.  Truth: Python's own integer arithmetic."""

from __future__ import annotations

import copy
import gc
import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shapecheck.sizes import (
    ONE,
    ZERO,
    Undefined,
    as_size,
    ceil_divide,
    exact_divide,
    integer,
    maximum,
    minimum,
    power,
    symbol,
)
from shapecheck.sizes.algebra.size import _sizes

from .trees import Tree, envs, trees

H, M, W, n, m, s, k, p, d = map(symbol, ["H", "M", "W", "n", "m", "s", "k", "p", "d"])


@settings(max_examples=400, deadline=None)
@given(trees(4), st.lists(envs(), min_size=3, max_size=3))
def test_the_normal_form_has_the_value_of_the_expression(tree: Tree, points: list[dict[str, int]]) -> None:
    """Truth: Python integers, negative intermediate values included."""
    assert [tree.size.evaluate(env) for env in points] == [tree.value(env) for env in points]


@settings(max_examples=150, deadline=None)
@given(trees(3), trees(3), trees(2))
def test_ring_identities_give_one_object(a: Tree, b: Tree, c: Tree) -> None:
    """Truth: the laws of commutative rings."""
    x, y, z = a.size, b.size, c.size
    assert x * (y + z) is x * y + x * z
    assert (x + y) + z is z + (y + x)
    assert x - x is ZERO
    assert (x * y) * z is y * (z * x)
    assert (x + y) ** 2 is x**2 + 2 * x * y + y**2


@settings(max_examples=150, deadline=None)
@given(trees(3), trees(2), st.integers(1, 6), st.integers(1, 6))
def test_whole_multiples_leave_a_floor(a: Tree, b: Tree, first: int, second: int) -> None:
    """Truth: floor((x + m*y)/m) = floor(x/m) + y and floor(g*x/(g*m)) = floor(x/m); Graham, Knuth, Patashnik, 3.1."""
    assert (a.size + first * b.size) // first is a.size // first + b.size
    assert (first * a.size) // (first * second) is a.size // second


@settings(max_examples=150, deadline=None)
@given(st.lists(st.integers(-9, 9), min_size=4, max_size=4), st.lists(st.integers(1, 6), min_size=2, max_size=4))
def test_nested_floors_of_a_polynomial_merge(coefficients: list[int], divisors: list[int]) -> None:
    """Truth: floor(floor(x/a)/b) = floor(x/(a*b)); Graham, Knuth, Patashnik, 3.1."""
    polynomial = sum((c * t for c, t in zip(coefficients, (H, W, H * W, ONE), strict=True)), ZERO)
    nested, product = polynomial, 1
    for divisor in divisors:
        nested, product = nested // divisor, product * divisor
    assert nested is polynomial // product


@settings(max_examples=100, deadline=None)
@given(trees(2), trees(2))
def test_maximum_and_minimum_do_not_depend_on_the_order(a: Tree, b: Tree) -> None:
    """Truth: max(a, b) = max(b, a), and max + min = a + b."""
    assert maximum(a.size, b.size) is maximum(b.size, a.size)
    assert maximum(a.size, b.size) + minimum(a.size, b.size) is a.size + b.size


@settings(max_examples=150, deadline=None)
@given(trees(3), trees(2), envs())
def test_substitution_commutes_with_evaluation(outer: Tree, inner: Tree, env: dict[str, int]) -> None:
    """Truth: Python integers."""
    value = inner.value(env)
    replaced = outer.size.substitute({"W": inner.size})
    assert replaced.evaluate(env) == outer.value({**env, "W": value})


@settings(max_examples=100, deadline=None)
@given(trees(2), trees(2))
def test_exact_division_undoes_multiplication(a: Tree, b: Tree) -> None:
    """Truth: there are no zero divisors among polynomials."""
    if b.size is not ZERO:
        assert exact_divide(a.size * b.size, b.size) is a.size


@settings(max_examples=60, deadline=None)
@given(trees(3), st.lists(envs(), min_size=4, max_size=4))
def test_arrays_are_evaluated_point_by_point(tree: Tree, points: list[dict[str, int]]) -> None:
    """Truth: Python integers."""
    columns = {name: np.array([env[name] for env in points], dtype=object) for name in points[0]}
    result = np.broadcast_to(tree.size.evaluate(columns), (4,))
    assert list(result) == [tree.value(env) for env in points]


SAME = [
    ((H - M) // 2 + 1, (H - M + 2) // 2),
    ((n - 1) // s + 1, ceil_divide(n, s)),
    ((n + s - 1) // s, ceil_divide(n, s)),
    (((n - 1) // s) // s, (n - 1) // (s * s)),
    (power(2, k + 1), 2 * power(2, k)),
    (power(2, 2 * k), power(4, k)),
    (power(6, k), power(2, k) * power(3, k)),
    (power(2, k) * power(2, m), power(2, k + m)),
    (power(s, k) * s, power(s, k + 1)),
    (power(2, 3), integer(8)),
    ((s * n) // s, n),
    ((s * n - 1) // s, n - 1),
    ((n * (p + d) + p + d - 1) // (p + d), n + (p + d - 1) // (p + d)),
    (-7 // as_size(2), integer(-4)),
    (7 % as_size(4), integer(3)),
    (maximum(3, 5), integer(5)),
]


@pytest.mark.parametrize(("left", "right"), SAME)
def test_equal_sizes_are_one_object(left: object, right: object) -> None:
    """Truth: identities known by hand for divisors of at least 1 and exponents of at least 0."""
    assert left is right


def test_views() -> None:
    """Truth: read off the expressions by hand."""
    size = 3 * H * W + 2 * H + (M - 1) // 2
    assert size.names == {"H", "W", "M"}
    assert size.constant is None and integer(4).constant == 4 and ZERO.constant == 0
    assert size.linear_in("H") == (3 * W + 2, (M - 1) // 2)
    assert size.linear_in("M") is None and (H * H).linear_in("H") is None
    assert size.linear_in("absent") == (ZERO, size)
    assert not size.is_affine and (H + (W + M // 3) // 2 + maximum(H, 2)).is_affine
    assert not (H // s).is_affine and not power(2, k).is_affine


def test_a_divisor_below_one_has_no_value() -> None:
    """Truth: the rule that divisors are at least 1."""
    with pytest.raises(ValueError, match="at least 1"):
        H // 0
    with pytest.raises(ValueError, match="at least 1"):
        H % -2
    with pytest.raises(Undefined):
        (H // (s - 3)).evaluate({"H": 4, "s": 3})
    with pytest.raises(Undefined):
        (H // (s - 3)).evaluate({"H": np.array([4, 4]), "s": np.array([9, 2])})


def test_sizes_survive_copies_and_pickles_as_the_same_object() -> None:
    """Truth: equality is identity, so a copy must be the object itself."""
    size = maximum((H - M) // s + power(2, k), 3) * W
    assert copy.deepcopy(size) is size
    assert pickle.loads(pickle.dumps(size)) is size


def test_unused_sizes_are_forgotten() -> None:
    """Truth: the number of interned sizes before and after."""
    gc.collect()
    before = len(_sizes)
    kept = [(symbol(f"leak{number}") + 1) // 2 for number in range(100)]
    assert len(_sizes) >= before + 100
    del kept
    gc.collect()
    assert len(_sizes) <= before + 5


def test_long_chains_stay_small() -> None:
    """Truth: n -> ceil(n/2) done by Python 10,000 times; and 50 windows with one symbolic stride."""
    size, value = n, 12345
    for _ in range(10_000):
        size, value = (size - 1) // 2 + 1, (value - 1) // 2 + 1
    assert size.evaluate({"n": 12345}) == value
    chain, value = H, 10**40
    for _ in range(50):
        chain, value = (chain - M) // s + 1, (value - 3) // 2 + 1
    assert chain.evaluate({"H": 10**40, "M": 3, "s": 2}) == value
    assert len(chain.terms) < 20


def test_shared_parts_are_evaluated_once() -> None:
    """Truth: without sharing, 60 doublings would take 2^60 steps; the value is Python's."""
    size, value = n, 7
    for _ in range(60):
        size, value = size // s + size // (s + 1), value // 2 + value // 3
    assert size.evaluate({"n": 7, "s": 2}) == value
    assert ONE.evaluate({}) == 1
