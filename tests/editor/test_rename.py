"""A new name changes nothing but the name.

The truth is the checker itself: after a name got a new one everywhere, the spec has the same shapes and no messages.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from shapecheck.editor.open_text import OpenText
from shapecheck.editor.reading_files import beside_reader
from shapecheck.editor.rename import NotPossible, definitions, references, rename
from shapecheck.editor.spec_names import Kind
from tests.editor.opened import ROOT, at, edited, opened

NEW = "zq"
SMALL = [
    ROOT / "specs" / place
    for place in (
        "slides/gru.shape",
        "slides/multichannel.shape",
        "networks/seq2seq_attention.shape",
        "std/dense.shape",
    )
]


@pytest.mark.parametrize("path", SMALL, ids=lambda path: path.stem)
def test_every_name_of_a_spec(path: Path) -> None:
    """Each name in turn becomes `zq`: no messages come, and the shapes are those before, in the new name."""
    text = opened(path)
    (spec,) = text.specs
    before = [message.code for message in spec.messages]
    assert spec.shapes is not None
    cells = {name: [str(cell.shape) for cell in cells] for name, cells in spec.shapes.cells.items()}
    for key, entry in list(spec.names.entries.items())[::3]:
        edits = rename(text, entry.span.start, NEW, [])
        (other,) = OpenText(text.path, edited(text.text, edits[text.path]), text.beside).specs
        assert [message.code for message in other.messages] == before, key
        if entry.kind in (Kind.TENSOR, Kind.STAGE) and not key.block:
            assert other.shapes is not None and NEW in {name.split(".")[0] for name in other.shapes.cells}
            assert len(other.shapes.cells) == len(cells)


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        ("dim n\nlayer f(k|) = dense(k)\ninput x : n\ny = x -> f(k = 3)\n", ["f(zq) = dense(zq)", "f(zq = 3)"]),
        ("dim n\nlayer f|(k) = dense(k)\ninput x : n\ny = x -> f(3)\nclaim y.f.W : 3 x n\n", ["y.zq.W", "-> zq(3)"]),
        ("dim n\ninput x : n\ny = x -> dense(3) as c|\nclaim c.W : 3 x n\n", ["as zq", "claim zq.W"]),
        ("dim n|\ninput x : n\ntest one(n = 2)\n", ["one(zq = 2)"]),
        ("dim n\ninput x| : n\ntest one(n = 2) {\n  x = [1, 2]\n}\n", ["  zq = [1, 2]"]),
        ("dim n\ninput σ| : n\ny = sigma + σ\n", ["input zq : n", "y = zq + zq"]),
        ("dim n\ninput 𝔸 : n\n# é\ninput x| : n\ny = x\n", None),
        ("dim n\ninput x : n\ny[i|] = 2 * x[i]\nz[i] = x[i]\n", ["y[zq] = 2 * x[zq]", "z[i] = x[i]"]),
        ("dim n\ninput x : n\ny = sum[i| in 0..n-1] x[i] + sum[i in 0..n-1] x[i]\n", ["sum[zq in 0..n-1] x[zq] + "]),
        ("dim n\nlayer f() {\n  dim m\n  input x : [..., m]\n  output y\n  h| = 2 * x\n  y = h\n}\ninput x : n\n"
         "y = x -> f\nh = 3\nclaim y.h : n\n", ["  zq = 2 * x\n  y = zq", "\nh = 3", "claim y.zq"]),
        ("dim n, d\nlayer f(p) {\n  dim m\n  input x : [..., m], h| : [..., p]\n  output y\n  y = W @ x + h\n"
         "  weight W\n}\ninput x : n, g : d\ny = f(d)(x, h = g)\n", ["zq : [..., p]", "(x, zq = g)"]),
    ],
)  # fmt: skip
def test_where_a_name_stands(marked: str, expected: list[str] | None) -> None:
    """Arguments, parts of blocks, tests, Greek letters; an index of another statement keeps its name."""
    text, offset = at(marked)
    if expected is None:
        with pytest.raises(NotPossible, match=r"line 2 of a\.shape cannot be read"):
            rename(text, offset, NEW, [])
        return
    new = edited(text.text, rename(text, offset, NEW, [])[text.path])
    assert [piece for piece in expected if piece not in new] == []


@pytest.mark.parametrize(
    ("marked", "new", "why"),
    [
        ("dim n\ninput x| : n\ny = x\n", "y", "y has a meaning already, in line 3"),
        ("dim n\ninput x| : n\ny = x -> dense(3)\n", "dense", "dense has a meaning already"),
        ("dim n\ninput x| : n\n", "claim", "cannot be a name"),
        ("dim n\ninput x| : n\n", "a b", "cannot be a name"),
        ("dim n\ninput x| : n\n", "params", "cannot be a name"),
        ("dim n\ninput x : n\ny = x -> dense|(3)\n", "zq", "dense belongs to the library"),
        ("dim n\ninput x : n\ny = tanh|(x)\n", "zq", "tanh belongs to the library"),
        ("dim n # |comment\n", "zq", "no name here"),
        ("dim n\ninput x : n\ny[i|] = sum[j in 0..n-1] x[i] * x[j]\n", "j", "j has a meaning already"),
    ],
)
def test_what_is_refused(marked: str, new: str, why: str) -> None:
    """A new name that is taken, or that is no name; names of the library."""
    text, offset = at(marked)
    with pytest.raises(NotPossible, match=why):
        rename(text, offset, new, [])


def test_other_files(tmp_path: Path) -> None:
    """A layer, its argument and its weight get new names in the files that import it; not in one that has its own."""
    home, user, alias, own = (tmp_path / name for name in ("home.shape", "user.shape", "alias.shape", "own.shape"))
    home.write_text("layer f(k) {\n  dim n\n  input x : [..., n]\n  weight W : k x n\n  output y\n  y = W @ x\n}\n")
    user.write_text('from "home.shape" import f\ninput x : 3\ny = x -> f(k = 2) as c\nclaim c.W : 2 x 3\n')
    alias.write_text('from "home.shape" import f as g\ninput x : 3\ny = x -> g(k = 2)\n')
    own.write_text("layer f(k) = dense(k)\ninput x : 3\ny = x -> f(k = 2)\n")
    beside = beside_reader([str(tmp_path)], dict)
    texts = {path: OpenText(str(path), path.read_text(), beside) for path in (home, user, alias, own)}
    others = list(texts.values())
    wanted = {
        "f(": {user: ["import zq", "zq(k = 2)"], alias: ["import zq as g", "g(k = 2)"]},
        "k)": {user: ["f(zq = 2)"], alias: ["g(zq = 2)"]},
        "W :": {user: ["c.zq"]},
    }
    for start, places in wanted.items():
        edits = rename(texts[home], texts[home].text.index(start), NEW, others)
        assert edits.keys() == {str(home), *map(str, places)}
        for path, pieces in places.items():
            new = edited(texts[path].text, edits[str(path)])
            assert [piece for piece in pieces if piece not in new] == []
    (place,) = definitions(texts[user], texts[user].text.index("f(k"), others)
    assert (place.path, place.span.start) == (str(home), 6)
    assert len(references(texts[home], 6, others)) == 4


def test_definitions_in_the_library() -> None:
    """A layer of the library is defined in one of its files; a declared tensor where it is declared."""
    text, offset = at("dim n\ninput x : n\nh : n = x -> den|se(n)\n")
    (place,) = definitions(text, offset)
    assert Path(place.path).read_text()[place.span.start :].startswith("dense(")
    text, offset = at("dim n\noutput y : n\ninput x : n\ny = x\nz = y|\n")
    (place,) = definitions(text, offset)
    assert place.span.start == text.text.index("y : n")
