"""Sizes at concrete sizes: linear forms in the index variables that are left, and the range of values they take.

In: a `Size` over dims and indices, the dims' values, the ranges of the indices.  Out: integers.  Bounds are exact for
sizes that are linear in the indices, and safe (never too narrow) for all others.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from shapecheck.record import record
from shapecheck.sizes import Size, Undefined
from shapecheck.sizes.algebra.atoms import Atom, Floor, Positive, Symbol
from shapecheck.sizes.algebra.point_values import evaluate
from shapecheck.sizes.algebra.size import of_atom

Interval = tuple[int, int]
"""Least and greatest integer, both included; empty where the second is below the first."""
Boxes = Mapping[str, Interval]
FEW = 1 << 16
"""The most points at which a size that is not linear is evaluated one by one."""


@record
class Linear:
    """`constant + sum(slope * index)`; no slope is 0."""

    constant: int
    slopes: tuple[tuple[str, int], ...]

    def shifted(self, by: int) -> Linear:
        """The form with a constant added."""
        return Linear(self.constant + by, self.slopes)

    def bounds(self, boxes: Boxes) -> Interval:
        """Its least and greatest value over boxes, none of which is empty."""
        low = high = self.constant
        for name, slope in self.slopes:
            first, last = boxes[name]
            low += slope * (first if slope > 0 else last)
            high += slope * (last if slope > 0 else first)
        return low, high


def linear(size: Size, env: Mapping[str, int]) -> Linear | None:
    """The size with `env` put in, if it is then linear in the other names."""
    constant, slopes = 0, dict[str, int]()
    for monomial, coefficient in size.terms.items():
        left: list[Atom] = []
        for atom in monomial:
            if atom.names <= env.keys():
                coefficient *= env[atom.name] if isinstance(atom, Symbol) else of_atom(atom).evaluate(env)
            else:
                left.append(atom)
        if not left:
            constant += coefficient
        elif len(left) == 1 and isinstance(left[0], Symbol):
            slopes[left[0].name] = slopes.get(left[0].name, 0) + coefficient
        elif coefficient:
            return _simplified(size, env)
    return Linear(constant, tuple((name, slope) for name, slope in slopes.items() if slope))


def _simplified(size: Size, env: Mapping[str, int]) -> Linear | None:
    """The linear form where floors or maxima over other names may vanish at these sizes."""
    known = {name: env[name] for name in size.names if name in env}
    left = size.substitute(known)
    return None if left is size else linear(left, env)


def bounds(size: Size, env: Mapping[str, int], boxes: Boxes) -> Interval:
    """The range of values of a size over boxes of its indices, none of which is empty; `Undefined` if it has none."""
    form = linear(size, env)
    if form is not None:
        return form.bounds(boxes)
    names = [name for name in size.names if name not in env]
    count = 1
    for name in names:
        count *= boxes[name][1] - boxes[name][0] + 1
    if count > FEW:
        return _enclosure(size, {**{name: (value, value) for name, value in env.items()}, **boxes})
    undefined: list[np.ndarray] = []
    values = np.asarray(evaluate(size, {**env, **grid(names, boxes)}, undefined))
    values = values[~np.logical_or.reduce(undefined)] if undefined else values
    if not values.size:
        raise Undefined("it has no value anywhere")
    return int(values.min()), int(values.max())


def grid(names: list[str], boxes: Boxes) -> dict[str, np.ndarray]:
    """All points of the boxes as arrays of one shape, one axis a name."""
    axes = [np.arange(boxes[name][0], boxes[name][1] + 1) for name in names]
    return dict(zip(names, np.meshgrid(*axes, indexing="ij"))) if names else {}


def _enclosure(size: Size, boxes: Boxes) -> Interval:
    low = high = 0
    for monomial, coefficient in size.terms.items():
        product = (coefficient, coefficient)
        for atom in monomial:
            product = _times(product, _atom_enclosure(atom, boxes))
        low, high = low + product[0], high + product[1]
    return low, high


def _atom_enclosure(atom: Atom, boxes: Boxes) -> Interval:
    if isinstance(atom, Symbol):
        return boxes[atom.name]
    parts = [_enclosure(part, boxes) for part in atom.parts]
    if isinstance(atom, Positive):
        return max(parts[0][0], 0), max(parts[0][1], 0)
    first, second = parts[0], (max(parts[1][0], 1 if isinstance(atom, Floor) else 0), max(parts[1][1], 1))
    corners = [a // b if isinstance(atom, Floor) else max(a, 1) ** b for a in first for b in second]
    return min(corners), max(corners)


def _times(left: Interval, right: Interval) -> Interval:
    corners = [a * b for a in left for b in right]
    return min(corners), max(corners)
