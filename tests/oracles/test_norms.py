"""The library's norms, activations and pieces that move numbers about are those of ONNX and of PyTorch.

Independent truth: the engines, on drawn numbers; whatever constants they have are asked for by name.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from .engines import REFERENCE, RUNTIME, Array, Onnx, engine, tensor
from .running import Ran, channels_first, channels_last, run

ENGINES = pytest.mark.parametrize("onnx", [REFERENCE, RUNTIME], ids=lambda onnx: onnx.name)
ROWS = {"N": 3, "C": 5}
IMAGES = {"N": 2, "H": 3, "W": 4, "C": 6}


def rows(layer: str) -> Ran:
    """A layer on vectors."""
    return run(f"dim N, C\ninput x : [N, C]\ny = x -> {layer} as f\n", ROWS)


def images(layer: str, assume: str = "") -> Ran:
    """A layer on images."""
    return run(f"dim N, H, W, C\n{assume}\ninput x : [N, H, W, C]\ny = x -> {layer} as f\n", IMAGES)


# ---- norms -------------------------------------------------------------------------------------


@ENGINES
def test_layer_norm_of_onnx(onnx: Onnx) -> None:
    """Over the last axis, with a scale and a shift."""
    ran = rows("layernorm(eps = 0.25)")
    (found,) = onnx("LayerNormalization", ran("x"), ran("f.g"), ran("f.b"), axis=-1, epsilon=0.25)
    ran.must_equal("y", found)


def test_layer_norm_of_pytorch() -> None:
    """The default of `eps` is PyTorch's."""
    ran, functional = rows("layernorm"), engine("torch").nn.functional
    found = functional.layer_norm(tensor(ran("x")), (5,), tensor(ran("f.g")), tensor(ran("f.b")))
    ran.must_equal("y", found.numpy())


@pytest.mark.parametrize(("scale", "shift"), [(False, True), (True, False), (False, False)])
def test_norms_without_scale_or_shift_of_pytorch(scale: bool, shift: bool) -> None:
    """What is left out is left out there, too."""
    functional, given = engine("torch").nn.functional, f"scale = {scale}, shift = {shift}".lower()

    def weights(ran: Ran) -> tuple[Any, Any]:
        return tensor(ran("f.g")) if scale else None, tensor(ran("f.b")) if shift else None

    ran = rows(f"layernorm({given})")
    ran.must_equal("y", functional.layer_norm(tensor(ran("x")), (5,), *weights(ran)).numpy())
    ran = rows(f"batchnorm({given})")
    statistics = tensor(ran("f.mu")), tensor(ran("f.va"))
    ran.must_equal("y", functional.batch_norm(tensor(ran("x")), *statistics, *weights(ran)).numpy())
    for layer, function in (("groupnorm(2, ", lambda x, w: functional.group_norm(x, 2, *w)),
                            ("instancenorm(", lambda x, w: functional.instance_norm(x, None, None, *w))):  # fmt: skip
        ran = images(f"{layer}{given})", "assume C % 2 == 0")
        found = function(tensor(channels_first(ran("x"))), weights(ran)).numpy()
        ran.must_equal("y", channels_last(found))


@ENGINES
def test_root_mean_square_norm_of_onnx(onnx: Onnx) -> None:
    """ONNX's default of `epsilon` is the library's."""
    ran = rows("rmsnorm")
    ran.must_equal("y", onnx("RMSNormalization", ran("x"), ran("f.g"), axis=-1)[0])


def test_root_mean_square_norm_of_pytorch() -> None:
    """PyTorch's default is the precision of the numbers, so it is said."""
    ran, functional = rows("rmsnorm"), engine("torch").nn.functional
    ran.must_equal("y", functional.rms_norm(tensor(ran("x")), (5,), tensor(ran("f.g")), 1e-5).numpy())


BATCH_NORM = ("f.g", "f.b", "f.mu", "f.va")


@ENGINES
def test_batch_norm_of_onnx(onnx: Onnx) -> None:
    """With the statistics of training; channels stand first in ONNX."""
    ran = images("batchnorm")
    (found,) = onnx("BatchNormalization", channels_first(ran("x")), *map(ran, BATCH_NORM))
    ran.must_equal("y", channels_last(found))


def test_batch_norm_of_pytorch() -> None:
    """As `eval` runs it."""
    ran, functional = images("batchnorm(eps = 0.001)"), engine("torch").nn.functional
    g, b, mu, va = (tensor(ran(name)) for name in BATCH_NORM)
    found = functional.batch_norm(tensor(channels_first(ran("x"))), mu, va, g, b, eps=0.001)
    ran.must_equal("y", channels_last(found.numpy()))


@ENGINES
@pytest.mark.parametrize("groups", [1, 2, 3, 6])
def test_group_norm_of_onnx(onnx: Onnx, groups: int) -> None:
    """Over pixels and the channels of a group; ONNX takes the statistics in float32."""
    ran = images(f"groupnorm({groups})", f"assume C % {groups} == 0")
    image, g, b = channels_first(ran("x")), ran("f.g"), ran("f.b")
    ran.must_equal("y", channels_last(onnx("GroupNormalization", image, g, b, num_groups=groups)[0]), single=True)


@pytest.mark.parametrize("groups", [1, 2, 3, 6])
def test_group_norm_of_pytorch(groups: int) -> None:
    """The default of `eps` is PyTorch's."""
    ran, functional = images(f"groupnorm({groups})", f"assume C % {groups} == 0"), engine("torch").nn.functional
    image, g, b = tensor(channels_first(ran("x"))), tensor(ran("f.g")), tensor(ran("f.b"))
    ran.must_equal("y", channels_last(functional.group_norm(image, groups, g, b).numpy()))


