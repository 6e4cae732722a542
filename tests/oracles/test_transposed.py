"""Transposed convolutions are those of ONNX and of PyTorch, for random attributes, to the last digit.

Independent truth: the engines.  `extra` is their `output_padding`.
"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from shapecheck.record import record

from .convolutions import Windows, times
from .engines import REFERENCE, RUNTIME, Array, Onnx, engine, tensor
from .running import Ran, channels_first, channels_last, checked, run


@record
class Transposed:
    """A transposed convolution of the library."""

    windows: Windows
    filters: int
    groups: int
    extra: tuple[int, ...]

    @property
    def ran(self) -> Ran:
        """The spec, for all sizes, run at these."""
        w, space = self.windows, len(self.windows.image)
        sizes = {**w.sizes, "F": self.filters}
        steps = f"stride = {times(w.stride)}, dilation = {times(w.dilation)}, extra = {times(self.extra)}"
        settings = f"{steps}, groups = {self.groups}, pad = {w.padding}"
        layer = f"y = x -> conv{space}d_transpose(F, {w.kernel}, {settings}) as f"
        limits = ", ".join(self.limits)
        return run(f"dim {', '.join(sizes)}\nassume {limits}\n{w.input}\n{layer}\n", sizes)

    @property
    def limits(self) -> list[str]:
        """The groups are even, and what is cut off leaves something."""
        w, even = self.windows, [f"C % {self.groups} == 0", f"F % {self.groups} == 0"]
        if isinstance(w.pad, str):
            return even
        axes = enumerate(zip(w.stride, w.dilation, w.pad, self.extra))
        return even + [f"(H{i} - 1) * {s} + (M{i} - 1) * {d} + 1 - {sum(cut)} + {e} >= 1" for i, (s, d, cut, e) in axes]

    @property
    def whole(self) -> tuple[int, ...]:
        """How many entries all stamps reach."""
        w = self.windows
        return tuple((n - 1) * s + m for n, s, m in zip(w.image, w.stride, w.extents))

    @property
    def cut(self) -> tuple[tuple[int, int], ...]:
        """How many are cut off in front and behind; where it is negative, zeros are appended."""
        w, found = self.windows, []
        for axis, (n, s, m, size, extra) in enumerate(zip(w.image, w.stride, w.extents, self.whole, self.extra)):
            total, smaller = max(m - s, 0), max(m - s, 0) // 2
            before = {"VALID": 0, "SAME": smaller, "SAME_LOWER": total - smaller, "CAUSAL": m - 1}
            if isinstance(w.pad, str):
                keep = n * s if w.is_same else size - before[w.pad]
                found.append((before[w.pad], size - before[w.pad] - keep - extra))
            else:
                found.append((w.pad[axis][0], w.pad[axis][1] - extra))
        return tuple(found)

    def arrays(self, ran: Ran) -> tuple[Array, Array, Array]:
        """Image, kernel and bias as the engines have them: [N, C, space..], [C, F / groups, space..], [F]."""
        space = len(self.windows.image)
        kernel = ran("f.K").transpose(space, space + 1, *range(space))
        return channels_first(ran("x")), kernel, ran("f.b")


@st.composite
def transposed(draw: st.DrawFn, plain: bool = False) -> Transposed:
    """All attributes; something is left of every axis.  `plain`: neither dilated nor in groups nor with `extra`."""
    axes = [draw(axis(plain)) for _ in range(draw(st.integers(1, 3)))]
    image, window, stride, dilation, extra, cuts = (tuple(each) for each in zip(*axes))
    pad = draw(st.sampled_from(("VALID", "SAME", "SAME_LOWER", "CAUSAL", ""))) or cuts
    batch, channels, filters = (draw(st.integers(1, 3)) for _ in range(3))
    groups = 1 if plain else draw(st.integers(1, 3))
    w = Windows(image, window, stride, dilation, pad, batch, groups * channels)
    if w.is_same:  # engines take fewer than `stride` entries behind, and here there are those that SAME appends
        extra = tuple(e if m >= s else 0 for e, m, s in zip(extra, w.extents, w.stride))
    return Transposed(w, groups * filters, groups, extra)


@st.composite
def axis(draw: st.DrawFn, plain: bool) -> tuple[Any, ...]:
    """Image, window, stride, dilation, extra entries, and what is cut off in numbers."""
    n, m, s, d = (draw(st.integers(1, top)) for top in (4, 4, 3, 1 if plain else 3))
    most = (n - 1) * s + (m - 1) * d
    before = draw(st.integers(0, min(2, most)))
    after = draw(st.integers(0, min(2, most - before)))
    return n, m, s, d, 0 if plain else draw(st.integers(0, max(s, d) - 1)), (before, after)


def padding(case: Transposed) -> dict[str, Any]:
    """What is cut off, as attributes of ONNX.

    Where the stamps do not touch, SAME appends zeros.  ONNX's text gives a padding below zero there, of which
    its reference evaluator makes zeros in front and onnxruntime a shorter result: they are given the numbers.
    """
    w = case.windows
    plain = not any(case.extra) and set(w.dilation) == {1}
    if plain and (w.pad == "VALID" or (w.is_same and all(m >= s for m, s in zip(w.window, w.stride)))):
        return w.onnx_padding
    return {
        "pads": [max(side[end], 0) for end in (0, 1) for side in case.cut],
        "output_padding": [max(-after, 0) for _, after in case.cut],
    }


@pytest.mark.parametrize("onnx", [REFERENCE, RUNTIME], ids=lambda onnx: onnx.name)
def test_transposed_convolutions_of_onnx(onnx: Onnx) -> None:
    """ConvTranspose pads by words or by numbers.

    The reference evaluator gets no dilation, groups and `output_padding`, on which it fails; onnxruntime wants an
    `output_padding` below the stride.
    """

    @checked
    @given(transposed(plain=onnx is REFERENCE))
    def agree(case: Transposed) -> None:
        assume(all(e < s for e, s in zip(case.extra, case.windows.stride)))
        ran, w = case.ran, case.windows
        steps = {"strides": w.stride, "dilations": w.dilation, "group": case.groups}
        (found,) = onnx("ConvTranspose", *case.arrays(ran), kernel_shape=w.window, **steps, **padding(case))
        ran.must_equal("y", channels_last(found), exactly=True)

    agree()


@checked
@given(transposed())
def test_transposed_convolutions_of_pytorch(case: Transposed) -> None:
    """PyTorch makes all of it, with zeros behind where asked; the sides are cut off here."""
    functional, ran, w = engine("torch").nn.functional, case.ran, case.windows
    convolution = (functional.conv_transpose1d, functional.conv_transpose2d, functional.conv_transpose3d)
    image, kernel, bias = map(tensor, case.arrays(ran))
    behind = [max(-after, 0) for _, after in case.cut]
    found = convolution[len(w.image) - 1](
        image, kernel, bias, w.stride, 0, behind, groups=case.groups, dilation=w.dilation
    ).numpy()
    ends = zip(case.cut, found.shape[2:])
    kept = tuple(slice(before, size - max(after, 0)) for (before, after), size in ends)
    ran.must_equal("y", channels_last(found[(..., *kept)]), exactly=True)
