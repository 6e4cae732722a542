"""The naive reference: the values of a spec read off its equations, one entry at a time.

In: the result of inference, a value for every free size, and data for every input, weight and buffer.  Out: exact
integers, floats and truth values.  It shares the ops' defining equations with the proofs and nothing with the
executor, so that the two can be compared.

A member of a family (`h[3]`, all of its cell) is computed once, when it is first asked for; members that it needs and
that are not there yet are computed first, from an explicit stack, so that long recurrences are no deep recursions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import field
from itertools import product
from math import prod
from typing import TYPE_CHECKING, Any

from shapecheck.graph.nodes import Node
from shapecheck.infer.model import Instance, Shapes
from shapecheck.record import record
from shapecheck.sizes import Size
from shapecheck.terms.compute import Compiler, Environment, UndefinedValue, place_of
from shapecheck.terms.expand import Definition, definitions
from shapecheck.terms.model import Term
from shapecheck.terms.scalars import Value
from shapecheck.terms.unfold import Unfolder, placeholder

if TYPE_CHECKING:
    import numpy as np

Member = tuple[str, tuple[int, ...]]
"""A family and the numbers of one of its members."""


class Cycle(ArithmeticError):
    """Members that need each other: `path` starts and ends with the same one."""

    def __init__(self, path: Sequence[Member]) -> None:
        self.path = tuple(path)
        super().__init__(" needs ".join(map(show_member, path)))


class NotANumber(ArithmeticError):
    """A value that is undefined: `family`, `member` and `position` say where, `why` what was undefined."""

    def __init__(self, family: str, member: tuple[int, ...], position: tuple[int, ...], why: str) -> None:
        self.family, self.member, self.position, self.why = family, member, position, why
        super().__init__(f"{show_member((family, (*member, *position)))}: {why}")


class MissingDefinition(LookupError):
    """No equation defines a member that is read."""


class _Needed(Exception):
    """A member that must be computed first."""

    def __init__(self, member: Member) -> None:
        self.member = member


def show_member(member: Member) -> str:
    """A member as the author writes it, `h[3]`."""
    family, numbers = member
    return f"{family}[{', '.join(map(str, numbers))}]" if numbers else family


@record
class _Rule:
    """One definition at the given sizes: which members it defines, and its entries as a function."""

    axes: tuple[tuple[str | None, int, int], ...]
    entry: Callable[[Environment], Value]

    def indices(self, member: Sequence[int]) -> Environment | None:
        """The values of the equation's indices at a member; None if this does not define it."""
        values: Environment = {}
        for (name, low, high), number in zip(self.axes, member):
            if not low <= number <= high or (name is not None and values.get(name, number) != number):
                return None
            if name is not None:
                values[name] = number
        return values


@record(frozen=False)
class _Frame:
    """A member that is being computed, and the entries of its cell done so far."""

    member: Member
    rule: _Rule
    environment: Environment
    positions: tuple[tuple[int, ...], ...]
    done: list[Value] = field(default_factory=list)

    def run(self) -> None:
        """Goes on until all entries are done; `_Needed` if another member must come first."""
        while len(self.done) < len(self.positions):
            position = self.positions[len(self.done)]
            environment = {**self.environment, **{f".@{axis}": at for axis, at in enumerate(position)}}
            try:
                self.done.append(self.rule.entry(environment))
            except UndefinedValue as problem:
                raise NotANumber(*self.member, position, str(problem)) from problem


