"""CONTRIBUTING.md is true: the files that it names exist, and its words are those of the code."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / ".github" / "CONTRIBUTING.md").read_text()
PATHS = sorted({word for word in re.findall(r"`([\w./-]+)`", TEXT) if "/" in word or word.endswith((".py", ".toml"))})
WORDS = re.findall(r"^\| ([a-z]+) \| ", TEXT.partition("## Words")[2].partition("## Seven")[0], re.M)[1:]
MODULES = sorted((ROOT / "shapecheck").rglob("*.py"))


@pytest.mark.parametrize("path", PATHS)
def test_every_path_exists(path: str) -> None:
    """A path in backticks is a file or a folder of the project, seen from its root."""
    assert (ROOT / path).exists()


def test_every_room_is_in_the_list() -> None:
    """The picture of the rooms, from the top to the bottom, leaves none out."""
    picture = TEXT.partition("## Where things are")[2].partition("\n`grammars")[0]
    rooms = {path.parent.name for path in (ROOT / "shapecheck").glob("*/__init__.py")}
    assert {room for room in rooms if not re.search(rf"^    .*\b{room}\b", picture, re.M)} == set()


@pytest.mark.parametrize("word", WORDS)
def test_every_word_of_the_glossary_is_used(word: str) -> None:
    """A word that no name in the code contains any more has nothing to explain."""
    assert any(word in re.split(r"[^a-z]+|(?<=s)s$", name) or f"{word}s" in name for name in _names())


def test_the_glossary_is_sorted_out() -> None:
    """Each word is explained once."""
    assert len(WORDS) == len(set(WORDS)) > 20


_NAMES: set[str] = set()


def _names() -> set[str]:
    """All names of modules, classes, functions, parameters and attributes, in lower case with `_` between words."""
    if not _NAMES:
        for path in MODULES:
            _NAMES.add(path.stem)
            for node in ast.walk(ast.parse(path.read_text())):
                name = getattr(node, "name", None) or getattr(node, "arg", None) or getattr(node, "attr", None)
                if isinstance(name, str):
                    _NAMES.add(re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower())
    return _NAMES
