"""The library's convolutions are those of ONNX and of PyTorch, for random attributes, to the last digit.

Independent truth: the engines.  Drawn numbers are k/16 with |k| <= 32, so that their sums of products are exact in
float64 and, as few as they are, in float32; nothing may differ.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given

from .convolutions import Convolution, Windows, convolutions, onnx_kernel
from .engines import REFERENCE, RUNTIME, Array, Onnx, engine, tensor
from .running import channels_first, channels_last, checked


@pytest.mark.parametrize("onnx", [REFERENCE, RUNTIME], ids=lambda onnx: onnx.name)
def test_convolutions_of_onnx(onnx: Onnx) -> None:
    """ONNX has the words, but for CEIL: that is asked for in numbers."""

    @checked
    @given(convolutions())
    def agree(case: Convolution) -> None:
        case.ran.must_equal("y", convolved(onnx, case), exactly=True)

    agree()


def convolved(onnx: Onnx, case: Convolution) -> Array:
    """What ONNX's Conv makes of the run's image, kernel and bias."""
    ran, w = case.ran, case.windows
    (found,) = onnx(
        "Conv", channels_first(ran("x")), onnx_kernel(ran("f.K")), ran("f.b"),
        kernel_shape=w.window, strides=w.stride, dilations=w.dilation, group=case.groups, **padding(onnx, w),
    )  # fmt: skip
    return channels_last(found)


def padding(onnx: Onnx, w: Windows) -> dict[str, Any]:
    """The padding as attributes; onnxruntime refuses dilation under SAME, and is given the numbers."""
    if onnx is RUNTIME and w.is_same and set(w.dilation) != {1}:
        return replace(w, pad=w.sides).onnx_padding
    return w.onnx_padding


@pytest.mark.filterwarnings("ignore:Using padding='same'")
@checked
@given(convolutions())
def test_convolutions_of_pytorch(case: Convolution) -> None:
    """PyTorch pads all sides by numbers, or knows SAME where the stride is 1."""
    functional, ran, w = engine("torch").nn.functional, case.ran, case.windows
    image, kernel, bias = (tensor(a) for a in (channels_first(ran("x")), onnx_kernel(ran("f.K")), ran("f.b")))
    pad: Any = 0
    if w.pad == "SAME" and set(w.stride) == {1}:
        pad = "same"
    else:
        image = functional.pad(image, [end for side in reversed(w.sides) for end in side])
    convolution = (functional.conv1d, functional.conv2d, functional.conv3d)[len(w.image) - 1]
    found = convolution(image, kernel, bias, w.stride, pad, w.dilation, case.groups)
    ran.must_equal("y", channels_last(found.numpy()), exactly=True)
