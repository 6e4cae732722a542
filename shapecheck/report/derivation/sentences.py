"""Shared by the writers of derivations: sentences, formulas with sizes put in, places.

In: the parts of a sentence.  Out: text, by functions for code, sizes and shapes that each writer brings.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from posixpath import basename

from shapecheck.diagnostics.shapes import axis_text, shape_text
from shapecheck.explain import Code, Factored, Filled, Shaped, Step, Words
from shapecheck.record import record
from shapecheck.report.cells import amount_text, grouped, is_unknown, size_text, told
from shapecheck.report.wording import Wording, worded
from shapecheck.sizes import Formula, Size, naming_order
from shapecheck.source import Source


@record
class Dress:
    """A language's way to write the parts of a sentence."""

    plain: Callable[[str], str]
    code: Callable[[str], str]
    size: Callable[[Size], str]
    shape: Callable[[tuple[Size, ...]], str]
    formula: Callable[[Formula], str]
    factored: Callable[[Size], str]
    filled: Callable[[Filled], str]

    def sentence(self, words: Words) -> str:
        """The parts, one after the other; a calculation that says no more than its result is left out."""
        return "".join(map(self._part, _told(words)))

    def result(self, words: Words, wording: Wording | None) -> str:
        """A sentence that states a result, its sizes told by the wording, and for which sizes it holds."""
        with worded(wording):
            text = self.sentence(words)
        note = () if wording is None else wording.note(_sizes(words))
        return f"{text}, {self.sentence(note)}" if note else text

    def _part(self, part: object) -> str:
        match part:
            case str():
                return self.plain(part)
            case Code(text):
                return self.code(text)
            case Shaped(sizes):
                return self.shape(sizes)
            case Factored(size):
                return self.factored(size)
            case Filled():
                return self.filled(part)
            case Size():
                return self.size(part)
            case _:
                return self.formula(part)  # type: ignore[arg-type]


def _sizes(words: Words) -> Iterator[tuple[Size, bool]]:
    """The sizes in a sentence, and whether each is written as a count."""
    for part in words:
        if isinstance(part, Size):
            yield told(part), False
        elif isinstance(part, Shaped):
            yield from ((told(size), False) for size in part.sizes if not is_unknown(size))
        elif isinstance(part, Factored):
            yield told(part.size), True


def _told(words: Words) -> list[object]:
    """The parts without calculations whose result is what they are, and what introduces those."""
    kept: list[object] = []
    for part in words:
        if isinstance(part, Filled) and filled_text(part) == size_text(result(part)):
            kept = kept[:-1] if kept and kept[-1] == "; " else kept
        else:
            kept.append(part)
    return kept


def result(filled: Filled) -> Size:
    """The result of the calculation."""
    return filled.rule.substitute(dict(filled.values))


_PLACE = re.compile(r"(\d+)?slot(\d+)(?!\d)")


def filled_text(filled: Filled) -> str:
    """`(32 - 5) // 1 + 1`: the rule's text with the texts of sizes in it."""
    texts = {name: size_text(size) for name, size in filled.values}

    def put(found: re.Match[str]) -> str:
        text, factor = texts[f"slot{found[2]}"], found[1]
        closed = axis_text(text)
        return closed if not factor else f"{factor}{closed}" if closed[0].isalpha() else f"{factor} * {closed}"

    with naming_order(name for name, _ in filled.values):
        rule = str(filled.rule)
    alone = re.fullmatch(r"slot(\d+)", rule)
    return texts[rule] if alone else _PLACE.sub(put, rule)


def place(source: Source, step: Step) -> str:
    """`line 9`, or `conv.shape:23` in a text that the spec uses."""
    found, _ = source.part(step.span.start)
    line = source.position(step.span.start)[0]
    return f"line {line}" if found is source else f"{basename(found.name)}:{line}"


def rests_on(step: Step) -> str:
    """` (2, 7)`, or nothing."""
    return f" ({', '.join(map(str, step.rests_on))})" if step.rests_on else ""


def count_text(size: Size) -> str:
    """A count with its factors, thousands apart where it is a number."""
    return grouped(size.constant) if size.constant is not None else amount_text(told(size))


def shape_of(sizes: tuple[Size, ...]) -> str:
    """A shape as the language writes it."""
    return shape_text(tuple(map(size_text, sizes)))


def left_out(number: int, names: tuple[str, ...]) -> str:
    """The remark on steps that are not told."""
    count = "1 step" if number == 1 else f"{number} steps"
    return f"{count} further back left out; ask for {', '.join(names)}, or for --all" if names else (
        f"{count} further back left out; ask for --all"
    )  # fmt: skip
