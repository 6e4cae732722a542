"""The setting in which a claim is judged: all sizes, or those of a test; and whether the claim has a meaning there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field, replace

from shapecheck.graph.model import Claim, Debt, Graph, Quantity, ValueClaim
from shapecheck.graph.nodes import Index
from shapecheck.infer.counting import counts
from shapecheck.infer.counting.branches import Cases
from shapecheck.infer.model import Interval, Shapes
from shapecheck.infer.regions import index_facts
from shapecheck.record import record
from shapecheck.sizes import (
    Context,
    Decision,
    Formula,
    Proved,
    Refuted,
    Relation,
    Size,
    Undecided,
    consistent,
    decide,
    repair,
    symbol,
)
from shapecheck.terms.receptive.field_sizes import seen_along
from shapecheck.verdict.model import Verdict, Word


@record
class Setting:
    """The sizes for which claims are judged: all sizes, or those of a test."""

    shapes: Shapes
    sizes: Mapping[str, int]
    test: str | None = None
    ranges: Mapping[str, Interval] = field(default_factory=dict)
    """The ranges of the indices of the claim at hand."""
    condition: Formula | None = None
    """The condition of the claim at hand."""
    case: tuple[Formula, ...] = ()
    """The answers to the conditions that counts depend on, where the claim is judged case by case."""

    @property
    def graph(self) -> Graph:
        return self.shapes.graph

    def context(self, claim: Claim, ranges: Iterable[Formula] = ()) -> Context:
        """Facts that may be assumed: declared bounds, `assume`s, the test's sizes, `when`, ranges of indices."""
        fixed = tuple(Relation("==", symbol(name), symbol(name) * 0 + value) for name, value in self.sizes.items())
        conditions = (self.put(condition) for condition in claim.conditions)
        return self.graph.context.assuming(*fixed, *conditions, *ranges, *self.case)

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
        if quantity.origin is not None:
            return (((), seen_along(self.shapes, quantity, tuple(index_facts(self.ranges)))),)
        if quantity.path:
            return counts.part(self.shapes, quantity.kind, quantity.path, self.ranges, context)
        return counts.cases(self.shapes, quantity.kind, quantity.family, context)

    def _known(self) -> Context:
        """The facts about sizes that weights depend on: the test's sizes, and the condition of the claim."""
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


NOT_AN_INTEGER = "a size in it is not an integer"
"""The method of an error about a division that does not divide."""


def debt(claim: Claim, setting: Setting) -> Verdict | None:
    """An error where a size written in the claim makes no sense; unknown where that is not decided of its conditions.

    The condition and the ranges of the claim do not stand for themselves: where a size in them is not defined, they
    say nothing.  So those of the condition are decided without it, and those of a range with the ranges before it.
    """
    for owed, context in _with_contexts(claim, setting):
        decision = _decided(owed, context, setting)
        if isinstance(decision, Refuted):
            return _owed(claim, owed, setting, decision, context)
        if not isinstance(decision, Proved) and owed not in claim.debts:
            return Verdict(claim, Word.UNKNOWN, f"whether it makes sense: {owed.why}", test=setting.test)
    return None


def makes_sense(claim: Claim, setting: Setting) -> bool:
    """Whether all sizes written in the claim are known to be defined."""
    pairs = _with_contexts(claim, setting)
    return all(isinstance(_decided(owed, context, setting), Proved) for owed, context in pairs)


def _decided(owed: Debt, context: Context, setting: Setting) -> Decision:
    return decide(context.assuming(*map(setting.put, owed.facts)), setting.put(owed.relation))


def _with_contexts(claim: Claim, setting: Setting) -> Iterator[tuple[Debt, Context]]:
    """The requirements of the sizes in a claim, each with what may be assumed there."""
    plain = _unconditional(claim)
    yield from ((owed, setting.context(plain)) for owed in claim.condition_debts)
    ranges, above = ranges_of(claim.indices), claim if _is_of_sizes_alone(claim) else plain
    for number, debts in enumerate(claim.range_debts):
        before = dict(list(ranges.items())[:number])
        yield from ((owed, setting.context(above, index_facts(before))) for owed in debts)
    yield from ((owed, setting.context(claim, index_facts(ranges))) for owed in claim.debts)


def _unconditional(claim: Claim) -> Claim:
    """The claim without its `when`."""
    body = replace(claim.body, chosen=None) if isinstance(claim.body, ValueClaim) else claim.body
    return replace(claim, condition=None, body=body)


def _is_of_sizes_alone(claim: Claim) -> bool:
    """Whether the condition of a claim speaks of no index of the claim, so that it comes before their ranges."""
    return claim.condition is not None and not claim.condition.names & {index.symbol for index in claim.indices}


def _owed(claim: Claim, owed: Debt, setting: Setting, decision: Refuted, context: Context) -> Verdict:
    """The error of a claim that makes no sense for some sizes, and for which sizes it does."""
    whole = owed.relation.operator == "=="
    found = None if setting.sizes or claim.indices or owed.facts else repair(context, setting.put(owed.relation))
    return Verdict(
        claim,
        Word.ERROR,
        NOT_AN_INTEGER if whole else "a size in it is not defined for all sizes",
        counterexample={**setting.sizes, **sizes_only(decision.witness)},
        detail=(f"this needs {owed.why}",),
        condition=None if found is None else found.text,
        condition_is_weakest=found is None or found.weakest,
        test=setting.test,
    )


def sizes_only(witness: Mapping[str, int]) -> dict[str, int]:
    """The sizes of a witness, without index variables."""
    return {name: value for name, value in witness.items() if name[0] not in ".?%"}
