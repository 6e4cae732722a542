"""Equations against the slides' typesetting, written here by hand, and by the compilers of both languages."""

from __future__ import annotations

import html
import re
from functools import cache
from pathlib import Path

import pytest
from click.testing import CliRunner

import shapecheck
from shapecheck.cli import main
from shapecheck.infer.model import Shapes
from shapecheck.report.equations import NoSuchEquation, render, sections
from shapecheck.sizes import naming_order

from .compilers import compile_latex, compile_typst

SPECS = Path(__file__).parents[2] / "specs"
SLOW = ("densenet121", "inception_v3", "efficientnet_b0", "mobilenet_v2", "resnet50", "unet")
FILES = sorted(path for path in SPECS.glob("*/*.shape") if path.stem not in SLOW)


@cache
def shapes(path: Path) -> Shapes:
    """The shapes of a spec of the project."""
    return shapecheck.load(path).shapes


def typeset(found: Shapes, format: str, *only: str) -> str:
    """Its equations, sizes in the order in which they are declared."""
    with naming_order(found.graph.dims):
        return render(sections(found, only), format)


def tex(equation: str, declared: str = "") -> str:
    """The right side of `y = ..`, on one line."""
    text = f"dim n\ninput a, b, c : n\nweight W, V : n x n\n{declared}\ny = {equation}\n"
    line = typeset(shapecheck.loads(text).shapes, "latex", "y")
    return re.sub(r"\s+", " ", line.split("& =")[1].removesuffix("\\end{align*}")).strip()


def test_the_gru_as_on_the_slide() -> None:
    """Slide "Gated Recurrent Unit": 2p x 2p above W for k > 1, 2p x (p + d) for k = 1, layers above, time below."""
    gates = r"\begin{bmatrix} \operatorname{sigm} \\ \operatorname{sigm} \end{bmatrix}"
    lines = typeset(shapes(SPECS / "slides/gru_stack.shape"), "latex").splitlines()
    assert lines[2:6] == [
        r"h_{t}^{(0)} & = x_{t} \qquad t = 1, \dots, T \\",
        r"h_{0}^{(k)} & = \mathbf{0}_{p} \qquad k = 1, \dots, L \\",
        rf"\begin{{bmatrix}} z \\ r \end{{bmatrix}} & = {gates}"
        r" \, \overset{2p \times (p + d)}{W^{(1)}} \, \begin{bmatrix} h_{t}^{(0)} \\ h_{t - 1}^{(1)} \end{bmatrix}"
        r" \qquad k = 1; t = 1, \dots, T \\",
        rf"\begin{{bmatrix}} z \\ r \end{{bmatrix}} & = {gates}"
        r" \, \overset{2p \times 2p}{W^{(k)}} \, \begin{bmatrix} h_{t}^{(k - 1)} \\ h_{t - 1}^{(k)} \end{bmatrix}"
        r" \qquad k = 2, \dots, L; t = 1, \dots, T \\",
    ]
    assert lines[7].startswith(
        r"h_{t}^{(k)} & = z \odot h_{t - 1}^{(k)} + \left( 1 - z \right) \odot \tanh \, \overset{p \times 2p}{V^{(k)}}"
    )


def test_the_convolution_as_on_the_slide() -> None:
    """Slide "Convolution Operation": V(x, y) = sum over m, sum over n, I(x + m, y + n) K(m, n)."""
    line = typeset(shapes(SPECS / "slides/convolution.shape"), "latex", "V").splitlines()[2]
    assert line == r"V(x, y) & = \sum_{m} \sum_{n} I(x + m, y + n) \, \overset{M \times N}{K}(m, n)"


