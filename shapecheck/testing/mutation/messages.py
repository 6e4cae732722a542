"""Messages about mutants.

Comes in: a campaign.  Goes out: a message for each mutant that nothing noticed, with the line as it was and as it is
then, a line for each of them all, and the summary: `gru.shape: 38 mutants: 18 wrong shapes, 10 refuted by claims, ..`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from shapecheck.diagnostics.model import Diagnostic, Label, Level
from shapecheck.source import Source, Span
from shapecheck.testing.mutation.mutants import Mutant
from shapecheck.testing.mutation.mutation_campaign import Campaign
from shapecheck.testing.mutation.outcome import Fate, MutantOutcome
from shapecheck.verdict.model import Verdict

_WORDS = re.compile(r"\d+\.\d+|\w+|\s+|.", re.S)
_LONGEST = 44
"""Characters of a change in a list."""


def survivors(campaign: Campaign) -> Iterator[Diagnostic]:
    """A message for each mutant that no claim and no test noticed."""
    return (_survivor(outcome) for outcome in campaign.fates(Fate.SURVIVED))


def _survivor(outcome: MutantOutcome) -> Diagnostic:
    mutant = outcome.mutant
    span, text = _narrow(mutant)
    label = Label(span, "" if len(text) > _LONGEST else f"or `{text}`" if text else "or nothing")
    title = f"{mutant.what}, and no claim and no test notices"
    notes = (_after(mutant, span, text), outcome.seen)
    return Diagnostic("not-noticed", title, (label,), notes, level=Level.WARNING)


def _narrow(mutant: Mutant) -> tuple[Span, str]:
    """The change without the words that both have in front and behind; all of it where that leaves no whole parts."""
    old, new = _WORDS.findall(mutant.before), _WORDS.findall(mutant.text)
    front = _common(old, new)
    behind = _common(old[front:][::-1], new[front:][::-1])
    before, text = ("".join(words[front : len(words) - behind]) for words in (old, new))
    if not before.strip() or not _balanced(before) or not _balanced(text):
        return mutant.span, mutant.text
    start = mutant.span.start + len("".join(old[:front])) + len(before) - len(before.lstrip())
    return Span(start, start + len(before.strip())), text.strip()


def _balanced(text: str) -> bool:
    """Whether no bracket is left alone."""
    return all(text.count(left) == text.count(right) for left, right in ("()", "[]", "{}"))


def _common(one: Sequence[str], other: Sequence[str]) -> int:
    """The number of words that both start with."""
    return next((at for at, pair in enumerate(zip(one, other)) if pair[0] != pair[1]), min(len(one), len(other)))


def _after(mutant: Mutant, span: Span, text: str) -> str:
    """The changed line with carets under what is new in it."""
    number, column = mutant.source.position(span.start)
    line = mutant.source.line(number)
    indent = len(line) - len(line.lstrip())
    length = min(len(text.partition("\n")[0].rstrip()), len(line) - column + 1)
    head = "instead "
    return f"{head}{line.strip()}\n{' ' * (len(head) + column - 1 - indent)}{'^' * length}".rstrip()


def listed(campaign: Campaign) -> Iterator[str]:
    """A line for each mutant: `line 10  operands swapped: 1 - z -> z - 1  not noticed`."""
    source = campaign.source
    rows = [(_place(outcome, source), _change(outcome.mutant), _fate(outcome)) for outcome in campaign.outcomes]
    widths = [max((len(row[column]) for row in rows), default=0) for column in (0, 1)]
    return (f"  {place:<{widths[0]}}  {change:<{widths[1]}}  {fate}" for place, change, fate in rows)


def _place(outcome: MutantOutcome, source: Source) -> str:
    return f"line {source.position(outcome.mutant.span.start)[0]}"


def _change(mutant: Mutant) -> str:
    return f"{mutant.what}: {_short(mutant.before)} -> {_short(mutant.text) or 'nothing'}"


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."


def _fate(outcome: MutantOutcome) -> str:
    by = outcome.by
    if isinstance(by, Verdict):
        return f"{by.word}: {_short(by.claim.text)}"
    if isinstance(by, Exception):
        return f"{outcome.fate}: {type(by).__name__}"
    return str(outcome.fate) if by is None else f"{by.code}: {by.title}"


def counts(campaign: Campaign) -> str:
    """`38 mutants: 18 wrong shapes, 10 refuted by claims, 10 not noticed`."""
    tried = len(campaign.outcomes)
    head = f"{tried} mutant{'' if tried == 1 else 's'}"
    if tried < campaign.total:
        head = f"{tried} of {campaign.total} mutants"
    found = {fate: len(campaign.fates(fate)) for fate in Fate}
    parts = [f"{number} {_word(fate, number)}" for fate, number in found.items() if number or fate is Fate.SURVIVED]
    return f"{head}: {', '.join(parts)}"


def _word(fate: Fate, number: int) -> str:
    return str(fate).removesuffix("s") if fate is Fate.WRONG and number == 1 else str(fate)
