"""Random claims as z3 reads them: an opinion that rests on nothing of ours."""

from __future__ import annotations

from typing import Any

from .random_claims import RandomClaim, Tree, names_in

MILLISECONDS = 150


def has_powers(claim: RandomClaim) -> bool:
    """Whether a size stands in an exponent: z3 knows little of those."""
    return any(_exponents(tree) for tree in (claim.goal, *claim.facts))


def _exponents(tree: Tree) -> bool:
    if not isinstance(tree, tuple):
        return False
    return (tree[0] == "^" and bool(names_in(tree[2]))) or _exponents(tree[1]) or _exponents(tree[2])


def counterexample_exists(claim: RandomClaim) -> bool | None:
    """Whether z3 says that some admissible sizes make the claim false; None where it does not know in time."""
    import z3

    solver = z3.Solver()
    solver.set("timeout", MILLISECONDS)
    names = {name: z3.Int(name) for name in claim.names}
    defined: list[Any] = []
    solver.add([names[name] >= claim.lowers.get(name, 1) for name in names])
    solver.add([_term(fact, names, defined) for fact in claim.facts])
    solver.add(z3.Not(_term(claim.goal, names, defined)))
    solver.add(defined)
    answer = solver.check()
    return None if answer == z3.unknown else bool(answer == z3.sat)


def _term(tree: Tree, names: dict[str, Any], defined: list[Any]) -> Any:
    """The tree in z3's terms; what its divisors have to be is added to `defined`."""
    import z3

    if not isinstance(tree, tuple):
        return names[tree] if isinstance(tree, str) else z3.IntVal(tree)
    operator, left = tree[0], _term(tree[1], names, defined)
    if operator == "^":
        return z3.Product([left] * int(tree[2]))
    right = _term(tree[2], names, defined)
    if operator in ("//", "%", "ceil"):
        defined.append(right >= 1)  # for those z3 divides as Python does
    made = {
        "+": lambda: left + right, "-": lambda: left - right, "*": lambda: left * right,
        "//": lambda: left / right, "%": lambda: left % right, "ceil": lambda: -(-left / right),
        "min": lambda: z3.If(left <= right, left, right), "max": lambda: z3.If(left >= right, left, right),
        "and": lambda: z3.And(left, right), "or": lambda: z3.Or(left, right),
        ">=": lambda: left >= right, "<=": lambda: left <= right, ">": lambda: left > right,
        "<": lambda: left < right, "==": lambda: left == right, "!=": lambda: left != right,
    }  # fmt: skip
    return made[operator]()
