"""The room that a text takes, in any of the fonts that it may be shown in.

A picture does not know which sans-serif font its reader has.  The widths here are, for each character, those of the
widest one that is common (DejaVu Sans; in narrower ones, as Helvetica, texts stand a little looser), so that a text
that fits here overflows its box nowhere.
"""

from __future__ import annotations

from unicodedata import east_asian_width

_FIRST = " "
_WIDTHS = (
    318, 401, 460, 838, 637, 951, 780, 275, 391, 391, 560, 838, 318, 361, 318, 337, 637, 637, 637, 637, 637, 637, 637,
    637, 637, 637, 337, 337, 838, 838, 838, 531, 1000, 685, 687, 699, 771, 632, 576, 775, 752, 295, 544, 656, 575, 866,
    749, 788, 604, 788, 695, 635, 612, 732, 685, 989, 686, 611, 686, 391, 337, 391, 838, 500, 500, 613, 635, 550, 635,
    616, 353, 635, 634, 278, 278, 580, 278, 975, 634, 612, 635, 635, 412, 521, 393, 634, 592, 818, 592, 592, 525, 637,
    337, 637, 838,
)  # fmt: skip
"""Widths of the printable ASCII characters, in thousandths of the font's size."""
_OTHER, _WIDE = 860, 1050

LINE_HEIGHT = 1.25
"""The distance between two lines of text, in font sizes."""


def text_width(text: str, size: float) -> float:
    """The width that a text in one line takes at most, in the unit of the font's size."""
    return sum(map(_width, text)) * size / 1000


def _width(character: str) -> int:
    place = ord(character) - ord(_FIRST)
    if 0 <= place < len(_WIDTHS):
        return _WIDTHS[place]
    return _WIDE if east_asian_width(character) in "WF" else _OTHER


def shortened(text: str, size: float, room: float) -> str:
    """The text, or as much of its start as fits into the room with two dots behind it."""
    if text_width(text, size) <= room:
        return text
    for end in range(len(text) - 1, 0, -1):
        if text_width(f"{text[:end]}..", size) <= room:
            return f"{text[:end]}.."
    return ".."
