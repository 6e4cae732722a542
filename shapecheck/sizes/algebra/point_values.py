"""The value of a size at a point, or at many points at the same time.

In: a size and a value for each of its symbols: Python integers, or integer arrays of one shape.  Out: the value, by
Python's floor division.  A divisor below 1 or an exponent below 0 has no value: `Undefined`.  With arrays such points
are marked instead, when a list for the marks is handed in.  Numbers of absurd length are not computed: `TooLarge`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from shapecheck.sizes.algebra.atoms import Atom, Floor, Member, Positive, Power, Symbol, Total
from shapecheck.sizes.algebra.numerals import numeral
from shapecheck.sizes.algebra.size import Size
from shapecheck.sizes.work import spend

LONGEST_POWER = 200_000  # bits
LONGEST_VALUE = 2 * LONGEST_POWER  # bits, of a quotient or another part that sizes are put together from
LONGEST_IN_ARRAY = 20_000  # bits, of such a part at one of many points
SATURATED = 2**64
BITS_OF_A_STEP = 512  # work on longer numbers counts more


class Undefined(ArithmeticError):
    """At this point the size divides by something below 1, or has an exponent below 0."""


class TooLarge(ArithmeticError):
    """The value has too many digits to be computed."""


def evaluate(size: Size, env: Mapping[str, Any], undefined: list[Any] | None = None) -> Any:
    """The value; `undefined`, if given, receives an array of truth values for each place where points have none."""
    values: dict[Atom, Any] = {}

    def value_of(part: Size) -> Any:
        total: Any = 0
        for monomial, product in part.terms.items():
            for atom in monomial:
                product = product * atom_value(atom)
            total = total + product
        digits = total.bit_length() // BITS_OF_A_STEP if isinstance(total, int) else 0
        spend(len(part.terms) * (1 + digits))
        return total

    def atom_value(atom: Atom) -> Any:
        if isinstance(atom, Symbol):
            return env[atom.name]
        if isinstance(atom, Total):
            return _total(atom, value_of(atom.parts[1]), env, undefined)
        if isinstance(atom, Member):
            return _member(atom, [value_of(part) for part in atom.parts], env)
        if atom not in values:
            value = values[atom] = _apply(atom, [value_of(part) for part in atom.parts], undefined)
            _check_length(value)
        return values[atom]

    return value_of(size)


def _member(atom: Member, numbers: list[Any], env: Mapping[str, Any]) -> Any:
    """The size at these subscripts, or at each of many; `Undefined` where the family has no such member."""
    if not all(isinstance(number, int) for number in numbers):
        return each_of(lambda *at: _member(atom, [int(number) for number in at], env), numbers)
    name = atom.family.member_name(numbers)
    if name not in env:
        raise Undefined(f"there is no {name}")
    return env[name]


def each_of(function: Callable[..., int], numbers: list[Any]) -> Any:
    """A function of integers at each entry of arrays."""
    import numpy as np

    return np.frompyfunc(function, len(numbers), 1)(*numbers).astype(np.int64)


def _total(atom: Total, last: Any, env: Mapping[str, Any], undefined: list[Any] | None) -> Any:
    """The sum of the body up to the last index."""
    if not isinstance(last, int):
        return each_of(lambda at: _total(atom, int(at), env, undefined), [last])
    total = 0
    for number in range(last + 1):
        spend(1)
        total = total + evaluate(atom.parts[0], {**env, atom.bound: number}, undefined)
    return total


def _apply(atom: Atom, parts: list[Any], undefined: list[Any] | None) -> Any:
    if isinstance(atom, Positive):
        return max(parts[0], 0) if isinstance(parts[0], int) else parts[0] * (parts[0] > 0)
    first, second = parts
    if isinstance(atom, Power):
        exponent = _bounded(second, 0, undefined)
        base = _bounded(first, 1, undefined)
        if (_greatest(base) - 1).bit_length() * _greatest(exponent) > LONGEST_POWER:
            raise TooLarge("a power has too many digits")
        return base**exponent
    return first // _bounded(second, 1, undefined)


def _check_length(value: Any) -> None:
    """Parts of a size that square each other have digits without end: `TooLarge`."""
    if isinstance(value, int):
        too_long = value.bit_length() > LONGEST_VALUE
    else:
        too_long = value.dtype == object and int(abs(value).max(initial=0)).bit_length() > LONGEST_IN_ARRAY
    if too_long:
        raise TooLarge("a part of the size has too many digits")


def _greatest(value: Any) -> int:
    """The value, or the greatest of an array."""
    return value if isinstance(value, int) else int(value.max())


def _bounded(value: Any, low: int, undefined: list[Any] | None) -> Any:
    """The value where it is at least `low`; below, `Undefined`, or marks and a value that does no harm."""
    beyond = value < low
    if isinstance(value, int):
        if beyond:
            raise Undefined(f"{numeral(value)} where at least {low} is needed")
        return value
    if beyond.any():
        if undefined is None:
            raise Undefined(f"a value where at least {low} is needed is below it")
        undefined.append(beyond)
        return value * ~beyond + low * beyond
    return value


def magnitude(size: Size, largest: Mapping[str, int]) -> int:
    """A bound on all absolute values met in evaluating at points whose entries are at most `largest` in size.

    Bounds of `SATURATED` and more are not told apart.
    """
    known: dict[Atom, int] = {}
    met = 0

    def bound(part: Size) -> int:
        nonlocal met
        total = 0
        for monomial, coefficient in part.terms.items():
            product = abs(coefficient)
            for atom in monomial:
                product = min(product * max(1, bound_of_atom(atom)), SATURATED)
            total += product
        met = max(met, total)
        return total

    def bound_of_atom(atom: Atom) -> int:
        if atom not in known:
            known[atom] = _atom_magnitude(atom, [bound(part) for part in atom.parts], largest)
        return known[atom]

    bound(size)
    return met


def _atom_magnitude(atom: Atom, bounds: list[int], largest: Mapping[str, int]) -> int:
    if isinstance(atom, Symbol):
        return abs(largest[atom.name])
    if isinstance(atom, Power):
        return int(min(bounds[0], SATURATED) ** min(bounds[1], 64))
    if isinstance(atom, Member | Total):
        return SATURATED
    return bounds[0] + 1 if isinstance(atom, Floor) else bounds[0]
