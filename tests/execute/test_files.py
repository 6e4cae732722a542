"""Arrays in files."""

from __future__ import annotations

import os
import pickle
from pathlib import Path

import numpy as np
import pytest

from shapecheck.execute import ExecutionError
from shapecheck.execute.files import load_archive, load_array, save_archive


def test_an_archive_comes_back(tmp_path: Path) -> None:
    """Names with brackets and points, scalars, empty arrays; readable by NumPy too."""
    arrays = {"W": np.arange(6.0).reshape(2, 3), "h[2]": np.array(3), "c1.K": np.zeros((0, 2))}
    save_archive(tmp_path / "a.npz", arrays)
    assert sorted(os.listdir(tmp_path)) == ["a.npz"]
    for loaded in (load_archive(tmp_path / "a.npz"), dict(np.load(tmp_path / "a.npz"))):
        assert loaded.keys() == arrays.keys()
        assert all(np.array_equal(loaded[name], arrays[name]) for name in arrays)


def test_a_save_that_fails_leaves_the_old_file(tmp_path: Path) -> None:
    """The new file is written beside the old one and takes its place at the end."""
    save_archive(tmp_path / "a.npz", {"x": np.ones(2)})
    with pytest.raises(ValueError):
        save_archive(tmp_path / "a.npz", {"x": np.array([None])})
    assert load_archive(tmp_path / "a.npz")["x"].tolist() == [1, 1]
    assert os.listdir(tmp_path) == ["a.npz"]


class Harmful:
    """Unpickling this would create a file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, ...]:
        return (open, (str(self.path), "w"))


def test_pickles_are_never_loaded(tmp_path: Path) -> None:
    """Neither as an object array nor as a bare pickle: the file that unpickling would make is not there."""
    mark = tmp_path / "mark"
    with open(tmp_path / "o.npy", "wb") as file:
        np.lib.format.write_array(file, np.array([Harmful(mark)], object), allow_pickle=True)
    with open(tmp_path / "p.npy", "wb") as file:
        pickle.dump(Harmful(mark), file)
    np.savez(tmp_path / "o.npz", x=np.array([Harmful(mark)], object))
    for load, name in ((load_array, "o.npy"), (load_array, "p.npy"), (load_archive, "o.npz")):
        with pytest.raises(ExecutionError) as caught:
            load(tmp_path / name)
        assert caught.value.diagnostic.code == "unreadable-file"
    assert not mark.exists()


@pytest.mark.parametrize("content", [b"", b"hello", b"PK\x03\x04 cut short", b"\x93NUMPY\x01\x00v\x00{'descr': '<f8'"])
def test_broken_files_are_reported(tmp_path: Path, content: bytes) -> None:
    """Empty, foreign, cut short."""
    path = tmp_path / "a"
    path.write_bytes(content)
    for load in (load_array, load_archive):
        with pytest.raises(ExecutionError) as caught:
            load(path)
        assert caught.value.diagnostic.code == "unreadable-file"


def test_a_cut_archive_is_reported(tmp_path: Path) -> None:
    """Every proper beginning of an archive is refused, none crashes."""
    save_archive(tmp_path / "a.npz", {"x": np.arange(20.0)})
    whole = (tmp_path / "a.npz").read_bytes()
    for end in range(0, len(whole), 7):
        (tmp_path / "b.npz").write_bytes(whole[:end])
        with pytest.raises(ExecutionError):
            load_archive(tmp_path / "b.npz")


def test_a_missing_file_is_reported(tmp_path: Path) -> None:
    """With the path."""
    with pytest.raises(ExecutionError) as caught:
        load_array(tmp_path / "none.npy")
    assert "none.npy" in caught.value.diagnostic.title
