"""Claims about sizes and shapes: decided for all sizes, or refuted with the smallest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field, replace
from itertools import product
from math import prod

from shapecheck.diagnostics.model import ShapePair
from shapecheck.graph.model import Claim, Debt, Graph, Quantity, ShapeClaim, SizeClaim
from shapecheck.graph.nodes import Index, Read
from shapecheck.infer.counting import counts
from shapecheck.infer.counting.branches import Cases
from shapecheck.infer.model import Instance, Interval, Shapes
from shapecheck.infer.regions import LONGEST_WRITTEN_OUT, index_facts
from shapecheck.record import record
from shapecheck.sizes import (
    And,
    Context,
    Decision,
    Formula,
    Proved,
    Refuted,
    Relation,
    Size,
    Tested,
    Undecided,
    Unknown,
    consistent,
    decide,
    repair,
    smallest,
    symbol,
)
from shapecheck.sizes.questions.formula import relations
from shapecheck.verdict.model import Verdict, Word

_STRENGTH = (Word.ERROR, Word.REFUTED, Word.UNKNOWN, Word.TESTED, Word.PROVED)
"""A claim about several boxes of members is worth what the weakest of its verdicts is worth."""


@record
class Setting:
    """Where claims are judged: for all sizes, or inside a test at its sizes."""

    shapes: Shapes
    sizes: Mapping[str, int]
    test: str | None = None
    ranges: Mapping[str, Interval] = field(default_factory=dict)
    """Those of the indices of the claim at hand."""
    condition: Formula | None = None
    """What the claim at hand assumes."""
    case: tuple[Formula, ...] = ()
    """The answers to the conditions that counts depend on, where the claim is judged case by case."""

    @property
    def graph(self) -> Graph:
        return self.shapes.graph

    def context(self, claim: Claim, ranges: Iterable[Formula] = ()) -> Context:
        """What may be assumed: declared bounds, `assume`s, the test's sizes, `when`, the ranges of the indices."""
        fixed = tuple(Relation("==", symbol(name), symbol(name) * 0 + value) for name, value in self.sizes.items())
        condition = () if claim.condition is None else (self.put(claim.condition),)
        return self.graph.context.assuming(*fixed, *condition, *ranges, *self.case)

    def put(self, formula: Formula) -> Formula:
        """The formula with quantities (`params`, `V.macs`, `size(..)`) and the test's sizes put in."""
        values: dict[str, Size | int] = {}
        for name in formula.names:
            quantity = self.quantity(name)
            if quantity is not None:
                values[name] = quantity
        formula = formula.substitute(values) if values else formula
        return formula.substitute(dict(self.sizes)) if self.sizes else formula

    def quantity(self, name: str) -> Size | None:
        """The size that a quantity's symbol stands for; None for a plain size, or where it has no closed form."""
        if name in self.shapes.measures:
            return self.shapes.measures[name]
        quantity = self.graph.quantities.get(name)
        if quantity is None:
            return None
        return counts.single(self.counted(quantity))

    def counted(self, quantity: Quantity) -> Cases:
        """A count, by the conditions on sizes that it depends on."""
        context = self._known()
        if quantity.path:
            return counts.part(self.shapes, quantity.kind, quantity.path, self.ranges, context)
        return counts.cases(self.shapes, quantity.kind, quantity.family, context)

    def _known(self) -> Context:
        """What is known of the sizes that weights depend on: the test's sizes, and what the claim assumes."""
        facts: list[Formula] = [Relation("==", symbol(name), symbol(name) * 0 + at) for name, at in self.sizes.items()]
        if self.condition is not None and not self.condition.names & self.graph.quantities.keys():
            facts.append(self.condition)
        return self.graph.context.assuming(*facts, *self.case)

    def by_cases(self, formula: Formula) -> list[Setting]:
        """Settings in which no count in a formula depends on the sizes, and that are all there are together."""
        found = [self]
        for name in sorted(formula.names & self.graph.quantities.keys()):
            quantity = self.graph.quantities[name]
            if name not in self.shapes.measures:
                found = [replace(at, case=(*at.case, *facts)) for at in found for facts, _ in at.counted(quantity)]
        return [at for at in found if len(found) == 1 or consistent(at._known()) is not None]

    def open_quantity(self, formula: Formula) -> str | None:
        """A quantity in the formula that has no closed form."""
        return next(
            (name for name in formula.names if name in self.graph.quantities and self.quantity(name) is None), None
        )


def ranges_of(indices: Iterable[Index]) -> dict[str, Interval]:
    """The written ranges of a claim's indices."""
    found: dict[str, Interval] = {}
    for index in indices:
        assert index.low is not None and index.high is not None
        found[index.symbol] = Interval(index.low, index.high)
    return found


