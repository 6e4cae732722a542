"""The statements of values about the sizes below them: a rule for each kind of node; an operation's own stands with it.

In: a box of a network.  Out: links.  An operation's shape rule is read on placeholders, so that the formula that is
told is the rule itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from shapecheck import ops
from shapecheck.explain.model import Code, Filled, Words
from shapecheck.explain.network import Box, Network
from shapecheck.explain.placeholders import PLACE, axes_of, passed_on, placed, with_places
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
from shapecheck.ops.base import Misfit, Op, Result
from shapecheck.record import record
from shapecheck.sizes import Formula, Not, Relation, Size, exact_divide, symbol


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
                    self.applied(op, parameters, known, made, Code(self._text(node)), node)
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

    # ---- operations ----------------------------------------------------------------------------

    def applied(
        self, op: Op, parameters: object, operands: Sequence[Carrier], made: Carrier, text: Code, node: Node | Equation
    ) -> None:
        """An operation's own rule, read on placeholders."""
        places: dict[str, Slot] = {}
        shapes = [placed(operand, places) for operand in operands]
        fixed: dict[str, Size] = {}
        outcome = op.shape(with_places(parameters, fixed), shapes)
        says: Words = ("in ", text, ": ", op.says(parameters))
        if isinstance(outcome, Misfit) or len(outcome.shape) != len(made.sizes):
            why = Why(node.span, says)
            premises = [slot for operand in operands for slot in operand.slots]
            for slot in made.slots:
                self.network.links.add(slot, premises, why)
            return
        if self._keeps(outcome.shape, shapes, operands, made) and not outcome.owed:
            return
        values = {**{name: size_in(slot) for name, slot in places.items()}, **fixed}
        owes = self._owes(outcome, values)
        why = Why(node.span, says, owes=owes, facts=self._around(owes))
        stay = passed_on(op, parameters, shapes) if op.kept else ()
        for slot, size in zip(made.slots, outcome.shape):
            kept: Words = ("in ", text, ": ", op.kept) if size in stay else ()
            self._rule_of(slot, size, places, values, why, kept)
        if not made.sizes:
            self._scalar(operands, made, why)
        for owed in outcome.owed:
            if owed.relation.operator == "==":
                self._equals(owed.relation, outcome.shape, made, places, why)
                needed = Why(node.span, ("in ", text, ": ", owed.why))
                self._solved(owed.relation.left - owed.relation.right, places, values, needed)

    def _owes(self, outcome: Result, values: dict[str, Size]) -> tuple[tuple[Formula, str], ...]:
        """The further needs of the rule besides equal sizes, with the sizes put in; not what is true of any numbers."""
        seen: dict[Formula, str] = {}
        owed = ((item.relation.substitute(values), item.why) for item in outcome.owed if item.relation.operator != "==")
        for relation, why in owed:
            if relation.difference.constant is None:
                seen.setdefault(relation, why)
        return tuple(seen.items())

    def _around(self, owes: tuple[tuple[Formula, str], ...]) -> tuple[Formula, ...]:
        indexed = any(name[0] == "." for formula, _ in owes for name in formula.names)
        return (*self.facts, *(index_facts(self.box.intervals) if indexed else ())) if owes else ()

    def _keeps(self, result: Sequence[Size], shapes: Sequence[Sequence[Size]], operands: Sequence[Carrier],
               made: Carrier) -> bool:  # fmt: skip
        """Whether the result is the one operand with axes, entry by entry."""
        tensors = [number for number, shape in enumerate(shapes) if shape]
        if (
            len(tensors) == 1
            and tuple(result) == tuple(shapes[tensors[0]])
            and made.sizes == operands[tensors[0]].sizes
        ):
            join(made, operands[tensors[0]])
            return True
        return False

    def _scalar(self, operands: Sequence[Carrier], made: Carrier, why: Why) -> None:
        """A scalar of scalars rests on them, and the other way round; any other scalar is one by the rule."""
        if operands and not any(operand.sizes for operand in operands):
            self.network.links.add(made.slots[0], [operand.slots[0] for operand in operands], why)
            for operand in operands:
                self.network.links.add(operand.slots[0], (made.slots[0],), why, cost=BACKWARD)
        else:
            self.network.links.add(made.slots[0], (), why)

    def _rule_of(
        self, goal: Slot, rule: Size, places: dict[str, Slot], values: dict[str, Size], why: Why, kept: Words
    ) -> None:
        names = [name for name in places if name in rule.names]
        premises = [places[name] for name in names]
        formula: Words = ()
        if len(rule.terms) > 1 or (names and rule is not symbol(names[0])):
            filled = [name for name in values if name in rule.names]
            formula = (Filled(self.network.put(rule), tuple((name, values[name]) for name in filled)),)
        plain = bool(names) and not formula
        self.link(goal, premises, rule.substitute(values), why, formula, kept=kept if plain else ())
        if names:
            made = symbol(f"{PLACE}{len(places)}")
            known = {**places, f"{PLACE}{len(places)}": goal}
            self._solved(rule - made, known, {**values, f"{PLACE}{len(places)}": size_in(goal)}, why, goal)

    def _equals(self, owed: Relation, shape: Sequence[Size], made: Carrier, places: dict[str, Slot], why: Why) -> None:
        """Links an axis that is as long as one operand to the other one that must be as long."""
        for one, other in ((owed.left, owed.right), (owed.right, owed.left)):
            for slot, size in zip(made.slots, shape):
                if size is one and str(other) in places:
                    source = places[str(other)]
                    self.link(slot, (source,), size_in(source), why)

    def _solved(
        self, difference: Size, places: dict[str, Slot], values: dict[str, Size], why: Why, but: Slot | None = None
    ) -> None:
        """A size that must be 0, solved for each of the placeholders in it."""
        for name in sorted(difference.names & places.keys()):
            linear = difference.linear_in(name)
            if places[name] == but or linear is None:
                continue
            factor, rest = (part.substitute(values) for part in linear)
            if factor.constant is None and name in factor.names:
                continue
            value = exact_divide(-rest, factor) if factor.terms else None
            if value is not None:
                others = sorted((difference.names & places.keys()) - {name})
                self.link(places[name], [places[other] for other in others], value, why, (), BACKWARD)

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
            why = Why(node.span, ("both branches of ", self.network.quote(node.span), " have one shape"))
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
            op = ops.find("join", len(equation.targets))
            parts = [cell for _, cell in self.network.targets(self.box)]
            if op is not None and len(parts) == len(equation.targets):
                self.applied(op, op.parameters({}), parts, value, self.network.quote(equation.span), equation)


_ENTRYWISE = "term by term, so the shape is that of a term"
_RULES = {
    "stack": "a new axis in front for each index",
    "concat": "the terms joined along their first axis",
    "argmax": "an index, so one number",
    "argmin": "an index, so one number",
}
