"""The graph of a spec: equations over families, each a tree of nodes over named indices.

A *family* is a tensor whose leading axes are indexed by the equations that define it: `h[k, t]` is a family over two
axes of vectors.  What stands in one member is its *cell*; `input I : H x W` is a family without axes whose cell has
two.  A subscript consumes family axes first, then cell axes.

An *index variable* is a size symbol whose name starts with a point (`.t`), unique per place that binds it, so that
subscripts, ranges, guards and obligations share the algebra of `shapecheck.sizes`.

Everything here is immutable and knows nothing of shapes; `shapecheck.infer` derives those.  Nodes compare by
identity: the same text in two places is two nodes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field
from typing import TYPE_CHECKING, Any

from shapecheck.record import record
from shapecheck.source import NOWHERE, Source, Span

if TYPE_CHECKING:
    from shapecheck.graph.blocks import Definition, Instance, Port
    from shapecheck.ops.base import Op
    from shapecheck.sizes import Context, Formula, Relation, Size


@record(eq=False)
class Index:
    """An index variable: `symbol` is its name in sizes (`.t`, `.t'2`), `label` what the author calls it.

    `low` and `high` are inclusive, None where the range is still to be inferred from the reads.
    """

    symbol: str
    label: str
    low: Size | None
    high: Size | None
    span: Span = NOWHERE


# ---- nodes -------------------------------------------------------------------------------------


@record(eq=False)
class Node:
    span: Span = field(default=NOWHERE, kw_only=True)

    @property
    def operands(self) -> tuple[Node, ...]:
        """The nodes directly below this one, subscripts' data included."""
        return ()


@record(eq=False)
class Number(Node):
    """A scalar as written: an int stays exact, a float is float64.  `inf` and `pi` are floats here."""

    value: int | float


@record(eq=False)
class SizeValue(Node):
    """A size or an index standing in a value: a scalar."""

    size: Size


@record(eq=False)
class Data(Node):
    """A literal array, from `table` or a list of numbers: row-major `values`, integers kept exact."""

    shape: tuple[int, ...]
    values: tuple[int | float, ...]


@record
class Point:
    """Subscript: one member, at a size.

    `numbered_from` is what the author's number was lessened by to count from 0 (None: nothing).
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
class Read(Node):
    """A family, or members of it; family axes are consumed first, then cell axes; the rest is kept.

    Family axes are subscripted as they are numbered, cell axes from 0 (see `shapecheck.graph.numbering`).
    """

    family: str
    subscripts: tuple[Subscript, ...] = ()

    @property
    def operands(self) -> tuple[Node, ...]:
        return tuple(subscript.node for subscript in self.subscripts if isinstance(subscript, Picked))


@record(eq=False)
class Part(Node):
    """Subscripts on any other value: `conv(I, K)[y, x]`; every axis counts from 0."""

    base: Node
    subscripts: tuple[Subscript, ...]

    @property
    def operands(self) -> tuple[Node, ...]:
        return (self.base, *(subscript.node for subscript in self.subscripts if isinstance(subscript, Picked)))


@record(eq=False)
class Apply(Node):
    """An op of `shapecheck.ops` applied to operands; `parameters` is that op's own frozen dataclass, or None."""

    op: Op
    arguments: tuple[Node, ...]
    parameters: Any = None

    @property
    def operands(self) -> tuple[Node, ...]:
        return self.arguments


@record(eq=False)
class Reduce(Node):
    """A big operator: `sum prod max min argmax argmin mean` (same shape as the body; elementwise over the range),
    `stack` (a new leading axis per index, first index outermost), `concat` (joined along the body's first axis).

    `argmax`/`argmin` have one index and a scalar body, and give the first best index itself (not its position).
    A `sum` over an empty range is 0, a `prod` 1; the others need at least one term.
    """

    operator: str
    indices: tuple[Index, ...]
    body: Node

    @property
    def operands(self) -> tuple[Node, ...]:
        return (self.body,)


@record(eq=False)
class Default(Node):
    """`(read default fallback)`: where a point subscript of `read` is outside, the scalar `fallback`."""

    read: Node
    fallback: Node

    @property
    def operands(self) -> tuple[Node, ...]:
        return (self.read, self.fallback)


