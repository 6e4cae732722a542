r"""A tiny evaluator of formulas in LaTeX, written from how mathematicians read them.

Sums of products; side by side, `\,` and `\cdot` multiply and bind more tightly than `\bmod`, which binds more tightly
than `+`; `\left\lfloor .. \right\rfloor`, `\frac{..}{..}`, `\max(..)`, `^`; a name is a letter, a Greek letter, or
`\mathrm{..}`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from math import ceil, floor

TOKEN = re.compile(r"\\mathrm\{((?:[A-Za-z0-9]|\\_)+)\}|(\d+)|\\,|\\[A-Za-z]+|[A-Za-z]|[-+^(){},]")
ENDS = ("", "+", "-", ")", "}", ",", "\\right", "\\bmod")


class Reader:
    """Evaluates one formula at one point."""

    def __init__(self, text: str, env: Mapping[str, int]) -> None:
        self.env = env
        self.tokens: list[str] = []
        place = 0
        while place < len(text):
            match = TOKEN.match(text, place)
            assert match, f"no token at {text[place:]!r}"
            self.tokens.append(match.group())
            place = len(text) - len(text[match.end() :].lstrip())
        self.tokens.append("")
        self.place = 0

    @property
    def next(self) -> str:
        return self.tokens[self.place]

    def take(self, *expected: str) -> str:
        token = self.next
        assert not expected or token in expected, f"{token!r} instead of {expected}"
        self.place += 1
        return token

    def within(self, left: str, right: str) -> Fraction:
        for token in left.split():
            self.take(token)
        value = self.sum()
        for token in right.split():
            self.take(token)
        return value

    def sum(self) -> Fraction:
        sign = -1 if self.next == "-" and self.take() else 1
        value = sign * self.remainder()
        while self.next in ("+", "-"):
            value = value + self.remainder() if self.take() == "+" else value - self.remainder()
        return value

    def remainder(self) -> Fraction:
        value = self.product()
        if self.next == "\\bmod":
            self.take()
            divisor = self.product()
            value = value - divisor * floor(value / divisor)
        return value

    def product(self) -> Fraction:
        value = self.raised()
        while self.next not in ENDS:
            if self.next in ("\\,", "\\cdot"):
                self.take()
            else:
                assert not self.next.isdigit(), "a number beside a factor is no product"
            value = value * self.raised()
        return value

    def raised(self) -> Fraction:
        base = self.factor()
        if self.next != "^":
            return base
        self.take()
        exponent = self.within("{", "}") if self.next == "{" else self.factor()
        return Fraction(base ** int(exponent))

    def factor(self) -> Fraction:
        if self.next == "(":
            return self.within("(", ")")
        if self.next == "\\left":
            self.take()
            down = self.take("\\lfloor", "\\lceil") == "\\lfloor"
            value = self.within("", "\\right \\rfloor" if down else "\\right \\rceil")
            return Fraction(floor(value) if down else ceil(value))
        token = self.take()
        if token.isdigit():
            return Fraction(int(token))
        if token == "\\frac":
            return self.within("{", "}") / self.within("{", "}")
        if token in ("\\max", "\\min"):
            values = self.within("(", ","), self.within("", ")")
            return max(values) if token == "\\max" else min(values)
        return Fraction(self.env[token.removeprefix("\\mathrm").strip("{}").replace("\\_", "_").removeprefix("\\")])


def value_of(text: str, env: Mapping[str, int]) -> Fraction:
    """The value of a formula."""
    reader = Reader(text, env)
    value = reader.sum()
    reader.take("")
    return value
