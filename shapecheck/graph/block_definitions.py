"""Blocks: layers and functions as they are written, with their inputs and outputs.

A `Definition` is a block as written, with the `Home` in which its names are looked up: its file, then the library.  A
`Callee` is a block or an op with its static arguments, which may be passed to another block.  There are no shapes here:
a body becomes a graph when the shapes of its inputs are known (`shapecheck.graph.bodies`).
"""

from __future__ import annotations

from dataclasses import field, replace
from functools import cached_property
from typing import TYPE_CHECKING

from shapecheck.graph.optional_inputs import without_inputs
from shapecheck.ops.base import Setting
from shapecheck.record import record
from shapecheck.source import NOWHERE, Span
from shapecheck.syntax import tree
from shapecheck.syntax.walking import walk

if TYPE_CHECKING:
    from shapecheck.graph.library import Library
    from shapecheck.graph.nodes import Index


@record
class Port:
    """An input of a block.

    With `leading` it may have further axes in front (`...`), over which the block is mapped; `rank` counts the others,
    None if no shape is written, so that any shape fits.
    """

    name: str
    leading: bool
    rank: int | None
    span: Span = NOWHERE
    optional: bool = False
    """Whether a call may leave it out, since it has a default."""


@record(eq=False)
class Home:
    """The blocks in sight in a file: its own and the imported ones, then those of the library."""

    definitions: dict[str, Definition] = field(default_factory=dict)
    library: Library | None = None
    missing: set[str] = field(default_factory=set)
    """Names whose import failed; that has been reported."""
    is_readable: bool = True
    """Whether the whole file could be read; if not, names may be missing because of that."""

    def own(self, name: str) -> Definition | None:
        """A block of this file, or one imported into it."""
        return self.definitions.get(name)

    def std(self, name: str) -> Definition | None:
        """A block of the library."""
        return None if self.library is None else self.library.find(name)

    @property
    def names(self) -> list[str]:
        """All names of blocks that are in sight."""
        return [*self.definitions, *(self.library.names if self.library is not None else ())]


@record(eq=False, slots=False)
class Definition:
    """A block as written; `written` is None for `repeat`, which is built in."""

    name: str
    written: tree.Layer | tree.Function | None
    home: Home
    span: Span = NOWHERE

    @property
    def is_function(self) -> bool:
        """Whether it is a `fn`: no weights, and its operands stand in its own parentheses."""
        return isinstance(self.written, tree.Function)

    @property
    def has_shapes(self) -> bool:
        """Whether it is a function whose parameters have shapes; the body of any other is put in for its call."""
        return isinstance(self.written, tree.Function) and any(
            parameter.shape is not None for parameter in self.written.parameters
        )

    @property
    def parameters(self) -> tuple[tree.Parameter, ...]:
        """The parameters in the parentheses of its definition."""
        return () if self.written is None else self.written.parameters

    @cached_property
    def statements(self) -> tuple[tree.Statement, ...]:
        """The body; a chain `s1 -> s2` reads `input x`, `output y`, `y = x -> s1 -> s2`."""
        match self.written:
            case tree.Layer(_, _, body) if body is not None:
                return body
            case tree.Layer(_, _, _, chain) if chain is not None:
                return _chain(chain, self.written.span)
            case tree.Function(_, parameters, body):
                return _function(parameters, body, self.written.span)
            case None | tree.Layer():
                return ()  # `repeat` is built in; the grammar gives every other layer a body or a chain

    @cached_property
    def optional(self) -> frozenset[str]:
        """The names of the inputs that a call may leave out."""
        return frozenset(port.name for port in self.inputs if port.optional)

    def leaving_out(self, names: frozenset[str]) -> Definition:
        """The block as a call applies it that does not pass the inputs of these names; the same for the same names."""
        if not names or not isinstance(self.written, tree.Layer):
            return self
        if names not in self._shorter:
            body = without_inputs(self.statements, self.declared("input"), names)
            self._shorter[names] = replace(self, written=replace(self.written, body=body))
        return self._shorter[names]

    @cached_property
    def _shorter(self) -> dict[frozenset[str], Definition]:
        return {}

    @cached_property
    def inputs(self) -> tuple[Port, ...]:
        """Its inputs in the order of declaration."""
        return tuple(_port(item, holder) for item, holder in self.declared("input"))

    @cached_property
    def outputs(self) -> tuple[tree.Declared, ...]:
        """Its outputs in the order of declaration."""
        return tuple(item for item, _ in self.declared("output"))

    @cached_property
    def weights(self) -> frozenset[str]:
        """The names of its own weights and buffers."""
        return frozenset(item.name for role in ("weight", "buffer") for item, _ in self.declared(role))

    @cached_property
    def may_number(self) -> bool:
        """Whether a range in it, or in a block that it names, starts after 0, so that it may number an axis."""
        seen: set[Definition] = set()
        left = [self]
        while left:
            block = left.pop()
            for node in () if block in seen else (node for item in block.statements for node in walk(item)):
                if isinstance(node, tree.Range) and not (isinstance(node.low, tree.Integer) and node.low.value == 0):
                    return True
                named = block.home.own(node.name) or block.home.std(node.name) if isinstance(node, tree.Name) else None
                left += [named] if named is not None else []
            seen.add(block)
        return False

    def declared(self, role: str) -> list[tuple[tree.Declared, tree.Annotation | None]]:
        """The declarations of a role, each with the shape that belongs to it."""
        found: list[tuple[tree.Declared, tree.Annotation | None]] = []
        for statement in self.statements:
            if isinstance(statement, tree.Declaration) and statement.role == role:
                annotation: tree.Annotation | None = None
                listed: list[tuple[tree.Declared, tree.Annotation | None]] = []
                for item in reversed(statement.items):
                    annotation = item.annotation if item.annotation is not None else annotation
                    listed.append((item, annotation))
                found += reversed(listed)
        return found


