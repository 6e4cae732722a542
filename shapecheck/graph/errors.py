"""What can be wrong in the naming and the form of a spec, in words."""

from __future__ import annotations

from collections.abc import Iterable

from shapecheck.diagnostics.model import Diagnostic, Label, Level
from shapecheck.source import Span

NO_CLOSED_FORM = "no-closed-form"


class Rejected(Exception):
    """Leaves the statement being read; carries what to report (None: its cause has been reported already).

    Never leaves `shapecheck.graph.build`.
    """

    def __init__(self, diagnostic: Diagnostic | None = None) -> None:
        super().__init__()
        self.diagnostic = diagnostic


def error(
    code: str,
    title: str,
    span: Span,
    label: str = "",
    *,
    help: str | None = None,
    notes: Iterable[str] = (),
    also: tuple[Label, ...] = (),
) -> Diagnostic:
    return Diagnostic(code, title, (Label(span, label), *also), tuple(notes), help)


def undeclared(name: str, span: Span, nearest: str | None, use: str) -> Diagnostic:
    """`use` is what the name would have to be: `a tensor`, `a size`, `a function`."""
    suggestion = f"did you mean {nearest}?" if nearest else f"declare it: {_declaration(name, use)}"
    return error("undeclared-name", f"the name {name} is not declared", span, f"not {use} known here", help=suggestion)


def _declaration(name: str, use: str) -> str:
    if use == "a size":
        return f"dim {name}"
    return f"input {name}, weight {name}, or an equation {name} = .."


def index_out_of_scope(name: str, span: Span, help: str) -> Diagnostic:
    return error("undeclared-name", f"the index {name} is not bound here", span, "outside of what binds it", help=help)


def binds_it(name: str, summed: bool, in_claim: bool, members: str = "") -> str:
    """The help for an index that nothing binds; `members` is how far it runs, where that is known."""
    if summed:
        return f"a big operator reaches over one product: put the rest in parentheses, sum[{name}] (.. + ..)"
    if in_claim:
        return f"say for which the claim is made: add `for {name} in {members or '0..n-1'}`"
    return f"put it on the left side, y[{name}] = .. , or sum over it, sum[{name}] .."


def subscript_as_underscore(name: str, base: str, index: str, span: Span) -> Diagnostic:
    return error(
        "undeclared-name",
        f"{name} is one plain name: it has no index {index}",
        span,
        "one plain name",
        help=f"did you mean {base}[{index}]?",
    )


def defined_twice(name: str, span: Span, first: Span, what: str = "defined") -> Diagnostic:
    return error(
        "defined-twice",
        f"{name} is {what} twice",
        span,
        "second time here",
        also=(Label(first, "first here", primary=False),),
        help="every name is defined once; rename one of them",
    )


def shadows(name: str, span: Span, first: Span) -> Diagnostic:
    return error(
        "shadowed-name",
        f"the index {name} has the name of something else",
        span,
        "bound here",
        also=(Label(first, f"{name} is this already", primary=False),),
        help="choose another name for the index",
    )


def reserved_name(name: str, span: Span) -> Diagnostic:
    return error(
        "reserved-name", f"{name} has a meaning of its own and cannot be defined", span, help="choose another name"
    )


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
    return error(
        "not-a-size", f"{what} cannot stand in a size", span, "a size is made of sizes, indices and integers", help=help
    )


def tensor_as_size(name: str, span: Span, declared: Span) -> Diagnostic:
    return error(
        "not-a-size",
        f"{name} is a tensor, not a size",
        span,
        "a size is wanted here",
        also=(Label(declared, "declared here", primary=False),),
    )


def one_number(name: str, span: Span) -> Diagnostic:
    return error(
        "not-a-size",
        f"{name} is one number, and one for each axis is needed",
        span,
        "an entry of it is read here",
        help="write one for each axis, such as 3 x 3",
    )


def several_numbers(name: str, span: Span) -> Diagnostic:
    return error("not-a-size", f"{name} has several numbers, and one is needed", span, help="write one number")


