"""Axes whose length depends on an index of the equation: `stack[t in 0..k] ..` and `x[0..k]`.

Expected values are worked out by hand, and with Python's lists.
"""

from __future__ import annotations

import numpy as np

from ..graph.asking import computed, mistakes, report_of, verdicts

WAVENET = (
    "dim T, L\nassume T >= 2^L\ninput x : T\nh[0] = x\n"
    "h[k] = stack[t in 0..T-2^k] (h[k-1][t] + h[k-1][t + 2^(k-1)]) for k in 1..L\n"
)


def test_dilated_layers_of_any_depth() -> None:
    """Layer k loses 2^(k-1) entries: T - 1, T - 3, T - 7, ..: T - 2^k + 1, for every depth."""
    assert verdicts(WAVENET + "claim h[k] : T - 2^k + 1 for k in 0..L\n") == ["proved"]


def test_the_values_of_dilated_layers() -> None:
    """Each entry of layer 3 is the sum of 8 neighbours."""
    x = np.arange(9.0) ** 2
    found = computed(WAVENET + "y = h[L]\n", "y", {"T": 9, "L": 3}, x=x)
    assert found.tolist() == [sum(x[at : at + 8]) for at in range(2)]


def test_another_length_is_refuted() -> None:
    """T - 2k for k = 3 is not T - 7."""
    assert verdicts(WAVENET + "claim h[k] : T - 2k + 1 for k in 1..L\n") == ["refuted"]


def test_sums_over_growing_parts() -> None:
    """1, 1 + 2, 1 + 2 + 4, by a cut, a stack and a concat."""
    for part in ("x[0..k]", "(stack[t in 0..k] x[t])", "(concat[t in 0..k] x[t] * ones(1))"):
        text = f"dim n\ninput x : n\ny[k] = sum({part}) for k in 0..n-1\n"
        assert computed(text, "y", {"n": 3}, x=np.array([1.0, 2, 4])).tolist() == [1, 3, 7]


def test_growing_members() -> None:
    """w[k] is the first k + 1 entries."""
    for part in ("x[0..k]", "stack[t in 0..k] x[t]"):
        text = f"dim n\nassume n >= 2\ninput x : n\nw[k] = {part} for k in 0..n-1\nclaim w[k] : k + 1 for k in 0..n-1\n"
        assert verdicts(text) == ["proved"]
        found = computed(text + "y = w[1]\n", "y", {"n": 3}, x=np.array([1.0, 2, 4]))
        assert found.tolist() == [1, 2]


def test_sizes_that_follow_no_rule_are_refused() -> None:
    """0, .., (n - k) k: neither affine nor geometric."""
    assert mistakes("dim n\ny[k] = stack[t in 0..(n-k)*k] 1 for k in 1..n\n") == [(2, "range-depends-on-index")]


def test_sizes_that_depend_on_a_big_operators_index_are_refused() -> None:
    """As a range, and as an argument."""
    assert mistakes("dim n\ny = sum[t in 1..n] sum(stack[u in 1..t] u)\n") == [(2, "range-depends-on-index")]
    assert mistakes("dim n\ny = sum[t in 1..n] sum(zeros(t))\n") == [(2, "range-depends-on-index")]
    assert mistakes("dim n\ninput x : n\ny = sum[t in 1..n] sum(x[0..t-1])\n") == [(3, "range-depends-on-index")]


def test_the_help_for_an_index_behind_its_operator_names_the_operator() -> None:
    """`stack` reaches over one product, as `sum` does."""
    first = report_of("dim n\ninput x : n\ny = stack[t in 0..n-1] x[t] + x[t]\n").diagnostics[0]
    assert first.help is not None and "stack[t] (.. + ..)" in first.help
