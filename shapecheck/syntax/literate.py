"""Specs inside of Markdown: fenced blocks marked `shape` are read, the rest is prose.

Comes in: the text of a file.  Goes out: its fences, and text of the same length, with the same lines, where all that
is not spec is blank; so places in it are places in the file.  Assumed: a spec on its own has no line that starts with
a fence.  What a fence is, is CommonMark's word (section 4.5): up to three blanks before it, an end at least as long,
nothing inside of another fence is one, and without an end it goes to the end of the file.

All blocks are one spec; those that have a name behind the mark (```` ```shape gru ````) are a spec of that name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from shapecheck.record import record

_OPENING = re.compile(r"(?P<indent> {0,3})(?P<fence>`{3,}(?=[^`]*$)|~{3,})(?P<info>.*)", re.S)


@record
class Fence:
    """A fenced block: `start` to `end` with its fences, `body` without them; `info` is what stands behind the first."""

    start: int
    end: int
    body: tuple[int, int]
    indent: str
    info: str

    @property
    def is_spec(self) -> bool:
        """Whether it is marked `shape`."""
        return self.info.split()[:1] == ["shape"]

    @property
    def name(self) -> str:
        """The name of the spec that it belongs to; empty for the one without a name."""
        return "".join(self.info.split()[1:2])


def fences(text: str) -> Iterator[Fence]:
    """All fenced blocks of a Markdown text, in order."""
    if "```" not in text and "~~~" not in text:
        return
    opening: re.Match[str] | None = None
    start = body = at = 0
    for line in text.split("\n"):
        after = min(at + len(line) + 1, len(text))
        if opening is None:
            opening, start, body = _OPENING.match(line), at, after
        elif _closes(line, opening["fence"]):
            yield Fence(start, after, (body, at), opening["indent"], opening["info"].strip())
            opening = None
        at = after
    if opening is not None:
        yield Fence(start, at, (body, at), opening["indent"], opening["info"].strip())


def _closes(line: str, fence: str) -> bool:
    bare = line.strip()
    return len(bare) >= len(fence) and not bare.strip(fence[0]) and len(line) - len(line.lstrip(" ")) <= 3


def fenced(text: str) -> list[tuple[int, int]]:
    """The starts and ends of the fenced specs of a Markdown text; none for a spec on its own."""
    return [fence.body for fence in fences(text) if fence.is_spec]


def spec_text(text: str) -> str:
    """The spec in a text: all of it, or what is fenced; a byte-order mark is blank."""
    pieces = fenced(text)
    if not pieces:
        return " " + text[1:] if text.startswith("\ufeff") else text
    return _only(text, _blank(text), pieces)


def specs_in(text: str) -> dict[str, str]:
    """The specs of a Markdown text by name, in order, each with blanks for all else; none where nothing is marked."""
    pieces: dict[str, list[tuple[int, int]]] = {}
    for fence in fences(text):
        if fence.is_spec:
            pieces.setdefault(fence.name, []).append(fence.body)
    blank = _blank(text) if pieces else ""
    return {name: _only(text, blank, found) for name, found in pieces.items()}


def _only(text: str, blank: str, pieces: list[tuple[int, int]]) -> str:
    """The pieces of a text, with `blank`, the same text blanked out, for all else."""
    kept, last = [], 0
    for start, end in pieces:
        kept += [blank[last:start], text[start:end]]
        last = end
    return "".join([*kept, blank[last:]])


def _blank(text: str) -> str:
    """Blanks in place of all characters, on as many lines."""
    return "\n".join(" " * len(line) for line in text.split("\n"))
