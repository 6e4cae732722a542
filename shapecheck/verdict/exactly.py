"""Claims evaluated exactly, entry by entry, on the defining equations; `proved` and `refuted` rest on this.

In: shapes, a case with its data (and the run that drew the rest of them), a claim.  Out: for an entry whether the claim
holds there and the numbers, or `Open` where that cannot be told.  Integers and rationals are computed as such,
everything else in intervals whose precision is doubled until they decide; what that takes is counted and limited.

Nothing here comes from the executor but numbers that were drawn or given.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import field
from fractions import Fraction
from itertools import pairwise
from math import isinf
from typing import TYPE_CHECKING, Any

from shapecheck.graph.model import Claim, ShapeClaim, ValueClaim
from shapecheck.graph.nodes import Node
from shapecheck.infer.model import Instance, Shapes
from shapecheck.ops.term_types import member_name
from shapecheck.record import record
from shapecheck.sizes import Undefined
from shapecheck.sizes.algebra.point_values import TooLarge
from shapecheck.terms.evaluation.entries import (
    OWN,
    Cycle,
    Given,
    MissingDefinition,
    NotANumber,
    Values,
    positions,
)
from shapecheck.terms.evaluation.literal_data import Literals
from shapecheck.terms.scalars.exact import Meter, arithmetic
from shapecheck.terms.scalars.number import TooMuchWork, Unsettled
from shapecheck.verdict.compare import Spot
from shapecheck.verdict.runs import Case

if TYPE_CHECKING:
    from shapecheck.execute import Run

PRECISIONS = (64, 128, 256, 512, 1024)
"""Bits of the intervals, one after the other until they decide."""
WORK = 400_000
"""Most work for one claim, in operations on small integers."""


class Open(Exception):
    """The comparison is undecided; `why` gives the reason.

    `close`: the two numbers are so close to each other, or to where the claim turns, that no precision tried tells them
    apart; `costly`: it would take too much work.
    """

    def __init__(self, why: str, close: bool = False, costly: bool = False) -> None:
        super().__init__(why)
        self.why, self.close, self.costly = why, close, costly


@record
class Finding:
    """Whether a claim holds in an entry, and the numbers that were compared last."""

    holds: bool
    sides: tuple[Any, ...] = ()

    @property
    def exact(self) -> bool:
        """Whether no number is an interval."""
        return all(isinstance(side, int | float | Fraction) for side in self.sides)


@record(frozen=False)
class Exactly:
    """The claims of one spec at one case; `run` is asked for what was drawn."""

    shapes: Shapes
    env: Mapping[str, int]
    case: Case
    run: Run | None
    meter: Meter
    _values: dict[int, Values] = field(default_factory=dict)

    def spots(self, claim: Claim, instance: Instance) -> Iterator[Spot]:
        """All entries of a claim."""
        shapes = [instance.shapes[node] for node in operands(claim)]
        shape = tuple(int(size.evaluate(self.env)) for size in max(shapes, key=len))
        for indices in _points(instance, self.env):
            for position in positions(shape):
                yield Spot(indices, position)

    def at(self, claim: Claim, instance: Instance, spot: Spot) -> Finding:
        """The finding on a claim in one entry; `Open` where it is undecided, `ExecutionError` for a NaN."""
        return self._decided(lambda values: _finding(values, claim, instance, spot), claim)

    def compares(self, claim: Claim, instance: Instance, spot: Spot) -> bool:
        """Whether the claim's `when` leaves this entry in, as far as that can be told."""
        chosen = choice(claim, instance)
        if chosen is None:
            return True
        try:
            found = self._decided(lambda values: Finding(bool(_side(values, instance, chosen, spot))), claim)
        except Open:
            return True
        return found.holds

    def _decided(self, ask: Callable[[Values], Finding], claim: Claim) -> Finding:
        """The answer, at the least precision that gives one."""
        why = ""
        for precision in PRECISIONS:
            try:
                return ask(self._at_precision(precision))
            except NotANumber as problem:
                raise _nan(problem, claim) from problem
            except TooMuchWork as stop:
                raise Open("it would take too much work", costly=True) from stop
            except (Cycle, MissingDefinition, RecursionError, Undefined, TooLarge, LookupError) as stop:
                raise Open("the value cannot be told from the equations") from stop
            except Unsettled as stop:
                raise Open(str(stop)) from stop
            except ArithmeticError as undecided:
                why = str(undecided)
        raise Open(why, close=True)

    def _at_precision(self, precision: int) -> Values:
        if precision not in self._values:
            numbers = arithmetic(precision, self.meter)
            self._values[precision] = Values(self.shapes, self.env, self._given(precision), numbers)
        return self._values[precision]

    def _given(self, precision: int) -> Given:
        """A function that gives the entries of inputs and weights: the data of the case, else those the run drew."""
        literals = Literals(self.case.data, self.env, arithmetic(precision, self.meter))
        lows = {name: [int(axis.low.evaluate(self.env)) for axis in self.shapes.axes[name]] for name in self.case.data}

        def entry(family: str, member: tuple[int, ...], position: tuple[int, ...]) -> Any:
            if family in self.case.data:
                place = (*(at - low for at, low in zip(member, lows[family])), *position)
                return literals.entry(family, place)
            value = self.run.entry(family, (*member, *position)) if self.run is not None else None
            if value is None:
                raise MissingDefinition(member_name(family, (*member, *position)))
            return Fraction(value) if isinstance(value, float) and abs(value) < float("inf") else value

        return entry


