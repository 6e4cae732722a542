"""A block for equal runs of lines: its `layer`, the line of each use, and where the weights go."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from shapecheck.bridge.chains import is_temporary, joined_chains
from shapecheck.bridge.line_runs import Around, Run, Written, gain_of, sizes_in
from shapecheck.bridge.names import Names
from shapecheck.bridge.rewriting import mapped, renamed, targets_of
from shapecheck.bridge.skeletons import names_of, numbers_of, with_numbers
from shapecheck.bridge.trees import shape_tree
from shapecheck.syntax import tree
from shapecheck.syntax.tree import Expression

LEAST_GAIN = 30
"""Characters that a block has to save."""
_PARAMETERS = ("n", "m", "p", "f", "g", "a", "b", "c")


class Block:
    """A block with its uses."""

    def __init__(self, runs: tuple[Run, ...], size: int, around: Around, declared: Mapping[str, str]) -> None:
        self.runs = runs
        self.gain = gain_of(len(runs), size)
        prefixes = [run.prefix for run in runs]
        self.is_aligned = all(prefixes) and len(set(prefixes)) == len(prefixes)
        """Whether each run has a part of the model's names for itself."""
        ending = sum(run.output.startswith(run.prefix) for run in runs if run.prefix)
        self.rank = (self.is_aligned, self.gain, ending, runs[0].starts_with_weights, -runs[0].start)
        """The better of two blocks has the greater one."""
        self._around = around
        self._declared = declared

    def applied(self, written: Written) -> Written:
        """The spec with the block, and a line in the place of each of its runs."""
        inner = self._inner_names()
        layer = self._layer(written, inner)
        uses = {run.start: self._use(run, layer.name, inner) for run in self.runs}
        covered = {run.start + place for run in self.runs for place in range(len(run.statements))}
        equations = [
            uses[place][0] if place in uses else statement
            for place, statement in enumerate(written.equations)
            if place in uses or place not in covered
        ]
        keys = {old: new for _, moved in uses.values() for old, new in moved.items()}
        gone = {name for run in self.runs for name in run.weights}
        return Written(
            (*written.layers, layer),
            tuple(one for one in written.declarations if not gone.intersection(_names_of_declaration(one))),
            tuple(equations),
            {_moved(key, keys): array for key, array in written.weights.items()},
            {_moved(key, keys): label for key, label in written.origins.items()},
        )

    def _inner_names(self) -> dict[str, str]:
        """Names inside of the block for those of its first run."""
        run, names = self.runs[0], Names()
        for size in sorted(sizes_in(run.statements, self._around.sizes)):
            names.exact(size)
        found = {name: names.exact("x") for name in run.inputs}
        found[run.output] = names.exact("y")
        for name in names_of(run.lines):
            if name not in found and not _is_nameless(name):
                short = name.removeprefix(run.prefix)
                found[name] = names.exact(short if short[:1].isalpha() else f"b{short}")
        left = joined_chains(run.statements, {run.output})
        made = [name for one in left for name in targets_of(one) if name not in found and _is_nameless(name)]
        found.update((name, names.exact("h")) for name in dict.fromkeys(made))
        return found

    def _columns(self) -> list[tuple[int, ...]]:
        """For each hole of a number what stands there in all runs."""
        return list(zip(*(numbers_of(run.lines) for run in self.runs)))

    def _parameters(self, inner: Mapping[str, str]) -> dict[tuple[int, ...], str]:
        """Names for the numbers that differ from run to run."""
        varying = list(dict.fromkeys(column for column in self._columns() if len(set(column)) > 1))
        taken = {*inner.values(), *self._around.sizes}
        free = [name for name in _PARAMETERS if name not in taken]
        free += [f"n{place}" for place in range(2, len(varying) + 2)]
        return dict(zip(varying, free))

    def _layer(self, written: Written, inner: dict[str, str]) -> tree.Layer:
        run, parameters = self.runs[0], self._parameters(inner)
        columns = iter(self._columns())

        def number(value: int) -> Expression:
            column = next(columns)
            return tree.Name(parameters[column]) if column in parameters else tree.Integer(value)

        holed = [_with_holes(statement, number) for statement in run.statements]
        lines = [renamed(statement, inner) for statement in joined_chains(holed, {run.output})]
        name = self._around.names.exact(_block_name(run.prefix))
        given = tuple(tree.Parameter(parameter, None, None) for parameter in parameters.values())
        return tree.Layer(name, given, (*self._head(written, inner), *lines), None)

    def _head(self, written: Written, inner: Mapping[str, str]) -> Iterator[tree.Statement]:
        """The declarations of a block."""
        run = self.runs[0]
        sizes = [size for size in self._around.sizes if size in sizes_in(run.statements, self._around.sizes)]
        if sizes:
            shown = {str(s) for n in run.inputs for s in self._around.views[n].spec_shape} & self._around.sizes
            yield tree.Dim(tuple(tree.DimDeclaration(size, None, None) for size in sorted(shown | set(sizes))))
        for name in run.inputs:
            shape = tree.Annotation(shape_tree(self._around.views[name].spec_shape), None) if sizes else None
            yield tree.Declaration("input", (tree.Declared(inner[name], False, (), shape),))
        for declaration in written.declarations:
            if isinstance(declaration, tree.Declaration):
                for item in declaration.items:
                    if item.name in run.weights:
                        yield tree.Declaration(declaration.role, (replace(item, name=inner[item.name]),))
        yield tree.Declaration("output", (tree.Declared(inner[run.output], False, (), None),))

    def _use(self, run: Run, layer: str, inner: Mapping[str, str]) -> tuple[tree.Statement, dict[str, str]]:
        """The line of a run, and where the keys of its weights go."""
        place = self.runs.index(run)
        given = [tree.Argument(None, tree.Integer(column[place])) for column in self._parameters(inner)]
        called: Expression = tree.Call(tree.Name(layer), tuple(given)) if given else tree.Name(layer)
        alias = self._around.names.exact(run.prefix.rstrip("_") or layer)
        start: Expression = tree.Name(run.inputs[0])
        if len(run.inputs) > 1:
            start = tree.Tuple(tuple(map(tree.Name, run.inputs)))
        target = tree.Target(run.output, None, None)
        line = tree.Equation("plain", (target,), tree.Pipe(start, tree.Stage(called, alias)), ())
        first = names_of(self.runs[0].lines)
        pairs = [(own, name) for own, name in zip(names_of(run.lines), first) if name in inner]
        moved = {own: f"{alias}.{inner[name]}" for own, name in pairs}
        return line, {own: new for own, new in moved.items() if own not in (*run.inputs, run.output)}


