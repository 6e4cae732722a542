"""Parts of blocks are tensors like any other: their axes and members, the checks of a read, the data that they hold.

Independent truth: shapes by hand, one axis after the other from the outermost application in; every part is read in an
equation, so that a run compares its derived shape with that of an array.
"""

from __future__ import annotations

import numpy as np
import pytest

from ..graph.asking import Array, computed, derived, report_of, verdicts

INNER = "layer inner() {\n  dim n\n  input x : [..., n]\n  output y\n  t = x + x\n  y = t\n}\n"
MIDDLE = """layer middle() {
  dim T, n
  input x[..., t in 1..T] : n
  output y[t in 1..T] : n
  s[t] = x[t] for t in 1..T
  y = x + (x -> inner) + (x -> inner)
}
"""
TOP = """layer top() {
  dim T, n
  input x : [..., T, n]
  output y
  m = x -> middle
  y = m + (m -> middle)
}
"""
SEQUENCE = "dim B, T, n\nassume B >= 2, T >= 3, n >= 3\ninput u : [B, T, n]\n"
DEEP = "dim A, B, T, n\nassume B >= 2, T >= 3, n >= 3\ninput u : [A, B, T, n]\n"
LOOK = """layer look(V, k) {
  dim T
  input tok[..., t in 1..T] in 0..V-1
  output y[t in 1..T] : k
  weight E : V x k
  y[t] = E[tok[t]] for t in 1..T
}
"""
SIZES = {"A": 4, "B": 2, "T": 3, "n": 5, "L": 6, "p": 7}

PARTS = {
    "one block deep": (
        INNER + MIDDLE + SEQUENCE + "y = u -> middle\n",
        {
            "y.inner[2].t": (2, 3, 5),
            "y.inner[1].t[0, 1]": (5,),
            "y.inner[1]": (2, 3, 5),
            "y.inner[1][1, 0..1]": (2, 5),
            "y.inner[2].x": (2, 3, 5),
            "y.s": (2, 3, 5),
            "y.s[1]": (3, 5),
            "y.s[:, 1]": (2, 5),
            "y.s[0, 1..2, :]": (2, 5),
            "y.x[1]": (3, 5),
        },
    ),
    "no axes in front": (
        INNER + MIDDLE + "dim T, n\nassume T >= 3\ninput u : [T, n]\ny = u -> middle\n",
        {"y.inner[2].t": (3, 5), "y.s": (3, 5), "y.s[T]": (5,), "y.s[2..3]": (2, 5), "y.inner[1].x[1]": (5,)},
    ),
    "three blocks deep": (
        INNER + MIDDLE + TOP + SEQUENCE + "y = u -> top\n",
        {"y.m.inner[2].t": (2, 3, 5), "y.middle.inner[1].t": (2, 3, 5), "y.m.s": (2, 3, 5), "y.middle": (2, 3, 5)},
    ),
    "three blocks deep, two axes in front": (
        INNER + MIDDLE + TOP + DEEP + "y = u -> top\n",
        {
            "y.m.inner[2].t": (4, 2, 3, 5),
            "y.middle.inner[1].t[0, 1, :, 2]": (3,),
            "y.m.s": (4, 2, 3, 5),
            "y.m.inner[1].x": (4, 2, 3, 5),
            "y.m.x[0]": (2, 3, 5),
            "y.x": (4, 2, 3, 5),
        },
    ),
    "a repeat": (
        INNER + MIDDLE + SEQUENCE + "dim L\ny = u -> repeat(L, middle)\n",
        {
            "y.middle[1].inner[2].t": (2, 3, 5),
            "y.middle.s": (6, 2, 3, 5),
            "y.middle[L].inner[1]": (2, 3, 5),
            "y.middle": (6, 2, 3, 5),
            "y.middle[1..L].s": (6, 2, 3, 5),
            "y.middle[1].x": (2, 3, 5),
            "y.middle.inner[1].x": (6, 2, 3, 5),
        },
    ),
    "a family": (
        INNER + MIDDLE + SEQUENCE + "dim L\nassume L >= 2\nh[0] = u\nh[k] = h[k-1] -> middle for k in 1..L\n",
        {
            "h[1].inner[2].t": (2, 3, 5),
            "h.s": (6, 2, 3, 5),
            "h[L].inner[1]": (2, 3, 5),
            "h[1..L].s": (6, 2, 3, 5),
            "h.x": (6, 2, 3, 5),
            "h[2..L].x": (5, 2, 3, 5),
            "h[1].inner[1].t[0]": (3, 5),
        },
    ),
    "instances": (
        "dim n, p, T\nassume T >= 2\ndim E = 3\ninput u[t in 1..T] : n\nex[e] = dense(p) for e in 1..E\n"
        "g[e, t] = ex[e](u[t]) for e in 1..E, t in 1..T\n",
        {"ex.W": (3, 7, 5), "ex[2].W": (7, 5), "ex[1..2].b": (2, 7), "g[1, 2].W": (7, 5)},
    ),
    "one instance": (
        "dim n, p, T\ninput u[t in 1..T] : n\ncell = dense(p)\ng[t] = cell(u[t]) for t in 1..T\n",
        {"cell.W": (7, 5), "g[1].W": (7, 5), "g[T].b[0]": ()},
    ),
    "aliases": (
        INNER + MIDDLE + SEQUENCE + "y = u -> middle as c -> inner as d -> middle\n",
        {"c.inner[2].t": (2, 3, 5), "d.t": (2, 3, 5), "c.x": (2, 3, 5), "y.s": (2, 3, 5), "d": (2, 3, 5)},
    ),
    "states from before the first": (
        "dim B, T, n, p\ninput u : [B, T, n]\nenc = u -> lstm(p)\n",
        {
            "enc.c[0, T]": (7,),
            "enc.c": (2, 4, 7),
            "enc.h": (2, 4, 7),
            "enc.c[:, 0]": (2, 7),
            "enc.c[:, 0..T]": (2, 4, 7),
        },
    ),
    "given weights": (
        "dim n, p\ninput u : n\nweight U : p x n\ny = u -> dense(p, W = U)\n",
        {"y.W": (7, 5), "y.W[0]": (5,), "y.b": (7,)},
    ),
    "data": (
        LOOK + "dim B, T\nassume B >= 2\ninput w : [B, T] in 0..9\nweight F : 10 x 3\ny = w -> look(10, 4)\n",
        {"F[y.tok[1, 0]]": (3,), "y.E[2]": (4,), "y.tok": (2, 3), "stack[t in 0..T-1] F[y.tok[0, t]]": (3, 3)},
    ),
}


