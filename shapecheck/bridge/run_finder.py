"""Equal runs of lines in a spec: where they are, and which of them makes the best block."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import accumulate

from shapecheck.bridge.block import LEAST_GAIN, Block
from shapecheck.bridge.line_runs import Around, Run, Written, gain_of, sizes_in
from shapecheck.bridge.rewriting import aliases_in, names_in, targets_of
from shapecheck.bridge.skeletons import Line, key_of, line_of, names_of
from shapecheck.record import record
from shapecheck.syntax import print_statement, tree
from shapecheck.syntax.walking import walk

_SHORTEST, _LONGEST = 3, 60
"""The least and the most lines of a block, where each stage of a chain is one."""


def best_block(written: Written, around: Around) -> Block | None:
    """The block that saves most; one whose runs have a part of the model's names for themselves goes first."""
    found: list[Block] = []
    for candidate in Finder(written, around).candidates():
        if found and candidate.gain < found[0].gain and any(block.is_aligned for block in found):
            break
        block = candidate.block()
        if block is not None:
            found.append(block)
        if len(found) >= _FEW:
            break
    return max(found, key=lambda block: block.rank, default=None)


_FEW = 40
"""The most blocks that one is chosen from."""


@record(eq=False)
class Candidate:
    """Places of runs with equal skeletons, and the most that a block for them may save."""

    finder: Finder
    length: int
    starts: tuple[int, ...]
    gain: int

    def block(self) -> Block | None:
        """The block, if there is one."""
        return self.finder.block(self.starts, self.length)


class Finder:
    """Runs of lines in a spec that are equal but for names and numbers."""

    def __init__(self, written: Written, around: Around) -> None:
        self._around = around
        self._equations = written.equations
        self._declared = roles_of(written.declarations)
        defined = {name for statement in written.equations for name in targets_of(statement)}
        self._tensors = defined | self._declared.keys()
        self._lines = [line_of(statement, self._tensors) for statement in written.equations]
        self._uses = Counter(name for statement in written.equations for name in names_in(statement))
        self._ends = [0, *accumulate(map(_length, written.equations, self._lines))]

    def candidates(self) -> list[Candidate]:
        """Places of equal runs of skeletons, those that may save most first."""
        found: list[Candidate] = []
        groups = [list(range(len(self._lines)))]
        for length in range(1, min(_LONGEST, len(self._lines) // 2) + 1):
            groups = [part for group in groups for part in self._longer(group, length)]
            for starts in groups:
                apart = _apart(starts, length)
                gain = gain_of(len(apart), self._ends[starts[0] + length] - self._ends[starts[0]])
                if length >= _SHORTEST and len(apart) > 1 and gain >= LEAST_GAIN:
                    found.append(Candidate(self, length, tuple(starts), gain))
        return sorted(found, key=lambda candidate: (-candidate.gain, candidate.starts))

    def _longer(self, starts: Sequence[int], length: int) -> list[list[int]]:
        """The places apart by the line that a run gets at its end."""
        parts: dict[str, list[int]] = {}
        for start in starts:
            if start + length <= len(self._lines):
                parts.setdefault(self._lines[start + length - 1].skeleton, []).append(start)
        return [part for part in parts.values() if len(part) > 1]

    def block(self, starts: Sequence[int], length: int) -> Block | None:
        """The block for those of the runs that it can be used for, where these are at least two."""
        by_names: dict[object, list[Run]] = {}
        for start in starts:
            run = self._run(start, length)
            if run is not None:
                runs = by_names.setdefault(key_of(run.lines), [])
                if not runs or (start >= runs[-1].start + length and self._alike(runs[0], run)):
                    runs.append(run)
        runs = max(by_names.values(), key=len, default=[])
        if len(runs) < 2:
            return None
        size = self._ends[runs[0].start + length] - self._ends[runs[0].start]
        block = Block(tuple(runs), size, self._around, self._declared)
        return block if block.gain >= LEAST_GAIN else None

    def _run(self, start: int, length: int) -> Run | None:
        """The run at a place; None where it has several results, or reads what a block cannot."""
        statements = tuple(self._equations[start : start + length])
        lines = tuple(self._lines[start : start + length])
        local = {name for statement in statements for name in (*targets_of(statement), *aliases_in(statement))}
        inside = Counter(name for statement in statements for name in names_in(statement))
        made = [name for statement in statements for name in targets_of(statement)]
        results = [n for n in dict.fromkeys(made) if n in self._around.kept or self._uses[n] > inside[n]]
        outer = [name for name in names_of(lines) if name not in local]
        weights = [name for name in outer if self._declared.get(name) in ("weight", "buffer")]
        inputs = [name for name in outer if name not in weights]
        if len(results) != 1 or not inputs or any(self._uses[name] > inside[name] for name in weights):
            return None
        run = Run(start, lines, statements, tuple(inputs), tuple(weights), results[0])
        return run if self._may_be_inside(run) else None

    def _may_be_inside(self, run: Run) -> bool:
        """Whether the sizes that the lines name are axes of what they read, and subscripted axes count from 0."""
        views = [self._around.views.get(name) for name in run.inputs]
        ends = [view for name in (*run.inputs, run.output) if (view := self._around.views.get(name)) is not None]
        if any(any(view.firsts) for view in ends) and any(map(_has_subscripts, run.statements)):
            return False
        used = sizes_in(run.statements, self._around.sizes)
        if used and None in views:
            return False
        return used <= {str(size) for view in views if view is not None for size in view.spec_shape}

    def _alike(self, first: Run, other: Run) -> bool:
        """Whether the inputs have the same shapes, where the block has to say them, and the weights, too."""
        says_sizes = sizes_in(first.statements, self._around.sizes)
        if says_sizes and _shapes(first, self._around) != _shapes(other, self._around):
            return False
        return [self._around.views[n].spec_shape for n in first.weights] == [
            self._around.views[n].spec_shape for n in other.weights
        ]


def _has_subscripts(statement: tree.Statement) -> bool:
    return any(isinstance(node, tree.Index | tree.Target) and node.subscripts for node in walk(statement))


def _shapes(run: Run, around: Around) -> list[object]:
    return [around.views[name].spec_shape for name in run.inputs]


def roles_of(declarations: Sequence[tree.Statement]) -> dict[str, str]:
    """The roles of declared names."""
    found: dict[str, str] = {}
    for declaration in declarations:
        if isinstance(declaration, tree.Declaration) and declaration.role != "output":
            found.update((item.name, declaration.role) for item in declaration.items)
    return found


def _length(statement: tree.Statement, line: Line) -> int:
    """The characters of a line without its names."""
    return len(print_statement(statement)) - sum(map(len, line.names))


def _apart(starts: Sequence[int], length: int) -> list[int]:
    """The places of runs that do not overlap."""
    found: list[int] = []
    for start in starts:
        if not found or start >= found[-1] + length:
            found.append(start)
    return found
