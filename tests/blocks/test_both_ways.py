"""Calls are equations: shapes flow from a block to its arguments, results and given weights.

Independent truth: the same spec with the blocks written out by hand, or linear algebra on paper: (a x b)(b) is a,
[a; b] adds lengths, a cell takes and gives states of its own size.
"""

from __future__ import annotations

import pytest

from ..graph.asking import mistakes, report_of, shape, sizes, verdicts

STEP = """layer step(n) {
  dim m
  input x : [..., m], h : [..., n]
  weight W
  output h2 : n
  h2 = tanh(W @ [x; h])
}
"""
LSTM = """layer cell(n) {
  dim m
  input x : [..., m], h : [..., n], c : [..., n]
  weight W
  output h2 : n, c2 : n
  [f; g] = W @ [x; h]
  c2 = f .* c + g
  h2 = tanh(c2)
}
"""
ENCODER_DECODER = (
    STEP
    + LSTM
    + """dim S, T, e, f, p, q, v
input x[i in 1..S] : e, y[t in 1..T] : f
weight A, B, C
enc = step(p)
h[0] = zeros(p)
h[i] = enc(x[i], h[i-1]) for i in 1..S
dec = cell(q)
s[0] = tanh(A @ h[S])
c[0] = B @ h[S]
(s[t], c[t]) = dec(y[t], s[t-1], c[t-1]) for t in 1..T
o[t] : v = C @ s[t] for t in 1..T
"""
)


def test_every_weight_of_an_encoder_decoder() -> None:
    """Two kinds of cell; the states of the decoder are as the cell takes them, the rest follows."""
    text = ENCODER_DECODER + "claim enc.W : p x (e + p)\nclaim dec.W : 2q x (f + q)\n"
    p, q, v = sizes("p q v")
    assert [shape(text, name) for name in "ABC"] == [(q, p), (q, p), (v, q)]
    assert verdicts(text) == ["proved", "proved"]


CASES = {
    "the first state of a decoder": (
        "input c : p, y[t in 1..T] : e\nweight U\ndec = step(q)\ns[0] = tanh(U @ c)\n"
        "s[t] = dec(y[t], s[t-1]) for t in 1..T\n",
        "q p",
    ),
    "an argument of one call": ("input c : p, y : e\nweight U\na = step(q)(y, tanh(U @ c))\n", "q p"),
    "through two blocks in a row": (
        "input c : p, y : e\nweight U, B\na = step(r)(step(q)(y, U @ c), B @ c)\n",
        "q p",
    ),
    "the axes in front are those of the other input": (
        "input c[i in 1..N] : p, y[i in 1..N] : e\nweight U\nh[i] = U @ c[i] for i in 1..N\no = step(q)(y, h)\n",
        "q p",
    ),
    "the argument has no axes in front": (
        "input c : p, y[i in 1..N] : e\nweight U\no = step(q)(y, U @ c)\n",
        "q p",
    ),
}


BLOCKS = """layer f(n) {
  input x : [..., n]
  weight W
  output y : n
  y = tanh(W @ x)
}
layer turned(n, k) {
  input x : [..., n]
  weight W
  output y : k
  y = tanh(W @ x)
}
layer twice(n) = f(n) -> f(n)
layer four(n) = twice(n) -> twice(n)
layer after_tanh(n) = tanh -> f(n)
layer again(s) = s -> s
layer plus(n) {
  input x
  output y
  y = x + f(n)(x)
}
layer sums() {
  dim d, k
  input x : [..., d], h : [..., k]
  output y
  y = x + h
}
"""

THROUGH = {
    "repeat of any length": ("o = U @ c -> repeat(n, f(q))", "U", "q p"),
    "repeat written out": ("o = U @ c -> repeat(3, f(q))", "U", "q p"),
    "repeat of a chain": ("o = U @ c -> repeat(n, twice(q))", "U", "q p"),
    "a block in front of a repeat": ("o = U @ c -> turned(r, q) -> repeat(n, four(q))", "U", "r p"),
    "an instance, repeated": ("k = f(q)\no = U @ c -> repeat(n, k)", "U", "q p"),
    "a chain": ("o = U @ c -> twice(q)", "U", "q p"),
    "a chain of chains": ("o = U @ c -> four(q)", "U", "q p"),
    "an operation in front of the block": ("o = U @ c -> after_tanh(q)", "U", "q p"),
    "a block that is a parameter": ("o = U @ c -> again(f(q))", "U", "q p"),
    "a body with a shortcut": ("o = U @ c -> plus(q)", "U", "q p"),
    "a body that wants two sizes to be equal": ("o = sums()(U @ c, y)", "U", "e p"),
    "the result of that body": ("o : q = sums()(U @ c, U @ c)", "U", "q p"),
    "every member of a family": ("h[i] = U @ C[i] for i in 1..N\no = h -> four(q)", "U", "q p"),
    "inside of a for": ("for i in 1..N {\n  z = tanh(U @ C[i])\n  o = z -> four(q)\n}", "U", "q p"),
    "the axes in front of the result": ("o : N x q = U -> f(q)", "U", "N q"),
    "the axes in front of the result of a chain": ("o : N x q = U -> four(q)", "U", "N q"),
    "the axes in front of the result of a repeat": ("o : N x q = U -> repeat(n, f(q))", "U", "N q"),
    "nothing but the block": ("o = U -> four(q)", "U", "q"),
    "a first state with a default": ("z = gru(q)(Y, U @ c)", "U", "q p"),
    "that state by name": ("z = gru(q)(Y, h0 = tanh(U @ c))", "U", "q p"),
}


