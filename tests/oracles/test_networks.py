"""Whole networks of `specs/`, as they stand there, are those that one builds of an engine's layers.

Independent truth: onnxruntime and PyTorch, layer by layer, with the weights of the run.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from .convolutions import onnx_kernel
from .engines import REFERENCE, RUNTIME, Array, Onnx, engine, tensor
from .running import Ran, channels_first, channels_last, run_file
from .test_recurrence import by_gates

ENGINES = pytest.mark.parametrize("onnx", [REFERENCE, RUNTIME], ids=lambda onnx: onnx.name)


def kernel(ran: Ran, path: str) -> Any:
    """A convolution's kernel as PyTorch has it."""
    return tensor(onnx_kernel(ran(f"{path}.K")))


def flat(image: Any) -> Any:
    """[N, C, H, W] as vectors that count rows, then columns, then channels."""
    return image.permute(0, 2, 3, 1).reshape(len(image), -1)


def test_lenet_of_pytorch() -> None:
    """Two convolutions, three dense layers; `flatten` counts channels last, PyTorch's own would count them first."""
    ran, functional = run_file("networks/lenet5.shape", {"N": 2}), engine("torch").nn.functional
    x = tensor(channels_first(ran("image")))
    for name in ("c1", "c3"):
        x = functional.conv2d(x, kernel(ran, name), tensor(ran(f"{name}.b"))).tanh()
        x = functional.avg_pool2d(x, 2)
    x = flat(x)
    for name in ("c5", "f6"):
        x = functional.linear(x, tensor(ran(f"{name}.W")), tensor(ran(f"{name}.b"))).tanh()
    ran.must_equal("y", functional.linear(x, tensor(ran("y.W")), tensor(ran("y.b"))).numpy())


@ENGINES
def test_lenet_of_onnx(onnx: Onnx) -> None:
    """Sums of hundreds of products, and tanh of them: in float32 the last digits are lost."""
    ran = run_file("networks/lenet5.shape", {"N": 1})
    x = channels_first(ran("image"))
    for name in ("c1", "c3"):
        (x,) = onnx("Tanh", onnx("Conv", x, onnx_kernel(ran(f"{name}.K")), ran(f"{name}.b"))[0])
        (x,) = onnx("AveragePool", x, kernel_shape=(2, 2), strides=(2, 2))
    x = channels_last(x).reshape(1, -1)
    for name in ("c5", "f6"):
        (x,) = onnx("Tanh", onnx("Gemm", x, ran(f"{name}.W"), ran(f"{name}.b"), transB=1)[0])
    ran.must_equal("y", onnx("Gemm", x, ran("y.W"), ran("y.b"), transB=1)[0])


def test_the_convolutional_autoencoder_of_pytorch() -> None:
    """SAME at stride 2 on an even side: nothing in front, one entry behind."""
    functional = engine("torch").nn.functional
    ran = run_file("networks/conv_autoencoder.shape", {"N": 2, "H": 8, "W": 12, "c": 3})
    x = tensor(channels_first(ran("image")))
    for path in ("code.down[1].conv2d", "code.conv2d"):
        x = functional.conv2d(functional.pad(x, (0, 1, 0, 1)), kernel(ran, path), tensor(ran(f"{path}.b")), 2).relu()
    ran.must_equal("code", channels_last(x.numpy()))
    for path in ("again.up.conv2d_transpose", "again"):
        weight = tensor(ran(f"{path}.K").transpose(2, 3, 0, 1))
        x = functional.conv_transpose2d(x, weight, tensor(ran(f"{path}.b")), 2)
        x = x.relu() if path != "again" else x
    ran.must_equal("again", channels_last(x.numpy()))


# ---- ResNet-18 ---------------------------------------------------------------------------------


