"""Columns on the left, and columns of functions.

The independent truth is NumPy: a column on the left cuts the value at the lengths of its parts, in order.
"""

from __future__ import annotations

import numpy as np

from .asking import computed, mistakes, report_of, shape, sizes


def test_a_column_of_names_cuts_the_value_in_order() -> None:
    """The first two numbers are a, the last two b."""
    text = "a : 2\nb : 2\n[a; b] = [1; 2; 3; 4]\n"
    assert (computed(text, "a").tolist(), computed(text, "b").tolist()) == ([1, 2], [3, 4])


def test_parts_may_have_different_lengths() -> None:
    """1, then 2, 3, 4."""
    text = "a : 1\nb : 3\n[a; b] = [1; 2; 3; 4]\n"
    assert (computed(text, "a").tolist(), computed(text, "b").tolist()) == ([1], [2, 3, 4])


def test_a_scalar_part_takes_one_entry() -> None:
    """a : scalar is the first number itself, b the other two."""
    text = "a : scalar\nb : 2\n[a; b] = [5; 6; 7]\n"
    assert (computed(text, "a").tolist(), computed(text, "b").tolist()) == (5, [6, 7])


def test_the_product_above_a_column_is_as_long_as_its_parts() -> None:
    """W @ x fills z : p and r : q, so W has p + q rows."""
    p, q, d = sizes("p q d")
    text = "dim p, q, d\ninput x : d\nweight W\nz : p\nr : q\n[z; r] = W @ x\n"
    assert shape(text, "W") == (p + q, d)


def test_parts_in_use_fix_the_product() -> None:
    """No annotation: z and r are multiplied with a p-vector, so W has 2 p rows."""
    p, d = sizes("p d")
    text = "dim p, d\ninput x : d, u : p\nweight W\n[z; r] = W @ x\ny = z .* u + r\n"
    assert shape(text, "W") == (2 * p, d)


def test_matrices_are_cut_by_rows() -> None:
    """[A; B] = M with A of one row."""
    text = "A : 1 x 2\nB : 2 x 2\n[A; B] = [1, 2; 3, 4; 5, 6]\n"
    assert computed(text, "B").tolist() == [[3, 4], [5, 6]]


def test_a_column_of_functions_works_block_by_block() -> None:
    """[a; b] = [tanh; sigm](e): tanh of the upper half, the logistic function of the lower (truth: their formulas)."""
    vector = np.array([0.5, -1.0, 2.0, -0.25])
    text = "input e : 4\na : 2\nb : 2\n[a; b] = [tanh; sigm](e)\n"
    assert np.allclose(computed(text, "a", e=vector), np.tanh(vector[:2]), rtol=1e-14)
    assert np.allclose(computed(text, "b", e=vector), 1 / (1 + np.exp(-vector[2:])), rtol=1e-14)


def test_a_column_of_functions_may_hold_the_files_own() -> None:
    """f(a) = 2 a on the upper entry, g(a) = a + 1 on the lower."""
    text = "fn f(a) = 2 * a\nfn g(a) = a + 1\na : 1\nb : 1\n[a; b] = [f; g]([10; 20])\n"
    assert (computed(text, "a").tolist(), computed(text, "b").tolist()) == ([20], [21])


def test_a_column_of_functions_under_for() -> None:
    """Each t cuts its own vector."""
    text = "input e[t in 1..2] : 2\nfor t in 1..2 {\n  a : scalar\n  b : scalar\n  [a; b] = [abs; neg](e[t])\n}\n"
    text = text.replace("neg", "minus") + "fn minus(a) = -a\n"
    data = [[-1, 2], [-3, 4]]
    assert (computed(text, "a", e=data).tolist(), computed(text, "b", e=data).tolist()) == ([1, 3], [-2, -4])


def test_too_few_functions_is_an_error() -> None:
    """Two names and three functions."""
    assert mistakes("input e : 4\n[a; b] = [tanh; tanh; sigm](e)\n") == [(2, "bad-column")]


def test_a_column_of_functions_without_a_column_on_the_left_is_an_error() -> None:
    """One name cannot say where the blocks end."""
    assert mistakes("input e : 4\na = [tanh; sigm](e)\n") == [(2, "bad-column")]


def test_the_weights_of_a_column_of_functions_are_counted_once() -> None:
    """LANGUAGE.md, section 5: 4 p (p + d) for the LSTM; the hidden halves are no weights."""
    p, d = sizes("p d")
    text = "dim p, d\ninput x : d, h : p\nweight W\n[i; f] = [sigm; tanh](W @ [x; h])\ny = i .* f .* h\n"
    assert report_of(text).params == 2 * p * (p + d)


def test_parts_that_do_not_add_up_are_an_error() -> None:
    """Lengths 2 and 3 make 5, the value has 4."""
    assert [line for line, _ in mistakes("a : 2\nb : 3\n[a; b] = [1; 2; 3; 4]\n")] == [3]
