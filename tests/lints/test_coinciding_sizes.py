"""Claims that hold only because two sizes of the tests are the same.

The independent truth: by hand, what is true of vectors of p and of d entries; and the same spec with a test at distinct
sizes added, which then refutes the claim.
"""

from __future__ import annotations

import pytest

from ..graph.asking import report_of
from .told import line_of, told

HEAD = "dim p, d, T\ninput x : p, y : d, z : T\n"
FALSE = "claim d * sum(x) == (sum[i in 0..p-1] x[i]) * p\n"
TRUE = "claim abs(sum(x)) <= sum(abs(x)) + d\n"


def warned(text: str) -> list[str]:
    """The labels of the warnings."""
    return [item.labels[0].text for item in told(text, "warnings") if item.code == "coinciding-sizes"]


def test_a_claim_that_is_tested_where_the_sizes_coincide() -> None:
    """d times the sum of x is p times the sum of x where d = p alone."""
    text = HEAD + FALSE + "test a(p = 3, d = 3, T = 2)\ntest b(p = 2, d = 2, T = 5)\n"
    assert [str(verdict.word) for verdict in report_of(text).verdicts] == ["tested"]
    (found,) = [item for item in told(text, "warnings") if item.code == "coinciding-sizes"]
    assert found.labels[0].text == "held in the tests a and b, where p = d"
    assert found.sizes["p"] != found.sizes["d"]
    sizes = ", ".join(f"{name} = {value}" for name, value in found.sizes.items())
    assert [str(verdict.word) for verdict in report_of(text + f"test c({sizes})\n").verdicts] == ["refuted"]


@pytest.mark.parametrize(
    "claim, tests",
    [
        (TRUE, "test a(p = 3, d = 3, T = 2)\n"),
        (FALSE.strip() + " when p == d\n", "test a(p = 3, d = 3, T = 2)\n"),
        (TRUE, "test a(p = 3, d = 3, T = 3)\ntest b(p = 2, d = 3, T = 4)\n"),
        ("claim 2.0 * sum(x) <= 4.0 * sum(abs(x)) - 2.0 * sum(abs(x))\n", "test a(p = 3, d = 3, T = 3)\n"),
    ],
)
def test_nothing_is_seen_to_differ(claim: str, tests: str) -> None:
    """True claims, and one that says itself where it holds."""
    assert not warned(HEAD + claim + tests)


def test_a_claim_that_fails_for_another_reason() -> None:
    """sum(x) <= sum(x)^2 depends on the numbers: it fails at equal sizes as well."""
    text = HEAD + "claim sum(x) <= (sum(x) + 0 * sum(y)) ^ 2\ntest a(p = 1, d = 1, T = 1) { x = [2], y = [1] }\n"
    text = text.replace("{ x = [2], y = [1] }", "{\n  x = [2]\n  y = [1]\n}")
    assert not warned(text)


INSIDE = {
    "W : d x p": True,  # W : p x p is told from W @ x, with p rows
    "W : p x p": False,
    "params == p * d": True,
    "params == 9": False,  # true of this test alone, whatever d is
    "params == p ^ 2": False,
    "p + d == 2p": True,
    "sum(x + y) == sum(x) + sum(y)": True,
    "sum(x) + sum(y) == sum(y) + sum(x)": False,
    "sum(x) * d == p * sum(x)": True,
    "sum(x) * T == 2 * sum(x)": False,
}


@pytest.mark.parametrize("claim", INSIDE)
def test_claims_inside_of_a_test(claim: str) -> None:
    """In the test all of them hold; p and d, both 3 there, are what some of them confuse."""
    text = HEAD + "weight W\nh = W @ x\nh : p\n" + f"test a(p = 3, d = 3, T = 2) {{\n  claim {claim}\n}}\n"
    assert report_of(text).ok
    found = [item for item in told(text, "warnings") if item.code == "coinciding-sizes"]
    assert [item.labels[0].text for item in found] == ["holds in the test a, where p = d = 3"] * INSIDE[claim]
    assert all(line_of(text, item) == 7 and item.sizes["p"] != item.sizes["d"] for item in found)
    assert not warned(text.replace("d = 3", "d = 4")) if not INSIDE[claim] else True


def test_inside_of_a_block() -> None:
    """The tests of a block, at its line."""
    body = "  dim p, d\n  input x : p, y : d\n  output z\n  z = sum(x) + sum(y)\n"
    text = f"layer f() {{\n{body}  test t(p = 2, d = 2) {{\n    claim z : scalar\n    claim p == d\n  }}\n}}\n"
    (found,) = [item for item in told(text, "warnings") if item.code == "coinciding-sizes"]
    assert line_of(text, found) == 8


def test_runs_of_a_lint_confirm_nothing() -> None:
    """The sizes at which a lint looks are not among those that the report says were run."""
    text = HEAD + FALSE + "test a(p = 3, d = 3, T = 2)\n"
    assert report_of(text).sizes_run == report_of(text, lint="none").sizes_run == ({"p": 3, "d": 3, "T": 2},)


def test_a_comment_allows_it() -> None:
    """On the claim's line."""
    text = HEAD + FALSE.strip() + "  # allow: coinciding-sizes\ntest a(p = 3, d = 3, T = 2)\n"
    assert not warned(text)
