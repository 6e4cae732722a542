"""A spec derived, and its claims judged, under other assumptions.

In: a subject and a graph like its own, or a context.  Out: shapes, or the verdict on a claim about sizes or a shape.
"""

from __future__ import annotations

from dataclasses import replace

from shapecheck.graph.model import Claim, Graph, ShapeClaim, SizeClaim
from shapecheck.infer.alone import alone
from shapecheck.infer.derive import infer
from shapecheck.infer.model import Shapes
from shapecheck.inline.link import link
from shapecheck.lints.model import Subject
from shapecheck.sizes import Context
from shapecheck.verdict.model import Verdict
from shapecheck.verdict.setting import Setting
from shapecheck.verdict.shape_claims import shape_claim
from shapecheck.verdict.size_claims import size_claim


def derived(subject: Subject, graph: Graph) -> Shapes:
    """The shapes of another graph of the spec, or of the block on its own."""
    return link(infer(graph) if subject.block is None else alone(graph))


def judged_again(claim: Claim, shapes: Shapes, context: Context) -> Verdict | None:
    """The verdict on a claim about sizes or a shape outside tests, if this is all that is known of the sizes."""
    if claim not in shapes.claims or claim.all_debts:
        return None
    setting = Setting(replace(shapes, graph=replace(shapes.graph, context=context)), {})
    if isinstance(claim.body, SizeClaim):
        return size_claim(claim, setting)
    if isinstance(claim.body, ShapeClaim) and claim.body.entries is None:
        return shape_claim(claim, shapes.claims[claim], setting)
    return None
