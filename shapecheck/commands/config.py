"""`shapecheck config`: the settings in force in this folder, each with the place that it comes from, as TOML."""

from __future__ import annotations

import json
import os
from typing import Any

from shapecheck.budgets import MEMORY_LIMIT
from shapecheck.commands.configuration import KEYS, Configuration, configuration
from shapecheck.commands.exit_codes import FINE
from shapecheck.commands.streams import say
from shapecheck.entry_store import default_folder

_BUILT_IN: dict[str, Any] = {
    "lint": "warnings",
    "strict": False,
    "memory-limit": f"{MEMORY_LIMIT >> 30}GiB",
    "profile": "default",
    "cache": True,
}
_OPEN = {
    "paths": "none: name them on the command line",
    "jobs": "none: check works on one spec at a time, test on one for each processor",
}
"""The behaviour where a key without a value of its own is not set."""


def print_configuration() -> int:
    """Prints a line for each key."""
    found = configuration()
    lines = [_line(key, found) for key in KEYS]
    width = max(len(text) for text, _ in lines)
    say("\n".join(f"{text:<{width}}  # {origin}" for text, origin in lines))
    return FINE


def _line(key: str, found: Configuration) -> tuple[str, str]:
    """The key with its value, and its origin."""
    if key == "cache" and "SHAPECHECK_CACHE" in os.environ:
        return f"{key} = {json.dumps(os.environ['SHAPECHECK_CACHE'])}", "SHAPECHECK_CACHE in the environment"
    if key in found.settings:
        setting = found.settings[key]
        return f"{key} = {json.dumps(setting.written, ensure_ascii=False)}", f"{found.path}:{setting.line}"
    if key in _OPEN:
        return f"# {key}", _OPEN[key]
    value = default_folder() if key == "cache-dir" else _BUILT_IN[key]
    return f"{key} = {json.dumps(value, ensure_ascii=False)}", "built in"
