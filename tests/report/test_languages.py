"""Sizes in LaTeX and Typst.  Truth: texts a person would write, readers of both languages, and Python integers."""

from __future__ import annotations

from functools import reduce

import pytest
import sympy
import typst as compiler
from hypothesis import given, settings
from sympy.parsing.latex import parse_latex

from shapecheck.report.languages import latex, typst
from shapecheck.sizes import (
    TRUE,
    And,
    Formula,
    Not,
    Or,
    Relation,
    Size,
    ceil_divide,
    from_sympy,
    integer,
    maximum,
    naming_order,
    power,
    symbol,
)

from ..sizes.trees import Tree, envs, relations, trees
from .latex_reader import value_of

H, M, k, p, s, d, L, voc, sigma, n_heads, e5 = map(
    symbol, ["H", "M", "k", "p", "s", "d", "L", "voc", "sigma", "n_heads", "e5"]
)

WRITTEN = [
    (
        (H - k + 2 * p) // s + 1,
        r"\left\lfloor \frac{H + 2p - k}{s} \right\rfloor + 1",
        "floor(frac(H + 2p - k, s)) + 1",
    ),
    (ceil_divide(H, 2), r"\left\lceil \frac{H}{2} \right\rceil", "ceil(frac(H, 2))"),
    (H % 4, r"H \bmod 4", "H mod 4"),
    (2 * (H % 4) + 1, r"2 \, (H \bmod 4) + 1", "2 (H mod 4) + 1"),
    ((H + k) % (s + 1), r"(H + k) \bmod (s + 1)", "(H + k) mod (s + 1)"),
    (maximum(M - 1, 0), r"\max(M - 1, 0)", "max(M - 1, 0)"),
    (3 * p * d, r"3d \, p", "3d p"),
    (3 * H * power(2, L), r"3H \cdot 2^L", "3H dot 2^L"),
    (power(2, 2 * k * L) * p**12, r"p^{12} \cdot 2^{2L \, k}", "p^(12) dot 2^(2L k)"),
    (power(H + 1, L), r"(H + 1)^L", "(H + 1)^L"),
    (voc * d, r"d \, \mathrm{voc}", 'd "voc"'),
    (2 * sigma - 1, r"2\sigma - 1", "2sigma - 1"),
    (n_heads * d, r"d \, \mathrm{n\_heads}", 'd "n_heads"'),
    (2 * e5, r"2 \, \mathrm{e5}", '2 "e5"'),
    (symbol(".t") + 1, "t + 1", "t + 1"),
    (-(H // 2), r"-\left\lfloor \frac{H}{2} \right\rfloor", "-floor(frac(H, 2))"),
    (integer(0), "0", "0"),
]


@pytest.mark.parametrize(("size", "in_latex", "in_typst"), WRITTEN)
def test_sizes_are_set_as_people_write_them(size: Size, in_latex: str, in_typst: str) -> None:
    """Truth: written by hand."""
    assert (latex.MARKUP.size(size), typst.MARKUP.size(size)) == (in_latex, in_typst)


def test_counts_are_factored_and_names_stand_as_declared() -> None:
    """Truth: written by hand, as on the slide."""
    with naming_order(["p", "d"]):
        count = 3 * p * p + 3 * d * p
        assert (latex.MARKUP.factored(count), typst.MARKUP.factored(count)) == (r"3p \, (p + d)", "3p (p + d)")


def test_a_quotient_known_to_be_exact_is_a_fraction() -> None:
    """Truth: 4 divides H."""
    known = frozenset([(H, 4)])
    assert [latex.MARKUP.size(H // 4, known), typst.MARKUP.size(H // 4, known)] == [r"\frac{H}{4}", "frac(H, 4)"]
    assert latex.MARKUP.size(2 * (H // 4), known) == r"2 \cdot \frac{H}{4}"


FORMULAS: list[tuple[Formula, str, str]] = [
    (
        And((Relation("==", H % 16, integer(12)), Relation(">=", H, integer(188)))),
        r"H \bmod 16 = 12 \land H \ge 188",
        "H mod 16 = 12 and H >= 188",
    ),
    (Not(Relation("!=", p, d)), r"\lnot (p \ne d)", "not (p != d)"),
    (
        And((Or((Relation("<", p, d), Relation("<=", d, p))), Relation(">", H, M))),
        r"(p < d \lor d \le p) \land H > M",
        "(p < d or d <= p) and H > M",
    ),
    (TRUE, r"\mathrm{true}", '"true"'),
]


@pytest.mark.parametrize(("formula", "in_latex", "in_typst"), FORMULAS)
def test_statements_are_set_as_people_write_them(formula: Formula, in_latex: str, in_typst: str) -> None:
    """Truth: written by hand."""
    assert (latex.MARKUP.formula(formula), typst.MARKUP.formula(formula)) == (in_latex, in_typst)


@settings(max_examples=200, deadline=None)
@given(trees(4), envs(12))
def test_the_latex_has_the_value_of_the_size(tree: Tree, env: dict[str, int]) -> None:
    """Truth: the evaluator in `latex_reader`, and Python integers for the expression that was built."""
    assert value_of(latex.MARKUP.size(tree.size), env) == tree.value(env)


@settings(max_examples=100, deadline=None)
@given(trees(3), trees(1), envs(12))
def test_the_factored_latex_has_the_value_of_the_size(left: Tree, right: Tree, env: dict[str, int]) -> None:
    """Truth: the evaluator in `latex_reader`, and Python integers."""
    assert value_of(latex.MARKUP.factored(left.size * right.size), env) == left.value(env) * right.value(env)


READ_BY_SYMPY = [(H - k + 2 * p) // s + 1, ceil_divide(H - 3, 2 * s), maximum(2 * p, d), power(2, L) // power(2, k)]


@pytest.mark.parametrize("size", READ_BY_SYMPY)
def test_sympy_reads_the_same_size_back(size: Size) -> None:
    """Truth: SymPy's reader of LaTeX; its grammar has no `\\bmod`, thin spaces or upright names."""
    read = parse_latex(latex.MARKUP.size(size), backend="lark")
    positive = {name: sympy.Symbol(name.name, positive=True, integer=True) for name in read.free_symbols}
    assert from_sympy(read.subs(positive)) is size


HOSTILE = [
    "\\input{x}", "}{", "$", "a^b", "%", "#1", "_", "a b", '"', 'a"b\\', "\\", "x\ny", "&", "~", "*/", "//", "größe",
    "\x01", "\x02a // b", "]", "#panic()", "'",
]  # fmt: skip


def test_typst_compiles_what_is_written() -> None:
    """Truth: the Typst compiler, on the tables above and on names that no spec could hold."""
    sizes = [size for size, *_ in WRITTEN] + [2 * symbol(name) + H // 2 for name in HOSTILE]
    texts = [*map(typst.MARKUP.size, sizes), *(typst.MARKUP.formula(formula) for formula, *_ in FORMULAS)]
    assert compiler.compile("\n\n".join(f"$ {text} $" for text in texts).encode(), format="svg")


@settings(max_examples=15, deadline=None)
@given(trees(4), relations(3))
def test_typst_compiles_all_sizes(tree: Tree, relation: Relation) -> None:
    """Truth: the Typst compiler."""
    formulas = f"$ {typst.MARKUP.size(tree.size)} $ $ {typst.MARKUP.formula(relation)} $"
    assert compiler.compile(formulas.encode(), format="svg")


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_stays_within_its_braces(name: str) -> None:
    """Truth: every brace that a name brings is escaped, and so is what could start a command or a comment."""
    inside = latex.MARKUP.size(symbol(name)).removeprefix(r"\text{").removeprefix(r"\mathrm{").removesuffix("}")
    harmless = [r"\textbackslash{}", r"\^{}", r"\~{}", *(f"\\{letter}" for letter in "{}$&#%_")]
    plain = reduce(lambda text, escaped: text.replace(escaped, ""), harmless, inside)
    assert not set(plain) & set("\\{}$&#%_^~\n")
