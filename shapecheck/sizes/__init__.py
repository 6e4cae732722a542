"""The algebra of sizes and the decisions about them."""

from __future__ import annotations

from shapecheck.sizes.algebra import ONE, ZERO, Floor, Positive, Power, Size, Symbol, as_size, integer, symbol
from shapecheck.sizes.atoms import maximum, minimum, positive, power
from shapecheck.sizes.choose import possible, smallest
from shapecheck.sizes.context import Context
from shapecheck.sizes.decide import consistent, decide
from shapecheck.sizes.division import ceil_divide, exact_divide
from shapecheck.sizes.evaluation import Undefined
from shapecheck.sizes.formula import FALSE, TRUE, And, Formula, Not, Or, Relation
from shapecheck.sizes.repair import Repair, repair
from shapecheck.sizes.show import show, show_factored
from shapecheck.sizes.summation import summation
from shapecheck.sizes.symbolic import from_sympy, to_sympy
from shapecheck.sizes.verdicts import Decision, Proved, Refuted, Tested, Undecided, Unknown

__all__ = [
    "FALSE",
    "ONE",
    "TRUE",
    "ZERO",
    "And",
    "Context",
    "Decision",
    "Floor",
    "Formula",
    "Not",
    "Or",
    "Positive",
    "Power",
    "Proved",
    "Refuted",
    "Relation",
    "Repair",
    "Size",
    "Symbol",
    "Tested",
    "Undecided",
    "Undefined",
    "Unknown",
    "as_size",
    "ceil_divide",
    "consistent",
    "decide",
    "exact_divide",
    "from_sympy",
    "integer",
    "maximum",
    "minimum",
    "positive",
    "possible",
    "power",
    "repair",
    "show",
    "show_factored",
    "smallest",
    "summation",
    "symbol",
    "to_sympy",
]
