"""Sizes read off tensors, as static arguments, and by the names of axes.

Expected shapes are worked out by hand.
"""

from __future__ import annotations

from ..graph.asking import mistakes, report_of, shape, sizes, verdicts

IMAGE = "dim N, H, C\ninput x : [batch=N, height=H, width=H, channel=C]\n"


def test_a_size_of_a_tensor_is_a_parameter_of_a_layer() -> None:
    """As many filters as channels."""
    n, h, c = sizes("N H C")
    assert shape(IMAGE + "y = x -> conv2d(size(x, 3), 1 x 1)\n", "y") == (n, h, h, c)


def test_a_size_of_what_a_layer_gives_is_one_too() -> None:
    """Counted from the end, in a chain, of a named stage, as a number of passes, and in a list."""
    text = (
        IMAGE + "z = x -> conv2d(size(x, -1), 3, pad = SAME) as c\n"
        "y = z -> conv2d(size(z, 3), [size(c, 2), 1], pad = SAME) -> repeat(size(x, 0), dense(size(x, 3)))\n"
        "claim y : [N, H, H, C]\n"
    )
    assert verdicts(text) == ["proved"]


def test_an_axis_by_its_name() -> None:
    """channel and height of an input, of a value, and as an argument."""
    text = (
        IMAGE + "y = x -> conv2d(size(x, channel), 3, pad = SAME)\n"
        "claim size(x, height) == H\nclaim size(tanh(y), channel) == C\nclaim size(y, channel) == H\n"
    )
    assert verdicts(text) == ["proved", "proved", "refuted"]


def test_a_name_that_no_axis_has() -> None:
    """A slip is told."""
    assert mistakes(IMAGE + "z = zeros(size(x, chanel))\n") == [(3, "unknown-axis")]


def test_a_plain_index_runs_over_its_axis_also_with_a_default() -> None:
    """c stands alone: it runs over the channels; i + m does not, and needs a range."""
    text = "dim H, C\ninput x : [H, C]\ny[i in 0..H-1, c] = mean[m in 0..2] (x[i+m-1, c] default 0)\n"
    h, c = sizes("H C")
    assert shape(text + "z = y\n", "z") == (h, c)
    assert mistakes(text.replace("i in 0..H-1", "i")) == [(3, "unbounded-index")]


def test_a_plain_index_keeps_the_numbers_of_its_axis() -> None:
    """1..T: the first one is y[1]."""
    text = "dim T\ninput x[t in 1..T] : 2\ny[t] = (x[t, 0] default 0)\nclaim y[1] == x[1, 0]\n"
    assert verdicts(text) == ["proved"]


def test_time_does_not_stand_where_a_height_goes() -> None:
    """`maxpool(2)` slides along two axes; of a sequence these would be the batch and the time."""
    sequence = "dim N, T\nassume N >= 2, T >= 2\ninput x : [batch=N, time=T, channel=8]\n"
    for layer in ("maxpool(2)", "avgpool(2)", "conv2d(3, 1)"):
        (found,) = report_of(sequence + f"y = x -> {layer}\n").diagnostics
        assert found.code == "axis-names" and found.help is not None and "1d" in found.help
    for layer in ("maxpool1d(2)", "avgpool1d(2)", "conv1d(3, 1)", "globalpool1d", "gru(3)", "dense(2)", "mha(2)"):
        assert report_of(sequence + f"y = x -> {layer}\n", lint="none").ok, layer
