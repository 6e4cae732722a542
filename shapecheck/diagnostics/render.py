"""A diagnostic as text for people, and as a dictionary for programs.

Comes in: a `Diagnostic` and the `Source` its spans belong to.  Goes out: lines laid out like rustc's.  Sample:

```
error[unequal-sizes]: `+` needs both sides to have one shape
  --> gru.shape:12:8
   |
12 | h[t] = W @ x[t] + V @ h[t-1]
   |        ^^^^^^^^   ---------- this has shape p x q
   |        |
   |        this has shape p x d
   |
   = left   p x d
     right  p x q
                ^
   = with p = 1, d = 1, q = 2
   = note: d is declared on line 2
   = help: write `assume d == q`
```
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from shapecheck.diagnostics.excerpt import excerpt
from shapecheck.diagnostics.model import Diagnostic, Label, ShapePair
from shapecheck.diagnostics.paint import Paint, painter
from shapecheck.diagnostics.shapes import aligned, shape_text
from shapecheck.source import Source, Span

WIDTH = 120


def render(diagnostic: Diagnostic, source: Source, *, color: bool = False, width: int = WIDTH) -> str:
    """The diagnostic in full, without a line end at its end; the sample is in the module's docstring."""
    paint = painter(color)
    lines = [_headline(diagnostic, paint)]
    gutter = 1
    body: list[str] = []
    for number, (part, labels) in enumerate(_by_text(diagnostic, source)):
        shown, gutter = excerpt(part, labels, width, paint)
        if number:
            place = _place(part, labels[0].span.start)
            body += ["", f"{'':{gutter}}{paint('-->', 'gutter')} {place}"]
        else:
            lines.append(f"{'':{gutter}}{paint('-->', 'gutter')} {location(diagnostic, source)}")
        body += shown
    if not body:
        lines.append(f"{'':{gutter}}{paint('-->', 'gutter')} {location(diagnostic, source)}")
    lines += body
    remarks = list(_remarks(diagnostic, paint))
    if body and remarks:
        lines.append(f"{'':{gutter}} {paint('|', 'gutter')}")
    for remark in remarks:
        first, *rest = remark.split("\n")
        lines.append(f"{'':{gutter}} {paint('=', 'gutter')} {first}")
        lines += [f"{'':{gutter}}   {line}".rstrip() for line in rest]
    return "\n".join(lines)


def concise(diagnostic: Diagnostic, source: Source) -> str:
    """The diagnostic in one line.

    `gru.shape:12:8: error[unequal-sizes]: both sides of + need one shape`
    """
    return f"{location(diagnostic, source)}: {diagnostic.level}[{diagnostic.code}]: {_one_line(diagnostic.title)}"


def message_text(diagnostic: Diagnostic) -> str:
    """The title and all remarks, without the excerpt, for programs that show the place themselves."""
    return "\n".join((diagnostic.title, *_remarks(diagnostic, painter(False))))


def location(diagnostic: Diagnostic, source: Source) -> str:
    """`name:line:column`, or the name alone where the diagnostic is about the whole file."""
    span = diagnostic.span
    if span is None:
        return source.name
    return _place(source, span.start)


def _place(source: Source, offset: int) -> str:
    line, column = source.position(offset)
    return f"{source.part(offset)[0].name}:{line}:{column}"


def _by_text(diagnostic: Diagnostic, source: Source) -> Iterator[tuple[Source, list[Label]]]:
    """The labels by the text that they lie in, that of the message's own place first."""
    first = diagnostic.span
    groups: dict[int, tuple[Source, list[Label]]] = {}
    if first is not None:
        part, start = source.part(first.start)
        groups[start] = part, []
    for label in diagnostic.labels:
        part, start = source.part(label.span.start)
        local = Span(label.span.start - start, label.span.end - start)
        groups.setdefault(start, (part, []))[1].append(replace(label, span=local))
    yield from groups.values()


