"""Rows of tables against numbers worked out by hand, and against totals that are counted another way."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pytest

import shapecheck
from shapecheck.infer.counting import counts
from shapecheck.infer.model import Shapes
from shapecheck.report import Table, render
from shapecheck.report.spec_table import COLUMNS, BadSetting, TableContents, UnknownColumn, build
from shapecheck.report.spec_table.item import Count, Item
from shapecheck.report.spec_table.spec_items import items
from shapecheck.sizes import ZERO

SPECS = Path(__file__).parents[2] / "specs"
FILES = sorted(path for folder in ("slides", "networks") for path in (SPECS / folder).glob("*.shape"))


@cache
def shapes(name: str) -> Shapes:
    """The shapes of a spec of the project."""
    return shapecheck.load(SPECS / name).shapes


def table(text: str, *settings: dict[str, int], **wishes: object) -> Table:
    """The table of a spec in a string."""
    return shapecheck.loads(text).table(*settings, **wishes)  # type: ignore[arg-type]


def summed(found: Iterable[Count]) -> Count:
    """The sum; None where one is not known."""
    total = ZERO
    for count in found:
        if count is None:
            return None
        total = total + count
    return total


def mismatches(item: Item) -> list[str]:
    """Blocks below (and including) a row whose counts are not those of their rows together."""
    if not item.parts:
        return []
    wrong = [item.name.path for key in ("params", "macs")
             if summed(getattr(part, key) for part in item.parts) != getattr(item, key)]  # fmt: skip
    return wrong + [path for part in item.parts for path in mismatches(part)]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_rows_add_up_to_the_totals_and_blocks_to_their_rows(path: Path) -> None:
    """The totals come from `infer.counts`, which knows no rows; published totals are claims of the specs themselves."""
    found = shapes(f"{path.parent.name}/{path.name}")
    rows = items(found)
    assert summed(item.params for item in rows) == counts.params(found)
    assert summed(item.macs for item in rows) == counts.macs(found)
    assert [path for item in rows for path in mismatches(item)] == []


def test_lenet_as_a_table() -> None:
    """Parameters as taught (with a dense C3): 156, 2416, 48120, 10164, 850; multiply-accumulates 28^2 * 6 * 25, .."""
    found = build(shapes("networks/lenet5.shape"), TableContents(("name", "kernel", "shape", "params", "macs")))
    assert found.texts == (
        ("image", "", "N x 32 x 32 x 1", "", ""),
        ("c1", "5 x 5, stride 1, VALID", "N x 28 x 28 x 6", "156", "117600N"),
        ("s2", "2 x 2, stride 2, VALID", "N x 14 x 14 x 6", "0", found.texts[2][4]),
        ("c3", "5 x 5, stride 1, VALID", "N x 10 x 10 x 16", "2416", "240000N"),
        ("s4", "2 x 2, stride 2, VALID", "N x 5 x 5 x 16", "0", found.texts[4][4]),
        ("y.flatten", "", "N x 400", "0", "0"),
        ("c5", "", "N x 120", "48,120", "48000N"),
        ("f6", "", "N x 84", "10,164", "10080N"),
        ("y", "", "N x 10", "850", "840N"),
        ("total", "", "", "61,706", found.texts[9][4]),
    )


def test_one_row_a_region() -> None:
    """The slide: W is 2p x (p + d) for k = 1 and 2p x 2p for k > 1."""
    rows = build(shapes("slides/gru_stack.shape"), TableContents(("name", "shape", "parameters"))).texts
    assert rows[1:3] == (("W[1]", "2p x (p + d)", "2p * (p + d)"), ("W[k], k = 2..L", "2p x 2p", "4p^2 * (L - 1)"))


def test_parts_of_one_column_share_a_row() -> None:
    """z and r come out of one product of 2p x (p + d): 2p(p + d) multiply-accumulates a step, told once."""
    rows = {row[0]: row for row in build(shapes("slides/gru.shape"), TableContents()).texts}
    assert rows["z[t], r[t], t = 1..T"][1:] == ("computed", "p", "", "2p*T * (p + d)")


def test_stages_come_in_the_order_of_the_text() -> None:
    """As written in the spec, windows that slide between blocks included."""
    found = build(shapes("networks/resnet50.shape"), TableContents(("name", "line"))).texts
    assert [row[0] for row in found] == ["image", "y.cb", "c1", "c2", "c3", "c4", "c5", "y.globalpool", "y"]
    assert [int(row[1]) for row in found] == sorted(int(row[1]) for row in found)


CHAIN = "dim N\ninput x : [N, 12, 12, 1]\ny = x -> conv2d(4, 3 x 3) -> relu -> maxpool(2) -> flatten -> dense(5)\n"


def test_depth_unfolds_blocks() -> None:
    """Depth 1 shows what is in a block below it; K has 3*3*1*4 entries, b has 4."""
    names = [row[0] for row in table(CHAIN, columns=["name"]).texts]
    assert names == ["x", "y.conv2d", "y.maxpool", "y.flatten", "y"]
    rows = table(CHAIN, columns=["name", "parameters"], depth=1).texts
    assert rows[1:6] == (("y.conv2d", "40"), ("K", "36"), ("b", "4"), ("V", ""), ("y", ""))


def test_weights_of_a_named_block_count_once() -> None:
    """One cell, applied in two places: its parameters stand with its name, 3p(p + d) of them."""
    rows = {row[0]: row[3] for row in build(shapes("slides/encoder_decoder.shape"), TableContents()).texts}
    assert rows["enc"] == "3p * (d + p)"
    assert (rows["s[t], t = 1..T"], rows["f[t], t = 1..T"]) == ("in dec", "in dec")


def test_repeated_blocks_are_one_row() -> None:
    """GPT-2: twelve blocks of 7,087,872 parameters."""
    rows = {row[0]: row for row in build(shapes("networks/gpt2_small.shape"), TableContents()).texts}
    assert rows["y.block[k], k = 1..12"][3] == "85,054,464" == f"{12 * 7087872:,}"


def test_what_a_kernel_does() -> None:
    """Kernel, stride, padding, dilation and groups as they are set in the spec."""
    text = """
