"""Packages that only the bridge needs, imported when they are first used."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from shapecheck.bridge.errors import BridgeError

EXTRAS = {
    "onnx": "onnx",
    "onnxruntime": "onnx",
    "torch": "torch",
    "onnxscript": "torch",
    "safetensors": "torch",
    "keras": "keras",
    "h5py": "keras",
}
"""The extra of this package that installs each of them."""


def engine(name: str, part: str | None = None) -> Any:
    """A module of a package; raises `BridgeError`, which says what to install, where the package is missing."""
    try:
        import_module(name)
    except ModuleNotFoundError as error:
        if error.name not in (None, name):
            raise BridgeError(f"importing {name} fails: {error}") from error
        raise BridgeError(f"this needs the package {name}: pip install 'shapecheck-lang[{EXTRAS[name]}]'") from error
    return import_module(part or name)
