"""Networks in Mermaid, as GitHub shows them: opened blocks are subgraphs.

```
flowchart TD
  n1(["x[t]"])
  n2["h[t] = ..<br/>W : p x d"]
  n1 -->|"d"| n2
```
"""

from __future__ import annotations

from shapecheck.diagrams.ends import Format, written
from shapecheck.diagrams.model import Edge, Network, Node

_SHAPES = {"input": ('(["', '"])'), "output": ('(["', '"])'), "block": ('["', '"]'), "equation": ('["', '"]')}
_PLAIN = frozenset(" abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.,:=+-/()[]")


def mermaid(network: Network) -> str:
    """The network as a Mermaid flowchart, with a line end at the end."""
    return "\n".join(["flowchart TD", *written(network, _FORMAT), ""])


def _box(name: str, title: tuple[str, ...], node: Node) -> str:
    opening, closing = _SHAPES[node.kind]
    return f"{name}{opening}{_text((*title, *node.notes))}{closing}"


def _opening(name: str, title: tuple[str, ...]) -> tuple[str]:
    return (f'subgraph {name}["{_text(title)}"]',)


def _arrow(source: str, target: str, edge: Edge) -> str:
    label = f'|"{_text(edge.label)}"|' if edge.label else ""
    return f"{source} {'-.->' if edge.recurrent else '-->'}{label} {target}"


_FORMAT = Format(_box, _opening, "end", _arrow)


def _text(lines: tuple[str, ...]) -> str:
    """Lines with everything that could be markup, or end the label, as the entity of its number."""
    return "<br/>".join("".join(each if each in _PLAIN else f"#{ord(each)};" for each in line) for line in lines)
