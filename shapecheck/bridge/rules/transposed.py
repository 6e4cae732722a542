"""Transposed convolutions: a layer of the library, or an equation over the entries that reach a place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from shapecheck.bridge.draft import Draft
from shapecheck.bridge.errors import Unsaid
from shapecheck.bridge.layer_forms import remap
from shapecheck.bridge.rules.convolutions import image
from shapecheck.bridge.rules.elementwise import combined
from shapecheck.bridge.tasks import Outcome, Rule, Task, array_of
from shapecheck.bridge.tensors import Known, Tensor, View
from shapecheck.bridge.trees import Entry, binder, call, number, size_tree, truth
from shapecheck.bridge.windows import per_axis, sides_argument, window_argument
from shapecheck.record import record
from shapecheck.sizes import ONE, Size, integer, positive, symbol
from shapecheck.syntax import tree
from shapecheck.syntax.tree import Expression


@record
class Spread:
    """Per space axis: the kernel's size, stride, dilation, what is cut off in front, and the size that comes out."""

    sizes: tuple[int, ...]
    strides: tuple[int, ...]
    dilations: tuple[int, ...]
    before: tuple[Size, ...]
    counts: tuple[Size, ...]

    def after(self, space: Sequence[Size]) -> list[Size]:
        """The numbers of entries cut off at the end of every axis."""
        reach = [
            (size - 1) * stride + dilation * (kernel - 1) + 1
            for size, stride, dilation, kernel in zip(space, self.strides, self.dilations, self.sizes)
        ]
        return [whole - start - count for whole, start, count in zip(reach, self.before, self.counts)]


def conv_transpose(draft: Draft, task: Task) -> Outcome:
    """The adjoint of a convolution."""
    view, rank = image(draft, task[0]), len(task[0].shape)
    sizes = [size.constant for size in task[1].shape[2:]]
    if None in sizes:
        raise Unsaid("the size of its kernel depends on the sizes")
    spread = _spread(task, view.shape[2:], [size or 0 for size in sizes])
    kernel, bias = task[1], task.get(2)
    sides = _sides(spread, view.shape[2:])
    known = isinstance(kernel, Known) and (bias is None or isinstance(bias, Known))
    if known and sides is not None and rank in (3, 4, 5):
        return _by_layer(draft, task, view, spread, sides)
    found = _by_equation(draft, task, view, spread)
    return found if bias is None else combined(draft, "+", found, remap(draft, bias, [0, *[None] * (rank - 2)]))


def _sides(spread: Spread, space: Sequence[Size]) -> list[tuple[int, int]] | None:
    """The number of entries cut off, where it is known and not below 0."""
    sides = [(before.constant, after.constant) for before, after in zip(spread.before, spread.after(space))]
    if any(side is None or side < 0 for pair in sides for side in pair):
        return None
    return [(before or 0, after or 0) for before, after in sides]


def _by_layer(draft: Draft, task: Task, view: View, spread: Spread, sides: Sequence[tuple[int, int]]) -> View:
    kernel, bias = task.known(1).array, array_of(task.get(2))
    rank = kernel.ndim
    arrays = {"K": (kernel.transpose(*range(2, rank), 0, 1), task.label(1))}
    groups = task.attribute("group", 1)
    named: dict[str, Expression] = {} if set(spread.strides) == {1} else {"stride": per_axis(spread.strides)}
    if any(map(any, sides)):
        named["pad"] = sides_argument(sides)
    if set(spread.dilations) != {1}:
        named["dilation"] = per_axis(spread.dilations)
    if groups > 1:
        named["groups"] = tree.Integer(groups)
    if bias is None:
        named["bias"] = truth(False)
    else:
        arrays["b"] = (bias, task.label(2))
    alias = draft.weighted("conv", arrays)
    filters = kernel.shape[1] * groups
    layer = call(f"conv{rank - 2}d_transpose", tree.Integer(filters), window_argument(spread.sizes), **named)
    return draft.stage(view, layer, alias, (view.shape[0], integer(filters), *spread.counts))


def _by_equation(draft: Draft, task: Task, view: View, spread: Spread) -> View:
    """Every entry as the sum over the cells of the kernel that bring something there."""
    source, groups = draft.settled(view), task.attribute("group", 1)
    kernel = _readable(draft, task[1])
    inner, filters = task[1].shape[0] // groups, task[1].shape[1]
    shape = (view.shape[0], filters * groups, *spread.counts)

    def entry(indices: Sequence[Entry]) -> Expression:
        names = draft.bound(len(spread.sizes) + 1)
        channel, cells = symbol(names[0]), [symbol(name) for name in names[1:]]
        batch, output, *space = (index if isinstance(index, Size) else integer(0) for index in indices)
        group = output // filters if groups > 1 else integer(0)
        places = [
            at + before - cell * dilation
            for at, before, cell, dilation in zip(space, spread.before, cells, spread.dilations)
        ]
        at = [place // stride for place, stride in zip(places, spread.strides)]
        read = draft.entry(source, [batch, group * inner + channel, *at])
        weight = draft.entry(kernel, [group * inner + channel, output - group * filters, *cells])
        product = tree.Binary("*", tree.Default(read, number(0.0)), weight)
        binders = [binder(names[0], inner), *(binder(n, integer(size)) for n, size in zip(names[1:], spread.sizes))]
        return tree.BigOperator("sum", tuple(binders), _where_whole(places, spread.strides, product))

    order = tuple(axis for axis in (0, *range(2, len(shape)), 1) if shape[axis] is not ONE or axis < 2)
    return draft.define("", shape, order, entry)


def _where_whole(places: Sequence[Size], strides: Sequence[int], value: Expression) -> Expression:
    """The value where every place is a multiple of its stride, else 0."""
    whole: Expression | None = None
    for place, stride in zip(places, strides):
        if stride > 1:
            rest = tree.Binary("%", size_tree(place), tree.Integer(stride))
            fits = tree.Comparison((rest, tree.Integer(0)), ("==",))
            whole = fits if whole is None else tree.Logic("and", whole, fits)
    return value if whole is None else tree.Conditional(whole, value, number(0.0))


def _readable(draft: Draft, tensor: Tensor) -> Tensor:
    return tensor if isinstance(tensor, Known) else draft.named(tensor)


def _spread(task: Task, space: Sequence[Size], sizes: Sequence[int]) -> Spread:
    rank = len(sizes)
    strides = tuple(task.attribute("strides") or [1] * rank)
    dilations = tuple(task.attribute("dilations") or [1] * rank)
    extra = task.attribute("output_padding") or [0] * rank
    pads = task.attribute("pads") or [0] * 2 * rank
    wanted, mode = task.attribute("output_shape"), task.attribute("auto_pad", "NOTSET")
    before, counts = [], []
    for axis in range(rank):
        reach = (space[axis] - 1) * strides[axis] + dilations[axis] * (sizes[axis] - 1) + 1 + extra[axis]
        if wanted or mode.startswith("SAME"):
            count = integer(wanted[axis]) if wanted else space[axis] * strides[axis]
            total = positive(reach - count)
            before.append(total // 2 if mode != "SAME_LOWER" else total - total // 2)
            counts.append(count)
        else:
            before.append(integer(pads[axis]))
            counts.append(reach - pads[axis] - pads[axis + rank])
    return Spread(tuple(sizes), strides, dilations, tuple(before), tuple(counts))


TRANSPOSED: Mapping[str, Rule] = MappingProxyType({"ConvTranspose": conv_transpose})
