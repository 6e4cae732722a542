"""The command line as its users meet it: what is typed, what is printed where, with which exit code.

Most run in this process; what depends on the process (imports, pipes, signals) runs in one of its own.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from shapecheck.cli import main

GOOD = """\
dim p, d
input x : d
weight W
y : p = W @ x
claim W : p x d
claim "a square" W : p x p expect refuted
test tiny(p = 3, d = 2)
"""
FALSE = GOOD.replace(" expect refuted", "")
BROKEN = "dim p\ninput x : p\ny = x + z\n"
HEAVY = ("sympy", "numpy", "lark", "islpy", "rich")


def shapecheck(*arguments: str, stdin: str | bytes | None = None) -> Result:
    """The command with these arguments, in this process."""
    return CliRunner().invoke(main, arguments, input=stdin)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in, with `good.shape`, `false.shape` and `broken.shape`."""
    for name, text in (("good", GOOD), ("false", FALSE), ("broken", BROKEN)):
        (tmp_path / f"{name}.shape").write_text(text)
    monkeypatch.chdir(tmp_path)
    return tmp_path


# ---- check -------------------------------------------------------------------------------------


def test_a_good_file_gets_one_line(folder: Path) -> None:
    """Quiet where all is well; exit code 0."""
    result = shapecheck("check", "good.shape")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.startswith("good.shape: ok  1 proved, 1 refuted as expected, shapes confirmed at ")
    assert result.stdout.count("\n") == 1


def test_a_false_claim_is_shown_with_the_smallest_sizes(folder: Path) -> None:
    """By hand: p x d is not p x p; p = d = 1 agrees, so the least sum that fails is 3."""
    result = shapecheck("check", "false.shape")
    assert result.exit_code == 1
    assert result.stdout.startswith(
        """\
error[claim-refuted]: the claim `W : p x p` does not hold
 --> false.shape:6:1
  |
6 | claim "a square" W : p x p
  | ^^^^^^^^^^^^^^^^^^^^^^^^^^ refuted
  |
"""
    )
    sizes = next(line for line in result.stdout.split("\n") if line.startswith("  = with "))
    assert sorted(sizes.removeprefix("  = with ").split(", ")) in (["d = 1", "p = 2"], ["d = 2", "p = 1"])
    assert "false.shape: failed  1 proved, 1 refuted\n" in result.stdout


def test_several_files_and_a_count_of_those_that_fail(folder: Path) -> None:
    """A directory gives all specs below it, in order; each file once, though named twice."""
    result = shapecheck("check", ".", "good.shape")
    assert result.exit_code == 1
    assert [line.split(":")[0] for line in result.stdout.split("\n") if ": ok" in line or ": failed" in line] == [
        "broken.shape", "false.shape", "good.shape",
    ]  # fmt: skip
    assert result.stdout.endswith("2 of 3 files failed\n")


def test_quiet(folder: Path) -> None:
    """Not a word where all is well; what fails is shown all the same."""
    assert shapecheck("check", "-q", "good.shape").output == ""
    assert "error[claim-refuted]" in shapecheck("check", "-q", ".").stdout


def test_the_whole_story(folder: Path) -> None:
    """`-v` adds sizes, shapes, claims and runs (this spec owes nothing)."""
    story = shapecheck("check", "-v", "good.shape").stdout
    assert [line for line in story.split("\n") if line and not line.startswith(" ")][:-1] == [
        "sizes", "shapes", "claims", "runs",
    ]  # fmt: skip
    assert "  W                 weight    p x d  p*d\n" in story


def test_standard_input() -> None:
    """`-` reads a spec from there and calls it `<stdin>`."""
    result = shapecheck("check", "-", stdin=BROKEN)
    assert result.exit_code == 1
    assert " --> <stdin>:3:9\n" in result.stdout


def test_concise(folder: Path) -> None:
    """A line a finding, nothing for good files: `file:line:column: level[code]: text`."""
    result = shapecheck("check", "--output-format", "concise", "broken.shape", "good.shape")
    assert result.exit_code == 1
    assert result.stdout.startswith("broken.shape:3:9: error[undeclared-name]: ")
    assert result.stdout.count("\n") == 1


