"""Offsets in a text as lines and characters, the way editors count them.

In: a text and an encoding of the Language Server Protocol.  Out: `Positions`.  Lines and characters count from 0.  A
line ends with LF, CRLF or CR; a character counts as many units as its encoding takes (𝔸 is two in UTF-16).  Positions
outside of the text are moved to the nearest one inside.
"""

from __future__ import annotations

import re
from bisect import bisect_right

UNITS = {"utf-8": 1, "utf-16": 2, "utf-32": 4}
"""Bytes of a unit in each encoding."""
_LINE_END = re.compile(r"\r\n|\n|\r")


class Positions:
    """The lines of a text, and where each starts."""

    def __init__(self, text: str, encoding: str = "utf-16") -> None:
        self._text = text
        self._encoding = f"{encoding}-le" if encoding != "utf-8" else encoding
        self._unit = UNITS[encoding]
        self._starts = [0, *(match.end() for match in _LINE_END.finditer(text))]
        self._ends = [*(match.start() for match in _LINE_END.finditer(text)), len(text)]

    @property
    def count(self) -> int:
        """The number of lines; a text without line ends has one."""
        return len(self._starts)

    def at(self, offset: int) -> tuple[int, int]:
        """The line and the character of an offset."""
        offset = min(max(offset, 0), len(self._text))
        line = bisect_right(self._starts, offset) - 1
        return line, self._width(self._text[self._starts[line] : offset])

    def offset(self, line: int, character: int) -> int:
        """The offset of a position; one inside of a character is moved before it."""
        if line < 0:
            return 0
        if line >= len(self._starts):
            return len(self._text)
        start, end = self._starts[line], self._ends[line]
        piece = self._text[start:end]
        if piece.isascii():
            return start + min(max(character, 0), len(piece))
        passed = 0
        for number, letter in enumerate(piece):
            passed += self._width(letter)
            if passed > character:
                return start + number
        return end

    def line_span(self, line: int) -> tuple[int, int]:
        """The offsets of the start and the end of a line, without its line end."""
        line = min(max(line, 0), len(self._starts) - 1)
        return self._starts[line], self._ends[line]

    def _width(self, text: str) -> int:
        return len(text) if text.isascii() else len(text.encode(self._encoding, "surrogatepass")) // self._unit
