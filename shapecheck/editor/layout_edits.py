"""The canonical layout as edits of an open text: of all of it, or of some of its lines.

In: an `OpenText`, and offsets for a part of it.  Out: `Edit`s that do not overlap; none where the text has mistakes,
since a text with mistakes has no layout.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from shapecheck.editor.open_text import OpenText
from shapecheck.record import record
from shapecheck.source import Source, Span
from shapecheck.syntax import format_source

MOST_PAIRS = 1_000_000
"""Most pairs of lines that are compared."""


@record
class Edit:
    """A new text in place of a span of the old one."""

    span: Span
    text: str


def layout_edits(text: OpenText) -> tuple[Edit, ...]:
    """The edits that bring the whole text into the canonical layout."""
    old = text.text
    if text.is_document and not text.specs:
        return ()
    new = format_source(Source(text.path, old.replace("\r\n", "\n")))
    windows = old.count("\r\n") * 2 > old.count("\n")
    return tuple(_changes(old, new.replace("\n", "\r\n") if windows else new))


def layout_edits_in(text: OpenText, span: Span) -> tuple[Edit, ...]:
    """Those edits that touch the lines of a span."""
    start = text.text.rfind("\n", 0, span.start) + 1
    end = text.text.find("\n", max(span.end - 1, span.start))
    end = len(text.text) if end < 0 else end + 1
    return tuple(edit for edit in layout_edits(text) if start <= edit.span.start and edit.span.end <= end)


def _changes(old: str, new: str) -> Iterator[Edit]:
    """The lines that differ, as edits of whole lines."""
    before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    starts = [0]
    for line in before:
        starts.append(starts[-1] + len(line))
    for tag, first, last, low, high in _differences(before, after):
        if tag == "replace" and last - first == high - low:
            pairs = zip(range(first, last), after[low:high])
            yield from (Edit(Span(starts[at], starts[at + 1]), line) for at, line in pairs if before[at] != line)
        elif tag != "equal":
            yield Edit(Span(starts[first], starts[last]), "".join(after[low:high]))


def _differences(before: list[str], after: list[str]) -> Sequence[tuple[str, int, int, int, int]]:
    """The pieces that differ, as `difflib` tells them; one piece where looking for more would take long."""
    if len(before) == len(after) or len(before) * len(after) > MOST_PAIRS:
        return [("replace", 0, len(before), 0, len(after))]
    return SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
