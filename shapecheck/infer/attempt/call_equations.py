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
inputs, else none.  The last two are guesses, made after those of operations, and reported as such.

**When bodies are read.**  A signature is derived once for a definition and its static arguments, from inputs whose
sizes are names that stand for any size, and put to use by substitution.  Blocks that take an input without a shape
(chains, `repeat`) say nothing of it.

**Blame.**  A size that was found through a call keeps that call as its origin; where it does not fit elsewhere, the
message shows both places.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import field
from typing import TYPE_CHECKING

from shapecheck.graph.block_definitions import Port
from shapecheck.graph.nodes import Call, Node
from shapecheck.infer.attempt.conflict import Conflict
from shapecheck.infer.attempt.solver import Blame
from shapecheck.infer.attempt.state import Variable
from shapecheck.infer.blocks.signatures import Signature, signature
from shapecheck.infer.model import Shape
from shapecheck.record import record
from shapecheck.sizes import Formula

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

    def state(self, patience: int) -> bool:
        """State what can be stated by now; whether anything was."""
        before, solver = len(self.stated), self.caller.walker.attempt.solver
        solver.around = self.around
        try:
            self.state_at_once(patience)
        except Conflict:
            self.caller.walker.frame.refused.add(self.node)
            self.caller.fail(self.results)
            raise
        finally:
            solver.around = ()
        return len(self.stated) > before

    @property
    def is_done(self) -> bool:
        """Whether the kind of the call is known, or it has been reported that there is none."""
        frame = self.caller.walker.frame
        failed = any(item.find().failed for item in (*self.operands, *self.results))
        return failed or self.node in frame.refused or self.node in frame.applications

    def state_at_once(self, patience: int = 0) -> None:
        """State what can be stated by now; raises `Conflict`."""
        fronts = dict(self._fronts())
        for port, operand in zip(self.node.ports, self.operands):
            self._input(port, operand, fronts, patience)
        for name, shape in self.signature.weights.items():
            place = self.node.names.index(name)
            self._once(name, self.operands[place], shape, self.node.arguments[place])
        self._results(fronts)

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
        mapped = [front for front in fronts.values() if front]
        if not mapped and any(port.leading and port.name not in fronts for port in self.node.ports):
            return
        front = mapped[0] if mapped else ()
        for item, result in zip(self.node.definition.outputs, self.results):
            shape = self.signature.outputs.get(item.name)
            if shape is not None:
                self._once(item.name, result, (*front, *shape), self.node)

    def _once(self, name: str, variable: Variable, shape: Shape, node: Node, port: Port | None = None) -> None:
        """State that a value has the shape that the signature has for this name, unless that has been stated."""
        if name in self.stated:
            return
        self.stated.add(name)
        walker, block = self.caller.walker, self.node.definition.name
        blame = Blame(node.span, f"the shape that {block} has for {name}", True)
        origin = Blame(blame.span if port is None else port.span, f"{name} of {block}", True)
        dims = walker.attempt.dims(variable)
        if dims is not None:  # a variable of its own, so that messages show the value as it is written
            before = variable.find().origin
            variable = Variable(dims, Blame(node.span if before is None else before.span, walker.text(node)))
        walker.agree(variable, Variable(shape, origin), blame)
