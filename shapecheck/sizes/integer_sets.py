"""Quasi-affine questions, decided exactly both ways by the integer set library (isl).

In: a question whose comparisons are all quasi-affine.  Out: a proof, the smallest point where the goal fails, or None
when the limit of operations is reached.  This module is the only door to `islpy`, which is imported on first use.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from shapecheck.sizes.algebra import ZERO, Atom, Floor, Positive, Size, Symbol, integer, symbol
from shapecheck.sizes.formula import And, Formula, Or, Relation
from shapecheck.sizes.numerals import from_numeral, numeral
from shapecheck.sizes.points import Point, truth
from shapecheck.sizes.question import Question
from shapecheck.sizes.verdicts import Proved, Refuted

MOST_OPERATIONS = 400_000
LONGEST_TEXT = 6_000
MOST_DISJUNCTS = 2
MOST_CONJUNCTS = 3
METHOD = "integer sets"


@lru_cache(maxsize=1)
def _library() -> tuple[Any, Any]:
    import islpy

    context = islpy.Context()
    context.set_max_operations(MOST_OPERATIONS)
    return islpy, context


def by_integer_sets(question: Question) -> Proved | Refuted | None:
    """The exact answer, or None if the question is too large."""
    try:
        failing = _Sets(question).set_of([*question.facts, question.goal.negated()])
        if failing is None:
            return None
        if failing.is_empty():
            return Proved(METHOD)
        witness = _smallest(failing, question)
    except _library()[0].Error:
        _library.cache_clear()
        return None
    return Refuted(witness, METHOD) if _is_witness(question, witness) else None


def _is_witness(question: Question, point: Point) -> bool:
    """The library is not trusted with refutations: the point is evaluated."""
    return truth(question.goal, point) is False and all(truth(fact, point) for fact in question.facts)


class _Sets:
    """Builds sets of the values of the names, with their least values built in."""

    def __init__(self, question: Question) -> None:
        names = question.names
        self.dimension = {name: f"v{number}" for number, name in enumerate(names)}
        lower = question.context.lower
        lows = {name: low for name in names if (low := lower(name)) is not None}
        self.lowers = [f"{self.dimension[name]} >= {numeral(low)}" for name, low in lows.items()]

    def set_of(self, formulas: list[Formula]) -> Any:
        """The set where all formulas hold, None if its text gets too long."""
        parts = [f"({self.formula(formula)})" for formula in formulas]
        text = f"{{ [{', '.join(self.dimension.values())}] : {' and '.join(parts + self.lowers) or 'true'} }}"
        library, context = _library()
        context.reset_operations()
        return library.Set.read_from_str(context, text) if len(text) <= LONGEST_TEXT else None

    def formula(self, formula: Formula) -> str:
        if isinstance(formula, Relation):
            operator = "=" if formula.operator == "==" else formula.operator
            return f"{self.size(formula.difference)} {operator} 0"
        if isinstance(formula, (And, Or)):
            joint, empty = (" and ", "true") if isinstance(formula, And) else (" or ", "false")
            return joint.join(f"({self.formula(part)})" for part in formula.parts) or empty
        return f"not ({self.formula(formula.part)})"

    def size(self, size: Size) -> str:
        terms = [
            f"{numeral(coefficient)}*{self.atom(monomial[0])}" if monomial else numeral(coefficient)
            for monomial, coefficient in size.terms.items()
        ]
        return " + ".join(terms) or "0"

    def atom(self, atom: Atom) -> str:
        if isinstance(atom, Symbol):
            return self.dimension[atom.name]
        if isinstance(atom, Floor):
            return f"floor(({self.size(atom.parts[0])})/{numeral(atom.parts[1].constant or 1)})"
        assert isinstance(atom, Positive), "the size is quasi-affine"
        return f"max({self.size(atom.parts[0])}, 0)"


def _smallest(points: Any, question: Question) -> Point:
    """The member with the smallest sum of sizes, then the smallest values in order; any values for indices."""
    library, _ = _library()
    kind = library.dim_type.set
    sized = [number for number, name in enumerate(question.names) if question.context.lower(name) is not None]
    ordered = _with_sum_first(points, sized)
    free = [number for number in range(len(question.names)) if number not in sized]
    shadow = ordered
    for number in reversed(free):
        shadow = shadow.project_out(kind, number + 1, 1)
    least = shadow.lexmin().sample_point()
    for place, number in enumerate(sized):
        points = points.fix_val(kind, number, least.get_coordinate_val(kind, place + 1))
    member = points.sample_point()
    return {
        name: _integer(member.get_coordinate_val(kind, number)) for number, name in enumerate(question.names)
    }


def _integer(value: Any) -> int:
    return from_numeral(value.to_str())


def _with_sum_first(points: Any, summed: list[int]) -> Any:
    """The set with one more dimension in front, the sum of the given ones."""
    library, _ = _library()
    kind = library.dim_type.set
    wider = points.insert_dims(kind, 0, 1)
    total = library.Constraint.equality_alloc(library.LocalSpace.from_space(wider.get_space()))
    total = total.set_coefficient_val(kind, 0, -1)
    for number in summed:
        total = total.set_coefficient_val(kind, number + 1, 1)
    return wider.add_constraint(total)


FIRST_WINDOW = 128
WIDEST_WINDOW = 1 << 14


def values_of(question: Question, name: str, count: int) -> tuple[int, ...] | None:
    """The least values that one name has at points where all facts hold, `count` of them or all there are within reach.

    None when the limit of operations is reached.
    """
    library, _ = _library()
    kind = library.dim_type.set
    try:
        points = _Sets(question).set_of(list(question.facts))
        if points is None:
            return None
        place = question.names.index(name)
        line = points.project_out(kind, place + 1, len(question.names) - place - 1).project_out(kind, 0, place)
        return () if line.is_empty() else _least_of(line, count)
    except library.Error:
        _library.cache_clear()
        return None


def _least_of(line: Any, count: int) -> tuple[int, ...]:
    """The least members of a set of numbers that is bounded from below."""
    library, _ = _library()
    kind = library.dim_type.set
    first = _integer(line.lexmin().sample_point().get_coordinate_val(kind, 0))
    window = FIRST_WINDOW
    while True:
        part = line.upper_bound_val(kind, 0, library.Val.int_from_si(line.get_ctx(), first + window))
        found = _members(part)
        if len(found) >= count or window >= WIDEST_WINDOW or part.is_equal(line):
            return found[:count]
        window *= 4


def _members(line: Any) -> tuple[int, ...]:
    """All members of a bounded set of numbers, in order."""
    kind = _library()[0].dim_type.set
    found: list[int] = []
    line.foreach_point(lambda point: found.append(_integer(point.get_coordinate_val(kind, 0))))
    return tuple(sorted(found))


def weakest_condition(question: Question) -> Formula | None:
    """What must hold besides the facts for the goal to hold, None if that takes more than a few comparisons."""
    sets = _Sets(question)
    try:
        good, given = sets.set_of([question.goal]), sets.set_of(list(question.facts))
        if good is None or given is None or good.intersect(given).is_empty():
            return None
        parts = good.gist(given).coalesce().compute_divs().get_basic_sets()
        conditions = [_condition(part, question.names) for part in parts[: MOST_DISJUNCTS + 1]]
    except _library()[0].Error:
        _library.cache_clear()
        return None
    if len(parts) > MOST_DISJUNCTS or any(len(condition.parts) > MOST_CONJUNCTS for condition in conditions):
        return None
    single = [part.parts[0] if len(part.parts) == 1 else part for part in conditions]
    return single[0] if len(single) == 1 else Or(tuple(single))


def _condition(part: Any, names: tuple[str, ...]) -> And:
    """A conjunction of comparisons of the library as a formula."""
    constraints = part.get_constraints()
    return And(
        tuple(
            Relation("==" if item.is_equality() else ">=", _size(item.get_aff(), names), ZERO) for item in constraints
        )
    )


def _size(affine: Any, names: tuple[str, ...]) -> Size:
    """A quasi-affine expression of the library whose value is an integer."""
    library, _ = _library()
    kinds = library.dim_type
    denominator = affine.get_denominator_val()
    scale = _integer(denominator)
    scaled = affine.scale_val(denominator)
    total: Size = integer(_integer(scaled.get_constant_val()))
    for number, name in enumerate(names):
        total = total + symbol(name) * _integer(scaled.get_coefficient_val(kinds.in_, number))
    for number in range(scaled.dim(kinds.div)):
        factor = _integer(scaled.get_coefficient_val(kinds.div, number))
        if factor:
            total = total + _size(scaled.get_div(number), names) * factor
    return total // scale
