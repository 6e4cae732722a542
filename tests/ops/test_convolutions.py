"""Convolutions against loops over every window, and against the laws that relate them."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest

from shapecheck.ops import find
from shapecheck.ops.base import concrete
from shapecheck.ops.conv_kernel import BLOCK_BYTES
from shapecheck.sizes import Size, integer

CONV, BACK, POOL, PAD = find("conv", 2), find("conv_transpose", 2), find("maxpool", 2), find("pad", 2)
GENERATOR = np.random.default_rng(0)


def apply(op: Any, *arrays: Any, ranks: tuple[int, ...] | None = None, **given: Any) -> Any:
    """An op with settings in plain integers."""
    settings = {option.name: as_setting(given.get(option.name, option.default)) for option in op.options}
    parameters = concrete(op.parameters(settings), {})
    return op.kernel(parameters, list(arrays), ranks or tuple(array.ndim for array in arrays))


def as_setting(value: Any) -> Any:
    if isinstance(value, tuple):
        return tuple(map(as_setting, value))
    return integer(value) if isinstance(value, int) and not isinstance(value, bool | Size) else value


def numbers(*shape: int) -> Any:
    return GENERATOR.integers(-9, 10, shape)


def loops(image: Any, kernel: Any, before: tuple[int, ...], counts: tuple[int, ...], stride: int, dilation: int) -> Any:
    """[space.., C] and [space.., C, F], one Python addition at a time."""
    result = np.zeros((*counts, kernel.shape[-1]), dtype=object)
    space = len(counts)
    for at in itertools.product(*map(range, counts)):
        for tap in itertools.product(*map(range, kernel.shape[:space])):
            where = [stride * y + dilation * m - b for y, m, b in zip(at, tap, before)]
            if all(0 <= w < size for w, size in zip(where, image.shape)):
                result[at] += image[tuple(where)].astype(object) @ kernel[tap].astype(object)
    return result


@pytest.mark.parametrize("space", [1, 2, 3])
@pytest.mark.parametrize("stride, dilation", [(1, 1), (2, 1), (1, 2), (3, 2)])
def test_padded_convolution_is_the_loops(space: int, stride: int, dilation: int) -> None:
    """Truth: nested loops, exact integers; pads are distinct on every side."""
    image = numbers(*(9, 8, 7)[:space], 2)
    kernel = numbers(*(3, 2, 1)[:space], 2, 3)
    sides = ((1, 0), (2, 3), (0, 1))[:space]
    counts = tuple(
        len(range(0, size + sum(side) - (m - 1) * dilation, stride))
        for size, side, m in zip(image.shape, sides, kernel.shape)
    )
    pad = sides[0] if space == 1 else sides
    actual = apply(CONV, image, kernel, stride=stride, dilation=dilation, pad=pad)
    wanted = loops(image, kernel, tuple(side[0] for side in sides), counts, stride, dilation)
    assert actual.shape == wanted.shape and (actual == wanted).all()


def test_same_is_valid_of_the_padded_image() -> None:
    """The language's own example (same_padding): pad with (M-1)//2 before, then VALID."""
    for m, n in [(2, 6), (3, 4), (1, 1), (5, 2)]:
        image, kernel = numbers(7, 9), numbers(m, n)
        top, left = (m - 1) // 2, (n - 1) // 2
        padded = apply(PAD, image, sides=((top, m - 1 - top), (left, n - 1 - left)))
        assert (apply(CONV, image, kernel, pad="SAME") == apply(CONV, padded, kernel)).all()


def test_the_slide_of_24s() -> None:
    """28 x 28 ones under a 2 x 6 filter of twos: 27 x 23 entries of 24."""
    values = apply(CONV, np.ones((1, 28, 28, 1), np.int64), np.full((2, 6, 1, 1), 2))
    assert values.shape == (1, 27, 23, 1) and (values == 24).all()


def test_groups_are_convolutions_of_their_channels() -> None:
    """Truth: one convolution per group, side by side."""
    image, kernel = numbers(6, 5, 6), numbers(3, 2, 2, 9)
    parts = [
        apply(
            CONV,
            np.ascontiguousarray(image[..., 2 * g : 2 * g + 2]),
            kernel[..., 3 * g : 3 * g + 3],
            stride=2,
            pad="SAME",
        )
        for g in range(3)
    ]
    assert (apply(CONV, image, kernel, stride=2, pad="SAME", groups=3) == np.concatenate(parts, axis=-1)).all()


@pytest.mark.parametrize("word", ["VALID", "SAME", "SAME_LOWER"])
def test_transposed_is_the_adjoint(word: str) -> None:
    """<conv(V, K), I> = <V, conv_transpose(I, K')> for every V and I, with K' = K and its channel axes exchanged."""
    for n, m, s in itertools.product(range(1, 6), range(1, 6), range(1, 5)):
        image, kernel = numbers(n, 3), numbers(m, 2, 3)
        back = apply(BACK, image, kernel.swapaxes(1, 2), stride=s, pad=word)
        other = numbers(*back.shape)
        forward = apply(CONV, other, kernel, stride=s, pad=word)
        assert forward.shape == image.shape
        assert (forward * image).sum() == (other * back).sum()


def test_kernels_may_vary_along_the_batch() -> None:
    """`conv(I[b, :, :, c], K[:, :, c, 0])` over b and c: image, kernel and both vary; truth: one call each."""
    image, kernel = numbers(4, 3, 6, 5), numbers(1, 3, 2, 2)
    actual = apply(CONV, image, kernel, ranks=(2, 2))
    for b, c in itertools.product(range(4), range(3)):
        assert (actual[b, c] == apply(CONV, image[b, c], kernel[0, c])).all()
    assert (apply(CONV, image[:1, :1], kernel, ranks=(2, 2))[0, 2] == apply(CONV, image[0, 0], kernel[0, 2])).all()


def test_blocks_leave_no_seam() -> None:
    """Images much larger than a block, in one and in many; truth: the sum of shifted images, one per tap."""
    for shape in [(3, 213, 90, 16), (40, 20, 20, 16)]:
        image, kernel = GENERATOR.standard_normal(shape), GENERATOR.standard_normal((3, 2, 16, 4))
        assert image.nbytes * 6 > 2 * BLOCK_BYTES
        wanted = sum(
            image[:, m : m + shape[1] - 2, n : n + shape[2] - 1] @ kernel[m, n] for m in range(3) for n in range(2)
        )
        np.testing.assert_allclose(apply(CONV, image, kernel, ranks=(4, 4)), wanted, rtol=1e-11, atol=1e-11)


def test_a_view_never_reads_beyond_its_array() -> None:
    """A kernel larger than its image has no result, and must not read other memory."""
    for op, arrays in [(CONV, (numbers(2), numbers(5))), (POOL, (numbers(2),))]:
        with pytest.raises(ValueError, match="fits"):
            apply(op, *arrays, **({"m": (5,)} if op is POOL else {}))


def test_pooling_by_loops() -> None:
    """Truth: Python's max over each window, cut to the image."""
    image = numbers(7, 6, 2)
    pooled = apply(POOL, image, m=(3, 2), stride=(2, 1), pad=((1, 2), (0, 1)))
    assert pooled.shape == (4, 6, 2)
    for y, x, c in itertools.product(range(4), range(6), range(2)):
        window = image[max(0, 2 * y - 1) : max(0, 2 * y + 2), x : x + 2, c]
        assert pooled[y, x, c] == max(window.ravel().tolist())
