"""The shapes of what ops give: the op's own rule, once the shapes of the operands are known.

In: an application of an op, and the walker that is at it.  Out: the shape variable of the result; what the op needs of
the sizes goes to the solver.  Where too little is known, the op may guess how many axes its operands have (`Op.ranks`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from shapecheck import ops
from shapecheck.graph.model import Equation
from shapecheck.graph.nodes import Apply, Node
from shapecheck.infer.attempt import errors
from shapecheck.infer.attempt.errors import Operand
from shapecheck.infer.attempt.solver import Blame, Unequal
from shapecheck.infer.attempt.state import Variable
from shapecheck.infer.axis_names.propagation import axis_names, named_box
from shapecheck.infer.model import Shape
from shapecheck.ops.base import Misfit, Op, Owed, with_sizes
from shapecheck.ops.join import Along
from shapecheck.record import record
from shapecheck.sizes import Inadmissible
from shapecheck.source import Span

if TYPE_CHECKING:
    from shapecheck.infer.attempt.node_rules import Walker


@record
class Applier:
    """Applications of ops for one walker."""

    walker: Walker

    def value(self, node: Apply) -> Variable:
        """The shape of an application of an op."""
        operands = [self._operand(argument) for argument in node.arguments]
        return self.apply(node.op, self._settled(node.parameters), operands, node.span, node.arguments)

    def _operand(self, node: Node) -> Operand:
        return Operand(self.walker.text(node), node.span, self.walker.walk(node))

    def _settled(self, parameters: Any) -> Any:
        """The settings of an op with fixed indices put in: `zeros(t)` has a shape for each t."""
        used: set[str] = set()
        with_sizes(parameters, lambda size: used.update(size.names))
        fixed = self.walker.fixed() if used & self.walker.frame.ranges.keys() else {}
        try:
            return with_sizes(parameters, lambda size: size.substitute(fixed)) if fixed else parameters
        except Inadmissible:  # which is told with what the divisor owes
            return parameters

    def apply(
        self, op: Op, parameters: Any, operands: list[Operand], span: Span, arguments: Sequence[Node] = ()
    ) -> Variable:
        """The shape of a result, as soon as those of the operands are known."""
        attempt, result = self.walker.attempt, Variable(origin=Blame(span, op.name))

        def resolve(patience: int) -> bool:
            variables = [operand.variable for operand in operands]
            if self.walker.failed(result, variables):
                return True
            shapes = [attempt.dims(variable) for variable in variables]
            if None in shapes:
                shapes = self._guess(op, parameters, variables, shapes, result, patience, span)
                if None in shapes:
                    return False
            known = [shape for shape in shapes if shape is not None]
            if isinstance(parameters, Along) and parameters.word is not None:
                parameters.axis = self._axis_named(parameters.word, arguments, span)
            self._finish(op, parameters, operands, known, result, span)
            return True

        attempt.soon(resolve)
        return result

    def _axis_named(self, word: str, arguments: Sequence[Node], span: Span) -> int:
        """The axis that has this name in one of the operands."""
        names, box = axis_names(self.walker.attempt), named_box(self.walker.attempt, self.walker.frame)
        found = next((own for own in (names.of(item, box) for item in arguments) if word in own), None)
        if found is None:
            raise errors.no_axis_named(word, span)
        return found.index(word)

    def _guess(
        self,
        op: Op,
        parameters: Any,
        variables: list[Variable],
        shapes: list[Shape | None],
        result: Variable,
        patience: int,
        span: Span,
    ) -> list[Shape | None]:
        attempt = self.walker.attempt
        guesses = op.ranks(parameters, shapes, attempt.dims(result), patience, attempt.solver.unknown)
        for position, guess in enumerate(guesses):
            if shapes[position] is None and guess is not None:
                if patience:
                    attempt.guesses.append(Blame(span, f"an operand of {op.name} of rank {len(guess)}"))
                blame = Blame(span, f"the operands of {op.name} to fit")
                attempt.unify(variables[position], Variable(tuple(guess), blame), blame)
        return [attempt.dims(variable) for variable in variables]

    def _finish(
        self, op: Op, parameters: Any, operands: list[Operand], shapes: list[Shape], result: Variable, span: Span
    ) -> None:
        outcome = op.shape(parameters, shapes)
        if isinstance(outcome, Misfit):
            result.find().failed = result.find().dims is None
            raise errors.misfit(op, outcome, operands, shapes, span)
        blame = Blame(span, errors.outcome_of(op))
        self.walker.attempt.unify(result, Variable(outcome.shape, blame), blame)
        for owed in outcome.owed:
            self._owe(op, owed, operands, shapes, span)

    def _owe(self, op: Op, owed: Owed, operands: list[Operand], shapes: list[Shape], span: Span) -> None:
        relation = owed.relation
        if relation.operator != "==":
            self.walker.attempt.solver.want(relation, Blame(span, owed.why), self.walker.facts)
            return
        try:
            self.walker.attempt.solver.equate(relation.left, relation.right, Blame(span, owed.why), self.walker.facts)
        except Unequal as unequal:
            normal = [tuple(map(self.walker.attempt.solver.normal, shape)) for shape in shapes]
            raise errors.operands_differ(op, owed, operands, normal, span, unequal) from None

    def join(self, cells: Sequence[Variable], equation: Equation) -> Variable:
        """`[z; r] = value`: the targets' cells put together make up the value."""
        operands = [Operand(target.family, target.span, cell) for target, cell in zip(equation.targets, cells)]
        return self.apply(ops.JOIN, None, operands, equation.span)
