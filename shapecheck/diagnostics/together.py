"""Messages that differ in the axis alone as one: both needs, and both lines to add.

In: two messages of one title at one place.  Out: the first, with what the second one asks for in addition.
"""

from __future__ import annotations

from dataclasses import replace

from shapecheck.diagnostics.model import Diagnostic

_ADD, _NEEDS = "add: assume ", "needs "


def together(first: Diagnostic, second: Diagnostic) -> Diagnostic:
    """`needs H >= 2, W >= 2`, with `add: assume H >= 2, W >= 2`; the first alone where it is of another kind."""
    one, other = first.help or "", second.help or ""
    if not (one.startswith(_ADD) and other.startswith(_ADD)):
        return first
    labels = list(first.labels)
    for at, (label, further) in enumerate(zip(first.labels, second.labels)):
        if label.span == further.span and label.text.startswith(_NEEDS) and further.text.startswith(_NEEDS):
            labels[at] = replace(label, text=_joined(label.text, further.text, _NEEDS))
    return replace(first, labels=tuple(labels), help=_joined(one, other, _ADD))


def _joined(one: str, other: str, start: str) -> str:
    further = other.removeprefix(start)
    return one if further in one else f"{one}, {further}"
