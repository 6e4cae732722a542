"""The statements of an operation about the sizes of its operands and its result.

In: carriers of operands and result.  Out: links.  The operation's shape rule is read on placeholders, so that the
formula that is told is the rule itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from shapecheck.explain.model import Code, Filled, Words
from shapecheck.explain.placeholders import PLACE, passed_on, placed, with_places
from shapecheck.explain.slots import BACKWARD, Carrier, Slot, Why, join, size_in
from shapecheck.graph.model import Equation
from shapecheck.graph.nodes import Node
from shapecheck.infer.regions import index_facts
from shapecheck.ops.base import Misfit, Op, Result
from shapecheck.record import record
from shapecheck.sizes import Formula, Relation, Size, exact_divide, symbol

if TYPE_CHECKING:
    from shapecheck.explain.value_links import Values


@record
class Operations:
    """The operations of one box; the links go to the network of its values."""

    values: Values

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
                self.values.network.links.add(slot, premises, why)
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
        return (*self.values.facts, *(index_facts(self.values.box.intervals) if indexed else ())) if owes else ()

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
        """Links a scalar result to its scalar operands, both ways; any other scalar follows from the rule alone."""
        if operands and not any(operand.sizes for operand in operands):
            self.values.network.links.add(made.slots[0], [operand.slots[0] for operand in operands], why)
            for operand in operands:
                self.values.network.links.add(operand.slots[0], (made.slots[0],), why, cost=BACKWARD)
        else:
            self.values.network.links.add(made.slots[0], (), why)

    def _rule_of(
        self, goal: Slot, rule: Size, places: dict[str, Slot], values: dict[str, Size], why: Why, kept: Words
    ) -> None:
        names = [name for name in places if name in rule.names]
        premises = [places[name] for name in names]
        formula: Words = ()
        if len(rule.terms) > 1 or (names and rule is not symbol(names[0])):
            filled = [name for name in values if name in rule.names]
            formula = (Filled(self.values.network.put(rule), tuple((name, values[name]) for name in filled)),)
        plain = bool(names) and not formula
        self.values.link(goal, premises, rule.substitute(values), why, formula, kept=kept if plain else ())
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
                    self.values.link(slot, (source,), size_in(source), why)

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
                self.values.link(places[name], [places[other] for other in others], value, why, (), BACKWARD)