def not_a_truth(span: Span) -> Diagnostic:
    return error(
        "not-a-condition",
        "a condition is wanted here",
        span,
        "this is not true or false",
        help="compare two sides, for example H >= M",
    )


def unknown_function(name: str, span: Span, help: str | None) -> Diagnostic:
    return error("unknown-function", f"there is no function {name}", span, help=help)


def word_as_size(name: str, span: Span) -> Diagnostic:
    return error(
        "not-a-size",
        f"{name} is a word for padding, and no number",
        span,
        help=f"let it stand alone, pad = {name}, or write numbers in its place",
    )


def tensor_called(name: str, span: Span) -> Diagnostic:
    return error(
        "unknown-function",
        f"{name} is a tensor, not a function",
        span,
        help=f"for a product write {name} * (..) or {name} @ (..)",
    )


def bad_arguments(function: str, why: str, span: Span, help: str | None = None) -> Diagnostic:
    return error("bad-argument", f"{function}: {why}", span, help=help)


def unknown_option(
    function: str, name: str, span: Span, nearest: str | None, known: Iterable[str], form: str | None = None
) -> Diagnostic:
    """`form` is what to write instead, where it is known."""
    names = ", ".join(known)
    near = f"did you mean {nearest}?" if nearest else f"it takes {names}" if names else None
    return error("bad-argument", f"{function} has no argument {name}", span, help=f"write  {form}" if form else near)


def ragged(span: Span, row: int, has: int, first: int) -> Diagnostic:
    return error(
        "ragged-table",
        f"row {row} has {has} entries, the first row has {first}",
        span,
        f"{has} entries",
        help="give every row the same number of entries",
    )


def bad_table_entry(text: str, span: Span) -> Diagnostic:
    return error("bad-table", f"'{text}' in the table is not a number", span)


def empty_table(span: Span) -> Diagnostic:
    return error("bad-table", "the table has no entries", span)


def partial_indices(name: str, missing: str, span: Span, block: Span) -> Diagnostic:
    return error(
        "partial-indices",
        f"{name} names some indices of its for block but not {missing}",
        span,
        also=(Label(block, "all of these, or none", primary=False),),
        help=f"put {missing} among the subscripts of {name}, or leave all of them out",
    )


def bad_left_subscript(span: Span) -> Diagnostic:
    return error(
        "bad-left-side",
        "a subscript on the left is an index or a fixed size",
        span,
        help="move the arithmetic to the right side: h[t] = .. h[t-1] in place of h[t+1] = .. h[t]",
    )


def tensor_on_left(name: str, span: Span) -> Diagnostic:
    return error(
        "bad-left-side",
        f"{name} is a tensor and cannot be an index on the left",
        span,
        help="choose another name for the index",
    )


def arity_differs(name: str, has: int, span: Span, other: int, first: Span) -> Diagnostic:
    return error(
        "index-count",
        f"{name} has {has} {index_noun(has)} here and {other} elsewhere",
        span,
        f"{has} {index_noun(has)}",
        also=(Label(first, f"{other} {index_noun(other)}", primary=False),),
    )


def index_noun(count: int) -> str:
    return "index" if count == 1 else "indices"


def too_many_subscripts(name: str, has: int, axes: int, span: Span) -> Diagnostic:
    return error(
        "index-count", f"{name} has {axes} {'axis' if axes == 1 else 'axes'}, not {has}", span, f"{has} subscripts"
    )


def given_is_defined(name: str, role: str, span: Span, declared: Span) -> Diagnostic:
    return error(
        "defined-twice",
        f"{name} is declared as {role} and defined by an equation",
        span,
        "defined here",
        also=(Label(declared, f"its values come from outside: {role}", primary=False),),
        help=f"drop {name} from the declaration, or give the equation another name",
    )


def never_defined(name: str, span: Span) -> Diagnostic:
    return error("never-defined", f"the output {name} is never defined", span, help=f"write an equation {name} = ..")


def switched_off(name: str, span: Span) -> Diagnostic:
    return error(
        "switched-off", f"{name} does not exist here", span, "it is asked for here",
        notes=("no equation reads it, for these values of the parameters",),
        help=f"let an equation use {name}, or take it out of the claim",
    )  # fmt: skip


