"""Parameters and multiply-accumulates.

The independent truth are the definitions of LANGUAGE.md, section 5, worked out by hand; where sums are not rectangular
they are counted one by one in Python.
"""

from __future__ import annotations

import pytest

from shapecheck.sizes import ZERO, integer

from ..graph.asking import report_of, sizes


def macs(text: str) -> object:
    return report_of(text).macs


def params(text: str) -> object:
    return report_of(text).params


def test_a_dense_layer() -> None:
    """p d + p weights, p d products."""
    p, d = sizes("p d")
    text = "dim p, d\ninput x : d\nweight W : p x d\nweight b : p\ny = W @ x + b\n"
    assert (params(text), macs(text)) == (p * d + p, p * d)


def test_a_weight_used_twice_counts_once() -> None:
    """Shared weights are one set."""
    (p,) = sizes("p")
    text = "dim p\ninput x : p\nweight W : p x p\ny = W @ (W @ x)\n"
    assert (params(text), macs(text)) == (p * p, 2 * p * p)


def test_a_weight_that_no_equation_uses_does_not_count() -> None:
    """`params`: entries of distinct weights that some equation uses."""
    (p,) = sizes("p")
    assert params("dim p\ninput x : p\nweight W : p x p, U : p x p\ny = W @ x\n") == p * p


def test_a_claim_is_no_use() -> None:
    """Claims are not equations."""
    (p,) = sizes("p")
    text = "dim p\ninput x : p\nweight W : p x p, U : p x p\ny = W @ x\nclaim U @ x == U @ x\n"
    assert params(text) == p * p


def test_a_buffer_never_counts() -> None:
    """Running statistics are no parameters."""
    (p,) = sizes("p")
    text = "dim p\ninput x : p\nweight g : p\nbuffer m : p\ny = g .* (x - m)\n"
    assert params(text) == p


def test_an_input_never_counts() -> None:
    """Nor do literals."""
    assert params("input x : 3\ny = x + [1, 2, 3]\n") is ZERO


def test_a_family_of_weights_counts_every_member() -> None:
    """L matrices p x p."""
    p, L = sizes("p L")
    text = "dim p, L\nweight W[k in 1..L] : p x p\nh[0] = ones(p)\nh[k] = W[k] @ h[k-1] for k in 1..L\n"
    assert (params(text), macs(text)) == (L * p * p, L * p * p)


def test_elementwise_work_counts_nothing() -> None:
    """Only products under a sum, and scalar products."""
    assert macs("dim n\ninput a : n, b : n\ny = a .* b + tanh(a) ./ (1 + b .* b)\n") is ZERO


@pytest.mark.parametrize(
    ("equation", "count"),
    [
        ("y = A @ B", "nkm"),
        ("y = A @ v", "nk"),
        ("y = dot(v, v)", "k"),
        ("y[i, j] = sum[l] A[i, l] * B[l, j]", "nkm"),
        ("y[i] = sum[l] A[i, l] * 2", ""),
        ("y = sum[i, l] A[i, l] * A[i, l]", "nk"),
        ("y[i] = sum[l] A[i, l]", ""),
        ("y[i] = sum[l] A[i, l] * n", ""),
        ("y[i] = sum[l] -(A[i, l] * v[l])", "nk"),
        ("y[i] = 1 + (sum[l] A[i, l] * v[l])", "nk"),
    ],
)
def test_products_under_a_sum(equation: str, count: str) -> None:
    """One for each term that multiplies two values; a number or a size is no value."""
    text = f"dim n, k, m\ninput A : n x k, B : k x m, v : k\n{equation}\n"
    expected = integer(1 if count else 0)
    for letter in count:
        expected = expected * sizes(letter)[0]
    assert macs(text) == expected


def test_a_convolution_counts_padded_positions() -> None:
    """SAME: M N for each of the H W places, those half outside included."""
    H, W, M, N = sizes("H W M N")
    text = "dim H, W, M, N\ninput I : H x W\nweight K : M x N\nV = conv(I, K, pad = SAME)\n"
    assert macs(text) == H * W * M * N


def test_a_convolution_over_channels() -> None:
    """B (H - M + 1) (W - N + 1) F outputs of M N C products."""
    B, H, W, C, M, N, F = sizes("B H W C M N F")
    text = "dim B, H, W, C, M, N, F\nassume H >= M, W >= N\ninput I : [B, H, W, C]\nweight K : [M, N, C, F]\n"
    assert macs(text + "V = conv(I, K)\n") == B * (H - M + 1) * (W - N + 1) * F * M * N * C


def test_a_subterm_counts_for_the_indices_it_mentions() -> None:
    """`V[a] @ x[u]` under sum[u], for all t: once for each (a, u), for it is the same at every t."""
    A, U, p, d = sizes("A U p d")
    text = """
dim A, U, T, p, d
input x[u in 1..U] : d, w[t in 1..T, u in 1..U] : scalar
weight V[a in 1..A] : p x d
y[a, t] = sum[u in 1..U] w[t, u] + sum(V[a] @ x[u]) for a in 1..A, t in 1..T
"""
    text = text.replace("w[t, u] + sum(V[a] @ x[u])", "(w[t, u] + sum(V[a] @ x[u]))")
    assert macs(text) == A * U * p * d


def test_a_subterm_that_mentions_no_index_counts_once() -> None:
    """W @ x is one product whatever t runs over."""
    p, d = sizes("p d")
    text = "dim p, d, T\ninput x : d\nweight W : p x d\nh[t] = t * (W @ x) for t in 1..T\n"
    assert macs(text) == p * d


