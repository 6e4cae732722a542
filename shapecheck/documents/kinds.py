"""The kinds of documents that places can be marked in, and how each writes things.

Comes in: a kind, and what is to stand in the document.  Goes out: text in its language.  Assumed: captions and names
of files are plain text; escaping them is done here.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType

from shapecheck.record import record

_RAW: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "markdown": frozenset({"markdown", "html", "html-fragment"}),
        "latex": frozenset({"latex", "tikz"}),
    }
)
"""Formats that are part of a document's own language; all others are shown to the letter."""

_PICTURES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"markdown": (".svg", ".png"), "latex": (".pdf", ".png")}
)


class Kind(Enum):
    """The language of a document; the value is the format that commands are asked for there."""

    MARKDOWN = "markdown"
    LATEX = "latex"

    @property
    def pictures(self) -> tuple[str, ...]:
        """The endings of pictures that such a document can show."""
        return _PICTURES[self.value]

    @property
    def end(self) -> str:
        """The mark at the end of a place."""
        return "<!-- /shapecheck -->" if self is Kind.MARKDOWN else "% /shapecheck"

    @property
    def start(self) -> str:
        """A mark at the start of a place, as an example."""
        return "<!-- shapecheck: table gru.shape -->" if self is Kind.MARKDOWN else "% shapecheck: table gru.shape"


ENDINGS: Mapping[str, Kind] = MappingProxyType(
    {".md": Kind.MARKDOWN, ".markdown": Kind.MARKDOWN, ".tex": Kind.LATEX, ".ltx": Kind.LATEX}
)


@record
class Picture:
    """How a picture is shown: its file, as the document names it, its text for who cannot see it, and a width in %."""

    file: str
    alt: str
    width: int | None = None


def kind_of(path: str) -> Kind | None:
    """The kind of a document by the ending of its name; None for any other file."""
    return ENDINGS.get(os.path.splitext(path)[1].lower())


def insert(text: str, format: str, kind: Kind) -> str:
    """A command's output in a document: as it is, or, where it is no part of the document's language, to the letter."""
    bare = text.strip("\n")
    if format in _RAW[kind.value]:
        return bare
    return _fenced(bare, format) if kind is Kind.MARKDOWN else _verbatim(bare)


def _fenced(text: str, format: str) -> str:
    """A fenced block; its fence is longer than any inside."""
    longest = max(map(len, re.findall(r"^[ \t]*(`{3,})", text, re.M)), default=2)
    fence = "`" * (longest + 1)
    return f"{fence}{format or 'text'}\n{text}\n{fence}"


def _verbatim(text: str) -> str:
    """A verbatim environment, and another one behind each end of one that stands in the text."""
    end = "\\end{verbatim}"
    safe = text.replace(end, "\\end {verbatim}")
    return f"\\begin{{verbatim}}\n{safe}\n{end}"


def shown(picture: Picture, kind: Kind) -> str:
    """The lines that show a picture."""
    return _markdown_picture(picture) if kind is Kind.MARKDOWN else _latex_picture(picture)


def _markdown_picture(picture: Picture) -> str:
    if picture.width is not None:
        from html import escape

        return f'<img src="{escape(picture.file)}" alt="{escape(picture.alt)}" width="{picture.width}%">'
    alt = re.sub(r"([\\\[\]`<&!*_$])", r"\\\1", picture.alt)
    file = f"<{picture.file}>" if re.search(r"[\s()]", picture.file) else picture.file
    return f"![{alt}]({file})"


def _latex_picture(picture: Picture) -> str:
    width = "" if picture.width in (None, 100) else f"{(picture.width or 100) / 100:g}"
    return f"\\includegraphics[width={width}\\linewidth]{{{picture.file}}}"
