"""Problems: the messages on an open text, for the list that an editor shows.

In: an `OpenText`, or a text and its messages.  Out: `Problem`s, each with a place in that text, the words of the
message, and places in other texts that it speaks of.  A message about a place in another file stands at the start.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from shapecheck import guide
from shapecheck.diagnostics.model import Diagnostic, Level
from shapecheck.diagnostics.render import message_text
from shapecheck.editor.open_text import OpenText
from shapecheck.graph.library import folder
from shapecheck.record import record
from shapecheck.source import Source, Span

NO_SPEC = Diagnostic("no-spec", "this document holds no spec")
MESSAGES_PAGE = Path(guide.__file__).parent / "messages.md"


@record
class Related:
    """A place that a message speaks of: the text that it lies in, with its path, and what is said of it."""

    path: str
    text: str
    span: Span
    words: str


@record
class Problem:
    """A message at a place of a text; `page` is the section of the guide on its code, where there is one."""

    span: Span
    level: Level
    code: str
    words: str
    related: tuple[Related, ...] = ()
    page: str | None = None
    help: str = ""


def problems(text: OpenText) -> tuple[Problem, ...]:
    """The problems that can be found while typing: all but claims, runs and lints."""
    return tuple(item for spec in text.specs for item in problems_of(spec.source, spec.messages))


def problems_of(source: Source, messages: Iterable[Diagnostic]) -> tuple[Problem, ...]:
    """The messages on one spec as problems."""
    return tuple(_problem(source, message) for message in messages)


def _problem(source: Source, message: Diagnostic) -> Problem:
    primary = [label.text for label in message.labels if label.primary and label.span == message.span and label.text]
    first, *rest = message_text(message).split("\n")
    words = "\n".join([f"{first}: {primary[0]}" if primary and primary[0] not in first else first, *rest])
    related = tuple(
        place(source, label.span, label.text or "here") for label in message.labels if label.span != message.span
    )
    return Problem(
        _span(source, message.span),
        message.level,
        message.code,
        words,
        related,
        _page(message.code),
        message.help or "",
    )


def _span(source: Source, span: Span | None) -> Span:
    """The place in the text itself; its start where the message is about the whole text or about another one."""
    if span is None or source.part(span.start)[0] is not source:
        return Span(0, 0)
    return Span(span.start, min(span.end, len(source.text)))


def place(source: Source, span: Span, words: str = "") -> Related:
    """A place in a text, or in one that it uses, with the path of the file."""
    part, start = source.part(span.start)
    return Related(path_of(part), part.text, Span(span.start - start, span.end - start), words)


def path_of(part: Source) -> str:
    """The path of a text; those of the library lie in its folder."""
    return str(folder() / part.name.removeprefix("std/")) if part.name.startswith("std/") else part.name


def _page(code: str) -> str | None:
    """The address of the section on a code in the guide's page of messages."""
    found = any(topic.page == "messages" for topic in guide.find(code))
    return f"{MESSAGES_PAGE.as_uri()}#{code}" if found else None
