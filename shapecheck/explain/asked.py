"""The names that a reader asks about: as they stand in the text, with members, and paths into blocks.

In: `h[1]`, `W[k]`, `c2.bottleneck[1].main.W`, `c1`.  Out: the families that are meant, with what the subscripts say.
A name of an index in a subscript, or no subscript, means all members.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from shapecheck.graph.nodes import Point, Step, Subscript, Whole
from shapecheck.infer.model import Interval, Region, Shapes
from shapecheck.infer.regions import may_meet
from shapecheck.record import record
from shapecheck.sizes import Context, Size, integer, symbol

_COMPONENT = re.compile(r"([^\W\d]\w*)((?:\[[^\[\]]*\])*)")
_BRACKET = re.compile(r"\[([^\[\]]*)\]")
_AFFINE = re.compile(r"([^\W\d]\w*)\s*(?:([+-])\s*(\d+))?")


@record
class Asked:
    """A family and the members that are meant: None for an axis means all."""

    family: str
    members: tuple[Size | None, ...] = ()

    def meets(self, context: Context, region: Region) -> bool:
        """Whether a region may hold one of the members."""
        return all(
            at is None or may_meet(context, Interval(at, at), interval) for at, interval in zip(self.members, region)
        )


def tensor_names(shapes: Shapes) -> list[str]:
    """The tensors that can be asked about."""
    names = shapes.graph.families
    return [name for name in names if not re.search(r"['(]", name) and shapes.cells.get(name)]


def find(shapes: Shapes, asked: str) -> tuple[Asked, ...] | None:
    """The tensors that a name means: one, or all results of a block that is meant by its path."""
    parts = _components(asked)
    if parts is None:
        return None
    names = tensor_names(shapes)
    exact = [found for name in names if (found := _as(name, parts, shapes)) is not None]
    if exact:
        return (min(exact, key=lambda item: len(item.family)),)
    results = [found for name in names if (found := _as(name.rpartition(".")[0], parts, shapes, name)) is not None]
    outputs = [item for item in results if item.family.rpartition(".")[2] == "y"]
    return tuple(outputs) or None


def path_of(asked: str) -> tuple[Step, ...] | None:
    """A path into blocks as steps; a number selects a member, anything else means all."""
    parts = _components(asked)
    if parts is None:
        return None
    return tuple(
        Step(word, tuple(_subscript(text) for bracket in brackets for text in bracket.split(",")))
        for word, brackets in parts
    )


def _subscript(text: str) -> Subscript:
    return Point(integer(int(text))) if re.fullmatch(r"\d{1,18}", text) else Whole()


def _components(asked: str) -> list[tuple[str, list[str]]] | None:
    """The parts of a path, each with its subscripts."""
    found = []
    for piece in re.split(r"\.(?![^\[]*\])", asked.replace(" ", "")):
        match = _COMPONENT.fullmatch(piece)
        if match is None:
            return None
        found.append((match[1], _BRACKET.findall(match[2])))
    return found


def _as(name: str, parts: list[tuple[str, list[str]]], shapes: Shapes, family: str | None = None) -> Asked | None:
    """The parts read as a family's name; what is not part of the name are members."""
    own = name.split(".") if name else []
    if len(own) != len(parts):
        return None
    members: list[str] = []
    for piece, (word, brackets) in zip(own, parts):
        base, _, number = piece.partition("[")
        if base != word:
            return None
        if number:
            if not brackets or brackets[0] != number.rstrip("]"):
                return None
            brackets = brackets[1:]
        for bracket in brackets:
            members += bracket.split(",")
    return _members(family or name, members, shapes)


def _members(family: str, members: list[str], shapes: Shapes) -> Asked | None:
    axes = len(shapes.graph.families[family].axes)
    if len(members) > axes:
        return None
    labels = {axis.label for axis in shapes.graph.families[family].axes}
    return Asked(family, tuple(_member(text, labels, shapes) for text in members))


def _member(text: str, labels: set[str], shapes: Shapes) -> Size | None:
    """`1`, `L`, `T-1`; an index's name, or what is none of these, means any."""
    if re.fullmatch(r"-?\d{1,18}", text):
        return integer(int(text))
    match = _AFFINE.fullmatch(text)
    if match is None or match[1] in labels or match[1] not in shapes.graph.dims:
        return None
    offset = int(match[3] or 0)
    return symbol(match[1]) + (offset if match[2] != "-" else -offset)


def known_names(shapes: Shapes) -> Iterator[str]:
    """All names that can be asked about."""
    yield from ("params", "macs")
    yield from tensor_names(shapes)
