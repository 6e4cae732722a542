"""Many specs at once: on this machine, through any executor, on a local cluster of Dask of which a worker is killed.

Independent truth: `shapecheck test` and `shapecheck check` in one process say the same.
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from shapecheck import __version__
from shapecheck.cli import main
from shapecheck.testing import campaign
from tests.oracles.engines import engine

ROOT = Path(__file__).parents[2]
FINE = "dim n\ninput x : n\ny = x + x\nclaim y : n\n"
WRONG = "dim n\nassume n >= 2\ninput x : n\ny[i] = x[2i] for i in 0..n // 2\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to stand in, with ten specs that import, a document, and one that is wrong."""
    monkeypatch.chdir(tmp_path)
    Path("below").mkdir()
    Path("below", "layers.shape").write_text("layer f(k) {\n  dim n\n  input x : n\n  output y\n  y = k * x\n}\n")
    for number in range(10):
        use = f"dim n\ninput x : n\ny = x -> f({number})\nclaim y : n\n"
        Path(f"s{number}.shape").write_text(f'from "below/layers.shape" import f\n{use}')
    Path("wrong.shape").write_text(WRONG)
    Path("notes.md").write_text(f"```shape one\n{FINE}```\n```shape two\n{FINE}```\n")
    return tmp_path


def run(*arguments: str) -> Result:
    """The command line, in this process."""
    return CliRunner().invoke(main, arguments)


PATHS = [*(f"s{number}.shape" for number in range(10)), "wrong.shape", "notes.md"]


def test_a_campaign_says_what_the_command_says(folder: Path) -> None:
    """Spec by spec, in the order of the paths; with a folder for a path, all specs below it."""
    found = campaign(PATHS, max_examples=3)
    assert [item.title for item in found][-3:] == ["wrong.shape", "notes.md#one", "notes.md#two"]
    assert [item.ok for item in found] == [True] * 10 + [False, True, True]
    printed = run("test", "-j", "1", "--max-examples", "3", *PATHS)
    assert printed.stdout.startswith("\n".join(item.text for item in found) + "\n")
    assert [item.title for item in campaign(".", max_examples=1)][:2] == ["below/layers.shape", "s0.shape"]


@pytest.mark.parametrize("kind", [ProcessPoolExecutor, ThreadPoolExecutor])
def test_any_executor(folder: Path, kind: Any) -> None:
    """Two at a time, with the same results; progress is told."""
    seen: list[tuple[int, int]] = []
    with kind(2) as executor:
        found = campaign(PATHS, executor, max_examples=3, progress=lambda done, total: seen.append((done, total)))
    assert found == campaign(PATHS, max_examples=3)
    assert seen == [(number, 13) for number in range(1, 14)]


def test_what_cannot_be_read(folder: Path) -> None:
    """The usual exceptions, before anything is tested."""
    with pytest.raises(FileNotFoundError):
        campaign("nowhere.shape")
    Path("bytes.shape").write_bytes(b"\xff")
    with pytest.raises(UnicodeDecodeError):
        campaign(["s0.shape", "bytes.shape"])


class Broken(ThreadPoolExecutor):
    """An executor whose workers are gone."""

    def submit(self, *_: Any, **__: Any) -> Any:
        raise RuntimeError("no workers")


def test_what_could_not_be_done_is_told(folder: Path) -> None:
    """Each spec with the reason; none of them counts as tested."""
    with Broken(1) as executor:
        found = campaign(["s0.shape", "notes.md"], executor)
    assert [(item.title, item.ok, item.undone) for item in found] == [
        (title, False, "no workers") for title in ("s0.shape", "notes.md#one", "notes.md#two")
    ]


def test_the_program_of_the_guide() -> None:
    """The page's own lines, as a process in a checkout."""
    page = (ROOT / "shapecheck" / "guide" / "testing.md").read_text()
    (program,) = [text for text in re.findall(r"```python\n(.*?)```", page, re.S) if "campaign" in text]
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT,
                          capture_output=True, text=True, timeout=300)  # fmt: skip
    names = sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "specs" / "slides").rglob("*.shape"))
    assert sorted(done.stdout.splitlines()) == [f"True {name}" for name in names], done.stderr


