"""Sizes as documents tell them: never another size than the derived one, and as a lecturer would write them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from shapecheck.infer.model import Shapes
from shapecheck.report.cells import Amount, Cell, Dims, amount_text, is_unknown, note_text, size_text
from shapecheck.report.spec_table import TableContents, build
from shapecheck.report.table import Table, render
from shapecheck.report.wording import worded
from shapecheck.sizes import Size, naming_order, smallest
from shapecheck.source import Source
from shapecheck.stages import derive, derive_block
from shapecheck.syntax import parse
from shapecheck.syntax.tree import Layer
from tests.sizes.reader import value_of

SPECS = Path(__file__).parents[2] / "specs"
FILES = sorted(path for path in SPECS.glob("*/*.shape"))
FEW = 6


def shapes_of(text: str, name: str = "net.shape") -> Shapes:
    """The shapes of a spec without errors."""
    shapes, _ = derive(Source(name, text))
    assert shapes is not None and not shapes.failed
    return shapes


def table_of(text: str, contents: TableContents | None = None) -> Table:
    """The table of a spec."""
    return build(shapes_of(text), contents or TableContents())


def told(text: str, contents: TableContents | None = None) -> str:
    """The table as text."""
    return render(table_of(text, contents))


def sizes_in(cells: Iterator[Cell]) -> Iterator[tuple[Size, bool]]:
    """All sizes, and whether each is a count."""
    for cell in cells:
        if isinstance(cell, Amount) and not is_unknown(cell.size):
            yield cell.size, True
        elif isinstance(cell, Dims):
            yield from ((size, False) for size in cell.sizes if not is_unknown(size))


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_what_a_table_tells_is_what_was_derived(path: Path) -> None:
    """Every text, read by Python's arithmetic at admissible sizes, has the value of the size."""
    check_table(shapes_of(path.read_text(encoding="utf-8"), str(path)))


BLOCKS = [
    (path, block.name)
    for path in FILES
    if path.parent.name == "std"
    for block in parse(Source(str(path), path.read_text(encoding="utf-8"))).spec.statements
    if isinstance(block, Layer)
]


@pytest.mark.parametrize(("path", "name"), BLOCKS, ids=lambda item: item if isinstance(item, str) else item.stem)
def test_what_a_table_of_a_layer_tells_is_what_was_derived(path: Path, name: str) -> None:
    """The layers of the library, each under what it assumes and needs."""
    shapes, _ = derive_block(Source(str(path), path.read_text(encoding="utf-8")), name)
    if shapes is None or shapes.failed:
        pytest.skip("it can only be looked at as it is applied")
    check_table(shapes)


def check_table(shapes: Shapes) -> None:
    """Compare all texts of a table with the sizes that they tell."""
    table = build(shapes, TableContents(("shape", "parameters", "macs", "activations"), depth=1))
    graph = shapes.graph
    points = [point for distinct in (True, False) for point in smallest(graph.context, graph.free_sizes, distinct, FEW)]
    with naming_order(table.names), worded(table.wording):
        for size, counted in dict.fromkeys(sizes_in(cell for row in (*table.rows, *table.totals) for cell in row)):
            text = amount_text(size) if counted else size_text(size)
            for point in points:
                env = dict.fromkeys(size.names, 2) | point
                if not {"'", "["} & set(text) and not any(name[0] == "." for name in size.names):
                    assert value_of(text, env) == size.evaluate(env), (text, str(size), point)


HALVES = """
dim N, H, W
assume H % 4 == 0, W % 4 == 0
input x : [N, H, W, 1]
a = x -> conv2d(8, 3 x 3, stride = 2, pad = SAME)
b = a -> conv2d(8, 3 x 3, stride = 2, pad = SAME)
y = b -> upsample(4)
"""


def test_halves_are_told_under_the_assumption() -> None:
    """H / 2 and H / 4, and upsampled it is H again; below the table it says what for."""
    text = told(HALVES)
    for shape in ("N x (H / 2) x (W / 2) x 8", "N x (H / 4) x (W / 4) x 8", "N x H x W x 8"):
        assert shape in text
    assert text.endswith("\n\nfor H, W divisible by 4")


def test_an_even_size_is_halved_in_one_way() -> None:
    """The case `even_shown_two_ways`: two strides, one size."""
    text = told(
        "dim H\nassume H % 2 == 0\ninput x : [H, 1]\n"
        "a = x -> conv1d(1, 3, stride = 2, pad = 1)\nb = x -> conv1d(1, 2, stride = 2)\n"
    )
    assert text.count("(H / 2) x 1") == 2 and "//" not in text and "ceil" not in text


def test_without_an_assumption_there_is_no_note() -> None:
    """Nothing is used, and what is rounded up is told in one way."""
    text = told(HALVES.replace("assume H % 4 == 0, W % 4 == 0\n", ""))
    assert "for H" not in text and "ceil(H / 4)" in text and "// 2" not in text


