"""Terms as Python functions of the values of their symbols: loops over integers, nothing clever.

In: a term, the sizes, and how to read an entry of a family.  Out: a function from an environment (the values of all
index variables, by name) to the number.  The environment is changed while a reduction runs and left as it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from math import prod
from typing import Any

from shapecheck.sizes import And, Formula, Not, Or, Relation, Size
from shapecheck.sizes.formula import compare
from shapecheck.terms.model import Bound, Call, Case, Entry, Literal, Lookup, Measure, Reduction, Term
from shapecheck.terms.scalars import FUNCTIONS, Value

Environment = dict[str, int]
Read = Callable[[str, tuple[int, ...]], Value]


class UndefinedValue(ArithmeticError):
    """A function whose value is not a number, or a subscript outside literal data; the message says which."""


class Compiler:
    """Turns terms into functions; `read` fetches the entry of a family at subscripts."""

    def __init__(self, sizes: Mapping[str, int], read: Read) -> None:
        self.sizes = sizes
        self.read = read

    def size(self, size: Size) -> Callable[[Environment], int]:
        """The value of a size."""
        here = size.substitute(self.sizes)
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
        """The truth of a formula; parts behind the one that decides are not looked at."""
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

    def term(self, term: Term) -> Callable[[Environment], Value]:
        """The value of a term."""
        match term:
            case Literal():
                value = term.value
                return lambda environment: value
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
                return self._reduction(term)
            case Case():
                return self._case(term)

    def _subscripts(self, subscripts: Sequence[Size | Term]) -> Callable[[Environment], tuple[int, ...]]:
        parts = [self.size(item) if isinstance(item, Size) else _whole(self.term(item)) for item in subscripts]
        return lambda environment: tuple(part(environment) for part in parts)

    def _lookup(self, term: Lookup) -> Callable[[Environment], Value]:
        subscripts, shape, values = self._subscripts(term.subscripts), term.shape, term.values

        def value(environment: Environment) -> Value:
            return values[place_of(subscripts(environment), shape, "the literal data")]

        return value

    def _call(self, term: Call) -> Callable[[Environment], Value]:
        name, function = term.function, FUNCTIONS[term.function]
        arguments = [self.term(argument) for argument in term.arguments]

        def value(environment: Environment) -> Value:
            operands = [argument(environment) for argument in arguments]
            result = function(*operands)
            if result != result:
                raise UndefinedValue(f"{name} of {', '.join(map(str, operands))} is not a number")
            return result

        return value

    def _case(self, term: Case) -> Callable[[Environment], Value]:
        test = term.condition
        condition: Callable[[Environment], Any] = self.term(test) if isinstance(test, Term) else self.formula(test)
        then, otherwise = self.term(term.then), self.term(term.otherwise)
        return lambda environment: then(environment) if condition(environment) else otherwise(environment)

    def _reduction(self, term: Reduction) -> Callable[[Environment], Value]:
        body, places = self.term(term.body), self.places(term.bounds)
        operator, symbol = term.operator, term.bounds[0].symbol if term.bounds else ""

        def values(environment: Environment) -> Iterator[Value]:
            return (body(environment) for _ in places(environment))

        def best(environment: Environment) -> Value:
            found = [(body(environment), environment[symbol]) for _ in places(environment)]
            extreme = (max if operator == "argmax" else min)(value for value, _ in found)
            return next(at for value, at in found if value == extreme)

        match operator:
            case "sum":
                return lambda environment: _number(sum(values(environment)), operator)
            case "prod":
                return lambda environment: _number(prod(values(environment)), operator)
            case "max":
                return lambda environment: max(values(environment))
            case "min":
                return lambda environment: min(values(environment))
            case "argmax" | "argmin":
                return best
            case _:
                raise AssertionError(f"{operator} is no reduction")

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


def _whole(value: Callable[[Environment], Value]) -> Callable[[Environment], int]:
    """Data as a subscript."""

    def subscript(environment: Environment) -> int:
        found = value(environment)
        if int(found) != found:
            raise UndefinedValue(f"{found} is no subscript")
        return int(found)

    return subscript


def _number(value: Value, operator: str) -> Value:
    if value != value:
        raise UndefinedValue(f"{operator} of infinities is not a number")
    return value
