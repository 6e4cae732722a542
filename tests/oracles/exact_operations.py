"""What each operation of the language means, in exact numbers.

Comes in: an operation's name, arrays, and its parameters as sizes.  Goes out: an array.  Nothing of `shapecheck.ops` is
asked but what the parameters are called.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import numpy as np

from shapecheck.record import record
from shapecheck.sizes import Size

from . import exact_numbers as exact
from . import exact_windows as windows
from .whole_numbers import Kept, Python

Environment = Mapping[str, int]


class Unsupported(LookupError):
    """An operation that this does not know."""


def at(size: Size, env: Environment) -> int:
    """A size's value."""
    return int(Kept(Python(env)).size(size))


@record
class Operations:
    """All operations, at some sizes."""

    env: Environment

    def apply(self, name: str, operands: list[Any], parameters: Any) -> Any:
        """The value of an operation."""
        if len(operands) == 1 and name in exact.SINGLE:
            return exact.each(exact.SINGLE[name], operands[0])
        if len(operands) > 1 and name in exact.DOUBLE:
            return exact.folded(lambda a, b: exact.each(exact.DOUBLE[name], a, b), operands)
        rule = getattr(self, f"_{name.replace('@', 'product')}", None)
        if rule is None:
            raise Unsupported(name)
        return rule(operands, parameters)

    def _not(self, operands: list[Any], _: Any) -> Any:
        return exact.each(lambda truth: not truth, operands[0])

    def _sum(self, operands: list[Any], _: Any) -> Any:
        return exact.array(exact.folded(exact.DOUBLE["+"], operands[0].flat))

    def _prod(self, operands: list[Any], _: Any) -> Any:
        return exact.array(exact.folded(exact.DOUBLE["*"], operands[0].flat))

    def _mean(self, operands: list[Any], _: Any) -> Any:
        return exact.array(exact.divide(self._sum(operands, None)[()], operands[0].size))

    def _max(self, operands: list[Any], _: Any) -> Any:
        return exact.array(exact.folded(exact.greater_of, operands[0].flat))

    def _min(self, operands: list[Any], _: Any) -> Any:
        return exact.array(exact.folded(exact.lesser_of, operands[0].flat))

    def _dot(self, operands: list[Any], _: Any) -> Any:
        return exact.array(windows.scalar_product(*operands))

    def _product(self, operands: list[Any], _: Any) -> Any:
        left, right = operands
        if left.ndim > 2 or right.ndim > 2:
            raise Unsupported("a product of many axes")
        rows = left if left.ndim == 2 else left[None]
        columns = right.T if right.ndim == 2 else right[None]
        made = exact.array([[windows.scalar_product(row, column) for column in columns] for row in rows])
        made = made.reshape(len(rows), len(columns))
        return made.reshape((*left.shape[:-1], *(right.shape[1:] if right.ndim == 2 else ())))

    def _transpose(self, operands: list[Any], _: Any) -> Any:
        (value,) = operands
        return value.swapaxes(-1, -2) if value.ndim > 1 else value

    def _join(self, operands: list[Any], _: Any) -> Any:
        rank = max(1, *(part.ndim for part in operands))
        return np.concatenate([part if part.ndim == rank else part[None] for part in operands])

    def _list(self, operands: list[Any], _: Any) -> Any:
        return np.stack(operands)

    def _concat(self, operands: list[Any], parameters: Any) -> Any:
        return np.concatenate(operands, axis=parameters.axis)

    def _reshape(self, operands: list[Any], parameters: Any) -> Any:
        return operands[0].reshape([at(size, self.env) for size in parameters.sizes])

    def _pad(self, operands: list[Any], parameters: Any) -> Any:
        rows = parameters.sides * operands[0].ndim if parameters.uniform else parameters.sides
        sides = [(at(before, self.env), at(after, self.env)) for before, after in rows]
        return windows.padded(operands[0], sides, 0)

    def _fill(self, parameters: Any, value: int) -> Any:
        made = np.empty([at(size, self.env) for size in parameters.sizes], dtype=object)
        made.fill(value)
        return made

    def _zeros(self, operands: list[Any], parameters: Any) -> Any:
        return self._fill(parameters, 0)

    def _ones(self, operands: list[Any], parameters: Any) -> Any:
        return self._fill(parameters, 1)

    def _full(self, operands: list[Any], parameters: Any) -> Any:
        value = parameters.value
        return self._fill(parameters, at(value, self.env) if isinstance(value, Size) else Fraction(value))

    def _eye(self, operands: list[Any], parameters: Any) -> Any:
        size = at(parameters.size, self.env)
        return exact.array([[int(row == column) for column in range(size)] for row in range(size)])

    def _softmax(self, operands: list[Any], _: Any) -> Any:
        powers = exact.each(exact.exp, operands[0])
        made = np.empty(powers.shape, dtype=object)
        for place in np.ndindex(*powers.shape):
            made[place] = exact.divide(powers[place], exact.folded(exact.DOUBLE["+"], powers[place[:-1]]))
        return made

    def _conv(self, operands: list[Any], parameters: Any) -> Any:
        image, kernel = operands
        space = kernel.ndim - 2 if kernel.ndim > 2 else kernel.ndim
        stride, dilation = (self._each_axis(one, space) for one in (parameters.stride, parameters.dilation))
        padding = self._padding(parameters.padding, space)
        groups, outside = (at(one, self.env) for one in (parameters.groups, parameters.outside))
        return windows.convolved(image, kernel, stride, dilation, padding, groups, outside)

    def _conv_transpose(self, operands: list[Any], parameters: Any) -> Any:
        image, kernel = operands
        space = kernel.ndim - 2 if kernel.ndim > 2 else kernel.ndim
        steps = (parameters.stride, parameters.dilation, parameters.extra)
        stride, dilation, extra = (self._each_axis(one, space) for one in steps)
        sides, _ = self._padding(parameters.padding, space)
        return windows.stamped(image, kernel, stride, dilation, sides, at(parameters.groups, self.env), extra)

    def _maxpool(self, operands: list[Any], parameters: Any) -> Any:
        window = [at(size, self.env) for size in parameters.window]
        space = len(window)
        stride, dilation = (self._each_axis(one, space) for one in (parameters.stride, parameters.dilation))
        return windows.greatest(operands[0], window, stride, dilation, self._padding(parameters.padding, space))

    def _each_axis(self, setting: Any, space: int) -> list[int]:
        return [at(one, self.env) for one in (setting if isinstance(setting, tuple) else [setting] * space)]

    def _padding(self, padding: Any, space: int) -> windows.Padding:
        if padding.word is not None:
            return str(padding.word), padding.rounds_up
        sides = padding.sides * space if padding.uniform else padding.sides
        return [(at(before, self.env), at(after, self.env)) for before, after in sides], padding.rounds_up
