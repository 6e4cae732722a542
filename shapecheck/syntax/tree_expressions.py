"""The syntax tree of expressions: values, sizes and conditions share one grammar of nodes."""

from __future__ import annotations

from dataclasses import field

from shapecheck.record import record
from shapecheck.source import NOWHERE, Span


@record
class Node:
    """Anything that has a place in the text."""

    span: Span = field(default=NOWHERE, compare=False, kw_only=True)

    def __repr__(self) -> str:
        """The node as a call, such as `Binary('+', Name('p'), Integer(1))`; spans are left out."""
        names: tuple[str, ...] = type(self).__match_args__
        return f"{type(self).__name__}({', '.join(repr(getattr(self, name)) for name in names)})"


@record
class Integer(Node):
    value: int


@record
class Real(Node):
    """A number with a point or an exponent; `text` keeps its digits as written."""

    text: str

    @property
    def value(self) -> float:
        return float(self.text)


@record
class Text(Node):
    """A quoted string, without its quotes."""

    value: str


@record
class Table(Node):
    """A pasted table; entries keep their spelling, one tuple a row, and are not checked to be rectangular."""

    rows: tuple[tuple[str, ...], ...]
    row_spans: tuple[Span, ...] = field(default=(), compare=False)

    def row_span(self, row: int) -> Span:
        """The place of a row (from 0)."""
        return self.row_spans[row] if row < len(self.row_spans) else self.span


@record
class Name(Node):
    name: str


@record
class Coefficient(Node):
    """An integer that touches what it multiplies: `2p`, `3(p + d)`."""

    factor: int
    operand: Expression


@record
class Minus(Node):
    operand: Expression


@record
class Binary(Node):
    """`operator` is one of `+ - * / // % ^ .* ./ @`."""

    operator: str
    left: Expression
    right: Expression


@record
class Comparison(Node):
    """A chain `a <= b < c`: one operator fewer than operands, each of `== != <= >= < > ~=`."""

    operands: tuple[Expression, ...]
    operators: tuple[str, ...]


@record
class Logic(Node):
    """`operator` is `and` or `or`."""

    operator: str
    left: Expression
    right: Expression


@record
class Not(Node):
    operand: Expression


@record
class Conditional(Node):
    condition: Expression
    then: Expression
    otherwise: Expression


@record
class Range(Node):
    """`low..high`, both ends included."""

    low: Expression
    high: Expression


@record
class Binder(Node):
    """A new index, `t` or `t in 1..T`."""

    name: str
    range: Range | None


@record
class BigOperator(Node):
    """`operator` is one of `sum prod max min argmax argmin argsort mean stack concat`.

    Terms for which `condition` is false are left out.
    """

    operator: str
    binders: tuple[Binder, ...]
    body: Expression
    condition: Expression | None = None


@record
class Argument(Node):
    name: str | None
    value: Expression


@record
class Call(Node):
    function: Expression
    arguments: tuple[Argument, ...]


@record
class Full(Node):
    """The subscript `:`."""


@record
class Index(Node):
    """`base[subscripts]`; a `Range` cuts, a `Binder` (on a left side only) brings in a new index."""

    base: Expression
    subscripts: tuple[Subscript, ...]


@record
class Field(Node):
    base: Expression
    name: str


@record
class Transpose(Node):
    base: Expression


@record
class Tuple(Node):
    items: tuple[Expression, ...]


@record
class Default(Node):
    """`(read default fallback)`."""

    read: Expression
    fallback: Expression


@record
class Column(Node):
    """`[a; b]`, `[1, 2; 3, 4]` or, with one row, the list `[a, b]`."""

    rows: tuple[tuple[Expression, ...], ...]


@record
class Sizes(Node):
    """A shape as an argument, `n x m`."""

    items: tuple[Expression, ...]


@record
class Stage(Node):
    """A stage behind `->`: a layer or function, and the name its output is given by `as`."""

    layer: Expression
    alias: str | None


@record
class Pipe(Node):
    value: Expression
    stage: Stage


Expression = (
    Integer
    | Real
    | Text
    | Table
    | Name
    | Coefficient
    | Minus
    | Binary
    | Comparison
    | Logic
    | Not
    | Conditional
    | BigOperator
    | Call
    | Index
    | Field
    | Transpose
    | Tuple
    | Default
    | Column
    | Sizes
    | Pipe
)
Subscript = Expression | Range | Binder | Full
PATHS = (Name, Index, Field)
"""The parts of a path into a block: `c1`, `h[k]`, `y.conv2d[2]`."""
