"""Random edits of specs: no exception, and after each edit the problems are those of a fresh `check`.

Each seed makes ten edits of two specs, after one another: 200 in all, 1,000 with `SHAPECHECK_DRAWS=5`.
"""

from __future__ import annotations

import random
from itertools import pairwise
from pathlib import Path

import pytest

from shapecheck.check import check
from shapecheck.diagnostics.model import Diagnostic, Level
from shapecheck.editor import coloring
from shapecheck.editor.code_actions import actions
from shapecheck.editor.completion import choices
from shapecheck.editor.hover import hover
from shapecheck.editor.inlay import hints
from shapecheck.editor.layout_edits import layout_edits
from shapecheck.editor.lenses import lenses
from shapecheck.editor.open_text import OpenText
from shapecheck.editor.outline import folds, outline
from shapecheck.editor.positions import Positions
from shapecheck.editor.problems import Problem, problems, problems_of
from shapecheck.editor.rename import NotPossible, definitions, references, rename
from shapecheck.editor.signature_help import signature_help
from shapecheck.lints import CODES
from shapecheck.source import Source, Span
from shapecheck.stages import block_with_claims, derive, ordered
from shapecheck.syntax import parse, tree
from shapecheck.syntax.walking import walk
from tests.draws import seeds
from tests.editor.opened import ROOT, opened

EDITS, ROUNDS = 10, 20
PIECES = [
    "(", ")", "[", "]", "{", "}", '"', "'", "\n", " ", "#", "=", "==", "->", "@", ".*", "..", ":", ",", "x", "in",
    "claim ", "dim q\n", "for t in 1..T", "as c", ".T", "𝔸", "é", "\t", "σ", "\r\n", "\x00", "1e999", "```", '"""', "0",
]  # fmt: skip
SPECS = [
    *sorted((ROOT / "tests" / "bad").glob("*.shape")),
    *sorted((ROOT / "specs" / "slides").glob("*.shape")),
    *sorted((ROOT / "tests" / "corpus").glob("*.shape")),
    ROOT / "specs" / "networks" / "lenet5.shape",
]


def _edit(text: str, draw: random.Random) -> str:
    """One edit: a piece comes in, goes away, is doubled, or a line moves."""
    start = draw.randrange(len(text) + 1)
    end = min(len(text), start + draw.choice([0, 0, 1, 1, 3, 20]))
    kind = draw.randrange(4)
    if kind == 0:
        return text[:start] + draw.choice(PIECES) + text[start:]
    if kind == 1:
        return text[:start] + text[end:]
    if kind == 2:
        return text[:end] + text[start:end] + text[end:]
    lines = text.split("\n")
    lines.insert(draw.randrange(len(lines)), lines.pop(draw.randrange(len(lines))))
    return "\n".join(lines)


def _ask_everything(text: OpenText, draw: random.Random) -> None:
    """All requests, at a random place; none raises, and all places lie in the text."""
    offset = draw.randrange(len(text.text) + 1)
    place = Positions(text.text)
    assert place.offset(*place.at(offset)) in (offset, offset - 1)
    found = hover(text, offset)
    assert found is None or found.span.start <= offset <= found.span.end
    assert all(0 <= hint.offset <= len(text.text) for hint in hints(text))
    words = coloring.words(text)
    assert all(one.span.end <= other.span.start for one, other in pairwise(words))
    for item in (*outline(text), *folds(text), *lenses(text)):
        assert 0 <= item.span.start <= item.span.end <= len(text.text)
    choices(text, offset)
    signature_help(text, offset)
    definitions(text, offset)
    places = references(text, offset, ())
    try:
        edits = rename(text, offset, "zq", ())
        assert len(edits[text.path]) == len({item.span for item in places})
    except NotPossible as reason:
        assert str(reason)
    layout_edits(text)


@pytest.mark.parametrize("seed", seeds(ROUNDS))
def test_random_edits(seed: int) -> None:
    """After each edit the problems while typing are those of `check` that need no claims, lints and runs."""
    draw = random.Random(seed)
    for number in range(EDITS):
        if number % 5 == 0:
            text = opened(draw.choice(SPECS))
        text = OpenText(text.path, _edit(text.text, draw), text.beside)
        _ask_everything(text, draw)
        found = problems(text)
        for spec in text.specs:
            report = check(Source(spec.source.name, spec.source.text, text.beside, spec.source.section))
            fresh = problems_of(report.source, report.diagnostics)
            mine = problems_of(spec.source, spec.messages)
            assert [item for item in mine if item not in fresh] == []
            further = [item for item in fresh if item not in mine]
            assert [item for item in further if not _judged(item, report.source)] == []
            assert mine == problems_of(spec.source, _fresh(spec.source.text, text))
        listed = [problem for problem in found if problem.level is Level.ERROR]
        for problem in listed[:1]:
            actions(text, problem.span, found)


def _fresh(written: str, text: OpenText) -> tuple[Diagnostic, ...]:
    """The messages on a spec as `check` finds them before it judges claims, by its own stages."""
    shapes, found = derive(Source(text.path, written, text.beside), only_claims=True)
    if shapes is None:
        return found
    return ordered(
        (*found, *(item for block in shapes.graph.blocks for item in block_with_claims(block, shapes.graph)[1]))
    )


def _judged(item: Problem, source: Source) -> bool:
    """Whether a message is a lint's, stands in a claim or a test, or is about a run."""
    statements = [node for top in parse(source).spec.statements for node in walk(top)]
    asked = [node.span for node in statements if isinstance(node, tree.Claim | tree.Test)]
    inside = any(span.start <= item.span.start < span.end for span in asked)
    return inside or item.code in CODES or item.code in RUNS


RUNS = {"unknown-lint", "nan", "overflow", "too-much-memory", "out-of-range", "missing-data", "shape-differs"}


@pytest.mark.parametrize(
    "text", ["", "\x00\x01\x02", "\ufeffdim n\n", "dim n" * 3, "\ud800", "```shape\n", "a = b\n" * 10_000]
)
def test_odd_texts(text: str) -> None:
    """Nothing, binary data, a mark of byte order, half a pair of surrogates, an open fence, ten thousand lines."""
    draw = random.Random(0)
    for path in ("a.shape", "a.md"):
        open_text = OpenText(path, text)
        problems(open_text)
        _ask_everything(open_text, draw)
        for offset in (0, len(text)):
            assert isinstance(actions(open_text, Span(offset, offset), problems(open_text)[:1]), list)


def test_a_file_that_vanishes(tmp_path: Path) -> None:
    """An imported file that is gone is an error at the import, and comes back with the file."""
    home = tmp_path / "home.shape"
    home.write_text("layer f() = dense(2)\n")
    user = tmp_path / "user.shape"
    user.write_text('from "home.shape" import f\ninput x : 3\ny = x -> f\n')
    assert problems(opened(user)) == ()
    home.unlink()
    (problem,) = problems(opened(user))
    assert problem.code == "import"
