"""Nodes of a network: which are needed, what they read, and how often a tensor is read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from shapecheck.bridge.network import Network, Node
from shapecheck.bridge.reading import subgraphs

ONLY_SHAPES = frozenset({"Shape", "Size"})
"""Operators that read no entry of their operands."""


def needed_nodes(nodes: Sequence[Node], outputs: Iterable[str]) -> list[Node]:
    """The nodes that some output depends on."""
    wanted = set(outputs)
    found = []
    for node in reversed(nodes):
        if wanted.intersection(node.outputs):
            found.append(node)
            wanted.update(inputs_of(node))
    return found[::-1]


def uses_of(network: Network) -> Counter[str]:
    """The number of reads of every tensor; the outputs of the model once more."""
    found: Counter[str] = Counter(port.name for port in network.outputs)
    for node in network.nodes:
        found.update([] if node.operator in ONLY_SHAPES else inputs_of(node))
    return found


def inputs_of(node: Node) -> list[str]:
    """All tensors that a node reads, those of its subgraphs included."""
    found = [name for name in node.inputs if name]
    for network in subgraphs(node):
        for inner in network.nodes:
            found += inputs_of(inner)
        found += [port.name for port in network.outputs]
    return found


def title_of(node: Node) -> str:
    return f"{node.name} ({node.operator})" if node.name else node.operator
