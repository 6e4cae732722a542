"""The naive reference against closed forms, hand calculations, and the same formulas in NumPy."""

from __future__ import annotations

import math

import numpy as np
import pytest

from shapecheck.terms.evaluation.reference import Cycle, MissingDefinition, NotANumber, Reference

from .specs import only_claim, shapes_of

CONVOLUTION = """
dim H, W, M, N
assume H >= M, W >= N
input I : H x W, K : M x N
V[x, y] = sum[m, n] I[x+m, y+n] * K[m, n]
S[x, y] = sum[m, n] I[2x+m, 2y+n] * K[m, n]
P[x in 0..H-1, y in 0..W-1] = sum[m, n] (I[x+m-(M-1)//2, y+n-(N-1)//2] default 0) * K[m, n]
Q = conv(I, K, pad = SAME)
claim V == conv(I, K)
"""


def integers(seed: int, *shape: int) -> np.ndarray:
    return np.random.default_rng(seed).integers(-9, 10, shape)


def test_convolution_by_hand() -> None:
    """1 * 1 + 5 * -1 = -4, and so in all four places."""
    data = {"I": [[1, 2, 3], [4, 5, 6], [7, 8, 9]], "K": [[1, 0], [0, -1]]}
    reference = Reference(shapes_of(CONVOLUTION), {"H": 3, "W": 3, "M": 2, "N": 2}, data)
    assert np.array_equal(reference.family("V"), np.full((2, 2), -4))
    assert reference.entry("V", (1, 0)) == -4


def test_convolution_against_windows_of_numpy() -> None:
    """NumPy's sliding windows times the kernel; SAME by NumPy's own padding, 1 before and 2 after for M = 4."""
    image, kernel = integers(1, 7, 6), integers(2, 4, 3)
    reference = Reference(shapes_of(CONVOLUTION), {"H": 7, "W": 6, "M": 4, "N": 3}, {"I": image, "K": kernel})
    windows = np.lib.stride_tricks.sliding_window_view(image, (4, 3))
    valid = np.einsum("xymn,mn->xy", windows, kernel)
    wide = np.lib.stride_tricks.sliding_window_view(np.pad(image, ((1, 2), (1, 1))), (4, 3))
    same = np.einsum("xymn,mn->xy", wide, kernel)
    assert np.array_equal(reference.family("V"), valid)
    assert np.array_equal(reference.family("S"), valid[::2, ::2])
    assert np.array_equal(reference.family("P"), same)
    assert np.array_equal(reference.family("Q"), same)


def test_the_two_sides_of_a_claim() -> None:
    """A convolution written in indices is the op, entry by entry; the truth is the previous test's."""
    shapes = shapes_of(CONVOLUTION)
    data = {"I": integers(3, 5, 4), "K": integers(4, 2, 3)}
    reference = Reference(shapes, {"H": 5, "W": 4, "M": 2, "N": 3}, data)
    instance = only_claim(shapes)
    left, right = instance.origin.body.operands
    windows = np.lib.stride_tricks.sliding_window_view(data["I"], (2, 3))
    expected = np.einsum("xymn,mn->xy", windows, data["K"])
    assert np.array_equal(reference.value(instance, left, {}), expected)
    assert np.array_equal(reference.value(instance, right, {}), expected)


GRU = """
dim p, d, T
input x[t in 1..T] : d
weight W, V
h[0] = zeros(p)
for t in 1..T {
  [z; r] = 1 ./ (1 + exp(-(W @ [x[t]; h[t-1]])))
  h[t] = z .* h[t-1] + (1 - z) .* tanh(V @ [x[t]; r .* h[t-1]])
}
"""


def test_gru_against_numpy() -> None:
    """The slides' formulas in NumPy, one step after the other."""
    p, d, steps = 3, 2, 5
    draw = np.random.default_rng(5)
    x, gates, memory = draw.normal(size=(steps, d)), draw.normal(size=(2 * p, p + d)), draw.normal(size=(p, p + d))
    shapes = shapes_of(GRU.replace("1 ./ (1 + ", "1 / (1 + "))
    reference = Reference(shapes, {"p": p, "d": d, "T": steps}, {"x": x, "W": gates, "V": memory})
    h = np.zeros(p)
    for t in range(steps):
        both = 1 / (1 + np.exp(-gates @ np.concatenate([x[t], h])))
        z, r = both[:p], both[p:]
        h = z * h + (1 - z) * np.tanh(memory @ np.concatenate([x[t], r * h]))
        assert [reference.entry("h", (t + 1,), (i,)) for i in range(p)] == pytest.approx(h, rel=1e-12)
    states = reference.family("h")
    assert states.shape == (steps + 1, p)


