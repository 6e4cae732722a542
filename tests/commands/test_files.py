"""Files: what is found, and that writing is all or nothing."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from shapecheck.commands.exit_codes import Refused
from shapecheck.commands.spec_files import SpecFile, newline_of, read_one, spec_files, specs_of, write_whole


def test_specs_of_a_folder_in_order_and_once(tmp_path: Path) -> None:
    """By path, at any depth; not what is hidden, and not what has another ending."""
    for name in ("b.shape", "a/c.shape", "a/b.shape", ".hidden/d.shape", "a/notes.txt"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("dim p\n")
    found = list(spec_files([str(tmp_path), str(tmp_path / "b.shape")]))
    assert not any(isinstance(file, Refused) for file in found)
    names = [os.path.relpath(file.source.name, tmp_path) for file in found if not isinstance(file, Refused)]
    assert names == ["a/b.shape", "a/c.shape", "b.shape"]


def test_a_file_is_read_whatever_its_ending(tmp_path: Path) -> None:
    """Specs stand in Markdown too; what is named is read."""
    (tmp_path / "notes.md").write_text("# notes\n")
    (file,) = spec_files([str(tmp_path / "notes.md")])
    assert not isinstance(file, Refused) and file.source.text == "# notes\n"


@pytest.mark.parametrize(
    ("text", "newline"), [("a\nb\n", "\n"), ("a\r\nb\r\n", "\r\n"), ("a\r\nb\nc\n", "\n"), ("a", "\n"), ("", "\n")]
)
def test_newline(text: str, newline: str) -> None:
    """That of most lines."""
    assert newline_of(text) == newline


def test_a_new_file_has_usual_permissions(tmp_path: Path) -> None:
    """As `open` would give it."""
    write_whole(str(tmp_path / "a"), b"x")
    (tmp_path / "b").write_bytes(b"x")
    assert (tmp_path / "a").read_bytes() == b"x"
    assert (tmp_path / "a").stat().st_mode == (tmp_path / "b").stat().st_mode


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The disk may be full at the last moment."""
    (tmp_path / "a").write_bytes(b"old")

    def full(old: str, new: str) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(Refused, match="no space left on device"):
        write_whole(str(tmp_path / "a"), b"new")
    assert [(file.name, file.read_bytes()) for file in tmp_path.iterdir()] == [("a", b"old")]


DOCUMENT = "# notes\n```shape one\ndim n\ninput x : n\n```\n```shape\ndim k\n```\n```shape two\ndim m\n```\n"


def test_the_specs_of_a_document(tmp_path: Path) -> None:
    """Each under its name, with the lines of the document; a document without any says so."""
    (tmp_path / "notes.md").write_text(DOCUMENT)
    (tmp_path / "prose.md").write_text("# notes\n")
    paths = [str(tmp_path / "notes.md"), str(tmp_path / "prose.md")]
    notes, prose = (specs_of(file) for file in spec_files(paths) if isinstance(file, SpecFile))
    assert [os.path.basename(spec.source.title) for spec in notes] == ["notes.md#one", "notes.md", "notes.md#two"]
    lines = [spec.source.text.split("\n").index(text) for spec, text in zip(notes, ("dim n", "dim k", "dim m"))]
    assert lines == [2, 6, 9]
    assert [spec.trouble.code for spec in prose if spec.trouble is not None] == ["no-spec"]


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("notes.md#one", "dim n"),
        ("notes.md", "dim k"),
        ("notes.md#tow", "did you mean .*notes.md#two"),
        ("note.md#one", "cannot find .*note.md; did you mean .*notes.md"),
    ],
)
def test_one_spec_of_a_document(tmp_path: Path, path: str, says: str) -> None:
    """By its name; without one, the one that has none; a wrong name gets the nearest."""
    (tmp_path / "notes.md").write_text(DOCUMENT)
    if says.startswith("dim"):
        assert read_one(str(tmp_path / path)).source.text.split("\n")[2:10].count(says) == 1
    else:
        with pytest.raises(Refused, match=says):
            read_one(str(tmp_path / path))


def test_several_specs_and_none_is_named(tmp_path: Path) -> None:
    """A command that takes one spec lists them."""
    (tmp_path / "notes.md").write_text("```shape one\ndim n\n```\n```shape two\ndim m\n```\n")
    with pytest.raises(Refused, match=r"notes\.md#one, .*notes\.md#two"):
        read_one(str(tmp_path / "notes.md"))
