"""Data that a test gives, read off their defining equations: literals, and ops on them such as `full(2 x p, 3)`.

In: nodes without reads, by the name that they are for, the sizes, and an `Arithmetic`.  Out: single entries.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from functools import partial
from typing import Any

from shapecheck.graph.nodes import Apply, Data, Node, Number, SizeValue
from shapecheck.ops.base import Misfit
from shapecheck.ops.term_types import Literal, Lookup, Measure, Term
from shapecheck.record import record
from shapecheck.sizes import Size, integer
from shapecheck.terms.evaluation.compiler import Compiler, Entries, place_of
from shapecheck.terms.scalars.floats import Arithmetic
from shapecheck.terms.unfolding.unfold import placeholder


@record(frozen=False)
class Literals:
    """The entries of some data at some sizes."""

    data: Mapping[str, Node]
    env: Mapping[str, int]
    arithmetic: Arithmetic
    _ready: dict[str, tuple[tuple[int, ...], Entries]] = field(default_factory=dict)

    def entry(self, name: str, position: Sequence[int]) -> Any:
        """One entry, counted from 0 on every axis."""
        if name not in self._ready:
            self._ready[name] = self._made(self.data[name])
        shape, entry = self._ready[name]
        place_of(position, shape, name)
        return entry({f".@{axis}": at for axis, at in enumerate(position)})

    def _made(self, node: Node) -> tuple[tuple[int, ...], Entries]:
        shape = shape_of(node)
        term = literal_term(node, tuple(placeholder(axis) for axis in range(len(shape))))
        known = tuple(int(size.evaluate(self.env)) for size in shape)
        return known, Compiler(self.env, _reads_nothing, self.arithmetic).term(term)


def shape_of(node: Node) -> tuple[Size, ...]:
    """The shape of literal data."""
    match node:
        case Data(shape, _):
            return tuple(map(integer, shape))
        case Apply(op, arguments, parameters):
            result = op.shape(parameters, [shape_of(argument) for argument in arguments])
            assert not isinstance(result, Misfit), "the builder has seen to it"
            return result.shape
        case _:
            return ()


def literal_term(node: Node, position: Sequence[Size]) -> Term:
    """An entry of literal data as a term."""
    match node:
        case Number(value):
            return Literal(value)
        case SizeValue(size):
            return Measure(size)
        case Data(shape, values):
            return Lookup(shape, values, tuple(position))
        case Apply(op, arguments, parameters):
            operands: list[Callable[[Sequence[Size]], Term]] = [partial(literal_term, part) for part in arguments]
            return op.define(parameters, [shape_of(part) for part in arguments], operands, position)
        case _:
            raise AssertionError("the builder lets only literals and ops into a test's data")


def _reads_nothing(family: str, subscripts: tuple[int, ...]) -> Any:
    raise AssertionError("literal data read no family")
