"""Matrix products: a dense layer where the matrix is a weight, `A @ B` for plain matrices, else a sum over an index."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

import numpy as np

from shapecheck.bridge.draft import Draft
from shapecheck.bridge.layer_forms import aligned, broadcast, is_cheap, permuted, remap, stretched
from shapecheck.bridge.rules.dense import dense
from shapecheck.bridge.rules.elementwise import combined
from shapecheck.bridge.tasks import Outcome, Rule, Task, array_of
from shapecheck.bridge.tensors import Known, Tensor, View, named_view
from shapecheck.bridge.trees import Entry, binder
from shapecheck.sizes import ONE, Size, symbol
from shapecheck.syntax import tree
from shapecheck.syntax.tree import Expression


def gemm(draft: Draft, task: Task) -> Outcome:
    """`alpha * A @ B + beta * C`."""
    alpha, beta = task.attribute("alpha", 1.0), task.attribute("beta", 1.0)
    left, right, added = task[0], task[1], task.get(2)
    if task.attribute("transA", 0):
        left = permuted(draft, left, (1, 0))
    bias = array_of(added)
    vector = added is None or (bias is not None and bias.size in (1, _columns(task)) and bias.shape[:-1] in ((), (1,)))
    if isinstance(right, Known) and vector:
        matrix = right.array if task.attribute("transB", 0) else right.array.T
        scaled = None if bias is None else (bias * np.float32(beta)).reshape(-1)
        matrix = matrix if alpha == 1 else matrix * np.float32(alpha)
        return dense(draft, left, matrix, scaled, (right.label, task.label(2)))
    if task.attribute("transB", 0):
        right = permuted(draft, draft.view(right), (1, 0))
    return _plus(draft, product_of(draft, left, right), added, alpha, beta)


def _columns(task: Task) -> int | None:
    return task[1].shape[0 if task.attribute("transB", 0) else 1].constant


def _plus(draft: Draft, found: Tensor, added: Tensor | None, alpha: float, beta: float) -> Tensor:
    found = found if alpha == 1 else combined(draft, "*", Known(np.array(alpha, np.float32), ""), found)
    if added is None or beta == 0:
        return found
    added = added if beta == 1 else combined(draft, "*", Known(np.array(beta, np.float32), ""), added)
    return combined(draft, "+", found, added)


def matmul(draft: Draft, task: Task) -> Outcome:
    """The product of matrices, for every index in front of them."""
    left, right = task[0], task[1]
    if isinstance(right, Known) and right.array.ndim == 2 and right.trained:
        return dense(draft, left, right.array.T, None, (right.label, ""))
    if len(left.shape) == 1:
        found = product_of(draft, aligned(draft, left, 2), _column(draft, right))
        found = remap(draft, found, [axis for axis in range(len(found.shape)) if axis != len(found.shape) - 2])
    else:
        found = product_of(draft, left, _column(draft, right))
    if len(right.shape) == 1:
        found = remap(draft, found, range(len(found.shape) - 1))
    return found


def _column(draft: Draft, tensor: Tensor) -> Tensor:
    return remap(draft, tensor, (0, None)) if len(tensor.shape) == 1 else tensor


def product_of(draft: Draft, left: Tensor, right: Tensor) -> Tensor:
    """`A @ B` of two plain matrices, else an equation with a sum."""
    plain = _plain_matrix(left) and _plain_matrix(right)
    if plain:
        first, second = draft.view(left), draft.view(right)
        base = tree.Binary("@", first.base, second.base)
        shape = (left.shape[0], right.shape[1])
        return replace(named_view("", shape, (0, 1)), base=base, weight=first.weight + second.weight + 1)
    return _summed(draft, left, right)


def _plain_matrix(tensor: Tensor) -> bool:
    return isinstance(tensor, View) and tensor.order == (0, 1) and tensor.is_whole and not any(tensor.firsts)


def _summed(draft: Draft, left: Tensor, right: Tensor) -> View:
    rank = max(len(left.shape), len(right.shape))
    first, second = aligned(draft, left, rank), aligned(draft, right, rank)
    outer = broadcast([first.shape[:-2], second.shape[:-2]])
    shape = (*outer, first.shape[-2], second.shape[-1])
    size = first.shape[-1] if first.shape[-1] is not ONE else second.shape[-2]
    reads = draft.reader(_cut_off(draft, first)), draft.reader(_cut_off(draft, second))

    def entry(indices: Sequence[Entry]) -> Expression:
        (name,) = draft.bound(1)
        row = [*indices[:-1], symbol(name)]
        column = [*indices[:-2], symbol(name), indices[-1]]
        body = tree.Binary("*", reads[0](stretched(row, first.shape)), reads[1](stretched(column, second.shape)))
        return tree.BigOperator("sum", (binder(name, size),), body)

    order = tuple(axis for axis, extent in enumerate(shape) if extent is not ONE)
    return draft.define("", shape, order, entry)


def _cut_off(draft: Draft, tensor: Tensor) -> Tensor:
    """The tensor as one that is read without computing anything again for every product."""
    return tensor if is_cheap(tensor) else draft.named(tensor)


# ---- einsum ------------------------------------------------------------------------------------


def einsum(draft: Draft, task: Task) -> Outcome:
    """Einstein's notation: a sum over the letters that the result does not have."""
    text = task.attribute("equation", "").replace(" ", "")
    left, _, right = text.partition("->")
    operands = [task[place] for place in range(len(task.operands))]
    letters = left.split(",")
    if "." in text:
        letters, right = _without_dots(letters, right, operands, "->" in text)
    if "->" not in text:
        once = sorted(letter for letter in set(left) - {",", "."} if left.count(letter) == 1)
        right = (right if "." in text else "") + "".join(once)
    sizes: dict[str, Size] = {}
    for names, operand in zip(letters, operands):
        for letter, size in zip(names, operand.shape):
            sizes.setdefault(letter, size)
    return _einsum(draft, operands, letters, right, sizes)


