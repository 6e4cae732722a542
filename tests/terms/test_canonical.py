"""Equality of values: what must be proved, and false equalities that must never be.

The truth of each true equation is a short hand proof (its docstring); that each false one is false is shown by numbers
where it stands, and once more by brute force in `test_false_equations_are_false`.
"""

from __future__ import annotations

from fractions import Fraction
from math import inf

import pytest

from shapecheck.ops.term_types import Call, Case, Literal, Lookup, Measure, Term
from shapecheck.sizes import Context, Relation, integer, symbol
from shapecheck.terms.equality.canonical import same

from .forms import apply, big, default, given, index, plus, span, tensor, times

H, W, M, N, B, C, F, s, p, n, T = (symbol(name) for name in ("H", "W", "M", "N", "B", "C", "F", "s", "p", "n", "T"))
x, y, b, f, m, k, q, c, i, j = index("x", "y", "b", "f", "m", "k", "q", "c", "i", "j")
I, K, A, D, v, w, g = (tensor(name) for name in ("I", "K", "A", "D", "v", "w", "g"))  # noqa: E741
FITS = given(Relation(">=", H, M), Relation(">=", W, N))
EVEN = given(Relation("==", H % 2, integer(0)), Relation("==", W % 2, integer(0)))
IMAGE, KERNEL = (H, W), (M, N)
VALID_RANGE = span(x=(0, H - M), y=(0, W - N))
SAME_RANGE = span(x=(0, H - 1), y=(0, W - 1))


def conv(**settings: object) -> Term:
    return apply("conv", (IMAGE, KERNEL), (I, K), **settings)(x, y)


def correlation(high: object = M - 1, dx: object = 0, stride: int = 1) -> Term:
    """`sum[m, q] I[stride x + m + dx, stride y + q] * K[m, q]`."""
    body = times(I(stride * x + m + dx, stride * y + q), K(m, q))
    return big("sum", m=(0, high), q=(0, N - 1))(body)


def padded(up: object, left: object) -> Term:
    """`sum[m, q] (I[x + m - up, y + q - left] default 0) * K[m, q]`."""
    read = default(I, IMAGE, (x + m - up, y + q - left))
    return big("sum", m=(0, M - 1), q=(0, N - 1))(times(read, K(m, q)))


def shift(image: object, by: int, sizes: tuple) -> object:
    """`by` pixels to the right, zeros enter."""
    return lambda one, other: default(image, sizes, (one, other - by))


def pool(image: object, sizes: tuple) -> object:
    return apply("maxpool", (sizes,), (image,), m=integer(2))


# ---- true ------------------------------------------------------------------------------------------


def test_valid_convolution() -> None:
    """The op's documentation is this very equation."""
    assert same(FITS, correlation(), conv(), VALID_RANGE) == "one defining equation"


