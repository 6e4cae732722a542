"""Reports that were made before: byte for byte those of a fresh check, and only as long as nothing has changed.

Independent truth: the same command with `--no-cache`, in a process of its own.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

import shapecheck.commands.check as command
from shapecheck import entry_store
from shapecheck.cli import main
from shapecheck.commands import quick_start
from shapecheck.commands.check import CheckOptions, options_of
from shapecheck.entry_store import Store, default_folder

ROOT = Path(__file__).parents[2]
HEAVY = ("sympy", "numpy", "lark", "islpy", "rich", "click", "shapecheck.check", "shapecheck.syntax")
GOOD = 'from "layers.shape" import f\ndim n\ninput x : n\ny = x -> f\nclaim y : n\nclaim y : 2n expect refuted\n'
FALSE = GOOD.replace(" expect refuted", "")
LAYERS = "layer f() = relu\n"
KEY = "ab" * 32


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to stand in, with specs that import; caches go beside it."""
    (tmp_path / "specs").mkdir()
    for name, text in (("good", GOOD), ("false", FALSE), ("layers", LAYERS), ("broken", "y = z\n")):
        (tmp_path / "specs" / f"{name}.shape").write_text(text)
    monkeypatch.chdir(tmp_path / "specs")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("SHAPECHECK_CACHE", raising=False)
    return tmp_path


Outcome = tuple[int, bytes, bytes]


def check(*arguments: str, **environment: str) -> Outcome:
    """The command as a process: exit code, output, errors."""
    line = [sys.executable, "-m", "shapecheck", "check", *arguments]
    done = subprocess.run(line, capture_output=True, env={**os.environ, **environment}, timeout=100)
    return done.returncode, done.stdout, done.stderr


def entries(folder: Path) -> list[Path]:
    """The files of the cache."""
    found = (folder / "cache" / "shapecheck" / "entries-1").glob("*/*")
    return sorted(path for path in found if path.is_file())


class Counted:
    """Counts the specs that are really checked, in this process."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.names: list[str] = []
        real = command.checked_spec

        def counting(file: command.SpecFile, *rest: object) -> object:
            self.names.append(file.source.title)
            return real(file, *rest)  # type: ignore[arg-type]

        monkeypatch.setattr(command, "checked_spec", counting)

    def __call__(self, *arguments: str) -> list[str]:
        """The names of the specs that a command has to check."""
        self.names.clear()
        CliRunner().invoke(main, ["check", *arguments])
        return list(self.names)


@pytest.fixture
def counted(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Counted:
    """Commands in this process, with a count of what is checked."""
    return Counted(monkeypatch)


ALL_OPTIONS: tuple[tuple[str, ...], ...] = (
    (), ("-v",), ("-q",), ("--strict",), ("--lint", "all"), ("--output-format", "concise"),
    ("--output-format", "json"), ("--output-format", "sarif"), ("--output-format", "junit"),
    ("--output-format", "github"), ("-j", "2"),
)  # fmt: skip


def test_a_report_made_before_is_the_same(folder: Path) -> None:
    """Code, output and errors, with every format, the first time, the second time and without the cache."""
    paths = [".", "nowhere.shape"]
    for options in ALL_OPTIONS:
        fresh = check("--no-cache", *options, *paths)
        assert [check(*options, *paths) for _ in range(2)] == [fresh, fresh]
    assert len(entries(folder)) > 4


def test_what_is_shared(counted: Counted) -> None:
    """Formats made of the same data share a report; what the report depends on does not."""
    assert counted("good.shape", "--output-format", "json") == ["good.shape"]
    for format in ("sarif", "junit", "github"):
        assert counted("good.shape", "--output-format", format) == []
    assert counted("good.shape") == ["good.shape"]
    for options in (
        ["-v"],
        ["-q"],
        ["--strict"],
        ["--lint", "none"],
        ["--memory-limit", "1GiB"],
        ["--engine", "sympy"],
    ):
        assert counted("good.shape", *options) == ["good.shape"]
        assert counted("good.shape", *options) == []
    assert counted("good.shape", "-j", "1") == []
    assert counted("./good.shape") == ["./good.shape"]


def test_no_cache(counted: Counted, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither read nor written; the environment says the same."""
    assert counted("good.shape", "--no-cache") == counted("good.shape", "--no-cache") == ["good.shape"]
    assert entries(folder) == []
    monkeypatch.setenv("SHAPECHECK_CACHE", "0")
    assert counted("good.shape") == counted("good.shape") == ["good.shape"]
    assert entries(folder) == []


