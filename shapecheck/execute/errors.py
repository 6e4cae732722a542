"""Mistakes that stop a run, and `ShapeMismatch`, which is a mistake of this program.

A run stops at the first mistake, so these are exceptions here; each carries the `Diagnostic` to show.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from shapecheck.diagnostics.model import Diagnostic, Label, ShapePair
from shapecheck.diagnostics.suggest import nearest
from shapecheck.sizes.algebra.numerals import numeral
from shapecheck.source import NOWHERE, Source, Span


class ExecutionError(Exception):
    """A user's mistake that stops a run; `diagnostic` says what, where and why, `source` in which text, if known."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic.title)
        self.diagnostic = diagnostic
        self.source: Source | None = None

    def _render_traceback_(self) -> list[str]:
        """The text that notebooks show: the mistake with its carets, without a traceback."""
        from shapecheck.diagnostics.render import render

        diagnostic = self.diagnostic if self.source is not None else replace(self.diagnostic, labels=())
        return render(diagnostic, self.source or Source("<run>", "")).split("\n")


class ShapeMismatch(AssertionError):
    """An array whose shape is not the derived one: a mistake in this program, never the user's."""

    def __init__(self, span: Span, derived: Sequence[int], found: Sequence[int]) -> None:
        super().__init__(f"derived {tuple(derived)}, computed {tuple(found)} at characters {span.start}..{span.end}")
        self.span, self.derived, self.found = span, tuple(derived), tuple(found)


def _error(
    code: str,
    title: str,
    span: Span = NOWHERE,
    label: str = "",
    *,
    notes: Iterable[str] = (),
    help: str | None = None,
    sizes: Mapping[str, int] | None = None,
    shapes: ShapePair | None = None,
) -> ExecutionError:
    labels = (Label(span, label),) if span != NOWHERE else ()
    return ExecutionError(Diagnostic(code, title, labels, tuple(notes), help, shapes, dict(sizes or {})))


def _written(shape: Sequence[int]) -> str:
    return " x ".join(map(str, shape)) or "scalar"


def size_missing(name: str, span: Span) -> ExecutionError:
    return _error(
        "size-missing",
        f"the size {name} has no value",
        span,
        "a run needs every free size",
        help=f"give a value, for example {name} = 3",
    )


def unknown_size(name: str, known: Iterable[str]) -> ExecutionError:
    known = tuple(known)
    near = nearest(name, known)
    return _error(
        "unknown-name",
        f"{name} is not a size of this spec",
        help=f"did you mean {near}?" if near else f"the free sizes are {', '.join(known) or 'none'}",
    )


def size_out_of_range(name: str, value: object, lower: int, span: Span) -> ExecutionError:
    return _error(
        "size-out-of-range",
        f"{name} = {value} is not an integer of at least {lower}",
        span,
        "declared here",
        help=f"choose {name} >= {lower}",
    )


def assumption_violated(text: str, sizes: Mapping[str, int], span: Span) -> ExecutionError:
    return _error("size-out-of-range", f"these sizes violate the assumption {text}", span, "assumed here", sizes=sizes)


def data_violate(text: str, place: Mapping[str, int], span: Span) -> ExecutionError:
    """The error for given data that do not meet an assumption on their entries, and the first place."""
    where = ", ".join(f"{name} = {value}" for name, value in place.items())
    title = f"the data do not meet the assumption {text}" + (f": not at {where}" if where else "")
    return _error("data-violates", title, span, "assumed here")


def assumption_unmet(texts: Iterable[str], attempts: int, span: Span) -> ExecutionError:
    """The error for assumptions on entries that no drawn numbers were found to meet."""
    title = f"no numbers were found that meet {', and '.join(texts)}: {attempts} draws were tried"
    return _error("assumption-unmet", title, span, "assumed here", help="give the data in a `test`")


def requirement_violated(relation: str, why: str, sizes: Mapping[str, int], span: Span) -> ExecutionError:
    notes = ("whether it holds for all sizes is not known",)
    return _error(
        "requirement-fails",
        f"{relation} does not hold at these sizes",
        span,
        f"this needs {why}",
        notes=notes,
        sizes=sizes,
    )


