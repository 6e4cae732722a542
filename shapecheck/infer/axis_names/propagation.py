"""Names of axes: where they go, and whether they meet their own kind.

In: equations over boxes of their indices, with the ranks of all values.  Out: the names of a value's axes from the
front (None, and axes past the end, have none), and the places where two axes that must be one have different names.

Names that the author gives travel with the axes: elementwise operations, slices, branches and windows keep them,
`concat` those that agree; an axis of a left side has the name of the axes that its index alone subscripts.  A name
that meets no name is the result's.  A block's input that names its axes refuses an argument which gives one of these
very names to another axis; other names are none of its business.  They never permute anything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import field
from itertools import pairwise
from typing import TYPE_CHECKING

from shapecheck.graph.model import Equation, Family
from shapecheck.graph.nodes import (
    Apply,
    Call,
    Choose,
    Cut,
    Default,
    Index,
    Node,
    Output,
    Part,
    Point,
    Read,
    Reduce,
    Subscript,
    Whole,
)
from shapecheck.graph.reads import nodes_below
from shapecheck.infer.axis_names.errors import Clash, Names
from shapecheck.infer.by_definition import ByDefinition
from shapecheck.infer.model import Application, Instance, Shape
from shapecheck.ops.shape_rules import merged
from shapecheck.record import record
from shapecheck.sizes import ZERO, symbol
from shapecheck.source import Span

if TYPE_CHECKING:
    from shapecheck.infer.attempt.one_attempt import Attempt
    from shapecheck.infer.attempt.state import Frame

IMAGE: Mapping[int, Names] = {
    1: ("time", "channel"),
    2: ("height", "width", "channel"),
    3: ("depth", "height", "width", "channel"),
}
"""The axes of what windows slide over, by the number of axes that they slide along."""
_SPACE = ("depth", "height", "width")
_REFUSED: Mapping[str | None, frozenset[str]] = {
    **{axis: frozenset({"batch", "time", "channel"}) for axis in _SPACE},
    "time": frozenset({"batch", "channel"}),
    "channel": frozenset({"batch", "time", *_SPACE}),
}
"""Words that never stand where an axis of the library goes; what goes along time may go along a row or a column."""


@record(eq=False)
class NamedBox:
    """An equation over one box of its indices: the blocks applied, and the shapes of values."""

    origin: object
    applications: Mapping[Call, Application]
    shape: Callable[[Node], Shape | None]

    @staticmethod
    def of(instance: Instance) -> NamedBox:
        """The box of an equation whose shapes are known."""
        return NamedBox(instance.origin, instance.applications, instance.shapes.get)

    def rank(self, node: Node) -> int | None:
        """The number of axes of a value, where it is known."""
        shape = self.shape(node)
        return None if shape is None else len(shape)


@record(frozen=False)
class AxisNames(ByDefinition[NamedBox, Names]):
    """The names in one graph; `given` are those of a block's inputs, as they are passed."""

    families: Mapping[str, Family]
    boxes: Sequence[NamedBox]
    given: Mapping[str, Names] | None = None
    clashes: list[Clash] = field(default_factory=list)

    def check(self) -> None:
        """Note all clashes in the equations, and in the blocks that are applied to named axes."""
        for box in self.boxes:
            if isinstance(box.origin, Equation):
                for node in nodes_below(box.origin.value):
                    self._check(node, box)
        for family in self.families.values():
            if family.role == "output" and any(family.axis_names):
                front = tuple(None for _ in family.axes)
                self._joined([(*front, *family.axis_names), self.by_equations(family.name)], family.span, ())

    def check_claim(self, operands: Sequence[Node], box: NamedBox, span: Span) -> None:
        """Note all clashes within the sides of a claim, and between neighbours."""
        for operand in operands:
            for node in nodes_below(operand):
                self._check(node, box)
        for pair in pairwise(operands):
            self._joined([self.of(operand, box) for operand in pair], span, pair)

    def _check(self, node: Node, box: NamedBox) -> None:
        match node:
            case Apply(op, arguments) if op.aligns:
                names = [self.of(item, box) for item in arguments]
                self._joined(_beside(names, node, box), node.span, arguments)
            case Apply(op, arguments) if op.slides:
                self._windows(node, box)
            case Choose(_, _, then, otherwise):
                self._joined([self.of(then, box), self.of(otherwise, box)], node.span, (then, otherwise))
            case Call():
                self._call(node, box)
            case _:
                pass  # nothing has to agree here, or what stands below says it

    def _joined(self, parts: Sequence[Names], span: Span, operands: tuple[Node, ...]) -> None:
        for axis in range(max(map(len, parts), default=0)):
            found = {names[axis]: place for place, names in enumerate(parts) if axis < len(names)}
            called = [name for name in found if name is not None]
            if len(called) > 1:
                pair = tuple(operands[found[name]] for name in called[:2]) if operands else ()
                self.clashes.append(Clash(span, (called[0], called[1]), axis, pair))
                return

    def _windows(self, node: Apply, box: NamedBox) -> None:
        """Windows slide over height and width, with the channels behind them, where an image has channels."""
        shapes = [box.shape(argument) for argument in node.arguments]
        known = [shape for shape in shapes if shape is not None]
        windows = node.op.sliding(node.parameters, known) if len(known) == len(shapes) else None
        taken = () if windows is None else IMAGE.get(len(windows.kernel), ())
        if taken and len(known[0]) >= len(taken):
            names = self.of(node.arguments[0], box)[len(known[0]) - len(taken) :]
            self._taken(node, node.op.name, node.arguments[0], names, taken)

    def _taken(self, node: Node, block: str, argument: Node, names: Names, taken: Names) -> bool:
        """Note a name that what is applied gives to another axis, or that never stands where this one goes."""
        for own, goes, axis in zip(names, taken, range(len(names))):
            if own is not None and goes != own and (own in taken or own in _REFUSED.get(goes, ())):
                pair = (own, goes or "an axis without a name")
                self.clashes.append(Clash(node.span, pair, axis, (argument,), block, taken, names))
                return True
        return False

    def _call(self, call: Call, box: NamedBox) -> None:
        application = box.applications.get(call)
        if application is None or application.kind.body is None:
            return
        passed = {name: self._passed(name, item, application, box) for name, item in zip(call.names, call.arguments)}
        if not any(map(any, passed.values())):
            return
        families = application.kind.body.graph.families
        for (name, names), argument in zip(passed.items(), call.arguments):
            if self._taken(call, call.definition.name, argument, names, families[name].axis_names):
                return
        if application.kind.shapes is not None:
            inner = self.inside(call, application, box)
            inner.check()
            self.clashes += [Clash(call.span, c.names, c.axis, (), c.block, c.taken, c.given) for c in inner.clashes]

    # ---- names of values -----------------------------------------------------------------------

    def of(self, node: Node, box: NamedBox, seen: frozenset[str] = frozenset()) -> Names:
        """The names of a value's axes."""
        match node:
            case Read(family, subscripts):
                return _kept(self.of_family(family, seen), subscripts)
            case Part(base, subscripts):
                return _kept(self.of(base, box, seen), subscripts)
            case Default(one, other) | Choose(_, _, one, other):
                return merged([self.of(one, box, seen), self.of(other, box, seen)])
            case Reduce("stack", indices, body):
                return (*(None for _ in indices), *self.of(body, box, seen))
            case Reduce("argsort"):
                return (None,)
            case Reduce("concat", _, body):
                return (None, *self.of(body, box, seen)[1:])
            case Reduce(_, _, body):
                return self.of(body, box, seen)
            case Apply():
                return self._apply(node, box, seen)
            case Call():
                return self.output(node, None, box, seen)
            case Output(call, name):
                return self.output(call, name, box, seen)
            case _:
                return ()

    def _apply(self, node: Apply, box: NamedBox, seen: frozenset[str]) -> Names:
        return node.op.axis_names([self.of(argument, box, seen) for argument in node.arguments])

    def of_family(self, name: str, seen: frozenset[str] = frozenset()) -> Names:
        """As declared, or as passed; else as the definitions give them."""
        family = self.families.get(name)
        if family is None:
            return ()
        if self.given is not None and name in self.given:
            return self.given[name]
        if any(family.axis_names):
            return (*(None for _ in family.axes), *family.axis_names)
        return () if family.is_given or name in seen else self.by_equations(name, seen)

    def by_equations(self, name: str, seen: frozenset[str] = frozenset()) -> Names:
        """The names that all definitions of a tensor give its axes."""
        return merged([names for _, names in self.definitions(name, seen)])

    def defined(self, equation: Equation, place: int, box: NamedBox, seen: frozenset[str]) -> Names:
        """The names of what is subscripted on the left side, then those of the value."""
        if equation.form == "tuple":
            return ByDefinition.defined(self, equation, place, box, seen)
        own = {symbol(index.symbol): self._of_index(index, equation.value, box, seen) for index in equation.indices}
        front = tuple(own.get(size) for size in equation.targets[place].subscripts)
        return (*front, *self.of(equation.value, box, seen)) if equation.form == "plain" else front

    def _of_index(self, index: Index, value: Node, box: NamedBox, seen: frozenset[str]) -> str | None:
        """The one name of all axes that an index alone subscripts."""
        found = set[str | None]()
        for node in nodes_below(value):
            if isinstance(node, Read | Part):
                base = self.of_family(node.family, seen) if isinstance(node, Read) else self.of(node.base, box, seen)
                found |= {base[axis] for axis in _alone(index, node.subscripts) if axis < len(base)}
        found.discard(None)
        return found.pop() if len(found) == 1 else None

    # ---- blocks --------------------------------------------------------------------------------

    def _passed(
        self, name: str, argument: Node, application: Application, box: NamedBox, seen: frozenset[str] = frozenset()
    ) -> Names:
        """The names of the axes that a block takes, those that it is mapped over left out."""
        names, rank = self.of(argument, box, seen), box.rank(argument)
        body = application.kind.body
        inner = None if body is None else body.graph.families[name].cell
        return () if rank is None or inner is None else names[rank - len(inner) :]

    def inside(
        self, call: Call, application: Application, box: NamedBox, seen: frozenset[str] = frozenset()
    ) -> AxisNames:
        """The names in the body of a block at one application."""
        kind = application.kind
        given = {
            name: self._passed(name, item, application, box, seen) for name, item in zip(call.names, call.arguments)
        }
        boxes = [NamedBox.of(instance) for instance in kind.known.instances]
        return AxisNames(kind.known.graph.families, boxes, given)

    def nothing(self) -> Names:
        """No names."""
        return ()

    def handed_out(
        self, found: Names, call: Call, application: Application, box: NamedBox, seen: frozenset[str]
    ) -> Names:
        """The names of the axes that the block is mapped over, then those of the output."""
        lead = len(application.leading)
        operands = [item for item, mapped in zip(call.arguments, application.mapped) if mapped]
        front = merged([self.of(item, box, seen)[:lead] for item in operands])
        return (*front, *(None for _ in range(lead - len(front))), *found)


