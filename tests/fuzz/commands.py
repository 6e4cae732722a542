"""Every command on a text that may be anything, in this process: what it ends with, and what it says.

Comes in: a text, and random numbers that choose options.  Goes out: exit codes; a bug of ours, or a command that does
not come to an end, is an `AssertionError` that shows the text.
"""

from __future__ import annotations

import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from types import FrameType

from click.testing import CliRunner

from shapecheck.cli import main

LONGEST = 30
"""Seconds of this process's own work after which a command is stuck."""


class Stuck(BaseException):
    """A command does not come to an end; no handler of exceptions may take it for one of its own."""


@contextmanager
def ends() -> Iterator[None]:
    """Stops what does not end by itself, where the system has the timer for it."""
    if not hasattr(signal, "SIGVTALRM"):
        yield
        return
    before = signal.signal(signal.SIGVTALRM, _stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, LONGEST)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def _stop(number: int, frame: FrameType | None) -> None:
    raise Stuck


def command(random: Random, text: str, path: Path) -> list[str]:
    """One command line about the file; names and sizes are those that the text seems to have."""
    names = re.findall(r"\b[A-Za-z_]\w*\b", text) or ["x"]
    dims = {name for line in re.findall(r"\bdim\b(.*)", text) for name in re.findall(r"[A-Za-z_]\w*", line)}
    sizes = [f"{name}={random.choice((1, 2, 3, 3, 4, 5))}" for name in sorted(dims)]
    settings = ["--set", ",".join(sizes)] if sizes else []
    file, name = str(path), random.choice(names)
    small = ["--memory-limit", "64M"]
    lines = text.count("\n") + 1
    return random.choice(
        (
            ["check", file, *small], ["check", "-v", file, *small], ["check", "--output-format", "json", file, *small],
            ["check", "--lint", "all", "--strict", file, *small],
            ["run", file, *settings, *small], ["run", file, *settings, "--check", *small, "--data", "large"],
            ["table", file], ["table", file, "--depth", "2", *settings],
            ["table", file, "--columns", "name,type,kernel,shape,parameters,macs,activations,receptive-field,line"],
            ["equations", file], ["equations", file, "-f", "latex"], ["explain", file], ["explain", file, name],
            ["explain", file, "params", "macs"], ["explain", f"{file}:{random.randint(1, lines)}"],
            ["sizes", file], ["sizes", file, "--json", "--above", "7"], ["sizes", file, "--where", f"{name} == 5"],
            ["fmt", "--diff", file], ["fmt", file], ["fmt", "--unicode", file],
            ["show", file, name, *settings, *small], ["show", file, name, *settings, "--at", "0,0", *small],
            ["diagram", file, "-f", "mermaid"], ["diagram", file, "--depth", "2"],
            ["test", file, "--max-examples", "2", "-j", "1", *small],
            ["weave", str(path.with_suffix(".md")), "--check"],
        )
    )  # fmt: skip


def obey(words: list[str], text: str, path: Path) -> int:
    """The exit code of a command on a text, which is one of those that are documented."""
    path.write_text(text, encoding="utf-8")
    if words[0] == "weave":
        marks = (f"<!-- shapecheck: {word} {path.name} -->\n<!-- /shapecheck -->\n" for word in ("table", "check"))
        path.with_suffix(".md").write_text(f"{''.join(marks)}\n```shape\n{text}\n```\n", encoding="utf-8")
    told = f"shapecheck {' '.join(words)}\n{text}"
    try:
        with ends():
            result = CliRunner().invoke(main, words)
    except Stuck as error:
        raise AssertionError(f"does not end: {told}") from error
    assert result.exit_code in (0, 1, 2), f"exit code {result.exit_code}: {told}\n{result.stderr}"
    assert "Traceback" not in result.output + result.stderr, f"{told}\n{result.output}"
    return result.exit_code
