"""Pictures as PNG, drawn by Pillow with the font that it carries, so that a picture is the same on all machines.

Drawn larger and made smaller, which smooths all edges.  That font has the Latin alphabet only; of other characters the
base letter is drawn (e for an accented one), or a question mark.

A file says what it shows, by a digest of the picture, so that `same_png` can compare two files that different releases
of Pillow have drawn and packed a little differently.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from hashlib import sha256
from io import BytesIO
from itertools import pairwise
from math import hypot
from typing import TYPE_CHECKING, Any

from shapecheck.drawing.model import PAPER, Box, Item, Line, Point, Text, head, shaft
from shapecheck.drawing.picture import Picture
from shapecheck.drawing.svg import svg_text

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw

DENSITY = 2
"""Pixels for a unit, for dense screens and print."""
_SMOOTHING = 2
_MOST_PIXELS = 60_000_000
_KEY = "shapecheck"
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_PLAIN = {"×": "x", "−": "-", "–": "-", "→": "->", "·": ".", "…": ".."}


def png_file(picture: Picture) -> bytes:
    """The picture as a PNG file; a very large one has fewer pixels for a unit."""
    from PIL import Image, ImageDraw
    from PIL.PngImagePlugin import PngInfo

    density = min(DENSITY, (_MOST_PIXELS / (picture.width * picture.height)) ** 0.5 / _SMOOTHING)
    size = max(1, round(picture.width * density)), max(1, round(picture.height * density))
    scale = density * _SMOOTHING
    image = Image.new("RGB", (size[0] * _SMOOTHING, size[1] * _SMOOTHING), PAPER)
    draw = ImageDraw.Draw(image)
    for item in picture.items:
        _draw(draw, item, scale)
    file = BytesIO()
    shown = PngInfo()
    shown.add_text(_KEY, sha256(svg_text(picture).encode()).hexdigest())
    dpi = (96 * density, 96 * density)
    image.resize(size, Image.Resampling.BOX).save(file, "png", optimize=True, dpi=dpi, pnginfo=shown)
    return file.getvalue()


def same_png(one: bytes, other: bytes) -> bool:
    """Whether two PNG files show the same picture of ours; others are the same only byte for byte."""
    first, second = _digest(one), _digest(other)
    return one == other or (first is not None and first == second)


def _digest(data: bytes) -> bytes | None:
    """The digest of the picture that a whole PNG file holds; None where the file is damaged or holds none."""
    place, found = len(_SIGNATURE), None
    if not data.startswith(_SIGNATURE):
        return None
    while place + 12 <= len(data):
        length, kind = int.from_bytes(data[place : place + 4]), data[place + 4 : place + 8]
        body = data[place + 8 : place + 8 + length]
        place += 12 + length
        if kind == b"tEXt" and body.startswith(_KEY.encode() + b"\0"):
            found = body
        if kind == b"IEND":
            return found if place == len(data) else None
    return None


def _draw(draw: ImageDraw, item: Item, scale: float) -> None:
    if isinstance(item, Box):
        _box(draw, item, scale)
    elif isinstance(item, Text):
        _text(draw, item, scale)
    else:
        _line(draw, item, scale)


def _box(draw: ImageDraw, box: Box, scale: float) -> None:
    corners = [box.x * scale, box.y * scale, box.right * scale, box.bottom * scale]
    width = max(1, round(box.stroke_width * scale)) if box.stroke else 0
    outline = None if box.dashed else box.stroke
    grown = width / 2 if outline else 0.0  # a stroke lies half outside
    around = (corners[0] - grown, corners[1] - grown, corners[2] + grown, corners[3] + grown)
    if box.radius:
        draw.rounded_rectangle(around, box.radius * scale, fill=box.fill, outline=outline, width=width)
    else:
        draw.rectangle(around, fill=box.fill, outline=outline, width=width)
    if box.dashed and box.stroke:
        left, top, right, bottom = box.x, box.y, box.right, box.bottom
        points = ((left, top), (right, top), (right, bottom), (left, bottom), (left, top))
        _line(draw, Line(points, box.stroke, box.stroke_width, dashed=True), scale)


def _text(draw: ImageDraw, text: Text, scale: float) -> None:
    anchor = {"start": "l", "middle": "m", "end": "r"}[text.anchor]
    font = _font(round(text.size * scale))
    place = text.x * scale, (text.y + 0.35 * text.size) * scale
    draw.text(place, drawable(text.text), fill=text.fill, font=font, anchor=f"{anchor}s")


@cache
def _font(size: int) -> Any:
    from PIL import ImageFont

    return ImageFont.load_default(max(1, size))


def drawable(text: str) -> str:
    """The text in the characters that the font has."""
    return "".join(_drawable(character) for character in text)


def _drawable(character: str) -> str:
    if " " <= character <= "~":
        return character
    base = _PLAIN.get(character) or unicodedata.normalize("NFKD", character)[:1]
    return base if base and all(" " <= each <= "~" for each in base) else "?"


def _line(draw: ImageDraw, line: Line, scale: float) -> None:
    points = [(x * scale, y * scale) for x, y in shaft(line)]
    width = max(1, round(line.width * scale))
    if line.dashed:
        for start, end in _dashes(points, 4 * scale, 3 * scale):
            draw.line([start, end], fill=line.stroke, width=width)
    else:
        draw.line(points, fill=line.stroke, width=width, joint="curve")
    if line.arrow:
        draw.polygon([(x * scale, y * scale) for x, y in head(line)], fill=line.stroke)


def _dashes(points: list[Point], drawn: float, left_out: float) -> list[tuple[Point, Point]]:
    """The pieces of a dashed line."""
    pieces: list[tuple[Point, Point]] = []
    done = 0.0
    for (x, y), (right, down) in pairwise(points):
        length = hypot(right - x, down - y)
        at = 0.0
        while at < length:
            phase = done % (drawn + left_out)
            step = min((drawn if phase < drawn else drawn + left_out) - phase, length - at) + 1e-9
            if phase < drawn:
                ends = [(x + (right - x) * part / length, y + (down - y) * part / length) for part in (at, at + step)]
                pieces.append((ends[0], ends[1]))
            at, done = at + step, done + step
    return pieces
