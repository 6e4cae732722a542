"""Candidates for repairs: the lines to paste that a message offers, as edits of the text.

In: a problem, and the text that it is about.  Out: `Candidate`s.  Nothing here is sure: a form is recognised by the
words around it, and whoever offers a candidate tries it first.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import pairwise

from shapecheck.editor.layout_edits import Edit
from shapecheck.editor.open_text import OpenSpec
from shapecheck.editor.problems import Problem
from shapecheck.editor.statement_places import behind_line, new_statement
from shapecheck.lints import CODES
from shapecheck.record import record
from shapecheck.source import Span


@record
class Candidate:
    """Edits with a title; `keeps_meaning` where what is said is not changed by it, only how it is written."""

    title: str
    edits: tuple[Edit, ...]
    keeps_meaning: bool = False


def candidates(problem: Problem, spec: OpenSpec) -> Iterator[Candidate]:
    """All candidates for a problem."""
    for pattern, make in _FORMS:
        found = re.search(pattern, problem.help, re.S)
        if found is not None:
            yield from make(found, problem, spec)
    yield from _allowed(problem, spec)


Make = Callable[[re.Match[str], Problem, OpenSpec], Iterator[Candidate]]


def _statement(found: re.Match[str], problem: Problem, spec: OpenSpec) -> Iterator[Candidate]:
    """`assume d == q` or `dim q`, as a line of its own among the declarations."""
    line = " ".join(found[1].split())
    yield Candidate(f"Add `{line}`", (new_statement(spec, problem.span.start, line),))


def _declaration(found: re.Match[str], problem: Problem, spec: OpenSpec) -> Iterator[Candidate]:
    for line in (f"input {found[1]}", f"weight {found[1]}"):
        yield Candidate(f"Add `{line}`", (new_statement(spec, problem.span.start, line, last=True),))


def _meant(found: re.Match[str], problem: Problem, spec: OpenSpec) -> Iterator[Candidate]:
    """`did you mean dense?`: the place is the name, starts with it, or has it inside, as the title says."""
    text, title = spec.source[problem.span], f"Write `{found[1]}`"
    if re.fullmatch(r"[\w.]+(\[[^\[\]]*\])?", text):
        yield Candidate(title, (Edit(problem.span, found[1]),), keeps_meaning=True)
    named = [word for word in re.findall(r"[^\W\d][\w.]*", problem.words.split("\n")[0]) if word in text]
    for word in dict.fromkeys(named):
        at = re.search(rf"(?<![\w.]){re.escape(word)}(?![\w.])", text)
        if at is not None:
            start = problem.span.start + at.start()
            yield Candidate(title, (Edit(Span(start, start + len(word)), found[1]),), keeps_meaning=True)


def _instead(found: re.Match[str], problem: Problem, spec: OpenSpec) -> Iterator[Candidate]:
    """The text stands in place of what the message is about."""
    yield Candidate(f"Write `{found[1]}`", (Edit(problem.span, found[1]),), keeps_meaning=True)


def _either(found: re.Match[str], problem: Problem, spec: OpenSpec) -> Iterator[Candidate]:
    for text in found.groups():
        yield Candidate(f"Write `{text}`", (Edit(problem.span, text),))


def _whole_line(found: re.Match[str], problem: Problem, spec: OpenSpec) -> Iterator[Candidate]:
    start, end = _line(problem, spec)
    yield Candidate(f"Write `{found[1]}`", (Edit(Span(start, end), found[1]),))


def _claim(found: re.Match[str], problem: Problem, spec: OpenSpec) -> Iterator[Candidate]:
    """`claim .. when ..` in place of the claim."""
    yield Candidate(f"Write `{found[1]}`", (Edit(problem.span, found[1]),))


def _expect(found: re.Match[str], problem: Problem, spec: OpenSpec) -> Iterator[Candidate]:
    """`expect refuted` at the end of a claim, in place of another expectation."""
    text = re.sub(r"\s+expect\s+\w+\s*$", "", spec.source[problem.span])
    span = Span(problem.span.start + len(text), problem.span.end)
    yield Candidate(f"Add `expect {found[1]}`", (Edit(span, f" expect {found[1]}"),))


def _when(found: re.Match[str], problem: Problem, spec: OpenSpec) -> Iterator[Candidate]:
    """`when n >= 2` at the end of a claim, which the place is a part of."""
    start, end = _line(problem, spec)
    if spec.source.text[start:end].lstrip().startswith("claim") and " when " not in spec.source.text[start:end]:
        yield Candidate(f"Add `when {found[1]}`", (Edit(Span(end, end), f" when {found[1]}"),))


def _removed(found: re.Match[str], problem: Problem, spec: OpenSpec) -> Iterator[Candidate]:
    yield Candidate(f"Remove `{spec.source[problem.span]}`", (Edit(problem.span, ""),))


def _closed(found: re.Match[str], problem: Problem, spec: OpenSpec) -> Iterator[Candidate]:
    """The missing bracket at the end of the line, a missing brace on a line of its own at the end."""
    _, end = _line(problem, spec)
    if found[1] == "}":
        end = len(spec.source.text.rstrip())
    yield Candidate(f"Write `{found[1]}`", (Edit(Span(end, end), "\n}" if found[1] == "}" else found[1]),))


def _operator(found: re.Match[str], problem: Problem, spec: OpenSpec) -> Iterator[Candidate]:
    """`.*`, `./` or `@` in place of `*` or `/`, which stands between the operands."""
    spans = sorted(place.span for place in problem.related if place.path == spec.source.name)
    for first, second in pairwise(spans):
        between = spec.source.text[first.end : second.start]
        at = re.search(r"[*/]", between)
        for operator in (word for word in found.groups() if word) if at is not None else ():
            start = first.end + at.start() if at is not None else 0
            yield Candidate(f"Write `{operator}`", (Edit(Span(start, start + 1), operator),))


def _transposed(found: re.Match[str], problem: Problem, spec: OpenSpec) -> Iterator[Candidate]:
    yield Candidate(f"Write `{found[1]}`", (Edit(problem.span, ".T"),))


def _power(found: re.Match[str], problem: Problem, spec: OpenSpec) -> Iterator[Candidate]:
    yield Candidate(f"Write `{found[1]}`", (Edit(problem.span, "^"),), keeps_meaning=True)


def _stated(found: re.Match[str], problem: Problem, spec: OpenSpec) -> Iterator[Candidate]:
    start, _ = _line(problem, spec)
    yield Candidate("Write `claim` in front", (Edit(Span(start, start), "claim "),))


def _default(found: re.Match[str], problem: Problem, spec: OpenSpec) -> Iterator[Candidate]:
    text = f"({spec.source[problem.span]} default 0)"
    yield Candidate(f"Write `{text}`", (Edit(problem.span, text),))


def _left_out(found: re.Match[str], problem: Problem, spec: OpenSpec) -> Iterator[Candidate]:
    """An assumption that stands alone on its line is taken away with it."""
    start, end = _line(problem, spec)
    if spec.source.text[start:end] == f"assume {spec.source[problem.span]}":
        whole, after = spec.source.text.rfind("\n", 0, start) + 1, spec.source.text.find("\n", end) + 1
        yield Candidate("Leave the assumption out", (Edit(Span(whole, after or len(spec.source.text)), ""),))


def _allowed(problem: Problem, spec: OpenSpec) -> Iterator[Candidate]:
    """A comment that switches a lint off."""
    if problem.code in CODES:
        title = f"Allow it: `# allow: {problem.code}`"
        yield Candidate(title, (behind_line(spec, problem.span.start, f"allow: {problem.code}"),))


def _line(problem: Problem, spec: OpenSpec) -> tuple[int, int]:
    """The line of a place, without blanks at its ends and without a comment."""
    text = spec.source.text
    first = text.rfind("\n", 0, problem.span.start) + 1
    last = text.find("\n", problem.span.start)
    line = text[first : last if last >= 0 else len(text)]
    comment = next(
        (item for item in spec.reading.parsed.comments if first <= item.span.start < first + len(line)), None
    )
    line = line if comment is None else line[: comment.span.start - first]
    return first + len(line) - len(line.lstrip()), first + len(line.rstrip())


_FORMS: tuple[tuple[str, Make], ...] = (
    (r"(?:add|write): (assume [^.]+)$", _statement),
    (r"declare it: (dim \w+)$", _statement),
    (r"write a base case: ([^.]+)$", _statement),
    (r"declare it: input (\w+), weight", _declaration),
    (r"did you mean (\S+?)\?", _meant),
    (r"write `(claim .+ when .+)`", _claim),
    (r"(?:add|write) `expect (\w+)`", _expect),
    (r"say for which sizes: when (.+)$", _when),
    (r"write '(.)' here", _instead),
    (r"^remove it", _removed),
    (r"write the missing '(.)'", _closed),
    (r"write `(\./)` for entry by entry", _operator),
    (r"write `(\.\*)` for entry by entry, or `(@)`", _operator),
    (r"for a product write  (.+?)  \(matrices\) or  (.+?)  \(numbers\)", _either),
    (r"for a product write  ([^;(]+)$", _instead),
    (r"for the transpose write  ([\w.]+)", _transposed),
    (r"^write  (\S+\^\S+)$", _power),
    (r"leave blanks round the size separator:  (.+)$", _instead),
    (r"to state it write  claim", _stated),
    (r"^write  (\(.+\) = .+|fn .+)$", _whole_line),
    (r"write the range: (\w+ in [^;]*[^.; ])$", _instead),
    (r"\(\.\. default 0\)", _default),
    (r"^leave it out", _left_out),
)
"""The forms of lines to paste, and how each becomes an edit."""
