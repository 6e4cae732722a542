"""Random convolutions: attributes, the spec that says them, and the padding in numbers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st

from shapecheck.record import record

from .engines import Array
from .running import Ran, run

Sides = tuple[tuple[int, int], ...]
WORDS = ("VALID", "SAME", "SAME_LOWER", "CEIL", "CAUSAL")


@record
class Windows:
    """Windows that slide over some axes; `pad` is a word or the padding (before, after) of every axis."""

    image: tuple[int, ...]
    window: tuple[int, ...]
    stride: tuple[int, ...]
    dilation: tuple[int, ...]
    pad: str | Sides
    batch: int
    channels: int

    @property
    def sizes(self) -> dict[str, int]:
        """The sizes of the spec: `H0` is the image's, `M0` the window's on the first axis."""
        axes = enumerate(zip(self.image, self.window))
        each = {name: size for i, (h, m) in axes for name, size in ((f"H{i}", h), (f"M{i}", m))}
        return {"N": self.batch, "C": self.channels, **each}

    @property
    def sides(self) -> Sides:
        """The padding in numbers, by the definitions of the words."""
        if not isinstance(self.pad, str):
            return self.pad
        return tuple(_word(self.pad, *axis) for axis in zip(self.image, self.extents, self.stride))

    @property
    def is_same(self) -> bool:
        """Whether the padding is SAME, of either kind."""
        return self.pad in ("SAME", "SAME_LOWER")

    @property
    def skips(self) -> bool:
        """Whether entries at the end lie in no window though the padding is SAME: it would be less than nothing.

        SAME pads nothing then.  ONNX's text does not say so, and its engines disagree: their Conv pads nothing, their
        poolings fail or move the windows (onnxruntime's by one entry for the mean of 1 entry in 3).
        """
        counts = (-(-size // stride) for size, stride in zip(self.image, self.stride))
        axes = zip(counts, self.stride, self.extents, self.image)
        return self.is_same and any((count - 1) * s + extent < size for count, s, extent, size in axes)

    @property
    def onnx_padding(self) -> dict[str, Any]:
        """The padding as attributes of ONNX: its own words, but where it does not define them."""
        if self.pad == "VALID" or (self.is_same and not self.skips):
            return {"auto_pad": {"SAME": "SAME_UPPER"}.get(str(self.pad), self.pad)}
        return {"pads": [side[end] for end in (0, 1) for side in self.sides]}

    @property
    def extents(self) -> tuple[int, ...]:
        """How far a window reaches."""
        return tuple((m - 1) * d + 1 for m, d in zip(self.window, self.dilation))

    @property
    def assumptions(self) -> Iterator[str]:
        """What must be said of the sizes so that a window fits."""
        for i, (s, d) in enumerate(zip(self.stride, self.dilation)):
            more = sum(self.pad[i]) if not isinstance(self.pad, str) else s - 1 if self.pad == "CEIL" else 0
            if not self.is_same and self.pad != "CAUSAL":
                yield f"H{i} + {more} >= (M{i} - 1) * {d} + 1"

    @property
    def input(self) -> str:
        """The image, channels last."""
        return f"input x : [N, {', '.join(f'H{i}' for i in range(len(self.image)))}, C]"

    @property
    def padding(self) -> str:
        """As in `pad = ..`."""
        rows = self.pad if isinstance(self.pad, str) else "; ".join(f"{low}, {high}" for low, high in self.pad)
        return rows if isinstance(self.pad, str) else f"[{rows}]"

    @property
    def kernel(self) -> str:
        """As in `conv2d(F, ..)`."""
        return " x ".join(f"M{i}" for i in range(len(self.window))) if len(self.window) > 1 else "M0"


def times(sizes: tuple[int, ...]) -> str:
    """`2 x 3`, or `2` alone."""
    return " x ".join(map(str, sizes))


def _word(word: str, size: int, extent: int, stride: int) -> tuple[int, int]:
    """(before, after): SAME keeps ceil(size / stride) windows, CEIL reads on until every entry was read.

    CAUSAL has a window end at the first entry.
    """
    if word == "VALID":
        return 0, 0
    if word == "CAUSAL":
        return extent - 1, 0
    if word == "CEIL":
        count = 1
        while (count - 1) * stride + extent < size and count * stride < size:
            count += 1
        return 0, max((count - 1) * stride + extent - size, 0)
    total = max((-(-size // stride) - 1) * stride + extent - size, 0)
    return (total // 2, total - total // 2) if word == "SAME" else (total - total // 2, total // 2)


@record
class Convolution:
    """A convolution of the library in `groups` groups."""

    windows: Windows
    groups: int
    filters: int

    @property
    def ran(self) -> Ran:
        """The spec, for all sizes, run at these."""
        w, space = self.windows, len(self.windows.image)
        conditions = [f"C % {self.groups} == 0", f"F % {self.groups} == 0", *w.assumptions]
        settings = f"stride = {times(w.stride)}, pad = {w.padding}, dilation = {times(w.dilation)}"
        text = (
            f"dim {', '.join((*w.sizes, 'F'))}\nassume {', '.join(conditions)}\n{w.input}\n"
            f"y = x -> conv{space}d(F, {w.kernel}, {settings}, groups = {self.groups}) as f\n"
        )
        return run(text, {**w.sizes, "F": self.filters})


@st.composite
def windows(draw: st.DrawFn, words: tuple[str, ...] = WORDS, dilated: bool = True) -> Windows:
    """1 to 3 axes; every image holds a window, with its padding where that is given in numbers."""
    space = draw(st.integers(1, 3))
    image, window, stride, dilation, sides = [], [], [], [], []
    for _ in range(space):
        m, d = draw(st.integers(1, 3)), draw(st.integers(1, 3)) if dilated else 1
        side = draw(st.tuples(st.integers(0, m - 1), st.integers(0, m - 1)))
        image.append(draw(st.integers((m - 1) * d + 1, (m - 1) * d + 5)))
        window.append(m)
        stride.append(draw(st.integers(1, 3)))
        dilation.append(d)
        sides.append(side)
    pad: str | Sides = draw(st.sampled_from((*words, ""))) or tuple(sides)
    return Windows(tuple(image), tuple(window), tuple(stride), tuple(dilation), pad, draw(st.integers(1, 2)), 1)


@st.composite
def convolutions(draw: st.DrawFn) -> Convolution:
    """All attributes of a convolution."""
    w, groups = draw(windows()), draw(st.integers(1, 3))
    channels, filters = groups * draw(st.integers(1, 3)), groups * draw(st.integers(1, 3))
    return Convolution(Windows(w.image, w.window, w.stride, w.dilation, w.pad, w.batch, channels), groups, filters)


def onnx_kernel(kernel: Array) -> Array:
    """[space.., C / groups, F] as [F, C / groups, space..]."""
    return kernel.transpose(kernel.ndim - 1, kernel.ndim - 2, *range(kernel.ndim - 2))
