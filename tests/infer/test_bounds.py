"""Reads inside, members that are there, members that are there twice.

The independent truth is `missing_members`, which enumerates members and reads at all small sizes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pytest

from ..graph.asking import mistakes, report_of

Members = Callable[[int], Iterable[int]]


def first_missing(defined: Members, read: Members) -> tuple[int, int] | None:
    """The smallest T up to 8 at which a member is read that nothing defines, and the first such member."""
    for T in range(1, 9):
        have = set(defined(T))
        for member in read(T):
            if member not in have:
                return T, member
    return None


RECURRENCES: dict[str, tuple[str, Members, Members]] = {
    "no base case": ("h[t] = h[t-1] for t in 1..T", lambda T: range(1, T + 1), lambda T: range(T)),
    "a base case too few": (
        "h[0] = 0\nh[t] = h[t-1] + h[t-2] for t in 1..T",
        lambda T: range(T + 1),
        lambda T: [t - j for t in range(1, T + 1) for j in (1, 2)],
    ),
    "no end case": ("h[t] = h[t+1] for t in 1..T", lambda T: range(1, T + 1), lambda T: range(2, T + 2)),
    "a gap": (
        "h[0] = 0\nh[t] = h[t-1] for t in 2..T",
        lambda T: [0, *range(2, T + 1)],
        lambda T: range(1, T),
    ),
    "fine": ("h[0] = 0\nh[t] = h[t-1] for t in 1..T", lambda T: range(T + 1), lambda T: range(T)),
    "two base cases": (
        "h[0] = 0\nh[1] = 1\nh[t] = h[t-1] + h[t-2] for t in 2..T",
        lambda T: [0, 1, *range(2, T + 1)],
        lambda T: [t - j for t in range(2, T + 1) for j in (1, 2)],
    ),
    "only used where defined": (
        "h[t] = (if t > 1 then h[t-1] else 0) for t in 1..T",
        lambda T: range(1, T + 1),
        lambda T: range(1, T),
    ),
    "half": (
        "h[0] = 0\nh[t] = h[t // 2] for t in 1..T",
        lambda T: range(T + 1),
        lambda T: [t // 2 for t in range(1, T + 1)],
    ),
}


@pytest.mark.parametrize("name", RECURRENCES)
def test_missing_members(name: str) -> None:
    """Told exactly where enumeration finds one, with the member and the smallest T."""
    equations, defined, read = RECURRENCES[name]
    found = [item for item in report_of(f"dim T\n{equations}\n").diagnostics if item.code == "missing-member"]
    missing = first_missing(defined, read)
    if missing is None:
        assert found == []
    else:
        T, member = missing
        assert [(item.title.split(" ")[0], dict(item.sizes)) for item in found] == [(f"h[{member}]", {"T": T})]


def test_a_missing_base_case_comes_with_the_line_to_write() -> None:
    """h : p elsewhere, so h[0] = zeros(p); pasted back, the spec is fine."""
    text = "dim p, d, T\ninput x[t in 1..T] : d\nweight W\nh[t] : p = tanh(W @ [x[t]; h[t-1]]) for t in 1..T\n"
    (found,) = [item for item in report_of(text).diagnostics if item.code == "missing-member"]
    assert found.help == "write a base case: h[0] = zeros(p)"
    assert mistakes(text + "h[0] = zeros(p)\n") == []


def test_a_member_missing_in_two_reads_is_told_once() -> None:
    """Both gates read h[t-1]."""
    text = "dim p, T\nh[t] : p = h[t-1] + 2 * h[t-1] for t in 1..T\n"
    assert mistakes(text) == [(2, "missing-member")]


@pytest.mark.parametrize(
    ("equations", "line"),
    [
        ("h[t] = 0 for t in 1..T\nh[t] = 1 for t in 1..T", 3),
        ("h[t] = 0 for t in 1..T\nh[1] = 1", 3),
        ("h[0] = 0\nh[t] = 1 for t in 0..T", 3),
        ("h[t] = 0 for t in 1..T\nh[t] = 1 for t in T..T+3", 3),
        ("a = 1\na = 2", 3),
        ("g[i, j] = 0 for i in 1..T, j in 1..T\ng[i, i] = 1 for i in 1..T", 3),
    ],
)
def test_overlapping_definitions(equations: str, line: int) -> None:
    """A member that two equations define; told at the second one."""
    assert mistakes(f"dim T\n{equations}\n")[:1] == [(line, "defined-twice")]


@pytest.mark.parametrize(
    "equations",
    [
        "h[t] = 0 for t in 1..T\nh[t] = 1 for t in T+1..T+3",
        "h[0] = 0\nh[t] = 1 for t in 1..T",
        "g[0, j] = 0 for j in 1..T\ng[i, 0] = 1 for i in 1..T\ng[i, j] = 2 for i in 1..T, j in 1..T",
    ],
)
def test_definitions_side_by_side(equations: str) -> None:
    """No member in common, at any T."""
    assert mistakes(f"dim T\n{equations}\n") == []


def test_an_overlap_names_the_member() -> None:
    """T..T+3 and 1..T share T; at T = 1 that is h[1]."""
    report = report_of("dim T\nh[t] = 0 for t in 1..T\nh[t] = 1 for t in T..T+3\n")
    (found,) = report.diagnostics
    assert (found.title, dict(found.sizes)) == ("h[1] is defined twice", {"T": 1})


READS = [
    ("y = v[n]", False),
    ("y = v[n-1]", True),
    ("y = v[-1]", False),
    ("y = v[0]", True),
    ("y = v[1]", False),
    ("y[i in 0..n-1] = v[i]", True),
    ("y[i in 0..n] = v[i]", False),
    ("y[i in 0..2*n-1] = v[i // 2]", True),
    ("y[i in 0..2*n] = v[i // 2]", False),
    ("y[i in 0..5*n] = v[i % n]", True),
    ("y[i in 0..n-1] = v[n-1-i]", True),
    ("y[i in 0..n-1] = v[n-i]", False),
    ("y[i in 0..n] = if i < n then v[i] else 0", True),
    ("y[i in 0..n] = if i <= n then v[i] else 0", False),
    ("y[i in 0..n] = (v[i] default 0)", True),
    ("y = sum[i in 0..n-1, j in 0..i] v[j] * v[i-j]", True),
    ("y = sum[i in 0..n-1, j in 0..i] v[i+j]", False),
    ("y = v[0..n-1]", True),
    ("y = v[0..n]", False),
    ("y = (v + v)[n-1]", True),
    ("y = (v + v)[n]", False),
]


@pytest.mark.parametrize(("equation", "inside"), READS)
def test_reads_inside(equation: str, inside: bool) -> None:
    """v has members 0..n-1; which reads stay inside for every n >= 1 was decided by hand."""
    found = mistakes(f"dim n\ninput v : n\n{equation}\n")
    assert found == ([] if inside else [(3, "out-of-bounds")])


def test_a_read_outside_comes_with_the_smallest_sizes() -> None:
    """v[1] of n entries fails first at n = 1."""
    (found,) = report_of("dim n\ninput v : n\ny = v[1]\n").diagnostics
    assert dict(found.sizes) == {"n": 1}


def test_data_as_subscript_must_be_declared_inside() -> None:
    """E has V rows; tok in 0..V-1 is inside, tok in 0..V is not, tok without a range is not known to be."""
    spec = "dim V, D\ninput E : V x D\ninput tok{}\ny = E[tok]\n"
    assert mistakes(spec.format(" in 0..V-1")) == []
    assert [line for line, _ in mistakes(spec.format(" in 0..V"))] == [4]
    assert [line for line, _ in mistakes(spec.format(" : scalar"))] == [4]


def test_argmax_as_subscript_is_inside() -> None:
    """argmax[i] a[i] is a member of a, hence of b, which is as long."""
    assert mistakes("dim n\ninput a : n, b : n\ny = b[argmax[i] a[i]]\n") == []


def test_argmax_of_a_longer_one_is_not() -> None:
    """argmax over n + 1 members may give n, where b ends at n - 1."""
    assert [line for line, _ in mistakes("dim n\ninput a : n + 1\ninput b : n\ny = b[argmax[i] a[i]]\n")] == [4]


def test_literals_as_subscripts_are_looked_at() -> None:
    """Members 0 and 2 of three are there, 3 is not."""
    spec = "p = [0, {}]\ninput b : 3\ny[i in 0..1] = b[p[i]]\n"
    assert mistakes(spec.format(2)) == []
    assert [line for line, _ in mistakes(spec.format(3))] == [3]