def test_json(folder: Path) -> None:
    """The keys that other programs rely on, and nothing but JSON on standard output."""
    result = shapecheck("check", "--output-format", "json", "false.shape", "broken.shape", "nowhere.shape")
    assert result.exit_code == 2
    data = json.loads(result.stdout)
    false, broken = data["files"]
    assert data["version"] == 1
    assert [(file["file"], file["ok"]) for file in data["files"]] == [("false.shape", False), ("broken.shape", False)]
    assert [(tensor["name"], tensor["shape"], tensor["where"]) for tensor in false["tensors"]] == [
        ("x", ["d"], ""), ("W", ["p", "d"], ""), ("y", ["p"], ""),
    ]  # fmt: skip
    claim = false["claims"][1]
    assert (claim["line"], claim["verdict"], claim["ok"], claim["expected"]) == (6, "refuted", False, None)
    assert sum(claim["counterexample"].values()) == 3
    assert (broken["claims"], broken["diagnostics"][0]["line"]) == ([], 3)
    assert "cannot find nowhere.shape" in result.stderr


def test_strict(folder: Path) -> None:
    """A claim that is only tested fails then, unless it says that this is enough."""
    text = "dim p\ninput x : p\ny = tanh(x)\nclaim abs(y) <= 1\n"
    assert shapecheck("check", "-", stdin=text).exit_code == 0
    strict = shapecheck("check", "--strict", "-", stdin=text)
    assert strict.exit_code == 1
    assert "error[claim-tested]: the claim `abs(y) <= 1` is tested, not proved" in strict.stdout
    assert "= help: add `expect tested` if that is enough" in strict.stdout
    assert shapecheck("check", "--strict", "-", stdin=text.replace("<= 1", "<= 1 expect tested")).exit_code == 0


# ---- files that cannot be read -----------------------------------------------------------------


def test_a_missing_file_and_its_neighbour(folder: Path) -> None:
    """One line on standard error, with the name that was probably meant; the other files are checked."""
    result = shapecheck("check", "god.shape", "good.shape")
    assert result.exit_code == 2
    assert result.stderr == "shapecheck: cannot find god.shape; did you mean good.shape?\n"
    assert result.stdout.startswith("good.shape: ok")


def test_a_directory_without_specs(folder: Path) -> None:
    """Nothing to check is not a success; hidden folders are not searched."""
    (folder / "empty" / ".git").mkdir(parents=True)
    (folder / "empty" / ".git" / "a.shape").write_text(GOOD)
    result = shapecheck("check", "empty")
    assert (result.exit_code, result.stderr) == (2, "shapecheck: no specs (*.shape) in the directory empty\n")


def test_bytes_that_are_no_text(folder: Path) -> None:
    """The first byte that is wrong is named and pointed at."""
    (folder / "bad.shape").write_bytes("dim p  # π\ninput x\xa7 : p\n".encode("latin-1", "ignore"))
    result = shapecheck("check", "bad.shape")
    assert result.exit_code == 1
    assert result.stdout.startswith("""\
error[not-text]: this file is not UTF-8 text
 --> bad.shape:2:8
  |
2 | input x\ufffd : p
  |        ^ byte 17 of the file is 0xa7
  |
  = help: save it as UTF-8
""")


def test_utf_16_is_recognised(folder: Path) -> None:
    """Windows' editors write it; the message says what to do."""
    (folder / "bad.shape").write_bytes(GOOD.encode("utf-16"))
    assert "it looks like UTF-16; save it as UTF-8" in shapecheck("check", "bad.shape").stdout


def test_a_byte_order_mark_is_no_mistake(folder: Path) -> None:
    """Windows' editors write that as well."""
    (folder / "bom.shape").write_bytes(b"\xef\xbb\xbf" + GOOD.encode())
    assert shapecheck("check", "bom.shape").exit_code == 0


# ---- run ---------------------------------------------------------------------------------------


def test_run_prints_values_and_saves_all(folder: Path) -> None:
    """Independent truth: NumPy's own product of the arrays that were given."""
    weights, x = np.array([[1.0, 2], [3, 4], [5, 6]]), np.array([10.0, 1])
    np.savez("w.npz", W=weights)
    np.save("x.npy", x)
    result = shapecheck(
        "run", "good.shape", "--set", "p=3", "--set", "d=2", "--input", "x=x.npy", "--weights", "w.npz", "-o", "out.npz"
    )
    assert (result.exit_code, result.stderr) == (0, "3 arrays saved to out.npz\n")
    assert result.stdout.startswith(
        "good.shape at p = 3, d = 2, seed = 0, float64\n\ny : 3    # y : p\n  [12. 34. 56.]\n"
    )
    saved = np.load("out.npz")
    assert sorted(saved) == ["W", "x", "y"]
    assert (saved["y"] == weights @ x).all()


