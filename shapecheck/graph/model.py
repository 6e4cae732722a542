"""The graph of a spec: equations over families, claims, tests.

A *family* is a tensor whose leading axes are indexed by the equations that define it: `h[k, t]` is a family of vectors
over two axes.  One member is its *cell*; `input I : H x W` is a family without axes whose cell has two.  Subscripts
apply to the family's axes first, then to the cell's.

Everything here is immutable and has no shapes; `shapecheck.infer` derives those.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field, replace
from typing import TYPE_CHECKING

from shapecheck.graph.nodes import Choose, Index, Node, Step
from shapecheck.record import record
from shapecheck.sizes import SizeFamily, members, symbol
from shapecheck.source import Source, Span

if TYPE_CHECKING:
    from shapecheck.graph.block_definitions import Definition, Instance
    from shapecheck.sizes import Context, Decision, Formula, Relation, Size


@record
class Entries:
    """The range of a declared tensor's entries: integers low..high, or reals with `real`; infinity is an open end."""

    low: Size | float
    high: Size | float
    real: bool

    def at(self, sizes: Mapping[str, int]) -> tuple[float, float]:
        """Both ends at concrete sizes."""
        low, high = (end if isinstance(end, float) else end.evaluate(sizes) for end in (self.low, self.high))
        return low, high


