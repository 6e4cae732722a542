"""Requirements of sizes as written: an exact `/` divides, a divisor is at least 1, an exponent at least 0."""

from __future__ import annotations

from shapecheck.graph import size_errors
from shapecheck.graph.errors import Rejected
from shapecheck.graph.expressions.reading import Reading
from shapecheck.graph.model import Debt
from shapecheck.sizes import Formula, Relation, Size, integer, symbol
from shapecheck.source import Span


def owe(reading: Reading, relation: Relation, why: str, span: Span, evident: bool = False) -> None:
    """Note a requirement, for all values of the indices in it, under the conditions around."""
    facts: list[Formula] = list(reading.scope.conditions)
    needed = set(relation.names).union(*(fact.names for fact in facts))
    for index in reversed(reading.scope.indices):
        if index.symbol in needed and index.low is not None and index.high is not None:
            at = symbol(index.symbol)
            facts += [Relation(">=", at, index.low), Relation("<=", at, index.high)]
            needed |= index.low.names | index.high.names
    reading.debts.append(Debt(relation, why, span, tuple(facts), evident))


def owe_divisor(reading: Reading, divisor: Size, span: Span) -> None:
    """Note that a divisor is at least 1; raises `Rejected` for a number below."""
    if divisor.constant is None:
        owe(reading, Relation(">=", divisor, integer(1)), "a divisor of at least 1", span)
    elif divisor.constant < 1:
        raise Rejected(size_errors.division_by(span))
