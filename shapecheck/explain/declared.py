"""Shapes that are declared, in the spec and inside of blocks, where they may rest on what a block is applied to.

In: a network whose tensors are known.  Out: links from what is passed to a block to the shapes declared in it, with
what the names in a declaration stand for there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from shapecheck.explain.carriers import DECLARED, Network
from shapecheck.explain.model import Piece, Shaped, Words
from shapecheck.explain.slots import Slot, Why
from shapecheck.graph.model import Family
from shapecheck.graph.nodes import Point, Subscript, Whole
from shapecheck.infer.blocks.places import Passed, Placed
from shapecheck.infer.model import Shape
from shapecheck.sizes import Size

_WORD = re.compile(r"[^\W\d]\w*")


def words_of(network: Network, family: Family, shape: Shape) -> Words:
    if "." not in family.name:
        return (DECLARED,)
    words: list[Piece] = ["declared in the block as ", network.quote(family.span)]
    body = body_of(network, family, shape)
    for name, value in () if body is None else settings_in(body, network.graph.source[family.span]):
        words += [" with " if len(words) == 2 else ", ", f"{name} = ", value]
    return tuple(words)


def body_of(network: Network, family: Family, shape: Shape) -> Placed | None:
    """The body that a tensor inside of a block stands in, where it has this shape."""
    path, _, name = family.name.rpartition(".")
    every = [item for item in network.shapes.placed.get(path, ()) if name in item.kind.known.cells]
    for placed in every:
        cells = placed.kind.known.cells.get(name, ())
        if any(cell.shape == shape for cell in cells):
            return placed
    return every[0] if len({id(placed.kind) for placed in every}) == 1 else None


def declarations(network: Network) -> None:
    """Shapes that are declared; inside of a block they may rest on what the block is applied to."""
    for carrier, family in network.declared:
        why = Why(family.span, words_of(network, family, carrier.sizes), written=True)
        body = body_of(network, family, carrier.sizes) if "." in family.name else None
        sources = () if body is None else _sources(network, body, network.graph.source[family.span])
        for slot in carrier.slots:
            network.links.add(slot, sources, why)


def _sources(network: Network, body: Placed, text: str) -> list[Slot]:
    """The axes that the block's own sizes in a text are told from."""
    assert body.kind.body is not None, "what is put in place has a body"
    found = []
    for name, told in body.kind.body.told.items():
        passed = body.place.inputs.get(told.input)
        if passed is not None and name in mentioned(text):
            slot = axis_passed(network, passed, told.axis, told.size)
            found += [] if slot is None else [slot]
    return found


def axis_passed(network: Network, passed: Passed, place: int, size: Size) -> Slot | None:
    """The axis of this size of what is passed to a block, counted from the last one (-1)."""
    arity = len(network.graph.families[passed.family].axes)
    own, rest = passed.subscripts[:arity], passed.subscripts[arity:]
    whole = (*own, *(Whole() for _ in range(arity - len(own))))
    for cell in network.hits(passed.family, [None] * arity):
        along = [network.axis_of(passed.family, axis, [cell]) for axis, item in enumerate(whole) if item == Whole()]
        slots = [carrier.slot(0) for carrier in along if carrier is not None]
        slots += [slot for slot in cell.slots[len(rest) :] if cell.sizes] if not _kept(rest) else []
        if -place <= len(slots) and slots[place][0].sizes[slots[place][1]] is size:
            return slots[place]
    return None


def mentioned(text: str) -> set[str]:
    """The names in a piece of text."""
    return set(_WORD.findall(text.partition(":")[2]))


def settings_in(body: Placed, text: str) -> Iterator[tuple[str, Piece]]:
    """The values of a block's own sizes and static arguments that a declaration mentions."""
    names = mentioned(text)
    settings = dict(body.kind.settings)
    told = {} if body.kind.body is None else {name: item.size for name, item in body.kind.body.told.items()}
    for name, value in {**settings, **told}.items():
        if name in names and isinstance(value, Size):
            yield name, value
        elif name in names and isinstance(value, tuple) and all(isinstance(item, Size) for item in value):
            yield name, Shaped(value)


def _kept(rest: tuple[Subscript, ...]) -> bool:
    """Whether subscripts keep an axis."""
    return any(not isinstance(item, Point) for item in rest)
