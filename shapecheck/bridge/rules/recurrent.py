"""Recurrent layers: the library's layer for one pass from a zero state, else its cell, step by step.

ONNX has a sequence as [time, batch, features] and gives all states as [time, direction, batch, state] and the last ones
as [direction, batch, state].
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType

import numpy as np

from shapecheck.bridge.draft import Draft
from shapecheck.bridge.errors import Unsaid
from shapecheck.bridge.layer_forms import permuted, remap
from shapecheck.bridge.network import Array
from shapecheck.bridge.tasks import Outcome, Rule, Task
from shapecheck.bridge.tensors import Known, Pointwise, Tensor, View
from shapecheck.bridge.trees import Entry, as_tree, call, size_tree, sizes_tree, truth
from shapecheck.record import record
from shapecheck.sizes import ONE, Size, integer, symbol
from shapecheck.syntax import tree
from shapecheck.syntax.tree import Expression

_TIME = "t"


@record(eq=False)
class Kind:
    """An operator: its cell, the library's layer, the gates in the cell's order, and the names of its biases."""

    cell: str
    layer: str | None
    gates: tuple[int, ...]
    biases: tuple[str, ...]
    states: int
    own: bool = False
    activations: tuple[str, ...] = ("Sigmoid", "Tanh", "Tanh")


_LSTM = Kind("lstm_pytorch_cell", "lstm_pytorch", (0, 2, 3, 1), ("b", "bu"), 2)
_PEEPHOLES = Kind("lstm_peephole_cell", None, (0, 2, 3, 1), ("b", "bu"), 2, own=True)
_GRU_AFTER = Kind("gru_pytorch_cell", "gru_pytorch", (1, 0, 2), ("b", "bu"), 1, activations=("Sigmoid", "Tanh"))
_GRU_BEFORE = Kind("gru_reset_before_cell", None, (0, 1, 2), ("b", "c"), 1, own=True, activations=("Sigmoid", "Tanh"))
_TANH = Kind("rnn_pytorch_cell", "rnn_pytorch", (0,), ("b", "bu"), 1, activations=("Tanh",))
_LSTM_KERAS = Kind("lstm_keras_cell", "lstm_keras", (0, 2, 3, 1), ("b",), 2)
_GRU_KERAS = Kind("gru_reset_after_cell", "gru_reset_after", (0, 1, 2), ("b", "c"), 1, activations=("Sigmoid", "Tanh"))
_TANH_KERAS = Kind("rnn_keras_cell", "rnn_keras", (0,), ("b",), 1, activations=("Tanh",))
_RELU = Kind("rnn_relu_cell", None, (0,), ("b", "c"), 1, own=True, activations=("Relu",))


def lstm(draft: Draft, task: Task) -> Outcome:
    """Gates i, o, f, c in the model; i, f, c, o in the library's cell."""
    task.refuse(input_forget=0)
    if task.attribute("keras", 0):
        return _layer(draft, task, _LSTM_KERAS)
    return _layer(draft, task, _LSTM if task.get(7) is None else _PEEPHOLES)


def gru(draft: Draft, task: Task) -> Outcome:
    """Gates z, r, h in the model; the reset before the product, or after it, as in PyTorch (r, z, n)."""
    if task.attribute("keras", 0):
        return _layer(draft, task, _GRU_KERAS)
    return _layer(draft, task, _GRU_AFTER if task.attribute("linear_before_reset", 0) else _GRU_BEFORE)


def rnn(draft: Draft, task: Task) -> Outcome:
    """A plain recurrence."""
    if task.attribute("keras", 0):
        return _layer(draft, task, _TANH_KERAS)
    return _layer(draft, task, _RELU if "Relu" in (task.attribute("activations") or []) else _TANH)


def _layer(draft: Draft, task: Task, kind: Kind) -> Outcome:
    _check(task, kind)
    sequence = task[0]
    if task.attribute("layout", 0):
        sequence = permuted(draft, sequence, (1, 0, 2))
    passes = _passes(task)
    states = [_state(draft, task, 5 + place) for place in range(kind.states)]
    if kind.layer is not None and passes == [False] and not any(states) and not any(task.used[2:]):
        outputs: list[Tensor] = _by_layer(draft, task, kind, sequence)
    else:
        found = [_Pass(draft, task, kind, sequence, states, at, back) for at, back in enumerate(passes)]
        outputs = [_all_states(found), *(_last_states(draft, found, place) for place in range(kind.states))]
    if task.attribute("layout", 0):
        outputs = [permuted(draft, outputs[0], (2, 0, 1, 3)), *(permuted(draft, o, (1, 0, 2)) for o in outputs[1:])]
    return [output if used else None for output, used in zip(outputs, task.used)]


