"""Many random settings of windows against PyTorch's: rounding up, padding, dilation, groups, extra entries, resizing.

Independent truth: PyTorch, asked for the same by its own arguments.  A spec is read once and run at many sizes, or the
operation is applied to arrays; settings that PyTorch refuses are drawn again.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import shapecheck
from shapecheck.ops import find
from shapecheck.ops.base import Misfit, concrete
from shapecheck.sizes import integer

from .engines import Array, engine, tensor
from .running import channels_first, channels_last

ROUNDS = 250
SOURCE = np.random.default_rng(5)


def numbers(*shape: int) -> Array:
    """Sixteenths, of which sums of products are exact."""
    return SOURCE.integers(-32, 33, shape) / 16


def applied(name: str, *arrays: Array, **settings: Any) -> Array:
    """An operation on arrays, channels last, under the shape that its rule gives."""
    op = find(name, 2)
    assert op is not None
    given = {option.name: _setting(settings.get(option.name, option.default)) for option in op.options}
    parameters = op.parameters(given)
    assert not isinstance(parameters, Misfit), parameters
    result = op.shape(parameters, [tuple(map(integer, array.shape)) for array in arrays])
    assert not isinstance(result, Misfit), result
    assert all(owed.relation.holds({}) for owed in result.owed), (settings, [str(owed) for owed in result.owed])
    found = op.kernel(concrete(parameters, {}), list(arrays), [array.ndim for array in arrays])
    assert found.shape == tuple(size.constant for size in result.shape)
    return found


def _setting(value: Any) -> Any:
    if isinstance(value, tuple):
        return tuple(map(_setting, value))
    return integer(value) if type(value) is int else value


def agrees(draw: Callable[[random.Random], tuple[Array, Callable[[], Any]]]) -> None:
    """Equal in every entry, for settings that PyTorch takes."""
    source, taken = random.Random(7), 0
    for _ in range(ROUNDS):
        mine, theirs = draw(source)
        try:
            found = theirs().numpy()
        except RuntimeError:
            continue
        assert np.array_equal(mine, channels_last(found))
        taken += 1
    assert taken > ROUNDS // 2


def test_transposed_convolutions() -> None:
    """`padding`, `output_padding`, `dilation`, `groups`; the sizes always leave something."""
    functional = engine("torch").nn.functional

    def draw(source: random.Random) -> tuple[Array, Callable[[], Any]]:
        n, m, s, d, g = (source.randint(1, top) for top in (5, 4, 4, 3, 3))
        p, e = source.randint(0, ((n - 1) * s + (m - 1) * d) // 2), source.randint(0, max(s, d) - 1)
        image, kernel = numbers(2, n, g * 2), numbers(m, g * 2, 2)
        mine = applied("conv_transpose", image, kernel, stride=s, pad=p, dilation=d, groups=g, extra=e)
        ours = tensor(channels_first(image)), tensor(kernel.transpose(1, 2, 0))
        return mine, lambda: functional.conv_transpose1d(*ours, None, s, p, e, g, d)

    agrees(draw)


def test_maxima() -> None:
    """`padding` of at most half a window, `dilation`, `ceil_mode`; of two axes, with other settings on each."""
    functional = engine("torch").nn.functional

    def draw(source: random.Random) -> tuple[Array, Callable[[], Any]]:
        window, stride, dilation, pads, image = zip(*(pooled_axis(source) for _ in range(2)))
        ceil, x = source.random() < 0.5, numbers(2, *image, 2)
        rows = tuple((p, p) for p in pads)
        mine = applied("maxpool", x, m=window, stride=stride, dilation=dilation, pad=rows, ceil=ceil)
        theirs = tensor(channels_first(x))
        return mine, lambda: functional.max_pool2d(theirs, window, stride, pads, dilation, ceil)

    agrees(draw)


def pooled_axis(source: random.Random) -> tuple[int, int, int, int, int]:
    """Window, stride, dilation, padding and image, of which no dilated window sees nothing."""
    m, s, d = (source.randint(1, top) for top in (4, 4, 3))
    extent = (m - 1) * d + 1
    p = source.randint(0, extent // 2) if m > 1 else 0
    return m, s, d, p, source.randint(max(extent - 2 * p, d), extent + 6)


AVERAGES = [(ceil, count) for ceil in ("false", "true") for count in ("false", "true")]


@pytest.mark.parametrize(("ceil", "count"), AVERAGES)
def test_means(ceil: str, count: str) -> None:
    """`avg_pool2d` and `avg_pool1d` with `ceil_mode` and `count_include_pad`."""
    functional, source = engine("torch").nn.functional, random.Random(3)
    for m, s, p in ((2, 2, 1), (3, 2, 1), (3, 1, 1), (2, 3, 0), (3, 4, 1), (4, 3, 2), (5, 2, 2)):
        given = f"{m}, stride = {s}, pad = {p}, ceil = {ceil}, count_pad = {count}"
        least = m - 2 * p if m > 2 * p else 1
        spec = shapecheck.loads(
            f"dim H, W\nassume H >= {least}, W >= {least}\ninput x : [2, H, W, 3], z : [2, H, 3]\n"
            f"y = x -> avgpool({given})\nt = z -> avgpool1d({given})\n"
        )
        for _ in range(4):
            sizes = {name: source.randint(least, m + 6) for name in "HW"}
            run: Any = spec.run(sizes)
            x, z = (tensor(channels_first(np.asarray(run.value(name)))) for name in "xz")
            settings = (m, s, p, ceil == "true", count == "true")
            near(run.value("y"), functional.avg_pool2d(x, *settings))
            near(run.value("t"), functional.avg_pool1d(z, *settings))


@pytest.mark.parametrize(("m", "s", "d", "p"), [(2, 1, 2, 1), (3, 1, 2, 2), (3, 2, 2, 1), (2, 2, 3, 0), (2, 3, 1, 1)])
def test_dilated_means(m: int, s: int, d: int, p: int) -> None:
    """Sums over counts of the cells that a dilated window has inside, or of all its cells."""
    functional = engine("torch").nn.functional
    taps = engine("torch").ones(1, 1, m, m, dtype=engine("torch").float64)

    def total(x: Any) -> Any:
        return functional.conv2d(x, taps, None, s, p, d)

    given = f"{m}, stride = {s}, dilation = {d}, pad = {p}"
    for sizes in ({"H": 7, "W": 9}, {"H": 6, "W": 6}):
        x, mine = resized(f"avgpool({given})", sizes, "assume H >= 6, W >= 6")
        channels = x.flatten(0, 1)[:, None]
        counts = total(channels * 0 + 1)
        near(mine, (total(channels) / counts).reshape(2, 4, *counts.shape[2:]))
        x, mine = resized(f"avgpool({given}, count_pad = true)", sizes, "assume H >= 6, W >= 6")
        near(mine, (total(channels) / m**2).reshape(2, 4, *counts.shape[2:]))


def near(mine: Any, theirs: Any) -> None:
    """Equal but for rounding; channels come last here."""
    expected = channels_last(theirs.numpy())
    assert mine.shape == expected.shape
    assert np.allclose(mine, expected, rtol=1e-12, atol=1e-12)


def resized(layer: str, sizes: dict[str, int], assume: str = "") -> tuple[Any, Any]:
    """A layer on an image of these sizes: PyTorch's input and what comes out."""
    spec = shapecheck.loads(f"dim H, W\n{assume}\ninput x : [2, H, W, 4]\ny = x -> {layer}\n")
    run: Any = spec.run(sizes)
    return tensor(channels_first(np.asarray(run.value("x")))), np.asarray(run.value("y"))


