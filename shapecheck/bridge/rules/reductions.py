"""Reductions: a big operator over the axes that go."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from shapecheck.bridge.draft import Draft
from shapecheck.bridge.layer_forms import remap
from shapecheck.bridge.rules.elementwise import combined
from shapecheck.bridge.rules.functions import changed
from shapecheck.bridge.rules.integers import whole_product
from shapecheck.bridge.rules.views import as_kind
from shapecheck.bridge.tasks import Outcome, Rule, Task
from shapecheck.bridge.tensors import Tensor, View, order_of
from shapecheck.bridge.trees import Entry, binder, call
from shapecheck.sizes import ONE, symbol
from shapecheck.syntax import tree
from shapecheck.syntax.tree import Expression


def reduced(draft: Draft, operator: str, tensor: Tensor, axes: Sequence[int], keep: bool) -> Tensor:
    """A tensor with a big operator over some axes, which have size 1 then, or go."""
    rank = len(tensor.shape)
    gone = [axis for axis in axes if tensor.shape[axis] is not ONE or operator.startswith("arg")]
    found = _over(draft, operator, tensor, gone) if gone else tensor
    return found if keep else remap(draft, found, [axis for axis in range(rank) if axis not in axes])


def _over(draft: Draft, operator: str, tensor: Tensor, axes: Sequence[int]) -> Tensor:
    pooled = _pooled(draft, operator, tensor, axes)
    if pooled is not None:
        return pooled
    source = draft.settled(tensor) if isinstance(tensor, View) else tensor
    read = draft.reader(source)
    shape = tuple(ONE if axis in axes else size for axis, size in enumerate(tensor.shape))

    def entry(indices: Sequence[Entry]) -> Expression:
        names = draft.bound(len(axes))
        places = list(indices)
        for axis, name in zip(axes, names):
            places[axis] = symbol(name)
        binders = tuple(binder(name, tensor.shape[axis]) for axis, name in zip(axes, names))
        return tree.BigOperator(operator, binders, read(places))

    order = tuple(axis for axis in order_of(source) if shape[axis] is not ONE)
    return draft.define("", shape, order, entry, "i" if operator.startswith("arg") else tensor.kind)


def _pooled(draft: Draft, operator: str, tensor: Tensor, axes: Sequence[int]) -> Tensor | None:
    """The library's layer for the mean, or the maximum, over the space of an image."""
    layer = {"mean": "globalpool", "max": "globalmaxpool"}.get(operator)
    if layer is None or not isinstance(tensor, View) or sorted(axes) != [2, 3] or tensor.axes != (0, 3, 1, 2):
        return None
    shape = (*tensor.shape[:2], ONE, ONE)
    return draft.stage(tensor, tree.Name(layer), None, shape, (0, 1, None, None), tensor.firsts[:2])


def reduction(operator: str, before: Callable[[Expression], Expression] | None = None,
              after: Callable[[Expression], Expression] | None = None) -> Rule:  # fmt: skip
    """A rule for a big operator, on entries that are changed before it, or on what comes out."""

    def rule(draft: Draft, task: Task) -> Outcome:
        counted = whole_product(draft, task) if operator == "prod" else None
        if counted is not None:
            return counted
        tensor, axes = task[0], _axes(task)
        if axes is None:
            return tensor
        if tensor.kind == "b":
            found = reduced(draft, operator, as_kind(draft, tensor, "i"), axes, bool(task.attribute("keepdims", 1)))
            return as_kind(draft, found, "b")
        tensor = tensor if before is None else changed(draft, tensor, before, False, tensor.kind)
        found = reduced(draft, operator, tensor, axes, bool(task.attribute("keepdims", 1)))
        return found if after is None else changed(draft, found, after)

    return rule


def _axes(task: Task) -> list[int] | None:
    """The axes that are reduced; None where nothing is to be done."""
    rank = len(task[0].shape)
    axes = task.integers(1, "axes")
    if not axes:
        return None if task.attribute("noop_with_empty_axes", 0) else list(range(rank))
    return sorted(axis % rank for axis in axes)


def log_sum_exp(draft: Draft, task: Task) -> Outcome:
    """`log(sum(exp(x)))`, without large numbers."""
    axes, keep = _axes(task), bool(task.attribute("keepdims", 1))
    if axes is None:
        return task[0]
    tensor = draft.named(task[0])
    most = draft.named(reduced(draft, "max", tensor, axes, True))
    powers = changed(draft, combined(draft, "-", tensor, most), lambda x: call("exp", x), False)
    total = changed(draft, reduced(draft, "sum", powers, axes, True), lambda x: call("log", x), False)
    found = combined(draft, "+", total, most)
    return found if keep else remap(draft, found, [axis for axis in range(len(tensor.shape)) if axis not in axes])


def best(operator: str) -> Rule:
    """A rule for the place of the largest, or smallest, entry."""

    def rule(draft: Draft, task: Task) -> Outcome:
        task.refuse(select_last_index=0)
        axis = task.attribute("axis", 0) % len(task[0].shape)
        return reduced(draft, operator, task[0], [axis], bool(task.attribute("keepdims", 1)))

    return rule


def _absolute(entry: Expression) -> Expression:
    return call("abs", entry)


def _squared(entry: Expression) -> Expression:
    return tree.Binary("^", entry, tree.Integer(2))


REDUCTIONS: Mapping[str, Rule] = MappingProxyType(
    {
        "ReduceSum": reduction("sum"),
        "ReduceMean": reduction("mean"),
        "ReduceMax": reduction("max"),
        "ReduceMin": reduction("min"),
        "ReduceProd": reduction("prod"),
        "ReduceL1": reduction("sum", _absolute),
        "ReduceL2": reduction("sum", _squared, lambda x: call("sqrt", x)),
        "ReduceSumSquare": reduction("sum", _squared),
        "ReduceLogSum": reduction("sum", None, lambda x: call("log", x)),
        "ReduceLogSumExp": log_sum_exp,
        "ArgMax": best("argmax"),
        "ArgMin": best("argmin"),
    }
)
