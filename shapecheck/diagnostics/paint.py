"""Colors of terminals.

A `Paint` takes a text and the part it plays (`error`, `gutter`, ...) and gives the text back, on a terminal with the
codes that color it.  Widths are always reckoned before painting.  Assumes that the caller knows whether the output is
a terminal; `rich` is imported only when something is really colored.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

Paint = Callable[[str, str], str]

STYLES: Mapping[str, str] = MappingProxyType(
    {
        "error": "bold red",
        "warning": "bold yellow",
        "note": "bold cyan",
        "title": "bold",
        "gutter": "blue",
        "primary": "bold red",
        "secondary": "blue",
        "help": "bold green",
        "ok": "green",
        "proved": "green",
        "tested": "cyan",
        "refuted": "red",
        "unknown": "yellow",
        "quiet": "dim",
    }
)


def plain(text: str, style: str) -> str:
    """Returns the text unchanged."""
    return text


def colored(text: str, style: str) -> str:
    """The text with the terminal codes of its style: `colored("ok", "ok")` is green."""
    from rich.color import ColorSystem
    from rich.style import Style

    if style not in STYLES or not text:
        return text
    return Style.parse(STYLES[style]).render(text, color_system=ColorSystem.STANDARD)


def painter(color: bool) -> Paint:
    """The painter for an output that is colored or not."""
    return colored if color else plain
