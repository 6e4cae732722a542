"""The marked places of a document, between which something is filled in.

Comes in: the text of a Markdown, HTML, LaTeX or Typst document.  Goes out: its places in order, and a message for
every mark that cannot be read.  What is shown as an example, in a fenced block or a verbatim environment, is no mark.
A place:

```
<!-- shapecheck: table gru.shape -->        % shapecheck: table gru.shape
what is here is replaced                    what is here is replaced
<!-- /shapecheck -->                        % /shapecheck
```

In Typst the comments start with `//`.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator

from shapecheck.diagnostics import Diagnostic
from shapecheck.documents import errors
from shapecheck.documents.document_kinds import Kind
from shapecheck.record import record
from shapecheck.source import Source, Span
from shapecheck.syntax.literate import fences

_WORD = r"(?:shapecheck[ \t]*(?=:)|(?P<slash>/)shapecheck\b)"
"""Other comments may speak of shapecheck, too."""
_MARKDOWN = re.compile(rf"^(?P<indent>[ \t]*)<!--[ \t\r\n]*{_WORD}(?P<rest>.*?)(?:-->|(?P<open>\Z))", re.M | re.S)
_LATEX = re.compile(rf"^(?P<indent>[ \t]*)%+[ \t]*{_WORD}(?P<rest>[^\r\n]*)", re.M)
_TYPST = re.compile(rf"^(?P<indent>[ \t]*)//+[ \t]*{_WORD}(?P<rest>[^\r\n]*)", re.M)
_PATTERNS = {Kind.MARKDOWN: _MARKDOWN, Kind.HTML: _MARKDOWN, Kind.LATEX: _LATEX, Kind.TYPST: _TYPST}
_VERBATIM = re.compile(
    r"^[ \t]*\\begin\{(?P<name>[Vv]erbatim\*?|lstlisting|minted|comment|filecontents\*?)\}.*?"
    r"(?:\\end\{(?P=name)\}|\Z)",
    re.M | re.S,
)
_SCRIPT = re.compile(r"<(?P<name>script|style|textarea)\b.*?(?:</(?P=name)\s*>|\Z)", re.S | re.I)
_TO_THE_LETTER = {Kind.LATEX: _VERBATIM, Kind.HTML: _SCRIPT}
"""The parts of a document that are shown to the letter, or have no comments."""


@record
class Place:
    """A marked place: `request` says what to fill in and stands at `span`; it goes between the offsets of `body`.

    `indent` are the blanks before the mark, which put it into a list for example.
    """

    request: str
    span: Span
    body: Span
    indent: str


def places(source: Source, kind: Kind) -> tuple[tuple[Place, ...], tuple[Diagnostic, ...]]:
    """The places of a document and what is wrong with its marks."""
    found: list[Place] = []
    wrong: list[Diagnostic] = []
    start: re.Match[str] | None = None
    for mark in _marks(source.text, kind):
        mistake = _mistake(mark, start, source.text, kind)
        if mistake is not None:
            wrong.append(mistake)
        elif mark["slash"] and start is not None:
            found.append(_place(start, mark, source.text))
        start = None if mark["slash"] or mark.groupdict().get("open") is not None else mark
    if start is not None:
        wrong.append(errors.open_mark(_span(start), kind))
    return tuple(found), tuple(wrong)


def _marks(text: str, kind: Kind) -> Iterator[re.Match[str]]:
    shown = sorted(_shown(text, kind))
    starts = [start for start, _ in shown]
    for mark in _PATTERNS[kind].finditer(text):
        before = bisect_right(starts, mark.start()) - 1
        if before < 0 or mark.start() >= shown[before][1]:
            yield mark


def _shown(text: str, kind: Kind) -> Iterable[tuple[int, int]]:
    """The pieces of text that are shown to the letter."""
    if kind in _TO_THE_LETTER:
        return [match.span() for match in _TO_THE_LETTER[kind].finditer(text)]
    return [(fence.start, fence.end) for fence in fences(text)]


def _mistake(mark: re.Match[str], start: re.Match[str] | None, text: str, kind: Kind) -> Diagnostic | None:
    """The mistake in a mark that follows `start`, or nothing before it."""
    rest = mark["rest"].strip()
    if mark.groupdict().get("open") is not None:
        return errors.comment_without_end(_span(mark))
    if _tail(text, mark.end()).strip():
        return errors.text_behind(_span(mark))
    if rest if mark["slash"] else not rest[1:].strip():
        return errors.unreadable_mark(_span(mark), kind)
    if mark["slash"]:
        return errors.no_start(_span(mark)) if start is None else None
    return None if start is None else errors.open_mark(_span(start), kind, _span(mark))


def _tail(text: str, at: int) -> str:
    """The rest of the line."""
    end = text.find("\n", at)
    return text[at : end if end >= 0 else len(text)]


def _place(start: re.Match[str], end: re.Match[str], text: str) -> Place:
    rest = start["rest"]
    request = rest.strip()[1:].strip()
    at = start.start("rest") + rest.index(request, rest.index(":"))
    newline = text.find("\n", start.end())
    return Place(request, Span(at, at + len(request)), Span(newline + 1, end.start()), start["indent"])


def _span(mark: re.Match[str]) -> Span:
    return Span(mark.start() + len(mark["indent"]), mark.end())
