"""Arrays from and to files: `.npy` and `.npz`, plain numbers only.

A path comes in; arrays go out, or an `ExecutionError` that says why not.  Pickled objects are never loaded: reading
one may run any program.  An archive is written beside its place and then renamed, so that a reader never meets half
of one.
"""

from __future__ import annotations

import os
import tempfile
import zipfile
import zlib
from collections.abc import Mapping

import numpy as np

from shapecheck.execute import errors

_BROKEN = (OSError, ValueError, EOFError, KeyError, NotImplementedError, MemoryError, zipfile.BadZipFile, zlib.error)


def load_array(path: str | os.PathLike[str]) -> np.ndarray:
    """The array of an `.npy` file."""
    try:
        with open(path, "rb") as file:
            return np.lib.format.read_array(file, allow_pickle=False)
    except _BROKEN as error:
        raise _refused(path, error) from error


def load_archive(path: str | os.PathLike[str]) -> dict[str, np.ndarray]:
    """The arrays of an `.npz` file by their names."""
    try:
        with open(path, "rb") as file, np.lib.npyio.NpzFile(file, allow_pickle=False) as archive:
            return {name: archive[name] for name in archive.files}
    except _BROKEN as error:
        raise _refused(path, error) from error


def _refused(path: str | os.PathLike[str], error: BaseException) -> errors.ExecutionError:
    if isinstance(error, ValueError) and "allow_pickle" in str(error):
        return errors.pickled_file(os.fspath(path))
    return errors.unreadable_file(os.fspath(path), str(error) or type(error).__name__)


def save_archive(path: str | os.PathLike[str], arrays: Mapping[str, np.ndarray]) -> None:
    """Writes an `.npz` file, whole or not at all; `OSError` where that is not possible."""
    target = os.path.abspath(os.fspath(path))
    handle, beside = tempfile.mkstemp(dir=os.path.dirname(target), suffix=".npz.part")
    try:
        with os.fdopen(handle, "wb") as file, zipfile.ZipFile(file, "w", zipfile.ZIP_STORED, True) as archive:
            for name, array in arrays.items():
                with archive.open(f"{name}.npy", "w", force_zip64=True) as entry:
                    np.lib.format.write_array(entry, np.asarray(array), allow_pickle=False)
        os.replace(beside, target)
    except BaseException:
        os.unlink(beside)
        raise
