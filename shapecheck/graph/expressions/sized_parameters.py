"""Parameters with a shape, `size : 2`: lists of sizes, of a length that the definition states.

In: what a call gives for such a parameter.  Out: one size for each place; one integer stands for all of them.
"""

from __future__ import annotations

from collections.abc import Mapping

from shapecheck.graph import block_errors, size_errors
from shapecheck.graph.block_definitions import Definition
from shapecheck.graph.errors import Rejected
from shapecheck.graph.expressions.declared_names import CONSTANTS
from shapecheck.graph.expressions.size_lists import SizeList
from shapecheck.ops.base import Setting
from shapecheck.sizes import Size, integer
from shapecheck.source import Span
from shapecheck.syntax import tree


def length(parameter: tree.Parameter) -> int | None:
    """The number of sizes that a parameter of a layer takes; None where its definition writes no such number."""
    match parameter.shape:
        case tree.Shape((tree.ShapeAxis(size=tree.Integer(count), name=None),)) if count >= 1:
            return count
        case _:
            return None


def name_of_length(parameter: tree.Parameter) -> str | None:
    """The name that a parameter of a layer gives to the length of its list: m of `n : m`."""
    match parameter.shape:
        case tree.Shape((tree.ShapeAxis(size=tree.Name(name), name=None),)):
            return name
        case _:
            return None


def length_bound(parameter: tree.Parameter, known: Mapping[str, Setting]) -> dict[str, Setting]:
    """The length of a list by the name that the definition gives it."""
    name, given = name_of_length(parameter), known.get(parameter.name)
    if name is None or name in known:
        return {}
    if isinstance(given, SizeList):
        return {name: given.length}
    return {name: integer(len(given))} if isinstance(given, tuple) else {}


def _is_list(given: Setting) -> bool:
    if isinstance(given, SizeList):
        return len(given.ranges) == 1
    return isinstance(given, tuple) and all(isinstance(item, Size) for item in given)


def fitted(definition: Definition, parameter: tree.Parameter, given: Setting, span: Span) -> Setting:
    """A static argument as its parameter wants it; raises `Rejected` for a list of another length."""
    if not definition.is_function and name_of_length(parameter) is not None:
        if not _is_list(given):
            raise Rejected(block_errors.no_list(definition, parameter.name, span))
        return given
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
