"""Verdicts from decisions about sizes, with counterexamples and repairs in the sizes that a claim speaks of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from shapecheck.graph.model import Claim
from shapecheck.infer.regions import index_facts
from shapecheck.sizes import Context, Decision, Formula, Proved, Refuted, Tested, Unknown, repair, smallest
from shapecheck.sizes.questions.formula import relations
from shapecheck.verdict.model import Verdict, Word
from shapecheck.verdict.setting import Setting, ranges_of, sizes_only

_STRENGTH = (Word.ERROR, Word.REFUTED, Word.UNKNOWN, Word.TESTED, Word.PROVED)
"""The words of verdicts, the weakest first; a claim about several boxes gets the weakest of its verdicts."""


def with_idle_sizes(decision: Decision, formulas: Sequence[Formula], context: Context, claim: Claim) -> Decision:
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


def weakest(verdicts: Iterable[Verdict]) -> Verdict:
    """The weakest of several verdicts on one claim, with the smallest counterexample."""
    return min(verdicts, key=lambda verdict: (_STRENGTH.index(verdict.word), sum(verdict.counterexample.values())))


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
