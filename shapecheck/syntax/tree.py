"""The syntax tree of a spec: what the author wrote, name for name, every node with its span.

Spans do not take part in equality: a Unicode and an ASCII spelling of the same text give equal trees.  Names are
stored in their ASCII spelling (`sigma` for the Greek letter), operators likewise (`.*`, `->`, `<=`).  Nothing here
knows what a name means; that is the business of `shapecheck.graph`.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from shapecheck.source import NOWHERE, Span


@dataclass(frozen=True, slots=True, repr=False)
class Node:
    """Anything that has a place in the text.

    The one `__repr__` below stands for those that `dataclass` would compile for every class at each start.
    """

    span: Span = field(default=NOWHERE, compare=False, kw_only=True)

    def __repr__(self) -> str:
        """Such as `Binary('+', Name('p'), Integer(1))`; spans are left out."""
        names: tuple[str, ...] = type(self).__match_args__
        return f"{type(self).__name__}({', '.join(repr(getattr(self, name)) for name in names)})"


# ---- expressions: values, sizes and conditions share one grammar of nodes ----------------------


@dataclass(frozen=True, slots=True, repr=False)
class Integer(Node):
    value: int


@dataclass(frozen=True, slots=True, repr=False)
class Real(Node):
    """A number with a point or an exponent; `text` keeps its digits as written."""

    text: str

    @property
    def value(self) -> float:
        return float(self.text)


@dataclass(frozen=True, slots=True, repr=False)
class Text(Node):
    """A quoted string, without its quotes."""

    value: str


@dataclass(frozen=True, slots=True, repr=False)
class Table(Node):
    """A pasted table; entries keep their spelling, one tuple a row, and are not checked to be rectangular."""

    rows: tuple[tuple[str, ...], ...]
    row_spans: tuple[Span, ...] = field(default=(), compare=False)

    def row_span(self, row: int) -> Span:
        """Where a row (from 0) stands."""
        return self.row_spans[row] if row < len(self.row_spans) else self.span


@dataclass(frozen=True, slots=True, repr=False)
class Name(Node):
    name: str


@dataclass(frozen=True, slots=True, repr=False)
class Coefficient(Node):
    """An integer that touches what it multiplies: `2p`, `3(p + d)`."""

    factor: int
    operand: Expression


@dataclass(frozen=True, slots=True, repr=False)
class Minus(Node):
    operand: Expression


@dataclass(frozen=True, slots=True, repr=False)
class Binary(Node):
    """`operator` is one of `+ - * / // % ^ .* ./ @`."""

    operator: str
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True, repr=False)
class Comparison(Node):
    """A chain `a <= b < c`: one operator fewer than operands, each of `== != <= >= < > ~=`."""

    operands: tuple[Expression, ...]
    operators: tuple[str, ...]


@dataclass(frozen=True, slots=True, repr=False)
class Logic(Node):
    """`operator` is `and` or `or`."""

    operator: str
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True, repr=False)
class Not(Node):
    operand: Expression


@dataclass(frozen=True, slots=True, repr=False)
class Conditional(Node):
    condition: Expression
    then: Expression
    otherwise: Expression


@dataclass(frozen=True, slots=True, repr=False)
class Range(Node):
    """`low..high`, both ends included."""

    low: Expression
    high: Expression


@dataclass(frozen=True, slots=True, repr=False)
class Binder(Node):
    """A new index, `t` or `t in 1..T`."""

    name: str
    range: Range | None


@dataclass(frozen=True, slots=True, repr=False)
class BigOperator(Node):
    """`operator` is one of `sum prod max min argmax argmin mean stack concat`."""

    operator: str
    binders: tuple[Binder, ...]
    body: Expression


@dataclass(frozen=True, slots=True, repr=False)
class Argument(Node):
    name: str | None
    value: Expression


@dataclass(frozen=True, slots=True, repr=False)
class Call(Node):
    function: Expression
    arguments: tuple[Argument, ...]


@dataclass(frozen=True, slots=True, repr=False)
class Full(Node):
    """The subscript `:`."""


@dataclass(frozen=True, slots=True, repr=False)
class Index(Node):
    """`base[subscripts]`; a `Range` cuts, a `Binder` (on a left side only) brings in a new index."""

    base: Expression
    subscripts: tuple[Subscript, ...]


@dataclass(frozen=True, slots=True, repr=False)
class Field(Node):
    base: Expression
    name: str


@dataclass(frozen=True, slots=True, repr=False)
class Transpose(Node):
    base: Expression


@dataclass(frozen=True, slots=True, repr=False)
class Tuple(Node):
    items: tuple[Expression, ...]


@dataclass(frozen=True, slots=True, repr=False)
class Default(Node):
    """`(read default fallback)`."""

    read: Expression
    fallback: Expression


@dataclass(frozen=True, slots=True, repr=False)
class Column(Node):
    """`[a; b]`, `[1, 2; 3, 4]` or, with one row, the list `[a, b]`."""

    rows: tuple[tuple[Expression, ...], ...]


@dataclass(frozen=True, slots=True, repr=False)
class Sizes(Node):
    """A shape as an argument, `n x m`."""

    items: tuple[Expression, ...]


@dataclass(frozen=True, slots=True, repr=False)
class Stage(Node):
    """What stands after `->`: a layer or function, and the name its output is given by `as`."""

    layer: Expression
    alias: str | None


@dataclass(frozen=True, slots=True, repr=False)
class Pipe(Node):
    value: Expression
    stage: Stage


Expression = (
    Integer | Real | Text | Table | Name | Coefficient | Minus | Binary | Comparison | Logic | Not | Conditional
    | BigOperator | Call | Index | Field | Transpose | Tuple | Default | Column | Sizes | Pipe
)
Subscript = Expression | Range | Binder | Full


# ---- shapes ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, repr=False)
class ShapeAxis(Node):
    """One axis of a written shape: an optional name and a size; `size` is None for `...`."""

    name: str | None
    size: Expression | None


@dataclass(frozen=True, slots=True, repr=False)
class Shape(Node):
    """`2p x (p + d)` (`bracketed` false), `[batch=N, H, W]` (true), or `scalar` (no axes)."""

    axes: tuple[ShapeAxis, ...]
    bracketed: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True, repr=False)
class Annotation(Node):
    """`: shape`, `: shape in low..high` or, with no shape, `in low..high` (one number)."""

    shape: Shape | None
    range: Range | None


# ---- statements --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, repr=False)
class ImportName(Node):
    name: str
    alias: str | None


@dataclass(frozen=True, slots=True, repr=False)
class Import(Node):
    """`path` is a dotted name's parts, or one `Text` (a file's name)."""

    path: tuple[str, ...] | Text
    names: tuple[ImportName, ...]


@dataclass(frozen=True, slots=True, repr=False)
class DimDeclaration(Node):
    """`n` (neither), `k >= 0` (`lower`) or `m = n // 2` (`value`)."""

    name: str
    lower: Expression | None
    value: Expression | None


@dataclass(frozen=True, slots=True, repr=False)
class Dim(Node):
    declarations: tuple[DimDeclaration, ...]


@dataclass(frozen=True, slots=True, repr=False)
class Assume(Node):
    conditions: tuple[Expression, ...]


@dataclass(frozen=True, slots=True, repr=False)
class Declared(Node):
    """One name of a declaration: `x[..., t in 1..T] : d`; `leading` says that `...` stands in front."""

    name: str
    leading: bool
    binders: tuple[Binder, ...]
    annotation: Annotation | None


@dataclass(frozen=True, slots=True, repr=False)
class Declaration(Node):
    """`role` is `input`, `weight`, `buffer` or `output`."""

    role: str
    items: tuple[Declared, ...]


@dataclass(frozen=True, slots=True, repr=False)
class Target(Node):
    """A name on a left side; `subscripts` is None where there are no brackets."""

    name: str
    subscripts: tuple[Subscript, ...] | None
    annotation: Annotation | None


@dataclass(frozen=True, slots=True, repr=False)
class Equation(Node):
    """`form` says how several targets share the value: `plain` (one target), `column` `[z; r]`, `tuple` `(h, c)`."""

    form: str
    targets: tuple[Target, ...]
    value: Expression
    binders: tuple[Binder, ...]


@dataclass(frozen=True, slots=True, repr=False)
class Signature(Node):
    """`h[t] : p` as a statement; the target carries the annotation."""

    target: Target


@dataclass(frozen=True, slots=True, repr=False)
class For(Node):
    binders: tuple[Binder, ...]
    body: tuple[Statement, ...]


@dataclass(frozen=True, slots=True, repr=False)
class Parameter(Node):
    name: str
    shape: Shape | None
    default: Expression | None


@dataclass(frozen=True, slots=True, repr=False)
class Layer(Node):
    """A block: either `body`, or `chain` for `layer f(k) = s1 -> s2`."""

    name: str
    parameters: tuple[Parameter, ...]
    body: tuple[Statement, ...] | None
    chain: tuple[Stage, ...] | None


@dataclass(frozen=True, slots=True, repr=False)
class Function(Node):
    name: str
    parameters: tuple[Parameter, ...]
    body: Expression


@dataclass(frozen=True, slots=True, repr=False)
class Claim(Node):
    """`claim "label" subject : annotation` or `claim subject within tolerance`; then `for`, `when` and `expect`."""

    label: str | None
    subject: Expression
    annotation: Annotation | None
    within: Expression | None
    binders: tuple[Binder, ...]
    condition: Expression | None
    expect: str | None


@dataclass(frozen=True, slots=True, repr=False)
class Test(Node):
    """`settings` are the header's `name = value`; `body` is None where there is no block."""

    name: str
    settings: tuple[Argument, ...]
    body: tuple[Statement, ...] | None


Statement = Import | Dim | Assume | Declaration | Equation | Signature | For | Layer | Function | Claim | Test


@dataclass(frozen=True, slots=True, repr=False)
class Spec(Node):
    """A whole file."""

    statements: tuple[Statement, ...]
