"""Conditions on sizes: `H >= M`, `n % 2 == 0 and not k == 1`."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import prod

from shapecheck.graph import errors
from shapecheck.graph.errors import Rejected
from shapecheck.graph.expressions.expression_reading import Reading
from shapecheck.graph.nodes import Index
from shapecheck.sizes import FALSE, TRUE, And, Every, Formula, Not, Or, Relation
from shapecheck.sizes.questions.formula import Operator
from shapecheck.syntax import tree

_RELATIONS: dict[str, Operator] = {"==": "==", "!=": "!=", "<=": "<=", ">=": ">=", "<": "<", ">": ">"}


LONGEST_WRITTEN_OUT = 64
"""Largest number of values of indices with numbers for ends for which a statement is written out."""


def for_all(indices: Sequence[Index], part: Formula) -> Formula:
    """The condition for all values of indices, each of which has a range."""
    ranges = [(index.symbol, index.low, index.high) for index in indices if index.low is not None]
    if not ranges:
        return part
    every = Every(tuple((name, low, high) for name, low, high in ranges if high is not None), part)
    counts = [(high - low + 1).constant for _, low, high in every.ranges]
    written = prod(count for count in counts if count is not None) <= LONGEST_WRITTEN_OUT and None not in counts
    return every.written_out({}) if written else every


def formula(reading: Reading, expression: tree.Expression) -> Formula:
    """The condition that the expression states; a chain `a <= b < c` is a conjunction.

    The right side of `and` and of `or` needs to be defined only where the left side leaves the answer open.
    """
    match expression:
        case tree.Comparison(operands, operators) if "~=" not in operators:
            sizes = [reading.size(operand) for operand in operands]
            parts = tuple(Relation(_RELATIONS[name], *pair) for name, pair in zip(operators, pairwise(sizes)))
            return parts[0] if len(parts) == 1 else And(parts)
        case tree.Logic("and", left, right):
            first = formula(reading, left)
            return And((first, formula(reading.at(reading.scope.guarded_by(first)), right)))
        case tree.Logic(_, left, right):
            first = formula(reading, left)
            return Or((first, formula(reading.at(reading.scope.guarded_by(Not(first))), right)))
        case tree.Not(operand):
            return Not(formula(reading, operand))
        case tree.Name("true"):
            return TRUE
        case tree.Name("false"):
            return FALSE
        case tree.Name(name) if isinstance(reading.names.settings.get(name), bool):
            return TRUE if reading.names.settings[name] else FALSE
        case _:
            raise Rejected(errors.not_a_truth(expression.span))
