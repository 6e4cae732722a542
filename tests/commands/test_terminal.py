"""Colors and the bar: on terminals only."""

from __future__ import annotations

import io
import sys
import time

import pytest

from shapecheck.commands import terminal
from shapecheck.commands.terminal import waiting, wants_color


class Terminal(io.StringIO):
    """A stream that says it is a terminal, and keeps what is written."""

    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")


def test_colors_on_terminals_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """And not there where NO_COLOR is set (https://no-color.org) or the terminal is dumb."""
    assert wants_color(Terminal())
    assert not wants_color(io.StringIO())
    monkeypatch.setenv("NO_COLOR", "1")
    assert not wants_color(Terminal())
    monkeypatch.setenv("NO_COLOR", "")
    monkeypatch.setenv("TERM", "dumb")
    assert not wants_color(Terminal())


def test_no_bar_without_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not even the means to move one."""
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    with waiting("checking", 0.0) as advance:
        assert advance is None


def test_no_bar_for_short_work(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is written where the work ends in time."""
    stream = Terminal()
    monkeypatch.setattr(sys, "stderr", stream)
    with waiting("checking", time.monotonic()) as advance:
        assert advance is not None
        advance(1, 2)
    assert stream.getvalue() == ""


def test_a_bar_for_long_work(monkeypatch: pytest.MonkeyPatch) -> None:
    """It says what is being done, and is gone when the work is over (the cursor comes back)."""
    stream = Terminal()
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setattr(terminal, "PATIENCE", 0.0)
    with waiting("checking a.shape", time.monotonic()) as advance:
        assert advance is not None
        time.sleep(1.0)
        advance(1, 2)
        time.sleep(0.3)
    assert "checking a.shape" in stream.getvalue()
    assert stream.getvalue().rstrip().endswith(("\x1b[?25h", "\x1b[2K", "\x1b[1A\x1b[2K"))
