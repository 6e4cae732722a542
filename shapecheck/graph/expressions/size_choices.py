"""Choices between sizes, `if n > 3 then n else 3`, in a comparison: told apart case by case.

In: a truth about sizes, as a tree.  Out: the same truth without a choice inside of a comparison, so that it is a
condition on sizes if its parts are sizes:

    m <= (if c then a else b)        (c and m <= a) or (not c and m <= b)

The branch that is not taken needs no value in either form, since `and` guards what stands to its right.
"""

from __future__ import annotations

from dataclasses import replace

from shapecheck.syntax import tree
from shapecheck.syntax.walking import walk

MOST = 4
"""Choices that one claim may have: each doubles the comparison that it stands in."""


def told_apart(truth: tree.Expression) -> tree.Expression:
    """The truth with a case for each branch; the truth itself where it has no choice, or too many."""
    choices = sum(isinstance(node, tree.Conditional) for node in walk(truth))
    return _cases(truth) if 0 < choices <= MOST else truth


def _cases(truth: tree.Expression) -> tree.Expression:
    match truth:
        case tree.Logic(_, left, right):
            return replace(truth, left=_cases(left), right=_cases(right))
        case tree.Not(operand):
            return replace(truth, operand=_cases(operand))
        case tree.Conditional(_, then, otherwise):
            return _either(truth, _cases(then), _cases(otherwise))
        case tree.Comparison(operands):
            return _compared(truth, operands)
        case _:
            return truth


def _compared(truth: tree.Comparison, operands: tuple[tree.Expression, ...]) -> tree.Expression:
    choice = next((found for operand in operands if (found := _first(operand)) is not None), None)
    if choice is None:
        return truth
    then, otherwise = (
        replace(truth, operands=tuple(_put(operand, choice, branch) for operand in operands))
        for branch in (choice.then, choice.otherwise)
    )
    return _either(choice, _cases(then), _cases(otherwise))


def _either(choice: tree.Conditional, then: tree.Expression, otherwise: tree.Expression) -> tree.Expression:
    condition = _cases(choice.condition)
    first = tree.Logic("and", condition, then, span=choice.span)
    second = tree.Logic("and", tree.Not(condition, span=choice.span), otherwise, span=choice.span)
    return tree.Logic("or", first, second, span=choice.span)


def _first(operand: tree.Expression) -> tree.Conditional | None:
    """The first choice in an operand of a comparison, outside of big operators."""
    if isinstance(operand, tree.Conditional):
        return operand
    return next((found for part in _parts(operand) if (found := _first(part)) is not None), None)


def _put(operand: tree.Expression, choice: tree.Conditional, branch: tree.Expression) -> tree.Expression:
    """The operand with a branch in place of a choice."""
    if operand is choice:
        return branch
    match operand:
        case tree.Coefficient(_, inner) | tree.Minus(inner):
            return replace(operand, operand=_put(inner, choice, branch))
        case tree.Binary(_, left, right):
            return replace(operand, left=_put(left, choice, branch), right=_put(right, choice, branch))
        case tree.Call(_, arguments):
            put = tuple(replace(item, value=_put(item.value, choice, branch)) for item in arguments)
            return replace(operand, arguments=put)
        case _:
            return operand


def _parts(operand: tree.Expression) -> tuple[tree.Expression, ...]:
    match operand:
        case tree.Coefficient(_, inner) | tree.Minus(inner):
            return (inner,)
        case tree.Binary(_, left, right):
            return (left, right)
        case tree.Call(_, arguments):
            return tuple(item.value for item in arguments)
        case _:
            return ()
