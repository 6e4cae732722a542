"""Modules as a command line spells them: `package.module:Net`, and their inputs as `N,3,H=64,W=64`.

Comes in: texts.  Goes out: the object that is meant, and an example for each input with the names of its free axes; or
a `BridgeError` that says how to write it.  The user's package is imported, and so runs; no file is unpickled.
"""

from __future__ import annotations

import inspect
import os
import re
import sys
from collections.abc import Iterable
from importlib import import_module
from typing import Any

from shapecheck.bridge.errors import BridgeError
from shapecheck.bridge.packages import engine
from shapecheck.bridge.peers import first_line
from shapecheck.diagnostics.suggest import nearest

_SPELLED = re.compile(r"([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*):([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)")
_AXIS = re.compile(r"(?:([A-Za-z]\w*)(?:=(\d+))?|(\d+))")
_USUAL = 64
"""The size of a free axis in an example, of which nothing else is said; large enough for windows and strides."""


def is_spelled(text: str) -> bool:
    """Whether a text names an object in a module, and no file."""
    return bool(_SPELLED.fullmatch(text)) and not os.path.exists(text)


def module_named(text: str) -> Any:
    """The object that `package.module:Net` names; a class or a function is called without arguments."""
    place, _, name = text.partition(":")
    found: Any = _imported(place)
    for part in name.split("."):
        if not hasattr(found, part):
            near = nearest(part, [key for key in dir(found) if not key.startswith("_")])
            raise BridgeError(f"{place} has no {name}" + (f"; did you mean {near}?" if near else ""))
        found = getattr(found, part)
    return _made(found, name) if inspect.isclass(found) or inspect.isroutine(found) else found


def _imported(place: str) -> Any:
    """The module of that name, looked for in the current folder first, as `python -m` does."""
    folder = os.getcwd()
    if folder not in sys.path:
        sys.path.insert(0, folder)
    try:
        return import_module(place)
    except ModuleNotFoundError as error:
        if error.name and (place == error.name or place.startswith(f"{error.name}.")):
            raise BridgeError(f"there is no Python module {place}, neither installed nor in {folder}") from error
        raise BridgeError(f"importing {place} fails: {first_line(error)}") from error
    except Exception as error:  # the package is the user's, and may raise what it likes
        raise BridgeError(f"importing {place} fails: {type(error).__name__}: {first_line(error)}") from error


def _made(maker: Any, name: str) -> Any:
    try:
        return maker()
    except Exception as error:  # likewise
        hint = f"write a function without arguments that returns it, or a variable, and name that instead of {name}"
        raise BridgeError(f"{name}() fails: {first_line(error)}; {hint}") from error


def examples(texts: Iterable[str]) -> tuple[list[Any], list[dict[int, str]]]:
    """Zeros of the shapes that are spelled, and the names of their free axes.

    `N,3,H=64,W=64`: a number is a fixed axis, a name a free one, with a size for the example behind `=`; `int:N,T` is
    an input of integers.
    """
    torch, sizes = engine("torch"), dict[str, int]()
    tensors, axes = [], []
    for text in texts:
        is_integer, parts = _parts(text)
        named = {axis: name for axis, (name, _) in enumerate(parts) if name}
        shape = [_size(name, given, axis, sizes) for axis, (name, given) in enumerate(parts)]
        tensors.append(torch.zeros(shape, dtype=torch.int64 if is_integer else torch.get_default_dtype()))
        axes.append(named)
    return tensors, axes


def _parts(text: str) -> tuple[bool, list[tuple[str, str]]]:
    """Whether integers are meant, and for each axis its name and its size as typed, one of them perhaps empty."""
    kind, colon, shape = text.rpartition(":")
    found = [_AXIS.fullmatch(part.strip()) for part in shape.split(",")]
    axes = [(axis[1] or "", axis[2] or axis[3] or "") for axis in found if axis is not None]
    if (colon and kind not in ("int", "float")) or len(axes) < len(found):
        wanted = "write the sizes of the axes and names for free ones, like N,3,H=64,W=64 or int:N,T"
        raise BridgeError(f"--input {text!r}: {wanted}")
    return kind == "int", axes


def _size(name: str, given: str, axis: int, sizes: dict[str, int]) -> int:
    """The size of an axis of an example; where none is typed, few in front, as in a batch, else different ones."""
    if not name:
        return int(given)
    return sizes.setdefault(name, int(given) if given else 2 if axis == 0 else _USUAL + axis)
