"""Attention in several heads, as modules of PyTorch have it: the library's `mha` and `cross_attention`."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from shapecheck.bridge.draft import Draft
from shapecheck.bridge.errors import Unsaid
from shapecheck.bridge.network import Array
from shapecheck.bridge.tasks import Outcome, Rule, Task
from shapecheck.bridge.tensors import View
from shapecheck.bridge.trees import call, truth
from shapecheck.syntax import tree


def self_attention(draft: Draft, task: Task) -> Outcome:
    """A sequence with itself."""
    view = draft.view(task[0], (0, 1, 2))
    return _attended(draft, task, view, "mha", 1)


def cross_attention(draft: Draft, task: Task) -> Outcome:
    """Queries from one sequence, keys and values from another."""
    query, memory = (draft.named(task[place], (0, 1, 2)) for place in (0, 1))
    both = View(query.shape, tree.Tuple((query.base, memory.base)), (0, 1, 2), query.firsts)
    return _attended(draft, task, both, "cross_attention", 2)


def _attended(draft: Draft, task: Task, view: View, layer: str, first: int) -> Outcome:
    if task.used[1]:
        raise Unsaid("the module uses its second result, the weights of attention")
    heads, arrays = task.attribute("heads"), _weights(task, first)
    alias = draft.weighted("attention", arrays)
    named = {"bias": truth(True)} if "bo" in arrays else {}
    stage = call(layer, tree.Integer(heads), **named)
    return [draft.stage(view, stage, alias, view.shape, (0, 1, 2), (view.firsts[0], 1, 0)), None]


def _weights(task: Task, first: int) -> dict[str, tuple[Array, str]]:
    """The arrays by their roles, one matrix for each head; the model has the three kinds in one."""
    heads, matrix = task.attribute("heads"), task.known(first).array
    width = matrix.shape[1]
    label, out = task.label(first), task.label(first + 1)
    parts = matrix.reshape(3, heads, width // heads, width)
    found = {role: (part, label) for role, part in zip("QKV", parts)}
    found["O"] = (task.known(first + 1).array, out)
    if task.get(first + 2) is not None:
        biases = task.known(first + 2).array.reshape(3, heads, width // heads)
        found |= {role: (part, task.label(first + 2)) for role, part in zip(("bq", "bk", "bv"), biases)}
        found["bo"] = (task.known(first + 3).array, task.label(first + 3))
    return found


ATTENTION: Mapping[str, Rule] = MappingProxyType(
    {"shapecheck::SelfAttention": self_attention, "shapecheck::CrossAttention": cross_attention}
)
