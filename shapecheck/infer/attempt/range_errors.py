"""Messages about ranges of indices, and about members of a tensor that differ in shape."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from shapecheck.diagnostics.model import Diagnostic, Label
from shapecheck.graph.model import Family
from shapecheck.graph.nodes import Index
from shapecheck.infer.attempt.conflict import Conflict, conflict, show
from shapecheck.infer.model import Shape
from shapecheck.sizes import symbol
from shapecheck.source import Span

if TYPE_CHECKING:
    from shapecheck.infer.attempt.open_ranges import Reach


def range_not_written_out(span: Span) -> Conflict:
    """The number of members depends on an index of the place where the block is applied."""
    title = "how many members this has depends on an index whose range is not written out in numbers"
    return conflict("index-not-fixed", title, span, help="give the index a range of at most 64 numbers", splits=True)


def depends_on_index(family: Family) -> Conflict:
    """The shape mentions an index of an equation, and no formula in the number of the member was found."""
    title = f"the shape of {family.name} depends on an index in a way that is not understood"
    help = "give all members one shape, the largest, or write a literal range of at most 64 members"
    return Conflict(Diagnostic("range-depends-on-index", title, (Label(family.span),), help=help), splits=True)


def value_depends(span: Span, label: str) -> Diagnostic:
    """A value below a big operator whose size differs from one value of the operator's index to the next."""
    title = f"the size of this value depends on {label}, the index of a big operator"
    help = f"take the largest size and `if .. then .. else ..`, or a big operator, whose range may end at {label}"
    return Diagnostic("range-depends-on-index", title, (Label(span),), help=help)


def members_grow(family: Family, shape: Shape, span: Span) -> Conflict:
    """A whole family, or an unknown member of it, where the shape differs from member to member."""
    labels = {f".{axis}": symbol(index.label or f"axis {axis}") for axis, index in enumerate(family.axes)}
    told = show(tuple(size.substitute(labels) for size in shape))
    member = f"{family.name}[{', '.join(index.label for index in family.axes)}]"
    title = f"the members of {family.name} differ in shape, so that they can only be read one at a time"
    label = Label(span, f"{member} : {told}")
    help = f"read one of them, {member}, or make them alike first"
    return Conflict(Diagnostic("members-differ", title, (label,), help=help), certain=True)


def terms_differ(operator: str, text: str, span: Span, dims: Shape) -> Conflict:
    """A big operator over values whose shape differs from one value of the index to the next."""
    return conflict("members-differ", f"{operator} needs terms of one shape; {text} is {show(dims)}", span)


def unordered_ends(family: Family, axis: int) -> Conflict:
    return conflict(
        "unclear-range",
        f"the members of {family.name} along axis {axis} have no clear first or last one",
        family.span,
        help="write the range of each definition, .. for t in 1..T ; if it stands there, order the ends by an assume",
    )


def unbounded_index(index: Index) -> Conflict:
    return conflict(
        "unbounded-index",
        f"nothing says how far {index.label} runs",
        index.span,
        "no read bounds it",
        help=f"write its range: {index.label} in 0..n-1",
    )


def ranges_disagree(index: Index, first: Reach, other: Reach) -> Conflict:
    def says(reach: Reach) -> Label:
        access = reach.access
        return Label(
            access.span,
            f"{access.name}, axis {access.axis}, lets {index.label} run over {reach.low}..{reach.high}",
            primary=False,
        )

    title = f"two reads disagree on the range of {index.label}: {first.low}..{first.high} and {other.low}..{other.high}"
    return conflict(
        "range-conflict",
        title,
        index.span,
        also=[says(first), says(other)],
        help=f"write the range you mean ({index.label} in ..), or make the axes equal by an assume",
    )


def range_starts_late(index: Index, reach: Reach) -> Conflict:
    return conflict(
        "unclear-range",
        f"{index.label} would run from {reach.low}, not from {reach.start}",
        index.span,
        also=[Label(reach.access.span, "because of this read", primary=False)],
        help=f"write the range: {index.label} in {reach.low}..{reach.high}",
    )


def ranges_unordered(index: Index, group: Sequence[Reach]) -> Conflict:
    ends = ", ".join(f"{reach.low}..{reach.high}" for reach in group)
    return conflict(
        "unclear-range",
        f"which of {ends} is the tightest for {index.label} depends on the sizes",
        index.span,
        help=f"write the range: {index.label} in ..",
    )
