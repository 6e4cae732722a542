"""The library's attention, and the layers of Transformers, are those of ONNX and of PyTorch.

Independent truth: the engines.
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
CAUSAL = pytest.mark.parametrize("causal", [False, True])
SIZES = st.fixed_dictionaries({name: st.integers(1, 5) for name in ("N", "T", "S", "k", "v")})


def attention(sizes: dict[str, int], causal: bool) -> Ran:
    """Queries, keys and values as they come."""
    text = "dim N, T, S, k, v\ninput q : [N, T, k], l : [N, S, k], u : [N, S, v]\n"
    return run(f"{text}y = (q, l, u) -> attention({str(causal).lower()})\n", sizes)


@ENGINES
@CAUSAL
def test_scaled_dot_products_of_onnx(onnx: Onnx, causal: bool) -> None:
    """ONNX wants an axis of heads."""

    @checked
    @given(SIZES)
    def agree(sizes: dict[str, int]) -> None:
        ran = attention(sizes, causal)
        q, keys, values = (ran(name)[:, None] for name in ("q", "l", "u"))
        ran.must_equal("y", onnx("Attention", q, keys, values, is_causal=int(causal))[0][:, 0])

    agree()


@CAUSAL
def test_scaled_dot_products_of_pytorch(causal: bool) -> None:
    """A query of position i sees keys up to position i, whatever the lengths."""

    @checked
    @given(SIZES)
    def agree(sizes: dict[str, int]) -> None:
        ran, functional = attention(sizes, causal), engine("torch").nn.functional
        q, keys, values = (tensor(ran(name)) for name in ("q", "l", "u"))
        ran.must_equal("y", functional.scaled_dot_product_attention(q, keys, values, is_causal=causal).numpy())

    agree()


# ---- several heads -----------------------------------------------------------------------------


def head_rows(array: Array) -> Array:
    """The heads' matrices as one, and their biases: [heads, k, ..] as [heads k, ..]."""
    return array.reshape(-1, *array.shape[2:])


def fill(module: Any, ran: Ran, path: str, biased: bool) -> None:
    """Give PyTorch's attention the weights of the library's."""
    parts = [head_rows(ran(f"{path}.{name}")) for name in "QKV"]
    if module._qkv_same_embed_dim:
        module.in_proj_weight.data = tensor(np.concatenate(parts))
    else:
        for name, part in zip("qkv", parts):
            getattr(module, f"{name}_proj_weight").data = tensor(part)
    module.out_proj.weight.data = tensor(ran(f"{path}.O"))
    biases = [ran(f"{path}.b{name}").reshape(-1) for name in "qkv"] if biased else [np.zeros(3 * len(ran(f"{path}.O")))]
    if module.in_proj_bias is not None:
        module.in_proj_bias.data = tensor(np.concatenate(biases))
        module.out_proj.bias.data = tensor(ran(f"{path}.bo") if biased else np.zeros(len(ran(f"{path}.O"))))


@CAUSAL
@pytest.mark.parametrize("biased", [False, True])
@pytest.mark.parametrize("heads", [1, 2, 3])
def test_heads_of_self_attention_of_pytorch(heads: int, biased: bool, causal: bool) -> None:
    """The heads' matrices stand below each other in PyTorch's."""
    torch = engine("torch")
    layer = f"mha({heads}, causal = {str(causal).lower()}, bias = {str(biased).lower()})"
    ran = run(f"dim N, T\ninput x : [N, T, 6]\ny = x -> {layer} as f\n", {"N": 2, "T": 4})
    module = torch.nn.MultiheadAttention(6, heads, bias=biased, batch_first=True, dtype=torch.float64)
    fill(module, ran, "f", biased)
    x = tensor(ran("x"))
    with torch.no_grad():
        found, _ = module(x, x, x, attn_mask=later(4) if causal else None, need_weights=False)
    ran.must_equal("y", found.numpy())


def later(time: int) -> Any:
    """What a position must not see, in PyTorch's way."""
    return engine("torch").ones(time, time, dtype=engine("torch").bool).triu(1)


