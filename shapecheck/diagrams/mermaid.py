"""Networks in Mermaid, as GitHub shows them: opened blocks are subgraphs.

```
flowchart TD
  n1(["x[t]"])
  n2["h[t] = ..<br/>W : p x d"]
  n1 -->|"d"| n2
```
"""

from __future__ import annotations

from collections.abc import Iterator

from shapecheck.diagrams.ends import Ends, arrows
from shapecheck.diagrams.model import Network, Node

_SHAPES = {"input": ('(["', '"])'), "output": ('(["', '"])'), "block": ('["', '"]'), "equation": ('["', '"]')}
_PLAIN = frozenset(" abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.,:=+-/()[]")


def mermaid(network: Network) -> str:
    """The network as a Mermaid flowchart, with a line end at the end."""
    ends = Ends(network)
    return "\n".join(["flowchart TD", *_inside(network, ends, "  "), ""])


def _inside(network: Network, ends: Ends, indent: str) -> Iterator[str]:
    for node in network.nodes:
        yield from _node(node, ends, indent)
    for source, target, edge in arrows(network, ends):
        arrow = "-.->" if edge.recurrent else "-->"
        label = f'|"{_text(edge.label)}"|' if edge.label else ""
        yield f"{indent}{source} {arrow}{label} {target}"


def _node(node: Node, ends: Ends, indent: str) -> Iterator[str]:
    name = ends.name(node)
    if node.inside is None:
        opening, closing = _SHAPES[node.kind]
        yield f"{indent}{name}{opening}{_text((*ends.title(node), *node.notes))}{closing}"
        return
    yield f'{indent}subgraph {name}["{_text(ends.title(node))}"]'
    yield from _inside(node.inside, ends, f"{indent}  ")
    yield f"{indent}end"


def _text(lines: tuple[str, ...]) -> str:
    """Lines with everything that could be markup, or end the label, as the entity of its number."""
    return "<br/>".join("".join(each if each in _PLAIN else f"#{ord(each)};" for each in line) for line in lines)