def vacuous(claim: Claim, setting: Setting) -> Verdict | None:
    """An error where no sizes meet what the claim assumes; unknown where none could be found."""
    context = setting.context(claim, index_facts(ranges_of(claim.indices)))
    admissible = consistent(context)
    if isinstance(admissible, Undecided):
        return Verdict(claim, Word.UNKNOWN, "no sizes are known that meet its conditions", test=setting.test)
    if admissible is not None:
        return None
    return Verdict(claim, Word.ERROR, "vacuous: no sizes meet its conditions", test=setting.test)


def debt(claim: Claim, setting: Setting) -> Verdict | None:
    """An error where a size written in the claim makes no sense (a division that does not divide)."""
    context = setting.context(claim, index_facts(ranges_of(claim.indices)))
    for owed in claim.debts:
        decision = decide(context.assuming(*map(setting.put, owed.facts)), setting.put(owed.relation))
        if isinstance(decision, Refuted):
            return _owed(claim, owed, setting, decision, context)
    return None


def _owed(claim: Claim, owed: Debt, setting: Setting, decision: Refuted, context: Context) -> Verdict:
    """The error of a claim that makes no sense for some sizes, and for which sizes it does."""
    whole = owed.relation.operator == "=="
    found = None if setting.sizes or claim.indices or owed.facts else repair(context, setting.put(owed.relation))
    return Verdict(
        claim,
        Word.ERROR,
        "a size in it is not an integer" if whole else "a size in it is not defined for all sizes",
        counterexample={**setting.sizes, **sizes_only(decision.witness)},
        detail=(f"this needs {owed.why}",),
        condition=None if found is None else found.text,
        condition_is_weakest=found is None or found.weakest,
        test=setting.test,
    )


def size_claim(claim: Claim, setting: Setting) -> Verdict:
    """A relation between sizes."""
    assert isinstance(claim.body, SizeClaim)
    setting = replace(setting, ranges=ranges_of(claim.indices), condition=claim.condition)
    return weakest(_size_claim(claim, at) for at in setting.by_cases(claim.body.formula))


def _size_claim(claim: Claim, setting: Setting) -> Verdict:
    assert isinstance(claim.body, SizeClaim)
    missing = setting.open_quantity(claim.body.formula)
    if missing is not None and _is_short(setting.ranges):
        return _member_by_member(claim, setting)
    if missing is not None:
        return Verdict(claim, Word.UNKNOWN, f"{missing} has no closed form", test=setting.test)
    formula = setting.put(claim.body.formula)
    context = setting.context(claim, index_facts(ranges_of(claim.indices)))
    decision = _with_idle_sizes(decide(context, formula), (formula, *setting.case), context, claim)
    detail = _sides(claim.body.formula, setting, decision) if isinstance(decision, Refuted) else ()
    return from_decision(claim, setting, decision, context, formula, detail)


def _is_short(ranges: Mapping[str, Interval]) -> bool:
    """Whether a claim's indices have a few values, written in numbers."""
    counts = [interval.extent.constant for interval in ranges.values()]
    return bool(counts) and all(count is not None and count >= 1 for count in counts) and prod(
        count or 0 for count in counts
    ) <= LONGEST_WRITTEN_OUT


def _member_by_member(claim: Claim, setting: Setting) -> Verdict:
    """A relation whose quantities differ from member to member: one statement for each."""
    assert isinstance(claim.body, SizeClaim)
    parts: list[Formula] = []
    names = list(setting.ranges)
    lows = [setting.ranges[name].low for name in names]
    for steps in product(*(range(setting.ranges[name].extent.constant or 0) for name in names)):
        at = {name: low + step for name, low, step in zip(names, lows, steps)}
        here = replace(setting, ranges={name: Interval(size, size) for name, size in at.items()})
        missing = here.open_quantity(claim.body.formula)
        if missing is not None:
            return Verdict(claim, Word.UNKNOWN, f"{missing} has no closed form", test=setting.test)
        parts.append(here.put(claim.body.formula).substitute(at))
    formula, context = And(tuple(parts)), setting.context(claim)
    return from_decision(claim, setting, decide(context, formula), context, formula, ())


def _with_idle_sizes(decision: Decision, formulas: Sequence[Formula], context: Context, claim: Claim) -> Decision:
    """A refutation that also sets the sizes which cancel (`H - M + 1 < H`), as small as may be.

    Sizes count, too, that only decide whether the claim's conditions are met and its ranges have a member.
    """
    if not isinstance(decision, Refuted):
        return decision
    around = () if claim.condition is None else (claim.condition,)
    said = [part for item in (*formulas, *around) for part in relations(item)]
    said += index_facts(ranges_of(claim.indices))
    written = frozenset[str]().union(*(part.left.names | part.right.names for part in said))
    idle = [name for name in context.in_order(written) if name not in decision.witness]
    rest = smallest(context, idle) if idle else []
    witness = {**(rest[0] if rest else {}), **decision.witness}
    return Refuted({name: witness[name] for name in context.in_order(witness)}, decision.method)