dim N, H
assume H >= 9
input x : [N, H, H, 4]
a = x -> conv2d(8, 3 x 5, stride = 2, pad = SAME, groups = 2)
b = x -> conv2d(8, 3 x 3, stride = 1 x 2, pad = 1, dilation = 2)
c = maxpool(x, 2, pad = [0, 1; 1, 0])
"""
    assert [row[0] for row in table(text, columns=["kernel"]).texts] == [
        "",
        "3 x 5, stride 2, SAME, groups 2",
        "3 x 3, stride 1 x 2, pad 1, dilation 2",
        "2 x 2, stride 2, pad [0, 1; 1, 0]",
    ]


def test_activations_count_entries() -> None:
    """N images of 10 x 10 x 4 come out of the convolution."""
    rows = table(CHAIN, columns=["name", "activations"]).texts
    assert rows[:3] == (("x", "144N"), ("y.conv2d", "400N"), ("y.maxpool", "100N"))


# ---- numbers -----------------------------------------------------------------------------------

DENSE = "dim n, m\ninput x : m\nweight W : n x m\ny = W @ x\n"


def test_numbers_stand_in_the_place_of_symbols() -> None:
    """n = 3, m = 2: six weights."""
    found = table(DENSE, {"n": 3, "m": 2}, columns=["name", "shape", "params"])
    assert found.texts[1:] == (("W", "3 x 2", "6"), ("y", "3", ""), ("total", "", "6"))
    assert found.title == "<text>, n = 3, m = 2"


def test_symbols_beside_numbers() -> None:
    """Both columns, the setting in the heading of the second."""
    found = table(DENSE, {"n": 3, "m": 2}, columns=["shape"], symbolic=True)
    assert [head.title for head in found.heads] == ["shape", "shape, n = 3, m = 2"]
    assert found.texts[1] == ("n x m", "3 x 2")


def test_a_column_for_each_setting() -> None:
    """What does not depend on the sizes has one column only."""
    found = table(CHAIN, {"N": 1}, {"N": 2}, columns=["shape", "parameters"])
    assert [head.name for head in found.heads] == ["shape, N = 1", "shape, N = 2", "parameters"]
    assert found.texts[1] == ("1 x 10 x 10 x 4", "2 x 10 x 10 x 4", "40")


def test_kept_sizes_stay_symbols() -> None:
    """m is kept: n x m with n = 3."""
    assert table(DENSE, {"n": 3}, columns=["shape"], keep=["m"]).texts[1] == ("3 x m",)


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ({"n": 3}, "the size m is not set; write --set n=3,m=1, or --keep m"),
        ({"n": 3, "M": 2}, "M is not a free size of this spec; did you mean m?"),
        ({"n": 0, "m": 2}, "the size n is 0, and must be at least 1"),
    ],
)
def test_sizes_that_cannot_be_put_in(setting: dict[str, int], message: str) -> None:
    """Each with what to write instead."""
    with pytest.raises(BadSetting, match=message):
        table(DENSE, setting)


@pytest.mark.parametrize(
    ("sizes", "message"),
    [
        ({"N": 1, "H": 33, "W": 32}, r"violate the assumption H % 32 == 0"),
        ({"H": 32}, "the size N is not set"),
    ],
)
def test_sizes_that_the_spec_does_not_admit(sizes: dict[str, int], message: str) -> None:
    """An assumption of the spec, tried at numbers."""
    with pytest.raises(BadSetting, match=message):
        build(shapes("networks/resnet50.shape"), TableContents(settings=(sizes,)))


def test_sizes_that_do_not_fit() -> None:
    """A kernel of 3 does not fit into an image of 2."""
    text = "dim H\nassume H >= 1\ninput x : [H, H, 1]\nweight K : [3, 3, 1, 2]\nassume H >= 3\ny = conv(x, K)\n"
    with pytest.raises(BadSetting, match="assumption H >= 3"):
        table(text, {"H": 2})


@pytest.mark.parametrize(("name", "near"), [("nmae", "name"), ("parmas", "params"), ("zzzz", "there are name, type")])
def test_unknown_columns(name: str, near: str) -> None:
    """The nearest one, or all."""
    with pytest.raises(UnknownColumn, match=near):
        table(DENSE, columns=[name])


def test_all_columns_have_cells() -> None:
    """Every column on a spec that has everything, no cell missing."""
    found = table(CHAIN, columns=COLUMNS, depth=2)
    assert {len(row) for row in found.texts} == {len(COLUMNS)}


def test_rows_inside_a_block_have_what_it_is_mapped_over() -> None:
    """A batch of B, mapped over by both blocks: every row but the weights' has it, and entries are what shapes say."""
    inner = "layer inner() {\n  dim n\n  input x : [..., n]\n  output y\n  t = x + x\n"
    inner += "  y = t -> dense(2)\n}\n"
    outer = "layer outer() {\n  dim T, n\n  input x : [..., T, n]\n  output y\n  y = x -> inner\n}\n"
    text = inner + outer + "dim B, T, n\ninput u : [B, T, n]\ny = u -> outer\n"
    rows = table(text, columns=["name", "shape", "activations"], depth=3).texts
    assert rows == (
        ("u", "B x T x n", "B*T*n"),
        ("y", "B x T x 2", "2B*T"),
        ("inner", "B x T x 2", "2B*T"),
        ("t", "B x T x n", "B*T*n"),
        ("dense", "B x T x 2", "2B*T"),
        ("W", "2 x n", ""),
        ("b", "2", ""),
        ("y", "B x T x 2", "2B*T"),
    )


