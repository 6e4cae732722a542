"""Texts that are open, written with a `|` at the place that is asked about."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from shapecheck.editor.layout_edits import Edit
from shapecheck.editor.open_text import OpenText
from shapecheck.editor.reading_files import beside_reader

ROOT = Path(__file__).parents[2]
SPECS = sorted((ROOT / "specs").rglob("*.shape"))


def at(marked: str, path: str = "a.shape") -> tuple[OpenText, int]:
    """The text without its mark, and the offset of the mark."""
    return OpenText(path, marked.replace("|", "", 1)), marked.index("|")


def opened(path: Path) -> OpenText:
    """The text of a file."""
    return OpenText(str(path), path.read_text(), beside_reader([str(path.parent)], dict))


def edited(text: str, edits: Iterable[Edit]) -> str:
    """The text with edits that do not overlap."""
    for edit in sorted(edits, key=lambda item: item.span, reverse=True):
        text = text[: edit.span.start] + edit.text + text[edit.span.end :]
    return text
