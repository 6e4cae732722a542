"""Conditions on sizes: `H >= M`, `n % 2 == 0 and not k == 1`."""

from __future__ import annotations

from itertools import pairwise

from shapecheck.graph import errors
from shapecheck.graph.errors import Rejected
from shapecheck.graph.expressions.expression_reading import Reading
from shapecheck.sizes import FALSE, TRUE, And, Formula, Not, Or, Relation
from shapecheck.sizes.questions.formula import Operator
from shapecheck.syntax import tree

_RELATIONS: dict[str, Operator] = {"==": "==", "!=": "!=", "<=": "<=", ">=": ">=", "<": "<", ">": ">"}


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
