"""The text of a polynomial in symbols, powers and stand-ins for parts.

In: a size whose other atoms have been replaced by stand-ins, which are symbols that carry a ready text (`H // 2`), and
the parts they stand for.  Out: the sum as it is written, and its text in the language of specs, which has the same
value: higher degrees first, positive terms before negative ones of the same degree, then in the order in which the
names are declared (`naming_order`), and a positive term in front where there is one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

from shapecheck.sizes.algebra.atoms import Atom, Power, Symbol
from shapecheck.sizes.algebra.monomials import Monomial
from shapecheck.sizes.algebra.numerals import numeral
from shapecheck.sizes.algebra.size import Size, symbol
from shapecheck.sizes.writing.notation import Factor, Part, Sum, Term, Written

declared_names: ContextVar[tuple[str, ...]] = ContextVar("declared_names", default=())
"""The order in which a text lists names; other names come after these, alphabetically."""
CALL, QUOTIENT = "\x01", "\x02"
Parts = Mapping[str, Part]
_OWN_NUMBER = re.compile(r"'\d{6,}$")
"""The suffix that keeps the indices of different blocks apart; it is not shown."""
_UNCLEAR_AFTER_DIGITS = re.compile(r"[eExX]\d|[^A-Za-z_(]")


@contextmanager
def naming_order(names: Iterable[str]) -> Iterator[None]:
    """Within this block texts list names in this order: `p + d` where p is declared before d."""
    token = declared_names.set(tuple(names))
    try:
        yield
    finally:
        declared_names.reset(token)


def stand_in(part: Part) -> Size:
    """A symbol that stands for the part, by its text; quotients and calls are told apart."""
    return symbol((QUOTIENT if part.is_quotient else CALL) + part.text)


def is_stand_in(atom: Atom) -> bool:
    """Whether the atom stands for a part."""
    return isinstance(atom, Symbol) and atom.name[:1] in (CALL, QUOTIENT)


# From a size to what is written


def arranged(size: Size, parts: Parts, inner: Callable[[Size], Sum]) -> Sum:
    """The terms of the size in the order of writing; `inner` arranges bases and exponents of powers."""
    rank = {name: place for place, name in enumerate(declared_names.get())}
    terms = [
        (coefficient, monomial, _factors(monomial, parts, inner, rank)) for monomial, coefficient in size.terms.items()
    ]
    terms.sort(key=lambda term: (not term[1], -len(term[1]), term[0] < 0, *_place(term[1], rank), _texts(term[2])))
    first = next((number for number, term in enumerate(terms) if term[0] > 0), 0)
    if terms:
        terms.insert(0, terms.pop(first))
    return Sum(tuple(Term(coefficient, tuple(factors)) for coefficient, _, factors in terms))


def _texts(factors: list[Factor]) -> list[str]:
    return [factor.text for factor in factors]


def _place(monomial: Monomial, rank: Mapping[str, int]) -> tuple[int, list[tuple[int, str]]]:
    """The sort key of a term among those of its degree: high powers first, then by the names in it."""
    symbols = [atom for atom in monomial if isinstance(atom, Symbol)]
    return -max(Counter(monomial).values(), default=0), sorted(_by_rank(atom, rank) for atom in symbols)


def _by_rank(atom: Atom, rank: Mapping[str, int]) -> tuple[int, str]:
    name = _name(atom)
    return rank.get(name, len(rank)), name


def _factors(monomial: Monomial, parts: Parts, inner: Callable[[Size], Sum], rank: Mapping[str, int]) -> list[Factor]:
    """The factors: names, then powers, then parts."""
    counts = Counter(atom for atom in monomial if not isinstance(atom, Power))
    plain = sorted((atom for atom in counts if not is_stand_in(atom)), key=lambda atom: _by_rank(atom, rank))
    names = [_raised(_name(atom), counts[atom]) for atom in plain]
    found = sorted((_name(atom), count) for atom, count in counts.items() if is_stand_in(atom))
    powers = _powers([atom for atom in monomial if isinstance(atom, Power)], inner)
    return [*names, *powers, *(_raised(parts.get(name, name), count) for name, count in found)]


def _name(atom: Atom) -> str:
    assert isinstance(atom, Symbol), "compound atoms have been replaced"
    return atom.name if is_stand_in(atom) else _OWN_NUMBER.sub("", atom.name.removeprefix("."))


def _raised(base: str | Part, count: int) -> Factor:
    text = base if isinstance(base, str) else base.text
    if count > 1:
        text = f"({text})^{count}" if isinstance(base, Part) and base.is_open else f"{text}^{count}"
    return Factor(base, count, text)


def _powers(atoms: list[Atom], inner: Callable[[Size], Sum]) -> list[Factor]:
    exponents: dict[Size, Size] = {}
    for atom in atoms:
        base, exponent = atom.parts
        exponents[base] = exponents[base] + exponent if base in exponents else exponent
    factors = [_power(inner(base), inner(exponent)) for base, exponent in exponents.items()]
    return sorted(factors, key=lambda factor: factor.text)


def _power(base: Sum, exponent: Sum) -> Factor:
    return Factor(base, exponent, f"{tight(sum_text(base))}^{tight(sum_text(exponent))}")


# From what is written to text


def text_of(written: Written) -> str:
    """The text in the language of specs."""
    if isinstance(written, Sum):
        return sum_text(written)
    front = sum_text(written.front)
    return f"{f'({front})' if ' ' in front else front} * ({sum_text(written.rest)})"


def sum_text(terms: Sum) -> str:
    """The text of the terms with their signs."""
    text = ""
    for term in terms.terms:
        sign = "-" if term.coefficient < 0 else "+"
        alone = term.coefficient == 1 or (term.coefficient == -1 and text != "")
        text += f" {sign} " if text else sign.replace("+", "")
        text += _term_text(term, alone and len(term.factors) == 1)
    return text or "0"


def close_text(terms: Sum) -> str:
    """The text of a subscript, without blanks: `l-1`."""
    return sum_text(terms).replace(" + ", "+").replace(" - ", "-")


def _term_text(term: Term, alone: bool) -> str:
    """One term without its sign; a quotient that nothing binds more tightly stands `alone`, without parentheses.

    Sums that are factors stand apart: `3p * (p + d)`.
    """
    sums = [factor.text for factor in term.factors if _is_sum(factor)]
    others = [factor for factor in term.factors if not _is_sum(factor)]
    first = _product_text(abs(term.coefficient), others, alone)
    return " * ".join(sums if sums and first == "1" else [first, *sums])


def _is_sum(factor: Factor) -> bool:
    """Whether the factor is a sum in parentheses."""
    return isinstance(factor.base, Sum) and isinstance(factor.exponent, int)


def _product_text(coefficient: int, factors: list[Factor], alone: bool) -> str:
    if not factors:
        return numeral(coefficient)
    texts = [_factor_text(factor, alone) for factor in factors]
    if coefficient == 1:
        return "*".join(texts)
    first = factors[0].base
    unclear = _UNCLEAR_AFTER_DIGITS.match(texts[0]) or (isinstance(first, Part) and not first.is_open)
    return f"{numeral(coefficient)}{'*' if unclear else ''}{'*'.join(texts)}"


def _factor_text(factor: Factor, alone: bool) -> str:
    in_parentheses = isinstance(factor.base, Part) and factor.base.is_open and factor.exponent == 1 and not alone
    return f"({factor.text})" if in_parentheses else factor.text


def tight(text: str) -> str:
    """The text, in parentheses unless it is a single name or number."""
    return text if re.fullmatch(r"\w+", text) and not re.fullmatch(r"\d+[A-Za-z_]\w*", text) else f"({text})"


def is_simple_dividend(terms: Sum) -> bool:
    """Whether the text of this needs no parentheses in front of `//`."""
    if len(terms.terms) != 1:
        return not terms.terms
    (term,) = terms.terms
    return term.coefficient > 0 and not any(_is_quotient(factor) for factor in term.factors)


def is_simple_divisor(terms: Sum) -> bool:
    """Whether the text of this needs no parentheses after `//`."""
    if not terms.terms:
        return True
    (term, *others) = terms.terms
    if not term.factors and not others:
        return term.coefficient >= 0
    single = len(term.factors) == 1 and term.coefficient == 1 and not others
    return single and not _is_quotient(term.factors[0])


def _is_quotient(factor: Factor) -> bool:
    return isinstance(factor.base, Part) and factor.base.is_open
