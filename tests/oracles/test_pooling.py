"""Maximum and average pooling are those of ONNX and of PyTorch, for random attributes.

Independent truth: the engines.  CEIL is what they call `ceil_mode`, a mean is that of the entries inside of the image,
which they call `count_include_pad = 0`.  Maxima are exact; means are rounded.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from .convolutions import WORDS, Windows, times, windows
from .engines import REFERENCE, RUNTIME, Array, Onnx, engine, tensor
from .running import Ran, channels_first, channels_last, checked, run


def largest(w: Windows) -> Ran:
    """The primitive `maxpool`, for all sizes, run at some."""
    window = w.kernel if len(w.window) > 1 else "[M0]"
    sides = () if isinstance(w.pad, str) else enumerate(w.pad)
    conditions = ", ".join((*w.assumptions, *(f"M{i} >= {max(side) + 1}" for i, side in sides)))
    text = (
        f"dim {', '.join(w.sizes)}\n{f'assume {conditions}' if conditions else ''}\n{w.input}\n"
        f"y = maxpool(x, {window}, stride = {_stride(w)}, pad = {w.padding})\n"
    )
    return run(text, w.sizes)


def average(w: Windows) -> Ran:
    """The library's `avgpool`: square windows of two axes."""
    conditions = ", ".join(each.replace("M1", "M0") for each in w.assumptions)
    sizes = {name: size for name, size in w.sizes.items() if name != "M1"}
    text = (
        f"dim {', '.join(sizes)}\n{f'assume {conditions}' if conditions else ''}\n{w.input}\n"
        f"y = x -> avgpool(M0, stride = {_stride(w)}, pad = {w.padding})\n"
    )
    return run(text, sizes)


def _stride(w: Windows) -> str:
    return times(w.stride) if len(w.stride) > 1 else f"[{w.stride[0]}]"


@st.composite
def squares(draw: st.DrawFn) -> Windows:
    """Windows of m x m over images that hold one."""
    m, stride = draw(st.integers(1, 3)), draw(st.tuples(st.integers(1, 3), st.integers(1, 3)))
    image = tuple(draw(st.integers(m, m + 4)) for _ in range(2))
    sides = tuple(draw(st.tuples(st.integers(0, m - 1), st.integers(0, m - 1))) for _ in range(2))
    pad = draw(st.sampled_from((*WORDS, ""))) or sides
    return Windows(image, (m, m), stride, (1, 1), pad, draw(st.integers(1, 2)), draw(st.integers(1, 3)))


def attributes(w: Windows) -> dict[str, Any]:
    """Window, stride and padding as attributes of ONNX."""
    padding = {"ceil_mode": 1} if w.pad == "CEIL" else w.onnx_padding
    return {"kernel_shape": w.window, "strides": w.stride, **padding}


@pytest.mark.parametrize("onnx", [REFERENCE, RUNTIME], ids=lambda onnx: onnx.name)
def test_maxima_of_onnx(onnx: Onnx) -> None:
    """MaxPool, over 1 to 3 axes.

    The reference evaluator's gets its image padded: by its own it takes SAME_LOWER for SAME_UPPER where the stride is
    more than 1, and four numbers for top, bottom, left and right where it is 1.
    """

    @checked
    @given(windows(dilated=False))
    def agree(w: Windows) -> None:
        ran = largest(w)
        image, asked = channels_first(ran("x")), w
        if onnx is REFERENCE and w.pad != "CEIL":
            image = np.pad(image, ((0, 0), (0, 0), *w.sides), constant_values=-np.inf)
            asked = replace(w, pad="VALID")
        (found,) = onnx("MaxPool", image, **attributes(asked))
        ran.must_equal("y", channels_last(found), exactly=True)

    agree()


@pytest.mark.parametrize("onnx", [REFERENCE, RUNTIME], ids=lambda onnx: onnx.name)
def test_means_of_onnx(onnx: Onnx) -> None:
    """AveragePool, without the padding's entries.

    The reference evaluator's gets CEIL in numbers: of what `ceil_mode` adds it puts half in front, onnxruntime and
    PyTorch put all of it behind.
    """

    @checked
    @given(squares())
    def agree(w: Windows) -> None:
        ran = average(w)
        asked = replace(w, pad=w.sides) if onnx is REFERENCE and w.pad == "CEIL" else w
        (found,) = onnx("AveragePool", channels_first(ran("x")), count_include_pad=0, **attributes(asked))
        ran.must_equal("y", channels_last(found))

    agree()


@checked
@given(windows(dilated=False))
def test_maxima_of_pytorch(w: Windows) -> None:
    """Padded by minus infinity, but for CEIL, which is `ceil_mode`."""
    functional, ran = engine("torch").nn.functional, largest(w)
    image = tensor(channels_first(ran("x")))
    if w.pad != "CEIL":
        image = functional.pad(image, [end for side in reversed(w.sides) for end in side], value=-np.inf)
    pooled = (functional.max_pool1d, functional.max_pool2d, functional.max_pool3d)[len(w.image) - 1]
    found = pooled(image, w.window, w.stride, ceil_mode=w.pad == "CEIL")
    ran.must_equal("y", channels_last(found.numpy()), exactly=True)


@checked
@given(squares())
def test_means_of_pytorch(w: Windows) -> None:
    """It pads both sides alike: other padding is done by hand, sums over counts."""
    functional, ran = engine("torch").nn.functional, average(w)
    image = tensor(channels_first(ran("x")))
    alike = {side for side in w.sides if side[0] != side[1]} == set() and all(2 * a <= w.window[0] for a, _ in w.sides)
    if w.pad == "CEIL":
        found = functional.avg_pool2d(image, w.window, w.stride, ceil_mode=True)
    elif alike:
        pad = [side[0] for side in w.sides]
        found = functional.avg_pool2d(image, w.window, w.stride, pad, count_include_pad=False)
    else:
        found = _padded_mean(functional, image, w) / _padded_mean(functional, tensor(np.ones(image.shape)), w)
    ran.must_equal("y", channels_last(found.numpy()))


def _padded_mean(functional: Any, image: Any, w: Windows) -> Any:
    padded = functional.pad(image, [end for side in reversed(w.sides) for end in side])
    return functional.avg_pool2d(padded, w.window, w.stride)


@pytest.mark.parametrize("onnx", [REFERENCE, RUNTIME], ids=lambda onnx: onnx.name)
def test_one_cell_of_each_channel(onnx: Onnx) -> None:
    """GlobalAveragePool and GlobalMaxPool, which keep the axes they pool at size 1."""
    ran = run(
        "dim N, H, W, C\ninput x : [N, H, W, C]\nmean_of = x -> globalpool\nmost = x -> globalmaxpool\n",
        {"N": 2, "H": 3, "W": 5, "C": 4},
    )
    image: Array = channels_first(ran("x"))
    ran.must_equal("mean_of", onnx("GlobalAveragePool", image)[0][:, :, 0, 0])
    ran.must_equal("most", onnx("GlobalMaxPool", image)[0][:, :, 0, 0], exactly=True)
