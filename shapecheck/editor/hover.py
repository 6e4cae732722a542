"""The text beside the pointer: the derived shape of a name or an expression, for all sizes.

In: an `OpenText` and an offset.  Out: a `Hover` in Markdown with the span that it is about, or None where there is
nothing to say.
"""

from __future__ import annotations

from collections.abc import Iterator

from shapecheck.editor.block_signatures import section_on, signature_of
from shapecheck.editor.name_files import home_of
from shapecheck.editor.open_text import OpenSpec, OpenText
from shapecheck.editor.shape_texts import defaults, entries_text, member_lines, range_lines, shape_lines, told_in
from shapecheck.editor.spec_names import Entry, Key, Kind, Occurrence
from shapecheck.graph.nodes import Node
from shapecheck.infer.counting import counts
from shapecheck.infer.model import Shapes
from shapecheck.record import record
from shapecheck.report.cells import amount_text
from shapecheck.source import Span
from shapecheck.syntax import tree

COUNTED = ("params", "macs")


@record
class Hover:
    """Markdown about a place of the text."""

    span: Span
    markdown: str


def hover(text: OpenText, offset: int) -> Hover | None:
    """The description of the name, or of the expression, at an offset."""
    spec = text.spec_at(offset)
    if spec is None:
        return None
    found = spec.names.at(offset)
    if found is not None:
        lines = list(_about_name(spec, found))
        return Hover(found.span, "\n".join(lines)) if lines else None
    return _counted(spec, offset) or _expression(spec, offset)


def shapes_around(spec: OpenSpec, key: Key) -> Shapes | None:
    """The shapes in which a name of that key is derived: those of the file, or of the block on its own."""
    if key.path != spec.source.name:
        return None
    return spec.shapes if not key.block else spec.blocks.get(key.block)


def _about_name(spec: OpenSpec, found: Occurrence) -> Iterator[str]:
    key = found.key
    home = home_of(spec.names, key)
    entry = None if home is None else home.entries.get(key)
    if home is None or entry is None or entry.kind in (Kind.LAYER, Kind.FUNCTION):
        yield from _about_block(spec, key)
        return
    shapes = shapes_around(spec, key)
    if entry.kind is Kind.PARAMETER:
        yield from _fenced([" ".join(home.source[entry.node.span].split())])
        yield f"an argument of `{key.block}`"
    elif entry.kind is Kind.TEST:
        yield "a test"
    elif shapes is not None:
        yield from _derived(spec, shapes, key, entry)
        yield from _at_defaults(spec, key)


def _at_defaults(spec: OpenSpec, key: Key) -> Iterator[str]:
    """The arguments that a name in a block is told for."""
    block = spec.names.top.get(key.block) if key.block else None
    written = None if block is None or block not in spec.names.entries else spec.names.entries[block].node
    found = defaults(written) if isinstance(written, tree.Layer | tree.Function) else []
    if found:
        yield f"\nwhere {', '.join(found)}"


def _derived(spec: OpenSpec, shapes: Shapes, key: Key, entry: Entry) -> Iterator[str]:
    """A size with its bound, an index with its range, a tensor with its shapes."""
    dim = shapes.graph.dims.get(key.name)
    if entry.kind is Kind.SIZE and dim is not None:
        yield from _fenced([f"dim {key.name} >= {dim.lower}" if dim.value is None else f"dim {key.name} = {dim.value}"])
    elif entry.kind is Kind.INDEX:
        yield from _fenced(
            range_lines(shapes, entry.span, key.name) or [" ".join(spec.source[entry.node.span].split())]
        )
        yield "an index"
    elif shapes.cells.get(key.name) and key.name in shapes.axes:
        family = shapes.graph.families[key.name]
        yield from _fenced(member_lines(shapes, key.name))
        yield "defined by an equation" if family.role == "local" else family.role
        if family.entries is not None:
            with told_in(shapes):
                yield f"\nentries: {entries_text(family.entries)}"


def _about_block(spec: OpenSpec, key: Key) -> Iterator[str]:
    """The signature of a block, what it takes and gives, and the section of the guide on it."""
    found = signature_of(key, spec.names)
    if found is None:
        return
    yield from _fenced([found.label])
    if found.inputs:
        yield f"applied to `{'`, `'.join(found.inputs)}`"
    if key.path == spec.source.name:
        yield f"\n{found.about}"
        inside = spec.blocks.get(found.name)
        outputs = () if inside is None else inside.graph.outputs
        if inside is not None and outputs:
            yield from _fenced([line for name in outputs for line in member_lines(inside, name)])
    else:
        yield f"\n{section_on(found.name) or found.about}"


def _counted(spec: OpenSpec, offset: int) -> Hover | None:
    """The value of `params` or `macs` of the whole spec."""
    token = next((item for item in spec.tokens if item.start <= offset <= item.end and item.text in COUNTED), None)
    before = "" if token is None else spec.source.text[token.start - 1 : token.start]
    shapes = spec.shapes
    if token is None or before == "." or shapes is None or shapes.failed or spec.names.block_at(offset):
        return None
    size = counts.params(shapes) if token.text == "params" else counts.macs(shapes)
    if size is None:
        return None
    with told_in(shapes):
        return Hover(Span(token.start, token.end), f"```shape\n{token.text} == {amount_text(size)}\n```")


def _expression(spec: OpenSpec, offset: int) -> Hover | None:
    """The shape of the smallest expression around an offset."""
    block = spec.names.block_at(offset)
    shapes = spec.shapes if block is None else spec.blocks.get(block.name)
    if shapes is None:
        return None
    around = [node for node in _nodes(shapes) if node.span.start <= offset < node.span.end]
    if not around:
        return None
    span = min((node.span for node in around), key=lambda span: span.end - span.start)
    lines = shape_lines(shapes, span)
    return Hover(span, "\n".join(_fenced(lines))) if lines else None


def _nodes(shapes: Shapes) -> Iterator[Node]:
    return (node for instance in shapes.instances for node in instance.shapes)


def _fenced(lines: list[str]) -> Iterator[str]:
    yield from ("```shape", *lines, "```")
