"""Facts about the tree that a formatter of tokens must know.

Comes in: the tree of a text.  Goes out: `Marks`: where operators stand without blanks, and where parentheses are due.
Assumed: the tree is that of the text, without mistakes.
"""

from __future__ import annotations

from collections.abc import Iterator

from shapecheck.record import record
from shapecheck.source import Span
from shapecheck.syntax import tree
from shapecheck.syntax.walking import walk


@record
class Marks:
    """`tight` has a 1 for every character inside of subscripts or a range; `wrapped` are expressions that the
    canonical form has in parentheses.
    """

    tight: bytearray
    wrapped: tuple[Span, ...]


def marks_of(spec: tree.Spec, length: int) -> Marks:
    """The marks of a text with so many characters."""
    tight = bytearray(length)
    wrapped: list[Span] = []
    for node in walk(spec):
        for span in _tight_parts(node):
            tight[span.start : span.end] = b"\x01" * (span.end - span.start)
        wrapped.extend(_wrapped_parts(node))
    return Marks(tight, tuple(wrapped))


def _tight_parts(node: tree.Node) -> Iterator[Span]:
    if isinstance(node, tree.Range):
        yield node.span
    elif isinstance(node, tree.Index | tree.Target):
        yield from (subscript.span for subscript in node.subscripts or ())


def _wrapped_parts(node: tree.Node) -> Iterator[Span]:
    """Sums between size separators, and a coefficient that is divided by: `1 / (2p)`."""
    if isinstance(node, tree.Shape) and not node.bracketed and len(node.axes) > 1:
        yield from (axis.size.span for axis in node.axes if axis.size is not None and _is_sum(axis.size))
    elif isinstance(node, tree.Sizes):
        yield from (item.span for item in node.items if _is_sum(item))
    elif isinstance(node, tree.Binary) and node.operator in ("/", "//", "%") and _is_coefficient(node.right):
        yield node.right.span


def _is_coefficient(node: tree.Expression) -> bool:
    return isinstance(node, tree.Coefficient)


def _is_sum(node: tree.Expression) -> bool:
    return isinstance(node, tree.Binary) and node.operator in ("+", "-")
