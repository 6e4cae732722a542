"""Layers as programs write them, `Conv2d(3, 32, kernel_size = 3)`, and the same call here.

In: the layer of the library, the foreign name and its arguments.  Out: the call `conv2d(32, size = 3)`: the sizes of
the input, which are never written, are left out, and arguments have their names here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from shapecheck.graph.block_definitions import Definition
from shapecheck.syntax import tree
from shapecheck.syntax.print_expressions import print_expression

OPTIONS: Mapping[str, str] = {
    "padding": "pad", "strides": "stride", "kernel_size": "size", "kernel": "size", "activation": "act",
    "use_bias": "bias", "dim": "axis", "p": "rate", "groups_count": "groups", "num_heads": "heads", "out_channels":
    "filters", "units": "n", "hidden_size": "p", "dilation_rate": "dilation", "epsilon": "eps", "out_features": "n",
    "pool_size": "m", "num_embeddings": "voc", "embedding_dim": "D", "scale_factor": "s",
}  # fmt: skip
"""Names of arguments in programs, with the names here."""
_LEFT_OUT = frozenset({
    "in_channels", "in_features", "num_features", "normalized_shape", "input_size", "input_shape", "input_dim",
    "embed_dim", "d_model", "name", "device", "dtype", "batch_first", "inplace", "data_format",
})  # fmt: skip
"""Arguments that say what is known of the input, or nothing about the equations."""
_INPUT_FIRST = frozenset({"dense", "conv1d", "conv2d", "conv3d", "gru", "lstm", "rnn", "mha"})
"""Layers to whose name in PyTorch the size of the input belongs, as the first argument."""
_NO_SIZES = frozenset({"batchnorm", "layernorm", "instancenorm", "rmsnorm"})
"""Layers whose sizes are those of the input."""
_WORDS = {"same": "SAME", "valid": "VALID", "causal": "CAUSAL", "True": "true", "False": "false"}


def call_form(ours: str, definition: Definition | None, foreign: str, arguments: Sequence[tree.Argument]) -> str | None:
    """The call to write; None where the arguments do not tell."""
    named = {item.name: item.value for item in arguments if item.name is not None and item.name not in _LEFT_OUT}
    listed = [item.value for item in arguments if item.name is None]
    options = {OPTIONS.get(name, name): _text(value) for name, value in named.items()}
    if ours in _NO_SIZES:
        listed = []
    elif _names_its_input(ours, foreign, listed, options):
        listed = listed[1:]
    known = None if definition is None else [item.name for item in definition.parameters]
    if known is not None and (len(listed) > len(known) or any(name not in known for name in options)):
        return None
    written = [*map(_text, listed), *(f"{name} = {value}" for name, value in options.items())]
    return f"{ours}({', '.join(written)})" if written else None


def _names_its_input(ours: str, foreign: str, listed: Sequence[tree.Expression], options: Mapping[str, str]) -> bool:
    """Whether the first argument is the size of the input, as PyTorch has it."""
    if ours not in _INPUT_FIRST or foreign[-1:] == "D" or not foreign[:1].isupper():
        return False
    if ours.startswith("conv"):
        return len(listed) + ("size" in options) > 2
    return len(listed) > 1 and foreign != "Dense"


def _text(value: tree.Expression) -> str:
    text = value.value if isinstance(value, tree.Text) else print_expression(value)
    return _WORDS.get(text, text)
