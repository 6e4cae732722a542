"""Parameters with a shape, `size : 2`: lists of sizes, of a length that the definition states.

In: what a call gives for such a parameter.  Out: one size for each place; one integer stands for all of them.
"""

from __future__ import annotations

from shapecheck.graph import block_errors, size_errors
from shapecheck.graph.block_definitions import Definition
from shapecheck.graph.errors import Rejected
from shapecheck.graph.expressions.declared_names import CONSTANTS
from shapecheck.ops.base import Setting
from shapecheck.sizes import Size
from shapecheck.source import Span
from shapecheck.syntax import tree


def length(parameter: tree.Parameter) -> int | None:
    """The number of sizes that a parameter of a layer takes; None where its definition writes no such number."""
    match parameter.shape:
        case tree.Shape((tree.ShapeAxis(size=tree.Integer(count), name=None),)) if count >= 1:
            return count
        case _:
            return None


def fitted(definition: Definition, parameter: tree.Parameter, given: Setting, span: Span) -> Setting:
    """A static argument as its parameter wants it; raises `Rejected` for a list of another length."""
    count = None if definition.is_function else length(parameter)
    if count is None:
        return given
    if isinstance(given, Size):
        return (given,) * count
    if isinstance(given, str) and given not in CONSTANTS:
        raise Rejected(size_errors.undeclared_size(parameter.name, given, span))
    if not isinstance(given, tuple) or not all(isinstance(item, Size) for item in given):
        raise Rejected(block_errors.no_sizes(definition, parameter.name, count, span))
    if len(given) != count:
        raise Rejected(block_errors.other_length(definition, parameter.name, count, len(given), span))
    return given
