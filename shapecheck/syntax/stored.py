"""The grammar and the parser's tables as they are stored, in the wheel or in a checkout."""

from __future__ import annotations

from pathlib import Path

END = "$END"
"""The name of the end of the text among the terminals."""
STORED = Path(__file__).with_name("tables.json")
"""The tables, with the grammar that they were built from."""
_PACKAGE = Path(__file__).parent.parent


def grammar_text() -> str:
    """The grammar, from the wheel (`shapecheck/grammars`) or the checkout (`grammars` beside the package)."""
    places = (_PACKAGE / "grammars", _PACKAGE.parent / "grammars")
    found = next((place for place in places if (place / "shape.lark").is_file()), places[0])
    return (found / "shape.lark").read_text(encoding="utf-8")
