"""Text to syntax tree and back: `parse`, `format_source`, `print_expression`; imported when first asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from shapecheck.syntax.formatting import format_source
    from shapecheck.syntax.parsing import Comment, Parsed, parse
    from shapecheck.syntax.printing import print_expression

__all__ = ["Comment", "Parsed", "format_source", "parse", "print_expression"]

_PLACES = {
    "Comment": "parsing",
    "Parsed": "parsing",
    "format_source": "formatting",
    "parse": "parsing",
    "print_expression": "printing",
}


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_PLACES[name]}"), name)
