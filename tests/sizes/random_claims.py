"""Random size claims, seeded, with three meanings: a `Formula`, plain Python integers, and (in `z3_claims`) z3's terms.

A claim is a tree of tuples, so that its truth does not rest on the normal form of sizes: `("//", ("*", "m", 2), "n")`.
Names stand for sizes of at least 1.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from random import Random
from typing import Any

from shapecheck.record import record
from shapecheck.sizes import (
    And,
    Context,
    Formula,
    Or,
    Relation,
    Size,
    as_size,
    ceil_divide,
    maximum,
    minimum,
    power,
    symbol,
)

Tree = Any  # a name, an integer, or a tuple of an operator and trees
NAMES = ("a", "b", "m", "n")
KINDS = ("linear", "quasi-affine", "polynomial", "maximum", "product", "power", "divided", "square")
COMPARISONS = (">=", "<=", ">", "<", "==", "!=")


@record
class RandomClaim:
    """`goal` where all `facts` hold; the facts are trees, too."""

    kind: str
    facts: tuple[Tree, ...]
    goal: Tree
    lowers: Mapping[str, int]

    @property
    def context(self) -> Context:
        return Context(tuple(formula(fact) for fact in self.facts), self.lowers)

    @property
    def names(self) -> list[str]:
        return sorted(set().union(*(names_in(tree) for tree in (self.goal, *self.facts))))

    def __str__(self) -> str:
        facts = ", ".join(map(text, self.facts))
        lows = ", ".join(f"{name} >= {low}" for name, low in self.lowers.items())
        given = "; ".join(part for part in (lows, facts) if part)
        return f"[{self.kind}] {text(self.goal)}" + (f"   given {given}" if given else "")


def random_claims(count: int, seed: int = 0) -> Iterator[RandomClaim]:
    """So many claims, of each kind alike."""
    random = Random(seed)
    for number in range(count):
        yield _claim(random, KINDS[number % len(KINDS)])


def _claim(random: Random, kind: str) -> RandomClaim:
    names = random.sample(NAMES, random.choice((1, 2, 2, 2, 3)))
    facts = tuple(
        _comparison(random, random.choice(("linear", "linear", "quasi-affine", kind)), names)
        for _ in range(random.choice((0, 0, 0, 1, 1, 2)))
    )
    goal = _comparison(random, kind, names)
    shape = random.random()
    if shape < 0.12:
        goal = ("and", goal, _comparison(random, random.choice((kind, "linear")), names))
    elif shape < 0.2:
        goal = ("or", goal, _comparison(random, random.choice((kind, "linear")), names))
    lowers = {name: random.choice((0, 2, 3, 5, 8)) for name in names if random.random() < 0.2}
    return RandomClaim(kind, facts, goal, lowers)


def _comparison(random: Random, kind: str, names: list[str]) -> Tree:
    left, right = _side(random, kind, names), _side(random, random.choice((kind, "linear")), names)
    if random.random() < 0.5:  # nearly true: one side dominates the other, or is off by a little
        right = random.choice((
            ("+", left, random.randint(-3, 3)), _smaller(random, left, names), ("-", right, random.randint(5, 60)),
        ))  # fmt: skip
    return (random.choice(COMPARISONS[:2] * 3 + COMPARISONS), left, right)


def _smaller(random: Random, tree: Tree, names: list[str]) -> Tree:
    """Something that is often at most as large as the tree."""
    name, number = random.choice(names), random.randint(1, 5)
    return random.choice((
        ("-", tree, name), ("//", tree, number), ("min", tree, ("*", number, name)),
        ("*", number, ("//", tree, number)),
        ("*", name, ("//", tree, name)), ("-", tree, number), ("//", ("+", tree, number), 2),
    ))  # fmt: skip


def _side(random: Random, kind: str, names: list[str]) -> Tree:
    name, other, third = (random.choice(names) for _ in range(3))
    small, number, step = random.randint(1, 4), random.randint(0, 12), random.choice((2, 2, 3, 4, 5, 8))
    linear = ("+", ("*", small, name), ("-", ("*", random.randint(0, 3), other), number))
    makers: dict[str, tuple[Tree, ...]] = {
        "linear": (linear, ("*", random.choice((7, 64, 1001)), name), ("+", name, random.choice((number, 100, 1000))),
                   ("+", linear, third)),
        "quasi-affine": (("//", linear, step), ("%", linear, step), ("ceil", linear, step),
                         ("*", step, ("//", name, step)), ("+", ("//", name, step), ("ceil", other, step)),
                         ("-", ("//", ("+", linear, third), step), ("%", other, 3)),
                         ("//", ("+", ("//", linear, 2), other), step)),
        "polynomial": (("*", name, other), ("+", ("^", name, 2), linear), ("-", ("^", name, 3), ("*", number, other)),
                       ("*", linear, ("+", third, small)), ("-", ("^", name, 2), ("*", number, name)),
                       ("+", ("*", name, ("*", other, third)), number)),
        "maximum": (("max", linear, third), ("min", linear, number), ("min", ("*", small, name), other),
                    ("max", ("-", name, other), 0), ("max", ("//", name, step), other),
                    ("-", ("max", name, other), ("min", other, third))),
        "product": (("//", ("*", name, other), step), ("*", name, ("//", other, step)), ("*", name, ("%", other, step)),
                    ("*", ("ceil", name, step), other), ("%", ("*", name, ("+", other, number)), step),
                    ("max", ("*", name, other), linear)),
        "power": (("^", 2, name), ("-", ("^", 2, name), number), ("*", other, ("^", 2, name)),
                  ("^", 2, ("+", name, other)), ("//", linear, ("^", 2, name)), ("*", ("^", 2, other), small),
                  ("+", ("^", 3, name), linear)),
        "divided": (("//", linear, name), ("//", ("-", other, third), name), ("ceil", other, name), ("%", other, name),
                    ("*", name, ("//", other, name)), ("+", ("//", ("-", other, small), ("+", name, number)), 1),
                    ("+", ("//", other, name), ("//", third, name)), ("//", ("*", other, third), name)),
        "square": (("^", linear, 2), ("*", ("*", random.randint(1, 9), name), other),
                   ("+", ("^", name, 2), ("^", other, 2)), ("-", ("^", ("-", name, other), 2), number),
                   ("+", ("^", name, 2), number), ("*", ("+", name, other), ("+", other, third)),
                   random.choice((2, 72, 50, 96, 144))),
    }  # fmt: skip
    return random.choice(makers[kind])


def text(tree: Tree) -> str:
    """The tree in the notation of specs."""
    if not isinstance(tree, tuple):
        return str(tree)
    operator, left, right = tree[0], text(tree[1]), text(tree[2])
    if operator in ("min", "max"):
        return f"{operator}({left}, {right})"
    if operator == "ceil":
        return f"ceil({left} / {_bracketed(tree[2])})"
    if operator in COMPARISONS:
        return f"{left} {operator} {right}"
    if operator in ("and", "or"):
        return f"({left}) {operator} ({right})"
    return f"{_bracketed(tree[1])} {operator} {_bracketed(tree[2])}"


def _bracketed(tree: Tree) -> str:
    return f"({text(tree)})" if isinstance(tree, tuple) and tree[0] not in ("min", "max", "ceil") else text(tree)


def names_in(tree: Tree) -> set[str]:
    """The names in a tree."""
    if isinstance(tree, tuple):
        return names_in(tree[1]) | names_in(tree[2])
    return {tree} if isinstance(tree, str) else set()


def formula(tree: Tree) -> Formula:
    """A comparison, or a combination of two, as a formula."""
    operator, left, right = tree
    if operator == "and":
        return And((formula(left), formula(right)))
    if operator == "or":
        return Or((formula(left), formula(right)))
    return Relation(operator, _size(left), _size(right))


def _size(tree: Tree) -> Size:
    if not isinstance(tree, tuple):
        return symbol(tree) if isinstance(tree, str) else as_size(tree)
    left, right = _size(tree[1]), _size(tree[2])
    match tree[0]:
        case "+":
            return left + right
        case "-":
            return left - right
        case "*":
            return left * right
        case "^":
            return power(left, right) if isinstance(tree[1], int) else left ** int(tree[2])
        case "//":
            return left // right
        case "%":
            return left % right
        case "ceil":
            return ceil_divide(left, right)
        case "min":
            return minimum(left, right)
        case _:
            return maximum(left, right)


class NoValue(ArithmeticError):
    """A divisor below 1, or an exponent below 0: nothing is claimed about such sizes."""


def value(tree: Tree, env: Mapping[str, int]) -> Any:
    """What Python computes: an integer, or for a comparison whether it holds; `NoValue`."""
    if not isinstance(tree, tuple):
        return env[tree] if isinstance(tree, str) else tree
    operator = tree[0]
    left, right = value(tree[1], env), value(tree[2], env)
    if (operator in ("//", "%", "ceil") and right < 1) or (operator == "^" and right < 0):
        raise NoValue
    match operator:
        case "+":
            return left + right
        case "-":
            return left - right
        case "*":
            return left * right
        case "^":
            return left**right
        case "//":
            return left // right
        case "%":
            return left % right
        case "ceil":
            return -(-left // right)
        case "min" | "max":
            return min(left, right) if operator == "min" else max(left, right)
        case "and" | "or":
            return (left and right) if operator == "and" else (left or right)
        case _:
            return {">=": left >= right, "<=": left <= right, ">": left > right, "<": left < right,
                    "==": left == right, "!=": left != right}[operator]  # fmt: skip


def holds(claim: RandomClaim, env: Mapping[str, int]) -> bool | None:
    """Whether the claim holds at a point; None where the point is not admissible."""
    try:
        admissible = [value(fact, env) for fact in claim.facts]
        result: bool = value(claim.goal, env)
    except NoValue:
        return None
    return result if all(admissible) else None
