"""The page "I have a model" is followed as it stands: its program is run, then each of its commands."""

from __future__ import annotations

import re
import shlex
import warnings
from pathlib import Path

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


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the program of the page has been run."""
    for name in ("torch", "onnx", "onnxruntime"):
        engine(name)
    place = tmp_path_factory.mktemp("models")
    (program,) = _blocks("python")
    with pytest.MonkeyPatch.context() as patch, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        patch.chdir(place)
        exec(compile(program, "export.py", "exec"), {"__name__": "export"})
    return place


def test_the_page_shows_what_is_printed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every command with its output, in the order of the page; the claims are put below the spec where it says so."""
    monkeypatch.chdir(folder)
    told = 0
    for block in _blocks("text"):
        if not block.startswith("$ "):
            with Path("net.shape").open("a") as spec:
                spec.write(block)
            continue
        command, _, expected = block.partition("\n")
        result = CliRunner().invoke(main, shlex.split(command.removeprefix("$ shapecheck ")))
        assert _same(result.output) == _same(expected), result.output
        told += 1
        if "import" in command:
            assert Path("net.shape").read_text() == _blocks("shape")[0]
    assert told == 4


def test_the_parameters_are_those_of_the_module(folder: Path) -> None:
    """Independent truth: PyTorch counts what its modules hold."""
    (program,) = _blocks("python")
    names: dict[str, object] = {}
    exec(compile(program.split("torch.manual_seed")[0], "export.py", "exec"), names)
    net = names["Net"]
    assert callable(net)
    assert f"params == {sum(parameter.numel() for parameter in net().parameters())}" in PAGE
