"""Entries of computed families replaced by the terms that their equations give them.

In: terms whose entries may belong to computed families.  Out: terms over inputs, weights, buffers and data, as far as
it can be proved which equation defines an entry.  An equation that computes members of a family from other members of
it is not expanded unless asked for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from functools import lru_cache

from shapecheck.graph.model import Equation, Target
from shapecheck.graph.reads import ancestors, families_read
from shapecheck.infer.model import Cell, Instance, Interval, Shape, Shapes
from shapecheck.ops.term_types import Bound, Call, Case, Entry, Literal, Lookup, Measure, Reduction, Term
from shapecheck.record import record
from shapecheck.sizes import (
    ONE,
    TRUE,
    ZERO,
    And,
    Context,
    Formula,
    Not,
    Proved,
    Relation,
    Size,
    decide,
    symbol,
)
from shapecheck.sizes.questions.context import indices_in
from shapecheck.terms.unfolding.substitute import fresh, renumbered, substitute
from shapecheck.terms.unfolding.unfold import Unfolder, within


@record(eq=False)
class Definition:
    """One target of one instance of an equation, which defines some members of a family."""

    unfolder: Unfolder
    equation: Equation
    number: int

    @property
    def target(self) -> Target:
        """The left side that names the family."""
        return self.equation.targets[self.number]

    @property
    def instance(self) -> Instance:
        """The box of the equation's indices."""
        return self.unfolder.instance

    def axes(self) -> list[tuple[str | None, Size]]:
        """For every family axis the index of the equation that stands there, if one does, and the subscript."""
        ranges = self.instance.ranges
        return [(_index_name(subscript, ranges), subscript) for subscript in self.target.subscripts]

    def rank(self) -> int:
        """The number of axes of the cells that this defines."""
        return len(self.cell_shape())

    def cell_shape(self) -> Shape:
        """The shape of the cells of the members that this defines."""
        return self._cell(self.target).shape

    def membership(self, members: Sequence[Size]) -> tuple[list[Formula], dict[str, Size]]:
        """The conditions under which this defines the member, and the values of the equation's indices there."""
        conditions: list[Formula] = []
        values: dict[str, Size] = {}
        for (name, subscript), member in zip(self.axes(), members):
            if name is None or name in values:
                conditions.append(Relation("==", values[name] if name else subscript, member))
            else:
                values[name] = member
                conditions.append(within(member, self.instance.ranges[name]))
        return conditions, values

    def entry(self, cell_position: Sequence[Size]) -> Term:
        """The entry at a position of the cell, over the equation's indices."""
        if self.equation.form != "column":
            return self.unfolder.at(self.equation.value, cell_position)
        offset = ZERO
        for target in self.equation.targets[: self.number]:
            shape = self._cell(target).shape
            offset = offset + (shape[0] if shape else ONE)
        first = cell_position[0] if cell_position else ZERO
        return self.unfolder.at(self.equation.value, (offset + first, *cell_position[1:]))

    def _cell(self, target: Target) -> Cell:
        """The cell that the members defined by a target lie in."""
        cells = self.unfolder.shapes.cells[target.family]
        if len(cells) == 1:
            return cells[0]
        ranges = self.instance.ranges
        context = self.unfolder.shapes.graph.context.assuming(*(within(symbol(n), ranges[n]) for n in ranges))
        for cell in cells:
            inside = And(tuple(within(size, interval) for size, interval in zip(target.subscripts, cell.region)))
            if isinstance(decide(context, inside), Proved):
                return cell
        raise LookupError(f"no cell of {target.family} holds all members of one target")


def _index_name(subscript: Size, ranges: Mapping[str, Interval]) -> str | None:
    return next((name for name in subscript.names if name in ranges and subscript is symbol(name)), None)


@lru_cache(maxsize=512)
def definitions(shapes: Shapes, family: str) -> tuple[Definition, ...]:
    """Every target that defines members of the family."""
    return tuple(
        Definition(Unfolder(shapes, instance), instance.origin, number)
        for instance in shapes.instances
        if isinstance(instance.origin, Equation)
        for number, target in enumerate(instance.origin.targets)
        if target.family == family
    )


def unfold_family(
    shapes: Shapes, family: str, position: Sequence[Size | Term], context: Context | None = None
) -> Term | None:
    """The term that the defining equation gives an entry: `position` is its subscripts, as in `Entry`.

    None for a given family, for subscripts that are data, and where it is not proved which equation defines the
    entry.  `context` holds facts about the symbols in the subscripts, besides the facts that hold for all sizes.
    """
    entry = Entry(family, tuple(position))
    found = Expander(shapes, 0, 0).definition_of(entry, context or shapes.graph.context)
    return None if found is None else found[1]


@lru_cache(maxsize=512)
def expand(
    term: Term, shapes: Shapes, context: Context | None = None, *, steps: int = 0, limit: int = 2000
) -> Term | None:
    """The term with all computed families unfolded by equations that do not lead back to them.

    Those that do are unfolded `steps` times, one inside the other.  None if the result would have more than `limit`
    parts.
    """
    expander = Expander(shapes, steps, limit)
    try:
        return renumbered(expander.expand(term, context or shapes.graph.context, ()))
    except _TooLarge:
        return None


class _TooLarge(Exception):
    """The limit is reached."""


