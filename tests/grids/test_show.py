"""`shapecheck show`: values as grids of text and pictures.

Independent truth: the tables printed on the slides, which stand in the specs as such, and sums worked out by hand.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
import resvg_py
from click.testing import CliRunner, Result

from shapecheck.cli import main

SLIDES = Path(__file__).parents[2] / "specs" / "slides"
LINE_FILTER = str(SLIDES / "line_filter.shape")
VALID = str(SLIDES / "valid.shape")
SPACE = "{http://www.w3.org/2000/svg}"

SMALL = """\
dim T, n
input x[t in 1..T] : n
weight W : n x n
h[0] = zeros(n)
h[t] = W @ h[t-1] + x[t] for t in 1..T
I = [1, 2, 3; 4, 5, 6; 7, 8, 9]
P = maxpool(I, 2, stride = 1)
C = conv(I, [1, 0; 0, -1], pad = SAME)
R = [[[1, 2], [3, 4], [5, 6]], [[7, 8], [9, 10], [11, 12]]]
s = 0.5
test given(T = 2, n = 3) { x = [1, 2, 3; 4, 5, 6] }
"""


def shapecheck(*arguments: str, stdin: str | None = None) -> Result:
    """The command with these arguments, in this process."""
    return CliRunner().invoke(main, arguments, input=stdin)


def show(*arguments: str) -> Result:
    """`show` of the small spec."""
    return shapecheck("show", "-", *arguments, "--set", "T=2,n=3", stdin=SMALL)


def grid(text: str) -> list[list[int]]:
    """The numbers of a printed grid."""
    return [[int(number) for number in line.split()] for line in text.strip().splitlines()]


def texts(path: Path) -> list[str]:
    """All texts of an SVG file."""
    return [element.text or "" for element in ElementTree.parse(path).iter(SPACE + "text")]


def printed() -> list[list[int]]:
    """The slide's 20 x 20 table, from the spec in which it is pasted."""
    found = re.search(r'table """\n(.*?)"""', Path(LINE_FILTER).read_text(), re.S)
    assert found is not None
    return grid(found[1])


def test_the_filters_output_is_the_slides_table() -> None:
    """The grid under the caption, number by number."""
    caption, _, rest = shapecheck("show", LINE_FILTER, "V").stdout.partition("\n")
    assert caption == "V : 20 x 20"
    assert grid(rest) == printed()


def test_the_valid_table_has_27_rows_of_23() -> None:
    """The slide says output shape [1 27 23 1] and prints 24 everywhere."""
    result = shapecheck("show", VALID, "out", "--test", "slide")
    assert grid(result.stdout.partition("\n")[2]) == [[24] * 23] * 27


def test_the_picture_holds_the_same_numbers(tmp_path: Path) -> None:
    """The texts of the SVG's cells, in order, are the slide's table; a renderer finds nothing wrong with it."""
    path = tmp_path / "v.svg"
    assert shapecheck("show", LINE_FILTER, "V", "-o", str(path)).exit_code == 0
    cells = [int(text) for text in texts(path) if re.fullmatch(r"-?\d+", text)]
    assert cells == [number for row in printed() for number in row]
    assert resvg_py.svg_to_bytes(svg_string=path.read_text())


def test_no_number_overflows_its_cell(tmp_path: Path) -> None:
    """Every text of a cell is narrower than the cell, measured in the widest font."""
    from shapecheck.drawing.metrics import text_width

    path = tmp_path / "v.svg"
    shapecheck("show", LINE_FILTER, "V", "-o", str(path))
    tree = ElementTree.parse(path)
    width = min(float(box.get("width", "0")) for box in tree.iter(SPACE + "rect"))
    widest = max(text_width(text, 11) for text in texts(path) if re.fullmatch(r"-?\d+", text))
    assert widest < width


def test_padding_is_drawn_around_the_image(tmp_path: Path) -> None:
    """SAME under a 4 x 4 kernel reads one row before and two after: 23 * 23 - 20 * 20 = 129 cells outside."""
    path = tmp_path / "ikv.svg"
    shapecheck("show", LINE_FILTER, "I", "K", "V", "-o", str(path))
    padding = [box for box in ElementTree.parse(path).iter(SPACE + "rect") if box.get("data-name") == "padding"]
    assert len(padding) == 129


