"""Random expressions with two meanings: a `Size`, and plain Python integer arithmetic."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from hypothesis import strategies as st

from shapecheck.sizes import Relation, Size, ceil_divide, integer, maximum, minimum, power, symbol

NAMES = ("H", "W", "s")
Env = Mapping[str, int]


@dataclass(frozen=True)
class Tree:
    """A size, and the function that Python's own operators compute."""

    size: Size
    value: Callable[[Env], int]

    def __repr__(self) -> str:
        return f"Tree({self.size})"


def _leaf(draw: st.DrawFn) -> Tree:
    if draw(st.booleans()):
        name = draw(st.sampled_from(NAMES))
        return Tree(symbol(name), lambda env: env[name])
    number = draw(st.integers(-4, 6))
    return Tree(integer(number), lambda env: number)


@st.composite
def trees(draw: st.DrawFn, depth: int = 3, affine: bool = False) -> Tree:
    """Expressions of `+ - * // %` ceil min max and, unless affine, symbolic divisors and powers of 2."""
    if depth == 0 or draw(st.integers(0, 5)) == 0:
        return _leaf(draw)
    operators = ["+", "-", "scale", "//", "%", "ceil", "min", "max"]
    operator = draw(st.sampled_from(operators if affine else [*operators, "*", "//s", "ceil s", "power"]))
    left, right = draw(trees(depth - 1, affine)), draw(trees(depth - 1, affine))
    return _combined(operator, left, right, draw(st.integers(1, 5)))


def _combined(operator: str, left: Tree, right: Tree, number: int) -> Tree:
    a, b, f, g, s = left.size, right.size, left.value, right.value, symbol("s")
    made: dict[str, Callable[[], Tree]] = {
        "+": lambda: Tree(a + b, lambda env: f(env) + g(env)),
        "-": lambda: Tree(a - b, lambda env: f(env) - g(env)),
        "*": lambda: Tree(a * b, lambda env: f(env) * g(env)),
        "scale": lambda: Tree(number * a, lambda env: number * f(env)),
        "//": lambda: Tree(a // number, lambda env: f(env) // number),
        "%": lambda: Tree(a % number, lambda env: f(env) % number),
        "ceil": lambda: Tree(ceil_divide(a, number), lambda env: -(-f(env) // number)),
        "min": lambda: Tree(minimum(a, b), lambda env: min(f(env), g(env))),
        "max": lambda: Tree(maximum(a, b), lambda env: max(f(env), g(env))),
        "//s": lambda: Tree(a // (number * s), lambda env: f(env) // (number * env["s"])),
        "ceil s": lambda: Tree(ceil_divide(a, s + number), lambda env: -(-f(env) // (env["s"] + number))),
        "power": lambda: Tree(a + power(2, symbol("H") + number), lambda env: f(env) + 2 ** (env["H"] + number)),
    }
    return made[operator]()


@st.composite
def relations(draw: st.DrawFn, depth: int = 2, affine: bool = False) -> Relation:
    """Comparisons of two random expressions."""
    operator = draw(st.sampled_from(["==", "!=", "<=", ">=", "<", ">"]))
    return Relation(operator, draw(trees(depth, affine)).size, draw(trees(depth, affine)).size)


def envs(most: int = 30) -> st.SearchStrategy[dict[str, int]]:
    """Sizes for the names."""
    return st.fixed_dictionaries({name: st.integers(1, most) for name in NAMES})
