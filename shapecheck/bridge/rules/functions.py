"""Functions of one number, entry by entry: `x -> relu` in a chain, `exp(x)`, or a formula for an entry."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np

from shapecheck.bridge.draft import Draft
from shapecheck.bridge.tasks import Outcome, Rule, Task
from shapecheck.bridge.tensors import Flat, Pointwise, Tensor, View, order_of, weight_of
from shapecheck.bridge.trees import call, compared, number
from shapecheck.syntax import tree
from shapecheck.syntax.tree import Expression

Change = Callable[..., Expression]


def changed(draft: Draft, tensor: Tensor, change: Change, whole: bool = True, kind: str = "f") -> Tensor:
    """Every entry changed by itself; `whole` where the change may be written for the whole tensor, too."""
    if isinstance(tensor, Flat):
        inner = changed(draft, tensor.source, change, whole, kind)
        return Flat(draft.view(inner, tensor.source.order))
    tensor = draft.light(tensor)
    if whole and isinstance(tensor, View) and tensor.kind != "b":
        return View(tensor.shape, change(tensor.base), tensor.axes, tensor.firsts, kind, tensor.weight + 1)
    read = draft.reader(tensor)
    return Pointwise(tensor.shape, lambda indices: change(read(indices)), order_of(tensor), kind, weight_of(tensor) + 1)


def stage_of(name: str, **settings: float) -> Rule:
    """A rule for a function that stands in chains: `x -> relu`."""

    def rule(draft: Draft, task: Task) -> Outcome:
        return staged(draft, task[0], name, **settings)

    return rule


def staged(draft: Draft, tensor: Tensor, name: str, **settings: float) -> Tensor:
    """The tensor through a function, as the stage of a chain, or applied where its entries are formulas."""
    given = {key: number(value) for key, value in settings.items()}
    if isinstance(tensor, Pointwise):
        return changed(draft, tensor, lambda entry: call(name, entry, **given))
    layer: Expression = call(name, **given) if given else tree.Name(name)
    return changed(draft, tensor, lambda base: tree.Pipe(base, tree.Stage(layer, None)))


def function_of(name: str) -> Rule:
    """A rule for a function that is written as one: `exp(x)`."""
    return lambda draft, task: changed(draft, task[0], lambda entry: call(name, entry))


def leaky_relu(draft: Draft, task: Task) -> Outcome:
    """`max(x, 0) + slope * min(x, 0)`."""
    return staged(draft, task[0], "leaky_relu", slope=_short(task.attribute("alpha", 0.01)))


def elu(draft: Draft, task: Task) -> Outcome:
    """`max(x, 0) + alpha * (exp(min(x, 0)) - 1)`."""
    return staged(draft, task[0], "elu", alpha=_short(task.attribute("alpha", 1.0)))


def gelu(draft: Draft, task: Task) -> Outcome:
    """With erf, or as it is approximated with tanh."""
    if task.attribute("approximate", "none") == "none":
        return staged(draft, task[0], "gelu")
    return changed(draft, task[0], _gelu_by_tanh, whole=False)


def _gelu_by_tanh(x: Expression) -> Expression:
    cube = _times(number(0.044715), _power(x, tree.Integer(3)))
    inner = _times(number(math.sqrt(2 / math.pi)), tree.Binary("+", x, cube))
    return _times(_times(number(0.5), x), tree.Binary("+", number(1.0), call("tanh", inner)))


def by_formula(formula: Callable[[Expression, Task], Expression]) -> Rule:
    """A rule for a function by a formula for one entry."""
    return lambda draft, task: changed(draft, task[0], lambda entry: formula(entry, task), whole=False)


def _short(value: float) -> float:
    """A number of the file, which has single precision, with the digits that it needs."""
    return float(str(np.float32(value)))


def _times(left: Expression, right: Expression) -> Expression:
    return tree.Binary("*", left, right)


def _plus(left: Expression, right: Expression) -> Expression:
    return tree.Binary("+", left, right)


def _over(left: Expression, right: Expression) -> Expression:
    return tree.Binary("/", left, right)


def _power(base: Expression, exponent: Expression) -> Expression:
    return tree.Binary("^", base, exponent)


def _least(left: Expression, right: Expression) -> Expression:
    return call("min", left, right)


def _most(left: Expression, right: Expression) -> Expression:
    return call("max", left, right)


def _number_of(task: Task, name: str, default: float) -> Expression:
    return number(_short(task.attribute(name, default)))


def _hard_sigmoid(x: Expression, task: Task) -> Expression:
    line = _plus(_times(_number_of(task, "alpha", 0.2), x), _number_of(task, "beta", 0.5))
    return _most(_least(line, number(1.0)), number(0.0))


def _celu(x: Expression, task: Task) -> Expression:
    alpha = _number_of(task, "alpha", 1.0)
    below = tree.Binary("-", call("exp", _over(_least(x, number(0.0)), alpha)), number(1.0))
    return _plus(_most(x, number(0.0)), _times(alpha, below))


def _selu(x: Expression, task: Task) -> Expression:
    alpha, gamma = _number_of(task, "alpha", 1.6732632), _number_of(task, "gamma", 1.050701)
    below = tree.Binary("-", call("exp", _least(x, number(0.0))), number(1.0))
    return _times(gamma, _plus(_most(x, number(0.0)), _times(alpha, below)))


def _thresholded(x: Expression, task: Task) -> Expression:
    return tree.Conditional(compared(x, ">", _number_of(task, "alpha", 1.0)), x, number(0.0))


def _shrink(x: Expression, task: Task) -> Expression:
    bias, edge = _number_of(task, "bias", 0.0), _number_of(task, "lambd", 0.5)
    above = tree.Conditional(compared(x, ">", edge), tree.Binary("-", x, bias), number(0.0))
    return tree.Conditional(compared(x, "<", tree.Minus(edge)), _plus(x, bias), above)


def _swish(x: Expression, task: Task) -> Expression:
    return _times(x, call("sigm", _times(_number_of(task, "alpha", 1.0), x)))


def _sign(x: Expression, task: Task) -> Expression:
    below = tree.Conditional(compared(x, "<", number(0)), number(-1.0), number(0.0))
    return tree.Conditional(compared(x, ">", number(0)), number(1.0), below)


def _floored(x: Expression) -> Expression:
    return tree.Binary("//", x, tree.Integer(1))


def _rounded(x: Expression, task: Task) -> Expression:
    """To the nearest integer, ties to the even one."""
    half = _floored(_plus(x, number(0.5)))
    is_tie = compared(tree.Binary("-", half, x), "==", number(0.5))
    is_odd = compared(tree.Binary("%", half, tree.Integer(2)), "==", tree.Integer(1))
    return tree.Conditional(tree.Logic("and", is_tie, is_odd), tree.Binary("-", half, number(1.0)), half)


def _half_of_powers(x: Expression, operator: str) -> Expression:
    """`(exp(x) - exp(-x)) / 2.0`."""
    return _over(tree.Binary(operator, call("exp", x), call("exp", tree.Minus(x))), number(2.0))


def _kept(change: Callable[[Expression], Expression], whole: bool = True) -> Rule:
    """A rule for a function that keeps integers."""
    return lambda draft, task: changed(draft, task[0], change, whole, task[0].kind)


FUNCTIONS: Mapping[str, Rule] = MappingProxyType(
    {
        "Relu": stage_of("relu"),
        "Tanh": stage_of("tanh"),
        "Sigmoid": stage_of("sigm"),
        "Softplus": stage_of("softplus"),
        "Mish": stage_of("mish"),
        "HardSwish": stage_of("hard_swish"),
        "LeakyRelu": leaky_relu,
        "Elu": elu,
        "Gelu": gelu,
        "Exp": function_of("exp"),
        "Log": function_of("log"),
        "Sqrt": function_of("sqrt"),
        "Sin": function_of("sin"),
        "Cos": function_of("cos"),
        "Erf": function_of("erf"),
        "Abs": _kept(lambda x: call("abs", x)),
        "Neg": _kept(tree.Minus),
        "Floor": by_formula(lambda x, task: _floored(x)),
        "Ceil": by_formula(lambda x, task: tree.Minus(_floored(tree.Minus(x)))),
        "Round": by_formula(_rounded),
        "Sign": by_formula(_sign),
        "Reciprocal": by_formula(lambda x, task: _over(number(1.0), x)),
        "Tan": by_formula(lambda x, task: _over(call("sin", x), call("cos", x))),
        "Sinh": by_formula(lambda x, task: _half_of_powers(x, "-")),
        "Cosh": by_formula(lambda x, task: _half_of_powers(x, "+")),
        "Softsign": by_formula(lambda x, task: _over(x, _plus(number(1.0), call("abs", x)))),
        "HardSigmoid": by_formula(_hard_sigmoid),
        "Celu": by_formula(_celu),
        "Selu": by_formula(_selu),
        "ThresholdedRelu": by_formula(_thresholded),
        "Shrink": by_formula(_shrink),
        "Swish": by_formula(_swish),
    }
)