_SPARE = "ABCDEFGHIJ"


def _without_dots(
    letters: Sequence[str], right: str, operands: Sequence[Tensor], explicit: bool
) -> tuple[list[str], str]:
    """The same with letters for the axes that `...` stands for."""
    counts = [len(operand.shape) - len(names) + 3 if "." in names else 0 for names, operand in zip(letters, operands)]
    most = max(counts)
    found = [names.replace("...", _SPARE[most - count : most]) for names, count in zip(letters, counts)]
    return found, right.replace("...", _SPARE[:most]) if explicit else _SPARE[:most]


def _einsum(
    draft: Draft, operands: Sequence[Tensor], letters: Sequence[str], right: str, sizes: Mapping[str, Size]
) -> View:
    shape = tuple(sizes[letter] for letter in right)
    order = tuple(axis for axis, size in enumerate(shape) if size is not ONE)
    inner = sorted({letter for names in letters for letter in names} - set(right))
    readers = [draft.reader(_cut_off(draft, operand)) for operand in operands]

    def entry(indices: Sequence[Entry]) -> Expression:
        names = draft.bound(len(inner))
        at: dict[str, Entry] = {**dict(zip(right, indices)), **{c: symbol(name) for c, name in zip(inner, names)}}
        reads = [
            read(stretched([at[letter] for letter in own], operand.shape))
            for read, own, operand in zip(readers, letters, operands)
        ]
        body = reads[0]
        for read_ in reads[1:]:
            body = tree.Binary("*", body, read_)
        if not inner:
            return body
        return tree.BigOperator("sum", tuple(binder(name, sizes[c]) for name, c in zip(names, inner)), body)

    return draft.define("", shape, order, entry)


PRODUCTS: Mapping[str, Rule] = MappingProxyType({"Gemm": gemm, "MatMul": matmul, "Einsum": einsum})
