"""Text to syntax tree and back: `parse`, `format_source` and the printers; each is imported when first asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from shapecheck.syntax.formatting import format_source
    from shapecheck.syntax.parsing import Comment, Parsed, parse
    from shapecheck.syntax.print_expressions import print_expression
    from shapecheck.syntax.print_statements import print_spec, print_statement

__all__ = ["Comment", "Parsed", "format_source", "parse", "print_expression", "print_spec", "print_statement"]

_PLACES = {
    "Comment": "parsing",
    "Parsed": "parsing",
    "format_source": "formatting",
    "parse": "parsing",
    "print_expression": "print_expressions",
    "print_spec": "print_statements",
    "print_statement": "print_statements",
}


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_PLACES[name]}"), name)
