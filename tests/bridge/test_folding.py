"""Equal runs of lines become blocks and `repeat`, with the weights where the spec reads them.

Independent truth: onnxruntime, and the number of blocks that the module was made of.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from shapecheck.bridge import import_model
from tests.bridge.models import agrees, exported, numbers, onnx_file
from tests.oracles.engines import engine


def _residual_net(path: Path, widths: list[int], names: bool = True) -> Path:
    """Residual blocks of two dense layers; widths that differ go through a projection."""
    nodes: list[tuple[Any, ...]] = []
    constants: dict[str, Any] = {}
    before, width = "x", 4
    for place, inner in enumerate(widths):
        stem = f"blocks.{place}" if names else f"w{place}"
        for role, shape in (("up", (inner, width)), ("down", (width, inner))):
            constants[f"{stem}.{role}.weight"] = numbers(*shape, seed=2 * place + (role == "up"))
            constants[f"{stem}.{role}.bias"] = numbers(shape[0], seed=place)
        nodes += [
            ("Gemm", [before, f"{stem}.up.weight", f"{stem}.up.bias"], [f"u{place}"], {"transB": 1}),
            ("Relu", [f"u{place}"], [f"r{place}"]),
            ("Gemm", [f"r{place}", f"{stem}.down.weight", f"{stem}.down.bias"], [f"d{place}"], {"transB": 1}),
            ("Add", [before, f"d{place}"], [f"b{place}"]),
        ]
        before = f"b{place}"
    nodes.append(("Softmax", [before], ["y"]))
    return onnx_file(path, nodes, {"x": ["batch", 4]}, ["y"], constants)


def test_equal_blocks_in_a_row_are_a_repeat(tmp_path: Path) -> None:
    """Four blocks with the same sizes: one layer, one `repeat(4, ..)`, and the weights stacked in the blocks' order."""
    model = agrees(_residual_net(tmp_path / "m.onnx", [6, 6, 6, 6]))
    assert model.text.count("layer block()") == 1
    assert "y = x -> repeat(4, block) as blocks -> softmax\n" in model.text
    assert model.weights["blocks.up.W"].shape == (4, 6, 4)
    np.testing.assert_array_equal(model.weights["blocks.up.W"][2], numbers(6, 4, seed=5))


def test_blocks_of_several_sizes_have_a_parameter(tmp_path: Path) -> None:
    """Each size once: a layer with a parameter, used by name; the weights belong to the uses."""
    model = agrees(_residual_net(tmp_path / "m.onnx", [6, 8, 10, 12]))
    assert "layer block(n) {" in model.text
    assert "  -> block(6) as blocks_0\n  -> block(8) as blocks_1\n" in model.text
    assert model.weights["blocks_1.up.W"].shape == (8, 4)


def test_names_are_not_needed(tmp_path: Path) -> None:
    """Weights whose names say nothing of blocks: the runs are found by their lines."""
    model = agrees(_residual_net(tmp_path / "m.onnx", [6, 6, 6, 6], names=False))
    assert "repeat(" in model.text


def test_flat_writes_every_line(tmp_path: Path) -> None:
    """`--flat` asks for the lines as they come, and the model is the same."""
    path = _residual_net(tmp_path / "m.onnx", [6, 6, 6])
    model = agrees(path, fold=False)
    assert "layer " not in model.text
    assert model.text.count("-> dense(6) as blocks_") == 3


@pytest.mark.parametrize("count", [2, 5])
def test_a_vision_transformer_is_a_few_lines(tmp_path: Path, count: int) -> None:
    """Attention that is written out, in a block, repeated as often as the module was."""
    torch = engine("torch")
    nn, functional = torch.nn, torch.nn.functional

    class Block(nn.Module):  # type: ignore[misc,name-defined]
        def __init__(self) -> None:
            super().__init__()
            self.n1, self.n2 = nn.LayerNorm(12), nn.LayerNorm(12)
            self.qkv, self.proj = nn.Linear(12, 36), nn.Linear(12, 12)
            self.fc1, self.fc2 = nn.Linear(12, 20), nn.Linear(20, 12)

        def forward(self, x: Any) -> Any:
            n, t, d = x.shape
            q, k, v = self.qkv(self.n1(x)).view(n, t, 3, 3, 4).permute(2, 0, 3, 1, 4)
            a = (q @ k.transpose(-1, -2) * 0.5).softmax(-1)
            x = x + self.proj((a @ v).transpose(1, 2).reshape(n, t, d))
            return x + self.fc2(functional.gelu(self.fc1(self.n2(x))))

    class Net(nn.Module):  # type: ignore[misc,name-defined]
        def __init__(self) -> None:
            super().__init__()
            self.patch, self.head = nn.Conv2d(3, 12, 4, 4), nn.Linear(12, 5)
            self.blocks = nn.Sequential(*(Block() for _ in range(count)))

        def forward(self, x: Any) -> Any:
            return self.head(self.blocks(self.patch(x).flatten(2).transpose(1, 2)).mean(1))

    path = exported(Net(), torch.zeros(1, 3, 8, 12), tmp_path / "vit.onnx", {"x": {0: "batch"}})
    model = agrees(path)
    assert f"-> repeat({count}, block) as blocks" in model.text
    assert "-> gelu" in model.text


def test_a_block_that_the_language_does_not_allow_is_not_made(tmp_path: Path) -> None:
    """Where blocks would have errors, the lines are written: the spec of an import has only errors of the model."""
    path = _residual_net(tmp_path / "m.onnx", [6, 6])
    assert import_model(path).text.count("error") == 0