@pytest.mark.parametrize(
    ("equation", "formula"),
    [
        ("a - (b - c)", r"a - \left( b - c \right)"),
        ("a - b - c", "a - b - c"),
        ("(a + b) .* c", r"\left( a + b \right) \odot c"),
        ("a .* (b .* c)", r"a \odot \left( b \odot c \right)"),
        ("-(a + b)", r"-\left( a + b \right)"),
        ("2 * a", r"2 \, a"),
        ("tanh(W @ a)", r"\tanh \, \overset{n \times n}{W} \, a"),
        ("tanh(W @ a) .* b", r"\left( \tanh \, \overset{n \times n}{W} \, a \right) \odot b"),
        ("b .* tanh(W @ a)", r"b \odot \tanh \, \overset{n \times n}{W} \, a"),
        ("tanh(a + b)", r"\tanh \left( a + b \right)"),
        ("sigm(a)", r"\operatorname{sigm} \left( a \right)"),
        ("W.T @ a", r"\overset{n \times n}{W}^\top \, a"),
        ("a / (n + 1)", r"\frac{a}{n + 1}"),
        ("sqrt(abs(a))", r"\sqrt{\left| a \right|}"),
        ("a ^ 2", "a^{2}"),
        ("if n == 1 then a else b", r"\begin{cases} a & \text{if } n = 1 \\ b & \text{otherwise} \end{cases}"),
        ("dot(a, b) * c", r"a^\top b \, c"),
        ("a + 1e-5", "a + 10^{-5}"),
        ("a + 1.0E+20", "a + 10^{20}"),
        ("2.5e-3 * a", r"2.5 \times 10^{-3} \, a"),
        ("a / 2.5e3", r"\frac{a}{2.5 \times 10^{3}}"),
        ("a + 1e-5 ^ 2", r"a + \left( 10^{-5} \right)^{2}"),
    ],
)
def test_expressions(equation: str, formula: str) -> None:
    """Formulas as they are written by hand: nothing binds otherwise than it did."""
    assert tex(equation) == formula


@pytest.mark.parametrize("format, formula", [
    ("latex", r"\overset{n}{\gamma}_{i} \, \overset{n \times n}{W}(i, 0)"),
    ("typst", "attach(limits(gamma)^(n), br: i) thin limits(W)^(n times n) (i, 0)"),
])  # fmt: skip
def test_the_shape_stands_above_the_weight_and_not_above_its_entry(format: str, formula: str) -> None:
    """gamma has n entries, gamma_i is a number: the shape is that of gamma. Typst's compiler takes it."""
    text = "dim n\nweight W : n x n, gamma : n\ny[i] = gamma[i] * W[i, 0]\n"
    written = typeset(shapecheck.loads(text).shapes, format, "y")
    assert formula in written
    if format == "typst":
        assert compile_typst(written)


@pytest.mark.parametrize(
    ("name", "formula"),
    [("alpha", r"\alpha"), ("c1", "c_{1}"), ("W_h", "W_{h}"), ("a_b_c", r"\mathrm{a\_b\_c}"), ("q_", r"\mathrm{q\_}")],
)
def test_names(name: str, formula: str) -> None:
    """Greek letters, digits below, words upright, underscores as themselves."""
    text = f"dim n\ninput x : n\n{name} = x + x\n"
    line = typeset(shapecheck.loads(text).shapes, "latex").splitlines()[2]
    assert line == f"{formula} & = x + x"


def test_a_chain_stands_stage_by_stage() -> None:
    """Long chains have a line for each stage; names given by `as` stand behind it."""
    lines = typeset(shapes(SPECS / "networks/lenet5.shape"), "latex").splitlines()
    assert lines[2:5] == [
        r"y & = \mathrm{image} \\",
        r" & \rightarrow \operatorname{conv2d}(6, 5 \times 5) = c_{1} \\",
        r" & \rightarrow \tanh \\",
    ]


def test_blocks_have_headings() -> None:
    """The body of each block of the file below its name."""
    text = typeset(shapes(SPECS / "networks/gpt2_small.shape"), "markdown")
    assert "**`block(heads)`**" in text
    assert text.count("$$") == 4


def test_large_tables_are_cut() -> None:
    """20 x 20 numbers: the first and the last three rows and columns."""
    line = typeset(shapes(SPECS / "slides/line_filter.shape"), "latex", "printed")
    assert line.count(r"\\") == 6 and r"-240 & -320 & -320 & \cdots & -320 & -240 & -160" in line


