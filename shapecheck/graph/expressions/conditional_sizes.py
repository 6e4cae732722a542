"""A size chosen by a condition on sizes: `dim m = if n > 3 then n - 1 else n`.

In: the `if`.  Out: one size, in which the condition is a number that is 1 or 0: `n - min(max(n - 3, 0), 1)`.  The
branch that is not taken needs no meaning.
"""

from __future__ import annotations

from functools import reduce
from operator import mul
from typing import assert_never

from shapecheck.graph.expressions.expression_reading import Reading
from shapecheck.graph.expressions.size_conditions import formula
from shapecheck.sizes import ONE, ZERO, And, Every, Formula, Not, Or, Relation, Size, maximum, minimum
from shapecheck.syntax import tree


def conditional_size(reading: Reading, expression: tree.Conditional) -> Size:
    """The size that the condition chooses."""
    condition, scope = formula(reading, expression.condition), reading.scope
    then = reading.at(scope.guarded_by(condition)).size(expression.then)
    otherwise = reading.at(scope.guarded_by(Not(condition))).size(expression.otherwise)
    return otherwise + (then - otherwise) * _indicator(condition)


def _indicator(condition: Formula) -> Size:
    """1 where the condition holds, else 0."""
    match condition:
        case Relation(operator, left, right):
            return _of_relation(left - right, operator)
        case And(parts):
            return reduce(mul, map(_indicator, parts), ONE)
        case Or(parts):
            return ONE - reduce(mul, (ONE - _indicator(part) for part in parts), ONE)
        case Not(part):
            return ONE - _indicator(part)
        case Every():
            raise AssertionError("a condition speaks of no family as a whole")
        case _:
            assert_never(condition)


def _of_relation(difference: Size, operator: str) -> Size:
    match operator:
        case ">=":
            return _is_positive(difference + 1)
        case ">":
            return _is_positive(difference)
        case "<=":
            return _is_positive(1 - difference)
        case "<":
            return _is_positive(-difference)
        case "==":
            return ONE - minimum(maximum(difference, -difference), ONE)
        case _:
            return minimum(maximum(difference, -difference), ONE)


def _is_positive(size: Size) -> Size:
    return minimum(maximum(size, ZERO), ONE)
