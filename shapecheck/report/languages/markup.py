r"""Sizes and statements about them in a language of formulas, for slides and papers.

In: a size or a formula.  Out: the inside of a formula in mathematics mode:

    (H - k + 2p) // s + 1     \left\lfloor \frac{H - k + 2p}{s} \right\rfloor + 1     floor(frac(H - k + 2p, s)) + 1
    3p * (p + d)              3p \, (p + d)                                           3p (p + d)

What is written, and in which order, is what `show` writes as text; only the dress differs, and that is a `Markup`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import TypeAlias

from shapecheck.record import record
from shapecheck.report.languages.letters import GREEK, MEMBER
from shapecheck.sizes.algebra.numerals import numeral
from shapecheck.sizes.algebra.size import Size
from shapecheck.sizes.questions.formula import And, Every, Formula, Not, Operator, Or, Relation
from shapecheck.sizes.writing.notation import Factor, Operation, Part, Sum, Term, Written
from shapecheck.sizes.writing.show import ExactPairs, written, written_factored
from shapecheck.sizes.writing.text import declared_names

_Template: TypeAlias = "Callable[[str, str], str]"


@record(eq=False)
class Markup:
    """A language's way to write what `notation` holds."""

    name: Callable[[str], str]
    beside: str
    times: str
    power: _Template
    operations: Mapping[Operation, _Template]
    relations: Mapping[Operator, str]
    conjunction: str
    disjunction: str
    negation: str
    word: Callable[[str], str]
    dots: str
    member: _Template
    big_sum: Callable[[str, str, str, str], str]

    def size(self, size: Size, exact: ExactPairs = frozenset()) -> str:
        """The size; a quotient in `exact` has no floor around it."""
        return _set(size, exact, False, self, declared_names.get())

    def factored(self, size: Size, exact: ExactPairs = frozenset()) -> str:
        r"""With the common integer and monomial in front, as counts are written: `3p \, (p + d)`."""
        return _set(size, exact, True, self, declared_names.get())

    def written(self, written: Written) -> str:
        """A sum, or a product of a factor and a sum."""
        if isinstance(written, Sum):
            return self.sum(written)
        return f"{self.sum(written.front)}{self.beside}({self.sum(written.rest)})"

    def sum(self, terms: Sum) -> str:
        """The terms with their signs."""
        text = ""
        for term in terms.terms:
            sign = "-" if term.coefficient < 0 else "+"
            text += f" {sign} " if text else sign.replace("+", "")
            text += self.term(term, len(terms.terms) == 1)
        return text or "0"

    def term(self, term: Term, only: bool) -> str:
        """A term without its sign; a remainder that is the only term stands without parentheses."""
        if only and term.coefficient == 1 and len(term.factors) == 1:
            return self.factor(term.factors[0], alone=True)
        number = abs(term.coefficient)
        text = numeral(number) if number != 1 or not term.factors else ""
        for factor in term.factors:
            text += self.joint(text, factor) + self.factor(factor)
        return text

    def joint(self, before: str, factor: Factor) -> str:
        """The sign between a product and its next factor."""
        after_number = before.isdigit()
        if not before:
            return ""
        if starts_with_digit(factor) or (after_number and is_exact_quotient(factor)):
            return self.times
        return "" if after_number and is_letter(factor) else self.beside

    def factor(self, factor: Factor, alone: bool = False) -> str:
        """A name, a part or a power."""
        exponent = factor.exponent
        base = self.base(factor.base, raised=exponent != 1, alone=alone)
        if exponent == 1:
            return base
        return self.power(base, str(exponent) if isinstance(exponent, int) else self.sum(exponent))

    def base(self, base: str | Part | Sum, raised: bool, alone: bool) -> str:
        """A base that may be raised, in parentheses where the exponent or its neighbour would bind more tightly."""
        if isinstance(base, str):
            return self.symbol(base)
        if isinstance(base, Sum):
            return self.sum(base) if is_single(base) else f"({self.sum(base)})"
        if base.operation == "member":
            return self.member(self.name(base.name), ", ".join(map(self.sum, base.operands)))
        if base.operation == "sum":
            low, high, body = map(self.sum, base.operands)
            body = body if is_product(base.operands[2]) else f"({body})"
            text = self.big_sum(self.name(base.name), low, high, body)
            return text if alone and not raised else f"({text})"
        text = self.operations[base.operation](*self.operands(base))
        is_open = raised if base.operation in ("/", "max", "min") else base.operation == "%" and (raised or not alone)
        return f"({text})" if is_open else text

    def symbol(self, name: str) -> str:
        """A name; the name of a member of a size family, `n[2]`, as a letter with its number below."""
        found = MEMBER.fullmatch(name)
        return self.name(name) if found is None else self.member(self.name(found[1]), found[2])

    def operands(self, part: Part) -> tuple[str, str]:
        """Both operands; those of a remainder in parentheses where they are sums."""
        above, below = part.operands
        if part.operation != "%":
            return self.sum(above), self.sum(below)
        return (
            self.sum(above) if is_product(above) else f"({self.sum(above)})",
            self.sum(below) if is_single(below) else f"({self.sum(below)})",
        )

    def formula(self, formula: Formula) -> str:
        """A statement about sizes."""
        if isinstance(formula, Relation):
            sides = self.sum(written(formula.left)), self.sum(written(formula.right))
            return f"{sides[0]} {self.relations[formula.operator]} {sides[1]}"
        if isinstance(formula, Not):
            return f"{self.negation} ({self.formula(formula.part)})"
        if isinstance(formula, Every):
            ends = ((self.name(name.removeprefix(".")), low, high) for name, low, high in formula.ranges)
            ranges = (f"{name} = {self.size(low)}, {self.dots}, {self.size(high)}" for name, low, high in ends)
            return f"{self.formula(formula.part)} {self.word('for')} {', '.join(ranges)}"
        sign = self.conjunction if isinstance(formula, And) else self.disjunction
        texts = [
            f"({self.formula(part)})" if isinstance(part, (And, Or)) and type(part) is not type(formula) else
            self.formula(part)
            for part in formula.parts
        ]  # fmt: skip
        return f" {sign} ".join(texts) or self.word("true" if isinstance(formula, And) else "false")