def test_run_is_repeatable(folder: Path) -> None:
    """One seed, one result; another seed, another."""
    runs = [shapecheck("run", "good.shape", "--set", "p=3,d=2", "--seed", seed).stdout for seed in ("1", "1", "2")]
    assert runs[0] == runs[1]
    assert runs[0].split("\n")[2:] != runs[2].split("\n")[2:]


def test_run_shows_what_is_asked_for_and_cuts_what_is_large(folder: Path) -> None:
    """`--show` may be repeated; of 10,000 numbers the middle is left out, which is said."""
    result = shapecheck("run", "good.shape", "--set", "p=100,d=100", "--show", "W", "--show", "x")
    assert "\nW : 100 x 100    # W : p x d\n" in result.stdout
    assert "\nx : 100    # x : d\n" in result.stdout
    assert "\ny : " not in result.stdout
    assert "Large tensors are printed in part; -o FILE.npz saves them whole." in result.stdout
    assert len(result.stdout) < 5000


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--set", "p=3"], "1 size has no value: d; add for example --set d=3"),
        ([], "2 sizes have no value: p, d; add for example --set p=3,d=4"),
        (["--set", "p=3,dd=2"], "dd is not a size of this spec; did you mean d?"),
        (["--set", "p=3,d=2,zzz=1"], "zzz is not a size of this spec; its sizes are p, d"),
        (["--set", "p=3,d=two"], "'two' is not a whole number; write d=4"),
        (["--set", "p=3,d="], "the size d has no number; write d=4"),
        (["--set", "p:3"], "'p:3' is not a size; write name=number, for example p=4"),
        (["--set", "p=3,p=4"], "the size p is set twice: to 3 and to 4"),
        (["--set", f"p={'9' * 400}"], "the number for p has 400 digits; no run is that large"),
        (["--set", "p=3,d=2", "--show", "Y"], "--show: nothing is called Y in this spec; did you mean y?"),
        (["--set", "p=3,d=2", "--input", "x.npy"], "'x.npy' does not say which input it is for"),
        (["--set", "p=3,d=2", "--input", "y=x.npy"], "--input: y is not an input or weight of this spec"),
        (["--set", "p=3,d=2", "--input", "x=no.npy"], "cannot find no.npy"),
        (["--set", "p=3,d=2", "--weights", "no.npz"], "cannot find no.npz"),
        (["--set", "p=3,d=2", "-o", "out.txt"], "-o: arrays are saved as .npz, not as 'out.txt'"),
        (["--set", "p=3,d=2", "-o", "no/out.npz"], "-o: there is no directory"),
        (["--set", "p=3,d=2", "--memory-limit", "lots"], "'lots' is not an amount of memory; write it like 4GiB"),
        (["--set", "p=3,d=2", "--seed", "-1"], "-1 is not in the range x>=0"),
    ],
)
def test_run_with_a_wrong_command_line(folder: Path, arguments: list[str], message: str) -> None:
    """Exit code 2 and a sentence that says what to write; nothing on standard output."""
    result = shapecheck("run", "good.shape", *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert message in " ".join(result.stderr.split())


@pytest.mark.parametrize(
    ("sizes", "message"),
    [
        ("p=0,d=2", "p = 0 is not an integer of at least 1"),
        ("p=-3,d=2", "p = -3 is not an integer of at least 1"),
        ("p=1000000000000,d=2", "the run would need about"),
    ],
)
def test_run_at_sizes_that_cannot_be(folder: Path, sizes: str, message: str) -> None:
    """Findings about the spec at these sizes: exit code 1, before anything is computed or written."""
    result = shapecheck("run", "good.shape", "--set", sizes, "-o", "out.npz")
    assert result.exit_code == 1
    assert message in result.stdout
    assert result.stdout.endswith("good.shape: not run\n")
    assert not (folder / "out.npz").exists()


def test_run_of_a_spec_with_mistakes(folder: Path) -> None:
    """They are shown; nothing is run."""
    result = shapecheck("run", "broken.shape", "--set", "p=3")
    assert result.exit_code == 1
    assert "error[undeclared-name]" in result.stdout


def test_memory_limit(folder: Path) -> None:
    """The same run within a larger limit is done; 1000 x 1000 numbers of 8 bytes are 8 MB."""
    sizes = ("run", "good.shape", "--set", "p=1000,d=1000", "--show", "y")
    assert "error[too-much-memory]" in shapecheck(*sizes, "--memory-limit", "1MB").stdout
    assert shapecheck(*sizes, "--memory-limit", "64MiB").exit_code == 0


# ---- table, fmt --------------------------------------------------------------------------------

TABLE = """\
**good.shape**

| name | type | shape | parameters | MACs |
| --- | --- | --- | --- | --- |
| x | input | d |  |  |
| W | weight | p x d | p\\*d |  |
| y | computed | p |  | p\\*d |
| **total** |  |  | **p\\*d** | **p\\*d** |
"""


def test_table(folder: Path) -> None:
    """W has p x d numbers, and W @ x multiplies each once.  The format follows from the ending."""
    assert shapecheck("table", "good.shape", "-f", "markdown").stdout == TABLE
    assert shapecheck("table", "good.shape", "-o", "good.md").output == ""
    assert (folder / "good.md").read_text() == TABLE
    assert shapecheck("table", "good.shape").stdout.startswith("good.shape\nname ")


def test_table_of_unknown_format(folder: Path) -> None:
    """Exit code 2, the endings that are known, and no file."""
    result = shapecheck("table", "good.shape", "-o", "good.pdf")
    assert result.exit_code == 2
    assert "cannot tell the format from 'good.pdf'; end it in one of .txt, .md, .markdown, .tex, .typ," in " ".join(
        result.stderr.split()
    )
    assert not (folder / "good.pdf").exists()


def test_table_of_a_spec_with_mistakes(folder: Path) -> None:
    """There is none; the mistakes are shown."""
    result = shapecheck("table", "broken.shape", "-o", "broken.md")
    assert result.exit_code == 1
    assert "error[undeclared-name]" in result.stdout
    assert not (folder / "broken.md").exists()


UNTIDY, TIDY = "dim  p # size\ninput x:p\n", "dim p  # size\ninput x : p\n"


def test_fmt_in_place(folder: Path) -> None:
    """Written and named; a second time there is nothing to do.  Permissions and line ends stay."""
    path = folder / "untidy.shape"
    path.write_bytes(UNTIDY.replace("\n", "\r\n").encode())
    path.chmod(0o640)
    assert shapecheck("fmt", "untidy.shape").stdout == "reformatted untidy.shape\n"
    assert path.read_bytes() == TIDY.replace("\n", "\r\n").encode()
    assert path.stat().st_mode & 0o777 == 0o640
    assert shapecheck("fmt", "untidy.shape").output == ""
    assert [file.name for file in folder.iterdir() if file.suffix != ".shape"] == []


def test_fmt_check_and_diff(folder: Path) -> None:
    """Nothing is written; exit code 1 where something would be."""
    (folder / "untidy.shape").write_text(UNTIDY)
    check = shapecheck("fmt", "--check", "untidy.shape")
    assert (check.exit_code, check.stdout) == (1, "would reformat untidy.shape\n")
    diff = shapecheck("fmt", "--diff", "untidy.shape")
    assert diff.exit_code == 1
    assert diff.stdout == (
        "--- untidy.shape\n+++ untidy.shape (formatted)\n@@ -1,2 +1,2 @@\n"
        "-dim  p # size\n-input x:p\n+dim p  # size\n+input x : p\n"
    )
    assert (folder / "untidy.shape").read_text() == UNTIDY
    (folder / "untidy.shape").write_text(TIDY)
    assert shapecheck("fmt", "--check", "untidy.shape").exit_code == 0


def test_fmt_of_standard_input() -> None:
    """To standard output, and nothing else there."""
    assert shapecheck("fmt", "-", stdin=UNTIDY).stdout == TIDY


def test_fmt_follows_links(folder: Path) -> None:
    """The file that a link leads to is written, and the link stays one."""
    (folder / "untidy.shape").write_text(UNTIDY)
    (folder / "link.shape").symlink_to("untidy.shape")
    assert shapecheck("fmt", "link.shape").exit_code == 0
    assert (folder / "link.shape").is_symlink()
    assert (folder / "untidy.shape").read_text() == TIDY


def test_fmt_leaves_a_broken_file_alone(folder: Path) -> None:
    """Its mistakes go to standard error, for standard output may be a pipe to a file."""
    (folder / "open.shape").write_text("y = (1\n")
    result = shapecheck("fmt", "open.shape")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "error[unclosed-bracket]" in result.stderr
    assert (folder / "open.shape").read_text() == "y = (1\n"


# ---- the process -------------------------------------------------------------------------------


def process(*arguments: str, **options: object) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "shapecheck", *arguments], capture_output=True, text=True, timeout=60, **options
    )  # type: ignore[call-overload]


