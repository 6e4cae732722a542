"""Random specs that only claim something about sizes; about half of the claims are true by the way they are made."""

from __future__ import annotations

from random import Random

NAMES = ("a", "b", "k", "s")
ASSUMPTIONS = (
    "a >= b", "a % 4 == 0", "b % 3 == 1", "a == 2b", "a + b >= 5", "a * b >= 6", "a <= 12", "s <= 3", "k <= 5",
    "a % s == 0", "b != 2", "a >= b or b >= 7", "k == s", "a == b * s", "a >= 2^k", "a // 2 >= b", "s >= 2",
    "a % 2 == 0 and b % 2 == 0", "not a == b",
)  # fmt: skip


def random_spec(random: Random, claims: int) -> str:
    """Sizes, what is assumed of them, and some claims."""
    least = random.choice(("", " >= 0", " >= 2"))
    lines = [f"dim a, b, k{least}, s"]
    lines += [f"assume {condition}" for condition in random.sample(ASSUMPTIONS, random.choice((0, 0, 1, 1, 2)))]
    lines += [f"claim {random_claim(random)}" for _ in range(claims)]
    return "\n".join(lines) + "\n"


def random_claim(random: Random) -> str:
    """A claim, now and then with a condition."""
    when = f" when {random.choice(ASSUMPTIONS)}" if random.random() < 0.15 else ""
    return f"{_formula(random)}{when}"


def _formula(random: Random) -> str:
    chance = random.random()
    if chance < 0.1:
        return f"({_relation(random)} or {_relation(random)})"
    if chance < 0.15:
        return f"({_relation(random)} and {_relation(random)})"
    if chance < 0.2:
        return f"not ({_relation(random)})"
    return _relation(random)


def _relation(random: Random) -> str:
    one = _size(random, random.choice((1, 2, 2, 3)))
    chance = random.random()
    if chance < 0.45:
        return f"{one} == {_same(random, one)}"
    if chance < 0.75:
        return _bound(random, one)
    return f"{one} {random.choice(('==', '!=', '<=', '>=', '<', '>'))} {_size(random, 2)}"


def _size(random: Random, depth: int) -> str:
    if depth == 0 or random.random() < 0.2:
        return random.choice((*NAMES, *NAMES, str(random.randint(0, 6))))
    one, other = _size(random, depth - 1), _size(random, random.randint(0, depth - 1))
    number, divisor = random.randint(1, 5), random.choice((*map(str, range(1, 7)), "s", "(s + 1)", "b"))
    return random.choice(
        (
            f"({one} + {other})", f"({one} - {other})", f"{number} * ({one})", f"({one}) * ({other})",
            f"({one}) // {divisor}", f"({one}) % {divisor}", f"ceil(({one}) / {divisor})",
            f"max({one}, {other})", f"min({one}, {other})", f"({one})^2" if depth < 3 else f"abs({one})",
            f"2^{random.choice('ks')}", _quotient(random, one),
        )
    )  # fmt: skip


def _quotient(random: Random, one: str) -> str:
    """A quotient of which a common factor, or whole multiples, can be taken out."""
    factor, divisor = random.choice((1, 2, 3, 4, 6, 8)), random.choice((2, 3, 4, 6, 8, 12))
    offset = random.randint(1, 12)
    return f"({factor} * ({one}) {random.choice('+-')} {offset}) // {divisor}"


def _same(random: Random, one: str) -> str:
    """The same size in other words; with a slip now and then, so that claims which are nearly true are among them."""
    other, number = _size(random, 1), random.randint(1, 6)
    slip = random.choice(("", "", "", " + 1", f" - {other}"))
    return random.choice(
        (
            f"{one} + {other} - {other}", f"{number} * (({one}) // {number}) + ({one}) % {number}",
            f"({one}) // s * s + ({one}) % s", f"max({one}, {other}) + min({one}, {other}) - {other}",
            f"({one}) // 2 + ceil(({one}) / 2)", f"(({one}) * {number} + {number - 1}) // {number}",
            f"-(-({one}))", f"(({one}) + {other})^2 - ({other})^2 - 2 * ({one}) * ({other}) - ({one})^2 + ({one})",
            f"ceil(({one}) * s / s)", f"-max(-({one}), -({one}) - {number})",
            f"({number} * ({one})) // {number + 1} + ceil(({one}) / {number + 1})",
            f"(({one}) * 2 - {number}) // 2 + {(number + 1) // 2}", f"{number} * ({one}) - ({number - 1} * ({one}))",
        )
    ) + slip  # fmt: skip


def _bound(random: Random, one: str) -> str:
    """Something that often holds."""
    other, number = _size(random, 1), random.randint(1, 6)
    return random.choice(
        (
            f"({one}) // {number} * {number} <= {one}", f"({one}) % {number} < {number}",
            f"max({one}, {other}) >= {one}", _rounding(random, one), _rounding(random, one),
            f"min({one}, {other}) <= {other}",
            f"ceil(({one}) / s) >= ({one}) // s", f"({one}) // s <= max({one}, 0)",
            f"({one})^2 >= {one}", f"({one}) % s <= s - 1", f"2^k >= k + {random.choice((0, 1, 1, 2))}",
            f"abs({one}) >= {random.choice(('', '-'))}({one})", f"({one}) * ({other}) <= ({one})^2 + ({other})^2",
        )
    )  # fmt: skip


def _rounding(random: Random, one: str) -> str:
    """A multiple of a divisor against what was divided."""
    factor, offset, divisor = random.choice((1, 2, 3, 4, 6, 8)), random.randint(0, 12), random.choice((2, 4, 6, 8, 12))
    whole = f"{factor} * ({one}) + {offset}"
    return random.choice(
        (
            f"{divisor} * (({whole}) // {divisor}) <= {whole}",
            f"{divisor} * (({whole}) // {divisor}) > {whole} - {divisor}",
            f"({whole}) // {divisor} // {factor} == ({whole}) // {divisor * factor}",
        )
    )
