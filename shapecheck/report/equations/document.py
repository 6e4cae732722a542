"""Sections of equations as a fragment of a document.

```
\\begin{align*}
h_{0} & = \\operatorname{0}_{p} \\\\
...
\\end{align*}
```
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from html import escape
from types import MappingProxyType

from shapecheck.report.equations import browser_formulas
from shapecheck.report.equations.expression_rules import stage
from shapecheck.report.equations.expression_writer import Writer
from shapecheck.report.equations.model import Line, Section
from shapecheck.report.languages import latex, typst
from shapecheck.report.languages.formulas import Formulas
from shapecheck.report.wording import worded
from shapecheck.syntax import tree

MOST_STAGES = 2
"""Stages of a chain that stand on one line."""


def render(sections: Sequence[Section], format: str = "latex") -> str:
    """All sections in one of `FORMATS`, without a line end at its end."""
    written = "\n\n".join(_told(section, _WRITERS[format]) for section in sections)
    return browser_formulas.PAGE.format(body=written) if format == "html" else written


def _told(section: Section, write: Callable[[Section], str]) -> str:
    with worded(section.wording):
        return write(section)


def _latex(section: Section) -> str:
    heading = rf"\paragraph{{\texttt{{{latex.escaped(section.heading)}}}}}"
    head = [r"% \usepackage{amsmath,amssymb}"] if not section.heading else [heading]
    return "\n".join([*head, r"\begin{align*}", _latex_lines(section), r"\end{align*}"])


def _markdown(section: Section) -> str:
    head = [f"**`{section.heading}`**", ""] if section.heading else []
    return "\n".join([*head, "$$", r"\begin{aligned}", _latex_lines(section), r"\end{aligned}", "$$"])


def _latex_lines(section: Section) -> str:
    lines = [f"{left} & {right}" for line in section.lines for left, right in _rows(line, section, latex.FORMULAS)]
    return " \\\\\n".join(lines)


def _typst(section: Section) -> str:
    head = [f"=== {typst.escaped(section.heading)}", ""] if section.heading else []
    lines = [f"{left} & {right}" for line in section.lines for left, right in _rows(line, section, typst.FORMULAS)]
    body = " \\\n".join(lines)
    return "\n".join([*head, f"$ {body} $"])


def _html(section: Section) -> str:
    head = [f"<h3><code>{escape(section.heading)}</code></h3>"] if section.heading else []
    rows = [row for line in section.lines for row in _rows(line, section, browser_formulas.FORMULAS)]
    return "\n".join([*head, browser_formulas.aligned(rows)])


def _rows(line: Line, section: Section, language: Formulas) -> list[tuple[str, str]]:
    """The equation as lines of two parts, aligned where they meet."""
    writer = Writer(language, section.layers, section.entries, line.weights, line.fixed)
    left, right = _left(line.equation, writer), _right(line.equation.value, writer)
    behind = [part for part in (_where(line, writer), language.word(line.note) if line.note else "") if part]
    condition = "".join(f"{language.wide}{part}" for part in behind)
    rows = [(left, f"= {right[0]}"), *(("", f"{language.signs['->']} {part}") for part in right[1:])]
    rows[-1] = (rows[-1][0], rows[-1][1] + condition)
    return rows


def _left(equation: tree.Equation, writer: Writer) -> str:
    bare = Writer(writer.language, writer.layers, writer.entries, {}, writer.fixed)
    targets = [bare.member(target.name, target.subscripts or ()) for target in equation.targets]
    if equation.form == "column":
        return writer.language.matrix([[target] for target in targets])
    return f"({', '.join(targets)})" if equation.form == "tuple" else targets[0]


def _right(value: tree.Expression, writer: Writer) -> list[str]:
    """The value; a long chain in parts, one for each line."""
    stages: list[tree.Stage] = []
    first: tree.Expression = value
    while isinstance(first, tree.Pipe):
        stages.insert(0, first.stage)
        first = first.value
    if len(stages) <= MOST_STAGES:
        return [writer.text(value)]
    return [writer.text(first, 6), *(stage(writer, item) for item in stages)]


def _where(line: Line, writer: Writer) -> str:
    """The ranges of the indices for which an equation holds."""
    notation = writer.language.notation
    told = []
    for extent in line.extents:
        if extent.low is extent.high:
            told.append(f"{notation.symbol(extent.label)} = {notation.size(extent.low)}")
        else:
            told.append(notation.extent(extent))
    for binder in line.binders:
        if binder.range is not None:
            ends = writer.subscript(binder.range.low), writer.subscript(binder.range.high)
            told.append(notation.between(notation.symbol(binder.name), *ends))
    gap = "; " if len(told) > 1 else ""
    return gap.join(told)


_WRITERS: Mapping[str, Callable[[Section], str]] = MappingProxyType(
    {"latex": _latex, "typst": _typst, "markdown": _markdown, "html": _html, "html-fragment": _html}
)
FORMATS = tuple(_WRITERS)
ENDINGS: Mapping[str, str] = MappingProxyType(
    {
        ".tex": "latex",
        ".typ": "typst",
        ".md": "markdown",
        ".markdown": "markdown",
        ".html": "html",
        ".htm": "html",
    }
)
"""The format that follows from the ending of an output file."""
