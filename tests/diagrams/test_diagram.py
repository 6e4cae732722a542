"""`shapecheck diagram`: networks as boxes and arrows.

Independent truth: geometry (nothing overlaps, everything fits, arrows end at boxes), what the slides and papers say of
their networks, worked out by hand, and the parsers of others: XML, resvg, pydot, TeX.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import xml.etree.ElementTree as ElementTree
from itertools import combinations
from pathlib import Path

import pydot
import pytest
import resvg_py
from click.testing import CliRunner, Result

import shapecheck
from shapecheck.cli import main
from shapecheck.diagrams import Edge, Network, Node, dot, draw, mermaid, network
from shapecheck.drawing import Box, Line, Text, svg_text, tikz_text

SPECS = Path(__file__).parents[2] / "specs"
DRAWN = [
    *((f"slides/{name}", 0) for name in ("gru", "gru_stack", "lstm_stack", "encoder_decoder", "autoencoder")),
    *((f"networks/{name}", 0) for name in ("lenet5", "unet", "resnet50", "seq2seq_attention", "inception_v3")),
    *((f"networks/{name}", 1) for name in ("unet", "resnet50", "transformer", "gpt2_small")),
    ("networks/resnet50", 2),
]
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")
HOSTILE = "a\"b'c</text>&<b>\\end{x}%$#_^~{}|]--> n1; \x00\x1b` é"


def built(name: str, depth: int = 0) -> Network:
    """The network of a spec of the project."""
    return network(shapecheck.load(SPECS / f"{name}.shape").shapes, name, depth)


def invoke(*arguments: str, stdin: str | None = None) -> Result:
    """The command with these arguments, in this process."""
    return CliRunner().invoke(main, arguments, input=stdin)


def inside(x: float, y: float, box: Box, by: float = 0.0) -> bool:
    """Whether a point lies in a box, at least so far from its rim."""
    return box.x + by <= x <= box.right - by and box.y + by <= y <= box.bottom - by


def within(inner: Box, outer: Box) -> bool:
    """Whether one box lies in another."""
    return inside(inner.x, inner.y, outer, -0.01) and inside(inner.right, inner.bottom, outer, -0.01)


def apart(one: Box, other: Box) -> bool:
    """Whether two boxes have nothing in common."""
    return one.right <= other.x or other.right <= one.x or one.bottom <= other.y or other.bottom <= one.y


@pytest.fixture(scope="module", params=DRAWN, ids=lambda drawn: f"{drawn[0]}-{drawn[1]}")
def picture(request: pytest.FixtureRequest) -> list[Box | Text | Line]:
    """What is drawn of one of the networks."""
    name, depth = request.param
    return list(draw(built(name, depth)).items)


def boxes(items: list[Box | Text | Line], *names: str) -> list[Box]:
    """The boxes of these kinds."""
    return [item for item in items if isinstance(item, Box) and item.name in names]


def test_no_two_boxes_overlap(picture: list[Box | Text | Line]) -> None:
    """Boxes, frames and labels are apart, or one is within the other, which is then a frame."""
    for one, other in combinations(boxes(picture, "box", "frame", "label"), 2):
        small, large = sorted((one, other), key=lambda box: box.width * box.height)
        assert apart(one, other) or (large.name == "frame" and within(small, large))


def test_every_text_fits_its_box(picture: list[Box | Text | Line]) -> None:
    """Each lies in a box, a frame or a label, measured in the widest font."""
    rooms = boxes(picture, "box", "frame", "label")
    for item in picture:
        if isinstance(item, Text):
            assert any(within(item.box, room) for room in rooms), item.text


def test_every_arrow_ends_at_its_boxes(picture: list[Box | Text | Line]) -> None:
    """Both ends lie on the rim of a box."""
    rooms = boxes(picture, "box", "frame")
    for item in picture:
        if isinstance(item, Line) and item.name == "edge":
            for x, y in (item.points[0], item.points[-1]):
                assert any(inside(x, y, box, -0.01) and not inside(x, y, box, 0.01) for box in rooms)


def test_no_arrow_runs_through_a_box(picture: list[Box | Text | Line]) -> None:
    """Every point of its way lies outside of all boxes that hold no other."""
    rooms = boxes(picture, "box")
    for item in picture:
        if isinstance(item, Line) and item.name == "edge":
            for x, y in item.points:
                assert not any(inside(x, y, box, 0.5) for box in rooms)


def test_diagrams_have_a_sane_shape(picture: list[Box | Text | Line]) -> None:
    """No wider than a page in landscape would show legibly: 1500 units, ten points on A4 are 842."""
    assert max(box.right for box in boxes(picture, "box", "frame", "label")) < 1500


# ---- what is drawn -----------------------------------------------------------------------------


def titles(drawn: Network) -> dict[str, str]:
    """The first line of every box by its key."""
    return {node.key: node.title[0] for node in drawn.nodes}


def test_a_gru_has_its_recurrences() -> None:
    """The gates read h[t-1], and so does the new state; x goes into both."""
    drawn = built("slides/gru")
    names = titles(drawn)
    back = {(names[edge.source][:4], names[edge.target][:4]) for edge in drawn.edges if edge.recurrent}
    assert back == {("h[t]", "[z; "), ("h[t]", "h[t]")}
    assert all(edge.label == ("t-1",) for edge in drawn.edges if edge.recurrent)
    assert sum(names[edge.source] == "x[t]" for edge in drawn.edges) == 2


def test_weights_stand_in_the_boxes_with_their_shapes() -> None:
    """Those of the slide: 2p x (p + d) over the W, p x (p + d) over the V."""
    notes = [note for node in built("slides/gru").nodes for note in node.notes]
    assert notes == ["W : 2p x (p + d)", "V : p x (p + d)"]


def test_a_stack_goes_back_in_time_and_down_in_layers() -> None:
    """h[k-1, t] and h[k, t-1]."""
    labels = {label for edge in built("slides/gru_stack").edges if edge.recurrent for label in edge.label}
    assert labels == {"t-1", "k-1"}


def test_a_u_net_has_four_skips() -> None:
    """Every block on the way up has the one below it and the one beside it (the paper's figure 1)."""
    drawn = built("networks/unet")
    names = titles(drawn)
    ups = [
        sorted(names[edge.source] for edge in drawn.edges if edge.target == key) for key in names if "up" in names[key]
    ]
    assert ups == [
        ["down(1024)", "down(512)"], ["down(256)", "up(512)"], ["down(128)", "up(256)"], ["two(64)", "up(128)"],
    ]  # fmt: skip


def test_a_residual_block_has_its_skip() -> None:
    """In a bottleneck x goes into the first convolution and, past it, to the sum."""
    stage = built("networks/resnet50", 3)
    found = [node.inside for node in stage.walk() if node.times and node.title[0].startswith("bottleneck(64")]
    block = found[0]
    assert block is not None
    assert sum(edge.source == "in x" for edge in block.edges) == 2


def test_lenet_is_one_chain() -> None:
    """Every box has one arrow in and one out, but the ends."""
    drawn = built("networks/lenet5")
    assert len(drawn.edges) == len(drawn.nodes) - 1
    assert [node.kind for node in drawn.nodes if node.kind in ("input", "output")] == ["input", "output"]
    assert any(edge.label == ("c3 : N x 10 x 10 x 16",) for edge in drawn.edges)


def test_a_repetition_says_how_often() -> None:
    """Six encoder layers."""
    assert [node.times for node in built("networks/transformer").nodes if node.times] == ["6"]


def test_an_encoder_hands_its_last_state_on() -> None:
    """Both decoders start with the context; the encoder reads its own last state."""
    drawn = built("slides/encoder_decoder")
    names = titles(drawn)
    starts = [edge.label for edge in drawn.edges if names[edge.source].startswith("enc") and not edge.recurrent]
    assert starts == [("context : p", "s[0] : p"), ("context : p", "f[0] : p")]


# ---- other languages ---------------------------------------------------------------------------


@pytest.mark.parametrize("name, depth", [("slides/gru_stack", 0), ("networks/transformer", 1)])
def test_dot_is_read_by_a_parser(name: str, depth: int) -> None:
    """pydot finds as many boxes and arrows as there are, opened blocks as clusters."""
    drawn = built(name, depth)
    (graph,) = pydot.graph_from_dot_data(dot(drawn)) or []

    def count(part: pydot.Graph) -> tuple[int, int, int]:
        own = [node for node in part.get_nodes() if node.get_name() not in ("node", "edge")]
        below = [count(each) for each in part.get_subgraphs()]
        sums = [sum(each[at] for each in below) for at in range(3)]
        return len(own) + sums[0], len(part.get_edges()) + sums[1], len(below) + sums[2]

    nodes = list(drawn.walk())
    opened = [node for node in nodes if node.inside is not None]
    arrows = len(drawn.edges) + sum(len(node.inside.edges) for node in opened if node.inside is not None)
    assert count(graph) == (len(nodes) - len(opened), arrows, len(opened))


MERMAID = re.compile(
    r"""\s*(?:(?P<node>n\d+)(?:\(\["[^"]*"\]\)|\["[^"]*"\])
    |(?P<source>n\d+)\ (?:-->|-\.->)(?:\|"[^"]*"\|)?\ (?P<target>n\d+)
    |subgraph\ (?P<group>n\d+)\["[^"]*"\]
    |(?P<end>end))""",
    re.X,
)
"""The lines of Mermaid's flowchart grammar that are used: nodes with quoted texts, arrows, subgraphs."""


@pytest.mark.parametrize("name, depth", [("slides/gru_stack", 0), ("networks/transformer", 1)])
def test_mermaid_keeps_to_its_grammar(name: str, depth: int) -> None:
    """Every line is one of the four, arrows lead between boxes that are there, every subgraph ends."""
    first, *lines = mermaid(built(name, depth)).splitlines()
    assert first == "flowchart TD"
    found = [MERMAID.fullmatch(line) for line in lines]
    matches = [match for match in found if match is not None]
    assert len(matches) == len(lines)
    nodes = {match["node"] for match in matches}
    assert {match[end] for match in matches if match["source"] for end in ("source", "target")} <= nodes
    assert sum(bool(match["group"]) for match in matches) == sum(bool(match["end"]) for match in matches)


def hostile() -> Network:
    """A network whose texts try to break out of every format."""
    nodes = (Node("a", "input", (HOSTILE,)), Node("b", "block", (HOSTILE, "x"), (HOSTILE,), "3"))
    return Network(HOSTILE, nodes, (Edge("a", "b", (HOSTILE,)), Edge("b", "b", ("t-1",), True)))


def test_hostile_texts_stay_texts() -> None:
    """SVG and DOT read back as written, control characters aside; Mermaid's quotes hold only its entities."""
    texts = [
        text.text for text in ElementTree.fromstring(svg_text(draw(hostile()))).iter("{http://www.w3.org/2000/svg}text")
    ]
    clean = HOSTILE.replace("\x00", "?").replace("\x1b", "?")
    assert texts.count(clean) == 3
    (graph,) = pydot.graph_from_dot_data(dot(hostile())) or []
    assert len(graph.get_nodes()) == 4  # two boxes, and the defaults of nodes and edges
    assert len(graph.get_edges()) == 2
    for line in mermaid(hostile()).splitlines()[1:]:
        assert MERMAID.fullmatch(line)
    assert "</text>" not in mermaid(hostile())


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="no TeX engine")
def test_tikz_compiles(tmp_path: Path) -> None:
    """A slide, and hostile texts, by TeX."""
    body = "\n\n".join(tikz_text(draw(each)) for each in (built("slides/gru_stack"), hostile()))
    preamble = r"\documentclass{article}\usepackage[T1]{fontenc}\usepackage{tikz}\begin{document}"
    (tmp_path / "d.tex").write_text(f"{preamble}\n{body}\n\\end{{document}}\n")
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "-draftmode", "d.tex"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)
    assert done.returncode == 0, done.stdout[-1500:]


