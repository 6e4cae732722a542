"""Functions of one number, entry by entry: `exp log tanh sqrt abs sin cos erf` and the activations.

`sigm(x) = 1 / (1 + exp(-x))` (also called `sigma`), `relu(x) = max(x, 0)`, `relu6(x) = min(max(x, 0), 6)`,
`silu(x) = x .* sigm(x)`, `gelu(x) = 0.5 * x .* (1 + erf(x / sqrt(2)))`, `sign(x)` is 1 above 0, -1 below 0, and 0 at 0.
`abs relu relu6 sign identity` keep integers.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

from shapecheck.ops.arrays import as_floats, exactly, magnitude, promote
from shapecheck.ops.elementwise import Elementwise
from shapecheck.ops.error_function import erf
from shapecheck.ops.term_types import Call, Case, Literal, Term

if TYPE_CHECKING:
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


FUNCTIONS: tuple[Elementwise, ...] = (
    *(Elementwise(name, _float_function(name), name, 1, name) for name in ("exp", "log", "tanh", "sqrt", "sin", "cos")),
    Elementwise("abs", absolute, "abs"),
    Elementwise("erf", error_function, "erf"),
    *(Elementwise(name, sigmoid, sigmoid_term, 1, _sigmoid_of_floats, (0.0, 1.0)) for name in ("sigm", "sigma")),
    Elementwise("relu", rectified, _rectified_term),
    Elementwise("relu6", rectified_to_six, lambda x: Call("min", (_rectified_term(x), Literal(6)))),
    Elementwise("silu", sigmoid_linear, lambda x: Call("*", (x, sigmoid_term(x)))),
    Elementwise("gelu", gaussian_linear, _gaussian_term),
    Elementwise("sign", sign, _sign_term),
    Elementwise("identity", identity, lambda x: x),
)
