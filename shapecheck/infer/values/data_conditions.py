"""Conditions on data as formulas over sizes.

In: a condition, and the cases of the integers in it (`of`).  Out: a formula over indices and entries of data, or the
facts that follow where the condition holds, as far as they are known.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from shapecheck.graph.nodes import Apply, Node
from shapecheck.infer.values.integer_cases import Cases
from shapecheck.ops.base import Op
from shapecheck.sizes import And, Formula, Not, Or, Relation
from shapecheck.sizes.questions.formula import Operator

_COMPARISONS: Mapping[str, Operator] = {"==": "==", "!=": "!=", "<=": "<=", ">=": ">=", "<": "<", ">": ">"}
_LOGIC: Mapping[str, Callable[[tuple[Formula, ...]], Formula]] = {
    "and": And,
    "or": Or,
    "not": lambda parts: Not(parts[0]),
}


def is_condition(function: str) -> bool:
    """Whether a function gives 0 or 1: a comparison, `and`, `or` or `not`."""
    return function in _COMPARISONS or function in _LOGIC


def written_condition(node: Node, of: Callable[[Node], Cases]) -> Formula | None:
    """The formula that says exactly what the author wrote, None where it is not known."""
    match node:
        case Apply(Op(function=str(name)), (left, right)) if name in _COMPARISONS:
            one, other = of(left), of(right)
            if one is None or other is None or len(one) != 1 or len(other) != 1:
                return None
            return Relation(_COMPARISONS[name], one[0].size, other[0].size)
        case Apply(Op(function=str(name)), parts) if name in _LOGIC:
            inner = [written_condition(part, of) for part in parts]
            known = tuple(part for part in inner if part is not None)
            return None if len(known) < len(inner) else _LOGIC[name](known)
        case _:
            return None


def implied(node: Node, holds: bool, of: Callable[[Node], Cases]) -> tuple[Formula, ...]:
    """The facts that follow where a condition holds, or where it does not."""
    match node:
        case Apply(op, (part,)) if op.function == "not":
            return implied(part, not holds, of)
        case Apply(op, parts) if op.function == ("and" if holds else "or"):
            return tuple(fact for part in parts for fact in implied(part, holds, of))
        case _:
            found = written_condition(node, of)
            return () if found is None else (found if holds else Not(found),)
