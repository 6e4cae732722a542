"""The cells of tables, which every writer prints in its own language.

A cell is plain text, or says what it is: an amount, a shape, the members of a tensor.  Sizes stay sizes until a writer
prints them, so that a LaTeX table holds LaTeX and a JSON table numbers.  Escaping is the writer's business; nothing
here is in any markup.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal

from shapecheck.diagnostics.indices import readable
from shapecheck.record import record
from shapecheck.report.wording import Note, written_amount, written_size
from shapecheck.sizes import Size
from shapecheck.sizes.writing.text import text_of

UNKNOWN = "?"
"""The text for something unknown."""
_WORDS = ((15, "quadrillion"), (12, "trillion"), (9, "billion"), (6, "million"), (3, "thousand"))
_OWN_MARK = re.compile(r"'\d+")


@record
class Amount:
    """A count: written with its common factor in front (`3p * (p + d)`), a large number in groups of three digits.

    `in_words` where people read a number as 25.6 million.
    """

    size: Size
    in_words: bool = False


@record
class Dims:
    """A shape; without axes it is that of a scalar."""

    sizes: tuple[Size, ...]


@record
class Extent:
    """Indices `label` from `low` to `high`, both included."""

    label: str
    low: Size
    high: Size


@record
class Name:
    """Members of a tensor: `W[k], k = 2..L`; or a stage.  `depth` counts the blocks around it.

    `name` is what it is called where it stands, `path` in the whole spec.  A subscript is an index or a size; those at
    the positions `layers` number layers.  `beside` are further tensors with the same members.
    """

    name: str
    subscripts: tuple[Size, ...] = ()
    ranges: tuple[Extent, ...] = ()
    depth: int = 0
    path: str = ""
    layers: tuple[int, ...] = ()
    beside: tuple[str, ...] = ()

    @property
    def whole(self) -> str:
        """The path, or the name where there is no other."""
        return self.path or self.name


@record
class Phrase:
    """Texts, sizes and shapes one after the other: `3 x 3, stride s`."""

    parts: tuple[str | Size | Dims, ...]


Cell = str | Amount | Dims | Name | Phrase


@record
class Column:
    """A heading; `key` is what programs call the column, the heading itself where it is empty."""

    title: str
    key: str = ""
    align: Literal["left", "right"] = "left"

    @property
    def name(self) -> str:
        """The key of the column in programs."""
        return self.key or self.title


Row = tuple[Cell, ...]


def plain_text(cell: Cell) -> str:
    """A cell in the language of specs.

    >>> plain_text(Name("conv", depth=2, path="y.conv"))
    'conv'
    """
    match cell:
        case Amount(size, in_words):
            number = size.constant
            if number is None:
                return UNKNOWN if is_unknown(size) else amount_text(size)
            return rounded(number) if in_words else grouped(number)
        case Dims(sizes):
            from shapecheck.diagnostics.shapes import shape_text

            return shape_text(tuple(map(size_text, sizes)))
        case Name():
            labels = (label_text(name, cell.subscripts) for name in (cell.name, *cell.beside))
            return ", ".join((*labels, *map(extent_text, cell.ranges)))
        case Phrase(parts):
            return "".join(map(part_text, parts))
        case str():
            return cell


def part_text(part: str | Size | Dims) -> str:
    """A part of a phrase."""
    return size_text(part) if isinstance(part, Size) else part if isinstance(part, str) else plain_text(part)


def label_text(name: str, subscripts: Iterable[Size]) -> str:
    """`h[k, t]`; the bare name without subscripts."""
    inside = ", ".join(map(size_text, subscripts))
    return f"{name}[{inside}]" if inside else name


def extent_text(extent: Extent) -> str:
    """`k = 2..L`."""
    return f"{extent.label} = {size_text(extent.low)}..{size_text(extent.high)}"


def size_text(size: Size) -> str:
    """A size as people write it, its indices called as the author calls them."""
    return UNKNOWN if is_unknown(size) else readable(text_of(written_size(size)))


def amount_text(size: Size) -> str:
    """A count with its common factor in front."""
    return readable(text_of(written_amount(size)))


def note_text(note: Note) -> str:
    """The notes below a table, in the language of specs."""
    return "".join(part if isinstance(part, str) else readable(str(part)) for part in note)


def is_unknown(size: Size) -> bool:
    """Whether a cell's value is unknown."""
    return any(name[0] == "?" for name in size.names)


def told(size: Size) -> Size:
    """The size with its indices called as the author calls them, for writers of formulas."""
    from shapecheck.sizes import symbol

    marked = {name: _OWN_MARK.sub("", name[1:]) for name in size.names if name[0] == "."}
    taken = [*marked.values(), *(name for name in size.names if name[0] != ".")]
    return size.substitute(
        {name: symbol(short if taken.count(short) == 1 else name[1:]) for name, short in marked.items()}
    )


def rounded(number: int) -> str:
    """A number in three digits, from a thousand on: `25.6 million`, `512`, `9.54 thousand`.

    >>> rounded(999999), rounded(15012672), rounded(8000)
    ('1.00 million', '15.0 million', '8 thousand')
    """
    unit = 10 ** max(len(str(number)) - 3, 0)
    near = (number + unit // 2) // unit * unit
    found = next(((power, word) for power, word in _WORDS if near >= 10**power), None)
    if found is None or near >= 10 ** (_WORDS[0][0] + 3):
        return grouped(number)
    power, word = found
    whole, rest = divmod(near, 10**power)
    digits = f"{rest:0{power}}"[: 3 - len(str(whole))]
    digits = digits.rstrip("0") if near == number else digits
    return f"{whole}.{digits} {word}" if digits else f"{whole} {word}"


def grouped(number: int, between: str = ",") -> str:
    """A number in groups of three digits, from five digits on: `25,557,032`, `2416`."""
    from shapecheck.sizes.algebra.numerals import numeral

    digits = numeral(number)
    sign, digits = ("-", digits[1:]) if digits[0] == "-" else ("", digits)
    if len(digits) < 5:
        return sign + digits
    first = len(digits) % 3 or 3
    return sign + between.join((digits[:first], *(digits[at : at + 3] for at in range(first, len(digits), 3))))
