"""Proofs that a form is the size, and what they use.

In: a context and equations between sizes.  Out: whether they hold at every admissible point, and the facts they need.
"""

from __future__ import annotations

from shapecheck.sizes.algebra.size import ZERO
from shapecheck.sizes.decide import decide
from shapecheck.sizes.forms.congruences import put_in, rewritings
from shapecheck.sizes.questions.context import Context
from shapecheck.sizes.questions.formula import Formula, Relation
from shapecheck.sizes.questions.verdicts import Proved
from shapecheck.sizes.work import is_used_up


def follows(context: Context, relation: Relation) -> bool:
    """Whether two sizes are equal once what is assumed is put in."""
    difference = relation.difference
    if difference is ZERO:
        return True
    return any(put_in(difference, some) is ZERO for some in rewritings(context, difference.names))


def is_proved(context: Context, relation: Relation) -> bool:
    """Whether two sizes are equal at every admissible point: by putting in what is assumed, or as any claim is."""
    if follows(context, relation):
        return True
    return not is_used_up() and isinstance(decide(context, relation), Proved)


def used(context: Context, equations: tuple[Relation, ...]) -> tuple[Formula, ...]:
    """Facts that the equations need, none of which can be left out."""
    names = frozenset().union(*(equation.names for equation in equations))
    facts = context.relevant(names)[1]
    for fact in facts:
        less = tuple(other for other in facts if other is not fact)
        inside = context.with_facts(less)
        if all(is_proved(inside, equation) for equation in equations):
            facts = less
    return facts
