"""The requests of the protocol: each asks a function on the open text, and translates.

In: a server.  Out: the same server, with a handler for each message.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException

from shapecheck.editor import coloring, conversions
from shapecheck.editor.code_actions import actions
from shapecheck.editor.completion import choices
from shapecheck.editor.conversions import location, offset_of, outline_symbol, span_of, span_range, text_edits, uri_of
from shapecheck.editor.hover import hover
from shapecheck.editor.inlay import KINDS, hints
from shapecheck.editor.layout_edits import layout_edits, layout_edits_in
from shapecheck.editor.lenses import lenses, printed
from shapecheck.editor.open_text import OpenText
from shapecheck.editor.outline import folds, outline
from shapecheck.editor.preview import preview
from shapecheck.editor.problems import problems
from shapecheck.editor.protocol import Server
from shapecheck.editor.rename import NotPossible, definitions, references, rename, renameable
from shapecheck.editor.signature_help import signature_help
from shapecheck.source import Span

SHOW = "shapecheck.show"
"""The command of all lenses; its arguments are the address of the text and the title of the lens."""
PREVIEW = "shapecheck/preview"
"""A request of our own: the page of the spec at a position."""
Look = Callable[[Server, Any, OpenText], Any]


def server(made: Server | None = None) -> Server:
    """A server with all its requests."""
    made = made or Server()
    for method, notice in _NOTICES.items():
        made.feature(method)(notice)
    made.command(SHOW)(_show)
    made.feature(PREVIEW)(_preview)
    for method, (look, options) in _REQUESTS.items():
        made.feature(method, options)(_handler(look))
    return made


def _handler(look: Look) -> Callable[..., Any]:
    """The handler of a request about a text: its answer is worked out beside the loop."""

    async def handler(server: Server, params: Any) -> Any:
        try:
            return await server.answer(params.text_document.uri, partial(look, server, params))
        except NotPossible as error:
            raise JsonRpcException(str(error), lsp.LSPErrorCodes.RequestFailed.value) from error

    return handler


# ---- notices -----------------------------------------------------------------------------------


def _started(server: Server, params: lsp.InitializeParams) -> None:
    _configure(server, params.initialization_options)


def _configured(server: Server, params: lsp.DidChangeConfigurationParams) -> None:
    settings = params.settings
    _configure(server, settings.get("shapecheck", settings) if isinstance(settings, dict) else None)
    server.refresh_hints()


def _configure(server: Server, settings: Any) -> None:
    """Takes `{"hints": {"weights": false}}`; kinds that are not named are shown.

    `{"shows": true}` says that the client shows what commands print.
    """
    if not isinstance(settings, dict):
        return
    server.client_shows = settings.get("shows", server.client_shows) is True
    found = settings.get("hints")
    if isinstance(found, dict):
        server.hints = tuple(kind for kind in KINDS if found.get(kind, True) is not False)


def _opened(server: Server, params: lsp.DidOpenTextDocumentParams) -> None:
    document = params.text_document
    server.put(document.uri, document.version, document.text)
    server.check(document.uri)


def _changed(server: Server, params: lsp.DidChangeTextDocumentParams) -> None:
    uri = params.text_document.uri
    if uri in server.texts and params.content_changes:
        server.put(uri, params.text_document.version, params.content_changes[-1].text)


def _saved(server: Server, params: lsp.DidSaveTextDocumentParams) -> None:
    if params.text_document.uri in server.texts:
        server.check(params.text_document.uri)


def _closed(server: Server, params: lsp.DidCloseTextDocumentParams) -> None:
    server.drop(params.text_document.uri)


def _files_changed(server: Server, params: lsp.DidChangeWatchedFilesParams) -> None:
    server.refresh()


_NOTICES: Mapping[str, Callable[..., Any]] = {
    lsp.INITIALIZE: _started,
    lsp.WORKSPACE_DID_CHANGE_CONFIGURATION: _configured,
    lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES: _files_changed,
    lsp.TEXT_DOCUMENT_DID_OPEN: _opened,
    lsp.TEXT_DOCUMENT_DID_CHANGE: _changed,
    lsp.TEXT_DOCUMENT_DID_SAVE: _saved,
    lsp.TEXT_DOCUMENT_DID_CLOSE: _closed,
}


# ---- requests ----------------------------------------------------------------------------------


def _at(server: Server, params: Any, text: OpenText) -> int:
    return offset_of(params.position, text.text, server.encoding)


def _range(server: Server, span: Span, text: OpenText) -> lsp.Range:
    return span_range(span, text.text, server.encoding)


def _hover(server: Server, params: lsp.HoverParams, text: OpenText) -> lsp.Hover | None:
    found = hover(text, _at(server, params, text))
    if found is None:
        return None
    return lsp.Hover(lsp.MarkupContent(lsp.MarkupKind.Markdown, found.markdown), _range(server, found.span, text))


def _inlay(server: Server, params: lsp.InlayHintParams, text: OpenText) -> list[lsp.InlayHint]:
    outcome = server.checked(text)
    shown = span_of(params.range, text.text, server.encoding)
    found = hints(text, server.hints, None if outcome is None else outcome.verdicts)
    return [
        lsp.InlayHint(_range(server, Span(hint.offset, hint.offset), text).start, hint.text, lsp.InlayHintKind.Type)
        for hint in found
        if shown.start <= hint.offset <= shown.end
    ]


def _definition(server: Server, params: lsp.DefinitionParams, text: OpenText) -> list[lsp.Location]:
    found = definitions(text, _at(server, params, text), server.others(text))
    return [location(place, server.encoding) for place in found]


def _references(server: Server, params: lsp.ReferenceParams, text: OpenText) -> list[lsp.Location]:
    defining = params.context.include_declaration
    found = references(text, _at(server, params, text), server.others(text), defining)
    return [location(place, server.encoding) for place in found]


def _highlight(server: Server, params: lsp.DocumentHighlightParams, text: OpenText) -> list[lsp.DocumentHighlight]:
    found = references(text, _at(server, params, text), ())
    return [lsp.DocumentHighlight(_range(server, place.span, text)) for place in found if place.path == text.path]


def _may_rename(server: Server, params: lsp.PrepareRenameParams, text: OpenText) -> lsp.Range:
    return _range(server, renameable(text, _at(server, params, text)), text)


def _rename(server: Server, params: lsp.RenameParams, text: OpenText) -> lsp.WorkspaceEdit:
    others = {item.path: item for item in server.others(text)} | {text.path: text}
    found = rename(text, _at(server, params, text), params.new_name, list(others.values()))
    return lsp.WorkspaceEdit(
        {uri_of(path): text_edits(edits, others[path].text, server.encoding) for path, edits in found.items()}
    )


def _complete(server: Server, params: lsp.CompletionParams, text: OpenText) -> lsp.CompletionList:
    found = choices(text, _at(server, params, text))
    return lsp.CompletionList(False, [conversions.completion(choice, place) for place, choice in enumerate(found)])


def _signature(server: Server, params: lsp.SignatureHelpParams, text: OpenText) -> lsp.SignatureHelp | None:
    found = signature_help(text, _at(server, params, text))
    return None if found is None else conversions.signature_help(found)


def _format(server: Server, params: lsp.DocumentFormattingParams, text: OpenText) -> list[lsp.TextEdit]:
    return text_edits(layout_edits(text), text.text, server.encoding)


def _format_range(server: Server, params: lsp.DocumentRangeFormattingParams, text: OpenText) -> list[lsp.TextEdit]:
    span = span_of(params.range, text.text, server.encoding)
    return text_edits(layout_edits_in(text, span), text.text, server.encoding)


def _actions(server: Server, params: lsp.CodeActionParams, text: OpenText) -> list[lsp.CodeAction]:
    outcome = server.checked(text)
    found = problems(text) if outcome is None else outcome.problems
    span = span_of(params.range, text.text, server.encoding)
    return [conversions.action(item, text.path, text.text, server.encoding) for item in actions(text, span, found)]


def _tokens(server: Server, params: lsp.SemanticTokensParams, text: OpenText) -> lsp.SemanticTokens:
    return lsp.SemanticTokens(conversions.token_numbers(coloring.words(text), text.text, server.encoding))


def _symbols(server: Server, params: lsp.DocumentSymbolParams, text: OpenText) -> list[lsp.DocumentSymbol]:
    return [outline_symbol(item, text.text, server.encoding) for item in outline(text)]


def _folds(server: Server, params: lsp.FoldingRangeParams, text: OpenText) -> list[lsp.FoldingRange]:
    return [conversions.folding(fold, text.text, server.encoding) for fold in folds(text)]


def _lenses(server: Server, params: lsp.CodeLensParams, text: OpenText) -> list[lsp.CodeLens]:
    uri = params.text_document.uri
    return [
        lsp.CodeLens(_range(server, lens.span, text), lsp.Command(lens.title, SHOW, arguments=[uri, lens.title]))
        for lens in lenses(text)
    ]


async def _preview(server: Server, params: Any) -> str:
    """The page of `shapecheck/preview`, a request of our own with the parameters of a position."""
    position = lsp.Position(int(params.position.line), int(params.position.character))

    def look(text: OpenText) -> str:
        return preview(text, offset_of(position, text.text, server.encoding))

    return await server.answer(str(params.textDocument.uri), look)


async def _show(server: Server, uri: str, title: str) -> str:
    """The output of the command of a lens; a client that does not show it itself gets it as a message."""
    text = server.texts.get(uri)
    if text is None:
        raise JsonRpcException(f"{uri} is not open", lsp.ErrorCodes.InvalidParams.value)
    found = await asyncio.to_thread(printed, text, title)
    if not server.client_shows:
        server.window_show_message(lsp.ShowMessageParams(lsp.MessageType.Info, found))
    return found


_LEGEND = lsp.SemanticTokensLegend(list(coloring.TYPES), list(coloring.MODIFIERS))
_REQUESTS: Mapping[str, tuple[Look, Any]] = {
    lsp.TEXT_DOCUMENT_HOVER: (_hover, None),
    lsp.TEXT_DOCUMENT_INLAY_HINT: (_inlay, None),
    lsp.TEXT_DOCUMENT_DEFINITION: (_definition, None),
    lsp.TEXT_DOCUMENT_REFERENCES: (_references, None),
    lsp.TEXT_DOCUMENT_DOCUMENT_HIGHLIGHT: (_highlight, None),
    lsp.TEXT_DOCUMENT_PREPARE_RENAME: (_may_rename, None),
    lsp.TEXT_DOCUMENT_RENAME: (_rename, lsp.RenameOptions(prepare_provider=True)),
    lsp.TEXT_DOCUMENT_COMPLETION: (_complete, lsp.CompletionOptions(trigger_characters=[".", ">", ":"])),
    lsp.TEXT_DOCUMENT_SIGNATURE_HELP: (_signature, lsp.SignatureHelpOptions(["(", ","])),
    lsp.TEXT_DOCUMENT_FORMATTING: (_format, None),
    lsp.TEXT_DOCUMENT_RANGE_FORMATTING: (_format_range, None),
    lsp.TEXT_DOCUMENT_CODE_LENS: (_lenses, None),
    lsp.TEXT_DOCUMENT_CODE_ACTION: (
        _actions,
        lsp.CodeActionOptions([lsp.CodeActionKind.QuickFix, lsp.CodeActionKind.RefactorRewrite]),
    ),
    lsp.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL: (_tokens, _LEGEND),
    lsp.TEXT_DOCUMENT_DOCUMENT_SYMBOL: (_symbols, None),
    lsp.TEXT_DOCUMENT_FOLDING_RANGE: (_folds, None),
}
