"""Ranges of indices that the text leaves open.

The independent truth is a count by hand: `enumerate_range` tries every integer and keeps those at which all reads are
inside, at many sizes; the derived extent has to be as long.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import product

import pytest

from ..graph.asking import computed, derived, extents, mistakes, report_of, shape, sizes


def enumerate_range(reads: Callable[[int], Iterable[tuple[int, int]]]) -> list[int]:
    """All x in -9..40 at which every read (position, length of the axis) is inside."""
    return [x for x in range(-9, 41) if all(0 <= at < length for at, length in reads(x))]


def checks(text: str, names: str, admit: Callable[..., bool], reads: Callable[..., Callable[[int], object]]) -> None:
    """The axis of V, at all small sizes that are admitted, against the enumeration."""
    (extent,) = extents(text, "V")
    keys = names.split()
    tried = 0
    for values in product(range(1, 13 if len(keys) == 1 else 7), repeat=len(keys)):
        at = dict(zip(keys, values))
        if admit(**at):
            allowed = enumerate_range(reads(**at))  # type: ignore[arg-type]
            assert (extent.evaluate(at), allowed[0]) == (len(allowed), 0), at
            tried += 1
    assert tried >= 3


def test_valid_convolution() -> None:
    """x runs over all places where the kernel lies inside of the image."""
    checks(
        "dim H, M\nassume H >= M\ninput I : H, K : M\nV[x] = sum[m] I[x+m] * K[m]\n",
        "H M",
        lambda H, M: H >= M,
        lambda H, M: lambda x: [(x + m, H) for m in range(M)],
    )


@pytest.mark.parametrize("stride", [2, 3, 4])
def test_strided_convolution(stride: int) -> None:
    """Every s-th place, s a number."""
    checks(
        f"dim H, M\nassume H >= M\ninput I : H, K : M\nV[x] = sum[m] I[{stride}x+m] * K[m]\n",
        "H M",
        lambda H, M: H >= M,
        lambda H, M: lambda x: [(stride * x + m, H) for m in range(M)],
    )


def test_symbolic_stride() -> None:
    """Every s-th place, s a size."""
    checks(
        "dim H, M, s\nassume H >= M\ninput I : H, K : M\nV[x] = sum[m] I[s*x+m] * K[m]\n",
        "H M s",
        lambda H, M, s: H >= M,
        lambda H, M, s: lambda x: [(s * x + m, H) for m in range(M)],
    )


def test_dilated_convolution() -> None:
    """The kernel's entries two apart."""
    checks(
        "dim H, M\nassume H >= 2M\ninput I : H, K : M\nV[x] = sum[m] I[x+2m] * K[m]\n",
        "H M",
        lambda H, M: H >= 2 * M,
        lambda H, M: lambda x: [(x + 2 * m, H) for m in range(M)],
    )


def test_flipped_kernel() -> None:
    """The true convolution of mathematics: I[x + M - 1 - m]."""
    checks(
        "dim H, M\nassume H >= M\ninput I : H, K : M\nV[x] = sum[m] I[x+M-1-m] * K[m]\n",
        "H M",
        lambda H, M: H >= M,
        lambda H, M: lambda x: [(x + M - 1 - m, H) for m in range(M)],
    )


def test_reversed_read() -> None:
    """I[H - 1 - x] allows as many x as I has entries."""
    checks("dim H\ninput I : H\nV[x] = I[H-1-x]\n", "H", lambda H: True, lambda H: lambda x: [(H - 1 - x, H)])


def test_several_reads_of_one_axis_take_the_largest_offset() -> None:
    """I[x], I[x+1] and I[x+3]: the last one binds."""
    checks(
        "dim H\nassume H >= 4\ninput I : H\nV[x] = I[x] + I[x+1] * I[x+3]\n",
        "H",
        lambda H: H >= 4,
        lambda H: lambda x: [(x, H), (x + 1, H), (x + 3, H)],
    )