def not_derived(code_count: int) -> ExecutionError:
    return _error(
        "not-derived",
        "a spec whose shapes are not derived cannot be run",
        notes=(f"{code_count} errors were reported for it",),
    )


def unknown_data(name: str, given: Iterable[str], computed: Iterable[str]) -> ExecutionError:
    given, computed = tuple(given), tuple(computed)
    if name in computed:
        return _error(
            "unknown-name",
            f"{name} is computed by an equation, data cannot be given for it",
            help=f"data can be given for {', '.join(given) or 'nothing'}",
        )
    near = nearest(name, given)
    return _error(
        "unknown-name",
        f"{name} is not an input, weight or buffer of this spec",
        help=f"did you mean {near}?" if near else f"data can be given for {', '.join(given) or 'nothing'}",
    )


def unknown_family(name: str, known: Iterable[str]) -> ExecutionError:
    known = tuple(known)
    near = nearest(name, known)
    return _error("unknown-name", f"{name} is not a name of this spec", help=f"did you mean {near}?" if near else None)


def wrong_data_shape(
    name: str, derived: Sequence[int], found: Sequence[int], sizes: Mapping[str, int], span: Span
) -> ExecutionError:
    pair = ShapePair(name, tuple(map(str, derived)), "data", tuple(map(str, found)))
    return _error(
        "wrong-data-shape",
        f"the data for {name} are {_written(found)}, not {_written(derived)}",
        span,
        f"{name} is {_written(derived)} at these sizes",
        sizes=sizes,
        shapes=pair,
    )


def batches_differ(name: str, front: Sequence[int], other: str, found: Sequence[int], span: Span) -> ExecutionError:
    return _error(
        "wrong-data-shape",
        f"the data for {name} and {other} have other axes in front: {_written(front)} and {_written(found)}",
        span,
        help="all inputs of a batch have the same axes in front; an input without them is shared by all runs",
    )


def members_missing(name: str, members: Sequence[str], span: Span) -> ExecutionError:
    return _error(
        "wrong-data-shape",
        f"the data for {name} are incomplete",
        span,
        help=f"give {', '.join(members)} as well, or none of them",
    )


def members_differ(name: str, members: Sequence[str], span: Span) -> ExecutionError:
    return _error(
        "wrong-data-shape",
        f"the members of {name} differ in shape, so it is not one array",
        span,
        help=f"use {', '.join(members)}",
    )


def wrong_data_type(name: str, found: str, span: Span, wanted: str = "real numbers or integers") -> ExecutionError:
    return _error("wrong-data-type", f"the data for {name} are {found}, not {wanted}", span)


def nan_in_data(name: str, position: Sequence[int], span: Span) -> ExecutionError:
    return _error("nan-in-data", f"the data for {name} hold a NaN at {list(position)}", span)


def data_out_of_range(
    name: str, value: object, position: Sequence[int], low: object, high: object, span: Span
) -> ExecutionError:
    return _error(
        "data-out-of-range",
        f"the data for {name} hold {value} at {list(position)}, outside {low}..{high}",
        span,
        f"declared in {low}..{high}",
    )


def no_subscript(value: float, span: Span) -> ExecutionError:
    """The error for data in a subscript that is no integer."""
    return _error("subscript-out-of-range", f"the subscript is {value} here, which is no integer", span, "read here")


def entry_out_of_range(member: str, value: object, low: object, high: object, span: Span) -> ExecutionError:
    """The error for a computed entry outside of the range that its left side states."""
    return _error("data-out-of-range", f"{member} is {value}, outside {low}..{high}", span, f"stated in {low}..{high}")


def subscript_out_of_range(value: int, low: int, high: int, span: Span) -> ExecutionError:
    return _error("subscript-out-of-range", f"the subscript is {value} here, outside {low}..{high}", span, "read here")


def too_much_memory(needed: int, limit: int, largest: str, sizes: Mapping[str, int]) -> ExecutionError:
    title = f"the run would need about {human_bytes(needed)}, the limit is {human_bytes(limit)}"
    return _error(
        "too-much-memory",
        title,
        notes=(f"the largest part is {largest}",),
        sizes=sizes,
        help="choose smaller sizes, or raise the limit",
    )


