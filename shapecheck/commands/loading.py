"""Imports many modules at once, in less time: the interpreter does not search them for garbage, then or later."""

from __future__ import annotations

import gc
import sys
from importlib import import_module


def load(module: str) -> None:
    """Imports a module and all that it needs; nothing happens where that was imported before."""
    if module in sys.modules or not gc.isenabled():
        return
    gc.disable()
    try:
        import_module(module)
    finally:
        gc.freeze()
        gc.enable()
