"""Derivations as text: a step a line, what it states in one column and why in the next.

W : 2p x (p + d)

 1  line 7   h[0] : p                 in zeros(p): as large as is written
 2  line 10  h[t-1] : p               h[t-1] may be h[0]; all that it may be has one shape (1)
"""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import wrap

from shapecheck.diagnostics.indices import readable
from shapecheck.diagnostics.lines import text_width
from shapecheck.explain import Derivation, Section
from shapecheck.report.cells import size_text
from shapecheck.report.derivation.sentences import Dress, count_text, filled_text, left_out, place, rests_on, shape_of
from shapecheck.report.wording import Wording
from shapecheck.source import Source

WIDEST_STATEMENT = 46
_NARROWEST_REASON = 30


def _quoted(text: str) -> str:
    return f"`{text}`"


_STATEMENT = Dress(str, str, size_text, shape_of, lambda formula: readable(str(formula)), count_text, filled_text)
_REASON = Dress(str, _quoted, size_text, shape_of, lambda formula: readable(str(formula)), count_text, filled_text)


def text(derivation: Derivation, width: int, wording: Wording | None) -> str:
    """All sections, one below the other."""
    title = _STATEMENT.sentence(derivation.title)
    parts = [title] if title else []
    parts += ["\n".join(_section(section, derivation.source, width, wording)) for section in derivation.sections]
    return "\n\n".join(parts)


def _section(section: Section, source: Source, width: int, wording: Wording | None) -> Iterator[str]:
    yield _STATEMENT.result(section.states, wording)
    yield ""
    rows = [
        (
            str(step.number),
            place(source, step),
            _STATEMENT.sentence(step.says),
            _REASON.sentence(step.why) + rests_on(step),
        )
        for step in section.steps
    ]
    number, where = (max((text_width(row[column]) for row in rows), default=0) for column in (0, 1))
    stated = max((text_width(row[2]) for row in rows if text_width(row[2]) <= WIDEST_STATEMENT), default=0)
    for row in rows:
        front = f"  {row[0]:>{number}}  {row[1]:<{where}}  "
        yield from _row(front, row[2], row[3], stated, width)
    if section.left_out:
        yield f"  ({left_out(section.left_out, section.further)})"


def _row(front: str, stated: str, why: str, column: int, width: int) -> Iterator[str]:
    """One step; where the statement is too wide for its column the reason goes below it."""
    indent = len(front) + column + 2
    lines = wrap(why, max(width - indent, _NARROWEST_REASON), break_long_words=False, break_on_hyphens=False)
    if text_width(stated) > column:
        yield front + stated
    else:
        first = lines.pop(0) if lines else ""
        yield f"{front}{stated}{' ' * (column - text_width(stated))}  {first}".rstrip()
    yield from (" " * indent + line for line in lines)
