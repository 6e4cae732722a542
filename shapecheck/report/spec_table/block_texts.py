"""A block with its static arguments as a table tells it: `conv2d(64, 3 x 3, stride = 2)`.

Parameters without a default come first, as they stand; others are told where they differ from it.
"""

from __future__ import annotations

from shapecheck.graph.block_definitions import REPEAT, Callee
from shapecheck.graph.errors import Rejected
from shapecheck.graph.expressions.complete_reading import default_of
from shapecheck.graph.expressions.size_lists import SizeList
from shapecheck.graph.expressions.sized_parameters import name_of_length
from shapecheck.infer.blocks.kinds import Kind
from shapecheck.ops.base import Setting
from shapecheck.report.cells import Dims, Phrase
from shapecheck.sizes import Size
from shapecheck.syntax import tree

Part = str | Size | Dims


def block_text(kind: Kind) -> Phrase | str:
    """The name of a block, with what is not as by default in parentheses."""
    definition, settings = kind.definition, dict(kind.settings)
    if definition is REPEAT:
        return "repeat"
    told: list[list[Part]] = []
    known: dict[str, Setting] = {}
    for parameter in definition.parameters:
        if parameter.name not in settings:
            continue
        given = settings[parameter.name]
        if parameter.default is None and name_of_length(parameter) is not None:
            told.append(_list(given))
        elif parameter.default is None:
            told.append(_parts(given))
        elif not _is_default(kind, parameter.name, known):
            told.append([f"{parameter.name} = ", *_parts(_short(parameter, given))])
        known[parameter.name] = given
    if not told:
        return definition.name
    inside = [part for item in told for part in (", ", *item)][1:]
    return Phrase((f"{definition.name}(", *inside, ")"))


def _is_default(kind: Kind, name: str, known: dict[str, Setting]) -> bool:
    parameter = next(item for item in kind.definition.parameters if item.name == name)
    try:
        return bool(default_of(kind.definition, parameter, known) == dict(kind.settings)[name])
    except Rejected:
        return False


def _short(parameter: tree.Parameter, given: Setting) -> Setting:
    """One size for a list of equal ones, `stride = 2`."""
    alike = parameter.shape is not None and isinstance(given, tuple) and len(set(given)) == 1
    return given[0] if alike else given


def _list(given: Setting) -> list[Part]:
    """A list of any length, `[784, 300, 10]`, or the family of sizes that is passed as a whole."""
    if isinstance(given, SizeList):
        return [given.name]
    return ["[", *[part for size in given for part in (", ", size)][1:], "]"]


def _parts(given: Setting) -> list[Part]:
    if isinstance(given, Size):
        return [given]
    if isinstance(given, tuple) and given and all(isinstance(item, Size) for item in given):
        return [Dims(given)]
    if isinstance(given, tuple):
        rows = [part for row in given for part in ("; ", *_row(row))]
        return ["[", *rows[1:], "]"]
    if isinstance(given, Callee):
        return [given.name]
    return [str(given).lower() if isinstance(given, bool) else str(given)]


def _row(row: Setting) -> list[Part]:
    return [part for item in row for part in (", ", item)][1:] if isinstance(row, tuple) else [str(row)]
