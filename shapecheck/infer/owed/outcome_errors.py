"""Messages after an attempt has succeeded: on requirements, reads, data and cycles."""

from __future__ import annotations

import math
from collections.abc import Sequence

from shapecheck.diagnostics.model import Diagnostic, Label, Level
from shapecheck.infer.model import Interval
from shapecheck.infer.values.reals import Span as RealSpan
from shapecheck.sizes import Formula, Refuted, Relation, Size
from shapecheck.source import Span

CHANGE_THE_RANGE = "change the range of the index, or write what counts outside: (.. default 0)"
"""The help for a read that no condition on the sizes keeps inside."""


ALL_OPEN = ".. x .."
"""The shape to fill in where nothing is known of it."""


def unknown_left(tensors: Sequence[tuple[str, Span, str]], uses: Sequence[Span], shape: str = ALL_OPEN) -> Diagnostic:
    """Tensors (name, place, axis) whose shapes contain an unknown that nothing fixes; `shape` is that of the first."""
    names = [name for name, _, _ in tensors]
    labels = [
        Label(span, f"{where} is not fixed by anything", primary=not number)
        for number, (_, span, where) in enumerate(tensors[:4])
    ]
    labels += [Label(use, "used here", primary=False) for use in list(uses)[:2]]
    subject = (
        f"the shape of {names[0]}" if len(names) == 1 else f"the shapes of {', '.join(names[:-1])} and {names[-1]}"
    )
    one = "it" if len(names) == 1 else "one of them"
    return Diagnostic(
        "unknown-size",
        f"{subject} cannot be worked out",
        tuple(labels),
        (),
        f"give {one} a shape where it is declared: {names[0]} : {shape}",
    )


def not_met(relation: Relation, why: str, span: Span, decision: Refuted, condition: str | None) -> Diagnostic:
    sizes = {name: value for name, value in decision.witness.items() if name[0] not in ".?"}
    indices = {name[1:].split("'")[0]: value for name, value in decision.witness.items() if name[0] == "."}
    notes = (f"at {', '.join(f'{name} = {value}' for name, value in indices.items())}",) if indices else ()
    help = f"add: assume {condition}" if condition else None
    member, exists, runs = why.partition(" to exist, as ")
    if exists:
        title, label = f"{member} does not exist: {runs}", f"needs {relation}" if relation.names else ""
        return Diagnostic("out-of-bounds", title, (Label(span, label),), notes, help, sizes=sizes)
    fails, label = "fails for some sizes", f"needs {relation}"
    if not relation.names:
        fails, label = "does not hold", f"comes to {relation}"
    return Diagnostic(
        "requirement-fails",
        f"this needs {why}, which {fails}",
        (Label(span, label),),
        notes,
        help,
        sizes=sizes,
    )


def undecided(relation: Formula, why: str, span: Span, count: int) -> Diagnostic:
    tried = f"it holds at all {count} sizes that were tried" if count else "no sizes could be tried"
    return Diagnostic(
        "requirement-undecided",
        f"this needs {why}; whether that always holds is not known",
        (Label(span, f"needs {relation}"),),
        (tried, "it is checked again whenever the spec is run"),
        level=Level.WARNING,
    )


def no_term_known(operator: str, span: Span) -> Diagnostic:
    """The warning for an operator whose `when` may leave out every term."""
    return Diagnostic(
        "requirement-undecided",
        f"{operator} needs a term that its `when` does not leave out; whether there always is one is not known",
        (Label(span, "has no value where every term is left out"),),
        ("it is checked again whenever the spec is run",),
        level=Level.WARNING,
    )


def out_of_bounds(
    name: str, axis: int, place: str, span: Span, declared: Span, low: Size, high: Size, sizes: dict[str, int]
) -> Diagnostic:
    return Diagnostic(
        "out-of-bounds",
        f"{name} is read outside: {place}",
        (
            Label(span, f"axis {axis} runs over {low}..{high}"),
            Label(declared, f"{name} is declared here", primary=False),
        ),
        (),
        sizes=sizes,
    )


def from_the_end(name: str, axis: int, back: int, high: Size) -> str:
    """The help for a negative number in a subscript of an axis that ends at `high`."""
    last = ", ".join([":"] * axis + [str(high + 1 + back).replace(" ", "")])
    return f"the last entry is {name}[{last}]" if back == -1 else f"counted from the end that is {name}[{last}]"


def circular(names: Sequence[str], span: Span) -> Diagnostic:
    path = " needs ".join((*names, names[0]))
    return Diagnostic(
        "cycle",
        f"{names[0]} is defined by itself: {path}",
        (Label(span, "the cycle goes through here"),),
        (),
        "let one of them rest on something else: an input, or an earlier member (h[t-1])",
    )