@lru_cache(maxsize=4096)
def _set(size: Size, exact: ExactPairs, factored: bool, markup: Markup, order: tuple[str, ...]) -> str:
    return markup.written(written_factored(size, exact) if factored else written(size, exact))


# ---- what a formula looks like from outside ----------------------------------------------------


def is_single(terms: Sum) -> bool:
    """Whether this is one name or one number that is not negative."""
    if len(terms.terms) != 1:
        return not terms.terms
    (term,) = terms.terms
    if not term.factors:
        return term.coefficient >= 0
    (first, *others) = term.factors
    return term.coefficient == 1 and not others and isinstance(first.base, str) and first.exponent == 1


def is_product(terms: Sum) -> bool:
    """Whether this is one term that is not negative, so that an operator may follow."""
    return len(terms.terms) == 1 and terms.terms[0].coefficient > 0 and not is_remainder(terms.terms[0])


def is_remainder(term: Term) -> bool:
    """Whether the term is a remainder and nothing else."""
    return len(term.factors) == 1 and isinstance(term.factors[0].base, Part) and term.factors[0].base.operation == "%"


def starts_with_digit(factor: Factor) -> bool:
    """Whether the factor would run into a number before it."""
    base = factor.base
    return isinstance(base, Sum) and is_single(base) and not base.terms[0].factors


def is_exact_quotient(factor: Factor) -> bool:
    """Whether the factor is a fraction, which after a number looks like a mixed number."""
    return isinstance(factor.base, Part) and factor.base.operation == "/"


def is_letter(factor: Factor) -> bool:
    """Whether the factor is written as one letter, perhaps raised."""
    if not isinstance(factor.base, str):
        return isinstance(factor.base, Part) and factor.base.operation == "member" and len(factor.base.name) == 1
    name = factor.base.partition("[")[0]
    return len(name) == 1 or name in GREEK
