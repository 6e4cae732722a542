"""Messages on applications of blocks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from shapecheck.diagnostics.model import Diagnostic, Label
from shapecheck.diagnostics.suggest import nearest
from shapecheck.graph.block_definitions import Definition, Port
from shapecheck.infer.attempt.conflict import Conflict, show
from shapecheck.infer.model import Shape
from shapecheck.sizes import Formula
from shapecheck.source import Span


def input_rank(definition: Definition, port: Port, shape: Shape, span: Span, call: Span) -> Conflict:
    """An operand has too few axes for a block, or too many for one that is not mapped."""
    wanted = f"{port.rank} or more axes" if port.leading else f"{port.rank} {'axis' if port.rank == 1 else 'axes'}"
    title = f"{definition.name} takes an input {port.name} of {wanted}, and this has {len(shape)}: {show(shape)}"
    labels = (Label(span, show(shape)), Label(port.span, f"{port.name} as declared", primary=False))
    help = None if port.leading else "to map it over axes in front, declare the input with `...`: x : [..., n]"
    return Conflict(Diagnostic("unequal-ranks", title, labels, (), help))


def mapped_differently(
    definition: Definition, one: tuple[Shape, Port], other: tuple[Shape, Port], span: Span
) -> Conflict:
    """Two inputs have axes in front, and not the same ones."""
    (first, port), (second, second_port) = one, other
    title = f"the inputs of {definition.name} are mapped over different axes"
    text = f"{port.name} over {show(first)}, {second_port.name} over {show(second)}"
    return Conflict(Diagnostic("unequal-ranks", title, (Label(span, text),)), splits=True)


def needs_fixed_index(name: str, span: Span) -> Conflict:
    """A static argument picks from a list by an index that stands for many values."""
    title = f"an argument of {name} depends on an index whose range is not written out in numbers"
    return Conflict(
        Diagnostic("index-not-fixed", title, (Label(span),), (), "give the range by numbers (at most 64 of them)"),
        splits=True,
    )


def range_not_fixed(name: str, span: Span) -> Conflict:
    """A block inside of a big operator whose range depends on another index."""
    title = f"{name} stands in a big operator whose range depends on another index"
    return Conflict(
        Diagnostic("range-depends-on-index", title, (Label(span),), (), "apply it in an equation of its own, over all")
    )


def instance_differs(name: str, span: Span, other: Span) -> Conflict:
    """One set of weights would need two shapes."""
    title = f"{name} has one set of weights, and its applications need different shapes of them"
    labels = (Label(span, "here"), Label(other, "and here", primary=False))
    return Conflict(Diagnostic("unequal-sizes", title, labels, (), "name a second instance for one of them"), True)


def shape_changes(passes: Sequence[Shape], span: Span, needs: Formula | None) -> Conflict:
    """A stage of `repeat` that gives another shape at every pass."""
    title = "repeat: the stage changes the shape at every pass"
    help = (
        "for any number of passes the shape may change at the first pass, or by the same step or factor at each; "
        "a number such as 3 is written out"
    )
    label = Label(span, ", then ".join(map(show, passes)))
    return Conflict(Diagnostic("unequal-sizes", title, (label,), (), help), splits=True, needs=needs)


def parts_grow(text: str, span: Span, shape: Shape) -> Conflict:
    """A part of all members of an application, where the shape differs from member to member."""
    title = f"the members that {text} means differ in shape, so that they can only be read one at a time"
    return Conflict(Diagnostic("members-differ", title, (Label(span, show(shape)),)))


def several_parts(text: str, span: Span) -> Conflict:
    """A part of members that different equations make, by different blocks."""
    title = f"{text} means tensors of several blocks, which can only be read one at a time"
    return Conflict(Diagnostic("members-differ", title, (Label(span),), (), "select one member by a subscript"))


def no_such_part(text: str, span: Span, known: Iterable[str]) -> Conflict:
    """A path leads nowhere; `known` are paths that lead somewhere."""
    title = f"there is no {text}: no application and no name in a block is called so"
    listed = list(dict.fromkeys(known))
    near = nearest(text, listed)
    help = f"did you mean {near}?" if near else f"there are {', '.join(listed[:8])}" if listed else None
    return Conflict(Diagnostic("no-such-part", title, (Label(span),), (), help))