# ---- activations -------------------------------------------------------------------------------

ONNX_ACTIVATIONS: dict[str, tuple[str, dict[str, Any]]] = {
    "softmax": ("Softmax", {"axis": -1}),
    "log_softmax": ("LogSoftmax", {"axis": -1}),
    "sigm": ("Sigmoid", {}),
    "tanh": ("Tanh", {}),
    "relu": ("Relu", {}),
    "gelu": ("Gelu", {}),
    "softplus": ("Softplus", {}),
    "mish": ("Mish", {}),
    "leaky_relu": ("LeakyRelu", {}),
    "elu": ("Elu", {}),
    "hard_sigmoid": ("HardSigmoid", {"alpha": 1 / 6}),
    "hard_swish": ("HardSwish", {}),
}


@ENGINES
@pytest.mark.parametrize("name", ONNX_ACTIVATIONS)
def test_activations_of_onnx(onnx: Onnx, name: str) -> None:
    """On numbers from -2 to 2; constants are float32 in ONNX, and its own slope of the hard sigmoid is 1/5."""
    ran = run(f"dim N, C\ninput x : [N, C]\ny[n in 0..N-1] = {name}(x[n])\n", {"N": 4, "C": 7})
    operator, attributes = ONNX_ACTIVATIONS[name]
    ran.must_equal("y", onnx(operator, ran("x"), **attributes)[0], single=True)


TORCH_ACTIVATIONS: dict[str, Callable[[Any, Any], Any]] = {
    "softmax": lambda f, x: f.softmax(x, -1),
    "log_softmax": lambda f, x: f.log_softmax(x, -1),
    "sigm": lambda f, x: f.sigmoid(x),
    "relu6": lambda f, x: f.relu6(x),
    "silu": lambda f, x: f.silu(x),
    "swish": lambda f, x: f.silu(x),
    "gelu": lambda f, x: f.gelu(x),
    "softplus": lambda f, x: f.softplus(x),
    "mish": lambda f, x: f.mish(x),
    "leaky_relu": lambda f, x: f.leaky_relu(x),
    "elu": lambda f, x: f.elu(x),
    "hard_sigmoid": lambda f, x: f.hardsigmoid(x),
    "hard_swish": lambda f, x: f.hardswish(x),
}


@pytest.mark.parametrize("name", TORCH_ACTIVATIONS)
def test_activations_of_pytorch(name: str) -> None:
    """On numbers from -8 to 8, so that both ends of the hard ones are met; `gelu` is the exact one."""
    ran = run(f"dim N, C\ninput x : [N, C]\ny[n in 0..N-1] = {name}(4 * x[n])\n", {"N": 4, "C": 7})
    functional = engine("torch").nn.functional
    ran.must_equal("y", TORCH_ACTIVATIONS[name](functional, 4 * tensor(ran("x"))).numpy())


# ---- dense layers, and what only moves numbers -------------------------------------------------


@ENGINES
def test_dense_of_onnx(onnx: Onnx) -> None:
    """W has a row for each output: `transB`."""
    ran = run("dim N, m, n\ninput x : [N, m]\ny = x -> dense(n) as f\n", {"N": 3, "m": 4, "n": 2})
    ran.must_equal("y", onnx("Gemm", ran("x"), ran("f.W"), ran("f.b"), transB=1)[0], exactly=True)


@ENGINES
def test_embedding_of_onnx(onnx: Onnx) -> None:
    """Rows of a table."""
    ran = run("dim N, T\ninput t : [N, T] in 0..6\ny = t -> embedding(7, 3) as f\n", {"N": 2, "T": 4})
    ran.must_equal("y", onnx("Gather", ran("f.E"), ran("t").astype(np.int64))[0], exactly=True)


@ENGINES
def test_pixels_from_channels_of_onnx(onnx: Onnx) -> None:
    """The order that ONNX calls CRD is that of Shi et al. 2016."""
    ran = run("dim N, H, W, c\ninput x : [N, H, W, 4c]\ny = x -> pixel_shuffle(2)\n", {"N": 2, "H": 3, "W": 2, "c": 3})
    (found,) = onnx("DepthToSpace", channels_first(ran("x")), blocksize=2, mode="CRD")
    ran.must_equal("y", channels_last(found), exactly=True)


def moved(functional: Any) -> dict[str, Callable[[Any], Any]]:
    """What PyTorch calls the same."""
    return {
        "pixel_shuffle(2)": lambda x: functional.pixel_shuffle(x, 2),
        "upsample(3)": lambda x: functional.interpolate(x, scale_factor=3, mode="nearest"),
        "zeropad(2)": lambda x: functional.pad(x, (2, 2, 2, 2)),
    }


@pytest.mark.parametrize("layer", ["pixel_shuffle(2)", "upsample(3)", "zeropad(2)"])
def test_resizing_of_pytorch(layer: str) -> None:
    """Nothing is computed."""
    ran = run(f"dim N, H, W, c\ninput x : [N, H, W, 4c]\ny = x -> {layer}\n", {"N": 2, "H": 3, "W": 2, "c": 2})
    found: Array = moved(engine("torch").nn.functional)[layer](tensor(channels_first(ran("x")))).numpy()
    ran.must_equal("y", channels_last(found), exactly=True)
