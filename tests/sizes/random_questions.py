"""Random questions for integer sets: linear sizes, quotients, remainders and maxima in each other, and an index."""

from __future__ import annotations

import random
from collections.abc import Iterator

from shapecheck.sizes import And, Context, Formula, Or, Relation, Size, as_size, maximum, symbol
from shapecheck.sizes.questions.formula import Operator
from shapecheck.sizes.questions.question import Question

NAMES = ("a", "b", "c", "d", ".i")
OPERATORS: tuple[Operator, ...] = ("==", "==", "!=", ">=", "<=", ">", "<")
DIVISORS = (2, 2, 3, 4, 5, 7, 8, 12, 16, 32)
FACTORS = (1, 1, 1, 2, 3, -1, -2, 5)


class Drawn:
    """Sizes, comparisons and formulas over a few names."""

    def __init__(self, draw: random.Random) -> None:
        self.draw = draw
        self.names = draw.sample(NAMES, draw.choice((1, 1, 2, 2, 3, 4)))

    def size(self, depth: int = 2) -> Size:
        kind = self.draw.random() if depth else 0
        if kind < 0.3:
            return self.linear()
        if kind < 0.6:
            return self.size(depth - 1) // self.draw.choice(DIVISORS)
        if kind < 0.75:
            return self.size(depth - 1) % self.draw.choice(DIVISORS)
        if kind < 0.82:
            return maximum(self.size(depth - 1), self.size(depth - 1))
        return self.size(depth - 1) + self.size(depth - 1) * self.draw.choice((1, -1, 2))

    def linear(self) -> Size:
        total = as_size(self.draw.randint(-6, 12))
        for name in self.draw.sample(self.names, min(len(self.names), self.draw.choice((1, 1, 2)))):
            total = total + symbol(name) * self.draw.choice(FACTORS)
        return total

    def relation(self) -> Relation:
        left = self.size()
        near = self.draw.random() < 0.1
        right = left + self.draw.choice((0, 1, -1, 2)) if near else self.size()
        return Relation(self.draw.choice(OPERATORS), left, right)

    def formula(self) -> Formula:
        kind = self.draw.random()
        if kind < 0.75:
            return self.relation()
        return (And if kind < 0.87 else Or)((self.relation(), self.relation()))

    def question(self) -> Question:
        context = Context(tuple(self.formula() for _ in range(self.draw.choice((0, 0, 1, 1, 2, 3)))))
        return Question.about(context, self.formula())


def questions(count: int, seed: int) -> Iterator[Question]:
    """So many questions that have names, at least one of them a size, and that no fact makes void."""
    draw = random.Random(seed)
    while count:
        question = Drawn(draw).question()
        if question.is_affine and not question.is_void and set(question.names) - {".i"}:
            count -= 1
            yield question
