"""No modules import one another in a circle, whether at the top of a file or inside of a function.

Imports under `if TYPE_CHECKING` are left out: they only name types.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

import shapecheck
from shapecheck.components import components

PACKAGE = Path(shapecheck.__file__).parent
BOTH = ["sample.a -> sample.b -> sample.a"]


def module_of(path: Path, package: Path) -> str:
    """The name of the module that stands in a file: `shapecheck.graph` for `graph/__init__.py`."""
    parts = path.relative_to(package.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported(node: ast.AST) -> Iterator[tuple[str, str]]:
    """Module and name of every import below a node: `from a import b` gives `("a", "b")`, `import a` `("a", "")`."""
    for child in ast.iter_child_nodes(node):
        match child:
            case ast.If(test=ast.Name("TYPE_CHECKING")):
                yield from imported(ast.Module(child.orelse, []))
            case ast.Import(names):
                yield from ((item.name, "") for item in names)
            case ast.ImportFrom(str() as module, names, 0):
                yield from ((module, item.name) for item in names)
            case _:
                yield from imported(child)


def arrows_of(package: Path) -> Mapping[str, list[str]]:
    """For every module of a package the modules of it that it imports; a package stands for its `__init__`."""
    trees = {module_of(path, package): ast.parse(path.read_text("utf-8")) for path in sorted(package.rglob("*.py"))}
    arrows: dict[str, list[str]] = {}
    for module, tree in trees.items():
        pairs = list(imported(tree))
        meant = [f"{base}.{name}" if f"{base}.{name}" in trees else base for base, name in pairs]
        arrows[module] = [other for other in dict.fromkeys(meant) if other in trees]
    return arrows


def circle(arrows: Mapping[str, list[str]], members: list[str]) -> str:
    """One way around among the members of a strongly connected part: `a -> b -> a`."""
    way = [members[0]]
    while way[-1] not in way[:-1]:
        way.append(next(other for other in arrows[way[-1]] if other in members))
    return " -> ".join(way[way.index(way[-1]) :])


def circles(package: Path) -> list[str]:
    """All import circles of a package, one for each strongly connected part."""
    arrows = arrows_of(package)
    parts = [part for part in components(arrows) if len(part) > 1 or part[0] in arrows[part[0]]]
    return [circle(arrows, part) for part in parts]


def test_no_modules_import_one_another_in_a_circle() -> None:
    """Every module can be read after those that it imports."""
    assert circles(PACKAGE) == []


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("from sample.b import y", "def f():\n    from sample import a\n", BOTH),
        ("import sample.b", "if True:\n    import sample.a", BOTH),
        ("from sample import b", "if TYPE_CHECKING:\n    from sample.a import X\n", []),
        ("from sample import b", "if TYPE_CHECKING:\n    x = 1\nelse:\n    from sample import a", BOTH),
        ("from sample import b", "x = 1", []),
        ("from sample.b import y", "from sample import exported", ["sample -> sample.a -> sample.b -> sample"]),
        ("from sample.a import y", "x = 1", ["sample.a -> sample.a"]),
    ],
    ids=[
        "inside a function",
        "inside an if",
        "for types only",
        "but for types",
        "one way",
        "through the package",
        "of itself",
    ],
)
def test_a_circle_is_found_and_named(tmp_path: Path, first: str, second: str, expected: list[str]) -> None:
    """The search finds circles written in different ways, and leaves out imports for types."""
    package = tmp_path / "sample"
    package.mkdir()
    for name, text in {"__init__": "from sample.a import exported", "a": first, "b": second}.items():
        (package / f"{name}.py").write_text(text, "utf-8")
    assert circles(package) == expected
