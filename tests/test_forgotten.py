"""A newcomer's tasks (`.github/CONTRIBUTING.md`): a place that was forgotten fails here, and is named.

What else a statement needs is in `test_closed.py`, cases of operations in `tests/ops/test_every_op.py`, sections of the
guide on operations and layers in `tests/guide/test_guide.py`.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import get_args

import pytest

from shapecheck import guide
from shapecheck.cli import main
from shapecheck.cli.table import FORMATS as FORMATS_OF_THE_COMMAND
from shapecheck.lints import CODES, LINTS
from shapecheck.ops import OPS
from shapecheck.ops.base import Op
from shapecheck.report.table import ENDINGS, FORMATS
from shapecheck.source import Source
from shapecheck.syntax import parse, tree
from shapecheck.syntax.stored import grammar_text
from shapecheck.syntax.walking import walk

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "shapecheck"
README = (ROOT / "README.md").read_text()

LINT_HELPERS = {"again", "allow", "combs", "lint_wording", "model", "survey"}
"""Modules of `shapecheck/lints` that are no lint."""
WRITER_HELPERS = {"model", "page_width", "table_label", "worded", "writers"}
"""Modules of `shapecheck/report/table` that are no writer."""
NOT_ON_WRONG_SPECS = {
    "check": "`tests/bad` is its own test",
    "compare": "needs a module of PyTorch beside the spec; `tests/bridge` compares wrong ones",
    "config": "reads no spec",
    "help": "reads no spec",
    "import": "reads models, and no spec",
    "server": "reads what an editor sends; `tests/editor`",
    "weave": "reads documents; it is run on specs that say next to nothing",
}
"""Commands that `test_every_command.py` does not run on all wrong specs, and why."""
DERIVING = ("syntax", "graph", "infer", "lints")
"""Rooms whose messages are about the spec as it is written."""
NO_SECTION = {
    "derivations-differ": "a bug of ours, not of the spec",
    "import-circle": "the message lists the files, and its help says what to do",
    "nested-too-deep": "its help says what to write",
    "no-closed-form": "a claim with such a sum is about values, so nobody sees it there",
    "padding-modes": "a remark; the table of lints explains it",
    "too-many-errors": "says that nothing more is shown",
}
"""Codes of those rooms that the guide has no section on, and why."""


def _modules(folder: Path) -> set[str]:
    return {path.stem for path in folder.glob("*.py")} - {"__init__"}


def _text(path: str) -> str:
    return (ROOT / path).read_text()


def _forgotten(places: Mapping[str, bool]) -> list[str]:
    """The places at which something is missing, all at once."""
    return [place for place, is_there in places.items() if not is_there]


def test_every_operation_is_listed() -> None:
    """An operation that a module of `shapecheck/ops` makes is in `OPS`, else no spec could call it."""
    made: set[Op] = set()
    for module in _modules(PACKAGE / "ops"):
        for value in vars(import_module(f"shapecheck.ops.{module}")).values():
            made |= {item for item in (value if isinstance(value, tuple) else (value,)) if isinstance(item, Op)}
    assert {op.name for op in made - set(OPS)} == set()


def test_every_layer_has_its_values_tested() -> None:
    """`tests/std` names each layer, or one that applies it; others claim their values, or try arguments."""
    library = "".join(path.read_text() for path in (ROOT / "specs" / "std").glob("*.shape"))
    tests = "".join(path.read_text() for path in (ROOT / "tests" / "std").glob("*.py"))
    bodies = dict(re.findall(r"^layer (\w+)(.*?)(?=^layer |\Z)", library, re.M | re.S))
    named = {name for name in bodies if re.search(rf"\b{name}\b", tests)}
    applied = {name for name in bodies if any(re.search(rf"\b{name}\b", bodies[other]) for other in named - {name})}
    compared = {
        name for name, body in bodies.items() if re.search(r"^  claim (?!.*\b(params|macs)\b).* (==|~=) ", body, re.M)
    }
    rest = bodies.keys() - named - applied - compared
    assert {name for name in rest if not name.endswith("_arguments")} == set()


def test_every_lint_is_listed() -> None:
    """A module of `shapecheck/lints` is a lint in `LINTS`, or one of the helpers."""
    assert _modules(PACKAGE / "lints") - LINT_HELPERS == {lint.look.__module__.rpartition(".")[2] for lint in LINTS}


@pytest.mark.parametrize("code", sorted(CODES))
def test_every_lint_is_explained_and_tested(code: str) -> None:
    """A row in the guide's table of lints, a section on its message, and a test that names the code."""
    places = {
        "shapecheck/guide/testing.md, the table of lints": f"| `{code}` |" in _text("shapecheck/guide/testing.md"),
        "shapecheck/guide/messages.md, a section": bool(guide.find(code)) or code in NO_SECTION,
        "tests/lints/": any(code in path.read_text() for path in (ROOT / "tests" / "lints").glob("*.py")),
    }
    assert _forgotten(places) == []


