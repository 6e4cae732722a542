"""Rows: linear sizes over numbered integers, `sum of coefficients * numbers + constant`.

In and out: pairs of coefficients by number, none of them 0, and a constant.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import gcd

Row = tuple[Mapping[int, int], int]
Direction = tuple[tuple[int, int], ...]


def opposite(row: Row) -> Row:
    """Minus the row."""
    coefficients, constant = row
    return {number: -factor for number, factor in coefficients.items()}, -constant


def combined(first: Row, times: int, second: Row, factor: int) -> Row:
    """`first * times + second * factor`; `times` is not 0."""
    coefficients = {number: count * times for number, count in first[0].items()}
    for number, count in second[0].items():
        total = coefficients.get(number, 0) + count * factor
        if total:
            coefficients[number] = total
        else:
            coefficients.pop(number, None)
    return coefficients, first[1] * times + second[1] * factor


def divided(row: Row, divisor: int) -> Row:
    """The row divided by a number that divides all of it."""
    return {number: factor // divisor for number, factor in row[0].items()}, row[1] // divisor


def lowered(row: Row, by: int) -> Row:
    """The row minus a number."""
    return row[0], row[1] - by


def tightest(rows: Iterable[Row]) -> dict[Direction, int] | None:
    """The meaning of `row >= 0` for integers: for each direction the least constant; None if a row says 0 > 0.

    Coefficients are divided by their common factor, and the constant is then rounded down.
    """
    found: dict[Direction, int] = {}
    for coefficients, constant in rows:
        if not coefficients:
            if constant < 0:
                return None
            continue
        common = gcd(*coefficients.values())
        direction = tuple(sorted((number, factor // common) for number, factor in coefficients.items()))
        bound = constant // common
        if bound < found.get(direction, bound + 1):
            found[direction] = bound
    return found


def equations_among(bounds: dict[Direction, int]) -> tuple[list[Row], list[Row]] | None:
    """The bounds, those that meet an opposite one as `row == 0` and the rest as `row >= 0`; None where two cross."""
    equations: list[Row] = []
    rows: list[Row] = []
    for direction, bound in bounds.items():
        other = bounds.get(tuple((number, -factor) for number, factor in direction))
        if other is not None and bound + other < 0:
            return None
        if other is None or bound + other > 0:
            rows.append((dict(direction), bound))
        elif direction[0][1] > 0:
            equations.append((dict(direction), bound))
    return equations, rows
