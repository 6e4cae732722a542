"""The lines of the source a diagnostic is about, with carets under the exact text.

Comes in: a source, labelled spans, a width.  Goes out: painted lines, gutter included.  Labels within one line are
drawn under it, several of them side by side or hanging from `|`; a label over several lines is drawn as a bracket in
the margin.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise

from shapecheck.diagnostics.lines import ShownLine, show_line
from shapecheck.diagnostics.model import Label
from shapecheck.diagnostics.paint import Paint
from shapecheck.record import record
from shapecheck.source import Source, Span

_FULL_BRACKET = 4
"""Most lines of a bracket that are shown whole; of longer ones the first two lines and the last."""


@record
class _Place:
    """A label with its lines (1-based) and offsets within them (0-based); `depth` is a bracket's margin column."""

    label: Label
    first: int
    start: int
    last: int
    end: int
    depth: int = 0

    @property
    def style(self) -> str:
        return "primary" if self.label.primary else "secondary"

    @property
    def caret(self) -> str:
        return "^" if self.label.primary else "-"


@record
class _Mark:
    """A label under one shown line, in its columns."""

    start: int
    end: int
    place: _Place


class _Row:
    """One printed row under construction: characters with styles, later ones over earlier ones."""

    def __init__(self) -> None:
        self._cells: dict[int, tuple[str, str]] = {}

    def put(self, column: int, text: str, style: str) -> None:
        """Write a text from a column on."""
        for offset, character in enumerate(text):
            self._cells[column + offset] = (character, style)

    def painted(self, paint: Paint) -> str:
        """The row without blanks at its end, runs of one style painted together."""
        parts: list[str] = []
        run, style = "", ""
        for column in range(max(self._cells, default=-1) + 1):
            character, own = self._cells.get(column, (" ", ""))
            if own != style:
                parts.append(paint(run, style))
                run, style = "", own
            run += character
        return "".join((*parts, paint(run, style)))


def excerpt(source: Source, labels: Sequence[Label], width: int, paint: Paint) -> tuple[list[str], int]:
    """The painted lines, and the width of the gutter's numbers.

    ```
       |
    12 | h[t] = W @ x[t] + V @ h[t-1]
       |        ^^^^^^^^   ---------- this has shape p
       |        |
       |        this has shape 2p
    ```
    """
    places = [_place(source, label) for label in labels]
    brackets = _numbered([place for place in places if place.first != place.last])
    inside = [place for place in places if place.first == place.last]
    numbers = _shown_numbers(inside, brackets)
    gutter = len(str(numbers[-1]))
    margin = 2 * len(brackets)
    lines = [f"{'':{gutter}} {paint('|', 'gutter')}"]
    for before, number in pairwise((numbers[0], *numbers)):
        if number > before + 1:
            lines.append(f"{paint('...', 'gutter')}{' ' * gutter}{_bars(brackets, number - 1, paint)}".rstrip())
        shown = _shown(source, number, inside, brackets, width - gutter - 3 - margin)
        head = f"{paint(f'{number:>{gutter}} |', 'gutter')} {_opening(brackets, number, source, paint)}{shown.text}"
        lines.append(head.rstrip())
        marks = [_mark(shown, place) for place in inside if place.first == number]
        under = [*_bracket_starts(brackets, number, source, shown, paint), *_marked(marks, number, brackets, paint)]
        under += _bracket_ends(brackets, number, shown, paint)
        lines.extend(f"{'':{gutter}} {paint('|', 'gutter')} {row}".rstrip() for row in under)
    return lines, gutter


def _place(source: Source, label: Label) -> _Place:
    """The place of a label, without blanks and line ends at its end."""
    start = min(label.span.start, len(source.text))
    text = source[Span(start, min(label.span.end, start + 1_000_000))]
    end = start + len(text.rstrip())
    first, first_column = source.position(start)
    last, last_column = source.position(max(end - 1, start))
    return _Place(label, first, first_column - 1, last, last_column)


def _numbered(brackets: list[_Place]) -> list[_Place]:
    """The brackets with their margin columns, the outermost leftmost."""
    ordered = sorted(brackets, key=lambda place: (place.first, -place.last))
    return [replace(place, depth=depth) for depth, place in enumerate(ordered)]


def _shown_numbers(inside: Iterable[_Place], brackets: Iterable[_Place]) -> list[int]:
    """The numbers of the lines to print; a single line between two of them is printed as well."""
    numbers = {place.first for place in inside}
    for place in brackets:
        whole = place.last - place.first < _FULL_BRACKET
        numbers.update(range(place.first, place.last + 1) if whole else (place.first, place.first + 1, place.last))
    numbers.update([one + 1 for one, other in pairwise(sorted(numbers)) if other == one + 2])
    return sorted(numbers)