def test_attention_to_another_sequence_of_pytorch() -> None:
    """Keys and values have a size of their own."""
    torch = engine("torch")
    text = "dim N, T, S, E\ninput x : [N, T, 6], m : [N, S, E]\ny = (x, m) -> cross_attention(3) as f\n"
    ran = run(text, {"N": 2, "T": 4, "S": 3, "E": 5})
    module = torch.nn.MultiheadAttention(6, 3, bias=False, kdim=5, vdim=5, batch_first=True, dtype=torch.float64)
    fill(module, ran, "f", False)
    x, m = tensor(ran("x")), tensor(ran("m"))
    with torch.no_grad():
        found, _ = module(x, m, m, need_weights=False)
    ran.must_equal("y", found.numpy())


# ---- grouped queries and rotary positions ------------------------------------------------------


def turned(onnx: Onnx, heads: Array) -> Array:
    """[N, heads, T, k] with rotary positions: pairs (2i, 2i+1) turned by t / 10000^(2i/k)."""
    time, k = heads.shape[2:]
    angles = np.arange(time)[:, None] / 10000.0 ** (2 * np.arange(k // 2) / k)
    cosines, sines = (np.broadcast_to(part, (len(heads), *angles.shape)) for part in (np.cos(angles), np.sin(angles)))
    return onnx("RotaryEmbedding", heads, cosines, sines, interleaved=1)[0]


@ENGINES
def test_rotary_positions_of_onnx(onnx: Onnx) -> None:
    """Neighbours are a pair, which ONNX calls interleaved."""
    ran = run("dim N, T\ninput x : [N, T, 6]\ny = x -> rotary\n", {"N": 2, "T": 4})
    ran.must_equal("y", turned(onnx, ran("x")[:, None])[:, 0])


@ENGINES
@pytest.mark.parametrize("turn", [False, True])
def test_grouped_queries_of_onnx(onnx: Onnx, turn: bool) -> None:
    """r heads of queries share one of keys and values: heads of a group stand side by side."""
    layer = f"gqa(2, 3, 4, turned = {str(turn).lower()})"
    ran = run(f"dim N, T, D\ninput x : [N, T, D]\ny = x -> {layer} as f\n", {"N": 2, "T": 3, "D": 5})
    x = ran("x")[:, None]
    queries = x @ ran("f.Q").reshape(6, 4, 5).transpose(0, 2, 1)
    keys, values = (x @ ran(f"f.{name}").transpose(0, 2, 1) for name in "KV")
    if turn:
        queries, keys = turned(onnx, queries), turned(onnx, keys)
    (found,) = onnx("Attention", queries, keys, values, is_causal=1)
    merged = found.transpose(0, 2, 1, 3).reshape(2, 3, 24)
    ran.must_equal("y", merged @ ran("f.O").T.astype(found.dtype))


def test_grouped_queries_of_pytorch() -> None:
    """`enable_gqa`."""
    functional = engine("torch").nn.functional
    ran = run("dim N, T, D\ninput x : [N, T, D]\ny = x -> gqa(2, 3, 4) as f\n", {"N": 2, "T": 3, "D": 5})
    x = ran("x")[:, None]
    queries = tensor(x @ ran("f.Q").reshape(6, 4, 5).transpose(0, 2, 1))
    keys, values = (tensor(x @ ran(f"f.{name}").transpose(0, 2, 1)) for name in "KV")
    found = functional.scaled_dot_product_attention(queries, keys, values, is_causal=True, enable_gqa=True)
    ran.must_equal("y", found.numpy().transpose(0, 2, 1, 3).reshape(2, 3, 24) @ ran("f.O").T)


@pytest.mark.parametrize("memory", [False, True])
def test_sizes_of_keys_values_and_results(memory: bool) -> None:
    """Heads that do not divide D: 2 with 3 numbers in a key, 5 in a value, and 7 in the result; biases."""
    functional = engine("torch").nn.functional
    layer = "(x, m) -> cross_attention" if memory else "x -> mha"
    given = "2, bias = true, key = 3, value = 5, out = 7"
    text = f"dim N, T, S\ninput x : [N, T, 3], m : [N, S, 4]\ny = {layer}({given}) as f\n"
    ran = run(text, {"N": 2, "T": 3, "S": 5})
    source = {"q": ran("x"), "k": ran("m" if memory else "x"), "v": ran("m" if memory else "x")}
    parts = [
        tensor(source[name][:, None] @ ran(f"f.{name.upper()}").transpose(0, 2, 1) + ran(f"f.b{name}")[:, None])
        for name in "qkv"
    ]
    found = functional.scaled_dot_product_attention(*parts).numpy().transpose(0, 2, 1, 3).reshape(2, 3, 10)
    ran.must_equal("y", found @ ran("f.O").T + ran("f.bo"))


# ---- layers of Transformers --------------------------------------------------------------------


def fill_rest(module: Any, ran: Ran, path: str, norms: tuple[str, ...]) -> None:
    """The dense layers and the norms of an encoder or a decoder layer."""
    for number in (1, 2):
        dense = f"{path}.feed_forward.dense[{number}]"
        getattr(module, f"linear{number}").weight.data = tensor(ran(f"{dense}.W"))
        getattr(module, f"linear{number}").bias.data = tensor(ran(f"{dense}.b"))
    for number, norm in enumerate(norms, 1):
        getattr(module, f"norm{number}").weight.data = tensor(ran(f"{norm}.g"))
        getattr(module, f"norm{number}").bias.data = tensor(ran(f"{norm}.b"))


ENCODERS = {
    "encoder_layer(2, 6, bias = true)": ("f.h", {}),
    "encoder_layer(2, 6, act = gelu, bias = false)": ("f.h", {"activation": "gelu"}),
    "pre_encoder_layer(2, 6, bias = true)": ("f.h.layernorm", {"norm_first": True}),
    "pre_encoder_layer(2, 6, act = gelu, causal = true, bias = true)": (
        "f.h.layernorm",
        {"norm_first": True, "activation": "gelu"},
    ),
}


@pytest.mark.parametrize("layer", ENCODERS)
def test_encoder_layers_of_pytorch(layer: str) -> None:
    """Normalised after the sum, or before; without biases in the attention, PyTorch's are zero."""
    torch = engine("torch")
    first, settings = ENCODERS[layer]
    ran = run(f"dim N, T\ninput x : [N, T, 4]\ny = x -> {layer} as f\n", {"N": 2, "T": 3})
    module = torch.nn.TransformerEncoderLayer(4, 2, 6, dropout=0, batch_first=True, dtype=torch.float64, **settings)
    fill(module.self_attn, ran, "f.h.mha", "bias = true" in layer)
    fill_rest(module, ran, "f", (first, "f.layernorm"))
    with torch.no_grad():
        found = module(tensor(ran("x")), src_mask=later(3) if "causal" in layer else None)
    ran.must_equal("y", found.numpy())


def test_decoder_layers_of_pytorch() -> None:
    """Causal self-attention, attention to the memory, two dense layers."""
    torch = engine("torch")
    text = "dim N, T, S\ninput x : [N, T, 4], m : [N, S, 4]\ny = (x, m) -> decoder_layer(2, 6) as f\n"
    ran = run(text, {"N": 2, "T": 3, "S": 5})
    module = torch.nn.TransformerDecoderLayer(4, 2, 6, dropout=0, batch_first=True, dtype=torch.float64)
    fill(module.self_attn, ran, "f.h.mha", False)
    fill(module.multihead_attn, ran, "f.g.cross_attention", False)
    fill_rest(module, ran, "f", ("f.h", "f.g", "f.layernorm"))
    with torch.no_grad():
        found = module(tensor(ran("x")), tensor(ran("m")), tgt_mask=later(3))
    ran.must_equal("y", found.numpy())