def test_all_specs_are_set_by_tex(tmp_path: Path) -> None:
    """One document of all equations; TeX where it is installed, a parser of LaTeX everywhere."""
    compile_latex("\n\n".join(typeset(shapes(path), "latex") for path in FILES), tmp_path)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_all_specs_are_set_in_mathml(path: Path) -> None:
    """A parser of HTML5 takes the page, every equation is a row, and no command of LaTeX is left in it."""
    import html5lib

    found = shapes(path)
    root = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(typeset(found, "html"))
    rows = root.iter("{http://www.w3.org/1998/Math/MathML}mtr")
    aligned = [row for row in rows if len(row) == 2 and "text-align: right" in str(row[0].get("style"))]
    lines = [line for section in sections(found, ()) for line in section.lines]
    assert len(aligned) >= len(lines) > 0
    assert "\\" not in "".join(root.itertext())


@pytest.mark.parametrize(
    ("name", "latex", "typst"),
    [
        ("Wbar", r"\bar{W}", "macron(W)"),
        ("hbar2", r"\bar{h}_{2}", "macron(h)_(2)"),
        ("alpha_hat", r"\hat{\alpha}", "hat(alpha)"),
        ("c_tilde", r"\tilde{c}", "tilde(c)"),
        ("W_prime", r"{W'}", "W'"),
        ("what", r"\mathrm{what}", '"what"'),
        ("crowbar", r"\mathrm{crowbar}", '"crowbar"'),
    ],
)
def test_marks_on_letters(name: str, latex: str, typst: str) -> None:
    """The names that people type for a bar, a hat, a tilde or a prime on a letter; words stay words."""
    found = shapecheck.loads(f"dim n\ninput x : n\n{name} = 2 * x\n").shapes
    assert typeset(found, "latex").splitlines()[2] == rf"{latex} & = 2 \, x"
    assert typeset(found, "typst") == f"$ {typst} & = 2 thin x $"
    compile_typst(typeset(found, "typst"))


def test_an_outer_product_is_a_column_times_a_row() -> None:
    """As in every book on backpropagation: a b^T."""
    assert tex("outer(a + b, c)") == r"\left( a + b \right) \, c^\top"


def test_one_tensor_has_one_notation() -> None:
    """g is read as g[T] below, so it bears its index above, and with it the other gate; r is never subscripted."""
    text = """dim p, T
input x[t in 1..T] : p
weight W : 2p x p
for t in 1..T {
  [i; g] = tanh(W @ x[t])
  r = 2 * g
  y[t] = i .* r
}
last = g[T] + y[T]
"""
    lines = typeset(shapecheck.loads(text).shapes, "latex").splitlines()[2:-1]
    assert [line.partition(r" \qquad")[0].removesuffix(r" \\") for line in lines] == [
        r"\begin{bmatrix} i_{t} \\ g_{t} \end{bmatrix} & = \tanh \, \overset{2p \times p}{W} \, x_{t}",
        r"r & = 2 \, g_{t}",
        r"y_{t} & = i_{t} \odot r",
        r"\mathrm{last} & = g_{T} + y_{T}",
    ]


def test_mathml_is_read_as_the_equation() -> None:
    """What MathML's elements hold, one after the other, is the equation; the words stand under the operator."""
    text = "dim n, V\ninput q[t in 1..n] : V\nword[t] = argmax[v in 0..V-1] q[t, v]\n"
    page = typeset(shapecheck.loads(text).shapes, "html-fragment")
    bare = re.sub(r"\s", "", html.unescape(re.sub(r"<[^>]+>", "", page)))
    assert bare == "wordt=argmaxv=0,…,V−1q(t,v)"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_all_specs_are_set_by_typst(path: Path) -> None:
    """Typst's own compiler, spec by spec."""
    found = typeset(shapes(path), "typst")
    assert compile_typst(found or "nothing").startswith(b"<svg")


