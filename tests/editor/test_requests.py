"""Each request of the protocol, asked by a real client of a server in a process of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from tests.editor.client import TIMEOUT, Client, connected, lsp

SPECS = Path(__file__).parents[2] / "specs"
BAD = Path(__file__).parents[1] / "bad"
GRU = (SPECS / "slides" / "gru.shape").read_text()


def _session(folder: Path, script: Callable[[Client], Awaitable[None]], options: dict[str, Any] | None = None) -> None:
    """Runs a script with a client and a server of its own."""

    async def run() -> None:
        async with connected(folder, options) as client:
            await script(client)

    asyncio.run(asyncio.wait_for(run(), TIMEOUT))


def _line(text: str, start: str) -> int:
    """The number of the first line that starts so."""
    return next(number for number, line in enumerate(text.split("\n")) if line.startswith(start))


def test_problems_while_typing(tmp_path: Path) -> None:
    """A text without mistakes has no problems; a wrong sum has one, with both operands as related places."""
    wrong = (BAD / "unequal_states.shape").read_text()
    uri = (tmp_path / "gru.shape").as_uri()

    async def session() -> None:
        async with connected(tmp_path) as client:
            client.open(uri, GRU)
            assert await client.problems(uri) == []
            client.change(uri, wrong)
            (problem,) = await client.problems(uri)
            assert problem.code == "unequal-sizes"
            assert problem.severity == lsp().DiagnosticSeverity.Error
            assert problem.code_description.href.endswith("messages.md#unequal-sizes")
            told = [item.message for item in problem.related_information]
            assert told == ["h[t-1] : p", "x[t] : d", "h[t-1] has its shape from here", "x[t] has its shape from here"]
            assert "error: unequal-sizes" in wrong.split("\n")[problem.range.start.line]
            client.change(uri, GRU)
            assert await client.problems(uri) == []

    asyncio.run(asyncio.wait_for(session(), TIMEOUT))


def test_hover(tmp_path: Path) -> None:
    """The state of the GRU has p entries for every t, says the slide."""
    uri = (tmp_path / "gru.shape").as_uri()

    async def session() -> None:
        async with connected(tmp_path) as client:
            client.open(uri, GRU)
            line = _line(GRU, "  h[t] = z")
            found = await client.client.text_document_hover_async(client.at(uri, "HoverParams", line, 2))
            assert "h[t] : p, t = 0..T" in found.contents.value
            assert (found.range.start.character, found.range.end.character) == (2, 3)
            found = await client.client.text_document_hover_async(client.at(uri, "HoverParams", line, 0))
            assert found is None

    asyncio.run(asyncio.wait_for(session(), TIMEOUT))


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_formatting(tmp_path: Path, newline: str) -> None:
    """The edits give what `shapecheck fmt` writes; those of a range touch its lines alone."""
    uri = (tmp_path / "a.shape").as_uri()
    text = newline.join(["dim  n", "input x:n", "y=x+x", ""])

    async def session() -> None:
        async with connected(tmp_path) as client:
            types = lsp()
            client.open(uri, text)
            options = types.FormattingOptions(2, True)
            named = types.TextDocumentIdentifier(uri)
            whole = types.DocumentFormattingParams(named, options)
            found = await client.client.text_document_formatting_async(whole)
            assert "".join(edit.new_text for edit in found) == newline.join(["dim n", "input x : n", "y = x + x", ""])
            assert [edit.range.start.line for edit in found] == [0, 1, 2]
            line = types.Range(types.Position(1, 0), types.Position(1, 3))
            part = types.DocumentRangeFormattingParams(named, line, options)
            found = await client.client.text_document_range_formatting_async(part)
            assert [(edit.range.start.line, edit.new_text) for edit in found] == [(1, f"input x : n{newline}")]

    asyncio.run(asyncio.wait_for(session(), TIMEOUT))


LIBRARY = "layer f(k) {\n  dim n\n  input x : [..., n]\n  weight W : k x n\n  output y\n  y = W @ x\n}\n"
USER = 'from "home.shape" import f\ninput x : 3\n# é 𝔸\ny = x -> f(k = 2) as c\nclaim c.W : 2 x 3\n'


def test_names_in_two_files(tmp_path: Path) -> None:
    """Definition, references, highlights and a new name reach into the file that is imported, open or not."""
    (tmp_path / "home.shape").write_text(LIBRARY)
    (tmp_path / "user.shape").write_text(USER)
    home, user = ((tmp_path / name).as_uri() for name in ("home.shape", "user.shape"))

    async def script(client: Client) -> None:
        types, ask = lsp(), client.client
        client.open(user, USER)
        place = client.at(user, "DefinitionParams", 3, 9)
        (found,) = await ask.text_document_definition_async(place)
        assert (found.uri, found.range.start) == (home, types.Position(0, 6))
        context = types.ReferenceContext(include_declaration=True)
        places = await ask.text_document_references_async(client.at(user, "ReferenceParams", 3, 9, context=context))
        assert [(item.uri == home, item.range.start.line) for item in places] == [(False, 0), (False, 3), (True, 0)]
        marks = await ask.text_document_document_highlight_async(client.at(user, "DocumentHighlightParams", 3, 9))
        assert [item.range.start.line for item in marks] == [0, 3]
        span = await ask.text_document_prepare_rename_async(client.at(user, "PrepareRenameParams", 3, 9))
        assert (span.start, span.end) == (types.Position(3, 9), types.Position(3, 10))
        edit = await ask.text_document_rename_async(client.at(user, "RenameParams", 3, 9, new_name="g"))
        assert {uri: len(edits) for uri, edits in edit.changes.items()} == {user: 2, home: 1}
        with pytest.raises(Exception, match="cannot be a name"):
            await ask.text_document_rename_async(client.at(user, "RenameParams", 3, 9, new_name="claim"))
        assert (tmp_path / "home.shape").read_text() == LIBRARY

    _session(tmp_path, script)


def test_an_open_file_counts_before_it_is_saved(tmp_path: Path) -> None:
    """A change in the imported text changes the problems of the one that imports it."""
    (tmp_path / "home.shape").write_text(LIBRARY)
    home, user = ((tmp_path / name).as_uri() for name in ("home.shape", "user.shape"))

    async def script(client: Client) -> None:
        client.open(user, USER)
        assert await client.problems(user) == []
        client.open(home, LIBRARY.replace("layer f", "layer g"))
        while not client.client.diagnostics[user]:
            await client.client.wait_for_notification("textDocument/publishDiagnostics")
        assert client.client.diagnostics[user][0].code == "import"
        client.change(home, LIBRARY)
        while client.client.diagnostics[user]:
            await client.client.wait_for_notification("textDocument/publishDiagnostics")

    _session(tmp_path, script)


def test_completion_and_signature(tmp_path: Path) -> None:
    """Layers after `->`, arguments in parentheses, with the one that is being written."""
    uri = (tmp_path / "a.shape").as_uri()
    text = "dim n\ninput x : n\ny = x -> dense("

    async def script(client: Client) -> None:
        client.open(uri, text)
        found = await client.client.text_document_completion_async(client.at(uri, "CompletionParams", 2, 9))
        assert {"dense", "conv2d", "relu"} <= {item.label for item in found.items}
        found = await client.client.text_document_completion_async(client.at(uri, "CompletionParams", 2, 15))
        assert [item.label for item in found.items][:3] == ["n", "act", "bias"]
        help = await client.client.text_document_signature_help_async(client.at(uri, "SignatureHelpParams", 2, 15))
        assert help.signatures[0].label == "dense(n, act = identity, bias = true)"
        assert help.active_parameter == 0

    _session(tmp_path, script)


def test_hints_and_verdicts(tmp_path: Path) -> None:
    """Shapes behind names at once, verdicts after the check; kinds that are turned off stay away."""
    uri = (tmp_path / "gru.shape").as_uri()

    async def script(client: Client) -> None:
        types, ask = lsp(), client.client
        whole = types.InlayHintParams(
            types.TextDocumentIdentifier(uri), types.Range(types.Position(0, 0), types.Position(99, 0))
        )
        client.open(uri, GRU)
        found = await ask.text_document_inlay_hint_async(whole)
        assert [(item.position.line, item.label) for item in found][:3] == [
            (_line(GRU, "weight"), " : 2p x (p + d)"),
            (_line(GRU, "weight"), " : p x (p + d)"),
            (_line(GRU, "h[0]"), " : p"),
        ]
        while not [item for item in found if "proved" in item.label]:
            await asyncio.sleep(0.05)
            found = await ask.text_document_inlay_hint_async(whole)
        assert [item.label for item in found if item.position.line == _line(GRU, 'claim "W is 2p x 2p" ')] == [
            "  refuted"
        ]
        off = {"shapecheck": {"hints": {"shapes": False, "weights": False, "stages": False}}}
        ask.workspace_did_change_configuration(types.DidChangeConfigurationParams(off))
        found = await ask.text_document_inlay_hint_async(whole)
        assert {item.label.strip() for item in found} == {"proved", "refuted", "tested"}
        client.change(uri, GRU + "# more\n")
        assert list(await ask.text_document_inlay_hint_async(whole)) == []

    _session(tmp_path, script)


def test_check_on_save(tmp_path: Path) -> None:
    """A wrong claim is told when the text is opened or saved, and not while it is typed."""
    uri = (tmp_path / "a.shape").as_uri()
    text = "dim n\ninput x : n\ny = x + x\nclaim params == n\n"

    async def script(client: Client) -> None:
        types = lsp()
        client.open(uri, text)
        while not client.client.diagnostics.get(uri):
            await client.client.wait_for_notification("textDocument/publishDiagnostics")
        assert [item.code for item in client.client.diagnostics[uri]] == ["claim-refuted"]
        client.change(uri, text + "# more\n")
        assert await client.problems(uri) == []
        client.client.text_document_did_save(types.DidSaveTextDocumentParams(types.TextDocumentIdentifier(uri)))
        assert [item.code for item in await client.problems(uri)] == ["claim-refuted"]

    _session(tmp_path, script)


def test_tokens_outline_and_folds(tmp_path: Path) -> None:
    """Words with their types, in UTF-16; names by statement; blocks of several lines."""
    uri = (tmp_path / "a.shape").as_uri()
    text = "# 𝔸 é\n# two\ndim n\nlayer f() {\n  input x : n\n  output y\n  y = x\n}\n"

    async def script(client: Client) -> None:
        types, ask = lsp(), client.client
        named = types.TextDocumentIdentifier(uri)
        client.open(uri, text)
        found = await ask.text_document_semantic_tokens_full_async(types.SemanticTokensParams(named))
        assert list(found.data[:5]) == [0, 0, 6, 8, 0]
        assert list(found.data[10:20]) == [1, 0, 3, 0, 0, 0, 4, 1, 1, 3]
        symbols = await ask.text_document_document_symbol_async(types.DocumentSymbolParams(named))
        assert [(item.name, [inner.name for inner in item.children]) for item in symbols] == [
            ("n", []),
            ("f", ["x", "y"]),
        ]
        folds = await ask.text_document_folding_range_async(types.FoldingRangeParams(named))
        assert sorted((fold.start_line, fold.end_line, fold.kind) for fold in folds) == [
            (0, 1, "comment"),
            (3, 7, None),
        ]

    _session(tmp_path, script)


def test_documents(tmp_path: Path) -> None:
    """The fenced specs of a Markdown document are served, each in its own scope; its prose is left alone."""
    uri = (tmp_path / "notes.md").as_uri()
    text = "# Notes 𝔸\n\n```shape a\ndim n\ninput x : n\ny = x + z\n```\n\n```shape b\ndim n\ninput x : n x n\n```\n"

    async def script(client: Client) -> None:
        client.open(uri, text, "markdown")
        assert [(item.code, item.range.start.line) for item in await client.problems(uri)] == [("undeclared-name", 5)]
        found = await client.client.text_document_hover_async(client.at(uri, "HoverParams", 10, 6))
        assert "x : n x n" in found.contents.value
        assert await client.client.text_document_hover_async(client.at(uri, "HoverParams", 0, 3)) is None
        edit = await client.client.text_document_rename_async(client.at(uri, "RenameParams", 10, 6, new_name="q"))
        assert [item.range.start.line for item in edit.changes[uri]] == [10]

    _session(tmp_path, script)


def test_code_actions(tmp_path: Path) -> None:
    """The repair of a wrong sum, applied as the client would, leaves no problem; nothing is written to the disk."""
    uri = (tmp_path / "a.shape").as_uri()
    wrong = "# 𝔸\n" + (BAD / "unequal_states.shape").read_text()
    (tmp_path / "a.shape").write_text(wrong)

    async def script(client: Client) -> None:
        types, ask = lsp(), client.client
        client.open(uri, wrong)
        (problem,) = await client.problems(uri)
        context = types.CodeActionContext([problem])
        params = types.CodeActionParams(types.TextDocumentIdentifier(uri), problem.range, context)
        (action,) = await ask.text_document_code_action_async(params)
        assert (action.title, action.kind, action.is_preferred) == ("Add `assume p == d`", "quickfix", None)
        (edit,) = action.edit.changes[uri]
        lines = wrong.split("\n")
        line = lines[edit.range.start.line]
        lines[edit.range.start.line] = line[: edit.range.start.character] + edit.new_text
        assert edit.range.start == edit.range.end == types.Position(edit.range.start.line, len(line))
        client.change(uri, "\n".join(lines))
        while client.client.diagnostics[uri]:
            await ask.wait_for_notification("textDocument/publishDiagnostics")
        assert (tmp_path / "a.shape").read_text() == wrong

    _session(tmp_path, script)


def test_lenses(tmp_path: Path) -> None:
    """A spec with a test can be run, shown as a table and explained; the command gives what the program prints."""
    path = tmp_path / "gru.shape"
    path.write_text(GRU)
    uri = path.as_uri()

    async def script(client: Client) -> None:
        types, ask = lsp(), client.client
        client.open(uri, GRU)
        found = await ask.text_document_code_lens_async(types.CodeLensParams(types.TextDocumentIdentifier(uri)))
        titles = [lens.command.title for lens in found]
        assert titles == ["run (tiny)", "table", "explain h"]
        command = types.ExecuteCommandParams("shapecheck.show", [uri, "table"])
        text = await ask.workspace_execute_command_async(command)
        assert "2p x (p + d)" in text
        text = await ask.workspace_execute_command_async(types.ExecuteCommandParams("shapecheck.show", [uri, "-o x"]))
        assert text == "there is no command -o x here"

    _session(tmp_path, script, {"shows": True})


def test_bad_requests(tmp_path: Path) -> None:
    """A request on an unopened text is an error, one that is cancelled too, and the server lives on."""
    uri, other = ((tmp_path / name).as_uri() for name in ("a.shape", "b.shape"))

    async def script(client: Client) -> None:
        types, ask = lsp(), client.client
        with pytest.raises(Exception, match="is not open"):
            await ask.text_document_hover_async(client.at(other, "HoverParams", 0, 0))
        ask.text_document_did_close(types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(other)))
        named = types.VersionedTextDocumentIdentifier(3, other)
        whole = [types.TextDocumentContentChangeWholeDocument("dim n\n")]
        ask.text_document_did_change(types.DidChangeTextDocumentParams(named, whole))
        for text in ("dim n\n" * 3000, "\x00\x01", "a = b\n" * 10_000, ""):
            client.open(uri, text)
            ask.text_document_did_close(types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(uri)))
        client.open(uri, GRU)
        waiting = [ask.text_document_hover_async(client.at(uri, "HoverParams", 999, 999)) for _ in range(3)]
        answers = await asyncio.gather(*waiting)
        assert answers == [None, None, None]
        client.change(uri, GRU + "# 1\n")
        ask.protocol.notify("$/cancelRequest", types.CancelParams(id="nothing"))
        found = await ask.text_document_hover_async(client.at(uri, "HoverParams", _line(GRU, "  h[t] = z"), 2))
        assert "h[t] : p" in found.contents.value

    _session(tmp_path, script)


def test_a_stale_answer_is_withdrawn(tmp_path: Path) -> None:
    """An answer about a text that has changed meanwhile is an error, `ContentModified`."""
    uri = (tmp_path / "a.shape").as_uri()

    async def script(client: Client) -> None:
        client.open(uri, GRU)
        waiting = asyncio.ensure_future(client.client.text_document_hover_async(client.at(uri, "HoverParams", 6, 0)))
        await asyncio.sleep(0)
        client.change(uri, GRU + "# 1\n")
        with pytest.raises(Exception, match="the text has changed"):
            await waiting

    _session(tmp_path, script)


def test_preview(tmp_path: Path) -> None:
    """The page has the table, the equations and the diagram, and first what stands at the cursor."""
    uri = (tmp_path / "gru.shape").as_uri()

    async def script(client: Client) -> None:
        client.open(uri, GRU)
        params = {"textDocument": {"uri": uri}, "position": {"line": _line(GRU, "  h[t] = z"), "character": 2}}
        page = await client.client.protocol.send_request_async("shapecheck/preview", params)
        assert page.index('<pre class="cursor">h[t] : p, t = 0..T</pre>') < page.index("<table>")
        assert page.index("<table>") < page.index("<math display") < page.index("<svg")
        client.change(uri, GRU + "y = zz\n")
        page = await client.client.protocol.send_request_async("shapecheck/preview", params)
        assert "the name zz is not declared" in page

    _session(tmp_path, script)