# ---- a cluster -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    """A scheduler and two workers on this machine, each a process with one thread."""
    distributed = engine("distributed")
    made = distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, host="127.0.0.1", silence_logs=50
    )
    yield made
    made.close()


def test_commands_on_a_cluster(folder: Path, cluster: Any) -> None:
    """They print what they print here; the workers stand in another folder, and read no file of this one."""
    address = cluster.scheduler_address
    for command in (["check", "-v"], ["check", "--output-format", "json"], ["test", "--max-examples", "2"],
                    ["test", "--mutate", "--max-mutants", "4"]):  # fmt: skip
        here = run(*command, *(["-j", "1"]), *PATHS)
        there = run(*command, "--cluster", address, *PATHS)
        assert (there.exit_code, there.stdout, there.stderr) == (here.exit_code, here.stdout, here.stderr)


def test_a_scheduler_file(folder: Path, cluster: Any) -> None:
    """As `dask scheduler --scheduler-file` writes it; only the address in it counts."""
    Path("scheduler.json").write_text(json.dumps({"type": "Scheduler", "address": cluster.scheduler_address}))
    assert run("check", "--cluster", "scheduler.json", "s0.shape").stdout == run("check", "s0.shape").stdout


def _kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def test_a_worker_that_is_killed(folder: Path, cluster: Any) -> None:
    """One of two workers, in the middle of the campaign: what it was doing is done again, and nothing is missing."""
    with engine("distributed").Client(cluster) as client:
        victim = next(iter(client.scheduler_info(n_workers=-1)["workers"]))
        killed: list[int] = []

        def progress(done: int, total: int) -> None:
            if done == 2:
                pid = client.run(os.getpid, workers=[victim])[victim]
                os.kill(pid, signal.SIGKILL)
                killed.append(pid)

        found = campaign(PATHS, client.get_executor(pure=False), max_examples=4, progress=progress)
    assert killed and found == campaign(PATHS, max_examples=4)


def test_a_cluster_that_is_not_there(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One line says so, and nothing is checked; nor with an address that is none."""
    engine("distributed")
    from shapecheck.commands import cluster as module

    monkeypatch.setattr(module, "PATIENCE", "1s")
    for address in ("tcp://127.0.0.1:9", "nonsense://x", "scheduler.json"):
        result = run("check", "--cluster", address, "s0.shape")
        assert (result.exit_code, result.stdout) == (2, "")
        assert result.stderr.startswith(f"shapecheck: --cluster: cannot reach the scheduler at {address}: ")


def test_a_cluster_with_another_version(folder: Path, cluster: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its reports could differ: refused."""
    from shapecheck.commands import cluster as module

    monkeypatch.setattr(module, "__version__", "0.0.0")
    result = run("check", "--cluster", cluster.scheduler_address, "s0.shape")
    assert result.exit_code == 2 and "has shapecheck" in result.stderr and "this is 0.0.0" in result.stderr


def test_workers_of_no_use() -> None:
    """None at all, only one that died just now, and one without the program."""
    from shapecheck.commands.cluster import _check_versions
    from shapecheck.commands.exit_codes import Refused

    without = {"a": __version__, "b": ImportError("no module")}
    refused = [({}, "no workers"), ({"a": OSError("closed")}, "no workers"), (without, "worker b has no shapecheck")]
    for versions, says in refused:
        with pytest.raises(Refused, match=says):
            _check_versions("tcp://x", versions)
    _check_versions("tcp://x", {"a": __version__, "b": OSError("closed")})


def test_without_the_package(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One line says what to install."""
    monkeypatch.setitem(sys.modules, "distributed", None)
    result = run("test", "--cluster", "tcp://127.0.0.1:1", "s0.shape")
    said = "shapecheck: --cluster needs the package distributed: pip install 'shapecheck-lang[dask]'\n"
    assert (result.exit_code, result.stderr) == (2, said)
