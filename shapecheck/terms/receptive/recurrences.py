"""Fields along a recurrence: a formula in the number of the member, guessed from the first ones.

In: the boxes of the first members.  Out: the boxes of any member, as a guess; whoever uses it has to prove it of each
equation, the guess being assumed of the members before.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from shapecheck.infer.growth import at_member
from shapecheck.sizes import Context, Proved, Relation, Size, decide
from shapecheck.terms.receptive.extremes import Box, Boxes, Span

Rule = Callable[[Sequence[Size]], Size | None]
PROBED = 4
"""Members that a formula is guessed from."""


def guessed(first: Sequence[Boxes | None], start: Size, number: Size, context: Context) -> Boxes | None:
    """The boxes of the member of this number, those from `start` on given; None where these follow no known rule."""
    known = [boxes for boxes in first if boxes is not None]
    if len(known) < len(first) or any(boxes.keys() != known[0].keys() for boxes in known):
        return None
    rule = partial(at_member, start=start, number=number, context=context)
    found = {name: _box([boxes[name] for boxes in known], rule) for name in known[0]}
    sure = {name: box for name, box in found.items() if box is not None}
    return sure if len(sure) == len(found) else None


def _box(boxes: Sequence[Box], rule: Rule) -> Box | None:
    spans = [_span(spans, rule) for spans in zip(*boxes)]
    sure = [span for span in spans if span is not None]
    return tuple(sure) if len(sure) == len(spans) else None


def _span(spans: Sequence[Span], rule: Rule) -> Span | None:
    low, high = (rule(ends) for ends in zip(*spans))
    return None if low is None or high is None else (low, high)


def same_boxes(one: Boxes, other: Boxes, context: Context) -> bool:
    """Whether boxes are provably the same."""
    return one.keys() == other.keys() and all(
        isinstance(decide(context, Relation("==", left, right)), Proved)
        for name in one
        for spans in zip(one[name], other[name], strict=True)
        for left, right in zip(*spans)
    )
