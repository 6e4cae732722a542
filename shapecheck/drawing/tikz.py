r"""Pictures in TikZ: a `tikzpicture` to put into a LaTeX document that loads the package tikz.

Everything has its place in numbers (1 unit is 0.75 pt, y downwards), so that it looks as the SVG does; texts are set in
the document's own sans-serif font.
"""

from __future__ import annotations

from shapecheck.drawing.model import Box, Item, Line, Text, head, shaft
from shapecheck.drawing.picture import Picture

UNIT = 0.75
"""Points for a unit."""
_SPECIAL = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#", "%": r"\%", "_": r"\_",
    "^": r"\textasciicircum{}", "~": r"\textasciitilde{}", "<": r"\textless{}", ">": r"\textgreater{}",
    "|": r"\textbar{}", '"': r"\textquotedbl{}", "-": "{-}", "'": "{'}", "`": r"\textasciigrave{}", ",": "{,}",
}  # fmt: skip


def tikz_text(picture: Picture) -> str:
    """The picture as a fragment of LaTeX, with a line end at the end."""
    colours = sorted({colour for item in picture.items for colour in _colours(item)})
    names = {colour: f"sc{number}" for number, colour in enumerate(colours)}
    defined = [rf"\definecolor{{{names[colour]}}}{{HTML}}{{{colour[1:].upper()}}}" for colour in colours]
    lines = [line for item in picture.items for line in _item(item, names)]
    title = "".join(each if each.isprintable() else " " for each in picture.title)
    opening = rf"\begin{{tikzpicture}}[x={UNIT}pt, y=-{UNIT}pt, line join=round, font=\sffamily]"
    return "\n".join([rf"% \usepackage[T1]{{fontenc}}\usepackage{{tikz}}  {title}", *defined, opening, *lines,
                      r"\end{tikzpicture}", ""])  # fmt: skip


def _colours(item: Item) -> list[str]:
    if isinstance(item, Box):
        return [colour for colour in (item.fill, item.stroke) if colour is not None]
    return [item.fill] if isinstance(item, Text) else [item.stroke]


def _item(item: Item, names: dict[str, str]) -> list[str]:
    if isinstance(item, Box):
        return _box(item, names)
    if isinstance(item, Text):
        anchor = {"start": "base west", "middle": "base", "end": "base east"}[item.anchor]
        size = item.size * UNIT
        font = rf"\fontsize{{{size:.2f}}}{{{1.2 * size:.2f}}}\selectfont"
        style = f"anchor={anchor}, inner sep=0pt, text={names[item.fill]}, font=\\sffamily{font}"
        return [rf"  \node[{style}] at {_point((item.x, item.y + 0.35 * item.size))} {{{escaped(item.text)}}};"]
    return _line(item, names)


def _box(box: Box, names: dict[str, str]) -> list[str]:
    style = [f"fill={names[box.fill]}"] if box.fill else []
    if box.stroke:
        style += [f"draw={names[box.stroke]}", f"line width={box.stroke_width * UNIT:.2f}pt"]
        style += ["dashed"] if box.dashed else []
    radius = min(box.radius, box.height / 2 - 0.01, box.width / 2 - 0.01)
    style += [f"rounded corners={radius * UNIT:.2f}pt"] if box.radius else []
    return [rf"  \path[{', '.join(style)}] {_point((box.x, box.y))} rectangle {_point((box.right, box.bottom))};"]


def _line(line: Line, names: dict[str, str]) -> list[str]:
    dashes = ", dashed" if line.dashed else ""
    style = f"draw={names[line.stroke]}, line width={line.width * UNIT:.2f}pt{dashes}"
    drawn = rf"  \path[{style}] {' -- '.join(map(_point, shaft(line)))};"
    if not line.arrow:
        return [drawn]
    return [drawn, rf"  \path[fill={names[line.stroke]}] {' -- '.join(map(_point, head(line)))} -- cycle;"]


def _point(point: tuple[float, float]) -> str:
    return f"({point[0]:.2f}, {point[1]:.2f})"


def escaped(text: str) -> str:
    """Text that TeX prints as just this text; what is not ASCII depends on the document's fonts and is left out."""
    return "".join(_SPECIAL.get(each, each) if " " <= each <= "~" else "?" for each in text)