def test_a_png_is_written(tmp_path: Path) -> None:
    """By its ending; larger than nothing, and a PNG."""
    path = tmp_path / "v.png"
    assert shapecheck("show", LINE_FILTER, "V", "-o", str(path)).exit_code == 0
    assert path.read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"


def test_rows_and_columns_are_numbered_as_in_the_spec() -> None:
    """h has the members 0..2, x 1..2."""
    shown = show("h", "x", "-n").stdout.splitlines()
    assert [line.split()[0] for line in shown[2:5]] == ["0", "1", "2"]
    assert [line.split()[0] for line in shown[8:10]] == ["1", "2"]
    assert shown[1].split() == ["0", "1", "2"]


@pytest.mark.parametrize(
    "asked, expected",
    [
        ("I[1, :]", [[4], [5], [6]]),
        ("I[0..1, 1..2]", [[2, 3], [5, 6]]),
        ("I[:, 2]", [[3], [6], [9]]),
        ("I[2, 2]", [[9]]),
        ("R[1, :, :]", [[7, 8], [9, 10], [11, 12]]),
        ("R[:, :, 1]", [[2, 4, 6], [8, 10, 12]]),
        ("I[0..n-1, 0]", None),
        ("I[0..T, T]", [[3], [6], [9]]),
    ],
)
def test_parts_are_cut_out(asked: str, expected: list[list[int]] | None) -> None:
    """Worked out by hand; a size may stand for its number, but no formula."""
    result = show(asked)
    if expected is None:
        assert (result.exit_code, "is no subscript" in result.stderr) == (2, True)
    else:
        assert grid(result.stdout.partition("\n")[2]) == expected


def test_a_tensor_of_three_axes_is_shown_in_panels() -> None:
    """One for each member of the first axis, with its name; other axes where they are asked for."""
    first, second = show("R").stdout.split("\n\n")
    assert first.splitlines()[:2] == ["R : 2 x 3 x 2", "R[0, :, :]"]
    assert grid("\n".join(first.splitlines()[2:])) == [[1, 2], [3, 4], [5, 6]]
    assert second.splitlines()[0] == "R[1, :, :]"
    evens = show("R", "--axes", "0,1").stdout.split("\n\n")[1]
    assert evens.splitlines()[0] == "R[:, :, 1]"
    assert grid("\n".join(evens.splitlines()[1:])) == [[2, 4, 6], [8, 10, 12]]


def test_a_vector_stands_or_lies() -> None:
    """A column, or a row with --row."""
    assert show("I[0, :]").stdout == "I[0, :] : 3\n1\n2\n3\n"
    assert show("I[0, :]", "--row").stdout == "I[0, :] : 3\n1  2  3\n"


def test_a_number_is_a_grid_of_one() -> None:
    """A scalar says so."""
    assert show("s").stdout == "s : scalar\n0.5\n"


def test_the_data_of_a_test_is_taken() -> None:
    """x as the test gives it; the sizes come from there, too."""
    result = shapecheck("show", "-", "x", "--test", "given", stdin=SMALL)
    assert result.stdout == "x : 2 x 3\n1  2  3\n4  5  6\n"


def test_a_step_adds_up() -> None:
    """V[4, 0] of the slide is 54: three rows of twos and one of twenties, the first column is padding."""
    result = shapecheck("show", LINE_FILTER, "V", "--at", "4,0")
    assert result.stdout.splitlines()[-1] == "sum = V[4, 0] = 54"
    assert ".0  20  20  20      1   1   1   1      0  20  20  20" in result.stdout


def test_a_step_of_pooling_is_a_maximum() -> None:
    """The window at the lower right of 1..9 holds 5, 6, 8, 9."""
    result = show("P", "--at", "1,1")
    assert result.stdout.splitlines()[0] == "P[1, 1] is the maximum of 4 numbers"
    assert result.stdout.splitlines()[-1] == "maximum = P[1, 1] = 9"


def test_a_step_marks_the_window(tmp_path: Path) -> None:
    """Three thick rectangles: the window of 4 x 4 in I, all of K, one cell of V."""
    path = tmp_path / "step.svg"
    shapecheck("show", LINE_FILTER, "V", "--at", "4,1", "-o", str(path))
    marks = [box for box in ElementTree.parse(path).iter(SPACE + "rect") if box.get("data-name") == "window"]
    heights = [round(float(mark.get("height", "0")) / 22) for mark in marks]
    assert heights == [4, 4, 1]


