"""Claims, read as claims on a shape, on sizes or on values.

A comparison of sizes alone is a claim on sizes, for all sizes at once; every other comparison is a claim on values.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate

from shapecheck.diagnostics.suggest import nearest
from shapecheck.graph import claim_errors, errors
from shapecheck.graph.errors import Rejected
from shapecheck.graph.expressions.applications import name_sites
from shapecheck.graph.expressions.binders import with_range
from shapecheck.graph.expressions.complete_reading import reading_at
from shapecheck.graph.expressions.declared_names import Names, Noted
from shapecheck.graph.expressions.expression_reading import Reading
from shapecheck.graph.expressions.indexed_operators import Conditions, bound_by_data, conditions, left_out
from shapecheck.graph.expressions.literals import literal
from shapecheck.graph.expressions.receptive_calls import is_receptive, receptive_shape
from shapecheck.graph.expressions.recognition import is_condition
from shapecheck.graph.expressions.scope import Scope
from shapecheck.graph.expressions.size_choices import told_apart
from shapecheck.graph.expressions.size_conditions import formula
from shapecheck.graph.expressions.written_shapes import entries_of, shape
from shapecheck.graph.model import Claim, Debt, ShapeClaim, SizeClaim, ValueClaim
from shapecheck.graph.nodes import Index, Node, Number
from shapecheck.graph.size_errors import NO_CLOSED_FORM
from shapecheck.sizes import And, Formula, symbol
from shapecheck.sizes.questions.formula import conjuncts
from shapecheck.source import Source, Span
from shapecheck.syntax import tree

EXPECTABLE = ("proved", "refuted", "tested", "unknown")
DEFAULT_TOLERANCE = 1e-6
_STEPS = {"<": 1, ">": -1, "!=": 1}
"""Steps from one number to the next that make the comparison between them true; 0 for the others."""


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
    imposed: list[Node] = []
    for binder in written.binders:  # a range may mention the indices before it
        index, ends = bound_by_data(place, with_range(binder))
        place, imposed = place.within(index), [*imposed, *ends]
        of_ranges.append(_taken(place))
    stated = None if written.condition is None else told_apart(written.condition)
    asked = conditions(place, stated, imposed)
    of_condition = _taken(place)
    body, text, indices = _body(written, place), _text(written, source), place.scope.indices
    debts = _taken(place), tuple(of_ranges), of_condition
    condition, body = _chosen(written, body, asked, indices)
    return Claim(written.label, body, indices, condition, written.expect, text, written.span, *debts)


def _chosen(
    written: tree.Claim, body: ShapeClaim | SizeClaim | ValueClaim, asked: Conditions, indices: tuple[Index, ...]
) -> tuple[Formula | None, ShapeClaim | SizeClaim | ValueClaim]:
    """The condition on sizes alone, and the claim on values in which other conditions choose what is compared."""
    own = {index.symbol for index in indices}
    if not isinstance(body, ValueClaim):
        if asked.on_data:
            raise Rejected(claim_errors.data_in_condition(asked.on_data[0].span))
        return asked.on_sizes, body
    parts = () if asked.on_sizes is None else conjuncts(asked.on_sizes)
    plain = [part for part in parts if not part.names & own]
    inner = [part for part in parts if part.names & own]
    choice = Conditions(_all(inner), asked.on_data)
    if choice.on_sizes is None and not choice.on_data:
        return asked.on_sizes, body
    steps = [_STEPS.get(operator, 0) for operator in body.operators]
    numbers = accumulate(steps, initial=0 if steps else 1)
    operands = [
        left_out(operand, choice, Number(number, span=operand.span), operand.span)
        for operand, number in zip(body.operands, numbers)
    ]
    one, none = Number(1, span=written.span), Number(0, span=written.span)
    return _all(plain), replace(body, operands=tuple(operands), chosen=left_out(one, choice, none, written.span))


def _all(parts: Sequence[Formula]) -> Formula | None:
    return None if not parts else parts[0] if len(parts) == 1 else And(tuple(parts))


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
