r"""Networks in DOT, the language of Graphviz: opened blocks are clusters.

```
digraph {
  n1 [label="x[t]", shape=oval];
  n2 [label="h[t] = ..\lW : p x d"];
  n1 -> n2 [label="d"];
}
```
"""

from __future__ import annotations

from shapecheck.diagrams.ends import Format, written
from shapecheck.diagrams.model import Edge, Network, Node

_STYLES = {
    "input": 'shape=box, style="rounded,filled", fillcolor="#eef4d7"',
    "output": 'shape=box, style="rounded,filled", fillcolor="#eef4d7"',
    "block": 'shape=box, style="filled", fillcolor="#dbe8f7"',
    "equation": 'shape=box, style="filled", fillcolor="#f5f0e6"',
}


def dot(network: Network) -> str:
    """The network as a DOT file, with a line end at the end."""
    head = [f"digraph {_quoted((network.title,))} {{", "  compound=true;", '  node [fontname="Helvetica"];']
    lines = [*head, '  edge [fontname="Helvetica", fontsize=11];', *written(network, _FORMAT)]
    return "\n".join([*lines, "}", ""])


def _box(name: str, title: tuple[str, ...], node: Node) -> str:
    return f"{name} [label={_quoted((*title, *node.notes))}, {_STYLES[node.kind]}];"


def _opening(name: str, title: tuple[str, ...]) -> tuple[str, str]:
    return f"subgraph cluster_{name} {{", f"  label={_quoted(title)}; style=dashed;"


def _arrow(source: str, target: str, edge: Edge) -> str:
    style = ', style=dashed, color="#b4541a", fontcolor="#b4541a", constraint=false' if edge.recurrent else ""
    label = f"label={_quoted(edge.label)}" if edge.label else 'label=""'
    return f"{source} -> {target} [{label}{style}];"


_FORMAT = Format(_box, _opening, "}", _arrow)


def _quoted(lines: tuple[str, ...]) -> str:
    """A label of several lines; control characters, which Graphviz cannot show, become blanks."""
    clean = ("".join(each if each.isprintable() else " " for each in line) for line in lines)
    return '"' + r"\n".join(line.replace("\\", "\\\\").replace('"', '\\"') for line in clean) + '"'