@pytest.mark.parametrize(
    "arguments", [["--help"], ["--version"], ["check"], ["check", "--help"], ["run", "--help"], ["nonsense"]]
)
def test_help_and_usage_errors_import_nothing_heavy(arguments: list[str]) -> None:
    """They answer at once; what is imported is read from the interpreter itself at its end."""
    script = (
        "import atexit, sys\n"
        f"atexit.register(lambda: print([m for m in {HEAVY!r} if m in sys.modules], file=sys.stderr))\n"
        f"from shapecheck.cli import main\nmain({arguments!r})"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False)
    assert done.stderr.rstrip().split("\n")[-1] == "[]"
    assert done.returncode in (0, 2)


def test_checking_imports_no_sympy(folder: Path) -> None:
    """Shape and size claims are judged without it; it takes longer to import than all the rest."""
    script = (
        "import atexit, sys\natexit.register(lambda: print('sympy' in sys.modules, file=sys.stderr))\n"
        "from shapecheck.cli import main\nmain(['check', 'good.shape'])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "False\n")


def test_python_m(folder: Path) -> None:
    """`python -m shapecheck` is the command, and says so."""
    assert process("check", "good.shape").returncode == 0
    assert process("--help").stdout.startswith("Usage: shapecheck ")


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("check --output-format s", "plain,sarif\n"),
        ("che", "plain,check\n"),
        ("check go", "file,go\n"),
        ("table g", "file,g\n"),
    ],
)
def test_completion(folder: Path, words: str, offered: str) -> None:
    """The shell is told the words that fit, or that a file's name belongs there."""
    line = {"COMP_WORDS": f"shapecheck {words}", "COMP_CWORD": str(len(words.split()))}
    script = "from shapecheck.cli import main; main(prog_name='shapecheck')"
    environment = {**os.environ, **line, "_SHAPECHECK_COMPLETE": "bash_complete"}
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, timeout=60)
    assert (done.stdout, done.stderr) == (offered, "")


