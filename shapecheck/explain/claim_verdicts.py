"""The derivation of a verdict: both sides of the claim, the decision, where it fails and what would repair it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from shapecheck.checked import Report
from shapecheck.explain.decided import Given, at_sizes, in_numbers, method_words, since
from shapecheck.explain.model import Code, Derivation, Factored, Section, Shaped, Step, Words
from shapecheck.explain.naming import quoted, ranges
from shapecheck.explain.tell import Teller
from shapecheck.explain.tensor import with_values
from shapecheck.graph.model import Claim, ShapeClaim, SizeClaim, ValueClaim
from shapecheck.infer.model import Instance, Interval, Shapes
from shapecheck.infer.regions import index_facts
from shapecheck.record import record
from shapecheck.sizes import And, Formula, Refuted, Relation, Size, decide
from shapecheck.sizes.questions.formula import without_not
from shapecheck.verdict.model import Verdict, Word
from shapecheck.verdict.setting import Setting, ranges_of

NEAREST_OF_A_SIDE = 12
"""Steps of the derivation of a side that are told with a claim."""


class NoClaim(ValueError):
    """There is no claim on a line; the message says where claims are."""


def claims_on(report: Report, line: int) -> list[Verdict]:
    """The verdicts of the claims that stand on a line; raises `NoClaim`."""
    found = [verdict for verdict in report.verdicts if line in _lines(report, verdict.claim)]
    if not found:
        lines = sorted({line for verdict in report.verdicts for line in _lines(report, verdict.claim)[:1]})
        known = f"claims are on {_listed(lines)}" if lines else "this spec has no claims"
        raise NoClaim(f"there is no claim on line {line}; {known}")
    return found


def _lines(report: Report, claim: Claim) -> range:
    source = report.source
    if source.part(claim.span.start)[0] is not source:
        return range(0)
    return range(
        source.position(claim.span.start)[0], source.position(max(claim.span.end - 1, claim.span.start))[0] + 1
    )


def _listed(lines: Sequence[int]) -> str:
    shown = ", ".join(map(str, lines[:12]))
    return f"line {shown}" if len(lines) == 1 else f"lines {shown}" + (", .." if len(lines) > 12 else "")


def explain_verdict(report: Report, verdict: Verdict) -> Derivation:
    """The derivation of one verdict."""
    claim = verdict.claim
    shapes = next(part.shapes for part in report.parts if any(item is verdict for item in part.verdicts))
    label = () if claim.label is None else (f'"{claim.label}": ',)
    title: Words = (*label, Code(" ".join(claim.text.split())))
    story = _Story(report, verdict, shapes)
    return Derivation(report.source, title, tuple(story.sections()), tuple(shapes.graph.dims))


@record(frozen=False)
class _Story:
    """Builds the sections of one verdict."""

    report: Report
    verdict: Verdict
    shapes: Shapes

    @property
    def claim(self) -> Claim:
        return self.verdict.claim

    @property
    def setting(self) -> Setting:
        """The sizes for which the claim was judged: all of them, or those of its test."""
        test = next((item for item in self.shapes.graph.tests if item.name == self.verdict.test), None)
        sizes = {} if test is None else test.sizes
        return Setting(self.shapes, sizes, self.verdict.test, ranges_of(self.claim.indices), self.claim.condition)

    def sections(self) -> Iterator[Section]:
        boxes = self.shapes.claims.get(self.claim, ())
        states = self._states()
        if isinstance(self.claim.body, ShapeClaim) and boxes and self.claim in self.shapes.claims:
            known, values = with_values(self.shapes, *boxes)
            for box, value in zip(boxes, values):
                teller = known.teller(NEAREST_OF_A_SIDE)
                carrier = value.carrier(self.claim.body.value)
                assert carrier is not None, "a claim's value has been looked at"
                teller.section([carrier], ())
                self._of_shape(teller, box, self.claim.body)
                self._end(teller)
                yield Section((*states, *_region(box)), tuple(teller.steps), teller.left_out, tuple(teller.further))
            return
        teller = Teller(self.shapes.graph, {})
        if isinstance(self.claim.body, SizeClaim) and self.claim in self.shapes.claims:
            self._of_sizes(teller, self.claim.body.formula)
        if isinstance(self.claim.body, ValueClaim) and boxes:
            self._of_values(teller, boxes[0], self.claim.body)
        self._end(teller)
        yield Section(states, tuple(teller.steps))

    def _states(self) -> Words:
        expected = f", as expected by {'expect ' + self.claim.expect}" if self.claim.expect and self.verdict.ok else ""
        where = f" in the test {self.verdict.test}" if self.verdict.test is not None else ""
        return (f"{self.verdict.word}{where}{expected}",)

    # ---- shapes --------------------------------------------------------------------------------

    def _of_shape(self, teller: Teller, box: Instance, body: ShapeClaim) -> None:
        derived, number = box.shapes[body.value], len(teller.steps)
        self._assumed(teller)
        claimed = self._say(teller, ("claimed: ", Shaped(body.sizes)), ("as written",))
        if len(derived) != len(body.sizes):
            self._say(teller, (f"{len(derived)} axes against {len(body.sizes)}",), ("shapes of different rank differ",),
                      (number, claimed))  # fmt: skip
            return
        for axis, (one, other) in enumerate(zip(derived, body.sizes)):
            self._compare(teller, f"axis {axis}: ", Relation("==", one, other), box.ranges, (number, claimed))

    # ---- sizes ---------------------------------------------------------------------------------

    def _of_sizes(self, teller: Teller, formula: Formula) -> None:
        self._assumed(teller)
        told = [self._quantity(teller, name) for name in sorted(formula.names & self.shapes.graph.quantities.keys())]
        numbers = tuple(number for number in told if number is not None)
        formula = without_not(formula)
        for part in formula.parts if isinstance(formula, And) else (formula,):
            self._compare(teller, "", part, self.setting.ranges, numbers)

    def _quantity(self, teller: Teller, name: str) -> int | None:
        value = self.setting.quantity(name)
        if value is None:
            return None
        shown = name.rstrip("'")
        shown = "the size asked for" if shown[0] == "?" else shown
        return self._say(teller, (Code(shown), " is ", Factored(value)), ("counted; ask for it by its name",))

    # ---- values --------------------------------------------------------------------------------

    def _of_values(self, teller: Teller, box: Instance, body: ValueClaim) -> None:
        """The shapes of what is compared."""
        self._assumed(teller)
        for value in body.operands:
            text = Code(quoted(self.report.source, value.span))
            if value in box.shapes:
                self._say(teller, (text, " : ", Shaped(box.shapes[value])), ("derived; ask for it by its name",))

    # ---- comparisons ---------------------------------------------------------------------------

    def _assumed(self, teller: Teller) -> None:
        """The conditions that limit the claim."""
        if self.claim.condition is not None:
            self._say(teller, (self.claim.condition,), ("assumed, after when",))
        if self.setting.sizes:
            self._say(teller, at_sizes(self.setting.sizes), ("the sizes of the test",))

    def _compare(
        self, teller: Teller, front: str, part: Formula, spans: Mapping[str, Interval], rests_on: tuple[int, ...]
    ) -> None:
        """One comparison: its sides, and how it was decided."""
        ranges_around = index_facts(spans)
        context = self.setting.context(self.claim, ranges_around)
        put = self.setting.put(part)
        decision = decide(context, put)
        if isinstance(decision, Refuted):
            self._fails(teller, front, put, dict(decision.witness), rests_on)
            return
        facts = [Given(fact, (fact,)) for fact in ranges_around]
        if self.claim.condition is not None:
            condition = self.setting.put(self.claim.condition)
            facts.insert(0, Given(condition, (Code(f"when {self.claim.condition}"),)))
        why: Words = (method_words(getattr(decision, "method", "not proved")),)
        if hasattr(decision, "method"):
            why = (*why, *since(self.shapes.graph, put, facts))
        self._say(teller, (front, put) if front else (put,), why, rests_on, (put,), context.facts)

    def _fails(
        self, teller: Teller, front: str, put: Formula, witness: dict[str, int], rests_on: tuple[int, ...]
    ) -> None:
        if isinstance(put, Relation):
            says: Words = (front, put.left, f" {_AGAINST[put.operator]} ", put.right)
            numbers: Words = (*in_numbers(put.left, witness), " against ", *in_numbers(put.right, witness))
        else:
            says, numbers = (front, put), ("false",)
        if isinstance(put, Relation) and put.operator == "==":
            difference: Size = put.difference
            self._say(teller, (*says, ": the difference is ", difference), ("normal form",), rests_on)
            says = (front, "they differ") if front else ("both sides differ",)
        self._say(teller, (*says, " for ", *at_sizes(witness)), numbers, rests_on)

    def _end(self, teller: Teller) -> None:
        """The verdict, and what would repair it."""
        verdict = self.verdict
        runs = f", {verdict.runs} {'case' if verdict.runs == 1 else 'cases'}" if verdict.runs else ""
        self._say(teller, (str(verdict.word),), (f"method: {method_words(verdict.method)}{runs}",))
        if verdict.counterexample:
            self._say(teller, ("fails for ", *at_sizes(verdict.counterexample)), ("evaluated", *_detail(verdict)))
        elif verdict.detail:
            self._say(teller, (verdict.detail[0],), _detail(verdict, 1) or ("as found",))
        if verdict.condition is not None:
            weakest = "no weaker condition does" if verdict.condition_is_weakest else "perhaps also elsewhere"
            self._say(teller, ("it holds where ", Code(verdict.condition)), (weakest,))

    def _say(
        self,
        teller: Teller,
        says: Words,
        why: Words,
        rests_on: tuple[int, ...] = (),
        holds: tuple[Formula, ...] = (),
        facts: tuple[Formula, ...] = (),
    ) -> int:
        step = Step(len(teller.steps) + 1, self.claim.span, says, why, rests_on, holds, facts)
        teller.steps.append(step)
        return step.number


_AGAINST = {"==": "against", "!=": "!=", "<=": "<=", ">=": ">=", "<": "<", ">": ">"}


def _detail(verdict: Verdict, first: int = 0) -> Words:
    return tuple(f"; {text}" if at or not first else text for at, text in enumerate(verdict.detail[first:]))


def _region(box: Instance) -> Words:
    named = {name[1:].split("'")[0]: interval for name, interval in box.ranges.items()}
    return ranges(named)


__all__ = ["NoClaim", "Word", "claims_on", "explain_verdict"]