@record(eq=False)
class Choose(Node):
    """`if condition then .. else ..`; the branch not taken is never looked at (no read, no NaN).

    `formula` is the condition in the size algebra when it consists of sizes and indices alone (then `condition` is
    None); it may mention index variables.  Otherwise `condition` is a node with truth values, scalar or shaped like
    the branches.
    """

    formula: Formula | None
    condition: Node | None
    then: Node
    otherwise: Node

    @property
    def operands(self) -> tuple[Node, ...]:
        return (*(() if self.condition is None else (self.condition,)), self.then, self.otherwise)


@record(eq=False, frozen=False)
class Site:
    """Where a block is applied, as paths call it; settled when the whole statement has been read.

    `base` is the equation or the name given by `as` (empty where paths leave it out), `label` the block's name,
    `number` counts the applications of one block in a statement that has several.  `whole`: the application is all of
    what `base` stands for, so that `base` alone names it.
    """

    base: str = ""
    label: str = ""
    number: int | None = None
    whole: bool = False
    axes: tuple[Size, ...] = ()
    """Which members of `base` it is for: the subscripts on the left side, over the indices of the equation."""

    def __str__(self) -> str:
        if self.whole:
            return self.base
        own = self.label if self.number is None else f"{self.label}[{self.number}]"
        return f"{self.base}.{own}" if self.base else own


@record
class Member:
    """A block's weights that belong to somebody else: an instance `cell`, or `expert[e]` of a family of them."""

    instance: str
    subscripts: tuple[Size, ...] = ()


@record(eq=False)
class Call(Node):
    """A block applied: `arguments` are its inputs, then the weights given to it, by the names in `names`.

    `settings` are its static arguments at a place where the sizes in `fixed` stand for some indices (None: such an
    argument needs an index to be fixed).  `leading` tells for each argument whether axes in front are mapped over, and
    `ranks` how many axes the block itself takes (None: all).  `weights` names the instance whose weights it uses, None
    where it has its own.  One value of several needs a name: `output`.
    """

    definition: Definition
    settle: Callable[[Mapping[str, Size]], tuple[tuple[str, Any], ...] | None]
    arguments: tuple[Node, ...]
    names: tuple[str, ...]
    ports: tuple[Port, ...]
    weights: Member | None
    site: Site
    repeats: Definition | None = None
    """What a `repeat` repeats."""

    @property
    def operands(self) -> tuple[Node, ...]:
        return self.arguments


@record(eq=False)
class Output(Node):
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
class Inner(Node):
    """A value inside of a block at one of its applications: `c1.K`, `h[1].W`, `y.basic[2].conv2d[1].b`."""

    path: tuple[Step, ...]

    @property
    def operands(self) -> tuple[Node, ...]:
        return tuple(
            subscript.node for step in self.path for subscript in step.subscripts if isinstance(subscript, Picked)
        )


# ---- definitions -------------------------------------------------------------------------------


@record
class Entries:
    """What numbers a declared tensor may hold: integers low..high, or reals where `real`."""

    low: Size | float
    high: Size | float
    real: bool


@record(eq=False)
class Family:
    """A named tensor.  `role` is `input`, `weight`, `buffer`, `output` or `local`.

    `axes` are its indexed axes in order; for an input, weight or buffer as declared, else as its definitions make
    them: `low`/`high` of an axis are the least and greatest member over all definitions, None while to be inferred.
    `cell` is the declared shape of one member, None where it is to be derived.  `axis_names` name the cell's axes
    (None where unnamed).  An output that is declared with indices but defined whole has no axes here: `whole` are
    then the declared ones, which are the leading axes of its cell.  `listed_with` is the name in the same list whose
    shape it shares.
    """

    name: str
    role: str
    axes: tuple[Index, ...]
    cell: tuple[Size, ...] | None
    span: Span
    entries: Entries | None = None
    axis_names: tuple[str | None, ...] = ()
    whole: tuple[Index, ...] = ()
    listed_with: str | None = None

    @property
    def is_given(self) -> bool:
        """Whether its values come from outside (drawn, or given to a run)."""
        return self.role in ("input", "weight", "buffer")


@record(eq=False)
class Target:
    """One name on a left side: which members are defined, as sizes over the equation's indices.

    `cell` is the shape annotated here.  Each subscript is an index symbol, or free of indices.
    """

    family: str
    subscripts: tuple[Size, ...]
    cell: tuple[Size, ...] | None
    span: Span