def test_numbers_put_in_are_part_of_what_is_assumed() -> None:
    """H is set, and the patches of W remain."""
    spec = "dim H, W, P\nassume H % P == 0, W % P == 0\ninput x : [H, W]\n"
    spec += "y[i in 0..H/P-1, j in 0..W/P-1] = x[P*i, P*j]\n"
    text = told(spec, TableContents(settings=({"P": 16},), kept=("H", "W")))
    assert "(H / 16) x (W / 16)" in text and text.endswith("for H, W divisible by 16")


@pytest.mark.parametrize(
    ("format", "note"),
    [
        ("markdown", "\n\nfor H, W divisible by 4"),
        ("latex", r"\multicolumn{5}{@{}p{\linewidth}@{}}{\footnotesize for $H$, $W$ divisible by $4$} \\"),
        ("typst", '[#text(size: 0.85em)[#"for "$H$#", "$W$#" divisible by "$4$]]'),
        ("html", "<math><mn>4</mn></math></td></tr>"),
        ("json", '"note": "for H, W divisible by 4"'),
    ],
)
def test_every_format_has_the_note(format: str, note: str) -> None:
    """Below the table, across its columns."""
    assert note in render(table_of(HALVES), format)


def test_a_remainder_is_told_as_a_formula() -> None:
    """`H % 16 == 12` is not told under itself, where it would be 12 == 12."""
    table = table_of("dim H\nassume H % 16 == 12, H >= 28\ninput x : [H]\ny[i in 0..(H-12)/16-1] = x[16i]\n")
    assert note_text(table.note) == "for H % 16 == 12"
    assert r"$H \bmod 16 = 12$" in render(table, "latex")
    assert "<mo>=</mo><mn>12</mn>" in render(table, "html")


def test_counts_are_grouped_by_size() -> None:
    """Two VALID convolutions, then half as high and wide two more: one product for each size, worked out by hand."""
    block = "layer two(f) = conv2d(f, 3 x 3) -> conv2d(f, 3 x 3)\n"
    text = told(
        f"dim N, H, W\nassume H >= 14, W >= 14\n{block}input x : [N, H, W, 1]\n"
        "a = x -> two(1)\nb = a -> maxpool(2) -> two(1)\n"
    )
    assert "9N * ((H // 2 - 4) * (W // 2 - 4) + (H // 2 - 6) * (W // 2 - 6))" in text
    total = text.splitlines()[-1]
    for high, wide in (("H - 2", "W - 2"), ("H - 4", "W - 4"), ("H // 2 - 4", "W // 2 - 4")):
        assert f"({high}) * ({wide})" in total


@pytest.mark.parametrize(
    ("dims", "spec", "wanted"),
    [
        ("T, D, h", "assume D % h == 0\ninput x[t in 1..T] : D\ny = x -> mha(h)\n",
         ["T x D", "4D^2", "2T*D * (T + 2D)"]),
        ("N, H, W, P", "assume H % P == 0, W % P == 0\ninput x : [N, H, W, 3]\ny = x -> conv2d(8, P x P, stride = P)\n",
         ["N x (H / P) x (W / P) x 8", "24P^2 + 8", "24N*H*W"]),
        ("N, H, W", "assume H % 2 == 1, W % 2 == 1, H >= 3, W >= 3\ninput x : [N, H, W, 3]\n"
         "y = x -> conv2d(8, 3 x 3, stride = 2)\n",
         ["N x ((H - 1) / 2) x ((W - 1) / 2) x 8", "54N * (H - 1) * (W - 1)"]),
        ("n, L", "assume n % 2^L == 0\ninput x : n\ny[i in 0..n / 2^L - 1] = x[i * 2^L]\n", ["n / 2^L"]),
        ("H, W, C, r", "assume C % (r * r) == 0\ninput x : [H, W, C]\ny = x -> pixel_shuffle(r)\n",
         ["(H*r) x (W*r) x (C / r^2)"]),
        ("H, P, K", "assume K == 2P + 1\ninput x : [H, 1]\ny = x -> conv1d(1, K, pad = P)\n", ["H x 1", "H*K"]),
        ("H, W", "assume H % 4 == 0 or H % 6 == 0, W % 4 == 2, W >= 6\ninput x : [H, W, 1]\n"
         "y = x -> conv2d(1, 2 x 2, stride = 2) -> conv2d(1, 2 x 2, stride = 2)\n", ["(H // 4) x ((W - 2) / 4) x 1"]),
    ],
)  # fmt: skip
def test_layers_of_other_kinds(dims: str, spec: str, wanted: list[str]) -> None:
    """Worked out by hand: heads, patches, odd images, powers of two, channels into space, a kernel and its padding."""
    text = told(f"dim {dims}\n{spec}")
    assert [part for part in wanted if part not in text] == []
