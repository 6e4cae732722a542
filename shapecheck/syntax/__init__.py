"""Text to syntax tree and back: `parse`, `format_source`, `print_expression`; imported when first asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from shapecheck.syntax.parsing import Comment, Parsed, parse

__all__ = ["Comment", "Parsed", "parse"]

_PLACES = {"Comment": "parsing", "Parsed": "parsing", "parse": "parsing"}


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_PLACES[name]}"), name)
