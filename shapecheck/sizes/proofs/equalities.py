"""Using known equations: solve them for a name and put the solution everywhere.

In: the constraints of a question, a goal `size`, least values.  Out: an equivalent problem with fewer names.

    c*v + rest == 0, c = 1 or -1      v := -c * rest, and what bounded v now bounds the solution
    P % m == r                        P == m*q + r with a new integer q, then as above
    v + .. floor(a/b) == 0, v in a    v + .. q == 0 with a new integer q, b*q <= a <= b*q + b - 1, then as above
    v*e == 0, v at least 1            e == 0
    g*e + c == 0, g not dividing c    impossible: everything follows
    a divisor becomes 0 or less       impossible: such points are not admissible
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import gcd

from shapecheck.record import record
from shapecheck.sizes.algebra.atoms import Atom, Floor, Symbol
from shapecheck.sizes.algebra.division import common_monomial
from shapecheck.sizes.algebra.monomials import without
from shapecheck.sizes.algebra.size import ZERO, Inadmissible, Size, from_terms, of_atom, symbol
from shapecheck.sizes.questions.question import Kind

Constraint = tuple[Kind, Size]
MOST_STEPS = 20


@record(slots=False)
class Reduced:
    """Goal and constraints after substitution; `impossible` if no values satisfy the constraints."""

    goal: Size
    constraints: tuple[Constraint, ...]
    lowers: Mapping[str, int | None]
    impossible: bool = False


IMPOSSIBLE = Reduced(ZERO, (), {}, impossible=True)


def solve_equalities(goal: Size, constraints: tuple[Constraint, ...], lowers: Mapping[str, int | None]) -> Reduced:
    """The problem with its equations used up as far as they can be solved."""
    problem = Reduced(goal, constraints, lowers)
    try:
        for number in range(MOST_STEPS):
            step = _step(problem, f"%{number}")
            if step is None:
                break
            problem = step
    except Inadmissible:
        return IMPOSSIBLE
    except ValueError:  # a power would get too large to write out
        return problem
    return problem


def _step(problem: Reduced, fresh: str) -> Reduced | None:
    for position, (kind, size) in enumerate(problem.constraints):
        if kind != "==":
            continue
        size = primitive(size, problem.lowers)
        if _is_impossible(size):
            return IMPOSSIBLE
        others = problem.constraints[:position] + problem.constraints[position + 1 :]
        solution = unit_solution(size)
        if solution is not None:
            return _with_solution(problem, others, *solution)
        remainder = _remainder_equation(size, fresh)
        if remainder is not None:
            lowers = {**problem.lowers, fresh: None}
            return Reduced(problem.goal, (*others, ("==", remainder)), lowers)
    return _with_free_quotients(problem, fresh)


def _with_free_quotients(problem: Reduced, fresh: str) -> Reduced | None:
    """Solve an equation for a name that occurs in its quotients too: `n == m + s*(n // s)` as `n == m + s*q`."""
    for position, (kind, size) in enumerate(problem.constraints):
        others = problem.constraints[:position] + problem.constraints[position + 1 :]
        for name in sorted(size.names) if kind == "==" else ():
            if size.coefficient(name) not in (1, -1):
                continue
            quotients = [atom for atom in size.atoms if isinstance(atom, Floor) and name in atom.names]
            new: dict[Atom, Size] = {atom: symbol(f"{fresh}.{number}") for number, atom in enumerate(quotients)}
            free = _with_images(size, new)
            parts = free.linear_in(name)
            if not quotients or parts is None or parts[0].constant not in (1, -1):
                continue
            ends = [("==", free), *(end for atom, quotient in new.items() for end in _definition(atom, quotient))]
            lowers = {**problem.lowers, **{name: None for quotient in new.values() for name in quotient.names}}
            return Reduced(problem.goal, (*others, *ends), lowers)
    return None


def _with_images(size: Size, images: Mapping[Atom, Size]) -> Size:
    return size.map_atoms(lambda atom: images.get(atom) or of_atom(atom))


def _definition(atom: Atom, quotient: Size) -> Iterator[Constraint]:
    """The conditions under which an integer is the floor of a quotient."""
    numerator, divisor = atom.parts
    yield ">=", numerator - divisor * quotient
    yield ">=", divisor * quotient + divisor - 1 - numerator


def primitive(size: Size, lowers: Mapping[str, int | None]) -> Size:
    """An equation without the number that its coefficients and the sizes that its terms have in common."""
    if not size.terms:
        return size
    common = gcd(*size.terms.values())
    shared = tuple(atom for atom in common_monomial(list(size.terms)) if _is_never_zero(atom, lowers))
    if common == 1 and not shared:
        return size
    return from_terms({without(monomial, shared) or (): value // common for monomial, value in size.terms.items()})


def _is_never_zero(atom: Atom, lowers: Mapping[str, int | None]) -> bool:
    return isinstance(atom, Symbol) and (lowers.get(atom.name) or 0) >= 1


def _is_impossible(size: Size) -> bool:
    if size.constant is not None:
        return size.constant != 0
    common = gcd(*(value for monomial, value in size.terms.items() if monomial))
    return size.terms.get((), 0) % common != 0


def unit_solution(size: Size) -> tuple[str, Size] | None:
    """`(name, value)` of an equation that is linear in a name with coefficient 1 or -1."""
    for name in sorted(size.names, key=lambda name: (name[:1] not in "?%.", name)):
        parts = size.linear_in(name)
        if parts is not None and parts[0].constant in (1, -1):
            return name, -parts[1] * parts[0]
    return None


def _with_solution(problem: Reduced, others: tuple[Constraint, ...], name: str, value: Size) -> Reduced:
    low = problem.lowers.get(name)
    mapping = {name: value}
    constraints = tuple((kind, size.substitute(mapping)) for kind, size in others)
    if low is not None:
        constraints = (*constraints, (">=", value - low))
    kept = tuple(item for item in constraints if not _is_trivial(*item))
    lowers = {other: least for other, least in problem.lowers.items() if other != name}
    return Reduced(problem.goal.substitute(mapping), kept, lowers)


def _is_trivial(kind: Kind, size: Size) -> bool:
    value = size.constant
    if value is None:
        return False
    return value >= 0 if kind == ">=" else (value == 0) == (kind == "==")


def _remainder_equation(size: Size, fresh: str) -> Size | None:
    """`P == m*q + r` for an equation that says `P % m == r`, as a size that is 0."""
    for atom in size.atoms:
        parts = size.linear_in_atom(atom) if isinstance(atom, Floor) else None
        if parts is None or parts[0].constant is None:
            continue
        numerator, divisor = atom.parts
        sign = -1 if parts[0].constant > 0 else 1
        remainder = numerator - parts[1] * sign
        modulus = divisor.constant
        if modulus is None or parts[0].constant * sign != -modulus or remainder.constant is None:
            continue
        if 0 <= remainder.constant < modulus and any(numerator.coefficient(name) in (1, -1) for name in size.names):
            return numerator - modulus * symbol(fresh) - remainder
    return None
