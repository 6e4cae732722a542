r"""LaTeX: names, sizes, members and shapes, equations.

A name of several letters is upright and one thing (`\mathrm{voc}`), the name of a Greek letter is that letter, and no
name, whatever is in it, can end the formula or start a command.  Needs amsmath.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from types import MappingProxyType

from shapecheck.report.cells import grouped
from shapecheck.report.languages.formulas import Formulas, Rows
from shapecheck.report.languages.letters import GREEK, printable
from shapecheck.report.languages.markup import Markup
from shapecheck.report.languages.tensor_notation import Notation
from shapecheck.report.wording import written_amount, written_size

_LETTER = re.compile(r"[A-Za-z]")
_WORD = re.compile(r"[A-Za-z0-9_]+")
_IN_TEXT = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#", "%": r"\%", "_": r"\_",
    "^": r"\^{}", "~": r"\~{}",
}  # fmt: skip


def name_of(name: str) -> str:
    r"""A letter, `\sigma`, `\mathrm{voc}`, or `\text{..}` for a name that no spec could hold."""
    if _LETTER.fullmatch(name):
        return name
    if name in GREEK:
        return f"\\{name}"
    if _WORD.fullmatch(name):
        return "\\mathrm{" + name.replace("_", "\\_") + "}"
    return rf"\text{{{''.join(_IN_TEXT.get(letter, letter) for letter in printable(name))}}}"


MARKUP = Markup(
    name=name_of,
    beside=r" \, ",
    times=r" \cdot ",
    power=lambda base, exponent: f"{base}^{exponent}" if len(exponent) == 1 else f"{base}^{{{exponent}}}",
    operations={
        "//": lambda above, below: rf"\left\lfloor \frac{{{above}}}{{{below}}} \right\rfloor",
        "ceil": lambda above, below: rf"\left\lceil \frac{{{above}}}{{{below}}} \right\rceil",
        "/": lambda above, below: rf"\frac{{{above}}}{{{below}}}",
        "%": lambda above, below: rf"{above} \bmod {below}",
        "max": lambda left, right: rf"\max({left}, {right})",
        "min": lambda left, right: rf"\min({left}, {right})",
    },
    relations={"==": "=", "!=": r"\ne", "<=": r"\le", ">=": r"\ge", "<": "<", ">": ">"},
    conjunction=r"\land",
    disjunction=r"\lor",
    negation=r"\lnot",
    word=name_of,
    dots=r"\dots",
    member=lambda name, at: f"{name}_{at}" if len(at) == 1 else f"{name}_{{{at}}}",
    big_sum=lambda index, low, high, body: rf"\sum_{{{index} = {low}}}^{{{high}}} {body}",
)

# ---- texts, names of tensors, shapes ----------------------------------------------------------

_AS_TEXT = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#", "%": r"\%", "_": r"\_",
    "^": r"\textasciicircum{}", "~": r"\textasciitilde{}", "<": r"\textless{}", ">": r"\textgreater{}",
    "|": r"\textbar{}", '"': "''", "`": r"\textasciigrave{}", "-": "{-}",
}  # fmt: skip


def escaped(text: str) -> str:
    """Text of which every character stands for itself; line ends and what cannot be seen are blanks."""
    return "".join(_AS_TEXT.get(letter, letter) for letter in printable(text)).replace(" {-} ", " - ")


def _scripts(base: str, below: str, above: str) -> str:
    return base + (f"_{{{below}}}" if below else "") + (f"^{{{above}}}" if above else "")


NOTATION = Notation(
    text=escaped,
    size=lambda size: MARKUP.written(written_size(size)),
    factored=lambda size: MARKUP.written(written_amount(size)),
    number=lambda number: f"${grouped(number, '{,}')}$",
    symbol=lambda name: name if name.isdigit() else name_of(name),
    scripts=_scripts,
    fence=lambda inside: f"({inside})",
    product=r" \times ".join,
    listed=", ".join,
    dotted=".".join,
    between=lambda index, low, high: rf"{index} = {low}, \dots, {high}",
    inline=lambda formula: f"${formula}$",
    formula=MARKUP.formula,
    accent=lambda mark, letter: f"{{{letter}'}}" if mark == "prime" else rf"\{mark}{{{letter}}}",
)

# ---- equations ---------------------------------------------------------------------------------

_WIDEST = 10
"""Columns that amsmath's matrices have."""


