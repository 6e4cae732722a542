"""Values of the editor's answers as those of the Language Server Protocol, and back.

In: spans, problems, edits.  Out: ranges, diagnostics, text edits, counted in the encoding that the client asked for.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from lsprotocol import types as lsp

from shapecheck.diagnostics.model import Level
from shapecheck.editor.layout_edits import Edit
from shapecheck.editor.positions import Positions
from shapecheck.editor.problems import Problem, Related
from shapecheck.source import Span

_LEVELS = {
    Level.ERROR: lsp.DiagnosticSeverity.Error,
    Level.WARNING: lsp.DiagnosticSeverity.Warning,
    Level.NOTE: lsp.DiagnosticSeverity.Information,
}


@lru_cache(maxsize=64)
def positions(text: str, encoding: str) -> Positions:
    """The positions of a text; those of the last texts are remembered."""
    return Positions(text, encoding)


def span_range(span: Span, text: str, encoding: str) -> lsp.Range:
    """A span as a range."""
    found = positions(text, encoding)
    return lsp.Range(lsp.Position(*found.at(span.start)), lsp.Position(*found.at(span.end)))


def offset_of(position: lsp.Position, text: str, encoding: str) -> int:
    """A position as an offset."""
    return positions(text, encoding).offset(position.line, position.character)


def span_of(range: lsp.Range, text: str, encoding: str) -> Span:
    """A range as a span; one that ends before it starts is empty."""
    start, end = offset_of(range.start, text, encoding), offset_of(range.end, text, encoding)
    return Span(start, max(start, end))


def text_edits(edits: Iterable[Edit], text: str, encoding: str) -> list[lsp.TextEdit]:
    """Edits as those of the protocol."""
    return [lsp.TextEdit(span_range(edit.span, text, encoding), edit.text) for edit in edits]


def location(place: Related, encoding: str) -> lsp.Location:
    """A place in a file."""
    return lsp.Location(uri_of(place.path), span_range(place.span, place.text, encoding))


def uri_of(path: str) -> str:
    """The address of a file; an address stays as it is."""
    return Path(path).absolute().as_uri() if ":" not in path.split("/", 1)[0] or path[1:2] == ":" else path


def diagnostic(problem: Problem, text: str, encoding: str) -> lsp.Diagnostic:
    """A problem as a diagnostic."""
    return lsp.Diagnostic(
        span_range(problem.span, text, encoding),
        problem.words,
        severity=_LEVELS[problem.level],
        code=problem.code,
        code_description=None if problem.page is None else lsp.CodeDescription(problem.page),
        source="shapecheck",
        related_information=[
            lsp.DiagnosticRelatedInformation(location(item, encoding), item.words) for item in problem.related
        ],
    )
