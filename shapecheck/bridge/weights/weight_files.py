"""Files of weights: a path comes in, arrays by their names in the file go out, or an `ExecutionError`.

The amount of numbers is read off the file and compared with the limit before any array is made.  No pickled object is
loaded: a state dictionary is read with `weights_only`, which knows tensors and containers alone.
"""

from __future__ import annotations

import json
import math
import os
import zipfile
from collections.abc import Callable, Iterator, Mapping
from typing import Any, BinaryIO

import numpy as np

from shapecheck.bridge.errors import BridgeError
from shapecheck.bridge.network import Array
from shapecheck.bridge.packages import engine
from shapecheck.execute import errors
from shapecheck.execute.files import load_archive
from shapecheck.storage import opened

_KINDS = {
    "F64": "<f8", "F32": "<f4", "F16": "<f2", "I64": "<i8", "I32": "<i4", "I16": "<i2", "I8": "i1", "U8": "u1",
    "U16": "<u2", "U32": "<u4", "U64": "<u8", "BOOL": "?", "BF16": "<u2",
}  # fmt: skip
"""NumPy's names of the types of the format; bfloat16 is the upper half of a float32."""
_LONGEST_HEADER = 100 << 20
_INSIDE = ("state_dict", "model_state_dict", "model")
"""Keys under which a checkpoint holds the state dictionary."""


def load_weights(path: str, limit: float = math.inf) -> dict[str, Array]:
    """The arrays of a file by their names in it; its ending says what it is."""
    for endings, load in _LOADERS:
        if path.endswith(endings):
            try:
                return load(path, limit)
            except (errors.ExecutionError, BridgeError):
                raise
            except Exception as error:  # whatever a reader says of bytes that anybody may have written
                raise errors.unreadable_file(path, str(error).strip().split("\n")[0] or type(error).__name__) from error
    known = ", ".join(ending for endings, _ in _LOADERS for ending in endings)
    raise errors.unreadable_file(path, f"files of weights are called {known}")


# ---- safetensors -------------------------------------------------------------------------------


def _safetensors(path: str, limit: float) -> dict[str, Array]:
    """The format is a length, a header in JSON, and numbers; the header is checked against the file."""
    with opened(path) as file:
        whole = os.fstat(file.fileno()).st_size
        entries, start = _header(file, path, whole)
        _check_amount(path, whole - start, limit)
        return {name: _entry(file, path, name, entry, start, whole) for name, entry in entries}


def _header(file: BinaryIO, path: str, whole: int) -> tuple[list[tuple[str, Any]], int]:
    length = int.from_bytes(file.read(8), "little")
    if whole < 8 or length > min(whole - 8, _LONGEST_HEADER):
        raise errors.unreadable_file(path, "its header is longer than the file: this is no safetensors file, or a part")
    header = json.loads(file.read(length))
    if not isinstance(header, dict):
        raise errors.unreadable_file(path, "its header is no table of tensors")
    return [(name, entry) for name, entry in header.items() if name != "__metadata__"], 8 + length


def _entry(file: BinaryIO, path: str, name: str, entry: Any, start: int, whole: int) -> Array:
    """The numbers of a tensor; bfloat16 as float32."""
    kind, shape, (low, high) = entry["dtype"], tuple(map(int, entry["shape"])), entry["data_offsets"]
    if kind not in _KINDS:
        raise errors.unreadable_file(path, f"{name} has the type {kind}, which NumPy does not have")
    dtype = np.dtype(_KINDS[kind])
    if (
        min(shape, default=0) < 0
        or not 0 <= low <= high <= whole - start
        or high - low != math.prod(shape) * dtype.itemsize
    ):
        raise errors.unreadable_file(path, f"the data of {name} do not fit its shape {shape}, or the file is cut off")
    file.seek(start + low)
    array = np.frombuffer(file.read(high - low), dtype).reshape(shape)
    return (array.astype(np.uint32) << 16).view(np.float32) if kind == "BF16" else array


def _check_amount(path: str, amount: int, limit: float) -> None:
    if amount > limit:
        raise errors.file_too_large(path, amount, int(limit))


# ---- state dictionaries of PyTorch -------------------------------------------------------------


def _state_dictionary(path: str, limit: float) -> dict[str, Array]:
    torch = engine("torch")
    with opened(path) as file:
        _check_amount(path, _unpacked(file), limit)
        file.seek(0)
        try:
            found = torch.load(file, map_location="cpu", weights_only=True)
        except Exception as error:  # what it refuses is a pickled program, or no file of PyTorch
            if "weights_only" in str(error) or "Unsupported" in str(error):
                raise errors.pickled_file(path) from error
            raise
    return {name: as_array(value) for name, value in _tensors(found, torch.Tensor)}


def _unpacked(file: BinaryIO) -> int:
    """The number of bytes that a file unpacks to."""
    size = os.fstat(file.fileno()).st_size
    if not zipfile.is_zipfile(file):
        return size
    with zipfile.ZipFile(file) as entries:
        return sum(entry.file_size for entry in entries.infolist())


def _tensors(found: Any, kind: type) -> Iterator[tuple[str, Any]]:
    """The tensors of a state dictionary, which a checkpoint has under a key."""
    inner = next(
        (found[key] for key in _INSIDE if isinstance(found, Mapping) and isinstance(found.get(key), Mapping)), found
    )
    if not isinstance(inner, Mapping):
        raise ValueError("it holds no state dictionary")
    return ((str(name), value) for name, value in inner.items() if isinstance(value, kind))


def as_array(value: Any) -> Array:
    """A tensor of PyTorch as an array; bfloat16 as float32."""
    value = value.detach().cpu()
    return np.asarray((value.float() if str(value.dtype) == "torch.bfloat16" else value).numpy())


# ---- Keras -------------------------------------------------------------------------------------


def _keras(path: str, limit: float) -> dict[str, Array]:
    """`c1/0`: the name that the model gives a layer, and the place among its variables."""
    h5py = engine("h5py")
    opened(path).close()
    with h5py.File(path, "r") as file:
        sets: list[tuple[str, Any]] = []
        file.visititems(lambda name, item: sets.append((name, item)) if isinstance(item, h5py.Dataset) else None)
        _check_amount(path, sum(item.size * item.dtype.itemsize for _, item in sets), limit)
        return {_keras_name(file, name): np.asarray(item[()]) for name, item in sets}


def _keras_name(file: Any, path: str) -> str:
    """A path of groups with the layers' own names, without the groups that only hold others."""
    parts = path.split("/")
    names = []
    for count, part in enumerate(parts[:-1], start=1):
        group = "/".join(parts[:count])
        variables = file.get(f"{group}/vars")
        own = variables.attrs.get("name") if variables is not None else None
        if part not in ("layers", "vars"):
            names.append(str(own or part))
    return "/".join([*names, parts[-1]])


_LOADERS: tuple[tuple[tuple[str, ...], Callable[[str, float], dict[str, Array]]], ...] = (
    ((".npz",), load_archive),
    ((".safetensors",), _safetensors),
    ((".pt", ".pth", ".bin"), _state_dictionary),
    ((".h5", ".hdf5"), _keras),
)
