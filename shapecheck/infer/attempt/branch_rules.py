"""The shapes of branches: of one shape, or of sizes that agree where each of them counts.

In: an `if`, and the walker that is at it.  Out: the shape variable of the whole.  Each branch is walked under the
condition that leads to it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from shapecheck.graph.nodes import Choose, Node
from shapecheck.infer.attempt.solver import Blame
from shapecheck.infer.attempt.state import Variable
from shapecheck.record import record
from shapecheck.sizes import Formula, Not, Proved, Relation, Size, decide

if TYPE_CHECKING:
    from shapecheck.infer.attempt.node_rules import Walker


@record
class Chooser:
    """Branches for one walker."""

    walker: Walker

    def value(self, node: Choose) -> Variable:
        """The shape of the branches, or of the only one that there is."""
        branch, walker = self._decided(node), self.walker
        if branch is not None:
            return walker.walk(branch)
        ways = [self._way(node, holds) for holds in (True, False)]
        then, otherwise = ways[0].walk(node.then), ways[1].walk(node.otherwise)
        subject = "both branches" if node.entries_of is None else f"all entries of {node.entries_of}"
        blame = Blame(node.span, f"{subject} to have one shape")
        if node.formula is not None:
            return self._either(then, ways[0].facts, otherwise, ways[1].facts, blame)
        result = walker.same_unless_scalar(then, otherwise, blame)
        if node.condition is not None and node.leaves_out:
            asking = replace(walker, idle=frozenset((*walker.frame.ranges, *walker.around)))
            walker.scalar(asking.walk(node.condition), "when", node.condition)
        elif node.condition is not None:
            blame = Blame(node.span, "a condition shaped like the branches")
            return walker.same_unless_scalar(walker.walk(node.condition), result, blame)
        return result

    def _way(self, node: Choose, holds: bool) -> Walker:
        """The walker for the branch where the condition holds, or for the other one."""
        facts, guards = self.walker.facts, self.walker.guards
        if node.formula is not None:
            facts = (*facts, node.formula if holds else Not(node.formula))
        if node.condition is not None:
            guards = (*guards, (node.condition, holds))
        return replace(self.walker, facts=facts, guards=guards)

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
            one, other = self.walker.attempt.dims(then), self.walker.attempt.dims(otherwise)
            if one is None or other is None or len(one) != len(other) or not one:
                plain = self.walker.same_unless_scalar(then, otherwise, blame)
                self.walker.attempt.unify(result, plain, blame)
                return True
            sizes = [self._common(a, then_facts, b, else_facts) for a, b in zip(one, other)]
            known = tuple(size for size in sizes if size is not None)
            if len(known) < len(sizes):
                self.walker.agree(then, otherwise, blame)
                known = one
            self.walker.attempt.unify(result, Variable(known, blame), blame)
            return True

        self.walker.attempt.soon(resolve)
        return result

    def _common(
        self, one: Size, then_facts: tuple[Formula, ...], other: Size, else_facts: tuple[Formula, ...]
    ) -> Size | None:
        solver = self.walker.attempt.solver
        one, other = solver.normal(one), solver.normal(other)
        if one is other:
            return one
        if solver.unknowns(one) or solver.unknowns(other):
            return None
        if solver.proved(Relation("==", one, other), then_facts):
            return other
        return one if solver.proved(Relation("==", one, other), else_facts) else None

    def _decided(self, node: Choose) -> Node | None:
        """The branches that exist: one where sizes alone decide the condition, both where no sizes get here."""
        if node.formula is None or any(name[0] in ".?" for name in node.formula.names):
            return None
        context = self.walker.attempt.solver.context.assuming(*self.walker.facts)
        holds = isinstance(decide(context, node.formula), Proved)
        fails = isinstance(decide(context, Not(node.formula)), Proved)
        if holds != fails:
            return node.then if holds else node.otherwise
        return None
