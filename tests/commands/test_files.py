"""Files: what is found, and that writing is all or nothing."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from shapecheck.commands.files import newline_of, spec_files, write_whole
from shapecheck.commands.outcome import Refused


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
