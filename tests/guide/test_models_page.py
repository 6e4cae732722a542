"""The page "I have a model" is followed as it stands: its program is run, then each of its commands."""

from __future__ import annotations

import re
import shlex
import sys
import warnings
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from shapecheck import guide
from shapecheck.cli import main
from tests.oracles.engines import engine

PAGE = (Path(guide.__file__).parent / "models.md").read_text()
_BLOCKS = re.compile(r"^```(\w+)[^\n]*\n(.*?)^```$", re.M | re.S)
_DIGITS = re.compile(r"\d\.\de-\d\d")


def _blocks(kind: str) -> list[str]:
    return [text for found, text in _BLOCKS.findall(PAGE) if found == kind]


def _same(told: str) -> str:
    """A text without the digits of differences, which depend on the machine."""
    return _DIGITS.sub("..", told)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the program of the page, in which its commands run."""
    for name in ("torch", "onnx", "onnxscript", "onnxruntime"):
        engine(name)
    (tmp_path / "net.py").write_text(_blocks("python")[0])
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    monkeypatch.delitem(sys.modules, "net", raising=False)
    return tmp_path


def test_the_page_shows_what_is_printed(folder: Path) -> None:
    """Every block in the order of the page: commands with their output, programs, and claims put below the spec."""
    assert [kind for kind, _ in _BLOCKS.findall(PAGE)] == [
        "sh", "python", "text", "shape", "text", "text", "text", "text", "text", "python", "sh", "python", "text"
    ]  # fmt: skip
    for kind, block in _BLOCKS.findall(PAGE)[2:]:
        if kind == "python":
            _executed(block)
        elif kind == "shape":
            assert Path("net.shape").read_text() == block
        elif block.startswith("$ "):
            _commanded(block)
        elif kind == "text":
            with Path("net.shape").open("a") as spec:
                spec.write(block)


def _executed(program: str) -> None:
    """Run a program, and the tests in it."""
    names: dict[str, Any] = {"__name__": "program"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        exec(compile(program, "program.py", "exec"), names)
    for name, value in names.items():
        if name.startswith("test_"):
            value()


def _commanded(block: str) -> None:
    command, _, expected = block.partition("\n")
    result = CliRunner().invoke(main, shlex.split(command.removeprefix("$ shapecheck ")))
    assert _same(result.output) == _same(expected), result.output


def test_the_parameters_are_those_of_the_module(folder: Path) -> None:
    """Independent truth: PyTorch counts what its modules hold."""
    net = import_module("net").Net()
    assert f"params == {sum(parameter.numel() for parameter in net.parameters())}" in PAGE
