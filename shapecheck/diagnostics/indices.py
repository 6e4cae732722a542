"""Indices as the author calls them, in texts that were printed.

Inside, a second index t is `t'2`.  In: a text, or a message.  Out: the same with `t`; the mark stays only where two
indices of one name meet.
"""

from __future__ import annotations

import re
from dataclasses import replace

from shapecheck.diagnostics.model import Diagnostic

_PRIMED = re.compile(r"\b([^\W\d]\w*)'\d+")


def readable(text: str) -> str:
    """A text with the indices called as the author calls them.

    >>> readable("t'2 - 1"), readable("t'2 <= t")
    ('t - 1', "t'2 <= t")
    """
    if "'" not in text:
        return text
    marks = {found.group(): found[1] for found in _PRIMED.finditer(text)}
    names = [*marks.values(), *re.findall(r"\b[^\W\d]\w*\b(?!')", text)]
    return _PRIMED.sub(lambda found: found[1] if names.count(found[1]) == 1 else found.group(), text)


def in_authors_words(message: Diagnostic) -> Diagnostic:
    """A message with all its texts so."""
    texts = (message.title, *message.notes, message.help or "", *(label.text for label in message.labels))
    if not any(_PRIMED.search(text) for text in texts):
        return message
    return replace(
        message,
        title=readable(message.title),
        labels=tuple(replace(label, text=readable(label.text)) for label in message.labels),
        notes=tuple(map(readable, message.notes)),
        help=None if message.help is None else readable(message.help),
    )
