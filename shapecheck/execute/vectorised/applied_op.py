"""Ops applied to labelled operands.

In: an `Apply` node and the codes of its operands.  Out: a `Code` over all labels that they have.  Integers that leave
64 bits are an error where every point counts; a NaN that a result would hide (a comparison's, say) is looked for.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from shapecheck.execute import errors
from shapecheck.execute.planning.traversal import parameter_sizes
from shapecheck.execute.run_state import Array, State, Trouble
from shapecheck.execute.vectorised.frame import Code, Frame, spreader
from shapecheck.execute.vectorised.ufuncs import short_way
from shapecheck.graph.nodes import Apply
from shapecheck.ops.base import Overflow, concrete

if TYPE_CHECKING:
    from shapecheck.execute.vectorised.maker import Maker


def apply_code(maker: Maker, node: Apply, frame: Frame) -> Code:
    """The code of an op applied."""
    sizes = parameter_sizes(node.parameters)
    names = frozenset(name for size in sizes for name in size.names) - frame.env.keys()
    unrolled = frame.ordered(names)
    if unrolled:
        return _each(maker, node, unrolled[0], frame)
    operands = [maker.code(argument, frame) for argument in node.arguments]
    labels = frame.ordered(frozenset(label for code in operands for label in code.labels))
    cell = maker.shaped.shape(node)
    kernel = _kernel(maker, node, [len(code.cell) for code in operands], names, frame)
    if not names:
        short = short_way(
            node.op,
            operands,
            labels,
            frame.extents(labels) + cell,
            maker.setting.kind,
            lambda arrays: kernel(State([]), arrays),
            node.span,
        )
        if short is not None:
            return Code(labels, cell, short, fresh=True, confirmed=True)
    aligned = [(code.run, spreader(code.labels, labels)) for code in operands]

    def run(state: State) -> Array:
        return kernel(state, [compute(state) if lift is None else lift(compute(state)) for compute, lift in aligned])

    return Code(labels, cell, run, fresh=node.op.fresh)


def _kernel(
    maker: Maker, node: Apply, ranks: Sequence[int], names: frozenset[str], frame: Frame
) -> Callable[[State, Sequence[Array]], Array]:
    parameters, kernel, settled = _parameters(node, names, frame), node.op.kernel, maker.setting.settled

    def run(state: State, arrays: Sequence[Array]) -> Array:
        try:
            result = settled(kernel(parameters(state), arrays, ranks))
        except Overflow as error:
            raise Trouble if frame.discards else errors.integer_overflow(f"`{node.op.name}`", node.span) from error
        if hides_nan(arrays, result):
            raise Trouble
        return result

    return run


def hides_nan(operands: Sequence[Array], result: Array) -> bool:
    """Whether an operand holds a NaN that the result, not being of real numbers, cannot show."""
    return result.dtype.kind != "f" and any(array.dtype.kind == "f" and np.isnan(array).any() for array in operands)


def _parameters(node: Apply, names: frozenset[str], frame: Frame) -> Callable[[State], object]:
    if not names:
        fixed = concrete(node.parameters, frame.env)
        return lambda state: fixed
    return lambda state: concrete(node.parameters, {**frame.env, **{name: state.loops[name] for name in names}})


def _each(maker: Maker, node: Apply, label: str, frame: Frame) -> Code:
    """An op whose parameters depend on an index: one value of the index after the other."""
    low, high = frame.boxes[label]
    boxes = {name: box for name, box in frame.boxes.items() if name != label}
    inner = replace(frame, boxes=boxes, fixed={**frame.fixed, label: (low, high)}, guards=(), lenient=frame.discards)
    code = maker.separate(share=False).code(node, inner)
    labels = frame.ordered(frozenset(code.labels) | {label})
    place = labels.index(label)

    def run(state: State) -> Array:
        results = []
        for value in range(low, high + 1):
            state.loops[label] = value
            results.append(code.run(state))
        return np.stack(results, axis=place)

    return Code(labels, code.cell, run)