@pytest.mark.parametrize("name", THROUGH)
def test_shapes_flow_through_bodies(name: str) -> None:
    """f takes and gives q numbers, whatever stands around it."""
    text, weight, expected = THROUGH[name]
    declared = "dim N, e, n, p, q, r\ninput c : p, y : e, Y[i in 1..N] : e, C[i in 1..N] : p\nweight U\n"
    assert shape(BLOCKS + declared + text + "\n", weight) == tuple(sizes(expected))


@pytest.mark.parametrize("name", CASES)
def test_an_argument_gets_its_shape_from_the_block(name: str) -> None:
    """The rows of U are the size of the input that U @ c is passed to; its columns are those of c."""
    text, expected = CASES[name]
    assert shape(STEP + "dim N, T, e, p, q, r\n" + text, "U") == tuple(sizes(expected))


def test_a_given_weight_gets_its_shape_from_the_layer() -> None:
    """A gru of 4 on vectors of d has W : 8 x (d + 4) and V : 4 x (d + 4): two gates, and the candidate."""
    text = "dim T, d\ninput x[t in 1..T] : d\nweight U, V\ny = gru(4, W = U, V = V)(x)\n"
    (d,) = sizes("d")
    assert [shape(text, name) for name in "UV"] == [(8 + 0 * d, d + 4), (4 + 0 * d, d + 4)]


def test_given_weights_in_a_family() -> None:
    """The first of a stack sees the input, the others the layer before."""
    text = "dim T, d, L\ninput x[t in 1..T] : d\nweight W[l in 1..L], V[l in 1..L]\ny[0] = x\n"
    text += "y[l] = gru(4, W = W[l], V = V[l])(y[l-1]) for l in 1..L\n"
    text += "claim W[1] : 8 x (d + 4)\nclaim V[l] : 4 x 8 for l in 2..L\n"
    assert verdicts(text) == ["proved", "proved"]


def test_a_given_weight_tells_the_size_of_an_argument() -> None:
    """K : 4 x 9 takes vectors of 9, so U has 9 rows."""
    text = "dim d\ninput c : d\nweight K : 4 x 9\nweight U\ny = dense(4, W = K, bias = false)(U @ c)\n"
    (d,) = sizes("d")
    assert shape(text, "U") == (9 + 0 * d, d)


def _labels(text: str) -> list[str]:
    (message,) = report_of(text).diagnostics
    return [text[label.span.start : label.span.end] for label in message.labels]


def test_two_calls_that_disagree_are_both_shown() -> None:
    """One says that h has 3 entries, the other 4: the message stands at the second and shows the first."""
    text = STEP + "dim e, p\ninput c : p, y : e\nweight U\nh = tanh(U @ c)\na = step(3)(y, h)\nb = step(4)(y, h)\n"
    assert mistakes(text) == [(13, "unequal-sizes")]
    assert _labels(text) == ["h", "tanh(U @ c)", "h : [..., n]", "h"]


def test_a_weight_given_to_two_layers_that_disagree() -> None:
    """U would need 8 and 10 rows; one message, at the second layer, shows the first one's shape."""
    text = "dim T, d\ninput x[t in 1..T] : d\nweight U\ny = gru(4, W = U)(x)\nz = gru(5, W = U)(x)\n"
    assert mistakes(text) == [(5, "unequal-sizes")]
    assert _labels(text) == ["U", "U"]


def test_a_given_weight_of_the_wrong_shape() -> None:
    """The message stands at the weight that is given, and says which shape the layer has for it."""
    text = "dim T, d\ninput x[t in 1..T] : d\nweight U : 7 x (d + 4)\ny = gru(4, W = U)(x)\n"
    (message,) = report_of(text).diagnostics
    assert message.title == "this needs the shape that gru has for W: 7 x (d + 4) is not 8 x (d + 4)"


def test_what_no_block_declares_stays_unknown() -> None:
    """x takes vectors of any size, so that U has any number of rows."""
    text = STEP + "dim e, p\ninput c : p, h : 4\nweight U\na = step(4)(U @ c, h)\n"
    assert mistakes(text) == [(10, "unknown-size")]