def normed(ran: Ran, image: Any, path: str, stride: int) -> Any:
    """A convolution without bias, padded by half a kernel, and batch norm with the statistics of training."""
    functional, k = engine("torch").nn.functional, kernel(ran, f"{path}.conv2d")
    statistics = (tensor(ran(f"{path}.batchnorm.{name}")) for name in ("mu", "va", "g", "b"))
    return functional.batch_norm(functional.conv2d(image, k, None, stride, k.shape[2] // 2), *statistics)


def basic(ran: Ran, image: Any, path: str, stride: int) -> Any:
    """Two convolutions, and what goes past them."""
    main = normed(ran, normed(ran, image, f"{path}.main.cb[1]", stride).relu(), f"{path}.main", 1)
    return (main + (image if stride == 1 else normed(ran, image, f"{path}.short.cb", stride))).relu()


def test_resnet_of_pytorch() -> None:
    """ResNet-18 with all its weights, on small images: 1/32 of each side is left."""
    functional = engine("torch").nn.functional
    ran = run_file("networks/resnet18.shape", {"N": 2, "H": 32, "W": 64})
    x = normed(ran, tensor(channels_first(ran("image"))), "y.cb", 2).relu()
    x = functional.max_pool2d(x, 3, 2, 1)
    for stage, stride in (("c2", 1), ("c3", 2), ("c4", 2), ("c5", 2)):
        x = basic(ran, basic(ran, x, f"{stage}.basic[1]", stride), f"{stage}.basic[2]", 1)
    y = functional.linear(x.mean((2, 3)), tensor(ran("y.W")), tensor(ran("y.b")))
    ran.must_equal("y", y.numpy())


# ---- the slides' stacks ------------------------------------------------------------------------


SIZES = {"p": 3, "d": 2, "T": 5, "L": 3}


def parts(ran: Ran, name: str, layer: int) -> tuple[Array, Array]:
    """What of a layer's matrix is applied to what comes in, and what to its state of p numbers."""
    whole, p = ran(f"{name}[{layer}]"), ran.sizes["p"]
    return whole[:, :-p], whole[:, -p:]


@ENGINES
def test_the_slides_stack_of_grus_of_onnx(onnx: Onnx) -> None:
    """The states of a layer are the next one's input."""
    ran = run_file("slides/gru_stack.shape", SIZES)
    x = ran("x")[:, None]
    for layer in range(1, 4):
        w, u = (np.concatenate(both)[None] for both in zip(parts(ran, "W", layer), parts(ran, "V", layer)))
        x = onnx("GRU", x, w, u, hidden_size=3, linear_before_reset=0)[0][:, 0]
    near = 1e-12 if x.dtype == np.float64 else 1e-6
    assert np.allclose(ran("h[3]")[1:], x[:, 0], rtol=0, atol=near)


@ENGINES
def test_the_slides_stack_of_lstms_of_onnx(onnx: Onnx) -> None:
    """ONNX's gates are i, o, f, g."""
    ran = run_file("slides/lstm_stack.shape", SIZES)
    x = ran("x")[:, None]
    for layer in range(1, 4):
        w, u = (by_gates(part, "ifog", "iofg")[None] for part in parts(ran, "W", layer))
        x = onnx("LSTM", x, w, u, hidden_size=3)[0][:, 0]
    near = 1e-12 if x.dtype == np.float64 else 1e-6
    assert np.allclose(ran("h[3]")[1:], x[:, 0], rtol=0, atol=near)


def test_the_slides_stack_of_lstms_of_pytorch() -> None:
    """`num_layers = 3`; the last cell states of all layers agree, too."""
    torch = engine("torch")
    ran = run_file("slides/lstm_stack.shape", SIZES)
    module = torch.nn.LSTM(2, 3, num_layers=3, bias=False, dtype=torch.float64)
    for layer in range(1, 4):
        for ending, part in zip(("ih", "hh"), parts(ran, "W", layer)):
            getattr(module, f"weight_{ending}_l{layer - 1}").data = tensor(by_gates(part, "ifog", "ifgo"))
    with torch.no_grad():
        hidden, (_, cells) = module(tensor(ran("x")))
    assert np.allclose(ran("h[3]")[1:], hidden.numpy(), rtol=0, atol=1e-12)
    assert np.allclose(ran("c")[:, -1], cells.numpy(), rtol=0, atol=1e-12)


@ENGINES
def test_the_slides_encoder_and_decoder_of_onnx(onnx: Onnx) -> None:
    """Under teacher forcing the decoder reads the word before and the context, and starts from the context."""
    ran = run_file("slides/encoder_decoder.shape", {"S": 3, "T": 4, "d": 2, "e": 3, "p": 4, "V": 5})

    def gru(path: str, x: Array, start: Array) -> Array:
        whole = [ran(f"{path}.{name}") for name in "WV"]
        w, u = (np.concatenate([m[:, cut] for m in whole])[None] for cut in (slice(None, -4), slice(-4, None)))
        return onnx("GRU", x[:, None], w, u, None, None, start[None, None], hidden_size=4)[0][:, 0, 0]

    context = gru("enc", ran("x"), np.zeros(4))[-1]
    read = np.concatenate([ran("y"), np.tile(context, (4, 1))], axis=1)
    said = onnx("Softmax", gru("dec", read, context) @ ran("U").T.astype(context.dtype), axis=-1)[0]
    ran.must_equal("o", said)