@record(eq=False)
class Equation:
    """`targets = value` for all values of `indices` (the `for`s first, then the left side's own).

    `form` is `plain` (one target), `column` (`[z; r] = ..`: the value's first axis is cut into the targets' parts,
    in order; a scalar part takes one entry) or `tuple` (`(h, c) = ..`: the outputs of a block, in order).
    """

    form: str
    targets: tuple[Target, ...]
    value: Node
    indices: tuple[Index, ...]
    span: Span
    part_of: str | None = None
    """What the equation is written in that brings it along: `y` for the stages of `y = x -> f as c -> g`."""


@record(eq=False)
class Signature:
    """`h[t] : p` as a statement: a shape for members that an equation defines elsewhere."""

    target: Target
    indices: tuple[Index, ...]


@record(eq=False)
class ShapeClaim:
    """`value : shape` for all `indices`; `sizes` over dims and indices.  `entries` is set by `in low..high`."""

    value: Node
    sizes: tuple[Size, ...]
    entries: Entries | None = None
    axis_names: tuple[str | None, ...] = ()


@record(eq=False)
class SizeClaim:
    """A statement about sizes alone.  Its symbols may be quantities (`params`, `V.macs`): see `Graph.quantities`."""

    formula: Formula


@record(eq=False)
class ValueClaim:
    """A chain of comparisons of values, which must hold in every entry: `operands[i] operators[i] operands[i+1]`.

    `tolerance` is the relative tolerance of `~=` (1e-6 unless `within` says otherwise).  A claim with no comparison
    has one operand, a truth value.
    """

    operands: tuple[Node, ...]
    operators: tuple[str, ...]
    tolerance: float


@record(eq=False)
class Claim:
    """A statement to be checked, outside or inside a test.

    `text` is its source, without `claim` and label; `debts` are owed by the sizes written in it.
    """

    label: str | None
    body: ShapeClaim | SizeClaim | ValueClaim
    indices: tuple[Index, ...]
    condition: Formula | None
    expect: str | None
    text: str
    span: Span
    debts: tuple[Debt, ...] = ()


@record(eq=False)
class Test:
    """A case to run: every free size, data given for inputs and weights (nodes without reads), its own claims."""

    name: str
    sizes: Mapping[str, int]
    data: Mapping[str, Node]
    claims: tuple[Claim, ...]
    span: Span


@record
class Quantity:
    """What a size symbol stands for that only inference knows: `kind` is `params`, `macs`, `size` (`axis` of `node`).

    `family` is None for the whole spec.  The symbol of a `size` starts with `?` and may stand anywhere; the others
    stand in claims.
    """

    kind: str
    family: str | None = None
    node: Node | None = None
    axis: int = 0
    path: tuple[Step, ...] = ()
    """For counts: the application that is meant, None for an equation's name or the whole spec."""


@record
class Dim:
    """A declared size: free with a lower bound, or derived (`value`)."""

    name: str
    lower: int
    value: Size | None
    span: Span


@record
class Assumption:
    formula: Formula
    text: str
    span: Span


@record(eq=False)
class Debt:
    """What a size as written owes: that an exact `/` divides, that a divisor is at least 1."""

    relation: Relation
    why: str
    span: Span
    facts: tuple[Formula, ...] = ()
    """The ranges of the indices that it mentions."""


@record(eq=False)
class Graph:
    """A whole spec, names resolved."""

    source: Source
    dims: Mapping[str, Dim]
    assumptions: tuple[Assumption, ...]
    families: Mapping[str, Family]
    equations: tuple[Equation, ...]
    signatures: tuple[Signature, ...]
    claims: tuple[Claim, ...]
    tests: tuple[Test, ...]
    quantities: Mapping[str, Quantity]
    debts: tuple[Debt, ...]
    context: Context
    """The sizes admitted: lower bounds of the free dims, and the assumptions as facts."""
    blocks: tuple[Definition, ...] = ()
    """The blocks that the file defines."""
    owed: tuple[Assumption, ...] = ()
    """What a block assumes: every application owes it."""
    inputs: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()
    """Of a block: the families that take its arguments and give its results, in order."""
    instances: Mapping[str, Instance] = field(default_factory=dict)

    @property
    def free_sizes(self) -> tuple[str, ...]:
        """The names a run must set, in the order of declaration."""
        return tuple(name for name, dim in self.dims.items() if dim.value is None)
