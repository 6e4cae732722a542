"""Parameters with a shape, `size : 2`: a list of so many sizes, and one size stands for all of them.

Independent truth: by hand (3 is short for 3 x 3), NumPy for the values, PyTorch's bilinear resizing.
"""

from __future__ import annotations

import numpy as np
import pytest

from shapecheck.sizes import integer

from ..graph.asking import computed, mistakes, report_of, shape, sizes

IMAGE = "dim N, C\ninput x : [N, 28, 28, C]\n"


def title(text: str) -> str:
    """The title of the only error."""
    (found,) = [item for item in report_of(text).diagnostics if item.level == "error"]
    return found.title


def test_one_number_is_the_size_along_both_axes() -> None:
    """`conv2d(32, 3)` is `conv2d(32, 3 x 3)`, weights and macs included."""
    (n,) = sizes("N")
    text = IMAGE + (
        "y = x -> conv2d(32, {}) as c\nclaim c.params == 9 * 32 * C + 32\nclaim c.macs == N * 26^2 * 288 * C\n"
    )
    for written in ("3", "3 x 3", "[3, 3]"):
        assert shape(text.format(written), "y") == (n, integer(26), integer(26), integer(32))
        assert [str(item.word) for item in report_of(text.format(written)).verdicts] == ["proved", "proved"]


@pytest.mark.parametrize(
    ("stage", "claimed"),
    [
        ("conv2d(4, 3 x 5)", "[N, 26, 24, 4]"),
        ("conv2d(4, [3, 5], stride = 2 x 1)", "[N, 13, 24, 4]"),
        ("conv2d(4, 3, dilation = 1 x 2)", "[N, 26, 24, 4]"),
        ("depthwise(3, stride = 1 x 5)", "[N, 26, 6, C]"),
        ("conv2d_transpose(4, 2, stride = 2 x 3, extra = 1 x 0)", "[N, 57, 83, 4]"),
        ("avgpool(2 x 7)", "[N, 14, 4, C]"),
        ("avgpool(2, stride = 1 x 2)", "[N, 27, 14, C]"),
        ("upsample(2 x 1)", "[N, 56, 28, C]"),
        ("upsample_bilinear(1 x 3)", "[N, 28, 84, C]"),
        ("crop(20)", "[N, 20, 20, C]"),
        ("adaptive_avgpool(7)", "[N, 7, 7, C]"),
        ("adaptive_maxpool([4, 9])", "[N, 4, 9, C]"),
    ],
)
def test_layers_of_the_library_take_one_size_or_both(stage: str, claimed: str) -> None:
    """Sizes by hand: (n - m) // s + 1 for windows, (n - 1) s + m + extra for what is spread."""
    found = report_of(f"{IMAGE}y = x -> {stage}\nclaim y : {claimed}\n", lint="none")
    assert found.ok and [str(item.word) for item in found.verdicts] == ["proved"], found.diagnostics


def test_a_default_may_be_an_earlier_list_or_one_number() -> None:
    """`stride : 2 = m` is m; `= 1` is 1 x 1; a default may be computed from the entries before it."""
    text = (
        "layer pooled(m : 2, stride : 2 = m, more : 2 = m[0] x 1) {\n  dim H, W\n  input x : H x W\n  output y\n"
        "  y[i, j] = sum[a in 0..m[0]-1, b in 0..m[1]-1] x[stride[0]*i+a, stride[1]*j+b]\n  n = more[0] + more[1]\n"
        "  claim y : (H - m[0]) // stride[0] + 1 x (W - m[1]) // stride[1] + 1\n}\n"
        "input x : 8 x 9\ny = x -> pooled(2 x 3)\nz = x -> pooled(2, 1)\n"
        "claim y : 4 x 3\nclaim z : 7 x 8\n"
    )
    assert report_of(text).ok, report_of(text).diagnostics


