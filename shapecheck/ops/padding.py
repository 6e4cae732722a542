"""Windows that slide over padded axes: the meaning of `stride`, `pad` and `dilation`.

In: settings as written, and sizes: `Size`s for shape rules, plain integers for kernels; the formulas are the same
lines.  Out: the number of windows, the start of the first one, and the requirements.  `extent` is always the number of
entries that one window spans, `(m - 1) * dilation + 1`.

SAME gives `ceil(n / s)` windows; the total padding is `max((ceil(n / s) - 1) * s + extent - n, 0)`, its smaller half in
front (SAME_LOWER: behind).  CAUSAL pads `extent - 1` in front and nothing behind, which gives `ceil(n / s)` windows,
too.  VALID pads nothing.  A number pads every side, rows pad `[before, after]` per axis.

Counts round down.  `ceil = true` rounds up, as if the end were padded just enough to read every entry of image and
padding; no window starts behind the image.  CEIL is VALID with it, and SAME leaves nothing to round.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, TypeVar

from shapecheck.ops.base import Misfit, Owed, Setting, Shape
from shapecheck.record import record
from shapecheck.sizes import ONE, ZERO, Relation, Size, maximum

Amount = TypeVar("Amount", Size, int)
PerAxis = Size | tuple[Size, ...]
"""One size for all axes, or one for each."""

WORDS = ("VALID", "SAME", "SAME_LOWER", "CEIL", "CAUSAL")
_RULES = {
    "VALID": "nothing is padded: along an axis of n entries a window of k fits (n - k) // stride + 1 times",
    "SAME": "padded so that an axis of n entries gives ceil(n / stride), whatever the kernel",
    "SAME_LOWER": "padded so that an axis of n entries gives ceil(n / stride), whatever the kernel",
    "CEIL": "padded at the end so that every entry is read, but no window starts past the end",
    "CAUSAL": "padded in front alone, so that an axis of n entries gives ceil(n / stride)",
}
_PADDED = "along an axis of n entries, padding counted in, a window of k fits (n - k) // stride + 1 times"
_ROUNDED_UP = "along an axis of n entries, padding counted in, ceil((n - k) / stride) + 1 windows of k fit, or one less"


@record
class Padding:
    """`word` is one of `WORDS`, or None for given `sides`: rows (before, after), one for all axes if `uniform`.

    `rounds_up` says whether the number of windows is rounded up; CEIL says it itself.
    """

    word: str | None
    sides: tuple[tuple[Size, Size], ...] = ()
    uniform: bool = False
    rounds_up: bool = False

    @property
    def shown(self) -> str | tuple[tuple[Size, Size], ...]:
        """The word, else what is given."""
        return self.sides if self.word is None else self.word

    @property
    def rule(self) -> str:
        """The number of windows, in words."""
        if self.rounds_up:
            return _ROUNDED_UP
        return _PADDED if self.word is None else _RULES[self.word]

    def rows(self, axes: int) -> tuple[tuple[Size, Size], ...]:
        """The given padding, one row for each axis."""
        return self.sides * axes if self.uniform else self.sides

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


def stated(word: str | None, extent: Amount) -> tuple[Amount, Amount]:
    """The padding in front and behind that a word states, but for SAME, which depends on the axis."""
    nothing = extent - extent
    return (extent - 1, nothing) if word == "CAUSAL" else (nothing, nothing)


def window_count(word: str | None, size: Amount, extent: Amount, stride: Amount) -> Amount:
    """The number of windows on an axis under a word; given padding is counted in its size."""
    if word in ("SAME", "SAME_LOWER"):
        return (size - 1) // stride + 1
    return between(size, *stated(word, extent), extent, stride, rounds_up=word == "CEIL")


def between(size: Amount, before: Amount, after: Amount, extent: Amount, stride: Amount, *, rounds_up: bool) -> Amount:
    """The number of windows on an axis with known padding."""
    if rounds_up:
        # The least count that reads to the end, or as many as start inside: whichever is less.
        return (size + before - 1 - larger(extent - stride - after, size - size)) // stride + 1
    return (size + before + after - extent) // stride + 1


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
        if self._is_same:
            return window_count(self.padding.word, self.size, self.extent, self.stride)
        rounds_up = self.padding.rounds_up or self.padding.word == "CEIL"
        return between(self.size, *self.sides, self.extent, self.stride, rounds_up=rounds_up)

    @property
    def before(self) -> Any:
        """The number of entries of padding in which the first window starts."""
        return self.sides[0]

    @property
    def sides(self) -> tuple[Any, Any]:
        """The padding that is stated, in front and behind; what rounding up adds is not."""
        if not self._is_same:
            return self.padding.of(self.axis) or stated(self.padding.word, self.extent)
        total = same_total(self.size, self.extent, self.stride)
        front = smaller_half(total, self.padding.word == "SAME_LOWER")
        return front, total - front

    @property
    def ends_inside(self) -> bool:
        """Whether it is plain that no window reads behind the image."""
        return self.padding.word in ("VALID", "CAUSAL") and not self.padding.rounds_up

    @property
    def _is_same(self) -> bool:
        return self.padding.word in ("SAME", "SAME_LOWER")


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
    if padding.word in ("SAME", "SAME_LOWER", "CAUSAL"):
        return ()
    if padding.word == "CEIL" or padding.rounds_up:
        size = size + stride - 1
    before, after = padding.of(axis) or (ZERO, ZERO)
    why = "a kernel that fits in its image" if padding.word else "a kernel that fits in its padded image"
    return unless_certain(Owed(Relation(">=", size + before + after, extent), why, operands, axes))


def unless_certain(*owed: Owed) -> tuple[Owed, ...]:
    """The requirements without those that hold for all sizes."""
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
    """Requirements for the sizes that are not constant; constants were checked where the setting was read."""
    return [Owed(Relation(">=", size, low), why) for size in sizes if size.constant is None]


def padding_setting(setting: Setting, ceil: Setting = False) -> Padding | Misfit:
    """The meaning of `pad = ..` and `ceil = ..`."""
    if not isinstance(ceil, bool):
        return Misfit("`ceil` must be true or false")
    padding = _padding(setting)
    if isinstance(padding, Misfit) or not ceil or padding.word in ("SAME", "SAME_LOWER", "CEIL"):
        return padding
    return Padding("CEIL") if padding.word == "VALID" else replace(padding, rounds_up=True)


def _padding(setting: Setting) -> Padding | Misfit:
    if isinstance(setting, str) and setting in WORDS:
        return Padding(setting)
    if isinstance(setting, str) and setting.upper() in WORDS:
        return Misfit(f"there is no padding {setting}", f"write {setting.upper()}, in capital letters")
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


def step_setting(name: str, setting: Setting, least: int = 1) -> PerAxis | Misfit:
    """A stride, dilation or window: one size, or one per axis, and not less than the least."""
    sizes = setting if isinstance(setting, tuple) and setting else (setting,)
    if not all(isinstance(size, Size) for size in sizes):
        example = f"write it as in `{name} = 2` or `{name} = 2 x 1`"
        return Misfit(f"`{name}` must be a size, or one for each axis", example)
    if any(size.constant is not None and size.constant < least for size in sizes):
        return Misfit(f"`{name}` must be at least {least}")
    result: PerAxis = setting
    return result


def one_step(name: str, setting: Setting) -> Size | Misfit:
    """One size of at least 1 for all axes together."""
    step = step_setting(name, setting)
    return Misfit(f"`{name}` must be one size") if isinstance(step, tuple) else step


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
