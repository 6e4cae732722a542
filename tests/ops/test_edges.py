"""Every op at the edges of its numbers: near 2^53 and 2^63, both zeros, ties, the least and greatest exponents.

Truth: the defining term in fractions, and in intervals where a function has no fraction.  Integers are exact or an
`Overflow`; reals differ by no more than rounding makes of the sizes of what is added up.
"""

from __future__ import annotations

import random
import sys
import warnings
from collections.abc import Mapping
from fractions import Fraction
from math import isfinite
from typing import Any

import numpy as np
import pytest

from shapecheck.ops import term_types as terms
from shapecheck.ops.base import Overflow

from ..draws import seeds
from ..oracles import exact_numbers as exact
from . import op_naive as naive
from .test_every_op import CASES, KEEP_INTEGERS, definition, expected

WHOLE = (0, 1, -1, 2, 3, 2**31, -(2**31), 2**32, 2**53 - 1, 2**53, 2**53 + 1, -(2**53) - 1, 2**62, 2**63 - 1, -(2**63))
REAL = (
    0.0, -0.0, 0.5, 1.5, 2.5, -0.5, -2.5, 1.0, -1.0, 3.0, 1 + 2**-52, 1 - 2**-53, 2.0**53 - 1, 2.0**53, 2.0**53 + 2,
    -(2.0**53), 2.0**63, -(2.0**63), sys.float_info.max, -sys.float_info.max, sys.float_info.min, 5e-324, -5e-324,
    1e300, -1e300, 1e-300, 40.0, -40.0, 700.0, -745.0, 0.1, 2.0**-27,
)  # fmt: skip
EXPONENTS = (0, 1, 2, 3, 31, 62, 63, 64)
GREATEST = Fraction(sys.float_info.max)
BEYOND = 10**5000
ROUNDED = 1e-12
SMOOTH = frozenset({"sigm", "sigma", "silu", "gelu", "softmax", "erf", "tanh"})
"""Functions between fixed bounds: they are right to so many digits of those bounds."""


def drawn(case: naive.Case, env: naive.Env, source: random.Random, kind: str) -> list[Any]:
    """Operands from the edges, some of them equal, as far as the op takes them."""
    arrays = []
    few = source.sample(WHOLE if kind == "int64" else REAL, 5)
    for position, shape in enumerate(case.shapes):
        draw = case.draws[position % len(case.draws)]
        numbers = few
        if draw is naive.exponent:
            numbers = list(EXPONENTS if kind == "int64" else EXPONENTS[:4])
        elif draw is naive.positive:
            numbers = [abs(number) for number in few if number and number != -(2**63)] or [1]
        extents = tuple(size.evaluate(env) for size in shape)
        entries = [source.choice(numbers) for _ in range(int(np.prod(extents)))]
        arrays.append(np.array(entries, dtype=kind).reshape(extents))
    return arrays


WITH_OPERANDS = [case for case in CASES if case.operands]
INTEGERS = [case for case in WITH_OPERANDS if case.op.name in (*KEEP_INTEGERS, *naive.COMPARISONS)]


@pytest.mark.parametrize("case", INTEGERS, ids=str)
def test_integers_at_the_edges(case: naive.Case) -> None:
    """Exact; what does not fit into 64 bits is an error, and nothing else is."""
    for seed in seeds(12):
        source = random.Random(f"{case} {seed}")
        env = case.sizes(source)
        arrays = drawn(case, env, source, "int64")
        wanted = expected(case, env, arrays, ())
        fits = all(-(2**63) <= number < 2**63 for number in wanted.flat)
        try:
            actual = naive.run(case, env, arrays)
        except Overflow:
            assert not fits, f"{arrays} gives {wanted}, which fits"
        else:
            assert fits, f"{arrays} gives {wanted}, and not {actual}"
            assert actual.dtype.kind in "bi" and actual.tolist() == wanted.tolist(), f"{arrays} gives {wanted}"


REALS = [case for case in WITH_OPERANDS if "float64" in case.kinds]