SIZES = [(1, 1), (1, 4), (3, 2), (5, 7), (8, 3)]


@pytest.mark.parametrize(("height", "width"), SIZES)
@pytest.mark.parametrize("a", [(1, 1), (2, 3), (3, 5), (7, 4)])
def test_adaptive_pools(height: int, width: int, a: tuple[int, int]) -> None:
    """`adaptive_avg_pool2d` and `adaptive_max_pool2d`, to fewer windows than entries and to more."""
    functional, sizes = engine("torch").nn.functional, {"H": height, "W": width}
    x, mine = resized(f"adaptive_avgpool({a[0]} x {a[1]})", sizes)
    near(mine, functional.adaptive_avg_pool2d(x, a))
    x, mine = resized(f"adaptive_maxpool({a[0]} x {a[1]})", sizes)
    near(mine, functional.adaptive_max_pool2d(x, a))


@pytest.mark.parametrize(("height", "width"), SIZES)
@pytest.mark.parametrize("s", [1, 2, 3, 4])
@pytest.mark.parametrize("corners", [False, True])
def test_lines_between_neighbours(height: int, width: int, s: int, corners: bool) -> None:
    """`interpolate` with `bilinear`, and without `align_corners`; and `linear` along one axis."""
    functional, word = engine("torch").nn.functional, str(corners).lower()
    x, mine = resized(f"upsample_bilinear({s}, corners = {word})", {"H": height, "W": width})
    near(mine, functional.interpolate(x, scale_factor=s, mode="bilinear", align_corners=corners))
    x, mine = resized(f"upsample_linear({s}, corners = {word})", {"H": height, "W": width})
    rows = x.permute(0, 2, 1, 3).flatten(0, 1)  # each row of the image is a sequence of pixels
    found = functional.interpolate(rows, scale_factor=s, mode="linear", align_corners=corners)
    near(mine.reshape(-1, s * width, 4), found)