def exactly(shapes: Shapes, case: Case, run: Run | None, meter: Meter) -> Exactly | None:
    """The evaluation of a case; None where its shapes cannot be written out."""
    if run is not None:
        return Exactly(run.setting.shapes, run.setting.env, case, run, meter)
    from shapecheck.execute.planning.writing_out import TooManyMembers, written_out

    try:
        env = shapes.environment(case.sizes)
        return Exactly(written_out(shapes, env), env, case, None, meter)
    except (TooManyMembers, TooLarge, Undefined):
        return None


def operands(claim: Claim) -> tuple[Node, ...]:
    """The values that a claim compares."""
    body = claim.body
    return (body.value,) if isinstance(body, ShapeClaim) else body.operands if isinstance(body, ValueClaim) else ()


def choice(claim: Claim, instance: Instance) -> Node | None:
    """The value that says which members are compared, if not all are."""
    claim = instance.origin if isinstance(instance.origin, Claim) else claim
    return claim.body.chosen if isinstance(claim.body, ValueClaim) else None


def _points(instance: Instance, env: Mapping[str, int]) -> Iterator[dict[str, int]]:
    """All values of a claim's indices."""

    def below(names: list[str], known: dict[str, int]) -> Iterator[dict[str, int]]:
        if not names:
            yield {name: known[name] for name in instance.ranges}
            return
        part = instance.ranges[names[0]]
        for value in range(part.low.evaluate(known), part.high.evaluate(known) + 1):
            yield from below(names[1:], {**known, names[0]: value})

    yield from below(list(instance.ranges), dict(env))


def _nan(problem: NotANumber, claim: Claim) -> Exception:
    """The error for a value that is none; one of an equation is the run's to report."""
    from shapecheck.execute import errors

    if problem.family != OWN:
        return Open(f"{str(problem).partition(':')[0]} is not a number")
    place = f"entry [{', '.join(map(str, problem.position))}] of " if problem.position else ""
    operation, _, rest = problem.why.partition(" of ")
    notes = [rest.removesuffix(" is not a number")] if rest else []
    return errors.nan_made(f"{place}this claim", operation if rest else problem.why, notes, claim.span)


# ---- one entry ---------------------------------------------------------------------------------


def _finding(values: Values, claim: Claim, instance: Instance, spot: Spot) -> Finding:
    claim = instance.origin if isinstance(instance.origin, Claim) else claim
    sides = (_side(values, instance, node, spot) for node in operands(claim))
    if isinstance(claim.body, ShapeClaim):
        return _inside(values, claim.body, next(sides))
    assert isinstance(claim.body, ValueClaim)
    if not claim.body.operators:
        return Finding(values.arithmetic.truth(next(sides)))
    finding = Finding(True)
    for operator, pair in zip(claim.body.operators, pairwise(sides)):
        finding = Finding(_compared(values, operator, *pair, claim.body.tolerance), pair)
        if not finding.holds:
            break
    return finding


def _side(values: Values, instance: Instance, node: Node, spot: Spot) -> Any:
    rank = len(instance.shapes[node])
    return values.at(instance, node, spot.indices, spot.position if rank else ())


def _inside(values: Values, body: ShapeClaim, value: Any) -> Finding:
    """`in low..high`, and an integer unless the ends are reals."""
    entries, numbers = body.entries, values.arithmetic
    assert entries is not None
    not_less, (low, high) = numbers.functions["<="], entries.at(values.env)
    inside = isinf(low) or not_less(numbers.literal(low), value)
    inside = inside and (isinf(high) or not_less(value, numbers.literal(high)))
    if inside and not entries.real:
        inside = numbers.functions["=="](value, numbers.functions["//"](value, 1))
    return Finding(inside, (value,))


def _compared(values: Values, operator: str, left: Any, right: Any, tolerance: float) -> bool:
    functions = values.arithmetic.functions
    if operator != "~=":
        return bool(functions[operator](left, right))
    if isinstance(left, float) or isinstance(right, float):
        return bool(functions["=="](left, right))
    allowed = functions["*"](Fraction(repr(tolerance)), functions["max"](1, abs(left), abs(right)))
    return bool(functions["<="](abs(functions["-"](left, right)), allowed))
