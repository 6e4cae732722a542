"""The walk over one equation: a shape variable for every node.

What each kind of node asks of the shapes below it stands here; what an op asks stands with the op.  A rule that does
not know enough yet is a task that waits (`Attempt.soon`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from shapecheck import ops
from shapecheck.graph.model import Equation
from shapecheck.graph.nodes import (
    Apply,
    Call,
    Choose,
    Data,
    Default,
    Index,
    Inner,
    Node,
    Number,
    Output,
    Part,
    Read,
    Reduce,
    SizeValue,
)
from shapecheck.infer.attempt import errors
from shapecheck.infer.attempt.call_rules import Caller
from shapecheck.infer.attempt.errors import Operand
from shapecheck.infer.attempt.read_rules import Reader
from shapecheck.infer.attempt.solver import Blame, Unequal
from shapecheck.infer.attempt.state import Frame, Guards, Variable
from shapecheck.infer.axis_names.names import axis_names, named_box
from shapecheck.infer.model import Interval, Shape
from shapecheck.ops.base import Misfit, Op, Owed, with_sizes
from shapecheck.ops.join import Along
from shapecheck.record import record
from shapecheck.sizes import Formula, Inadmissible, Not, Proved, Relation, Size, decide, integer
from shapecheck.source import Span

if TYPE_CHECKING:
    from shapecheck.infer.attempt.attempt import Attempt


@record(frozen=False)
class Walker:
    """Walks the nodes of one frame; `facts` are the conditions of the branches around."""

    attempt: Attempt
    frame: Frame
    facts: tuple[Formula, ...] = ()
    guards: Guards = ()
    """The conditions on data of the branches around."""
    around: tuple[str, ...] = ()
    """The indices of the big operators around."""

    def walk(self, node: Node) -> Variable:
        """The shape of a node in this frame."""
        known = self.frame.shapes.get(node)
        under = self.frame.under.get(node, self.facts)
        self.frame.under[node] = tuple(fact for fact in under if fact in self.facts)
        return self._remember(node, self._at(node)._rule(node)) if known is None else known

    def _at(self, node: Node) -> Walker:
        """The walker for a node that may stand in several branches: with the conditions that these have in common."""
        if not self.facts and not self.guards:
            return self
        common, guarded = self.frame.common.get(node, frozenset()), self.frame.guarded.get(node, frozenset())
        facts = tuple(fact for fact in self.facts if fact in common)
        guards = tuple(guard for guard in self.guards if guard in guarded)
        alike = len(facts) == len(self.facts) and len(guards) == len(self.guards)
        return self if alike else replace(self, facts=facts, guards=guards)

    def _remember(self, node: Node, variable: Variable) -> Variable:
        self.frame.shapes[node] = variable
        return variable

    def _rule(self, node: Node) -> Variable:
        match node:
            case Number() | SizeValue():
                return Variable(())
            case Data(shape):
                return Variable(tuple(map(integer, shape)), Blame(node.span, "as written"))
            case Read() | Part() | Inner():
                return Reader(self).value(node)
            case Apply(op, arguments, parameters):
                operands = [self._operand(argument) for argument in arguments]
                return self._apply(op, self._settled(parameters), operands, node.span, arguments)
            case Reduce():
                return self._reduce(node)
            case Default(read, fallback):
                value = self._remember(read, Reader(self, guarded=True).value(read))
                self._scalar(self.walk(fallback), "default", fallback)
                return value
            case Choose():
                return self._choose(node)
            case Call():
                return Caller(self).value(node)
            case Output():
                return Caller(self).output(node)

    def text(self, node: Node) -> str:
        """A node as the author wrote it, on one line."""
        return " ".join(self.attempt.graph.source[node.span].split())

    def _operand(self, node: Node) -> Operand:
        return Operand(self.text(node), node.span, self.walk(node))

    def failed(self, result: Variable, operands: Sequence[Variable]) -> bool:
        """Passes a reported failure on, so that it is not reported again; whether there was one."""
        if any(operand.find().failed for operand in operands):
            if result.find().dims is None:
                result.find().failed = True
            return True
        return False

    # ---- ops -----------------------------------------------------------------------------------

    def fixed(self) -> dict[str, Size]:
        """The equation's indices that have one value here."""
        normal = self.attempt.solver.normal
        ends = {name: (normal(item.low), normal(item.high)) for name, item in self.frame.ranges.items()}
        return {name: low for name, (low, high) in ends.items() if low is high}

    def _settled(self, parameters: Any) -> Any:
        """The settings of an op where so many indices are fixed: of `zeros(t)` each member has a shape of its own."""
        used: set[str] = set()
        with_sizes(parameters, lambda size: used.update(size.names))
        fixed = self.fixed() if used & self.frame.ranges.keys() else {}
        try:
            return with_sizes(parameters, lambda size: size.substitute(fixed)) if fixed else parameters
        except Inadmissible:  # which is told with what the divisor owes
            return parameters

    def _apply(
        self, op: Op, parameters: Any, operands: list[Operand], span: Span, arguments: Sequence[Node] = ()
    ) -> Variable:
        result = Variable(origin=Blame(span, op.name))

        def resolve(patience: int) -> bool:
            variables = [operand.variable for operand in operands]
            if self.failed(result, variables):
                return True
            shapes = [self.attempt.dims(variable) for variable in variables]
            if None in shapes:
                shapes = self._guess(op, parameters, variables, shapes, result, patience, span)
                if None in shapes:
                    return False
            known = [shape for shape in shapes if shape is not None]
            if isinstance(parameters, Along) and parameters.word is not None:
                parameters.axis = self._axis_named(parameters.word, arguments, span)
            self._finish(op, parameters, operands, known, result, span)
            return True

        self.attempt.soon(resolve)
        return result

    def _axis_named(self, word: str, arguments: Sequence[Node], span: Span) -> int:
        """The axis that has this name in one of the operands."""
        names, box = axis_names(self.attempt), named_box(self.attempt, self.frame)
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
        guesses = op.ranks(parameters, shapes, self.attempt.dims(result), patience, self.attempt.solver.unknown)
        for position, guess in enumerate(guesses):
            if shapes[position] is None and guess is not None:
                if patience:
                    self.attempt.guesses.append(Blame(span, f"an operand of {op.name} of rank {len(guess)}"))
                blame = Blame(span, f"the operands of {op.name} to fit")
                self.attempt.unify(variables[position], Variable(tuple(guess), blame), blame)
        return [self.attempt.dims(variable) for variable in variables]

    def _finish(
        self, op: Op, parameters: Any, operands: list[Operand], shapes: list[Shape], result: Variable, span: Span
    ) -> None:
        outcome = op.shape(parameters, shapes)
        if isinstance(outcome, Misfit):
            result.find().failed = result.find().dims is None
            raise errors.misfit(op, outcome, operands, shapes, span)
        blame = Blame(span, errors.outcome_of(op))
        self.attempt.unify(result, Variable(outcome.shape, blame), blame)
        for owed in outcome.owed:
            self._owe(op, owed, operands, shapes, span)

    def _owe(self, op: Op, owed: Owed, operands: list[Operand], shapes: list[Shape], span: Span) -> None:
        relation = owed.relation
        if relation.operator != "==":
            self.attempt.solver.want(relation, Blame(span, owed.why), self.facts)
            return
        try:
            self.attempt.solver.equate(relation.left, relation.right, Blame(span, owed.why), self.facts)
        except Unequal as unequal:
            normal = [tuple(map(self.attempt.solver.normal, shape)) for shape in shapes]
            raise errors.operands_differ(op, owed, operands, normal, span, unequal) from None

    def join(self, cells: Sequence[Variable], equation: Equation) -> Variable:
        """`[z; r] = value`: the targets' cells put together make up the value."""
        op = ops.find("join", len(cells))
        assert op is not None
        operands = [Operand(target.family, target.span, cell) for target, cell in zip(equation.targets, cells)]
        return self._apply(op, op.parameters({}), operands, equation.span)

    def same_unless_scalar(self, left: Variable, right: Variable, blame: Blame) -> Variable:
        """Two values entry by entry: of one shape, or one of them a scalar."""
        result = Variable(origin=blame)

        def resolve(patience: int) -> bool:
            if self.failed(result, [left, right]):
                return True
            one, other = self.attempt.dims(left), self.attempt.dims(right)
            if one == () or other == ():
                self.attempt.unify(result, right if one == () else left, blame)
                return True
            if (one is None and other is None) or (patience == 0 and (one is None or other is None)):
                return False
            self.attempt.unify(left, right, blame) if not self.facts else self.same_under_facts(left, right, blame)
            self.attempt.unify(result, left, blame)
            return True

        self.attempt.soon(resolve)
        return result

    def same_under_facts(self, left: Variable, right: Variable, blame: Blame) -> None:
        """The sizes agree under the conditions around, though perhaps not without them."""
        one, other = self.attempt.dims(left), self.attempt.dims(right)
        if one is None or other is None:
            self.attempt.unify(left, right, blame)
            return
        if len(one) != len(other):
            raise errors.ranks_differ(left, one, right, other, blame)
        for size, wanted in zip(one, other):
            try:
                self.attempt.solver.equate(size, wanted, blame, self.facts)
            except Unequal as unequal:
                raise errors.shapes_differ(left, one, right, other, blame, unequal) from None

    # ---- big operators, branches ---------------------------------------------------------------

    def _reduce(self, node: Reduce) -> Variable:
        for index in node.indices:
            self._bind(index, node)
        around = (*self.around, *(index.symbol for index in node.indices))
        body = replace(self, around=around).walk(node.body)
        if self.attempt.growing:
            self._alike(body, node)
        if node.operator in ("stack", "concat"):
            return self._new_axes(node, body)
        if node.operator.startswith("arg"):
            return self._scalar(body, node.operator, node.body)
        return body

    def _alike(self, body: Variable, node: Reduce) -> None:
        """All terms have one shape: it does not depend on the operator's own indices."""
        own = {index.symbol for index in node.indices}

        def check(patience: int) -> bool:
            dims = self.attempt.dims(body)
            if dims is not None and any(own & size.names for size in dims):
                raise errors.terms_differ(node.operator, self.text(node.body), node.body.span, dims)
            return dims is not None or body.find().failed

        self.attempt.soon(check)

    def _bind(self, index: Index, node: Reduce) -> None:
        solver = self.attempt.solver
        if index.low is None or index.high is None:
            interval = Interval(solver.unknown(), solver.unknown())
            self.frame.open.append(index)
        else:
            interval = Interval(index.low, index.high)
        self.frame.bounds[index.symbol] = interval
        self.frame.indices[index.symbol] = index
        if self.facts:
            self.frame.conditions[index.symbol] = self.facts

    def _new_axes(self, node: Reduce, body: Variable) -> Variable:
        result = Variable(origin=Blame(node.span, node.operator))
        extents = tuple(self.frame.bounds[index.symbol].extent for index in node.indices)

        def resolve(patience: int) -> bool:
            dims = self.attempt.dims(body)
            if dims is None:
                return self.failed(result, [body])
            if node.operator == "stack":
                shape = extents + dims
            else:
                if not dims:
                    dims = (integer(1),)
                count = dims[0]
                for extent in extents:
                    count = count * extent
                shape = (count, *dims[1:])
            self.attempt.unify(result, Variable(shape, result.origin), Blame(node.span, node.operator))
            return True

        self.attempt.soon(resolve)
        return result

    def _scalar(self, variable: Variable, what: str, node: Node) -> Variable:
        """What has to be one number; the result is one, too."""

        def check(patience: int) -> bool:
            dims = self.attempt.dims(variable)
            if dims is None:
                return variable.find().failed
            if dims:
                raise errors.not_scalar(what, self.text(node), node.span, dims)
            return True

        self.attempt.soon(check)
        return Variable(())

    def _choose(self, node: Choose) -> Variable:
        branch = self._decided(node)
        if branch is not None:
            return self.walk(branch)
        then_facts, else_facts = self.facts, self.facts
        if node.formula is not None:
            then_facts, else_facts = (*self.facts, node.formula), (*self.facts, Not(node.formula))
        then_guards, else_guards = self.guards, self.guards
        if node.condition is not None:
            then_guards, else_guards = (*self.guards, (node.condition, True)), (*self.guards, (node.condition, False))
        then = replace(self, facts=then_facts, guards=then_guards).walk(node.then)
        otherwise = replace(self, facts=else_facts, guards=else_guards).walk(node.otherwise)
        blame = Blame(node.span, "both branches to have one shape")
        if node.formula is not None:
            return self._either(then, then_facts, otherwise, else_facts, blame)
        result = self.same_unless_scalar(then, otherwise, blame)
        if node.condition is not None:
            condition = self.walk(node.condition)
            return self.same_unless_scalar(condition, result, Blame(node.span, "a condition shaped like the branches"))
        return result

    def _either(
        self,
        then: Variable,
        then_facts: tuple[Formula, ...],
        otherwise: Variable,
        else_facts: tuple[Formula, ...],
        blame: Blame,
    ) -> Variable:
        """The shape of two branches under a condition on sizes: sizes that differ must agree where one of them counts.

        Under the condition of one branch both sizes are equal, so that the other's is the size of both.
        """
        result = Variable(origin=blame)

        def resolve(patience: int) -> bool:
            one, other = self.attempt.dims(then), self.attempt.dims(otherwise)
            if one is None or other is None or len(one) != len(other) or not one:
                plain = self.same_unless_scalar(then, otherwise, blame)
                self.attempt.unify(result, plain, blame)
                return True
            sizes = [self._common(a, then_facts, b, else_facts) for a, b in zip(one, other)]
            known = tuple(size for size in sizes if size is not None)
            if len(known) < len(sizes):
                self.attempt.unify(then, otherwise, blame) if not self.facts else self.same_under_facts(
                    then, otherwise, blame
                )
                known = one
            self.attempt.unify(result, Variable(known, blame), blame)
            return True

        self.attempt.soon(resolve)
        return result

    def _common(
        self, one: Size, then_facts: tuple[Formula, ...], other: Size, else_facts: tuple[Formula, ...]
    ) -> Size | None:
        solver = self.attempt.solver
        one, other = solver.normal(one), solver.normal(other)
        if one is other:
            return one
        if solver.unknowns(one) or solver.unknowns(other):
            return None
        if solver.proved(Relation("==", one, other), then_facts):
            return other
        return one if solver.proved(Relation("==", one, other), else_facts) else None

    def _decided(self, node: Choose) -> Node | None:
        """Where sizes alone decide the condition, only that branch exists (where no sizes get here, both do)."""
        if node.formula is None or any(name[0] in ".?" for name in node.formula.names):
            return None
        context = self.attempt.solver.context.assuming(*self.facts)
        holds = isinstance(decide(context, node.formula), Proved)
        fails = isinstance(decide(context, Not(node.formula)), Proved)
        if holds != fails:
            return node.then if holds else node.otherwise
        return None
