"""Ways in which exporters and people write things: each is imported and compared with onnxruntime."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.bridge.models import agrees, numbers, onnx_file

IMAGE = ("N", 3, "H", "W")
K3, K1 = numbers(4, 3, 3, 3), numbers(4, 4, 1, 1)
Case = tuple[Sequence[tuple[Any, ...]], Mapping[str, Sequence[Any]], Mapping[str, Any], int]


def _conv(source: str, target: str, weight: str = "c.weight", **attributes: Any) -> tuple[Any, ...]:
    return ("Conv", [source, weight], [target], {"pads": [1, 1, 1, 1], **attributes})


def _case(nodes: Sequence[tuple[Any, ...]], shape: Sequence[Any], opset: int = 17, **constants: Any) -> Case:
    return nodes, {"x": shape}, constants, opset


CASES: dict[str, Case] = {
    "an image from a framework with channels last": _case(
        [
            ("Transpose", ["x"], ["t"], {"perm": [0, 3, 1, 2]}), _conv("t", "a"),
            ("Transpose", ["a"], ["b"], {"perm": [0, 2, 3, 1]}), ("Add", ["b", "bias"], ["c"]), ("Relu", ["c"], ["y"]),
        ],
        ("N", "H", "W", 3), **{"c.weight": K3, "bias": numbers(4)},
    ),
    "a matrix on the left": _case([("MatMul", ["a.weight", "x"], ["y"])], ("N", 4, 5), **{"a.weight": numbers(6, 4)}),
    "a bias for each channel": _case(
        [_conv("x", "a"), ("Add", ["a", "b"], ["y"])], IMAGE, **{"c.weight": K3, "b": numbers(4, 1, 1)}
    ),
    "a softmax over channels": _case(
        [_conv("x", "a"), ("Softmax", ["a"], ["y"], {"axis": 1})], IMAGE, **{"c.weight": K3}
    ),
    "a softmax over space": _case(
        [_conv("x", "a"), ("Reshape", ["a", "s"], ["b"]), ("Softmax", ["b"], ["y"], {"axis": -1})], IMAGE,
        **{"c.weight": K3, "s": np.array([0, 4, -1])},
    ),
    "joined channels": _case(
        [
            _conv("x", "a"), ("Relu", ["a"], ["b"]), ("Concat", ["a", "b", "x"], ["c"], {"axis": 1}),
            ("Neg", ["c"], ["y"]),
        ],
        IMAGE, **{"c.weight": K3},
    ),
    "halves of the channels": _case(
        [
            _conv("x", "a"), ("Split", ["a", "s"], ["b", "c"], {"axis": 1}), ("Sigmoid", ["c"], ["d"]),
            ("Mul", ["b", "d"], ["y"]),
        ],
        IMAGE, **{"c.weight": K3, "s": np.array([2, 2])},
    ),
    "a flattened image of any size": _case(
        [_conv("x", "a"), ("Flatten", ["a"], ["y"])], IMAGE, **{"c.weight": K3}
    ),
    "a flattened image and a dense layer": _case(
        [
            _conv("x", "a"), ("Relu", ["a"], ["r"]), ("Flatten", ["r"], ["f"]),
            ("Gemm", ["f", "w.weight"], ["y"], {"transB": 1}),
        ],
        ("N", 3, 4, 5), **{"c.weight": K3, "w.weight": numbers(6, 80)},
    ),
    "bounds as attributes": _case([("Clip", ["x"], ["y"], {"min": -0.5, "max": 0.25})], ("N", 4), 6),
    "an old upsampling": _case(
        [_conv("x", "a"), ("Upsample", ["a", "s"], ["y"], {"mode": "nearest"})], IMAGE, 9,
        **{"c.weight": K3, "s": np.array([1, 1, 2, 2], np.float32)},
    ),
    "an old softmax over all that is left": _case([("Softmax", ["x"], ["y"], {"axis": 1})], ("N", 3, 4), 11),
    "a shape computed from the input": _case(
        [
            ("Shape", ["x"], ["s"]), ("Gather", ["s", "zero"], ["n"]), ("Unsqueeze", ["n", "axes"], ["m"]),
            ("Concat", ["m", "rest"], ["t"], {"axis": 0}), ("Reshape", ["x", "t"], ["y"]),
        ],
        ("N", "T", 6), zero=np.array(0), axes=np.array([0]), rest=np.array([-1, 3]),
    ),
    "the last step of a sequence": _case(
        [("Gather", ["x", "last"], ["a"], {"axis": 1}), ("Gemm", ["a", "w.weight"], ["y"], {"transB": 1})],
        ("N", "T", 4), **{"last": np.array(-1), "w.weight": numbers(3, 4)},
    ),
    "every second step backwards": _case(
        [("Slice", ["x", "s", "e", "a", "d"], ["y"])], ("N", 9, 4),
        s=np.array([-1]), e=np.array([-(2**31)]), a=np.array([1]), d=np.array([-2]),
    ),
    "heads of attention": _case(
        [
            ("MatMul", ["x", "qkv.weight"], ["p"]), ("Reshape", ["p", "s"], ["q"]),
            ("Transpose", ["q"], ["r"], {"perm": [2, 0, 3, 1, 4]}),
            ("Split", ["r", "one"], ["a", "b", "c"], {"axis": 0}),
            ("Squeeze", ["a", "zero"], ["a2"]), ("Squeeze", ["b", "zero"], ["b2"]), ("Squeeze", ["c", "zero"], ["c2"]),
            ("Transpose", ["b2"], ["bt"], {"perm": [0, 1, 3, 2]}), ("MatMul", ["a2", "bt"], ["m"]),
            ("Softmax", ["m"], ["w"], {"axis": -1}), ("MatMul", ["w", "c2"], ["o"]),
            ("Transpose", ["o"], ["u"], {"perm": [0, 2, 1, 3]}), ("Reshape", ["u", "t"], ["y"]),
        ],
        ("N", "T", 6),
        **{"qkv.weight": numbers(6, 18), "s": np.array([0, 0, 3, 2, 3]), "t": np.array([0, 0, 6]),
           "one": np.array([1, 1, 1]), "zero": np.array([0])},
    ),
    "a norm that is written out": _case(
        [
            ("ReduceMean", ["x"], ["m"], {"axes": [-1]}), ("Sub", ["x", "m"], ["c"]), ("Mul", ["c", "c"], ["q"]),
            ("ReduceMean", ["q"], ["v"], {"axes": [-1]}), ("Add", ["v", "e"], ["w"]), ("Sqrt", ["w"], ["r"]),
            ("Div", ["c", "r"], ["d"]), ("Mul", ["d", "g"], ["f"]), ("Add", ["f", "b"], ["y"]),
        ],
        ("N", "T", 6), e=np.float32(1e-5), g=numbers(6), b=numbers(6, seed=1),
    ),
    "a mask of the future": _case(
        [
            ("Shape", ["x"], ["s"]), ("Gather", ["s", "one"], ["t"]), ("Range", ["zero", "t", "one"], ["i"]),
            ("Unsqueeze", ["i", "ax"], ["j"]), ("LessOrEqual", ["i", "j"], ["ok"]),
            ("Where", ["ok", "x", "low"], ["y"]),
        ],
        ("N", "T", "T"), one=np.array(1), zero=np.array(0), ax=np.array([1]), low=np.float32(-9),
    ),
    "strides that differ, and one side padded": _case(
        [_conv("x", "a", strides=[2, 1], pads=[0, 1, 2, 1]), ("Relu", ["a"], ["y"])], IMAGE, **{"c.weight": K3}
    ),
    "padding that follows from the size": _case(
        [_conv("x", "a", strides=[2, 2], auto_pad="SAME_UPPER", pads=None), ("Relu", ["a"], ["y"])], IMAGE,
        **{"c.weight": K3},
    ),
    "a pool over windows that are no squares": _case(
        [
            ("AveragePool", ["x"], ["a"], {"kernel_shape": [2, 3], "strides": [1, 2], "pads": [1, 1, 1, 1]}),
            ("MaxPool", ["a"], ["y"], {"kernel_shape": [3, 2], "strides": [2, 1]}),
        ],
        IMAGE,
    ),
    "the same tensor twice": _case([("Add", ["x", "x"], ["a"]), ("Concat", ["a", "a"], ["y"], {"axis": -1})], ("N", 4)),
    "nothing but an input": _case([("Identity", ["x"], ["y"])], ("N", 4)),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("fold", [True, False])
def test_a_variation(tmp_path: Path, name: str, fold: bool) -> None:
    """Values as onnxruntime has them, at several sizes; the expected ones are its own."""
    nodes, inputs, constants, opset = CASES[name]
    plain = [
        (n[0], n[1], n[2], {k: v for k, v in (n[3] if len(n) > 3 else {}).items() if v is not None}) for n in nodes
    ]
    agrees(onnx_file(tmp_path / "m.onnx", plain, inputs, ["y"], constants, opset=opset), fold=fold)