@pytest.mark.parametrize("name", PARTS)
def test_the_axes_of_a_part(name: str) -> None:
    """All axes in front, at every level, from the outermost in; then the part's own."""
    text, parts = PARTS[name]
    lines = [f"z{at} = {part}\n" for at, part in enumerate(parts)]
    spec = text + "".join(lines)
    found = derived(spec)
    sizes = {name: SIZES[name] for name in found.graph.free_sizes}
    for at, (part, expected) in enumerate(parts.items()):
        (cell,) = found.cells[f"z{at}"]
        shape = tuple(size.evaluate(sizes) for size in cell.shape)
        assert shape == computed(spec, f"z{at}", sizes).shape == expected, part


@pytest.mark.parametrize("name", PARTS)
def test_a_claim_of_a_part(name: str) -> None:
    """The shape is proved in a claim, and the same with one axis more or of another size is refuted."""
    text, parts = PARTS[name]
    fixed = ", ".join(f"{size} == {SIZES[size]}" for size in derived(text).graph.free_sizes)
    for part, shape in parts.items():
        told = "scalar" if not shape else f"[{', '.join(map(str, shape))}]"
        wrong = f"[{', '.join(map(str, (2, *shape)))}]"
        claims = f"claim {part} : {told} when {fixed.replace(', ', ' and ')}\n" + (
            f"claim {part} : {wrong} when {fixed.replace(', ', ' and ')}\n"
        )
        assert verdicts(text + claims) == ["proved", "refuted"], part


def test_the_values_of_parts() -> None:
    """A part holds what the block computes there: twice its input, and its input."""
    text = INNER + MIDDLE + SEQUENCE + "y = u -> middle\nz = y.inner[1].t\nv = y.s[1, 2]\nw = y.inner[2].x[1]\n"
    u: Array = np.arange(30.0).reshape(2, 3, 5)
    sizes = {"B": 2, "T": 3, "n": 5}
    assert (computed(text, "z", sizes, u=u) == 2 * u).all()
    assert (computed(text, "v", sizes, u=u) == u[1, 1]).all()
    assert (computed(text, "w", sizes, u=u) == u[1]).all()


OUTSIDE = {
    "y.s[B]": "axis 0 runs over 0..B - 1",
    "y.s[0, 0]": "axis 1 runs over 1..T",
    "y.s[0, T+1]": "axis 1 runs over 1..T",
    "y.s[0, 1, n]": "axis 0 runs over 0..n - 1",
    "y.s[0, 1..T+1]": "axis 1 runs over 1..T",
    "y.inner[1].t[0, 0]": "axis 1 runs over 1..T",
}


@pytest.mark.parametrize("part", OUTSIDE)
def test_a_part_is_read_inside(part: str) -> None:
    """Every subscript lies in its axis, those in front included."""
    arity = 3 if part.endswith(("B]", "n]")) else 0
    report = report_of(INNER + MIDDLE + SEQUENCE + f"y = u -> middle\nz = {part}\n")
    (found,) = [item for item in report.diagnostics if item.level == "error"]
    assert found.code == "out-of-bounds" and (arity or OUTSIDE[part] in [label.text for label in found.labels])


