"""Who is called what: the names of a spec, and the indices in force at a place.

`Names` is filled by a first walk over all statements, since order does not matter; a `Scope` is the indices in force
where an expression stands, outermost first.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import field, replace

from shapecheck.diagnostics.model import Diagnostic
from shapecheck.diagnostics.suggest import nearest
from shapecheck.graph import errors
from shapecheck.graph.blocks import Home, Instance
from shapecheck.graph.errors import Rejected
from shapecheck.graph.model import Debt, Equation, Family, Quantity
from shapecheck.graph.nodes import Call, Index, Node
from shapecheck.ops.base import Setting
from shapecheck.record import record
from shapecheck.sizes import Formula, Size
from shapecheck.source import Span

CONSTANTS = frozenset({"SAME", "SAME_LOWER", "VALID", "CEIL", "true", "false", "inf", "pi"})
NUMBERS = {"inf": math.inf, "pi": math.pi}
PREBOUND = frozenset({"params", "macs"})
MOST_INDICES = 100_000
"""More than one statement list has: indices of different blocks never have the same symbol."""
@record
class Loop:
    """A `for` block around an equation: its indices, which a left side names all or none of."""

    indices: tuple[Index, ...]
    span: Span


@record(frozen=False)
class Names:
    """All names of a spec.  Filled in the first walk, read in the second."""

    dims: dict[str, Span] = field(default_factory=dict)
    sizes: dict[str, Size] = field(default_factory=dict)
    constants: dict[str, int | tuple[int | Size, ...]] = field(default_factory=dict)
    """Equations whose value is an integer, or a list of integers, as written; in a block, parameters that are shapes.
    They may stand in sizes."""
    families: dict[str, Family] = field(default_factory=dict)
    implicit: dict[str, tuple[Index, ...]] = field(default_factory=dict)
    home: Home = field(default_factory=Home)
    instances: dict[str, Instance] = field(default_factory=dict)
    settings: dict[str, Setting] = field(default_factory=dict)
    """In a block: its static parameters that are no sizes."""
    given: dict[str, tuple[Size, ...]] = field(default_factory=dict)
    """In a block: the shapes of what it is applied to, and of the weights given to it."""
    bound: dict[str, Size] = field(default_factory=dict)
    """In a block: what its sizes are, told from the shapes of what it is applied to."""
    in_block: bool = False
    on_its_own: bool = False
    """In a block that is looked at without being applied."""
    sole_output: str | None = None
    """In a block with one output: its name, which paths into the block leave out."""
    paths: set[str] = field(default_factory=set)
    """Names that have parts: equations with applications, stages named by `as`, instances."""
    calls: list[Call] = field(default_factory=list)
    """The applications read so far in the statement at hand."""
    aside: list[Equation] = field(default_factory=list)
    """Equations that the statement at hand brings along: the stages that it names by `as`."""
    members: dict[str, tuple[Index | None, ...]] = field(default_factory=dict)
    """For messages: the indices on the left side of the last equation that defines members by an index."""
    summed: set[str] = field(default_factory=set)
    """The indices of big operators read so far in the statement at hand."""
    spans: dict[str, Span] = field(default_factory=dict)
    poisoned: set[str] = field(default_factory=set)
    """Names whose definition has been rejected: what rests on them is not reported again."""
    quantities: dict[str, Quantity] = field(default_factory=dict)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    debts: list[Debt] = field(default_factory=list)
    serial: int = 0
    """A number of its own for every block's body, so that its indices have names that no other has."""
    _symbols: dict[str, int] = field(default_factory=dict)
    _reported: set[str] = field(default_factory=set)

    def index(self, label: str, low: Size | None, high: Size | None, span: Span) -> Index:
        """A new index variable with a symbol of its own."""
        count = self._symbols.get(label, 0) + 1
        self._symbols[label] = count
        number = count + MOST_INDICES * self.serial
        return Index(f".{label}" if number == 1 else f".{label}'{number}", label, low, high, span)

    def declare(self, name: str, span: Span) -> None:
        """Take a name at file level; a second taker is an error."""
        if name in CONSTANTS or name in PREBOUND:
            raise Rejected(errors.reserved_name(name, span))
        first = self.spans.setdefault(name, span)
        if first != span:
            raise Rejected(errors.defined_twice(name, span, first))

    def binds(self, label: str) -> bool:
        """Whether an index has that name anywhere in the spec."""
        return label in self._symbols

    def unbound(self, name: str, span: Span, scope: Scope, members: str) -> Rejected:
        """The error for an index in a subscript that nothing binds; `members` is how far it may run."""
        if name in self._reported:
            return Rejected()
        self._reported.add(name)
        help = errors.binds_it(name, name in self.summed, scope.in_claim, members)
        return Rejected(errors.index_out_of_scope(name, span, help))

    def undeclared(self, name: str, span: Span, scope: Scope, use: str) -> Rejected:
        """The error for a name nobody declared; the same name is reported once."""
        if name in self._reported or name in self.poisoned:
            return Rejected()
        self._reported.add(name)
        base, _, suffix = name.rpartition("_")
        if base in self.families and suffix in scope.labels:
            return Rejected(errors.subscript_as_underscore(name, base, suffix, span))
        if name in self._symbols:
            help = errors.binds_it(name, name in self.summed, scope.in_claim)
            return Rejected(errors.index_out_of_scope(name, span, help))
        if name in CONSTANTS and use == "a size":
            return Rejected(errors.word_as_size(name, span))
        return Rejected(errors.undeclared(name, span, nearest(name, [*self.spans, *scope.labels]), use))


@record
class Scope:
    """The indices in force, and the operands that a function's body may name."""

    indices: tuple[Index, ...] = ()
    loops: tuple[Loop, ...] = ()
    operands: tuple[tuple[str, Node], ...] = ()
    in_claim: bool = False
    closed: bool = False
    """Inside a function's body: the file's own tensors and sizes are out of sight."""
    home: Home | None = None
    """Inside a function's body: where the names of blocks are looked up."""
    fixed: Mapping[str, Size] = field(default_factory=dict)
    """What indices stand for where they are fixed."""
    conditions: tuple[Formula, ...] = ()
    """The conditions on sizes and indices of the branches around."""

    def find(self, label: str) -> Index | None:
        return next((index for index in reversed(self.indices) if index.label == label), None)

    def operand(self, name: str) -> Node | None:
        return next((node for label, node in self.operands if label == name), None)

    @property
    def labels(self) -> list[str]:
        return [index.label for index in self.indices]

    def within(self, *indices: Index) -> Scope:
        return replace(self, indices=self.indices + indices)

    def under(self, condition: Formula | None) -> Scope:
        """The scope of a branch; None for a condition on values, of which sizes know nothing."""
        return self if condition is None else replace(self, conditions=(*self.conditions, condition))

    def inside(self, loop: Loop) -> Scope:
        return replace(self, indices=self.indices + loop.indices, loops=(*self.loops, loop))

    def __iter__(self) -> Iterator[Index]:
        return iter(self.indices)
