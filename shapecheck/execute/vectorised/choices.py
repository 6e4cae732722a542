"""Conditions: one branch where all points agree, else both and a mask.

In: a `Choose` node.  Out: a `Code`.  A branch is computed at points that are discarded afterwards only where that can
do no harm: reads are clipped there, NaNs are dropped, and anything else is `Trouble`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from shapecheck.execute.run_state import Array, State
from shapecheck.execute.vectorised.access import merge
from shapecheck.execute.vectorised.frame import Code, Frame, formula_code, spread
from shapecheck.graph.nodes import Choose, Node

if TYPE_CHECKING:
    from shapecheck.execute.vectorised.maker import Maker


def choose_code(maker: Maker, node: Choose, frame: Frame) -> Code:
    """The code of a condition and its branches."""
    if node.formula is None:
        assert node.condition is not None, "a choice has a condition"
        branches = frame.guarded(None)
        return _merged(maker, node, maker.code(node.condition, frame), branches, branches, frame)
    mask = formula_code(node.formula, frame)
    if mask.constant is not None and mask.constant.all():
        return _filled(maker, node, node.then, frame)
    if mask.constant is not None and not mask.constant.any():
        return _filled(maker, node, node.otherwise, frame)
    other = formula_code(node.formula.negated(), frame)
    return _merged(maker, node, mask, frame.guarded(mask), frame.guarded(other), frame)


def _filled(maker: Maker, node: Choose, branch: Node, frame: Frame) -> Code:
    """The branch that is taken everywhere; a scalar beside a tensor fills the tensor's shape."""
    code, cell = maker.code(branch, frame), maker.shaped.shape(node)
    if code.cell == cell:
        return code
    shape, deeper = frame.extents(code.labels) + cell, (1,) * len(cell)

    def run(state: State) -> Array:
        array = code.run(state)
        return np.broadcast_to(array.reshape(array.shape + deeper), shape)

    return Code(code.labels, cell, run)


def _merged(maker: Maker, node: Choose, mask: Code, yes: Frame, no: Frame, frame: Frame) -> Code:
    then, otherwise = (maker.separate().code(branch, own) for branch, own in ((node.then, yes), (node.otherwise, no)))
    labels = frame.ordered(frozenset((*mask.labels, *then.labels, *otherwise.labels)))
    cell = maker.shaped.shape(node)
    shape, rank = frame.extents(labels) + cell, len(cell)

    def lifted(code: Code, array: Array) -> Array:
        return spread(array.reshape(array.shape + (1,) * (rank - len(code.cell))), code.labels, labels)

    def run(state: State) -> Array:
        truth = mask.run(state)
        if truth.all():
            return np.broadcast_to(lifted(then, then.run(state)), shape)
        if not truth.any():
            return np.broadcast_to(lifted(otherwise, otherwise.run(state)), shape)
        branches = lifted(then, then.run(state)), lifted(otherwise, otherwise.run(state))
        return np.broadcast_to(merge(lifted(mask, truth).astype(bool, copy=False), *branches), shape)

    return Code(labels, cell, run)
