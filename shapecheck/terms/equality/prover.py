"""Questions about sizes asked while terms are compared: counted, remembered, answered by yes or not known.

In: a context and a formula.  Out: True only where the formula is proved.  The number of questions is limited, so that
giving up does not depend on the clock.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import field
from math import gcd

from shapecheck.record import record
from shapecheck.sizes import ZERO, And, Context, Formula, Or, Proved, Relation, Size, decide
from shapecheck.terms.equality.polynomial import GiveUp

QUESTIONS = 150
"""The most different questions that one comparison may ask."""


@record(frozen=False)
class Prover:
    """Counts the questions that are left; `methods` collects the methods of proofs besides equal normal forms."""

    left: int = QUESTIONS
    methods: set[str] = field(default_factory=set)
    _known: dict[tuple[Context, Formula], bool] = field(default_factory=dict)

    def start(self) -> None:
        """Begin another comparison and keep the answers of earlier ones."""
        self.left = QUESTIONS
        self.methods = set()

    def holds(self, context: Context, formula: Formula) -> bool:
        """Whether the formula is proved in the context."""
        known = _evident(formula)
        if known is not None:
            return known
        key = (context, formula)
        if key not in self._known:
            self.left -= 1
            if self.left < 0:
                raise GiveUp("too many questions")
            self._known[key] = isinstance(decide(context, formula), Proved)
        return self._known[key]

    def equal(self, context: Context, left: Size, right: Size) -> bool:
        """Whether two sizes are proved equal."""
        if left is right:
            return True
        if (left - right).constant is not None:
            return False
        return self.holds(context, Relation("==", left, right))

    def implied(self, context: Context, facts: Iterable[Relation], goals: Sequence[Sequence[Relation]]) -> bool:
        """Whether under the facts all relations of at least one of the goals hold (no goal: whether facts clash)."""
        known = tuple(facts)
        given = set(known)
        rest = [tuple(relation for relation in goal if relation not in given) for goal in goals]
        if any(not goal for goal in rest):
            return True
        self.methods.add("equal domains by integer sets")
        if not rest:
            return bool(known) and self.holds(context.assuming(*known[:-1]), known[-1].negated())
        choices = tuple(And(goal) if len(goal) > 1 else goal[0] for goal in rest)
        return self.holds(context.assuming(*known), choices[0] if len(choices) == 1 else Or(choices))


def _evident(formula: Formula) -> bool | None:
    """The truth of a formula that is plain without a proof."""
    if isinstance(formula, Relation) and formula.difference.constant is not None:
        return formula.holds({}) or None
    if isinstance(formula, And) and not formula.parts:
        return True
    return None


def normal(relation: Relation) -> Relation:
    """The same as `size >= 0`, `size == 0` or `size != 0`, divided by the common factor of its coefficients."""
    size = relation.left - relation.right
    match relation.operator:
        case "<=":
            size = -size
        case "<":
            size = -size - 1
        case ">":
            size = size - 1
        case ">=" | "==" | "!=":
            pass
    if relation.operator in ("==", "!="):
        return Relation(relation.operator, _signed(size), ZERO)
    factors = [coefficient for monomial, coefficient in size.terms.items() if monomial]
    common = gcd(*factors) if factors else 1
    constant = size.terms.get((), 0)
    return Relation(">=", (size - constant) // common + constant // common if common > 1 else size, ZERO)


def _signed(size: Size) -> Size:
    """The size or its negative: the same one for both."""
    return size if size.digest < (-size).digest else -size
