"""Activations that exporters write out, recognised again: `x .* (x -> sigm)` is `x -> silu`."""

from __future__ import annotations

from shapecheck.syntax import tree
from shapecheck.syntax.tree import Expression

_ROOT_OF_2 = 1.4142


def as_activation(value: Expression) -> Expression:
    """The expression as a stage of a chain, where it is an activation of a named tensor; else as it is."""
    name = _silu(value) or _gelu(value)
    return value if name is None else tree.Pipe(name[0], tree.Stage(tree.Name(name[1]), None))


def _silu(value: Expression) -> tuple[tree.Name, str] | None:
    """`x .* (x -> sigm)`."""
    match value:
        case tree.Binary(".*", tree.Name() as x, tree.Pipe(tree.Name() as y, tree.Stage(tree.Name("sigm"), None))):
            return (x, "silu") if x == y else None
        case _:
            return None


def _gelu(value: Expression) -> tuple[tree.Name, str] | None:
    """`0.5 * x .* (1 + erf(x / sqrt(2)))`, the factors in any order."""
    factors = _factors(value)
    if len(factors) != 3 or not any(isinstance(one, tree.Real) and one.value == 0.5 for one in factors):
        return None
    names = [factor for factor in factors if isinstance(factor, tree.Name)]
    inner = [argument for factor in factors if (argument := _erf_plus_one(factor)) is not None]
    if len(names) != 1 or len(inner) != 1 or inner[0] != names[0]:
        return None
    return names[0], "gelu"


def _factors(value: Expression) -> list[Expression]:
    if isinstance(value, tree.Binary) and value.operator in ("*", ".*"):
        return [*_factors(value.left), *_factors(value.right)]
    return [value]


def _erf_plus_one(value: Expression) -> Expression | None:
    """The x of `erf(x / sqrt(2)) + 1`."""
    if not isinstance(value, tree.Binary) or value.operator != "+":
        return None
    for one, other in ((value.left, value.right), (value.right, value.left)):
        if isinstance(one, tree.Real) and one.value == 1.0 and isinstance(other, tree.Call):
            return _scaled(other)
    return None


def _scaled(call: tree.Call) -> Expression | None:
    match call:
        case tree.Call(tree.Name("erf"), (tree.Argument(None, tree.Binary("/", x, tree.Real() as root)),)):
            return x if abs(root.value - _ROOT_OF_2) < 1e-4 else None
        case tree.Call(tree.Name("erf"), (tree.Argument(None, tree.Binary("*", x, tree.Real() as root)),)):
            return x if abs(root.value - 1 / _ROOT_OF_2) < 1e-4 else None
        case _:
            return None
