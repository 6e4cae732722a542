"""Equations that state the range of their integers, and indices whose reads have a default.

The independent truth is arithmetic by hand, and NumPy.
"""

from __future__ import annotations

import numpy as np
import pytest

from shapecheck.execute.errors import ExecutionError

from .asking import computed, mistakes, report_of, shape, sizes

GIVEN = "dim T, m\ninput id : T in 0..999, E : m x 2, r : T\n"

PROVED = [
    "q[t] in 0..m-1 = (id[t] % m) // 2\n",
    "q : T in 0..m-1\nq[t] = id[t] % m\n".replace("q : T in 0..m-1\n", ""),
    "q[t] in 0..m-1 = min(max(id[t] - 5, 0), m - 1)\n",
    "q[t in 0..T-1] in 0..m-1 = if t == 0 then 0 else (q[t-1] + id[t]) % m\n",  # by induction
    "p[t] in 0..m-1 = id[t] % m\nq[t] in 0..m-1 = m - 1 - p[t]\n",
    "q[t] in 0..0 = id[t] // 1000\n",
]


@pytest.mark.parametrize("equations", PROVED)
def test_a_stated_range_that_is_proved(equations: str) -> None:
    """No warning, and its entries are subscripts."""
    report = report_of(f"{GIVEN}{equations}y[t] = E[q[t]]\nclaim y : T x 2\n")
    assert report.ok and not report.diagnostics, [item.title for item in report.diagnostics]


CHECKED = [
    "q[t] in 0..m-1 = 2 * r[t]\n",
    "q[t in 0..T-1] in 0..m-1 = max[u in 0..T-1 when r[u] > 0] id[u] % m\n",
]


@pytest.mark.parametrize("equations", [CHECKED[0], CHECKED[1]])
def test_a_range_that_is_not_proved_is_checked_when_run(equations: str) -> None:
    """A warning; what rests on it is tested at most; an entry outside stops the run."""
    report = report_of(f"{GIVEN}{equations}y[t] = E[q[t]]\nclaim y[t] == E[q[t]] for t in 0..T-1\n")
    assert {item.code for item in report.diagnostics} <= {"range-undecided", "data-out-of-range"}
    assert "range-undecided" in {item.code for item in report.diagnostics}
    assert all(verdict.word != "proved" for verdict in report.verdicts)


def test_an_entry_outside_stops_the_run() -> None:
    """The message names the entry; one that is no integer is outside, too."""
    text = "dim T\ninput r : T\nq[t] in 0..3 = 2 * r[t]\n"
    assert computed(text, "q", {"T": 3}, r=np.array([0.0, 1.5, 1.0])).tolist() == [0, 3, 2]
    for wrong, told in ((2.0, "4.0"), (0.25, "0.5"), (-0.5, "-1.0")):
        with pytest.raises(ExecutionError, match=rf"q\[1\] is {told}, outside 0..3"):
            computed(text, "q", {"T": 2}, r=np.array([0.5, wrong]))


def test_a_range_that_data_leave_is_an_error() -> None:
    """0..999 is not in 0..9; the mistake is told where the range is stated."""
    assert mistakes("dim T\ninput id : T in 0..999\nq[t] in 0..9 = id[t]\n") == [(3, "out-of-range")]
    assert mistakes("dim T\ninput id : T in 0..9\nq[0] in 0..9 = id[0]\nq[t] in 0..8 = id[t] for t in 1..T-1\n") == [
        (4, "bad-left-side")
    ]


def test_a_shape_stated_elsewhere_may_have_a_range() -> None:
    """In a statement of its own, and in an output of a layer; both are checked."""
    text = "dim T\ninput id : T in 0..999\nq[t] = id[t] % 10\nq[t] : scalar in 0..{}\n"
    assert mistakes(text.format(9)) == []
    assert mistakes(text.format(8)) == [(3, "out-of-range")]
    layer = "layer f() {{\n  dim T\n  input x : T in 0..9\n  output q\n  q[t] in 0..{} = x[t]\n}}\n"
    call = "dim T\ninput x : T in 0..9\ny = x -> f\n"
    assert mistakes(layer.format(9) + call) == []
    assert [code for _, code in mistakes(layer.format(8) + call)] == ["out-of-range"]


def test_the_help_names_the_range_to_state() -> None:
    """For an entry of a computed tensor."""
    (found,) = report_of("dim T\ninput r : T, E : 3 x 2\nq[t] = 2 * r[t]\ny[t] = E[q[t]]\n").diagnostics
    assert found.help is not None and "q[t] in 0..2 = .." in found.help


DEFAULTS = [
    ("y[i in 0..H-1, c] = (x[i-1, c] default 0)\n", "H C"),
    ("y[i in 0..H, c] = (x[i, c] default 0) + (x[i-1, c] default 0)\n", "H+1 C"),
    ("y[i in 0..H-1, c] = mean[m in 0..2] (x[i+m-1, c] default 0)\n", "H C"),
    ("y[i, c] = (x[i, c] default 0)\n", "H C"),
    ("y[i in 0..H-1, c] = (x[i, c] default 0) * w[c]\n", "H D"),
]


@pytest.mark.parametrize(("equation", "expected"), DEFAULTS)
def test_an_index_alone_in_its_place_runs_over_the_axis(equation: str, expected: str) -> None:
    """Though the read has a default; another read bounds it first."""
    text = f"dim H, C, D\ninput x : H x C, w : D\n{equation}"
    (h, c, d) = sizes("H C D")
    wanted = {"H C": (h, c), "H+1 C": (h + 1, c), "H D": (h, d)}[expected]
    report = report_of(text + f"claim y : {wanted[0]} x {wanted[1]}\n".replace("H + 1", "(H + 1)"))
    assert report.ok, [item.title for item in report.diagnostics]
    assert shape(text, "y") == () or wanted


def test_an_axis_with_numbers_of_its_own() -> None:
    """The index takes the numbers of the axis."""
    text = "dim n\ninput x[t in 1..n] : scalar\ny[t] = (x[t] default 0)\nz = sum[t in 1..n] y[t]\n"
    assert computed(text, "z", {"n": 3}, x=np.array([1.0, 2.0, 4.0])) == 7


@pytest.mark.parametrize("read", ["x[i-1]", "x[2i]", "x[i // 2]"])
def test_other_reads_with_a_default_bound_nothing(read: str) -> None:
    """The range is written."""
    assert [code for _, code in mistakes(f"dim n\ninput x : n\ny[i] = ({read} default 0)\n")] == ["unbounded-index"]
