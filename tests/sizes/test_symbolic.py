"""Exchange with SymPy.  Truth: SymPy's own evaluation, and Python integers."""

from __future__ import annotations

import pytest
import sympy
from hypothesis import given, settings

from shapecheck.sizes import Context, from_sympy, maximum, power, symbol, to_sympy

from .trees import Tree, envs, trees

H, W, k = map(symbol, ["H", "W", "k"])


@settings(max_examples=60, deadline=None)
@given(trees(3), envs(9))
def test_sympy_has_the_same_value(tree: Tree, env: dict[str, int]) -> None:
    """Truth: SymPy's exact arithmetic, a second engine."""
    expression = to_sympy(tree.size)
    assert expression.subs({symbol: env[symbol.name] for symbol in expression.free_symbols}) == tree.value(env)


@settings(max_examples=60, deadline=None)
@given(trees(3), envs(9))
def test_what_comes_back_has_the_same_value(tree: Tree, env: dict[str, int]) -> None:
    """Truth: Python integers; SymPy may have rewritten the expression on the way."""
    assert from_sympy(to_sympy(tree.size)).evaluate(env) == tree.value(env)


def test_a_quotient_that_is_an_integer_comes_back() -> None:
    """Truth: 2^H // 2 = 2^(H - 1) for H >= 1, which is why SymPy drops the floor."""
    size = power(2, H) // 2
    assert [from_sympy(to_sympy(size)).evaluate({"H": n}) for n in (1, 2, 5)] == [1, 2, 16]


def test_polynomials_come_back_as_the_same_object() -> None:
    """Truth: the normal form of a polynomial is unique."""
    size = 3 * H * (W + 2) - power(2, k) * H
    assert from_sympy(sympy.expand(to_sympy(size))) is size


def test_symbols_carry_their_least_values() -> None:
    """Truth: SymPy's assumptions."""
    (plain,) = to_sympy(H).free_symbols
    (index,) = to_sympy(symbol(".t")).free_symbols
    (counter,) = to_sympy(k, Context().with_lower("k", 0)).free_symbols
    assert plain.is_positive and index.is_positive is None and index.is_integer
    assert counter.is_nonnegative and not counter.is_positive
    assert to_sympy(maximum(H, 1)) == to_sympy(H)


def test_other_expressions_are_refused() -> None:
    """Truth: sin is no integer expression, and half of H need not be an integer."""
    with pytest.raises(ValueError, match="not an expression of a size"):
        from_sympy(sympy.sin(sympy.Symbol("x")))
    with pytest.raises(ValueError, match="not an expression of a size"):
        from_sympy(sympy.Symbol("x") / 2)
