"""The values of a spec read off its equations, one entry at a time and only those that are asked for.

In: the result of inference, a value for every size, a function that gives the entries of inputs, weights and buffers,
and an `Arithmetic`.  Out: entries of families, and of any node of an equation or a claim.

An entry is computed once.  Entries that it reads are computed first, one inside the other up to some depth; deeper
ones wait on an explicit stack, so that long recurrences are no deep recursions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import product
from typing import Any

from shapecheck.graph.nodes import Node
from shapecheck.infer.model import Instance, Shapes
from shapecheck.ops.term_types import Term, member_name
from shapecheck.sizes import Size
from shapecheck.terms.evaluation.compiler import Compiler, Entries, Environment, place_of
from shapecheck.terms.evaluation.definition_rules import Rule, definitions_as_terms, placeholders, rule, rule_for
from shapecheck.terms.scalars.floats import Arithmetic, UndefinedValue
from shapecheck.terms.unfolding.unfold import Unfolder

Member = tuple[str, tuple[int, ...]]
"""A family and the numbers of one of its members."""
Place = tuple[str, tuple[int, ...]]
"""A family and the subscripts of an entry: the member's numbers, then the position in its cell."""
Given = Callable[[str, tuple[int, ...], tuple[int, ...]], Any]
"""A function that gives an entry of an input, weight or buffer by family, member and position."""
OWN = "the value"
"""The name in `NotANumber` for the value of a node that is no entry of a family."""
BEGUN = 16
"""The cost of an entry by itself, in operations."""
DEPTH = 300
"""The depth of calls to which entries are computed one inside the other."""


class Cycle(ArithmeticError):
    """Members that need each other: `path` starts and ends with the same one."""

    def __init__(self, path: Sequence[Member]) -> None:
        self.path = tuple(path)
        super().__init__(" needs ".join(member_name(*member) for member in path))


class NotANumber(ArithmeticError):
    """A value that is undefined: `family`, `member` and `position` say where, `why` what was undefined."""

    def __init__(self, family: str, member: tuple[int, ...], position: tuple[int, ...], why: str) -> None:
        self.family, self.member, self.position, self.why = family, member, position, why
        super().__init__(f"{member_name(family, (*member, *position))}: {why}")


class MissingDefinition(LookupError):
    """No equation defines a member that is read."""


class _Needed(Exception):
    """An entry that must be computed first."""

    def __init__(self, place: Place) -> None:
        self.place = place


