"""Whole models: what is written is what a person would write, and it computes what onnxruntime computes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from shapecheck.cli import main
from tests.bridge.models import agrees, exported, numbers, onnx_file
from tests.oracles.engines import engine


def _run(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, list(words))
    return result.exit_code, result.output


def _mlp(path: Path) -> Path:
    nodes = [
        ("Gemm", ["x", "fc1.weight", "fc1.bias"], ["a"], {"transB": 1}),
        ("Relu", ["a"], ["b"]),
        ("Gemm", ["b", "fc2.weight", "fc2.bias"], ["c"], {"transB": 1}),
        ("Softmax", ["c"], ["y"]),
    ]
    weights = {"fc1.weight": numbers(6, 4), "fc1.bias": numbers(6), "fc2.weight": numbers(3, 6), "fc2.bias": numbers(3)}
    return onnx_file(path, nodes, {"x": ["batch", 4]}, ["y"], weights)


def test_a_perceptron_is_one_chain(tmp_path: Path) -> None:
    """Layers by the names of their weights, activations in the chain, the dynamic axis as a size; written by hand."""
    model = agrees(_mlp(tmp_path / "mlp.onnx"))
    assert model.text == (
        "# From the ONNX model mlp.onnx.\n"
        "# Sizes: N for batch.\n"
        "dim N\n"
        "input x : [N, 4]\n"
        "output y\n"
        "y = x -> dense(6) as fc1 -> relu -> dense(3) as fc2 -> softmax\n"
    )


def test_lenet_from_pytorch_has_its_channels_last(tmp_path: Path) -> None:
    """Convolutions, pools and a flattening in front of dense layers, whose columns are put in the order of the spec."""
    nn = engine("torch").nn
    lenet = nn.Sequential(
        nn.Conv2d(1, 4, 5), nn.Tanh(), nn.AvgPool2d(2), nn.Conv2d(4, 6, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(6 * 3 * 4, 5),
    )  # fmt: skip
    example = engine("torch").zeros(1, 1, 16, 20)
    model = agrees(exported(lenet, example, tmp_path / "lenet.onnx", {"x": {0: "batch"}}))
    assert "# Images have their channels last" in model.text
    assert "input x : [N, 16, 20, 1]\n" in model.text
    assert "-> avgpool(2)" in model.text
    assert "-> flatten" in model.text


def test_the_weights_run_with_the_spec(tmp_path: Path) -> None:
    """What `--weights` writes, `run --weights` reads: the output of the command is that of the model, in NumPy."""
    path = _mlp(tmp_path / "mlp.onnx")
    spec, weights, inputs, out = (str(tmp_path / name) for name in ("m.shape", "w.npz", "x.npy", "o.npz"))
    code, told = _run("import", str(path), "-o", spec, "--weights", weights, "--verify")
    assert code == 0, told
    assert "as in the model" in told
    x = numbers(2, 4, seed=7).astype(np.float64)
    np.save(inputs, x)
    assert _run("run", spec, "--set", "N=2", "--weights", weights, "--input", f"x={inputs}", "-o", out)[0] == 0
    arrays = np.load(weights)
    h = np.maximum(x @ arrays["fc1.W"].T + arrays["fc1.b"], 0) @ arrays["fc2.W"].T + arrays["fc2.b"]
    expected = np.exp(h) / np.exp(h).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(np.load(out)["y"], expected, rtol=1e-12)


def test_a_fixed_axis_becomes_a_size(tmp_path: Path) -> None:
    """`--symbolic H,W` asks what a model accepts that was exported for one size of images."""
    nodes = [
        ("Conv", ["x", "c.weight", "c.bias"], ["a"], {"pads": [1, 1, 1, 1], "strides": [2, 2]}),
        ("GlobalAveragePool", ["a"], ["y"]),
    ]
    constants = {"c.weight": numbers(4, 3, 3, 3), "c.bias": numbers(4)}
    path = onnx_file(tmp_path / "m.onnx", nodes, {"x": [1, 3, 8, 10]}, ["y"], constants)
    assert "input x : [1, 8, 10, 3]" in agrees(path).text
    model = agrees(path, symbolic=["H", "W"])
    assert "dim H, W\n" in model.text
    assert "input x : [1, H, W, 3]" in model.text
    assert "dim K\n" in agrees(path, symbolic=["K=x:2"]).text


@pytest.mark.parametrize("keep", [0, 100, 1500])
def test_what_is_no_model_is_refused_in_one_line(tmp_path: Path, keep: int) -> None:
    """An empty file, a truncated one, and one with something else in it: exit code 2, and nothing is written."""
    whole = _mlp(tmp_path / "whole.onnx").read_bytes()
    broken, output = tmp_path / "broken.onnx", tmp_path / "out.shape"
    broken.write_bytes(whole[: min(keep, len(whole) - 60)])
    code, told = _run("import", str(broken), "-o", str(output))
    assert (code, output.exists()) == (2, False)
    assert told.startswith("shapecheck: ")
    assert told.count("\n") == 1


def test_all_nodes_that_cannot_be_said_are_told_at_once(tmp_path: Path) -> None:
    """Two operators without a rule: both are listed by operator and name, exit code 1; the rest comes on demand."""
    nodes = [
        ("NonZero", ["x"], ["where"]),
        ("TopK", ["x", "k"], ["best", "places"], {}),
        ("Relu", ["best"], ["y"]),
    ]
    path = onnx_file(tmp_path / "m.onnx", nodes, {"x": ["N", 5]}, ["y", "where"], {"k": np.array([2])})
    output = tmp_path / "m.shape"
    code, told = _run("import", str(path), "-o", str(output))
    assert (code, output.exists()) == (1, False)
    assert "NonZero where: " in told
    assert "TopK best: " in told
    assert "2 nodes cannot be translated" in told
    code, told = _run("import", str(path), "-o", str(output), "--partial")
    assert code == 0
    assert "input best : [N, 2]" in output.read_text()
    assert "y = best -> relu" in output.read_text()


def test_what_exporters_write_out_is_recognised(tmp_path: Path) -> None:
    """A product with its own sigmoid is `silu`; erf, 1 and a half are `gelu`; pooled pixels go through dense layers."""
    nodes = [
        ("Conv", ["x", "a.weight"], ["a"], {"pads": [1, 1, 1, 1]}),
        ("Sigmoid", ["a"], ["s"]),
        ("Mul", ["a", "s"], ["b"]),
        ("GlobalAveragePool", ["b"], ["p"]),
        ("Conv", ["p", "squeeze.weight", "squeeze.bias"], ["q"]),
        ("Div", ["q", "root"], ["r"]),
        ("Erf", ["r"], ["e"]),
        ("Add", ["e", "one"], ["f"]),
        ("Mul", ["q", "f"], ["g"]),
        ("Mul", ["g", "half"], ["y"]),
    ]
    constants = {
        "a.weight": numbers(4, 3, 3, 3), "squeeze.weight": numbers(5, 4, 1, 1), "squeeze.bias": numbers(5),
        "root": np.float32(2**0.5), "one": np.float32(1), "half": np.float32(0.5),
    }  # fmt: skip
    model = agrees(onnx_file(tmp_path / "m.onnx", nodes, {"x": ["N", 3, 6, 7]}, ["y"], constants))
    assert "-> silu" in model.text
    assert "-> globalpool\n  -> dense(5) as squeeze" in model.text
    assert "-> gelu" in model.text
