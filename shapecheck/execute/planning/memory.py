"""An estimate of the memory that a run needs, before any array is made.

In: the layout and the statements at concrete sizes, as Python integers of any length.  Out: a number of bytes: all
families, and the largest set of values that are alive together while one statement is computed for all its indices.
Reads are views and cost nothing; a sum of products is counted without the product, which is never made.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import prod

from shapecheck.execute.planning.dependence import inner_boxes
from shapecheck.execute.planning.linear import Interval
from shapecheck.execute.planning.memory_layout import Layout
from shapecheck.execute.planning.picked_members import picked_members
from shapecheck.execute.planning.statement import Shaped, Statement
from shapecheck.execute.planning.traversal import looked_at, nodes, own_names
from shapecheck.graph.nodes import Apply, Node, Part, Picked, Read, Reduce, SizeValue

BYTES = 8


def stored(layout: Layout) -> int:
    """The bytes of all families."""
    return sum(prod(slot.shape) for slot in layout.slots) * BYTES


def largest_family(layout: Layout) -> str:
    """The family that takes the most."""
    return max(layout.slots, key=lambda slot: prod(slot.shape)).family if layout.slots else "nothing"


def temporary(statements: Iterable[Statement]) -> int:
    """The bytes that the most demanding statement needs for values that it does not store."""
    return max((peak(one.value, one, inner_boxes(one), one.env) for one in statements), default=0)


def peak(root: Node, shaped: Shaped, boxes: Mapping[str, Interval], env: Mapping[str, int]) -> int:
    """The bytes alive together while `root` is computed for all values of its indices."""
    labels: dict[Node, frozenset[str]] = {}
    size: dict[Node, int] = {}
    high: dict[Node, int] = {}
    for node in nodes(root, env):
        own = own_names(node, shaped.bounds) & boxes.keys()
        bound = {index.symbol for index in node.indices} if isinstance(node, Reduce) else set()
        labels[node] = (own.union(*(labels[operand] for operand in looked_at(node, env)))) - bound
        extents = prod(boxes[label][1] - boxes[label][0] + 1 for label in labels[node])
        size[node] = 0 if _is_view(node) else extents * prod(shaped.shape(node)) * BYTES
        if isinstance(node, Reduce) and own:
            size[node] += prod(boxes[label][1] - boxes[label][0] + 1 for label in own | bound) * (BYTES + 1)
        high[node] = size[node] + _operands_peak(_made(node, shaped, boxes, env), size, high)
    return high[root]


def _is_view(node: Node) -> bool:
    if isinstance(node, Read | Part):
        return not any(isinstance(subscript, Picked) for subscript in node.subscripts)
    return not node.operands and not isinstance(node, Apply | SizeValue)


def _made(node: Node, shaped: Shaped, boxes: Mapping[str, Interval], env: Mapping[str, int]) -> tuple[Node, ...]:
    """The operands that are computed; for a sum of products, its factors; in one pass, what counts for each term."""
    picked = picked_members(node, shaped.bounds)
    if picked is not None and (picked.is_own or picked.index in boxes):
        return picked.values
    if not (isinstance(node, Reduce) and node.operator == "sum"):
        return looked_at(node, env)
    factors: list[Node] = []
    stack = [node.body]
    while stack:
        part = stack.pop()
        if isinstance(part, Apply) and part.op.function == "*":
            stack += part.arguments
        else:
            factors.append(part)
    return tuple(factors)


def _operands_peak(operands: Iterable[Node], size: Mapping[Node, int], high: Mapping[Node, int]) -> int:
    alive = most = 0
    for operand in operands:
        most = max(most, alive + high[operand])
        alive += size[operand]
    return max(most, alive)
