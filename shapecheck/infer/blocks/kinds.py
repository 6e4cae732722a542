"""Kinds of applications: a block's body is looked at once for the same static arguments and shapes.

In: a call with its static arguments and the shapes of what it is applied to, in the sizes of the spec.  Out: a `Kind`:
the shapes of everything in the body, and what the body owes.  An application a thousand times over, or in `repeat`,
finds its kind here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field

from shapecheck.diagnostics.model import Diagnostic, Level
from shapecheck.graph import block_errors
from shapecheck.graph.applied_bodies import Body
from shapecheck.graph.block_definitions import REPEAT, Definition
from shapecheck.graph.bodies import body
from shapecheck.graph.errors import Rejected
from shapecheck.graph.model import Graph
from shapecheck.graph.nodes import Call
from shapecheck.infer.model import Broken, Interval, Shape, Shapes
from shapecheck.infer.regions import may_meet
from shapecheck.record import record
from shapecheck.sizes import Context, Formula

DEEPEST = 40
MOST_WITHIN_ITSELF = 6
"""Most applications of a block inside of its own body (through arguments) before that is a recursion."""

Settings = tuple[tuple[str, object], ...]


@record(eq=False)
class Kind:
    """One kind of application.  `outputs` are the shapes of its results; `failures` say why there are none."""

    definition: Definition
    settings: Settings
    body: Body | None
    shapes: Shapes | None
    outputs: tuple[Shape, ...]
    failures: tuple[Diagnostic, ...] = ()
    broken: tuple[Broken, ...] = ()

    @property
    def known(self) -> Shapes:
        """The shapes, of a kind that has them."""
        assert self.shapes is not None, "a kind without failures has shapes"
        return self.shapes


Known = Mapping[str, Shape]
"""Shapes by name, with unknown sizes."""


@record(frozen=False)
class Kinds:
    """All kinds of one spec; `derive` derives the shapes of a body."""

    root: Graph
    derive: Callable[[Graph, Kinds], Shapes]
    read: Callable[[Kinds, Call, Settings, Known, Known, Context, bool], Known]
    """Reads a body for its equations alone (`attempt.open_bodies`)."""
    _read: dict[object, Known] = field(default_factory=dict)
    _asked: list[object] = field(default_factory=list)
    """The questions to the bodies that are being read, the outermost first."""
    _found: dict[object, Kind] = field(default_factory=dict)
    _active: list[Definition] = field(default_factory=list)

    def find(
        self, call: Call, settings: Settings, given: Mapping[str, Shape], context: Context, facts: tuple[Formula, ...]
    ) -> Kind:
        """The kind of an application to inputs of these shapes, under the conditions around it."""
        key = (call.definition, settings, tuple(given.items()), call.ports, call.weights, context, facts)
        if key not in self._found:
            self._found[key] = self._kind(call, settings, given, context.assuming(*facts) if facts else context)
        return self._found[key]

    def open_shapes(
        self, call: Call, settings: Settings, given: Known, results: Known, context: Context, bold: bool
    ) -> Known:
        """The shapes that the body of a call fixes, as far as it does; read once for the same question.

        Raises `Rejected` for a block that is made of itself.
        """
        key = (call.definition, settings, tuple(given.items()), tuple(results.items()), call.names, context, bold)
        if key in self._read:
            return self._read[key]
        if key in self._asked:
            raise Rejected(block_errors.calls_itself(call.definition.name, call.span))
        if self._is_deep(call.definition):
            raise Rejected(self._too_deep(call))
        self._active.append(call.definition)
        self._asked.append(key)
        try:
            self._read[key] = self.read(self, call, settings, given, results, context, bold)
        finally:
            self._active.pop()
            self._asked.pop()
        return self._read[key]

    def _is_deep(self, definition: Definition) -> bool:
        """Whether a block stands too often inside of itself, or too many blocks inside of each other."""
        again = definition is not REPEAT and self._active.count(definition) >= MOST_WITHIN_ITSELF
        return again or len(self._active) >= DEEPEST

    def _too_deep(self, call: Call) -> Diagnostic:
        nested = call.definition is REPEAT or self._active.count(call.definition) < MOST_WITHIN_ITSELF
        wrong = block_errors.nested_too_deep if nested else block_errors.calls_itself
        return wrong(call.definition.name, call.span)

    def _kind(self, call: Call, settings: Settings, given: Mapping[str, Shape], context: Context) -> Kind:
        definition = call.definition
        if self._is_deep(definition):
            return Kind(definition, settings, None, None, (), (self._too_deep(call),))
        self._active.append(definition)
        try:
            made = body(call, dict(settings), given, self.root, context)
        except Rejected as rejected:
            found = () if rejected.diagnostic is None else (rejected.diagnostic,)
            return Kind(definition, settings, None, None, (), found)
        else:
            return self._derived(definition, settings, made)
        finally:
            self._active.pop()

    def _derived(self, definition: Definition, settings: Settings, made: Body) -> Kind:
        wrong = _errors(made.diagnostics)
        shapes = self.derive(made.graph, self)
        told = [broken.diagnostic for broken in shapes.broken]
        wrong += tuple(item for item in _errors(shapes.diagnostics) if item not in told)
        failed = not all(shapes.cells.get(name) for name in made.outputs)  # which is told already, if not here
        if wrong or failed or (shapes.failed and not shapes.broken):
            return Kind(definition, settings, made, shapes, (), wrong, shapes.broken)
        outputs = tuple(whole_shape(shapes, name) for name in made.outputs)
        if any(output is None for output in outputs) and shapes.broken:
            return Kind(definition, settings, made, shapes, (), (), shapes.broken)
        if any(output is None for output in outputs):
            name = made.outputs[outputs.index(None)]
            span = made.graph.families[name].span
            differs = (block_errors.output_differs(name, span),)
            return Kind(definition, settings, made, shapes, (), differs, shapes.broken)
        known = tuple(output for output in outputs if output is not None)
        return Kind(definition, settings, made, shapes, known, (), shapes.broken)


def _errors(diagnostics: tuple[Diagnostic, ...]) -> tuple[Diagnostic, ...]:
    return tuple(item for item in diagnostics if item.level == Level.ERROR)


def declared(shapes: Shapes, name: str) -> tuple[Interval, ...]:
    """The members of an output that are handed out: those it is declared with, else all."""
    axes = shapes.graph.families[name].axes
    if all(axis.low is not None and axis.high is not None for axis in axes):
        return tuple(Interval(axis.low, axis.high) for axis in axes if axis.low is not None and axis.high is not None)
    return tuple(shapes.axes.get(name, ()))


def whole_shape(shapes: Shapes, name: str) -> Shape | None:
    """The shape of a whole output or weight, its indexed axes first; None where members differ or axes are unknown."""
    axes, context = declared(shapes, name), shapes.graph.context
    if len(axes) != len(shapes.graph.families[name].axes):
        return None
    cells = {
        cell.shape
        for cell in shapes.cells.get(name, ())
        if all(may_meet(context, part, axis) for part, axis in zip(cell.region, axes))
    }
    if len(cells) != 1:
        return None
    return (*(interval.extent for interval in axes), *cells.pop())
