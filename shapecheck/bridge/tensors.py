"""The tensors of a model while its spec is written.

A tensor of the model is known (`Known`), made of sizes (`Counts`), a view of a tensor of the spec (`View`), a formula
for its entries that has no name yet (`Pointwise`), or an image about to become a vector (`Flat`).  `shape` is always in
the order of the model's axes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from shapecheck.bridge.network import Array
from shapecheck.bridge.trees import Entry
from shapecheck.record import record
from shapecheck.sizes import ONE, Size, integer
from shapecheck.syntax import tree
from shapecheck.syntax.tree import Expression

Shape = tuple[Size, ...]
Reader = Callable[[Sequence[Entry]], Expression]


@record(eq=False)
class Known:
    """Numbers of the file, or computed from them; `trained` where they come from its weights."""

    array: Array
    label: str
    trained: bool = False

    @property
    def shape(self) -> Shape:
        return tuple(integer(size) for size in self.array.shape)

    @property
    def kind(self) -> str:
        return "i" if self.array.dtype.kind == "u" else self.array.dtype.kind


@record(eq=False)
class Counts:
    """Integers made of sizes, as an array of `Size` objects."""

    items: Any
    kind: str = "i"

    @property
    def shape(self) -> Shape:
        return tuple(integer(size) for size in self.items.shape)


@record(eq=False)
class View:
    """A tensor of the spec, or an expression for one.

    `axes` tells for each axis of the model which axis of the spec it is, None for one of size 1 that the spec does not
    have; an axis of the spec that no axis of the model is has size 1, too.  `firsts` is the number from which each axis
    of the spec counts.  `weight` counts the operations in the expression.
    """

    shape: Shape
    base: Expression
    axes: tuple[int | None, ...]
    firsts: tuple[int, ...]
    kind: str = "f"
    weight: int = 0

    @property
    def is_whole(self) -> bool:
        """Whether every axis of the spec is one of the model."""
        return len([axis for axis in self.axes if axis is not None]) == len(self.firsts)

    @property
    def order(self) -> tuple[int, ...]:
        """The model's axes in the order in which the spec has them."""
        found = [(axis, place) for place, axis in enumerate(self.axes) if axis is not None]
        return tuple(place for _, place in sorted(found))

    @property
    def spec_shape(self) -> Shape:
        """The sizes in the order of the spec."""
        sizes = [ONE] * len(self.firsts)
        for axis, size in zip(self.axes, self.shape):
            if axis is not None:
                sizes[axis] = size
        return tuple(sizes)


@record(eq=False)
class Pointwise:
    """Entries by a formula: `entry` gives it for subscripts; a truth (`kind` is `b`) is a condition.

    `order` is how the axes are best laid out when it gets a name; `cheap` where reading it twice costs no more than
    reading it once.
    """

    shape: Shape
    entry: Reader
    order: tuple[int, ...]
    kind: str = "f"
    weight: int = 1
    cheap: bool = False


@record(eq=False)
class Flat:
    """All axes of a view but the first as one: what a dense layer takes as it is, with its weights in another order."""

    source: View

    @property
    def shape(self) -> Shape:
        product = ONE
        for size in self.source.shape[1:]:
            product = product * size
        return (self.source.shape[0], product)

    @property
    def kind(self) -> str:
        return self.source.kind


Tensor = Known | Counts | View | Pointwise | Flat


def order_of(tensor: Tensor) -> tuple[int, ...]:
    """The axes of the model in the order in which the spec has them, or should have them."""
    if isinstance(tensor, View | Pointwise):
        return tensor.order
    return tuple(place for place, size in enumerate(tensor.shape) if size is not ONE)


def weight_of(tensor: Tensor) -> int:
    """The number of operations in the expression that stands for it."""
    return tensor.weight if isinstance(tensor, View | Pointwise) else 0


def is_scalar(tensor: Tensor) -> bool:
    """Whether it has one entry."""
    return all(size is ONE for size in tensor.shape)


def sizes_of(tensor: Tensor) -> Any:
    """The entries as an array of sizes, where they are integers that are known as such; None for others."""
    if isinstance(tensor, Counts):
        return tensor.items
    if isinstance(tensor, Known) and (tensor.kind in "ib" or _is_integral(tensor.array)):
        return _as_sizes(tensor.array)
    return None


def _is_integral(array: Array) -> bool:
    return array.size <= 64 and bool(np.isfinite(array).all()) and bool((array == np.floor(array)).all())


def _as_sizes(array: Array) -> Any:
    found = np.empty(array.shape, dtype=object)
    for at in np.ndindex(array.shape):
        found[at] = integer(int(array[at]))
    return found


def named_view(name: str, shape: Shape, order: Sequence[int], kind: str = "f") -> View:
    """The view of a named tensor of the spec that has the model's axes in this order, and no others."""
    axes: list[int | None] = [None] * len(shape)
    for place, axis in enumerate(order):
        axes[axis] = place
    return View(shape, tree.Name(name), tuple(axes), (0,) * len(order), kind)
