"""z3, an optional extra that installs on every system; imported on first use.

In: a question and formulas.  Out: an engine.  Each quotient and each maximum is an integer of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from shapecheck.sizes.algebra.atoms import Atom, Floor, Symbol
from shapecheck.sizes.algebra.numerals import numeral
from shapecheck.sizes.algebra.size import Size
from shapecheck.sizes.engines.engine import MOST_CALLS, Work
from shapecheck.sizes.questions.formula import And, Formula, Or, Relation
from shapecheck.sizes.questions.question import Question
from shapecheck.sizes.work import OutOfWork

RESOURCES = 400_000
"""Work in z3's own units for all calls about one question together."""


class Z3:
    """A solver to which the formulas have been told."""

    method = "integer sets, by z3"

    def __init__(self, question: Question, formulas: Sequence[Formula]) -> None:
        try:
            import z3
        except ImportError:
            raise OutOfWork from None
        self._z3: Any = z3
        self._context = z3.Context()
        self._solver = z3.SolverFor("QF_LIA", ctx=self._context)
        self._solver.set("random_seed", 0)
        self._calls = Work(MOST_CALLS)
        self._left = RESOURCES
        self._symbols = {name: z3.Int(f"v{number}", self._context) for number, name in enumerate(question.names)}
        self._atoms: dict[Atom, Any] = {}
        lows = [(name, low) for name, low in question.lowers.items() if low is not None]
        self._solver.add([self._symbols[name] >= self._integer(low) for name, low in lows])
        self._solver.add([self._formula(formula) for formula in formulas])

    def satisfiable(self, *more: Relation) -> bool:
        """Whether the solver finds integers that satisfy these as well."""
        self._calls.spend(1)
        assumed = [self._formula(formula) for formula in more]
        if self._left <= 0:
            raise OutOfWork
        self._solver.set("rlimit", self._left)
        self._solver.push()
        try:
            self._solver.add(assumed)
            answer = self._solver.check()
            self._left = RESOURCES - int(self._solver.statistics().get_key_value("rlimit count"))
        finally:
            self._solver.pop()
        if answer == self._z3.unknown:
            raise OutOfWork
        return bool(answer == self._z3.sat)

    def _formula(self, formula: Formula) -> Any:
        if isinstance(formula, Relation):
            return self._relation(formula)
        if isinstance(formula, (And, Or)):
            joint = self._z3.And if isinstance(formula, And) else self._z3.Or
            neutral = self._z3.BoolVal(isinstance(formula, And), self._context)
            return joint([neutral, *map(self._formula, formula.parts)])
        return self._z3.Not(self._formula(formula.part))

    def _relation(self, relation: Relation) -> Any:
        size, zero = self._size(relation.difference), self._integer(0)
        match relation.operator:
            case "==":
                return size == zero
            case "!=":
                return size != zero
            case ">=":
                return size >= zero
            case "<=":
                return size <= zero
            case ">":
                return size > zero
            case "<":
                return size < zero

    def _size(self, size: Size) -> Any:
        zero = self._integer(0)
        return self._z3.Sum(
            [zero, zero, *(self._integer(count) * self._monomial(monomial) for monomial, count in size.terms.items())]
        )

    def _monomial(self, monomial: tuple[Atom, ...]) -> Any:
        return self._atom(monomial[0]) if monomial else self._integer(1)

    def _integer(self, value: int) -> Any:
        return self._z3.IntVal(numeral(value), self._context)

    def _atom(self, atom: Atom) -> Any:
        if isinstance(atom, Symbol):
            return self._symbols[atom.name]
        if atom not in self._atoms:
            inner = self._size(atom.parts[0])
            value = self._atoms[atom] = self._z3.Int(f"a{len(self._atoms)}", self._context)
            self._solver.add(self._definition(atom, inner, value))
        return self._atoms[atom]

    def _definition(self, atom: Atom, inner: Any, value: Any) -> list[Any]:
        zero = self._integer(0)
        if isinstance(atom, Floor):
            divisor = self._integer(atom.parts[1].constant or 1)
            rest = inner - divisor * value
            return [rest >= zero, rest < divisor]
        return [value >= zero, value >= inner, self._z3.Or(value == zero, value == inner)]
