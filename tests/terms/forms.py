"""Terms written by hand for tests: tensors, sums, and the defining equations of ops."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from shapecheck.ops import find
from shapecheck.ops.term_types import Bound, Call, Case, Entry, Literal, Measure, Reduction, Term
from shapecheck.sizes import ONE, ZERO, And, Context, Relation, Size, integer, symbol

Tensor = Callable[..., Term]


def size(value: Size | int) -> Size:
    return integer(value) if isinstance(value, int) else value


def tensor(name: str) -> Tensor:
    """The entries of an input."""
    return lambda *at: Entry(name, tuple(size(one) for one in at))


def big(operator: str, **ranges: tuple[Size | int, Size | int]) -> Callable[[Term], Term]:
    """A big operator over `.name` for each name."""
    bounds = tuple(Bound("." + name, size(low), size(high)) for name, (low, high) in ranges.items())
    return lambda body: Reduction(operator, bounds, body)


def times(*factors: Term) -> Term:
    return Call("*", factors)


def plus(*addends: Term) -> Term:
    return Call("+", addends)


def default(read: Tensor, sizes: Sequence[Size], at: Sequence[Size], value: int | float = 0) -> Term:
    """`(read[at] default value)`."""
    inside = [
        relation
        for one, length in zip(at, sizes)
        for relation in (Relation(">=", one, ZERO), Relation("<=", one, length - 1))
    ]
    return Case(And(tuple(inside)), read(*at), Literal(value))


def apply(name: str, shapes: Sequence[Sequence[Size]], operands: Sequence[Tensor], **settings: object) -> Tensor:
    """An op on tensors, by its own defining equation."""
    op = find(name, len(operands))
    assert op is not None
    given = {option.name: settings.get(option.name, option.default) for option in op.options}
    parameters = op.parameters(given)

    def entry(*at: Size | int) -> Term:
        lazily = [lambda position, operand=operand: operand(*position) for operand in operands]
        return op.define(parameters, [tuple(shape) for shape in shapes], lazily, [size(one) for one in at])

    return entry


def span(**ranges: tuple[Size | int, Size | int]) -> list[Bound]:
    """Free indices `.name` with their ranges."""
    return [Bound("." + name, size(low), size(high)) for name, (low, high) in ranges.items()]


def index(*names: str) -> list[Size]:
    return [symbol("." + name) for name in names]


def given(*relations: Relation) -> Context:
    return Context(tuple(relations))


def measure(value: Size) -> Term:
    return Measure(value)


__all__ = [
    "ONE",
    "Relation",
    "Tensor",
    "apply",
    "big",
    "default",
    "given",
    "index",
    "measure",
    "plus",
    "size",
    "span",
    "tensor",
    "times",
]
