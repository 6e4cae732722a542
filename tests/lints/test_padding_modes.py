"""Remarks on paddings that would give another size.

The independent truth: windows are counted one by one, by their definitions: VALID has those inside of the image, SAME
one for each start 0, s, 2s, .. inside of it, CEIL those of VALID and, if an entry is left over, one more.
"""

from __future__ import annotations

import re

import pytest

from shapecheck.check import check
from shapecheck.lints.padding_modes import CODE
from shapecheck.source import Source

from .told import told


def counted(mode: str, n: int, m: int, s: int) -> int:
    inside = len([start for start in range(0, n, s) if start + m <= n])
    if mode == "SAME":
        return len(range(0, n, s))
    return inside + (mode == "CEIL" and (inside - 1) * s + m < n)


@pytest.mark.parametrize("own", ["VALID", "SAME", "CEIL"])
@pytest.mark.parametrize("m, s", [(2, 2), (3, 2), (3, 3), (5, 2)])
def test_the_modes_that_differ_and_where(own: str, m: int, s: int) -> None:
    """A mode is named where it gives another number of windows at some size, with the condition that says at which."""
    heights = range(m, m + 12)
    found = [
        item
        for item in told(
            f"dim H\nassume H >= {m}\ninput x : H\ny = maxpool(x, [{m}], stride = {s}, pad = {own})\n", without=""
        )
        if item.code == "padding-modes"
    ]
    said = {}
    for note in (note for item in found for note in item.notes):
        match = re.fullmatch(r"(.*?) gives? .*?(?: where (.*?): (\d+), not (\d+), at H = (\d+))?", note)
        assert match is not None, note
        for mode in match[1].split(" and "):
            said[mode] = match
    for mode in {"VALID", "SAME", "CEIL"} - {own}:
        differ = {n for n in heights if counted(mode, n, m, s) != counted(own, n, m, s)}
        assert (mode in said) == bool(differ), (mode, said)
        if differ and said[mode][2]:
            assert {n for n in heights if eval(said[mode][2], {}, {"H": n})} == differ
            shown = int(said[mode][5])
            assert int(said[mode][3]) == counted(mode, shown, m, s) and int(said[mode][4]) == counted(own, shown, m, s)
        elif differ:
            assert differ == set(heights)


def test_nothing_where_no_mode_differs() -> None:
    """An even image and windows of 2; without a stride there is nothing to round."""
    assert not told("dim H\nassume H % 2 == 0\ninput x : H\ny = maxpool(x, [2])\n", without="")
    assert not told("dim H\ninput x : H\ny = maxpool(x, [2], stride = 1, pad = SAME)\n", without="")


def test_rounding_up_over_given_sides() -> None:
    """Windows of 3, 2 apart, one entry of padding: H = 4 has 2 (starts -1, 1), rounded up 3; H = 5 has 3 either way."""
    (found,) = told("dim H\ninput x : H\ny = maxpool(x, [3], stride = 2, pad = 1)\n", without="unread-border")
    assert found.level == "note" and found.title == "another padding than 1 would give another size"
    (note,) = found.notes
    assert "rounding up" in note and "where H % 2 == 0" in note


def test_idle_parts_are_not_told() -> None:
    """The case `min_with_zero`: s is at least 1, so that nothing is said of min(s, 0)."""
    spec = "dim T, s\nassume T >= 2s\ninput x : [T, 1]\ny = x -> conv1d(1, 2s, stride = s)\n"
    (message,) = [item for item in check(Source("net.shape", spec), lint="all").diagnostics if item.code == CODE]
    assert not any(word in note for note in message.notes for word in ("min(", "max("))
    assert any("CEIL gives (T - 1) // s entries, not T // s - 1" in note for note in message.notes)
