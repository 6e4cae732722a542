"""Values of the editor's answers as those of the Language Server Protocol, and back.

In: spans, problems, edits.  Out: ranges, diagnostics, text edits, counted in the encoding that the client asked for.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from lsprotocol import types as lsp

from shapecheck.diagnostics.model import Level
from shapecheck.editor.code_actions import Action
from shapecheck.editor.coloring import MODIFIERS, TYPES, Word
from shapecheck.editor.completion import Choice
from shapecheck.editor.layout_edits import Edit
from shapecheck.editor.outline import Fold, Item
from shapecheck.editor.positions import Positions
from shapecheck.editor.problems import Problem, Related
from shapecheck.editor.signature_help import Help
from shapecheck.editor.spec_names import Kind
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


_SYMBOLS = {
    Kind.SIZE: lsp.SymbolKind.Constant, Kind.TENSOR: lsp.SymbolKind.Variable, "input": lsp.SymbolKind.Field,
    "weight": lsp.SymbolKind.Field, "buffer": lsp.SymbolKind.Field, "output": lsp.SymbolKind.Field,
    Kind.LAYER: lsp.SymbolKind.Class, Kind.FUNCTION: lsp.SymbolKind.Function, "claim": lsp.SymbolKind.Boolean,
    Kind.TEST: lsp.SymbolKind.Event, "spec": lsp.SymbolKind.Module,
}  # fmt: skip
_CHOICES = {
    Kind.SIZE: lsp.CompletionItemKind.Constant, Kind.TENSOR: lsp.CompletionItemKind.Variable,
    Kind.STAGE: lsp.CompletionItemKind.Variable, Kind.INSTANCE: lsp.CompletionItemKind.Variable,
    Kind.INDEX: lsp.CompletionItemKind.Variable, Kind.PARAMETER: lsp.CompletionItemKind.Property,
    Kind.LAYER: lsp.CompletionItemKind.Class, Kind.FUNCTION: lsp.CompletionItemKind.Function,
    Kind.OPERATION: lsp.CompletionItemKind.Function, "function": lsp.CompletionItemKind.Function,
    "word": lsp.CompletionItemKind.Keyword, "constant": lsp.CompletionItemKind.EnumMember,
    "axis": lsp.CompletionItemKind.Property,
}  # fmt: skip


def outline_symbol(item: Item, text: str, encoding: str) -> lsp.DocumentSymbol:
    """An item of the outline."""
    return lsp.DocumentSymbol(
        item.name or "claim",
        _SYMBOLS[item.kind],
        span_range(item.span, text, encoding),
        span_range(item.name_span, text, encoding),
        detail=str(item.kind),
        children=[outline_symbol(inner, text, encoding) for inner in item.inside],
    )


def folding(fold: Fold, text: str, encoding: str) -> lsp.FoldingRange:
    """A part that can be folded, by its lines."""
    found = span_range(fold.span, text, encoding)
    kind = lsp.FoldingRangeKind.Comment if fold.is_comment else None
    return lsp.FoldingRange(found.start.line, found.end.line, kind=kind)


def completion(choice: Choice, place: int) -> lsp.CompletionItem:
    """A choice; `place` is its place in the list, which the client keeps."""
    return lsp.CompletionItem(
        choice.name, kind=_CHOICES[choice.kind], detail=choice.detail or None, sort_text=f"{place:05}"
    )


def signature_help(found: Help) -> lsp.SignatureHelp:
    """A signature with the argument that is being written."""
    signature = found.signature
    parameters = [lsp.ParameterInformation(argument) for argument in signature.arguments]
    about = lsp.SignatureInformation(signature.label, signature.about or None, parameters, found.argument)
    return lsp.SignatureHelp([about], 0, found.argument)


def token_numbers(words: Iterable[Word], text: str, encoding: str) -> list[int]:
    """Words as the protocol packs them: five numbers each, places counted from the word before."""
    places, numbers = positions(text, encoding), []
    last_line = last_character = 0
    for word in words:
        line, character = places.at(word.span.start)
        _, end = places.at(word.span.end)
        before = last_character if line == last_line else 0
        bits = sum(1 << MODIFIERS.index(name) for name in word.modifiers)
        numbers += [line - last_line, character - before, end - character, TYPES.index(word.type), bits]
        last_line, last_character = line, character
    return numbers


def action(found: Action, path: str, text: str, encoding: str) -> lsp.CodeAction:
    """An action on a text."""
    kind = lsp.CodeActionKind.RefactorRewrite if found.mends is None else lsp.CodeActionKind.QuickFix
    return lsp.CodeAction(
        found.title,
        kind=kind,
        diagnostics=None if found.mends is None else [diagnostic(found.mends, text, encoding)],
        is_preferred=found.is_preferred or None,
        edit=lsp.WorkspaceEdit({uri_of(path): text_edits(found.edits, text, encoding)}),
    )