def test_a_list_is_handed_on_and_applied_by_name() -> None:
    """A chain passes its lists on; an instance and a repeated stage keep theirs."""
    text = (
        "layer cv(filters, size : 2, stride : 2 = 1) = conv2d(filters, size, stride) -> relu\n"
        "input x : [20, 30, 1]\ny = x -> cv(4, 3, stride = 2 x 1)\nclaim y : [9, 28, 4]\n"
        "f = cv(1, 3 x 1)\nz = f(f(x))\nclaim z : [16, 30, 1]\n"
        "u = x -> repeat(3, cv(1, 1 x 5))\nclaim u : [20, 18, 1]\n"
    )
    assert report_of(text).ok, report_of(text).diagnostics


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("3 x 3 x 3", "cv: size takes 2 sizes, as in 3 x 3, or one for both; here are 3"),
        ("[3]", "cv: size takes 2 sizes, as in 3 x 3, or one for both; here is 1"),
        ("true", "cv: size takes 2 sizes, as in 3 x 3, or one for both"),
        ("SAME", "cv: size takes 2 sizes, as in 3 x 3, or one for both"),
        ("0.5", "cv: size takes 2 sizes, as in 3 x 3, or one for both"),
        ("relu", "cv: size takes 2 sizes, as in 3 x 3, or one for both"),
        ("[1, 2; 3, 4]", "cv: size takes 2 sizes, as in 3 x 3, or one for both"),
        ("foo", "the name foo is not declared, and size has to be a size"),
    ],
)
def test_a_wrong_list_is_told_at_the_call(given: str, told: str) -> None:
    """The words of the design, at the line of the call."""
    text = f"layer cv(n, size : 2) = conv2d(n, size)\ninput x : [9, 9, 1]\ny = x -> cv(4, {given})\n"
    assert title(text) == told
    assert [line for line, _ in mistakes(text)] == [3]


def test_a_wrong_default_is_told_where_the_layer_is_written() -> None:
    """It does not wait for a call that leaves it out."""
    text = (
        "layer f(s : 2 = 1 x 1 x 1) {\n  dim n\n  input x : n\n  output y : n * s[0]\n"
        "  y[i in 0..n*s[0]-1] = x[i//s[0]]\n}\n"
    )
    assert [item.code for item in report_of(text).diagnostics] == ["bad-argument"]


@pytest.mark.parametrize("header", ["size = 2", "size = 2 x 2", "size = [2, 2]"])
def test_a_test_sets_a_list_as_a_call_does(header: str) -> None:
    """One number for both, or one for each."""
    text = (
        "layer cut(size : 2) {\n  dim n, m\n  input x : n x m\n  output y\n  assume n >= size[0], m >= size[1]\n"
        "  y[i in 0..size[0]-1, j in 0..size[1]-1] = x[i, j]\n"
        "  claim sum(y) == x[0, 0] + x[0, 1] + x[1, 0] + x[1, 1] when size[0] == 2 and size[1] == 2\n"
        f"  test t({header}, n = 3, m = 4)\n}}\n"
    )
    found = report_of(text)
    assert found.ok, found.diagnostics
    assert [item.code for item in report_of(text.replace(header, "size = 2 x 2 x 2")).diagnostics] == ["bad-test"]


def test_values_of_unequal_factors() -> None:
    """Against NumPy: repeated rows and columns, means of 2 x 3 windows."""
    x = np.arange(24.0).reshape(4, 6, 1)
    text = "input x : [4, 6, 1]\na = x -> upsample(2 x 3)\nb = x -> avgpool(2 x 3)\n"
    data = {"x": x.tolist()}
    assert np.array_equal(computed(text, "a", {}, **data), x.repeat(2, axis=0).repeat(3, axis=1))
    assert np.allclose(computed(text, "b", {}, **data), x.reshape(2, 2, 2, 3, 1).mean(axis=(1, 3)))


def test_bilinear_by_unequal_factors_is_pytorchs() -> None:
    """`torch.nn.functional.interpolate` with a factor for each axis."""
    torch = pytest.importorskip("torch")
    x = np.random.default_rng(0).normal(size=(3, 4, 2))
    found = computed("input x : [3, 4, 2]\ny = x -> upsample_bilinear(2 x 3)\n", "y", {}, x=x.tolist())
    image = torch.tensor(x.transpose(2, 0, 1)[None])
    wanted = torch.nn.functional.interpolate(image, scale_factor=(2.0, 3.0), mode="bilinear", align_corners=False)
    assert np.allclose(found, wanted[0].numpy().transpose(1, 2, 0))


@pytest.mark.parametrize("written", ["s", "s : 2"])
def test_a_subscripted_parameter_without_a_shape_is_still_a_list(written: str) -> None:
    """Specs written before parameters had shapes keep their meaning; only one with a shape takes one number."""
    text = (
        "layer f({}) {{\n  dim n, m\n  input x : n x m\n  output y\n"
        "  y[i in 0..n*s[0]-1, j in 0..m*s[1]-1] = x[i//s[0], j//s[1]]\n"
        "  claim y : n * s[0] x m * s[1]\n}}\ninput x : 2 x 3\ny = x -> f({})\n"
    )
    assert report_of(text.format(written, "2 x 1")).ok
    assert report_of(text.format(written, "2")).ok == (written == "s : 2")
