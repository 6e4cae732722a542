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

from collections.abc import Iterator

from shapecheck.diagrams.ends import Ends, arrows
from shapecheck.diagrams.model import Network, Node

_STYLES = {
    "input": 'shape=box, style="rounded,filled", fillcolor="#eef4d7"',
    "output": 'shape=box, style="rounded,filled", fillcolor="#eef4d7"',
    "block": 'shape=box, style="filled", fillcolor="#dbe8f7"',
    "equation": 'shape=box, style="filled", fillcolor="#f5f0e6"',
}


def dot(network: Network) -> str:
    """The network as a DOT file, with a line end at the end."""
    ends = Ends(network)
    head = [f"digraph {_quoted((network.title,))} {{", "  compound=true;", '  node [fontname="Helvetica"];']
    lines = [*head, '  edge [fontname="Helvetica", fontsize=11];', *_inside(network, ends, "  ")]
    return "\n".join([*lines, "}", ""])


def _inside(network: Network, ends: Ends, indent: str) -> Iterator[str]:
    for node in network.nodes:
        yield from _node(node, ends, indent)
    for source, target, edge in arrows(network, ends):
        style = ', style=dashed, color="#b4541a", fontcolor="#b4541a", constraint=false' if edge.recurrent else ""
        label = f"label={_quoted(edge.label)}" if edge.label else 'label=""'
        yield f"{indent}{source} -> {target} [{label}{style}];"


def _node(node: Node, ends: Ends, indent: str) -> Iterator[str]:
    name = ends.name(node)
    if node.inside is None:
        yield f"{indent}{name} [label={_quoted((*ends.title(node), *node.notes))}, {_STYLES[node.kind]}];"
        return
    yield f"{indent}subgraph cluster_{name} {{"
    yield f"{indent}  label={_quoted(ends.title(node))}; style=dashed;"
    yield from _inside(node.inside, ends, f"{indent}  ")
    yield f"{indent}}}"


def _quoted(lines: tuple[str, ...]) -> str:
    """A label of several lines; control characters, which Graphviz cannot show, become blanks."""
    clean = ("".join(each if each.isprintable() else " " for each in line) for line in lines)
    return '"' + r"\n".join(line.replace("\\", "\\\\").replace('"', '\\"') for line in clean) + '"'
