"""Sizes in messages: told under what is assumed where that is known, as `H / 4` where `H % 4 == 0`.

In: a size.  Out: its text.  A message is often made and then not needed, so that only forms are looked for that follow
by putting in what is assumed; nothing is decided.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from shapecheck.sizes.algebra.size import Size
from shapecheck.sizes.questions.context import Context
from shapecheck.sizes.writing.show import show

_ASSUMED: ContextVar[Context | None] = ContextVar("assumed", default=None)


@contextmanager
def told_under(context: Context) -> Iterator[None]:
    """Within this block sizes in messages are told under these facts."""
    token = _ASSUMED.set(context)
    try:
        yield
    finally:
        _ASSUMED.reset(token)


def told(size: Size) -> str:
    """A size in a message."""
    context = _ASSUMED.get()
    if context is None or not context.facts or not any(atom.parts for atom in size.atoms):
        return show(size)
    from shapecheck.sizes.forms import brief_text

    return brief_text(size, context)
