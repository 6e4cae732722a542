"""Windows that slide over padded axes: the one place that knows what `stride`, `pad` and `dilation` mean.

In: settings as written, and sizes: `Size`s for shape rules, plain integers for kernels; the formulas are the same
lines.  Out: how many windows there are, where the first one starts, and what is owed.  `extent` is always the number of
entries that one window spans, `(m - 1) * dilation + 1`.

SAME gives `ceil(n / s)` windows; the total padding is `max((ceil(n / s) - 1) * s + extent - n, 0)`, its smaller half in
front (SAME_LOWER: behind).  VALID pads nothing, CEIL just enough at the end to read every entry, so that no window
starts past the end.  A number pads every side, rows pad `[before, after]` per axis.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from shapecheck.ops.base import Misfit, Owed, Setting, Shape
from shapecheck.record import record
from shapecheck.sizes import ONE, ZERO, Relation, Size, maximum

Amount = TypeVar("Amount", Size, int)
PerAxis = Size | tuple[Size, ...]
"""One size for all axes, or one for each."""

WORDS = ("VALID", "SAME", "SAME_LOWER", "CEIL")
_RULES = {
    "VALID": "nothing is padded: along an axis of n entries a window of k fits (n - k) // stride + 1 times",
    "SAME": "padded so that an axis of n entries gives ceil(n / stride), whatever the kernel",
    "SAME_LOWER": "padded so that an axis of n entries gives ceil(n / stride), whatever the kernel",
    "CEIL": "padded at the end so that every entry is read, but no window starts past the end",
}
_PADDED = "along an axis of n entries, padding counted in, a window of k fits (n - k) // stride + 1 times"


@record
class Padding:
    """`word` is one of `WORDS`, or None for given `sides`: rows (before, after), one for all axes if `uniform`."""

    word: str | None
    sides: tuple[tuple[Size, Size], ...] = ()
    uniform: bool = False

    @property
    def shown(self) -> str | tuple[tuple[Size, Size], ...]:
        """The word, else what is given."""
        return self.sides if self.word is None else self.word

    @property
    def rule(self) -> str:
        """The number of windows, in words."""
        return _PADDED if self.word is None else _RULES[self.word]

    def of(self, axis: int) -> tuple[Size, Size] | None:
        """The padding given for one axis; None under a word."""
        return self.sides[0 if self.uniform else axis] if self.sides else None


def larger(left: Amount, right: Amount) -> Amount:
    """The maximum, of sizes or of integers."""
    return maximum(left, right) if isinstance(left, Size) else max(left, right)


def spanned(kernel: Amount, dilation: Amount) -> Amount:
    """The number of entries that a dilated kernel spans."""
    return kernel if dilation is ONE else (kernel - 1) * dilation + 1


def same_total(size: Amount, extent: Amount, stride: Amount) -> Amount:
    """The padding of SAME on both sides together."""
    return larger((size - 1) // stride * stride + extent - size, size - size)


def smaller_half(total: Amount, lower: bool) -> Amount:
    """The part of a total that stands in front: the smaller half, or the larger one for SAME_LOWER."""
    return total - total // 2 if lower else total // 2


def window_count(word: str | None, size: Amount, extent: Amount, stride: Amount) -> Amount:
    """The number of windows on an axis; given padding is counted in its size."""
    if word in ("SAME", "SAME_LOWER"):
        return (size - 1) // stride + 1
    if word == "CEIL":
        # The least count that reads to the end, or as many as start inside: whichever is less.
        return (size - 1 - larger(extent - stride, size - size)) // stride + 1
    return (size - extent) // stride + 1


def first_padding(word: str | None, size: Amount, extent: Amount, stride: Amount) -> Amount:
    """The distance of the first window from the start of its axis under a word."""
    if word in ("SAME", "SAME_LOWER"):
        return smaller_half(same_total(size, extent, stride), word == "SAME_LOWER")
    return size - size


@record
class Placed:
    """The windows on one axis: of sizes, or of integers if the padding is concrete.

    Shape rules ask for `count` alone; `before` of SAME is costly in symbols, so both are worked out when asked for.
    """

    padding: Padding
    axis: int
    size: Any
    extent: Any
    stride: Any

    @property
    def count(self) -> Any:
        """The number of windows."""
        size = self.size if self._given is None else self.size + self._given[0] + self._given[1]
        return window_count(self.padding.word, size, self.extent, self.stride)

    @property
    def before(self) -> Any:
        """The number of entries of padding in which the first window starts."""
        if self._given is not None:
            return self._given[0]
        return first_padding(self.padding.word, self.size, self.extent, self.stride)

    @property
    def _given(self) -> tuple[Any, Any] | None:
        return self.padding.of(self.axis)


@record
class Slide:
    """Windows over one axis of the first operand, `axis` counted from the back: `taps` entries, `dilation` apart."""

    axis: int
    placed: Placed
    taps: Size
    dilation: Size


def owed_by_windows(
    padding: Padding,
    axis: int,
    size: Size,
    extent: Size,
    stride: Size,
    operands: tuple[int, ...],
    axes: tuple[int, ...],
) -> tuple[Owed, ...]:
    """Requirement that one window fits, unless the padding guarantees it."""
    if padding.word in ("SAME", "SAME_LOWER"):
        return ()
    if padding.word == "CEIL":
        size = size + stride - 1
    before, after = padding.of(axis) or (ZERO, ZERO)
    why = "a kernel that fits in its image" if padding.word else "a kernel that fits in its padded image"
    return unless_certain(Owed(Relation(">=", size + before + after, extent), why, operands, axes))


def unless_certain(*owed: Owed) -> tuple[Owed, ...]:
    """Without those that are true whatever the sizes are."""
    return tuple(each for each in owed if each.relation.difference.constant is None or not each.relation.holds({}))


def owed_by_settings(padding: Padding, *steps: PerAxis) -> tuple[Owed, ...]:
    """Strides and dilations of at least 1, paddings of at least 0."""
    amounts = [size for step in steps for size in (step if isinstance(step, tuple) else (step,))]
    sides = [size for row in padding.sides for size in row]
    return (
        *_at_least(amounts, ONE, "a stride or dilation of at least 1"),
        *_at_least(list(dict.fromkeys(sides)), ZERO, "a padding of at least 0"),
    )


def _at_least(sizes: Sequence[Size], low: Size, why: str) -> list[Owed]:
    """Constants were looked at where the setting was read."""
    return [Owed(Relation(">=", size, low), why) for size in sizes if size.constant is None]


def padding_setting(setting: Setting) -> Padding | Misfit:
    """The meaning of `pad = ..`."""
    if isinstance(setting, str) and setting in WORDS:
        return Padding(setting)
    if isinstance(setting, Size):
        return _not_negative(Padding(None, ((setting, setting),), uniform=True))
    rows = padding_rows(setting)
    if rows is None:
        return Misfit(
            f"`pad` must be one of {', '.join(WORDS)}, a number, or `[before, after]` for each axis",
            "for two axes write `pad = [top, bottom; left, right]`",
        )
    return _not_negative(Padding(None, rows))


def padding_rows(setting: Setting) -> tuple[tuple[Size, Size], ...] | None:
    """`[before, after]` as one row, `[top, bottom; left, right]` as two; None if it is something else."""
    rows = setting if isinstance(setting, tuple) and setting and isinstance(setting[0], tuple) else (setting,)
    good = all(isinstance(row, tuple) and len(row) == 2 and all(isinstance(side, Size) for side in row) for row in rows)
    return rows if good else None


def _not_negative(padding: Padding) -> Padding | Misfit:
    negative = any(side.constant is not None and side.constant < 0 for row in padding.sides for side in row)
    return Misfit("a padding must be at least 0") if negative else padding


def step_setting(name: str, setting: Setting) -> PerAxis | Misfit:
    """A stride, dilation or window: one size, or one per axis."""
    sizes = setting if isinstance(setting, tuple) and setting else (setting,)
    if not all(isinstance(size, Size) for size in sizes):
        example = f"write it as in `{name} = 2` or `{name} = 2 x 1`"
        return Misfit(f"`{name}` must be a size, or one for each axis", example)
    if any(size.constant is not None and size.constant < 1 for size in sizes):
        return Misfit(f"`{name}` must be at least 1")
    result: PerAxis = setting
    return result


def per_axis(setting: PerAxis, axes: int) -> Shape:
    """One size for each axis; assumes `wrong_count` found nothing."""
    return setting if isinstance(setting, tuple) else (setting,) * axes


def wrong_count(axes: int, padding: Padding, steps: Sequence[tuple[str, PerAxis]]) -> Misfit | None:
    """Whether a setting is given for another number of axes than there are."""
    for name, step in steps:
        if isinstance(step, tuple) and len(step) != axes:
            return Misfit(f"`{name}` is given for {len(step)} axes, and the window has {axes}")
    if padding.sides and not padding.uniform and len(padding.sides) != axes:
        return Misfit(f"`pad` is given for {len(padding.sides)} axes, and the window has {axes}")
    return None
