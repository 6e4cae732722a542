"""Derivations, and their writers: text for terminals, Markdown, LaTeX."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from shapecheck.explain import Derivation
from shapecheck.report.derivation.latex import latex
from shapecheck.report.derivation.markdown import markdown
from shapecheck.report.derivation.text import text
from shapecheck.report.wording import Wording
from shapecheck.sizes import naming_order

__all__ = ["ENDINGS", "FORMATS", "render_derivation"]

_WRITERS: Mapping[str, Callable[[Derivation, int, Wording | None], str]] = MappingProxyType(
    {"text": text, "markdown": markdown, "latex": latex}
)
FORMATS = tuple(_WRITERS)
ENDINGS: Mapping[str, str] = MappingProxyType({".txt": "text", ".md": "markdown", ".tex": "latex"})


def render_derivation(
    derivation: Derivation, format: str = "text", width: int = 120, wording: Wording | None = None
) -> str:
    """The derivation in one of `FORMATS`, without a line end at its end; only `text` has a width.

    Results are told by the wording, steps as the rules give them.
    """
    with naming_order(derivation.names):
        return _WRITERS[format](derivation, width, wording)
