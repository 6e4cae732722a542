"""Where windows stand: published numbers, and counting by hand what the formulas say."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest

from shapecheck.ops import find
from shapecheck.ops.base import Misfit, concrete
from shapecheck.ops.padding import Padding, Placed, same_total, smaller_half, spanned
from shapecheck.sizes import integer, symbol

CONV, POOL, BACK = find("conv", 2), find("maxpool", 2), find("conv_transpose", 2)


def settings(op: Any, **given: Any) -> Any:
    """Parameters of an op."""
    return op.parameters({option.name: given.get(option.name, option.default) for option in op.options})


def sizes(*numbers: int) -> tuple[Any, ...]:
    return tuple(map(integer, numbers))


def conv_sizes(image: tuple[int, ...], kernel: tuple[int, ...], **given: Any) -> list[int]:
    result = CONV.shape(settings(CONV, **given), (sizes(*image), sizes(*kernel)))
    return [size.constant for size in result.shape]


def pool_sizes(image: tuple[int, ...], **given: Any) -> list[int]:
    return [size.constant for size in POOL.shape(settings(POOL, **given), (sizes(*image),)).shape]


def placed(word: str, size: int, extent: int, stride: int) -> tuple[int, int]:
    """Windows and padding in front, on plain integers, as kernels ask for them."""
    result = Placed(Padding(word), 0, size, extent, stride)
    return result.count, result.before


ALL = list(itertools.product(range(1, 12), range(1, 8), range(1, 6)))


def test_same_with_stride_two_of_five_is_three() -> None:
    """TensorFlow's documented `ceil(n / s)`; onnxruntime's symbolic inference is known to answer 2 here."""
    assert conv_sizes((5,), (3,), stride=integer(2), pad="SAME") == [3]


def test_same_is_the_least_padding_that_gives_the_windows() -> None:
    """Truth: search for the least total padding for which ceil(n / s) windows fit."""
    for size, extent, stride in ALL:
        wanted = -(-size // stride)
        least = next(total for total in range(99) if len(range(0, size + total - extent + 1, stride)) >= wanted)
        assert same_total(size, extent, stride) == least
        assert placed("SAME", size, extent, stride) == (wanted, least // 2)
        assert placed("SAME_LOWER", size, extent, stride) == (wanted, least - least // 2)


def test_an_odd_padding_goes_to_the_end() -> None:
    """The printed 20 x 20 table of the slides has 1 before and 2 after; the LOWER variant is the other way."""
    total = same_total(20, 4, 1)
    assert (smaller_half(total, lower=False), total - smaller_half(total, lower=False)) == (1, 2)
    assert smaller_half(total, lower=True) == 2


def test_same_counts_the_dilation() -> None:
    """A kernel of 3 with dilation 2 spans 5 and needs 2 on each side: 1 is the known mistake of others."""
    assert spanned(3, 2) == 5
    image, kernel = np.arange(1, 6), np.array([1, 0, 0])
    values = CONV.kernel(concrete(settings(CONV, pad="SAME", dilation=integer(2)), {}), [image, kernel], [1, 1])
    assert values.tolist() == [0, 0, 1, 2, 3]


def test_ceil_reads_every_entry_and_starts_inside() -> None:
    """Truth: put windows one after the other while entries are unread and the next one starts inside."""
    for size, extent, stride in ALL:
        if size + stride - 1 < extent:
            continue
        starts = [0]
        while starts[-1] + extent < size and starts[-1] + stride < size:
            starts.append(starts[-1] + stride)
        assert placed("CEIL", size, extent, stride) == (len(starts), 0)


def test_valid_counts_the_windows_that_fit() -> None:
    """Truth: the list of all starts."""
    for size, extent, stride in ALL:
        if size >= extent:
            assert placed("VALID", size, extent, stride) == (len(range(0, size - extent + 1, stride)), 0)


def test_sizes_of_published_networks() -> None:
    """Stem of ResNet (He et al. 2016): 224 -> 112 -> 56.  GoogLeNet with ceil_mode (torchvision): 112 -> 56 .. 14 -> 7.

    LeNet-5: 32 -> 28 -> 14.  VGG: 224 stays under 3 x 3 SAME.  Slide: 28 x 28 under 2 x 6 gives 27 x 23.
    """
    assert conv_sizes((224, 224, 3), (7, 7, 3, 64), stride=integer(2), pad=integer(3)) == [112, 112, 64]
    assert pool_sizes((112, 112, 64), m=integer(3), stride=integer(2), pad=integer(1)) == [56, 56, 64]
    for size in (112, 56, 28, 14):
        assert pool_sizes((size, size, 8), m=integer(3), stride=integer(2), pad="CEIL") == [size // 2, size // 2, 8]
    assert pool_sizes((112, 112, 8), m=integer(3), stride=integer(2)) == [55, 55, 8]
    assert conv_sizes((32, 32, 1), (5, 5, 1, 6)) == [28, 28, 6] and pool_sizes((28, 28, 6), m=integer(2)) == [14, 14, 6]
    assert conv_sizes((224, 224, 3), (3, 3, 3, 64), pad="SAME") == [224, 224, 64]
    assert conv_sizes((1, 28, 28, 1), (2, 6, 1, 1)) == [1, 27, 23, 1]


def test_dcgan_doubles() -> None:
    """DCGAN (Radford et al. 2016): kernel 4, stride 2, one cut off each side doubles a side; SAME multiplies by s."""
    n = symbol("n")
    kernel = (integer(4), integer(5), integer(6))
    halves = settings(BACK, stride=integer(2), pad=integer(1))
    assert BACK.shape(halves, ((n, integer(5)), kernel)).shape == (2 * n, integer(6))
    same = settings(BACK, stride=symbol("s"), pad="SAME")
    assert BACK.shape(same, ((n,), (symbol("m"),))).shape == (n * symbol("s"),)
    assert BACK.shape(settings(BACK, stride=symbol("s")), ((n,), (symbol("m"),))).shape == (
        (n - 1) * symbol("s") + symbol("m"),
    )


def test_formulas_in_symbols() -> None:
    """The formulas of the language's text: H-M+1, (H-M)//2+1, ceil(H/s), and the total of SAME."""
    h, m, s = symbol("H"), symbol("M"), symbol("s")
    assert CONV.shape(settings(CONV), ((h,), (m,))).shape == (h - m + 1,)
    assert CONV.shape(settings(CONV, stride=integer(2)), ((h,), (m,))).shape == ((h - m) // 2 + 1,)
    assert CONV.shape(settings(CONV, stride=s, pad="SAME"), ((h,), (m,))).shape == ((h + s - 1) // s,)
    wavenet = settings(CONV, dilation=s, pad=(s * (m - 1), integer(0)))
    assert CONV.shape(wavenet, ((h,), (m,))).shape == (h,)


def test_what_convolutions_owe() -> None:
    """The relations as the language states them; nothing is owed that holds for all sizes."""

    def owed(image: Any, kernel: Any, **given: Any) -> list[str]:
        return [str(each.relation) for each in CONV.shape(settings(CONV, **given), (image, kernel)).owed]

    h, m, c, f, g = map(symbol, "HMCFg")
    assert owed((h,), (m,), pad="SAME") == [] and owed(sizes(5), sizes(3)) == []
    assert owed(sizes(2), sizes(3)) == ["2 >= 3"]
    (fits,) = CONV.shape(settings(CONV, dilation=integer(2)), ((h, c), (m, c, f))).owed
    assert fits.relation.left == h and fits.relation.right == 2 * m - 1
    assert (fits.why, fits.operands, fits.axes) == ("a kernel that fits in its image", (0, 1), (0, 0))
    (channels,) = CONV.shape(settings(CONV, pad="SAME"), ((h, c), (m, f, f))).owed
    assert (channels.relation.left, channels.relation.right, channels.axes) == (c, f, (1, 1))
    grouped = CONV.shape(settings(CONV, pad="SAME", groups=g), ((h, c), (m, f, f))).owed
    assert [each.why for each in grouped] == [
        "a stride or dilation of at least 1",
        "groups that share the channels evenly",
        "groups that share the filters evenly",
    ]


@pytest.mark.parametrize("kind", [np.int64, np.float32])
@pytest.mark.parametrize("word", ["SAME", "SAME_LOWER", "CEIL"])
def test_outside_never_wins(word: str, kind: Any) -> None:
    """All entries negative, so that a zero outside would win."""
    image = -np.arange(1, 8).astype(kind)
    parameters = concrete(settings(POOL, m=(integer(3),), stride=integer(2), pad=word), {})
    pooled = POOL.kernel(parameters, [image], [1])
    assert pooled.dtype == kind
    assert pooled.tolist() == {"SAME": [-1, -2, -4, -6], "SAME_LOWER": [-1, -2, -4, -6], "CEIL": [-1, -3, -5]}[word]


def test_pool_padding_must_be_smaller_than_its_window() -> None:
    """Else a window sees nothing but padding, and has no maximum."""
    result = POOL.shape(settings(POOL, m=integer(2), pad=integer(2)), (sizes(8, 8, 3),))
    assert [str(each.relation) for each in result.owed] == ["2 < 2"] * 4


@pytest.mark.parametrize(
    "op, given",
    [
        (CONV, {"stride": integer(0)}),
        (CONV, {"stride": 1.5}),
        (CONV, {"pad": "HALF"}),
        (CONV, {"pad": integer(-1)}),
        (CONV, {"pad": (integer(1), integer(1), integer(1))}),
        (CONV, {"dilation": "VALID"}),
        (CONV, {"groups": sizes(1, 2)}),
        (POOL, {"m": "SAME"}),
        (POOL, {"m": integer(2), "stride": sizes(1, 2, 3)}),
        (POOL, {"m": integer(2), "pad": sizes(1, 1)}),
        (BACK, {"pad": "CEIL"}),
    ],
)
def test_settings_of_the_wrong_kind(op: Any, given: dict[str, Any]) -> None:
    """A mistake in a setting is a value, not an exception."""
    assert isinstance(settings(op, **given), Misfit)


@pytest.mark.parametrize(
    "given, image, kernel",
    [
        ({}, sizes(5, 5), sizes(3, 3, 1, 1)),
        ({}, sizes(5), sizes(3, 3)),
        ({}, sizes(5), ()),
        ({"stride": sizes(1, 2)}, sizes(5), sizes(3)),
        ({"pad": sizes(1, 1)}, sizes(5, 5), sizes(3, 3)),
        ({"groups": integer(2)}, sizes(5, 5), sizes(3, 3)),
    ],
)
def test_operands_that_do_not_fit(given: dict[str, Any], image: Any, kernel: Any) -> None:
    """A mistake in a rank is a value, not an exception."""
    assert isinstance(CONV.shape(settings(CONV, **given), (image, kernel)), Misfit)


@pytest.mark.parametrize("word", ["same", "causal", "Valid"])
def test_words_in_small_letters(word: str) -> None:
    """As frameworks write them: told in the letters to write."""
    misfit = settings(CONV, pad=word)
    assert isinstance(misfit, Misfit) and misfit.help == f"write {word.upper()}, in capital letters"


def test_causal_padding_stands_in_front() -> None:
    """(m - 1) d in front and nothing behind: ceil(n / s) windows, the first ends at entry 0; any image will do."""
    for size, extent, stride in ALL:
        assert placed("CAUSAL", size, extent, stride) == (-(-size // stride), extent - 1)
    for op, shapes in ((CONV, (sizes(1), sizes(4))), (POOL, (sizes(1),))):
        given = {"pad": "CAUSAL", "m": (integer(4),)}
        assert op.shape(settings(op, **given), shapes).owed == ()


def test_rounding_up_starts_no_window_behind_the_image() -> None:
    """Truth: put windows one after the other while entries are unread and the next one starts in front of the end."""
    for (size, extent, stride), before, after in itertools.product(ALL, range(4), range(4)):
        if size + before + after + stride - 1 < extent or max(before, after) >= extent:
            continue
        starts = [0]
        while starts[-1] + extent < size + before + after and starts[-1] + stride < size + before:
            starts.append(starts[-1] + stride)
        padding = Padding(None, ((integer(before), integer(after)),), rounds_up=True)
        assert Placed(concrete(padding, {}), 0, size, extent, stride).count == len(starts)


def test_a_dilated_window_must_not_step_over_its_image() -> None:
    """Taps 5 apart around an image of 3 may see nothing, and have no maximum; an image of 5 is seen."""
    given = {"m": (integer(2),), "pad": integer(1), "dilation": integer(5)}
    owed = POOL.shape(settings(POOL, **given), (sizes(3),)).owed
    assert not all(each.relation.holds({}) for each in owed)
    owed = POOL.shape(settings(POOL, **given), (sizes(5),)).owed
    assert all(each.relation.holds({}) for each in owed)
