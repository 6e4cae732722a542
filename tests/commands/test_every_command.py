"""Every command on every spec that is wrong: findings or a line that says why, never a bug of ours.

Independent truth: the exit codes of the README, and that a wrong spec has no table and no run.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from shapecheck.cli import main

ROOT = Path(__file__).parent.parent
WRONG = sorted((ROOT / "bad").glob("*.shape"))
COMMANDS = (
    "table",
    "equations",
    "explain",
    "sizes",
    "fmt --check",
    "run",
    "show",
    "diagram",
    "test --max-examples 2",
    "gradient",
)
EMPTY = {
    "nothing": "dim p\ninput x : p\n",
    "a size alone": "dim p\n",
    "a claim alone": "claim 1 == 1\n",
    "a block alone": "layer f() = relu\n",
    "a test alone": "test a()\n",
    "a table alone": "K = [1 2; 3 4]\n",
    "a scalar": "y = 1\n",
}


def _arguments(command: str, path: Path) -> list[str]:
    """The command with what it needs to go as far as it can: the first name that is defined, and sizes."""
    text = path.read_text(encoding="utf-8", errors="replace")
    name = next(iter(re.findall(r"^([A-Za-z]\w*)[^=\n]*=", text, re.M)), "y")
    sizes = re.findall(r"[A-Za-z]\w*", " ".join(re.findall(r"^dim ([^#\n]*)", text, re.M)))
    word, *options = command.split()
    arguments = {"explain": [name, "params", "macs"], "show": [name], "gradient": ["--of", name, "--wrt", name]}
    asked = arguments.get(word, [])
    given = ["--set", ",".join(f"{size}=2" for size in dict.fromkeys(sizes))] if sizes else []
    return [word, *options, str(path), *asked, *(given if word in ("run", "show") else [])]


def _no_bug(command: str, path: Path) -> None:
    result = CliRunner().invoke(main, _arguments(command, path))
    assert result.exit_code in (0, 1, 2), result.output
    assert result.exception is None or isinstance(result.exception, SystemExit)
    assert "Traceback" not in result.output


@pytest.mark.parametrize("command", COMMANDS)
def test_on_wrong_specs(command: str) -> None:
    """A third of `tests/bad` for each command, in turn; `check` has tests of its own."""
    for path in WRONG[COMMANDS.index(command) % 3 :: 3]:
        _no_bug(command, path)


@pytest.mark.parametrize("command", (*COMMANDS, "check -v", "weave --check"))
def test_on_specs_that_say_next_to_nothing(command: str, tmp_path: Path) -> None:
    """No equations, no inputs, no tensors at all."""
    for name, text in EMPTY.items():
        path = tmp_path / f"{name}.shape"
        path.write_text(text)
        _no_bug(command, path)


@pytest.mark.parametrize("asked", ["params", "macs", "x.params"])
def test_counts_of_nothing(tmp_path: Path, asked: str) -> None:
    """There are none, which is said; with the place of what there is."""
    (tmp_path / "a.shape").write_text(EMPTY["nothing"])
    result = CliRunner().invoke(main, ["explain", str(tmp_path / "a.shape"), asked])
    assert result.exit_code == 0
    what = "products" if asked == "macs" else "weights"
    assert result.stdout.split("\n")[2].split() == f"1 line 2 {asked} is 0 there are no {what} to count".split()


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ("W", "there is no W in this spec; there is x, params, macs"),
        ("p", "p is a size; names of tensors, params and macs can be explained"),
        ("", "there is no '' in this spec; there is x, params, macs"),
        ("xx", "there is no xx in this spec; did you mean x?"),
    ],
)
def test_explanations_of_what_does_not_exist(tmp_path: Path, asked: str, message: str) -> None:
    """Exit code 2, and what could be asked instead."""
    (tmp_path / "a.shape").write_text(EMPTY["nothing"])
    result = CliRunner().invoke(main, ["explain", str(tmp_path / "a.shape"), asked])
    assert (result.exit_code, result.stderr) == (2, f"shapecheck: {message}\n")


HUGE = {
    "1200 sizes": ("dim " + ", ".join(f"n{i}" for i in range(1200)) + "\ninput x : n0\nclaim n0 >= 1\n", "ok"),
    "a power of powers": ("dim n\nclaim 2^2^2^40 >= n\n", "error["),
    "many terms": ("dim a, b, c, d, e\nclaim (((a + b + c)^9 + d)^9 + e)^9 >= 1\n", "error["),
    "a long sum": ("y = sum[i in 0..10^18] (1)\nclaim y == 10^18 + 1\n", "claim-unknown"),
    "many axes": ("dim n\ninput x : [" + ", ".join(["n"] * 100) + "]\ny = x + x\n", "not run"),
    "a lone CR": ("dim n\rinput x : n\r", "save the file with the line ends of"),
    "a null byte": ("dim n\0\n", "save it as UTF-8"),
    "a mark in the middle": ("dim n\n\ufeffinput x : n\n", "it is invisible"),
    "600 unknown names": ("".join(f"y{i} = z{i}\n" for i in range(600)), "undeclared-name"),
}


@pytest.mark.parametrize("kind", HUGE)
def test_texts_that_ask_for_much(tmp_path: Path, kind: str) -> None:
    """A verdict, or a message with a place; all of them in seconds."""
    text, says = HUGE[kind]
    (tmp_path / "a.shape").write_bytes(text.encode())
    result = CliRunner().invoke(main, ["check", str(tmp_path / "a.shape")])
    assert result.exit_code in (0, 1), result.output
    assert says in result.stdout
