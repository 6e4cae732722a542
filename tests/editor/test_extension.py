"""The extension for VS Code: its manifest, its grammar of colors and its file, against what the server really has."""

from __future__ import annotations

import json
import re
import shutil
import zipfile
from pathlib import Path

import pytest

from shapecheck.editor import textmate, vsix
from shapecheck.editor.inlay import KINDS
from shapecheck.syntax.lexer import scan
from shapecheck.syntax.tables import load_tables
from tests.editor.opened import ROOT

CLIENT = (vsix.HERE / "extension.js").read_text()
GUIDE = (ROOT / "shapecheck" / "guide" / "editor.md").read_text()


def test_the_manifest() -> None:
    """Files that it names exist, settings are those of the server and of the guide, commands those of the client."""
    found = vsix.manifest()
    contributed = found["contributes"]
    named = [found["main"], *(item["configuration"] for item in contributed["languages"])]
    named += [item["path"] for item in contributed["grammars"]]
    assert [path for path in named if not (vsix.HERE / path).is_file()] == []
    settings = contributed["configuration"]["properties"]
    assert settings.keys() == {"shapecheck.command", *(f"shapecheck.hints.{kind}" for kind in KINDS)}
    assert [name for name in settings if f"`{name}`" not in GUIDE] == []
    commands = [item["command"] for item in contributed["commands"]]
    assert [name for name in commands if f'registerCommand("{name}"' not in CLIENT] == []
    assert re.fullmatch(r"\d+\.\d+\.\d+.*", found["version"])


def test_the_grammar_is_that_of_the_lexer() -> None:
    """What is stored is what `python -m shapecheck.editor.textmate` writes."""
    assert textmate.PLACE.read_text(encoding="utf-8") == textmate.grammar_json()


@pytest.mark.parametrize("path", sorted((ROOT / "specs").glob("*/*.shape"))[::4], ids=lambda path: path.stem)
def test_words_get_the_color_of_their_token(path: Path) -> None:
    """On each line the first pattern that matches agrees with the lexer: reserved words, strings, numbers, comments."""
    text = path.read_text()
    patterns = [
        (item.get("name", "definition"), re.compile(item.get("match", item.get("begin", ""))))
        for item in textmate.grammar()["patterns"]
    ]
    wanted = {
        "STRING": "string",
        "INT": "constant.numeric",
        "NUMBER": "constant.numeric",
        "ROLE": "keyword.declaration",
    }
    for token in scan(text + "\n", load_tables().pattern):
        start = wanted.get(token.kind) or ("keyword" if token.text in textmate.reserved() else None)
        if start is None or "\n" in token.text:
            continue
        name = next(name for name, pattern in patterns if pattern.match(text, token.start))
        assert name.startswith(start) or name == "definition", token


def test_the_file(tmp_path: Path) -> None:
    """The file holds the manifests, the client and the modules; made twice it has the same bytes."""
    modules = tmp_path / "node_modules"
    (modules / "vscode-languageclient").mkdir(parents=True)
    (modules / "vscode-languageclient" / "node.js").write_text("")
    one, two = tmp_path / "one.vsix", tmp_path / "two.vsix"
    vsix.write(one, modules)
    vsix.write(two, modules)
    assert one.read_bytes() == two.read_bytes()
    with zipfile.ZipFile(one) as archive:
        names = set(archive.namelist())
        assert {"[Content_Types].xml", "extension.vsixmanifest", "extension/extension.js"} <= names
        assert "extension/node_modules/vscode-languageclient/node.js" in names
        assert (
            json.loads(archive.read("extension/package.json"))["version"]
            in archive.read("extension.vsixmanifest").decode()
        )
        endings = set(re.findall(r'Extension="([^"]+)"', archive.read("[Content_Types].xml").decode()))
        assert {Path(name).suffix for name in names if name.startswith("extension/")} <= endings


def test_without_npm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """A message says what to install."""
    monkeypatch.setattr(shutil, "which", lambda _: None)
    assert vsix.main(str(tmp_path / "a.vsix")) == 2
    assert "install Node.js" in capsys.readouterr().err
