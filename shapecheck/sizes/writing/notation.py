"""The written form of a size as a tree, the same for text, LaTeX and Typst.

In: the parts that `show` has chosen.  Out: sums of products of names, numbers, powers and parts, in the order in which
they are written.  A part is what a reader takes in as one thing (a quotient, a remainder, a maximum); each carries its
text in the language of specs, since the shortest text decides which parts are chosen.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, TypeAlias

from shapecheck.record import record

Operation = Literal["//", "/", "%", "ceil", "max", "min", "member", "sum"]
QUOTIENTS: tuple[Operation, ...] = ("//", "/", "%")


@record
class Part:
    """An operation on two sums; `ceil` is the quotient rounded up.

    A `member` of the family `name` has its subscripts as operands; a `sum` over the index `name` has both ends of the
    range, and the body.
    """

    operation: Operation
    operands: tuple[Sum, ...]
    text: str
    name: str = ""

    @property
    def is_quotient(self) -> bool:
        """Whether the text is an operator between two sums, so that it needs parentheses in a product."""
        return self.operation in QUOTIENTS

    @property
    def is_open(self) -> bool:
        """Whether the text needs parentheses in a product: a quotient, or a sum, which covers what follows it."""
        return self.is_quotient or self.operation == "sum"

    @property
    def is_exact(self) -> bool:
        """Whether nothing is rounded."""
        return self.operation == "/"


@record
class Factor:
    """A base and its exponent, 1 for none; a sum as exponent belongs to a power with a sum as base."""

    base: str | Part | Sum
    exponent: int | Sum
    text: str


@record
class Term:
    """An integer times factors."""

    coefficient: int
    factors: tuple[Factor, ...] = ()


@record
class Sum:
    """Terms, each with its sign; none for 0."""

    terms: tuple[Term, ...]


@record
class Product:
    """A sum with a common factor written in front of it."""

    front: Sum
    rest: Sum


Written: TypeAlias = "Sum | Product"


def parts_of(written: Written) -> Iterator[Part]:
    """All parts, those that stand in others after them."""
    if isinstance(written, Product):
        yield from parts_of(written.front)
        yield from parts_of(written.rest)
        return
    for term in written.terms:
        for factor in term.factors:
            yield from _parts_of_factor(factor)


def _parts_of_factor(factor: Factor) -> Iterator[Part]:
    if isinstance(factor.base, Part):
        yield factor.base
        for operand in factor.base.operands:
            yield from parts_of(operand)
    elif isinstance(factor.base, Sum):
        yield from parts_of(factor.base)
    if isinstance(factor.exponent, Sum):
        yield from parts_of(factor.exponent)
