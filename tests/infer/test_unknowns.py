"""Shapes that nobody wrote down, and those that nothing fixes.

The independent truth is linear algebra on paper: (a x b)(b) is a, both sides of + are alike, [a; b] adds lengths.
"""

from __future__ import annotations

import pytest

from ..graph.asking import mistakes, report_of, shape, sizes


def test_a_matrix_between_two_vectors() -> None:
    """W @ x : p with x : d makes W p x d."""
    p, d = sizes("p d")
    assert shape("dim p, d\ninput x : d\nweight W\ny : p = W @ x\n", "W") == (p, d)


def test_a_bias_is_shaped_like_its_partner() -> None:
    """+ wants equal shapes."""
    (p,) = sizes("p")
    assert shape("dim p, d\ninput x : d\nweight W : p x d\nweight b\ny = W @ x + b\n", "b") == (p,)


def test_a_product_of_matrices_passes_sizes_on() -> None:
    """(a x b) A (b x c): the inner matrix of X @ A @ Y : p x q with X : p x a, Y : b x q is a x b."""
    a, b = sizes("a b")
    text = "dim p, q, a, b\ninput X : p x a, Y : b x q\nweight A\nZ : p x q = X @ A @ Y\n"
    assert shape(text, "A") == (a, b)


def test_sizes_are_solved_across_equations() -> None:
    """The code's length c appears two equations away from E."""
    n, c = sizes("n c")
    text = "dim n, c\ninput x : n\nweight E, D\ncode = tanh(E @ x)\nxhat : n = D @ code\nk : c = code\n"
    assert (shape(text, "E"), shape(text, "D")) == ((c, n), (n, c))


def test_an_unknown_part_of_a_column_is_the_rest() -> None:
    """[a; u] : p + q with a : p leaves q for u."""
    (q,) = sizes("q")
    text = "dim p, q\ninput a : p\nweight u\ny : p + q = [a; u]\n"
    assert shape(text, "u") == (q,)


def test_two_alike_unknown_parts_share_equally() -> None:
    """[z; r] = W @ x with z and r both added to p-vectors: W has 2 p rows."""
    p, d = sizes("p d")
    text = "dim p, d\ninput x : d, u : p\nweight W\n[z; r] = W @ x\na = z + u\nb = r + u\n"
    assert shape(text, "W") == (2 * p, d)


def test_one_length_for_both_parts_must_divide() -> None:
    """[u; u] : n makes u n / 2 long, which owes that 2 divides n."""
    text = "dim n\nweight u\ny : n = [u; u]\n"
    assert [code for _, code in mistakes(text)] == ["requirement-fails"]
    (n,) = sizes("n")
    assert shape("dim n\nassume n % 2 == 0\nweight u\ny : n = [u; u]\n", "u") == (n // 2,)


def test_an_unknown_left_over_names_its_tensors() -> None:
    """E : ? x n and D : n x ? share the length of the code, which nothing fixes."""
    report = report_of("dim n\ninput x : n\nweight E, D\nxhat : n = D @ tanh(E @ x)\n")
    (found,) = report.diagnostics
    assert (found.code, "E" in found.title, "D" in found.title) == ("unknown-size", True, True)


@pytest.mark.parametrize("given", ["weight E : c x n, D : n x c", "weight E : c x n\nweight D"])
def test_a_shape_given_to_one_of_them_is_enough(given: str) -> None:
    """The help says: give one of them a shape."""
    assert mistakes(f"dim n, c\ninput x : n\n{given}\nxhat : n = D @ tanh(E @ x)\n") == []


def test_a_weight_nobody_uses_is_an_unknown() -> None:
    """Nothing says how long b is."""
    assert mistakes("dim n\ninput x : n\nweight b\ny = 2 * x\n") == [(3, "unknown-size")]


def test_an_input_may_be_inferred_too() -> None:
    """Annotations and equations feed in from every side."""
    (d,) = sizes("d")
    assert shape("dim p, d\ninput x\nweight W : p x d\ny : p = W @ x\n", "x") == (d,)


def test_a_conflict_between_declared_sizes_is_told_with_the_smallest() -> None:
    """p and d differ first at p = 1, d = 2 (sum 3, and p comes first)."""
    report = report_of("dim p, d\ninput a : p, b : d\ny = a + b\n")
    assert [(item.code, dict(item.sizes)) for item in report.diagnostics] == [("unequal-sizes", {"p": 1, "d": 2})]


def test_an_assumption_makes_two_sizes_one() -> None:
    """With p == d the sum is fine."""
    assert mistakes("dim p, d\nassume p == d\ninput a : p, b : d\ny = a + b\n") == []


@pytest.mark.parametrize(
    "equation", ["y = a + B", "y = a .* B", "y = min(a, B)", "y = (if a > 0 then B else B)", "y = [a; B]"]
)
def test_ranks_are_never_extended(equation: str) -> None:
    """No size-1 stretching, no rank extension: a vector and a matrix do not combine."""
    assert [line for line, _ in mistakes(f"dim n\ninput a : n, B : n x n\n{equation}\n")] == [3]


@pytest.mark.parametrize("equation", ["y = a + b", "y = a .* b", "y = a ./ b", "y = max(a, b)"])
def test_an_axis_of_length_1_is_not_stretched(equation: str) -> None:
    """n and 1 are different lengths (NumPy would broadcast)."""
    assert mistakes(f"dim n\ninput a : n, b : 1\n{equation}\n") == [(3, "unequal-sizes")]


@pytest.mark.parametrize("operator", ["*", "/"])
def test_plain_products_and_quotients_need_a_scalar(operator: str) -> None:
    """On two tensors: write .* or @."""
    assert [line for line, _ in mistakes(f"dim n\ninput a : n, b : n\ny = a {operator} b\n")] == [3]


def test_a_scalar_goes_with_anything() -> None:
    """One scalar beside a matrix."""
    n, m = sizes("n m")
    assert shape("dim n, m\ninput A : n x m\ny = 2 * A + 1\n", "y") == (n, m)


def test_a_transpose_needs_two_axes() -> None:
    """A vector has nothing to swap."""
    assert [line for line, _ in mistakes("dim n\ninput a : n\ny = a.T\n")] == [3]


def test_a_product_hands_the_outer_sizes_on() -> None:
    """(n x k)(k x m) is n x m; (n x k)(k) is n."""
    n, m = sizes("n m")
    text = "dim n, k, m\ninput A : n x k, B : k x m, v : k\nC = A @ B\nu = A @ v\n"
    assert (shape(text, "C"), shape(text, "u")) == ((n, m), (n,))


def test_a_product_in_the_wrong_order_is_told() -> None:
    """(k x m)(n x k) does not fit."""
    assert mistakes("dim n, k, m\ninput A : n x k, B : k x m\nC = B @ A\n") == [(3, "unequal-sizes")]


def test_size_gives_a_length_that_was_derived() -> None:
    """size(V, 0) of a convolution is H - M + 1."""
    H, M = sizes("H M")
    text = "dim H, M\nassume H >= M\ninput I : H, K : M\nV = conv(I, K)\ny = zeros(size(V, 0))\n"
    assert shape(text, "y") == (H - M + 1,)
