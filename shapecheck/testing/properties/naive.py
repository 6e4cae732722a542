"""The fast run compared with the defining equations, entry by entry, each equation by itself.

In: a run.  Out: entries that are not what their equation says, evaluated in plain Python from what the run computed for
everything that the equation reads.  If every equation holds for what it reads, the whole run is right, as if all of it
had been evaluated naively.  No entry costs more than its own equation, so some entries of every tensor are compared
even in large networks.

The evaluator is that of `shapecheck.terms.evaluation`, which shares nothing with `execute`: the comparison relies on
that, and not on a third evaluator.  Reads and terms of sums are counted as steps; an entry, or a run, that takes too
many is left out and not counted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import field
from math import isfinite, prod
from typing import Any

import numpy as np

from shapecheck.execute import Run
from shapecheck.infer.model import Shapes
from shapecheck.ops.term_types import Bound, Term, member_name
from shapecheck.record import record
from shapecheck.source import Span
from shapecheck.terms.evaluation.compiler import Compiler, Environment
from shapecheck.terms.evaluation.definition_rules import Rule, definitions_as_terms, rule, rule_for
from shapecheck.terms.evaluation.entries import positions_by_name
from shapecheck.terms.scalars.floats import UndefinedValue, Value
from shapecheck.terms.unfolding.expand import Definition

TOLERANCE = 1e-9
STEPS_OF_AN_ENTRY = 20_000
ENTRIES_OF_A_MEMBER = 6


class _TooMuch(Exception):
    """An entry takes more steps than it may."""


@record
class Disagreement:
    """An entry: what the run computed, what its equation gives."""

    entry: str
    run: object
    naive: object
    span: Span


@record(frozen=False)
class Comparison:
    """The outcome: entries compared, entries left out, the first that is wrong."""

    compared: int = 0
    left_out: int = 0
    wrong: Disagreement | None = None


class _Counting(Compiler):
    """Counts the terms of big operators, too."""

    step: Callable[[], None]

    def places(self, bounds: Sequence[Bound]) -> Callable[[Environment], Iterator[None]]:
        """All values of the bound variables, one step each."""
        run, step = super().places(bounds), self.step

        def counted(environment: Environment) -> Iterator[None]:
            for place in run(environment):
                step()
                yield place

        return counted


class Equations:
    """The defining equations of a spec as terms, each made once for all sizes."""

    def __init__(self, shapes: Shapes) -> None:
        self.shapes = shapes
        self._terms: dict[str, list[tuple[Definition, Term]]] = {}

    def of(self, family: str) -> list[tuple[Definition, Term]]:
        """The definitions of a family, each with its entry at a position to be filled in."""
        if family not in self._terms:
            self._terms[family] = definitions_as_terms(self.shapes, family)
        return self._terms[family]


def compare_naively(
    equations: Equations, run: Run, steps: int, start: int = 0, entries: int = ENTRIES_OF_A_MEMBER
) -> Comparison:
    """Some `entries` of some members of every computed tensor, all where it is small, until `steps` are used up.

    `start` says which tensor comes first and which entries are looked at, so that other runs look at others.
    """
    look = _Look(equations, run, start, entries, steps)
    families = [
        name
        for name, family in equations.shapes.graph.families.items()
        if not family.is_given and look.is_computed(name)
    ]
    turn = start % max(1, len(families))
    for family in families[turn:] + families[:turn]:
        if look.steps >= steps or look.result.wrong is not None:
            break
        look.at_family(family)
    return look.result


@record(frozen=False)
class _Look:
    """One run being looked at."""

    equations: Equations
    run: Run
    seed: int
    entries: int
    most: int
    result: Comparison = field(default_factory=Comparison)
    steps: int = 0
    _stop: int = 0
    _rules: dict[str, list[Rule]] = field(default_factory=dict)
    _scales: dict[str, float] = field(default_factory=dict)
    _known: dict[tuple[str, tuple[int, ...]], Value] = field(default_factory=dict)
    """Entries that were read: those of weights are read again and again."""
    regions: Mapping[str, Any] = field(init=False)
    _compiler: _Counting = field(init=False)

    def __post_init__(self) -> None:
        self.regions = self.run.setting.layout.regions
        self._compiler = _Counting(self.run.setting.env, self._read)
        self._compiler.step = self._step

    def is_computed(self, family: str) -> bool:
        """Whether there are entries of it at these sizes; a branch that they rule out has none."""
        slots = self.run.setting.layout.by_family.get(family, ())
        return bool(slots) and all(self.run.state.arrays[slot.number] is not None for slot in slots)

    def at_family(self, family: str) -> None:
        """Look at some members of a family in each of its regions."""
        for box, cell in self.regions[family]:
            for member in _some([range(low, high + 1) for low, high in box], self.entries, self.seed):
                for place in _some([range(length) for length in cell], self.entries, self.seed):
                    if not self._at(family, member, place):
                        return

    def _at(self, family: str, member: tuple[int, ...], place: tuple[int, ...]) -> bool:
        """Compare one entry; False where the family is better left alone from here on."""
        found = rule_for(self._rules_of(family), member)
        if found is None:
            return False
        rule, environment = found
        environment |= positions_by_name(place)
        self._stop = self.steps + STEPS_OF_AN_ENTRY
        actual = self._read(family, (*member, *place))
        expected: object
        try:
            expected = rule.entry(environment)
        except _TooMuch:
            self.result.left_out += 1
            return False
        except UndefinedValue as error:
            expected = str(error)
        self.result.compared += 1
        if not self._agrees(family, actual, expected):
            name = member_name(family, (*member, *place))
            self.result.wrong = Disagreement(name, actual, expected, rule.definition.equation.span)
        return self.result.wrong is None and self.steps < self.most

    def _rules_of(self, family: str) -> list[Rule]:
        if family not in self._rules:
            env, terms = self.run.setting.env, self.equations.of(family)
            self._rules[family] = [rule(definition, term, env, self._compiler) for definition, term in terms]
        return self._rules[family]

    def _step(self) -> None:
        self.steps += 1
        if self.steps > self._stop:
            raise _TooMuch()

    def _read(self, family: str, subscripts: tuple[int, ...]) -> Value:
        self._step()
        place = family, subscripts
        value = self._known.get(place)
        if value is None:
            value = self.run.entry(family, subscripts)
            if value is None:
                raise UndefinedValue(f"{member_name(family, subscripts)} does not exist")
            self._known[place] = value
        return value

    def _agrees(self, family: str, actual: Value, expected: object) -> bool:
        if isinstance(expected, str):
            return not isfinite(actual)
        assert isinstance(expected, int | float)
        if expected == actual:
            return True
        if not (isfinite(expected) and isfinite(actual)):
            return abs(expected) > 1e300 and abs(actual) > 1e300
        return abs(expected - actual) <= TOLERANCE * max(1.0, abs(expected), self._scale(family))

    def _scale(self, family: str) -> float:
        """The largest number of a tensor: what cancels to something small is as exact as what it was before."""
        if family not in self._scales:
            arrays = [self.run.state.arrays[slot.number] for slot in self.run.setting.layout.by_family[family]]
            largest = max((float(np.abs(array).max()) for array in arrays if array is not None), default=1.0)
            self._scales[family] = largest if isfinite(largest) else 1.0
        return self._scales[family]


def _some(axes: Sequence[range], count: int, seed: int) -> Iterator[tuple[int, ...]]:
    """All places, or at most `count`: the first, the last, and others spread between them."""
    total = prod(map(len, axes))
    if total <= count:
        numbers: Sequence[int] = range(total)
    else:
        inner = [(seed * 7919 + step * 104_729 + step * step * 31) % total for step in range(1, count - 1)]
        numbers = sorted({0, total - 1, *inner})
    for number in numbers:
        place = []
        for axis in reversed(axes):
            number, at = divmod(number, len(axis))
            place.append(axis[at])
        yield tuple(reversed(place))