def _shown(source: Source, number: int, inside: list[_Place], brackets: list[_Place], width: int) -> ShownLine:
    """The line, with all its marks in sight if they fit, else the first primary one."""
    here = [(place.start, place.end, place) for place in inside if place.first == number]
    here += [(place.start, place.start + 1, place) for place in brackets if place.first == number]
    here += [(max(place.end - 1, 0), place.end, place) for place in brackets if place.last == number]
    focus = (min((start for start, _, _ in here), default=0), max((end for _, end, _ in here), default=0))
    if focus[1] - focus[0] > width // 2:
        focus = next(((start, end) for start, end, place in here if place.label.primary), focus)
    return show_line(source.line(number), focus, max(width, 20))


def _mark(shown: ShownLine, place: _Place) -> _Mark:
    start = shown.column(place.start)
    return _Mark(start, max(shown.column(place.end), start + 1), place)


# ---- marks under a line ------------------------------------------------------------------------


def _marked(marks: list[_Mark], number: int, brackets: list[_Place], paint: Paint) -> list[str]:
    """The rows under a line: the carets with the last label beside them, then the other labels, from right to left."""
    if not marks:
        return []
    margin = _bars(brackets, number, paint)
    ordered = sorted(marks, key=lambda mark: (mark.start, mark.end))
    beside = _beside(ordered)
    hanging = [mark for mark in ordered if mark is not beside and mark.place.label.text]
    rows = [_carets(ordered, beside)]
    if hanging:
        rows.append(_connectors(hanging))
    while hanging:
        mark = hanging.pop()
        row = _connectors([other for other in hanging if other.start < mark.start])
        row.put(mark.start, mark.place.label.text, mark.place.style)
        rows.append(row)
    return [margin + row.painted(paint) for row in rows]


def _beside(ordered: list[_Mark]) -> _Mark | None:
    """The mark whose text can stand to the right of the carets: the last one, if nothing overlaps it."""
    last = ordered[-1]
    return last if all(mark.end <= last.start for mark in ordered[:-1]) else None


def _carets(marks: list[_Mark], beside: _Mark | None) -> _Row:
    row = _Row()
    for mark in sorted(marks, key=lambda mark: (mark.start - mark.end, mark.place.label.primary)):
        row.put(mark.start, mark.place.caret * (mark.end - mark.start), mark.place.style)
    if beside is not None:
        row.put(beside.end + 1, beside.place.label.text, beside.place.style)
    return row


def _connectors(marks: Iterable[_Mark]) -> _Row:
    row = _Row()
    for mark in marks:
        row.put(mark.start, "|", mark.place.style)
    return row


# ---- brackets over several lines ---------------------------------------------------------------


def _opens_line(place: _Place, source: Source) -> bool:
    return not source.line(place.first)[: place.start].strip()


def _opening(brackets: list[_Place], number: int, source: Source, paint: Paint) -> str:
    """The margin of a source line: `/` where a bracket starts with the line, `|` inside it."""
    row = _Row()
    for place in brackets:
        if place.first == number and _opens_line(place, source):
            row.put(2 * place.depth, "/", place.style)
        elif place.first < number <= place.last:
            row.put(2 * place.depth, "|", place.style)
    return _filled(row, brackets, paint)


def _bars(brackets: list[_Place], number: int, paint: Paint) -> str:
    """The margin of a row below a source line: `|` for the brackets that are open there."""
    row = _Row()
    for place in brackets:
        if place.first <= number <= place.last:
            row.put(2 * place.depth, "|", place.style)
    return _filled(row, brackets, paint)


def _filled(row: _Row, brackets: list[_Place], paint: Paint) -> str:
    if brackets:
        row.put(2 * len(brackets) - 1, " ", "")
    return row.painted(paint)


def _bracket_starts(brackets: list[_Place], number: int, source: Source, shown: ShownLine, paint: Paint) -> list[str]:
    """Rows ` ____^` for the brackets that start in the middle of the line."""
    rows = []
    for place in brackets:
        if place.first == number and not _opens_line(place, source):
            column = 2 * len(brackets) + shown.column(place.start)
            rows.append(_corner(place, brackets, number - 1, column, "", paint))
    return rows


def _bracket_ends(brackets: list[_Place], number: int, shown: ShownLine, paint: Paint) -> list[str]:
    """Rows `|____^ text` for the brackets that end in the line."""
    rows, closed = [], set[_Place]()
    for place in sorted(brackets, key=lambda place: -place.depth):
        if place.last == number:
            column = max(shown.column(place.end) - 1, 0)
            open_ones = [other for other in brackets if other not in closed]
            rows.append(_corner(place, open_ones, number, 2 * len(brackets) + column, place.label.text, paint))
            closed.add(place)
    return rows


def _corner(place: _Place, brackets: list[_Place], number: int, column: int, text: str, paint: Paint) -> str:
    """The row that runs from the bracket's bar to a caret at `column`; `number` is the line above the caret."""
    row = _Row()
    for other in brackets:
        if other.depth < place.depth and other.first <= number <= other.last:
            row.put(2 * other.depth, "|", other.style)
    left = 2 * place.depth
    row.put(left, "|" if number == place.last else " ", place.style)
    row.put(left + 1, "_" * (column - left - 1) + place.caret, place.style)
    if text:
        row.put(column + 2, text, place.style)
    return row.painted(paint)
