"""Questions about families of sizes without their members: each member that is mentioned is a size of its own.

In: a context and a formula in which members `n[l - 1]` and sums over members may stand.  Out: both with plain symbols
in their place.  What is proved of these holds for all values they may have, so it holds of the members; the other way
round it does not: two subscripts may be the same number.

A fact for all members is put in at those that the question mentions: for `n[e]` where the fact speaks of `n[l + c]`
it is put in at l = e - c, if that lies in the fact's range.  Of a sum over products of members it is known that each
term is at least the product of their least values.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import islice, product
from math import prod

from shapecheck.record import record
from shapecheck.sizes.algebra.atoms import Atom, Member, Positive, SizeFamily, Symbol, Total, any_members
from shapecheck.sizes.algebra.compounds import member, nested_atoms, rebuilt
from shapecheck.sizes.algebra.size import ONE, ZERO, Size, integer, of_atom, symbol
from shapecheck.sizes.questions.context import Context
from shapecheck.sizes.questions.formula import And, Every, Formula, Not, Or, Relation, relations

MOST_FACTS = 40
"""Most facts that one fact for all members is put in for."""
ROUNDS = 2
_MEMBER = re.compile(r"(\w+)\[(-?\d+(?:, -?\d+)*)\]")


def sizes_in(formula: Formula) -> Iterator[Size]:
    """The sizes that are compared, and the ends of ranges."""
    for relation in relations(formula):
        yield relation.difference
    if isinstance(formula, Every):
        for _, low, high in formula.ranges:
            yield low
            yield high


def family_atoms(formulas: Iterable[Formula]) -> list[Member | Total]:
    """The members and the sums over members that stand in formulas, each once, those in others included."""
    found = (atom for formula in formulas for size in sizes_in(formula) for atom in nested_atoms(size))
    return list(dict.fromkeys(atom for atom in found if isinstance(atom, Member | Total)))


def with_families(context: Context, formula: Formula) -> Context | None:
    """The context with all families that are mentioned; None where there are none, and no facts about all members."""
    if not context.of_families and not any_members():
        return None
    atoms = family_atoms((formula, *context.facts))
    mentioned = dict.fromkeys((*context.families, *(one.family for one in atoms if isinstance(one, Member))))
    if not context.of_families and not atoms:
        return None
    return context if len(mentioned) == len(context.families) else replace(context, families=tuple(mentioned))


def numbers_of(name: str, families: Iterable[SizeFamily]) -> tuple[SizeFamily, tuple[int, ...]] | None:
    """The family and the numbers of a member that has a name, `n[2]`."""
    match = _MEMBER.fullmatch(name)
    family = next((one for one in families if match is not None and one.name == match[1]), None)
    if match is None or family is None:
        return None
    return family, tuple(map(int, match[2].split(", ")))


def members_after(size: Size, families: Iterable[SizeFamily], axis: int, step: Size) -> Size:
    """The size in which each member of a family is the one some steps further on along an axis."""
    families = tuple(families)

    def image(atom: Atom) -> Size:
        if isinstance(atom, Symbol):
            found = numbers_of(atom.name, families)
            return of_atom(atom) if found is None else moved(found[0], tuple(map(integer, found[1])))
        if isinstance(atom, Member):
            return moved(atom.family, atom.parts)
        return rebuilt(atom, tuple(part.map_atoms(image) for part in atom.parts))

    def moved(family: SizeFamily, places: tuple[Size, ...]) -> Size:
        if axis >= len(places):
            return member(family, places)
        return member(family, (*places[:axis], places[axis] + step, *places[axis + 1 :]))

    return size.map_atoms(image)


@record
class Memberless:
    """A context and a formula without members; `exact` if there were none, so that nothing was lost."""

    context: Context
    formula: Formula
    exact: bool


Holds = Callable[[Formula], bool]


def without_members(context: Context, formula: Formula, holds: Holds) -> Memberless:
    """The context and the formula with symbols in the place of members and of sums over members.

    `holds` says whether a relation without members is proved of the context.
    """
    facts = _facts(context, formula, holds)
    atoms = family_atoms((formula, *facts))
    names = {atom: _stand_in(atom) for atom in atoms}
    bounds = [bound for atom in atoms if isinstance(atom, Total) for bound in _least(atom, holds)]
    atoms += [atom for atom in family_atoms(bounds) if atom not in names]
    names = {atom: _stand_in(atom) for atom in atoms}
    every = [*facts, *bounds]
    lowers = dict(context.lowers)
    for atom, name in names.items():
        if isinstance(atom, Member):
            lowers[name] = atom.family.least
    for name in formula.names.union(*(fact.names for fact in every)):
        found = numbers_of(name, context.families)
        if found is not None:
            lowers.setdefault(name, found[0].least)
    put: dict[Atom, Size] = {atom: symbol(name) for atom, name in names.items()}
    plain = Context(tuple(_put(fact, put) for fact in every), lowers, context.order)
    exact = not atoms and not any(isinstance(fact, Every) for fact in context.facts)
    return Memberless(plain, _put(formula, put), exact)


def _stand_in(atom: Atom) -> str:
    """The symbol of a member, and of a sum, which has no least value of its own."""
    return f"{atom.family.name}[{atom.key}]" if isinstance(atom, Member) else f"%{atom.key}"


def _put(formula: Formula, put: dict[Atom, Size]) -> Formula:
    match formula:
        case Relation(operator, left, right):
            return Relation(operator, _replaced(left, put), _replaced(right, put))
        case And(parts) | Or(parts):
            return type(formula)(tuple(_put(part, put) for part in parts))
        case Not(part):
            return Not(_put(part, put))
        case Every():
            raise AssertionError("it has been put in at the members")


def _replaced(size: Size, put: dict[Atom, Size]) -> Size:
    """The size with symbols for members, those in other atoms included."""

    def image(atom: Atom) -> Size:
        if atom in put:
            return put[atom]
        return rebuilt(atom, tuple(_replaced(part, put) for part in atom.parts)) if atom.parts else of_atom(atom)

    return size.map_atoms(image) if put else size


def _least(atom: Total, holds: Holds) -> Iterator[Formula]:
    """A sum over products of members, none of them negative, is at least its length times its least term.

    The first and the last term may be more than that.
    """
    (body, last), values = atom.parts, []
    for one in body.atoms:
        if isinstance(one, Member) and one.family.least >= 0:
            values.append(one.family.least)
        elif isinstance(one, Positive) or (isinstance(one, Symbol) and one.name == atom.bound):
            values.append(0)
        else:
            return
    (coefficient,) = body.terms.values()
    if coefficient < 0:
        return
    least, whole = coefficient * prod(values), of_atom(atom)
    first, end = (body.substitute({atom.bound: place}) for place in (ZERO, last))
    yield Relation(">=", whole, least * (last + 1) if least else ZERO)
    if holds(Relation(">=", last, ZERO)):
        yield Relation(">=", whole - first, least * last)
        yield Relation(">=", whole - end, least * last)
    if holds(Relation(">=", last, ONE)):
        yield Relation(">=", whole - first - end, least * (last - 1))


# ---- facts for all members -----------------------------------------------------------------------


def _facts(context: Context, formula: Formula, holds: Holds) -> tuple[Formula, ...]:
    """The facts of a context, those for all members put in at the members that are mentioned."""
    plain = [fact for fact in context.facts if not isinstance(fact, Every)]
    general = [fact for fact in context.facts if isinstance(fact, Every) and not fact.some]
    known: list[Formula] = list(plain)
    for _ in range(ROUNDS if general else 0):
        places = list(_places((formula, *known), context.families))
        indices = _indices((formula, *plain))
        found = [one for fact in general for one in islice(_put_in(fact, places, indices, holds), MOST_FACTS)]
        known = list(dict.fromkeys((*known, *found)))
    return tuple(known)


Place = tuple[str, tuple[Size, ...]]


def _places(formulas: Iterable[Formula], families: Iterable[SizeFamily]) -> Iterator[Place]:
    """The members that are mentioned: a family's name, and the subscripts."""
    formulas = tuple(formulas)
    for atom in family_atoms(formulas):
        if isinstance(atom, Member) and not any(name.startswith(".#") for name in atom.names):
            yield atom.family.name, atom.parts
    for name in sorted({name for formula in formulas for name in formula.names}):
        found = numbers_of(name, families)
        if found is not None:
            yield found[0].name, tuple(map(integer, found[1]))


