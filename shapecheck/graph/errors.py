"""Mistakes in the names and the form of a spec, as messages; `Rejected` carries one out of the statement."""

from __future__ import annotations

from collections.abc import Iterable

from shapecheck.diagnostics.model import Diagnostic, Label
from shapecheck.source import Span


class Rejected(Exception):
    """Leaves the statement that is read; carries the message, None if its cause has been reported already."""

    def __init__(self, diagnostic: Diagnostic | None = None) -> None:
        super().__init__()
        self.diagnostic = diagnostic


class NotFixed(Rejected):
    """A static argument depends on an index that is not fixed yet."""


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


def column_of_functions(span: Span) -> Diagnostic:
    return error(
        "bad-column",
        "a column of functions needs a column of as many names on the left",
        span,
        help="[a; b] = [sigm; tanh](e)",
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
