"""Scalar functions on integers, as functions of sizes, and functions that are made of several.

`evaluated` goes through the defining term of an op, for whatever is known of values.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from shapecheck.ops.term_types import Call, Case, Entry, Literal, Term
from shapecheck.sizes import Size, maximum, minimum

Known = TypeVar("Known")

UNARY: Mapping[str, Callable[[Size], Size]] = {
    "neg": lambda size: -size,
    "abs": lambda size: maximum(size, -size),
}
BINARY: Mapping[str, Callable[[Size, Size], Size]] = {
    "+": lambda left, right: left + right,
    "-": lambda left, right: left - right,
    "*": lambda left, right: left * right,
    "max": maximum,
    "min": minimum,
}


def evaluated(
    term: Term,
    operands: Sequence[Known],
    literal: Callable[[int | float], Known],
    function: Callable[[str, list[Known]], Known],
    either: Callable[[Known, Known], Known],
) -> Known:
    """The facts about an entry from those about the operands (see `Elementwise.definition`)."""

    def of(part: Term) -> Known:
        match part:
            case Literal(value):
                return literal(value)
            case Entry(number):
                return operands[int(number)]
            case Call(name, arguments):
                return function(name, list(map(of, arguments)))
            case Case(_, then, otherwise):
                return either(of(then), of(otherwise))
            case _:
                raise AssertionError("entries are joined by scalar functions alone")

    return of(term)