def test_two_tensors_that_agree() -> None:
    """A and B are both n long."""
    checks("dim n\ninput A : n, B : n\nV[i] = A[i] * B[i]\n", "n", lambda n: True, lambda n: lambda x: [(x, n), (x, n)])


def test_two_tensors_that_agree_by_an_assumption() -> None:
    """Strides 1 and 2 end at the same place where n == 2 m."""
    checks(
        "dim n, m\nassume n == 2m\ninput A : n, B : m\nV[i] = A[2i+1] * A[2i] * B[i]\n",
        "n m",
        lambda n, m: n == 2 * m,
        lambda n, m: lambda x: [(2 * x + 1, n), (2 * x, n), (x, m)],
    )


def test_two_tensors_that_disagree_are_an_error() -> None:
    """TC takes the smaller one; here both are named: A gives n, B gives m."""
    report = report_of("dim n, m\ninput A : n, B : m\nV[i] = A[i] * B[i]\n")
    (found,) = report.diagnostics
    assert found.code == "range-conflict"
    assert "A, axis 0" in " ".join(label.text for label in found.labels)
    assert "B, axis 0" in " ".join(label.text for label in found.labels)


def test_tensors_that_agree_at_one_end_only_are_an_error() -> None:
    """A[i] gives 0..n-1 and B[i+1] with B : n + 2 gives -1..n."""
    assert [code for _, code in mistakes("dim n\ninput A : n, B : n + 2\nV[i] = A[i] * B[i+1]\n")] == ["range-conflict"]


def test_a_range_that_would_start_late_must_be_written() -> None:
    """V[x] = I[x-2] allows x = 2..H+1: the lower end is not 0, so nothing is guessed."""
    assert mistakes("dim H\ninput I : H\nV[x] = I[x-2]\n") == [(3, "unclear-range")]


def test_the_range_to_write_is_the_one_that_passes() -> None:
    """The help's own line, 2..H+1, makes it right."""
    (H,) = sizes("H")
    assert extents("dim H\ninput I : H\nV[x in 2..H+1] = I[x-2]\n", "V") == (H,)


def test_an_index_takes_an_axis_own_first_number() -> None:
    """e counts from 1: a[t] = e[t] runs over 1..T, and counts from 1 in turn."""
    (T,) = sizes("T")
    text = "dim T\ninput e[t in 1..T] : scalar\na[u] = 2 * e[u]\n"
    assert extents(text, "a") == (T,)
    assert computed(text + "y = [a[1], a[T]]\n", "y", {"T": 3}, e=[5, 6, 7]).tolist() == [10, 14]


def test_which_of_two_reads_binds_may_depend_on_sizes() -> None:
    """I[x+a] and I[x+b] for free a, b: neither offset is the larger one always."""
    assert [code for _, code in mistakes("dim H, a, b\nassume H > a + b\ninput I : H\nV[x] = I[x+a] + I[x+b]\n")] == [
        "unclear-range"
    ]


def test_an_order_by_assumption_settles_which_read_binds() -> None:
    """With a <= b the second read is the tighter one: H - b places."""
    H, b = sizes("H b")
    text = "dim H, a, b\nassume H > b, a <= b, a >= 0\ninput I : H\nV[x in 0..H-b-1] = I[x+a] + I[x+b]\n"
    assert extents(text, "V") == (H - b,)


def test_nothing_bounds_the_index() -> None:
    """`V[x] = 3` does not say how far x runs."""
    assert mistakes("V[x] = 3\n") == [(1, "unbounded-index")]


def test_a_guarded_read_bounds_nothing_but_an_index_that_stands_alone() -> None:
    """(I[x + 1] default 0) is defined everywhere; (I[x] default 0) runs over I."""
    assert mistakes("dim H\ninput I : H\nV[x] = (I[x+1] default 0)\n") == [(3, "unbounded-index")]
    assert mistakes("dim H\ninput I : H\nV[x] = (I[x] default 0)\n") == []


