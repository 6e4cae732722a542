"""Messages on documents: marks that cannot be read, commands that fail, places that are out of date."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from shapecheck.diagnostics import Diagnostic, Label, nearest
from shapecheck.source import Span

if TYPE_CHECKING:
    from shapecheck.documents.document_kinds import Kind


def open_mark(span: Span, kind: Kind, following: Span | None = None) -> Diagnostic:
    """A place that is not closed before the next one, or at all."""
    labels = [Label(span, "it starts here")]
    if following is not None:
        labels.append(Label(following, "the next one starts before it ends", primary=False))
    return Diagnostic("open-mark", "this place has no end", tuple(labels), help=f"write {kind.end} where it ends")


def no_start(span: Span) -> Diagnostic:
    """An end without its place."""
    return Diagnostic("no-start", "no marked place ends here", (Label(span, "there is no start before it"),),
                      help="take this line away, or write the mark that starts the place")  # fmt: skip


def comment_without_end(span: Span) -> Diagnostic:
    """A comment in Markdown that goes to the end of the file."""
    first = Span(span.start, span.start + len("<!--"))
    return Diagnostic("open-comment", "this comment has no end", (Label(first),), help="end it with -->")


def text_behind(span: Span) -> Diagnostic:
    """A mark with text behind it, which nobody could tell from what is filled in."""
    return Diagnostic("mark-in-text", "a mark stands on a line of its own", (Label(span, "here is text behind it"),))


def unreadable_mark(span: Span, kind: Kind) -> Diagnostic:
    """A mark that says something else."""
    help = f"a place starts with a line like {kind.start} and ends with {kind.end}"
    return Diagnostic("unreadable-mark", "this mark cannot be read", (Label(span),), help=help)


def unclosed_quote(span: Span) -> Diagnostic:
    """A request whose words cannot be told apart."""
    return Diagnostic("unclosed-quote", "a quotation mark is missing", (Label(span),))


def unknown_command(name: str, span: Span, known: Iterable[str]) -> Diagnostic:
    """A request that is no command, or none that prints something for documents."""
    names = list(known)
    near = nearest(name, names)
    help = f"did you mean {near}?" if near else f"there are {', '.join(names)}"
    return Diagnostic("unknown-command", f"no command for a place is called {name!r}", (Label(span),), help=help)


def wrong_request(span: Span, why: str) -> Diagnostic:
    """A command that cannot be carried out as it is written; `why` are the command's own words."""
    first, _, rest = why.strip().partition("\n")
    return Diagnostic("wrong-wish", first, (Label(span),), (rest.strip(),) if rest.strip() else ())


def failed(span: Span, said: str) -> Diagnostic:
    """A command that found something wrong and has nothing to fill in."""
    return Diagnostic("nothing-to-fill-in", "this command found something wrong", (Label(span),), (said.strip("\n"),))


def wrong_picture(file: str, span: Span, known: Iterable[str]) -> Diagnostic:
    """A file that such a document cannot show."""
    help = f"give it one of the endings {', '.join(known)}"
    return Diagnostic("wrong-picture", f"this document cannot show {file}", (Label(span),), help=help)


def far_picture(file: str, span: Span) -> Diagnostic:
    """A file somewhere else."""
    help = "pictures lie in the folder of the document, or in one below it that is there already"
    return Diagnostic("far-picture", f"{file} would not lie beside the document", (Label(span),), help=help)


def written_twice(file: str, span: Span, first: Span) -> Diagnostic:
    """One file for two different pictures."""
    labels = (Label(span), Label(first, "this one is called so, too", primary=False))
    return Diagnostic("written-twice", f"two pictures would be {file}", labels, help="give one of them another name")


def holds_marks(span: Span) -> Diagnostic:
    """Output in which there is a mark."""
    title = "the text to fill in here contains a mark"
    return Diagnostic("mark-inside", title, (Label(span),), help="-f text shows it as it is")


def unsafe_picture(file: str, span: Span) -> Diagnostic:
    """A name that would mean something else in a document."""
    help = "letters, digits, blanks and _ - + . / are fine"
    return Diagnostic("wrong-picture", f"{file!r} cannot stand in a document", (Label(span),), help=help)


def stale(span: Span, why: str) -> Diagnostic:
    """A place that no longer says what the command says."""
    return Diagnostic("stale", "this place is out of date", (Label(span),), (why,))


def empty(span: Span) -> Diagnostic:
    """A place that has never been filled in."""
    return Diagnostic("stale", "nothing has been filled in here", (Label(span),))