def test_what_a_part_needs_is_told_with_its_repair() -> None:
    """`e.W` has 3 rows, so that `n // 50` is one of them where n is below 150; and a member must be there."""
    text = "dim n\n{}input u : [n]\ne = u -> dense(3)\nf = e.W[n // 50]\n"
    (found,) = [item for item in report_of(text.format("")).diagnostics if item.level == "error"]
    assert found.sizes == {"n": 150} and found.help == "add: assume n <= 149"
    assert report_of(text.format("assume n <= 149\n") + "claim f : n\n").ok
    stack = "dim n, L\n{}input u : n\nh[0] = u\nh[k] = h[k-1] -> dense(n) for k in 1..L\nz = h[2].W\n"
    (found,) = [item for item in report_of(stack.format("")).diagnostics if item.level == "error"]
    assert found.sizes == {"L": 1}
    assert report_of(stack.format("assume L >= 2\n")).ok


@pytest.mark.parametrize(("rows", "code"), [(10, None), (9, "data-outside")])
def test_data_in_a_part(rows: int, code: str | None) -> None:
    """An inner input says what values it has, wherever it is read."""
    text = (
        LOOK + f"dim B, T\ninput w : [B, T] in 0..9\nweight F : {rows} x 3\ny = w -> look(10, 4)\nz = F[y.tok[0, 0]]\n"
    )
    errors = [item for item in report_of(text).diagnostics if item.level == "error"]
    assert bool(errors) == (code is not None)


def test_members_that_different_blocks_make() -> None:
    """One at a time where they differ in shape; together they are no tensor."""
    text = "dim n\nassume n != 3\ninput u : n\nh[0] = u\nh[1] = h[0] -> dense(n)\nh[2] = h[1] -> dense(3)\n"
    assert verdicts(text + "claim h[1].W : n x n\nclaim h[2].W : 3 x n\n") == ["proved", "proved"]
    assert not report_of(text + "z = h.W\n").ok


def test_counts_of_a_part() -> None:
    """What a stage does, for all that the blocks around it are mapped over."""
    text = TOP.replace("middle", "two") + (
        "layer two() {\n  dim n\n  input x : [..., n]\n  output y\n  y = x -> dense(4)\n}\n" + SEQUENCE
    )
    text = text.replace("y = m + (m -> two)", "y = m -> two") + "y = u -> top\n"
    claims = (
        "claim y.m.dense.macs == B * T * 4 * n\nclaim y.m.macs == 4 * B * T * n\nclaim y.two.macs == 16 * B * T\n"
        "claim y.two.params == 20\nclaim y.m.dense.params == 4 * n + 4\nclaim macs == 4 * B * T * n + 16 * B * T\n"
    )
    assert set(verdicts(text + claims)) == {"proved"}


COUNTED = "layer m() {\n  dim T, n\n  input x[..., t in 1..T] : n\n  output y[t in 1..T] : n\n  c = x + x\n  y = x\n}\n"
BATCH = COUNTED + "dim B, T, n\nassume T >= 3, B >= 3\ninput u[b in 1..B] : [T, n]\ny = u -> m\n"
STACK = "dim L, n\nassume L >= 2\ninput u : n\nh[0] = u\nh[k] = h[k-1] -> dense(n) for k in 1..L\n"
LSTM = "dim S, d, p\ninput x : [S, d]\nenc = x -> lstm(p)\n"
NUMBERED = {
    "as the block counts": (BATCH + "z = y.c[1, T]\nclaim z ~= 2 * u[1, T-1]\n", True),
    "not from 0": (BATCH + "z = y.c[1, 0]\n", False),
    "as what is mapped over": (BATCH + "z = y.c[B]\nclaim z ~= 2 * u[B]\n", True),
    "a copy of it": (BATCH + "v = y.c\nz = v[B, T]\nclaim z ~= 2 * u[B, T-1]\n", True),
    "a copy not from 0": (BATCH + "v = y.c\nz = v[0, 1]\n", False),
    "weights as their layers": (STACK + "W = h.W\nz = W[L]\nclaim z ~= h[L].W\n", True),
    "no weights before the first": (STACK + "W = h.W\nz = W[0]\n", False),
    "states from the start": (LSTM + "c = enc.c\nz = c[0]\nclaim z ~= enc.c[0]\nclaim c[S] ~= enc.c[S]\n", True),
    "a cut from its own": (LSTM + "c = enc.c[1..S]\nclaim c[S] ~= enc.c[S]\n", True),
    "outputs defined before the first": (LSTM + "h = enc.h\nclaim h[0] ~= zeros(p)\nclaim h[S] ~= enc[S]\n", True),
    "two blocks deep": (
        COUNTED + "layer o() {\n  dim T, n\n  input x : [..., T, n]\n  output y\n  y = x + (x -> m)\n}\n"
        "dim B, T, n\nassume T >= 3, B >= 3\ninput u[b in 1..B] : [T, n]\ny = u -> o\n"
        "z = y.m.c[B, T]\nclaim z ~= 2 * u[B, T-1]\n",
        True,
    ),
}


@pytest.mark.parametrize("name", NUMBERED)
def test_how_the_axes_of_a_part_count(name: str) -> None:
    """As in its block, and those that are mapped over as in what the block is applied to; copies count alike."""
    text, is_right = NUMBERED[name]
    report = report_of(text)
    assert report.ok == is_right, [item.title for item in report.diagnostics]