def _beside(parts: list[Names], node: Apply, box: NamedBox) -> list[Names]:
    """The names that have to agree: all but those along the axis that parts are joined along."""
    rank = box.rank(node)
    joined = None if rank is None else node.op.joined_axis(node.parameters, rank)
    return [tuple(None if axis == joined else own for axis, own in enumerate(names)) for names in parts]


def _alone(index: Index, subscripts: tuple[Subscript, ...]) -> Iterator[int]:
    """The axes that an index alone subscripts."""
    at = symbol(index.symbol)
    for axis, item in enumerate(subscripts):
        if isinstance(item, Point) and (item.size is at or item.size + (item.numbered_from or ZERO) is at):
            yield axis


def _kept(names: Names, subscripts: tuple[Subscript, ...]) -> Names:
    """The names after subscripts: a point drops its axis."""
    kept = [
        names[axis] if axis < len(names) else None
        for axis, item in enumerate(subscripts)
        if isinstance(item, Cut | Whole)
    ]
    return (*kept, *names[len(subscripts) :])


def axis_names(attempt: Attempt) -> AxisNames:
    """The names of axes in an attempt, as far as it is known by now what is applied to what."""
    return AxisNames(attempt.graph.families, [named_box(attempt, frame) for frame in attempt.frames])


def named_box(attempt: Attempt, frame: Frame) -> NamedBox:
    """The box of a frame of an attempt."""

    def shape(node: Node) -> Shape | None:
        variable = frame.shapes.get(node)
        return None if variable is None else attempt.dims(variable)

    return NamedBox(frame.origin, frame.applications, shape)