TRIANGLE = """
dim T
input a[t in 1..T] : scalar, b[t in 1..T] : scalar
s[t] = sum[u in 1..t] a[u] * b[u] for t in 1..T
"""


@pytest.mark.parametrize("T", [1, 2, 3, 7])
def test_a_triangular_sum(T: int) -> None:
    """sum[u in 1..t] over t in 1..T, counted one by one."""
    count = report_of(TRIANGLE).macs
    assert count is not None
    assert count.evaluate({"T": T}) == sum(1 for t in range(1, T + 1) for u in range(1, t + 1))


@pytest.mark.parametrize("T", [1, 2, 3, 7])
def test_a_sum_in_a_triangle_of_triangles(T: int) -> None:
    """Three indices, each up to the one before, counted one by one."""
    text = """
dim T
input a[t in 1..T] : scalar, b[t in 1..T] : scalar
s[t] = sum[u in 1..t, v in 1..u] a[u] * b[v] for t in 1..T
"""
    count = report_of(text).macs
    assert count is not None
    expected = sum(1 for t in range(1, T + 1) for u in range(1, t + 1) for _ in range(1, u + 1))
    assert count.evaluate({"T": T}) == expected


def test_an_index_is_mentioned_through_a_range() -> None:
    """sum[u in 1..t] a[u] * b[u] does not name t in its terms, but its range does: T (T + 1) / 2."""
    (T,) = sizes("T")
    assert macs(TRIANGLE) == (T * (T + 1)) // 2


def test_a_quantity_of_one_name() -> None:
    """y.params and y.macs are those of y's own equation."""
    text = """
dim p, d
input x : d
weight W : p x d, U : p x p
y = W @ x
z = U @ y + U @ y
claim y.params == p * d
claim z.params == p * p
claim y.macs == p * d
claim z.macs == 2 * p^2
claim W.params == p * d
claim params == p * (p + d)
claim macs == 2 * p^2 + p * d
claim x.params == 0
"""
    text = text.replace("weight W : p x d, U", "weight W : p x d\nweight U")
    assert [str(verdict.word) for verdict in report_of(text).verdicts] == ["proved"] * 8


STAGES = """dim C
input x : C, z : [9, 9, 2]
weight K : [3, 3, 2, 5]
e = x -> dense(3) -> dense(4) as two -> relu
b = x -> dense(3) -> relu as act
u = z -> conv2d(2, 1 x 1) -> conv(K) as v -> flatten
f[k] = x -> dense(C) -> dense(C) as g for k in 1..3
h = (x -> dense(5), x -> dense(6) -> dense(5)) -> dot as d
p = x -> dense(3) as q -> dense(2) as r
"""


@pytest.mark.parametrize(
    ("name", "params", "macs"),
    [
        ("two", "16", "3 * 4"),
        ("e", "3 * C + 3 + 16", "3 * C + 12"),
        ("act", "0", "0"),
        ("b", "3 * C + 3", "3 * C"),
        ("v", "3 * 3 * 2 * 5", "7 * 7 * 3 * 3 * 2 * 5"),
        ("u", "2 * 2 + 2 + 90", "9 * 9 * 2 * 2 + 4410"),
        ("g", "3 * C * (C + 1)", "3 * C^2"),
        ("f", "6 * C * (C + 1)", "6 * C^2"),
        ("d", "0", "5"),
        ("h", "11 * (C + 1) + 35", "11 * C + 30 + 5"),
        ("q", "3 * C + 3", "3 * C"),
        ("r", "8", "6"),
        ("p", "3 * C + 11", "3 * C + 6"),
    ],
)
def test_a_stage_counts_what_it_does_itself(name: str, params: str, macs: str) -> None:
    """Stages in front of it count for themselves, named or not; the name of the equation counts all of them."""
    claims = f"claim {name}.params == {params}\nclaim {name}.macs == {macs}\n"
    assert [str(verdict.word) for verdict in report_of(STAGES + claims).verdicts] == ["proved"] * 2


def test_the_work_of_a_name_whose_equation_is_a_column_of_functions() -> None:
    """[i; f] = [sigm; tanh](W @ x): the product is the work of both, and its weights are theirs."""
    text = """
dim p, d
input x : d
weight W : 2p x d
i : p
f : p
[i; f] = [sigm; tanh](W @ x)
claim i.macs == 2p * d
claim i.params == 2p * d
claim macs == 2p * d
"""
    assert [str(verdict.word) for verdict in report_of(text).verdicts] == ["proved"] * 3


def test_regions_are_counted_apart() -> None:
    """The stack: p (p + d) for the first layer, 2 p^2 for each other."""
    p, d, L = sizes("p d L")
    text = """
dim p, d, T, L
input x[t in 1..T] : d
weight W[k in 1..L]
h[0, t] = x[t] for t in 1..T
h[k, 0] = zeros(p) for k in 1..L
h[k, t] = tanh(W[k] @ [h[k-1, t]; h[k, t-1]]) for k in 1..L, t in 1..T
"""
    assert params(text) == p * (p + d) + (L - 1) * 2 * p * p


def test_the_weights_of_a_branch_that_does_not_exist_do_not_count() -> None:
    """n = 2 decides the condition: only the other branch exists."""
    text = "dim p, n = {}\ninput x : p\nweight W : p x p\ny = if n > 3 then W @ x else x\n"
    (p,) = sizes("p")
    assert [params(text.format(n)) for n in (2, 4)] == [ZERO, p * p]


def test_the_weights_of_a_branch_that_is_open_are_not_known() -> None:
    """p^2 of them for n = 4 and none for n = 2, as the test before shows: no one polynomial is both."""
    assert params("dim p, n\ninput x : p\nweight W : p x p\ny = if n > 3 then W @ x else x\n") is None
