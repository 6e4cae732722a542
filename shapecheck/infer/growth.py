"""Shapes that grow from member to member: `C + k*g` channels, `H // 2^k` rows, `2^k * d` entries.

**The idea.**  Where no cut makes all members of a range alike, the first few members are looked at by themselves (a
*probe*), and from their sizes a formula in the number of the member is guessed: affine, geometric, or a repeated
division.  A guess is no result.  It is given to the cells of a new attempt, which checks every equation for all values
of the index at once, as induction does: `h[k-1]` has the shape of the formula at k - 1, and the equation must give that
of the formula at k.  What is not proved there makes the attempt fail, and the guess is forgotten.

Nothing that outlives an equation may depend on the equation's indices (a weight that all members share, say); that is
looked at last.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import partial

from shapecheck.graph.model import Family, Graph
from shapecheck.graph.nodes import Call
from shapecheck.infer.attempt.one_attempt import Attempt, laid_out, start
from shapecheck.infer.blocks.kinds import Kinds
from shapecheck.infer.blocks.paths import applications, weights_of
from shapecheck.infer.model import Application, Interval, Region, Shape, at_members, member
from shapecheck.infer.regions import Cut
from shapecheck.sizes import (
    Context,
    Floor,
    Member,
    Proved,
    Relation,
    Size,
    SizeFamily,
    ceil_divide,
    exact_divide,
    family_atoms,
    integer,
    is_proved,
    members_after,
    possible,
    power,
    symbol,
)
from shapecheck.sizes import member as size_at
from shapecheck.source import Span

PROBED = 4
"""Most members that are looked at one by one."""
FEWEST = 3
"""A formula is guessed from no fewer members."""

Growing = Mapping[tuple[str, Region], Shape]
Rule = Callable[[Size], Size]
Families = Sequence[SizeFamily]


def search(graph: Graph, labels: Sequence[str], kinds: Kinds, told: Collection[Span] = ()) -> Attempt | None:
    """An attempt in which shapes grow with one index and that is right for all members; None where none is found.

    If every such attempt has conflicts, the first one is taken whose conflicts are not among those `told` so far:
    growth mends these, and what is left is a mistake somewhere else.
    """
    mended: Attempt | None = None
    for label in labels:
        probe = start(graph, {label: Cut("first", PROBED)}, kinds, probing=True)
        for cuts in ({}, {label: Cut("low", 1)}):
            growing = _guesses(probe, label, laid_out(graph, cuts, kinds))
            if growing:
                attempt = start(graph, cuts, kinds, growing)
                solved = not any(conflict.diagnostic.span in told for conflict in attempt.conflicts)
                if solved and (told or not attempt.conflicts) and _is_right(attempt):
                    if not attempt.conflicts:
                        return attempt
                    mended = mended or attempt
    return mended


# ---- guesses -----------------------------------------------------------------------------------


def _guesses(probe: Attempt, label: str, attempt: Attempt) -> Growing | None:
    """Formulas for the cells of an attempt over this index, from those of a probe; None where some have no formula."""
    found: dict[tuple[str, Region], Shape] = {}
    context = probe.graph.context
    for name, family in probe.graph.families.items():
        axis = next((axis for axis, index in enumerate(family.axes) if index.label == label), None)
        for region in attempt.cells[name] if axis is not None else ():
            assert axis is not None
            shapes = list(_first(probe, name, region, axis))
            if region[axis].low is region[axis].high or len(shapes) < FEWEST:
                continue
            before = list(_first(probe, name, region, axis, -1))
            formula = _formula(before, region[axis].low - 1, member(axis), context) if before else None
            formula = formula or _formula(shapes, region[axis].low, member(axis), context)
            if formula is None:
                return None
            if formula != shapes[0]:
                found[name, region] = formula
    return found


def _first(probe: Attempt, name: str, region: Region, axis: int, start: int = 0) -> Iterator[Shape]:
    """The shapes of the first members of a region, or from the one before it, as far as the probe knows them."""
    for step in range(start, start + PROBED):
        at = region[axis].low + step
        cell = probe.cells[name].get((*region[:axis], Interval(at, at), *region[axis + 1 :]))
        dims = None if cell is None else probe.dims(cell)
        if dims is None or any(map(probe.solver.unknowns, dims)):
            return
        yield dims


def _formula(shapes: Sequence[Shape], start: Size, number: Size, context: Context) -> Shape | None:
    """The shape of a member by its number, those from `start` on given, where each size follows a rule; else None."""
    if len({len(shape) for shape in shapes}) > 1:
        return None
    sizes = [at_member(sizes, start, number, context) for sizes in zip(*shapes)]
    known = tuple(size for size in sizes if size is not None)
    return known if len(known) == len(sizes) else None


def at_member(sizes: Sequence[Size], start: Size, number: Size, context: Context) -> Size | None:
    """The size of a member by its number, those from `start` on given, where they follow a rule."""
    listed = _listed(sizes, start, number, context) if context.families else None
    if listed is not None:
        return listed
    for rule in _rules(sizes, context.families):
        if all(rule(integer(step)) is size for step, size in enumerate(sizes)):
            return rule(number - start)
    return None


def _listed(sizes: Sequence[Size], start: Size, number: Size, context: Context) -> Size | None:
    """The member of a size family near this number, where what is assumed of the family makes the first sizes it."""
    assumed = {atom.family for atom in family_atoms(context.facts) if isinstance(atom, Member)}
    for family in context.families:
        for step in (0, -1, 1) if family in assumed and len(family.ranges) == 1 else ():
            low, high = family.ranges[0]
            first = start + step
            exist = (Relation(">=", first, low), Relation(">=", high, first + 1))
            if not possible(context, exist):
                continue
            inside = context.assuming(*exist)
            equal = (Relation("==", size, size_at(family, (first + at,))) for at, size in enumerate(sizes[:2]))
            if all(is_proved(inside, relation) for relation in equal):
                return size_at(family, (number + step,))
    return None


def _rules(sizes: Sequence[Size], families: Families) -> Iterator[Rule]:
    """Rules that may have given the sizes: affine, members of size families one after the other, `a + b*q^k`, or
    division by the same again and again."""
    first, second, third = sizes[:3]
    for axis in range(max((len(family.ranges) for family in families), default=0)):
        yield partial(members_after, first, families, axis)
    gain = second - first
    yield lambda step: first + step * gain
    ratio = exact_divide(third - second, gain) if gain.constant != 0 else None
    if ratio is not None and _is_base(ratio):
        share = exact_divide(gain, ratio - 1)
        if share is not None:
            yield lambda step: first + share * (power(ratio, step) - 1)
    for divisor in _divisors(first, second):
        yield partial(_divided, first, divisor)
        yield partial(_divided_up, first, divisor)


def _divided(first: Size, divisor: Size, step: Size) -> Size:
    return first // power(divisor, step)


def _divided_up(first: Size, divisor: Size, step: Size) -> Size:
    return ceil_divide(first, power(divisor, step))


def _is_base(ratio: Size) -> bool:
    """Whether a size may stand under an exponent: a product of sizes, not 1 itself."""
    return ratio.constant != 1 and len(ratio.terms) == 1 and all(count > 0 for count in ratio.terms.values())


def _divisors(first: Size, second: Size) -> Iterator[Size]:
    """The divisor by which the second size may follow from the first."""
    before = [atom.parts[1] for atom in first.atoms if isinstance(atom, Floor)]
    for atom in second.atoms:
        if isinstance(atom, Floor):
            yield atom.parts[1]
            yield from filter(None, (exact_divide(atom.parts[1], divisor) for divisor in before))


# ---- whether a guess was right -----------------------------------------------------------------


def _is_right(attempt: Attempt) -> bool:
    """Whether all that the equations need was proved, and nothing that is kept depends on an equation's indices.

    Where there is a conflict that is certain, what rests on it may stay unknown.
    """
    solver = attempt.solver
    proved = all(isinstance(item.decision, Proved) for item in solver.wanted if item.relation.operator == "==")
    if not proved or (not attempt.conflicts and (attempt.waiting or solver.waits)):
        return False
    own = {name for frame in attempt.frames for name in (*frame.ranges, *frame.bounds)}
    measures = [solver.normal(symbol(name)) for name in attempt.graph.quantities]
    return (
        all(_is_kept(attempt, name, own) for name in attempt.graph.families)
        and own.isdisjoint(set[str]().union(*(size.names for size in measures)))
        and not any(_shares_weights(call, application, own) for call, application in _applied(attempt))
    )


def depending(attempt: Attempt) -> Family | None:
    """A tensor whose shape mentions an index of an equation, so that its members, or uses of it, differ."""
    own = {name for frame in attempt.frames for name in (*frame.ranges, *frame.bounds)}
    for name, family in attempt.graph.families.items() if own else ():
        for cell in attempt.cells[name].values():
            dims = attempt.dims(cell)
            if dims is not None and not own.isdisjoint(set[str]().union(*(size.names for size in dims))):
                return family
    return None


def _is_kept(attempt: Attempt, name: str, own: set[str]) -> bool:
    """Whether a family's cells and regions are known, and mention no index but, where they grow, the member's."""
    for region, cell in attempt.cells[name].items():
        dims = attempt.dims(cell)
        if dims is None and attempt.conflicts:
            continue
        ends = [end for interval in map(attempt.normal, region) for end in (interval.low, interval.high)]
        if dims is None or any(map(attempt.solver.unknowns, (*dims, *ends))):
            return False
        numbers = {f".{axis}" for axis in range(len(region))} if (name, region) not in attempt.growing else set[str]()
        if any((own | numbers) & size.names for size in (*dims, *ends)):
            return False
    return True


def _applied(attempt: Attempt) -> Iterator[tuple[Call, Application]]:
    """All applications, those inside of blocks included."""
    stack = [item for frame in attempt.frames for item in frame.applications.items()]
    while stack:
        call, application = stack.pop()
        yield call, application
        stack += [(item.call, item.application) for item in applications(application.kind.known)]


def _shares_weights(call: Call, application: Application, own: set[str]) -> bool:
    """Whether several members share weights whose shapes would differ from one to the next."""
    if call.weights is None:
        return False
    apart = set[str]().union(*(size.names for size in call.weights.subscripts))
    sizes = (size for parts in weights_of(application.kind.known).values() for _, shape in parts for size in shape)
    return any((own - apart) & size.names for size in sizes)


def told(attempt: Attempt, name: str) -> dict[Region, Shape | None]:
    """The shapes of a family's cells; a single member that fits the formula gets the formula, too."""
    found = {region: attempt.dims(cell) for region, cell in attempt.cells[name].items()}
    formulas = [shape for (family, _), shape in attempt.growing.items() if family == name]
    for region, shape in found.items():
        lows = [interval.low if interval.low is interval.high else None for interval in region]
        found[region] = next((formula for formula in formulas if at_members(formula, lows) == shape), shape)
    return found