def _sides(formula: Formula, setting: Setting, decision: Refuted) -> tuple[str, ...]:
    """Both sides of the first comparison that fails, as sizes and at the counterexample."""
    parts = formula.parts if isinstance(formula, And) else (formula,)
    for part in parts:
        put = setting.put(part)
        if isinstance(part, Relation) and isinstance(put, Relation) and not put.holds(decision.witness):
            left, right = put.left.evaluate(decision.witness), put.right.evaluate(decision.witness)
            sides = ((part.left, _or_number(put.left, left)), (part.right, _or_number(put.right, right)))
            told = [f"{side} is {number}" for side, number in sides if str(side) != number]
            return (", ".join(told),) if told else ()
    return ()


def _or_number(size: Size, value: int) -> str:
    return str(value) if size.constant is not None else f"{size} = {value}"


def shape_claim(claim: Claim, instances: tuple[Instance, ...], setting: Setting) -> Verdict:
    """The derived shape against the claimed one, in every box of the claim's indices."""
    assert isinstance(claim.body, ShapeClaim)
    return weakest(_shape_in(claim, instance, setting) for instance in instances)


def weakest(verdicts: Iterable[Verdict]) -> Verdict:
    """Of several verdicts on one claim the weakest, with the smallest counterexample."""
    return min(verdicts, key=lambda verdict: (_STRENGTH.index(verdict.word), sum(verdict.counterexample.values())))


def _shape_in(claim: Claim, instance: Instance, setting: Setting) -> Verdict:
    assert isinstance(claim.body, ShapeClaim)
    derived, claimed = instance.shapes[claim.body.value], claim.body.sizes
    context = setting.context(claim, index_facts(instance.ranges))
    pair = ShapePair("derived", tuple(map(str, derived)), "claimed", tuple(map(str, claimed)))
    if len(derived) != len(claimed):
        witness = consistent(context)
        sizes = sizes_only(witness) if isinstance(witness, Mapping) else {}
        return Verdict(
            claim,
            Word.REFUTED,
            "number of axes",
            counterexample={**sizes, **setting.sizes},
            test=setting.test,
            shapes=pair,
        )
    wrong = _wrong_name(claim, setting)
    if wrong is not None:
        return wrong
    relations = tuple(Relation("==", one, other) for one, other in zip(derived, claimed) if one is not other)
    if not relations:
        return Verdict(claim, Word.PROVED, "normal form", test=setting.test)
    formula = setting.put(And(relations) if len(relations) > 1 else relations[0])
    decision = _with_idle_sizes(decide(context, formula), (formula,), context, claim)
    verdict = from_decision(claim, setting, decision, context, formula)
    return replace(verdict, shapes=pair) if isinstance(decision, Refuted) else verdict


def _wrong_name(claim: Claim, setting: Setting) -> Verdict | None:
    """Named axes are checked where both sides have names."""
    assert isinstance(claim.body, ShapeClaim)
    value = claim.body.value
    family = setting.graph.families.get(value.family) if isinstance(value, Read) and not value.subscripts else None
    if family is None or family.axes:
        return None
    for axis, (one, other) in enumerate(zip(family.axis_names, claim.body.axis_names)):
        if one is not None and other is not None and one != other:
            detail = (f"axis {axis} is called {one}, not {other}",)
            return Verdict(
                claim,
                Word.REFUTED,
                "names of the axes",
                counterexample=dict(setting.sizes),
                detail=detail,
                test=setting.test,
            )
    return None


def from_decision(
    claim: Claim, setting: Setting, decision: Decision, context: Context, formula: Formula, detail: tuple[str, ...] = ()
) -> Verdict:
    """A decision about sizes as a verdict, with the condition that would repair a refuted claim."""
    match decision:
        case Proved(method):
            return Verdict(claim, Word.PROVED, method, test=setting.test)
        case Refuted(witness, method):
            at = _at(claim, witness)
            found = None if setting.sizes or claim.indices else repair(context, formula)
            return Verdict(
                claim,
                Word.REFUTED,
                method,
                counterexample={**setting.sizes, **sizes_only(witness)},
                detail=(*detail, *at),
                condition=None if found is None else found.text,
                condition_is_weakest=found is None or found.weakest,
                test=setting.test,
            )
        case Tested(count):
            return Verdict(claim, Word.TESTED, "the smallest sizes, in order", runs=count, test=setting.test)
        case Unknown(reason):
            return Verdict(claim, Word.UNKNOWN, reason, test=setting.test)


def _at(claim: Claim, witness: Mapping[str, int]) -> tuple[str, ...]:
    found = [f"{index.label} = {witness[index.symbol]}" for index in claim.indices if index.symbol in witness]
    return (f"at {', '.join(found)}",) if found else ()


def sizes_only(witness: Mapping[str, int]) -> dict[str, int]:
    """The sizes of a witness, without index variables."""
    return {name: value for name, value in witness.items() if name[0] not in ".?%"}
