"""Names of a spec: everything declared, and what is noted while expressions are read.

In: declarations, collected by a first pass over all statements, since their order does not matter.  Out: lookups, and
the errors for names that nothing declares.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import field
from typing import TYPE_CHECKING

from shapecheck.diagnostics.model import Diagnostic
from shapecheck.diagnostics.suggest import nearest
from shapecheck.graph import errors, size_errors
from shapecheck.graph.block_definitions import Home, Instance
from shapecheck.graph.errors import Rejected
from shapecheck.graph.expressions.size_lists import SizeList
from shapecheck.graph.model import Debt, Equation, Family, Quantity
from shapecheck.graph.nodes import Call, Index
from shapecheck.ops.base import Setting
from shapecheck.record import record
from shapecheck.sizes import Size, symbol
from shapecheck.source import Span

if TYPE_CHECKING:
    from shapecheck.graph.expressions.scope import Scope

CONSTANTS = frozenset({"SAME", "SAME_LOWER", "VALID", "CEIL", "CAUSAL", "true", "false", "inf", "pi"})
NUMBERS = {"inf": math.inf, "pi": math.pi}
PREBOUND = frozenset({"params", "macs"})
MOST_INDICES = 100_000
"""Upper bound on the indices of one list of statements, so that indices of different blocks have different symbols."""


@record(eq=False)
class Block:
    """The block whose body is read."""

    given: Mapping[str, tuple[Size, ...]] = field(default_factory=dict)
    """Shapes of the inputs and of the weights passed to it."""
    bound: Mapping[str, Size] = field(default_factory=dict)
    """Values of its own sizes, solved for from those shapes."""
    sole_output: str | None = None
    """Name of its output if there is only one; paths into the block leave this name out."""
    is_alone: bool = False
    """Whether the block is read as a spec of its own, without an application."""


@record(frozen=False)
class Noted:
    """Notes on the statement that is being read."""

    calls: list[Call] = field(default_factory=list)
    """Applications of blocks, in the order of the text."""
    stages: list[Equation] = field(default_factory=list)
    """Equations for the stages that the statement names by `as`."""
    own: frozenset[str] = frozenset()
    """Symbols of the equation's own indices: shapes may grow with these."""
    summed: dict[str, str] = field(default_factory=dict)
    """Indices of its big operators, each with the operator."""


