"""Models that cannot be read, or not in whole: one line that names the tensor or the node, and nothing half-written."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from shapecheck.bridge import import_model
from shapecheck.bridge.errors import BridgeError, Untranslated
from shapecheck.cli import main
from tests.bridge.models import agrees, numbers, onnx_file
from tests.oracles.engines import engine


def _run(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, list(words))
    return result.exit_code, result.output


def _external(folder: Path) -> Path:
    """A model with its matrix in a file beside it."""
    onnx = engine("onnx")
    nodes = [("Gemm", ["x", "fc.weight"], ["y"], {"transB": 1})]
    path = onnx_file(folder / "m.onnx", nodes, {"x": ["N", 4]}, ["y"], {"fc.weight": numbers(300, 4)})
    onnx.save(onnx.load(str(path)), str(path), save_as_external_data=True, location="m.data", size_threshold=16)
    return path


def test_tensors_beside_the_model_are_read(tmp_path: Path) -> None:
    """External data in the model's folder."""
    assert agrees(_external(tmp_path)).weights["fc.W"].shape == (300, 4)


@pytest.mark.parametrize("harm", ["missing", "short", "outside", "absolute", "link"])
def test_external_data_are_looked_over(tmp_path: Path, harm: str) -> None:
    """Data that are not there, cut off, or not in the model's folder: refused with the tensor's name."""
    folder = tmp_path / "model"
    folder.mkdir()
    path, data = _external(folder), folder / "m.data"
    onnx = engine("onnx")
    model = onnx.load(str(path), load_external_data=False)
    entry = next(item for item in model.graph.initializer[0].external_data if item.key == "location")
    outside = tmp_path / "secret.data"
    outside.write_bytes(data.read_bytes())
    if harm == "missing":
        data.unlink()
    elif harm == "short":
        data.write_bytes(data.read_bytes()[:100])
    elif harm == "link":
        data.unlink()
        data.symlink_to(outside)
    else:
        entry.value = str(outside) if harm == "absolute" else "../secret.data"
    path.write_bytes(model.SerializeToString())
    code, told = _run("import", str(path), "-o", str(tmp_path / "out.shape"))
    assert code == 2
    assert "the tensor fc.weight has its data in" in told
    assert told.count("\n") == 1
    assert not (tmp_path / "out.shape").exists()


def test_an_unknown_version_of_the_operators_is_told(tmp_path: Path) -> None:
    """A model of the future: what is known is said."""
    path = onnx_file(tmp_path / "m.onnx", [("Relu", ["x"], ["y"])], {"x": ["N", 4]}, ["y"], opset=20)
    onnx = engine("onnx")
    model = onnx.load(str(path))
    model.opset_import[0].version = 999
    path.write_bytes(model.SerializeToString())
    code, told = _run("import", str(path))
    assert code == 2
    assert "uses opset 999; the installed package onnx knows those up to" in told


def test_operators_of_a_company_are_named(tmp_path: Path) -> None:
    """A domain of its own is told with the name."""
    path = onnx_file(tmp_path / "m.onnx", [("Relu", ["x"], ["y"], {"name": "r"})], {"x": ["N", 4]}, ["y"])
    onnx = engine("onnx")
    model = onnx.load(str(path))
    model.graph.node[0].domain = "com.example"
    model.opset_import.append(onnx.helper.make_opsetid("com.example", 1))
    path.write_bytes(model.SerializeToString())
    with pytest.raises(Untranslated, match=r"com\.example::Relu r: there is no rule for this operator"):
        import_model(path)