def test_tikz_is_parsed() -> None:
    """By pylatexenc, where no TeX is installed: braces and environments match."""
    from pylatexenc.latexwalker import LatexWalker

    nodes, _, _ = LatexWalker(tikz_text(draw(hostile())), tolerant_parsing=False).get_latex_nodes()
    assert [node.environmentname for node in nodes if hasattr(node, "environmentname")] == ["tikzpicture"]


# ---- the command -------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", ["svg", "png", "mmd", "dot", "tikz"])
def test_the_ending_says_the_format(ending: str, tmp_path: Path) -> None:
    """Written, then up to date, then not."""
    path = tmp_path / f"gru.{ending}"
    asked = ("diagram", str(SPECS / "slides" / "gru.shape"), "-o", str(path))
    codes = [invoke(*arguments).exit_code for arguments in ((*asked, "--check"), asked, (*asked, "--check"))]
    assert codes == [1, 0, 0]
    path.write_bytes(path.read_bytes()[:-9])
    assert invoke(*asked, "--check").exit_code == 1


def test_an_svg_is_printed_and_rendered() -> None:
    """Without -o, on standard output; resvg draws it."""
    result = invoke("diagram", str(SPECS / "slides" / "lstm.shape"))
    assert result.exit_code == 0
    assert len(resvg_py.svg_to_bytes(svg_string=result.stdout)) > 5000


