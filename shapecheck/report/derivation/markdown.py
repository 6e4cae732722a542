"""Derivations in Markdown: a heading for each section, and a numbered list, which its references speak of."""

from __future__ import annotations

from collections.abc import Iterator

from shapecheck.diagnostics.indices import readable
from shapecheck.explain import Derivation, Section
from shapecheck.report.cells import size_text
from shapecheck.report.derivation.sentences import Dress, count_text, filled_text, left_out, place, rests_on, shape_of
from shapecheck.report.table.markdown import escaped
from shapecheck.report.wording import Wording
from shapecheck.source import Source


def _plain(text: str) -> str:
    """Text in which blanks at the ends stay."""
    inner = text.strip()
    return escaped(text) if not inner else text.replace(inner, escaped(inner), 1)


def code(text: str) -> str:
    """A code span, in as many backticks as it takes."""
    fence = "`"
    while fence in text:
        fence += "`"
    pad = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{pad}{text}{pad}{fence}"


_DRESS = Dress(
    lambda text: text if not text.strip() else _plain(text),
    code,
    lambda size: code(size_text(size)),
    lambda sizes: code(shape_of(sizes)),
    lambda formula: code(readable(str(formula))),
    lambda size: code(count_text(size)),
    lambda filled: code(filled_text(filled)),
)


def markdown(derivation: Derivation, width: int, wording: Wording | None) -> str:
    """All sections."""
    title = _DRESS.sentence(derivation.title)
    parts = [f"## {title}"] if title else []
    parts += ["\n".join(_section(section, derivation.source, wording)) for section in derivation.sections]
    return "\n\n".join(parts)


def _section(section: Section, source: Source, wording: Wording | None) -> Iterator[str]:
    yield f"### {_DRESS.result(section.states, wording)}"
    yield ""
    for step in section.steps:
        reason = f"{_DRESS.sentence(step.why)}{rests_on(step)}"
        yield f"{step.number}. {_DRESS.sentence(step.says)} *({escaped(place(source, step))})* — {reason}"
    if section.left_out:
        yield f"\n({left_out(section.left_out, section.further)})"
