"""Recurrent layers and attention of PyTorch are layers of the library; the module confirms their values."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from shapecheck.bridge import from_torch
from shapecheck.bridge.errors import Untranslated
from tests.bridge.test_from_torch import agrees, pytorch


def _states(layer: Any, width: int) -> Any:
    """A module that gives scores of all states of a recurrent layer, and its last states."""
    nn = pytorch().nn

    class States(nn.Module):  # type: ignore[misc, name-defined]
        def __init__(self) -> None:
            super().__init__()
            self.rnn, self.out = layer, nn.Linear(width, 3)

        def forward(self, x: Any) -> Any:
            states, last = self.rnn(x)
            return self.out(states), last

    return States()


RECURRENT: dict[str, Callable[[Any], tuple[Any, int]]] = {
    "gru": lambda nn: (nn.GRU(6, 7, batch_first=True), 7),
    "gru in both directions": lambda nn: (nn.GRU(6, 7, bidirectional=True, batch_first=True), 14),
    "two layers of lstm without biases": lambda nn: (nn.LSTM(6, 7, 2, bias=False, batch_first=True), 7),
    "lstm in both directions": lambda nn: (nn.LSTM(6, 7, bidirectional=True, batch_first=True), 14),
    "rnn with relu": lambda nn: (nn.RNN(6, 7, nonlinearity="relu", batch_first=True), 7),
}


@pytest.mark.parametrize("name", RECURRENT)
def test_recurrent_layers_for_any_number_of_steps(name: str) -> None:
    """The number of steps and the batch are free; all states and the last ones."""
    torch = pytorch()
    layer, width = RECURRENT[name](torch.nn)
    model = agrees(_states(layer, width), torch.zeros(2, 5, 6), {0: "N", 1: "T"})
    assert "dim N, T\n" in model.text
    count = sum(parameter.numel() for parameter in layer.parameters()) + 3 * width + 3
    assert sum(array.size for array in model.weights.values()) == count


def test_a_gru_has_the_weights_of_the_module() -> None:
    """Gates r, z, n as PyTorch has them, so that the arrays are those of the state dictionary, entry by entry."""
    torch = pytorch()
    layer = torch.nn.GRU(6, 7, batch_first=True)
    module = torch.nn.Sequential(torch.nn.Linear(3, 6), _states(layer, 7))
    model = agrees(module, torch.zeros(2, 5, 3), {0: "N", 1: "T"})
    assert "-> gru_pytorch(7) as" in model.text
    (key,) = (key for key in model.weights if key.endswith("cell.W"))
    assert (model.weights[key] == layer.weight_ih_l0.detach().numpy()).all()
    assert model.imported.origins[key] == "1.rnn.weight_ih_l0"


def test_a_recurrence_that_starts_from_another_one() -> None:
    """An encoder's last state is the decoder's first one; the two numbers of steps differ."""
    torch = pytorch()
    nn = torch.nn

    class Translator(nn.Module):  # type: ignore[misc, name-defined]
        def __init__(self) -> None:
            super().__init__()
            self.encoder, self.decoder = nn.GRU(6, 7, batch_first=True), nn.GRU(5, 7, batch_first=True)

        def forward(self, source: Any, target: Any) -> Any:
            _, last = self.encoder(source)
            return self.decoder(target, last)[0]

    example = (torch.zeros(2, 5, 6), torch.zeros(2, 4, 5))
    model = agrees(Translator(), example, {"source": {0: "N", 1: "T"}, "target": {0: "N", 1: "S"}})
    assert "dim N, T, S\n" in model.text


def test_an_encoder_is_a_repeated_block_of_four_lines() -> None:
    """Three layers of a transformer as a person writes them: `mha`, sums, norms, and a repeat; written by hand."""
    torch = pytorch()
    nn = torch.nn
    layer = nn.TransformerEncoderLayer(16, 4, 32, batch_first=True, activation="gelu")
    model = agrees(nn.TransformerEncoder(layer, 3), torch.zeros(2, 5, 16), {0: "N", 1: "T"})
    assert model.text == (
        "# From the PyTorch module TransformerEncoder.\n"
        "layer block() {\n"
        "  input x\n"
        "  output y\n"
        "  h = x + (x -> mha(4, bias = true) as self_attn) -> layernorm as norm1\n"
        "  h_2 = h -> dense(32) as linear1 -> gelu -> dense(16) as linear2\n"
        "  y = h + h_2 -> layernorm as norm2\n"
        "}\n"
        "dim N, T\n"
        "input src : [N, T, 16]\n"
        "output y\n"
        "y = src -> repeat(3, block) as layers\n"
    )


def test_a_decoder_reads_a_memory() -> None:
    """Attention to itself and to another sequence, of another length, in front of which the batch does not stand."""
    torch = pytorch()
    nn = torch.nn
    example = (torch.zeros(5, 2, 16), torch.zeros(6, 2, 16))
    axes = {"tgt": {0: "T", 1: "N"}, "memory": {0: "S", 1: "N"}}
    model = agrees(nn.TransformerDecoderLayer(16, 4, 32), example, axes)
    assert "-> mha(4, bias = true)" in model.text
    assert "-> cross_attention(4, bias = true)" in model.text


def test_groups_of_channels() -> None:
    """`groupnorm` of the library, with the weights of the module, at any height and width."""
    torch = pytorch()
    nn = torch.nn
    norm = nn.GroupNorm(2, 4)
    nn.init.normal_(norm.weight)
    nn.init.normal_(norm.bias)
    model = agrees(nn.Sequential(nn.Conv2d(3, 4, 3), norm), torch.zeros(2, 3, 8, 9), {0: "N", 2: "H", 3: "W"})
    assert "-> groupnorm(2) as" in model.text
    assert agrees(nn.GroupNorm(2, 4), torch.zeros(2, 4, 5), {0: "N", 2: "T"}).weights.keys()


def _attention(**named: Any) -> Any:
    nn = pytorch().nn

    class Attention(nn.Module):  # type: ignore[misc, name-defined]
        def __init__(self) -> None:
            super().__init__()
            self.heads = nn.MultiheadAttention(16, 4, batch_first=True)

        def forward(self, x: Any) -> Any:
            return self.heads(x, x, x, **named)

    return Attention()


def test_a_mask_is_not_lost() -> None:
    """What one node does not cover is traced as it is."""
    torch = pytorch()
    nn = torch.nn

    class Causal(nn.Module):  # type: ignore[misc, name-defined]
        def __init__(self) -> None:
            super().__init__()
            self.heads = nn.MultiheadAttention(16, 4, batch_first=True)

        def forward(self, x: Any) -> Any:
            mask = torch.triu(torch.full((x.shape[1], x.shape[1]), float("-inf")), 1)
            return self.heads(x, x, x, attn_mask=mask, need_weights=False)[0]

    assert "softmax" in agrees(Causal(), torch.zeros(2, 5, 16), {0: "N", 1: "T"}).text


def test_used_weights_of_attention_are_told() -> None:
    """The second result is no part of the library's layer; the module is traced well, so the node is named."""
    with pytest.raises(Untranslated, match=r"/heads/SelfAttention: the module uses its second result"):
        from_torch(_attention(), pytorch().zeros(2, 5, 16), {0: "N", 1: "T"})


def test_the_module_computes_as_before() -> None:
    """The changes that tracing needs are taken back, also where tracing fails."""
    torch = pytorch()
    module = _attention()
    with pytest.raises(Untranslated):
        from_torch(module, torch.zeros(2, 5, 16))
    assert "forward" not in vars(module.heads)
    assert module(torch.zeros(1, 2, 16))[1].shape == (1, 2, 2)
    assert torch.backends.mha.get_fastpath_enabled()
