"""The syntax tree of shapes, statements and whole specs."""

from __future__ import annotations

from dataclasses import field

from shapecheck.record import record
from shapecheck.syntax.tree_expressions import Argument, Binder, Expression, Node, Range, Stage, Subscript, Text


@record
class ShapeAxis(Node):
    """One axis of a written shape: an optional name and a size; `size` is None for `...`."""

    name: str | None
    size: Expression | None


@record
class Shape(Node):
    """`2p x (p + d)` (`bracketed` false), `[batch=N, H, W]` (true), or `scalar` (no axes)."""

    axes: tuple[ShapeAxis, ...]
    bracketed: bool = field(default=False, compare=False)


@record
class Annotation(Node):
    """`: shape`, `: shape in low..high` or, with no shape, `in low..high` (one number)."""

    shape: Shape | None
    range: Range | None


@record
class ImportName(Node):
    name: str
    alias: str | None


@record
class Import(Node):
    """`path` is a dotted name's parts, or one `Text` (a file's name)."""

    path: tuple[str, ...] | Text
    names: tuple[ImportName, ...]


@record
class DimDeclaration(Node):
    """`n` (neither), `k >= 0` (`lower`) or `m = n // 2` (`value`); `n[l in 0..L]` where there are binders."""

    name: str
    lower: Expression | None
    value: Expression | None
    binders: tuple[Binder, ...] = ()


@record
class Dim(Node):
    declarations: tuple[DimDeclaration, ...]


@record
class Assume(Node):
    conditions: tuple[Expression, ...]
    binders: tuple[Binder, ...] = ()


@record
class Declared(Node):
    """One name of a declaration: `x[..., t in 1..T] : d`; `leading` says that `...` stands in front.

    An input of a layer may have a `default`: `h0 : [..., p] = zeros(p)`.
    """

    name: str
    leading: bool
    binders: tuple[Binder, ...]
    annotation: Annotation | None
    default: Expression | None = None


@record
class Declaration(Node):
    """`role` is `input`, `weight`, `buffer` or `output`."""

    role: str
    items: tuple[Declared, ...]


@record
class Target(Node):
    """A name on a left side; `subscripts` is None where there are no brackets."""

    name: str
    subscripts: tuple[Subscript, ...] | None
    annotation: Annotation | None


@record
class Equation(Node):
    """`form` says how several targets share the value: `plain` (one target), `column` `[z; r]`, `tuple` `(h, c)`."""

    form: str
    targets: tuple[Target, ...]
    value: Expression
    binders: tuple[Binder, ...]


@record
class Signature(Node):
    """`h[t] : p` as a statement; the target carries the annotation."""

    target: Target


@record
class For(Node):
    binders: tuple[Binder, ...]
    body: tuple[Statement, ...]


@record
class Parameter(Node):
    name: str
    shape: Shape | None
    default: Expression | None


@record
class Layer(Node):
    """A block: either `body`, or `chain` for `layer f(k) = s1 -> s2`."""

    name: str
    parameters: tuple[Parameter, ...]
    body: tuple[Statement, ...] | None
    chain: tuple[Stage, ...] | None


@record
class Function(Node):
    name: str
    parameters: tuple[Parameter, ...]
    body: Expression


@record
class Claim(Node):
    """`claim "label" subject : annotation` or `claim subject within tolerance`; then `for`, `when` and `expect`."""

    label: str | None
    subject: Expression
    annotation: Annotation | None
    within: Expression | None
    binders: tuple[Binder, ...]
    condition: Expression | None
    expect: str | None


@record
class Test(Node):
    """`settings` are the header's `name = value`; `body` is None where there is no block."""

    name: str
    settings: tuple[Argument, ...]
    body: tuple[Statement, ...] | None


Statement = Import | Dim | Assume | Declaration | Equation | Signature | For | Layer | Function | Claim | Test


@record
class Spec(Node):
    """A whole file."""

    statements: tuple[Statement, ...]
