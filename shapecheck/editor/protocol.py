"""The language server: the texts that are open, and the thread that works on them.

One thread works on specs, one request after the other, so that the loop that reads messages never waits.  An answer
about a text that has changed meanwhile is given up and withdrawn (`ContentModified`); what is known of the last texts
is remembered, so that an undone edit costs nothing.  `check` runs when a text is opened or saved, in a process of its
own.  Nothing is written to any file.
"""

from __future__ import annotations

import asyncio
import os
import pickle
import sys
from collections.abc import Callable, Coroutine, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any, TypeVar

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer
from pygls.uris import to_fs_path

from shapecheck import __version__
from shapecheck.editor.check_saved import Checked, Saved
from shapecheck.editor.conversions import diagnostic
from shapecheck.editor.inlay import KINDS
from shapecheck.editor.open_text import OpenText
from shapecheck.editor.problems import Problem, problems
from shapecheck.editor.reading_files import beside_reader, file_text, spec_paths
from shapecheck.sizes.work import Stopped, go_on, stop

Answer = TypeVar("Answer")
WAIT = 0.05
"""Seconds without a keystroke before problems are looked for."""
MOST_REMEMBERED = 8
"""Most texts of which what was found is kept."""
_IMPORTS = 'from "'
CONTENT_MODIFIED = lsp.LSPErrorCodes.ContentModified.value


