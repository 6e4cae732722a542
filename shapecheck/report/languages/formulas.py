"""A language's parts of equations: fractions, matrices, cases, sums, what stands above a name."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from shapecheck.record import record
from shapecheck.report.languages.tensor_notation import Notation

Rows = Sequence[Sequence[str]]


@record(eq=False)
class Formulas:
    """A language's way to write the parts of a formula; every part goes in and comes out as a formula.

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
    transposed: Callable[[str], str]
    root: Callable[[str], str]
    absolute: Callable[[str], str]
    fenced: Callable[[str], str]
    matrix: Callable[[Rows], str]
    cases: Callable[[Sequence[tuple[str, str]]], str]
    big: Callable[[str, str, str], str]
    stacked: Callable[[Sequence[str]], str]
    """Lines below each other, for what stands under a big operator."""
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
