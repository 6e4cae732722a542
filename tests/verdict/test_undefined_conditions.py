"""Conditions and ranges do not stand for themselves: where a size in them is not defined, they say nothing.

Independent truth: Python's own division and powers at n = 1, 2, ..: it raises, or leaves the integers, exactly where a
size is not defined.
"""

from __future__ import annotations

import pytest

from shapecheck.check import check
from shapecheck.source import Source

HEAD = "dim n\ninput x : n\n"


def _word(claim: str) -> str:
    (verdict,) = check(Source("t", f"{HEAD}{claim}\n")).verdicts
    return str(verdict.word)


@pytest.mark.parametrize(
    "claim",
    [
        "claim n >= 2 when 6 // (n - 1) >= 0",
        "claim n >= 2 when 6 % (n - 1) >= 0",
        "claim n >= 3 when 2^(n-3) >= 1",
        "claim n >= 2 when n // (n - 1) == n // (n - 1)",
        "claim n >= 2 when size(x, 0) // (size(x, 0) - 1) >= 0",
        "claim n >= 2 for t in 0..n // (n - 1)",
        "claim t <= 2 for t in 0..n // (n - 1)",
        "claim t >= 0 for t in 0..6 // (n - 1) when t <= 9",
        "claim x[0] == x[0] when 6 // (n - 1) >= 0",
        "claim x : n when 6 // (n - 1) >= 0",
    ],
)
def test_what_is_not_defined_at_1_or_2_proves_nothing(claim: str) -> None:
    """At n = 1 (or 2, for the power) something is divided by 0 or has a negative exponent."""
    assert _word(claim) == "error"


@pytest.mark.parametrize(
    "claim",
    [
        "claim n // (n - 1) >= 1 when n > 1",
        "claim n >= 2 when n > 1 and 6 // (n - 1) >= 0",
        "claim t >= 0 for t in 0..n // (n - 1) when n > 1",
        "claim s <= 6 for t in 1..n, s in 0..6 // t",
        "claim n / 2 >= 1 when n % 2 == 0",
    ],
)
def test_what_is_guarded_is_proved(claim: str) -> None:
    """True wherever they make sense, which the condition, or the range before, sees to."""
    assert _word(claim) == "proved"


def test_an_assumption_does_not_stand_for_itself() -> None:
    """n = 1 is not ruled out by a sentence that has no meaning there; it is by n > 1, wherever that stands."""
    undefined = check(Source("t", "dim n\nassume 6 // (n - 1) >= 0\nclaim n >= 2\n"))
    assert [item.code for item in undefined.diagnostics if str(item.level) == "error"] == ["requirement-fails"]
    for text in ("assume n > 1, 6 // (n - 1) >= 0", "assume 6 // (n - 1) >= 0, n > 1"):
        assert check(Source("t", f"dim n\n{text}\nclaim n >= 2\n")).ok


def test_assumptions_do_not_stand_for_each_other() -> None:
    """Either makes sense from n = 2 on alone; together they do not rule out n = 1."""
    report = check(Source("t", "dim n\nassume 6 // (n - 1) >= 0, 8 // (n - 1) >= 0\nclaim n >= 2\n"))
    assert not report.ok
