"""The library's recurrent layers are those of ONNX and of PyTorch.

Independent truth: the engines.  Gates stand in another order in each: the slides have z, r and i, f, o, g; ONNX has
z, r, n and i, o, f, g; PyTorch has r, z, n and i, f, g, o.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from .engines import REFERENCE, RUNTIME, Array, Onnx, engine, tensor
from .running import Ran, checked, run

ENGINES = pytest.mark.parametrize("onnx", [REFERENCE, RUNTIME], ids=lambda onnx: onnx.name)
SIZES = st.fixed_dictionaries({name: st.integers(1, 4) for name in ("N", "T", "d", "p")})
SEEDS = st.integers(0, 99)


def sequence(layer: str, sizes: dict[str, int], seed: int, more: str = "") -> Ran:
    """A recurrent layer over a batch of sequences; `more` are further arguments."""
    return run(f"dim N, T, d, p\ninput x : [N, T, d]\ny = x -> {layer}(p{more}) as f\n", sizes, seed)


def by_gates(array: Array, order: str, wanted: str) -> Array:
    """The blocks of rows of each gate in another order."""
    blocks = dict(zip(order, np.split(array, len(order))))
    return np.concatenate([blocks[gate] for gate in wanted])


def sides(weight: Array, ran: Ran) -> tuple[Array, Array]:
    """What of `W @ [x; h]` is applied to the input, and what to the state."""
    return weight[:, : ran.sizes["d"]], weight[:, ran.sizes["d"] :]


def states(found: Array) -> Array:
    """[T, directions, N, p] as [N, T, directions p]."""
    time, directions, batch, size = found.shape
    return found.transpose(2, 0, 1, 3).reshape(batch, time, directions * size)


Weights = tuple[list[Array], list[Array], list[Array] | None]


def of_onnx(onnx: Onnx, operator: str, ran: Ran, weights: Weights, **attributes: Any) -> Array:
    """All states that ONNX computes; weights of the input and of the state, and both biases, one for each direction."""
    w, r, b = (None if part is None else np.stack(part) for part in weights)
    if len(weights[0]) > 1:
        attributes["direction"] = "bidirectional"
    time_first = ran("x").transpose(1, 0, 2)
    return states(onnx(operator, time_first, w, r, b, hidden_size=ran.sizes["p"], **attributes)[0])


def of_torch(kind: str, ran: Ran, weights: Weights) -> Array:
    """All states that PyTorch computes; the weights likewise."""
    torch = engine("torch")
    size, biased = ran.sizes["p"], weights[2] is not None
    module = getattr(torch.nn, kind)(
        ran.sizes["d"], size, bias=biased, batch_first=True, bidirectional=len(weights[0]) > 1, dtype=torch.float64
    )
    for number, (name, parts) in enumerate((("weight_ih", weights[0]), ("weight_hh", weights[1]))):
        for ending, part, bias in zip(("", "_reverse"), parts, weights[2] or (None, None)):
            getattr(module, f"{name}_l0{ending}").data = tensor(part)
            if bias is not None:
                getattr(module, f"{name.replace('weight', 'bias')}_l0{ending}").data = tensor(np.split(bias, 2)[number])
    with torch.no_grad():
        found: Array = module(tensor(ran("x")))[0].numpy()
    return found


def slides_gru(ran: Ran, *cells: str) -> Weights:
    """W and V of `[z; r] = sigm(W @ [x; h])`, `tanh(V @ [x; r .* h])`, gates z, r, n."""
    pairs = [[np.concatenate(both) for both in zip(sides(ran(f"{cell}.W"), ran), sides(ran(f"{cell}.V"), ran))]
             for cell in cells]  # fmt: skip
    return [pair[0] for pair in pairs], [pair[1] for pair in pairs], None


@ENGINES
def test_the_slides_gru_of_onnx(onnx: Onnx) -> None:
    """`linear_before_reset = 0`: r before the product with V."""

    @checked
    @given(SIZES, SEEDS)
    def agree(sizes: dict[str, int], seed: int) -> None:
        ran = sequence("gru", sizes, seed)
        ran.must_equal("y", of_onnx(onnx, "GRU", ran, slides_gru(ran, "f"), linear_before_reset=0))

    agree()


@ENGINES
def test_both_directions_of_onnx(onnx: Onnx) -> None:
    """The states of the way back stand behind those of the way there."""
    ran = sequence("bigru", {"N": 2, "T": 4, "d": 3, "p": 2}, 0)
    found = of_onnx(onnx, "GRU", ran, slides_gru(ran, "f.there", "f.back"), linear_before_reset=0)
    ran.must_equal("y", found)


def reset_after(ran: Ran, wanted: str) -> Weights:
    """W, U and both biases of the GRU that resets after the product."""
    w, u, b, c = (by_gates(ran(f"f.cell.{name}"), "zrn", wanted) for name in ("W", "U", "b", "c"))
    return [w], [u], [np.concatenate([b, c])]


@ENGINES
def test_the_gru_that_resets_after_the_product_of_onnx(onnx: Onnx) -> None:
    """`linear_before_reset = 1`: r after the product, which has a bias of its own."""

    @checked
    @given(SIZES, SEEDS)
    def agree(sizes: dict[str, int], seed: int) -> None:
        ran = sequence("gru_reset_after", sizes, seed)
        ran.must_equal("y", of_onnx(onnx, "GRU", ran, reset_after(ran, "zrn"), linear_before_reset=1))

    agree()


@checked
@given(SIZES, SEEDS)
def test_the_gru_of_pytorch(sizes: dict[str, int], seed: int) -> None:
    """PyTorch has only the one that resets after the product."""
    ran = sequence("gru_reset_after", sizes, seed)
    ran.must_equal("y", of_torch("GRU", ran, reset_after(ran, "rzn")))


def test_the_two_grus_differ() -> None:
    """So that agreement with an engine tells which of them it is: r = 1/2 resets a state of 1 and a bias of 1."""
    text = (
        "weight b : 3, c : 3, U : 3 x 1, V : 1 x 2\ninput x : 1, h : 1\n"
        "after = gru_reset_after_cell(1, W = zeros(3 x 1), U = U, b = b, c = c)(x, h)\n"
        "before = gru_cell(1, W = zeros(2 x 2), V = V)(x, h)\n"
    )
    data = {"b": [0.0] * 3, "c": [0.0, 0.0, 1.0], "x": [1.0], "h": [1.0], "U": [[0.0], [0.0], [1.0]], "V": [[0.0, 1.0]]}
    found = run(text, {}).spec.run({}, {name: np.array(value) for name, value in data.items()})
    assert np.allclose(found.value("before"), 0.5 + 0.5 * np.tanh(0.5 * 1))
    assert np.allclose(found.value("after"), 0.5 + 0.5 * np.tanh(0.5 * (1 + 1)))


def slides_lstm(ran: Ran, wanted: str, *cells: str) -> Weights:
    """W of `[i; f; o; g] = W @ [x; h]`."""
    both = [sides(by_gates(ran(f"{cell}.W"), "ifog", wanted), ran) for cell in cells]
    return [w for w, _ in both], [u for _, u in both], None


@ENGINES
def test_the_slides_lstm_of_onnx(onnx: Onnx) -> None:
    """Without biases and without peepholes."""

    @checked
    @given(SIZES, SEEDS)
    def agree(sizes: dict[str, int], seed: int) -> None:
        ran = sequence("lstm", sizes, seed)
        ran.must_equal("y", of_onnx(onnx, "LSTM", ran, slides_lstm(ran, "iofg", "f")))

    agree()


@checked
@given(SIZES, SEEDS)
def test_the_slides_lstm_of_pytorch(sizes: dict[str, int], seed: int) -> None:
    """`bias = False`."""
    ran = sequence("lstm", sizes, seed)
    ran.must_equal("y", of_torch("LSTM", ran, slides_lstm(ran, "ifgo", "f")))


def test_both_directions_of_pytorch() -> None:
    """The states of the way back stand behind those of the way there."""
    ran = sequence("bilstm", {"N": 2, "T": 4, "d": 3, "p": 2}, 0)
    ran.must_equal("y", of_torch("LSTM", ran, slides_lstm(ran, "ifgo", "f.there", "f.back")))


BIASED = pytest.mark.parametrize("layer", ["lstm_keras", "lstm_pytorch"])


def biased_lstm(ran: Ran, layer: str, wanted: str) -> Weights:
    """W, U and the biases; Keras has one, which stands in the place of the input's."""
    w, u, b = (by_gates(ran(f"f.cell.{name}"), "ifgo", wanted) for name in ("W", "U", "b"))
    bu = by_gates(ran("f.cell.bu"), "ifgo", wanted) if layer == "lstm_pytorch" else np.zeros_like(b)
    return [w], [u], [np.concatenate([b, bu])]


