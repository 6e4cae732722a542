"""Fifty questions about sizes, as they come from networks, with the true answer of each and why it is true."""

from __future__ import annotations

from shapecheck.sizes import Context, Formula, Relation, Size, as_size, ceil_divide, maximum, minimum, symbol

H, W, M, N, n, m, c, p, d, L, s, k = map(symbol, ["H", "W", "M", "N", "n", "m", "c", "p", "d", "L", "s", "k"])
D, C, T, heads = map(symbol, ["D", "C", "T", "heads"])


def at_least(left: Size | int, right: Size | int) -> Relation:
    return Relation(">=", as_size(left), as_size(right))


def below(left: Size | int, right: Size | int) -> Relation:
    return Relation("<", as_size(left), as_size(right))


def same(left: Size | int, right: Size | int) -> Relation:
    return Relation("==", as_size(left), as_size(right))


def same_padding(size: Size, window: Size, stride: Size | int) -> Size:
    """Total SAME padding: max((ceil(n/s) - 1) s + m - n, 0)."""
    return maximum((ceil_divide(size, stride) - 1) * stride + window - size, 0)


def same_size(size: Size, window: Size, stride: Size | int) -> Size:
    """The output size: (n + padding - m)//s + 1."""
    return (size + same_padding(size, window, stride) - window) // stride + 1


def valid_unet(size: Size, depth: int) -> Size:
    """The size after `depth` times two 3 x 3 windows and halving."""
    for _ in range(depth):
        size = (size - 4) // 2
    return size


ANY = Context()
FITS = Context((at_least(H, M), at_least(W, N)))
BY_4, BY_16, BY_2 = (Context((same(H % number, 0),)) for number in (4, 16, 2))
BIAS = H * W * (H - M + 1) * (W - N + 1) + (H - M + 1) * (W - N + 1)

TRUE_STATEMENTS: list[tuple[str, Context, Formula]] = [
    ("a window takes away at least nothing", FITS, at_least(H, H - M + 1)),
    ("halves add up", ANY, same((M - 1) // 2 + (M - 1 - (M - 1) // 2), M - 1)),
    ("the halves differ by at most 1", ANY, at_least(1, (M - 1 - (M - 1) // 2) - (M - 1) // 2)),
    ("the upper half is the larger", ANY, at_least((M - 1 - (M - 1) // 2) - (M - 1) // 2, 0)),
    ("SAME keeps the size", ANY, same(same_size(H, M, 1), H)),
    ("SAME with stride 2", Context((at_least(M, 2),)), same(same_size(H, M, 2), ceil_divide(H, 2))),
    ("SAME with stride 2, any window", ANY, same(same_size(H, M, 2), ceil_divide(H, 2))),
    ("SAME with stride 3", Context((at_least(M, 3),)), same(same_size(H, M, 3), ceil_divide(H, 3))),
    ("SAME with stride s", Context((at_least(M, s),)), same(same_size(H, M, s), ceil_divide(H, s))),
    ("ceilings nest", ANY, same(ceil_divide(ceil_divide(H, 2), 2), ceil_divide(H, 4))),
    ("floor and ceiling of a half", ANY, same(n // 2 + ceil_divide(n, 2), n)),
    ("a ceiling by a floor", ANY, same((n + 1) // 2, ceil_divide(n, 2))),
    ("the other ceiling by a floor", ANY, same((H - 1) // 2 + 1, ceil_divide(H, 2))),
    ("even numbers halve", BY_4, same(2 * (H // 2), H)),
    ("the arms of a U-Net meet", BY_4, same(2 * (H // 2 // 2), H // 2)),
    ("four levels", BY_16, same(16 * (H // 16), H)),
    ("stride 2 as a ceiling", FITS, same((H - M) // 2 + 1, ceil_divide(H - M + 1, 2))),
    ("stride s as a ceiling", FITS, same((H - M) // s + 1, ceil_divide(H - M + 1, s))),
    ("a ceiling by s", ANY, same((n - 1) // s + 1, ceil_divide(n, s))),
    ("a ceiling is at most n", ANY, at_least(n, ceil_divide(n, s))),
    ("whole strides fit", ANY, at_least(n, s * (n // s))),
    ("the last window is inside", FITS, at_least(H - 1, s * ((H - M) // s) + M - 1)),
    ("a dilated window", Context((at_least(n, (k - 1) * 2 + 1),)), at_least(n - (k - 1) * 2, 1)),
    ("one of two neighbours is even", ANY, same((n * (n + 1)) % 2, 0)),
    ("dense layers have more weights", FITS, at_least(BIAS, M * N + 1)),
    ("a narrow bottleneck", Context((at_least(n, 3 * c), at_least(n, 5))), below(2 * n * c + n + c, n * n)),
    ("weights of a stacked GRU", ANY, same(3 * p * (p + d) + (L - 1) * 3 * p * 2 * p, 6 * L * p**2 + 3 * p * (d - p))),
    ("weights of attention", Context((same(D, heads * k),)), same(3 * heads * k * D + D * D, 4 * D**2)),
    ("more steps, more products", ANY, at_least(T * 3 * p * (p + d), 3 * p * (p + d))),
    ("pooling 2 x 2 shrinks four times", ANY, at_least(C * H * W, 4 * C * (H // 2) * (W // 2))),
    ("exactly, if even", Context((same(H % 2, 0), same(W % 2, 0))), same(4 * C * (H // 2) * (W // 2), C * H * W)),
    ("max and min add up", ANY, same(maximum(H, W) + minimum(H, W), H + W)),
    ("upsampled positions come from inside", ANY, at_least(H - 1, (s * H - 1) // s)),
    ("SAME windows start inside", ANY, at_least(H - 1, s * (ceil_divide(H, s) - 1))),
]

FALSE_STATEMENTS: list[tuple[str, Context, Formula, dict[str, int]]] = [
    ("a window of 1 takes nothing away", FITS, below(H - M + 1, H), {"H": 1, "M": 1}),
    ("an even window is not symmetric", ANY, same((M - 1) // 2, M - 1 - (M - 1) // 2), {"M": 2}),
    ("1 is odd", ANY, same(2 * (H // 2), H), {"H": 1}),
    ("2 halves once", ANY, same(2 * (H // 2 // 2), H // 2), {"H": 2}),
    ("2 is even and halves once", BY_2, same(2 * (H // 2 // 2), H // 2), {"H": 2}),
    ("1 is no multiple of 16", ANY, same(16 * (H // 16), H), {"H": 1}),
    ("a small picture vanishes", ANY, at_least(valid_unet(H, 4), 5), {"H": 1}),
    ("9 - 4 is odd", Context((at_least(H, 8),)), same((H - 4) % 2, 0), {"H": 9}),
    ("2 strides over 1", ANY, same(s * (n // s), n), {"n": 1, "s": 2}),
    ("a transposed convolution", Context((at_least(n, k),)), same(((n - k) // 2) * 2 + k, n), {"k": 1, "n": 2}),
    ("1 x 1 on 1 x 1", FITS, below(M * N + 1, BIAS), {"H": 1, "M": 1, "N": 1, "W": 1}),
    ("no bottleneck at c = 1, n = 2", Context((below(c, n),)), below(2 * n * c + n + c, n * n), {"c": 1, "n": 2}),
    ("a GRU's first layer", ANY, same(2 * p * (p + d), 4 * p * p), {"d": 1, "p": 2}),
    ("p + d is not 2p", ANY, same(p + d, 2 * p), {"d": 1, "p": 2}),
    ("1 rounds up", ANY, same(ceil_divide(H, 2), H // 2), {"H": 1}),
]
