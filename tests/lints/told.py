"""What tests of lints ask."""

from __future__ import annotations

from shapecheck.diagnostics.model import Diagnostic

from ..graph.asking import report_of

HEADER = "dim H, W\n"


def told(text: str, lint: str = "all", without: str = "padding-modes") -> list[Diagnostic]:
    """All that the lints say of a spec that is otherwise fine, but for one code that other tests are about."""
    found = report_of(text, lint=lint)
    assert not found.has_errors, [item.title for item in found.diagnostics]
    return [item for item in found.diagnostics if item.code != without]


def codes(text: str, lint: str = "all") -> list[str]:
    """The codes of that, in the order of the text."""
    return [item.code for item in told(text, lint)]


def line_of(text: str, diagnostic: Diagnostic) -> int:
    """The line, from 1, that a message stands at."""
    assert diagnostic.span is not None
    return text.count("\n", 0, diagnostic.span.start) + 1
