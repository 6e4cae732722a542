"""Claims: which kind of statement it is, and its parts read.

A claim between sizes alone is about all sizes; every other comparison is about values.
"""

from __future__ import annotations

from shapecheck.diagnostics.suggest import nearest
from shapecheck.graph import errors
from shapecheck.graph.collect import annotate
from shapecheck.graph.errors import Rejected
from shapecheck.graph.literals import literal
from shapecheck.graph.measure import Measure
from shapecheck.graph.model import Claim, Debt, Entries, ShapeClaim, SizeClaim, ValueClaim
from shapecheck.graph.nodes import Number
from shapecheck.graph.scope import Names, Scope
from shapecheck.graph.values import Values
from shapecheck.sizes import Size
from shapecheck.source import Source, Span
from shapecheck.syntax import tree

Shaped = tuple[tuple[Size, ...], tuple[str | None, ...], Entries | None]
"""Sizes and names of the axes, and what the entries may be."""
EXPECTABLE = ("proved", "refuted", "tested", "unknown")
DEFAULT_TOLERANCE = 1e-6


def claim(written: tree.Claim, scope: Scope, names: Names, source: Source) -> Claim:
    """The claim as the graph has it; raises `Rejected` where it makes no sense."""
    if written.expect is not None and written.expect not in EXPECTABLE:
        raise Rejected(errors.bad_expect(written.expect, written.span, nearest(written.expect, EXPECTABLE)))
    debts: list[Debt] = []
    inner = _scope(written, scope, names, debts)
    measure = Measure(names, inner, debts)
    condition = None if written.condition is None else measure.formula(written.condition)
    body = _body(written, measure)
    return Claim(
        written.label,
        body,
        inner.indices,
        condition,
        written.expect,
        _text(written, source),
        written.span,
        tuple(debts),
    )


def _scope(written: tree.Claim, scope: Scope, names: Names, debts: list[Debt]) -> Scope:
    """The indices of the claim; a range may mention those before it."""
    inner = Scope(scope.indices, scope.loops, in_claim=True)
    for binder in written.binders:
        if binder.range is None:
            raise Rejected(
                errors.bad_arguments(
                    "for", f"the index {binder.name} needs a range", binder.span, f"for {binder.name} in 1..T"
                )
            )
        inner = inner.within(Measure(names, inner, debts).index(binder))
    return inner


def _text(written: tree.Claim, source: Source) -> str:
    """The claim's own words, on one line, without `claim` and its label."""
    end = written.span.end
    return " ".join(source[Span(written.subject.span.start, end)].split())


def _body(written: tree.Claim, measure: Measure) -> ShapeClaim | SizeClaim | ValueClaim:
    values = Values(measure.names, measure.scope, measure.debts)
    if written.annotation is not None:
        value = values.value(written.subject)
        sizes, axis_names, entries = _shape(written.annotation, measure)
        return ShapeClaim(value, sizes, entries, axis_names)
    if measure.reads_condition(written.subject):
        try:
            return SizeClaim(measure.formula(written.subject))
        except Rejected as rejected:
            if rejected.diagnostic is None or rejected.diagnostic.code != errors.NO_CLOSED_FORM:
                raise
    return _value_claim(written, values)


def _shape(annotation: tree.Annotation, measure: Measure) -> Shaped:
    """As in a declaration, except that the sizes of a claim may mention its indices."""
    _, _, entries = annotate(tree.Annotation(None, annotation.range, span=annotation.span), measure)
    if annotation.shape is None:
        return (), (), entries
    sizes, axis_names = measure.shape(annotation.shape)
    return sizes, axis_names, entries


def _value_claim(written: tree.Claim, values: Values) -> ValueClaim:
    tolerance = DEFAULT_TOLERANCE
    if written.within is not None:
        number = literal(written.within)
        assert isinstance(number, Number)
        tolerance = float(number.value)
    match written.subject:
        case tree.Comparison(operands, operators):
            return ValueClaim(tuple(values.value(operand) for operand in operands), operators, tolerance)
        case tree.Logic() | tree.Not() | tree.Conditional():
            return ValueClaim((values.value(written.subject),), (), tolerance)
        case _:
            raise Rejected(errors.not_a_truth(written.subject.span))