@pytest.mark.parametrize(("height", "width"), [(4, 4), (5, 7)])
@pytest.mark.parametrize("n", [1, 2, 3])
def test_borders(height: int, width: int, n: int) -> None:
    """`pad` with zeros, on other sides by other numbers, and mirrored."""
    functional, sizes = engine("torch").nn.functional, {"H": height, "W": width}
    x, mine = resized(f"reflectpad({n})", sizes, f"assume H >= {n + 1}, W >= {n + 1}")
    near(mine, functional.pad(x, (n, n, n, n), mode="reflect"))
    x, mine = resized(f"zeropad({n})", sizes)
    near(mine, functional.pad(x, (n, n, n, n)))
    x, mine = resized(f"zeropad([{n}, 0; 1, 2])", sizes)
    near(mine, functional.pad(x, (1, 2, n, 0)))


def test_channels() -> None:
    """`channel_shuffle`, `pixel_shuffle`, and the norm over neighbouring channels, for odd and even numbers of them."""
    functional, sizes = engine("torch").nn.functional, {"H": 2, "W": 3}
    x, mine = resized("channel_shuffle(2)", sizes)
    near(mine, functional.channel_shuffle(x, 2))
    x, mine = resized("pixel_shuffle(2)", sizes)
    near(mine, functional.pixel_shuffle(x, 2))
    for n in (1, 2, 3, 4, 5):
        x, mine = resized(f"lrn({n}, alpha = 0.5, beta = 0.75, k = 2.0)", sizes)
        near(mine, functional.local_response_norm(x, n, 0.5, 0.75, 2.0))
    x, mine = resized("instancenorm(scale = false, shift = false)", sizes)
    near(mine, functional.instance_norm(x))
    x, mine = resized("groupnorm(2, scale = false, shift = false)", sizes)
    near(mine, functional.group_norm(x, 2))


@pytest.mark.parametrize(("m", "s", "d"), [(1, 1, 1), (2, 1, 1), (3, 1, 4), (3, 2, 1), (2, 3, 5)])
def test_causal_convolutions(m: int, s: int, d: int) -> None:
    """Padding by hand in front, as Keras' `causal` does; no output changes with an entry behind it."""
    functional = engine("torch").nn.functional
    for n in (1, 4, 7):
        x, kernel = numbers(2, n, 3), numbers(m, 3, 2)
        mine = applied("conv", x, kernel, stride=s, dilation=d, pad="CAUSAL")
        padded = functional.pad(tensor(channels_first(x)), ((m - 1) * d, 0))
        near(mine, functional.conv1d(padded, tensor(kernel.transpose(2, 1, 0)), None, s, 0, d))
        assert mine.shape[1] == -(-n // s)
        x[:, -1] += 1
        later = applied("conv", x, kernel, stride=s, dilation=d, pad="CAUSAL")
        assert np.array_equal(mine[:, : (n - 2) // s + 1], later[:, : (n - 2) // s + 1])
