"""The items of a spec to test, each by a name of its own, and the diagnostics that belong to each.

In: a text.  Out: its claims, test cases and properties, without anything being derived; then, with a report and the
outcomes of runs, the diagnostics that belong to one of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from shapecheck.checked import Part, Report
from shapecheck.diagnostics.model import Diagnostic, Level
from shapecheck.record import record
from shapecheck.report.findings import finding, shortened
from shapecheck.source import Source, Span
from shapecheck.syntax import parse, tree
from shapecheck.syntax.walking import walk
from shapecheck.testing.part_runs import Outcome
from shapecheck.testing.properties.subject import PROPERTIES
from shapecheck.testing.whole_spec import reproducible

WIDTH = 60


class NotApplicable(Exception):
    """An entry cannot be judged, for the reason given."""


@record
class Listed:
    """`kind` is shapes, claim, test or property; `part` the block that it belongs to, empty for the whole."""

    kind: str
    name: str
    line: int
    span: Span
    part: str = ""
    property: str = ""


def listed(source: Source) -> Iterator[Listed]:
    """All entries: that the shapes can be derived, then by position, then the properties of each part."""
    statements = parse(source).spec.statements
    yield Listed("shapes", "shapes can be derived", 1, Span(0, 0))
    for statement in statements:
        yield from _of(statement, source, "")
    parts = {"": 1} if any(isinstance(item, tree.Declaration | tree.Equation | tree.For) for item in statements) else {}
    for statement in statements:
        if isinstance(statement, tree.Layer) and any(isinstance(i, tree.Claim | tree.Test) for i in walk(statement)):
            parts[statement.name] = source.position(statement.span.start)[0]
    for part, line in parts.items():
        prefix = f"{part}: " if part else ""
        for name in PROPERTIES:
            yield Listed("property", f"{prefix}property {name}", line, Span(0, 0), part, name)


def _of(statement: tree.Statement, source: Source, part: str) -> Iterator[Listed]:
    """The claims and tests of a statement; the claims of a test belong to it."""
    match statement:
        case tree.Claim(label):
            text = label or source[statement.span].removeprefix("claim").strip()
            yield _entry("claim", f'"{text}"' if label else text, statement.span, source, part)
        case tree.Test(name):
            yield _entry("test", name, statement.span, source, part)
        case tree.Layer(name):
            for inner in statement.body or ():
                yield from _of(inner, source, name)
        case tree.For():
            for inner in statement.body:
                yield from _of(inner, source, part)
        case tree.Import() | tree.Dim() | tree.Assume() | tree.Declaration() | tree.Equation() | tree.Signature():
            return
        case tree.Function():
            return  # has no body of statements


def _entry(kind: str, text: str, span: Span, source: Source, part: str) -> Listed:
    line, _ = source.position(span.start)
    prefix = f"{part}: " if part else ""
    return Listed(kind, f"{prefix}line {line}: {kind} {shortened(text, WIDTH)}", line, span, part)


# ---- what is wrong -----------------------------------------------------------------------------


def wrong(entry: Listed, report: Report, outcome: Callable[[Part], Outcome]) -> list[Diagnostic]:
    """The diagnostics that belong to an entry; raises `NotApplicable` where it cannot be said."""
    errors = [item for item in report.diagnostics if item.level == Level.ERROR]
    inside = [item for item in errors if item.span is not None and _within(item.span, entry.span)]
    match entry.kind:
        case "shapes":
            spans = [verdict.claim.span for verdict in report.verdicts]
            return [item for item in errors if item.span is None or not any(_within(item.span, at) for at in spans)]
        case "property":
            if errors:
                raise NotApplicable("the spec has errors")
            return _of_property(entry, report, outcome)
        case "claim":
            return inside or _of_claims(entry, report)
        case _:
            return inside + _of_claims(entry, report)


def _of_claims(entry: Listed, report: Report) -> list[Diagnostic]:
    """A claim, or the claims inside of a test."""
    verdicts = [verdict for verdict in report.verdicts if _within(verdict.claim.span, entry.span)]
    if not verdicts and (entry.kind == "claim" or report.has_errors):
        raise NotApplicable("the spec has errors" if report.has_errors else "this block is judged where it is applied")
    return [finding(verdict) for verdict in verdicts if not report.accepts(verdict)]


def _of_property(entry: Listed, report: Report, outcome: Callable[[Part], Outcome]) -> list[Diagnostic]:
    part = next((part for part in report.parts if part.name == entry.part), None)
    if part is None:
        raise NotApplicable("this block can only be run where it is applied")
    found = outcome(part)
    if found.too_large is not None:
        raise NotApplicable(f"not run: {found.too_large}")
    own = [failure for failure in found.failures if failure.property == entry.property]
    return [reproducible(report.source, found, failure) for failure in own]


def _within(inner: Span, outer: Span) -> bool:
    return outer.start <= inner.start and inner.end <= outer.end
