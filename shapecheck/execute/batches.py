"""A batch of runs: inputs with further axes in front, one run for each entry along these, the weights shared.

In: a plan and data.  Out: the axes in front, and a `Batch`, whose arrays have these axes in front wherever they depend
on an input that has them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from math import prod

import numpy as np

from shapecheck.execute import errors
from shapecheck.execute.inputs.pieces import pieces
from shapecheck.execute.planning.memory_layout import Layout
from shapecheck.execute.run_result import Run
from shapecheck.execute.run_state import Array
from shapecheck.graph.reads import families_read
from shapecheck.infer.model import Shapes
from shapecheck.record import record

Front = tuple[int, ...]


def front_of(shapes: Shapes, layout: Layout, data: Mapping[str, object]) -> tuple[Front, frozenset[str]]:
    """The axes in front of the inputs that have any, and the paths of these; raises where two have other ones."""
    front: Front = ()
    paths: list[str] = []
    for family in shapes.graph.families.values():
        for piece in pieces(family.name, layout) if family.role == "input" and family.name in layout.regions else ():
            found = _in_front(data.get(piece.path), piece.shape)
            if not found:
                continue
            if paths and found != front:
                raise errors.batches_differ(paths[0], front, piece.path, found, family.span)
            front = found
            paths.append(piece.path)
    return front, frozenset(paths)


def _in_front(value: object, shape: tuple[int, ...]) -> Front:
    """The axes in front of the declared ones, where an array has any and the declared ones fit."""
    if not isinstance(value, np.ndarray | list | tuple):
        return ()
    try:
        given = np.shape(value)
    except ValueError:  # told when the data are checked
        return ()
    count = len(given) - len(shape)
    return given[:count] if count > 0 and given[count:] == shape and prod(given[:count]) else ()


def at_each(data: Mapping[str, object], paths: frozenset[str], front: Front) -> Iterator[dict[str, Array]]:
    """The data of each run that are its own."""
    arrays = {path: np.asarray(data[path]) for path in paths}
    for place in np.ndindex(front):
        yield {path: array[place] for path, array in arrays.items()}


def depending(shapes: Shapes, names: frozenset[str]) -> frozenset[str]:
    """The families that are computed from these, and these."""
    found, grown = set(names), True
    while grown:
        grown = False
        for equation in (instance.origin for instance in shapes.instances):
            targets = {target.family for target in getattr(equation, "targets", ())}
            value = getattr(equation, "value", None)
            if value is not None and not targets <= found and families_read(value) & found:
                found |= targets
                grown = True
    return frozenset(found)


class _Stacked(Mapping[str, Array]):
    """The arrays of all runs, put together when they are asked for."""

    def __init__(self, runs: tuple[Run, ...], front: Front, varying: Callable[[str], bool]) -> None:
        self._runs, self._front, self._varying = runs, front, varying

    def __getitem__(self, path: str) -> Array:
        first = self._runs[0].arrays[path]
        if not self._varying(path):
            return first
        return np.stack([run.arrays[path] for run in self._runs]).reshape(self._front + first.shape)

    def __iter__(self) -> Iterator[str]:
        return iter(self._runs[0].arrays)

    def __len__(self) -> int:
        return len(self._runs[0].arrays)


@record(frozen=False)
class Batch(Run):
    """The result of a batch: its `runs` in order along the axes `front`; `varying` are the families with these."""

    runs: tuple[Run, ...] = ()
    front: Front = ()
    varying: frozenset[str] = frozenset()

    @property
    def arrays(self) -> Mapping[str, Array]:  # type: ignore[override]
        """All arrays by path, the axes of the batch in front of what depends on it."""
        return _Stacked(self.runs, self.front, self._varies)

    @property
    def confirmed(self) -> int:
        """The number of arrays whose shape was compared with the derived one, in all runs."""
        return sum(run.confirmed for run in self.runs)

    def _varies(self, path: str) -> bool:
        return path.partition("[")[0] in self.varying

    def value(self, name: str) -> Array:
        """The array under a path, or a member of one as it is numbered, the axes of the batch in front."""
        if not self._varies(name):
            return self.runs[0].value(name)
        found = [run.value(name) for run in self.runs]
        return np.stack(found).reshape(self.front + found[0].shape)


def batch(runs: tuple[Run, ...], front: Front, varying: frozenset[str]) -> Batch:
    """The runs put together."""
    first = runs[0]
    return Batch(first.setting, first.state, first.statements, first.room, runs=runs, front=front, varying=varying)
