"""Comments that switch lints off: `# allow: CODE, CODE` on a line that a message points at."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from shapecheck.diagnostics.model import Diagnostic, Label, Level
from shapecheck.diagnostics.suggest import nearest
from shapecheck.source import Source, Span
from shapecheck.syntax import parse

_CODES = r"allow:\s*([\w-]+(?:\s*,\s*[\w-]+)*)"
_ALLOWED = re.compile(rf"#.*\b{_CODES}")
_MEANT = re.compile(rf"#\s*{_CODES}")
"""A comment that says nothing else; only there is an unknown code a mistake, and not a word of prose."""


def is_allowed(diagnostic: Diagnostic, source: Source) -> bool:
    """Whether a comment on a line of one of its labels switches a message off."""
    return any(diagnostic.code in _codes_at(source, label.span) for label in diagnostic.labels)


def _codes_at(source: Source, span: Span) -> set[str]:
    """The codes that comments allow on the lines of a span."""
    part, offset = source.part(span.start)
    text = part.text
    start = text.rfind("\n", 0, span.start - offset) + 1
    end = text.find("\n", span.end - offset)
    lines = text[start : end if end >= 0 else None].splitlines()
    return {code for line in lines for match in _ALLOWED.finditer(line) for code in _listed(match[1])}


def _listed(codes: str) -> list[str]:
    return [code.strip() for code in codes.split(",")]


def unknown_codes(source: Source, known: Iterable[str]) -> Iterator[Diagnostic]:
    """Comments that switch off what does not exist."""
    if "allow:" not in source.text:
        return
    names = sorted(known)
    for comment in parse(source).comments:
        match = _MEANT.match(comment.text)
        for code in re.finditer(r"[\w-]+", match[1]) if match else ():
            if code[0] not in names:
                assert match is not None
                start = comment.span.start + match.start(1) + code.start()
                yield _unknown(code[0], Span(start, start + len(code[0])), names)


def _unknown(code: str, span: Span, names: list[str]) -> Diagnostic:
    near = nearest(code, names)
    return Diagnostic(
        "unknown-lint",
        f"no lint is called `{code}`, so this comment switches nothing off",
        (Label(span, "unknown" if near is None else f"did you mean `{near}`?"),),
        help=f"the lints are {', '.join(names)}",
        level=Level.WARNING,
    )
