"""Every spec of slides and of the library gives, at the sizes of its tests, what its equations say.

The published networks have millions of entries, too many to evaluate one by one; `tests/networks` says what is
known of them.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from shapecheck.execute import run
from shapecheck.source import Source
from shapecheck.stages import derive
from shapecheck.verdict.runs import literal_array

from .running import assert_agrees

ROOT = Path(__file__).parents[2] / "specs"
FOLDERS = ("slides", "std")
PATHS = sorted(path for folder in FOLDERS for path in (ROOT / folder).glob("*.shape"))


@pytest.mark.parametrize("path", PATHS, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_specs_own_tests(path: Path) -> None:
    """Truth: the naive reference, one entry at a time."""
    shapes, diagnostics = derive(Source(path.name, path.read_text(encoding="utf-8")))
    assert shapes is not None and not shapes.failed, diagnostics
    for test in shapes.graph.tests:
        data = {name: literal_array(node, test.sizes) for name, node in test.data.items()}  # type: ignore[arg-type]
        assert_agrees(shapes, test.sizes, run(shapes, test.sizes, data))
