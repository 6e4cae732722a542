"""Claims about shapes: each axis decided for all sizes, or refuted with the smallest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from shapecheck.diagnostics.model import ShapePair
from shapecheck.graph.model import Claim, ShapeClaim
from shapecheck.graph.nodes import Read
from shapecheck.infer.model import Instance, Shape
from shapecheck.infer.regions import index_facts
from shapecheck.sizes import And, Context, Refuted, Relation, consistent, decide
from shapecheck.sizes.telling import told, told_under
from shapecheck.verdict.decision_verdicts import from_decision, weakest, with_idle_sizes
from shapecheck.verdict.model import Verdict, Word
from shapecheck.verdict.setting import Setting, sizes_only


def shape_claim(claim: Claim, instances: tuple[Instance, ...], setting: Setting) -> Verdict:
    """The derived shape against the claimed one, in every box of the claim's indices."""
    assert isinstance(claim.body, ShapeClaim)
    return weakest(_shape_in(claim, instance, setting) for instance in instances)


def _shape_in(claim: Claim, instance: Instance, setting: Setting) -> Verdict:
    assert isinstance(claim.body, ShapeClaim)
    derived, claimed = instance.shapes[claim.body.value], claim.body.sizes
    context = setting.context(claim, index_facts(instance.ranges))
    if len(derived) != len(claimed):
        witness = consistent(context)
        sizes = sizes_only(witness) if isinstance(witness, Mapping) else {}
        return Verdict(
            claim,
            Word.REFUTED,
            "number of axes",
            counterexample={**sizes, **setting.sizes},
            test=setting.test,
            shapes=_pair(derived, claimed, context),
        )
    wrong = _wrong_name(claim, setting)
    if wrong is not None:
        return wrong
    relations = tuple(Relation("==", one, other) for one, other in zip(derived, claimed) if one is not other)
    if not relations:
        return Verdict(claim, Word.PROVED, "normal form", test=setting.test)
    formula = setting.put(And(relations) if len(relations) > 1 else relations[0])
    decision = with_idle_sizes(decide(context, formula), (formula,), context, claim)
    verdict = from_decision(claim, setting, decision, context, formula)
    return replace(verdict, shapes=_pair(derived, claimed, context)) if isinstance(decision, Refuted) else verdict


def _pair(derived: Shape, claimed: Shape, context: Context) -> ShapePair:
    """Both shapes as a message shows them."""
    with told_under(context):
        return ShapePair("derived", tuple(map(told, derived)), "claimed", tuple(map(told, claimed)))


def _wrong_name(claim: Claim, setting: Setting) -> Verdict | None:
    """A refutation where both sides name an axis and the names differ."""
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
