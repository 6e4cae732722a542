"""`shapecheck diagram`: one spec in, its network as a picture or as text out."""

from __future__ import annotations

import os

from shapecheck.commands.delivery import deliver_drawn, drawn, format_of, ready
from shapecheck.commands.derived import shapes_of
from shapecheck.commands.exit_codes import Refused
from shapecheck.commands.run import report_findings
from shapecheck.commands.spec_files import read_one
from shapecheck.diagrams import Network, TooLarge, dot, draw, mermaid, network

ENDINGS = {
    ".svg": "svg", ".png": "png", ".mmd": "mermaid", ".mermaid": "mermaid", ".dot": "dot", ".gv": "dot",
    ".tikz": "tikz", ".tex": "tikz",
}  # fmt: skip


def draw_diagram(path: str, depth: int, format: str | None, output: str | None, check: bool) -> int:
    """Draw a spec; the exit code.  A spec with errors has no diagram."""
    ready(output, check)
    chosen = format_of(format, output, ENDINGS, "svg")
    file = read_one(path)
    shapes, diagnostics = shapes_of(file)
    if shapes is None or any(diagnostic.level == "error" for diagnostic in diagnostics):
        return report_findings(diagnostics, file, "not drawn")
    try:
        found = network(shapes, os.path.basename(file.source.title), depth)
    except TooLarge as error:
        raise Refused(str(error)) from error
    return deliver_drawn(_written(found, chosen), chosen, output, check=check)


def _written(found: Network, format: str) -> bytes:
    if format in ("mermaid", "dot"):
        return (mermaid if format == "mermaid" else dot)(found).encode()
    return drawn(draw(found), format)
