"""Where a term may have no value: a division by zero, the logarithm of what is not positive, and the like.

Terms are compared as real numbers, and there `log(a) - log(a)` would be 0 for every a.  So two terms may only be called
equal where both are undefined for the same reasons.  What comes in is a term and what is known of its symbols; out come
the calls in it that are not known to have a value always.
"""

from __future__ import annotations

from collections.abc import Iterator

from shapecheck.sizes import And, Context, Not, Or, Proved, Relation, Size, decide, integer
from shapecheck.terms.folds import ranges_of
from shapecheck.terms.model import Call, Case, Entry, Literal, Lookup, Measure, Reduction, Term


def undefined_parts(term: Term, context: Context) -> frozenset[Term]:
    """The calls below a term (itself included) that may have no value."""
    return frozenset(_partial(term, context))


def _partial(term: Term, context: Context) -> Iterator[Term]:
    match term:
        case Call(_, arguments):
            if not _total(term, context):
                yield term
            for argument in arguments:
                yield from _partial(argument, context)
        case Reduction(_, bounds, body):
            yield from _partial(body, context.assuming(*ranges_of(bounds)))
        case Case(condition, then, otherwise):
            if not isinstance(condition, Relation | And | Or | Not):
                yield from _partial(condition, context)
            yield from _partial(then, context)
            yield from _partial(otherwise, context)
        case Entry(_, subscripts) | Lookup(_, _, subscripts):
            for subscript in subscripts:
                if not isinstance(subscript, Size):
                    yield from _partial(subscript, context)
        case Literal() | Measure():
            return


def _total(call: Call, context: Context) -> bool:
    """Whether the function has a value for all arguments that can occur."""
    match call:
        case Call("/" | "//" | "%", (_, divisor)):
            return _never_zero(divisor, context)
        case Call("log", (argument,)):
            return positive(argument, context)
        case Call("sqrt", (argument,)):
            return not_negative(argument, context)
        case Call("^", (base, exponent)):
            return _whole(exponent, context) or positive(base, context)
        case _:
            return True


def _whole(exponent: Term, context: Context) -> bool:
    """An integer of at least 0."""
    match exponent:
        case Literal(value):
            return value >= 0 and value == int(value)
        case Measure(size):
            return _at_least(size, 0, context)
        case _:
            return False


def _at_least(size: Size, low: int, context: Context) -> bool:
    return isinstance(decide(context, Relation(">=", size, integer(low))), Proved)


def _never_zero(term: Term, context: Context) -> bool:
    match term:
        case Literal(value):
            return value != 0
        case Call("neg", (argument,)):
            return _never_zero(argument, context)
        case Call("*", factors):
            return all(_never_zero(factor, context) for factor in factors)
        case _:
            return positive(term, context)


def positive(term: Term, context: Context) -> bool:
    """Whether the value is known to be above 0."""
    match term:
        case Literal(value):
            return value > 0
        case Measure(size):
            return _at_least(size, 1, context)
        case Call("exp", _):
            return True
        case Call("+", parts):
            known = all(not_negative(part, context) for part in parts)
            return known and any(positive(part, context) for part in parts)
        case Call("*" | "/" | "min", parts):
            return all(positive(part, context) for part in parts)
        case Call("max", parts):
            return any(positive(part, context) for part in parts)
        case Call("sqrt", (argument,)) | Call("^", (argument, _)):
            return positive(argument, context)
        case Reduction("sum", bounds, body):
            nonempty = all(_at_least(bound.high - bound.low, 0, context) for bound in bounds)
            return nonempty and positive(body, context.assuming(*ranges_of(bounds)))
        case Reduction("prod" | "max" | "min", bounds, body):
            return positive(body, context.assuming(*ranges_of(bounds)))
        case Case(_, then, otherwise):
            return positive(then, context) and positive(otherwise, context)
        case _:
            return False


def not_negative(term: Term, context: Context) -> bool:
    """Whether the value is known to be at least 0."""
    match term:
        case Literal(value):
            return value >= 0
        case Measure(size):
            return _at_least(size, 0, context)
        case Call("abs" | "exp" | "sqrt", _):
            return True
        case Call("^", (base, Literal(exponent))):
            return exponent % 2 == 0 or not_negative(base, context)
        case Call("*", (left, right)) if left == right:
            return True
        case Call("+" | "*" | "min", parts):
            return all(not_negative(part, context) for part in parts)
        case Call("max", parts):
            return any(not_negative(part, context) for part in parts)
        case Call("/", (numerator, divisor)):
            return not_negative(numerator, context) and positive(divisor, context)
        case Reduction("sum" | "prod" | "max" | "min", bounds, body):
            return not_negative(body, context.assuming(*ranges_of(bounds)))
        case Case(_, then, otherwise):
            return not_negative(then, context) and not_negative(otherwise, context)
        case _:
            return positive(term, context)
