"""Putting sizes for symbols in terms, without capture.

In: a term and sizes for some of its free symbols.  Out: the term with all of them put in at the same time; a bound
variable that would catch a symbol of what is put in gets another name.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from shapecheck.sizes import Size, symbol
from shapecheck.terms.model import Bound, Call, Case, Entry, Literal, Lookup, Measure, Reduction, Term


def free_names(term: Term) -> frozenset[str]:
    """The symbols of a term that no reduction in it binds."""
    match term:
        case Literal():
            return frozenset()
        case Measure():
            return term.size.names
        case Entry() | Lookup():
            return frozenset().union(*(_names(subscript) for subscript in term.subscripts))
        case Call():
            return frozenset().union(*map(free_names, term.arguments))
        case Reduction():
            names = free_names(term.body)
            for bound in reversed(term.bounds):
                names = (names - {bound.symbol}) | bound.low.names | bound.high.names
            return names
        case Case():
            condition = term.condition
            tested = free_names(condition) if isinstance(condition, Term) else condition.names
            return tested | free_names(term.then) | free_names(term.otherwise)


def _names(subscript: Size | Term) -> frozenset[str]:
    return subscript.names if isinstance(subscript, Size) else free_names(subscript)


def substitute(term: Term, mapping: Mapping[str, Size]) -> Term:
    """The term with sizes put for symbols, all at the same time; bound variables are renamed where they would clash."""
    if not mapping:
        return term
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
        case Case():
            condition = term.condition
            put = substitute(condition, mapping) if isinstance(condition, Term) else condition.substitute(mapping)
            return Case(put, substitute(term.then, mapping), substitute(term.otherwise, mapping))


def _subscripts(subscripts: tuple[Size | Term, ...], mapping: Mapping[str, Size]) -> tuple[Size | Term, ...]:
    return tuple(
        subscript.substitute(mapping) if isinstance(subscript, Size) else substitute(subscript, mapping)
        for subscript in subscripts
    )


def _under_bounds(term: Reduction, mapping: Mapping[str, Size]) -> Term:
    own = {bound.symbol for bound in term.bounds}
    inner = dict(mapping)
    incoming = frozenset().union(*(size.names for size in mapping.values()))
    taken = incoming | free_names(term.body) | own if own & incoming else incoming
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


def fresh(name: str, taken: Iterable[str]) -> str:
    """A name like the given one that is not taken: `.m`, `.m~1`, `.m~2`, .."""
    stem, number = name.split("~")[0], 1
    while f"{stem}~{number}" in taken:
        number += 1
    return f"{stem}~{number}"
