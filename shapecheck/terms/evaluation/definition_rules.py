"""The definitions of a family at given sizes, ready to be computed entry by entry.

In: the result of inference, the sizes, a compiler of terms.  Out: `Rule`s, and the one that defines a member.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from shapecheck.infer.model import Shapes
from shapecheck.ops.term_types import Call, Case, Entry, Lookup, Reduction, Term
from shapecheck.record import record
from shapecheck.sizes import Size
from shapecheck.terms.evaluation.compiler import Compiler, Entries, Environment
from shapecheck.terms.unfolding.expand import Definition, definitions
from shapecheck.terms.unfolding.unfold import placeholder


@record
class Rule:
    """One definition at the given sizes: which members it defines, and its entries as a function."""

    definition: Definition
    axes: tuple[tuple[str | None, int, int], ...]
    entry: Entries
    depth: int

    def indices(self, member: Sequence[int]) -> Environment | None:
        """The values of the equation's indices at a member; None if this does not define it."""
        values: Environment = {}
        for (name, low, high), number in zip(self.axes, member):
            if not low <= number <= high or (name is not None and values.get(name, number) != number):
                return None
            if name is not None:
                values[name] = number
        return values


def definitions_as_terms(shapes: Shapes, family: str) -> list[tuple[Definition, Term]]:
    """The definitions of a family, each with its entry at the position `placeholders`."""
    return [(one, one.entry(placeholders(one.rank()))) for one in definitions(shapes, family)]


def placeholders(rank: int) -> tuple[Size, ...]:
    """A position in a value of that rank, to be filled in."""
    return tuple(map(placeholder, range(rank)))


def rule(definition: Definition, term: Term, sizes: Mapping[str, int], compiler: Compiler) -> Rule:
    """The rule of a definition at these sizes."""
    axes: list[tuple[str | None, int, int]] = []
    for name, subscript in definition.axes():
        ends = [subscript] * 2
        if name is not None:
            interval = definition.instance.ranges[name]
            ends = [interval.low, interval.high]
        low, high = (int(end.evaluate(sizes)) for end in ends)
        axes.append((name, low, high))
    return Rule(definition, tuple(axes), compiler.term(term), 2 + _depth(term))


def rule_for(rules: Iterable[Rule], member: Sequence[int]) -> tuple[Rule, Environment] | None:
    """The rule that defines a member, with the values of its indices there."""
    found = ((rule, rule.indices(member)) for rule in rules)
    return next(((rule, indices) for rule, indices in found if indices is not None), None)


def _depth(term: Term) -> int:
    """The depth to which calls are nested while a term is computed."""
    match term:
        case Call(_, arguments):
            inner: Sequence[Any] = arguments
        case Reduction(_, _, body):
            return 2 + _depth(body)
        case Case(condition, then, otherwise):
            inner = (condition, then, otherwise)
        case Entry(_, subscripts) | Lookup(_, _, subscripts):
            inner = subscripts
        case _:
            return 1
    return 1 + max((_depth(part) for part in inner if isinstance(part, Term)), default=0)
