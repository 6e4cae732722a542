"""Lines of a spec without their names, so that equal runs of lines are found.

A line's skeleton has a hole for every tensor's name, for every name behind `as`, and for every integer that a layer of
a chain is given.  Two runs are instances of one block if their skeletons are equal and the same names stand in the
same holes; the integers are what the block is then given.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from shapecheck.bridge.rewriting import mapped
from shapecheck.record import record
from shapecheck.syntax import tree

Key = tuple[tuple[str, ...], tuple[int, ...]]


@record
class Line:
    """A statement's skeleton, and what stands in its holes, in the order of the text."""

    skeleton: str
    names: tuple[str, ...]
    numbers: tuple[int, ...]


def line_of(statement: tree.Statement, tensors: Collection[str]) -> Line:
    """The skeleton of a statement, where these names are tensors."""
    names: list[str] = []
    numbers: list[int] = []

    def hole(number: int) -> tree.Expression:
        numbers.append(number)
        return tree.Name("?")

    def change(part: tree.Node) -> tree.Node | None:
        match part:
            case tree.Name(name) if name in tensors:
                names.append(name)
                return tree.Name("?")
            case tree.Target(name, subscripts, annotation):
                names.append(name)
                inner = None if subscripts is None else tuple(mapped(one, change) for one in subscripts)
                return tree.Target("?", inner, annotation)
            case tree.Pipe(value, tree.Stage(layer, alias)):
                before = mapped(value, change)
                if alias is not None:
                    names.append(alias)
                return tree.Pipe(before, tree.Stage(with_numbers(layer, hole), None if alias is None else "?"))
            case _:
                return None

    return Line(repr(mapped(statement, change)), tuple(names), tuple(numbers))


def with_numbers(layer: tree.Expression, change: Callable[[int], tree.Expression]) -> tree.Expression:
    """A layer with something else for the integers that it is given."""
    if not isinstance(layer, tree.Call):
        return layer
    return mapped(layer, lambda part: change(part.value) if isinstance(part, tree.Integer) else None)


def key_of(lines: Sequence[Line]) -> Key:
    """The skeletons of a run of lines, and which of its holes have one name."""
    seen: dict[str, int] = {}
    pattern = tuple(seen.setdefault(name, len(seen)) for line in lines for name in line.names)
    return tuple(line.skeleton for line in lines), pattern


def names_of(lines: Sequence[Line]) -> list[str]:
    """The different names in the holes of a run, in the order of their first places."""
    return list(dict.fromkeys(name for line in lines for name in line.names))


def numbers_of(lines: Sequence[Line]) -> tuple[int, ...]:
    """The integers in the holes of a run."""
    return tuple(number for line in lines for number in line.numbers)
