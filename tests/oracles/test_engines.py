"""An engine that is missing is told of, and is a failure where it was asked for.

Independent truth: the rule in `engines`; the import system is told that the module is not there.
"""

from __future__ import annotations

import sys

import pytest

from .engines import engine, required


def test_a_missing_engine_is_a_skip_that_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """None in `sys.modules` is Python's way to say that a module is not to be found."""
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    monkeypatch.delenv("SHAPECHECK_ENGINES", raising=False)
    with pytest.raises(pytest.skip.Exception, match=r"onnxruntime is not installed: pip install .*\[oracles\]"):
        engine("onnxruntime")


def test_a_missing_engine_that_is_asked_for_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in `.ci/run`."""
    monkeypatch.setitem(sys.modules, "torch", None)
    monkeypatch.setenv("SHAPECHECK_ENGINES", "onnx onnxruntime torch")
    with pytest.raises(pytest.fail.Exception, match=r"torch is not installed: .* \(SHAPECHECK_ENGINES asks for it\)"):
        engine("torch")


def test_engines_that_are_asked_for_are_there() -> None:
    """All of them at once."""
    assert {name: engine(name).__name__ for name in required()} == {name: name for name in required()}