@BIASED
@ENGINES
def test_the_lstm_with_biases_of_onnx(onnx: Onnx, layer: str) -> None:
    """ONNX has one bias for the input and one for the state."""
    ran = sequence(layer, {"N": 2, "T": 4, "d": 3, "p": 2}, 1)
    ran.must_equal("y", of_onnx(onnx, "LSTM", ran, biased_lstm(ran, layer, "iofg")))


@BIASED
def test_the_lstm_with_biases_of_pytorch(layer: str) -> None:
    """PyTorch has both, too."""
    ran = sequence(layer, {"N": 2, "T": 4, "d": 3, "p": 2}, 1)
    ran.must_equal("y", of_torch("LSTM", ran, biased_lstm(ran, layer, "ifgo")))


@ENGINES
def test_the_plain_recurrence_of_onnx(onnx: Onnx) -> None:
    """`h[t] = tanh(W @ [x[t]; h[t-1]])` is ONNX's RNN."""
    ran = sequence("rnn", {"N": 2, "T": 4, "d": 3, "p": 2}, 2)
    w, u = sides(ran("f.W"), ran)
    ran.must_equal("y", of_onnx(onnx, "RNN", ran, ([w], [u], None)))


def test_the_plain_recurrence_of_pytorch() -> None:
    """.. and PyTorch's."""
    ran = sequence("rnn", {"N": 2, "T": 4, "d": 3, "p": 2}, 2)
    w, u = sides(ran("f.W"), ran)
    ran.must_equal("y", of_torch("RNN", ran, ([w], [u], None)))


