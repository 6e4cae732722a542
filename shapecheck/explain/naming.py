"""Tensors, values and places in sentences.

In: families, regions, nodes.  Out: `Words`.  Nothing here decides anything.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from shapecheck.explain.model import Code, Piece, Words
from shapecheck.graph.model import Equation, Family
from shapecheck.infer.model import Interval, Region
from shapecheck.source import Source, Span

LONGEST_QUOTE = 60
OF_MEMBERS = "the members of "
MAPPED = "lead"
"""The name that inference gives to the axes that a block is mapped over."""


def quoted(source: Source, span: Span) -> str:
    """A piece of the text on one line; of a long chain the last stage, of another long piece the beginning."""
    text = " ".join(source[span].split())
    if len(text) <= LONGEST_QUOTE:
        return text
    _, arrow, last = text.rpartition(" -> ")
    if arrow and len(last) < LONGEST_QUOTE and last.count("(") == last.count(")"):
        return f".. -> {last}"
    return f"{text[: LONGEST_QUOTE - 3].rstrip()} .."


def last_stage(source: Source, span: Span) -> Span:
    """The last stage of a chain, which is what it comes to."""
    text = source[span]
    start = text.rfind("->")
    inside = text[start + 2 :]
    if start < 0 or inside.count("(") != inside.count(")"):
        return span
    return Span(span.start + start + 2 + len(inside) - len(inside.lstrip()), span.end)


def is_single(interval: Interval) -> bool:
    """Whether there is one member."""
    return interval.low is interval.high


def members(family: Family, region: Region) -> tuple[Words, Words]:
    """Some members of a tensor as the author would write them, and for which indices: `h[t]`, `for t in 1..T`."""
    told = [(axis.label, at) for axis, at in zip(family.axes, region) if axis.label not in ("", MAPPED)]
    subscripts = [str(at.low) if is_single(at) else label for label, at in told]
    name = f"{family.name}[{', '.join(subscripts)}]" if subscripts else family.name
    return family_name(family, name), ranges({label: at for label, at in told if not is_single(at)})


def ranges(named: Mapping[str, Interval]) -> Words:
    """` for k in 2..L, t in 1..T`; nothing for no indices."""
    words: list[Piece] = []
    for label, interval in named.items():
        words += [", " if words else " for ", f"{label} in ", interval.low, "..", interval.high]
    return tuple(words)


def family_name(family: Family, name: str) -> Words:
    """A tensor's name, or what stands for it where only a value is computed in passing."""
    if "'" not in name:
        return (Code(name),)
    path, _, inner = name.partition("'")
    inner = inner.lstrip("'")
    if not inner or inner.startswith("["):
        return ("the part that becomes ", Code(path + inner))
    return ("the value ", Code(inner), " inside of ", Code(path)) if path else ("the value ", Code(inner))


def place_of(equation: Equation) -> str:
    """The path of the block that an equation stands in, empty for the spec itself."""
    name = equation.targets[0].family
    path, _, _ = name.rpartition(".")
    return "" if "'" in name else path


def listed(items: Sequence[Words]) -> Words:
    """`a, b and c`."""
    words: list[Piece] = []
    for number, item in enumerate(items):
        if number:
            words.append(" and " if number == len(items) - 1 else ", ")
        words += item
    return tuple(words)