def test_a_step_of_a_small_convolution() -> None:
    """At (2, 2) the kernel [1, 0; 0, -1] of SAME covers 9 and three places outside."""
    result = show("C", "--at", "2,2")
    assert result.stdout.splitlines()[-1] == "sum = C[2, 2] = 9"
    assert result.stdout.count(".0") == 3


@pytest.mark.parametrize(
    "arguments, message",
    [
        (["Q"], "nothing is called Q in this spec"),
        (["h[7]"], "h[7]: subscript 1 goes from 0 to 2 at these sizes"),
        (["I[0, 0, 0]"], "I[0, 0, 0] has 3 subscripts, and there are 2 axes"),
        (["I[a b]"], "'a b' is no subscript"),
        (["I[2..1, 0]"], "I[2..1, 0]: subscript 1 goes from 0 to 2"),
        (["P", "--at", "9,9"], "--at 9,9: P has the subscripts 0..1, 0..1"),
        (["P", "--at", "x"], "'x' is not a list of whole numbers"),
        (["x", "--at", "1,1"], "x is given, not computed"),
        (["h", "--at", "1,1"], "h is not computed by a window that slides"),
        (["I", "P", "--at", "1,1"], "--at shows the steps of one tensor"),
        (["I", "--axes", "1,1"], "--axes 1,1: write two different axes"),
        (["I", "--axes", "5"], "'5' is not two axes"),
        (["I", "--test", "givn"], "the spec has no test givn; did you mean given?"),
        (["I", "-o", "x.gif"], "cannot tell the format from 'x.gif'"),
        (["I", "-o", "no/such/x.svg"], "there is no directory"),
    ],
)
def test_what_cannot_be_shown_is_said(arguments: list[str], message: str) -> None:
    """One line, exit code 2, nothing on standard output."""
    result = show(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert message in result.stderr


def test_a_tensor_too_large_says_how_to_cut_it() -> None:
    """And the cut that it proposes is one that works."""
    spec = "dim n\ninput a : 3 x n x n\n"
    result = shapecheck("show", "-", "a", "--set", "n=500", stdin=spec)
    assert result.exit_code == 2
    found = re.search(r"a has 500 rows, and at most 64 can be shown; cut it, for example '(.*)'", result.stderr)
    assert found is not None
    assert shapecheck("show", "-", found[1], "--set", "n=500", stdin=spec).exit_code == 0


def test_a_spec_with_an_error_is_not_run() -> None:
    """The diagnostic, as for `run`; exit code 1."""
    result = shapecheck("show", "-", "y", stdin="dim p\ninput x : p\ny = x + z\n")
    assert result.exit_code == 1
    assert "not run" in result.stdout


@pytest.mark.parametrize(
    "name, first, rows, columns",
    [("I", "I[0, :, :, 0]", 5, 6), ("K", "K[:, :, 0, 0]", 4, 3), ("V", "V[0, :, :, 0]", 2, 4)],
)
def test_what_slides_makes_rows_and_columns(name: str, first: str, rows: int, columns: int) -> None:
    """Channels, filters and the batch make panels, also where the convolution is written out with indices."""
    result = shapecheck("show", str(SLIDES / "multichannel.shape"), name, "--test", "distinct")
    lines = result.stdout.split("\n\n")[0].splitlines()
    assert lines[1] == first
    assert [len(line.split()) for line in lines[2:]] == [columns] * rows


def test_what_comes_of_an_image_is_one() -> None:
    """The maps of a LeNet's first layer are 28 x 28, six of them; a batch of one takes no axis."""
    lenet = str(SLIDES.parent / "networks" / "lenet5.shape")
    shown = shapecheck("show", lenet, "c1", "--set", "N=1", "--digits", "1").stdout.split("\n\n")
    assert len(shown) == 6
    assert len(shown[1].splitlines()) == 29
    assert shown[1].startswith("c1[0, :, :, 1]\n")


def test_sizes_that_are_missing_are_asked_for() -> None:
    """A test's are the quickest."""
    result = shapecheck("show", str(SLIDES / "gru.shape"), "h")
    assert result.exit_code == 2
    assert "--test tiny" in result.stderr