def too_many_members(count: int, most: int, sizes: Mapping[str, int]) -> ExecutionError:
    title = f"a family has {numeral(count)} members of different shapes; up to {most} are computed one by one"
    return _error("too-much-memory", title, sizes=sizes, help="choose smaller sizes")


def too_many_axes(family: str, count: int, most: int, sizes: Mapping[str, int]) -> ExecutionError:
    title = f"{family} has {count} axes; tensors of up to {most} are computed"
    return _error("too-much-memory", title, sizes=sizes, help="put several axes together, as one of their product")


def too_many_terms(operator: str, count: int, most: int, span: Span) -> ExecutionError:
    title = f"`{operator}` over {numeral(count)} terms; up to {numeral(most)} are computed"
    return _error("too-much-memory", title, span, "computed term by term", help="choose smaller sizes")


def endless_size(sizes: Mapping[str, int]) -> ExecutionError:
    return _error(
        "too-much-memory", "a size has too many digits to be computed", sizes=sizes, help="choose smaller sizes"
    )


def nan_made(where: str, operation: str, operands: Sequence[str], span: Span) -> ExecutionError:
    notes = (f"its operands there: {', '.join(operands)}",) if operands else ()
    return _error("nan-made", f"{operation} makes a NaN in {where}", span, "not a number from here on", notes=notes)


def integer_overflow(operation: str, span: Span) -> ExecutionError:
    return _error(
        "integer-overflow",
        f"the integers of {operation} leave 64 bits",
        span,
        "beyond -2^63 .. 2^63 - 1",
        help="write one operand as a real number, for example 2.0",
    )


def empty_range(operator: str, span: Span) -> ExecutionError:
    return _error("empty-range", f"{operator} of no terms has no value", span, "its range is empty here")


def nothing_chosen(operator: str, span: Span, indices: Mapping[str, int] | None = None) -> ExecutionError:
    """The error for a `when` that leaves out every term; `indices` are those around it."""
    told = ", ".join(f"{name[1:].partition(chr(39))[0]} = {value}" for name, value in (indices or {}).items())
    title = f"{operator} of nothing: its `when` leaves out every term{f', at {told}' if told else ''}"
    help = "write  if .. then .. else ..  around it"
    return _error("empty-range", title, span, "no term is left here", help=help)


def cycle(path: Sequence[str], span: Span) -> ExecutionError:
    steps = ", ".join(f"{left} needs {right}" for left, right in pairwise(path))
    return _error("cycle", f"{path[0]} is defined by itself: {steps}", span, "the cycle goes through here")


def not_defined(member: str, span: Span) -> ExecutionError:
    return _error("not-defined", f"{member} is read, but no equation defines it", span, "read here")


def unreadable_file(path: str, why: str) -> ExecutionError:
    return _error("unreadable-file", f"cannot read arrays from {path}", notes=(why,))


def file_too_large(path: str, amount: int, limit: int) -> ExecutionError:
    title = f"{path} holds {human_bytes(amount)} of arrays, the limit is {human_bytes(limit)}"
    return _error(
        "too-much-memory",
        title,
        help=f"raise the limit, for example --memory-limit {human_bytes(2 * amount).replace(' ', '')}",
    )


def pickled_file(path: str) -> ExecutionError:
    return _error(
        "unreadable-file",
        f"{path} holds pickled objects, which are never loaded",
        notes=("a pickle can run any program when it is read",),
        help="save plain numeric arrays",
    )


def human_bytes(count: int) -> str:
    """A number of bytes in units of 1024: `999 B`, `1.5 KiB`, `4.0 GiB`; any length of integer."""
    units = ("B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB")
    unit = next((number for number in range(len(units)) if count < 1024 ** (number + 1)), len(units) - 1)
    whole, rest = divmod(count, 1024**unit)
    if unit == 0 or whole >= 100:
        return f"{whole if whole < 10**6 else f'10^{len(numeral(whole)) - 1}'} {units[unit]}"
    return f"{whole}.{rest * 10 // 1024**unit} {units[unit]}"
