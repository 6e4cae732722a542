"""Text with positions.

A `Source` is the text of one spec with the name it is reported under; a `Span` is a half-open range of character
offsets in it.  Lines and columns are computed here and nowhere else, and are 1-based.

A spec may use definitions from other texts.  Those are attached to its source: their offsets go on behind its own, so
that one `Span` says in which text a place is, too.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

from shapecheck.record import record


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Characters `start` up to, not including, `end` of one source."""

    start: int
    end: int

    def to(self, other: Span) -> Span:
        """The span from the start of this one to the end of `other`."""
        return Span(min(self.start, other.start), max(self.end, other.end))


NOWHERE = Span(0, 0)


@record(slots=False)
class Source:
    """The text of one spec, and the name that messages call it by.

    `beside` reads a text that this one names (raises `OSError` or `ValueError`); None where there is nothing to read.
    `section` is the spec's own name, where the text is one of several in a file.  `place` is the path of the file, the
    same for every spelling of its name; empty where that is to be asked of the disk.
    """

    name: str
    text: str = field(repr=False)
    beside: Callable[[Source, str], Source] | None = field(default=None, repr=False, compare=False)
    section: str = ""
    place: str = field(default="", repr=False, compare=False)

    @property
    def title(self) -> str:
        """The name of the spec as a whole: `gru.shape`, `notes.md#gru`."""
        return f"{self.name}#{self.section}" if self.section else self.name

    @cached_property
    def _attached(self) -> list[tuple[int, Source]]:
        """The texts behind this one, with the offsets at which they start, in order."""
        return []

    def attach(self, other: Source) -> int:
        """Put another text behind this one; returns the offset at which it starts (the same for the same text)."""
        for start, known in self._attached:
            if known == other:
                return start
        last, text = self._attached[-1] if self._attached else (0, self)
        start = last + len(text.text) + 1
        self._attached.append((start, other))
        return start

    def part(self, offset: int) -> tuple[Source, int]:
        """The text that an offset lies in, and the offset at which it starts: this one at 0, or an attached one."""
        if offset <= len(self.text):
            return self, 0
        number = bisect_right(self._attached, offset, key=lambda item: item[0]) - 1
        start, found = self._attached[number] if number >= 0 else (0, self)
        return found, start

    @cached_property
    def _line_starts(self) -> list[int]:
        return [0, *(offset + 1 for offset, character in enumerate(self.text) if character == "\n")]

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column, 1-based, of a character offset, in the text that it lies in."""
        found, start = self.part(offset)
        if found is not self:
            return found.position(offset - start)
        line = bisect_right(self._line_starts, offset)
        return line, offset - self._line_starts[line - 1] + 1

    def line(self, number: int) -> str:
        """The text of a line (1-based), without its end."""
        starts = self._line_starts
        end = starts[number] - 1 if number < len(starts) else len(self.text)
        return self.text[starts[number - 1] : end].rstrip("\r")

    def __getitem__(self, span: Span) -> str:
        found, start = self.part(span.start)
        if found is not self:
            return found.text[span.start - start : span.end - start]
        return self.text[span.start : span.end]
