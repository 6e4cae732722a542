"""Claims about sizes and shapes: decided for all sizes, or refuted with the smallest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import product
from math import prod

from shapecheck.graph.model import Claim, SizeClaim
from shapecheck.infer.model import Interval
from shapecheck.infer.regions import LONGEST_WRITTEN_OUT, index_facts
from shapecheck.sizes import (
    And,
    Formula,
    Refuted,
    Relation,
    Size,
    decide,
)
from shapecheck.verdict.decision_verdicts import from_decision, weakest, with_idle_sizes
from shapecheck.verdict.model import Verdict, Word
from shapecheck.verdict.setting import Setting, ranges_of

PRIME = "'"
"""Sets quantities apart whose names are written alike."""


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
        return Verdict(claim, Word.UNKNOWN, f"{missing.rstrip(PRIME)} has no closed form", test=setting.test)
    formula = setting.put(claim.body.formula)
    context = setting.context(claim, index_facts(ranges_of(claim.indices)))
    decision = with_idle_sizes(decide(context, formula), (formula, *setting.case), context, claim)
    detail = _sides(claim.body.formula, setting, decision) if isinstance(decision, Refuted) else ()
    return from_decision(claim, setting, decision, context, formula, detail)


def _is_short(ranges: Mapping[str, Interval]) -> bool:
    """Whether a claim's indices have a few values, written in numbers."""
    counts = [interval.extent.constant for interval in ranges.values()]
    return (
        bool(counts)
        and all(count is not None and count >= 1 for count in counts)
        and prod(count or 0 for count in counts) <= LONGEST_WRITTEN_OUT
    )


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
            return Verdict(claim, Word.UNKNOWN, f"{missing.rstrip(PRIME)} has no closed form", test=setting.test)
        parts.append(here.put(claim.body.formula).substitute(at))
    formula, context = And(tuple(parts)), setting.context(claim)
    return from_decision(claim, setting, decide(context, formula), context, formula, ())


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
