"""Pictures as SVG and PNG.

Independent truth: an XML parser, resvg (an SVG renderer), the formulas of WCAG 2 for contrast, the advance widths in
Pillow's own font.
"""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from io import BytesIO

import resvg_py
from PIL import Image, ImageFont
from PIL.PngImagePlugin import PngInfo

from shapecheck.drawing import Box, Line, Text, framed, png_file, same_png, svg_text
from shapecheck.drawing.colours import diverging, ink_on, luminance
from shapecheck.drawing.metrics import shortened, text_width
from shapecheck.drawing.model import hatched

SPACE = "{http://www.w3.org/2000/svg}"
HOSTILE = "</text><script>alert(1)</script> & \"x\" 'y' \x00\x1b ]]> é ∑"


def rendered(text: str) -> Image.Image:
    """An SVG drawn by resvg."""
    return Image.open(BytesIO(bytes(resvg_py.svg_to_bytes(svg_string=text)))).convert("RGB")


def opened(data: bytes) -> Image.Image:
    """A PNG read by Pillow."""
    return Image.open(BytesIO(data)).convert("RGB")


def test_both_writers_draw_the_same() -> None:
    """A red box in the middle of a picture is red in either, at twice the size in the PNG."""
    picture = framed([Box(0, 0, 40, 20, "#ff0000", "#000000")], margin=10)
    first, second = rendered(svg_text(picture)), opened(png_file(picture))
    assert first.size == (60, 40)
    assert second.size == (120, 80)
    for x, y, color in ((30, 20, (255, 0, 0)), (3, 3, (255, 255, 255))):
        assert first.getpixel((x, y)) == color
        assert second.getpixel((2 * x, 2 * y)) == color


def test_an_arrow_has_its_head_at_the_last_point() -> None:
    """Left of the tip a line of width 1 is 7 units high, as the head is; the line is 1."""
    picture = framed([Line(((0, 10), (60, 10)), "#000000", arrow=True), Box(0, 0, 60, 20)], margin=0)
    for image, scale in ((rendered(svg_text(picture)), 1), (opened(png_file(picture)), 2)):
        pixels = image.convert("L")
        shaft, head = (sum(pixels.getpixel((x * scale, y)) < 128 for y in range(image.height)) for x in (20, 53))
        assert head >= 3 * shaft


def test_a_curve_ends_in_a_head_that_follows_it() -> None:
    """The short last pieces of a curve are not longer than the head; nothing is drawn beyond the tip."""
    points = tuple((float(x), 30 - (x / 10) ** 2) for x in range(51))
    drawn = opened(png_file(framed([Line(points, arrow=True), Box(0, 0, 60, 40)], margin=0)))
    assert all(drawn.getpixel((x, y)) == (255, 255, 255) for x in range(104, 120) for y in range(80))


def test_hostile_text_stays_text() -> None:
    """What a name holds is read back by an XML parser as one text, control characters aside; nothing is an element."""
    tree = ElementTree.fromstring(svg_text(framed([Text(0, 0, HOSTILE), Box(0, 0, 9, 9, name=HOSTILE)], title=HOSTILE)))
    assert {element.tag for element in tree.iter()} == {SPACE + tag for tag in ("svg", "title", "rect", "text")}
    expected = HOSTILE.replace("\x00", "?").replace("\x1b", "?")
    assert [element.text for element in tree.iter(SPACE + "text")] == [expected]
    assert tree.find(SPACE + "title").text == expected  # type: ignore[union-attr]
    assert opened(png_file(framed([Text(0, 0, HOSTILE)]))).size[0] > 100


def test_texts_are_measured_wide_enough() -> None:
    """No character is wider in the font of the PNGs than it is taken to be."""
    font = ImageFont.load_default(1000)
    for code in range(32, 127):
        assert font.getlength(chr(code)) <= text_width(chr(code), 1000) + 1


def test_a_text_is_cut_to_its_room() -> None:
    """What is left fits, and says that it was cut."""
    cut = shortened("conv2d(64, 3 x 3)", 10, 60)
    assert cut.endswith("..")
    assert text_width(cut, 10) <= 60 < text_width(cut[:-2] + "2d(64", 10)
    assert shortened("dense", 10, 60) == "dense"


def test_numbers_are_legible_on_their_colours() -> None:
    """The contrast of WCAG 2's level AA, 4.5, for every colour of the scale."""
    for value in range(-100, 101):
        colour = diverging(value, 100)
        low, high = sorted((luminance(colour), luminance(ink_on(colour))))
        assert (high + 0.05) / (low + 0.05) >= 4.5


def test_the_scale_darkens_with_size_on_both_sides() -> None:
    """In grey print a larger number is darker, and a negative one darker than a positive one of the same size."""
    for sign in (1, -1):
        greys = [luminance(diverging(sign * value, 10)) for value in range(11)]
        assert greys == sorted(greys, reverse=True)
    assert luminance(diverging(-10, 10)) < luminance(diverging(10, 10))


def test_zero_is_white_and_so_is_a_tensor_of_zeros() -> None:
    """By design: colour means a value."""
    assert diverging(0, 10) == diverging(0, 0) == "#ffffff"


def test_a_hatching_stays_within_its_box() -> None:
    """Every end of every line lies on the rim of the box."""
    box = Box(3, 5, 20, 12)
    ends = [point for line in hatched(box) for point in line.points]
    assert len(ends) >= 6
    for x, y in ends:
        assert 3 <= x <= 23 and 5 <= y <= 17
        assert x in (3, 23) or y in (5, 17)


def test_pngs_are_compared_by_what_they_show() -> None:
    """Packed anew by Pillow it is the same picture; another text, or a file that is cut or longer, is another one."""
    data, other = (png_file(framed([Text(0, 0, text)])) for text in ("a", "b"))
    file = BytesIO()
    image = Image.open(BytesIO(data))
    info = PngInfo()
    info.add_text("shapecheck", image.text["shapecheck"])  # type: ignore[attr-defined]
    image.save(file, "png", compress_level=0, pnginfo=info)
    assert file.getvalue() != data
    assert same_png(data, file.getvalue())
    assert not same_png(data, other)
    assert not same_png(data, data[:-1])
    assert not same_png(data, data + b"x")
    assert same_png(b"anything", b"anything")


def test_a_picture_in_a_terminal_is_a_line() -> None:
    """Ten boxes are told by their number; a box of 40 x 20 with its margins is 60 x 40."""
    picture = framed([Box(0, 0, 40, 20, "#ff0000", "#000000")] * 10, margin=10)
    assert repr(picture) == "Picture('', 60 x 40, 10 items)"
