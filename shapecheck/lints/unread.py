"""Entries of an image, or of any value, that nothing reads: behind the last window, or between windows.

In: all places that read one value (`shapecheck.lints.survey`).  Out: a warning where entries are unread at all sizes
that the spec admits, or between windows; a remark with the exact condition where they are at some.  What is said was
proved for all sizes and listed at the sizes that are shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from shapecheck.diagnostics.model import Diagnostic, Level
from shapecheck.graph.model import Graph
from shapecheck.lints.combs import Comb, Step
from shapecheck.lints.lint_wording import allow, axis_words, brief, joined, labels, numbers, plural, smallest_admitted
from shapecheck.lints.model import Subject
from shapecheck.lints.survey import Group, survey
from shapecheck.record import record
from shapecheck.sizes import (
    ONE,
    And,
    Context,
    Formula,
    Proved,
    Refuted,
    Relation,
    decide,
    integer,
)

BORDER, BETWEEN = "unread-border", "unread-between"


@record(eq=False)
class _Left:
    """The unread part of one axis: where `some` holds, at all sizes if it is None; `sizes` show it.

    `read` counts what is read of each stride; `condition` and `wanted` say briefly where some is unread, and where
    none, as far as there are brief words for that.
    """

    comb: Comb
    axis: int
    sizes: Mapping[str, int]
    some: Formula | None = None
    read: int = 0
    condition: str | None = None
    wanted: str | None = None


def unread(subject: Subject) -> Iterator[Diagnostic]:
    """The part of an axis that nothing reads."""
    shapes = subject.applied
    for group in survey(shapes).groups:
        between = list(_between(group, shapes.graph))
        if between:
            yield _between_message(group, between, shapes.graph)
        axes = {left.axis for left in between}
        behind = [left for left in _behind(group, shapes.graph, subject.remarks) if left.axis not in axes]
        for found in ([left for left in behind if left.some is None], [left for left in behind if left.some]):
            if found:
                yield _border_message(group, found, shapes.graph)


def _shared(group: Group) -> Iterator[tuple[int, list[Comb]]]:
    """The axes on which every use may leave something out, of the same number of entries."""
    for comb in group.uses[0].combs:
        found = [other for use in group.uses for other in use.combs if other.axis == comb.axis]
        if len(found) == len(group.uses) and all(other.size is comb.size for other in found):
            yield comb.axis, found


# ---- behind the last window ----------------------------------------------------------------------


def _behind(group: Group, graph: Graph, remarks: bool) -> Iterator[_Left]:
    context = _context(group)
    for axis, combs in _shared(group):
        some = _some_unread(combs)
        if some is None or any(name[0] in ".?" for name in some.names | combs[0].size.names):
            continue
        example = smallest_admitted(context, graph, some)
        if example is not None and some.holds(example) and isinstance(decide(context, some), Proved):
            yield _Left(combs[0], axis, example)
        elif remarks:
            yield from _sometimes(context, graph, some, combs[0], axis)


def _some_unread(combs: Sequence[Comb]) -> Formula | None:
    """The condition under which every use leaves out the last entry; None where one never does, or it is unknown."""
    counts = [comb.unread_behind for comb in combs]
    parts = [Relation(">=", count, ONE) for count in counts if count is not None]
    if len(parts) < len(combs) or any(part.difference.constant is not None and not part.holds({}) for part in parts):
        return None
    return And(tuple(parts)) if len(parts) > 1 else parts[0]


def _sometimes(context: Context, graph: Graph, some: Formula, comb: Comb, axis: int) -> Iterator[_Left]:
    never = decide(context, some.negated())
    if isinstance(never, Refuted):
        example = smallest_admitted(context.assuming(some), graph, some)
        if example is not None and some.holds(example):
            yield _Left(
                comb, axis, example, some, condition=brief(context, some), wanted=brief(context, some.negated())
            )


def _context(group: Group) -> Context:
    """The facts that hold wherever the first use is made; another one that is not made there reads nothing."""
    return group.uses[0].context


def _border_message(group: Group, found: Sequence[_Left], graph: Graph) -> Diagnostic:
    words = axis_words(group.uses[0])
    whats = [_last(left.comb, words[left.axis]) for left in found]
    always = found[0].some is None
    sizes = _together(group, found, graph)
    return Diagnostic(
        BORDER,
        _of_all(whats, group) if always else _of_some(whats, found, group),
        labels(group.uses[0], _windows(found[0].comb), graph.source),
        _listed(found, sizes, words),
        "; ".join(_ways(group, found)) or None,
        sizes=_shown(found, sizes),
        level=Level.WARNING if always else Level.NOTE,
    )


def _of_all(whats: Sequence[str], group: Group) -> str:
    verb = "is" if len(whats) == 1 and not whats[0].endswith("s") else "are"
    return f"{joined(whats)}{_of(group)} {verb} never read"


def _of_some(whats: Sequence[str], found: Sequence[_Left], group: Group) -> str:
    first, *rest = (f"where {left.condition}" if left.condition else "at some sizes" for left in found)
    verb = "are" if whats[0].endswith("s") else "is"
    return f"{whats[0]}{_of(group)} {verb} never read {first}" + "".join(
        f", {what} {where}" for what, where in zip(whats[1:], rest)
    )


def _together(group: Group, found: Sequence[_Left], graph: Graph) -> Mapping[str, int]:
    """The smallest sizes at which something is unread on every axis, or else on the first."""
    somes = tuple(left.some for left in found if left.some is not None)
    both = smallest_admitted(_context(group).assuming(*somes), graph, And(somes)) if len(somes) > 1 else None
    return found[0].sizes if both is None else both


def _last(comb: Comb, word: str) -> str:
    """`the last row`, `the last 2 rows`, `the last rows`."""
    count = comb.unread_behind
    number = None if count is None else count.constant
    if number == 1 or (number is None and comb.stride == 2):
        return f"the last {word}"
    return f"the last {plural(word)}" if number is None else f"the last {number} {plural(word)}"


def _of(group: Group) -> str:
    return " of this value" if group.name is None else f" of {group.name}"


def _windows(comb: Comb) -> str:
    if comb.slide is None:
        return "read here"
    placed = comb.slide.placed
    padding = "" if placed.padding.word is None else f"{placed.padding.word}: "
    return f"{padding}windows of {placed.extent}, {placed.stride} apart"


def _listed(found: Sequence[_Left], sizes: Mapping[str, int], words: Mapping[int, str]) -> tuple[str, ...]:
    """The entries that are read at these sizes, found one by one."""
    parts = []
    for left in found:
        entries, size = left.comb.entries(sizes), left.comb.size.evaluate(sizes)
        if entries is not None and len(entries) < size:
            parts.append(f"of {size} {plural(words[left.axis])} {numbers(entries)} are read")
    return (f"{', '.join(parts)}, counted from 0",) if parts else ()


def _shown(found: Sequence[_Left], sizes: Mapping[str, int]) -> Mapping[str, int]:
    """The sizes that the message is about."""
    names = set[str]().union(*(step.count.names | left.comb.size.names for left in found for step in left.comb.steps))
    return {name: value for name, value in sizes.items() if name in names}


def _ways(group: Group, found: Sequence[_Left]) -> Iterator[str]:
    """The line to write instead."""
    conditions = [left.wanted for left in found if left.wanted]
    if len(conditions) == len(found):
        yield f"`assume {', '.join(conditions)}` rules such sizes out"
    slides = [left.comb.slide for left in found]
    if len(group.uses) == 1 and all(slide is not None and slide.placed.padding.word == "VALID" for slide in slides):
        yield "`pad = CEIL` reads all"
    if found[0].some is None:
        yield allow(BORDER)


# ---- between windows -----------------------------------------------------------------------------


def _between(group: Group, graph: Graph) -> Iterator[_Left]:
    """Axes of which the windows pass over some entries, however many windows there are."""
    for axis, combs in _shared(group):
        stride, found = combs[0].stride, [comb.residues for comb in combs]
        read = frozenset[int]().union(*(item for item in found if item is not None))
        if stride is None or None in found or any(comb.stride != stride for comb in combs) or len(read) == stride:
            continue
        context = _context(group).assuming(*(Relation(">=", step.count, integer(2)) for step in _along(combs[0])))
        example = smallest_admitted(context, graph, And(()))
        if example is not None:
            yield _Left(combs[0], axis, example, read=len(read))


def _along(comb: Comb) -> list[Step]:
    return [step for step in comb.steps if step.width.constant == comb.stride]


def _between_message(group: Group, found: Sequence[_Left], graph: Graph) -> Diagnostic:
    words = axis_words(group.uses[0])
    parts = []
    for left in found:
        word, stride = words[left.axis], left.comb.stride or 0
        unread = stride - left.read
        parts.append(f"every second {word}" if stride == 2 else f"{unread} of {stride} {plural(word)}")
    plain = len(parts) == 1 and found[0].comb.stride == 2
    return Diagnostic(
        BETWEEN,
        f"{joined(parts)}{_of(group)} {'is' if plain else 'are'} never read",
        labels(group.uses[0], _windows(found[0].comb), graph.source),
        _listed(found, found[0].sizes, words),
        allow(BETWEEN),
        sizes=_shown(found, found[0].sizes),
        level=Level.WARNING,
    )