def test_bad_input_is_told() -> None:
    """A spec with an error is not drawn; a format nobody knows is a usage error; so is a missing folder."""
    result = invoke("diagram", "-", stdin="dim p\ninput x : p\ny = x + z\n")
    assert result.exit_code == 1
    assert result.stdout.rstrip().endswith("not drawn")
    assert invoke("diagram", str(SPECS / "slides" / "gru.shape"), "-o", "x.gif").exit_code == 2
    assert invoke("diagram", str(SPECS / "slides" / "gru.shape"), "-o", "no/x.svg").exit_code == 2


def test_too_many_boxes_are_refused() -> None:
    """Inception opened three levels deep has more than anybody can look at."""
    result = invoke("diagram", str(SPECS / "networks" / "inception_v3.shape"), "--depth", "3")
    assert result.exit_code == 2
    assert "open fewer blocks (--depth)" in result.stderr


def test_a_block_that_differs_says_for_whom_it_is_drawn() -> None:
    """ConvNeXt's three stages are one equation with 3, 9 and 3 repetitions; the last one is drawn, and says so."""
    found = [node for node in built("networks/convnext_tiny").nodes if node.title == ("down(768)",)]
    assert [node.notes for node in found] == [("as for k = 3",)]


def test_constants_that_nothing_uses_are_left_out() -> None:
    """Of the slide on pooling the example that stands in claims alone; the filter of a convolution stays."""
    assert not any(title.startswith("A =") for title in titles(built("slides/max_pooling")).values())
    assert any(title.startswith("K =") for title in titles(built("slides/line_filter")).values())


def test_an_arrow_into_an_opened_block_says_which_input_it_is() -> None:
    """U-Net's `up` takes what comes up and what was skipped."""
    drawn = built("networks/unet", 1)
    names = titles(drawn)
    ports = [(names[edge.source], edge.port) for edge in drawn.edges if names[edge.target] == "up(512)"]
    assert ports == [("down(1024)", "x"), ("down(512)", "skip")]


def test_notebooks_get_the_picture() -> None:
    """`spec.diagram()` shows itself as the SVG that the command writes."""
    path = SPECS / "slides" / "gru.shape"
    svg = shapecheck.load(path).diagram()._repr_svg_()
    printed = invoke("diagram", str(path)).stdout
    assert svg.splitlines()[2:] == printed.splitlines()[2:]
    assert svg.startswith("<svg ")