def test_a_closed_pipe_is_no_error(folder: Path) -> None:
    """`shapecheck .. | head -1`: no traceback, and nothing on standard error."""
    for number in range(30):
        (folder / f"n{number}.shape").write_text("".join(f"y{line} = z\n" for line in range(100)))
    running = subprocess.Popen(
        [sys.executable, "-m", "shapecheck", "check", "."], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert running.stdout is not None and running.stderr is not None
    running.stdout.readline()
    running.stdout.close()
    assert running.stderr.read() == b""
    assert running.wait(timeout=60) == 141


def test_a_bug_of_ours_is_owned_up_to(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit code 101, a request to report it, no traceback; and the other files are still checked."""
    import shapecheck.check as pipeline

    def failing(source: object, **options: object) -> object:
        raise ZeroDivisionError("made for this test")

    monkeypatch.setattr(pipeline, "check", failing)
    result = shapecheck("check", "good.shape", "nowhere.shape")
    assert result.exit_code == 101
    assert result.stderr.startswith(
        "shapecheck: internal error on good.shape, ZeroDivisionError: made for this test\n"
        "This is a bug in shapecheck, not in your spec. Please report it"
    )
    assert "Traceback" not in result.stderr
    assert "cannot find nowhere.shape" in result.stderr
    monkeypatch.setenv("SHAPECHECK_DEBUG", "1")
    assert "Traceback" in shapecheck("check", "good.shape").stderr


def test_no_colors_but_on_terminals(folder: Path) -> None:
    """A pipe gets plain text; with `FORCE_COLOR` it gets colors, unless `NO_COLOR` is set, too."""
    plain = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "FORCE_COLOR", "COLUMNS")}
    done = process("check", "broken.shape", env=plain)
    assert "\x1b" not in done.stdout + done.stderr
    for environment, colored in (({"FORCE_COLOR": "1"}, True), ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
                                 ({"FORCE_COLOR": "0"}, False), ({"FORCE_COLOR": ""}, False)):  # fmt: skip
        again = process("check", "broken.shape", env={**plain, **environment})
        assert ("\x1b" in again.stdout) == colored
        assert re.sub(r"\x1b\[[0-9;]*m", "", again.stdout) == done.stdout
    told = process("check", "broken.shape", "--output-format", "json", env={**plain, "FORCE_COLOR": "1"})
    assert "\x1b" not in told.stdout


def test_the_width_is_that_of_the_environment(folder: Path) -> None:
    """`COLUMNS` says how much of a long line is shown, on terminals and in pipes; 60 is the least."""
    (folder / "long.shape").write_text("y = z  # " + "x" * 400 + "\n")
    widths = []
    for columns in ("60", "90", "10", "none"):
        done = process("check", "long.shape", env={**os.environ, "COLUMNS": columns})
        widths.append(max(map(len, done.stdout.splitlines())))
    assert widths[2] == widths[0] <= 62 < widths[1] <= 92 < widths[3]