def test_a_branch_on_data_is_named(tmp_path: Path) -> None:
    """`If` on numbers of the input cannot be an equation; the message names the node."""
    onnx, helper = engine("onnx"), engine("onnx").helper
    branch = [
        helper.make_graph(
            [helper.make_node(operator, ["x"], ["z"])], operator, [],
            [helper.make_tensor_value_info("z", onnx.TensorProto.FLOAT, ["N", 4])],
        )
        for operator in ("Relu", "Neg")
    ]  # fmt: skip
    nodes = [
        helper.make_node("ReduceSum", ["x"], ["s"], keepdims=0),
        helper.make_node("Greater", ["s", "zero"], ["c"]),
        helper.make_node("If", ["c"], ["y"], name="choice", then_branch=branch[0], else_branch=branch[1]),
    ]
    graph = helper.make_graph(
        nodes, "g", [helper.make_tensor_value_info("x", onnx.TensorProto.FLOAT, ["N", 4])],
        [helper.make_tensor_value_info("y", onnx.TensorProto.FLOAT, ["N", 4])],
        [onnx.numpy_helper.from_array(np.array(0, np.float32), "zero")],
    )  # fmt: skip
    path = tmp_path / "m.onnx"
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=9), str(path))
    code, told = _run("import", str(path))
    assert code == 1
    assert "If choice: " in told
    assert "input y : [N, 4]" in import_model(path, partial=True).text


def test_a_branch_that_is_known_is_taken(tmp_path: Path) -> None:
    """`If` on a constant, as exporters leave it: the branch stands in its place."""
    onnx, helper = engine("onnx"), engine("onnx").helper
    branch = [
        helper.make_graph(
            [helper.make_node(operator, ["x"], [f"z{operator}"])], operator, [],
            [helper.make_tensor_value_info(f"z{operator}", onnx.TensorProto.FLOAT, ["N", 4])],
        )
        for operator in ("Relu", "Neg")
    ]  # fmt: skip
    node = helper.make_node("If", ["c"], ["y"], then_branch=branch[0], else_branch=branch[1])
    info = [helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, ["N", 4]) for name in "xy"]
    constant = onnx.numpy_helper.from_array(np.array(False), "c")
    path = tmp_path / "m.onnx"
    graph = helper.make_graph([node], "g", info[:1], info[1:], [constant])
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=9), str(path))
    assert "y = -x\n" in agrees(path).text


@pytest.mark.parametrize("kind", ["folder", "pipe", "nothing"])
def test_a_path_that_is_no_file_is_told_at_once(tmp_path: Path, kind: str) -> None:
    """A folder, a pipe that nobody writes to, and a file that is not there."""
    path = tmp_path / "m.onnx"
    if kind == "folder":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)
    code, told = _run("import", str(path))
    assert code == 2
    assert told.startswith(f"shapecheck: cannot read {path}: ")


def test_a_node_that_reads_nothing_is_named(tmp_path: Path) -> None:
    """A graph with a hole in it."""
    path = onnx_file(tmp_path / "m.onnx", [("Add", ["x", "nowhere"], ["y"])], {"x": ["N", 4]}, ["y"])
    with pytest.raises(BridgeError, match="reads nowhere, which no node before it makes"):
        import_model(path)


def test_without_the_package_it_is_said_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No traceback where `onnx` is not installed."""
    path = onnx_file(tmp_path / "m.onnx", [("Relu", ["x"], ["y"])], {"x": ["N", 4]}, ["y"])
    monkeypatch.setitem(sys.modules, "onnx", None)
    code, told = _run("import", str(path))
    assert (code, told) == (2, "shapecheck: this needs the package onnx: pip install 'shapecheck-lang[onnx]'\n")


def test_the_weights_name_a_folder_that_is_there(tmp_path: Path) -> None:
    """Nothing is written where one of the files cannot be."""
    path = onnx_file(tmp_path / "m.onnx", [("Relu", ["x"], ["y"])], {"x": ["N", 4]}, ["y"])
    code, told = _run("import", str(path), "-o", str(tmp_path / "m.shape"), "--weights", str(tmp_path / "no" / "w.npz"))
    assert code == 2
    assert "there is no directory" in told
    assert not (tmp_path / "m.shape").exists()