def _check(task: Task, kind: Kind) -> None:
    if task.attribute("clip") is not None:
        raise Unsaid("clip")
    given = task.attribute("activations")
    if given is not None and tuple(given) != kind.activations * len(_passes(task)):
        raise Unsaid(f"activations {', '.join(given)}")
    if task.get(4) is not None:
        steps, lengths = task[0].shape[0].constant, task.get(4)
        if not isinstance(lengths, Known) or not (lengths.array == steps).all():
            raise Unsaid("sequences of several lengths")


def _passes(task: Task) -> list[bool]:
    """For each direction whether it goes backwards."""
    direction = task.attribute("direction", "forward")
    return {"forward": [False], "reverse": [True], "bidirectional": [False, True]}[direction]


def _state(draft: Draft, task: Task, place: int) -> Tensor | None:
    """The first states of all directions, None for zeros."""
    state = task.get(place)
    if state is None or (isinstance(state, Known) and not state.array.any()):
        return None
    if isinstance(state, Pointwise) and state.cheap and _is_zero(draft, state):
        return None
    return permuted(draft, state, (1, 0, 2)) if task.attribute("layout", 0) else state


def _is_zero(draft: Draft, state: Pointwise) -> bool:
    """Whether a tensor is zero by its formula: exporters make states of zeros for any batch."""
    return state.entry([integer(0)] * 3) in (tree.Real("0.0"), tree.Integer(0))


def _weights(task: Task, kind: Kind, direction: int) -> dict[str, tuple[Array, str]]:
    """The arrays of a cell by their roles, gates in the cell's order."""
    matrix, inner = task.known(1), task.known(2)
    bias = None if task.get(3) is None else task.known(3)
    states = inner.array.shape[2]
    rows = np.concatenate([np.arange(gate * states, (gate + 1) * states) for gate in kind.gates])
    labels = [_directed(task.label(place), direction) for place in range(4)]
    found = {"W": (matrix.array[direction][rows], labels[1]), "U": (inner.array[direction][rows], labels[2])}
    if bias is None and not kind.own:
        return found
    both = np.zeros((2, len(rows)), np.float32) if bias is None else bias.array[direction].reshape(2, -1)
    for role, values in zip(kind.biases, both):
        found[role] = (values[rows], labels[3])
    if kind is _PEEPHOLES:
        for role, values in zip(("qi", "qo", "qf"), task.known(7).array[direction].reshape(3, -1)):
            found[role] = (values, task.label(7))
    return found


def _directed(label: str, direction: int) -> str:
    """The name of a weight of the second direction, which PyTorch calls as that of the first, with `_reverse`."""
    return re.sub(r"(_l\d+)$", r"\1_reverse", label) if direction else label


def _unbiased(arrays: Mapping[str, object]) -> dict[str, Expression]:
    """The argument of a cell without biases."""
    return {} if "b" in arrays else {"bias": truth(False)}


def _by_layer(draft: Draft, task: Task, kind: Kind, sequence: Tensor) -> list[Tensor]:
    """A chain through the library's layer."""
    assert kind.layer is not None
    view = draft.view(sequence, (1, 0, 2))
    arrays = _weights(task, kind, 0)
    states = arrays["U"][0].shape[1]
    alias = draft.weighted(task.node.operator.lower(), {f"cell.{role}": pair for role, pair in arrays.items()})
    steps, batch = sequence.shape[:2]
    shape = (steps, ONE, batch, integer(states))
    stage = call(kind.layer, tree.Integer(states), **_unbiased(arrays))
    found = draft.stage(view, stage, alias, shape, (1, None, 0, 2), (view.firsts[0], 1, 0))
    if not any(task.used[1:]):
        return [found]
    draft.remember(found, task.node.outputs[0])
    named = draft.settled(found)
    last = tree.Index(named.base, (tree.Full(), size_tree(steps), tree.Full()))
    return [named, View((ONE, batch, integer(states)), last, (None, 0, 1), (named.firsts[0], 0))]