def test_markdown_holds_the_formulas_of_latex() -> None:
    """A CommonMark parser with dollar formulas gives back what stands between the LaTeX's lines."""
    from markdown_it import MarkdownIt

    found = shapes(SPECS / "slides/gru_stack.shape")
    blocks = typeset(found, "markdown").split("$$")
    assert blocks[1].strip().splitlines()[1:-1] == typeset(found, "latex").splitlines()[2:-1]
    assert "<p>$$" in MarkdownIt().render(typeset(found, "markdown"))


def test_only_some() -> None:
    """A tensor, or a block by its name; a name that there is not, with the nearest."""
    found = shapes(SPECS / "networks/gpt2_small.shape")
    assert [section.heading for section in sections(found, ["block"])] == ["block(heads)"]
    with pytest.raises(NoSuchEquation, match="no equation defines blocc; did you mean block"):
        sections(found, ["blocc"])


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["-o", "e.pdf"], 2, "cannot tell the format from 'e.pdf'; end it in one of .tex, .typ, .md"),
        (["--only", "z"], 2, "no equation defines z; there are y"),
        (["--check"], 2, "name the file with -o"),
        (["-o", "e.tex", "--check"], 1, "e.tex: is not there"),
        (["-o", "no/e.tex"], 2, "there is no folder no"),
    ],
)
def test_the_command(
    arguments: list[str], code: int, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is refused, and what is out of date."""
    (tmp_path / "net.shape").write_text("dim n, m\ninput x : m\nweight W : n x m\ny = W @ x\n")
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(main, ["equations", "net.shape", *arguments])
    assert result.exit_code == code
    assert message in " ".join(result.output.split())


def test_written_and_current(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was written is current until the spec changes."""
    spec = tmp_path / "net.shape"
    spec.write_text("dim n, m\ninput x : m\nweight W : n x m\ny = W @ x\n")
    monkeypatch.chdir(tmp_path)
    run = CliRunner().invoke
    assert run(main, ["equations", "net.shape", "-o", "e.tex"]).output == ""
    assert run(main, ["equations", "net.shape", "-o", "e.tex", "--check"]).exit_code == 0
    spec.write_text(spec.read_text().replace("n x m", "2n x m"))
    assert "+y & = \\overset{2n \\times m}{W}" in run(main, ["equations", "net.shape", "-o", "e.tex", "--check"]).stdout


WITH_DEFAULT = (
    "layer f(p) {\n  input x : [..., p], first : [..., p] = zeros(p)\n  output y : p\n  y = x + first\n}\n"
    "dim n\ninput u : n\ny = u -> f(n)\n"
)


@pytest.mark.parametrize(
    ("format", "line"),
    [
        ("latex", r"\mathrm{first} & = \mathbf{0}_{p} \qquad \text{unless given} \\"),
        ("typst", r'"first" & = bold(0)_(p) wide "unless given" \\'.replace("\\\\", "\\")),
    ],
)
def test_an_input_with_a_default(format: str, line: str) -> None:
    """In front of the equations of its block, as one that holds unless the input is given."""
    lines = typeset(shapecheck.loads(WITH_DEFAULT).shapes, format).splitlines()
    assert any(item.removeprefix("$ ") == line for item in lines)


def test_left_sides_that_stride_as_written() -> None:
    """Vaswani et al., 3.5: one line for the even entries, and one for the odd ones; nothing of how they are joined."""
    text = (
        "dim d\nassume d % 2 == 0\ninput a : d/2\ny[2i] = a[i] for i in 0..d/2-1\ny[2i+1] = -a[i] for i in 0..d/2-1\n"
    )
    lines = typeset(shapecheck.loads(text).shapes, "latex").splitlines()
    assert lines[2:-1] == [
        r"y_{2 i} & = a_{i} \qquad i = 0, \dots, \frac{d}{2} - 1 \\",
        r"y_{2 i + 1} & = -a_{i} \qquad i = 0, \dots, \frac{d}{2} - 1",
    ]