def range_on_index(span: Span, label: str) -> Diagnostic:
    return error(
        "range-depends-on-index",
        f"the range of an axis cannot depend on the index {label}",
        span,
        help=f"take the largest range and `if .. then .. else ..`, or a big operator, whose range may end at {label}",
    )


def index_in_shape(span: Span, label: str) -> Diagnostic:
    return error("range-depends-on-index", f"a shape cannot depend on the index {label} here", span)


def column_of_functions(span: Span) -> Diagnostic:
    return error(
        "bad-column",
        "a column of functions needs a column of as many names on the left",
        span,
        help="[a; b] = [sigm; tanh](e)",
    )


def wrong_data(name: str, why: str, span: Span) -> Diagnostic:
    return error("bad-test", f"the test gives data for {name}, {why}", span)


def bad_test_size(name: str, span: Span, nearest: str | None) -> Diagnostic:
    return error(
        "bad-test",
        f"the test sets {name}, which is not a free size",
        span,
        help=f"did you mean {nearest}?" if nearest else None,
    )


def test_size_value(name: str, span: Span) -> Diagnostic:
    return error("bad-test", f"{name} must be set to an integer", span)


def test_misses(test: str, names: Iterable[str], span: Span) -> Diagnostic:
    missing = ", ".join(names)
    return error(
        "bad-test",
        f"the test {test} leaves {missing} open",
        span,
        "sets some sizes, not all",
        help=f"add {missing} to the header: test {test}(.., {' = .., '.join(missing.split(', '))} = ..)",
    )


def not_in_test(what: str, span: Span) -> Diagnostic:
    return error("bad-test", f"{what} cannot stand in a test", span, help="a test holds data (I = [..]) and claims")


def bad_expect(word: str, span: Span, nearest: str | None) -> Diagnostic:
    return error(
        "bad-expect",
        f"a claim cannot be expected to be {word}",
        span,
        help=f"did you mean {nearest}?" if nearest else "one of proved, refuted, tested, unknown",
    )


def contradictory(span: Span) -> Diagnostic:
    return error("contradictory-assumption", "no sizes meet this assumption together with those before it", span)


def mixed_numbering(span: Span) -> Diagnostic:
    return error(
        "mixed-numbering",
        "this axis is numbered in two ways, so a subscript of it is not clear",
        span,
        "its operands start counting at different indices",
        help="give the result an index of its own: y[t] = a[t] + b[t-1] for t in 1..T",
    )


def size_too_large(span: Span) -> Diagnostic:
    title = "this size is too deeply nested to be worked with"
    return error("size-too-large", title, span, help="nest it less deeply")


def integer_too_large(span: Span) -> Diagnostic:
    return error(
        "number-too-large",
        "an integer in a value has at most 63 bits",
        span,
        help="write it as a real: 1.0e20",
    )


def real_too_large(span: Span) -> Diagnostic:
    return error("number-too-large", "a real in a value is below 1.8e308", span, help="write `inf` if that is meant")


def real_not_held(held: str, span: Span) -> Diagnostic:
    title = f"this real has more digits than a run can hold, and would be taken for {held}"
    return error("number-too-large", title, span, help=f"write {held} if that is meant")


def too_deep(span: Span, axes: int, most: int) -> Diagnostic:
    return error("too-many-axes", f"this list has {axes} axes, and {most} are the most", span)


def no_closed_form(span: Span) -> Diagnostic:
    return error(NO_CLOSED_FORM, "this sum has no closed form, so it cannot stand in a size", span)


def division_by(span: Span) -> Diagnostic:
    return error("bad-division", "a size cannot be divided by this: it is not at least 1", span)


def too_many_terms(span: Span) -> Diagnostic:
    return error("size-too-large", "this size has too many terms or digits to be computed with", span)


def bad_power(span: Span) -> Diagnostic:
    return error(
        "not-a-size", "a power in a size needs a fixed exponent, or a fixed base", span, help="for example n^2 or 2^k"
    )