@record(eq=False)
class Family:
    """A named tensor.  `role` is `input`, `weight`, `buffer`, `output` or `local`.

    `axes` are its indexed axes in order: those declared for an input, weight or buffer, else those of its equations,
    where `low` and `high` are the least and greatest member over all equations, None until they are inferred.  `cell`
    is the declared shape of one member, None if it has to be derived.  `axis_names` name the cell's axes, None for an
    axis without name.  An output declared with indices but defined as a whole has no axes; its declared ones are
    `whole`, the leading axes of its cell.  `listed_with` is the name in the same list whose shape it shares.
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
    def varies(self) -> bool:
        """Whether the declared shape differs from member to member: it is written in their numbers, `.0`, `.1`."""
        return any(name[0] == "." for size in self.cell or () for name in size.names)

    @property
    def told_cell(self) -> tuple[Size, ...] | None:
        """The declared shape with the labels of the axes for the numbers of a member: `n[l] x n[l-1]`."""
        labels = {f".{axis}": symbol(f".{index.label}") for axis, index in enumerate(self.axes)}
        return None if self.cell is None else tuple(size.substitute(labels) for size in self.cell)

    @property
    def is_given(self) -> bool:
        """Whether its values come from outside (drawn, or given to a run)."""
        return self.role in ("input", "weight", "buffer")

    @property
    def holds_weights(self) -> bool:
        """Whether its values are kept from one run to the next: weights, and buffers."""
        return self.role in ("weight", "buffer")


@record(eq=False)
class Target:
    """One name on a left side: the members that are defined, as sizes over the equation's indices.

    `cell` is the shape annotated here.  Each subscript is an index symbol, or free of indices.
    """

    family: str
    subscripts: tuple[Size, ...]
    cell: tuple[Size, ...] | None
    span: Span


@record(eq=False)
class Equation:
    """The equation `targets = value` for all values of `indices` (those of `for` first, then the left side's own).

    `form` is `plain` (one target), `column` (`[z; r] = ..`: the value's first axis is cut into the targets' parts,
    in order; a scalar part takes one entry) or `tuple` (`(h, c) = ..`: the outputs of a block, in order).
    """

    form: str
    targets: tuple[Target, ...]
    value: Node
    indices: tuple[Index, ...]
    span: Span
    part_of: str | None = None
    """For a stage: the name that its statement defines, `y` in `y = x -> f as c -> g`."""
    piped: tuple[Node, ...] = ()
    """For a stage: what it is applied to, of which the stages in front of it are made."""


@record(eq=False)
class Signature:
    """The statement `h[t] : p`: a shape for members that an equation defines elsewhere."""

    target: Target
    indices: tuple[Index, ...]


@record(eq=False)
class ShapeClaim:
    """The claim `value : shape`; `sizes` may mention the indices of the claim, `entries` is set by `in low..high`."""

    value: Node
    sizes: tuple[Size, ...]
    entries: Entries | None = None
    axis_names: tuple[str | None, ...] = ()


@record(eq=False)
class SizeClaim:
    """A claim on sizes alone.  Its symbols may be quantities (`params`, `V.macs`): see `Graph.quantities`."""

    formula: Formula


@record(eq=False)
class ValueClaim:
    """A chain of comparisons of values, which must hold in every entry: `operands[i] operators[i] operands[i+1]`.

    `tolerance` is the relative tolerance of `~=` (1e-6 unless `within` says otherwise).  A claim with no comparison
    has one operand, a truth value.

    Where its `when` looks at entries or at the claim's indices, `chosen` says which members are compared: 1 or 0, by
    nested choices.  The operands then make the comparison true at the others.
    """

    operands: tuple[Node, ...]
    operators: tuple[str, ...]
    tolerance: float
    chosen: Node | None = None

    def with_values(self, rewrite: Callable[[Node], Node]) -> ValueClaim:
        """The claim with its values rewritten."""
        chosen = None if self.chosen is None else rewrite(self.chosen)
        return replace(self, operands=tuple(map(rewrite, self.operands)), chosen=chosen)


@record(eq=False)
class Claim:
    """A statement to be checked, outside or inside a test.

    `text` is its source, without `claim` and label; `debts` are the requirements of the sizes written in its body,
    `range_debts` those of the range of each index, `condition_debts` those of its `when`.
    """

    label: str | None
    body: ShapeClaim | SizeClaim | ValueClaim
    indices: tuple[Index, ...]
    condition: Formula | None
    expect: str | None
    text: str
    span: Span
    debts: tuple[Debt, ...] = ()
    range_debts: tuple[tuple[Debt, ...], ...] = ()
    condition_debts: tuple[Debt, ...] = ()

    @property
    def conditions(self) -> tuple[Formula, ...]:
        """All that its `when` says about sizes and indices."""
        chosen = self.body.chosen if isinstance(self.body, ValueClaim) else None
        own = (self.condition, chosen.formula if isinstance(chosen, Choose) else None)
        return tuple(formula for formula in own if formula is not None)

    @property
    def all_debts(self) -> tuple[Debt, ...]:
        """The requirements of all sizes written in it."""
        return (*self.condition_debts, *(debt for debts in self.range_debts for debt in debts), *self.debts)


@record(eq=False)
class Test:
    """A case to run: values for all free sizes, data for inputs and weights (nodes without reads), and claims."""

    name: str
    sizes: Mapping[str, int]
    data: Mapping[str, Node]
    claims: tuple[Claim, ...]
    span: Span


@record
class Quantity:
    """The meaning of a size symbol that inference resolves: `kind` is `params`, `macs` or `size` (of `axis` of `node`).

    A `receptive` is the receptive field of `family` in `origin` along `axis`, or `receptive-shape` where a claim
    states all axes; `receptive-axes` counts them.
    `family` is None for the whole spec.  The symbol of a `size` starts with `?` and may stand anywhere; the others
    stand in claims.
    """

    kind: str
    family: str | None = None
    node: Node | None = None
    axis: int = 0
    path: tuple[Step, ...] = ()
    """For counts: the path to an application, empty for an equation or the whole spec."""
    origin: str | None = None
    """For receptive fields: the tensor in which the field lies."""
    members: tuple[Size, ...] = ()
    """For receptive fields: the member whose field it is."""
    axis_name: str | None = None
    """For sizes of an axis that is given by its name: `size(x, channel)`."""


@record
class Dim:
    """A declared size: free with a lower bound, or derived (`value`); with `family` a size for each of its members."""

    name: str
    lower: int
    value: Size | None
    span: Span
    family: SizeFamily | None = None

    @property
    def is_free(self) -> bool:
        """Whether it is one size that a run must set."""
        return self.value is None and self.family is None


@record
class Assumption:
    """A condition that an `assume` states, and its source."""

    formula: Formula
    text: str
    span: Span


@record(eq=False)
class Debt:
    """A requirement of a size as written: an exact `/` divides, or a divisor is at least 1."""

    relation: Relation
    why: str
    span: Span
    facts: tuple[Formula, ...] = ()
    """Ranges of the indices in it, and conditions of the branches around it."""
    evident: bool = False
    """Whether reports leave it out if the signs of its terms prove it."""
    decision: Decision | None = None
    """The decision without the assumption that it belongs to, where it belongs to one."""


@record(eq=False)
class Graph:
    """A whole spec, or the body of a block, with its names resolved."""

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
    assumed: tuple[Claim, ...] = ()
    """Assumptions on the entries of inputs and buffers, which claim nothing."""
    owed: tuple[Assumption, ...] = ()
    """Assumptions of a block, which every application has to meet."""
    inputs: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()
    """For a block: the families of its inputs and of its outputs, in order."""
    instances: Mapping[str, Instance] = field(default_factory=dict)
    numbering: Mapping[str, tuple[Size | None, ...]] = field(default_factory=dict)
    """First indices of all axes of a family, None for 0; families whose axes all count from 0 are left out."""

    @property
    def free_sizes(self) -> tuple[str, ...]:
        """The names a run must set, in the order of declaration."""
        return tuple(name for name, dim in self.dims.items() if dim.is_free)

    @property
    def size_families(self) -> tuple[SizeFamily, ...]:
        """The families of sizes whose number depends on other sizes."""
        return tuple(dim.family for dim in self.dims.values() if dim.family is not None)

    def least_at(self, sizes: Mapping[str, int]) -> dict[str, int]:
        """The least value of each name a run must set; a family's members are told where its length is set."""
        found = {name: dim.lower for name, dim in self.dims.items() if dim.is_free}
        for family in self.size_families:
            needed = {name for ends in family.ranges for end in ends for name in end.names}
            if needed <= sizes.keys():
                found.update(dict.fromkeys(members(family, sizes), family.least))
        return found
