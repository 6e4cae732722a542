"""Whether a polynomial is 0 everywhere: matching products, bound variables and domains.

In: a polynomial and a context for its free symbols.  Out: True only if it is proved to be 0.

Addends with the same product, up to the names of bound variables and sizes that are proved equal, form a group.  A
group is 0 if at every point the numbers in front, over those domains that hold there, add up to 0: for every choice
of domains whose numbers do not, it must be proved that no point lies in these and in none of the others.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from itertools import combinations, permutations, product
from math import factorial, prod

from shapecheck.record import record
from shapecheck.sizes import ZERO, Context, Relation, Size, symbol
from shapecheck.terms.equality.images import within_image
from shapecheck.terms.equality.polynomial import Addend, Atom, Factor, Fold, GiveUp, Polynomial, fresh_bound
from shapecheck.terms.equality.prover import Prover
from shapecheck.terms.equality.ring import add, add_quotients, open_addend, open_fold, renamed, subtract

LARGEST_TIE = 6
"""Bound variables that cannot be told apart are tried in all orders, up to this many."""
LARGEST_GROUP = 5
"""The most different domains of one product that are combined."""
COMMUTATIVE = {("call", "max"), ("call", "min")}


@record
class Share:
    """The part of one addend in its group: the number in front, and its domain."""

    coefficient: Size
    divisor: int
    domain: tuple[Relation, ...]


@record(frozen=False)
class Matcher:
    """Compares polynomials and their parts; answers are True only where equality is proved."""

    prover: Prover

    def is_zero(self, polynomial: Polynomial, context: Context) -> bool:
        """Whether the polynomial is 0 at all values that the context admits.

        The first of each group gets fresh bound variables: what the context knows of a name must not be taken for
        knowledge of a bound variable of that name.
        """
        groups: list[tuple[Addend, list[Share]]] = []
        for addend in polynomial:
            for first, shares in groups:
                share = self._share(first, addend, context)
                if share is not None:
                    shares.append(share)
                    break
            else:
                first = renamed(addend) if addend.bounds else addend
                groups.append((first, [Share(first.coefficient, first.divisor, first.domain)]))
        return all(self._cancel(shares, context) for _, shares in groups)

    def equal(self, left: Polynomial, right: Polynomial, context: Context) -> bool:
        """Whether two values are equal."""
        return left == right or self.is_zero(subtract(left, right), context)

    # ---- groups --------------------------------------------------------------------------------

    def _share(self, first: Addend, other: Addend, context: Context) -> Share | None:
        """The part of `other` in the group of `first`, in the names of `first`; None if it belongs elsewhere."""
        if len(first.bounds) != len(other.bounds) or _heads(first.factors) != _heads(other.factors):
            return None
        for names in _namings(first.bounds, first.factors, other.bounds, other.factors):
            moved = open_addend(other, names, first.bounds)
            if self._same_product(first.factors, moved.factors, first.bounds, context.assuming(*moved.domain)):
                return Share(moved.coefficient, moved.divisor, moved.domain)
        return None

    def _cancel(self, shares: Sequence[Share], context: Context) -> bool:
        """Whether the numbers in front add up to 0 at every point."""
        totals: dict[Hashable, Share] = {}
        for share in shares:
            key = frozenset(share.domain)
            found = totals.get(key, Share(ZERO, 1, share.domain))
            total = add_quotients((found.coefficient, found.divisor), (share.coefficient, share.divisor))
            totals[key] = Share(*total, share.domain)
        rest = [share for share in totals.values() if share.coefficient is not ZERO]
        if len(rest) > LARGEST_GROUP:
            raise GiveUp("too many domains")
        return all(
            self._excluded(chosen, [share for share in rest if share not in chosen], context)
            for count in range(1, len(rest) + 1)
            for chosen in combinations(rest, count)
        )

    def _excluded(self, chosen: Sequence[Share], others: Sequence[Share], context: Context) -> bool:
        """Whether the chosen add up to 0, or no point is in all of their domains and in none of the others'."""
        total = (ZERO, 1)
        for share in chosen:
            total = add_quotients(total, (share.coefficient, share.divisor))
        domain = dict.fromkeys(relation for share in chosen for relation in share.domain)
        if total[0] is ZERO or self.prover.equal(context.assuming(*domain), total[0], ZERO):
            return True
        return self.prover.implied(context, domain, [share.domain for share in others])

    # ---- products ------------------------------------------------------------------------------

    def _same_product(
        self, left: Sequence[Factor], right: Sequence[Factor], bounds: Sequence[str], context: Context
    ) -> bool:
        """Whether the factors can be paired so that each is equal to its partner."""
        if not left:
            return not right
        first, rest = left[0], left[1:]
        return any(
            self.same_factor(first, other, bounds, context)
            and self._same_product(rest, [*right[:at], *right[at + 1 :]], bounds, context)
            for at, other in enumerate(right)
        )

    def same_factor(self, left: Factor, right: Factor, bounds: Sequence[str], context: Context) -> bool:
        """Whether two factors are equal; sizes that mention a variable of `bounds` are not compared."""
        if left == right:
            return True
        if left.head != right.head:
            return False
        if isinstance(left, Atom) and isinstance(right, Atom):
            return self._same_atom(left, right, bounds, context)
        if isinstance(left, Fold) and isinstance(right, Fold):
            return self._same_fold(left, right, context) or self._same_cells(left, right, context)
        return False

    def _same_atom(self, left: Atom, right: Atom, bounds: Sequence[str], context: Context) -> bool:
        if len(left.arguments) != len(right.arguments):
            return False
        orders: Iterator[tuple[Size | Polynomial, ...]] = iter((right.arguments,))
        if left.head in COMMUTATIVE and len(right.arguments) <= 4:
            orders = permutations(right.arguments)
        if any(self._same_arguments(left.arguments, order, bounds, context) for order in orders):
            return True
        return left.head == ("truth", "==") and self._opposite(left, right, context)

    def _opposite(self, left: Atom, right: Atom, context: Context) -> bool:
        """Whether the arguments of `x == 0` and `y == 0` add up to 0."""
        sides = [argument for atom in (left, right) for argument in atom.arguments if not isinstance(argument, Size)]
        return len(sides) == 2 and self.is_zero(add(sides), context)

    def _same_arguments(
        self,
        left: Sequence[Size | Polynomial],
        right: Sequence[Size | Polynomial],
        bounds: Sequence[str],
        context: Context,
    ) -> bool:
        return all(self._same_argument(one, other, bounds, context) for one, other in zip(left, right))

    def _same_argument(
        self, left: Size | Polynomial, right: Size | Polynomial, bounds: Sequence[str], context: Context
    ) -> bool:
        if isinstance(left, Size) and isinstance(right, Size):
            if left is right:
                return True
            return (left - right).names.isdisjoint(bounds) and self.prover.equal(context, left, right)
        return not isinstance(left, Size) and not isinstance(right, Size) and self.equal(left, right, context)

    # ---- folds ---------------------------------------------------------------------------------

    def _same_fold(self, left: Fold, right: Fold, context: Context) -> bool:
        """Whether two folds have the same domain, and there the same body."""
        if len(left.bounds) != len(right.bounds):
            return False
        return any(
            self._same_members(left, open_fold(right, names, left.bounds), context)
            for names in _namings(left.bounds, _factors(left), right.bounds, _factors(right))
        )

    def _same_members(self, left: Fold, right: Fold, context: Context) -> bool:
        """Whether two folds with the same names of bound variables, which shadow those outside, are the same."""
        names = [fresh_bound() for _ in left.bounds]
        own = dict(zip(left.bounds, map(symbol, names)))
        left, right = open_fold(left, own, tuple(names)), open_fold(right, own, tuple(names))
        if not self.equal(left.body, right.body, context.assuming(*left.domain)):
            return False
        return self.prover.implied(context, left.domain, [right.domain]) and self.prover.implied(
            context, right.domain, [left.domain]
        )

    def _same_cells(self, left: Fold, right: Fold, context: Context) -> bool:
        """Whether two maxima (or minima) of one entry each read the same set of cells."""
        if left.operator not in ("max", "min"):
            return False
        same = within_image(left, right, context, self.prover) and within_image(right, left, context, self.prover)
        if same:
            self.prover.methods.add("the same set of cells")
        return same


