"""Views of specs, reports, tables and runs in notebooks, as HTML, Markdown, LaTeX and plain text.

Comes in: one of those.  Goes out: text in the language that a frontend asks for; all that comes from users is escaped.
Reports and specs are shown as the command line shows them, in its colors.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from shapecheck.documents.document_kinds import Kind, insert
from shapecheck.report import report_text
from shapecheck.report.table import Table, render

if TYPE_CHECKING:
    from shapecheck.checked import Report
    from shapecheck.execute import Run
    from shapecheck.spec import Spec

WIDTH = 100
"""Columns of a report; what notebooks show without scrolling."""
_MOST_VALUES = 8
_CODES: Mapping[str, str] = MappingProxyType(
    {
        "1": "font-weight:bold", "2": "opacity:0.6", "31": "color:#c62828", "32": "color:#2e7d32",
        "33": "color:#b26a00", "34": "color:#1565c0", "36": "color:#00838f",
    }
)  # fmt: skip
_BLOCK = "font-family:ui-monospace,monospace;margin:0;line-height:1.25;overflow-x:auto"


def table_view(table: Table, format: str) -> str:
    """A table in one of the formats of its writers."""
    return render(table, format)


def report_view(report: Report, format: str, verbose: bool = False) -> str:
    """A report: its messages and its line, or the whole story, which can be unfolded in HTML."""
    if format != "html-fragment":
        text = report_text(report, verbose=verbose, width=WIDTH)
        return text if format == "text" else insert(text, "text", Kind(format))
    short = _colored(report_text(report, verbose=verbose, color=True, width=WIDTH))
    if verbose or report.shapes is None or report.has_errors:
        return short
    story = _colored(report_text(report, verbose=True, color=True, width=WIDTH))
    return f"{short}\n<details><summary>the whole story</summary>\n{story}\n</details>"


def equations_view(spec: Spec, format: str) -> str:
    """The equations of a spec, typeset; raises `SpecError` if there are mistakes in it."""
    from shapecheck.report.equations import render as typeset
    from shapecheck.report.equations import sections
    from shapecheck.sizes import naming_order

    with naming_order(spec.shapes.graph.dims):
        return typeset(sections(spec.shapes), format)


def spec_view(spec: Spec, format: str) -> str:
    """A spec: its text, colored in HTML and marked as a spec in Markdown; in LaTeX its equations, if right."""
    text = spec.source.text.strip("\n")
    if format == "latex" and not any(diagnostic.level == "error" for diagnostic in spec.diagnostics):
        return equations_view(spec, format)
    if format == "html-fragment":
        return _highlighted(text)
    return text if format == "text" else insert(text, "shape", Kind(format))


def run_view(run: Run, format: str) -> str:
    """A run: every array with its shape and its values, those of a large one in part."""
    rows = tuple(
        (name, " x ".join(map(str, array.shape)) or "scalar", _values(array))
        for name, array in run.arrays.items()
        if "'" not in name
    )
    return render(Table(("name", "shape", "values"), rows), format)


def colored_html(text: str) -> str:
    """Text with a terminal's codes for colors as HTML; other codes are dropped.

    >>> colored_html("a \\x1b[1;31m<b>\\x1b[0m")
    'a <span style="font-weight:bold;color:#c62828">&lt;b&gt;</span>'
    """
    done, opened = [], False
    for number, part in enumerate(re.split(r"\x1b\[([0-9;]*)m", text)):
        if number % 2 == 0:
            done.append(html.escape(_visible(part), quote=False))
            continue
        style = ";".join(_CODES[code] for code in part.split(";") if code in _CODES)
        done.append(("</span>" if opened else "") + (f'<span style="{style}">' if style else ""))
        opened = bool(style)
    return "".join(done) + ("</span>" if opened else "")


def _visible(text: str) -> str:
    """The text with a mark for each code that a terminal would act upon."""
    return text.replace("\x1b", "\ufffd")


def _colored(text: str) -> str:
    return f'<pre style="{_BLOCK}">{colored_html(text)}</pre>'


def _highlighted(text: str) -> str:
    from pygments import highlight
    from pygments.formatters import HtmlFormatter

    from shapecheck.documents.highlight import ShapeLexer

    formatter: Any = HtmlFormatter(noclasses=True, nobackground=True, prestyles=_BLOCK)
    return str(highlight(_visible(text), ShapeLexer(stripnl=False), formatter))


def _values(array: Any) -> str:
    """The numbers of an array in one line, the middle cut out where there are many."""
    import numpy as np

    text = np.array2string(array, precision=4, suppress_small=True, threshold=_MOST_VALUES, edgeitems=2)
    return " ".join(text.split())
