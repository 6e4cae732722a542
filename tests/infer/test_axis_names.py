"""Names of axes: compared where both sides have them, never permuted, and no false alarm for an author's own words.

What is expected stands beside each text; it was decided by hand from the names that are declared.
"""

from __future__ import annotations

import pytest

from ..graph.asking import derived, report_of, shape

START = """dim N, H, W
assume H >= 4, W >= 4
input image : [batch=N, channel=3, height=H, width=W], p : [height=H, width=W, channel=3]
input q : [width=W, height=H, channel=3], a : [row=H, col=H], b : [col=H, row=H], free : [H, W, 3]
input own : [h=H, w=W, c=3], words : [rows=H, cols=W, ch=3], plural : [height=H, width=W, channels=3]
layer step() = conv2d(3, 3 x 3, pad = SAME)
layer square() {
  dim n
  input x : [row=n, col=n]
  output y
  y = x
}
"""

WRONG = [
    "y = a + b",
    "y = a .* a - tanh(b)",
    "y = if N > 2 then a else b",
    "y = concat(a, b, axis = 0)",
    "y = [a; b]",
    "t[i, j] = a[j, i]\ny = t + a",
    "y = a + a.T",
    "y = a.T .* tanh(a)",
    "y = (a + 1).T - a",
    "t = a.T\ny = t + a",
    "y = a + (b + 1)",
    "y = image -> conv2d(8, 3 x 3)",
    "y = image -> step",
    "y = image -> relu -> step",
    "y = image -> repeat(2, step)",
    "y = image -> avgpool(2)",
    "y = image -> maxpool(2)",
    "y = image[:, :, 1..3, :] -> step",
    "y = q -> step",
    "y = b -> square",
    "y = a -> square\nz = y + b",
    "output y : [h=H, w=W, c=3]\ny = p -> step",
]

RIGHT = [
    "y = p[0] -> conv1d(2, 3)",
    "y = a + a",
    "y = a + b.T",
    "y = a.T + b",
    "y = a + a.T.T",
    "y = a + (a + b.T)",
    "y = a @ b",
    "y = [a; a]",
    "t[i, j] = b[j, i]\ny = t + a",
    "y = p -> step\nz = y + p",
    "y = own -> step\nz = y + own",
    "y = words -> conv2d(8, 3 x 3)",
    "y = plural -> conv2d(8, 3 x 3) -> avgpool(2)",
    "y = free -> step\nz = y + own",
    "y = free + p",
    "x[n, i, j, c] = image[n, c, i, j]\ny = x -> step\nz = y + x",
    "y = image -> relu",
    "output y : [height=H, width=W, channel=3]\ny = p -> step",
    "y = p -> flatten -> dense(4)",
    "y = a -> square\nz = y + a",
]


def names_told(text: str) -> int:
    """How many messages there are about names; there must be no other error."""
    errors = [item.code for item in report_of(START + text + "\n").diagnostics if item.level == "error"]
    assert set(errors) <= {"axis-names"}, errors
    return len(errors)


@pytest.mark.parametrize("text", WRONG)
def test_names_that_meet_others_are_an_error(text: str) -> None:
    """Told once, also where the sizes agree."""
    assert names_told(text) == 1


@pytest.mark.parametrize("text", RIGHT)
def test_names_that_fit_and_names_of_ones_own_are_fine(text: str) -> None:
    """A library's words are none of an author's business who uses other ones, and no name meets any."""
    assert names_told(text) == 0


def test_channels_first_comes_with_the_equation_to_write() -> None:
    """The line that is offered is the right one: pasted, conv2d takes it."""
    text = "input x : [channel=3, height=H, width=W]\ny = x -> conv2d(8, 3 x 3)\n"
    (found,) = report_of(START + text).diagnostics
    assert found.help == "write x_in_order[h, w, c] = x[c, h, w], and apply conv2d to that"
    mended = text.replace("x -> conv2d", "x_in_order -> conv2d") + "x_in_order[h, w, c] = x[c, h, w]\n"
    assert not any(item.level == "error" for item in report_of(START + mended).diagnostics)


def test_concat_along_an_axis_by_name() -> None:
    """3 and 8 channels are 11, wherever the axis stands, also in a tensor that comes out of a layer."""
    made = "x[n, i, j, c] = image[n, c, i, j]\ny = x -> conv2d(8, 3 x 3, pad = SAME)\n"
    made += "z = concat(x, y, axis = channel)\n"
    assert str(shape(START + made, "z")[-1]) == "11"
    assert str(shape(START + "z = concat(image, image, axis = channel)\n", "z")[1]) == "6"
    assert derived(START + "z = concat(own, own + 1, axis = c)\n").cells["z"]


def test_an_axis_that_nobody_names() -> None:
    """The name is told, with what to write."""
    (found,) = report_of(START + "z = concat(p, p, axis = time)\n").diagnostics
    assert found.code == "unknown-axis" and found.help is not None and "time" in found.help
