"""The text of a polynomial in symbols, powers and phrases.

In: a size whose other atoms have been replaced by phrases, which are symbols that carry a ready text (`(H - M) // 2`).
Out: text in the language of specs with the same value: higher degrees first, positive terms before negative ones of
the same degree, then in the order in which the names are declared (`naming_order`), and a positive term in front where
there is one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

from shapecheck.sizes.algebra import Atom, Monomial, Power, Size, Symbol, symbol
from shapecheck.sizes.numerals import numeral

declared_names: ContextVar[tuple[str, ...]] = ContextVar("declared_names", default=())
"""The order in which a text lists names; other names come after these, alphabetically."""
CALL, QUOTIENT = "\x01", "\x02"
_OWN_NUMBER = re.compile(r"'\d{6,}$")
"""What tells the indices of different blocks apart; nobody needs to read it."""
_UNCLEAR_AFTER_DIGITS = re.compile(r"[eExX]\d|[^A-Za-z_(]")


@contextmanager
def naming_order(names: Iterable[str]) -> Iterator[None]:
    """Within this block texts list names in this order: `p + d` where p is declared before d."""
    token = declared_names.set(tuple(names))
    try:
        yield
    finally:
        declared_names.reset(token)


def call_phrase(text: str) -> Size:
    """A stand-in for a text that needs no parentheses anywhere."""
    return symbol(CALL + text)


def quotient_phrase(text: str) -> Size:
    """A stand-in for a text like `a // b`, which needs them in a product."""
    return symbol(QUOTIENT + text)


def is_phrase(atom: Atom) -> bool:
    """Whether the atom is a stand-in."""
    return isinstance(atom, Symbol) and atom.name[:1] in (CALL, QUOTIENT)


def polynomial_text(size: Size, inner: Callable[[Size], str]) -> str:
    """The text of the sum; `inner` writes bases and exponents of powers."""
    rank = {name: place for place, name in enumerate(declared_names.get())}
    terms = [(coefficient, monomial, _factors(monomial, inner, rank)) for monomial, coefficient in size.terms.items()]
    terms.sort(key=lambda term: (not term[1], -len(term[1]), term[0] < 0, *_place(term[1], rank), term[2]))
    first = next((number for number, term in enumerate(terms) if term[0] > 0), 0)
    if terms:
        terms.insert(0, terms.pop(first))
    text = ""
    for coefficient, _, factors in terms:
        sign = "-" if coefficient < 0 else "+"
        alone = coefficient == 1 or (coefficient == -1 and text != "")
        text += f" {sign} " if text else sign.replace("+", "")
        text += _term(abs(coefficient), factors, alone and len(factors) == 1)
    return text or "0"


def _place(monomial: Monomial, rank: Mapping[str, int]) -> tuple[int, list[tuple[int, str]]]:
    """Where a term stands among those of its degree: high powers first, then by the names in it."""
    symbols = [atom for atom in monomial if isinstance(atom, Symbol)]
    return -max(Counter(monomial).values(), default=0), sorted(_by_rank(atom, rank) for atom in symbols)


def _by_rank(atom: Atom, rank: Mapping[str, int]) -> tuple[int, str]:
    name = _name(atom)
    return rank.get(name, len(rank)), name


def _factors(monomial: Monomial, inner: Callable[[Size], str], rank: Mapping[str, int]) -> list[str]:
    """The texts of the factors, as they are when nothing stands beside them."""
    counts = Counter(atom for atom in monomial if not isinstance(atom, Power))
    plain = sorted((atom for atom in counts if not is_phrase(atom)), key=lambda atom: _by_rank(atom, rank))
    names = [(_name(atom), counts[atom]) for atom in plain]
    phrases = sorted((_name(atom), count) for atom, count in counts.items() if is_phrase(atom))
    powers = _powers([atom for atom in monomial if isinstance(atom, Power)], inner)
    return [*(_raised(*pair) for pair in names), *powers, *(_raised(*pair) for pair in phrases)]


def _name(atom: Atom) -> str:
    assert isinstance(atom, Symbol), "compound atoms have been replaced"
    return atom.name if is_phrase(atom) else _OWN_NUMBER.sub("", atom.name.removeprefix("."))


def _raised(name: str, count: int) -> str:
    if count == 1:
        return name
    base = f"({name[1:]})" if name[0] == QUOTIENT else name.removeprefix(CALL)
    return f"{base}^{count}"


def _powers(atoms: list[Atom], inner: Callable[[Size], str]) -> list[str]:
    exponents: dict[Size, Size] = {}
    for atom in atoms:
        base, exponent = atom.parts
        exponents[base] = exponents[base] + exponent if base in exponents else exponent
    return sorted(f"{tight(inner(base))}^{tight(inner(exponent))}" for base, exponent in exponents.items())


def tight(text: str) -> str:
    """The text, in parentheses unless it is a single name or number."""
    return text if re.fullmatch(r"\w+", text) and not re.fullmatch(r"\d+[A-Za-z_]\w*", text) else f"({text})"


def _term(coefficient: int, factors: list[str], alone: bool) -> str:
    """One term without its sign; a quotient that nothing binds more tightly stands `alone`, without parentheses."""
    if not factors:
        return numeral(coefficient)
    texts = [_plain(factor, alone) for factor in factors]
    if coefficient == 1:
        return "*".join(texts)
    unclear = _UNCLEAR_AFTER_DIGITS.match(texts[0]) or factors[0][0] == CALL
    return f"{numeral(coefficient)}{'*' if unclear else ''}{'*'.join(texts)}"


def _plain(factor: str, alone: bool) -> str:
    if factor[0] == QUOTIENT:
        return factor[1:] if alone else f"({factor[1:]})"
    return factor.removeprefix(CALL)


def is_simple_dividend(size: Size) -> bool:
    """Whether the text of this needs no parentheses in front of `//`."""
    if len(size.terms) != 1:
        return not size.terms
    ((monomial, coefficient),) = size.terms.items()
    return coefficient > 0 and not any(_is_quotient(atom) for atom in monomial)


def is_simple_divisor(size: Size) -> bool:
    """Whether the text of this needs no parentheses after `//`."""
    if size.constant is not None:
        return size.constant >= 0
    ((monomial, coefficient), *others) = size.terms.items()
    single = len(set(monomial)) == 1 and coefficient == 1 and not others
    return single and not _is_quotient(monomial[0])


def _is_quotient(atom: Atom) -> bool:
    return isinstance(atom, Symbol) and atom.name[:1] == QUOTIENT
