"""A matrix that the model has once is one weight of the spec, however often it is used."""

from __future__ import annotations

from pathlib import Path

from shapecheck.infer.counting import counts
from shapecheck.source import Source
from shapecheck.stages import derive
from tests.bridge.models import agrees, numbers, onnx_file


def _params(text: str) -> str:
    shapes, _ = derive(Source("t", text))
    assert shapes is not None
    return str(counts.params(shapes))


def test_a_table_that_is_also_the_last_layer(tmp_path: Path) -> None:
    """Tied embeddings, as in language models: 7 x 4 entries, counted once."""
    nodes = [
        ("Gather", ["tok.weight", "x"], ["e"]),
        ("Relu", ["e"], ["r"]),
        ("Transpose", ["tok.weight"], ["t"], {"perm": [1, 0]}),
        ("MatMul", ["r", "t"], ["y"]),
    ]
    path = onnx_file(tmp_path / "m.onnx", nodes, {"x": ["N", "T"]}, ["y"], {"tok.weight": numbers(7, 4)}, ["x"])
    model = agrees(path)
    assert "W = tok.E" in model.text
    assert list(model.weights) == ["tok.E"]
    assert _params(model.text) == "28"


def test_a_kernel_that_is_used_twice(tmp_path: Path) -> None:
    """The same convolution on two images; its bias is a vector, of which each use has one."""
    nodes = [
        ("Conv", ["a", "c.weight", "c.bias"], ["p"]),
        ("Conv", ["b", "c.weight", "c.bias"], ["q"]),
        ("Sub", ["p", "q"], ["y"]),
    ]
    constants = {"c.weight": numbers(3, 2, 1, 1), "c.bias": numbers(3)}
    model = agrees(onnx_file(tmp_path / "m.onnx", nodes, {"a": ["N", 2, 4, 5], "b": ["N", 2, 4, 5]}, ["y"], constants))
    assert "K = c.K" in model.text
    assert _params(model.text) == "12"
