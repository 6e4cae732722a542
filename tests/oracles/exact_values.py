"""The values of a spec from its equations, without rounding, and without what proofs and runs rest on.

Comes in: a spec's graph with the ranges and shapes that were derived, sizes, and data.  Goes out: arrays of exact
numbers.  The meaning of every operation is written down here once more, from the language's text: no defining equation
of an op (`define`), no kernel, no term, no normal form and no plan takes part.  Members are computed when asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np

from shapecheck.graph import nodes
from shapecheck.graph.model import Equation, ShapeClaim, SizeClaim, Target
from shapecheck.graph.nodes import Node, Subscript
from shapecheck.infer.model import Instance, Interval, Shapes
from shapecheck.record import record

from . import exact_numbers as exact
from .exact_operations import Environment, Operations, Unsupported, at
from .whole_numbers import Kept, Python


class Outside(LookupError):
    """A read of what there is not."""


@record(frozen=False)
class Values:
    """The values of one spec at some sizes; `data` holds what is given, family axes in front."""

    shapes: Shapes
    sizes: Environment
    data: Mapping[str, Any]
    found: dict[tuple[str, tuple[int, ...]], Any] = field(default_factory=dict)
    under_way: set[tuple[str, tuple[int, ...]]] = field(default_factory=set)

    def member(self, family: str, numbers: tuple[int, ...]) -> Any:
        """The cell of one member."""
        if self.shapes.graph.families[family].is_given:
            low = [at(interval.low, self.sizes) for interval in self.shapes.axes[family]]
            place = tuple(number - first for number, first in zip(numbers, low))
            if any(not 0 <= where < extent for where, extent in zip(place, self.data[family].shape)):
                raise Outside(family)
            cell = self.data[family][place]
            return cell if isinstance(cell, np.ndarray) else exact.array(cell)
        key = (family, numbers)
        if key not in self.found:
            assert key not in self.under_way, f"{key} needs itself"
            self.under_way.add(key)
            try:
                self.found[key] = self._defined(family, numbers)
            finally:
                self.under_way.discard(key)
        return self.found[key]

    def _defined(self, family: str, numbers: tuple[int, ...]) -> Any:
        for instance in self.shapes.instances:
            equation = instance.origin
            if not isinstance(equation, Equation):
                continue
            for position, target in enumerate(equation.targets):
                env = self._matches(target, numbers, instance) if target.family == family else None
                if env is not None:
                    value = Place(self, instance, env).value(equation.value)
                    return self._part(equation, position, env, instance, value)
        raise Outside(f"{family}{numbers}")

    def _matches(self, target: Target, numbers: tuple[int, ...], instance: Instance) -> Environment | None:
        """The values of the equation's indices at a member, None where it does not define it."""
        env = dict(self.sizes)
        for subscript, number in zip(target.subscripts, numbers, strict=True):
            own = [name for name in subscript.names if name in instance.ranges]
            if own and env.setdefault(own[0], number) != number:
                return None
            if not own and at(subscript, self.sizes) != number:
                return None
        ranges = instance.ranges.items()
        inside = all(name in env and within(env[name], interval, env) for name, interval in ranges)
        return env if inside else None

    def _part(self, equation: Equation, position: int, env: Environment, instance: Instance, value: Any) -> Any:
        """Of `[z; r] = ..` the rows of one target."""
        if equation.form != "column":
            return value
        start = 0
        for target in equation.targets[:position]:
            shape = self._shape(target, env)
            start += shape[0] if shape else 1
        own = self._shape(equation.targets[position], env)
        return value[start : start + own[0]] if own else exact.array(value[start])

    def _shape(self, target: Target, env: Environment) -> tuple[int, ...]:
        members = [at(subscript, env) for subscript in target.subscripts]
        for cell in self.shapes.cells[target.family]:
            if all(within(number, interval, env) for number, interval in zip(members, cell.region)):
                named = {f".{axis}": number for axis, number in enumerate(members)}
                return tuple(at(size, {**self.sizes, **named}) for size in cell.shape)
        raise Outside(target.family)


def within(number: int, interval: Interval, env: Environment) -> bool:
    """Whether a number lies in a range."""
    return at(interval.low, env) <= number <= at(interval.high, env)


