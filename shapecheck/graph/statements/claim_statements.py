"""Claims, read as claims on a shape, on sizes or on values.

A comparison of sizes alone is a claim on sizes, for all sizes at once; every other comparison is a claim on values.
"""

from __future__ import annotations

from shapecheck.diagnostics.suggest import nearest
from shapecheck.graph import claim_errors, errors
from shapecheck.graph.errors import Rejected
from shapecheck.graph.expressions.applications import name_sites
from shapecheck.graph.expressions.binders import bind_with_range
from shapecheck.graph.expressions.complete_reading import reading_at
from shapecheck.graph.expressions.declared_names import Names, Noted
from shapecheck.graph.expressions.expression_reading import Reading
from shapecheck.graph.expressions.literals import literal
from shapecheck.graph.expressions.receptive_calls import is_receptive, receptive_shape
from shapecheck.graph.expressions.recognition import is_condition
from shapecheck.graph.expressions.scope import Scope
from shapecheck.graph.expressions.size_choices import told_apart
from shapecheck.graph.expressions.size_conditions import formula
from shapecheck.graph.expressions.written_shapes import entries_of, shape
from shapecheck.graph.model import Claim, Debt, ShapeClaim, SizeClaim, ValueClaim
from shapecheck.graph.nodes import Number
from shapecheck.graph.size_errors import NO_CLOSED_FORM
from shapecheck.sizes import symbol
from shapecheck.source import Source, Span
from shapecheck.syntax import tree

EXPECTABLE = ("proved", "refuted", "tested", "unknown")
DEFAULT_TOLERANCE = 1e-6


def claim(written: tree.Claim, scope: Scope, names: Names, source: Source) -> Claim:
    """The claim as the graph has it; the applications in it are named by its line and column."""
    names.noted = Noted()
    made = _claim(written, scope, names, source)
    line, column = source.position(written.span.start)
    axes = tuple(symbol(index.symbol) for index in made.indices)
    name_sites(names.noted.calls, f"(claim {line}:{column})", axes, None, {})
    return made


def _claim(written: tree.Claim, scope: Scope, names: Names, source: Source) -> Claim:
    if written.expect is not None and written.expect not in EXPECTABLE:
        near = nearest(written.expect, EXPECTABLE)
        raise Rejected(claim_errors.bad_expect(written.expect, written.span, near))
    place = reading_at(names, Scope(scope.indices, scope.loops, in_claim=True), [])
    of_ranges: list[tuple[Debt, ...]] = [()] * len(scope.indices)
    for binder in written.binders:  # a range may mention the indices before it
        place = place.within(bind_with_range(place, binder))
        of_ranges.append(_taken(place))
    condition = None if written.condition is None else formula(place, told_apart(written.condition))
    of_condition = _taken(place)
    body, text, indices = _body(written, place), _text(written, source), place.scope.indices
    debts = _taken(place), tuple(of_ranges), of_condition
    return Claim(written.label, body, indices, condition, written.expect, text, written.span, *debts)


def _taken(place: Reading) -> tuple[Debt, ...]:
    """The requirements noted since the last time."""
    debts = tuple(place.debts)
    place.debts.clear()
    return debts


def _text(written: tree.Claim, source: Source) -> str:
    """The source of a claim on one line, without `claim` and label, but with the parentheses around its first part."""
    start, end = written.span.start, written.span.end
    front = source[Span(start, written.subject.span.start)].rstrip("( \t\r\n")
    return " ".join(source[Span(start + len(front), end)].split())


def _body(written: tree.Claim, place: Reading) -> ShapeClaim | SizeClaim | ValueClaim:
    if written.annotation is not None and is_receptive(written.subject):
        return SizeClaim(receptive_shape(place, written.subject, written.annotation))
    if written.annotation is not None:
        return _shape_claim(written.subject, written.annotation, place)
    truth = told_apart(written.subject)
    if is_condition(place, truth):
        try:
            return SizeClaim(formula(place, truth))
        except Rejected as rejected:
            if rejected.diagnostic is None or rejected.diagnostic.code != NO_CLOSED_FORM:
                raise
    return _value_claim(written, place)


def _shape_claim(subject: tree.Expression, annotation: tree.Annotation, place: Reading) -> ShapeClaim:
    """A claim on a shape, whose sizes may mention the indices of the claim, unlike those of a declaration."""
    value, entries = place.value(subject), entries_of(place, annotation)
    if annotation.shape is None:
        return ShapeClaim(value, (), entries)
    sizes, axis_names = shape(place, annotation.shape)
    return ShapeClaim(value, sizes, entries, axis_names)


def _value_claim(written: tree.Claim, place: Reading) -> ValueClaim:
    tolerance = DEFAULT_TOLERANCE
    if written.within is not None:
        number = literal(written.within)
        assert isinstance(number, Number)
        tolerance = float(number.value)
    match written.subject:
        case tree.Comparison(operands, operators):
            return ValueClaim(tuple(map(place.value, operands)), operators, tolerance)
        case tree.Logic() | tree.Not() | tree.Conditional():
            return ValueClaim((place.value(written.subject),), (), tolerance)
        case _:
            raise Rejected(errors.not_a_truth(written.subject.span))
