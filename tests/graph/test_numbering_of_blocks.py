"""Numbering of what blocks and functions give.

The independent truth is LANGUAGE.md, section 5: an output is numbered as declared; another axis has the argument's
numbering where it came from it entry by entry; else it counts from 0.
"""

from __future__ import annotations

import pytest

from .asking import mistakes

SEQUENCE = "dim T, d, p\nassume T >= 2\ninput x[t in 1..T] : d\n"
SCALED = "layer scaled() {\n  dim n, m\n  input x : [..., n, m]\n  output y\n  y = 2 * x\n}\n"
FRESH = "layer fresh() {\n  dim n, m\n  input x : [..., n, m]\n  output y\n  y[t in 1..n] = 2 * x[t-1]\n}\n"

ACCEPTED = [
    "input X : [14, 6]\nm = X -> conv1d(6, 1) -> gru(2)\nz = m[14]\nclaim z : 2\n",
    "input X : [14, 6]\nm = X -> conv1d(6, 1) -> dense(4) -> lstm(2) -> gru(3)\nz = m[14]\nclaim z : 3\n",
    "layer twice(p) = gru(p) -> gru(p)\ninput X : [14, 6]\nz = twice(2)(X)[14]\nclaim z : 2\n",
    "layer twice(p) = gru(p) -> gru(p)\n" + SEQUENCE + "u = x -> twice(p)\nclaim u[T] : p\n",
    SEQUENCE + "u = x -> repeat(3, gru(d))\nclaim u[T] : d\n",
    SEQUENCE + "u = x -> repeat(3, dense(d))\nclaim u[T] : d\n",
    SCALED + SEQUENCE + "u = x -> scaled\nclaim u[T] == 2 * x[T]\n",
    FRESH + SEQUENCE + "u = x -> fresh\nclaim u[0] == 2 * x[1]\n",
    SEQUENCE + "r = reverse(x)\nclaim r[1] == x[T]\nclaim r[T] == x[1]\n",
    "input X : [4, 6]\nr = reverse(X)\nclaim r[0] == X[3]\n",
    SEQUENCE + "fn first(z) = z[0]\nclaim first(x) == x[1]\n",
    SEQUENCE + "fn ends(z, k) = z[k] - z[0]\nclaim ends(x, 1) == x[2] - x[1]\n",
    SEQUENCE + "y = concat(x -> gru(p), reverse(reverse(x) -> gru(p)), axis = 1)\nclaim y[T] : 2p\n",
    SEQUENCE + "e = x -> lstm(7)\no = e.c -> dense(3)\nclaim o[T] : 3\n",
    "dim s, B\ninput x[b in 0..B-1, t in s..s+4] : 3\ny = x -> repeat(2, gru(3))\nz = y[0, 5]\nclaim z : 3\n",
    "dim s, B\ninput x[b in 0..B-1, t in s..s+4] : 3\ny = x -> repeat(2, dense(3))\nz = y[0, s]\nclaim z : 3\n",
    SEQUENCE + "h = x -> repeat(2, lstm(7))\nz = (x[T] -> dense(3))\nclaim z : 3\nclaim h[1] : 7\n",
]


@pytest.mark.parametrize("text", ACCEPTED)
def test_an_output_is_numbered_as_declared(text: str) -> None:
    """Whatever made the input, and through chains, repetitions and functions."""
    assert mistakes(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "input X : [14, 6]\nm = X -> conv1d(6, 1) -> gru(2)\nz = m[0]\n",
        SEQUENCE + "r = reverse(x)\nz = r[0]\n",
        FRESH + SEQUENCE + "u = x -> fresh\nz = u[T]\n",
        SEQUENCE + "fn last(z) = z[size(z, 0)]\nz = last(x)\n",
    ],
)
def test_another_number_is_outside(text: str) -> None:
    """Numbers that the axis does not have are errors."""
    assert [code for _, code in mistakes(text)] == ["out-of-bounds"]


def test_a_layer_inside_of_itself_ends() -> None:
    """Its numbering is not looked for forever."""
    assert mistakes("layer f(p) = dense(p) -> f(p)\n" + SEQUENCE + "u = x -> gru(2) -> f(3)\nz = u[1]\n") != []
