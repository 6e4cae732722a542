"""Colours for numbers: blue below zero, orange above, the stronger the farther from it; and ink to be read on them.

Blue and orange are told apart by all common kinds of colour blindness.  The blue end is darker than the orange one, so
that in grey they still differ, where the sign in front of the number does not say it already.
"""

from __future__ import annotations

Colour = tuple[int, int, int]

NEUTRAL: Colour = (255, 255, 255)
NEGATIVE: tuple[Colour, ...] = (NEUTRAL, (158, 202, 225), (49, 104, 173), (17, 61, 120))
POSITIVE: tuple[Colour, ...] = (NEUTRAL, (253, 208, 150), (247, 155, 72), (232, 113, 31))
PADDED = "#e4e7eb"


def diverging(value: float, largest: float) -> str:
    """The colour of a number where the largest absolute value is `largest`."""
    if not largest or value != value:
        return hex_of(NEUTRAL)
    ends = NEGATIVE if value < 0 else POSITIVE
    place = min(1.0, abs(value) / largest) * (len(ends) - 1)
    low = min(int(place), len(ends) - 2)
    return hex_of(_between(ends[low], ends[low + 1], place - low))


def ink_on(colour: str) -> str:
    """Black or white, whichever has the greater contrast with the colour."""
    own = luminance(colour)
    return "#000000" if (own + 0.05) / 0.05 >= 1.05 / (own + 0.05) else "#ffffff"


def luminance(colour: str) -> float:
    """The brightness of a colour to the eye, 0 to 1 (the relative luminance of WCAG 2)."""
    red, green, blue = (_linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)


def _between(one: Colour, other: Colour, part: float) -> Colour:
    red, green, blue = (round(a + (b - a) * part) for a, b in zip(one, other))
    return red, green, blue


def hex_of(colour: Colour) -> str:
    """The colour as written in SVG."""
    return "#{:02x}{:02x}{:02x}".format(*colour)
