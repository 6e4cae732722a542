"""Arrays from and to files: `.npy` and `.npz`, plain numbers only.

A path comes in; arrays go out, or an `ExecutionError` that says why not.  Pickled objects are never loaded: reading
one may run any program.  Files that need more bytes than `limit` are not read.
"""

from __future__ import annotations

import math
import os
import zipfile
from collections.abc import Mapping

import numpy as np

from shapecheck.execute import errors
from shapecheck.storage import opened, written


def load_array(path: str | os.PathLike[str], limit: float = math.inf) -> np.ndarray:
    """The array of an `.npy` file."""
    try:
        with opened(os.fspath(path)) as file:
            _check_amount(path, os.fstat(file.fileno()).st_size, limit)
            return np.lib.format.read_array(file, allow_pickle=False)
    except errors.ExecutionError:
        raise
    except Exception as error:  # whatever NumPy, zip or a decompressor says of bytes that anybody may have written
        raise _refused(path, error) from error


def load_archive(path: str | os.PathLike[str], limit: float = math.inf) -> dict[str, np.ndarray]:
    """The arrays of an `.npz` file by their names."""
    try:
        with opened(os.fspath(path)) as file, zipfile.ZipFile(file) as entries:
            _check_amount(path, sum(entry.file_size for entry in entries.infolist()), limit)
            archive = np.lib.npyio.NpzFile(file, allow_pickle=False)
            return {name: archive[name] for name in archive.files}
    except errors.ExecutionError:
        raise
    except Exception as error:  # whatever NumPy, zip or a decompressor says of bytes that anybody may have written
        raise _refused(path, error) from error


def _check_amount(path: str | os.PathLike[str], amount: int, limit: float) -> None:
    """Refuse more bytes than the limit; a small archive may hold very many."""
    if amount > limit:
        raise errors.file_too_large(os.fspath(path), amount, int(limit))


def _refused(path: str | os.PathLike[str], error: BaseException) -> errors.ExecutionError:
    if isinstance(error, ValueError) and "allow_pickle" in str(error):
        return errors.pickled_file(os.fspath(path))
    return errors.unreadable_file(os.fspath(path), str(error) or type(error).__name__)


def save_archive(path: str | os.PathLike[str], arrays: Mapping[str, np.ndarray]) -> None:
    """Writes an `.npz` file, whole or not at all; `OSError` where that is not possible."""
    with written(os.fspath(path)) as file, zipfile.ZipFile(file, "w", zipfile.ZIP_STORED, True) as archive:
        for name, array in arrays.items():
            with archive.open(f"{name}.npy", "w", force_zip64=True) as entry:
                np.lib.format.write_array(entry, np.asarray(array), allow_pickle=False)