def to_json(diagnostic: Diagnostic, source: Source) -> dict[str, Any]:
    """The diagnostic for programs: positions are 1-based, the end is that of the first character after it.

    `line`, `column`, `end_line` and `end_column` are None where it is about the whole file.
    """
    return {
        "code": diagnostic.code,
        "level": str(diagnostic.level),
        "message": diagnostic.title,
        **_place_json(diagnostic.span, source),
        "labels": [_label_json(label, source) for label in diagnostic.labels],
        "shapes": None if diagnostic.shapes is None else _pair_json(diagnostic.shapes),
        "notes": list(diagnostic.notes),
        "help": diagnostic.help,
        "sizes": dict(diagnostic.sizes),
    }


_MEMBER = re.compile(r"(\w+)\[(-?\d+)\]")


def sizes_text(sizes: Mapping[str, int]) -> str:
    """`p = 1, n = [7, 5]`: members of one family of sizes that follow each other are written as a list."""
    lists: dict[str, list[tuple[int, int]]] = {}
    for name, value in sizes.items():
        found = _MEMBER.fullmatch(name)
        family, number = (found[1], int(found[2])) if found else (name, 0)
        lists.setdefault(family, []).append((number, value))
    return ", ".join(_sizes_of(name, values, sizes) for name, values in lists.items())


def _sizes_of(name: str, values: list[tuple[int, int]], sizes: Mapping[str, int]) -> str:
    """One size, or the sizes of a family, as a list where none is left out."""
    if name in sizes:
        return f"{name} = {sizes[name]}"
    numbers = [number for number, _ in values]
    if len(values) > 1 and numbers == list(range(numbers[0], numbers[0] + len(numbers))):
        return f"{name} = [{', '.join(str(value) for _, value in values)}]"
    return ", ".join(f"{name}[{number}] = {value}" for number, value in values)


def in_order(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """The diagnostics by position; those about the whole file first."""
    return tuple(sorted(diagnostics, key=lambda diagnostic: (-1, -1) if diagnostic.span is None else _ends(diagnostic)))


def _ends(diagnostic: Diagnostic) -> tuple[int, int]:
    assert diagnostic.span is not None
    return diagnostic.span.start, diagnostic.span.end


def _headline(diagnostic: Diagnostic, paint: Paint) -> str:
    head = paint(f"{diagnostic.level}[{diagnostic.code}]", diagnostic.level)
    return f"{head}: {paint(diagnostic.title, 'title')}"


def _remarks(diagnostic: Diagnostic, paint: Paint) -> Iterator[str]:
    """The lines below the excerpt; further lines of one are indented under its first."""
    if diagnostic.shapes is not None:
        one, other, marks = aligned(diagnostic.shapes)
        yield "\n".join((one, other, *((paint(marks, "primary"),) if marks.strip() else ())))
    if diagnostic.sizes:
        yield f"with {sizes_text(diagnostic.sizes)}"
    for note in diagnostic.notes:
        yield f"{paint('note:', 'note')} {_indented(note, 6)}"
    if diagnostic.help is not None:
        yield f"{paint('help:', 'help')} {_indented(diagnostic.help, 6)}"


def _indented(text: str, indent: int) -> str:
    return text.replace("\n", "\n" + " " * indent)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _label_json(label: Label, source: Source) -> dict[str, Any]:
    return {"text": label.text, "primary": label.primary, **_place_json(label.span, source)}


def _place_json(span: Span | None, source: Source) -> dict[str, Any]:
    """The file, which may be an imported one, and the positions in it."""
    found, start = (source, 0) if span is None else source.part(span.start)
    line, column = (None, None) if span is None else found.position(span.start - start)
    end_line, end_column = (None, None) if span is None else found.position(span.end - start)
    return {"file": found.name, "line": line, "column": column, "end_line": end_line, "end_column": end_column}


def _pair_json(pair: ShapePair) -> dict[str, Any]:
    return {
        "left": {"name": pair.left, "shape": list(pair.left_shape), "text": shape_text(pair.left_shape)},
        "right": {"name": pair.right, "shape": list(pair.right_shape), "text": shape_text(pair.right_shape)},
    }