def maybe_circular(names: Sequence[str], span: Span) -> Diagnostic:
    subject = names[0] if len(names) == 1 else f"one of {', '.join(names)}"
    return Diagnostic(
        "maybe-cycle",
        f"whether {subject} is defined by itself is not known for all sizes",
        (Label(span, "no index is known to grow along every read that goes round"),),
        ("a cycle at the sizes that are run is found there; what rests on this is not proved",),
        level=Level.WARNING,
    )


def unknown_data(
    text: str, span: Span, name: str, low: Size, high: Size, undeclared: str | None = None, computed: bool = False
) -> Diagnostic:
    """`undeclared`: an input in the subscript that does not say which integers it holds.

    `computed`: the subscript is an entry of a tensor that an equation defines, which may state the range.
    """
    if undeclared is not None and text.split("[")[0] == undeclared:
        help = f"say what values it has where it is declared: {undeclared} in {low}..{high}"
    elif undeclared is not None:
        help = f"say what integers {undeclared} holds where it is declared: {undeclared} in 0..9"
    elif computed:
        help = f"state it where it is defined, {text} in {low}..{high} = .., or write min(max({text}, {low}), {high})"
    else:
        help = f"write an integer that lies inside, such as min(max({text}, {low}), {high})"
    return Diagnostic(
        "unknown-data",
        f"nothing says that {text} picks an entry of {name}",
        (Label(span, f"must lie in {low}..{high}"),),
        (),
        help,
    )


def data_outside(
    text: str, span: Span, name: str, found: Interval | int, axis: Interval, witness: dict[str, int]
) -> Diagnostic:
    """`found`: the values that the subscript has, or one that is outside."""
    values = _held(found)
    return Diagnostic(
        "out-of-bounds",
        f"{text} may pick an entry outside of {name}",
        (Label(span, f"{values}, the axis in {axis.low}..{axis.high}"),),
        (),
        sizes={key: value for key, value in witness.items() if key[0] not in ".?"},
    )


def _held(values: Interval | int) -> str:
    return f"its values lie in {values.low}..{values.high}" if isinstance(values, Interval) else f"it can be {values}"


def integer_outside(
    text: str,
    span: Span,
    owner: str,
    held: Interval | int,
    low: Size | float,
    high: Size | float,
    witness: dict[str, int],
) -> Diagnostic:
    """`held`: the values that it has, or one that is outside."""
    return Diagnostic(
        "out-of-range",
        f"{text} may lie outside of {low}..{high}, the range of {owner}",
        (Label(span, _held(held)),),
        sizes={key: number for key, number in witness.items() if key[0] not in ".?"},
    )


def not_in_range(text: str, span: Span, owner: str, low: Size | float, high: Size | float) -> Diagnostic:
    return Diagnostic(
        "unknown-data",
        f"nothing says that {text} holds integers in {low}..{high}, the range of {owner}",
        (Label(span, f"must be integers in {low}..{high}"),),
        (),
        f"say what values it has where it is declared: .. in {low}..{high}",
    )


def range_undecided(text: str, span: Span, low: Size | float, high: Size | float) -> Diagnostic:
    """The warning for an equation that states a range which is not proved."""
    title = f"whether {text} lies in {low}..{high} is not known"
    label = Label(span, "its left side states this range")
    return Diagnostic("range-undecided", title, (label,), ("it is checked when the spec is run",), level=Level.WARNING)


def reals_outside(text: str, span: Span, owner: str, found: RealSpan, low: float, high: float) -> Diagnostic:
    """An error where every number of what was found is admitted, else a warning."""
    title = f"{text} may lie outside of {low}..{high}, the range of {owner}"
    label = f"its values lie in {found.low}..{found.high}" if math.isfinite(found.high - found.low) else ""
    if found.exact:
        help = f"say what values it has where it is declared: .. in {low}..{high}"
        return Diagnostic("out-of-range", title, (Label(span, label or "it holds any number"),), (), help)
    title = f"whether {text} lies in {low}..{high}, the range of {owner}, is not known"
    return Diagnostic("range-undecided", title, (Label(span, label),), level=Level.WARNING)


def missing_member(
    member: str, reader: str, span: Span, declared: Span, sizes: dict[str, int], suggestion: str
) -> Diagnostic:
    return Diagnostic(
        "missing-member",
        f"{member} is needed but never defined",
        (Label(span, f"read here{reader}"), Label(declared, "the other members are defined here", primary=False)),
        (),
        suggestion,
        sizes=sizes,
    )


def defined_twice(member: str, span: Span, first: Span, sizes: dict[str, int]) -> Diagnostic:
    return Diagnostic(
        "defined-twice",
        f"{member} is defined twice",
        (Label(span, "second time here"), Label(first, "first here", primary=False)),
        (),
        "let the ranges of the definitions not overlap",
        sizes=sizes,
    )
