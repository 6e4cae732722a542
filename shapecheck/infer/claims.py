"""The shapes of claims: in as few boxes of their indices as have one shape each, and what their own values owe."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from dataclasses import replace

from shapecheck.diagnostics.model import Diagnostic, Level
from shapecheck.graph.model import Claim, ShapeClaim, SizeClaim, ValueClaim
from shapecheck.graph.nodes import Index
from shapecheck.infer.attempt import errors
from shapecheck.infer.attempt.conflict import Conflict
from shapecheck.infer.attempt.equation_rules import open_frame
from shapecheck.infer.attempt.node_rules import Walker
from shapecheck.infer.attempt.one_attempt import Attempt
from shapecheck.infer.attempt.part_rules import PartReader
from shapecheck.infer.attempt.read_rules import Reader
from shapecheck.infer.attempt.solver import Blame, Unequal
from shapecheck.infer.attempt.state import Frame
from shapecheck.infer.axis_names.agreement import check_claimed_names
from shapecheck.infer.model import Broken, Instance, Interval
from shapecheck.infer.owed import outcome_errors
from shapecheck.infer.owed.chosen_terms import ChosenTerms
from shapecheck.infer.owed.picks import Picks
from shapecheck.infer.owed.read_bounds import Bounds
from shapecheck.infer.owed.requirements import Requirements
from shapecheck.infer.regions import Cut, cuttings, member_by_member
from shapecheck.infer.values.integers import integer_values
from shapecheck.sizes import Context, Formula, Relation, integer, repair, symbol


def claim_where(attempt: Attempt, claim: Claim, sizes: Mapping[str, int]) -> tuple[Instance, ...] | Diagnostic:
    """The claim under its `when` and the sizes of its test."""
    facts: list[Formula] = [Relation("==", symbol(name), integer(value)) for name, value in sizes.items()]
    if claim.condition is not None:
        facts.append(claim.condition)
    outer = attempt.solver.context
    attempt.solver.context = outer.assuming(*facts)
    try:
        return _claim(attempt, claim)
    finally:
        attempt.solver.context = outer


def _claim(attempt: Attempt, claim: Claim) -> tuple[Instance, ...] | Diagnostic:
    """The claim's values in as few boxes of its indices as have one shape each, or why there are no shapes."""
    first: Diagnostic | None = None
    labels = [index.label for index in claim.indices]
    for cuts in ({}, *cuttings(labels), *([member_by_member(labels)] if labels else [])):
        outcome = _claim_under(attempt, claim, cuts)
        if not isinstance(outcome, Diagnostic):
            return outcome
        first = first or outcome
    assert first is not None
    return first


def _claim_under(attempt: Attempt, claim: Claim, cuts: Mapping[str, Cut]) -> tuple[Instance, ...] | Diagnostic:
    parts = [attempt.pieces(_range(index), cuts.get(index.label)) for index in claim.indices]
    instances = []
    for box in itertools.product(*parts):
        at = {index.symbol: interval for index, interval in zip(claim.indices, box)}
        attempt.waiting, attempt.conflicts, attempt.solver.wanted = [], [], []
        try:
            frame = _frame(attempt, claim, at)
        except Conflict as conflict:
            return conflict.diagnostic
        except Unequal as unequal:
            return errors.unequal(unequal, claim.span).diagnostic
        attempt.settle()
        if attempt.conflicts:
            return attempt.conflicts[0].diagnostic
        problem = _claim_reads(attempt, claim, frame) or _unclear(attempt, frame)
        if problem is not None:
            return problem
        instances.append(attempt.instance(frame, claim))
    return tuple(instances)


def _frame(attempt: Attempt, claim: Claim, at: Mapping[str, Interval]) -> Frame:
    """Walk a claim's values over one box of its indices; raises `Conflict`."""
    frame = Frame(claim, dict(at), claim.indices, indices={index.symbol: index for index in claim.indices})
    attempt.within(frame)
    walker = Walker(attempt, frame)
    body = claim.body
    if isinstance(body, ShapeClaim):
        walker.walk(body.value)
    elif isinstance(body, ValueClaim):
        operands = [walker.walk(operand) for operand in body.operands]
        for left, right in itertools.pairwise(operands):
            walker.same_unless_scalar(left, right, Blame(claim.span, "both sides to have one shape"))
        if body.chosen is not None:
            walker.walk(body.chosen)
    else:
        _counted_parts(walker, claim)
    open_frame(attempt, frame)
    attempt.solver.around = ()
    return frame


def _counted_parts(walker: Walker, claim: Claim) -> None:
    """The applications whose parameters or MACs are counted are there; raises `Conflict`."""
    assert isinstance(claim.body, SizeClaim)
    quantities = walker.attempt.graph.quantities
    for name in sorted(claim.body.formula.names & quantities.keys()):
        if quantities[name].path:
            PartReader(Reader(walker)).application(quantities[name].path, name.rstrip("'"), claim.span)


def _unclear(attempt: Attempt, frame: Frame) -> Diagnostic | None:
    """A value in a claim whose shape nothing fixes."""
    for node, variable in frame.shapes.items():
        dims = attempt.dims(variable)
        if dims is None or any(map(attempt.solver.unknowns, dims)):
            text = " ".join(attempt.graph.source[node.span].split())
            return outcome_errors.unknown_left([(text, node.span, "its shape")], [])
    return None


def _claim_reads(attempt: Attempt, claim: Claim, frame: Frame) -> Diagnostic | None:
    """The problem of a claim with a read that leaves its tensor, or a failing requirement; `doubtful` if undecided."""
    probe = replace(attempt, frames=[frame])
    asks = bool(frame.picks) or any(access.guards for access in frame.accesses)
    values = integer_values(attempt) if asks else None
    bounds, picks, requirements = Bounds(probe, values=values), Picks(probe, values=values), Requirements(probe)
    chosen, context = ChosenTerms(probe, values=values), attempt.solver.context
    bounds.reads()
    picks.check()
    chosen.check()
    requirements.settle(requirements.of_frames())
    attempt.solver.context = context
    found = [*bounds.diagnostics, *picks.diagnostics, *chosen.diagnostics, *requirements.diagnostics]
    found += check_claimed_names(attempt, frame, claim)
    if any(diagnostic.level != Level.ERROR for diagnostic in found):
        attempt.doubtful.add(claim)
    wrong = next((diagnostic for diagnostic in found if diagnostic.level == Level.ERROR), None)
    return None if wrong is None else _with_help(wrong, (*bounds.broken, *picks.broken), context)


def _with_help(wrong: Diagnostic, broken: Iterable[Broken], context: Context) -> Diagnostic:
    """For which sizes a read in a claim is meant, or what else mends it."""
    own = next((item for item in broken if item.diagnostic is wrong), None)
    if own is None:
        return wrong
    found = repair(context, own.relation)
    return replace(wrong, help=own.otherwise if found is None else f"say for which sizes: when {found.text}")


def _range(index: Index) -> Interval:
    assert index.low is not None and index.high is not None
    return Interval(index.low, index.high)
