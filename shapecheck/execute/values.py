"""A node made ready to run: `Maker` turns the nodes of one equation into `Code`s.

In: a node, the frame of indices around it, the derived shapes.  Out: a `Code` for all values of those indices at the
same time.  Every array is compared with its derived shape when it is made (`ShapeMismatch` if they differ).  Nothing
large is allocated here but the tables of subscripts and masks that do not change from run to run.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import count
from math import prod
from typing import Protocol

import numpy as np

from shapecheck.execute import errors
from shapecheck.execute.access import All, At, Slice, Through, Way, merge, read, read_or_default
from shapecheck.execute.elementwise import short_way
from shapecheck.execute.errors import ShapeMismatch
from shapecheck.execute.frame import Array, Code, Frame, State, Trouble, constant, formula_code, size_code, spread, spreader
from shapecheck.execute.layout import Box, Layout, Region, Slot, hull
from shapecheck.execute.linear import Interval
from shapecheck.execute.reduce import reduction, sum_of_products
from shapecheck.execute.walk import PRODUCTS, parameter_sizes
from shapecheck.graph.model import (
    Apply,
    Choose,
    Cut,
    Data,
    Default,
    Node,
    Number,
    Part,
    Picked,
    Point,
    Read,
    Reduce,
    SizeValue,
    Subscript,
    Whole,
)
from shapecheck.infer.model import Interval as SizeInterval
from shapecheck.infer.model import Shapes
from shapecheck.ops.base import Overflow, concrete
from shapecheck.sizes import And, Relation, integer, symbol

Ranges = Mapping[str, Interval]


class Shaped(Protocol):
    """What knows the derived shapes of nodes, and the ranges of the indices of big operators."""

    @property
    def bounds(self) -> Mapping[str, SizeInterval]: ...

    def shape(self, node: Node) -> tuple[int, ...]: ...


@dataclass(frozen=True, slots=True)
class Setting:
    """What all codes of one plan share; `kind` is the type of real numbers."""

    shapes: Shapes
    env: Mapping[str, int]
    layout: Layout
    kind: np.dtype[np.floating]


@dataclass(slots=True)
class Maker:
    """Makes the codes of one statement (or claim) in one frame; `ready` are nodes that were computed before."""

    setting: Setting
    shaped: Shaped
    uses: Mapping[Node, int]
    ready: Mapping[Node, Code] = field(default_factory=dict)
    _made: dict[tuple[Node, tuple[Code, ...], bool], Code] = field(default_factory=dict)

    def code(self, node: Node, frame: Frame) -> Code:
        """The code of a node, confirmed against its derived shape."""
        if node in self.ready:
            return self.ready[node]
        key = node, frame.guards, frame.lenient
        found = self._made.get(key)
        if found is None:
            found = self._made[key] = self._confirmed(node, self._make(node, frame), frame)
        return found

    def _confirmed(self, node: Node, code: Code, frame: Frame) -> Code:
        derived = self.shaped.shape(node)
        if code.cell != derived:
            raise ShapeMismatch(node.span, derived, code.cell)
        if code.constant is not None:
            return code
        shared = self.uses.get(node, 1) > 1 and not isinstance(node, Read | SizeValue)
        run = code.run if code.confirmed else self._comparing(node, code, frame)
        return replace(code, run=_shared(run, next(_shares)) if shared else run, fresh=code.fresh and not shared)

    def _comparing(self, node: Node, code: Code, frame: Frame) -> Callable[[State], Array]:
        expected, run = frame.extents(code.labels) + code.cell, code.run

        def confirm(state: State) -> Array:
            array = run(state)
            if array.shape != expected:
                raise ShapeMismatch(node.span, expected, array.shape)
            state.confirmed += 1
            return array

        return confirm

    def _make(self, node: Node, frame: Frame) -> Code:
        match node:
            case Number(value):
                return constant(self._number(value))
            case SizeValue(size):
                return size_code(size, frame)
            case Data(shape, values):
                return constant(self._data(values).reshape(shape), rank=len(shape))
            case Read() | Part():
                source, extents, ways, first = self._access(node, frame)
                return read(source, extents, ways, frame, node.span, first)
            case Default():
                return self._default(node, frame)
            case Apply():
                return self._apply(node, frame)
            case Reduce():
                return self._reduce(node, frame)
            case Choose():
                return self._choose(node, frame)
            case _:
                raise TypeError(f"no code for {type(node).__name__}")

    def _number(self, value: int | float) -> Array:
        return np.asarray(value, np.int64 if isinstance(value, int) else self.setting.kind)

    def _data(self, values: Sequence[int | float]) -> Array:
        whole = all(isinstance(value, int) for value in values)
        return np.asarray(values, np.int64 if whole else self.setting.kind)

    # ---- reads ---------------------------------------------------------------------------------

    def _access(self, node: Read | Part, frame: Frame) -> tuple[Callable[[State], Array], Sequence[int], list[Way], Sequence[int]]:
        if isinstance(node, Part):
            return self._part(node, frame)
        slot, ways = self._ways(node, frame)
        number, kind = slot.number, self.setting.kind

        def source(state: State) -> Array:
            array = state.arrays[number]
            if array is None:
                array = state.arrays[number] = np.zeros(slot.shape, np.int64)
            return array

        return source, slot.shape, ways, (*slot.lows, *(0 for _ in slot.cell))

    def _ways(self, node: Read, frame: Frame) -> tuple[Slot, list[Way]]:
        layout, family = self.setting.layout, node.family
        regions = layout.regions[family]
        rank = len(regions[0][0])
        subscripts = node.subscripts + (Whole(),) * (rank - len(node.subscripts))
        members, inner = subscripts[:rank], subscripts[rank:]
        image = image_of(members, hull(box for box, _ in regions), frame)
        hits = layout.hit(family, image) or list(regions)
        shape = self.shaped.shape(node)
        slot = layout.slot(family, image, lambda cell: self._keeps(members, inner, cell, shape))
        box = self._kept_box([region for region in hits if region[1] == slot.cell] or hits)
        ways = [self._way(subscript, low, frame) if not isinstance(subscript, Whole)
                else Slice(integer(first - low), last - first + 1)
                for subscript, low, (first, last) in zip(members, slot.lows, box)]
        ways += [self._way(subscript, 0, frame) for subscript in inner]
        return slot, ways + [All()] * (len(slot.shape) - len(ways))

    def _kept_box(self, hits: Sequence[Region]) -> Box:
        return hull(box for box, _ in hits)

    def _keeps(self, members: Sequence[Subscript], inner: Sequence[Subscript], cell: tuple[int, ...],
               shape: tuple[int, ...]) -> bool:
        """Whether cells of this shape leave the derived shape: compared on the axes that stay whole."""
        kept = [extent for extent, subscript in zip(cell, inner) if isinstance(subscript, Whole)] + list(cell[len(inner) :])
        whole = len(cell[len(inner) :])
        return len(inner) <= len(cell) and (not whole or tuple(kept[-whole:]) == shape[-whole:])

    def _way(self, subscript: Subscript, low: int, frame: Frame) -> Way:
        match subscript:
            case Point(size):
                return At(size - low)
            case Cut(first, last):
                return Slice(first - low, (last - first + 1).evaluate(frame.env))
            case Picked(node):
                return Through(self.code(node, frame), low)
            case Whole():
                return All()

    def _part(self, node: Part, frame: Frame) -> tuple[Callable[[State], Array], Sequence[int], list[Way], Sequence[int]]:
        base = self.code(node.base, frame)
        ways: list[Way] = [At(symbol(label) - frame.boxes[label][0]) for label in base.labels]
        ways += [self._way(subscript, 0, frame) for subscript in node.subscripts]
        extents = (*frame.extents(base.labels), *base.cell)
        ways += [All()] * (len(extents) - len(ways))
        return lambda state: np.ascontiguousarray(base.run(state)), extents, ways, [0] * len(extents)

    def _default(self, node: Default, frame: Frame) -> Code:
        assert isinstance(node.read, Read | Part), "only reads have a default"
        source, extents, ways, first = self._access(node.read, frame)
        fallback = self.code(node.fallback, frame)
        return read_or_default(source, extents, ways, frame, node.span, first, fallback, bool(frame.fixed))

    # ---- ops -----------------------------------------------------------------------------------

    def _apply(self, node: Apply, frame: Frame) -> Code:
        names = frozenset().union(*(size.names for size in parameter_sizes(node.parameters))) - frame.env.keys()
        unrolled = frame.ordered(names)
        if unrolled:
            return self._each(node, unrolled[0], frame)
        operands = [self.code(argument, frame) for argument in node.arguments]
        labels = frame.ordered(frozenset(label for code in operands for label in code.labels))
        cell = self.shaped.shape(node)
        shape = frame.extents(labels) + cell
        kernel = self._kernel(node, [len(code.cell) for code in operands], names, frame)
        short = short_way(node.op.name, operands, labels, shape, self.setting.kind, lambda arrays: kernel(State([]), arrays),
                          node.span) if not names else None
        if short is not None:
            return Code(labels, cell, short, fresh=True, confirmed=True)
        aligned = [(code.run, spreader(code.labels, labels)) for code in operands]

        def run(state: State) -> Array:
            return kernel(state, [compute(state) if lift is None else lift(compute(state)) for compute, lift in aligned])

        return Code(labels, cell, run, fresh=node.op.name == "@")

    def _kernel(self, node: Apply, ranks: Sequence[int], names: frozenset[str],
                frame: Frame) -> Callable[[State, Sequence[Array]], Array]:
        parameters, kernel = self._parameters(node, names, frame), node.op.kernel
        guarded = bool(frame.guards) or frame.lenient

        def run(state: State, arrays: Sequence[Array]) -> Array:
            try:
                return self._settled(kernel(parameters(state), arrays, ranks))
            except Overflow as error:
                raise Trouble if guarded else errors.integer_overflow(_named(node), node.span) from error

        return run

    def _settled(self, array: Array) -> Array:
        return array.astype(self.setting.kind, copy=False) if array.dtype.kind == "f" else array

    def _parameters(self, node: Apply, names: frozenset[str], frame: Frame) -> Callable[[State], object]:
        if not names:
            fixed = concrete(node.parameters, frame.env)
            return lambda state: fixed
        return lambda state: concrete(node.parameters, {**frame.env, **{name: state.loops[name] for name in names}})

    def _each(self, node: Node, label: str, frame: Frame) -> Code:
        """A node whose op has parameters that depend on an index: one value of the index after the other."""
        box = frame.boxes[label]
        inner = replace(frame, boxes={name: own for name, own in frame.boxes.items() if name != label},
                        fixed={**frame.fixed, label: box}, guards=(), lenient=frame.lenient or bool(frame.guards))
        code = Maker(self.setting, self.shaped, {}).code(node, inner)
        labels = frame.ordered(frozenset(code.labels) | {label})
        place = labels.index(label)

        def run(state: State) -> Array:
            results = []
            for value in range(box[0], box[1] + 1):
                state.loops[label] = value
                results.append(code.run(state))
            return np.stack(results, axis=place)

        return Code(labels, code.cell, run)

    # ---- big operators -------------------------------------------------------------------------

    def _reduce(self, node: Reduce, frame: Frame) -> Code:
        boxes, relations = self._ranges(node, frame)
        if any(high < low for low, high in boxes.values()):
            return self._empty(node, frame)
        mask = self._mask(relations, frame.within(boxes, ()))
        inner = frame.within(boxes, () if mask is None else (mask,))
        indices = tuple(boxes)
        if node.operator in ("stack", "concat"):
            return self._stacked(node, inner, indices)
        factors = self._factors(node.body) if node.operator == "sum" else []
        if len(factors) > 1:
            code = sum_of_products([self.code(factor, inner) for factor in factors], indices, mask, inner)
        else:
            code = reduction(node.operator, self.code(node.body, inner), indices, mask, inner, node.span)
        guarded = bool(frame.guards) or frame.lenient
        return replace(code, run=self._guarded_sum(node, code.run, guarded))

    def _guarded_sum(self, node: Reduce, compute: Callable[[State], Array], guarded: bool) -> Callable[[State], Array]:
        def run(state: State) -> Array:
            try:
                return self._settled(compute(state))
            except Overflow as error:
                raise Trouble if guarded else errors.integer_overflow(node.operator, node.span) from error

        return run

    def _ranges(self, node: Reduce, frame: Frame) -> tuple[dict[str, Interval], list[Relation]]:
        boxes: dict[str, Interval] = {}
        relations: list[Relation] = []
        for index in node.indices:
            around = frame.within(boxes, ())
            ends = self.shaped.bounds[index.symbol]
            boxes[index.symbol] = around.bounds(ends.low)[0], around.bounds(ends.high)[1]
            if (ends.low.names | ends.high.names) - frame.env.keys():
                own = symbol(index.symbol)
                relations += [Relation(">=", own, ends.low), Relation("<=", own, ends.high)]
        return boxes, relations

    def _mask(self, relations: Sequence[Relation], frame: Frame) -> Code | None:
        if not relations:
            return None
        mask = formula_code(And(tuple(relations)), frame)
        return None if mask.constant is not None and bool(mask.constant.all()) else mask

    def _empty(self, node: Reduce, frame: Frame) -> Code:
        shape = self.shaped.shape(node)
        if node.operator in ("sum", "prod"):
            return constant(np.full(shape, int(node.operator == "prod"), np.int64), rank=len(shape))
        if not (frame.guards or frame.lenient):
            raise errors.empty_range(node.operator, node.span)

        def run(state: State) -> Array:
            raise Trouble

        return Code((), shape, run)

    def _factors(self, node: Node) -> list[Node]:
        """The factors of a product; a node that is ready or shared stays whole."""
        if isinstance(node, Apply) and node.op.name in PRODUCTS and node not in self.ready:
            return [factor for argument in node.arguments for factor in self._factors(argument)]
        return [node]

    def _stacked(self, node: Reduce, frame: Frame, indices: Sequence[str]) -> Code:
        body = self.code(node.body, frame)
        labels = frame.ordered(frozenset(body.labels) | frozenset(indices))
        kept = tuple(label for label in labels if label not in indices)
        joined = node.operator == "concat"
        extents = frame.extents(indices)
        cell = (prod(extents) * (body.cell[0] if body.cell else 1), *body.cell[1:]) if joined else (*extents, *body.cell)
        full, shape = frame.extents(labels) + body.cell, frame.extents(kept) + cell

        def run(state: State) -> Array:
            return np.broadcast_to(spread(body.run(state), body.labels, labels), full).reshape(shape)

        return Code(kept, cell, run)

    # ---- conditions ----------------------------------------------------------------------------

    def _choose(self, node: Choose, frame: Frame) -> Code:
        if node.formula is None:
            assert node.condition is not None, "a choice has a condition"
            mask = self.code(node.condition, frame)
            return self._merged(node, mask, frame.guarded(None), frame.guarded(None), frame)
        mask = formula_code(node.formula, frame)
        if mask.constant is not None and mask.constant.all():
            return self.code(node.then, frame)
        if mask.constant is not None and not mask.constant.any():
            return self.code(node.otherwise, frame)
        return self._merged(node, mask, frame.guarded(mask), frame.guarded(formula_code(node.formula.negated(), frame)), frame)

    def _merged(self, node: Choose, mask: Code, yes: Frame, no: Frame, frame: Frame) -> Code:
        then, otherwise = self._branch(node.then, yes), self._branch(node.otherwise, no)
        labels = frame.ordered(frozenset(mask.labels) | frozenset(then.labels) | frozenset(otherwise.labels))
        cell = self.shaped.shape(node)
        shape, rank = frame.extents(labels) + cell, len(cell)

        def lifted(code: Code, array: Array) -> Array:
            array = array.reshape(array.shape + (1,) * (rank - len(code.cell)))
            return spread(array, code.labels, labels)

        def run(state: State) -> Array:
            truth = mask.run(state)
            if truth.all():
                return np.broadcast_to(lifted(then, then.run(state)), shape)
            if not truth.any():
                return np.broadcast_to(lifted(otherwise, otherwise.run(state)), shape)
            branches = lifted(then, then.run(state)), lifted(otherwise, otherwise.run(state))
            return np.broadcast_to(merge(lifted(mask, truth).astype(bool, copy=False), *branches), shape)

        return Code(labels, cell, run)

    def _branch(self, node: Node, frame: Frame) -> Code:
        """A branch has a maker of its own: another branch discards other points."""
        return Maker(self.setting, self.shaped, self.uses, self.ready).code(node, frame)


_shares = count(1)


def _shared(compute: Callable[[State], Array], number: int) -> Callable[[State], Array]:
    def run(state: State) -> Array:
        found = state.shared.get(number)
        if found is None:
            found = state.shared[number] = compute(state)
        return found

    return run


def _named(node: Apply) -> str:
    return f"`{node.op.name}`"


def image_of(members: Sequence[Subscript], whole: Box, frame: Frame) -> Box:
    """The box of members that subscripts may hit, within `whole`."""
    image = []
    for subscript, (low, high) in zip(members, whole):
        match subscript:
            case Point(size):
                first, last = frame.bounds(size)
            case Cut(start, end):
                first, last = frame.bounds(start)[0], frame.bounds(end)[1]
            case _:
                first, last = low, high
        image.append((max(first, low), min(last, high)))
    return tuple(image)
