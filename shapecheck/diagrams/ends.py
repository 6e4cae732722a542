"""Networks in text formats: names of boxes, and between which of them arrows run.

In those an opened block is a group, and an arrow to it leads to the box inside that stands for the input.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from shapecheck.diagrams.model import Edge, Network, Node
from shapecheck.record import record


class Ends:
    """The boxes of a network by short names: n1, n2, .."""

    def __init__(self, network: Network) -> None:
        self._names = {id(node): f"n{number}" for number, node in enumerate(network.walk(), start=1)}

    def name(self, node: Node) -> str:
        """The name of a box."""
        return self._names[id(node)]

    def title(self, node: Node) -> tuple[str, ...]:
        """Its first lines, with how often it is repeated."""
        return (f"{node.times} x {node.title[0]}", *node.title[1:]) if node.times else node.title


@record
class Format:
    """A format's way to write a box, the lines around a group, and an arrow between two boxes.

    `box` and `opening` take a name, the lines of the title and the box; `arrow` two names and what lies between.
    """

    box: Callable[[str, tuple[str, ...], Node], str]
    opening: Callable[[str, tuple[str, ...]], Sequence[str]]
    closing: str
    arrow: Callable[[str, str, Edge], str]


def written(network: Network, format: Format) -> Iterator[str]:
    """The lines of a network's boxes and arrows, the insides of groups further in."""
    return _inside(network, Ends(network), format, "  ")


def _inside(network: Network, ends: Ends, format: Format, indent: str) -> Iterator[str]:
    for node in network.nodes:
        name, title = ends.name(node), ends.title(node)
        if node.inside is None:
            yield indent + format.box(name, title, node)
        else:
            yield from (indent + line for line in format.opening(name, title))
            yield from _inside(node.inside, ends, format, f"{indent}  ")
            yield indent + format.closing
    yield from (indent + format.arrow(*each) for each in _arrows(network, ends))


def _arrows(network: Network, ends: Ends) -> Iterator[tuple[str, str, Edge]]:
    """The arrows of one network, between the names of boxes that are not opened."""
    nodes = {node.key: node for node in network.nodes}
    for edge in network.edges:
        yield ends.name(_last(nodes[edge.source])), ends.name(_first(nodes[edge.target], edge.port)), edge


def _first(node: Node, port: str) -> Node:
    """The input of an opened block that an arrow leads to."""
    while node.inside is not None:
        inputs = _of_kind(node.inside.nodes, "input") or list(node.inside.nodes)
        node = next((each for each in inputs if each.key == f"in {port}"), inputs[0])
    return node


def _last(node: Node) -> Node:
    while node.inside is not None:
        node = (_of_kind(node.inside.nodes, "output") or list(node.inside.nodes))[-1]
    return node


def _of_kind(nodes: Sequence[Node], kind: str) -> list[Node]:
    return [node for node in nodes if node.kind == kind]
