"""Values as trees of nodes over named indices.

An *index variable* is a size symbol whose name starts with a point (`.t`), unique per place that binds it, so that
subscripts, ranges, conditions and requirements share the algebra of `shapecheck.sizes`.  Nodes are immutable, have no
shapes and compare by identity: the same text in two places is two nodes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from typing import TYPE_CHECKING, Any, Literal

from shapecheck.record import record
from shapecheck.source import NOWHERE, Span

if TYPE_CHECKING:
    from shapecheck.graph.block_definitions import Definition, Port
    from shapecheck.graph.model import Debt
    from shapecheck.ops.base import Op
    from shapecheck.sizes import Formula, Size


@record(eq=False)
class Index:
    """An index variable: `symbol` is its name in sizes (`.t`, `.t'2`), `label` its name in the text.

    `low` and `high` are inclusive, None if the range has to be inferred from the reads.
    """

    symbol: str
    label: str
    low: Size | None
    high: Size | None
    span: Span = NOWHERE


# ---- nodes ---------------------------------------------------------------------------------------


@record(eq=False)
class _Base:
    span: Span = field(default=NOWHERE, kw_only=True)

    @property
    def operands(self) -> tuple[Node, ...]:
        """The nodes directly below this one, those in subscripts included."""
        return ()


@record(eq=False)
class Number(_Base):
    """A scalar as written: an int stays exact, a float is float64.  `inf` and `pi` are floats here."""

    value: int | float


@record(eq=False)
class SizeValue(_Base):
    """A size or an index standing in a value: a scalar."""

    size: Size


@record(eq=False)
class Data(_Base):
    """A literal array, from `table` or a list of numbers: row-major `values`, integers kept exact."""

    shape: tuple[int, ...]
    values: tuple[int | float, ...]


@record
class Point:
    """Subscript: one member, at a size.

    `numbered_from` is the first index of the axis as written, subtracted so that `size` counts from 0 (None for 0).
    """

    size: Size
    numbered_from: Size | None = None


@record
class Cut:
    """Subscript: members `low..high`, both included; keeps the axis, which is then numbered from `low`."""

    low: Size
    high: Size


@record
class Whole:
    """Subscript `:`: keeps the axis."""


@record
class Picked:
    """Subscript by integer data, `E[tok[t]]`.  A scalar node picks one member."""

    node: Node


Subscript = Point | Cut | Whole | Picked


@record(eq=False)
class Read(_Base):
    """A family, or members of it; family axes are consumed first, then cell axes; the rest is kept.

    Family axes are subscripted as they are numbered, cell axes from 0 (see `shapecheck.graph.numbering`).
    """

    family: str
    subscripts: tuple[Subscript, ...] = ()

    @property
    def operands(self) -> tuple[Node, ...]:
        return tuple(subscript.node for subscript in self.subscripts if isinstance(subscript, Picked))


@record(eq=False)
class Part(_Base):
    """Subscripts on any other value: `conv(I, K)[y, x]`; every axis counts from 0."""

    base: Node
    subscripts: tuple[Subscript, ...]

    @property
    def operands(self) -> tuple[Node, ...]:
        return (self.base, *(subscript.node for subscript in self.subscripts if isinstance(subscript, Picked)))


@record(eq=False)
class Apply(_Base):
    """An op of `shapecheck.ops` applied to operands; `parameters` is that op's own frozen dataclass, or None."""

    op: Op
    arguments: tuple[Node, ...]
    parameters: Any = None

    @property
    def operands(self) -> tuple[Node, ...]:
        return self.arguments


Operator = Literal["sum", "prod", "max", "min", "argmax", "argmin", "argsort", "mean", "stack", "concat"]


@record(eq=False)
class Reduce(_Base):
    """A big operator: `sum prod max min argmax argmin mean` (same shape as the body; elementwise over the range),
    `stack` (a new leading axis per index, first index outermost), `concat` (joined along the body's first axis).

    `argmax`/`argmin` have one index and a scalar body, and give the first best index itself (not its position).
    `argsort` has, too, and gives all indices: from the least body to the greatest, equal ones in their order.
    A `sum` over an empty range is 0, a `prod` 1; the others need at least one term.
    """

    operator: Operator
    indices: tuple[Index, ...]
    body: Node

    @property
    def operands(self) -> tuple[Node, ...]:
        return (self.body,)