def test_a_read_with_a_quotient_bounds_nothing() -> None:
    """I[x // 2] is not affine: the range has to be written."""
    assert mistakes("dim H\ninput I : H\nV[x] = I[x // 2]\n") == [(3, "unbounded-index")]


def test_an_index_of_a_sum_is_bounded_too() -> None:
    """sum[m] with K : M runs over M entries: 1 + 2 + 3."""
    assert computed("K = [1, 2, 3]\ns = sum[m] K[m]\n", "s").tolist() == 6


def test_a_weight_of_unknown_extent_bounds_nothing() -> None:
    """y[i, c] = g[c] * x[i, c]: c runs over x's columns, and g is as long as that."""
    n, C = sizes("n C")
    text = "dim n, C\ninput x : n x C\nweight g\ny[i, c] = g[c] * x[i, c]\n"
    assert (shape(text, "g"), extents(text, "y")) == ((C,), (n, C))


def test_a_weight_under_a_written_range_is_as_long_as_it() -> None:
    """b[f] for f in 0..F-1 of an otherwise unknown b."""
    (F,) = sizes("F")
    assert shape("dim F\nweight b\ny[f in 0..F-1] = b[f] * 2\n", "b") == (F,)


def test_an_unknown_matrix_under_indices() -> None:
    """y[i] = sum[j] A[i, j] * x[j] over i in 0..m-1: A is m x n."""
    m, n = sizes("m n")
    assert shape("dim m, n\ninput x : n\nweight A\ny[i in 0..m-1] = sum[j] A[i, j] * x[j]\n", "A") == (m, n)


def test_a_range_may_end_at_an_outer_index() -> None:
    """sum[u in 1..t] u is 1, 3, 6, 10."""
    assert computed("s[t in 1..4] = sum[u in 1..t] u\n", "s").tolist() == [1, 3, 6, 10]


def test_an_axis_may_not_end_at_an_outer_index() -> None:
    """An axis has one extent."""
    assert mistakes("dim T\ns[t in 1..T, u in 1..t] = u\n") == [(2, "range-depends-on-index")]


def test_ranges_are_found_in_rounds() -> None:
    """K fixes m and n first, then I fixes x and y."""
    H, W, M, N = sizes("H W M N")
    text = "dim H, W, M, N\nassume H >= M, W >= N\ninput I : H x W, K : M x N\n"
    text += "V[x, y] = sum[m, n] I[x+m, y+n] * K[m, n]\n"
    assert extents(text, "V") == (H - M + 1, W - N + 1)


def test_a_diagonal_is_bounded_by_both_axes() -> None:
    """A : n x n and d[i] = A[i, i] is n long; for n x m the axes disagree."""
    (n,) = sizes("n")
    assert extents("dim n\ninput A : n x n\nd[i] = A[i, i]\n", "d") == (n,)
    assert [code for _, code in mistakes("dim n, m\ninput A : n x m\nd[i] = A[i, i]\n")] == ["range-conflict"]


def test_a_range_must_not_be_longer_than_what_is_read() -> None:
    """A written range is taken at its word, and then its reads are outside."""
    assert mistakes("dim H\ninput I : H\nV[x in 0..H] = I[x]\n") == [(3, "out-of-bounds")]


def test_a_signature_gives_no_range() -> None:
    """`output y[t in 1..T]` does: y[t] takes the declared range."""
    (T,) = sizes("T")
    assert extents("dim T\noutput y[t in 1..T] : scalar\ny[t] = 2\n", "y") == (T,)


def test_derived_ranges_cover_what_is_computed() -> None:
    """The array of V is as long as its derived axis, at sizes where a window fits once and often."""
    text = "dim H, M\nassume H >= M\ninput I : H, K : M\nV[x] = sum[m] I[3x+m] * K[m]\n"
    (extent,) = derived(text).axes["V"]
    for H, M in ((2, 2), (7, 2), (9, 4)):
        assert computed(text, "V", {"H": H, "M": M}).shape == (extent.extent.evaluate({"H": H, "M": M}),)