def _factors(fold: Fold) -> tuple[Factor, ...]:
    return tuple(factor for addend in fold.body for factor in addend.factors)


def _heads(factors: Sequence[Factor]) -> list[str]:
    return sorted(repr(factor.head) for factor in factors)


def _namings(
    left: Sequence[str], left_factors: Sequence[Factor], right: Sequence[str], right_factors: Sequence[Factor]
) -> Iterator[dict[str, Size]]:
    """The ways to give the right side's bound variables the names of the left side's that do the same."""
    left_classes, right_classes = _classes(left, left_factors), _classes(right, right_factors)
    if {key: len(names) for key, names in left_classes.items()} != {
        key: len(names) for key, names in right_classes.items()
    }:
        return
    if prod(factorial(len(names)) for names in left_classes.values()) > factorial(LARGEST_TIE):
        raise GiveUp("too many bound variables that look alike")
    keys = list(left_classes)
    for orders in product(*(permutations(right_classes[key]) for key in keys)):
        yield {name: symbol(own) for key, order in zip(keys, orders) for own, name in zip(left_classes[key], order)}


def _classes(names: Sequence[str], factors: Sequence[Factor]) -> dict[Hashable, list[str]]:
    """The bound variables by their roles: the arguments of factors and the coefficients that mention them."""
    classes: dict[Hashable, list[str]] = {}
    for name in names:
        uses = sorted(use for factor in factors for use in _uses(name, factor))
        classes.setdefault(tuple(uses), []).append(name)
    return classes


def _uses(name: str, factor: Factor) -> Iterator[str]:
    if name not in factor.names:
        return
    if isinstance(factor, Fold) or factor.head in COMMUTATIVE or factor.head == ("truth", "=="):
        yield repr(factor.head)
        return
    for at, argument in enumerate(factor.arguments):
        if isinstance(argument, Size):
            if name in argument.names:
                yield f"{factor.head!r} {at} {argument.coefficient(name)}"
        elif any(name in addend.names for addend in argument):
            yield f"{factor.head!r} {at}"
