"""Modules of PyTorch: the spec is what a person would write, and computes what the module computes."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from shapecheck.bridge import Model, from_torch
from shapecheck.bridge.errors import BridgeError
from shapecheck.bridge.verify import compare
from shapecheck.cli import main
from shapecheck.diagnostics import render
from shapecheck.source import Source
from shapecheck.stages import derive
from tests.bridge.models import LIMIT
from tests.oracles.engines import engine


def pytorch() -> Any:
    """PyTorch, whose exporter needs two more packages."""
    for name in ("onnx", "onnxscript"):
        engine(name)
    return engine("torch")


def agrees(module: Any, example: Any, dynamic: Any = None) -> Model:
    """The model of a module, which the module itself confirms at two settings."""
    model = from_torch(module, example, dynamic)
    source = Source("module", model.text)
    shapes, diagnostics = derive(source)
    assert [render(one, source) for one in diagnostics if one.level == "error"] == [], model.text
    assert shapes is not None
    found = compare(model.peer(), model.imported, shapes, LIMIT)
    assert [one for one in found if not one.agrees] == [], model.text
    return model


def test_a_perceptron_is_one_chain() -> None:
    """Layers by the names of the module's parts, the free axis as a size; written by hand."""
    torch = pytorch()
    nn = torch.nn

    class Perceptron(nn.Module):  # type: ignore[misc, name-defined]
        def __init__(self) -> None:
            super().__init__()
            self.fc1, self.fc2 = nn.Linear(4, 6), nn.Linear(6, 3, bias=False)

        def forward(self, x: Any) -> Any:
            return self.fc2(torch.relu(self.fc1(x))).softmax(-1)

    model = agrees(Perceptron(), torch.zeros(1, 4), {0: "N"})
    assert model.text == (
        "# From the PyTorch module Perceptron.\n"
        "dim N\n"
        "input x : [N, 4]\n"
        "output y\n"
        "y = x -> dense(6) as fc1 -> relu -> dense(3, bias = false) as fc2 -> softmax\n"
    )
    assert set(model.imported.origins.values()) == {"fc1.weight", "fc1.bias", "fc2.weight"}


def test_batch_normalisation_stays_and_no_bias_is_invented() -> None:
    """Exporters fold it into the convolution, or write zeros for a bias: the parameters are those of the module."""
    torch = pytorch()
    nn = torch.nn
    module = nn.Sequential(nn.Conv2d(3, 8, 3, stride=2, padding=1, bias=False), nn.BatchNorm2d(8), nn.ReLU())
    model = agrees(module, torch.zeros(2, 3, 16, 20), {0: "N", 2: "H", 3: "W"})
    assert "conv2d(8, 3 x 3, stride = 2, pad = 1, bias = false)" in model.text
    assert "-> batchnorm as" in model.text
    assert sum(array.size for array in model.weights.values()) == 8 * 27 + 4 * 8


def test_inputs_and_outputs_keep_their_names() -> None:
    """Parameters of `forward`, and the keys of a dictionary of results."""
    torch = pytorch()
    nn = torch.nn

    class Scores(nn.Module):  # type: ignore[misc, name-defined]
        def __init__(self) -> None:
            super().__init__()
            self.words, self.out = nn.Embedding(20, 6), nn.Linear(9, 4)

        def forward(self, tokens: Any, features: Any) -> Any:
            words = self.words(tokens).mean(1)
            return {"logits": self.out(torch.cat([words, features], 1)), "bag": words}

    example = {"tokens": torch.zeros(2, 5, dtype=torch.int64), "features": torch.zeros(2, 3)}
    model = agrees(Scores(), example, {"tokens": {0: "N", 1: "T"}, "features": {0: "N"}})
    assert "input tokens : [N, T] in 0..19\n" in model.text
    assert "input features : [N, 3]\n" in model.text
    assert "output logits, bag" in model.text


def test_the_module_stays_as_it_was() -> None:
    """It is traced in evaluation mode; parts that were in training mode, and those that were not, are so again."""
    torch = pytorch()
    module = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.Dropout())
    module.train()
    module[1].eval()
    from_torch(module, torch.zeros(2, 3), {0: "N"})
    assert [part.training for part in module.modules()] == [True, True, False]


def _refused(module: Any, example: Any, dynamic: Any) -> str:
    with pytest.raises(BridgeError) as found:
        from_torch(module, example, dynamic)
    return str(found.value)


def _module(forward: Any) -> Any:
    """A module with a layer `f` and this function for its `forward`."""
    torch = pytorch()

    class Small(torch.nn.Module):  # type: ignore[misc, name-defined]
        def __init__(self) -> None:
            super().__init__()
            self.f = torch.nn.Linear(3, 4)

        def forward(self, x: Any) -> Any:
            return forward(self, x)

    return Small()


