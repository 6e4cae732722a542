"""Specs inside of Markdown: fenced blocks marked `shape` are read, the rest is prose.

Comes in: the text of a file.  Goes out: text of the same length, with the same lines, where all that is not spec is
blank; so places in it are places in the file.  Assumed: a spec on its own has no line that starts with a fence.
"""

from __future__ import annotations

import re

_FENCED = re.compile(r"^(?P<fence>`{3,}|~{3,})[ \t]*shape\b[^\n]*\n(?P<body>.*?)(?:^(?P=fence)|\Z)", re.M | re.S)


def fenced(text: str) -> list[tuple[int, int]]:
    """Where the fenced specs of a Markdown text start and end; none for a spec on its own."""
    if "```" not in text and "~~~" not in text:
        return []
    return [match.span("body") for match in _FENCED.finditer(text)]


def spec_text(text: str) -> str:
    """The spec in a text: all of it, or what is fenced; a byte-order mark is blank."""
    pieces = fenced(text)
    if not pieces:
        return " " + text[1:] if text.startswith("\ufeff") else text
    kept, last = [], 0
    for start, end in pieces:
        kept += [_blank(text[last:start]), text[start:end]]
        last = end
    return "".join([*kept, _blank(text[last:])])


def _blank(prose: str) -> str:
    return re.sub(r"[^\n]", " ", prose)
