"""Maxima over sets of cells: which cells of a tensor two folds look at.

In: two folds whose body is one entry of a tensor, with nothing in front.  Out: whether every cell that the one looks
at is proved to be looked at by the other.  For that, values of the other's bound variables are guessed from the
cell's subscripts (the digits of a number: `2p + m` with m in 0..1 gives m = cell % 2, p = cell // 2), and that they
hit the cell and lie in the domain is then proved; so a wrong guess does no harm.
"""

from __future__ import annotations

from collections.abc import Sequence

from shapecheck.sizes import ONE, ZERO, And, Context, Relation, Size, symbol
from shapecheck.terms.equality.polynomial import Atom, Fold, Polynomial, fresh_bound
from shapecheck.terms.equality.prover import Prover
from shapecheck.terms.equality.ring import open_fold
from shapecheck.terms.equality.simplify import bounds_of


def within_image(inner: Fold, outer: Fold, context: Context, prover: Prover) -> bool:
    """Whether `outer` reads every cell that `inner` reads."""
    inner, outer = _apart(inner), _apart(outer)
    entry, other = _bare_entry(inner.body), _bare_entry(outer.body)
    if entry is None or other is None or entry.head != other.head or len(entry.arguments) != len(other.arguments):
        return False
    cell, pattern = _sizes(entry), _sizes(other)
    values = _solution(cell, pattern, outer)
    if values is None:
        return False
    hits = [Relation("==", size.substitute(values), goal) for size, goal in zip(pattern, cell)]
    inside = [relation.substitute(values) for relation in outer.domain]
    goal = And(tuple(dict.fromkeys(relation for relation in hits + inside if relation.difference is not ZERO)))
    return prover.holds(context.assuming(*inner.domain), goal)


def _apart(fold: Fold) -> Fold:
    names = [fresh_bound() for _ in fold.bounds]
    return open_fold(fold, dict(zip(fold.bounds, map(symbol, names))), tuple(names))


def _bare_entry(body: Polynomial) -> Atom | None:
    """A body that is one entry of a tensor, subscripted by sizes alone, and nothing else."""
    if len(body) != 1 or body[0].bounds or body[0].domain or len(body[0].factors) != 1:
        return None
    (factor,) = body[0].factors
    if body[0].coefficient is not ONE or body[0].divisor != 1 or not isinstance(factor, Atom):
        return None
    return factor if factor.head[0] == "entry" and len(_sizes(factor)) == len(factor.arguments) else None


def _sizes(entry: Atom) -> tuple[Size, ...]:
    """The subscripts of an entry that are sizes."""
    return tuple(argument for argument in entry.arguments if isinstance(argument, Size))


def _solution(cell: Sequence[Size], pattern: Sequence[Size], fold: Fold) -> dict[str, Size] | None:
    """Values of the fold's bound variables that should make its subscripts those of the cell."""
    values: dict[str, Size] = {}
    for goal, size in zip(cell, pattern):
        factors = {name: size.coefficient(name) for name in fold.bounds if name in size.names}
        if any(factor < 1 for factor in factors.values()) or not values.keys().isdisjoint(factors):
            return None
        lows = {name: _low(name, fold) for name in factors}
        rest = goal - size.substitute(lows)
        for name in sorted(factors, key=lambda name: -factors[name]):
            digit = rest // factors[name]
            values[name] = lows[name] + digit
            rest = rest - digit * factors[name]
    return values if values.keys() == set(fold.bounds) else None


def _low(name: str, fold: Fold) -> Size:
    """The least value of a bound variable, 0 where that is not plain."""
    limits = bounds_of(name, fold.domain)
    plain = limits is not None and len(limits[0]) == 1 and limits[0][0].names.isdisjoint(fold.bounds)
    return limits[0][0] if limits is not None and plain else ZERO
