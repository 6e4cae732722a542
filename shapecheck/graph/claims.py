"""Claims: which kind of statement it is, and its parts read.

A claim between sizes alone is about all sizes; every other comparison is about values.
"""

from __future__ import annotations

from shapecheck.diagnostics.suggest import nearest
from shapecheck.graph import errors
from shapecheck.graph.collect import annotate, loop_of
from shapecheck.graph.errors import Rejected
from shapecheck.graph.literals import literal
from shapecheck.graph.measure import Measure
from shapecheck.graph.model import Claim, Debt, Number, ShapeClaim, SizeClaim, ValueClaim
from shapecheck.graph.scope import Names, Scope
from shapecheck.graph.values import Values
from shapecheck.source import Source, Span
from shapecheck.syntax import tree

EXPECTABLE = ("proved", "refuted", "tested", "unknown")
DEFAULT_TOLERANCE = 1e-6


def claim(written: tree.Claim, scope: Scope, names: Names, source: Source) -> Claim:
    """The claim as the graph has it; raises `Rejected` where it makes no sense."""
    if written.expect is not None and written.expect not in EXPECTABLE:
        raise Rejected(errors.bad_expect(written.expect, written.span, nearest(written.expect, EXPECTABLE)))
    inner = _scope(written, scope, names)
    condition = None if written.condition is None else Measure(names, inner, names.debts).formula(written.condition)
    body = _body(written, inner, names)
    return Claim(written.label, body, inner.indices, condition, written.expect, _text(written, source), written.span)


def _scope(written: tree.Claim, scope: Scope, names: Names) -> Scope:
    inner = Scope(scope.indices, scope.loops, in_claim=True)
    for binder in written.binders:
        loop = loop_of((binder,), names, inner, binder) if not _dependent(binder, inner) else None
        index = loop.indices[0] if loop else Measure(names, inner, names.debts).index(binder)
        inner = inner.within(index)
    return inner


def _dependent(binder: tree.Binder, scope: Scope) -> bool:
    """Whether the range mentions an index bound before: allowed in a claim."""
    return binder.range is not None and bool(scope.indices)


def _text(written: tree.Claim, source: Source) -> str:
    """The claim's own words, on one line, without `claim` and its label."""
    end = written.span.end
    return " ".join(source[Span(written.subject.span.start, end)].split())


def _body(written: tree.Claim, scope: Scope, names: Names) -> ShapeClaim | SizeClaim | ValueClaim:
    debts: list[Debt] = []
    measure, values = Measure(names, scope, debts), Values(names, scope, names.debts)
    if written.annotation is not None:
        value = values.value(written.subject)
        inner = Measure(names, scope, names.debts)
        sizes, axis_names, entries = _shape(written.annotation, inner)
        return ShapeClaim(value, sizes, entries, axis_names)
    if measure.reads_condition(written.subject):
        return SizeClaim(measure.formula(written.subject), tuple(debts))
    return _value_claim(written, values)


def _shape(annotation: tree.Annotation, measure: Measure):  # type: ignore[no-untyped-def]
    """As in a declaration, except that the sizes of a claim may mention its indices."""
    if annotation.shape is None:
        return annotate(annotation, measure)
    sizes, axis_names = measure.shape(annotation.shape)
    _, _, entries = annotate(tree.Annotation(None, annotation.range, span=annotation.span), measure)
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
