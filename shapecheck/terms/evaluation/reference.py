"""The naive reference: the values of a spec read off its equations, in Python's own integers and floats.

In: the result of inference, a value for every free size, and data for every input, weight and buffer.  Out: exact
integers, floats and truth values.  It shares the ops' defining equations with the proofs and nothing with the
executor, so that the two can be compared.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from math import prod
from typing import TYPE_CHECKING, Any

from shapecheck.graph.nodes import Node
from shapecheck.infer.model import Instance, Shapes
from shapecheck.terms.evaluation.entries import Cycle, MissingDefinition, NotANumber, Values, positions
from shapecheck.terms.scalars.floats import FLOATS, UndefinedValue, Value

if TYPE_CHECKING:
    import numpy as np

__all__ = ["Cycle", "MissingDefinition", "NotANumber", "Reference"]


class Reference(Values):
    """The values of one spec at one choice of sizes and data.

    `data` holds, for every family that is given, nested lists or an array with the family's axes in front and its
    cell's behind; where members differ in shape, a mapping from the member's numbers to its own array.
    """

    def __init__(self, shapes: Shapes, sizes: Mapping[str, int], data: Mapping[str, Any]) -> None:
        super().__init__(shapes, all_sizes(shapes, sizes), self._told, FLOATS)
        self._data = {name: _plain(values) for name, values in data.items()}

    def family(self, name: str) -> np.ndarray | dict[tuple[int, ...], np.ndarray]:
        """All entries, family axes in front.

        A mapping from members to arrays where members differ in shape, or where some in between are not defined.
        """
        axes = [self._ends(interval.low, interval.high) for interval in self.shapes.axes[name]]
        members = list(product(*(range(low, high + 1) for low, high in axes)))
        cells = {member: self._cell_array(name, member) for member in members if self.exists(name, member)}
        if len(cells) < len(members) or len({cell.shape for cell in cells.values()}) != 1:
            return cells
        lengths = [high - low + 1 for low, high in axes]
        flat = [entry for cell in cells.values() for entry in cell.reshape(-1).tolist()]
        return _array(flat, (*lengths, *cells[members[0]].shape))

    def value(self, instance: Instance, node: Node, indices: Mapping[str, int]) -> np.ndarray:
        """The value of a node at values of the instance's indices."""
        shape = self.shape(instance, node, indices)
        return _array([self.at(instance, node, indices, position) for position in positions(shape)], shape)

    def _cell_array(self, family: str, member: tuple[int, ...]) -> np.ndarray:
        shape = self.cell_shape(family, member)
        return _array([self.entry(family, member, position) for position in positions(shape)], shape)

    def _told(self, family: str, member: tuple[int, ...], position: tuple[int, ...]) -> Value:
        values = self._data[family]
        path = list(position)
        if isinstance(values, Mapping):
            values = values[member]
        else:
            lows = [int(interval.low.evaluate(self.env)) for interval in self.shapes.axes[family]]
            path = [number - low for number, low in zip(member, lows)] + path
        for at in path:
            if not 0 <= at < len(values):
                raise UndefinedValue(f"{family} has no entry {[*member, *position]}")
            values = values[at]
        return values  # type: ignore[no-any-return]


def all_sizes(shapes: Shapes, sizes: Mapping[str, int]) -> dict[str, int]:
    """The free sizes, those derived from them, and those measured."""
    known = dict(sizes)
    for name, dim in shapes.graph.dims.items():
        if dim.value is not None and name not in known:
            known[name] = int(dim.value.evaluate(known))
    return shapes.environment(known)


def _plain(values: Any) -> Any:
    """Arrays as nested lists of Python numbers."""
    if isinstance(values, Mapping):
        return {member: _plain(array) for member, array in values.items()}
    return values.tolist() if hasattr(values, "tolist") else values


def _array(entries: Sequence[Value], shape: Sequence[int]) -> np.ndarray:
    """The entries as an array; integers too long for 64 bits stay Python ints."""
    import numpy as np

    long = any(isinstance(entry, int) and not -(2**63) <= entry < 2**63 for entry in entries)
    assert len(entries) == prod(shape)
    return np.array(entries, dtype=object if long else None).reshape(tuple(shape))
