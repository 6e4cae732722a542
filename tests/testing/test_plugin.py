"""The plugin of pytest.

Independent truth: specs whose claims are right or wrong by hand, and what is imported, told by Python itself.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np  # noqa: F401 - pytester forgets what a run imports, and NumPy cannot be imported twice
import pytest

pytest_plugins = "pytester"

SPEC = """dim n
assume n >= 2
input x : n
y[i] = x[2i - 2] + x[2i - 1] for i in 1..n // 2
claim "half" y : n // 2
claim "nothing is lost" sum[i in 1..n // 2](y[i]) == sum[i in 0..n - 1](x[i])
claim "as long as before" size(y, 0) == n
test four(n = 4) {
  x = [1, 2, 3, 4]
  claim y[1] == 3
}
"""
HEAVY = ("numpy", "sympy", "islpy", "lark", "hypothesis", "rich", "click", "shapecheck.check", "shapecheck.source")


@pytest.fixture
def folder(pytester: pytest.Pytester) -> pytest.Pytester:
    """A folder with one spec."""
    (pytester.path / "pairs.shape").write_text(SPEC)
    return pytester


def names(result: pytest.RunResult) -> list[str]:
    """What was collected."""
    return [line.partition("::")[2] for line in result.stdout.lines if "::" in line]


def test_an_item_for_each_claim_test_and_property(folder: pytest.Pytester) -> None:
    """Three claims, a test with a claim of its own, five properties, and that the shapes can be derived."""
    assert names(folder.runpytest("--collect-only", "-q")) == [
        "shapes can be derived",
        'line 5: claim "half"',
        'line 6: claim "nothing is lost"',
        'line 7: claim "as long as before"',
        "line 8: test four",
        "property shapes",
        "property values",
        "property requirements",
        "property claims",
        "property counts",
    ]


def test_failures_with_carets_and_without_a_traceback(folder: pytest.Pytester) -> None:
    """The claim on the size is false for all sizes; the one on the sum for odd ones, which only the runs find."""
    result = folder.runpytest("-vv")
    assert result.parseoutcomes() == {"failed": 2, "passed": 8}
    out = result.stdout.str()
    assert '7 | claim "as long as before" size(y, 0) == n\n' in out
    assert "^ refuted" in out and "with n = 3" in out
    assert "see it again: shapecheck run pairs.shape --set n=3 --data ones --check" in out
    assert "Traceback" not in out and "plugin.py" not in out
    assert "pairs.shape: failed  24 runs at" in out


def test_names_choose(folder: pytest.Pytester) -> None:
    """`-k` takes items by their names."""
    assert folder.runpytest("-k", "half or four").parseoutcomes() == {"passed": 2, "deselected": 8}


def test_a_spec_with_errors(pytester: pytest.Pytester) -> None:
    """The mistake is one failure; what rests on it is skipped, and says why."""
    (pytester.path / "wrong.shape").write_text("dim p, d\ninput x : p\ninput y : d\nz = x + y\nclaim z : p\n")
    result = pytester.runpytest("-rs")
    assert result.parseoutcomes() == {"failed": 1, "skipped": 5, "passed": 1} or result.parseoutcomes() == {
        "failed": 2,
        "skipped": 5,
    }
    assert "error[unequal-sizes]" in result.stdout.str() and "the spec has errors" in result.stdout.str()


def test_the_profile_says_how_many(folder: pytest.Pytester) -> None:
    """A profile with three examples: three runs."""
    folder.makeconftest(
        "from hypothesis import settings\n"
        "settings.register_profile('few', max_examples=3, derandomize=True)\n"
        "settings.load_profile('few')\n"
    )
    assert "pairs.shape: failed  3 runs at" in folder.runpytest_subprocess().stdout.str()


def test_a_deadline_of_a_profile(folder: pytest.Pytester) -> None:
    """No run takes less than a millionth of a second: the deadline is missed, and told."""
    folder.makeconftest(
        "from datetime import timedelta\n"
        "from hypothesis import settings\n"
        "settings.register_profile('quick', max_examples=2, deadline=timedelta(microseconds=1))\n"
        "settings.load_profile('quick')\n"
    )
    assert "error[deadline]" in folder.runpytest_subprocess("-k", "values").stdout.str()


def test_blocks_have_properties_of_their_own(pytester: pytest.Pytester) -> None:
    """A block with a claim is a part; without equations of the file itself it is the only one."""
    (pytester.path / "block.shape").write_text(
        "layer twice() {\n  dim n\n  input x : n\n  output y\n  y = 2x\n  claim y : n\n}\n"
    )
    result = pytester.runpytest("-q", "--collect-only")
    assert names(result)[:3] == ["shapes can be derived", "twice: line 6: claim y : n", "twice: property shapes"]
    assert pytester.runpytest().parseoutcomes() == {"passed": 7}


def test_nothing_heavy_is_imported_before_a_spec_is_collected() -> None:
    """Whoever has the package pays for nothing: the plugin's modules alone, in a fresh interpreter."""
    code = "import sys, pytest, shapecheck.testing.plugin\nprint(*sys.modules)"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not [name for name in HEAVY if name in found]
    assert [name for name in found if name.startswith("shapecheck")] == [
        "shapecheck",
        "shapecheck.testing",
        "shapecheck.testing.plugin",
    ]


def test_the_specs_that_tests_are_about_are_no_tests() -> None:
    """Specs below `tests/` are left alone by our own suite: its conftest says so."""
    text = (Path(__file__).parents[1] / "conftest.py").read_text()
    assert 'collect_ignore_glob = ["*.shape"]' in text
