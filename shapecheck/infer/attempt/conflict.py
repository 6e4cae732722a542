"""Conflicts: no shape satisfies what was read.

A conflict stops the rule that ran into it; the attempt keeps it and goes on with the others.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from shapecheck.diagnostics.model import Diagnostic, Label, ShapePair
from shapecheck.infer.attempt.solver import Unequal
from shapecheck.infer.model import Shape
from shapecheck.sizes import Formula, Relation, Size
from shapecheck.sizes.telling import told
from shapecheck.source import Span


class Conflict(Exception):
    """No shape satisfies what was read; carries the message.  Caught by the attempt."""

    def __init__(
        self,
        diagnostic: Diagnostic,
        splits: bool = False,
        found: Unequal | None = None,
        needs: Formula | None = None,
        certain: bool = False,
    ) -> None:
        super().__init__(diagnostic.title)
        self.diagnostic = diagnostic
        self.splits = splits
        """Whether looking at fewer members at a time may help."""
        self.certain = certain
        """Whether it stays however the members are looked at: a list has no such entry."""
        self.found = found
        """The two sizes that should be equal, if that is what it is about."""
        self.needs = needs if found is None else Relation("==", found.left, found.right)
        """The relation that would have to hold, if it is known."""


_SAME_LABEL = re.compile(r"(?<=\w)'\d+")
"""The number behind a name that tells indices of one label apart; a shape mentions only one of them."""


def show(shape: Shape) -> str:
    """`2p x (p + d)`, `scalar`; compound sizes in parentheses."""
    if not shape:
        return "scalar"
    texts = [size_text(size) for size in shape]
    return " x ".join(f"({text})" if " " in text and len(shape) > 1 else text for text in texts)


def size_text(size: Size) -> str:
    """A size as people write it; one that is not known is a question mark."""
    return "?" if any(name[0] == "?" for name in size.names) else _SAME_LABEL.sub("", told(size))


def conflict(
    code: str,
    title: str,
    span: Span,
    label: str = "",
    *,
    help: str | None = None,
    notes: Sequence[str] = (),
    also: Sequence[Label] = (),
    shapes: ShapePair | None = None,
    sizes: dict[str, int] | None = None,
    splits: bool = False,
    found: Unequal | None = None,
) -> Conflict:
    """A conflict with a message whose primary label is at `span`."""
    labels = (Label(span, label), *(item for item in also if item.span != span))
    return Conflict(Diagnostic(code, title, labels, tuple(notes), help, shapes, sizes or {}), splits, found)