def test_a_total_that_depends_on_a_size() -> None:
    """Both counts, each with its condition."""
    text = "dim n\ninput x : n\nweight U : n x n, W : 2n x n\ny = if n > 2 then sum(W @ x) else sum(U @ x)\n"
    rows = table(text, columns=["name", "parameters", "macs"]).texts
    assert rows[-1] == ("total", "2n^2 if n > 2, else n^2", "2n^2 if n > 2, else n^2")


def test_windows_in_a_chain_are_numbered_as_blocks_are() -> None:
    """Two poolings of one equation are told apart by their number, as its two convolutions are."""
    pooled = "conv2d(2, 3 x 3) -> maxpool(2)"
    text = f"input x : [16, 16, 1]\ny = x -> {pooled} -> {pooled} -> flatten -> dense(2)\n"
    names = [row[0] for row in table(text, columns=["name"]).texts]
    assert names == ["x", "y.conv2d[1]", "y.maxpool[1]", "y.conv2d[2]", "y.maxpool[2]", "y.flatten", "y"]


def test_bytes_are_those_of_the_numbers() -> None:
    """n * m weights of 4 bytes in float32 and of 8 in float64; n results."""
    found = table(DENSE, columns=["name", "bytes", "bytes-float64", "activation-bytes"])
    assert found.texts[1:] == (("W", "4n*m", "8n*m", ""), ("y", "", "", "4n"), ("total", "4n*m", "8n*m", ""))
    assert [head.title for head in found.heads][1:3] == ["parameters, bytes (float32)", "parameters, bytes (float64)"]


def test_large_numbers_are_told_in_words() -> None:
    """3000 x 400 weights are 1.2 million; programs get all digits."""
    found = table(DENSE, {"n": 3000, "m": 400}, columns=["name", "params"], in_words=True)
    assert found.texts[1] == ("W", "1.2 million")
    assert "1200000" in render(found, "csv") and "1.2 million" in render(found, "latex")