@record(frozen=False)
class Expander:
    """The state of one expansion: the rest of the limit, and the definitions found so far."""

    shapes: Shapes
    steps: int
    left: int
    _entries: dict[tuple[Entry, Context, tuple[str, ...]], tuple[Term, int]] = field(default_factory=dict)
    """The expanded form of entries that were met before, and the number of its parts."""

    def expand(self, term: Term, context: Context, unfolded: tuple[str, ...]) -> Term:
        """All definitions put in; `unfolded` are the families whose recurrence is being put in."""
        self.left -= 1
        if self.left < 0:
            raise _TooLarge
        match term:
            case Entry():
                return self._entry(term, context, unfolded)
            case Lookup():
                return Lookup(term.shape, term.values, self._subscripts(term.subscripts, context, unfolded))
            case Call():
                arguments = tuple(self.expand(argument, context, unfolded) for argument in term.arguments)
                return Call(term.function, arguments)
            case Reduction():
                return self._reduction(term, context, unfolded)
            case Case():
                return self._case(term, context, unfolded)
            case Literal() | Measure():
                return term

    def _subscripts(
        self, subscripts: Sequence[Size | Term], context: Context, unfolded: tuple[str, ...]
    ) -> tuple[Size | Term, ...]:
        return tuple(item if isinstance(item, Size) else self.expand(item, context, unfolded) for item in subscripts)

    def _entry(self, term: Entry, context: Context, unfolded: tuple[str, ...]) -> Term:
        key = (term, context, unfolded)
        if key in self._entries:
            self.left -= self._entries[key][1]
        else:
            before = self.left
            self._entries[key] = self._defined(term, context, unfolded), before - self.left
        if self.left < 0:
            raise _TooLarge
        return self._entries[key][0]

    def _defined(self, term: Entry, context: Context, unfolded: tuple[str, ...]) -> Term:
        """The term of an entry by its definition, expanded in its turn; the entry itself where it has none."""
        term = Entry(term.family, self._subscripts(term.subscripts, context, unfolded))
        found = self.definition_of(term, context)
        if found is None:
            return term
        definition, value = found
        if self._recurs(definition, term.family):
            if unfolded.count(term.family) >= self.steps:
                return term
            unfolded = (*unfolded, term.family)
        return self.expand(value, context, unfolded)

    def _reduction(self, term: Reduction, context: Context, unfolded: tuple[str, ...]) -> Term:
        known = set().union(*(fact.names for fact in context.facts))
        moves: dict[str, Size] = {}
        for bound in term.bounds:
            if bound.symbol in known:
                moves[bound.symbol] = symbol(fresh(bound.symbol, known))
                known |= moves[bound.symbol].names
        bounds, body = _renamed(term.bounds, moves), substitute(term.body, moves)
        inner = context.assuming(*(within(symbol(own.symbol), Interval(own.low, own.high)) for own in bounds))
        return Reduction(term.operator, bounds, self.expand(body, inner, unfolded))

    def _case(self, term: Case, context: Context, unfolded: tuple[str, ...]) -> Term:
        condition = term.condition
        if isinstance(condition, Term):
            tested = self.expand(condition, context, unfolded)
            return Case(
                tested, self.expand(term.then, context, unfolded), self.expand(term.otherwise, context, unfolded)
            )
        inside, outside = context.assuming(condition), context.assuming(Not(condition))
        return Case(condition, self.expand(term.then, inside, unfolded), self.expand(term.otherwise, outside, unfolded))

    def definition_of(self, term: Entry, context: Context) -> tuple[Definition, Term] | None:
        """The one equation that defines the entry, and its term for it; None where that is not proved."""
        if self.shapes.graph.families[term.family].is_given:
            return None
        position = [subscript for subscript in term.subscripts if isinstance(subscript, Size)]
        if len(position) < len(term.subscripts):
            return None
        names = frozenset().union(*(size.names for size in position))
        return self._defining(term.family, position, context.about(names) if indices_in(names) else context)

    def _defining(self, family: str, position: Sequence[Size], context: Context) -> tuple[Definition, Term] | None:
        """The one among the family's definitions that is proved to define the member, those of most members first."""
        found = definitions(self.shapes, family)
        for definition in sorted(found, key=lambda one: -len(one.instance.ranges)):
            rank = len(definition.target.subscripts)
            conditions, values = definition.membership(position[:rank])
            if values.keys() != definition.instance.ranges.keys():
                return None
            if len(found) == 1 or _holds(context, conditions):
                return definition, substitute(definition.entry(position[rank:]), values)
        return None

    def _recurs(self, definition: Definition, family: str) -> bool:
        """Whether the equation computes members of the family from other members of it; a base case does not."""
        sources = families_read(definition.equation.value)
        return family in sources or any(family in ancestors(self.shapes.graph, source) for source in sources)


def _holds(context: Context, conditions: Sequence[Formula]) -> bool:
    formula = And(tuple(conditions))
    return formula == TRUE or isinstance(decide(context, formula), Proved)


def _renamed(bounds: Sequence[Bound], moves: Mapping[str, Size]) -> tuple[Bound, ...]:
    return tuple(
        Bound(
            next(iter(moves[bound.symbol].names)) if bound.symbol in moves else bound.symbol,
            bound.low.substitute(moves),
            bound.high.substitute(moves),
        )
        for bound in bounds
    )