def test_a_branch_on_data_is_told_with_its_line() -> None:
    """Both a branch and a loop; the file and the line of the module's own code."""
    torch = pytorch()

    def branching(self: Any, x: Any) -> Any:
        if x.sum() > 0:
            return self.f(x)
        return self.f(-x)

    told = _refused(_module(branching), torch.zeros(5, 3), {0: "N"})
    assert told.startswith("the module's forward branches on data")
    assert "test_from_torch.py, line" in told
    assert "if x.sum() > 0:" in told


def test_an_axis_that_is_not_free_is_told() -> None:
    """A reshape to the size of the example: nothing is made of it in silence."""
    torch = pytorch()
    told = _refused(_module(lambda self, x: self.f(x).reshape(5, 4)), torch.zeros(5, 3), {0: "N"})
    assert told == "axis 0 of x can only have the size 5 in this module; leave N out of the free axes"


def test_a_module_that_fails_on_its_example_is_told() -> None:
    """The words are PyTorch's, in one line."""
    torch = pytorch()
    told = _refused(_module(lambda self, x: self.f(x)), torch.zeros(5, 7), {0: "N"})
    assert told == "the module fails on its example: mat1 and mat2 shapes cannot be multiplied (5x7 and 3x4)"


def test_examples_and_axes_that_do_not_fit_are_told() -> None:
    """Too many examples, an example that is no tensor, an unknown input, an axis that is not there, a bad name."""
    torch = pytorch()
    module, x = _module(lambda self, x: self.f(x)), torch.zeros(5, 3)
    assert "too many positional arguments" in _refused(module, (x, x), None)
    assert _refused(module, 3, None).startswith("the example for x is int, not a tensor")
    assert _refused(module, x, {"z": {0: "N"}}) == "dynamic: forward has no input z; there are x"
    assert _refused(module, x, {2: "N"}) == "dynamic: x has no axis 2; its example has the shape (5, 3)"
    assert _refused(module, x, {0: "a b"}).startswith("dynamic: 'a b' is no name for axis 0 of x")
    assert _refused(torch.zeros(2), x, None) == "Tensor is no torch.nn.Module"


def test_an_operator_without_a_form_is_named() -> None:
    """Eigenvalues have no form in ONNX."""
    torch = pytorch()
    told = _refused(_module(lambda self, x: torch.linalg.eigvals(x.T @ x)), torch.zeros(5, 3), None)
    assert told == "torch's exporter has no ONNX form of the operator aten.linalg_eig"


def test_without_the_packages_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """No traceback where PyTorch's exporter cannot work."""
    torch = pytorch()
    monkeypatch.setitem(sys.modules, "onnxscript", None)
    told = _refused(torch.nn.Linear(2, 3), torch.zeros(1, 2), None)
    assert told == "this needs the package onnxscript: pip install 'shapecheck-lang[torch]'"


# ---- the command line --------------------------------------------------------------------------

PROGRAM = """
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self, classes=4):
        super().__init__()
        self.conv, self.head = nn.Conv2d(3, 8, 3), nn.Linear(8, classes)

    def forward(self, x):
        return self.head(torch.relu(self.conv(x)).mean((2, 3)))


class Wide(nn.Module):
    def __init__(self, width):
        super().__init__()


def net():
    return Net(5)
"""


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A folder with a user's module, in which the command runs."""
    pytorch()
    (tmp_path / "my_nets.py").write_text(PROGRAM)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.delitem(sys.modules, "my_nets", raising=False)
    return "my_nets"


def _run(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, list(words))
    return result.exit_code, result.output


def test_a_module_is_imported_by_its_name(program: str, tmp_path: Path) -> None:
    """A class, or a function; the sizes by their names; `--verify` runs the module."""
    code, told = _run("import", f"{program}:Net", "--input", "N,3,H,W=20", "-o", "net.shape", "--verify")
    assert code == 0, told
    assert "y as in the model" in told
    assert "input x : [N, H, W, 3]\n" in (tmp_path / "net.shape").read_text()
    code, told = _run("import", f"{program}:net", "--input", "2,3,8,9")
    assert code == 0, told
    assert "dense(5) as head" in told


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["my_nets:Nett", "--input", "3"], "my_nets has no Nett; did you mean Net?"),
        (["my_nots:Net", "--input", "3"], "there is no Python module my_nots"),
        (["my_nets:Net"], "my_nets:Net is a module: describe its inputs, for example --input N,3,H,W"),
        (["my_nets:Net", "--input", "N;3"], "--input 'N;3': write the sizes of the axes"),
        (["my_nets:Wide", "--input", "3"], "Wide() fails: "),
        (["my_nets:nn", "--input", "3"], "module is no torch.nn.Module"),
        (["my_nets:Net", "--input", "N,3,4,4", "--symbolic", "H"], "--symbolic: a module has no axes of its own"),
    ],
)
def test_what_is_spelled_wrong_is_told(program: str, words: list[str], told: str) -> None:
    """Exit code 2 and one line."""
    code, found = _run("import", *words)
    assert code == 2
    assert found.startswith(f"shapecheck: {told}")
    assert found.count("\n") == 1
