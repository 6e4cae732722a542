"""Terms compiled to Python functions of the values of their symbols, with plain loops over integers.

In: a term, the sizes, a function that reads entries of families, and an `Arithmetic`.  Out: a function from an
environment (the values of all index variables, by name) to the number.  The environment is changed while a reduction
runs and left as it was.  With `remembering`, the values of reductions are kept for the indices that they depend on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from shapecheck.ops.term_types import Bound, Call, Case, Entry, Literal, Lookup, Measure, Reduction, Term, is_missing
from shapecheck.sizes import And, Every, Formula, Inadmissible, Not, Or, Relation, Size, TooLargeToWrite
from shapecheck.sizes.questions.formula import compare
from shapecheck.terms.scalars.floats import FLOATS, Arithmetic, UndefinedValue

Environment = dict[str, int]
Read = Callable[[str, tuple[int, ...]], Any]
Entries = Callable[[Environment], Any]
"""A term, ready to be computed."""
JOINED: Mapping[str, tuple[str, int | None]] = {
    "sum": ("+", 0), "prod": ("*", 1), "max": ("max", None), "min": ("min", None)
}  # fmt: skip
"""The function by which a big operator joins its terms, and its value for no terms."""


class Compiler:
    """Turns terms into functions; `read` fetches the entry of a family at subscripts."""

    def __init__(
        self, sizes: Mapping[str, int], read: Read, arithmetic: Arithmetic = FLOATS, remembering: bool = False
    ) -> None:
        self.sizes = sizes
        self.read = read
        self.arithmetic = arithmetic
        self.remembering = remembering

    def size(self, size: Size) -> Callable[[Environment], int]:
        """The value of a size; one without a value raises when it is called, since its branch may not be taken."""
        try:
            here = size.substitute(self.sizes)
        except (Inadmissible, TooLargeToWrite):
            return lambda environment: int(size.evaluate({**self.sizes, **environment}))
        constant = here.constant
        if constant is not None:
            return lambda environment: constant
        linear = [(name, here.coefficient(name)) for name in here.names]
        offset = here.terms.get((), 0)
        if len(here.terms) - (1 if offset else 0) == sum(1 for _, factor in linear if factor) == len(linear):
            if len(linear) == 1 and linear[0][1] == 1:
                name = linear[0][0]
                return lambda environment: environment[name] + offset
            return lambda environment: sum(factor * environment[name] for name, factor in linear) + offset
        return lambda environment: int(here.evaluate(environment))

    def formula(self, formula: Formula) -> Callable[[Environment], bool]:
        """The truth of a formula; parts behind the one that decides are not evaluated."""
        match formula:
            case Relation():
                operator, difference = formula.operator, self.size(formula.difference)
                return lambda environment: compare(operator, difference(environment))
            case And():
                parts = [self.formula(part) for part in formula.parts]
                return lambda environment: all(part(environment) for part in parts)
            case Or():
                parts = [self.formula(part) for part in formula.parts]
                return lambda environment: any(part(environment) for part in parts)
            case Not():
                inner = self.formula(formula.part)
                return lambda environment: not inner(environment)
            case Every():
                return lambda environment: formula.holds(environment)

    def term(self, term: Term) -> Entries:
        """The value of a term."""
        match term:
            case Literal():
                return self._literal(term.value)
            case Measure():
                return self.size(term.size)
            case Entry():
                family, read, subscripts = term.family, self.read, self._subscripts(term.subscripts)
                return lambda environment: read(family, subscripts(environment))
            case Lookup():
                return self._lookup(term)
            case Call():
                return self._call(term)
            case Reduction():
                return self._remembered(term) if self.remembering else self._reduction(term)
            case Case():
                return self._case(term)

    def _literal(self, number: int | float) -> Entries:
        if number != number:
            return lambda environment: self.arithmetic.literal(number)
        value = self.arithmetic.literal(number)
        return lambda environment: value

    def _subscripts(self, subscripts: Sequence[Size | Term]) -> Callable[[Environment], tuple[int, ...]]:
        parts = [self.size(item) if isinstance(item, Size) else self._whole(item) for item in subscripts]
        return lambda environment: tuple([part(environment) for part in parts])

    def _whole(self, term: Term) -> Callable[[Environment], int]:
        """Data as a subscript."""
        value, truth, equal = self.term(term), self.arithmetic.truth, self.arithmetic.functions["=="]

        def subscript(environment: Environment) -> int:
            found = value(environment)
            if isinstance(found, int):
                return found
            if not truth(equal(found, int(found))):
                raise UndefinedValue(f"{found} is no subscript")
            return int(found)

        return subscript

    def _lookup(self, term: Lookup) -> Entries:
        subscripts, shape = self._subscripts(term.subscripts), term.shape
        values = tuple(map(self.arithmetic.literal, term.values))

        def value(environment: Environment) -> Any:
            return values[place_of(subscripts(environment), shape, "the literal data")]

        return value

    def _call(self, term: Call) -> Entries:
        function, spend = self.arithmetic.functions[term.function], self.arithmetic.spend
        arguments = [self.term(argument) for argument in term.arguments]

        def value(environment: Environment) -> Any:
            result = function(*[argument(environment) for argument in arguments])
            spend(result)
            return result

        return value

    def _case(self, term: Case) -> Entries:
        holds, then, otherwise = self._holds(term.condition), self.term(term.then), self.term(term.otherwise)
        return lambda environment: then(environment) if holds(environment) else otherwise(environment)

    # ---- big operators -------------------------------------------------------------------------

    def _remembered(self, term: Reduction) -> Entries:
        """A reduction, computed once for every value of the indices that it depends on."""
        computed = self._reduction(term)
        names = sorted(term.names - self.sizes.keys())
        known: dict[tuple[int, ...], Any] = {}

        def value(environment: Environment) -> Any:
            key = tuple([environment[name] for name in names])
            if key not in known:
                known[key] = computed(environment)
            return known[key]

        return value

    def _reduction(self, term: Reduction) -> Entries:
        if term.operator in ("argmax", "argmin"):
            return self._best(term)
        join, start = JOINED[term.operator]
        combine, spend = self.arithmetic.functions[join], self.arithmetic.spend
        body, places = self.term(term.body), self.places(term.bounds)

        def value(environment: Environment) -> Any:
            result = start
            for _ in places(environment):
                own = body(environment)
                result = own if result is None else combine(result, own)
                spend(result)
            if result is None:
                raise UndefinedValue(f"{term.operator} of no terms has no value")
            return result

        return value

    def _best(self, term: Reduction) -> Entries:
        """The first index at which the body is best."""
        asked, terms = self._left_out(term.body)
        body, places, symbol = self.term(terms), self.places(term.bounds), term.bounds[0].symbol
        better = self.arithmetic.functions[">" if term.operator == "argmax" else "<"]
        truth, spend = self.arithmetic.truth, self.arithmetic.spend

        def value(environment: Environment) -> int:
            best, found = None, None
            for _ in places(environment):
                if not all(holds(environment) for holds in asked):
                    continue
                own = body(environment)
                spend(own)
                if found is None or truth(better(own, best)):
                    best, found = own, environment[symbol]
            if found is None:
                raise UndefinedValue(f"{term.operator} of no terms has no value")
            return found

        return value

    def _left_out(self, body: Term) -> tuple[list[Callable[[Environment], bool]], Term]:
        """The conditions of a `when`, and the terms that it leaves."""
        asked: list[Callable[[Environment], bool]] = []
        while isinstance(body, Case) and is_missing(body.otherwise):
            asked.append(self._holds(body.condition))
            body = body.then
        return asked, body

    def _holds(self, test: Formula | Term) -> Callable[[Environment], bool]:
        if not isinstance(test, Term):
            return self.formula(test)
        condition, truth = self.term(test), self.arithmetic.truth
        return lambda environment: truth(condition(environment))

    def places(self, bounds: Sequence[Bound]) -> Callable[[Environment], Iterator[None]]:
        """Runs through all values of the bound variables, the first outermost, by setting them in the environment."""
        ranges = [(bound.symbol, self.size(bound.low), self.size(bound.high)) for bound in bounds]

        def run(environment: Environment, depth: int) -> Iterator[None]:
            if depth == len(ranges):
                yield
                return
            name, low, high = ranges[depth]
            before = environment.get(name)
            for value in range(low(environment), high(environment) + 1):
                environment[name] = value
                if depth + 1 == len(ranges):
                    yield
                else:
                    yield from run(environment, depth + 1)
            if before is None:
                environment.pop(name, None)
            else:
                environment[name] = before

        return lambda environment: run(environment, 0)


def place_of(subscripts: Sequence[int], shape: Sequence[int], what: str) -> int:
    """The row-major place of an entry."""
    place = 0
    for subscript, length in zip(subscripts, shape, strict=True):
        if not 0 <= subscript < length:
            raise UndefinedValue(f"{what} has no entry {list(subscripts)}: its shape is {list(shape)}")
        place = place * length + subscript
    return place
