"""Imports of blocks from other files: `from "file.shape" import block`.

In: the statements of a file and its source.  Out: the file's `Home`, with its own and the imported blocks, and the
mistakes.  A file is read once, however its name is spelled; only blocks are imported, and it is not checked here.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import field

from shapecheck.diagnostics.model import Diagnostic
from shapecheck.diagnostics.suggest import nearest
from shapecheck.graph import block_errors
from shapecheck.graph.block_definitions import Definition, Home
from shapecheck.graph.expressions.sized_parameters import length, name_of_length
from shapecheck.graph.library import Library
from shapecheck.graph.optional_inputs import misplaced
from shapecheck.record import record
from shapecheck.source import Source
from shapecheck.syntax import parse, tree

DEEPEST = 50
"""Largest number of files that import one another in a row; reading them nests that deep."""


@record(frozen=False)
class Importer:
    """Reads the files that one spec imports, each once; their texts are attached to the spec's source."""

    root: Source
    library: Library
    diagnostics: list[Diagnostic] = field(default_factory=list)
    _homes: dict[str, Home] = field(default_factory=dict)
    _open: dict[str, str] = field(default_factory=dict)

    def home(self, source: Source, statements: Iterable[tree.Statement], is_readable: bool = True) -> Home:
        """The blocks in sight in a file: its own, the imported ones, the library."""
        home = Home({}, self.library, is_readable=is_readable)
        place = _place(source)
        self._homes[place] = home
        self._open[place] = source.name
        for statement in statements:
            if isinstance(statement, tree.Layer | tree.Function):
                self._define(Definition(statement.name, statement, home, statement.span), home)
            elif isinstance(statement, tree.Import):
                self._import(statement, source, home)
        del self._open[place]
        return home

    def _define(self, definition: Definition, home: Home) -> None:
        """Add a block; one without output is reported here, and its uses are not reported."""
        taken = {parameter.name for parameter in definition.parameters}
        for parameter in () if definition.is_function else definition.parameters:
            name = name_of_length(parameter)
            if parameter.shape is not None and length(parameter) is None and (name is None or name in taken):
                self.diagnostics.append(block_errors.no_length(parameter.name, parameter.span))
        self.diagnostics += misplaced(definition.statements, definition.declared("input"))
        if definition.outputs:
            home.definitions.setdefault(definition.name, definition)
        else:
            home.missing.add(definition.name)
            self.diagnostics.append(block_errors.no_output(definition.name, definition.span))

    def _import(self, statement: tree.Import, source: Source, home: Home) -> None:
        if isinstance(statement.path, tree.Text):
            other = self._file(statement, statement.path.value, source)
        elif statement.path[0] == "std":
            other = Home({}, self.library)
        else:
            path = ".".join(statement.path)
            self.diagnostics.append(block_errors.no_such_module(path, statement.span))
            other = None
        for item in statement.names:
            is_std = not isinstance(statement.path, tree.Text)
            found = None if other is None else other.own(item.name) or (other.std(item.name) if is_std else None)
            if found is None:
                home.missing.add(item.alias or item.name)
            if other is None or (found is None and (not other.is_readable or item.name in other.missing)):
                continue
            if found is None:
                known = other.definitions if other.definitions else other.names
                self.diagnostics.append(block_errors.not_imported(item.name, item.span, nearest(item.name, known)))
            else:
                home.definitions[item.alias or item.name] = found

    def _file(self, statement: tree.Import, path: str, source: Source) -> Home | None:
        """The blocks of a file beside the one that imports it."""
        assert isinstance(statement.path, tree.Text)
        span = statement.path.span
        if source.beside is None:
            self.diagnostics.append(block_errors.no_import(f"{path} cannot be read from here", span))
            return None
        try:
            other = source.beside(source, path)
        except (OSError, ValueError) as error:
            reason = (getattr(error, "strerror", None) or str(error)).lower()
            self.diagnostics.append(block_errors.no_import(f"cannot read {path}: {reason}", span))
            return None
        place = _place(other)
        if place in self._open:
            names = list(self._open.values())[list(self._open).index(place) :]
            circle = " -> ".join([*names, names[0]])
            self.diagnostics.append(block_errors.import_circle(circle, span))
            return None
        if len(self._open) > DEEPEST:
            self.diagnostics.append(block_errors.imports_too_deep(DEEPEST, span))
            return None
        if place not in self._homes:
            parsed = parse(other, self.root.attach(other))
            self.diagnostics += parsed.diagnostics
            self.home(other, parsed.spec.statements, not parsed.diagnostics)
        return self._homes[place]


def _place(source: Source) -> str:
    """The path of a file, the same for every spelling of its name."""
    return source.place or os.path.realpath(source.name)
