r"""Derivations in LaTeX: a fragment for `\input`, a paragraph and an enumeration for each section.

Sizes and shapes are formulas, pieces of the spec are in typewriter type.  The first line says which packages the
document must load.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from shapecheck.explain import Derivation, Filled, Section
from shapecheck.report.cells import grouped, told
from shapecheck.report.derivation.sentences import Dress, left_out, place, rests_on
from shapecheck.report.languages.latex import MARKUP, NOTATION, escaped
from shapecheck.report.wording import Wording
from shapecheck.sizes import Formula, Size, naming_order
from shapecheck.source import Source

_PLACE = re.compile(r"(\\, |\d)?\\mathrm\{slot(\d+)\}")


def _text(text: str) -> str:
    inner = text.strip()
    if not inner:
        return text
    return text.replace(inner, _ticked(inner), 1)


def _ticked(text: str) -> str:
    """Text whose pieces between backticks are code."""
    pieces = text.split("`")
    if len(pieces) % 2 == 0:
        return escaped(text)
    return "".join(_code(piece) if at % 2 else escaped(piece) for at, piece in enumerate(pieces))


def _code(text: str) -> str:
    return rf"\texttt{{{escaped(text)}}}"


def _shape(sizes: tuple[Size, ...]) -> str:
    return f"${NOTATION.shape(sizes)}$" if sizes else "scalar"


def _formula(formula: Formula) -> str:
    return f"${MARKUP.formula(formula)}$"


def _count(size: Size) -> str:
    return grouped(size.constant, "{,}") if size.constant is not None else f"${NOTATION.factored(told(size))}$"


def filled(calculation: Filled) -> str:
    """The rule's formula with those of sizes in it."""
    texts = {name: (MARKUP.size(told(size)), len(size.terms) > 1) for name, size in calculation.values}

    def put(found: re.Match[str]) -> str:
        text, compound = texts[f"slot{found[2]}"]
        closed = f"({text})" if compound else text
        before = found[1] or ""
        if before.isdigit():
            return f"{before}{closed}" if closed[0] in "(\\" or closed[0].isalpha() else rf"{before} \cdot {closed}"
        return rf"\cdot {closed}" if before else closed

    with naming_order(name for name, _ in calculation.values):
        rule = MARKUP.size(calculation.rule)
    return f"${_PLACE.sub(put, rule)}$"


_DRESS = Dress(_text, _code, lambda size: f"${NOTATION.size(told(size))}$", _shape, _formula, _count, filled)


def latex(derivation: Derivation, width: int, wording: Wording | None) -> str:
    """All sections."""
    lines = [r"% \usepackage{amsmath}"]
    title = _DRESS.sentence(derivation.title)
    if title:
        lines += [rf"\paragraph{{{title}}}", ""]
    for section in derivation.sections:
        lines += [*_section(section, derivation.source, wording), ""]
    return "\n".join(lines).rstrip()


def _section(section: Section, source: Source, wording: Wording | None) -> Iterator[str]:
    yield rf"\noindent {_DRESS.result(section.states, wording)}"
    if section.steps:
        yield r"\begin{enumerate}"
    for step in section.steps:
        reason = f"{_DRESS.sentence(step.why)}{rests_on(step)}"
        yield rf"  \item {_DRESS.sentence(step.says)} \emph{{({escaped(place(source, step))})}} --- {reason}"
    if section.steps:
        yield r"\end{enumerate}"
    if section.left_out:
        yield escaped(f"({left_out(section.left_out, section.further)})")
