r"""What the two languages of formulas say differently: fractions, matrices, cases, sums, what stands above a name."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from shapecheck.record import record
from shapecheck.report.notation import LATEX, TYPST, Notation, latex_text

Rows = Sequence[Sequence[str]]


@record(eq=False)
class Language:
    """How one language writes the parts of a formula; every part goes in and comes out as a formula.

    `signs` are operators and relations by their spelling in specs, `functions` the functions that have a name.
    """

    notation: Notation
    signs: Mapping[str, str]
    functions: Mapping[str, str]
    function: Callable[[str], str]
    word: Callable[[str], str]
    fraction: Callable[[str, str], str]
    floor: Callable[[str], str]
    ceiling: Callable[[str], str]
    power: Callable[[str, str], str]
    root: Callable[[str], str]
    absolute: Callable[[str], str]
    fenced: Callable[[str], str]
    matrix: Callable[[Rows], str]
    cases: Callable[[Sequence[tuple[str, str]]], str]
    big: Callable[[str, str, str], str]
    above: Callable[[str, str], str]
    below: Callable[[str, str], str]
    subscript: Callable[[str, str], str]
    bold: Callable[[str], str]
    apply: Callable[[str, str], str]
    operators: Mapping[str, str]
    beside: str
    wide: str
    dots: str
    until: str
    """An ellipsis in a row, and the gap in front of a condition."""


# ---- LaTeX -------------------------------------------------------------------------------------

_WIDEST = 10
"""Columns that amsmath's matrices have."""


def _latex_matrix(rows: Rows) -> str:
    body = r" \\ ".join(" & ".join(row) for row in rows)
    if max(map(len, rows)) <= _WIDEST:
        return rf"\begin{{bmatrix}} {body} \end{{bmatrix}}"
    return rf"\left[\begin{{array}}{{{'r' * max(map(len, rows))}}} {body} \end{{array}}\right]"


def _latex_cases(branches: Sequence[tuple[str, str]]) -> str:
    body = r" \\ ".join(f"{value} & {condition}" for value, condition in branches)
    return rf"\begin{{cases}} {body} \end{{cases}}"


def _latex_applied(head: str, inside: str) -> str:
    """In parentheses that grow where something tall stands in them."""
    tall = any(sign in inside for sign in (r"\begin", r"\frac", r"\overset"))
    return rf"{head} \left( {inside} \right)" if tall else f"{head}({inside})"


def _latex_word(text: str) -> str:
    return rf"\text{{{latex_text(text)}}}"


_LATEX_SIGNS = {
    "+": "+", "-": "-", ".*": r"\odot", "./": r"\oslash", "%": r"\bmod", "==": "=", "!=": r"\ne", "<=": r"\le",
    ">=": r"\ge", "<": "<", ">": ">", "~=": r"\approx", "and": r"\land", "or": r"\lor", "not": r"\lnot",
    "->": r"\rightarrow", "inf": r"\infty", "cross": r"\times", "in": r"\in", "dot": r"\cdot", "top": r"\top",
    "vdots": r"\vdots", "ddots": r"\ddots",
}  # fmt: skip
_LATEX_FUNCTIONS = {name: rf"\{name}" for name in ("tanh", "exp", "log", "sin", "cos", "max", "min")}
_LATEX_BIG = {
    "sum": r"\sum", "prod": r"\prod", "max": r"\max", "min": r"\min", "argmax": r"\operatorname*{arg\,max}",
    "argmin": r"\operatorname*{arg\,min}", "mean": r"\operatorname*{mean}", "stack": r"\operatorname*{stack}",
    "concat": r"\operatorname*{concat}",
}  # fmt: skip

