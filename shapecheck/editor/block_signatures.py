"""Signatures: how a layer, a function or an operation is written, with its arguments and the comment above it.

In: the key of a block, and the spec in which it is named.  Out: a `Signature`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import takewhile

from shapecheck import guide
from shapecheck.editor.name_files import home_of
from shapecheck.editor.spec_names import BUILT_IN, Key, Names
from shapecheck.ops import OPS
from shapecheck.record import record
from shapecheck.source import Source
from shapecheck.syntax import print_expression, tree


@record
class Signature:
    """The name with its arguments as written; `inputs` are the values that it is applied to, `about` its comment."""

    name: str
    arguments: tuple[str, ...]
    inputs: tuple[str, ...] = ()
    about: str = ""

    @property
    def label(self) -> str:
        """`conv2d(filters, size, stride = 1)`."""
        return f"{self.name}({', '.join(self.arguments)})"

    def names(self) -> tuple[str, ...]:
        """The names of the arguments."""
        return tuple(re.split(r"\W", argument, maxsplit=1)[0] for argument in self.arguments)


def signature_of(key: Key, names: Names) -> Signature | None:
    """The signature of a block; None for what is none."""
    if key.path == BUILT_IN:
        return _operation(key.name)
    home = home_of(names, key)
    entry = None if home is None else home.entries.get(key)
    if home is None or entry is None:
        return None
    if entry.alias is not None:
        return signature_of(entry.alias, names)
    return _written(entry.node, home.source) if isinstance(entry.node, tree.Layer | tree.Function) else None


def section_on(name: str) -> str | None:
    """The section of the guide's page on the library about a name, without its heading."""
    found = [topic for topic in guide.find(name) if topic.page == "library"]
    return found[0].text.partition("\n")[2].strip() if found else None


def _written(block: tree.Layer | tree.Function, source: Source) -> Signature:
    body = () if isinstance(block, tree.Function) else block.body or ()
    inputs = [
        item for statement in body if isinstance(statement, tree.Declaration) and statement.role == "input"
        for item in statement.items
    ]  # fmt: skip
    shown = tuple(" ".join(source[item.span].split()) for item in inputs)
    about = " ".join(_comment_above(source, block.span.start))
    return Signature(block.name, tuple(map(_argument, block.parameters)), shown, about)


def _argument(parameter: tree.Parameter) -> str:
    """`stride = 1`."""
    default = "" if parameter.default is None else f" = {print_expression(parameter.default)}"
    return f"{parameter.name}{default}"


def _comment_above(source: Source, offset: int) -> Iterator[str]:
    """The lines of the comment above an offset."""
    above = source.text[:offset].split("\n")[:-1]
    lines = list(takewhile(lambda line: line.startswith("#"), reversed(above)))
    return (line.lstrip("#").strip() for line in reversed(lines))


def _operation(name: str) -> Signature | None:
    """A built-in operation; `repeat` is one, too."""
    if name == "repeat":
        return Signature(name, ("n", "stage"), ("x",), "the stage n times in a row, with weights of its own each time")
    found = [known for known in OPS if known.name == name]
    if not found:
        return None
    operands = ("..",) if found[0].arity is None else tuple("abcdefg"[: found[0].arity])
    options = tuple(option.name for op in found for option in op.options)
    return Signature(name, (*operands, *dict.fromkeys(options)))