def test_long_recurrence() -> None:
    """1 + 2 + .. + T = T (T + 1) / 2, with T far beyond Python's limit of recursion."""
    shapes = shapes_of("dim T\ns[0] = 0\ns[t] = s[t-1] + t for t in 1..T\n")
    assert Reference(shapes, {"T": 3000}, {}).entry("s", (3000,)) == 3000 * 3001 // 2


def test_backward_recurrence() -> None:
    """b[T + 1] = 0 and b[t] = b[t + 1] + 1 give b[t] = T + 1 - t."""
    shapes = shapes_of("dim T\nb[T+1] = 0\nb[t] = b[t+1] + 1 for t in 1..T\n")
    values = Reference(shapes, {"T": 6}, {}).family("b")
    assert values.tolist() == [6, 5, 4, 3, 2, 1, 0]


def test_integers_of_any_length() -> None:
    """2^100 does not fit in 64 bits."""
    shapes = shapes_of("dim T\np[0] = 1\np[t] = 2 * p[t-1] for t in 1..T\n")
    assert Reference(shapes, {"T": 100}, {}).entry("p", (100,)) == 2**100


def test_binomial_coefficients() -> None:
    """Pascal's triangle over two indices; `math.comb` is the truth."""
    text = """
    dim n
    c[i, 0] = 1 for i in 0..n
    c[0, j] = 0 for j in 1..n
    c[i, j] = c[i-1, j-1] + c[i-1, j] for i in 1..n, j in 1..n
    """
    values = Reference(shapes_of(text), {"n": 8}, {}).family("c")
    assert values.tolist() == [[math.comb(i, j) for j in range(9)] for i in range(9)]


def test_branch_not_taken_is_not_read() -> None:
    """x[i - 1] at i = 0 does not exist and is not looked at; the rest is shifted by one."""
    text = "dim n\ninput x : n\ny[i in 0..n-1] = if i > 0 then x[i-1] else 7\n"
    assert Reference(shapes_of(text), {"n": 4}, {"x": [1, 2, 3, 4]}).family("y").tolist() == [7, 1, 2, 3]


def test_row_picked_by_data() -> None:
    """An embedding: row tok[t] of E."""
    text = "dim T, v, d\ninput tok[t in 1..T] in 0..v-1\ninput E : v x d\ny[t] = E[tok[t]] for t in 1..T\n"
    data = {"tok": [2, 0, 2], "E": [[1, 2], [3, 4], [5, 6]]}
    values = Reference(shapes_of(text), {"T": 3, "v": 3, "d": 2}, data).family("y")
    assert values.tolist() == [[5, 6], [1, 2], [5, 6]]


REDUCTIONS = """
dim n >= 2, m
input x : n, A : n x m
first = argmax[i in 0..n-1] x[i]
least = argmin[i in 0..n-1] x[i]
average = mean[i in 0..n-1] x[i]
product = prod[i in 0..n-1] x[i]
greatest[j] = max[i in 0..n-1] A[i, j]
squares = stack[i in 0..n-1, j in 0..1] x[i] * (i + j)
row = concat[i in 0..n-1] A[i]
triangle = sum[i in 0..n-1, j in 0..i] x[j]
below = A[1..n-1, :]
"""


def test_big_operators() -> None:
    """Python's and NumPy's own reductions."""
    x, matrix = [3, -2, 3, 1], integers(7, 4, 3)
    reference = Reference(shapes_of(REDUCTIONS), {"n": 4, "m": 3}, {"x": x, "A": matrix})
    assert reference.entry("first", ()) == 0
    assert reference.entry("least", ()) == 1
    assert reference.entry("average", ()) == 5 / 4
    assert reference.entry("product", ()) == -18
    assert reference.family("greatest").tolist() == matrix.max(axis=0).tolist()
    assert reference.family("squares").tolist() == [[x[i] * i, x[i] * (i + 1)] for i in range(4)]
    assert reference.family("row").tolist() == matrix.reshape(-1).tolist()
    assert reference.entry("triangle", ()) == sum(sum(x[: i + 1]) for i in range(4))
    assert reference.family("below").tolist() == matrix[1:].tolist()


