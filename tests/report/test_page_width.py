"""Tables of real networks fit a page of A4: TeX and Typst set them, and say how wide they came out.

TeX tells of every line that is wider than the page; 6 pt (2 mm) more are nobody's business.  Typst's own `measure` is
held against the width between margins of 2.5 cm.
"""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from shapecheck.report.table.page_width import PAGE, fit
from shapecheck.report.table.writers import render
from shapecheck.spec import load

from .compilers import ENGINE, compile_typst

NETWORKS = sorted((Path(__file__).parents[2] / "specs" / "networks").glob("*.shape"))
BY_NAME = pytest.mark.parametrize("path", NETWORKS, ids=lambda path: path.stem)
MOST = 6.0


def too_wide(fragment: str, folder: Path, landscape: bool = False) -> list[float]:
    """By how many points lines stick out of a page of LaTeX's article at 10 pt."""
    assert ENGINE is not None
    paper = "a4paper,landscape" if landscape else "a4paper"
    packages = fragment.splitlines()[0].removeprefix("% ")
    lines = [rf"\documentclass[{paper}]{{article}}", packages, r"\begin{document}", r"\noindent", fragment]
    (folder / "page.tex").write_text("\n".join([*lines, r"\end{document}", ""]))
    command = [ENGINE, "-interaction=nonstopmode", "-halt-on-error", "-draftmode", "page.tex"]
    done = subprocess.run(command, cwd=folder, capture_output=True, check=False)
    assert done.returncode == 0, done.stdout[-2000:]
    found = re.findall(r"Overfull \\hbox \(([\d.]+)pt", (folder / "page.log").read_text("latin-1"))
    return [float(points) for points in found if float(points) > MOST]


@pytest.mark.skipif(ENGINE is None, reason="no TeX engine is installed")
@BY_NAME
def test_table_fits_a_page_of_latex(path: Path, tmp_path: Path) -> None:
    """With symbols for all sizes, upright and turned."""
    fragment = render(load(path).table(), "latex")
    assert too_wide(fragment, tmp_path) == [] and too_wide(fragment, tmp_path, landscape=True) == []


@pytest.mark.skipif(ENGINE is None, reason="no TeX engine is installed")
def test_a_table_that_does_not_fit_is_noticed(tmp_path: Path) -> None:
    """The measurement itself: the same table with columns that never break sticks out."""
    fragment = render(load(NETWORKS[0].with_name("unet.shape")).table(), "latex")
    rigid = re.sub(r">\{\\raggedright\\arraybackslash\\hsize=[\d.]+\\hsize\}X", "l", fragment)
    rigid = rigid.replace(r"{tabularx}{\linewidth}", "{tabular}").replace("{tabularx}", "{tabular}")
    assert rigid != fragment and too_wide(rigid.replace(",tabularx", ""), tmp_path) != []


@BY_NAME
def test_table_fits_a_page_of_typst(path: Path) -> None:
    """Typst breaks the lines of cells by itself; a table that is laid out in 16 cm is not wider than that."""
    body = render(load(path).table(), "typst").removeprefix("#")
    page = f"""#set page(paper: "a4", margin: 2.5cm)
#set text(size: 10pt)
#let made = {body}
#layout(size => assert(measure(width: size.width, made).width <= size.width + 0.1pt))
#made"""
    assert compile_typst(page).startswith(b"<svg")


def test_a_narrow_table_stays_as_it_is() -> None:
    """Nothing breaks where 3 columns of 10 letters stand on a line of 69."""
    assert not fit([["a" * 10]] * 3).breaks


def test_the_widest_columns_break_and_share_what_is_left() -> None:
    """A narrow column keeps its width; of two that break, the one that needs less gets what it needs."""
    found = fit([["name"], ["a" * 22], ["a" * 200]])
    assert found.shares[0] == 0.0 and 0 < found.shares[1] < found.shares[2]
    assert abs(sum(found.shares) - 1) < 1e-9
    assert found.shares[1] * found.left * PAGE == pytest.approx(22 * 5.0)
