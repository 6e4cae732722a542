"""Words of an open text by what they mean, for editors that color them.

In: an `OpenText`.  Out: `Word`s in the order of the text, none over the end of a line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from shapecheck.editor.name_files import home_of
from shapecheck.editor.open_text import OpenSpec, OpenText
from shapecheck.editor.spec_names import BUILT_IN, Key, Kind, Names
from shapecheck.graph.expressions.declared_names import CONSTANTS, PREBOUND
from shapecheck.record import record
from shapecheck.source import Span
from shapecheck.syntax.lexer import LINE_ENDS, Token

TYPES = (
    "keyword", "variable", "parameter", "class", "function", "property", "number", "string", "comment", "operator",
    "enumMember",
)  # fmt: skip
"""The types of words, as the protocol calls them; sizes and weights are variables that only can be read."""
MODIFIERS = ("declaration", "readonly", "defaultLibrary")

_BY_KIND = {
    Kind.SIZE: "variable", Kind.TENSOR: "variable", Kind.STAGE: "variable", Kind.INSTANCE: "variable",
    Kind.INDEX: "parameter", Kind.PARAMETER: "parameter", Kind.LAYER: "class", Kind.FUNCTION: "function",
    Kind.TEST: "property", Kind.OPERATION: "function",
}  # fmt: skip
_BY_TOKEN = {
    "COMMENT": "comment", "STRING": "string", "TABLE": "string", "INT": "number", "COEF": "number", "SIZES": "number",
    "NUMBER": "number", "ADDOP": "operator", "MULOP": "operator", "ELEMOP": "operator", "REL": "operator",
    "_ARROW": "operator", "EQUAL": "operator", "CIRCUMFLEX": "operator", "_BY": "operator", "TRANSPOSE": "operator",
}  # fmt: skip
_GIVEN = ("input", "weight", "buffer")


@record
class Word:
    """A part of the text with its type and what else is known of it."""

    span: Span
    type: str
    modifiers: tuple[str, ...] = ()


def words(text: OpenText) -> list[Word]:
    """All words of the specs in a text."""
    found = [word for spec in text.specs for word in _of_spec(spec)]
    return sorted(found, key=lambda word: word.span)


def _of_spec(spec: OpenSpec) -> Iterator[Word]:
    named = {item.span.start: item for item in spec.names.occurrences}
    for token in spec.tokens:
        item = named.get(token.start)
        if item is not None:
            yield Word(item.span, *_meaning(spec.names, item.key, item.defines))
        else:
            yield from _plain(token, spec.source.text)


def _meaning(names: Names, key: Key, defines: bool) -> tuple[str, tuple[str, ...]]:
    home = home_of(names, key)
    entry = None if home is None else home.entries.get(key)
    modifiers: tuple[str, ...] = ("declaration",) if defines else ()
    if entry is None:
        return ("function" if key.path == BUILT_IN else "class"), ("defaultLibrary",)
    if entry.kind is Kind.SIZE or entry.role in _GIVEN:
        modifiers += ("readonly",)
    if key.path.startswith("std/") and not key.block:
        modifiers += ("defaultLibrary",)
    return _BY_KIND[entry.kind], modifiers


def _plain(token: Token, text: str) -> Iterator[Word]:
    """A token that is no name; tables go over several lines, and ends of lines have comments in them."""
    if token.kind in LINE_ENDS:
        pieces = re.finditer(r"#[^\n\r]*", token.text)
        yield from (Word(_at(token, piece), "comment") for piece in pieces)
        return
    kind = _BY_TOKEN.get(token.kind) or ("keyword" if token.text.isalpha() else None)
    if token.kind == "NAME":
        kind = "enumMember" if token.text in CONSTANTS | PREBOUND else "property"
    if kind is not None and token.end <= len(text):
        yield from (Word(_at(token, piece), kind) for piece in re.finditer(r"[^\n\r]+", token.text))


def _at(token: Token, piece: re.Match[str]) -> Span:
    return Span(token.start + piece.start(), token.start + piece.end())
