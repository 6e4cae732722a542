"""The language server: open texts and requests in, answers out.

One thread works on specs, one request after the other, so that the loop that reads messages never waits.  An answer
about a text that has changed meanwhile is withdrawn (`ContentModified`).  Nothing is written to any file.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer
from pygls.uris import to_fs_path

from shapecheck import __version__
from shapecheck.editor.conversions import diagnostic, offset_of, span_of, span_range, text_edits
from shapecheck.editor.hover import hover
from shapecheck.editor.layout_edits import layout_edits, layout_edits_in
from shapecheck.editor.open_text import OpenText
from shapecheck.editor.problems import problems
from shapecheck.folders import reader

Answer = TypeVar("Answer")
WAIT = 0.05
"""Seconds without a keystroke before problems are looked for."""
CONTENT_MODIFIED = lsp.LSPErrorCodes.ContentModified.value


class Server(LanguageServer):
    """The server with the texts that are open, by address."""

    def __init__(self) -> None:
        # the whole text with each change: a range would be applied by other rules for the ends of lines than ours
        super().__init__("shapecheck", __version__, text_document_sync_kind=lsp.TextDocumentSyncKind.Full)
        self.texts: dict[str, OpenText] = {}
        self.versions: dict[str, int] = {}
        self._waiting: dict[str, asyncio.Task[None]] = {}
        self._work = ThreadPoolExecutor(1)

    @property
    def encoding(self) -> str:
        """The units in which the client counts characters."""
        return str(getattr(self.workspace.position_encoding, "value", self.workspace.position_encoding))

    def put(self, uri: str, version: int, text: str) -> None:
        """Takes a new text, and looks for problems when the typing pauses."""
        path = to_fs_path(uri) if uri.startswith("file:") else None
        self.texts[uri] = OpenText(path or uri, text, None if path is None else reader([path, *self._folders()]))
        self.versions[uri] = version
        self._later(uri)

    def drop(self, uri: str) -> None:
        """Forgets a text, and takes its problems off the list."""
        self.texts.pop(uri, None)
        self.versions.pop(uri, None)
        self._stop(uri)
        self.text_document_publish_diagnostics(lsp.PublishDiagnosticsParams(uri, []))

    async def answer(self, uri: str, function: Callable[[OpenText], Answer]) -> Answer:
        """The answer of a function on the text of that address, worked out beside the loop."""
        text = self.texts.get(uri)
        if text is None:
            raise JsonRpcException(f"{uri} is not open", lsp.ErrorCodes.InvalidParams.value)
        found = await asyncio.get_running_loop().run_in_executor(self._work, function, text)
        if self.texts.get(uri) is not text:
            raise JsonRpcException("the text has changed", CONTENT_MODIFIED)
        return found

    def _folders(self) -> list[str]:
        """The folders of the workspace."""
        found = [to_fs_path(folder.uri) for folder in self.workspace.folders.values()]
        return [path for path in found if path is not None]

    def _later(self, uri: str) -> None:
        self._stop(uri)
        self._waiting[uri] = asyncio.ensure_future(self._publish(uri))

    def _stop(self, uri: str) -> None:
        task = self._waiting.pop(uri, None)
        if task is not None:
            task.cancel()

    async def _publish(self, uri: str) -> None:
        await asyncio.sleep(WAIT)
        try:
            found = await self.answer(uri, problems)
        except JsonRpcException:
            return  # the next text is on its way
        text = self.texts[uri].text
        listed = [diagnostic(problem, text, self.encoding) for problem in found]
        self.text_document_publish_diagnostics(lsp.PublishDiagnosticsParams(uri, listed, self.versions[uri]))


def server() -> Server:
    """A server with all its requests."""
    made = Server()
    for method, handler in _HANDLERS.items():
        made.feature(method)(handler)
    return made


def _opened(server: Server, params: lsp.DidOpenTextDocumentParams) -> None:
    server.put(params.text_document.uri, params.text_document.version, params.text_document.text)


def _changed(server: Server, params: lsp.DidChangeTextDocumentParams) -> None:
    uri = params.text_document.uri
    if uri in server.texts and params.content_changes:
        server.put(uri, params.text_document.version, params.content_changes[-1].text)


def _closed(server: Server, params: lsp.DidCloseTextDocumentParams) -> None:
    server.drop(params.text_document.uri)


async def _hover(server: Server, params: lsp.HoverParams) -> lsp.Hover | None:
    def look(text: OpenText) -> lsp.Hover | None:
        found = hover(text, offset_of(params.position, text.text, server.encoding))
        if found is None:
            return None
        markdown = lsp.MarkupContent(lsp.MarkupKind.Markdown, found.markdown)
        return lsp.Hover(markdown, span_range(found.span, text.text, server.encoding))

    return await server.answer(params.text_document.uri, look)


async def _format(server: Server, params: lsp.DocumentFormattingParams) -> list[lsp.TextEdit]:
    return await server.answer(
        params.text_document.uri, lambda text: text_edits(layout_edits(text), text.text, server.encoding)
    )


async def _format_range(server: Server, params: lsp.DocumentRangeFormattingParams) -> list[lsp.TextEdit]:
    def look(text: OpenText) -> list[lsp.TextEdit]:
        span = span_of(params.range, text.text, server.encoding)
        return text_edits(layout_edits_in(text, span), text.text, server.encoding)

    return await server.answer(params.text_document.uri, look)


_HANDLERS: Mapping[str, Callable[..., Any]] = {
    lsp.TEXT_DOCUMENT_DID_OPEN: _opened,
    lsp.TEXT_DOCUMENT_DID_CHANGE: _changed,
    lsp.TEXT_DOCUMENT_DID_CLOSE: _closed,
    lsp.TEXT_DOCUMENT_HOVER: _hover,
    lsp.TEXT_DOCUMENT_FORMATTING: _format,
    lsp.TEXT_DOCUMENT_RANGE_FORMATTING: _format_range,
}
"""The handler of each message."""
