"""Work that nobody waits for any more is ended, and nothing of it is left behind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from shapecheck.editor.open_text import OpenText
from shapecheck.editor.problems import problems
from shapecheck.sizes.work import _METER, Stopped, go_on, stop
from tests.editor.opened import ROOT, opened

PATHS = [ROOT / "specs" / "networks" / "lenet5.shape", ROOT / "tests" / "bad" / "unequal_states.shape"]


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
@pytest.mark.parametrize("after", [0, 1, 20])
def test_the_next_question_ends_the_work(path: Any, after: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """After `stop` no answer comes; asked again, the same text has the problems that a fresh one has."""
    text, fresh = opened(path), opened(path)
    expected = problems(fresh)
    asked = 0

    class Meter(type(_METER)):  # type: ignore[misc]
        """Stops at a question by its number."""

        @property
        def stopping(self) -> bool:
            nonlocal asked
            asked += 1
            return asked > after

        @stopping.setter
        def stopping(self, value: bool) -> None:
            pass

    monkeypatch.setattr("shapecheck.sizes.work._METER", Meter())
    with pytest.raises(Stopped):
        problems(text)
    monkeypatch.undo()
    assert problems(text) == expected


def test_stop_and_go_on() -> None:
    """Between `stop` and `go_on` every derivation ends; then all is as before."""
    work: Callable[[], Any] = lambda: problems(OpenText("a.shape", "dim n\ninput x : n\ny = x + x\n"))  # noqa: E731
    stop()
    try:
        with pytest.raises(Stopped):
            work()
    finally:
        go_on()
    assert work() == ()
