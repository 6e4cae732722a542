"""Each request of the protocol, asked by a real client of a server in a process of its own."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.editor.client import TIMEOUT, connected, lsp

SPECS = Path(__file__).parents[2] / "specs"
BAD = Path(__file__).parents[1] / "bad"
GRU = (SPECS / "slides" / "gru.shape").read_text()


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
