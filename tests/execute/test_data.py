"""What is drawn and what is given."""

from __future__ import annotations

import numpy as np

from shapecheck.execute import run

from .running import shapes_of


def test_drawn_numbers_lie_on_the_grid() -> None:
    """k/16 with |k| <= 32, the language's rule; integers and reals in their declared range, ends included."""
    text = "dim n\ninput x : n, k : n in 0..3, r : n in 0.0..0.25\n"
    arrays = run(shapes_of(text), {"n": 2000}).arrays
    assert set(np.unique(arrays["x"] * 16)) == set(range(-32, 33))
    assert set(np.unique(arrays["k"])) == {0, 1, 2, 3}
    assert arrays["k"].dtype == np.int64
    assert set(np.unique(arrays["r"] * 16)) == {0, 1, 2, 3, 4}


def test_a_draw_does_not_depend_on_other_declarations() -> None:
    """Only on seed, name and shape."""
    one = run(shapes_of("dim n\ninput a : n, b : n\n"), {"n": 5}).arrays
    two = run(shapes_of("dim m, n\nweight c : m\ninput b : n\ninput a : n\n"), {"n": 5, "m": 2}).arrays
    assert np.array_equal(one["a"], two["a"])
    assert np.array_equal(one["b"], two["b"])
    assert not np.array_equal(one["a"], one["b"])
    assert not np.array_equal(one["a"], run(shapes_of("dim n\ninput a : n\n"), {"n": 5}, seed=1).arrays["a"])


def test_members_that_differ_in_shape_are_given_one_by_one() -> None:
    """W[1] is p x d, W[2] and W[3] are p x p.  Truth: the products in NumPy."""
    text = """
dim p, d, L
assume L >= 2
input x : d
weight W[k in 1..L]
h[0] = x
h[k] : p = W[k] @ h[k-1] for k in 1..L
"""
    generator = np.random.default_rng(0)
    weights = {f"W[{k}]": generator.standard_normal((2, 3 if k == 1 else 2)) for k in (1, 2, 3)}
    x = np.array([1.0, 2.0, 3.0])
    arrays = run(shapes_of(text), {"p": 2, "d": 3, "L": 3}, {"x": x, **weights}).arrays
    expected = weights["W[3]"] @ weights["W[2]"] @ weights["W[1]"] @ x
    np.testing.assert_allclose(arrays["h[3]"], expected, rtol=1e-12)
    assert {name for name in arrays if name.startswith("W")} == set(weights)


def test_data_are_not_changed() -> None:
    """A run reads what it is given and writes elsewhere."""
    x = np.arange(4.0)
    result = run(shapes_of("dim n\ninput x : n\ny = x\nz = x + 1\n"), {"n": 4}, {"x": x})
    result.value("y")[...] = -1
    assert x.tolist() == [0, 1, 2, 3]
    assert result.value("z").tolist() == [1, 2, 3, 4]


def test_float32_stays_float32() -> None:
    """Inputs, constants and results; the value to float32's rounding.  Truth: the float64 run."""
    text = """
dim n
input x : n, k : n in 0..9
weight W : n x n
y = tanh(W @ x / 3) + 0.5 * k + pi
m = mean(x)
k2 = k + 1
"""
    single = run(shapes_of(text), {"n": 5}, dtype="float32").arrays
    double = run(shapes_of(text), {"n": 5}).arrays
    assert {name: str(array.dtype) for name, array in single.items()} == {
        "x": "float32",
        "k": "int64",
        "W": "float32",
        "y": "float32",
        "m": "float32",
        "k2": "int64",
    }
    np.testing.assert_allclose(single["y"], double["y"], rtol=1e-5)


def test_lists_and_small_integers_are_taken() -> None:
    """int8, bool and nested lists become int64 and stay exact."""
    arrays = run(shapes_of("dim n\ninput x : n\ny = 100 * x\n"), {"n": 2}, {"x": np.array([100, -3], np.int8)}).arrays
    assert arrays["y"].tolist() == [10000, -300]
    assert run(shapes_of("dim n\ninput x : n\ny = x\n"), {"n": 2}, {"x": [True, False]}).value("y").tolist() == [1, 0]


def test_every_shape_is_compared() -> None:
    """A run counts the arrays whose shape it compared: at least one for each equation."""
    assert run(shapes_of("dim n\ninput x : n\ny = x + 1\nz = y + x\n"), {"n": 2}).confirmed >= 2
