"""What is right and yet looks like a mistake.

In: the shapes of a spec and the verdicts on its claims.  Out: warnings.  A lint says what it saw and is never a guess;
a comment `# allow: CODE` on a line of the statement switches it off there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from shapecheck.diagnostics.model import Diagnostic
from shapecheck.infer.model import Shapes
from shapecheck.lints.fresh_weights import fresh_weights
from shapecheck.source import Source, Span
from shapecheck.verdict.model import Verdict

Lint = Callable[[Shapes, Sequence[Verdict]], Iterable[Diagnostic]]
LINTS: tuple[Lint, ...] = (fresh_weights,)
_ALLOWED = re.compile(r"#.*\ballow:\s*([\w-]+(?:\s*,\s*[\w-]+)*)")


def lints(shapes: Shapes, verdicts: Sequence[Verdict]) -> Iterator[Diagnostic]:
    """All warnings that no comment switches off."""
    for lint in LINTS:
        for diagnostic in lint(shapes, verdicts):
            if diagnostic.code not in _allowed(shapes.graph.source, diagnostic.span):
                yield diagnostic


def _allowed(source: Source, span: Span | None) -> set[str]:
    """The codes that comments allow on the lines of a span."""
    if span is None or span.end > len(source.text):
        return set()
    start = source.text.rfind("\n", 0, span.start) + 1
    end = source.text.find("\n", span.end)
    found: set[str] = set()
    for line in source.text[start : end if end >= 0 else None].splitlines():
        if match := _ALLOWED.search(line):
            found |= {code.strip() for code in match[1].split(",")}
    return found