def test_another_folder(counted: Counted, folder: Path) -> None:
    """`--cache-dir` is used in the place of the usual one."""
    assert counted("good.shape", "--cache-dir", "here") == ["good.shape"]
    assert counted("good.shape", "--cache-dir", "here") == []
    assert entries(folder) == [] and list(Path("here", "entries-1").glob("*/*"))


@pytest.mark.parametrize("name", ["good.shape", "layers.shape", "new.shape"])
def test_an_edit(counted: Counted, name: str) -> None:
    """Of the spec or of what it imports; a file that is imported and was not there counts, too."""
    Path("good.shape").write_text('from "new.shape" import g\n' + GOOD)
    Path("again.shape").write_text('from "good.shape" import h\n' + GOOD)
    assert counted("again.shape") == ["again.shape"] and counted("again.shape") == []
    Path(name).write_text((Path(name).read_text() if Path(name).exists() else "") + "layer h() = tanh\n")
    assert counted("again.shape") == ["again.shape"] and counted("again.shape") == []


def test_an_edit_that_keeps_size_and_time(folder: Path) -> None:
    """The text decides, not what the file system says of it."""
    assert check("good.shape")[0] == 0
    state = os.stat("layers.shape")
    Path("layers.shape").write_text(LAYERS.replace("relu", "topk"))
    os.utime("layers.shape", ns=(state.st_atime_ns, state.st_mtime_ns))
    assert os.stat("layers.shape").st_size == state.st_size
    assert check("good.shape") == check("good.shape", "--no-cache")
    assert check("good.shape")[0] == 1


def test_an_import_that_leads_elsewhere(counted: Counted, folder: Path) -> None:
    """A link is turned round: the texts are equal, the file is another one."""
    Path("other.shape").write_text(LAYERS)
    Path("link.shape").symlink_to("layers.shape")
    Path("good.shape").write_text(GOOD.replace("layers", "link"))
    assert counted("good.shape") == ["good.shape"] and counted("good.shape") == []
    Path("link.shape").unlink()
    Path("link.shape").symlink_to("other.shape")
    assert counted("good.shape") == ["good.shape"]


def test_what_may_be_imported(folder: Path) -> None:
    """The folders that are named decide what may be read; the same spec is wrong where its folder alone is named."""
    Path("below").mkdir()
    Path("below", "good.shape").write_text(GOOD.replace("layers.shape", "../layers.shape"))
    for _ in range(2):
        assert check("below/good.shape", ".")[0] == 1  # broken.shape and false.shape
        assert b"outside of the folders" in check("below/good.shape")[1]
        assert b"outside" not in check("below/good.shape", "good.shape")[1]


def test_parts_of_a_document(counted: Counted) -> None:
    """Each spec has a report of its own; prose that keeps the lines where they are changes none."""
    text = "Words\n```shape a\ndim n\ninput x : n\n```\n```shape b\ndim m\ninput x : m\n```\n"
    Path("notes.md").write_text(text)
    assert counted("notes.md") == ["notes.md#a", "notes.md#b"]
    Path("notes.md").write_text(text.replace("Words", "Other"))
    assert counted("notes.md#a", "notes.md#b") == []
    Path("notes.md").write_text(text.replace("dim m", "dim M").replace("x : m", "x : M"))
    assert counted("notes.md") == ["notes.md#b"]


