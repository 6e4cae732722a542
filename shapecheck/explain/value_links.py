"""The statements of values about the sizes below them: a rule for each kind of node.

In: a box of a network.  Out: links.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from shapecheck import ops
from shapecheck.explain.carriers import Box, Network
from shapecheck.explain.model import Code, Words
from shapecheck.explain.operation_links import Operations
from shapecheck.explain.placeholders import axes_of
from shapecheck.explain.read_links import Reads
from shapecheck.explain.slots import BACKWARD, FORWARD, PASSING, Carrier, Slot, Why, join, size_in
from shapecheck.graph.model import Equation
from shapecheck.graph.nodes import (
    Apply,
    Call,
    Choose,
    Data,
    Default,
    Inner,
    Node,
    Number,
    Output,
    Part,
    Read,
    Reduce,
    SizeValue,
)
from shapecheck.infer.regions import index_facts
from shapecheck.record import record
from shapecheck.sizes import Formula, Not, Relation, Size


@record(frozen=False)
class Values:
    """The values of one box; `facts` are the conditions of the branches around."""

    network: Network
    box: Box
    facts: tuple[Formula, ...] = ()

    def carrier(self, node: Node) -> Carrier | None:
        """The carrier of a node's sizes; None where inference never looked at it."""
        known = self.box.values.get(node)
        if known is not None:
            return known
        shape = self.box.instance.shapes.get(node)
        if shape is None:
            return None
        place = self.box.place
        name: Words = (self.network.quote(node.span),)
        made = Carrier("value", (*name, " in ", Code(place)) if place else name, shape, node.span, PASSING)
        self.box.values[node] = made
        self._rule(node, made)
        return made

    def _rule(self, node: Node, made: Carrier) -> None:
        match node:
            case Number() | SizeValue() | Data():
                why = Why(node.span, ("as written",), written=True)
                for slot in made.slots:
                    self.network.links.add(slot, (), why)
            case Read():
                Reads(self).read(node, made)
            case Part(base, subscripts):
                below = self.carrier(base)
                if below is not None:
                    Reads(self).part(made, [*below.slots] if below.sizes else [], subscripts, node, below)
            case Apply(op, arguments, parameters):
                below_all = [self.carrier(argument) for argument in arguments]
                known = [item for item in below_all if item is not None]
                if len(known) == len(below_all):
                    Operations(self).applied(op, parameters, known, made, Code(self._text(node)), node)
            case Reduce():
                self._reduce(node, made)
            case Default(read, fallback):
                self.carrier(fallback)
                self._alike(made, self.carrier(read), Why(node.span, ("a read has the shape of what is read",)))
            case Choose():
                self._choose(node, made)
            case Call() | Output() | Inner():
                raise AssertionError("blocks are written out before anything is explained")

    def _text(self, node: Node) -> str:
        return self.network.quote(node.span).text

    # ---- links ---------------------------------------------------------------------------------

    def link(
        self,
        goal: Slot,
        premises: Sequence[Slot],
        value: Size | None,
        why: Why,
        formula: Words = (),
        cost: int = FORWARD,
        kept: Words = (),
    ) -> None:
        """A link if `value` is certain to be the goal's size; None for a slot that is a scalar."""
        if value is None:
            self.network.links.add(goal, premises, why, cost=cost)
            return
        own = size_in(goal)
        relation = Relation("==", own, self.network.put(value))
        facts: tuple[Formula, ...] = ()
        if relation.difference.constant != 0:
            facts = (*self.facts, *self._range_facts(relation))
            if not self.network.true(relation, facts):
                return
        self.network.links.add(goal, premises, why, (relation,), facts, formula, cost, kept)

    def _range_facts(self, relation: Relation) -> tuple[Formula, ...]:
        return index_facts(self.box.intervals) if any(name[0] == "." for name in relation.names) else ()

    def both(self, one: Slot, other: Slot, why: Why) -> None:
        """Two slots of one size, either from the other; `one` is what comes later on the way of the values."""
        self.link(one, (other,), size_in(other) if other[1] >= 0 else None, why)
        self.link(other, (one,), size_in(one) if one[1] >= 0 else None, why, (), BACKWARD)

    def _alike(self, made: Carrier, other: Carrier | None, why: Why) -> None:
        """Two values of one shape: one carrier where the sizes are the same, else linked one by one."""
        if other is None:
            return
        if made.sizes == other.sizes:
            join(made, other)
        elif len(made.sizes) == len(other.sizes):
            for one, two in zip(made.slots, other.slots):
                self.both(one, two, why)

    # ---- big operators, branches ---------------------------------------------------------------

    def _reduce(self, node: Reduce, made: Carrier) -> None:
        body = self.carrier(node.body)
        if body is None:
            return
        spans = [self.box.spans[index.symbol] for index in node.indices]
        own = tuple(span.sizes[0] for span in spans)
        why = Why(node.span, ("in ", self.network.quote(node.span), ": ", _RULES.get(node.operator, _ENTRYWISE)))
        if node.operator == "stack":
            for slot, source in zip(made.slots, [*(span.slot(0) for span in spans), *axes_of(body)]):
                self.both(slot, source, why)
        elif node.operator == "concat":
            count = body.sizes[0] if body.sizes else None
            total = own[0]
            for size in (*own[1:], *(() if count is None else (count,))):
                total = total * size
            premises = [*(span.slot(0) for span in spans), *axes_of(body)[:1]]
            self.link(made.slots[0], premises, total, why)
            for slot, source in zip(made.slots[1:], axes_of(body)[1:]):
                self.both(slot, source, why)
        elif node.operator == "argsort":
            self.both(made.slots[0], spans[0].slot(0), why)
        elif node.operator.startswith("arg"):
            self.network.links.add(made.slots[0], (), why)
        else:
            self._alike(made, body, why)

    def _choose(self, node: Choose, made: Carrier) -> None:
        if node.condition is not None:
            self.carrier(node.condition)
        for branch, formula in ((node.then, node.formula), (node.otherwise, node.formula and Not(node.formula))):
            facts = self.facts if formula is None else (*self.facts, formula)
            inside = replace(self, facts=facts)
            value = inside.carrier(branch)
            parts = "the terms of " if node.leaves_out else "both branches of "
            why = Why(node.span, (parts, self.network.quote(node.span), " have one shape"))
            if value is not None and len(value.sizes) == len(made.sizes):
                for one, two in zip(made.slots, value.slots):
                    inside.both(one, two, why)

    # ---- equations -----------------------------------------------------------------------------

    def all(self) -> None:
        """All values that inference looked at."""
        for node in self.box.instance.shapes:
            self.carrier(node)

    def equation(self) -> None:
        """Both sides of an equation."""
        equation = self.box.instance.origin
        assert isinstance(equation, Equation)
        value = self.carrier(equation.value)
        if value is None:
            return
        for target, (_, cell) in zip(equation.targets, self.network.targets(self.box)):
            if target.cell is not None:
                why = Why(target.span, ("as annotated",), written=True)
                for slot in cell.slots:
                    self.network.links.add(slot, (), why)
        if equation.form == "plain":
            self.network.equation(self.box, value)
        elif equation.form == "column":
            parts = [cell for _, cell in self.network.targets(self.box)]
            if len(parts) == len(equation.targets):
                text = self.network.quote(equation.span)
                Operations(self).applied(ops.JOIN, None, parts, value, text, equation)


_ENTRYWISE = "term by term, so the shape is that of a term"
_RULES = {
    "stack": "a new axis in front for each index",
    "concat": "the terms joined along their first axis",
    "argmax": "an index, so one number",
    "argmin": "an index, so one number",
    "argsort": "all indices, so as many as the range has",
}
