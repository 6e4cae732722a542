"""Loop-invariant parts of a statement: they read nothing that the loop computes.

In: a statement inside of a loop and the reads that the loop has to respect.  Out: the value rewritten, so that
`W @ [x[t]; h[t-1]]` becomes `W_x @ x[t] + W_h @ h[t-1]`, and the largest parts that can be computed for the whole loop
beforehand; the product with x is then one matrix product for all t.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from shapecheck import ops
from shapecheck.execute.planning.statement import Statement
from shapecheck.execute.planning.traversal import nodes, rewritten
from shapecheck.graph.nodes import (
    Apply,
    Choose,
    Cut,
    Data,
    Default,
    Node,
    Number,
    Part,
    Point,
    Read,
    Reduce,
    SizeValue,
    Whole,
)
from shapecheck.sizes import integer


def split_products(statement: Statement, respected: frozenset[Read]) -> Statement:
    """The statement with products split into a part that depends on the loop and a part that does not."""
    varying = _varying(statement.value, respected)

    def change(node: Node, operands: tuple[Node, ...]) -> Node:
        if node in varying and isinstance(node, Apply):
            if _is_divisible(node, statement, varying):
                return _split(node, statement, varying)
            if operands != node.operands:
                return _copied(node, Apply(node.op, operands, node.parameters, span=node.span), statement)
        return node

    return statement.with_value(rewritten(statement.value, change))


def _copied(node: Node, copy: Node, statement: Statement) -> Node:
    statement.shapes[copy] = statement.shape(node)
    return copy


def _varying(root: Node, respected: frozenset[Read]) -> set[Node]:
    found: set[Node] = set()
    for node in nodes(root):
        if node in respected or any(operand in found for operand in node.operands):
            found.add(node)
    return found


def _is_divisible(node: Apply, statement: Statement, varying: set[Node]) -> bool:
    """Whether this is a fixed matrix times a column of which some parts depend on the loop and some do not."""
    if not node.op.matrix_product or node.arguments[0] in varying:
        return False
    column = node.arguments[1]
    if not isinstance(column, Apply) or _joined_axis(column, statement) != 0:
        return False
    return len({part in varying for part in column.arguments}) == 2


def _joined_axis(column: Apply, statement: Statement) -> int | None:
    return column.op.joined_axis(column.parameters, len(statement.shape(column)))


def _split(node: Apply, statement: Statement, varying: set[Node]) -> Node:
    matrix, column = node.arguments
    assert isinstance(column, Apply), "a divisible product has a column"
    total: Node | None = None
    start = 0
    for _, group in groupby(column.arguments, key=lambda part: part in varying):
        part = _joined(list(group), column, statement)
        rows = statement.shape(part)[0]
        factor = _columns(matrix, start, rows, statement)
        product = _copied(node, Apply(node.op, (factor, part), node.parameters, span=node.span), statement)
        total = product if total is None else _copied(node, Apply(ops.ADD, (total, product), span=node.span), statement)
        start += rows
    assert total is not None, "a column has parts"
    return total


def _joined(parts: Sequence[Node], column: Apply, statement: Statement) -> Node:
    shapes = [statement.shape(part) for part in parts]
    if len(parts) == 1 and shapes[0]:
        return parts[0]
    joined = Apply(column.op, tuple(parts), column.parameters, span=column.span)
    statement.shapes[joined] = (sum(shape[0] if shape else 1 for shape in shapes), *statement.shape(column)[1:])
    return joined


def _columns(matrix: Node, start: int, count: int, statement: Statement) -> Node:
    """Columns `start ..` of a matrix; of a whole matrix in a family, a read of its own."""
    cut = (Whole(), Cut(integer(start), integer(start + count - 1)))
    if isinstance(matrix, Read) and all(isinstance(subscript, Point) for subscript in matrix.subscripts):
        part: Node = Read(matrix.family, (*matrix.subscripts, *cut), span=matrix.span)
    else:
        part = Part(matrix, cut, span=matrix.span)
    statement.shapes[part] = (statement.shape(matrix)[0], count)
    return part


def invariants(statement: Statement, respected: frozenset[Read]) -> Iterator[Node]:
    """The largest parts that do not depend on the loop and are worth computing beforehand.

    Branches of conditions and bodies of big operators stay: outside of them it is not said that they have a value.
    """
    varying = _varying(statement.value, respected)
    if statement.value not in varying:
        return
    stack, seen = [statement.value], set[Node]()
    while stack:
        node = stack.pop()
        if node in seen:
            continue
        seen.add(node)
        if node not in varying:
            if _is_work(node):
                yield node
        elif isinstance(node, Choose):
            stack += [node.condition] if node.condition is not None else []
        elif not isinstance(node, Reduce | Default):
            stack += node.operands


def _is_work(node: Node) -> bool:
    if isinstance(node, Number | SizeValue | Data | Read):
        return False
    if isinstance(node, Part):
        return _is_work(node.base)
    return not isinstance(node, Apply) or bool(node.arguments)
