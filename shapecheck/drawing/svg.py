"""Pictures as SVG, written as text: one element a line, numbers to a hundredth.

```
<svg xmlns="http://www.w3.org/2000/svg" width="64" height="40" viewBox="0 0 64 40" ..>
<title>V : 1 x 1</title>
<rect x="12" y="12" width="40" height="16" fill="#fff"/>
<text x="32" y="24.2" text-anchor="middle" font-size="12" fill="#000">24</text>
</svg>
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from shapecheck.drawing.model import PAPER, Box, Item, Line, Text, head, shaft

if TYPE_CHECKING:
    from shapecheck.drawing.picture import Picture

FONTS = "Helvetica, Arial, 'Liberation Sans', 'DejaVu Sans', sans-serif"
BASELINE = 0.35
"""The distance from the middle of a line down to its base, in font sizes."""


def svg_text(picture: Picture) -> str:
    """The picture as an SVG file."""
    width, height = _number(picture.width), _number(picture.height)
    opening = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
        f' font-family="{FONTS}" role="img">'
    )
    title = [f"<title>{escaped(picture.title)}</title>"] if picture.title else []
    page = f'<rect width="{width}" height="{height}" fill="{PAPER}"/>'
    return "\n".join([opening, *title, page, *map(_element, picture.items), "</svg>", ""])


def _element(item: Item) -> str:
    if isinstance(item, Box):
        return _box(item)
    return _text(item) if isinstance(item, Text) else _line(item)


def _box(box: Box) -> str:
    place = f'x="{_number(box.x)}" y="{_number(box.y)}" width="{_number(box.width)}" height="{_number(box.height)}"'
    radius = f' rx="{_number(box.radius)}"' if box.radius else ""
    fill = f' fill="{box.fill or "none"}"'
    stroke = "" if box.stroke is None else f' stroke="{box.stroke}" stroke-width="{_number(box.stroke_width)}"'
    return f"<rect{_class(box.name)} {place}{radius}{fill}{stroke}{_dashes(box.dashed)}/>"


def _text(text: Text) -> str:
    place = f'x="{_number(text.x)}" y="{_number(text.y + BASELINE * text.size)}"'
    anchor = "" if text.anchor == "start" else f' text-anchor="{text.anchor}"'
    kept = ' xml:space="preserve"' if text.text != " ".join(text.text.split()) else ""
    style = f'font-size="{_number(text.size)}" fill="{text.fill}"'
    return f"<text {place}{anchor} {style}{kept}>{escaped(text.text)}</text>"


def _line(line: Line) -> str:
    points = " ".join(f"{_number(x)},{_number(y)}" for x, y in shaft(line))
    style = f'fill="none" stroke="{line.stroke}" stroke-width="{_number(line.width)}"{_dashes(line.dashed)}'
    drawn = f'<polyline{_class(line.name)} points="{points}" {style}/>'
    if not line.arrow:
        return drawn
    corners = " ".join(f"{_number(x)},{_number(y)}" for x, y in head(line))
    return f'{drawn}\n<polygon points="{corners}" fill="{line.stroke}"/>'


def _class(name: str) -> str:
    return f" data-name={quoteattr(_clean(name))}" if name else ""


def _dashes(dashed: bool) -> str:
    return ' stroke-dasharray="4 3"' if dashed else ""


def escaped(text: str) -> str:
    """Text that XML reads as just this text; characters that XML has no room for become question marks."""
    return escape(_clean(text))


def _clean(text: str) -> str:
    return "".join(character if _allowed(ord(character)) else "?" for character in text)


def _allowed(code: int) -> bool:
    return code in (9, 10, 13) or 0x20 <= code <= 0xD7FF or 0xE000 <= code <= 0xFFFD or 0x10000 <= code <= 0x10FFFF


def _number(value: float) -> str:
    """A number to a hundredth, without needless zeros."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
