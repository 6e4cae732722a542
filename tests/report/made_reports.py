"""Reports made by hand for the tests of this folder: shapes and verdicts as worked out on paper, nothing derived."""

from __future__ import annotations

from collections.abc import Mapping

from shapecheck.checked import Report
from shapecheck.diagnostics import Diagnostic
from shapecheck.graph.model import Claim, Dim, Family, Graph, SizeClaim
from shapecheck.graph.nodes import Index
from shapecheck.infer.model import Cell, Interval, Requirement, Shapes
from shapecheck.sizes import Context, Proved, Relation, Size, integer, symbol
from shapecheck.source import NOWHERE, Source, Span
from shapecheck.verdict.model import Verdict, Word

p, q, T, L = (symbol(name) for name in "pqTL")

TEXT = """\
dim p, q, T, L
input x[t in 1..T] : q
weight W[k in 1..L]
claim W[k] : 2p x 2p for k in 1..L
claim params == 2p * (p + q) expect refuted
"""
SOURCE = Source("stack.shape", TEXT)


def span_of(part: str) -> Span:
    """Where `part` stands in the text."""
    start = TEXT.index(part)
    return Span(start, start + len(part))


def interval(low: Size | int, high: Size | int) -> Interval:
    """Members `low..high`."""
    return Interval(integer(0) + low, integer(0) + high)


def index(label: str, high: Size) -> Index:
    """The index `label in 1..high`."""
    return Index(f".{label}", label, integer(1), high, NOWHERE)


def family(name: str, role: str, *axes: Index) -> Family:
    """A tensor over these indices."""
    return Family(name, role, axes, None, NOWHERE)


def shapes(
    families: Mapping[str, Family], cells: Mapping[str, tuple[Cell, ...]], requirements: tuple[Requirement, ...] = ()
) -> Shapes:
    """Shapes with only these tensors and requirements in them."""
    dims = {name: Dim(name, 1, None, NOWHERE) for name in "pqTL"}
    context = Context((), dict.fromkeys(dims, 1))
    graph = Graph(
        source=SOURCE, dims=dims, assumptions=(), families=families, equations=(), claims=(), tests=(),
        quantities={}, debts=(), signatures=(), context=context,
    )  # fmt: skip
    return Shapes(
        graph=graph, cells=cells, axes={}, instances=(), claims={}, problems={}, requirements=requirements,
        measures={}, diagnostics=(),
    )  # fmt: skip


def stack() -> Shapes:
    """Inputs x, weights W that differ in their first member, states h that do not, a table of numbers s."""
    t, k = index("t", T), index("k", L)
    families = {
        "h": family("h", "local", t),
        "s": family("s", "output", k, t),
        "W": family("W", "weight", k),
        "x": family("x", "input", t),
    }
    cells = {
        "h": (Cell("h", (interval(0, 0),), (p,)), Cell("h", (interval(1, T),), (p,))),
        "s": (Cell("s", (interval(1, L), interval(0, T - 1)), ()),),
        "W": (Cell("W", (interval(1, 1),), (2 * p, p + q)), Cell("W", (interval(2, L),), (2 * p, 2 * p))),
        "x": (Cell("x", (interval(1, T),), (q,)),),
    }
    fits = Relation("==", 2 * p, p + symbol(".k'2"))
    return shapes(families, cells, (Requirement(fits, span_of("2p x 2p"), "equal operands", Proved("normal form")),))


def claim(part: str, label: str | None = None, expect: str | None = None) -> Claim:
    """The claim whose line is `claim PART`, `expect` and all."""
    return Claim(label, SizeClaim(Relation("==", p, p)), (), None, expect, part, span_of(f"claim {part}"))


FALSE = claim("W[k] : 2p x 2p for k in 1..L")
AS_EXPECTED = claim("params == 2p * (p + q) expect refuted", expect="refuted")
REFUTED = Verdict(
    FALSE, Word.REFUTED, "normal form", counterexample={"p": 1, "q": 2, "T": 1, "L": 1},
    detail=("W[1] is 2p x (p + q)",), condition="q == p",
)  # fmt: skip
EXPECTED = Verdict(AS_EXPECTED, Word.REFUTED, "integer sets", counterexample={"p": 1, "q": 1, "T": 1, "L": 2})


def report(*verdicts: Verdict, diagnostics: tuple[Diagnostic, ...] = (), derived: bool = True) -> Report:
    """A report with these verdicts, run at two settings."""
    runs = ({"p": 3, "q": 2, "T": 4, "L": 2}, {"p": 2, "q": 5, "T": 1, "L": 1})
    made = stack() if derived else None
    return Report(SOURCE, made, verdicts, diagnostics, runs, 14, 2 * p * (p + q) + 4 * p * p * (L - 1), T * p)