def test_column_cut_into_its_parts() -> None:
    """[a; b; c] = x with a : 2, b scalar, c the rest: 5 entries are cut as 2, 1, 2."""
    text = "dim n\ninput x : n + 3\n[a : 2; b : scalar; c : n] = x\n"
    reference = Reference(shapes_of(text), {"n": 2}, {"x": [1, 2, 3, 4, 5]})
    assert reference.family("a").tolist() == [1, 2]
    assert reference.entry("b", ()) == 3
    assert reference.family("c").tolist() == [4, 5]


def test_members_of_different_shapes() -> None:
    """h[0] has d entries and the others p; the values are sums computed by hand."""
    text = """
    dim d, p, L
    input x : d
    weight W[k in 1..L]
    h[0] = x
    h[k] : p = W[k] @ h[k-1] for k in 1..L
    """
    data = {"x": [1, 2, 3], "W": {(1,): [[1, 1, 1], [1, 0, 0]], (2,): [[1, 2], [0, 1]]}}
    values = Reference(shapes_of(text), {"d": 3, "p": 2, "L": 2}, data).family("h")
    assert {member: array.tolist() for member, array in values.items()} == {
        (0,): [1, 2, 3],
        (1,): [6, 1],
        (2,): [8, 1],
    }


def test_family_with_a_corner_that_is_not_defined() -> None:
    """Lattice paths: a[i, 0] = a[0, j] = 1 without a[0, 0], so a[i, j] is the binomial coefficient for i + j > 0."""
    text = "dim n\na[i, 0] = 1 for i in 1..n\na[0, j] = 1 for j in 1..n\n"
    text += "a[i, j] = a[i-1, j] + a[i, j-1] for i in 1..n, j in 1..n\n"
    values = Reference(shapes_of(text), {"n": 3}, {}).family("a")
    assert (0, 0) not in values
    assert {member: int(array) for member, array in values.items()} == {
        (i, j): math.comb(i + j, i) for i in range(4) for j in range(4) if i + j
    }


def test_cycle_is_shown_with_its_path() -> None:
    """In the middle of T = 3, a[t] needs b[t] needs a[t]; no index grows, so it is left to the run to find out."""
    shapes = shapes_of("dim T\na[t] : 2 = b[T+1-t] for t in 1..T\nb[t] = a[T+1-t] for t in 1..T\n")
    with pytest.raises(Cycle) as caught:
        Reference(shapes, {"T": 3}, {}).entry("a", (2,), (0,))
    assert caught.value.path == (("a", (2,)), ("b", (2,)), ("a", (2,)))
    assert str(caught.value) == "a[2] needs b[2] needs a[2]"


def test_not_a_number_has_a_place() -> None:
    """The root of -1 in the second entry."""
    shapes = shapes_of("dim n\ninput x : n\ny = sqrt(x)\n")
    with pytest.raises(NotANumber) as caught:
        Reference(shapes, {"n": 3}, {"x": [4, -1, 9]}).family("y")
    assert (caught.value.family, caught.value.member, caught.value.position) == ("y", (), (1,))
    assert "sqrt of -1" in caught.value.why


def test_quotients_by_zero() -> None:
    """IEEE 754: 1 / 0 is infinite and no error, 0 / 0 is not a number."""
    shapes = shapes_of("input x, z : scalar\ny = x / z\n")
    assert Reference(shapes, {}, {"x": 1, "z": 0}).entry("y", ()) == math.inf
    with pytest.raises(NotANumber):
        Reference(shapes, {}, {"x": 0, "z": 0}).entry("y", ())


def test_member_that_does_not_exist() -> None:
    """s has the members 0..T."""
    shapes = shapes_of("dim T\ns[0] = 0\ns[t] = s[t-1] + t for t in 1..T\n")
    with pytest.raises(MissingDefinition):
        Reference(shapes, {"T": 3}, {}).entry("s", (4,))
