"""Putting sizes for symbols in terms, without capture.

In: a term and sizes for some of its free symbols.  Out: the term with all of them put in at the same time; a bound
variable that would catch a symbol of what is put in gets another name.

Where a size has no value any more, since it would divide by 0 or less, the term around it has none either
(`NO_VALUE`), but for a branch that is not taken: of a condition that is decided only one branch is left.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import nan

from shapecheck.ops.term_types import Bound, Call, Case, Entry, Literal, Lookup, Measure, Reduction, Term
from shapecheck.sizes import Formula, Inadmissible, Size, symbol

NO_VALUE = Literal(nan)
"""The term without a value."""


def substitute(term: Term, mapping: Mapping[str, Size]) -> Term:
    """The term with sizes put for symbols, all at the same time; bound variables are renamed where they would clash."""
    if term.names.isdisjoint(mapping):
        return term
    try:
        return _substituted(term, mapping)
    except Inadmissible:
        return NO_VALUE


def _substituted(term: Term, mapping: Mapping[str, Size]) -> Term:
    """The term with sizes put for symbols; `Inadmissible` where a size that counts has no value."""
    match term:
        case Literal():
            return term
        case Measure():
            return Measure(term.size.substitute(mapping))
        case Entry():
            return Entry(term.family, _subscripts(term.subscripts, mapping))
        case Lookup():
            return Lookup(term.shape, term.values, _subscripts(term.subscripts, mapping))
        case Call():
            return Call(term.function, tuple(substitute(argument, mapping) for argument in term.arguments))
        case Reduction():
            return _under_bounds(term, mapping)
        case Case(condition, then, otherwise):
            if isinstance(condition, Term):
                return Case(*(substitute(part, mapping) for part in (condition, then, otherwise)))
            return _chosen(condition.substitute(mapping), then, otherwise, mapping)


def _chosen(condition: Formula, then: Term, otherwise: Term, mapping: Mapping[str, Size]) -> Term:
    """The branch that is taken if that is known, else both."""
    if not condition.names:
        return substitute(then if condition.holds({}) else otherwise, mapping)
    return Case(condition, substitute(then, mapping), substitute(otherwise, mapping))


def _subscripts(subscripts: tuple[Size | Term, ...], mapping: Mapping[str, Size]) -> tuple[Size | Term, ...]:
    return tuple(
        subscript.substitute(mapping) if isinstance(subscript, Size) else substitute(subscript, mapping)
        for subscript in subscripts
    )


def _under_bounds(term: Reduction, mapping: Mapping[str, Size]) -> Term:
    own = {bound.symbol for bound in term.bounds}
    inner = dict(mapping)
    incoming = frozenset().union(*(size.names for size in mapping.values()))
    taken = incoming | term.body.names | own if own & incoming else incoming
    bounds = []
    for bound in term.bounds:
        low, high = bound.low.substitute(inner), bound.high.substitute(inner)
        inner.pop(bound.symbol, None)
        name = bound.symbol
        if name in incoming:
            name = fresh(name, taken)
            taken |= {name}
            inner[bound.symbol] = symbol(name)
        bounds.append(Bound(name, low, high))
    return Reduction(term.operator, tuple(bounds), substitute(term.body, inner))


def renumbered(term: Term) -> Term:
    """The term with its bound variables named by their depth, so that terms that differ in names alone are equal.

    No free symbol is called like a bound one.
    """
    return _renumbered(term, {})


def _renumbered(term: Term, moves: Mapping[str, Size]) -> Term:
    """The term with `moves` put for the variables of the reductions around it."""

    def part(inner: Term) -> Term:
        return _renumbered(inner, moves)

    def item(subscript: Size | Term) -> Size | Term:
        return subscript.substitute(moves) if isinstance(subscript, Size) else part(subscript)

    if not term.depth:
        return substitute(term, moves)
    match term:
        case Call(function, arguments):
            return Call(function, tuple(map(part, arguments)))
        case Case(condition, then, otherwise):
            tested = part(condition) if isinstance(condition, Term) else condition.substitute(moves)
            return Case(tested, part(then), part(otherwise))
        case Reduction(operator, bounds, body):
            inside, own = dict(moves), []
            for number, bound in enumerate(bounds):
                low, high = bound.low.substitute(inside), bound.high.substitute(inside)
                own.append(Bound(f".:{term.depth}.{number}", low, high))
                inside[bound.symbol] = symbol(own[-1].symbol)
            return Reduction(operator, tuple(own), _renumbered(body, inside))
        case Entry(family, subscripts):
            return Entry(family, tuple(map(item, subscripts)))
        case Lookup(shape, values, subscripts):
            return Lookup(shape, values, tuple(map(item, subscripts)))
        case Literal() | Measure():
            return term


def fresh(name: str, taken: Iterable[str]) -> str:
    """A name like the given one that is not taken: `.m`, `.m~1`, `.m~2`, .."""
    stem, number = name.split("~")[0], 1
    while f"{stem}~{number}" in taken:
        number += 1
    return f"{stem}~{number}"
