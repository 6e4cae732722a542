"""The specs that the tests of the syntax run over."""

from __future__ import annotations

from pathlib import Path

from shapecheck.source import Source

_ROOT = Path(__file__).parents[2]


def load(name: str) -> Source:
    """A spec of tests/corpus, with its line ends as they are."""
    return _source(_ROOT / "tests" / "corpus" / name)


def _source(path: Path) -> Source:
    return Source(str(path.relative_to(_ROOT)), path.read_bytes().decode())


CORPUS = [_source(path) for folder in ("specs", "tests/corpus") for path in sorted((_ROOT / folder).rglob("*.shape"))]