@record
class Place:
    """One setting of the indices of an equation or a claim."""

    values: Values
    instance: Instance
    env: Environment

    def value(self, node: Node) -> Any:
        """The value of a node here."""
        match node:
            case nodes.Number(value):
                return exact.array(Fraction(value) if isinstance(value, float) else value)
            case nodes.SizeValue(size):
                return exact.array(at(size, self.env))
            case nodes.Data(shape, values):
                entries = [value if isinstance(value, int) else Fraction(value) for value in values]
                return exact.array(entries).reshape(shape)
            case nodes.Read(family, subscripts):
                return self._read(family, subscripts)
            case nodes.Part(base, subscripts):
                return self._cut(self.value(base), subscripts)
            case nodes.Default(read, fallback):
                try:
                    return self.value(read)
                except Outside:
                    return self.value(fallback)
            case nodes.Choose(formula, condition, then, otherwise):
                return self._choose(formula, condition, then, otherwise, node)
            case nodes.Reduce(operator, indices, body):
                return self._reduce(operator, [index.symbol for index in indices], body)
            case nodes.Apply(op, arguments, parameters):
                return Operations(self.env).apply(op.name, [self.value(one) for one in arguments], parameters)
            case _:
                raise Unsupported(type(node).__name__)

    # ---- reads -----------------------------------------------------------------------------------

    def _read(self, family: str, subscripts: Sequence[Subscript]) -> Any:
        axes = self.values.shapes.axes[family]
        given = [*subscripts, *(nodes.Whole() for _ in range(len(axes) - len(subscripts)))]
        members = [self._members(item, interval) for item, interval in zip(given, axes)]
        inner = given[len(axes) :]
        kept = tuple(len(item) for item in members if not isinstance(item, int))
        cells = [
            self._cut(self.values.member(family, numbers), inner)
            for numbers in product(*([item] if isinstance(item, int) else item for item in members))
        ]
        if not kept:
            return cells[0]
        made = np.empty((len(cells), *np.shape(cells[0])), dtype=object)
        for place, cell in enumerate(cells):
            made[place] = cell if np.shape(cell) else cell[()]
        return made.reshape((*kept, *np.shape(cells[0])))

    def _members(self, item: Subscript, interval: Interval) -> int | range:
        match item:
            case nodes.Point(size):
                return at(size, self.env)
            case nodes.Cut(low, high):
                return range(at(low, self.env), at(high, self.env) + 1)
            case nodes.Whole():
                sizes = self.values.sizes
                return range(at(interval.low, sizes), at(interval.high, sizes) + 1)
            case nodes.Picked(node):
                return int(self.value(node)[()])

    def _cut(self, value: Any, subscripts: Sequence[Subscript]) -> Any:
        for axis in reversed(range(len(subscripts))):
            value = self._along(value, axis, subscripts[axis])
        return value

    def _along(self, value: Any, axis: int, item: Subscript) -> Any:
        extent = value.shape[axis]
        match item:
            case nodes.Whole():
                return value
            case nodes.Cut(low, high):
                first, last = at(low, self.env), at(high, self.env)
                if not 0 <= first <= last + 1 <= extent:
                    raise Outside("a cut")
                return value.take(range(first, last + 1), axis=axis)
            case nodes.Point(size):
                where = exact.array(at(size, self.env))
            case nodes.Picked(node):
                where = self.value(node)
        if any(not 0 <= int(number) < extent for number in where.flat):
            raise Outside("an entry")
        taken = value.take(where.astype(int), axis=axis)
        return taken if isinstance(taken, np.ndarray) else exact.array(taken)

    # ---- choices and big operators ---------------------------------------------------------------

    def _choose(self, formula: Any, condition: Node | None, then: Node, otherwise: Node, node: Node) -> Any:
        if condition is None:
            chosen = self.value(then if Kept(Python(self.env)).holds(formula) else otherwise)
        else:
            truth = self.value(condition)
            if np.shape(truth):
                both = exact.each(lambda t, a, b: a if t else b, truth, self.value(then), self.value(otherwise))
                return both
            chosen = self.value(then if truth[()] else otherwise)
        shape = tuple(at(size, self.env) for size in self.instance.shapes[node])
        return np.broadcast_to(chosen, shape)

    def _reduce(self, operator: str, indices: Sequence[str], body: Node) -> Any:
        places = list(self._places(indices, self.env))
        terms = [Place(self.values, self.instance, env).value(body) for env in places]
        match operator:
            case "sum" | "prod":
                start = exact.array(int(operator == "prod"))
                sign = "+" if operator == "sum" else "*"
                found = start
                for term in terms:
                    found = exact.each(exact.DOUBLE[sign], found, term)
                return found
            case "max" | "min":
                return exact.folded(lambda a, b: exact.each(exact.DOUBLE[operator], a, b), terms)
            case "mean":
                total = exact.folded(lambda a, b: exact.each(exact.DOUBLE["+"], a, b), terms)
                return exact.each(lambda entry: exact.divide(entry, len(terms)), total)
            case "argmax" | "argmin":
                best = _best(operator, [term[()] for term in terms])
                return exact.array(places[best][indices[0]])
            case "stack":
                counts = [len({env[name] for env in places}) for name in indices]
                return exact.array([term.tolist() for term in terms]).reshape((*counts, *np.shape(terms[0])))
            case "concat":
                return np.concatenate([term if np.shape(term) else term[None] for term in terms])
            case _:
                raise Unsupported(operator)

    def _places(self, indices: Sequence[str], env: Environment) -> Iterator[Environment]:
        if not indices:
            yield env
            return
        interval = self.instance.bounds[indices[0]]
        for number in range(at(interval.low, env), at(interval.high, env) + 1):
            yield from self._places(indices[1:], {**env, indices[0]: number})


def _best(operator: str, entries: Sequence[Any]) -> int:
    best = 0
    for place in range(1, len(entries)):
        one, other = entries[best], entries[place]
        if exact.less(one, other) if operator == "argmax" else exact.less(other, one):
            best = place
    return best


def disagreement(place: Place, body: Any) -> str | None:
    """Where a claim about values does not hold in exact numbers, in words; None where it does."""
    assert not isinstance(body, SizeClaim | ShapeClaim)
    values = [place.value(operand) for operand in body.operands]
    if not body.operators:
        return None if all(bool(entry) for entry in values[0].flat) else "it is false"
    for sign, left, right in zip(body.operators, values, values[1:]):
        shape = max(np.shape(left), np.shape(right), key=len)
        for where in np.ndindex(*shape):
            one, other = (side[where] if np.shape(side) else side[()] for side in (left, right))
            if not _holds(sign, one, other, body.tolerance):
                return f"at {where}: {one} {sign} {other}"
    return None


def _holds(sign: str, one: Any, other: Any, tolerance: float) -> bool:
    if sign == "~=" or (sign == "==" and not (exact.is_exact(one) and exact.is_exact(other))):
        return exact.near(one, other, tolerance if sign == "~=" else 1e-18)
    return bool(exact.DOUBLE[sign](one, other))