TEX = Language(
    notation=LATEX,
    signs=MappingProxyType(_LATEX_SIGNS),
    functions=MappingProxyType(_LATEX_FUNCTIONS),
    function=lambda name: r"\operatorname{" + name.replace("_", r"\_") + "}",
    word=_latex_word,
    fraction=lambda above, below: rf"\frac{{{above}}}{{{below}}}",
    floor=lambda inside: rf"\left\lfloor {inside} \right\rfloor",
    ceiling=lambda inside: rf"\left\lceil {inside} \right\rceil",
    power=lambda base, exponent: f"{base}^{{{exponent}}}",
    root=lambda inside: rf"\sqrt{{{inside}}}",
    absolute=lambda inside: rf"\left| {inside} \right|",
    fenced=lambda inside: rf"\left( {inside} \right)",
    matrix=_latex_matrix,
    cases=_latex_cases,
    big=lambda sign, below, above: sign + f"_{{{below}}}" + (f"^{{{above}}}" if above else ""),
    above=lambda base, shape: rf"\overset{{{shape}}}{{{base}}}",
    below=lambda base, shape: rf"\underset{{{shape}}}{{{base}}}",
    subscript=lambda base, below: f"{base}_{{{below}}}",
    bold=lambda text: rf"\mathbf{{{text}}}",
    apply=_latex_applied,
    operators=MappingProxyType(_LATEX_BIG),
    beside=r" \, ",
    wide=r" \qquad ",
    dots=r"\cdots",
    until=r"\dots",
)

# ---- Typst -------------------------------------------------------------------------------------


def _typst_matrix(rows: Rows) -> str:
    body = "; ".join(", ".join(map(_shielded, row)) for row in rows)
    return f"""mat(delim: "[", {body})"""


def _typst_cases(branches: Sequence[tuple[str, str]]) -> str:
    body = ", ".join(f"{_shielded(value)} & {_shielded(condition)}" for value, condition in branches)
    return f"cases({body})"


def _shielded(formula: str) -> str:
    """A formula as one argument: commas and semicolons in it separate nothing, as none in parentheses does."""
    depth = 0
    for sign in formula:
        depth += (sign in "([") - (sign in ")]")
        if sign in ",;" and depth == 0:
            return f"#[${formula}$]"
    return formula


def _typst_word(text: str) -> str:
    escaped = text.replace("\\", r"\\").replace('"', r"\"")
    return f'"{escaped}"'


_TYPST_SIGNS = {
    "+": "+", "-": "-", ".*": "⊙", "./": "⊘", "%": "mod", "==": "=", "!=": "!=", "<=": "<=", ">=": ">=", "<": "<",
    ">": ">", "~=": "approx", "and": "and", "or": "or", "not": "not", "->": "->", "inf": "infinity",
    "cross": "times", "in": "in", "dot": "dot", "top": "top", "vdots": "dots.v", "ddots": "dots.down",
}  # fmt: skip
_TYPST_FUNCTIONS = {name: name for name in ("tanh", "exp", "log", "sin", "cos", "max", "min")}
_TYPST_BIG = {
    "sum": "sum", "prod": "product", "max": "max", "min": "min", "argmax": 'op("arg max", limits: #true)',
    "argmin": 'op("arg min", limits: #true)', "mean": 'op("mean", limits: #true)',
    "stack": 'op("stack", limits: #true)', "concat": 'op("concat", limits: #true)',
}  # fmt: skip

TYP = Language(
    notation=TYPST,
    signs=MappingProxyType(_TYPST_SIGNS),
    functions=MappingProxyType(_TYPST_FUNCTIONS),
    function=lambda name: f'op("{name}")',
    word=_typst_word,
    fraction=lambda above, below: f"frac({_shielded(above)}, {_shielded(below)})",
    floor=lambda inside: f"floor({_shielded(inside)})",
    ceiling=lambda inside: f"ceil({_shielded(inside)})",
    power=lambda base, exponent: f"{base}^({exponent})",
    root=lambda inside: f"sqrt({_shielded(inside)})",
    absolute=lambda inside: f"abs({_shielded(inside)})",
    fenced=lambda inside: f"lr(( {inside} ))",
    matrix=_typst_matrix,
    cases=_typst_cases,
    big=lambda sign, below, above: sign + f"_({below})" + (f"^({above})" if above else ""),
    above=lambda base, shape: f"limits({base})^({shape})",
    below=lambda base, shape: f"limits({base})_({shape})",
    subscript=lambda base, below: f"{base}_({below})",
    bold=lambda text: f"bold({text})",
    apply=lambda head, inside: f"{head} ({inside})",
    operators=MappingProxyType(_TYPST_BIG),
    beside=" thin ",
    wide=" wide ",
    dots="dots.c",
    until="dots",
)
