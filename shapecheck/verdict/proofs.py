"""Value claims proved on the defining equations: both sides as terms, definitions put in, one canonical form.

Proved means equal as real numbers; sums that a computer adds in another order may differ in the last bit.
"""

from __future__ import annotations

from collections.abc import Sequence

from shapecheck.graph.model import Claim, Node, ValueClaim
from shapecheck.infer.model import Instance, Interval
from shapecheck.sizes import ZERO, Size, symbol
from shapecheck.terms.canonical import same
from shapecheck.terms.expand import expand
from shapecheck.terms.model import Bound, Term
from shapecheck.terms.unfold import unfold
from shapecheck.verdict.sizes import Setting, index_facts

LIMIT = 400
"""How large a term may become when definitions are put in; a proof that needs more is left to runs."""


def proved_equal(claim: Claim, instance: Instance, setting: Setting) -> str | None:
    """How all comparisons of a claim are proved in one box of its indices; None if they are not."""
    body = claim.body
    if not isinstance(body, ValueClaim) or set(body.operators) - {"==", "~="} or not body.operators:
        return None
    context = setting.context(claim, index_facts(instance.ranges))
    rank = max(len(instance.shapes[operand]) for operand in body.operands)
    bounds = _positions(body.operands, instance, rank)
    terms = [_term(operand, instance, setting, [symbol(bound.symbol) for bound in bounds]) for operand in body.operands]
    methods: list[str] = []
    for left, right in zip(terms, terms[1:]):
        if left is None or right is None:
            return None
        method = same(context, left, right, bounds)
        if method is None:
            return None
        methods.append(method)
    return methods[0]


def _positions(operands: Sequence[Node], instance: Instance, rank: int) -> tuple[Bound, ...]:
    """A symbol for each axis of the sides, and its range."""
    shape = next(instance.shapes[operand] for operand in operands if len(instance.shapes[operand]) == rank)
    return tuple(Bound(f".at{axis}", ZERO, size - 1) for axis, size in enumerate(shape))


def _term(operand: Node, instance: Instance, setting: Setting, position: Sequence[Size]) -> Term | None:
    """One entry of a side with all definitions put in that do not recur; a scalar side has no position."""
    rank = len(instance.shapes[operand])
    term = unfold(setting.shapes, instance, operand, position if rank else ())
    ranges = [(str(place), Interval(ZERO, size - 1)) for place, size in zip(position, instance.shapes[operand])]
    context = setting.graph.context.assuming(*index_facts(instance.ranges), *index_facts(ranges))
    return expand(term, setting.shapes, context, limit=LIMIT)
