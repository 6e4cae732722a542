"""A preview of the spec at a place: its table, its equations and its diagram, as HTML.

In: an `OpenText` and an offset.  Out: the body of a page.  What stands at the offset comes first, so that a preview
beside the text follows the cursor.  A text with mistakes has no preview; its messages stand there.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from shapecheck.diagrams import draw, network
from shapecheck.drawing import svg_text
from shapecheck.editor.hover import hover
from shapecheck.editor.open_text import OpenSpec, OpenText
from shapecheck.infer.model import Shapes
from shapecheck.report import equations, render
from shapecheck.report.spec_table import TableContents, build
from shapecheck.sizes import naming_order


def preview(text: OpenText, offset: int) -> str:
    """The preview of the spec at an offset; in the prose of a document that of the first spec."""
    spec = text.spec_at(offset) or (text.specs[0] if text.specs else None)
    if spec is None:
        return "<p>there is no spec here</p>"
    return "\n".join([f"<h1>{escape(spec.source.title.rpartition('/')[2])}</h1>", *_at(text, offset), *_parts(spec)])


def _at(text: OpenText, offset: int) -> Iterator[str]:
    """The first lines of what a pointer at the offset would show."""
    found = hover(text, offset)
    if found is not None:
        lines = found.markdown.split("\n")
        end = lines.index("```", 1) if "```" in lines[1:] else len(lines)
        shown = "\n".join(lines[1:end])
        yield f'<pre class="cursor">{escape(shown)}</pre>'


def _parts(spec: OpenSpec) -> Iterator[str]:
    shapes = spec.in_place
    if shapes is None:
        yield from (f"<p>{escape(message.title)}</p>" for message in spec.messages)
        return
    with naming_order(shapes.graph.dims):
        yield render(build(shapes, TableContents()), "html-fragment")
        yield from _equations(shapes)
        yield svg_text(draw(network(shapes, spec.source.title, 0)))


def _equations(shapes: Shapes) -> Iterator[str]:
    page = equations.render(equations.sections(shapes), "html")
    yield page.partition("<body>")[2].partition("</body>")[0].strip()
