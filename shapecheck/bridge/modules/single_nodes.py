"""Recurrent layers, attention and groups of channels of PyTorch as one node each, while a module is traced.

torch.export writes attention as a dozen products and reshapes, and cannot always keep the number of steps of a
recurrent layer free.  Here they become the operators of ONNX for recurrences, and operators of this room for attention,
with the same weights.  Uses that these do not cover (packed sequences, masks, projections) are traced as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

from shapecheck.bridge.packages import engine
from shapecheck.record import record

SELF_ATTENTION = "shapecheck::SelfAttention"
CROSS_ATTENTION = "shapecheck::CrossAttention"
GROUP_NORM = "shapecheck::GroupNorm"


@contextmanager
def single_nodes(module: Any) -> Iterator[None]:
    """Such parts of a module compute themselves by one node, until the end of the block."""
    torch = engine("torch")
    forwards: dict[Any, Callable[..., Any]] = {
        torch.nn.GRU: _recurrent, torch.nn.LSTM: _recurrent, torch.nn.RNN: _recurrent,
        torch.nn.MultiheadAttention: _attention, torch.nn.GroupNorm: _group_norm,
    }  # fmt: skip
    changed = [part for part in module.modules() if type(part) in forwards and "forward" not in vars(part)]
    fast = torch.backends.mha.get_fastpath_enabled()
    for part in changed:
        part.forward = partial(forwards[type(part)], part, part.forward)
    torch.backends.mha.set_fastpath_enabled(False)
    try:
        yield
    finally:
        torch.backends.mha.set_fastpath_enabled(fast)
        for part in changed:
            del part.forward


# ---- recurrent layers --------------------------------------------------------------------------


@record
class _Operator:
    """An operator of ONNX: its name, its order of PyTorch's gates, its number of states, and what sets it apart."""

    name: str
    gates: tuple[int, ...]
    states: int
    attributes: tuple[tuple[str, Any], ...] = ()


_OPERATORS = {
    "GRU": _Operator("GRU", (1, 0, 2), 1, (("linear_before_reset", 1),)),
    "LSTM": _Operator("LSTM", (0, 3, 1, 2), 2),
    "RNN_TANH": _Operator("RNN", (0,), 1),
    "RNN_RELU": _Operator("RNN", (0,), 1, (("activations", ("Relu",)),)),
}


def _recurrent(part: Any, own: Callable[..., Any], input: Any, hx: Any = None) -> Any:
    """A recurrent layer, one node for each of its layers."""
    torch, operator = engine("torch"), _OPERATORS[part.mode]
    if not isinstance(input, torch.Tensor) or input.dim() != 3 or part.proj_size:
        return own(input, hx)
    given = () if hx is None else hx if operator.states > 1 else (hx,)
    directions = 2 if part.bidirectional else 1
    states = input.transpose(0, 1) if part.batch_first else input
    last: list[Sequence[Any]] = []
    for layer in range(part.num_layers):
        starts = [state[layer * directions : (layer + 1) * directions] for state in given]
        states, *ends = _layer(part, operator, layer, states, starts)
        last.append(ends)
    final = tuple(torch.cat(found) if len(found) > 1 else found[0] for found in zip(*last))
    return states.transpose(0, 1) if part.batch_first else states, final if operator.states > 1 else final[0]


def _layer(part: Any, operator: _Operator, layer: int, sequence: Any, starts: Sequence[Any]) -> list[Any]:
    """All states of one layer, with its directions side by side, and the last ones."""
    torch = engine("torch")
    names = [f"_l{layer}", f"_l{layer}_reverse"] if part.bidirectional else [f"_l{layer}"]
    count, size = len(names), part.hidden_size
    operands = [sequence, *(_stacked(part, role, names, operator) for role in ("weight_ih", "weight_hh"))]
    biases = _biases(part, names, operator) if part.bias else None
    operands += [biases, None, *starts] if starts else [biases] if part.bias else []
    attributes: dict[str, Any] = {"hidden_size": size, **dict(operator.attributes)}
    if count > 1:
        attributes["direction"] = "bidirectional"
        if "activations" in attributes:
            attributes["activations"] = attributes["activations"] * 2
    steps, batch = sequence.shape[:2]
    shapes = [(steps, count, batch, size), *[(count, batch, size)] * operator.states]
    made = torch.onnx.ops.symbolic_multi_out(
        operator.name, operands, attributes, dtypes=[sequence.dtype] * len(shapes), shapes=shapes
    )
    states = made[0].transpose(1, 2).reshape(steps, batch, 2 * size) if count > 1 else made[0].squeeze(1)
    return [states, *made[1:]]


def _stacked(part: Any, role: str, names: Sequence[str], operator: _Operator) -> Any:
    """A weight of all directions, its gates in the order of ONNX."""
    torch = engine("torch")
    return torch.stack([_ordered(getattr(part, role + name), operator) for name in names])


def _biases(part: Any, names: Sequence[str], operator: _Operator) -> Any:
    torch = engine("torch")
    pairs = [[getattr(part, role + name) for role in ("bias_ih", "bias_hh")] for name in names]
    return torch.stack([torch.cat([_ordered(bias, operator) for bias in pair]) for pair in pairs])


def _ordered(weight: Any, operator: _Operator) -> Any:
    gates = weight.chunk(len(operator.gates))
    return engine("torch").cat([gates[gate] for gate in operator.gates]) if len(gates) > 1 else weight


# ---- norms -------------------------------------------------------------------------------------


def _group_norm(part: Any, own: Callable[..., Any], input: Any) -> Any:
    """Groups of channels of an image as one node, where there are a scale and a shift."""
    if part.weight is None or part.bias is None or input.dim() != 4:
        return own(input)
    return engine("torch").onnx.ops.symbolic(
        GROUP_NORM, [input, part.weight, part.bias], {"num_groups": part.num_groups, "epsilon": part.eps},
        dtype=input.dtype, shape=input.shape, version=1,
    )  # fmt: skip


# ---- attention ---------------------------------------------------------------------------------


def _attention(part: Any, own: Callable[..., Any], query: Any, key: Any, value: Any, *more: Any, **named: Any) -> Any:
    """Attention without masks, as one node; its second output are the weights of the means."""
    masks = (*more[:1], *more[2:3], named.get("key_padding_mask"), named.get("attn_mask"))
    is_plain = part._qkv_same_embed_dim and part.bias_k is None and not part.add_zero_attn
    if not is_plain or query.dim() != 3 or key is not value or any(mask is not None for mask in masks):
        return own(query, key, value, *more, **named)
    inputs = (query,) if key is query else (query, key)
    inputs = inputs if part.batch_first else tuple(one.transpose(0, 1) for one in inputs)
    operands = [*inputs, part.in_proj_weight, part.out_proj.weight]
    operands += [part.in_proj_bias, part.out_proj.bias] if part.in_proj_bias is not None else []
    batch, steps = inputs[0].shape[:2]
    found, weights = engine("torch").onnx.ops.symbolic_multi_out(
        SELF_ATTENTION if len(inputs) == 1 else CROSS_ATTENTION,
        operands,
        {"heads": part.num_heads},
        dtypes=[query.dtype] * 2,
        shapes=[inputs[0].shape, (batch, steps, inputs[-1].shape[1])],
        version=1,
    )
    return found if part.batch_first else found.transpose(0, 1), weights
