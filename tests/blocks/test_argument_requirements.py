"""Requirements of the sizes in static arguments: an exact `/` divides, also in a default or at an index fixed later.

The expected places are worked out by hand: 2 divides 4 and 2, but not 3.
"""

from __future__ import annotations

import pytest

from shapecheck.check import check
from shapecheck.source import Source

from ..graph.asking import derived, mistakes, shape, verdicts

HALVES = """
layer halves(k, a = k / 2) {
  dim d
  input x : d
  output y : a
  weight W : a x d
  y = W @ x
}
layer to(a) {
  dim d
  input x : d
  output y : a
  weight W : a x d
  y = W @ x
}
layer wide(b = [4, 3 / 3]) {
  dim d
  input x : d
  output y : b[0]
  weight W : b[0] x d
  y = W @ x
}
fn scaled(x : m, k = 3, a = k / 2) = a * x
"""


@pytest.mark.parametrize(
    "statements",
    [
        "y = x -> halves(3)",
        "y = halves(3)(x)",
        "e = halves(3)\ny = e(x)",
        "y = x -> repeat(2, halves(3))",
        "y = x -> to(3 / 2)",
        "y = scaled(x)",
        "y = scaled(x, k = 5)",
        "c = [4, 3]\nh[0] = x\nh[k] = h[k-1] -> to(c[k-1] / 2) for k in 1..2\ny = h[2]",
        "c = [4, 3]\nh[0] = x\nh[k] = h[k-1] -> halves(c[k-1]) for k in 1..2\ny = h[2]",
        "c = [4, 3]\nh[0] = x\nh[k] = h[k-1] -> repeat(1, to(c[k-1] / 2)) for k in 1..2\ny = h[2]",
        "c = [3, 3]\ne[k] = to(c[k-1] / 2) for k in 1..2\ny = e[2](x)",
        "c = [3, 3]\ne[k] = halves(c[k-1]) for k in 1..2\ny = e[2](x)",
    ],
)
def test_a_division_that_leaves_a_rest_is_an_error(statements: str) -> None:
    """3 / 2 and 5 / 2 are no sizes, wherever they stand among the arguments of a block."""
    assert [code for _, code in mistakes(f"input x : 2\noutput y\n{statements}\n{HALVES}")] == ["requirement-fails"]


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        ("y = x -> halves(6)", "3"),
        ("y = x -> halves(3, 2)", "2"),
        ("y = x -> wide()", "4"),
        ("y = scaled(x, a = 3)", "2"),
        ("c = [4, 6]\nh[0] = x\nh[k] = h[k-1] -> to(c[k-1] / 2) for k in 1..2\ny = h[2]", "3"),
        ("c = [4, 4]\ne[k] = halves(c[k-1]) for k in 1..2\ny = e[2](x)", "2"),
    ],
)
def test_a_division_that_comes_out_even_is_a_size(statements: str, expected: str) -> None:
    """Nothing is required of a default that the call does not use, and even divisions give the size."""
    text = f"input x : 2\noutput y\n{statements}\n{HALVES}"
    assert mistakes(text) == [] and [str(size) for size in shape(text, "y")] == [expected]


def test_the_call_is_required_to_fit_under_the_condition_of_its_branch() -> None:
    """In the branch for even n, n / 2 is a size; without the branch it is not for n = 1."""
    even = "if n % 2 == 0 then sum(x -> halves(n)) else 0"
    assert mistakes(f"dim n\ninput x : n\noutput y\ny = {even}\n{HALVES}") == []
    assert mistakes(f"dim n\ninput x : n\noutput y\ny = sum(x -> halves(n))\n{HALVES}") == [(4, "requirement-fails")]


@pytest.mark.parametrize(
    ("default", "code"),
    [
        ("b + 1", "undeclared-name"),
        ("1 + 2.5", "not-a-size"),
        ("[k, q]", "undeclared-name"),
        ("k // 0", "bad-division"),
    ],
)
@pytest.mark.parametrize("call", ["x", "x -> f(2)", "x -> f(2, 3)"])
def test_a_wrong_default_is_told_where_it_stands(default: str, code: str, call: str) -> None:
    """The mistake is on line 4, whether the block is applied with the default, without it, or not at all."""
    block = f"layer f(k, a = {default}, b = a + 1) {{\n  dim d\n  input x : d\n  output y : d\n  y = a * b * x\n}}"
    text = f"input x : 2\noutput y\ny = {call}\n{block}\n"
    source = Source("test.shape", text)
    errors = [item for item in check(source).diagnostics if item.level == "error" and item.span is not None]
    assert {(source.position(item.span.start)[0], item.code) for item in errors} == {(4, code)}


SIZES = "dim n\ninput x : n\noutput y : n\ny = x\n"


@pytest.mark.parametrize(
    "statement", ["z = x[0..size(x -> to(n / 2 + 1), 0) - 1]", "z = size(x -> to(n / 2 + 1), 0) * x"]
)
def test_a_value_whose_size_is_asked_for_keeps_its_requirements(statement: str) -> None:
    """For n = 1 the value does not exist, so it has no size."""
    assert mistakes(f"{SIZES}{statement}\n{HALVES}") == [(5, "requirement-fails")]


def test_a_claim_on_the_size_of_a_value_is_made_where_the_value_exists() -> None:
    """The claim holds for even n and makes no sense for odd n, so it is not proved for all n."""
    claim = "claim size(x -> to(n / 2 + 1), 0) == n // 2 + 1"
    assert verdicts(f"{SIZES}{claim}\n{HALVES}") == ["error"]
    assert verdicts(f"{SIZES}{claim} when n % 2 == 0\n{HALVES}") == ["proved"]


@pytest.mark.parametrize(
    "claim", ["(x -> to(2)) : 2", "( (n + 1) * 2) == 2n + 2", "(n + 1) * (n - 1) == n^2 - 1", "n + (1) == 1 + n"]
)
@pytest.mark.parametrize("label", ["", '"a label (1) (" '])
def test_the_text_of_a_claim_has_the_parentheses_of_its_source(claim: str, label: str) -> None:
    """A help repeats the claim, so it must be a claim again."""
    (found,) = derived(f"{SIZES}claim {label}{claim}\n{HALVES}").graph.claims
    assert found.text == claim