def _port(item: tree.Declared, annotation: tree.Annotation | None) -> Port:
    axes = None if annotation is None or annotation.shape is None else annotation.shape.axes
    dots = axes is not None and any(axis.size is None for axis in axes)
    if annotation is None:
        return Port(item.name, item.leading, None, item.span, item.default is not None)
    rank = len(item.binders) + (0 if axes is None else sum(axis.size is not None for axis in axes))
    return Port(item.name, item.leading or dots, rank, item.span, item.default is not None)


def _chain(stages: tuple[tree.Stage, ...], span: Span) -> tuple[tree.Statement, ...]:
    value: tree.Expression = tree.Name("x", span=stages[0].span)
    for stage in stages:
        value = tree.Pipe(value, stage, span=stage.span)
    return (
        tree.Declaration("input", (tree.Declared("x", False, (), None, span=span),), span=span),
        tree.Declaration("output", (tree.Declared("y", False, (), None, span=span),), span=span),
        tree.Equation("plain", (tree.Target("y", None, None, span=span),), value, (), span=value.span),
    )


def _function(parameters: tuple[tree.Parameter, ...], body: tree.Expression, span: Span) -> tuple[tree.Statement, ...]:
    inputs = tuple(
        tree.Declared(item.name, False, (), tree.Annotation(item.shape, None, span=item.span), span=item.span)
        for item in parameters
        if item.shape is not None
    )
    return (
        *_bound_names(parameters),
        tree.Declaration("input", inputs, span=span),
        tree.Declaration("output", (tree.Declared("value", False, (), None, span=span),), span=span),
        tree.Equation("plain", (tree.Target("value", None, None, span=span),), body, (), span=body.span),
    )


@record
class Callee:
    """A block or an op with its static arguments, as a value.

    `definition` is None for an op (`relu`).  `weights` is the instance of the caller whose weights are used (a
    `Member`), or None if every application has its own.
    """

    name: str
    definition: Definition | None
    settings: tuple[tuple[str, Setting], ...] = ()
    weights: object = None


@record(eq=False)
class Instance:
    """A block with weights of its own that is applied by name: `cell = gru_cell(p)`; `indices` in a family of them."""

    name: str
    call: tree.Expression
    indices: tuple[Index, ...]
    span: Span


REPEAT = Definition("repeat", None, Home())
"""`repeat(n, stage)`: the stage n times in a row, with its own weights each time."""


def _bound_names(parameters: tuple[tree.Parameter, ...]) -> tuple[tree.Dim, ...]:
    """Declarations of the sizes in the shapes of a function's parameters, which the operands fix."""
    taken = {parameter.name for parameter in parameters}
    found: dict[str, tree.Dim] = {}
    for parameter in parameters:
        for axis in () if parameter.shape is None else parameter.shape.axes:
            for node in () if axis.size is None else walk(axis.size):
                if isinstance(node, tree.Name) and node.name not in taken and node.name not in found:
                    declared = tree.DimDeclaration(node.name, None, None, span=node.span)
                    found[node.name] = tree.Dim((declared,), span=node.span)
    return tuple(found.values())
