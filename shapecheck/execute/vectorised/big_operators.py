"""Big operators: their ranges at concrete sizes, and which way each is computed.

In: a `Reduce` node.  Out: a `Code` without the labels of its indices.  A range that depends on other indices becomes
the range around all its values and a mask.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from math import prod
from typing import TYPE_CHECKING

import numpy as np

from shapecheck.execute import errors
from shapecheck.execute.planning.linear import Interval
from shapecheck.execute.planning.picked_members import picked_members
from shapecheck.execute.run_state import Array, State, Trouble
from shapecheck.execute.vectorised.axis_reductions import reduction, sum_of_products
from shapecheck.execute.vectorised.frame import Code, Frame, constant, formula_code, spread
from shapecheck.execute.vectorised.one_pass import one_pass, one_term
from shapecheck.graph.nodes import Apply, Choose, Node, Reduce, left_out
from shapecheck.ops.base import Overflow
from shapecheck.sizes import And, Relation, symbol

if TYPE_CHECKING:
    from shapecheck.execute.vectorised.maker import Maker


def reduce_code(maker: Maker, node: Reduce, frame: Frame) -> Code:
    """The code of a big operator."""
    boxes, relations = _ranges(maker, node, frame)
    if any(high < low for low, high in boxes.values()):
        return _empty(maker, node, frame)
    mask = _mask(relations, frame.within(boxes, ()))
    inner = frame.within(boxes, () if mask is None else (mask,))
    indices = tuple(boxes)
    if node.operator in ("stack", "concat"):
        return _stacked(node, maker.code(node.body, inner), inner, indices)
    passed = _in_one_pass(maker, node, inner, indices, mask)
    if passed is not None:
        return replace(passed, run=_watched(maker, node, passed.run, frame))
    if node.operator in _OWE_A_TERM and left_out(node.body)[0]:
        code = _chosen(maker, node, inner, mask)
        return replace(code, run=_watched(maker, node, code.run, frame))
    if node.operator == "argsort":
        return _in_order(maker.code(node.body, inner), inner, indices[0])
    factors = _factors(maker, node.body) if node.operator == "sum" else []
    if len(factors) > 1:
        code = sum_of_products([maker.code(factor, inner) for factor in factors], indices, mask, inner)
    else:
        code = reduction(node.operator, maker.code(node.body, inner), indices, mask, inner, node.span)
    return replace(code, run=_watched(maker, node, code.run, frame))


_OWE_A_TERM = ("mean", "argmax", "argmin")
"""The operators without a value for no terms; for the others a term that is left out is a neutral one."""


def _chosen(maker: Maker, node: Reduce, frame: Frame, mask: Code | None) -> Code:
    """An operator over the terms that its `when` does not leave out; at a point without any it is `Trouble`."""
    conditions, body = left_out(node.body)
    masks, frame = _masks(maker, conditions, frame)
    masks = masks if mask is None else [mask, *masks]
    if any(code.constant is not None and not code.constant.any() for code in masks):
        raise errors.nothing_chosen(node.operator, node.span)
    inside, indices = frame.guarded(None), [index.symbol for index in node.indices]
    terms = maker.separate().code(body, inside)
    return reduction(node.operator, terms, indices, _all(masks, frame), inside, node.span)


def _masks(maker: Maker, conditions: Sequence[Choose], frame: Frame) -> tuple[list[Code], Frame]:
    """Masks of the conditions of a `when`, each looked at where those before it hold, and the frame of the terms."""
    masks: list[Code] = []
    for condition in conditions:
        if condition.formula is not None:
            masks.append(formula_code(condition.formula, frame))
            frame = frame.guarded(masks[-1])
        elif condition.condition is not None:
            masks.append(maker.separate().code(condition.condition, frame))
            frame = frame.guarded(None)
    return masks, frame


def _in_one_pass(maker: Maker, node: Reduce, frame: Frame, indices: Sequence[str], mask: Code | None) -> Code | None:
    """The code of an operator whose terms each count for one value of an index with an axis; None for any other."""
    found = picked_members(node, maker.shaped.bounds)
    if found is None or found.index not in frame.boxes:
        return None
    masks, inside = _masks(maker, found.others, frame)
    masks = masks if mask is None else [mask, *masks]
    data = maker.separate().code(found.data, inside)
    terms = maker.separate().code(found.terms, inside.guarded(None))
    if found.is_own:
        code = one_term(node.operator, found.index, data, terms, masks, frame)
    elif found.index not in {label for code in (data, terms, *masks) for label in code.labels}:
        code = one_pass(node.operator, found.index, data, terms, masks, indices, frame)
    else:
        return None
    cell = maker.shaped.shape(node)
    return code if code.cell == cell else None


def _all(masks: Sequence[Code], frame: Frame) -> Code:
    """Whether all masks hold."""
    labels = frame.ordered(frozenset(label for mask in masks for label in mask.labels))
    shape = frame.extents(labels)

    def run(state: State) -> Array:
        arrays = [spread(mask.run(state), mask.labels, labels).astype(bool, copy=False) for mask in masks]
        return np.broadcast_to(np.logical_and.reduce(np.broadcast_arrays(*arrays)), shape)

    return Code(labels, (), run)


def _watched(maker: Maker, node: Reduce, compute: Callable[[State], Array], frame: Frame) -> Callable[[State], Array]:
    settled = maker.setting.settled

    def run(state: State) -> Array:
        try:
            return settled(compute(state))
        except Overflow as error:
            raise Trouble if frame.discards else errors.integer_overflow(node.operator, node.span) from error

    return run


def _ranges(maker: Maker, node: Reduce, frame: Frame) -> tuple[dict[str, Interval], list[Relation]]:
    boxes: dict[str, Interval] = {}
    relations: list[Relation] = []
    for index in node.indices:
        around, ends = frame.within(boxes, ()), maker.shaped.bounds[index.symbol]
        boxes[index.symbol] = around.bounds(ends.low)[0], around.bounds(ends.high)[1]
        if (ends.low.names | ends.high.names) - frame.env.keys():
            own = symbol(index.symbol)
            relations += [Relation(">=", own, ends.low), Relation("<=", own, ends.high)]
    return boxes, relations


def _mask(relations: Sequence[Relation], frame: Frame) -> Code | None:
    if not relations:
        return None
    mask = formula_code(And(tuple(relations)), frame)
    return None if mask.constant is not None and bool(mask.constant.all()) else mask


def _empty(maker: Maker, node: Reduce, frame: Frame) -> Code:
    shape = maker.shaped.shape(node)
    if node.operator in ("sum", "prod"):
        return constant(np.full(shape, int(node.operator == "prod"), np.int64), rank=len(shape))
    if not frame.discards:
        raise errors.empty_range(node.operator, node.span)

    def run(state: State) -> Array:
        raise Trouble

    return Code((), shape, run)


def _factors(maker: Maker, node: Node) -> list[Node]:
    """The factors of a product; values that were computed before stay whole."""
    if isinstance(node, Apply) and node.op.function == "*" and node not in maker.ready:
        return [factor for argument in node.arguments for factor in _factors(maker, argument)]
    return [node]


def _in_order(body: Code, frame: Frame, index: str) -> Code:
    """The values of an index, from the least body to the greatest; equal ones keep their order."""
    labels = frame.ordered(frozenset((*body.labels, index)))
    assert labels[-1] == index, "the index of the operator is the innermost"
    full, low = frame.extents(labels), frame.boxes[index][0]

    def run(state: State) -> Array:
        array = np.broadcast_to(spread(body.run(state), body.labels, labels), full)
        if array.dtype.kind == "f" and np.isnan(array).any():
            raise Trouble
        return np.argsort(array, axis=-1, kind="stable") + low

    return Code(labels[:-1], full[-1:], run)


def _stacked(node: Reduce, body: Code, frame: Frame, indices: Sequence[str]) -> Code:
    labels = frame.ordered(frozenset(body.labels) | frozenset(indices))
    kept = tuple(label for label in labels if label not in indices)
    extents = frame.extents(indices)
    cell = (*extents, *body.cell)
    if node.operator == "concat":
        cell = (prod(extents) * (body.cell[0] if body.cell else 1), *body.cell[1:])
    full, shape = frame.extents(labels) + body.cell, frame.extents(kept) + cell

    def run(state: State) -> Array:
        return np.broadcast_to(spread(body.run(state), body.labels, labels), full).reshape(shape)

    return Code(kept, cell, run)
