"""The Omega test: whether integers satisfy linear equations and inequalities (W. Pugh, 1991), in plain Python.

In: rows that are to be 0, and rows that are to be at least 0.  Out: whether there are such integers, exactly, or
`OutOfWork`.  The idea is to eliminate one number after the other until nothing is left:

    equations      One with a coefficient 1 or -1 says what that number is: put it in.  Else take the number with the
                   smallest coefficient a: with x = x' - (the nearest multiples of a in the rest) / a the other
                   coefficients become remainders of at most a/2, and x' takes the place of x.  The change has an
                   inverse on integers, so nothing is lost, and coefficients shrink until there is a 1.
    inequalities   are divided by the common factor of their coefficients, constants rounded down: 2x >= 1 is x >= 1.
                   Two that meet (x + y >= 3, x + y <= 3) are an equation.
    one number     A lower bound low <= a*x and an upper one b*x <= high leave a real x in between where
                   a*high - b*low >= 0: the real shadow.  They leave an integer for sure where
                   a*high - b*low >= (a - 1)*(b - 1): the dark shadow.  With a = 1 or b = 1 the two are the same, and
                   x goes exactly.  Else: without a point in the real shadow there is none; with one in the dark
                   shadow there is one; and whatever lies in the grey zone in between lies close above a lower bound,
                   a*x = low + i for some i from 0 to (a*b - a - b) / b with the largest b: the splinters, each of
                   them an equation.  The same is true of upper bounds; the side with fewer splinters is taken.

A number without lower or without upper bounds goes with all that bound it.  Of the others one goes that goes exactly,
else the one with the fewest splinters, then the one that makes the fewest rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import gcd

from shapecheck.record import record
from shapecheck.sizes.engines.engine import Work
from shapecheck.sizes.engines.rows import Row, combined, divided, equations_among, lowered, opposite, tightest

BITS_A_STEP = 256


def satisfiable(equations: Sequence[Row], rows: Sequence[Row], work: Work) -> bool:
    """Whether there are integers with `row == 0` for the equations and `row >= 0` for the rows."""
    while (simple := _simplified(equations, rows, work)) is not None:
        equations, rows = simple
        if equations:
            continue
        if not rows:
            return True
        choice = _chosen(rows)
        if choice.planes:
            return _inexactly(choice, rows, work)
        rows = [*choice.others, *_shadow(choice, work)]
    return False


def _simplified(
    equations: Sequence[Row], rows: Sequence[Row], work: Work
) -> tuple[Sequence[Row], Sequence[Row]] | None:
    """The rows with all equations put in, and the equations that show then; None where something cannot hold."""
    left = _without_equations(equations, rows, work)
    if left is None:
        return None
    work.spend(sum(len(coefficients) for coefficients, _ in left))
    bounds = tightest(left)
    return None if bounds is None else equations_among(bounds)


# Equations


def _without_equations(equations: Sequence[Row], rows: Sequence[Row], work: Work) -> list[Row] | None:
    """The rows after all equations are solved, None if one of them has no solution."""
    waiting, rows = list(equations), list(rows)
    while waiting:
        equation = waiting.pop()
        common = gcd(*equation[0].values())
        if not common and not equation[1]:
            continue
        if not common or equation[1] % common:
            return None
        number, value = _solved(divided(equation, common))
        if number in value[0]:
            waiting.append(equation)
        waiting = [_substituted(row, number, value, work) for row in waiting]
        rows = [_substituted(row, number, value, work) for row in rows]
    return rows


def _solved(equation: Row) -> tuple[int, Row]:
    """The number with the smallest coefficient, and what it is, if need be in terms of a new one by its name."""
    number = min(equation[0], key=lambda other: (abs(equation[0][other]), other))
    coefficients, constant = equation if equation[0][number] > 0 else opposite(equation)
    divisor = coefficients[number]
    value = {other: -_nearest(factor, divisor) for other, factor in coefficients.items() if other != number}
    value[number] = 1 if divisor > 1 else 0
    return number, ({other: factor for other, factor in value.items() if factor}, -_nearest(constant, divisor))


def _nearest(numerator: int, divisor: int) -> int:
    return (2 * numerator + divisor) // (2 * divisor)


def _substituted(row: Row, number: int, value: Row, work: Work) -> Row:
    factor = row[0].get(number, 0)
    if not factor:
        return row
    work.spend(len(row[0]) + _weight(factor) * len(value[0]))
    rest = {other: count for other, count in row[0].items() if other != number}, row[1]
    return combined(rest, 1, value, factor)


def _weight(number: int) -> int:
    """The cost of a multiplication by the number."""
    return 1 + number.bit_length() // BITS_A_STEP


# Inequalities


@record
class _Choice:
    """A number to eliminate, the rows that bound it on either side, and the others; `planes` counts its splinters."""

    number: int
    lower: list[Row]
    upper: list[Row]
    others: list[Row]
    planes: int


def _chosen(rows: Sequence[Row]) -> _Choice:
    """The number that is eliminated at the least cost."""
    lows: dict[int, list[int]] = {}
    highs: dict[int, list[int]] = {}
    for coefficients, _ in rows:
        for number, factor in coefficients.items():
            (lows if factor > 0 else highs).setdefault(number, []).append(abs(factor))
    costs = {number: _cost(lows.get(number, []), highs.get(number, [])) for number in sorted({*lows, *highs})}
    number = min(costs, key=lambda one: costs[one])
    lower = [row for row in rows if row[0].get(number, 0) > 0]
    upper = [row for row in rows if row[0].get(number, 0) < 0]
    return _Choice(number, lower, upper, [row for row in rows if number not in row[0]], costs[number][0])


def _cost(lower: list[int], upper: list[int]) -> tuple[int, int, int]:
    """Splinters, new rows, and the size of the new coefficients."""
    if not lower or not upper:
        return 0, -len(lower) - len(upper), 0
    least, most = max(lower), max(upper)
    planes = min(sum(_planes(factor, most) for factor in lower), sum(_planes(factor, least) for factor in upper))
    return planes, len(lower) * len(upper) - len(lower) - len(upper), least * most


def _planes(factor: int, most: int) -> int:
    """The number of planes next to a bound with this factor that may hold integers which the dark shadow misses."""
    return max((factor * most - factor - most) // most + 1, 0)


def _shadow(choice: _Choice, work: Work, dark: bool = False) -> list[Row]:
    """The conditions between each lower and each upper bound."""
    found: list[Row] = []
    for low in choice.lower:
        below = low[0][choice.number]
        for high in choice.upper:
            above = -high[0][choice.number]
            work.spend(_weight(above) * len(low[0]) + _weight(below) * len(high[0]))
            row = combined(low, above, high, below)
            found.append(lowered(row, (below - 1) * (above - 1)) if dark else row)
    return found


def _inexactly(choice: _Choice, rows: Sequence[Row], work: Work) -> bool:
    """The answer by both shadows and the splinters between them."""
    if not satisfiable((), [*choice.others, *_shadow(choice, work)], work):
        return False
    if satisfiable((), [*choice.others, *_shadow(choice, work, dark=True)], work):
        return True
    return any(satisfiable((plane,), rows, work) for plane in _splinters(choice))


def _splinters(choice: _Choice) -> Iterator[Row]:
    """The planes that hold all integers that the dark shadow misses, next to the side with fewer of them."""
    from_below = _close_to(choice.lower, choice.upper, choice.number)
    from_above = _close_to(choice.upper, choice.lower, choice.number)
    side = min(from_below, from_above, key=lambda planes: sum(count for _, count in planes))
    return (lowered(row, offset) for row, count in side for offset in range(count))


def _close_to(bounds: Sequence[Row], others: Sequence[Row], number: int) -> list[tuple[Row, int]]:
    most = max(abs(row[0][number]) for row in others)
    return [(row, _planes(abs(row[0][number]), most)) for row in bounds]
