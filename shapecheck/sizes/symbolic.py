"""Sizes as SymPy expressions, for results, LaTeX and cross-checks.

In: a size, or an expression built from integers, symbols, `+ * **`, floor, ceiling, Max, Min and Mod.  Out: the other.
SymPy is imported on first use and on no path that inference takes; symbols are made here and nowhere else, one per name
and assumptions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache, reduce
from typing import Any

from shapecheck.sizes.algebra.atoms import Atom, Floor, Member, Positive, Symbol, Total
from shapecheck.sizes.algebra.compounds import maximum, minimum, power
from shapecheck.sizes.algebra.division import ceil_divide
from shapecheck.sizes.algebra.size import ONE, ZERO, Size, integer, of_atom, symbol
from shapecheck.sizes.questions.context import Context


def to_sympy(size: Size, context: Context | None = None) -> Any:
    """The size as an expression; symbols are positive integers unless the context gives them another least value."""
    import sympy

    lower = (context or Context()).lower
    total = sympy.Integer(0)
    for monomial, coefficient in size.terms.items():
        total += sympy.Mul(coefficient, *(_atom_to_sympy(atom, lower, context) for atom in monomial))
    return total


def _atom_to_sympy(atom: Atom, lower: Callable[[str], int | None], context: Context | None) -> Any:
    import sympy

    if isinstance(atom, Symbol):
        return sympy_symbol(atom.name, lower(atom.name))
    if isinstance(atom, Member | Total):
        return _family_symbol(atom)
    parts = [to_sympy(part, context) for part in atom.parts]
    if isinstance(atom, Floor):
        return sympy.floor(parts[0] / parts[1])
    return sympy.Max(parts[0], 0) if isinstance(atom, Positive) else parts[0] ** parts[1]


_atoms: dict[str, Member | Total] = {}
"""Members of size families, and sums over them, by the names of the symbols that stand for them."""


def _family_symbol(atom: Member | Total) -> Any:
    """The one symbol of a member or a sum: its text, with primes where another one reads the same."""
    name = str(of_atom(atom))
    while _atoms.setdefault(name, atom) is not atom:
        name += "'"
    return sympy_symbol(name, atom.family.least if isinstance(atom, Member) else None)


def named(name: str) -> Size:
    """The size that the symbol of a name stands for."""
    return of_atom(_atoms[name]) if name in _atoms else symbol(name)


@lru_cache(maxsize=4096)
def sympy_symbol(name: str, low: int | None = 1) -> Any:
    """The one symbol of that name with that least value."""
    import sympy

    if low is None or low < 0:
        return sympy.Symbol(name, integer=True)
    return sympy.Symbol(name, integer=True, **{"positive" if low > 0 else "nonnegative": True})


def from_sympy(expression: Any) -> Size:
    """The size of an expression; `ValueError` for one that is no integer expression of the kinds above."""
    import sympy

    builders: Mapping[Any, Callable[..., Size]] = {
        sympy.Add: lambda *parts: sum(parts, ZERO),
        sympy.Mul: lambda *parts: reduce(lambda left, right: left * right, parts, ONE),
        sympy.Pow: power,
        sympy.Max: lambda *parts: reduce(maximum, parts),
        sympy.Min: lambda *parts: reduce(minimum, parts),
        sympy.Mod: lambda left, right: left % right,
    }
    if expression.is_Integer:
        return integer(int(expression))
    if expression.is_Symbol:
        return named(expression.name)
    if expression.func in (sympy.floor, sympy.ceiling):
        numerator, divisor = sympy.fraction(sympy.together(expression.args[0]))
        divide = ceil_divide if expression.func is sympy.ceiling else Size.__floordiv__
        return divide(from_sympy(numerator), from_sympy(divisor))
    if expression.is_Mul and expression.is_integer and not expression.args[0].is_integer:
        numerator, divisor = sympy.fraction(expression)  # 2^k / 2: an integer, so that SymPy drops the floor
        return from_sympy(numerator) // from_sympy(divisor)
    if expression.func not in builders:
        raise ValueError(f"{expression} is not an expression of a size")
    return builders[expression.func](*(from_sympy(part) for part in expression.args))