class Reference:
    """The values of one spec at one choice of sizes and data.

    `data` holds, for every family that is given, nested lists or an array with the family's axes in front and its
    cell's behind; where members differ in shape, a mapping from the member's numbers to its own array.
    """

    def __init__(self, shapes: Shapes, sizes: Mapping[str, int], data: Mapping[str, Any]) -> None:
        self.shapes = shapes
        self.sizes = _all_sizes(shapes, sizes)
        self._data = {name: _plain(values) for name, values in data.items()}
        self._cells: dict[Member, tuple[tuple[int, ...], list[Value]]] = {}
        self._rules: dict[str, tuple[_Rule, ...]] = {}
        self._compiler = Compiler(self.sizes, self._read)

    def entry(self, family: str, member: Sequence[int], position: Sequence[int] = ()) -> Value:
        """One entry: the member as numbered, the position in its cell counted from 0."""
        return self._settled(lambda: self._read(family, (*member, *position)))

    def family(self, name: str) -> np.ndarray | dict[tuple[int, ...], np.ndarray]:
        """All entries, family axes in front.

        A mapping from members to arrays where members differ in shape, or where some in between are not defined.
        """
        axes = [self._ends(interval.low, interval.high) for interval in self.shapes.axes[name]]
        members = list(product(*(range(low, high + 1) for low, high in axes)))
        cells = {member: self._cell_array(name, member) for member in members if self._exists(name, member)}
        if len(cells) < len(members) or len({cell.shape for cell in cells.values()}) != 1:
            return cells
        lengths = [high - low + 1 for low, high in axes]
        flat = [entry for cell in cells.values() for entry in cell.reshape(-1).tolist()]
        return _array(flat, (*lengths, *cells[members[0]].shape))

    def value(self, instance: Instance, node: Node, indices: Mapping[str, int]) -> np.ndarray:
        """The value of a node at values of the instance's indices."""
        shape = tuple(self._at(size) for size in instance.shapes[node])
        entry = self._compiler.term(Unfolder(self.shapes, instance).at(node, _placeholders(len(shape))))
        return _array([self._node_entry(entry, indices, position) for position in _positions(shape)], shape)

    def term(self, term: Term, values: Mapping[str, int]) -> Value:
        """The value of a term at values of its free symbols."""
        entry = self._compiler.term(term)
        return self._settled(lambda: entry(dict(values)))

    # ---- reading -------------------------------------------------------------------------------

    def _node_entry(
        self, entry: Callable[[Environment], Value], indices: Mapping[str, int], position: tuple[int, ...]
    ) -> Value:
        environment = {**indices, **{f".@{axis}": at for axis, at in enumerate(position)}}
        try:
            return self._settled(lambda: entry(dict(environment)))
        except UndefinedValue as problem:
            raise NotANumber("the value", (), position, str(problem)) from problem

    def _cell_array(self, family: str, member: tuple[int, ...]) -> np.ndarray:
        shape = self._cell_shape(family, member)
        return _array([self.entry(family, member, position) for position in _positions(shape)], shape)

    def _exists(self, family: str, member: tuple[int, ...]) -> bool:
        if self.shapes.graph.families[family].is_given:
            return True
        return any(rule.indices(member) is not None for rule in self._rules_of(family))

    def _read(self, family: str, subscripts: tuple[int, ...]) -> Value:
        rank = len(self.shapes.axes[family])
        member, position = subscripts[:rank], subscripts[rank:]
        if self.shapes.graph.families[family].is_given:
            return self._given(family, member, position)
        found = self._cells.get((family, member))
        if found is None:
            raise _Needed((family, member))
        return found[1][place_of(position, found[0], show_member((family, member)))]

    def _given(self, family: str, member: tuple[int, ...], position: tuple[int, ...]) -> Value:
        values = self._data[family]
        path = list(position)
        if isinstance(values, Mapping):
            values = values[member]
        else:
            axes = self.shapes.axes[family]
            path = [number - self._at(interval.low) for number, interval in zip(member, axes)] + path
        for at in path:
            if not 0 <= at < len(values):
                raise UndefinedValue(f"{family} has no entry {[*member, *position]}")
            values = values[at]
        return values  # type: ignore[no-any-return]

    # ---- computing -----------------------------------------------------------------------------

    def _settled(self, ask: Callable[[], Value]) -> Value:
        """The answer, after all members that it needs are computed."""
        while True:
            try:
                return ask()
            except _Needed as needed:
                self._solve(needed.member)

    def _solve(self, first: Member) -> None:
        """Computes a member, and before it those that it needs."""
        stack = [self._frame(first)]
        while stack:
            frame = stack[-1]
            try:
                frame.run()
            except _Needed as needed:
                path = [other.member for other in stack]
                if needed.member in path:
                    raise Cycle([*path[path.index(needed.member) :], needed.member]) from None
                stack.append(self._frame(needed.member))
            else:
                self._cells[frame.member] = (self._cell_shape(*frame.member), frame.done)
                stack.pop()

    def _frame(self, member: Member) -> _Frame:
        family, numbers = member
        for rule in self._rules_of(family):
            indices = rule.indices(numbers)
            if indices is not None:
                return _Frame(member, rule, indices, tuple(_positions(self._cell_shape(family, numbers))))
        raise MissingDefinition(f"nothing defines {show_member(member)}")

    def _rules_of(self, family: str) -> tuple[_Rule, ...]:
        if family not in self._rules:
            self._rules[family] = tuple(self._rule(definition) for definition in definitions(self.shapes, family))
        return self._rules[family]

    def _rule(self, definition: Definition) -> _Rule:
        axes: list[tuple[str | None, int, int]] = []
        for name, subscript in definition.axes():
            if name is None:
                axes.append((None, self._at(subscript), self._at(subscript)))
            else:
                interval = definition.instance.ranges[name]
                axes.append((name, *self._ends(interval.low, interval.high)))
        rank = definition.rank()
        return _Rule(tuple(axes), self._compiler.term(definition.entry(_placeholders(rank))))

    def _cell_shape(self, family: str, member: Sequence[int]) -> tuple[int, ...]:
        for cell in self.shapes.cells[family]:
            ends = [self._ends(interval.low, interval.high) for interval in cell.region]
            if all(low <= number <= high for (low, high), number in zip(ends, member)):
                return tuple(self._at(size) for size in cell.shape)
        raise MissingDefinition(f"{show_member((family, tuple(member)))} has no shape")

    def _at(self, size: Size) -> int:
        return int(size.evaluate(self.sizes))

    def _ends(self, low: Size, high: Size) -> tuple[int, int]:
        return self._at(low), self._at(high)


def _all_sizes(shapes: Shapes, sizes: Mapping[str, int]) -> dict[str, int]:
    """The free sizes, those derived from them, and those measured."""
    known = dict(sizes)
    for name, dim in shapes.graph.dims.items():
        if dim.value is not None and name not in known:
            known[name] = int(dim.value.evaluate(known))
    return shapes.environment(known)


def _placeholders(rank: int) -> tuple[Size, ...]:
    return tuple(placeholder(axis) for axis in range(rank))


def _positions(shape: Sequence[int]) -> Iterator[tuple[int, ...]]:
    return product(*map(range, shape))


def _plain(values: Any) -> Any:
    """Arrays as nested lists of Python numbers."""
    if isinstance(values, Mapping):
        return {member: _plain(array) for member, array in values.items()}
    return values.tolist() if hasattr(values, "tolist") else values


def _array(entries: Sequence[Value], shape: Sequence[int]) -> np.ndarray:
    """The entries as an array; integers too long for 64 bits stay Python ints."""
    import numpy as np

    long = any(isinstance(entry, int) and not -(2**63) <= entry < 2**63 for entry in entries)
    assert len(entries) == prod(shape)
    return np.array(entries, dtype=object if long else None).reshape(tuple(shape))
