"""Typst: names, sizes, members and shapes, equations."""

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


def name_of(name: str) -> str:
    """A letter, `sigma`, or `"voc"`."""
    if _LETTER.fullmatch(name) or name in GREEK:
        return name
    escaped = printable(name).replace("\\", r"\\").replace('"', r"\"")
    return f'"{escaped}"'


MARKUP = Markup(
    name=name_of,
    beside=" ",
    times=" dot ",
    power=lambda base, exponent: f"{base}^{exponent}" if len(exponent) == 1 else f"{base}^({exponent})",
    operations={
        "//": lambda above, below: f"floor(frac({above}, {below}))",
        "ceil": lambda above, below: f"ceil(frac({above}, {below}))",
        "/": lambda above, below: f"frac({above}, {below})",
        "%": lambda above, below: f"{above} mod {below}",
        "max": lambda left, right: f"max({left}, {right})",
        "min": lambda left, right: f"min({left}, {right})",
    },
    relations={"==": "=", "!=": "!=", "<=": "<=", ">=": ">=", "<": "<", ">": ">"},
    conjunction="and",
    disjunction="or",
    negation="not",
    word=name_of,
    dots="dots",
    member=lambda name, at: f"{name}_{at}" if len(at) == 1 else f"{name}_({at})",
    big_sum=lambda index, low, high, body: f"sum_({index} = {low})^({high}) {body}",
)

# ---- texts, names of tensors, shapes ----------------------------------------------------------

_PLAIN = re.compile(r"[A-Za-z0-9]+(?:,? [A-Za-z0-9]+)*")


def escaped(text: str) -> str:
    """Text of which every character stands for itself: as it is where it is words, else a string."""
    visible = printable(text)
    if not visible or _PLAIN.fullmatch(visible):
        return visible
    escaped = visible.replace("\\", r"\\").replace('"', r"\"")
    return f'#"{escaped}"'


def _scripts(base: str, below: str, above: str) -> str:
    return base + (f"_({below})" if below else "") + (f"^({above})" if above else "")


_MARKS = {"bar": "macron", "hat": "hat", "tilde": "tilde"}

NOTATION = Notation(
    text=escaped,
    size=lambda size: MARKUP.written(written_size(size)),
    factored=lambda size: MARKUP.written(written_amount(size)),
    number=grouped,
    symbol=lambda name: name if name.isdigit() else name_of(name),
    scripts=_scripts,
    fence=lambda inside: f"({inside})",
    product=" times ".join,
    listed=", ".join,
    dotted=".".join,
    between=lambda index, low, high: f"{index} = {low}, dots, {high}",
    inline=lambda formula: f"${formula}$",
    formula=MARKUP.formula,
    accent=lambda mark, letter: f"{letter}'" if mark == "prime" else f"{_MARKS[mark]}({letter})",
)

# ---- equations ---------------------------------------------------------------------------------


def _matrix(rows: Rows) -> str:
    body = "; ".join(", ".join(map(_shielded, row)) for row in rows)
    return f"""mat(delim: "[", {body})"""


def _cases(branches: Sequence[tuple[str, str]]) -> str:
    body = ", ".join(f"{_shielded(value)} & {_shielded(condition)}" for value, condition in branches)
    return f"cases({body})"


def _shielded(formula: str) -> str:
    """A formula as one argument: commas and semicolons in it do not separate arguments."""
    depth = 0
    for sign in formula:
        depth += (sign in "([") - (sign in ")]")
        if sign in ",;" and depth == 0:
            return f"#[${formula}$]"
    return formula


def _subscript(base: str, below: str) -> str:
    """A subscript; behind a formula with something above it, it stands beside and not below."""
    if base.startswith("limits("):
        return f"attach({base}, br: {_shielded(below)})"
    return f"{base}_({below})"


def _word(text: str) -> str:
    escaped = text.replace("\\", r"\\").replace('"', r"\"")
    return f'"{escaped}"'


_SIGNS = {
    "+": "+", "-": "-", ".*": "⊙", "./": "⊘", "%": "mod", "==": "=", "!=": "!=", "<=": "<=", ">=": ">=", "<": "<",
    ">": ">", "~=": "approx", "and": "and", "or": "or", "not": "not", "->": "->", "inf": "infinity",
    "cross": "times", "in": "in", "dot": "dot", "vdots": "dots.v", "ddots": "dots.down",
}  # fmt: skip
_FUNCTIONS = {name: name for name in ("tanh", "exp", "log", "sin", "cos", "max", "min")}
_BIG = {
    "sum": "sum", "prod": "product", "max": "max", "min": "min", "argmax": 'op("arg max", limits: #true)',
    "argmin": 'op("arg min", limits: #true)', "argsort": 'op("arg sort", limits: #true)',
    "mean": 'op("mean", limits: #true)',
    "stack": 'op("stack", limits: #true)', "concat": 'op("concat", limits: #true)',
}  # fmt: skip

FORMULAS = Formulas(
    notation=NOTATION,
    signs=MappingProxyType(_SIGNS),
    functions=MappingProxyType(_FUNCTIONS),
    function=lambda name: f'op("{name}")',
    word=_word,
    fraction=lambda above, below: f"frac({_shielded(above)}, {_shielded(below)})",
    floor=lambda inside: f"floor({_shielded(inside)})",
    ceiling=lambda inside: f"ceil({_shielded(inside)})",
    power=lambda base, exponent: f"{base}^({exponent})",
    transposed=lambda base: f"{base}^top",
    root=lambda inside: f"sqrt({_shielded(inside)})",
    absolute=lambda inside: f"abs({_shielded(inside)})",
    fenced=lambda inside: f"lr(( {inside} ))",
    matrix=_matrix,
    cases=_cases,
    big=lambda sign, below, above: sign + f"_({below})" + (f"^({above})" if above else ""),
    stacked=" \\ ".join,
    above=lambda base, shape: f"limits({base})^({shape})",
    below=lambda base, shape: f"limits({base})_({shape})",
    subscript=_subscript,
    bold=lambda text: f"bold({text})",
    apply=lambda head, inside: f"{head} ({inside})",
    operators=MappingProxyType(_BIG),
    beside=" thin ",
    wide=" wide ",
    dots="dots.c",
    until="dots",
)