@record(frozen=False)
class Names:
    """All names of a spec or of a block's body; the first pass fills them, the second reads them."""

    home: Home = field(default_factory=Home)
    block: Block | None = None
    """The block whose body is read, None at the level of a file."""
    serial: int = 0
    """Number of the block's body; indices of different bodies get different symbols from it."""
    sizes: dict[str, Size] = field(default_factory=dict)
    constants: dict[str, int | tuple[int | Size, ...]] = field(default_factory=dict)
    """Equations whose value is an integer or a list of integers, and parameters that are shapes; allowed in sizes."""
    lists: dict[str, SizeList] = field(default_factory=dict)
    """Families of sizes."""
    settings: dict[str, Setting] = field(default_factory=dict)
    """Parameters of a block that are not sizes."""
    families: dict[str, Family] = field(default_factory=dict)
    implicit: dict[str, tuple[Index, ...]] = field(default_factory=dict)
    """Indices of the surrounding `for` blocks that the left side of an equation leaves out."""
    instances: dict[str, Instance] = field(default_factory=dict)
    left_sides: set[str] = field(default_factory=set)
    """The names on the left sides of equations."""
    open_instances: set[str] = field(default_factory=set)
    """Instances whose arguments are being read."""
    paths: set[str] = field(default_factory=set)
    """Names that have parts: equations with applications, stages named by `as`, instances."""
    spans: dict[str, Span] = field(default_factory=dict)
    poisoned: set[str] = field(default_factory=set)
    """Names whose definition was rejected; errors that follow from it are not reported."""
    members: dict[str, tuple[Index | None, ...]] = field(default_factory=dict)
    """Indices on the left side of a family's last indexed equation, for messages."""
    quantities: dict[str, Quantity] = field(default_factory=dict)
    fields: dict[tuple[str, str], Span] = field(default_factory=dict)
    """The pairs of tensors whose receptive fields claims speak of, and where."""
    measured_at: dict[tuple[object, ...], Size] = field(default_factory=dict)
    """Sizes that inference resolves, by the place of `size(x, axis)` and what is fixed there."""
    diagnostics: list[Diagnostic] = field(default_factory=list)
    debts: list[Debt] = field(default_factory=list)
    noted: Noted = field(default_factory=Noted)
    _symbols: dict[str, int] = field(default_factory=dict)
    _reported: set[str] = field(default_factory=set)

    # ---- declaring -----------------------------------------------------------------------------

    def index(self, label: str, low: Size | None, high: Size | None, span: Span) -> Index:
        """A new index variable with a symbol of its own."""
        count = self._symbols.get(label, 0) + 1
        self._symbols[label] = count
        number = count + MOST_INDICES * self.serial
        return Index(f".{label}" if number == 1 else f".{label}'{number}", label, low, high, span)

    def measured(self, quantity: Quantity) -> Size:
        """A new symbol for a size that inference resolves."""
        name = f"?size{len(self.quantities)}" + (f"~{self.serial}" if self.serial else "")
        self.quantities[name] = quantity
        return symbol(name)

    def declare(self, name: str, span: Span) -> None:
        """Record a name at the level of the file; raises `Rejected` if it is taken or reserved."""
        if name in CONSTANTS or name in PREBOUND:
            raise Rejected(errors.reserved_name(name, span))
        first = self.spans.setdefault(name, span)
        if first != span:
            raise Rejected(errors.defined_twice(name, span, first))

    def take_settings(self, settings: Mapping[str, Setting]) -> None:
        """Record the parameters of a block: sizes, shapes (whose entries are sizes), and the rest."""
        for name, given in settings.items():
            if isinstance(given, Size):
                self.sizes[name] = given
                continue
            if isinstance(given, SizeList):
                self.lists[name] = given
                continue
            if isinstance(given, tuple) and all(isinstance(item, Size) for item in given):
                self.constants[name] = given
            self.settings[name] = given

    # ---- looking up ----------------------------------------------------------------------------

    def binds(self, label: str) -> bool:
        """Whether an index has that name anywhere in the spec."""
        return label in self._symbols

    def declares(self, name: str) -> bool:
        """Whether anything but an index has that name, rejected definitions included."""
        known = (self.families, self.sizes, self.lists, self.constants, self.settings, self.paths, self.instances)
        return name in self.poisoned or any(name in names for names in known)

    # ---- reporting -----------------------------------------------------------------------------

    def report(self, rejected: Rejected, poisoned: str | None = None) -> None:
        """Keep the message of a rejected statement; errors that follow from `poisoned` will not be reported."""
        if rejected.diagnostic is not None:
            self.diagnostics.append(rejected.diagnostic)
        if poisoned is not None:
            self.poisoned.add(poisoned)

    def unbound(self, name: str, span: Span, scope: Scope, members: str) -> Rejected:
        """The error for an unbound index in a subscript; `members` is its range, as text."""
        if name in self._reported:
            return Rejected()
        self._reported.add(name)
        help = errors.binds_it(name, self.noted.summed.get(name), scope.in_claim, members)
        return Rejected(errors.index_out_of_scope(name, span, help))

    def undeclared(self, name: str, span: Span, scope: Scope, use: str) -> Rejected:
        """The error for an undeclared name; the same name is reported once."""
        if name in self._reported or name in self.poisoned:
            return Rejected()
        self._reported.add(name)
        base, _, suffix = name.rpartition("_")
        if base in self.families and suffix in scope.labels:
            return Rejected(errors.subscript_as_underscore(name, base, suffix, span))
        if name in self._symbols:
            help = errors.binds_it(name, self.noted.summed.get(name), scope.in_claim)
            return Rejected(errors.index_out_of_scope(name, span, help))
        if name in CONSTANTS and use == "a size":
            return Rejected(size_errors.word_as_size(name, span))
        if name in self.spans and use == "a tensor":
            return Rejected(errors.no_tensor(name, span))
        return Rejected(errors.undeclared(name, span, nearest(name, [*self.spans, *scope.labels]), use))
