"""The report of a check as text for people.

Comes in: a `Report`.  Goes out: one line where all is well, everything that fails in full, always, and with
`verbose` the whole story: sizes, shapes, claims, requirements, runs.  Sample of the line:

```
specs/slides/gru.shape: ok  6 proved, 1 refuted as expected, shapes confirmed at 2 sizes
```
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from shapecheck.diagnostics import Diagnostic, concise, render
from shapecheck.diagnostics.indices import readable
from shapecheck.diagnostics.lines import text_width
from shapecheck.diagnostics.paint import Paint, painter
from shapecheck.diagnostics.render import WIDTH, in_order, sizes_text
from shapecheck.report.findings import counted, findings, shortened
from shapecheck.report.size_order import in_declared_order
from shapecheck.verdict.model import Verdict, Word

if TYPE_CHECKING:
    from shapecheck.checked import Report
    from shapecheck.graph.model import Dim
    from shapecheck.infer.model import Requirement, Shapes
    from shapecheck.sizes import Decision
    from shapecheck.source import Source, Span


@in_declared_order
def report_text(
    report: Report, *, verbose: bool = False, quiet: bool = False, color: bool = False, width: int = WIDTH
) -> str:
    """The report, without a line end at its end; empty where it is `quiet` and all is well."""
    paint = painter(color)
    messages = (render(message, report.source, color=color, width=width) for message in messages_of(report))
    parts = [f"{message}\n" for message in messages]
    if verbose and report.shapes is not None:
        parts.append(_story(report, report.shapes, paint))
    if not (quiet and report.ok):
        parts.append(summary(report, paint))
    return "\n".join(parts).rstrip("\n")


def report_concise(report: Report) -> str:
    """One line for each message, `file:line:column: level[code]: title`; empty where there is none."""
    return "\n".join(concise(message, report.source) for message in messages_of(report))


def messages_of(report: Report) -> tuple[Diagnostic, ...]:
    """All there is to say, by position: the diagnostics, and the claims that fail."""
    return in_order((*report.diagnostics, *findings(report)))


def summary(report: Report, paint: Paint) -> str:
    """The line about the file: whether all is well, the claims by verdict, and how often the shapes were confirmed."""
    word = paint("ok", "ok") if report.ok else paint("failed", "error")
    return f"{report.source.title}: {word}  {', '.join(_counts(report))}"


def _counts(report: Report) -> Iterator[str]:
    levels = Counter(str(diagnostic.level) for diagnostic in report.diagnostics)
    for level in ("error", "warning"):
        if levels[level]:
            yield counted(levels[level], level)
    claims = Counter(_outcome(verdict, report.accepts(verdict)) for verdict in report.verdicts)
    yield from (f"{number} {outcome}" for outcome, number in sorted(claims.items(), key=lambda item: _rank(item[0])))
    if report.shapes is None or not report.ok:
        return
    if not claims:
        yield "no claims"
    yield f"shapes confirmed at {counted(len(_settings(report)), 'size')}" if report.sizes_run else "not run"
    yield from _second(report)


def _second(report: Report) -> Iterator[str]:
    """The comparison with a derivation by SymPy, where there was one."""
    if report.second is None:
        return
    yield f"{counted(report.second.agreed, 'shape')} derived twice and equal"
    if report.second.tested:
        yield f"{report.second.tested} derived twice and equal at the sizes tried"
    if report.second.left:
        yield f"{report.second.left} too large for SymPy"


def _outcome(verdict: Verdict, accepted: bool) -> str:
    """The heading that a verdict is counted under: `refuted as expected`, `proved against expectation`.."""
    if verdict.word is Word.ERROR:
        return "not judged"
    if accepted:
        return f"{verdict.word} as expected" if verdict.word in (Word.REFUTED, Word.UNKNOWN) else str(verdict.word)
    if verdict.word is Word.TESTED:
        return "only tested"
    return str(verdict.word) if verdict.claim.expect is None else f"{verdict.word} against expectation"


def _rank(outcome: str) -> tuple[int, str]:
    words = ("proved", "tested", "only", "refuted", "unknown", "not")
    return words.index(outcome.split()[0]), outcome


# ---- the whole story ---------------------------------------------------------------------------


def _story(report: Report, shapes: Shapes, paint: Paint) -> str:
    from shapecheck.report.table import render as render_table
    from shapecheck.report.table_of_shapes import shape_table

    sections = [
        ("sizes", _sizes(shapes)),
        ("shapes", render_table(shape_table(report), paint=paint).split("\n")[1:]),
        ("claims", _columns([_claim(report, verdict, paint) for verdict in report.verdicts])),
        ("what the equations need", _columns(_requirements(report, shapes, paint))),
        ("runs", _runs(report)),
    ]
    return "\n".join(
        f"{paint(title, 'title')}\n" + "".join(f"  {line}\n" if line else "\n" for line in lines)
        for title, lines in sections
        if lines
    )


def _sizes(shapes: Shapes) -> list[str]:
    """The sizes for which the results hold: each with its bound or its value, then the assumptions."""
    dims = shapes.graph.dims.values()
    lines = [_size(dim) for dim in dims]
    graph = shapes.graph
    texts = [*(item.text for item in graph.assumptions), *(claim.text for claim in graph.assumed)]
    assumed = [f"assumed: {text}" for text in texts]
    return [*([", ".join(lines)] if lines else []), *assumed]


def _size(dim: Dim) -> str:
    if dim.family is not None:
        labels = dim.family.labels
        ranges = (f"{label} in {low}..{high}" for label, (low, high) in zip(labels, dim.family.ranges))
        return f"{dim.name}[{', '.join(labels)}] >= {dim.lower} for {', '.join(ranges)}"
    return f"{dim.name} >= {dim.lower}" if dim.value is None else f"{dim.name} = {dim.value}"


def _claim(report: Report, verdict: Verdict, paint: Paint) -> tuple[str, ...]:
    line, _ = report.source.position(verdict.claim.span.start)
    place = "" if verdict.test is None else f"test {verdict.test}: "
    if verdict.claim.label is not None:
        place += f'"{verdict.claim.label}" '
    text = shortened(f"{place}{verdict.claim.text}", 90)
    evidence = [verdict.method]
    if verdict.runs:
        evidence.append(counted(verdict.runs, "case"))
    if verdict.counterexample:
        evidence.append(sizes_text(verdict.counterexample))
    if verdict.condition is not None:
        at_least = "" if verdict.condition_is_weakest else "at least "
        evidence.append(f"holds {at_least}where {verdict.condition}")
    return (paint(f"{verdict.word:<7}", str(verdict.word)), f"line {line}", text, "; ".join(evidence))


def _requirements(report: Report, shapes: Shapes, paint: Paint) -> list[tuple[str, ...]]:
    """Each relation once, however many places need it, with the first such place."""
    rows: dict[tuple[str, str], tuple[str, ...]] = {}
    for requirement in shapes.requirements:
        relation = readable(str(requirement.relation))
        why = readable(requirement.why)
        if (relation, why) not in rows:
            rows[relation, why] = _requirement(report, requirement, relation, why, paint)
    return list(rows.values())


def _requirement(report: Report, requirement: Requirement, relation: str, why: str, paint: Paint) -> tuple[str, ...]:
    word, evidence = _decided(requirement.decision)
    return (paint(f"{word:<7}", word), _place(report.source, requirement.span), relation, why, evidence)


def _place(source: Source, span: Span) -> str:
    """`line 7`, or with the file where that is another one: `std/conv.shape line 23`."""
    line, _ = source.position(span.start)
    found, _ = source.part(span.start)
    return f"line {line}" if found is source else f"{found.name} line {line}"


def _decided(decision: Decision) -> tuple[str, str]:
    """A decision in words, with its evidence."""
    from shapecheck.sizes import Proved, Refuted, Tested

    if isinstance(decision, Proved):
        return "proved", decision.method
    if isinstance(decision, Refuted):
        witness = {name.removeprefix("."): value for name, value in decision.witness.items()}
        return "refuted", readable(f"{decision.method}; {sizes_text(witness)}")
    if isinstance(decision, Tested):
        return "tested", counted(decision.count, "case")
    return "unknown", decision.reason


def _runs(report: Report) -> list[str]:
    """The sizes at which the equations were executed, and how many shapes were compared there."""
    if not report.sizes_run:
        return []
    return [*_settings(report), f"{counted(report.confirmed, 'shape')} compared with the derived one, all equal"]


def _settings(report: Report) -> list[str]:
    """The different sizes of all runs, in their order."""
    return list(dict.fromkeys(sizes_text(sizes) or "no free sizes" for sizes in report.sizes_run))


def _columns(rows: Iterable[tuple[str, ...]]) -> list[str]:
    """The rows with their cells aligned; the first is already padded (and painted), the last needs no padding."""
    table = list(rows)
    widths = [max(map(text_width, column)) for column in zip(*(row[1:-1] for row in table))]
    return ["  ".join((row[0], *map(_padded, row[1:-1], widths), row[-1])) for row in table]


def _padded(text: str, width: int) -> str:
    return text + " " * (width - text_width(text))
