"""Applications of blocks in the walk: what is mapped over, which kind it is, what shapes come out.

An application waits until the shapes of all it is applied to are known.  Axes in front of those that the block takes
are mapped over; the rest, with the static arguments, is its kind.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from shapecheck.diagnostics.model import Diagnostic, Label
from shapecheck.graph.applied_bodies import stage_call
from shapecheck.graph.block_definitions import REPEAT, Callee, Port
from shapecheck.graph.errors import Rejected
from shapecheck.graph.expressions.callees import settings_with
from shapecheck.graph.nodes import Call, Output, Read
from shapecheck.infer.attempt import call_errors
from shapecheck.infer.attempt.call_equations import CallEquations
from shapecheck.infer.attempt.conflict import Conflict, show
from shapecheck.infer.attempt.solver import Blame
from shapecheck.infer.attempt.state import Variable
from shapecheck.infer.blocks.kinds import Kind, Settings
from shapecheck.infer.blocks.paths import Applied, instances_applied, weights_of
from shapecheck.infer.model import Application, Interval, Shape
from shapecheck.infer.regions import LONGEST_WRITTEN_OUT, index_facts
from shapecheck.record import record
from shapecheck.sizes import ZERO, Formula, Relation, Size, consistent, integer
from shapecheck.source import NOWHERE, Source

if TYPE_CHECKING:
    from shapecheck.infer.attempt.node_rules import Walker


def _settled(node: Call, fixed: Mapping[str, Size]) -> Settings:
    """The static arguments with fixed indices put in; raises `Conflict` for an entry outside of a list."""
    try:
        settings = node.settle(fixed)
    except Rejected as rejected:
        if rejected.diagnostic is None:
            raise call_errors.needs_fixed_index(node.definition.name, node.span) from rejected
        raise Conflict(rejected.diagnostic, certain=True) from rejected
    if settings is None:
        raise call_errors.needs_fixed_index(node.definition.name, node.span)
    return settings


@record(frozen=False)
class Caller:
    """Applications for one walker."""

    walker: Walker

    def value(self, node: Call) -> Variable:
        """The shape of the one result."""
        return self.results(node)[0]

    def output(self, node: Output) -> Variable:
        """The shape of one of several results."""
        self.walker.walk(node.call)
        names = [item.name for item in node.call.definition.outputs]
        return self.walker.frame.results[node.call][names.index(node.name)]

    def results(self, node: Call) -> list[Variable]:
        """The shapes of all results."""
        frame = self.walker.frame
        if node not in frame.results:
            count = max(1, len(node.definition.outputs))
            frame.results[node] = [Variable(origin=Blame(node.span, node.definition.name)) for _ in range(count)]
            operands = [self.walker.walk(argument) for argument in node.arguments]
            self.walker.attempt.soon(lambda patience: self._resolve(node, operands))
            if node not in frame.applications:
                around = self.walker.attempt.solver.around
                equations = CallEquations(self, node, operands, frame.results[node], around)
                self.walker.attempt.calls.append(equations)
        return frame.results[node]

    def _resolve(self, node: Call, operands: Sequence[Variable]) -> bool:
        attempt, results = self.walker.attempt, self.walker.frame.results[node]
        if node in self.walker.frame.refused or any(operand.find().failed for operand in operands):
            self.fail(results)
            return True
        shapes = [attempt.dims(operand) for operand in operands]
        known = [shape for shape in shapes if shape is not None]
        if len(known) < len(shapes) or any(attempt.solver.unknowns(size) for shape in known for size in shape):
            return False
        try:
            if not self.are_known(self.settings(node)):
                return False
            application = self._application(node, known)
            if application is not None and application.kind.broken:
                self._check_passed(node, operands)
        except Conflict:
            self.fail(results)
            self._check_passed(node, operands)
            raise
        if application is None:
            self.fail(results)
            return True
        self.walker.frame.applications[node] = application
        for result, shape in zip(results, application.kind.outputs):
            blame = Blame(node.span, f"the result of {node.definition.name}")
            attempt.unify(result, Variable((*application.leading, *shape), blame), blame)
        self._borrow(node, application)
        return True

    def _check_passed(self, node: Call, operands: Sequence[Variable]) -> None:
        """Raises `Conflict` for what does not fit and is told where it is passed, not where the body meets it.

        That are weights given at the call, and all where another call may have said what shape it has.
        """
        origins = self.walker.attempt.solver.origins.values()
        if len(node.names) > len(node.ports) or any(blame.backwards for blame in origins):
            CallEquations(self, node, operands, ()).state_at_once()

    @staticmethod
    def fail(results: Sequence[Variable]) -> None:
        """It has been reported that there are no results."""
        for result in results:
            result.find().failed = result.find().dims is None

    def _application(self, node: Call, shapes: Sequence[Shape]) -> Application | None:
        """The application to operands of these shapes; None where what is wrong with the block is told already."""
        attempt, frame = self.walker.attempt, self.walker.frame
        fronts = [self.front(node, port, shape) for port, shape in zip(node.ports, shapes)]
        leading = self._leading(node, fronts)
        inner = {name: shape[len(front) :] for name, shape, front in zip(node.names, shapes, fronts)}
        inner.update(zip(node.names[len(fronts) :], shapes[len(fronts) :]))
        settings = self.settings(node)
        self._owe_arguments(node)
        facts = self.facts_on((settings, tuple(inner.values())))
        if node.definition is REPEAT:
            facts = (*facts, *self._some_passes(settings, node))
        kind = attempt.kinds.find(node, settings, inner, attempt.graph.context, facts)
        if node.definition is REPEAT and not _is_known(kind) and not _is_written_out(settings):
            passes = self._passes(settings, shapes[0], facts)
            if len(passes) > 2 and passes[1] != passes[2]:
                raise call_errors.shape_changes(passes, node.span, _unequal(kind))
        if kind.failures:
            for diagnostic in kind.failures[1:]:
                attempt.conflicts.append(Conflict(called(diagnostic, node, shapes, attempt.graph.source)))
            first = called(kind.failures[0], node, shapes, attempt.graph.source)
            raise Conflict(first, splits=True, needs=_unequal(kind))
        if not kind.outputs and not kind.broken:
            return None
        if not kind.outputs:
            raise Conflict(
                called(kind.broken[0].diagnostic, node, shapes, attempt.graph.source), True, needs=_unequal(kind)
            )
        for name in self.walker.around:
            interval = frame.bounds[name]
            if any(other[0] == "." for other in interval.low.names | interval.high.names):
                raise call_errors.range_not_fixed(node.definition.name, node.span)
        mapped = tuple(bool(front) for front in fronts)
        return Application(kind, leading, mapped, self.walker.facts, self.walker.around)

    def settings(self, node: Call) -> Settings:
        """The static arguments in this box of indices; raises `Conflict` where an index has many values."""
        normal = self.walker.attempt.solver.normal
        return settings_with(_settled(node, self.walker.fixed()), normal)

    def are_known(self, settings: Settings) -> bool:
        """Whether all sizes in static arguments are known: `size(x, 1)` may have to wait."""
        unknown: list[str] = []

        def look(size: Size) -> Size:
            unknown.extend(self.walker.attempt.solver.unknowns(size))
            return size

        settings_with(settings, look)
        return not unknown

    def facts_on(self, value: object) -> tuple[Formula, ...]:
        """The conditions around, and the ranges of the indices in static arguments or shapes."""
        return (*self.walker.facts, *index_facts(self._ranges(), sorted(indices_in(value))))

    def _owe_arguments(self, node: Call) -> None:
        """Note the requirements of static arguments that could be read only now that an index is fixed."""
        for debt in () if node.debts is None else node.debts(self.walker.fixed()):
            facts = (*self.walker.facts, *debt.facts)
            self.walker.attempt.solver.want(debt.relation, Blame(debt.span, debt.why), facts)

    def _some_passes(self, settings: Settings, node: Call) -> tuple[Formula, ...]:
        """Requires that a `repeat` has no negative number of passes, which its body may assume."""
        number = dict(settings)["n"]
        assert isinstance(number, Size)
        relation = Relation(">=", number, ZERO)
        if number.constant is not None and number.constant >= 0:
            return ()
        around = (*self.walker.facts, *index_facts(self._ranges(), number.names))
        self.walker.attempt.solver.want(relation, Blame(node.span, "a number of passes of at least 0"), around)
        return (relation,) if consistent(self.walker.attempt.solver.context.assuming(relation)) is not None else ()

    def _passes(self, settings: Settings, shape: Shape, facts: tuple[Formula, ...]) -> list[Shape]:
        """The input of the first pass of a `repeat`, and the results of the first three, as far as they are known."""
        attempt, found = self.walker.attempt, [shape]
        stage = dict(settings)["stage"]
        assert isinstance(stage, Callee)
        for number in range(1, 4):
            try:
                call = stage_call(stage, Read("h", ()), integer(number), NOWHERE)
            except Rejected:  # what is no stage is told as the failure of the kind
                break
            chosen, port = call.settle({}), call.ports[0]
            if chosen is None:
                break
            lead = 0 if port.rank is None else len(shape) - port.rank
            kind = attempt.kinds.find(call, chosen, {port.name: shape[lead:]}, attempt.graph.context, facts)
            if not kind.outputs:
                break
            shape = (*shape[:lead], *kind.outputs[0])
            found.append(shape)
        return found

    def front(self, node: Call, port: Port, shape: Shape) -> Shape:
        """The axes of an operand that are mapped over."""
        if port.rank is None:
            return ()
        extra = len(shape) - port.rank
        if extra < 0 or (extra and not port.leading):
            place = node.names.index(port.name)
            raise call_errors.input_rank(node.definition, port, shape, node.arguments[place].span, node.span)
        return shape[:extra]

    def _leading(self, node: Call, fronts: Sequence[Shape]) -> Shape:
        """The axes that are mapped over, the same for all inputs that have any."""
        mapped = [(front, port) for front, port in zip(fronts, node.ports) if front]
        for front, port in mapped[1:]:
            if len(front) != len(mapped[0][0]):
                raise call_errors.mapped_differently(node.definition, mapped[0], (front, port), node.span)
            why = f"{mapped[0][1].name} and {port.name} to be mapped over the same axes"
            sides = [
                Variable(shape, Blame(node.span, f"the axes in front of {item.name}"))
                for shape, item in (mapped[0], (front, port))
            ]
            self.walker.same_under_facts(sides[0], sides[1], Blame(node.span, why))
        return mapped[0][0] if mapped else ()

    def _borrow(self, node: Call, application: Application) -> None:
        """All applications of one instance have weights of the same shapes, those in blocks that get it included."""
        known = self.walker.attempt.instances
        used = [(name, item.application.kind) for name, item in instances_applied([Applied(node, application, {})])]
        if node.weights is not None and not used:  # an instance that was passed to this body
            used = [(node.weights.instance, application.kind)]
        for name, kind in used:
            for other, before in known.setdefault(name, []):
                if kind is not before and not _same_weights(kind, before):
                    raise call_errors.instance_differs(name.lstrip("^"), node.span, other.span)
            known[name].append((node, kind))

    def _ranges(self) -> dict[str, Interval]:
        frame = self.walker.frame
        return {**frame.ranges, **frame.bounds}


def _is_known(kind: Kind) -> bool:
    """Whether a `repeat` has a shape for any number of passes."""
    return bool(kind.outputs) and (not kind.broken or kind.known.grows)


def _is_written_out(settings: Settings) -> bool:
    """Whether each pass of a `repeat` is derived by itself."""
    number = dict(settings)["n"]
    return isinstance(number, Size) and number.constant is not None and number.constant <= LONGEST_WRITTEN_OUT


def indices_in(value: object) -> set[str]:
    """The indices that static arguments or shapes mention."""
    if isinstance(value, Size):
        return {name for name in value.names if name[0] == "."}
    if isinstance(value, tuple):
        return set[str]().union(*map(indices_in, value))
    return indices_in(value.settings) if isinstance(value, Callee) else set()


def called(diagnostic: Diagnostic, node: Call, shapes: Sequence[Shape], source: Source) -> Diagnostic:
    """A message from inside of a block, with the application that it is about.

    The message stands at the place inside where that is the same file, else at the application.
    """
    told = [show(shape) for shape in shapes]
    named = [f"{name} : {shape}" for name, shape in zip(node.names, told)]
    to = ", ".join(told if len(told) == 1 else named)  # a single input needs no name: `x` is the author's word
    label = Label(node.stage or node.span, f"{node.definition.name} applied to {to}", primary=False)
    if any(item.span in (node.span, node.stage) for item in diagnostic.labels):
        return diagnostic
    labels = (*diagnostic.labels, label)
    place = diagnostic.span
    if place is not None and source.part(place.start)[1] != source.part(node.span.start)[1]:
        labels = (replace(label, primary=True), *(replace(item, primary=False) for item in diagnostic.labels))
    return replace(diagnostic, labels=labels)


def _unequal(kind: Kind) -> Formula | None:
    return kind.broken[0].relation if kind.broken else None


def _same_weights(one: Kind, other: Kind) -> bool:
    return weights_of(one.known) == weights_of(other.known)
