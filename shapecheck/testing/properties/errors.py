"""Diagnostics for properties that do not hold.

Mistakes of the spec say what to change; mistakes of proofs or kernels are told as those of this program.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from shapecheck.diagnostics.model import Diagnostic, Label, ShapePair
from shapecheck.execute.planning.statement import Statement
from shapecheck.execute.planning.traversal import nodes
from shapecheck.graph.model import Claim, Family
from shapecheck.graph.nodes import Read
from shapecheck.infer.model import Requirement, Shapes
from shapecheck.source import Span
from shapecheck.testing.cases.case import Case
from shapecheck.testing.properties.naive import Disagreement
from shapecheck.verdict.model import Word

_NARROWER = "correct the equations or the claim, limit it with `when`, or declare what the numbers may be with `in`"
OURS = "this is a mistake in shapecheck, not in the spec; please report it with the spec"


def _found(
    code: str, title: str, case: Case, *, span: Span | None = None, label: str = "", notes: Iterable[str] = (),
    help: str | None = None, shapes: ShapePair | None = None,
) -> Diagnostic:  # fmt: skip
    labels = (Label(span, label),) if span is not None else ()
    data = "" if case.kind == "grid" else f"all numbers {case.kind}"
    return Diagnostic(code, title, labels, (*notes, *([data] if data else [])), help, shapes, dict(case.sizes))


def claim_fails(claim: Claim, detail: Sequence[str], word: Word, case: Case) -> Diagnostic:
    """A claim that fails in a run: a mistake of this program if it was proved, else of the spec."""
    text = " ".join(claim.text.split())
    if word is Word.PROVED:
        title = f"the claim `{text}` is proved, and yet fails"
        return _found("proof-wrong", title, case, span=claim.span, label="fails here", notes=detail, help=OURS)
    title = f"the claim `{text}` does not hold"
    label = "held in the runs of `check`, and fails here" if word is Word.TESTED else "fails here"
    return _found("claim-fails", title, case, span=claim.span, label=label, notes=detail, help=_NARROWER)


def claim_without_value(problem: Diagnostic, case: Case) -> Diagnostic:
    """A claim that has no value in a run, as where it divides 0 by 0."""
    return replace(stopped(problem, case), help=_NARROWER)


def holds_at_witness(claim: Claim, case: Case) -> Diagnostic:
    """A claim that was refuted and holds at the sizes that should refute it."""
    title = f"the claim `{' '.join(claim.text.split())}` is refuted, and yet holds at the sizes that refute it"
    return _found("refutation-wrong", title, case, span=claim.span, label="holds there", help=OURS)


def stopped(problem: Diagnostic, case: Case) -> Diagnostic:
    """A run that stops: a NaN, a read outside of what there is."""
    data = () if case.kind == "grid" else (f"all numbers {case.kind}",)
    return replace(problem, notes=(*problem.notes, *data), sizes={**case.sizes, **problem.sizes})


def cannot_run(error: Exception, shapes: Shapes, case: Case) -> Diagnostic:
    """A run that breaks: some array has not the shape that others count on."""
    said = (str(error).strip().splitlines() or [""])[0]
    span = getattr(error, "span", None)
    span = span if isinstance(span, Span) else None
    title = "an array has not the derived shape" if span else "a run breaks off"
    notes = (f"{type(error).__name__}: {said}",)
    return _found("shape-differs", title, case, span=span, label="computed here", notes=notes, help=OURS)


def wrong_shape(family: Family, derived: Sequence[int], found: Sequence[int], case: Case) -> Diagnostic:
    """An array whose shape is not the derived one."""
    pair = ShapePair("derived", tuple(map(str, derived)), "computed", tuple(map(str, found)))
    title = f"{family.name} has not the derived shape"
    return _found("shape-differs", title, case, span=family.span, label="declared here", shapes=pair, help=OURS)


def disagreement(found: Disagreement, case: Case) -> Diagnostic:
    """The fast run and the equations give different numbers."""
    what = "a value" if "'" in found.entry else found.entry  # a prime: computed in passing, without a name
    title = f"{what} is not what its equation says"
    notes = (f"the run gives {found.run}, the equation entry by entry {found.naive}",)
    return _found("values-differ", title, case, span=found.span, label="this equation", notes=notes, help=OURS)


def unmet(requirement: Requirement, case: Case) -> Diagnostic:
    """A requirement that does not hold at admitted sizes."""
    title = f"{requirement.relation} does not hold at sizes that the spec admits"
    return _found("obligation-fails", title, case, span=requirement.span, label=f"this needs {requirement.why}",
                  help=OURS)  # fmt: skip


def late(seconds: float, most: float, case: Case) -> Diagnostic:
    """A run that takes longer than a profile of Hypothesis allows."""
    title = f"a run takes {seconds * 1000:.0f} ms, the deadline is {most * 1000:.0f} ms"
    return _found("deadline", title, case, help="the deadline is that of the active profile of Hypothesis")


def miscounted(counted: int, found: int, case: Case) -> Diagnostic:
    """The number of parameters is not that of the weights' entries."""
    title = f"{counted} parameters are counted, the weights have {found} entries"
    return _found("miscounted", title, case, help=OURS)


def weights_read(statement: Statement, shapes: Shapes) -> Iterator[str]:
    """The weights that a statement uses at its sizes."""
    for node in nodes(statement.equation.value, statement.env):
        if isinstance(node, Read) and shapes.graph.families[node.family].role == "weight":
            yield node.family