# ---- biases, projections, and the gates as PyTorch stores them -----------------------------------


FEW = {"N": 2, "T": 4, "d": 3, "p": 2}


def stored(ran: Ran, cell: str = "f.cell") -> Weights:
    """Weights and biases as they stand, in no other order."""
    return [ran(f"{cell}.W")], [ran(f"{cell}.U")], [np.concatenate([ran(f"{cell}.b"), ran(f"{cell}.bu")])]


@pytest.mark.parametrize("layer", ["gru_pytorch", "lstm_pytorch", "rnn_pytorch"])
def test_weights_of_pytorch_as_they_stand(layer: str) -> None:
    """Gates r, z, n and i, f, g, o: what PyTorch stores is put in without another order."""

    @checked
    @given(SIZES, SEEDS)
    def agree(sizes: dict[str, int], seed: int) -> None:
        ran = sequence(layer, sizes, seed)
        ran.must_equal("y", of_torch(layer.split("_")[0].upper(), ran, stored(ran)))

    agree()


@pytest.mark.parametrize("layer", ["gru_pytorch", "lstm_pytorch", "rnn_pytorch"])
def test_without_biases_of_pytorch(layer: str) -> None:
    """`bias = False`."""
    ran = sequence(layer, FEW, 3, ", bias = false")
    found = of_torch(layer.split("_")[0].upper(), ran, ([ran("f.cell.W")], [ran("f.cell.U")], None))
    ran.must_equal("y", found)


