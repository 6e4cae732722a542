"""The numbers that a term may be, or `Undefined` where it may have no value.

In: a term, what is known of its symbols, and the ranges of the families that it reads.  Out: a `Range` that holds all
of its values; `Undefined` where it is not proved that it has one throughout: a division by a number that may be 0, the
root of one that may be negative, infinity less infinity, the maximum of a range that may be empty.

Each branch of an `if` is judged under its condition, on sizes or on values.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import field, replace
from fractions import Fraction
from functools import lru_cache, reduce
from math import inf

from shapecheck.ops.term_types import Bound, Call, Case, Entry, Literal, Lookup, Measure, Reduction, Term
from shapecheck.record import record
from shapecheck.sizes import And, Context, Formula, Proved, Relation, Size, decide, integer, symbol
from shapecheck.sizes.questions.bounds import interval
from shapecheck.sizes.questions.question import Question
from shapecheck.terms.definedness.conditions import Facts, assuming
from shapecheck.terms.definedness.range_functions import FUNCTIONS, greatest, least, whole_power
from shapecheck.terms.definedness.ranges import EMPTY, Range, Undefined, joined, met, point, tidy, times
from shapecheck.terms.equality.folds import ranges_of
from shapecheck.terms.unfolding.substitute import fresh, substitute


@record
class Known:
    """Facts that hold where a term is evaluated: about sizes and indices, and about values."""

    context: Context
    facts: Facts = Facts()

    def assuming(self, *formulas: Formula) -> Known:
        """The facts, with these formulas besides."""
        return replace(self, context=self.context.assuming(*formulas))


@record(frozen=False)
class Ranger:
    """Finds ranges; `family` tells the range of a family's entries."""

    family: Callable[[str], Range]
    _found: dict[tuple[Term, Known], Range] = field(default_factory=dict)

    def of(self, term: Term, known: Known) -> Range:
        """All values of the term; `Undefined` where it may have none."""
        key = (term, known)
        if key not in self._found:
            self._found[key] = met(self._of(term, known), known.facts.about(term))
        return self._found[key]

    def _of(self, term: Term, known: Known) -> Range:
        match term:
            case Literal(value):
                return point(value)
            case Measure(size):
                return size_range(size, known.context)
            case Entry(family, subscripts):
                self._subscripts(subscripts, known)
                return self.family(family)
            case Lookup(_, values, subscripts):
                self._subscripts(subscripts, known)
                return joined(map(point, values))
            case Call():
                return self._call(term, known)
            case Reduction():
                return self._reduction(term, known)
            case Case():
                return self._case(term, known)

    def _subscripts(self, subscripts: Sequence[Size | Term], known: Known) -> None:
        for subscript in subscripts:
            if not isinstance(subscript, Size):
                self.of(subscript, known)

    # ---- functions and conditions --------------------------------------------------------------

    def _call(self, term: Call, known: Known) -> Range:
        size = as_size(term)
        if size is not None:
            return size_range(size, known.context)
        if term.function == "*":
            powers = Counter(_factors(term))
            return reduce(times, [self._power(factor, count, known) for factor, count in powers.items()])
        ranges = [self.of(argument, known) for argument in term.arguments]
        if term.function in ("/", "//", "%"):
            ranges[1] = _other_than_zero(term.arguments[1], ranges[1], known.context)
        return FUNCTIONS[term.function](*ranges)

    def _power(self, factor: Term, count: int, known: Known) -> Range:
        """The range of a factor to the power of its number of occurrences."""
        found = self.of(factor, known)
        return reduce(times, [found] * count) if found.infinite or count == 1 else whole_power(found, count)

    def _case(self, term: Case, known: Known) -> Range:
        if not isinstance(term.condition, Term):
            return self._by_sizes(term.condition, term, known)

        def range_of(part: Term, facts: Facts) -> Range:
            return self.of(part, replace(known, facts=facts))

        self.of(term.condition, known)
        branches = []
        for branch, holds in ((term.then, True), (term.otherwise, False)):
            facts = assuming(known.facts, term.condition, holds, range_of)
            if facts is not None:
                branches.append(self.of(branch, replace(known, facts=facts)))
        return joined(branches) if branches else EMPTY

    def _by_sizes(self, condition: Formula, term: Case, known: Known) -> Range:
        """The range of a choice by sizes: the union of the branches that may be taken."""
        branches = []
        for branch, holds in ((term.then, condition), (term.otherwise, condition.negated())):
            try:
                branches.append(self.of(branch, known.assuming(holds)))
            except Undefined:
                if not _proved(known.context, holds.negated()):
                    raise
                branches.append(EMPTY)
        both = joined(branches)
        if both in branches:
            return both
        if _proved(known.context, condition):
            return branches[0]
        return branches[1] if _proved(known.context, condition.negated()) else both

    # ---- big operators -------------------------------------------------------------------------

    def _reduction(self, term: Reduction, known: Known) -> Range:
        bounds, body = _apart(term, known)
        inside = known.assuming(*ranges_of(bounds))
        some = _has_members(bounds, known.context)
        try:
            found = self.of(body, inside)
        except Undefined:
            if term.operator not in ("sum", "prod") or not _has_none(bounds, known.context):
                raise
            return point(0 if term.operator == "sum" else 1)
        if term.operator == "prod":
            return _product(found)
        if not some and term.operator != "sum":
            raise Undefined(f"{term.operator} of no terms")
        if term.operator in ("argmax", "argmin"):
            return _index_range(bounds[0], known.context)
        members = self._members(bounds, body, found, inside) if some else []
        if term.operator == "sum":
            return _sum(found, [member for member in members if not member.infinite], some)
        best = greatest if term.operator == "max" else least
        return met(found, best([found, *members])) if members else found

    def _members(self, bounds: Sequence[Bound], body: Term, found: Range, inside: Known) -> list[Range]:
        """The ranges of the body at the first and the last place, which exist and may be known better than others."""
        if not found.infinite and not (found.may_be_zero and (found.not_negative or (-found).not_negative)):
            return []
        members = []
        for ends in ("low", "high"):
            moves: dict[str, Size] = {}
            for bound in bounds:
                moves[bound.symbol] = getattr(bound, ends).substitute(moves)
            outside = [fact for fact in inside.context.facts if not fact.names & moves.keys()]
            there = replace(inside, context=inside.context.with_facts(tuple(outside)))
            members.append(self.of(substitute(body, moves), there))
        return members


