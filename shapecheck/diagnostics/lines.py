"""A line of the source as it is shown: in terminal columns, with nothing in it that a terminal would act upon.

Comes in: the text of one line and where to look.  Goes out: what to print, and the column of every character.  Tabs
become blanks up to the next stop, wide characters take two columns, combining ones none, control characters are
shown by their pictures; of a line that is too long the part around the place in question is kept, between `…`.
"""

from __future__ import annotations

import unicodedata

from shapecheck.record import record

TAB_STOP = 4
ELLIPSIS = "…"


@record
class ShownLine:
    """`text` as printed; `columns[i]` is where character `first + i` of the line stands, the line's end included."""

    text: str
    first: int
    columns: tuple[int, ...]

    def column(self, offset: int) -> int:
        """The column of a character of the line; of one that was cut away, that of the ellipsis."""
        return 0 if offset < self.first else self.columns[min(offset - self.first, len(self.columns) - 1)]


def show_line(line: str, focus: tuple[int, int], width: int) -> ShownLine:
    """The line in at most `width` columns, such that the characters `focus` (start, end) are seen if they can be."""
    start, end = _window(line, focus, width)
    head = ELLIPSIS if start > 0 else ""
    parts, columns, column = [head], [], len(head)
    for character in line[start:end]:
        printed = _printed(character, column)
        columns.append(column)
        column += text_width(printed)
        parts.append(printed)
    columns.append(column)
    tail = ELLIPSIS if end < len(line) else ""
    return ShownLine("".join((*parts, tail)), start, tuple(columns))


def text_width(text: str) -> int:
    """The number of terminal columns that a text takes."""
    return len(text) if text.isascii() else sum(map(_character_width, text))


def _character_width(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in ("W", "F") else 1


def _printed(character: str, column: int) -> str:
    if character == "\t":
        return " " * (TAB_STOP - column % TAB_STOP)
    if ord(character) < 0x20:
        return chr(0x2400 + ord(character))
    unsafe = character == "\x7f" or unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp")
    return "\ufffd" if unsafe else character


def _window(line: str, focus: tuple[int, int], width: int) -> tuple[int, int]:
    """The characters of the line that fit: from the start of the focus on, then those before it."""
    if len(line) <= width and _columns(line) <= width:
        return 0, len(line)
    room = max(width - 2 * len(ELLIPSIS), 1)
    wanted = focus[1] - focus[0]
    lead = max(room - wanted, 0) * 2 // 3
    start = _back(line, min(focus[0], len(line)), lead)
    end = _forth(line, start, room)
    return (_back(line, end, room), end) if end == len(line) else (start, end)


def _columns(text: str) -> int:
    """The most columns that a printed text takes: a tab may take fewer than a whole step."""
    return sum(text_width(_printed(character, 0)) for character in text)


def _back(line: str, end: int, room: int) -> int:
    start = end
    while start > 0 and (room := room - _columns(line[start - 1])) >= 0:
        start -= 1
    return start


def _forth(line: str, start: int, room: int) -> int:
    end = start
    while end < len(line) and (room := room - _columns(line[end])) >= 0:
        end += 1
    return end
