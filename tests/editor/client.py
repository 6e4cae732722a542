"""A real client, pytest-lsp, that drives `shapecheck server` in a process of its own.

Without it tests are skipped with a reason; where `SHAPECHECK_ENGINES` names it, as `.ci/run` does, they fail.
"""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from tests.oracles.engines import engine

TIMEOUT = 60
ENGINES = ("pytest_lsp", "lsprotocol")


def lsp() -> Any:
    """The types of the protocol."""
    engine("pytest_lsp")
    return engine("lsprotocol").types


class Client:
    """A client with its own numbering of versions."""

    def __init__(self, client: Any) -> None:
        self.client = client
        self.types = lsp()
        self._versions: dict[str, int] = {}

    def open(self, uri: str, text: str, language: str = "shape") -> None:
        """Opens a text."""
        self._versions[uri] = 1
        item = self.types.TextDocumentItem(uri, language, 1, text)
        self.client.text_document_did_open(self.types.DidOpenTextDocumentParams(item))

    def change(self, uri: str, text: str) -> None:
        """Replaces the text."""
        self._versions[uri] += 1
        named = self.types.VersionedTextDocumentIdentifier(self._versions[uri], uri)
        whole = [self.types.TextDocumentContentChangeWholeDocument(text)]
        self.client.text_document_did_change(self.types.DidChangeTextDocumentParams(named, whole))

    async def problems(self, uri: str) -> list[Any]:
        """The problems of the next list that arrives."""
        await self.client.wait_for_notification("textDocument/publishDiagnostics")
        return list(self.client.diagnostics[uri])

    def at(self, uri: str, kind: str, line: int, character: int, **more: Any) -> Any:
        """The parameters of a request at a position."""
        position = self.types.Position(line, character)
        named = self.types.TextDocumentIdentifier(uri)
        return getattr(self.types, kind)(text_document=named, position=position, **more)


@asynccontextmanager
async def connected(folder: Path, options: dict[str, Any] | None = None) -> AsyncIterator[Client]:
    """A client and its server, which ends with it."""
    types, pytest_lsp = lsp(), engine("pytest_lsp")
    client = pytest_lsp.make_test_lsp_client()
    await client.start_io(sys.executable, "-m", "shapecheck", "server", "--stdio")
    capabilities = pytest_lsp.client_capabilities("visual-studio-code")
    folders = [types.WorkspaceFolder(folder.as_uri(), folder.name)]
    params = types.InitializeParams(capabilities, workspace_folders=folders, initialization_options=options)
    await client.initialize_session(params)
    try:
        yield Client(client)
    finally:
        await client.shutdown_session()
        await client.stop()
