"""Terms: a value of the graph as a scalar function of indices, read off the defining equations.

A term says what one entry of a tensor *is*, by sums and products over indices, with no op left: `V[x, y]` is
`sum over m, n of I[x + m, y + n] * K[m, n]`, whether it was written so or as `conv(I, K)`.  Two values with one
canonical term are equal for all sizes; evaluated at integers, a term is the naive reference that the executor is
compared with.

All positions here count from 0 on cell axes, and as numbered on family axes.  `names` are the free symbols of a term,
those that no reduction in it binds, `depth` says how many reductions stand inside each other; they and the hash are
worked out once for each term.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from shapecheck.record import record, remembered

if TYPE_CHECKING:
    from shapecheck.sizes import Formula, Size

NO_NAMES: frozenset[str] = frozenset()


@record
class Literal:
    value: int | float

    @property
    def names(self) -> frozenset[str]:
        return NO_NAMES

    @property
    def depth(self) -> int:
        return 0


@record
class Measure:
    """A size or an index as a value."""

    size: Size

    @property
    def names(self) -> frozenset[str]:
        return self.size.names

    @property
    def depth(self) -> int:
        return 0


@record(slots=False)
class Entry:
    """One entry of a family: subscripts for its family axes, then for all axes of its cell.

    A subscript that is a term is integer data (`E[tok[t], i]`).
    """

    family: str
    subscripts: tuple[Size | Term, ...]

    @remembered
    def names(self) -> frozenset[str]:
        return NO_NAMES.union(*(subscript.names for subscript in self.subscripts))

    @remembered
    def depth(self) -> int:
        return _deepest(self.subscripts)


@record(slots=False)
class Lookup:
    """One entry of literal data (row-major `values`)."""

    shape: tuple[int, ...]
    values: tuple[int | float, ...]
    subscripts: tuple[Size | Term, ...]

    @remembered
    def names(self) -> frozenset[str]:
        return NO_NAMES.union(*(subscript.names for subscript in self.subscripts))

    @remembered
    def depth(self) -> int:
        return _deepest(self.subscripts)


@record(slots=False)
class Call:
    """A scalar function: `+ - * / ^ neg max min // %`, comparisons, `and or not`, `exp log tanh sqrt abs sin cos erf`.

    `+ * max min and or` take any number of arguments.
    """

    function: str
    arguments: tuple[Term, ...]

    @remembered
    def names(self) -> frozenset[str]:
        return NO_NAMES.union(*(argument.names for argument in self.arguments))

    @remembered
    def depth(self) -> int:
        return _deepest(self.arguments)


@record
class Bound:
    """A bound variable (a symbol that starts with a point) and its inclusive range; ends may mention outer ones."""

    symbol: str
    low: Size
    high: Size


@record(slots=False)
class Reduction:
    """`operator` over all values of `bounds`: `sum prod max min argmax argmin` (`mean` is a sum divided)."""

    operator: str
    bounds: tuple[Bound, ...]
    body: Term

    @remembered
    def names(self) -> frozenset[str]:
        names = self.body.names
        for bound in reversed(self.bounds):
            names = (names - {bound.symbol}) | bound.low.names | bound.high.names
        return names

    @remembered
    def depth(self) -> int:
        return self.body.depth + 1


@record(slots=False)
class Case:
    """`then` where `condition` holds, else `otherwise`; the other branch has no meaning there."""

    condition: Formula | Term
    then: Term
    otherwise: Term

    @remembered
    def names(self) -> frozenset[str]:
        return self.condition.names | self.then.names | self.otherwise.names

    @remembered
    def depth(self) -> int:
        return _deepest((self.condition, self.then, self.otherwise))


MISSING = Literal(math.nan)
"""The body of `argmax` and `argmin` at a place that their `when` leaves out."""


def is_missing(term: Term) -> bool:
    """Whether a term stands for what is left out."""
    return isinstance(term, Literal) and term.value != term.value


Term = Literal | Measure | Entry | Lookup | Call | Reduction | Case


def _deepest(parts: Iterable[object]) -> int:
    return max((part.depth for part in parts if isinstance(part, Term)), default=0)


def member_name(family: str, numbers: Sequence[object]) -> str:
    """A member of a family, or an entry of it, as an author writes it: `h[2, 3]`; `h` where there are no numbers."""
    return f"{family}[{', '.join(map(str, numbers))}]" if numbers else family


def place(axis: int) -> str:
    """The name of the symbol for a place along an axis of a tensor; no author can call an index so."""
    return f".#{axis}"


def is_place(name: str) -> bool:
    """Whether a symbol stands for a place in a tensor."""
    return name.startswith(".#")
