"""Windows with a stride whose number depends on the padding mode: where SAME, VALID and CEIL give other sizes.

In: all operations whose windows have a stride.  Out: remarks, for the modes that differ from the one in use, with the
exact condition and the sizes that were evaluated.  Modes that never differ, or that may or may not, are left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from shapecheck.diagnostics.model import Diagnostic, Level
from shapecheck.graph.model import Graph
from shapecheck.lints.lint_wording import axis_words, brief, joined, labels, plural, smallest_admitted, told
from shapecheck.lints.model import Subject
from shapecheck.lints.survey import Use, survey
from shapecheck.ops.padding import Placed, Slide, between, window_count
from shapecheck.sizes import Context, Proved, Refuted, Relation, Size, decide

CODE = "padding-modes"
MODES = ("VALID", "SAME", "CEIL")


def padding_modes(subject: Subject) -> Iterator[Diagnostic]:
    """One remark for each operation of which another mode would give more or fewer windows."""
    if not subject.remarks:
        return
    shapes = subject.applied
    for use in survey(shapes).windows:
        slides = {comb.axis: comb.slide for comb in use.combs if comb.slide is not None}
        first = next(iter(slides.values()))
        notes = [note for axis, slide in slides.items() for note in _notes(use, axis, slide, shapes.graph)]
        if notes:
            yield Diagnostic(
                CODE,
                f"another padding than {_called(first.placed)} would give another size",
                labels(use, f"windows of {first.placed.extent}, {first.placed.stride} apart", shapes.graph.source),
                tuple(notes),
                level=Level.NOTE,
            )


def _called(placed: Placed) -> str:
    """The name of the padding in use: its word, or the sides that are given."""
    if placed.padding.word is not None:
        return placed.padding.word
    before, after = placed.padding.of(placed.axis) or (0, 0)
    return str(before) if before is after else f"[{before}, {after}]"


def _notes(use: Use, axis: int, slide: Slide, graph: Graph) -> Iterator[str]:
    """The results of the other modes on one axis, and where they differ; equal ones are told together."""
    from shapecheck.sizes.forms import settled

    placed, word = slide.placed, plural(axis_words(use)[axis])
    by_count: dict[Size, list[str]] = {}
    for mode, given in _others(placed):
        count = settled(given, use.context)
        by_count.setdefault(count, []).append(mode)
    for count, modes in by_count.items():
        if any(name[0] in ".?" for name in (count - placed.count).names):
            continue
        where = _where_they_differ(use.context, placed.count, count, graph)
        if where is not None:
            gives = f"{joined(modes)} {'give' if len(modes) > 1 else 'gives'}"
            yield f"{gives} {told(count, use)} {word}, not {told(placed.count, use)}{where}"


def _others(placed: Placed) -> Iterator[tuple[str, Size]]:
    """The modes beside the one in use; beside sides that are given, rounding the other way over them is one."""
    sides = placed.padding.of(placed.axis)
    for mode in ("SAME",) if sides else MODES:
        if mode != placed.padding.word:
            yield mode, window_count(mode, placed.size, placed.extent, placed.stride)
    if sides:
        up = not placed.padding.rounds_up
        count = between(placed.size, *sides, placed.extent, placed.stride, rounds_up=up)
        yield f"rounding {'up' if up else 'down'}", count


def _where_they_differ(context: Context, own: Size, other: Size, graph: Graph) -> str | None:
    """` where H % 2 == 1: 2, not 1, at H = 3`; empty where they always do; None where they never do, or who knows."""
    equal = Relation("==", own, other)
    if not isinstance(decide(context, equal), Refuted):
        return None
    differ = equal.negated()
    if isinstance(decide(context, differ), Proved):
        return ""
    example = smallest_admitted(context.assuming(differ), graph, differ)
    if example is None or own.evaluate(example) == other.evaluate(example):
        return None
    condition = brief(context, differ)
    return f"{f' where {condition}' if condition else ''}: {_at(example, differ.names, own, other)}"


def _at(example: Mapping[str, int], names: frozenset[str], own: Size, other: Size) -> str:
    sizes = ", ".join(f"{name} = {value}" for name, value in example.items() if name in names)
    return f"{other.evaluate(example)}, not {own.evaluate(example)}, at {sizes}"