def _matrix(rows: Rows) -> str:
    body = r" \\ ".join(" & ".join(row) for row in rows)
    if max(map(len, rows)) <= _WIDEST:
        return rf"\begin{{bmatrix}} {body} \end{{bmatrix}}"
    return rf"\left[\begin{{array}}{{{'r' * max(map(len, rows))}}} {body} \end{{array}}\right]"


def _cases(branches: Sequence[tuple[str, str]]) -> str:
    body = r" \\ ".join(f"{value} & {condition}" for value, condition in branches)
    return rf"\begin{{cases}} {body} \end{{cases}}"


def _applied(head: str, inside: str) -> str:
    """The formula in parentheses that grow with it."""
    tall = any(sign in inside for sign in (r"\begin", r"\frac", r"\overset"))
    return rf"{head} \left( {inside} \right)" if tall else f"{head}({inside})"


def _closed(base: str) -> str:
    """A base that may be raised: TeX has one superscript, so that a layer's number above it is closed in braces."""
    return f"{{{base}}}" if re.search(r"\^(\{\([^{}]*\)\}|\\top)$", base) else base


def _stacked(lines: Sequence[str]) -> str:
    body = r" \\ ".join(lines)
    return rf"\substack{{{body}}}"


def _word(text: str) -> str:
    return rf"\text{{{escaped(text)}}}"


_SIGNS = {
    "+": "+", "-": "-", ".*": r"\odot", "./": r"\oslash", "%": r"\bmod", "==": "=", "!=": r"\ne", "<=": r"\le",
    ">=": r"\ge", "<": "<", ">": ">", "~=": r"\approx", "and": r"\land", "or": r"\lor", "not": r"\lnot",
    "->": r"\rightarrow", "inf": r"\infty", "cross": r"\times", "in": r"\in", "dot": r"\cdot",
    "vdots": r"\vdots", "ddots": r"\ddots",
}  # fmt: skip
_FUNCTIONS = {name: rf"\{name}" for name in ("tanh", "exp", "log", "sin", "cos", "max", "min")}
_BIG = {
    "sum": r"\sum", "prod": r"\prod", "max": r"\max", "min": r"\min", "argmax": r"\operatorname*{arg\,max}",
    "argmin": r"\operatorname*{arg\,min}", "argsort": r"\operatorname*{arg\,sort}",
    "mean": r"\operatorname*{mean}", "stack": r"\operatorname*{stack}",
    "concat": r"\operatorname*{concat}",
}  # fmt: skip

FORMULAS = Formulas(
    notation=NOTATION,
    signs=MappingProxyType(_SIGNS),
    functions=MappingProxyType(_FUNCTIONS),
    function=lambda name: r"\operatorname{" + name.replace("_", r"\_") + "}",
    word=_word,
    fraction=lambda above, below: rf"\frac{{{above}}}{{{below}}}",
    floor=lambda inside: rf"\left\lfloor {inside} \right\rfloor",
    ceiling=lambda inside: rf"\left\lceil {inside} \right\rceil",
    power=lambda base, exponent: f"{_closed(base)}^{{{exponent}}}",
    transposed=lambda base: rf"{_closed(base)}^\top",
    root=lambda inside: rf"\sqrt{{{inside}}}",
    absolute=lambda inside: rf"\left| {inside} \right|",
    fenced=lambda inside: rf"\left( {inside} \right)",
    matrix=_matrix,
    cases=_cases,
    big=lambda sign, below, above: sign + f"_{{{below}}}" + (f"^{{{above}}}" if above else ""),
    stacked=_stacked,
    above=lambda base, shape: rf"\overset{{{shape}}}{{{base}}}",
    below=lambda base, shape: rf"\underset{{{shape}}}{{{base}}}",
    subscript=lambda base, below: f"{base}_{{{below}}}",
    bold=lambda text: rf"\mathbf{{{text}}}",
    apply=_applied,
    operators=MappingProxyType(_BIG),
    beside=r" \, ",
    wide=r" \qquad ",
    dots=r"\cdots",
    until=r"\dots",
)
