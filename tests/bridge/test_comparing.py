"""A module beside a spec: equal ones agree, and each likely mistake is named with its layer and its cause."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

import shapecheck
from shapecheck.bridge import from_torch
from shapecheck.bridge.comparing.side_by_side import Verdict, compare_module
from shapecheck.bridge.errors import BridgeError
from shapecheck.cli import main
from tests.bridge.test_from_torch import pytorch


def _compared(text: str, module: Any, **named: Any) -> Verdict:
    return compare_module(shapecheck.loads(text), module, **named)


def _told(text: str, module: Any, **named: Any) -> str:
    """The first difference, without the sizes at which it was found."""
    found = _compared(text, module, **named).difference
    assert found is not None
    return found.partition("\nat ")[0]


CONVOLUTIONS = """
dim N, H, W
assume H >= 7, W >= 7
input image : [N, H, W, 3]
output y
y = image -> conv2d(4, 3 x 3, bias = false) as c1 -> batchnorm as n -> relu -> conv2d(6, 3 x 3) as c2 -> relu
  -> globalpool -> dense(5) as fc
"""


def _network(**changes: Any) -> Any:
    """The module of that spec, some of its layers changed."""
    nn = pytorch().nn
    pytorch().manual_seed(0)
    layers = {
        "first": nn.Conv2d(3, 4, 3, bias=False), "norm": nn.BatchNorm2d(4), "relu": nn.ReLU(),
        "second": nn.Conv2d(4, 6, 3), "again": nn.ReLU(), "pool": nn.AdaptiveAvgPool2d(1), "flat": nn.Flatten(),
        "last": nn.Linear(6, 5),
    }  # fmt: skip
    module = nn.Sequential()
    for layer in {**layers, **changes}.values():
        if layer is not None:
            module.append(layer)
    for part in module.modules():
        if isinstance(part, nn.BatchNorm2d):
            part.running_mean.normal_()
            part.running_var.uniform_(0.5, 2)
    return module


def test_the_same_network_agrees() -> None:
    """Names that have nothing in common: paired by kind, in the order of use; equal up to double precision."""
    found = _compared(CONVOLUTIONS, _network())
    assert found.difference is None
    assert (found.layers, len(found.settings)) == (4, 2)
    assert found.largest < 1e-12
    assert found.weights["fc.W"].shape == (5, 6)


def test_numbers_in_names_are_not_taken_for_places() -> None:
    """`c1`, `c2`, `c3` beside a sequence that counts from 0: paired in order, although `c1` might be layer 1."""
    nn = pytorch().nn
    text = (
        "dim N, H, W\nassume H >= 7, W >= 7\ninput x : [N, H, W, 3]\noutput y\n"
        "y = x -> conv2d(3, 3 x 3) as c1 -> conv2d(3, 3 x 3) as c2 -> conv2d(3, 3 x 3) as c3\n"
    )
    assert _compared(text, nn.Sequential(*(nn.Conv2d(3, 3, 3) for _ in range(3)))).difference is None


def test_another_number_of_filters_is_marked() -> None:
    """Both layers, both shapes, and the axis."""
    told = _told(CONVOLUTIONS, _network(second=pytorch().nn.Conv2d(4, 8, 3), last=pytorch().nn.Linear(8, 5)))
    assert told == ("c2 (conv2d) and 3 (Conv2d): the weight K is 3 x 3 x 4 x [6], 3.weight gives 3 x 3 x 4 x [8]")


def test_layers_without_a_counterpart_are_named() -> None:
    """A norm that was left out, and a layer too many."""
    assert _told(CONVOLUTIONS, _network(norm=None)) == "the module has no layer for n (batchnorm)"
    nn = pytorch().nn
    assert _told(CONVOLUTIONS, _network(more=nn.Linear(5, 5))) == "the spec has no layer for 8 (Linear)"


def test_epsilon() -> None:
    """Planted: 1e-3, as Keras has it."""
    told = _told(CONVOLUTIONS, _network(norm=pytorch().nn.BatchNorm2d(4, eps=1e-3)))
    assert told.startswith("n (batchnorm) and 1 (BatchNorm2d): values differ by ")
    assert told.endswith("\nlikely cause: epsilon: 1e-05 in the spec, 0.001 in the module; write eps = 0.001")


def test_a_missing_bias() -> None:
    """Planted on either side, and a bias that the module has but does not add."""
    nn = pytorch().nn
    told = _told(CONVOLUTIONS, _network(second=nn.Conv2d(4, 6, 3, bias=False)))
    assert told == (
        "c2 (conv2d) and 3 (Conv2d): the spec has the weight b, the module no bias\n"
        "likely cause: the module's layer has no bias; write bias = false"
    )
    told = _told(CONVOLUTIONS, _network(first=nn.Conv2d(3, 4, 3)))
    assert told == (
        "c1 (conv2d) and 0 (Conv2d): the module has bias, the spec no weight b\n"
        "likely cause: the spec's layer has no bias; leave out bias = false"
    )

    class Forgetful(nn.Linear):  # type: ignore[misc, name-defined]
        def forward(self, x: Any) -> Any:
            return x @ self.weight.T

    assert _told(CONVOLUTIONS, _network(last=Forgetful(6, 5))).endswith(
        "\nlikely cause: a missing bias: the module does not add b"
    )


def test_a_transposed_kernel() -> None:
    """Planted in the shape, and in the values of square kernels and matrices."""
    nn = pytorch().nn
    wide = CONVOLUTIONS.replace("conv2d(6, 3 x 3) as c2", "conv2d(6, 2 x 3) as c2")
    told = _told(wide, _network(second=nn.Conv2d(4, 6, (3, 2))))
    assert "the weight K is [2] x [3] x 4 x 6, 3.weight gives [3] x [2] x 4 x 6" in told
    assert told.endswith("\nlikely cause: a transposed kernel: its axes 1 and 2 are exchanged")

    class Turned(nn.Conv2d):  # type: ignore[misc, name-defined]
        def forward(self, x: Any) -> Any:
            return nn.functional.conv2d(x, self.weight.transpose(2, 3), self.bias)

    assert _told(CONVOLUTIONS, _network(second=Turned(4, 6, 3))).endswith(
        "\nlikely cause: a transposed kernel: the module exchanges axes 1 and 2 of K"
    )

    class TurnedMatrix(nn.Linear):  # type: ignore[misc, name-defined]
        def forward(self, x: Any) -> Any:
            return x @ self.weight + self.bias

    square = CONVOLUTIONS.replace("dense(5)", "dense(6)")
    assert _told(square, _network(last=TurnedMatrix(6, 6))).endswith(
        "\nlikely cause: a transposed kernel: the module exchanges axes 1 and 2 of W"
    )


def test_padding_on_another_side() -> None:
    """Planted: SAME has its odd zero behind; the module pads in front."""
    nn = pytorch().nn
    same = "dim N, H, W\ninput x : [N, H, W, 3]\noutput y\ny = x -> conv2d(4, 2 x 2, pad = SAME) as c\n"
    assert _compared(same, nn.Sequential(nn.ZeroPad2d((0, 1, 0, 1)), nn.Conv2d(3, 4, 2))).difference is None
    told = _told(same, nn.Sequential(nn.ZeroPad2d((1, 0, 1, 0)), nn.Conv2d(3, 4, 2)))
    assert told.startswith("c (conv2d) and 1 (Conv2d): values differ by ")
    sides = "0 before and 1 behind in the spec, 1 before and 0 behind in the module"
    assert told.endswith(f"\nlikely cause: padding on another side: {sides}")


def _scores(layer: Any) -> Any:
    nn = pytorch().nn

    class Scores(nn.Module):  # type: ignore[misc, name-defined]
        def __init__(self) -> None:
            super().__init__()
            self.rnn, self.out = layer, nn.Linear(layer.hidden_size, 3)

        def forward(self, x: Any) -> Any:
            return self.out(self.rnn(x)[0])

    return Scores()


def _turned(base: Any, order: tuple[int, ...]) -> Any:
    """A recurrent layer that takes its rows for gates in another order."""

    class Turned(base):  # type: ignore[misc]
        def forward(self, x: Any) -> Any:
            other = base(self.input_size, self.hidden_size, batch_first=True).to(x.dtype)
            for name, value in self.named_parameters():
                parts = value.chunk(len(order))
                getattr(other, name).data = pytorch().cat([parts[at] for at in order])
            return other(x)

    return Turned(4, 5, batch_first=True)


def test_order_of_gates() -> None:
    """Planted: rows z, r, n of a GRU, as Keras has them, and i, f, o, g of an LSTM, as on the slides."""
    nn = pytorch().nn
    gru = "dim N, T\ninput x : [N, T, 4]\noutput y\ny = x -> gru_pytorch(5) as g -> dense(3) as fc\n"
    assert _compared(gru, _scores(nn.GRU(4, 5, batch_first=True))).difference is None
    told = _told(gru, _scores(_turned(nn.GRU, (1, 0, 2))))
    assert told.endswith("\nlikely cause: order of gates: r, z, n in the spec, z, r, n in the module")
    told = _told(gru.replace("gru_pytorch", "lstm_pytorch"), _scores(_turned(nn.LSTM, (0, 1, 3, 2))))
    assert told.endswith("\nlikely cause: order of gates: i, f, g, o in the spec, i, f, o, g in the module")


def test_what_goes_in_differs_already() -> None:
    """Planted: another activation between two layers that are equal themselves."""
    told = _told(CONVOLUTIONS, _network(relu=pytorch().nn.Tanh()))
    assert told.startswith("c2 (conv2d) and 3 (Conv2d): values differ by ")
    assert told.endswith("what goes into the layer differs already: look in front of it")


def test_what_comes_after_the_last_layer() -> None:
    """Planted: a softmax at the end."""
    told = _told(CONVOLUTIONS, _network(end=pytorch().nn.Softmax(-1)))
    assert told.startswith("y: values differ by ")


@pytest.mark.parametrize("name", ["encoder", "flattened", "deep"])
def test_an_imported_spec_agrees_with_its_module(name: str) -> None:
    """By the names of the import: attention in repeats, a flattened image, and blocks that are repeated."""
    nn, zeros = pytorch().nn, pytorch().zeros
    convolution = nn.Sequential(nn.Conv2d(3, 3, 3, padding=1), nn.BatchNorm2d(3), nn.ReLU())
    blocks = [convolution, *(nn.Sequential(nn.Conv2d(3, 3, 3, padding=1), nn.BatchNorm2d(3), nn.ReLU()) for _ in "abc")]
    module, example, axes = {
        "encoder": (
            nn.TransformerEncoder(nn.TransformerEncoderLayer(8, 2, 12, batch_first=True), 2), zeros(2, 5, 8),
            {0: "N", 1: "T"},
        ),
        "flattened": (nn.Sequential(nn.Conv2d(3, 4, 3), nn.Flatten(), nn.Linear(96, 5)), zeros(2, 3, 8, 6), {0: "N"}),
        "deep": (nn.Sequential(*blocks), zeros(2, 3, 8, 8), {0: "N", 2: "H", 3: "W"}),
    }[name]  # fmt: skip
    found = _compared(from_torch(module, example, axes).text, module)
    assert found.difference is None
    assert found.layers > 1


def test_what_cannot_be_compared_is_told() -> None:
    """No module, no output, and a module that takes other inputs."""
    linear = pytorch().nn.Linear(2, 2)
    with pytest.raises(BridgeError, match=r"object is no torch\.nn\.Module"):
        _compared(CONVOLUTIONS, object())
    with pytest.raises(BridgeError, match="the spec declares no output"):
        _compared("dim n\ninput x : n\ny = x -> dense(2)\n", linear)
    with pytest.raises(BridgeError, match=r"the module fails at N = \d+, H = \d+, W = \d+, on image : "):
        _compared(CONVOLUTIONS, linear)


def test_for_tests_there_is_an_assertion() -> None:
    """`assert_module_matches` says nothing where all agrees, else what the command says."""
    from shapecheck.testing import assert_module_matches

    spec = shapecheck.loads(CONVOLUTIONS)
    assert_module_matches(spec, _network(), profile="pytorch", outputs="y")
    with pytest.raises(AssertionError, match="likely cause: epsilon"):
        assert_module_matches(spec, _network(norm=pytorch().nn.BatchNorm2d(4, eps=1e-3)))


PROGRAM = """
from torch import nn