@pytest.mark.parametrize("case", REALS, ids=str)
def test_reals_at_the_edges(case: naive.Case) -> None:
    """As near to the exact value as rounding lets it be; without end only where the exact value, or a sum on the way
    to it, is beyond the greatest number.
    """
    for seed in seeds(12):
        source = random.Random(f"{case} {seed}")
        env = case.sizes(source)
        arrays = drawn(case, env, source, "float64")
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            actual = naive.run(case, env, arrays)
        term, names = definition(case)
        for at in naive.positions(actual.shape):
            values = {str(number): array for number, array in enumerate(arrays)}
            try:
                wanted, scale = value(term, {**env, **dict(zip(names, at))}, values)
            except exact.Unclear:
                continue
            assert is_near(case.op.name, actual[at].item(), wanted, scale, arrays), (arrays, at, actual[at], wanted)


def is_near(name: str, actual: Any, wanted: Any, scale: Any, arrays: list[Any]) -> bool:
    """Whether a number is the exact one, but for rounding."""
    if isinstance(wanted, bool):
        return bool(actual == wanted)
    middle = wanted if exact.is_exact(wanted) else sum(map(_fraction, exact.ends(wanted))) / 2
    if not isfinite(actual):
        scale *= arrays[0].size if name == "mean" else 1  # the sum before it is divided
        return bool(scale > GREATEST * Fraction(1 - ROUNDED))
    slack = Fraction(ROUNDED) * scale + Fraction(1, 2**1060)
    if name in SMOOTH:
        largest = max(abs(Fraction(number)) for array in arrays for number in array.flat)
        slack += Fraction(1e-15) * (max(largest, 1) if name in ("silu", "gelu") else 1)
    return bool(abs(Fraction(actual) - middle) <= slack)


def _fraction(number: Any) -> Fraction:
    """mpmath's number as a fraction; one too small for any float is 0, one too large is a power of 2 beyond."""
    sign, mantissa, exponent, _ = number._mpf_
    if exponent < -3000:
        return Fraction(0)
    whole = Fraction(int(mantissa)) * Fraction(2) ** min(exponent, 3000)
    return -whole if sign else whole


def value(term: terms.Term, env: naive.Env, arrays: Mapping[str, Any]) -> tuple[Any, Any]:
    """The exact value of a term, and the size of the largest that rounding can make a difference to."""
    match term:
        case terms.Literal(number):
            if not isfinite(number):  # what is outside of an image never wins
                return (BEYOND if number > 0 else -BEYOND), 0
            made = number if isinstance(number, int) else Fraction(number)
            return made, abs(made)
        case terms.Measure(size):
            return size.evaluate(env), abs(size.evaluate(env))
        case terms.Entry(family, subscripts):
            made = Fraction(naive.entry(arrays[family], [size.evaluate(env) for size in subscripts]))
            return made, abs(made)
        case terms.Call(function, arguments):
            return _called(function, [value(argument, env, arrays) for argument in arguments])
        case terms.Reduction(operator, bounds, body):
            parts = [value(body, inner, arrays) for inner in naive.inside(bounds, env)]
            sign = {"sum": "+", "prod": "*"}.get(operator, operator)
            return _called(sign, parts or [(0, 0)])
        case terms.Case(condition, then, otherwise):
            holds = condition.holds(env) if hasattr(condition, "holds") else value(condition, env, arrays)[0]
            return value(then if holds else otherwise, env, arrays)
        case _:
            raise AssertionError(term)


def _called(function: str, parts: list[tuple[Any, Any]]) -> tuple[Any, Any]:
    values, scales = [part[0] for part in parts], [part[1] for part in parts]
    if len(values) == 1:
        made = exact.SINGLE[function](values[0]) if function in exact.SINGLE else values[0]
    else:
        made = exact.folded(exact.DOUBLE[function], values)
    if isinstance(made, bool):
        return made, 0
    size = abs(made) if exact.is_exact(made) else max(abs(_fraction(end)) for end in exact.ends(made))
    match function:
        case "+" | "-":
            return made, max(size, sum(scales))
        case "%":
            return made, max(size, scales[1])
        case "*" | "/" if len(values) > 1:
            rest = [Fraction(1) / abs(values[1])] if function == "/" and exact.is_exact(values[1]) else []
            factors = [scales[0], *rest] if function == "/" else scales
            return made, max(size, exact.folded(lambda a, b: a * b, factors)) if rest or function == "*" else size
        case _:
            return made, size