def test_strided_convolution_with_factors_and_sums_swapped() -> None:
    """Sums of finitely many numbers commute, and so do products."""
    body = times(K(k, i), I(2 * x + k, 2 * y + i))
    left = big("sum", i=(0, N - 1), k=(0, M - 1))(body)
    free = span(x=(0, (H - M) // 2), y=(0, (W - N) // 2))
    assert same(FITS, left, conv(stride=integer(2)), free)


def test_padded_sum_is_same_convolution() -> None:
    """SAME at stride 1 pads M - 1 in all, the smaller half (M - 1) // 2 in front."""
    assert same(FITS, padded((M - 1) // 2, (N - 1) // 2), conv(pad="SAME"), SAME_RANGE)


def test_same_convolution_of_a_given_parity() -> None:
    """With M and N odd, (M - 1) // 2 = M // 2."""
    odd = FITS.assuming(Relation("==", M % 2, integer(1)), Relation("==", N % 2, integer(1)))
    assert same(odd, padded(M // 2, N // 2), conv(pad="SAME"), SAME_RANGE)


def test_convolution_of_the_padded_image() -> None:
    """Padding by zeros and then VALID is SAME, where as many zeros are put as SAME puts."""
    top, left = (M - 1) // 2, (N - 1) // 2
    sides = ((top, M - 1 - top), (left, N - 1 - left))
    bigger = apply("pad", (IMAGE,), (I,), sides=sides)
    wide = (H + M - 1, W + N - 1)
    assert same(FITS, apply("conv", (wide, KERNEL), (bigger, K))(x, y), conv(pad="SAME"), SAME_RANGE)


def test_sum_of_single_channel_convolutions() -> None:
    """A sum over channels of sums over the window is the sum over both."""
    one = apply("conv", ((H, W), (M, N)), (lambda r, t: I(b, r, t, c), lambda r, t: K(r, t, c, 0)))(y, x)
    whole = apply("conv", ((B, H, W, C), (M, N, C, F)), (I, K))(b, y, x, 0)
    free = span(b=(0, B - 1), y=(0, H - M), x=(0, W - N))
    assert same(FITS, big("sum", c=(0, C - 1))(one), whole, free)


def test_pooling_in_indices() -> None:
    """A window of 2 at stride 2 covers rows 2y and 2y + 1."""
    left = big("max", m=(0, 1), q=(0, 1))(I(2 * y + m, 2 * x + q))
    free = span(y=(0, H // 2 - 1), x=(0, W // 2 - 1))
    assert same(EVEN, left, pool(I, IMAGE)(y, x), free)


def test_pooling_is_equivariant_to_a_shift_by_the_stride() -> None:
    """2x + q - 2 is inside for one q in 0..1 if and only if it is for both, namely for x >= 1."""
    left = pool(shift(I, 2, IMAGE), IMAGE)(y, x)
    right = shift(pool(I, IMAGE), 1, (H // 2, W // 2))(y, x)
    assert same(EVEN, left, right, span(y=(0, H // 2 - 1), x=(0, W // 2 - 1)))


def test_maximum_of_the_pooled_image() -> None:
    """With even sizes every pixel lies in one window, so both maxima run over all pixels."""
    pooled = big("max", y=(0, H // 2 - 1), x=(0, W // 2 - 1))(pool(I, IMAGE)(y, x))
    assert same(EVEN, pooled, big("max", y=(0, H - 1), x=(0, W - 1))(I(y, x)))


def test_open_forget_gate_keeps_the_cell() -> None:
    """1 * c + 0 * g = c."""
    left = plus(times(Literal(1), v(i)), times(Literal(0), g(i)))
    assert same(Context(), left, v(i), span(i=(0, p - 1))) == "one defining equation"


def test_gate_written_two_ways() -> None:
    """z h + (1 - z) g = g + z (h - g)."""
    left = plus(times(w(i), v(i)), times(Call("-", (Literal(1), w(i))), g(i)))
    right = plus(g(i), times(w(i), Call("-", (v(i), g(i)))))
    assert same(Context(), left, right, span(i=(0, p - 1)))


def test_matrix_product_in_indices() -> None:
    """The definition of the matrix product."""
    left = big("sum", k=(0, n - 1))(times(D(k, j), A(i, k)))
    right = apply("@", ((p, n), (n, T)), (A, D))(i, j)
    assert same(Context(), left, right, span(i=(0, p - 1), j=(0, T - 1)))


def test_matrix_products_associate() -> None:
    """(A B) v = A (B v)."""
    product = apply("@", ((p, n), (n, T)), (A, D))
    left = apply("@", ((p, T), (T,)), (product, v))(i)
    right = apply("@", ((p, n), (n,)), (A, apply("@", ((n, T), (T,)), (D, v))))(i)
    assert same(Context(), left, right, span(i=(0, p - 1)))


def test_identity_matrix() -> None:
    """sum[k] (if i == k then 1 else 0) v[k] = v[i] for i in range."""
    one = Case(Relation("==", i, k), Literal(1), Literal(0))
    assert same(Context(), big("sum", k=(0, n - 1))(times(one, v(k))), v(i), span(i=(0, n - 1)))


def test_inside_a_function() -> None:
    """tanh of equal values; on the one side max(M - 1, 0) stands for M - 1."""
    from shapecheck.sizes import maximum

    left = Call("tanh", (v(maximum(M - 1, integer(0))),))
    assert same(Context(), left, Call("tanh", (v(M - 1),)))


def test_sum_cut_in_two() -> None:
    """[i < n] a + [i >= n] a = a."""
    left = Case(Relation("<", i, n), v(i), Literal(0))
    right = Case(Relation("<", i, n), Literal(0), v(i))
    assert same(Context(), plus(left, right), v(i), span(i=(0, p - 1)))


def test_constant_sum() -> None:
    """n terms 3 make 3n, and 1/3 + 1/6 = 1/2 exactly."""
    assert same(Context(), big("sum", k=(0, n - 1))(Literal(3)), Measure(3 * n))
    third = Call("/", (Literal(1), Literal(3)))
    sixth = Call("/", (Literal(1), Literal(6)))
    assert same(Context(), plus(third, sixth), Literal(0.5))
    assert Fraction(1, 3) + Fraction(1, 6) == Fraction(1, 2)


def test_short_sum_written_out() -> None:
    """sum[k in 0..2] v[k] = v[0] + v[1] + v[2]."""
    left = big("sum", k=(0, 2))(v(k))
    assert same(Context(), left, plus(v(0), v(1), v(2))) == "short sums written out"


def test_table_upside_down() -> None:
    """Literal data: rows 1, 2, 3 read from below are 3, 2, 1."""
    up, down = Lookup((3,), (1, 2, 3), (i,)), Lookup((3,), (3, 2, 1), (2 - i,))
    assert same(Context(), up, down, span(i=(0, 2))) == "all 3 entries computed"


def test_minus_infinity_outside_a_maximum() -> None:
    """What is -inf outside the range does not count: max[k in 0..n] (v[k] default -inf) = max[k in 0..n-1] v[k]."""
    left = big("max", k=(0, n))(default(v, (n,), (k,), -inf))
    assert same(Context(), left, big("max", k=(0, n - 1))(v(k)))


def softmax_in_indices() -> Term:
    """`exp(v[i]) / sum[k] exp(v[k])`."""
    total = big("sum", k=(0, n - 1))(Call("exp", (v(k),)))
    return Call("/", (Call("exp", (v(i),)), total))


def test_softmax_without_the_shift() -> None:
    """Both sides of the quotient are divided by exp(max v), which is not 0."""
    right = apply("softmax", ((n,),), (v,))(i)
    assert same(Context(), softmax_in_indices(), right, span(i=(0, n - 1)))


def test_exponential_of_a_sum() -> None:
    """exp(a + b) / exp(b) = exp(a)."""
    left = Call("/", (Call("exp", (plus(v(i), w(i)),)), Call("exp", (w(i),))))
    assert same(Context(), left, Call("exp", (v(i),)), span(i=(0, n - 1)))


# ---- false -----------------------------------------------------------------------------------------

REVERSED = big("sum", m=(0, M - 1), q=(0, N - 1))(times(I(x + m, y + q), K(M - 1 - m, N - 1 - q)))
TRANSPOSED = big("sum", m=(0, M - 1), q=(0, N - 1))(times(I(x + m, y + q), K(q, m)))
SQUARE = given(Relation(">=", H, M), Relation(">=", W, M), Relation("==", M, N))
SYMMETRIC_FREE = span(i=(0, p - 1), j=(0, p - 1))


def _max_pair(left: Term, right: Term) -> Term:
    return Call("max", (left, right))


FALSE = {
    "transposed kernel": (SQUARE, TRANSPOSED, conv(), VALID_RANGE),
    "flipped kernel": (FITS, REVERSED, conv(), VALID_RANGE),
    "off by one in the image": (FITS, correlation(dx=1), conv(), VALID_RANGE),
    "one row of the kernel too few": (FITS, correlation(high=M - 2), conv(), VALID_RANGE),
    "another stride": (FITS, correlation(stride=2), conv(), span(x=(0, (H - M) // 2), y=(0, (W - N) // 2))),
    "odd padding on the other side": (FITS, padded(M // 2, N // 2), conv(pad="SAME"), SAME_RANGE),
    "SAME_LOWER for SAME": (FITS, conv(pad="SAME_LOWER"), conv(pad="SAME"), SAME_RANGE),
    "VALID for SAME": (FITS, padded((M - 1) // 2, (N - 1) // 2), conv(), VALID_RANGE),
    "another value outside": (
        FITS,
        big("sum", m=(0, M - 1), q=(0, N - 1))(
            times(default(I, IMAGE, (x + m - (M - 1) // 2, y + q - (N - 1) // 2), 1), K(m, q))
        ),
        conv(pad="SAME"),
        SAME_RANGE,
    ),
    "sum for max": (
        EVEN,
        big("sum", m=(0, 1), q=(0, 1))(I(2 * y + m, 2 * x + q)),
        pool(I, IMAGE)(y, x),
        span(y=(0, H // 2 - 1), x=(0, W // 2 - 1)),
    ),
    "min for max": (
        EVEN,
        big("min", m=(0, 1), q=(0, 1))(I(2 * y + m, 2 * x + q)),
        pool(I, IMAGE)(y, x),
        span(y=(0, H // 2 - 1), x=(0, W // 2 - 1)),
    ),
    "pooling invariant to a shift by one": (
        EVEN,
        pool(shift(I, 1, IMAGE), IMAGE)(y, x),
        pool(I, IMAGE)(y, x),
        span(y=(0, H // 2 - 1), x=(0, W // 2 - 1)),
    ),
    "the pooled image has the same maximum, at odd sizes": (
        given(Relation(">=", H, integer(2)), Relation(">=", W, integer(2))),
        big("max", y=(0, H // 2 - 1), x=(0, W // 2 - 1))(pool(I, IMAGE)(y, x)),
        big("max", y=(0, H - 1), x=(0, W - 1))(I(y, x)),
        [],
    ),
    "matrix products commute": (
        Context(),
        apply("@", ((p, p), (p, p)), (A, D))(i, j),
        apply("@", ((p, p), (p, p)), (D, A))(i, j),
        SYMMETRIC_FREE,
    ),
    "every matrix is symmetric": (Context(), A(i, j), A(j, i), SYMMETRIC_FREE),
    "a missing term": (Context(), plus(v(i), w(i)), v(i), span(i=(0, p - 1))),
    "a sum from 1": (Context(), big("sum", k=(1, n - 1))(v(k)), big("sum", k=(0, n - 1))(v(k)), []),
    "a term counted twice": (Context(), plus(v(i), v(i)), v(i), span(i=(0, p - 1))),
    "the product of sums is the sum of products": (
        Context(),
        times(big("sum", k=(0, n - 1))(v(k)), big("sum", k=(0, n - 1))(w(k))),
        big("sum", k=(0, n - 1))(times(v(k), w(k))),
        [],
    ),
    "tanh is linear": (
        Context(),
        Call("tanh", (plus(v(i), w(i)),)),
        plus(Call("tanh", (v(i),)), Call("tanh", (w(i),))),
        span(i=(0, p - 1)),
    ),
    "division is associative": (
        Context(),
        Call("/", (v(i), Call("/", (w(i), g(i))))),
        Call("/", (Call("/", (v(i), w(i))), g(i))),
        span(i=(0, p - 1)),
    ),
    "subtraction commutes": (Context(), Call("-", (v(i), w(i))), Call("-", (w(i), v(i))), span(i=(0, p - 1))),
    "less is less or equal": (
        Context(),
        Call("<", (v(i), w(i))),
        Call("<=", (v(i), w(i))),
        span(i=(0, p - 1)),
    ),
    "the guard does not matter": (
        Context(),
        Case(Relation("<", i, n), v(i), Literal(0)),
        v(i),
        span(i=(0, p - 1)),
    ),
    "the identity one further": (
        Context(),
        big("sum", k=(0, n - 1))(times(Case(Relation("==", i, k), Literal(1), Literal(0)), v(k))),
        v(i),
        span(i=(0, n)),
    ),
    "a number more in the maximum": (Context(), _max_pair(v(i), Literal(0)), v(i), span(i=(0, p - 1))),
    "the maximum of sums": (
        Context(),
        big("max", k=(0, n - 1))(plus(v(k), w(k))),
        plus(big("max", k=(0, n - 1))(v(k)), big("max", k=(0, n - 1))(w(k))),
        [],
    ),
    "a sum over every second": (
        Context(),
        big("sum", k=(0, n - 1))(v(2 * k)),
        big("sum", k=(0, 2 * n - 1))(v(k)),
        [],
    ),
    "infinity less infinity": (Context(), Call("-", (Literal(inf), Literal(inf))), Literal(0), []),
    "another tensor": (Context(), v(i), w(i), span(i=(0, p - 1))),
    "a table shifted": (
        Context(),
        Lookup((3,), (1, 2, 3), (i,)),
        Lookup((3,), (1, 2, 4), (i,)),
        span(i=(0, 2)),
    ),
    "first and last best": (
        Context(),
        big("argmax", k=(0, n - 1))(v(k)),
        big("argmin", k=(0, n - 1))(v(k)),
        [],
    ),
    "the mean is the sum": (
        Context(),
        Call("/", (big("sum", k=(0, n - 1))(v(k)), Measure(n))),
        big("sum", k=(0, n - 1))(v(k)),
        [],
    ),
    "softmax of other entries": (
        Context(),
        softmax_in_indices(),
        apply("softmax", ((n,),), (v,))(n - 1 - i),
        span(i=(0, n - 1)),
    ),
    "softmax without the last entry": (
        given(Relation(">=", n, integer(2))),
        Call("/", (Call("exp", (v(i),)), big("sum", k=(0, n - 2))(Call("exp", (v(k),))))),
        apply("softmax", ((n,),), (v,))(i),
        span(i=(0, n - 1)),
    ),
    "exp is linear": (
        Context(),
        Call("exp", (plus(v(i), w(i)),)),
        plus(Call("exp", (v(i),)), Call("exp", (w(i),))),
        span(i=(0, p - 1)),
    ),
    "one is both": (
        Context(),
        big("sum", k=(0, n - 1), m=(0, n - 1))(A(k, m)),
        big("sum", k=(0, n - 1))(A(k, k)),
        [],
    ),
    "a triangle is a square": (
        Context(),
        big("sum", k=(0, n - 1), m=(0, k))(A(k, m)),
        big("sum", k=(0, n - 1), m=(0, n - 1))(A(k, m)),
        [],
    ),
    "the upper triangle is the lower": (
        Context(),
        big("sum", k=(0, n - 1), m=(0, k))(A(k, m)),
        big("sum", k=(0, n - 1), m=(k, n - 1))(A(k, m)),
        [],
    ),
}


@pytest.mark.parametrize("name", FALSE)
def test_false_equations_are_not_proved(name: str) -> None:
    """Each of these is false for some sizes and values (brute force below)."""
    context, left, right, free = FALSE[name]
    assert same(context, left, right, free) is None


@pytest.mark.parametrize("name", [name for name in FALSE if name != "infinity less infinity"])
def test_false_equations_are_false(name: str) -> None:
    """Brute force: at some small sizes, with random entries, the two sides differ at some free index."""
    from .brute import differ

    context, left, right, free = FALSE[name]
    assert differ(context, left, right, free)
