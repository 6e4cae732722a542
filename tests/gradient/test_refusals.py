"""Derivatives that there are not, or that cannot be derived, are refused by name, at their place."""

from __future__ import annotations

import pytest

from shapecheck.gradient import Refused, gradient
from shapecheck.source import Source
from shapecheck.spec import loads
from tests.gradient.derived import derived

SPEC = "dim n\ninput x : n, k in 0..3\nweight W : n x n, U : n\ny = W @ x\nloss = sum(y .* y)\n"


def _refusal(of: str, wrt: str, text: str = SPEC) -> Refused:
    with pytest.raises(Refused) as found:
        gradient(Source("<text>", text), of, [wrt])
    return found.value


def test_a_vector_is_no_number() -> None:
    """The help says how to make it one."""
    refused = _refusal("y", "W")
    assert (refused.title, refused.help) == (
        "`y` is no number",
        "give its sum a name, as in  loss = sum(y), or one member of it",
    )


def test_unknown_names() -> None:
    """Both are named."""
    assert _refusal("lost", "W").title == "there is no tensor `lost`"
    assert _refusal("loss", "V").title == "there is no tensor `V`"
    assert _refusal("loss", "V").help == "the weights are W, U"


def test_integers() -> None:
    """There is no derivative by an integer."""
    assert _refusal("loss", "k").title == "`k` holds integers, and there is no derivative by them"


def test_a_weight_that_is_not_reached_has_zeros() -> None:
    """It is said, and the result is still checked."""
    made = derived(SPEC, "U")
    assert made.unreached == ("U",)
    assert made.text.endswith("# loss does not depend on U.\nUbar = zeros(n)\n")


def test_a_spec_with_errors_has_no_gradient() -> None:
    """Its own messages come back."""
    found = gradient(Source("<text>", "y = W @ x\n"), "y", ["W"])
    assert isinstance(found, tuple) and found[0].level == "error"


def test_names_that_are_taken() -> None:
    """A name of the spec is never used again."""
    text = "dim n\ninput x : n, Wbar : n\nweight W : n x n\ny = tanh(W @ x + Wbar)\ndelta1 = sum(y .* y)\n"
    made = derived(text, "W", "delta1")
    assert made.bars == {"W": "Wbar1"}


def test_claims_on_the_work_of_the_whole_spec_are_left_out() -> None:
    """They speak of the forward pass alone."""
    made = derived(SPEC + "claim macs == n^2\nclaim params == n^2\n", "W")
    assert "claim macs" not in made.text
    assert "claim params" in made.text


def test_a_product_with_a_zero_factor() -> None:
    """Each factor gets the product of the others, which is no quotient."""
    made = derived("dim n\ninput x : n\nloss = prod[i in 0..n-1] x[i]\n", "x")
    run = loads(made.text).run({"n": 3}, {"x": [0.0, 2.0, 3.0]})
    assert run.value("xbar").tolist() == [6, 0, 0]


def test_equal_maxima() -> None:
    """The first one gets all, as in PyTorch's pooling."""
    made = derived("dim n\ninput x : n\nloss = max[i in 0..n-1] x[i]\n", "x")
    run = loads(made.text).run({"n": 3}, {"x": [1.0, 2.0, 2.0]})
    assert run.value("xbar").tolist() == [0, 1, 0]


def test_the_number_itself() -> None:
    """Its derivative by itself needs no equation."""
    assert _refusal("loss", "loss").title == "the derivative of `loss` by itself is 1"


def test_a_number_that_others_read() -> None:
    """The number may stand in equations that have nothing to do with its derivative."""
    made = derived("dim n\ninput x : n\nloss = sum(x .* x)\ntwice = 2 * loss\n", "x")
    assert made.text.endswith("xbar = 2 * x\n")
    assert made.runs == 1


def test_values_between() -> None:
    """The derivative by a value counts all that comes after it: in softmax regression, the target's share."""
    made = derived("dim n\ninput x : n, y : n\nq = softmax(x)\nloss = -sum(y .* log(q))\n", "q")
    assert made.text.endswith("qbar = -(y ./ q)\n")
