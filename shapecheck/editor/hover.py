"""The text beside the pointer: the derived shape of a name, for all sizes.

In: an `OpenText` and an offset.  Out: a `Hover` in Markdown with the span that it is about, or None where there is
nothing to say.
"""

from __future__ import annotations

from collections.abc import Iterator

from shapecheck.editor.open_text import OpenSpec, OpenText
from shapecheck.graph.model import Entries
from shapecheck.infer.model import Shapes
from shapecheck.record import record
from shapecheck.report.cells import Dims, Extent, extent_text, plain_text, size_text
from shapecheck.report.wording import worded, wording_of
from shapecheck.sizes import naming_order
from shapecheck.source import Span
from shapecheck.syntax.lexer import Token


@record
class Hover:
    """Markdown about a place of the text."""

    span: Span
    markdown: str


def hover(text: OpenText, offset: int) -> Hover | None:
    """The description of the name at an offset."""
    spec = text.spec_at(offset)
    token = None if spec is None else token_at(spec, offset)
    if spec is None or token is None:
        return None
    lines = list(_about(spec, token.text))
    return Hover(Span(token.start, token.end), "\n".join(lines)) if lines else None


def token_at(spec: OpenSpec, offset: int) -> Token | None:
    """The name at an offset, or right before it."""
    near = (token for token in spec.tokens if token.start <= offset <= token.end and token.text[:1].isidentifier())
    return next(near, None)


def _about(spec: OpenSpec, name: str) -> Iterator[str]:
    shapes = spec.shapes
    if shapes is not None and name in shapes.graph.dims:
        dim = shapes.graph.dims[name]
        told = f"dim {name} >= {dim.lower}" if dim.value is None else f"dim {name} = {dim.value}"
        yield from _fenced([told])
    elif shapes is not None and shapes.cells.get(name) and name in shapes.axes:
        yield from tensor_lines(shapes, name)


def tensor_lines(shapes: Shapes, name: str) -> Iterator[str]:
    """The shapes of a tensor's members, one line for each, its role, and the range of its entries."""
    family = shapes.graph.families[name]
    with naming_order(shapes.graph.dims), worded(wording_of(shapes)):
        yield from _fenced(member_lines(shapes, name))
        yield family.role if family.role != "local" else "defined by an equation"
        if family.entries is not None:
            yield f"\nentries {entries_text(family.entries)}"


def member_lines(shapes: Shapes, name: str) -> list[str]:
    """`h[k, t] : p, k = 1..L, t = 0..T`, one line for each region in which all members have one shape."""
    family = shapes.graph.families[name]
    labels = [axis.label for axis in family.axes]
    head = f"{name}[{', '.join(labels)}]" if labels else name
    lines = []
    for cell in shapes.cells[name]:
        ranges = [extent_text(Extent(label, part.low, part.high)) for label, part in zip(labels, cell.region)]
        lines.append(", ".join([f"{head} : {plain_text(Dims(cell.shape))}", *ranges]))
    return list(dict.fromkeys(lines))


def entries_text(entries: Entries) -> str:
    """`in 0..V - 1`, the declared range of a tensor's entries."""
    low, high = (f"{end}" if isinstance(end, float) else size_text(end) for end in (entries.low, entries.high))
    return f"{'real numbers' if entries.real else 'integers'} in {low}..{high}"


def _fenced(lines: list[str]) -> Iterator[str]:
    yield from ("```shape", *lines, "```")
