"""Operators on several tensors entry by entry: `a + b` where the axes agree, else broadcasting as an equation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce
from types import MappingProxyType

import numpy as np

from shapecheck.bridge.activations import as_activation
from shapecheck.bridge.draft import Draft
from shapecheck.bridge.layer_forms import aligned, broadcast, is_cheap, joint_order, stretched
from shapecheck.bridge.rules.dense import with_bias
from shapecheck.bridge.rules.functions import Change, changed, staged
from shapecheck.bridge.rules.integers import between_sizes
from shapecheck.bridge.tasks import Outcome, Rule, Task, array_of
from shapecheck.bridge.tensors import Flat, Known, Pointwise, Tensor, View, is_scalar, weight_of
from shapecheck.bridge.trees import Entry, call, number
from shapecheck.sizes import ZERO
from shapecheck.syntax import tree
from shapecheck.syntax.tree import Expression

_WHOLE = {"*": ".*", "/": "./"}
_MOST_REPEATED = 3
"""A formula for one number is written out wherever it is used if it has no more operations than this."""


def paired(draft: Draft, make: Change, tensors: Sequence[Tensor], kind: str = "f", cheap: bool = False) -> Pointwise:
    """Tensors broadcast together, by a formula for an entry of the result."""
    rank = max(len(tensor.shape) for tensor in tensors)
    ready = [aligned(draft, draft.light(tensor), rank) for tensor in tensors]
    shape = broadcast([tensor.shape for tensor in ready])
    readers = [draft.reader(tensor) for tensor in ready]

    def entry(indices: Sequence[Entry]) -> Expression:
        parts = (read(stretched(indices, tensor.shape)) for read, tensor in zip(readers, ready))
        return make(*parts)

    weight = sum(map(weight_of, ready)) + 1
    return Pointwise(shape, entry, joint_order(ready, shape), kind, weight, cheap and all(map(is_cheap, ready)))


def arithmetic(operator: str) -> Rule:
    """A rule for `+ - * /` on two operands or more."""

    def rule(draft: Draft, task: Task) -> Outcome:
        return reduce(lambda left, right: combined(draft, operator, left, right), _operands(task))

    return rule


def _operands(task: Task) -> list[Tensor]:
    return [task[place] for place in range(len(task.operands))]


def combined(draft: Draft, operator: str, left: Tensor, right: Tensor) -> Tensor:
    """Two tensors by an operator, broadcast."""
    counted = between_sizes(operator, left, right)
    if counted is not None:
        return counted
    if operator == "/" and left.kind == right.kind == "i":
        return paired(draft, _truncated, [left, right], "i")
    left, right = draft.light(left), draft.light(right)
    for way in (_with_bias, _with_scalar, _as_whole):
        found = way(draft, operator, left, right)
        if found is not None:
            return found
    return paired(draft, lambda a, b: tree.Binary(operator, a, b), [left, right], kind_of(left, right))


def _truncated(left: Expression, right: Expression) -> Expression:
    """A quotient of integers, rounded towards 0."""
    above = tree.Binary("//", left, right)
    below = tree.Minus(tree.Binary("//", tree.Minus(left), right))
    is_above = tree.Comparison((tree.Binary("*", left, right), tree.Integer(0)), (">=",))
    return tree.Conditional(is_above, above, below)


def kind_of(left: Tensor, right: Tensor) -> str:
    """Integers where both are."""
    return "i" if left.kind == right.kind == "i" else "f"


def _with_bias(draft: Draft, operator: str, left: Tensor, right: Tensor) -> Tensor | None:
    return with_bias(draft, left, right) if operator == "+" else None


def scalar_entry(draft: Draft, tensor: Tensor) -> Expression | None:
    """The entry of a tensor that is one number and has no name; None for all others."""
    if isinstance(tensor, View | Flat) or not is_scalar(tensor):
        return None
    if isinstance(tensor, Pointwise) and tensor.weight > _MOST_REPEATED:
        return None
    return draft.entry(tensor, [ZERO] * len(tensor.shape))


def _with_scalar(draft: Draft, operator: str, left: Tensor, right: Tensor) -> Tensor | None:
    """`2.0 * x` for a whole tensor."""
    for scalar, other, is_left in ((left, right, True), (right, left, False)):
        if not isinstance(other, View | Flat) or other.kind == "b" or len(scalar.shape) > len(other.shape):
            continue
        value = scalar_entry(draft, scalar)
        if value is not None:
            return changed(draft, other, _placed(operator, value, is_left), True, kind_of(left, right))
    return None


def _placed(operator: str, value: Expression, is_left: bool) -> Change:
    def change(base: Expression) -> Expression:
        return as_activation(tree.Binary(operator, value, base) if is_left else tree.Binary(operator, base, value))

    return change


def _as_whole(draft: Draft, operator: str, left: Tensor, right: Tensor) -> Tensor | None:
    """`x + y` where both have the same axes in the same order."""
    if isinstance(left, Flat) and isinstance(right, Flat):
        inner = _as_whole(draft, operator, left.source, right.source)
        return inner if inner is None else Flat(draft.view(inner))
    if not (isinstance(left, View) and isinstance(right, View)) or "b" in (left.kind, right.kind):
        return None
    if (left.axes, left.shape) != (right.axes, right.shape) or not left.is_whole:
        return None
    firsts = _joint_firsts(draft, left, right)
    if firsts is None:
        return None
    left, right = draft.operand(left), draft.operand(right)
    if operator in "+*" and isinstance(right.base, tree.Name) and not isinstance(left.base, tree.Name):
        left, right = right, left
    whole = _WHOLE.get(operator, operator) if left.firsts else operator
    base = as_activation(tree.Binary(whole, left.base, right.base))
    return View(left.shape, base, left.axes, firsts, kind_of(left, right), left.weight + right.weight + 1)


def _joint_firsts(draft: Draft, left: View, right: View) -> tuple[int, ...] | None:
    """The numbers from which the axes of a sum count; None where its operands count in two ways.

    An axis to which no equation has given a number takes that of the other operand.
    """
    if left.firsts == right.firsts:
        return left.firsts
    for one, other in ((left, right), (right, left)):
        if draft.is_unnumbered(one.base) and all(first in (0, own) for first, own in zip(one.firsts, other.firsts)):
            return other.firsts
    return None


# ---- extremes, powers, truths, choices ---------------------------------------------------------


def extreme(name: str) -> Rule:
    """A rule for `max` and `min` of several tensors."""

    def rule(draft: Draft, task: Task) -> Outcome:
        return reduce(lambda left, right: _extreme(draft, name, left, right), _operands(task))

    return rule


def _extreme(draft: Draft, name: str, left: Tensor, right: Tensor) -> Tensor:
    counted = between_sizes(name, left, right)
    if counted is not None:
        return counted
    return paired(draft, lambda a, b: call(name, a, b), [left, right], kind_of(left, right))


def clip(draft: Draft, task: Task) -> Outcome:
    """Between two numbers; one that is infinite, or left out, is no bound."""
    tensor = task[0]
    low, high = (_bound(draft, task, place, name) for place, name in ((1, "min"), (2, "max")))

    def change(entry: Expression) -> Expression:
        entry = entry if low is None else call("max", entry, low)
        return entry if high is None else call("min", entry, high)

    if low == tree.Real("0.0") and high == tree.Real("6.0"):
        return staged(draft, tensor, "relu6")
    return changed(draft, tensor, change, False, tensor.kind)


def _bound(draft: Draft, task: Task, place: int, name: str) -> Expression | None:
    operand = task.get(place)
    if operand is None:
        value = task.attribute(name)
        return None if value is None or abs(value) > 1e38 else number(float(value))
    array = array_of(operand)
    if array is not None and array.dtype.kind == "f" and abs(float(array)) > 1e38:
        return None
    found = scalar_entry(draft, operand)
    return found if found is not None else draft.entry(operand, [])


def power(draft: Draft, task: Task) -> Outcome:
    """A power; whole numbers and a half as exponents are written as such."""
    base, exponent = task[0], task[1]
    known = array_of(exponent)
    if known is not None and known.size == 1 and len(exponent.shape) <= len(base.shape):
        value = float(known.reshape(-1)[0])
        if value == 0.5:
            return changed(draft, base, lambda entry: call("sqrt", entry))
        if value == int(value) and 0 < value < 20:
            return changed(draft, base, lambda entry: _raised(entry, int(value)), False, kind_of(base, exponent))
    return paired(draft, lambda a, b: tree.Binary("^", a, b), [base, exponent])


def _raised(base: Expression, exponent: int) -> Expression:
    return base if exponent == 1 else tree.Binary("^", base, tree.Integer(exponent))


def modulo(draft: Draft, task: Task) -> Outcome:
    """The remainder; it has the sign of the divisor, or of the dividend as in C (`fmod`)."""
    counted = between_sizes("%", task[0], task[1])
    if counted is not None:
        return counted
    if task.attribute("fmod", 0):
        return paired(draft, _rest_of_truncated, [task[0], task[1]], kind_of(task[0], task[1]))
    return paired(draft, lambda a, b: tree.Binary("%", a, b), [task[0], task[1]], kind_of(task[0], task[1]))


def _rest_of_truncated(left: Expression, right: Expression) -> Expression:
    rest = tree.Binary("%", call("abs", left), call("abs", right))
    is_above = tree.Comparison((left, tree.Integer(0)), (">=",))
    return tree.Conditional(is_above, rest, tree.Minus(rest))


def mean(draft: Draft, task: Task) -> Outcome:
    """The mean of several tensors."""
    total = reduce(lambda left, right: combined(draft, "+", left, right), _operands(task))
    count = Known(np.array(len(task.operands), np.float32), "")
    return total if len(task.operands) == 1 else combined(draft, "/", total, count)


def prelu(draft: Draft, task: Task) -> Outcome:
    """`max(x, 0) + slope * min(x, 0)` with a slope for each channel."""

    def make(x: Expression, slope: Expression) -> Expression:
        below = tree.Binary("*", slope, call("min", x, tree.Integer(0)))
        return tree.Binary("+", call("max", x, tree.Integer(0)), below)

    return paired(draft, make, [task[0], task[1]])


ELEMENTWISE: Mapping[str, Rule] = MappingProxyType(
    {
        "Add": arithmetic("+"),
        "Sub": arithmetic("-"),
        "Mul": arithmetic("*"),
        "Div": arithmetic("/"),
        "Sum": arithmetic("+"),
        "Mean": mean,
        "Max": extreme("max"),
        "Min": extreme("min"),
        "Clip": clip,
        "Pow": power,
        "Mod": modulo,
        "PRelu": prelu,
    }
)
