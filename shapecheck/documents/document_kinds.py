"""The kinds of documents that places can be marked in, and how each writes things.

Comes in: a kind, and what is to stand in the document.  Goes out: text in its language.  Assumed: captions and names
of files are plain text; escaping them is done here.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from enum import Enum
from html import escape
from types import MappingProxyType

from shapecheck.record import record


@record
class _Habits:
    """A language of documents: its marks, its formats, its pictures.

    `start` is a mark as an example, `end` the one that closes a place; `asked` are the formats that commands are asked
    for, the first that they have; `raw` are those that are part of the language, all others are shown to the letter;
    `pictures` are the endings of pictures that can be shown.
    """

    start: str
    end: str
    asked: tuple[str, ...]
    raw: frozenset[str]
    pictures: tuple[str, ...]


class Kind(Enum):
    """The language of a document."""

    MARKDOWN = "markdown"
    LATEX = "latex"
    TYPST = "typst"
    HTML = "html"

    @property
    def asked(self) -> tuple[str, ...]:
        """The formats that commands are asked for in such a document, the best one first."""
        return _HABITS[self].asked

    @property
    def pictures(self) -> tuple[str, ...]:
        """The endings of pictures that such a document can show."""
        return _HABITS[self].pictures

    @property
    def end(self) -> str:
        """The mark at the end of a place."""
        return _HABITS[self].end

    @property
    def start(self) -> str:
        """A mark at the start of a place, as an example."""
        return _HABITS[self].start


_HABITS: Mapping[Kind, _Habits] = MappingProxyType(
    {
        Kind.MARKDOWN: _Habits(
            "<!-- shapecheck: table gru.shape -->",
            "<!-- /shapecheck -->",
            ("markdown", "mermaid"),
            frozenset({"markdown", "html", "html-fragment"}),
            (".svg", ".png"),
        ),
        Kind.LATEX: _Habits(
            "% shapecheck: table gru.shape",
            "% /shapecheck",
            ("latex", "tikz"),
            frozenset({"latex", "tikz"}),
            (".pdf", ".png"),
        ),
        Kind.TYPST: _Habits(
            "// shapecheck: table gru.shape",
            "// /shapecheck",
            ("typst",),
            frozenset({"typst"}),
            (".svg", ".png", ".pdf"),
        ),
        Kind.HTML: _Habits(
            "<!-- shapecheck: table gru.shape -->",
            "<!-- /shapecheck -->",
            ("html-fragment", "svg"),
            frozenset({"html-fragment", "svg"}),
            (".svg", ".png"),
        ),
    }
)
ENDINGS: Mapping[str, Kind] = MappingProxyType(
    {
        ".md": Kind.MARKDOWN,
        ".markdown": Kind.MARKDOWN,
        ".tex": Kind.LATEX,
        ".ltx": Kind.LATEX,
        ".typ": Kind.TYPST,
        ".html": Kind.HTML,
        ".htm": Kind.HTML,
    }
)


@record
class Picture:
    """A picture to be shown: its file, as the document names it, its text for who cannot see it, its width in %."""

    file: str
    alt: str
    width: int | None = None


def kind_of(path: str) -> Kind | None:
    """The kind of a document by the ending of its name; None for any other file."""
    return ENDINGS.get(os.path.splitext(path)[1].lower())


def insert(text: str, format: str, kind: Kind) -> str:
    """A command's output in a document: as it is, or, where it is no part of the document's language, to the letter."""
    bare = text.strip("\n")
    if format in _HABITS[kind].raw:
        return bare
    if kind is Kind.HTML:
        return f"<pre>{escape(bare, quote=False)}</pre>"
    return _verbatim(bare) if kind is Kind.LATEX else _fenced(bare, format)


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
    writers = {
        Kind.MARKDOWN: _markdown_picture,
        Kind.LATEX: _latex_picture,
        Kind.TYPST: _typst_picture,
        Kind.HTML: _image,
    }
    return writers[kind](picture)


def _markdown_picture(picture: Picture) -> str:
    if picture.width is not None:
        return _image(picture)
    alt = re.sub(r"([\\\[\]`<&!*_$])", r"\\\1", picture.alt)
    file = f"<{picture.file}>" if re.search(r"[\s()]", picture.file) else picture.file
    return f"![{alt}]({file})"


def _image(picture: Picture) -> str:
    width = "" if picture.width is None else f' width="{picture.width}%"'
    return f'<img src="{escape(picture.file)}" alt="{escape(picture.alt)}"{width}>'


def _latex_picture(picture: Picture) -> str:
    width = "" if picture.width in (None, 100) else f"{(picture.width or 100) / 100:g}"
    return f"\\includegraphics[width={width}\\linewidth]{{{picture.file}}}"


def _typst_picture(picture: Picture) -> str:
    width = f", width: {picture.width}%" if picture.width is not None else ""
    alt = picture.alt.replace("\\", "\\\\").replace('"', '\\"')
    return f'#image("{picture.file}", alt: "{alt}"{width})'
