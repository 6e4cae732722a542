"""Functions of one number, entry by entry: `exp log tanh sqrt abs sin cos erf` and the activations.

`sigm(x) = 1 / (1 + exp(-x))` (also called `sigma`), `relu(x) = max(x, 0)`, `relu6(x) = min(max(x, 0), 6)`,
`silu(x) = x .* sigm(x)`, `gelu(x) = 0.5 * x .* (1 + erf(x / sqrt(2)))`, `sign(x)` is 1 above 0, -1 below 0, and 0 at 0.
`abs relu relu6 sign identity` keep integers.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from shapecheck.ops.arrays import as_floats, exactly, magnitude, promote
from shapecheck.ops.elementwise import Elementwise
from shapecheck.ops.error_function import erf
from shapecheck.ops.term_types import Call, Case, Literal, Term

if TYPE_CHECKING:
    from shapecheck.ops.adjoint import Algebra, Shares, Value
    from shapecheck.ops.arrays import Array


def _float_function(name: str) -> Callable[[Array], Array]:
    """The NumPy function of that name, on floats."""

    def compute(array: Array) -> Array:
        import numpy as np

        (array,) = as_floats((array,))
        result: Array = getattr(np, name)(array)
        return result

    return compute


def error_function(array: Array) -> Array:
    """`erf`, integers allowed."""
    import numpy as np

    (array,) = as_floats((array,))
    return erf(np.asarray(array))


def sigmoid(array: Array) -> Array:
    """`1 / (1 + exp(-x))`, integers allowed."""
    return _sigmoid_of_floats(*as_floats((array,)))


def _sigmoid_of_floats(array: Array, out: Array | None = None) -> Array:
    """The sigmoid as `(tanh(x / 2) + 1) / 2`, which cannot overflow; written to `out` if that is given."""
    import numpy as np

    result: Array = np.asarray(np.multiply(array, 0.5, out=out))
    np.tanh(result, out=result)
    result *= 0.5
    result += 0.5
    return result


def absolute(array: Array) -> Array:
    """The absolute value."""
    import numpy as np

    (array,) = promote((array,))
    return np.abs(array) if array.dtype.kind == "f" else exactly(abs, magnitude(array), (array,))


def rectified(array: Array) -> Array:
    """`max(x, 0)`."""
    import numpy as np

    (array,) = promote((array,))
    return np.maximum(array, 0)


def rectified_to_six(array: Array) -> Array:
    """`min(max(x, 0), 6)`."""
    import numpy as np

    return np.minimum(rectified(array), 6)


def sigmoid_linear(array: Array) -> Array:
    """`x .* sigm(x)`."""
    (array,) = as_floats((array,))
    return array * sigmoid(array)


def gaussian_linear(array: Array) -> Array:
    """`0.5 * x .* (1 + erf(x / sqrt(2)))`."""
    (array,) = as_floats((array,))
    result: Array = 0.5 * array * (1 + error_function(array / math.sqrt(2)))
    return result


def sign(array: Array) -> Array:
    """1 above 0, -1 below 0, 0 at 0; in the type of the operand."""
    import numpy as np

    (array,) = promote((array,))
    result: Array = np.sign(array)
    return result


def identity(array: Array) -> Array:
    """The operand."""
    return array


def sigmoid_term(x: Term) -> Term:
    """`1 / (1 + exp(-x))`."""
    return Call("/", (Literal(1), Call("+", (Literal(1), Call("exp", (Call("neg", (x,)),))))))


def _rectified_term(x: Term) -> Term:
    return Call("max", (x, Literal(0)))


def _gaussian_term(x: Term) -> Term:
    inner = Call("erf", (Call("/", (x, Call("sqrt", (Literal(2),)))),))
    return Call("*", (Literal(0.5), x, Call("+", (Literal(1), inner))))


def _sign_term(x: Term) -> Term:
    negative = Case(Call("<", (x, Literal(0))), Literal(-1), Literal(0))
    return Case(Call(">", (x, Literal(0))), Literal(1), negative)


# ---- adjoints: what is given times the slope at the operand x, written by x or by the result y -----

Slope = Callable[["Algebra", "Value", "Value", "Value"], "Value"]
"""The share of the operand, of what is given, the operand and the result."""


def _exp_share(a: Algebra, given: Value, x: Value, y: Value) -> Value:
    return a.times(given, y)


def _log_share(a: Algebra, given: Value, x: Value, y: Value) -> Value:
    return a.over(given, x)


def _tanh_share(a: Algebra, given: Value, x: Value, y: Value) -> Value:
    return a.times(given, a.apply("-", a.number(1), a.power(y, 2)))


def _sqrt_share(a: Algebra, given: Value, x: Value, y: Value) -> Value:
    return a.over(given, a.times(a.number(2), y))


def _sin_share(a: Algebra, given: Value, x: Value, y: Value) -> Value:
    return a.times(given, a.apply("cos", x))


def _cos_share(a: Algebra, given: Value, x: Value, y: Value) -> Value:
    return a.minus(a.times(given, a.apply("sin", x)))


def _abs_share(a: Algebra, given: Value, x: Value, y: Value) -> Value:
    """At 0 the slope is 0."""
    return a.times(given, a.apply("sign", x))


def _erf_share(a: Algebra, given: Value, x: Value, y: Value) -> Value:
    bell = a.apply("exp", a.minus(a.power(x, 2)))
    return a.times(given, a.times(a.number(2 / math.sqrt(math.pi)), bell))


def _sigm_share(a: Algebra, given: Value, x: Value, y: Value) -> Value:
    return a.times(a.times(given, y), a.apply("-", a.number(1), y))


def _relu_share(a: Algebra, given: Value, x: Value, y: Value) -> Value:
    """At 0 the slope is 0."""
    return a.where(a.apply(">", y, a.number(0)), given)


def _relu6_share(a: Algebra, given: Value, x: Value, y: Value) -> Value:
    """At 0 and at 6 the slope is 0."""
    return a.where(a.apply(">", y, a.number(0)), a.where(a.apply("<", y, a.number(6)), given))


def _silu_share(a: Algebra, given: Value, x: Value, y: Value) -> Value:
    gate = a.apply("sigm", x)
    slope = a.apply("+", a.number(1), a.times(x, a.apply("-", a.number(1), gate)))
    return a.times(given, a.times(gate, slope))


def _gelu_share(a: Algebra, given: Value, x: Value, y: Value) -> Value:
    share = a.apply("+", a.number(1), a.apply("erf", a.over(x, a.number(math.sqrt(2)))))
    bell = a.apply("exp", a.minus(a.over(a.power(x, 2), a.number(2))))
    rest = a.times(x, a.over(bell, a.number(math.sqrt(2 * math.pi))))
    return a.times(given, a.apply("+", a.times(a.number(0.5), share), rest))


def _of_one(share: Slope) -> Callable[[Algebra, Value, Sequence[Value], Value], Shares]:
    return lambda algebra, given, operands, result: [share(algebra, given, operands[0], result)]


def _analytic(name: str, share: Slope, by_result: bool = False) -> Elementwise:
    """A function that NumPy has, too."""
    return Elementwise(
        name, _float_function(name), name, 1, name, shares=_of_one(share), adjoint_reads_result=by_result
    )


def _sigmoid(name: str) -> Elementwise:
    limits = (0.0, 1.0)
    share = _of_one(_sigm_share)
    return Elementwise(name, sigmoid, sigmoid_term, 1, _sigmoid_of_floats, limits, share, adjoint_reads_result=True)


def _other(
    name: str,
    compute: Callable[[Array], Array],
    meaning: str | Callable[..., Term],
    share: Slope,
    by_result: bool = False,
) -> Elementwise:
    return Elementwise(name, compute, meaning, shares=_of_one(share), adjoint_reads_result=by_result)


FUNCTIONS: tuple[Elementwise, ...] = (
    _analytic("exp", _exp_share, by_result=True),
    _analytic("log", _log_share),
    _analytic("tanh", _tanh_share, by_result=True),
    _analytic("sqrt", _sqrt_share, by_result=True),
    _analytic("sin", _sin_share),
    _analytic("cos", _cos_share),
    _other("abs", absolute, "abs", _abs_share),
    _other("erf", error_function, "erf", _erf_share),
    _sigmoid("sigm"),
    _sigmoid("sigma"),
    _other("relu", rectified, _rectified_term, _relu_share, by_result=True),
    _other("relu6", rectified_to_six, lambda x: Call("min", (_rectified_term(x), Literal(6))), _relu6_share, True),
    _other("silu", sigmoid_linear, lambda x: Call("*", (x, sigmoid_term(x))), _silu_share),
    _other("gelu", gaussian_linear, _gaussian_term, _gelu_share),
    Elementwise("sign", sign, _sign_term),
    _other("identity", identity, lambda x: x, lambda algebra, given, x, y: given),
)