class Values:
    """The values of one spec at one choice of sizes (all of them: `env`) and data."""

    def __init__(self, shapes: Shapes, env: Mapping[str, int], given: Given, arithmetic: Arithmetic) -> None:
        self.shapes, self.env = shapes, env
        self.arithmetic = arithmetic
        self._given = given
        self._known: dict[Place, Any] = {}
        self._active: dict[Place, None] = {}
        self._depth = 0
        self._rules: dict[str, tuple[Rule, ...]] = {}
        self._shapes: dict[Member, tuple[int, ...]] = {}
        self._nodes: dict[tuple[Instance, Node], Entries] = {}
        self._unfolders: dict[Instance, Unfolder] = {}
        self._compiler = Compiler(env, self._read, arithmetic, remembering=True)

    def entry(self, family: str, member: Sequence[int], position: Sequence[int] = ()) -> Any:
        """One entry: the member as numbered, the position in its cell counted from 0."""
        return self._settled(lambda: self._read(family, (*member, *position)))

    def at(self, instance: Instance, node: Node, indices: Mapping[str, int], position: Sequence[int]) -> Any:
        """One entry of a node's value, at values of the instance's indices."""
        environment = {**indices, **positions_by_name(position)}
        entry = self._node(instance, node)
        try:
            return self._settled(lambda: entry(dict(environment)))
        except UndefinedValue as problem:
            raise NotANumber(OWN, (), tuple(position), str(problem)) from problem

    def term(self, term: Term, values: Mapping[str, int]) -> Any:
        """The value of a term at values of its free symbols."""
        entry = self._compiler.term(term)
        return self._settled(lambda: entry(dict(values)))

    def shape(self, instance: Instance, node: Node, indices: Mapping[str, int]) -> tuple[int, ...]:
        """The shape of a node's value."""
        known = {**self.env, **indices}
        return tuple(int(size.evaluate(known)) for size in instance.shapes[node])

    def cell_shape(self, family: str, member: tuple[int, ...]) -> tuple[int, ...]:
        """The shape of a member."""
        found = self._shapes.get((family, member))
        if found is None:
            found = self._shapes[family, member] = self._cell_shape(family, member)
        return found

    def _cell_shape(self, family: str, member: tuple[int, ...]) -> tuple[int, ...]:
        for cell in self.shapes.cells[family]:
            ends = [self._ends(interval.low, interval.high) for interval in cell.region]
            if all(low <= number <= high for (low, high), number in zip(ends, member)):
                return tuple(int(size.evaluate(self.env)) for size in cell.shape)
        raise MissingDefinition(f"{member_name(family, member)} has no shape")

    def exists(self, family: str, member: tuple[int, ...]) -> bool:
        """Whether there is such a member."""
        if self.shapes.graph.families[family].is_given:
            return True
        return rule_for(self._rules_of(family), member) is not None

    # ---- reading -------------------------------------------------------------------------------

    def _node(self, instance: Instance, node: Node) -> Entries:
        if (instance, node) not in self._nodes:
            unfolder = self._unfolders.setdefault(instance, Unfolder(self.shapes, instance))
            self._nodes[instance, node] = self._compiler.term(unfolder.at(node, placeholders(unfolder.rank(node))))
        return self._nodes[instance, node]

    def _read(self, family: str, subscripts: tuple[int, ...]) -> Any:
        place = family, subscripts
        if place in self._known:
            return self._known[place]
        if self.shapes.graph.families[family].is_given:
            rank = len(self.shapes.axes[family])
            self._known[place] = self._given(family, subscripts[:rank], subscripts[rank:])
            return self._known[place]
        if place in self._active:
            raise self._cycle(self._active, place)
        if self._depth > DEPTH:
            raise _Needed(place)
        return self._computed(place)

    def _computed(self, place: Place) -> Any:
        """An entry by its definition, which is known from then on."""
        rank = len(self.shapes.axes[place[0]])
        member, position = place[1][:rank], place[1][rank:]
        rule, environment = self._rule_for(place[0], member)
        place_of(position, self.cell_shape(place[0], member), member_name(place[0], member))
        environment.update(positions_by_name(position))
        for _ in range(BEGUN):
            self.arithmetic.spend(0)
        self._active[place] = None
        self._depth += rule.depth
        try:
            self._known[place] = rule.entry(environment)
        except UndefinedValue as problem:
            raise NotANumber(place[0], member, position, str(problem)) from problem
        finally:
            self._depth -= rule.depth
            del self._active[place]
        return self._known[place]

    def _cycle(self, places: Iterable[Place], again: Place) -> Cycle:
        """The cycle from a place to where it is needed again."""
        path = list(places)
        path = [*path[path.index(again) :], again]
        return Cycle([(family, subscripts[: len(self.shapes.axes[family])]) for family, subscripts in path])

    def _settled(self, ask: Callable[[], Any]) -> Any:
        """The answer, after all entries that it needs from too deep are computed."""
        waiting: dict[Place, None] = {}
        while True:
            try:
                if not waiting:
                    return ask()
                last = next(reversed(waiting))
                if last not in self._known:
                    self._computed(last)
                del waiting[last]
            except _Needed as needed:
                if needed.place in waiting:
                    raise self._cycle(waiting, needed.place) from None
                waiting[needed.place] = None

    # ---- definitions ---------------------------------------------------------------------------

    def _rule_for(self, family: str, member: tuple[int, ...]) -> tuple[Rule, Environment]:
        found = rule_for(self._rules_of(family), member)
        if found is None:
            raise MissingDefinition(f"nothing defines {member_name(family, member)}")
        return found

    def _rules_of(self, family: str) -> tuple[Rule, ...]:
        if family not in self._rules:
            terms = definitions_as_terms(self.shapes, family)
            self._rules[family] = tuple(rule(one, term, self.env, self._compiler) for one, term in terms)
        return self._rules[family]

    def _ends(self, low: Size, high: Size) -> tuple[int, int]:
        return int(low.evaluate(self.env)), int(high.evaluate(self.env))


def positions(shape: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """All positions in a tensor, row by row."""
    return product(*map(range, shape))


def positions_by_name(position: Sequence[int]) -> Environment:
    """A position as the values of the placeholders."""
    return {f".@{axis}": at for axis, at in enumerate(position)}
