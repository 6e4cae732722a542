"""Settings of a project: the nearest file counts, words of the command line win, mistakes are told with their place.

Independent truth: worked out by hand beside each file; `tomllib` reads what `shapecheck config` prints.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from shapecheck.cli import main
from shapecheck.commands import quick_start
from shapecheck.commands.configuration import KEYS, PROFILES, configuration
from shapecheck.commands.exit_codes import Refused

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "shapecheck" / "guide" / "repository.md").read_text()
FINE = "dim n\ninput x : n\ny = x + x\nclaim y : n\n"
TESTED = FINE + "claim sin(y[0]) <= 1\ntest t(n = 2)\n"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to stand in, with a spec that is fine and one that is only tested, in two folders."""
    for name, text in (("specs/fine.shape", FINE), ("specs/more/tested.shape", TESTED), ("other/fine.shape", FINE)):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str) -> Result:
    """The command line, in this process."""
    return CliRunner().invoke(main, arguments)


def checked(*arguments: str) -> list[str]:
    """The specs that a check speaks of."""
    return [
        line.split(":")[0] for line in run("check", *arguments).stdout.splitlines() if re.match(r"\S+\.shape: ", line)
    ]


# ---- which file counts -------------------------------------------------------------------------


def test_paths_of_the_project(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are seen from the file's folder, wherever one stands; paths that are typed win."""
    (project / "pyproject.toml").write_text('[tool.shapecheck]\npaths = ["specs"]\n')
    assert checked() == ["specs/fine.shape", "specs/more/tested.shape"]
    assert checked("other") == ["other/fine.shape"]
    assert run("fmt", "--check").exit_code == 0
    assert "specs/fine.shape: ok" in run("test", "--max-examples", "2", "-j", "1").stdout
    monkeypatch.chdir("specs/more")
    assert checked() == ["../fine.shape", "tested.shape"] or checked() == ["../fine.shape", "../more/tested.shape"]


def test_without_a_file_paths_must_be_named(project: Path) -> None:
    """As before: a usage error."""
    result = run("check")
    assert result.exit_code == 2 and "Missing argument 'PATHS...'" in result.stderr


def test_the_nearest_file_counts(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Alone: what files further up say is not mixed in; `shapecheck.toml` goes before a `pyproject.toml` beside it."""
    (project / "pyproject.toml").write_text("[tool.shapecheck]\nstrict = true\njobs = 2\n")
    assert configuration().options("check") == {"strict": True, "jobs": 2}
    monkeypatch.chdir("specs")
    assert configuration().options("check") == {"strict": True, "jobs": 2}
    Path("pyproject.toml").write_text('[project]\nname = "shapecheck"\n[tool.other]\nx = 1\n')
    assert configuration().options("check") == {"strict": True, "jobs": 2}
    Path("pyproject.toml").write_text('[tool.shapecheck]\nlint = "none"\n')
    assert configuration().options("check") == {"lint": "none"}
    Path("shapecheck.toml").write_text("jobs = 3\n")
    assert configuration().options("check") == {"jobs": 3}
    monkeypatch.chdir("more")
    Path("shapecheck.toml").write_text("")
    assert configuration().options("check") == {}


@pytest.mark.parametrize(
    "text",
    ["[tool.shapecheck]\nstrict=true", '["tool" . "shapecheck"]\nstrict=true', "[tool]\nshapecheck.strict=true",
     "tool.shapecheck.strict = true", "[tool]\nshapecheck = {strict = true}", "tool = {shapecheck = {strict = true}}"],
)  # fmt: skip
def test_ways_to_write_the_table(project: Path, text: str) -> None:
    """TOML 1.0 has several."""
    (project / "pyproject.toml").write_text(text + "\n")
    assert configuration().options("check") == {"strict": True}


def test_options_win(project: Path) -> None:
    """Over the file, which wins over what is built in."""
    assert run("check", "specs").exit_code == 0
    (project / "shapecheck.toml").write_text("strict = true\n")
    assert run("check", "specs").exit_code == 1
    assert run("check", "--no-strict", "specs").exit_code == 0
    (project / "shapecheck.toml").write_text("strict = false\n")
    assert run("check", "specs").exit_code == 0 and run("check", "--strict", "specs").exit_code == 1


def test_every_key_has_its_effect(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What reaches the commands is what the file says."""
    seen: dict[str, Any] = {}
    monkeypatch.setattr(
        "shapecheck.cli.check.check_paths", lambda paths, options: seen.update(paths=paths, check=options)
    )
    monkeypatch.setattr("shapecheck.commands.test.test_paths", lambda paths, options: seen.update(test=options))
    monkeypatch.setenv("SHAPECHECK_CACHE", "1")
    (project / "shapecheck.toml").write_text(
        'paths = ["specs", "other/fine.shape"]\nlint = "all"\nstrict = true\njobs = 3\nmemory-limit = "1.5MiB"\n'
        'profile = "thorough"\ncache-dir = "kept"\n'
    )
    run("check")
    run("test")
    options, tests = seen["check"], seen["test"]
    assert seen["paths"] == ("specs", "other/fine.shape")
    assert [getattr(options, name) for name in ("lint", "strict", "jobs", "memory_limit", "cache")] == [
        "all", True, 3, 3 << 19, "kept",
    ]  # fmt: skip
    assert [getattr(tests, name) for name in ("max_examples", "jobs", "memory_limit")] == [200, 3, 3 << 19]
    run("test", "--profile", "quick")
    assert seen["test"].max_examples == 6 == PROFILES["quick"]
    run("test", "--max-examples", "7")
    assert seen["test"].max_examples == 7
    monkeypatch.delenv("SHAPECHECK_CACHE")
    (project / "shapecheck.toml").write_text("cache = false\n")
    run("check", "specs")
    assert seen["check"].cache is None
    run("check", "--cache", "specs")
    assert seen["check"].cache is not None


def test_the_quick_start_knows_the_settings(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A plain `check` as a process, which does without click, fails where the file makes it strict."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(project / "cache"))
    monkeypatch.delenv("SHAPECHECK_CACHE")
    assert quick_start.read(["check", "specs"]) is not None
    codes = []
    for text in ("strict = false\n", "strict = true\n", "strict = false\n", "strict = [\n"):
        (project / "shapecheck.toml").write_text(text)
        line = [sys.executable, "-m", "shapecheck", "check", "specs"]
        codes.append(subprocess.run(line, capture_output=True, timeout=60).returncode)
    assert codes == [0, 1, 0, 2]


# ---- mistakes ----------------------------------------------------------------------------------

MISTAKES = {
    "memory_limit = 1\n": ("unknown-key", "1:1", "did you mean memory-limit?"),
    "\njobs = 1\nstric = true\n": ("unknown-key", "3:1", "did you mean strict?"),
    "zebra = 1\n": ("unknown-key", "1:1", "the keys are paths, lint,"),
    "[shapecheck]\nstrict = true\n": ("unknown-key", "1:2", "the keys are"),
    "jobs = 0\n": ("wrong-value", "1:1", "a whole number from 1 on"),
    "jobs = true\n": ("wrong-value", "1:1", "a whole number from 1 on"),
    'strict = "yes"\n': ("wrong-value", "1:1", "true or false"),
    'lint = "some"\n': ("wrong-value", "1:1", "one of none, warnings, all"),
    'memory-limit = "much"\n': ("wrong-value", "1:1", "an amount of memory"),
    "memory-limit = 4\n": ("wrong-value", "1:1", "an amount of memory"),
    'paths = "specs"\n': ("wrong-value", "1:1", "a list of paths"),
    "paths = []\n": ("wrong-value", "1:1", "a list of paths"),
    'paths = ["a", 1]\n': ("wrong-value", "1:1", "a list of paths"),
    'cache-dir = ""\n': ("wrong-value", "1:1", "a path"),
    'strict = true\nprofile = "slow"\n': ("wrong-value", "2:1", "one of quick, default, thorough"),
    "strict = [\n": ("not-toml", "1:10", "nvalid value"),
    "strict true\n": ("not-toml", "1:8", "xpected"),
    "jobs = 1\njobs = 2\n": ("not-toml", "2:9", "verwrite"),
}


@pytest.mark.parametrize("text", MISTAKES)
def test_mistakes(project: Path, text: str) -> None:
    """The message has the place and what to write; nothing is checked, and the exit code is 2."""
    code, place, says = MISTAKES[text]
    (project / "shapecheck.toml").write_text(text)
    for command in (["check", "specs"], ["test", "specs"], ["config"]):
        result = run(*command)
        assert (result.exit_code, result.stdout) == (2, "")
        assert f"error[{code}]" in result.stderr and f"--> shapecheck.toml:{place}" in result.stderr
        assert says in result.stderr
    assert run("check", "--help").exit_code == run("help", "repository").exit_code == 0


def test_the_place_in_pyproject(project: Path) -> None:
    """A key of the same name in another table is not meant."""
    (project / "pyproject.toml").write_text("[tool.other]\nstric = 1\n\n[tool.shapecheck]\njobs = 1\nstric = true\n")
    assert "--> pyproject.toml:6:1" in run("check", "specs").stderr
    (project / "pyproject.toml").write_text("[tool]\nshapecheck = 3\n")
    assert "this must be a table" in run("check", "specs").stderr


@pytest.mark.parametrize(
    "data", [b"\xff\xfe", b"strict = \xe4", b"a" * 2_000_000, b"[" * 100_000, b"a." * 5000 + b"a = 1"]
)
def test_what_is_no_file_of_settings(project: Path, data: bytes) -> None:
    """A line or a message, never a bug of ours."""
    (project / "shapecheck.toml").write_bytes(data)
    result = run("check", "specs")
    assert result.exit_code == 2 and result.stderr and "internal error" not in result.stderr


def test_a_file_that_cannot_be_read(project: Path) -> None:
    """A pipe or a folder of that name is no file of settings."""
    os.mkfifo("shapecheck.toml")
    Path("pyproject.toml").mkdir()
    assert configuration().settings == {}
    with pytest.raises(Refused, match="there is no key"):
        Path("shapecheck.toml").unlink()
        Path("shapecheck.toml").write_text("a = 1\n")
        configuration()


def test_a_folder_that_was_removed(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """There are no settings there."""
    (project / "gone").mkdir()
    monkeypatch.chdir("gone")
    (project / "gone").rmdir()
    assert run("check", str(project / "specs")).exit_code == 0


# ---- `shapecheck config`, and the page ----------------------------------------------------------


def test_config_is_toml(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is printed can be pasted: it says the same again."""
    monkeypatch.delenv("SHAPECHECK_CACHE")
    (project / "shapecheck.toml").write_text('paths = ["specs", "ä b"]\nlint = "none"\n')
    printed = run("config").stdout
    table = tomllib.loads(printed)
    assert table["paths"] == ["specs", "ä b"] and table["lint"] == "none" and table["cache"] is True
    assert "# shapecheck.toml:2" in printed and "# built in" in printed
    assert set(table) | {"jobs"} == set(KEYS)
    (project / "shapecheck.toml").write_text(printed)
    again = run("config").stdout
    assert tomllib.loads(again) == table


def test_the_environment_is_told(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It wins over the file."""
    (project / "shapecheck.toml").write_text("cache = true\n")
    monkeypatch.setenv("SHAPECHECK_CACHE", "0")
    assert re.search(r'cache = "0" +# SHAPECHECK_CACHE in the environment', run("config").stdout)


def test_the_page_lists_every_key() -> None:
    """With the commands that take it."""
    rows = dict(re.findall(r"^\| `([a-z-]+)` \| .* \| (`.*`) \|$", PAGE, re.M))
    assert {key: tuple(re.findall(r"`(\w+)`", rows[key])) for key in KEYS} == {key: KEYS[key].commands for key in KEYS}


def test_the_sample_of_the_page(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The settings that the page shows have the effect that it shows."""
    monkeypatch.setenv("HOME", "/home/ada")
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.delenv("SHAPECHECK_CACHE")
    (settings,) = re.findall(r"```toml\n(.*?)```", PAGE, re.S)
    (shown,) = re.findall(r"```text\n\$ shapecheck config\n(.*?)```", PAGE, re.S)
    (project / "pyproject.toml").write_text(settings)
    assert run("config").stdout == shown


def _commands(text: str) -> list[str]:
    return re.findall(r"- run: shapecheck (.*)", text)


def test_the_workflow_of_the_page(project: Path) -> None:
    """Its commands are carried out: all is well, then a finding is an annotation and the exit code is 1."""
    (project / "shapecheck.toml").write_text('paths = ["specs"]\n')
    commands = _commands(PAGE)
    assert [command.split()[0] for command in commands] == ["check", "fmt", "test"]
    assert [run(*command.split()).exit_code for command in commands] == [0, 0, 0]
    (project / "specs" / "wrong.shape").write_text("y   = z\n")
    assert [run(*command.split()).exit_code for command in commands] == [1, 1, 1]
    assert run(*commands[0].split()).stdout.startswith("::error file=specs/wrong.shape,line=1,")


def test_the_hooks(project: Path) -> None:
    """Their commands are carried out on files as pre-commit names them; the page names each."""
    text = (ROOT / ".pre-commit-hooks.yaml").read_text()
    hooks = dict(re.findall(r"^- id: (\S+)\n(?:  .*\n)*?  entry: shapecheck (.*)$", text, re.M))
    assert list(hooks) == re.findall(r"- id: (\S+)", PAGE) == ["shapecheck-check", "shapecheck-fmt", "shapecheck-weave"]
    (project / "shapecheck.toml").write_text('paths = ["specs"]\n')
    (project / "notes.md").write_text("<!-- shapecheck: table specs/fine.shape -->\n<!-- /shapecheck -->\n")
    assert run(*hooks["shapecheck-check"].split()).exit_code == 0
    assert run(*hooks["shapecheck-fmt"].split(), "specs/fine.shape", "specs/more/tested.shape").exit_code == 0
    assert run(*hooks["shapecheck-weave"].split(), "notes.md").exit_code == 1
    assert run("weave", "notes.md").exit_code == run(*hooks["shapecheck-weave"].split(), "notes.md").exit_code == 0