def _is_nameless(name: str) -> bool:
    """Whether a name tells nothing: one for the time being, or `h` with a number."""
    return is_temporary(name) or bool(re.fullmatch(r"h(_\d+)?", name))


def _with_holes(statement: tree.Statement, number: Callable[[int], Expression]) -> tree.Statement:
    """A statement with something else for the integers that its layers are given, in the order of the text."""

    def change(part: tree.Node) -> tree.Node | None:
        if not isinstance(part, tree.Pipe):
            return None
        before = mapped(part.value, change)
        return tree.Pipe(before, tree.Stage(with_numbers(part.stage.layer, number), part.stage.alias))

    return mapped(statement, change)


def _block_name(prefix: str) -> str:
    """A name for a block: `blocks_0_` gives `block`, `layer1_0_` gives `block`, too, as `layer` is a word."""
    word = re.sub(r"[\d_]+$", "", prefix).rpartition("_")[2].removesuffix("s")
    return word if len(word) > 2 and word not in ("layer", "module", "feature") else "block"


def _names_of_declaration(statement: tree.Statement) -> set[str]:
    return {item.name for item in statement.items} if isinstance(statement, tree.Declaration) else set()


def _moved(key: str, keys: Mapping[str, str]) -> str:
    """A weight's key, its first part in another place."""
    first, dot, rest = key.partition(".")
    return f"{keys[first]}{dot}{rest}" if first in keys else key
