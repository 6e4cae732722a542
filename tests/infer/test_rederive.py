"""All shapes derived a second time, by SymPy's arithmetic.  Truth: two derivations that share only the shape rules."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from shapecheck.check import check
from shapecheck.cli import main
from shapecheck.folders import reader
from shapecheck.graph.nodes import Apply
from shapecheck.infer.model import Instance, Shapes
from shapecheck.infer.rederive import rederived
from shapecheck.ops.base import Result, with_sizes
from shapecheck.sizes import Context, Proved, Size, integer, maximum, symbol
from shapecheck.sizes.algebra import division as algebra_of_quotients
from shapecheck.sizes.expression import Expression, agreement, as_expression
from shapecheck.source import Source
from shapecheck.stages import derive

from ..ops import op_naive as naive

ROOT = Path(__file__).parents[2]
SPECS = sorted((ROOT / "specs").rglob("*.shape"))
UNET = """
dim H
assume H >= 20, H % 4 == 0
input x : H x 3
weight K : 3 x 3 x 8
y = relu(maxpool(conv(x, K, pad = SAME), [2]))
claim y : (H // 2) x 8
test t(H = 20)
"""


def shapes_of(path: Path) -> Shapes:
    shapes, _ = derive(Source(str(path), path.read_text(encoding="utf-8"), reader([str(path)])))
    assert shapes is not None and not shapes.failed
    return shapes


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_both_derivations_agree(path: Path) -> None:
    """Every shape of every spec; none is left out, none only tested."""
    second = rederived([shapes_of(path)])
    assert (second.tested, second.left, second.diagnostics) == (0, 0, ())
    assert second.agreed or path.parent.name == "std"


@pytest.mark.parametrize("case", naive.cases(), ids=str)
def test_every_rule_reads_on_expressions(case: naive.Case) -> None:
    """The rule of each op on SymPy's expressions, against the same rule on sizes."""
    context = Context()

    def mirrored(size: Size) -> Size:
        return size if size.constant is not None else as_expression(size, context) or size

    operands = [tuple(as_expression(size, context) or size for size in shape) for shape in case.shapes]
    again = case.op.shape(with_sizes(case.parameters, mirrored), operands)
    assert isinstance(again, Result)
    pairs = list(zip(again.shape, case.result.shape, strict=True))
    assert all(isinstance(agreement(one, other, context), Proved) for one, other in pairs)


def test_the_summary_says_how_many() -> None:
    """One convolution, one pooling, one `relu`, and the claim's value is none: three shapes."""
    report = check(Source("unet", UNET), twice=True)
    assert report.ok and report.second is not None
    assert (report.second.agreed, report.second.tested, report.second.left) == (3, 0, 0)
    assert check(Source("unet", UNET)).second is None


def test_a_wrong_shape_is_noticed() -> None:
    """A fault planted in what inference hands on: one more row than the rule says."""
    shapes, _ = derive(Source("unet", UNET))
    assert shapes is not None
    second = rederived([replace(shapes, instances=tuple(map(with_a_row_more, shapes.instances)))])
    titles = [diagnostic.title for diagnostic in second.diagnostics]
    assert any("`conv` differ: this is a bug in shapecheck" in title for title in titles)


def test_a_difference_is_a_bug_of_ours(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The exit code says so, and the message what each derivation found."""
    monkeypatch.setattr(Expression, "__floordiv__", lambda self, divisor: Expression(self.expression / 1))
    path = tmp_path / "pool.shape"
    path.write_text("dim H >= 3\ninput x : H\ny = maxpool(x, [3], stride = 2)\n")
    result = CliRunner().invoke(main, ["check", "--engine", "sympy", str(path)])
    assert result.exit_code == 101
    assert "a bug in shapecheck, not in your spec" in result.output and "by SymPy           H - 2" in result.output


def with_a_row_more(instance: Instance) -> Instance:
    shapes = {
        node: (shape[0] + 1, *shape[1:]) if isinstance(node, Apply) and node.op.name == "conv" else shape
        for node, shape in instance.shapes.items()
    }
    return replace(instance, shapes=shapes)


def test_a_wrong_quotient_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A fault planted in the algebra: quotients by constants are rounded up, also where SymPy's are read back."""
    right = algebra_of_quotients._by_constant

    def rounded_up(numerator: Size, modulus: int) -> Size:
        return right(numerator + modulus - 1, modulus)

    monkeypatch.setattr(algebra_of_quotients, "_by_constant", rounded_up)
    text = "dim H >= 3\ninput x : H\ny = maxpool(x, [3], stride = 2)\n"
    report = check(Source("pool", text), twice=True)
    assert [item.code for item in report.diagnostics if item.level == "error"] == ["derivations-differ"]
    assert not report.ok


H, s = symbol("H"), symbol("s")

OPERATIONS: list[tuple[Any, Size]] = [
    (lambda h: (h - 3) // 2 + 1, (H - 3) // 2 + 1),
    (lambda h: 7 // h + 7 % h, 7 // H + integer(7) % H),
    (lambda h: (h + 1) ** 2 % s, (H + 1) ** 2 % s),
    (lambda h: integer(5) - h * s, 5 - H * s),
    (lambda h: maximum(h - s, 0) + maximum(s, h), maximum(H, s) + maximum(H - s, 0)),
]


@pytest.mark.parametrize(("make", "size"), OPERATIONS)
def test_operators_are_those_of_integers(make: Callable[[Size], Size], size: Size) -> None:
    """Truth: the size algebra, itself tested against Python's integers; a plain size may stand on either side."""
    expression = as_expression(H, Context())
    assert expression is not None
    assert isinstance(agreement(make(expression), size, Context()), Proved)