def test_another_terminal(folder: Path) -> None:
    """Its width and its colors are part of the report."""
    Path("long.shape").write_text("y = z  # " + "x" * 300 + "\n")
    looks = [{}, {"COLUMNS": "70"}, {"FORCE_COLOR": "1"}, {"COLUMNS": "70", "FORCE_COLOR": "1"}]
    fresh = [check("long.shape", "--no-cache", **look) for look in looks]
    assert len(set(fresh)) == 4
    for _ in range(2):
        assert [check("long.shape", **look) for look in looks] == fresh


def test_nothing_heavy_is_imported(folder: Path) -> None:
    """The second time; what is imported is read from the interpreter itself at its end."""
    script = (
        "import atexit, sys\n"
        f"atexit.register(lambda: print([m for m in {HEAVY!r} if m in sys.modules], file=sys.stderr))\n"
        "sys.argv = ['shapecheck', 'check', 'good.shape']\nfrom shapecheck.__main__ import main\nmain()"
    )
    said = [subprocess.run([sys.executable, "-c", script], capture_output=True, text=True).stderr for _ in range(2)]
    assert "numpy" in said[0] and said[1] == "[]\n"


# ---- damage ------------------------------------------------------------------------------------

DAMAGES: dict[str, Callable[[Path], object]] = {
    "empty": lambda path: path.write_bytes(b""),
    "cut": lambda path: path.write_bytes(path.read_bytes()[:-7]),
    "longer": lambda path: path.write_bytes(path.read_bytes() + b"x"),
    "a byte changed": lambda path: path.write_bytes(path.read_bytes()[:-9] + b"?" + path.read_bytes()[-8:]),
    "no digest": lambda path: path.write_bytes(path.read_bytes().split(b"\n", 2)[2]),
    "other bytes": lambda path: path.write_bytes(b"\xff" * 5000),
    "a folder": lambda path: (path.unlink(), path.mkdir()),
    "a pipe": lambda path: (path.unlink(), os.mkfifo(path)),
    "a link to itself": lambda path: (path.unlink(), path.symlink_to(path.name)),
    "unreadable": lambda path: path.chmod(0),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_entry_is_none(folder: Path, damage: str) -> None:
    """The report is made anew, and no word is lost about it."""
    fresh = check("false.shape")
    (entry,) = entries(folder)
    DAMAGES[damage](entry)
    assert check("false.shape") == fresh == check("false.shape")


@pytest.mark.parametrize("where", ["a file", "a link to nowhere", "read-only", "/dev/null", "a full disk"])
def test_a_folder_that_cannot_be_written(folder: Path, where: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The check is as if there were no cache."""
    place = folder / "cache"
    if where == "a file":
        place.write_text("")
    elif where == "a link to nowhere":
        place.symlink_to("/nowhere/at/all")
    elif where == "read-only":
        place.mkdir(mode=0o500)
    fresh = check("--no-cache", "false.shape")
    named = {"/dev/null": ["--cache-dir", "/dev/null"], "a full disk": ["--cache-dir", "/proc/self"]}.get(where, [])
    assert check(*named, "false.shape") == fresh


def test_a_disk_that_is_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is kept, and nothing is left behind; what was kept before is still there."""
    store = Store(str(tmp_path))
    store.put(KEY, b"old")

    class Full:
        def __enter__(self) -> Full:
            return self

        def __exit__(self, *_: object) -> None:
            return None

        def write(self, data: bytes) -> None:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(entry_store, "written", lambda path: Full())
    store.put(KEY, b"new")
    store.put("cd" * 32, b"new")
    assert (store.get(KEY), store.get("cd" * 32)) == (b"old", None)


# ---- the store ---------------------------------------------------------------------------------


@given(st.binary(max_size=300))
@settings(max_examples=30)
def test_what_is_kept_comes_back(payload: bytes) -> None:
    """Any bytes; under another key there is nothing."""
    import tempfile

    with tempfile.TemporaryDirectory() as place:
        store = Store(place)
        store.put(KEY, payload)
        assert (store.get(KEY), store.get("ab" * 31 + "00")) == (payload, None)


def test_the_store_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In bytes and in entries; what was asked for last stays."""
    monkeypatch.setattr(entry_store, "MOST_BYTES", 16 * 2000)
    monkeypatch.setattr(entry_store, "MOST_ENTRIES", 8)
    store = Store(str(tmp_path))
    for number in range(40):
        store.put(f"a{number:063}", b"x" * (10 if number < 20 else 400))
        os.utime(tmp_path / "entries-1" / "a" / f"{number:063}", ns=(number, number))
        store.get(f"a{0:063}")
    sizes = [path.stat().st_size for path in (tmp_path / "entries-1" / "a").iterdir()]
    assert sum(sizes) <= 2000 and len(sizes) <= 8
    assert store.get(f"a{0:063}") is not None and store.get(f"a{39:063}") is not None
    store.put(KEY, b"x" * (entry_store.LARGEST_ENTRY + 1))
    assert store.get(KEY) is None


def test_many_processes_at_once(folder: Path) -> None:
    """All say the same, and nothing half-written is left."""
    line = [sys.executable, "-m", "shapecheck", "check", "."]
    running = [subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(5)]
    said = {running.communicate(timeout=100) for running in running}
    assert said == {check("--no-cache", ".")[1:]}
    assert not [path for path in entries(folder) if path.name.endswith(".part")]
    assert len(entries(folder)) == 4


def test_the_usual_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    """As the XDG Base Directory Specification says: a relative path is no path."""
    monkeypatch.setenv("HOME", "/home/someone")
    monkeypatch.setenv("XDG_CACHE_HOME", "/var/caches")
    assert default_folder() == "/var/caches/shapecheck"
    for value in ("", "relative/path"):
        monkeypatch.setenv("XDG_CACHE_HOME", value)
        assert default_folder() == "/home/someone/.cache/shapecheck"


# ---- what else a report rests on ---------------------------------------------------------------


def test_another_program(folder: Path, tmp_path: Path) -> None:
    """A change of the program, or of its library, makes a new report: a copy of it with a layer changed says so."""
    copy = tmp_path / "copy"
    for part in ("shapecheck", "grammars", "specs/std"):
        shutil.copytree(ROOT / part, copy / part, ignore=shutil.ignore_patterns("__pycache__"))
    Path("norm.shape").write_text("dim n\ninput x : n\ny = x -> dense(n)\nclaim params == n^2 + n\n")
    path = {"PYTHONPATH": f"{copy}{os.pathsep}{sysconfig.get_paths()['purelib']}"}
    assert check("norm.shape", **path)[0] == check("norm.shape", **path)[0] == 0
    (library,) = [item for item in (copy / "specs" / "std").glob("*.shape") if "layer dense(" in item.read_text()]
    text = library.read_text()
    library.write_text(re.sub(r"layer dense\((.*?)bias = true", r"layer dense(\1bias = false", text))
    assert library.read_text() != text
    assert check("norm.shape", **path)[0] == 1


# ---- without click -----------------------------------------------------------------------------

WORDS = st.sampled_from(
    ["-v", "-q", "--strict", "--verbose", "--quiet", "--lint", "all", "none", "--engine", "sympy", "-j", "2", "0",
     "--jobs", "--output-format", "json", "sarif", "--no-cache", "--cache", "a.shape", "-", "--help", "-vq", "--",
     "--watch", "--lint=all", "--memory-limit", "1GiB"]
)  # fmt: skip


@given(st.lists(WORDS, max_size=6))
@settings(max_examples=300)
def test_the_quick_start_reads_as_click_does(words: list[str]) -> None:
    """The same paths and options, or it leaves the line to click."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("SHAPECHECK_CACHE", raising=False)
        found = quick_start.read(["check", *words])
        seen: list[tuple[tuple[str, ...], CheckOptions]] = []
        patch.setattr("shapecheck.cli.check.check_paths", lambda paths, options: seen.append((paths, options)) or 0)
        if found is not None:
            CliRunner().invoke(main, ["check", *words])
            assert seen == [(found[0], options_of(**found[1]))]
