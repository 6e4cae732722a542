"""Transposed convolutions are those of ONNX and of PyTorch, for random attributes, to the last digit.

Independent truth: the engines.
"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shapecheck.record import record

from .convolutions import Windows, times
from .engines import REFERENCE, RUNTIME, Array, Onnx, engine, tensor
from .running import Ran, channels_first, channels_last, checked, run


@record
class Transposed:
    """A transposed convolution of the library, or over three axes the primitive."""

    windows: Windows
    filters: int

    @property
    def ran(self) -> Ran:
        """The spec, for all sizes, run at these."""
        w, space = self.windows, len(self.windows.image)
        sizes = {**w.sizes, "F": self.filters}
        settings = f"stride = {times(w.stride)}, pad = {w.padding}"
        if space < 3:
            layer = f"y = x -> conv{space}d_transpose(F, {w.kernel}, {settings}) as f"
        else:
            axes = ", ".join(f"M{i}" for i in range(space))
            layer = f"weight K : [{axes}, C, F]\ny = conv_transpose(x, K, {settings})"
        limits = ", ".join(self.limits)
        text = f"dim {', '.join(sizes)}\n{f'assume {limits}' if limits else ''}\n{w.input}\n{layer}\n"
        return run(text, sizes)

    @property
    def limits(self) -> list[str]:
        """What is cut off leaves something."""
        w = self.windows
        if isinstance(w.pad, str):
            return []
        return [f"(H{i} - 1) * {s} + M{i} - {sum(cut)} >= 1" for i, (s, cut) in enumerate(zip(w.stride, w.pad))]

    @property
    def whole(self) -> tuple[int, ...]:
        """How many entries all stamps reach."""
        w = self.windows
        return tuple((n - 1) * s + m for n, s, m in zip(w.image, w.stride, w.window))

    @property
    def cut(self) -> tuple[tuple[int, int], ...]:
        """How many are cut off in front and behind; where it is negative, zeros are appended."""
        w, found = self.windows, []
        for axis, (n, s, m, size) in enumerate(zip(w.image, w.stride, w.window, self.whole)):
            total, smaller = max(m - s, 0), max(m - s, 0) // 2
            before = {"VALID": 0, "SAME": smaller, "SAME_LOWER": total - smaller}
            if isinstance(w.pad, str):
                keep = size if w.pad == "VALID" else n * s
                found.append((before[w.pad], size - before[w.pad] - keep))
            else:
                found.append(w.pad[axis])
        return tuple(found)

    def arrays(self, ran: Ran) -> tuple[Array, Array, Array | None]:
        """Image, kernel and bias as the engines have them: [N, C, space..], [C, F, space..], [F]."""
        space = len(self.windows.image)
        kernel = ran("f.K" if space < 3 else "K")
        kernel = kernel.transpose(space, space + 1, *range(space))
        return channels_first(ran("x")), kernel, ran("f.b") if space < 3 else None


@st.composite
def transposed(draw: st.DrawFn) -> Transposed:
    """All attributes; something is left of every axis."""
    image, window, stride, cuts = [], [], [], []
    for _ in range(draw(st.integers(1, 3))):
        n, m, s = (draw(st.integers(1, top)) for top in (4, 4, 3))
        before = draw(st.integers(0, min(2, (n - 1) * s + m - 1)))
        after = draw(st.integers(0, min(2, (n - 1) * s + m - 1 - before)))
        image.append(n)
        window.append(m)
        stride.append(s)
        cuts.append((before, after))
    pad = draw(st.sampled_from(("VALID", "SAME", "SAME_LOWER", ""))) or tuple(cuts)
    ones = (1,) * len(image)
    batch, channels, filters = (draw(st.integers(1, 3)) for _ in range(3))
    return Transposed(Windows(tuple(image), tuple(window), tuple(stride), ones, pad, batch, channels), filters)


def padding(case: Transposed) -> dict[str, Any]:
    """What is cut off, as attributes of ONNX.

    Where the stamps do not touch, SAME appends zeros.  ONNX's text gives a padding below zero there, of which
    its reference evaluator makes zeros in front and onnxruntime a shorter result: they are given the numbers.
    """
    w = case.windows
    if w.pad == "VALID" or (w.is_same and all(m >= s for m, s in zip(w.window, w.stride))):
        return w.onnx_padding
    return {
        "pads": [max(side[end], 0) for end in (0, 1) for side in case.cut],
        "output_padding": [max(-after, 0) for _, after in case.cut],
    }


@pytest.mark.parametrize("onnx", [REFERENCE, RUNTIME], ids=lambda onnx: onnx.name)
def test_transposed_convolutions_of_onnx(onnx: Onnx) -> None:
    """ConvTranspose pads by words or by numbers."""

    @checked
    @given(transposed())
    def agree(case: Transposed) -> None:
        ran, w = case.ran, case.windows
        (found,) = onnx("ConvTranspose", *case.arrays(ran), kernel_shape=w.window, strides=w.stride, **padding(case))
        ran.must_equal("y", channels_last(found), exactly=True)

    agree()


@checked
@given(transposed())
def test_transposed_convolutions_of_pytorch(case: Transposed) -> None:
    """PyTorch makes all of it, with zeros behind where asked; the sides are cut off here."""
    functional, ran, w = engine("torch").nn.functional, case.ran, case.windows
    convolution = (functional.conv_transpose1d, functional.conv_transpose2d, functional.conv_transpose3d)
    image, kernel, bias = (None if array is None else tensor(array) for array in case.arrays(ran))
    behind = [max(-after, 0) for _, after in case.cut]
    found = convolution[len(w.image) - 1](image, kernel, bias, w.stride, 0, behind).numpy()
    ends = zip(case.cut, found.shape[2:])
    kept = tuple(slice(before, size - max(after, 0)) for (before, after), size in ends)
    ran.must_equal("y", channels_last(found[(..., *kept)]), exactly=True)