class Server(LanguageServer):
    """The server with the texts that are open, by address."""

    def __init__(self) -> None:
        # the whole text with each change: a range would be applied by other rules for the ends of lines than ours
        super().__init__("shapecheck", __version__, text_document_sync_kind=lsp.TextDocumentSyncKind.Full)
        self.texts: dict[str, OpenText] = {}
        self.versions: dict[str, int] = {}
        self.hints: tuple[str, ...] = KINDS
        self.client_shows = False
        self._outcomes: dict[str, tuple[str, Checked]] = {}
        self._tasks: dict[tuple[str, str], asyncio.Task[None]] = {}
        self._last: dict[tuple[str, str], OpenText] = {}
        self._running: OpenText | None = None
        self._work = ThreadPoolExecutor(1)

    @property
    def encoding(self) -> str:
        """The units in which the client counts characters."""
        return str(getattr(self.workspace.position_encoding, "value", self.workspace.position_encoding))

    # ---- texts ---------------------------------------------------------------------------------

    def put(self, uri: str, version: int, text: str) -> None:
        """Takes a new text, and looks for problems when the typing pauses."""
        self._put(uri, version, text)
        self.refresh(but=uri)

    def _put(self, uri: str, version: int, text: str) -> None:
        path, before = path_of_uri(uri), self.texts.get(uri)
        self.texts[uri] = self._known(path, text)
        self.versions[uri] = version
        if before is not None and self._running is before:
            stop()
        self._start("problems", uri, self._look(uri))

    def _known(self, path: str, text: str) -> OpenText:
        """The open text, with what is known of it from before; one that reads other files is looked at anew."""
        found = self._last.pop((path, text), None)
        if found is None or _IMPORTS in text:
            found = OpenText(path, text, beside_reader(self._folders(path), self._opened))
        self._last[path, text] = found
        if len(self._last) > MOST_REMEMBERED:
            del self._last[next(iter(self._last))]
        return found

    def drop(self, uri: str) -> None:
        """Forgets a text, and takes its problems off the list."""
        for known in (self.texts, self.versions, self._outcomes):
            known.pop(uri, None)
        for kind in ("problems", "check"):
            self._stop(kind, uri)
        self.text_document_publish_diagnostics(lsp.PublishDiagnosticsParams(uri, []))

    def refresh(self, but: str = "") -> None:
        """Looks again at the texts that import others, since one of those has changed."""
        for uri, text in list(self.texts.items()):
            if uri != but and _IMPORTS in text.text:
                self._put(uri, self.versions[uri], text.text)

    def checked(self, text: OpenText) -> Checked | None:
        """The outcome of the last check, if it was one of this very text."""
        found = next((self._outcomes.get(uri) for uri, item in self.texts.items() if item is text), None)
        return found[1] if found is not None and found[0] == text.text else None

    def others(self, text: OpenText) -> Iterator[OpenText]:
        """The other texts of the workspace: those that are open, then those on the disk."""
        opened = list(self.texts.values())
        yield from (item for item in opened if item is not text)
        known = {item.path for item in opened}
        for path in spec_paths(self._folders(text.path)):
            found = None if path in known else file_text(path)
            if found is not None:
                yield OpenText(path, found, text.beside)

    def _opened(self) -> Mapping[str, str]:
        return {text.path: text.text for text in list(self.texts.values())}

    def _folders(self, path: str) -> tuple[str, ...]:
        """The folders of the workspace, and the one that a file is in."""
        found = (to_fs_path(folder.uri) for folder in self.workspace.folders.values())
        return tuple(dict.fromkeys([*(folder for folder in found if folder), os.path.dirname(path) or "."]))

    # ---- answers -------------------------------------------------------------------------------

    async def answer(self, uri: str, function: Callable[[OpenText], Answer]) -> Answer:
        """The answer of a function on the text of that address, worked out beside the loop."""
        text = self.texts.get(uri)
        if text is None:
            raise JsonRpcException(f"{uri} is not open", lsp.ErrorCodes.InvalidParams.value)
        found = await asyncio.get_running_loop().run_in_executor(self._work, self._worked_out, uri, function, text)
        if self.texts.get(uri) is not text:
            raise JsonRpcException("the text has changed", CONTENT_MODIFIED)
        return found

    def _worked_out(self, uri: str, function: Callable[[OpenText], Answer], text: OpenText) -> Answer:
        """The answer, in the thread that works; given up as soon as the text has changed."""
        while self.texts.get(uri) is text:
            self._running = text
            go_on()
            try:
                return function(text)
            except Stopped:  # by a change of this text, or of one whose answer was ready just before
                continue
            finally:
                self._running = None
                go_on()
        raise JsonRpcException("the text has changed", CONTENT_MODIFIED)

    def _start(self, kind: str, uri: str, task: Coroutine[Any, Any, None]) -> None:
        """Starts a task on a text, in place of the one of that kind that is on its way."""
        self._stop(kind, uri)
        self._tasks[kind, uri] = asyncio.ensure_future(task)

    def _stop(self, kind: str, uri: str) -> None:
        task = self._tasks.pop((kind, uri), None)
        if task is not None:
            task.cancel()

    async def _look(self, uri: str) -> None:
        """Publishes the problems that can be found while typing."""
        await asyncio.sleep(WAIT)
        known = self.checked(self.texts[uri])
        with suppress(JsonRpcException):  # the next text is on its way
            self._publish(uri, await self.answer(uri, problems) if known is None else known.problems)

    def _publish(self, uri: str, found: tuple[Problem, ...]) -> None:
        text = self.texts[uri].text
        listed = [diagnostic(problem, text, self.encoding) for problem in found]
        self.text_document_publish_diagnostics(lsp.PublishDiagnosticsParams(uri, listed, self.versions[uri]))

    # ---- check ---------------------------------------------------------------------------------

    def check(self, uri: str) -> None:
        """Checks a text that was opened or saved; its problems then are those of `shapecheck check`."""
        self._start("check", uri, self._check(uri))

    async def _check(self, uri: str) -> None:
        text = self.texts[uri]
        opened = {path: other for path, other in self._opened().items() if path != text.path}
        outcome = await _in_a_process(Saved(text.path, text.text, self._folders(text.path), opened))
        current = self.texts.get(uri)
        if outcome is not None and current is not None and current.text == text.text:
            self._outcomes[uri] = text.text, outcome
            self._stop("problems", uri)
            self._publish(uri, outcome.problems)
            self.refresh_hints()

    def refresh_hints(self) -> None:
        """Lets the client ask for hints again, if it can be told to."""
        workspace = self.client_capabilities.workspace
        if workspace is not None and workspace.inlay_hint is not None and workspace.inlay_hint.refresh_support:
            self.workspace_inlay_hint_refresh(None)


def path_of_uri(uri: str) -> str:
    """The path of a file; any other address as it is."""
    return (to_fs_path(uri) if uri.startswith("file:") else None) or uri


async def _in_a_process(saved: Saved) -> Checked | None:
    """The outcome of a check; None where the process was ended."""
    script = "from shapecheck.editor.check_saved import main; main()"
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", script, stdin=pipe, stdout=pipe)
    try:
        found, _ = await process.communicate(pickle.dumps(saved))
    except asyncio.CancelledError:
        with suppress(ProcessLookupError):
            process.kill()
        raise
    return pickle.loads(found) if process.returncode == 0 else None
