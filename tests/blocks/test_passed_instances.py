"""Instances passed on as arguments: one set of weights wherever they are applied.

Independent truth: the applications written out one after the other; counts by hand, for n x n matrices without bias.
"""

from __future__ import annotations

import numpy as np
import pytest

from ..graph.asking import computed, verdicts

BLOCKS = """layer f(n) {
  input x : [..., n]
  weight W
  output y : n
  y = W @ x
}
layer twice(s) = s -> s
layer deep(s) = twice(s) -> repeat(2, s) -> twice(twice(s))
layer own(n) {
  input x : [..., n]
  k = f(n)
  output y : n
  y = x -> k -> deep(k)
}
dim p, n, L
input c : p
"""

CASES = {
    "passed to a layer": (
        "k = f(p)\nz = c -> twice(k)\nclaim z.params == p^2\nclaim z.macs == 2p^2\nclaim params == p^2\n"
    ),
    "passed on by layers and repeats": (
        "k = f(p)\nz = c -> deep(k)\nclaim z.params == p^2\nclaim z.macs == 8p^2\nclaim k.W : p x p\n"
    ),
    "the instance of a body": "z = c -> own(p)\nclaim z.params == p^2\nclaim z.k.W : p x p\nclaim z.macs == 9p^2\n",
    "one of a family": (
        "k[l] = f(p) for l in 1..L\nh[0] = c\nh[l] = h[l-1] -> deep(k[l]) for l in 1..L\n"
        "claim h.params == L * p^2\nclaim params == L * p^2\nclaim k.W : L x p x p\n"
    ),
    "two names alike at two levels": (
        "k = f(p)\nz = c -> k -> own(p)\nclaim params == 2p^2\nclaim z.params == 2p^2\nclaim k.params == p^2\n"
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_weights_of_a_passed_instance_are_one_set(name: str) -> None:
    """The counts of the specs written out by hand."""
    assert set(verdicts(BLOCKS + CASES[name])) == {"proved"}


def test_values_with_a_passed_instance() -> None:
    """Eight products with one matrix."""
    weight, c = np.array([[1, 2], [0, 1]]), np.array([3, 4])
    found = computed(BLOCKS + "k = f(p)\nz = c -> deep(k)\n", "z", {"p": 2, "n": 1, "L": 1}, c=c, **{"k.W": weight})
    assert found.tolist() == (np.linalg.matrix_power(weight, 8) @ c).tolist()


@pytest.mark.parametrize(
    "text", ["lstm = gru(4)\ny = lstm(x)\n", "y = lstm(x)\nlstm = gru(4)\n", "y = k(x)\nk = gru(4)\n"]
)
def test_an_instance_stands_anywhere_and_hides_the_library(text: str) -> None:
    """The order of equations does not matter, and a file's own name hides that of the library."""
    declared = "dim T, d\ninput x[t in 1..T] : d\n"
    claims = "claim y : T x 4\nclaim y : T x 5 expect refuted\nclaim params == 12 * (d + 4)\n"
    assert verdicts(declared + text + claims) == ["proved", "refuted", "proved"]
