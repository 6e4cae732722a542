"""Names in the house: a module, a folder or a class is found by its name alone.

The names are read from the files; the reasons for those that two rooms share are written here by hand.
"""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from pathlib import Path

PACKAGE = Path(__file__).parents[1] / "shapecheck"

ONE_PART_OF_MANY = {
    "errors": "the messages of a room",
    "model": "the types of a room",
    "text": "the writer of a table, a derivation or a size for terminals",
    "markdown": "a language of documents",
    "latex": "a language of documents",
    "typst": "a language of documents",
    "elementwise": "an operation, and its counterpart in models of other programs",
    "functions": "an operation, and its counterpart in models of other programs",
    "windows": "windows of an operation, and their counterpart in models of other programs",
    "integers": "arithmetic on integers, in specs and in models of other programs",
}
"""Names of modules in several rooms that are the same part of several things."""
LEFT: set[str] = set()
"""Names that still stand for different things in two rooms; the list only gets shorter."""


def _homes() -> dict[str, set[str]]:
    """The places of each name of a module or a folder, without those that a command has by its own name."""
    commands = {path.stem for path in (PACKAGE / "cli").glob("*.py")}
    homes: dict[str, set[str]] = defaultdict(set)
    for path in PACKAGE.rglob("*.py"):
        place = path.relative_to(PACKAGE)
        name = place.parent.name if path.stem == "__init__" else path.stem
        if place.parts[0] not in ("cli", "commands") or name not in commands:
            homes[name].add(str(place))
    return homes


def test_no_two_modules_share_a_name() -> None:
    """A command's module may be called as the room that it opens (`cli/table.py`, `report/table`); others are alone."""
    shared = {name: sorted(places) for name, places in _homes().items() if len(places) > 1 and name != "__main__"}
    allowed = ONE_PART_OF_MANY.keys() | LEFT
    assert {name: places for name, places in shared.items() if name not in allowed} == {}


def test_no_room_has_two_classes_of_a_name() -> None:
    """Two classes of one name in a room could be taken for each other."""
    homes: dict[tuple[str, str], list[str]] = defaultdict(list)
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ClassDef):
                homes[path.relative_to(PACKAGE).parts[0], node.name].append(str(path.relative_to(PACKAGE)))
    assert {key: places for key, places in homes.items() if len(places) > 1} == {}


def test_docstrings_name_the_thing() -> None:
    """A docstring starts with a noun or a verb; with one of these words it would be a piece of a sentence."""
    fragment = re.compile(r'\s*"""(What|Which|Where|How|Of|That|So)\b')
    found = [
        f"{path.relative_to(PACKAGE)}:{number}"
        for path in PACKAGE.rglob("*.py")
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if fragment.match(line)
    ]
    assert found == []
