"""The rules for nodes: a shape variable for every node of one equation.

In: an attempt and a frame of it.  Out: the shape variable of a value; the rules for reads, applications of blocks and
ops, and branches stand in files of their own.  A rule that does not know enough yet is a task that waits
(`Attempt.soon`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

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
from shapecheck.infer.attempt import errors, range_errors
from shapecheck.infer.attempt.branch_rules import Chooser
from shapecheck.infer.attempt.call_rules import Caller
from shapecheck.infer.attempt.op_rules import Applier
from shapecheck.infer.attempt.read_rules import Reader
from shapecheck.infer.attempt.solver import Blame, Unequal
from shapecheck.infer.attempt.state import Frame, Guards, Variable
from shapecheck.infer.model import Interval
from shapecheck.record import record
from shapecheck.sizes import Formula, Size, integer

if TYPE_CHECKING:
    from shapecheck.infer.attempt.one_attempt import Attempt


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
    idle: frozenset[str] = frozenset()
    """The indices that reads bound only where no others do: those around a `when`, in its condition."""

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
            case Apply():
                return Applier(self).value(node)
            case Reduce():
                return self._reduce(node)
            case Default(read, fallback):
                value = self._remember(read, Reader(self, guarded=True).value(read))
                self.scalar(self.walk(fallback), "default", fallback)
                return value
            case Choose():
                return Chooser(self).value(node)
            case Call():
                return Caller(self).value(node)
            case Output():
                return Caller(self).output(node)

    def text(self, node: Node) -> str:
        """A node as the author wrote it, on one line."""
        return " ".join(self.attempt.graph.source[node.span].split())

    def failed(self, result: Variable, operands: Sequence[Variable]) -> bool:
        """Passes a reported failure on, so that it is not reported again; whether there was one."""
        if any(operand.find().failed for operand in operands):
            if result.find().dims is None:
                result.find().failed = True
            return True
        return False

    def fixed(self) -> dict[str, Size]:
        """The equation's indices that have one value here."""
        normal = self.attempt.solver.normal
        ends = {name: (normal(item.low), normal(item.high)) for name, item in self.frame.ranges.items()}
        return {name: low for name, (low, high) in ends.items() if low is high}

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
            self.agree(left, right, blame)
            self.attempt.unify(result, left, blame)
            return True

        self.attempt.soon(resolve)
        return result

    def agree(self, left: Variable, right: Variable, blame: Blame) -> None:
        """Make two shapes one, under the conditions of the branches around."""
        if self.facts:
            self.same_under_facts(left, right, blame)
        else:
            self.attempt.unify(left, right, blame)

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

    # ---- big operators -------------------------------------------------------------------------

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
            best = self.scalar(body, node.operator, node.body)
            return self._new_axes(node, best) if node.operator == "argsort" else best
        return body

    def _alike(self, body: Variable, node: Reduce) -> None:
        """All terms have one shape: it does not depend on the operator's own indices."""
        own = {index.symbol for index in node.indices}

        def check(patience: int) -> bool:
            dims = self.attempt.dims(body)
            if dims is not None and any(own & size.names for size in dims):
                raise range_errors.terms_differ(node.operator, self.text(node.body), node.body.span, dims)
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
        fixed = self.fixed()
        extents = tuple(self.frame.bounds[index.symbol].extent.substitute(fixed) for index in node.indices)

        def resolve(patience: int) -> bool:
            dims = self.attempt.dims(body)
            if dims is None:
                return self.failed(result, [body])
            if node.operator in ("stack", "argsort"):
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

    def scalar(self, variable: Variable, what: str, node: Node) -> Variable:
        """Requires operands of one number; the result is one number, too."""

        def check(patience: int) -> bool:
            dims = self.attempt.dims(variable)
            if dims is None:
                return variable.find().failed
            if dims:
                raise errors.not_scalar(what, self.text(node), node.span, dims)
            return True

        self.attempt.soon(check)
        return Variable(())
