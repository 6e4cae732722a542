"""Calls are equations between shapes: what a block says of arguments and results whose shapes are unknown.

**The equations of a call.**  A block has a signature (`blocks.signatures`): the shapes of its inputs for one example,
of its results and of its weights.  A call says of its own arguments and results:

- the last axes of an argument are the input's shape, parameters put in;
- the last axes of a result are the output's shape;
- a weight given at the call, `gru(4, W = U)`, has the shape of the block's own;
- the axes in front, over which the block is mapped, are those of the other arguments and of the results.

The sizes that the block declares for itself are unknowns of this call: fresh ones, solved for with all others.

**Their turn.**  A call whose arguments are known says nothing new: its kind is found, and everything follows from the
body (`call_rules`).  So the equations are stated where nothing else moves any more and before the first guess on a
number of axes; then the other rules go on with what was found, and in the end every call has its kind.  The kind is
what proves: the equations only find shapes, and the body is checked with these as with any others.

**Unknown numbers of axes.**  An input that is declared without `...` has the number that is declared.  One with `...`
has the axes in front that the results have, where it alone may have brought them; else those of the call's other
inputs, else those of the results, else none.  All but the first are guesses, made after those of operations; a message
on numbers of axes that do not fit names the first guess.

**When bodies are read.**  A signature is derived once for a definition and its static arguments, from inputs whose
sizes are names that stand for any size, and put to use by substitution.  Where it is not complete (a chain or a
`repeat` takes an input without a shape; the body of `y = x + h` is right where two sizes are equal), the body itself is
read with what is known, in unknowns (`open_bodies`), each time that more is known.  So shapes flow through the calls
inside: `U @ c -> repeat(n, f(q))` gives U q rows, for the first stage takes q.

**Blame.**  A size that was found through a call keeps that call as its origin; where it does not fit elsewhere, the
message shows both places.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import field
from typing import TYPE_CHECKING

from shapecheck.graph.block_definitions import REPEAT, Port
from shapecheck.graph.errors import Rejected
from shapecheck.graph.nodes import Call, Node
from shapecheck.infer.attempt.conflict import Conflict
from shapecheck.infer.attempt.solver import Blame
from shapecheck.infer.attempt.state import Variable
from shapecheck.infer.blocks.signatures import Signature, put_in, signature
from shapecheck.infer.model import Shape
from shapecheck.record import record
from shapecheck.sizes import Context, Formula, Size, symbol

if TYPE_CHECKING:
    from shapecheck.infer.attempt.call_rules import Caller

FRONT_OF_OTHERS, NO_FRONT = 1, 2
"""The boldness at which axes in front are guessed: those of other inputs, or none."""


@record(frozen=False)
class CallEquations:
    """The equations of one call; `stated` are the inputs, weights and results for which they have been stated."""

    caller: Caller
    node: Call
    operands: Sequence[Variable]
    results: Sequence[Variable]
    around: tuple[Formula, ...] = ()
    """The facts about the indices of the equation; only where sizes depend on them."""
    stated: set[str] = field(default_factory=set)
    _signature: Signature | None = None
    _asked: list[tuple[dict[str, Shape], dict[str, Shape], Context, bool]] = field(default_factory=list)
    """The questions that were put to the body."""

    def state(self, patience: int) -> bool:
        """State what can be stated by now; whether more is known of its arguments and results."""
        before, solver = self._known(), self.caller.walker.attempt.solver
        solver.around = self.around
        try:
            self.state_at_once(patience)
        except Conflict:
            self.caller.walker.frame.refused.add(self.node)
            self.caller.fail(self.results)
            raise
        finally:
            solver.around = ()
        return self._known() != before

    def _known(self) -> list[Shape | None]:
        return [self.caller.walker.attempt.dims(item) for item in (*self.operands, *self.results)]

    @property
    def is_done(self) -> bool:
        """Whether the kind of the call is known, or it has been reported that there is none."""
        frame = self.caller.walker.frame
        failed = any(item.find().failed for item in (*self.operands, *self.results))
        return failed or self.node in frame.refused or self.node in frame.applications

    def state_at_once(self, patience: int = 0) -> None:
        """State what can be stated by now; raises `Conflict`."""
        if not self.caller.are_known(self.caller.settings(self.node)):
            return
        fronts = dict(self._fronts())
        for port, operand in zip(self.node.ports, self.operands):
            self._input(port, operand, fronts, patience)
        for name, shape in self.signature.weights.items():
            place = self.node.names.index(name)
            self._once(name, self.operands[place], shape, self.node.arguments[place])
        self._results(fronts)
        if not self.signature.is_complete:
            self._body(fronts, patience >= NO_FRONT)

    @property
    def signature(self) -> Signature:
        """The signature of the block, its free sizes being unknowns of this call."""
        if self._signature is None:
            walker = self.caller.walker
            attempt = walker.attempt
            settings = self.caller.settings(self.node)
            facts = self.caller.facts_on(settings)
            found = signature(attempt.kinds, self.node, settings, attempt.graph.context, facts)
            self._signature = found.at({name: attempt.solver.unknown() for name in found.free})
        return self._signature

    def _argument(self, name: str) -> Node:
        return self.node.arguments[self.node.names.index(name)]

    # ---- axes in front -------------------------------------------------------------------------

    def _fronts(self) -> Iterator[tuple[str, Shape]]:
        """The axes in front of each input whose number of axes is known."""
        for port, operand in zip(self.node.ports, self.operands):
            dims = self.caller.walker.attempt.dims(operand)
            if dims is not None and port.rank is not None:
                yield port.name, self.caller.front(self.node, port, dims)

    def _front_of_results(self) -> Shape | None:
        """The axes in front of the results, as far as one of them is known."""
        for item, result in zip(self.node.definition.outputs, self.results):
            dims, shape = self.caller.walker.attempt.dims(result), self.signature.outputs.get(item.name)
            if dims is not None and shape is not None and len(dims) >= len(shape):
                return dims[: len(dims) - len(shape)]
        return None

    def _front_of(self, port: Port, fronts: dict[str, Shape], patience: int) -> Shape | None:
        """The axes in front of an input whose number of axes is unknown; None where that has to wait."""
        if not port.leading:
            return ()
        others = next((front for front in fronts.values() if front), None)
        result = self._front_of_results()
        open_inputs = sum(item.leading and item.name not in fronts for item in self.node.ports)
        if result is not None and (not result or (others is None and open_inputs == 1)):
            return result
        if others is not None and patience >= FRONT_OF_OTHERS:
            return self._guessed(port, others, "the axes in front that the other inputs have")
        if result is not None and patience >= FRONT_OF_OTHERS:
            return self._guessed(port, result, "the axes in front that the result has")
        if not fronts.keys() or others is None:
            return self._guessed(port, (), "no axes in front") if patience >= NO_FRONT else None
        return None

    def _guessed(self, port: Port, front: Shape, why: str) -> Shape:
        guess = Blame(self._argument(port.name).span, f"the input {port.name} of {self.node.definition.name} has {why}")
        self.caller.walker.attempt.guesses.append(guess)
        return front

    # ---- stating -------------------------------------------------------------------------------

    def _input(self, port: Port, operand: Variable, fronts: dict[str, Shape], patience: int) -> None:
        shape = self.signature.inputs.get(port.name)
        if shape is None or port.name in self.stated:
            return
        front = fronts[port.name] if port.name in fronts else self._front_of(port, fronts, patience)
        if front is not None:
            self._once(port.name, operand, (*front, *shape), self._argument(port.name), port)
            fronts[port.name] = front

    def _results(self, fronts: dict[str, Shape]) -> None:
        """The shapes of the results, once the axes in front are known."""
        front = self._front_for_results(fronts)
        for name, result in zip(_output_names(self.node), self.results):
            shape = self.signature.outputs.get(name)
            if front is not None and shape is not None:
                self._once(name, result, (*front, *shape), self.node)

    def _front_for_results(self, fronts: Mapping[str, Shape]) -> Shape | None:
        """The axes over which the block is mapped; None where they are not known yet."""
        mapped = next((front for front in fronts.values() if front), None)
        if mapped is None and any(port.leading and port.name not in fronts for port in self.node.ports):
            return None
        return mapped or ()

    def _once(self, name: str, variable: Variable, shape: Shape, node: Node, port: Port | None = None) -> None:
        """State that a value has the shape that the signature has for this name, unless that has been stated."""
        if name not in self.stated:
            self.stated.add(name)
            self._say(name, variable, shape, node, port)

    def _say(self, name: str, variable: Variable, shape: Shape, node: Node, port: Port | None = None) -> None:
        """A value has the shape that the block has for this name; raises `Conflict`."""
        walker, block = self.caller.walker, self.node.definition.name
        blame = Blame(node.span, f"the shape that {block} has for {name}", True)
        origin = Blame(blame.span if port is None else port.span, f"{name} of {block}", True)
        dims = walker.attempt.dims(variable)
        if dims is not None:  # a variable of its own, so that messages show the value as it is written
            before = variable.find().origin
            variable = Variable(dims, Blame(node.span if before is None else before.span, walker.text(node)))
        walker.agree(variable, Variable(shape, origin), blame)

    # ---- bodies --------------------------------------------------------------------------------

    def _body(self, fronts: Mapping[str, Shape], bold: bool) -> None:
        """State what the body says, where that is not asked for a second time."""
        attempt, node = self.caller.walker.attempt, self.node
        given, results, settings = self._inner(fronts), self._inner_results(fronts), self.caller.settings(node)
        facts = self.caller.facts_on((settings, *given.values(), *results.values()))
        names = _Renamed(attempt.solver.unknown, _unknowns((*given.values(), *results.values())))
        question = (names.inside(given), names.inside(results), attempt.graph.context.assuming(*facts), bold)
        if question in self._asked:
            return
        self._asked.append(question)
        try:
            found = names.outside(attempt.kinds.open_shapes(node, settings, *question))
        except Rejected as rejected:
            assert rejected.diagnostic is not None, "a block that is made of itself is told"
            raise Conflict(rejected.diagnostic, certain=True) from rejected
        for name, operand, argument in zip(node.names, self.operands, node.arguments):
            if name in found and (name in given or not self._has_front(name)):
                self._say(name, operand, (*fronts.get(name, ()), *found[name]), argument)
        front = self._front_for_results(fronts)
        for name, result in zip(_output_names(node), self.results):
            if front is not None and name in found:
                self._say(name, result, (*front, *found[name]), node)

    def _inner(self, fronts: Mapping[str, Shape]) -> dict[str, Shape]:
        """The shapes passed, as far as they are known, without axes in front."""
        shapes = zip(self.node.names, map(self.caller.walker.attempt.dims, self.operands))
        return {name: shape[len(fronts.get(name, ())) :] for name, shape in shapes if shape is not None}

    def _inner_results(self, fronts: Mapping[str, Shape]) -> dict[str, Shape]:
        """The results, as far as they are known, without axes in front."""
        front = self._front_for_results(fronts)
        if front is None:
            return {}
        shapes = zip(_output_names(self.node), map(self.caller.walker.attempt.dims, self.results))
        return {name: shape[len(front) :] for name, shape in shapes if shape is not None}

    def _has_front(self, name: str) -> bool:
        return any(port.leading for port in self.node.ports if port.name == name)


def _output_names(node: Call) -> list[str]:
    return ["y"] if node.definition is REPEAT else [item.name for item in node.definition.outputs]


def _unknowns(shapes: Sequence[Shape]) -> tuple[str, ...]:
    found = (name for shape in shapes for size in shape for name in sorted(size.names) if name[0] == "?")
    return tuple(dict.fromkeys(found))


@record
class _Renamed:
    """Unknowns under the names that they have in a body, the same for the same question."""

    unknown: Callable[[], Size]
    names: tuple[str, ...]

    def inside(self, shapes: Mapping[str, Shape]) -> dict[str, Shape]:
        """Shapes as the body knows them."""
        return put_in(shapes, {name: symbol(f"?:{number}") for number, name in enumerate(self.names)})

    def outside(self, shapes: Mapping[str, Shape]) -> dict[str, Shape]:
        """Shapes that the body found, with unknowns of the one who asked."""
        new = sorted({name for shape in shapes.values() for size in shape for name in size.names if name[0] == "*"})
        known = {f"?:{number}": symbol(name) for number, name in enumerate(self.names)}
        return put_in(shapes, {**known, **{name: self.unknown() for name in new}})