@pytest.mark.parametrize("layer", ["lstm_pytorch", "lstm"])
def test_projected_states_of_pytorch(layer: str) -> None:
    """`proj_size`: the state is a product of what the cell gives; the slides' gates stand in another order."""
    torch, sizes = engine("torch"), {"N": 2, "T": 4, "d": 3, "p": 4}
    ran = sequence(layer, sizes, 4, ", proj = 2")
    module = torch.nn.LSTM(3, 4, proj_size=2, batch_first=True, bias=layer != "lstm", dtype=torch.float64)
    if layer == "lstm":
        both = by_gates(ran("f.W"), "ifog", "ifgo")
        parts = {"weight_ih": both[:, :3], "weight_hh": both[:, 3:], "weight_hr": ran("f.R")}
    else:
        names = {"weight_ih": "W", "weight_hh": "U", "bias_ih": "b", "bias_hh": "bu", "weight_hr": "R"}
        parts = {key: ran(f"f.cell.{name}") for key, name in names.items()}
    for key, part in parts.items():
        getattr(module, f"{key}_l0").data = tensor(part)
    with torch.no_grad():
        ran.must_equal("y", module(tensor(ran("x")))[0].numpy())


@ENGINES
def test_the_plain_recurrence_of_keras(onnx: Onnx) -> None:
    """One bias, which in ONNX is the input's, beside a state's of zeros."""
    ran = sequence("rnn_keras", FEW, 5)
    bias = np.concatenate([ran("f.cell.b"), np.zeros(2)])
    ran.must_equal("y", of_onnx(onnx, "RNN", ran, ([ran("f.cell.W")], [ran("f.cell.U")], [bias])))


@ENGINES
def test_the_slides_forms_with_biases(onnx: Onnx) -> None:
    """One bias for each gate: Keras' GRU with `reset_after = False`, LSTM and SimpleRNN."""
    ran = sequence("gru", FEW, 6, ", bias = true")
    (w,), (u,), _ = slides_gru(ran, "f")
    bias = np.concatenate([ran("f.b"), ran("f.c"), np.zeros(6)])
    ran.must_equal("y", of_onnx(onnx, "GRU", ran, ([w], [u], [bias]), linear_before_reset=0))
    ran = sequence("lstm", FEW, 7, ", bias = true")
    (w,), (u,), _ = slides_lstm(ran, "iofg", "f")
    bias = np.concatenate([by_gates(ran("f.b"), "ifog", "iofg"), np.zeros(8)])
    ran.must_equal("y", of_onnx(onnx, "LSTM", ran, ([w], [u], [bias])))
    ran = sequence("rnn", FEW, 8, ", bias = true")
    w, u = sides(ran("f.W"), ran)
    ran.must_equal("y", of_onnx(onnx, "RNN", ran, ([w], [u], [np.concatenate([ran("f.b"), np.zeros(2)])])))


@ENGINES
def test_both_directions_with_biases(onnx: Onnx) -> None:
    """Each direction has its own."""
    ran = sequence("bigru", FEW, 9, ", bias = true")
    w, u, _ = slides_gru(ran, "f.there", "f.back")
    biases = [np.concatenate([ran(f"f.{cell}.b"), ran(f"f.{cell}.c"), np.zeros(6)]) for cell in ("there", "back")]
    ran.must_equal("y", of_onnx(onnx, "GRU", ran, (w, u, biases), linear_before_reset=0))


def test_the_sequence_reversed() -> None:
    """PyTorch's `flip`."""
    ran = run("dim N, T, d\ninput x : [N, T, d]\ny = x -> reversed\n", {"N": 2, "T": 4, "d": 3})
    ran.must_equal("y", np.flip(np.asarray(ran("x"), dtype=float), 1), exactly=True)