@record(eq=False)
class Default(_Base):
    """`(read default fallback)`: where a point subscript of `read` is outside, the scalar `fallback`."""

    read: Node
    fallback: Node

    @property
    def operands(self) -> tuple[Node, ...]:
        return (self.read, self.fallback)


@record(eq=False)
class Choose(_Base):
    """`if condition then .. else ..`; the branch not taken is not evaluated.

    `formula` is the condition in the size algebra when it consists of sizes and indices alone (then `condition` is
    None); it may mention index variables.  Otherwise `condition` is a node with truth values, scalar or shaped like
    the branches.

    With `leaves_out` this is the `when` of a big operator, around its body: terms for which the condition is false are
    left out, and `otherwise` is what they would be for a sum, a product, a maximum or a minimum.
    """

    formula: Formula | None
    condition: Node | None
    then: Node
    otherwise: Node
    entries_of: str | None = None
    """The tensor whose left sides stride, where this puts their entries together; its text has no `if`."""
    leaves_out: bool = field(default=False, kw_only=True)

    @property
    def operands(self) -> tuple[Node, ...]:
        return (*(() if self.condition is None else (self.condition,)), self.then, self.otherwise)


def left_out(body: Node) -> tuple[tuple[Choose, ...], Node]:
    """The conditions of a big operator's `when`, outermost first, and the terms that they choose from."""
    conditions: list[Choose] = []
    while isinstance(body, Choose) and body.leaves_out:
        conditions.append(body)
        body = body.then
    return tuple(conditions), body


@record(eq=False, frozen=False)
class Site:
    """The name of an application, as paths write it; complete when the whole statement has been read.

    `base` is the equation or the name given by `as` (empty if paths leave it out), `label` the block's name, `number`
    counts the applications of one block in a statement that has several.  With `whole` the application is the whole
    value of `base`, so that `base` alone names it.
    """

    base: str = ""
    label: str = ""
    number: int | None = None
    whole: bool = False
    axes: tuple[Size, ...] = ()
    """The members of `base` that it computes: the subscripts on the left side, over the indices of the equation."""

    def __str__(self) -> str:
        if self.whole:
            return self.base
        own = self.label if self.number is None else f"{self.label}[{self.number}]"
        return f"{self.base}.{own}" if self.base else own


@record
class Member:
    """The instance whose weights a block uses: `cell`, or `expert[e]` of a family of instances."""

    instance: str
    subscripts: tuple[Size, ...] = ()


@record(eq=False)
class Call(_Base):
    """A block applied: `arguments` are its inputs, then the weights given to it, by the names in `names`.

    `settle` gives its static arguments for fixed values of some indices, None if another index has to be fixed first.
    `ports` are its inputs: whether axes in front are mapped over, and the number of the other axes.  `weights` is the
    instance whose weights it uses, None if it has its own.  A block with several outputs needs an `Output` around it.
    """

    definition: Definition
    settle: Callable[[Mapping[str, Size]], tuple[tuple[str, Any], ...] | None]
    arguments: tuple[Node, ...]
    names: tuple[str, ...]
    ports: tuple[Port, ...]
    weights: Member | None
    site: Site
    repeats: Definition | None = None
    """The block that a `repeat` repeats."""
    stage: Span | None = None
    """In a chain: the place of the stage, without its operands."""
    debts: Callable[[Mapping[str, Size]], Sequence[Debt]] | None = None
    """If an argument needs an index to be fixed: the requirements of the sizes in the arguments, then."""

    @property
    def operands(self) -> tuple[Node, ...]:
        return self.arguments


@record(eq=False)
class Output(_Base):
    """One of several results of a block: `lstm(p)(x).h`."""

    call: Call
    name: str

    @property
    def operands(self) -> tuple[Node, ...]:
        return (self.call,)


@record
class Step:
    """One component of a path into a block, with the subscripts written after it."""

    name: str
    subscripts: tuple[Subscript, ...] = ()


@record(eq=False)
class Inner(_Base):
    """A value inside of a block at one of its applications: `c1.K`, `h[1].W`, `y.basic[2].conv2d[1].b`."""

    path: tuple[Step, ...]

    @property
    def operands(self) -> tuple[Node, ...]:
        return tuple(
            subscript.node for step in self.path for subscript in step.subscripts if isinstance(subscript, Picked)
        )


Node = Number | SizeValue | Data | Read | Part | Apply | Reduce | Default | Choose | Call | Output | Inner
"""All kinds of nodes, so that mypy names every `match` that has no case for one of them."""