def net():
    return nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 2))
"""


def test_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit code 0 and the weights under the spec's names, with which `run` gives what the module gives; else 1 or 2."""
    pytorch()
    (tmp_path / "compared_nets.py").write_text(PROGRAM)
    spec = "dim N\ninput x : [N, 3]\noutput y\ny = x -> dense(4) as a -> relu -> dense(2) as b\n"
    (tmp_path / "net.shape").write_text(spec)
    (tmp_path / "wide.shape").write_text(spec.replace("dense(4)", "dense(5)"))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])

    def told(*words: str) -> tuple[int, str]:
        result = CliRunner().invoke(main, ["compare", *words])
        return result.exit_code, result.output

    code, output = told("net.shape", "compared_nets:net", "--save", "w.npz")
    assert code == 0, output
    assert output.startswith("compared_nets:net is the network of net.shape: 2 layers with weights, equal at N = ")
    assert sorted(np.load("w.npz").files) == ["a.W", "a.b", "b.W", "b.b"]
    code, output = told("wide.shape", "compared_nets:net")
    assert code == 1
    assert "a (dense) and 0 (Linear): the weight W is [5] x 3, 0.weight gives [4] x 3\nat N = " in output
    assert told("net.shape", "compared_nets:nat")[0] == 2
    assert told("net.shape", "net.py")[1].startswith("shapecheck: 'net.py' names no module; write package.module:Net")
    assert told("net.shape", "compared_nets:net", "--outputs", "z")[0] == 2