def test_every_writer_of_tables_is_listed() -> None:
    """`writers.py` imports each module beside it."""
    imported = re.search(r"from shapecheck.report.table import (.*)", _text("shapecheck/report/table/writers.py"))
    assert imported is not None
    assert set(imported[1].split(", ")) == _modules(PACKAGE / "report" / "table") - WRITER_HELPERS


@pytest.mark.parametrize("format", FORMATS)
def test_every_writer_of_tables_is_offered_and_tested(format: str) -> None:
    """The command offers it, a file's ending chooses it, and a test reads it back or compiles it."""
    ending = next((ending for ending, chosen in ENDINGS.items() if chosen == format), "")
    help_of_output = next(option.help for option in main.commands["table"].params if option.name == "output")
    tests = (ROOT / "tests" / "report").glob("test_*.py")
    places = {
        "FORMATS in shapecheck/cli/table.py": format in FORMATS_OF_THE_COMMAND,
        "ENDINGS in shapecheck/report/table/writers.py": bool(ending) or format == "html-fragment",
        "the help of --output in shapecheck/cli/table.py": ending in help_of_output,
        "tests/report/": any(f'"{format}"' in path.read_text() for path in tests),
    }
    assert _forgotten(places) == []
    assert FORMATS_OF_THE_COMMAND == FORMATS


def _makers(modules: Iterable[ast.Module]) -> set[str]:
    """The classes and functions whose first argument is the code of a message."""
    functions = [node for module in modules for node in ast.walk(module) if isinstance(node, ast.FunctionDef)]
    first = {node.name: node.args.args[0].arg for node in functions if node.args.args}
    return {"Diagnostic", "Hint", *(name for name, argument in first.items() if argument == "code")}


def _codes(module: ast.Module, makers: set[str]) -> Iterator[str]:
    """The codes of the messages that a module makes: constants that stand where a code is wanted."""
    named = {
        node.targets[0].id: node.value
        for node in module.body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
    }
    for node in ast.walk(module):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        if getattr(node.func, "id", getattr(node.func, "attr", "")) in makers:
            first = node.args[0]
            first = named.get(first.id, first) if isinstance(first, ast.Name) else first
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield first.value


def test_every_diagnostic_has_a_section() -> None:
    """`shapecheck help CODE` explains each message on a spec; what is left out has a reason."""
    modules = [ast.parse(path.read_text()) for room in DERIVING for path in (PACKAGE / room).rglob("*.py")]
    makers = _makers(modules)
    codes = {code for module in modules for code in _codes(module, makers)}
    assert {code for code in codes if not guide.find(code)} == set(NO_SECTION)


def test_every_command_is_listed() -> None:
    """Each file of options in `shapecheck/cli` is a command of the program, with its work in `shapecheck/commands`."""
    files = {path.stem for path in (PACKAGE / "cli").glob("*.py") if "@click.command" in path.read_text()}
    homes = {command.callback.__module__ for command in main.commands.values() if command.callback is not None}
    assert files == {home.rpartition(".")[2] for home in homes}
    assert files <= _modules(PACKAGE / "commands")


@pytest.mark.parametrize("name", sorted(main.commands))
def test_every_command_is_explained_and_tested(name: str) -> None:
    """A row in the README's table, a line of help, and a run on all wrong specs, or the reason why not."""
    command = main.commands[name]
    text = _text("tests/commands/test_every_command.py")
    (listed,) = re.findall(r"^COMMANDS = \((.*?)\)", text, re.M | re.S)
    is_run = re.search(rf'"{name}[" ]', listed) is not None
    places = {
        f"short_help in shapecheck/cli/{name}.py": bool(command.short_help or command.help),
        "README.md, the table of commands": bool(re.search(rf"^\| `shapecheck {name}\b", README, re.M)),
        "COMMANDS in tests/commands/test_every_command.py, or a reason in NOT_ON_WRONG_SPECS here":
            is_run != (name in NOT_ON_WRONG_SPECS),
    }  # fmt: skip
    assert _forgotten(places) == []


def test_every_construct_is_in_the_corpus() -> None:
    """Each class of the tree occurs in `constructs.shape`, on which parser, printer and formatter are tried."""
    text = (ROOT / "tests" / "corpus" / "constructs.shape").read_text()
    seen = {type(node) for node in walk(parse(Source("constructs.shape", text)).spec)}
    classes = {*get_args(tree.Statement), *get_args(tree.Expression)}
    assert {item.__name__ for item in classes - seen} == set()


def test_every_word_of_the_grammar_is_in_the_guide() -> None:
    """The page on the language shows each word that the grammar reserves."""
    words = set(re.findall(r'"([a-z]{2,})"', grammar_text()))
    page = (PACKAGE / "guide" / "language.md").read_text()
    assert {word for word in words if not re.search(rf"\b{word}\b", page)} == set()
