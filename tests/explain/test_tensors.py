"""Derivations of single tensors, read as a student would, against what was worked out by hand from the slides."""

from __future__ import annotations

import pytest

from shapecheck.explain import Unknown, explain
from tests.explain.asking import derived, of_text, row, told


def test_a_weight_of_which_nothing_is_said() -> None:
    """W of the GRU by hand: z .* h[t-1] and r .* h[t-1] give p + p rows, [x[t]; h[t-1]] gives d + p columns."""
    text = told(derived("slides/gru.shape"), "W")
    assert text.startswith("W : 2p x (p + d)\n")
    assert "line 7 h[0] : p in `zeros(p)`" in row(text, "h[0] : p")
    assert "line 10 z[t] : p for t in 1..T in `z .* h[t-1]`: equal shapes" in row(text, "z[t] : p for t in 1..T")
    assert "line 9 W has 2p rows in `W @ [x[t]; h[t-1]]`" in row(text, "W has 2p rows")
    assert "d + p" in row(text, "[x[t]; h[t-1]] : p + d")
    assert "as many columns on the left as there are rows on the right" in row(text, "W has p + d columns")


def test_a_section_for_each_region() -> None:
    """The first layer of the stack reads x[t] : d, all others h : p, as the slide says of k = 1 and k > 1."""
    first, rest = told(derived("slides/gru_stack.shape"), "W").split("\n\nW[k] : ")
    assert first.startswith("W[1] : 2p x (p + d)\n") and "x[t] : d for t in 1..T" in first
    assert rest.startswith("2p x 2p for k in 2..L\n") and "x[t]" not in rest


@pytest.mark.parametrize(
    ("asked", "starts"),
    [("W[1]", ["W[1] : 2p x (p + d)"]), ("W[2]", ["W[k] : 2p x 2p for k in 2..L"]),
     ("W[L]", ["W[1] : 2p x (p + d)", "W[k] : 2p x 2p for k in 2..L"]),
     ("W[k]", ["W[1] : 2p x (p + d)", "W[k] : 2p x 2p for k in 2..L"])],
)  # fmt: skip
def test_members(asked: str, starts: list[str]) -> None:
    """A number is one member; L may be 1 or more, and an index's name means all."""
    text = told(derived("slides/gru_stack.shape"), asked)
    heads = [line for line in text.splitlines() if line.startswith("W")]
    assert heads == starts


def test_a_range_that_is_left_open() -> None:
    """x + m must stay inside 0..H-1 for m up to M-1, so the last x is (H - 1) - (M - 1) = H - M: the slide's VALID."""
    text = told(derived("slides/convolution.shape"), "V")
    found = row(text, "x runs over 0..H - M")
    assert "`I[x+m, y+n]` stays inside 0..H - 1 for `m` in 0..M - 1; (H - 1) - (M - 1)" in found


def test_a_convolution_tells_its_formula_and_what_it_owes() -> None:
    """VALID by hand: (H - k) // s + 1 places, and k must not be more than H; SAME asks the kernel nothing."""
    lines = ("dim H, k, s", "assume H >= k", "input I : H", "weight K : k", "y = conv(I, K, stride = s)")
    spec = "\n".join((*lines, "z = conv(I, K, pad = SAME)"))
    text = told(of_text(spec), "y")
    assert "a window of k fits (n - k) // stride + 1 times" in row(text, "y : (H - k) // s + 1")
    assert "needed: a kernel that fits in its image; proved" in row(text, "H >= k")
    assert "since `assume H >= k`" in row(text, "H >= k")
    assert "ceil(n / stride), whatever the kernel" in told(of_text(spec), "z")


def test_padding_is_put_into_the_formula() -> None:
    """ResNet's first layer: 7 x 7, stride 2, 3 on each side: (H + 3 + 3 - 7) // 2 + 1."""
    assert "(H + 3 + 3 - 7) // 2 + 1; (W + 3 + 3 - 7) // 2 + 1" in told(derived("networks/resnet50.shape"), "c1")


def test_only_the_assumptions_that_are_needed_are_told() -> None:
    """Two sizes that are one by `a == b`; that c is even has nothing to do with it."""
    spec = "dim a, b, c\nassume c % 2 == 0, a == b\ninput x : a, y : b\nz = x + y\n"
    text = told(of_text(spec), "z")
    assert "c % 2" not in text


def test_the_inside_of_a_block() -> None:
    """The declaration in the library, with the numbers that the application gives it: 64 channels come in from c1."""
    text = told(derived("networks/resnet50.shape"), "c2.bottleneck[1].main.cb[1].conv2d.K")
    found = row(text, "c2.bottleneck[1].main.cb[1].conv2d.K : 1 x 1 x 64 x 64")
    assert found.startswith("8 conv.shape:23") and "filters = 64, size = 1 x 1, groups = 1, C = 64" in found


def test_a_path_without_a_name_is_what_the_block_gives() -> None:
    """`c2.bottleneck[1]` is its output y: 4 * 64 = 256 channels."""
    text = told(derived("networks/resnet50.shape"), "c2.bottleneck[1]")
    assert text.startswith("c2.bottleneck[1].y : ceil(H / 4) x ceil(W / 4) x 256\n")


def test_shapes_that_grow() -> None:
    """By hand: c entries come in, every pass puts 2 more below them, so that pass k gives c + 2k."""
    block = "layer grow(g) {\n  dim C\n  input x : C\n  output y\n  weight W : g x C\n  y = [x; W @ x]\n}\n"
    report = of_text(f"{block}dim c\ninput x : c\ny = x -> repeat(6, grow(2)) as r\n")
    assert told(report, "r").startswith("r : c + 12\n")
    text = told(report, "r.y")
    assert text.startswith("r.y[k] : c + 2k for k in 1..6\n")
    assert "at first" in text and "(c + 2k - 2) + 2" in text


def test_long_derivations_stop_at_named_tensors() -> None:
    """c5 of ResNet rests on c4, which can be asked for."""
    derivation = explain(derived("networks/resnet50.shape"), "c5", 30)
    (section,) = derivation.sections
    assert section.left_out > 0 and "c4" in section.further


@pytest.mark.parametrize(
    ("asked", "message"),
    [("Wx", "there is no Wx in this spec; did you mean W?"),
     ("parms", "there is no parms in this spec; did you mean params?"),
     ("W.macz", "there is no W.macz in this spec; did you mean W.macs?"), ("W[1]", "there is no W[1] in this spec"),
     ("", "there is no"), ("a b", "there is no a b"), ("h[", "there is no h["),
     ("h[-1]", "there is no h[-1]"), ("c1.params", "there is no c1.params in this spec; did you mean params?")],
)  # fmt: skip
def test_unknown_names(asked: str, message: str) -> None:
    """What may have been meant; a name with an index too many is no name either."""
    with pytest.raises(Unknown, match=message.replace("[", "\\[").replace("?", "\\?")):
        explain(derived("slides/gru.shape"), asked)


def test_an_argument_has_the_shape_that_a_block_declares() -> None:
    """The rows of U follow from the declaration of the input that U @ c is passed to, not from the body."""
    text = """layer f(n) {
  input x : [..., n]
  weight W
  output y : n
  y = tanh(W @ x)
}
layer twice(n) = f(n) -> f(n)
dim p, q
input c : p
weight U, V
y = U @ c -> twice(q)
z = V @ c -> repeat(3, f(q))
"""
    for name in "UV":
        assert "line 2 " in told(of_text(text), name)
        assert "passed to `f` as `x : [..., n]` with n = q" in told(of_text(text), name)
