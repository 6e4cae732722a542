"""A tiny evaluator of the size expressions of the language, written from LANGUAGE's table of operators alone.

Loosest first: `+ -`; `* / // %` (left); unary `-`; a coefficient that touches a name or `(`; `^` (right); calls.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from math import ceil, floor

TOKEN = re.compile(r"\s*(?:(\d+)|([A-Za-z_]\w*)|(//|[-+*/%^(),]))")


class Reader:
    """Evaluates one text at one point."""

    def __init__(self, text: str, env: Mapping[str, int]) -> None:
        self.env = env
        self.tokens: list[tuple[str, bool]] = []
        place = 0
        while place < len(text):
            match = TOKEN.match(text, place)
            assert match, f"no token at {text[place:]!r}"
            self.tokens.append((match.group().strip(), match.group()[0].isspace()))
            place = match.end()
        self.tokens.append(("", True))
        self.place = 0

    @property
    def next(self) -> str:
        return self.tokens[self.place][0]

    def take(self, *expected: str) -> str:
        token = self.next
        assert not expected or token in expected, f"{token!r} instead of {expected}"
        self.place += 1
        return token

    def whole(self) -> Fraction:
        value = self.sum()
        self.take("")
        return value

    def sum(self) -> Fraction:
        value = self.product()
        while self.next in ("+", "-"):
            value = value + self.product() if self.take() == "+" else value - self.product()
        return value

    def product(self) -> Fraction:
        value = self.signed()
        while self.next in ("*", "/", "//", "%"):
            operator, right = self.take(), self.signed()
            match operator:
                case "*":
                    value = value * right
                case "/":
                    value = value / right
                case "//":
                    value = Fraction(floor(value / right))
                case _:
                    value = value - right * floor(value / right)
        return value

    def signed(self) -> Fraction:
        if self.next == "-":
            self.take()
            return -self.signed()
        return self.scaled()

    def scaled(self) -> Fraction:
        """`2p^2` is 2(p^2); the number must touch what it multiplies."""
        after, blank = self.tokens[self.place + 1] if self.next.isdigit() else ("", True)
        if not blank and (after == "(" or re.match(r"[A-Za-z_]", after)):
            return Fraction(int(self.take())) * self.raised()
        return self.raised()

    def raised(self) -> Fraction:
        base = self.atom()
        if self.next == "^":
            self.take()
            exponent = self.raised()
            assert exponent.denominator == 1
            return Fraction(base ** int(exponent))
        return base

    def atom(self) -> Fraction:
        token = self.take()
        if token == "(":
            value = self.sum()
            self.take(")")
            return value
        if token.isdigit():
            return Fraction(int(token))
        if self.next == "(" and token in ("ceil", "max", "min"):
            arguments = [self.argument()]
            while self.next == ",":
                arguments.append(self.argument())
            self.take(")")
            return {"ceil": lambda: Fraction(ceil(arguments[0])), "max": lambda: max(arguments)}.get(
                token, lambda: min(arguments)
            )()
        return Fraction(self.env[token])

    def argument(self) -> Fraction:
        self.take("(", ",")
        return self.sum()


def value_of(text: str, env: Mapping[str, int]) -> Fraction:
    """The value of a size expression."""
    return Reader(text, env).whole()