def _indices(formulas: Iterable[Formula]) -> list[Size]:
    names = {name for formula in formulas for name in formula.names}
    return [symbol(name) for name in sorted(names) if name[0] == "."]


def _put_in(fact: Every, places: list[Place], indices: list[Size], holds: Holds) -> Iterator[Formula]:
    """The fact at the values of its indices for which it speaks of the members that are mentioned."""
    patterns = [atom for atom in family_atoms((fact.part,)) if isinstance(atom, Member)]
    values = [list(dict.fromkeys(_values(name, patterns, places))) for name, _, _ in fact.ranges]
    for number, (_, low, high) in enumerate(fact.ranges):
        if not values[number]:
            values[number] = [low, high, *indices]
    for point in product(*values):
        at = {name: size for (name, _, _), size in zip(fact.ranges, point)}
        ends = [(at[name], low.substitute(at), high.substitute(at)) for name, low, high in fact.ranges]
        inside: list[Formula] = [Relation(">=", place, low) for place, low, _ in ends]
        inside += [Relation("<=", place, high) for place, _, high in ends]
        needed = [part for part in inside if not holds(part)]
        if any(holds(part.negated()) for part in needed):
            continue
        part = fact.part.substitute(at)
        outside = tuple(one.negated() for one in needed)
        yield Or((*outside, part)) if outside else part


def _values(name: str, patterns: list[Member], places: list[Place]) -> Iterator[Size]:
    """The values of an index for which a pattern `n[name + c]` is a member that is mentioned."""
    for pattern in patterns:
        for axis, size in enumerate(pattern.parts):
            linear = size.linear_in(name)
            if linear is not None and linear[0] is ONE:
                yield from (parts[axis] - linear[1] for family, parts in places if family == pattern.family.name)