def _sum(body: Range, members: Sequence[Range], some: bool) -> Range:
    """The sum of any number of values; `some`: of at least one, and `members` are the ranges of such ones."""
    if body.minus and body.plus:
        raise Undefined("infinity less infinity")
    if body.empty:
        return replace(body, low=Fraction(0), high=Fraction(0)) if not some else body
    if body.low < 0 < body.high:
        return Range(minus=body.minus, plus=body.plus, whole=body.whole)
    down = body.low < 0
    first = [-member for member in (body, *members)] if down else [body, *members]
    start, above = max((one.low, one.above) for one in first) if some else (Fraction(0), False)
    start, above = (start, above) if start > 0 or (start == 0 and above) else (Fraction(0), False)
    found = tidy(Range(start, inf, above, whole=body.whole))
    found = -found if down else found
    return replace(found, minus=body.minus, plus=body.plus)


def _product(body: Range) -> Range:
    """The product of any number of values."""
    if body.infinite:
        raise Undefined("a product of what may be infinite")
    low = Fraction(0) if body.not_negative else -inf
    return tidy(Range(low, whole=body.whole, nonzero=not body.may_be_zero))


def _apart(term: Reduction, known: Known) -> tuple[tuple[Bound, ...], Term]:
    """The bounds and the body, its variables renamed where something is known of those names."""
    taken = known.facts.names.union(*(fact.names for fact in known.context.facts))
    moves: dict[str, Size] = {}
    bounds = []
    for bound in term.bounds:
        low, high = bound.low.substitute(moves), bound.high.substitute(moves)
        name = fresh(bound.symbol, taken) if bound.symbol in taken else bound.symbol
        if name != bound.symbol:
            moves[bound.symbol] = symbol(name)
        taken |= {name}
        bounds.append(Bound(name, low, high))
    return tuple(bounds), substitute(term.body, moves)


def _has_members(bounds: Sequence[Bound], context: Context) -> bool:
    """Whether every range is proved to have a member, whatever the outer ones are at."""
    for bound in bounds:
        if not _proved(context, Relation("<=", bound.low, bound.high)):
            return False
        context = context.assuming(*ranges_of((bound,)))
    return True


def _has_none(bounds: Sequence[Bound], context: Context) -> bool:
    """Whether a range is proved to be empty."""
    return any(_proved(context, Relation(">", bound.low, bound.high)) for bound in bounds)


def _index_range(bound: Bound, context: Context) -> Range:
    low, high = size_range(bound.low, context), size_range(bound.high, context)
    return tidy(Range(low.low, high.high, whole=True))


def _factors(term: Term) -> list[Term]:
    """The factors of a product of products, powers opened."""
    match term:
        case Call("*", arguments):
            return [factor for argument in arguments for factor in _factors(argument)]
        case _:
            return [term]


def _proved(context: Context, formula: Formula) -> bool:
    if isinstance(formula, Relation) and formula.difference.constant is not None:
        return formula.holds({})
    return formula == And(()) or isinstance(decide(context, formula), Proved)


# ---- sizes as values ---------------------------------------------------------------------------------


def as_size(term: Term) -> Size | None:
    """The size that a term of sizes and whole numbers is."""
    match term:
        case Literal(int() as value):
            return integer(value)
        case Measure(size):
            return size
        case Call("+" | "-" | "*" | "neg" as function, arguments):
            sizes = [as_size(argument) for argument in arguments]
            known = [size for size in sizes if size is not None]
            return _combined(function, known) if len(known) == len(sizes) else None
        case _:
            return None


def _combined(function: str, sizes: Sequence[Size]) -> Size:
    if function == "neg":
        return -sizes[0]
    if function == "-":
        return sizes[0] - sizes[1]
    return reduce(Size.__add__ if function == "+" else Size.__mul__, sizes)


@lru_cache(maxsize=4096)
def size_range(size: Size, context: Context) -> Range:
    """The numbers that a size may be where the context holds."""
    if size.constant is not None:
        return point(size.constant)
    question = Question.about(context, Relation(">=", size, integer(0)))
    low, high = interval(size, question.bounds)
    known = next((bound for bound in (1, 0) if low >= bound or _at_least(size, bound, context)), None)
    low = low if known is None else max(low, known)
    return tidy(Range(_end(low), _end(high), whole=True))


def _end(value: int | float) -> Fraction | float:
    return Fraction(value) if isinstance(value, int) else value


def _at_least(size: Size, low: int, context: Context) -> bool:
    return _proved(context, Relation(">=", size, integer(low)))


def _other_than_zero(term: Term, found: Range, context: Context) -> Range:
    """The range of a divisor; where it is a size, whether it can be 0 is decided as such."""
    size = as_size(term)
    if size is None or not found.may_be_zero or not _proved(context, Relation("!=", size, integer(0))):
        return found
    return tidy(replace(found, nonzero=True))
