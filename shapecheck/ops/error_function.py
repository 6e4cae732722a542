"""The error function on arrays, without SciPy.

Rational approximations of W. J. Cody, "Rational Chebyshev approximations for the error function", Mathematics of
Computation 23 (1969) 631-637, with the coefficients of his `CALERF` (netlib, specfun).  In: an array of floats.  Out:
an array of the same type, within 1e-15 in float64.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shapecheck.ops.arrays import Array

NEAR, FAR = 0.46875, 4.0
# |x| <= 0.46875: erf(x) / x as a quotient of polynomials in x^2, highest power first.
NEAR_NUMERATOR = (
    1.85777706184603153e-1, 3.16112374387056560e0, 1.13864154151050156e2, 3.77485237685302021e2, 3.20937758913846947e3,
)  # fmt: skip
NEAR_DENOMINATOR = (
    1.0, 2.36012909523441209e1, 2.44024637934444173e2, 1.28261652607737228e3, 2.84423683343917062e3,
)  # fmt: skip
# 0.46875 < |x| <= 4: erfc(x) exp(x^2) in x.
MIDDLE_NUMERATOR = (
    2.15311535474403846e-8, 5.64188496988670089e-1, 8.88314979438837594e0, 6.61191906371416295e1,
    2.98635138197400131e2, 8.81952221241769090e2, 1.71204761263407058e3, 2.05107837782607147e3, 1.23033935479799725e3,
)  # fmt: skip
MIDDLE_DENOMINATOR = (
    1.0, 1.57449261107098347e1, 1.17693950891312499e2, 5.37181101862009858e2, 1.62138957456669019e3,
    3.29079923573345963e3, 4.36261909014324716e3, 3.43936767414372164e3, 1.23033935480374942e3,
)  # fmt: skip
# |x| > 4: (1 / sqrt(pi) - x erfc(x) exp(x^2)) x^2 in 1 / x^2.
FAR_NUMERATOR = (
    1.63153871373020978e-2, 3.05326634961232344e-1, 3.60344899949804439e-1, 1.25781726111229246e-1,
    1.60837851487422766e-2, 6.58749161529837803e-4,
)  # fmt: skip
FAR_DENOMINATOR = (
    1.0, 2.56852019228982242e0, 1.87295284992346725e0, 5.27905102951428412e-1, 6.05183413124413191e-2,
    2.33520497626869185e-3,
)  # fmt: skip
INVERSE_ROOT_OF_PI = 5.6418958354775628695e-1


BLOCK = 2**13
"""The number of entries in a block, which stays in the first cache through all of the polynomials."""


def erf(array: Array) -> Array:
    """The error function of every entry."""
    import numpy as np

    entries = array.astype(np.float64).reshape(-1)
    for start in range(0, entries.size, BLOCK):
        entries[start : start + BLOCK] = _erf_of_block(entries[start : start + BLOCK])
    return entries.reshape(array.shape).astype(array.dtype, copy=False)


def _erf_of_block(x: Array) -> Array:
    import numpy as np

    distance = np.abs(x)
    near = _near(np.where(distance <= NEAR, x, 0.0))
    complement = _middle_complement(np.clip(distance, NEAR, FAR))
    far = distance > FAR
    if far.any():
        complement[far] = _far_complement(distance[far])
    return np.where(distance <= NEAR, near, np.copysign(1 - complement, x))


def _near(x: Array) -> Array:
    return x * _quotient(NEAR_NUMERATOR, NEAR_DENOMINATOR, x * x)


def _middle_complement(distance: Array) -> Array:
    import numpy as np

    result: Array = np.exp(-(distance**2)) * _quotient(MIDDLE_NUMERATOR, MIDDLE_DENOMINATOR, distance)
    return result


def _far_complement(distance: Array) -> Array:
    """Beyond 6 the complement is below half a unit in the last place of 1, and is taken as at 6."""
    import numpy as np

    distance = np.minimum(distance, 6.0)
    inverse = 1 / distance**2
    tail = inverse * _quotient(FAR_NUMERATOR, FAR_DENOMINATOR, inverse)
    result: Array = np.exp(-(distance**2)) * (INVERSE_ROOT_OF_PI - tail) / distance
    return result


def _quotient(numerator: Sequence[float], denominator: Sequence[float], x: Array) -> Array:
    return _polynomial(numerator, x) / _polynomial(denominator, x)


def _polynomial(coefficients: Sequence[float], x: Array) -> Array:
    result = x * coefficients[0]
    for coefficient in coefficients[1:-1]:
        result += coefficient
        result *= x
    result += coefficients[-1]
    return result
