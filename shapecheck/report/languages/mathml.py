"""Sizes, names and shapes in MathML, which browsers set without any script.

Every letter is an element of its own, so the tree of `shapecheck.sizes.writing.notation` is walked here, in the order
in which it is written everywhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from unicodedata import lookup

from shapecheck.report.cells import grouped
from shapecheck.report.languages.letters import GREEK, MEMBER, printable
from shapecheck.report.languages.tensor_notation import Notation
from shapecheck.report.wording import written_amount, written_size
from shapecheck.sizes import And, Every, Formula, Not, Relation, Size
from shapecheck.sizes.algebra.numerals import numeral
from shapecheck.sizes.writing.notation import Factor, Part, Sum, Term, Written
from shapecheck.sizes.writing.show import written

_SMALL = {name: lookup(f"GREEK SMALL LETTER {name.replace('lambda', 'lamda').upper()}")
          for name in GREEK if name.islower()}  # fmt: skip
_LETTERS = {**_SMALL, **{name.capitalize(): letter.upper() for name, letter in _SMALL.items()}}
_TIGHT = 'lspace="0" rspace="0"'
_OPEN, _CLOSE = f"<mo {_TIGHT}>(</mo>", f"<mo {_TIGHT}>)</mo>"
_RELATIONS = {"==": "=", "!=": "≠", "<=": "≤", ">=": "≥", "<": "<", ">": ">"}
_MARKS = {"bar": "¯", "hat": "^", "tilde": "~"}
_PAIRS = {"//": ("⌊", "⌋"), "ceil": ("⌈", "⌉")}


def size(size: Size) -> str:
    """The size."""
    return _written(written_size(size))


def factored(size: Size) -> str:
    """The size with its common factor in front."""
    return _written(written_amount(size))


def statement(formula: Formula) -> str:
    """A statement about sizes; what connects several is a word."""
    if isinstance(formula, Relation):
        sides = (_side(written(side)) for side in (formula.left, formula.right))
        return row([next(sides), operator(_RELATIONS[formula.operator]), next(sides)])
    if isinstance(formula, Not):
        return row(["<mtext>not </mtext>", _fence(statement(formula.part))])
    if isinstance(formula, Every):
        ranges = (f"{name.removeprefix('.')} = {low}, …, {high}" for name, low, high in formula.ranges)
        return row([statement(formula.part), f"<mtext> for {escape(', '.join(ranges))}</mtext>"])
    word = " and " if isinstance(formula, And) else " or "
    parts = [piece for part in formula.parts for piece in (f"<mtext>{word}</mtext>", _fence(statement(part)))]
    return row(parts[1:])


def _side(terms: Sum) -> str:
    """A side of a comparison; a remainder that is all of it stands without parentheses."""
    if len(terms.terms) == 1 and terms.terms[0].coefficient == 1 and len(terms.terms[0].factors) == 1:
        (factor,) = terms.terms[0].factors
        if isinstance(factor.base, Part) and factor.base.operation == "%" and factor.exponent == 1:
            return _remainder(factor.base)
    return _sum(terms)


def symbol(name: str) -> str:
    """A name: a letter is slanted, a word upright."""
    if name.isdigit():
        return f"<mn>{name}</mn>"
    member = MEMBER.fullmatch(name)
    if member is not None:
        return f"<msub>{symbol(member[1])}<mn>{member[2]}</mn></msub>"
    shown = _LETTERS.get(name, name) if name in GREEK else name
    upright = ' mathvariant="normal"' if len(shown) > 1 else ""
    return f"<mi{upright}>{escape(shown)}</mi>"


def operator(sign: str) -> str:
    """An operator, a bracket or a comma."""
    return f"<mo>{escape(sign)}</mo>"


def row(parts: Sequence[str]) -> str:
    """One thing made of several."""
    return "".join(parts) if len(parts) == 1 else f"<mrow>{''.join(parts)}</mrow>"


def _written(what: Written) -> str:
    if isinstance(what, Sum):
        return _sum(what)
    return row([_sum(what.front), _fence(_sum(what.rest))])


def _sum(terms: Sum) -> str:
    parts: list[str] = []
    for term in terms.terms:
        if term.coefficient < 0 or parts:
            parts.append(operator("−" if term.coefficient < 0 else "+"))
        parts.append(_term(term))
    return row(parts or ["<mn>0</mn>"])


def _term(term: Term) -> str:
    number = abs(term.coefficient)
    parts = [f"<mn>{numeral(number)}</mn>"] if number != 1 or not term.factors else []
    for factor in term.factors:
        if parts and not _stands_beside(factor):
            parts.append(operator("·"))
        parts.append(_factor(factor))
    return row(parts)


def _stands_beside(factor: Factor) -> bool:
    return isinstance(factor.base, str) or (isinstance(factor.base, Sum) and isinstance(factor.exponent, int))


def _factor(factor: Factor) -> str:
    raised = factor.exponent != 1
    base = _base(factor.base, raised)
    if not raised:
        return base
    exponent = f"<mn>{factor.exponent}</mn>" if isinstance(factor.exponent, int) else _sum(factor.exponent)
    return f"<msup>{base}{exponent}</msup>"


def _base(base: str | Part | Sum, raised: bool) -> str:
    if isinstance(base, str):
        return symbol(base)
    if isinstance(base, Sum):
        alone = len(base.terms) == 1 and len(base.terms[0].factors) + (base.terms[0].coefficient != 1) == 1
        return _sum(base) if alone else _fence(_sum(base))
    if base.operation == "member":
        return f"<msub>{symbol(base.name)}{_joined(',', list(map(_sum, base.operands)))}</msub>"
    if base.operation == "sum":
        return _fence(_total(base))
    left, right = map(_sum, base.operands)
    if base.operation in _PAIRS:
        opening, closing = _PAIRS[base.operation]
        return row([operator(opening), f"<mfrac>{left}{right}</mfrac>", operator(closing)])
    if base.operation == "/":
        return _fence(f"<mfrac>{left}{right}</mfrac>") if raised else f"<mfrac>{left}{right}</mfrac>"
    if base.operation == "%":
        return _fence(_remainder(base))
    return row([symbol(base.operation), _fence(row([left, operator(","), right]))])


def _total(part: Part) -> str:
    low, high, body = part.operands
    below = row([symbol(part.name), operator("="), _sum(low)])
    inside = _closed(body)
    return row([f"<munderover>{operator('∑')}{below}{_sum(high)}</munderover>", inside])


def _remainder(part: Part) -> str:
    above, below = part.operands
    return row([_closed(above), operator("mod"), _closed(below)])


def _closed(terms: Sum) -> str:
    return _sum(terms) if len(terms.terms) == 1 else _fence(_sum(terms))


def _fence(inside: str) -> str:
    return f"<mrow>{_OPEN}{inside}{_CLOSE}</mrow>"


def _joined(sign: str, parts: Sequence[str]) -> str:
    between = f"<mo {_TIGHT}>{sign}</mo>" if sign == "." else operator(sign)
    return row([piece for part in parts for piece in (between, part)][1:])


def _scripts(base: str, below: str, above: str) -> str:
    if below and above:
        return f"<msubsup>{row([base])}{below}{above}</msubsup>"
    return f"<msub>{base}{below}</msub>" if below else f"<msup>{base}{above}</msup>" if above else base


def _accent(mark: str, letter: str) -> str:
    if mark == "prime":
        return f"<msup>{letter}<mo>′</mo></msup>"
    return f'<mover accent="true">{letter}<mo stretchy="false">{_MARKS[mark]}</mo></mover>'


def text(text: str) -> str:
    """Text of which every character stands for itself; what cannot be seen is a blank."""
    return escape(printable(text))


NOTATION = Notation(
    text=text,
    size=size,
    factored=factored,
    number=grouped,
    symbol=symbol,
    scripts=_scripts,
    fence=_fence,
    product=lambda parts: _joined("×", parts),
    listed=lambda parts: _joined(",", parts),
    dotted=lambda parts: _joined(".", parts),
    between=lambda index, low, high: row([index, operator("="), low, operator(","), "<mi>…</mi>", operator(","), high]),
    inline=lambda formula: f"<math>{formula}</math>",
    formula=statement,
    accent=_accent,
)
