"""Mistakes in sizes, and in the ranges and shapes made of them, as messages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from shapecheck.diagnostics.model import Diagnostic, Label, Level
from shapecheck.graph.errors import error
from shapecheck.source import Span

if TYPE_CHECKING:
    from shapecheck.sizes import Size

NO_CLOSED_FORM = "no-closed-form"


def size_named_x(span: Span) -> Diagnostic:
    return Diagnostic(
        "size-named-x",
        "a size named x reads like the separator in `a x b`",
        (Label(span),),
        (),
        "choose another name",
        level=Level.WARNING,
    )


def not_a_size(span: Span, what: str, help: str | None = None) -> Diagnostic:
    title = f"{what} cannot stand in a size"
    return error("not-a-size", title, span, "a size is made of sizes, indices and integers", help=help)


def undeclared_size(name: str, given: str, span: Span) -> Diagnostic:
    """A parameter of a block that stands in a size, and got a name that nobody declares."""
    title = f"the name {given} is not declared, and {name} has to be a size"
    return error("undeclared-name", title, span, f"{name} is {given} here", help=f"declare it: dim {given}")


def rest_elsewhere(span: Span) -> Diagnostic:
    title = "`_` stands for what is left, and only in the shape of `reshape`"
    return error("undeclared-name", title, span, "the size is not known here", help="write the size: dim n, and n here")


def tensor_as_size(name: str, span: Span, declared: Span) -> Diagnostic:
    also = (Label(declared, "declared here", primary=False),)
    return error("not-a-size", f"{name} is a tensor, not a size", span, "a size is wanted here", also=also)


def one_number(name: str, span: Span) -> Diagnostic:
    title = f"{name} is one number, and one for each axis is needed"
    label = "an entry of it is read here"
    return error("not-a-size", title, span, label, help="write one for each axis, such as 3 x 3")


def several_numbers(name: str, span: Span) -> Diagnostic:
    return error("not-a-size", f"{name} has several numbers, and one is needed", span, help="write one number")


def word_as_size(name: str, span: Span) -> Diagnostic:
    title = f"{name} is a word for padding, and no number"
    return error("not-a-size", title, span, help=f"let it stand alone, pad = {name}, or write numbers in its place")


def size_too_large(span: Span) -> Diagnostic:
    title = "this size is too deeply nested to be worked with"
    return error("size-too-large", title, span, help="nest it less deeply")


def no_closed_form(span: Span) -> Diagnostic:
    return error(NO_CLOSED_FORM, "this sum has no closed form, so it cannot stand in a size", span)


def division_by(span: Span) -> Diagnostic:
    return error("bad-division", "a size cannot be divided by this: it is not at least 1", span)


def too_many_terms(span: Span) -> Diagnostic:
    return error("size-too-large", "this size has too many terms or digits to be computed with", span)


def bad_power(span: Span) -> Diagnostic:
    title = "a power in a size needs a fixed exponent, or a fixed base"
    return error("not-a-size", title, span, help="for example n^2 or 2^k")


def range_on_index(span: Span, label: str) -> Diagnostic:
    help = (
        f"an axis is as long for every {label}: pad to the longest, T, and sum over t in 1..L[{label}], "
        "or write `if .. then .. else ..`"
    )
    return error("range-depends-on-index", f"the range of an axis cannot depend on the index {label}", span, help=help)


def whole_family(name: str, labels: Sequence[str], span: Span) -> Diagnostic:
    title = f"{name} is a family of sizes, and one size is needed"
    return error("not-a-size", title, span, help=f"write a member of it: {name}[{', '.join(labels)}]")


def family_without_range(name: str, label: str, span: Span) -> Diagnostic:
    title = f"{name} is a family of sizes, and the range of {label} is missing"
    return error("unbounded-index", title, span, help=f"give the range: {name}[{label} in 0..L]")


def family_in_block(name: str, span: Span) -> Diagnostic:
    title = f"nothing fixes the sizes {name} of a layer"
    return error("unbound-size", title, span, help=f"make it a parameter: layer f({name} : m)")


def family_of_itself(name: str, span: Span) -> Diagnostic:
    title = f"the formula of the family {name} mentions {name} itself"
    help = f"declare {name} without a formula, and write: assume {name}[l] == .. for l in .."
    return error("not-a-size", title, span, help=help)


def ragged_axis(name: str, label: str, span: Span) -> Diagnostic:
    title = f"an axis is as long for every {label}, and {name}[{label}] is data"
    help = f"pad to the longest, and write {name}[{label}] as the end of a sum: sum[t in 1..{name}[{label}]] .."
    return error("range-depends-on-index", title, span, help=help)


def family_subscripts(name: str, wanted: int, count: int, span: Span) -> Diagnostic:
    indices = "1 index" if wanted == 1 else f"{wanted} indices"
    title = f"the family of sizes {name} has {indices}, and here are {count}"
    return error("not-a-size", title, span, help="write one subscript for each index")


def no_member(name: str, at: str, ends: tuple[Size, Size], span: Span) -> Diagnostic:
    title = f"{name}[{at}] does not exist: {name} runs over {ends[0]}..{ends[1]}"
    return error("out-of-bounds", title, span, f"{at} is outside")


def index_in_shape(span: Span, label: str) -> Diagnostic:
    return error("range-depends-on-index", f"a shape cannot depend on the index {label} here", span)
