"""Tensors by a pattern of their subscripts: triangles, diagonals, running sums, pixels from channels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from shapecheck.bridge.draft import Draft
from shapecheck.bridge.rules.slices import readable
from shapecheck.bridge.tasks import Outcome, Rule, Task
from shapecheck.bridge.tensors import Pointwise
from shapecheck.bridge.trees import Entry, as_tree, number, size_tree
from shapecheck.sizes import ONE, Size, integer, symbol
from shapecheck.syntax import tree
from shapecheck.syntax.tree import Expression


def trilu(draft: Draft, task: Task) -> Outcome:
    """The lower, or upper, triangle of matrices; zeros elsewhere."""
    tensor, shift = task[0], (task.integers(1) or [0])[0]
    relation = ">=" if task.attribute("upper", 1) else "<="
    read = draft.reader(readable(draft, tensor))
    zero = number(0.0 if tensor.kind == "f" else 0)

    def entry(indices: Sequence[Entry]) -> Expression:
        row, column = indices[-2:]
        assert isinstance(row, Size)
        inside = tree.Comparison((as_tree(column), size_tree(row + shift)), (relation,))
        return tree.Conditional(inside, read(indices), zero)

    order = tuple(axis for axis, size in enumerate(tensor.shape) if size is not ONE)
    return Pointwise(tensor.shape, entry, order, tensor.kind, 2)


def eye_like(draft: Draft, task: Task) -> Outcome:
    """1 on a diagonal, 0 elsewhere."""
    shift = task.attribute("k", 0)

    def entry(indices: Sequence[Entry]) -> Expression:
        row, column = indices
        assert isinstance(row, Size)
        is_on = tree.Comparison((as_tree(column), size_tree(row + shift)), ("==",))
        return tree.Conditional(is_on, number(1.0), number(0.0))

    return Pointwise(task[0].shape, entry, (0, 1), "f", 1)


def one_hot(draft: Draft, task: Task) -> Outcome:
    """A vector with one number at a place, and another elsewhere."""
    places, values = task[0], task[2]
    (depth,) = task.sizes(1) or [ONE]
    rank = len(places.shape) + 1
    axis = task.attribute("axis", -1) % rank
    read, pick = draft.reader(readable(draft, places)), draft.reader(values)
    shape = (*places.shape[:axis], depth, *places.shape[axis:])

    def entry(indices: Sequence[Entry]) -> Expression:
        at = read([*indices[:axis], *indices[axis + 1 :]])
        here = as_tree(indices[axis])
        is_on = tree.Comparison((at, here), ("==",))
        from_end = tree.Comparison((tree.Binary("+", at, size_tree(depth)), here), ("==",))
        return tree.Conditional(tree.Logic("or", is_on, from_end), pick([integer(1)]), pick([integer(0)]))

    order = tuple(place for place, size in enumerate(shape) if size is not ONE)
    return Pointwise(shape, entry, order, values.kind, 2)


def running(operator: str) -> Rule:
    """A rule for sums, or products, of all entries up to one."""

    def rule(draft: Draft, task: Task) -> Outcome:
        tensor, axis = draft.named(task[0]), (task.integers(1) or [0])[0] % len(task[0].shape)
        exclusive, backwards = task.attribute("exclusive", 0), task.attribute("reverse", 0)
        last = tensor.shape[axis] - 1

        def entry(indices: Sequence[Entry]) -> Expression:
            (name,) = draft.bound(1)
            at = indices[axis]
            assert isinstance(at, Size)
            low, high = (at + exclusive, last) if backwards else (integer(0), at - exclusive)
            read = draft.entry(tensor, [*indices[:axis], symbol(name), *indices[axis + 1 :]])
            bounds = tree.Binder(name, tree.Range(size_tree(low), size_tree(high)))
            return tree.BigOperator(operator, (bounds,), read)

        return draft.define("", tensor.shape, tensor.order, entry, tensor.kind)

    return rule


def depth_to_space(draft: Draft, task: Task) -> Outcome:
    """Channels to pixels."""
    tensor, size = task[0], task.attribute("blocksize")
    read = draft.reader(readable(draft, tensor))
    batch, channels, height, width = tensor.shape
    count = channels // (size * size)
    crossed = task.attribute("mode", "DCR") == "CRD"

    def entry(indices: Sequence[Entry]) -> Expression:
        n, c, i, j = (index if isinstance(index, Size) else integer(0) for index in indices)
        inner = (i % size) * size + j % size
        channel = c * (size * size) + inner if crossed else inner * count + c
        return read([n, channel, i // size, j // size])

    shape = (batch, count, height * size, width * size)
    return Pointwise(shape, entry, (0, 2, 3, 1), tensor.kind, 1)


def space_to_depth(draft: Draft, task: Task) -> Outcome:
    """Pixels to channels."""
    tensor, size = task[0], task.attribute("blocksize")
    read = draft.reader(readable(draft, tensor))
    batch, channels, height, width = tensor.shape
    crossed = task.attribute("mode", "DCR") == "CRD"

    def entry(indices: Sequence[Entry]) -> Expression:
        n, c, i, j = (index if isinstance(index, Size) else integer(0) for index in indices)
        inner = c % (size * size) if crossed else c // channels
        channel = c // (size * size) if crossed else c % channels
        return read([n, channel, i * size + inner // size, j * size + inner % size])

    shape = (batch, channels * (size * size), height // size, width // size)
    return Pointwise(shape, entry, (0, 2, 3, 1), tensor.kind, 1)


PATTERNS: Mapping[str, Rule] = MappingProxyType(
    {
        "Trilu": trilu,
        "EyeLike": eye_like,
        "OneHot": one_hot,
        "CumSum": running("sum"),
        "CumProd": running("prod"),
        "DepthToSpace": depth_to_space,
        "SpaceToDepth": space_to_depth,
    }
)
