"""What sizes a model accepts: the spec assumes what the model needs, and says so.

Independent truth: onnxruntime fails at the sizes that are left out and runs at the smallest that are not.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from shapecheck.cli import main
from tests.bridge.models import agrees, numbers, onnx_file
from tests.oracles.engines import engine


def _u_net(path: Path) -> Path:
    """Down by a pool, up by a transposed convolution, and joined with what was there before."""
    nodes = [
        ("MaxPool", ["x"], ["p"], {"kernel_shape": [2, 2], "strides": [2, 2]}),
        ("ConvTranspose", ["p", "up.weight"], ["u"], {"strides": [2, 2]}),
        ("Concat", ["x", "u"], ["y"], {"axis": 1}),
    ]
    return onnx_file(path, nodes, {"x": ["N", 3, "H", "W"]}, ["y"], {"up.weight": numbers(3, 2, 2, 2)})


def _runs(path: Path, *shape: int) -> bool:
    session = engine("onnxruntime").InferenceSession(str(path), providers=["CPUExecutionProvider"])
    try:
        session.run(None, {"x": np.zeros(shape, np.float32)})
    except Exception:  # the runtime has its own for everything
        return False
    return True


def test_a_u_net_takes_even_sizes(tmp_path: Path) -> None:
    """Odd sizes fail in both."""
    path = _u_net(tmp_path / "u.onnx")
    model = agrees(path)
    assert model.assumed == ("H % 2 == 0", "W % 2 == 0")
    assert "assume H % 2 == 0, W % 2 == 0\n" in model.text
    assert [_runs(path, 1, 3, height, 4) for height in (2, 3, 4)] == [True, False, True]


def test_a_shape_that_was_written_into_the_file_is_told(tmp_path: Path) -> None:
    """An exporter that traced one length: the file says that the axis is free, and five times as much has to go in."""
    nodes = [("Reshape", ["x", "shape"], ["y"])]
    path = onnx_file(tmp_path / "m.onnx", nodes, {"x": ["N", "T", 6]}, ["y"], {"shape": np.array([-1, 5, 2, 3])})
    model = agrees(path)
    assert model.assumed == ("N*T % 5 == 0",)
    assert [_runs(path, *shape, 6) for shape in ((1, 5), (5, 1), (1, 4))] == [True, True, False]
    result: Any = CliRunner().invoke(main, ["import", str(path), "--verify"])
    assert result.exit_code == 0, result.output


@pytest.mark.parametrize("pads", [0, 1])
def test_kernels_that_fit_need_no_assumption(tmp_path: Path, pads: int) -> None:
    """A 3 x 3 kernel: with a padding every size is fine, without one 3 is the least."""
    nodes = [("Conv", ["x", "c.weight"], ["y"], {"pads": [pads] * 4})]
    path = onnx_file(tmp_path / "m.onnx", nodes, {"x": ["N", 2, "H", "W"]}, ["y"], {"c.weight": numbers(4, 2, 3, 3)})
    assert agrees(path).assumed == (() if pads else ("H >= 3", "W >= 3"))
    assert _runs(path, 1, 2, 2, 5) == bool(pads)


def test_the_command_says_what_is_accepted(tmp_path: Path) -> None:
    """The line on standard error, and exit code 0: the spec is fine."""
    result = CliRunner().invoke(main, ["import", str(_u_net(tmp_path / "u.onnx")), "-o", str(tmp_path / "u.shape")])
    assert result.exit_code == 0
    assert "the model accepts only sizes with H % 2 == 0 and W % 2 == 0; the spec assumes so\n" in result.output
