"""The integer set library (isl), where there is a wheel of it for the system; imported on first use.

In: a question and formulas.  Out: an engine.  Errors of the library are the end of its work: nothing but its limit of
operations makes any here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from shapecheck.sizes.algebra.atoms import Atom, Floor, Positive, Symbol
from shapecheck.sizes.algebra.numerals import numeral
from shapecheck.sizes.algebra.size import Size
from shapecheck.sizes.engines.engine import MOST_CALLS, Work
from shapecheck.sizes.questions.formula import And, Formula, Or, Relation
from shapecheck.sizes.questions.question import Question
from shapecheck.sizes.work import OutOfWork

MOST_OPERATIONS = 30_000
LONGEST_TEXT = 6_000


class Isl:
    """The set of the values of the names, with their least values built in."""

    method = "integer sets, by isl"

    def __init__(self, question: Question, formulas: Sequence[Formula]) -> None:
        try:
            import islpy
        except ImportError:
            raise OutOfWork from None
        self._library: Any = islpy
        self._calls = Work(MOST_CALLS)
        self._context = islpy.Context()
        self._context.set_max_operations(MOST_OPERATIONS)
        self._dimensions = {name: f"v{number}" for number, name in enumerate(question.names)}
        lows = {name: low for name, low in question.lowers.items() if low is not None}
        lowest = [f"{self._dimensions[name]} >= {numeral(low)}" for name, low in lows.items()]
        self._points = self._read([*lowest, *map(self._formula, formulas)])

    def satisfiable(self, *more: Relation) -> bool:
        """Whether the set has a member where these hold."""
        self._calls.spend(1)
        part = self._read(map(self._formula, more))
        try:
            return not self._points.intersect(part).is_empty()
        except self._library.Error:
            raise OutOfWork from None

    def _read(self, conditions: Iterable[str]) -> Any:
        joint = " and ".join(f"({condition})" for condition in conditions) or "true"
        text = f"{{ [{', '.join(self._dimensions.values())}] : {joint} }}"
        if len(text) > LONGEST_TEXT:
            raise OutOfWork
        try:
            return self._library.Set.read_from_str(self._context, text)
        except self._library.Error:
            raise OutOfWork from None

    def _formula(self, formula: Formula) -> str:
        if isinstance(formula, Relation):
            operator = "=" if formula.operator == "==" else formula.operator
            return f"{self._size(formula.difference)} {operator} 0"
        if isinstance(formula, (And, Or)):
            joint, empty = (" and ", "true") if isinstance(formula, And) else (" or ", "false")
            return joint.join(f"({self._formula(part)})" for part in formula.parts) or empty
        return f"not ({self._formula(formula.part)})"

    def _size(self, size: Size) -> str:
        terms = [
            f"{numeral(count)}*{self._atom(monomial[0])}" if monomial else numeral(count)
            for monomial, count in size.terms.items()
        ]
        return " + ".join(terms) or "0"

    def _atom(self, atom: Atom) -> str:
        if isinstance(atom, Symbol):
            return self._dimensions[atom.name]
        if isinstance(atom, Floor):
            return f"floor(({self._size(atom.parts[0])})/{numeral(atom.parts[1].constant or 1)})"
        assert isinstance(atom, Positive), "the size is quasi-affine"
        return f"max({self._size(atom.parts[0])}, 0)"
