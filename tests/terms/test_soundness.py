"""Random terms and random rewritings of them: what is proved equal must be equal by brute force."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest

from shapecheck.ops.term_types import Bound, Call, Case, Entry, Literal, Measure, Reduction, Term
from shapecheck.sizes import And, Context, Formula, Or, Relation, Size, integer, symbol
from shapecheck.terms.equality.canonical import same

from .brute import differ
from .forms import span

n, i = symbol("n"), symbol(".i")
FREE = span(i=(0, n - 1))


class Terms:
    """Draws terms over the tensors a and b, the size n and the index i."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def size(self, scope: Sequence[Size]) -> Size:
        total = integer(self.random.randint(-1, 2))
        for name in self.random.sample(scope, self.random.randint(0, 2)):
            total = total + name * self.random.choice([1, 1, 1, 2, -1])
        return total // 2 if self.random.random() < 0.1 else total

    def formula(self, scope: Sequence[Size]) -> Formula:
        def relation() -> Relation:
            return Relation(self.random.choice(["==", "<=", ">=", "<", ">", "!="]), self.size(scope), self.size(scope))

        if self.random.random() < 0.7:
            return relation()
        return self.random.choice([And, Or])((relation(), relation()))

    def leaf(self, scope: Sequence[Size]) -> Term:
        kind = self.random.random()
        if kind < 0.2:
            return Literal(self.random.randint(-1, 2))
        if kind < 0.3:
            return Measure(self.size(scope))
        return Entry(self.random.choice("ab"), (self.size(scope),))

    def term(self, depth: int, scope: Sequence[Size]) -> Term:
        kind = self.random.random()
        if depth == 0 or kind < 0.15:
            return self.leaf(scope)
        if kind < 0.45:
            function = self.random.choice(["+", "*", "-", "max", "min", "/"])
            return Call(function, (self.term(depth - 1, scope), self.term(depth - 1, scope)))
        if kind < 0.5:
            return Call("exp", (self.term(depth - 1, scope),))
        if kind < 0.75:
            return self.reduction(depth, scope)
        if kind < 0.92:
            otherwise = self.term(depth - 1, scope) if self.random.random() < 0.5 else Literal(0)
            return Case(self.formula(scope), self.term(depth - 1, scope), otherwise)
        test = Call(self.random.choice(["<", "<=", "=="]), (self.leaf(scope), self.leaf(scope)))
        return Case(test, self.term(depth - 1, scope), self.term(depth - 1, scope))

    def reduction(self, depth: int, scope: Sequence[Size]) -> Term:
        name = f".k{depth}"
        low = integer(self.random.randint(0, 1))
        high = low + self.random.choice([n - 1, n, integer(1), integer(0), i])
        operator = self.random.choice(["sum", "sum", "max", "min", "prod", "argmax"])
        return Reduction(operator, (Bound(name, low, high),), self.term(depth - 1, [*scope, symbol(name)]))

    def rewritten(self, term: Term) -> Term:
        """Mostly the same value in another form, now and then another value."""
        chance = self.random.random()
        match term:
            case Call():
                arguments = [self.rewritten(argument) for argument in term.arguments]
                if term.function in ("+", "*", "max", "min"):
                    self.random.shuffle(arguments)
                return Call(term.function, tuple(arguments))
            case Reduction():
                operator = term.operator if chance < 0.95 else self.random.choice(["sum", "max", "min"])
                return Reduction(operator, term.bounds, self.rewritten(term.body))
            case Case():
                then, otherwise = self.rewritten(term.then), self.rewritten(term.otherwise)
                if not isinstance(term.condition, Term) and chance < 0.4:
                    return Case(term.condition.negated(), otherwise, then)
                return Case(term.condition, then, otherwise)
            case Entry() if chance < 0.06:
                return Entry(term.family, tuple(one + 1 for one in term.subscripts if isinstance(one, Size)))
            case Literal() if chance < 0.06:
                return Literal(term.value + 1)
        return term


@pytest.mark.parametrize("seed", range(8))
def test_what_is_proved_is_true(seed: int) -> None:
    """The truth is brute force at n = 1..5 on random entries; some of the pairs must be proved, some must differ."""
    terms = Terms(seed)
    proved = refuted = 0
    for _ in range(40):
        left = terms.term(terms.random.randint(1, 3), [i, n])
        right = terms.rewritten(left) if terms.random.random() < 0.8 else terms.term(2, [i, n])
        method = same(Context(), left, right, FREE)
        try:
            different = differ(Context(), left, right, FREE)
        except (OverflowError, ZeroDivisionError):
            continue
        assert not (method and different), (method, left, right)
        proved += method is not None
        refuted += different
    assert proved > 5
    assert refuted > 3
