"""Truths: comparisons, connectives, and choices by them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from shapecheck.bridge.draft import Draft
from shapecheck.bridge.rules.elementwise import kind_of, paired
from shapecheck.bridge.rules.integers import compared_sizes, size_where
from shapecheck.bridge.rules.views import as_kind, stretched_to
from shapecheck.bridge.tasks import Outcome, Rule, Task
from shapecheck.bridge.tensors import Known, Tensor
from shapecheck.bridge.trees import compared
from shapecheck.syntax import tree
from shapecheck.syntax.tree import Expression


def comparison(operator: str) -> Rule:
    """A rule for a comparison, which gives truths."""

    def rule(draft: Draft, task: Task) -> Outcome:
        decided = compared_sizes(operator, task[0], task[1])
        if decided is not None:
            return decided
        if task[0].kind == "b":
            return _same_truth(draft, task[0], task[1])
        return paired(draft, lambda a, b: compared(a, operator, b), [task[0], task[1]], "b", True)

    return rule


def _same_truth(draft: Draft, left: Tensor, right: Tensor) -> Tensor:
    def make(a: Expression, b: Expression) -> Expression:
        both, neither = tree.Logic("and", a, b), tree.Logic("and", tree.Not(a), tree.Not(b))
        return tree.Logic("or", both, neither)

    return paired(draft, make, [left, right], "b")


def logic(make: Callable[[Expression, Expression], Expression]) -> Rule:
    """A rule for a connective of truths."""
    return lambda draft, task: paired(draft, make, [as_kind(draft, task[0], "b"), as_kind(draft, task[1], "b")], "b")


def _either(a: Expression, b: Expression) -> Expression:
    return tree.Logic("or", tree.Logic("and", a, tree.Not(b)), tree.Logic("and", tree.Not(a), b))


def negation(draft: Draft, task: Task) -> Outcome:
    """The opposite of a truth."""
    return paired(draft, tree.Not, [as_kind(draft, task[0], "b")], "b", True)


def where(draft: Draft, task: Task) -> Outcome:
    """One tensor's entry where a condition holds, else the other's."""
    condition, then, otherwise = task[0], task[1], task[2]
    counted = size_where(condition, then, otherwise)
    if counted is not None:
        return counted
    if isinstance(condition, Known) and condition.array.all():
        return _alone(draft, then, [condition, otherwise])
    if isinstance(condition, Known) and not condition.array.any():
        return _alone(draft, otherwise, [condition, then])
    if then.kind == "b":
        then, otherwise = as_kind(draft, then, "i"), as_kind(draft, otherwise, "i")
    tensors = [as_kind(draft, condition, "b"), then, otherwise]
    return paired(draft, lambda c, a, b: tree.Conditional(c, a, b), tensors, kind_of(then, otherwise))


def _alone(draft: Draft, tensor: Tensor, others: Sequence[Tensor]) -> Tensor:
    """The tensor stretched to the shape that it has together with the others."""
    for other in others:
        tensor = stretched_to(draft, tensor, other.shape)
    return tensor


TRUTHS: Mapping[str, Rule] = MappingProxyType(
    {
        "Equal": comparison("=="),
        "Less": comparison("<"),
        "LessOrEqual": comparison("<="),
        "Greater": comparison(">"),
        "GreaterOrEqual": comparison(">="),
        "And": logic(lambda a, b: tree.Logic("and", a, b)),
        "Or": logic(lambda a, b: tree.Logic("or", a, b)),
        "Xor": logic(_either),
        "Not": negation,
        "Where": where,
    }
)
