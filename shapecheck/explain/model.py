"""Derivations: steps, each a sentence with sizes in it, a reason, and a place in the text.

A sentence is a row of `Piece`s, so that a writer decides how sizes and code look.  What a step states is there twice:
for people in `says`, and as formulas in `holds`, which are true for all sizes that the spec admits (where `facts`,
the conditions and index ranges around it, hold).
"""

from __future__ import annotations

from typing import TypeAlias

from shapecheck.record import record
from shapecheck.sizes import Formula, Size
from shapecheck.source import Source, Span


@record
class Code:
    """A piece of the spec's text."""

    text: str


@record
class Shaped:
    """A shape: `2p x (p + d)`, or `scalar`."""

    sizes: tuple[Size, ...]


@record
class Factored:
    """A count, written with its factors: `3p * (p + d)`."""

    size: Size


@record
class Filled:
    """A rule's formula with sizes put in and not worked out: `(32 - 5) // 1 + 1`.

    `rule` is over the names in `values`.
    """

    rule: Size
    values: tuple[tuple[str, Size], ...]


Piece: TypeAlias = "str | Code | Shaped | Factored | Filled | Size | Formula"
Words: TypeAlias = tuple[Piece, ...]


@record(eq=False)
class Step:
    """One step; `rests_on` are the numbers of those before it that it follows from."""

    number: int
    span: Span
    says: Words
    why: Words
    rests_on: tuple[int, ...] = ()
    holds: tuple[Formula, ...] = ()
    facts: tuple[Formula, ...] = ()
    shape: tuple[Size, ...] | None = None
    """The shape that it states, where it states all of one."""


@record(eq=False)
class Section:
    """The steps that lead to one answer: `states` is the answer, `left_out` counts steps too far away to be told."""

    states: Words
    steps: tuple[Step, ...]
    left_out: int = 0
    further: tuple[str, ...] = ()
    """Names that explain what was left out."""


@record(eq=False)
class Derivation:
    """The answer to "why": a section for each region of the members, or for each thing that was asked."""

    source: Source
    title: Words
    sections: tuple[Section, ...]
    names: tuple[str, ...] = ()
    """The sizes, in the order in which formulas list them."""
