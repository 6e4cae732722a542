"""Equations in HTML: MathML, which browsers set without any script.

Each side of an equation is written in the LaTeX that latex2mathml knows, and turned into MathML by it; the sides are
aligned in a table of MathML, since that library knows no alignment.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from shapecheck.report.languages import latex

_THIN = r"\,"
_NAMED = re.compile(r"\\operatorname\*\{(.*)\}")


def _big(sign: str, below: str, above: str) -> str:
    """A big operator with what it ranges over below it; one that is a name is no operator to latex2mathml."""
    named = _NAMED.fullmatch(sign)
    if named:
        return rf"\underset{{{below}}}{{{_word(named[1].replace(_THIN, ' '))}}} \,"
    return rf"{sign}\limits_{{{below}}}" + (f"^{{{above}}}" if above else "")


def _word(text: str) -> str:
    """Upright text, in which every character stands for itself."""
    return rf"\text{{{text}}}"


FORMULAS = replace(
    latex.FORMULAS,
    word=_word,
    function=lambda name: rf"{_word(name)} \,",
    big=_big,
    stacked=lambda lines: r"\begin{matrix} " + r" \\ ".join(lines) + r" \end{matrix}",
)
"""LaTeX without the commands that latex2mathml does not know."""

PAGE = """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>equations</title>
<style>
body {{ margin: 2rem auto; max-width: 72rem; padding: 0 1rem; color: #1a1a1a; background: #fff; }}
math {{ font-size: 1.1em; overflow-x: auto; }}
</style>
</head>
<body>
{body}
</body>
</html>"""
_CELL = '<mtd style="text-align: {side}; text-align: -webkit-{side}; padding: .35em {room} .35em 0">{inside}</mtd>'

_MENDED = {
    'mathvariant="bold"': 'style="font-weight: bold"',
    "<mo>&#x02026;</mo>": "<mi>…</mi>",
    "<mi>;</mi>": '<mo rspace="0.5em">;</mo>',
}
"""Bold letters, dots and semicolons as browsers set them well."""


def aligned(rows: Iterable[tuple[str, str]]) -> str:
    """Rows of two sides, given in LaTeX, that meet where the sides do."""
    lines = (f"<mtr>{_cell('right', '.3em', left)}{_cell('left', '0', right)}</mtr>" for left, right in rows)
    return "\n".join(['<math display="block">', '<mtable displaystyle="true">', *lines, "</mtable>", "</math>"])


def _cell(side: str, room: str, formula: str) -> str:
    return _CELL.format(side=side, room=room, inside=_converted(formula) if formula else "")


def _converted(formula: str) -> str:
    """The MathML of a formula in LaTeX, without the element around it."""
    from latex2mathml.converter import convert

    found: str = convert(formula)
    for theirs, ours in _MENDED.items():
        found = found.replace(theirs, ours)
    return found[found.index(">") + 1 : found.rindex("</math>")]