class _Pass:
    """One direction, step by step: `h[t] = cell(x[:, t-1, :], h[t-1]) for t in 1..T`."""

    def __init__(
        self,
        draft: Draft,
        task: Task,
        kind: Kind,
        sequence: Tensor,
        states: Sequence[Tensor | None],
        at: int,
        back: bool,
    ) -> None:
        self._draft, self._kind, self.back = draft, kind, back
        view = draft.named(sequence, (1, 0, 2))
        arrays = _weights(task, kind, at)
        self.steps, self.batch, self.states = (*sequence.shape[:2], integer(arrays["U"][0].shape[1]))
        if kind.own:
            draft.layers[kind.cell] = None
        self._cell = draft.weighted(task.node.operator.lower(), arrays)
        draft.equation(self._cell, call(kind.cell, size_tree(self.states), **_unbiased(arrays)))
        self.names = [draft.names.exact(f"{self._cell}_{role}") for role in ("h", "c")[: kind.states]]
        for name, state in zip(self.names, states):
            self._start(name, None if state is None else remap(draft, self._direction(state, at), (0, 1)))
        self._recur(view)

    def _direction(self, state: Tensor, at: int) -> Pointwise:
        read = self._draft.reader(self._draft.named(state))
        return Pointwise(state.shape[1:], lambda indices: read([integer(at), *indices]), (0, 1), cheap=True)

    def _start(self, name: str, state: Tensor | None) -> None:
        """The state before the first step."""
        value: Expression = call("zeros", sizes_tree([self.batch, self.states]))
        if state is not None:
            value = self._draft.view(state, (0, 1)).base
        place = size_tree(self.steps + 1) if self.back else tree.Integer(0)
        target = tree.Target(name, (place,), None)
        self._draft.equations.append(tree.Equation("plain", (target,), value, ()))

    def _recur(self, view: View) -> None:
        step = symbol(_TIME)
        before = step + 1 if self.back else step - 1
        at = size_tree(step - 1 + view.firsts[1])
        read = tree.Index(view.base, (tree.Full(), at, tree.Full()))
        given = [read, *(tree.Index(tree.Name(name), (size_tree(before),)) for name in self.names)]
        value = tree.Call(tree.Name(self._cell), tuple(tree.Argument(None, one) for one in given))
        targets = tuple(tree.Target(name, (tree.Name(_TIME),), None) for name in self.names)
        times = tree.Binder(_TIME, tree.Range(tree.Integer(1), size_tree(self.steps)))
        form = "tuple" if len(targets) > 1 else "plain"
        self._draft.equations.append(tree.Equation(form, targets, value, (times,)))

    def state(self, time: Entry, batch: Entry, place: Entry, which: int = 0) -> Expression:
        """An entry of a state; time counts from 0."""
        assert isinstance(time, Size)
        subscripts = [size_tree(item) if isinstance(item, Size) else item for item in (time + 1, batch, place)]
        return tree.Index(tree.Name(self.names[which]), tuple(subscripts))


def _all_states(passes: Sequence[_Pass]) -> Pointwise:
    """The states of all directions at all times."""
    first = passes[0]
    shape = (first.steps, integer(len(passes)), first.batch, first.states)

    def entry(indices: Sequence[Entry]) -> Expression:
        time, direction, batch, place = indices
        return _chosen(direction, [one.state(time, batch, place) for one in passes])

    return Pointwise(shape, entry, (2, 0, 3) if len(passes) == 1 else (2, 0, 1, 3), weight=1, cheap=True)


def _last_states(draft: Draft, passes: Sequence[_Pass], which: int) -> Pointwise:
    """The last states of all directions; backwards, the last is that of the first time."""
    first = passes[0]

    def entry(indices: Sequence[Entry]) -> Expression:
        direction, batch, place = indices
        reads = [one.state(integer(0) if one.back else one.steps - 1, batch, place, which) for one in passes]
        return _chosen(direction, reads)

    shape = (integer(len(passes)), first.batch, first.states)
    return Pointwise(shape, entry, (1, 2) if len(passes) == 1 else (0, 1, 2), weight=1, cheap=True)


def _chosen(direction: Entry, reads: Sequence[Expression]) -> Expression:
    """The read for a direction."""
    if len(reads) == 1:
        return reads[0]
    if isinstance(direction, Size) and direction.constant is not None:
        return reads[direction.constant]
    is_first = tree.Comparison((as_tree(direction), tree.Integer(0)), ("==",))
    return tree.Conditional(is_first, reads[0], reads[1])


RECURRENT: Mapping[str, Rule] = MappingProxyType({"LSTM": lstm, "GRU": gru, "RNN": rnn})
