"""A network to be drawn: boxes, which may hold networks themselves, and arrows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from shapecheck.record import record

Kind = Literal["input", "output", "block", "equation"]


@record(eq=False)
class Node:
    """A box.  `title` are its first lines, `notes` those below (its weights); `times` says how often it is repeated.

    `inside` is what an opened block consists of.
    """

    key: str
    kind: Kind
    title: tuple[str, ...]
    notes: tuple[str, ...] = ()
    times: str = ""
    inside: Network | None = None


@record(eq=False)
class Edge:
    """An arrow between two boxes of one network; `recurrent` ones lead to an earlier member (`t-1`).

    `port` is the input of an opened block that it leads to, where that has several.
    """

    source: str
    target: str
    label: tuple[str, ...] = ()
    recurrent: bool = False
    port: str = ""


@record(eq=False)
class Network:
    """Boxes in the order of the text, and arrows."""

    title: str
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]

    def walk(self) -> Iterator[Node]:
        """All boxes, those inside of others behind them."""
        for node in self.nodes:
            yield node
            if node.inside is not None:
                yield from node.inside.walk()
