"""Terms: a value of the graph as a scalar function of indices, read off the defining equations.

A term says what one entry of a tensor *is*, by sums and products over indices, with no op left: `V[x, y]` is
`sum over m, n of I[x + m, y + n] * K[m, n]`, whether it was written so or as `conv(I, K)`.  Two values with one
canonical term are equal for all sizes; evaluated at integers, a term is the naive reference that the executor is
compared with.

All positions here count from 0 on cell axes, and as numbered on family axes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapecheck.record import record

if TYPE_CHECKING:
    from shapecheck.sizes import Formula, Size


@record
class Literal:
    value: int | float


@record
class Measure:
    """A size or an index as a value."""

    size: Size


@record
class Entry:
    """One entry of a family: subscripts for its family axes, then for all axes of its cell.

    A subscript that is a term is integer data (`E[tok[t], i]`).
    """

    family: str
    subscripts: tuple[Size | Term, ...]


@record
class Lookup:
    """One entry of literal data (row-major `values`)."""

    shape: tuple[int, ...]
    values: tuple[int | float, ...]
    subscripts: tuple[Size | Term, ...]


@record
class Call:
    """A scalar function: `+ - * / ^ neg max min // %`, comparisons, `and or not`, `exp log tanh sqrt abs sin cos erf`.

    `+ * max min and or` take any number of arguments.
    """

    function: str
    arguments: tuple[Term, ...]


@record
class Bound:
    """A bound variable (a symbol that starts with a point) and its inclusive range; ends may mention outer ones."""

    symbol: str
    low: Size
    high: Size


@record
class Reduction:
    """`operator` over all values of `bounds`: `sum prod max min argmax argmin` (`mean` is a sum divided)."""

    operator: str
    bounds: tuple[Bound, ...]
    body: Term


@record
class Case:
    """`then` where `condition` holds, else `otherwise`; the other branch has no meaning there."""

    condition: Formula | Term
    then: Term
    otherwise: Term


Term = Literal | Measure | Entry | Lookup | Call | Reduction | Case


def place(axis: int) -> str:
    """The name of the symbol for a place along an axis of a tensor; no author can call an index so."""
    return f".#{axis}"


def is_place(name: str) -> bool:
    """Whether a symbol stands for a place in a tensor."""
    return name.startswith(".#")
