"""Mistakes in the names and the form of a spec, as messages; `Rejected` carries one out of the statement."""

from __future__ import annotations

from collections.abc import Iterable

from shapecheck.diagnostics.model import Diagnostic, Label
from shapecheck.source import Span
from shapecheck.syntax import tree
from shapecheck.syntax.print_expressions import print_expression


def declared_and_defined(role: str, item: tree.Declared) -> Diagnostic:
    """An input with a value that stands in no block, or a weight, a buffer or an output with one."""
    assert item.default is not None, "this is about what stands behind `=`"
    value = print_expression(item.default)
    help = f"write  {role} {item.name}  for values from outside, or  {item.name} = {value}  for an equation"
    return error("declared-and-defined", f"'{role}' declares, and '=' defines", item.default.span, help=help)


def assumption_in_block(span: Span) -> Diagnostic:
    title = "an assumption on entries stands in a file, not in a layer"
    return error(
        "not-a-size", title, span, "this is no condition on sizes", help="assume it where the input is declared"
    )


def assumption_on_computed(name: str, span: Span) -> Diagnostic:
    title = f"an assumption speaks of sizes, inputs and buffers, and {name} is neither"
    return error("not-given", title, span, help=f"claim it: claim .. {name} ..")


def gradient_to_come(span: Span) -> Diagnostic:
    """The error for `grad(L, W)`, which is planned."""
    meaning = "grad(L, W) will be the derivative of the number L in every entry of W, with the shape of W"
    return error("not-supported", "grad cannot be used yet", span, meaning)


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
    """An error at one place; `also` labels further places."""
    return Diagnostic(code, title, (Label(span, label), *also), tuple(notes), help)


def undeclared(name: str, span: Span, nearest: str | None, use: str) -> Diagnostic:
    """The error for an undeclared name; `use` is what is needed there: `a tensor`, `a size`, `a function`."""
    if name == "None" and use == "a size":
        return error("undeclared-name", "every axis has a size", span, help="declare a size for it:  dim N")
    suggestion = f"did you mean {nearest}?" if nearest else f"declare it: {_declaration(name, use)}"
    return error("undeclared-name", f"the name {name} is not declared", span, f"not {use} known here", help=suggestion)


def no_tensor(name: str, span: Span) -> Diagnostic:
    """The error for the name of a block, a size or a parameter where a tensor is wanted."""
    help = f"if {name} is a layer, name what an application of it gives: y = x -> {name}, then y.{name}.params"
    return error("undeclared-name", f"{name} is no tensor", span, "a tensor is needed here", help=help)


def _declaration(name: str, use: str) -> str:
    if use == "a size":
        return f"dim {name}"
    return f"input {name}, weight {name}, or an equation {name} = .."


def index_out_of_scope(name: str, span: Span, help: str) -> Diagnostic:
    return error("undeclared-name", f"the index {name} is not bound here", span, "outside of what binds it", help=help)


def binds_it(name: str, operator: str | None, in_claim: bool, members: str = "") -> str:
    """The help for an index that nothing binds, or only a big operator before; `members` is its range, if known."""
    if operator is not None:
        return f"a big operator reaches over one product: put the rest in parentheses, {operator}[{name}] (.. + ..)"
    if in_claim:
        return f"say for which the claim is made: add `for {name} in {members or '0..n-1'}`"
    return f"put it on the left side, y[{name}] = .. , or sum over it, sum[{name}] .."


def subscript_as_underscore(name: str, base: str, index: str, span: Span) -> Diagnostic:
    title = f"{name} is one plain name: it has no index {index}"
    return error("undeclared-name", title, span, "one plain name", help=f"did you mean {base}[{index}]?")


def defined_twice(name: str, span: Span, first: Span, what: str = "defined") -> Diagnostic:
    also = (Label(first, "first here", primary=False),)
    help = "every name is defined once; rename one of them"
    return error("defined-twice", f"{name} is {what} twice", span, "second time here", also=also, help=help)


def shadows(name: str, span: Span, first: Span) -> Diagnostic:
    title = f"the index {name} has the name of something else"
    also = (Label(first, f"{name} is this already", primary=False),)
    return error("shadowed-name", title, span, "bound here", also=also, help="choose another name for the index")


def reserved_name(name: str, span: Span) -> Diagnostic:
    title = f"{name} has a meaning of its own and cannot be defined"
    return error("reserved-name", title, span, help="choose another name")


def not_a_truth(span: Span) -> Diagnostic:
    help = "compare two sides, for example H >= M"
    return error("not-a-condition", "a condition is wanted here", span, "this is not true or false", help=help)


def end_of_unknown_range(name: str | None, span: Span) -> Diagnostic:
    """The error for an end of a range that is data; `name` is a tensor in it that does not say what it holds."""
    title = "the end of a range is a size, or data that says which integers it holds"
    help = None if name is None else f"say it where {name} is declared or defined: {name} in 0..9"
    return error("unknown-data", title, span, "the greatest value of this is not known", help=help)


def unknown_function(name: str, span: Span, help: str | None) -> Diagnostic:
    return error("unknown-function", f"there is no function {name}", span, help=help)


def tensor_called(name: str, span: Span) -> Diagnostic:
    title = f"{name} is a tensor, not a function"
    return error("unknown-function", title, span, help=f"for a product write {name} * (..) or {name} @ (..)")


def bad_arguments(function: str, why: str, span: Span, help: str | None = None) -> Diagnostic:
    return error("bad-argument", f"{function}: {why}", span, help=help)


def unknown_option(
    function: str, name: str, span: Span, nearest: str | None, known: Iterable[str], form: str | None = None
) -> Diagnostic:
    """The error for an option that the function does not have; `form` is what to write instead, if known."""
    names = ", ".join(known)
    near = f"did you mean {nearest}?" if nearest else f"it takes {names}" if names else None
    return error("bad-argument", f"{function} has no argument {name}", span, help=f"write  {form}" if form else near)


def partial_indices(name: str, missing: str, span: Span, block: Span) -> Diagnostic:
    title = f"{name} names some indices of its for block but not {missing}"
    also = (Label(block, "all of these, or none", primary=False),)
    help = f"put {missing} among the subscripts of {name}, or leave all of them out"
    return error("partial-indices", title, span, also=also, help=help)


def bad_left_subscript(span: Span) -> Diagnostic:
    help = "move the arithmetic to the right side: h[t] = .. h[t-1] in place of h[t+1] = .. h[t]"
    return error("bad-left-side", "a subscript on the left is an index or a fixed size", span, help=help)


def two_ranges(name: str, span: Span, first: Span) -> Diagnostic:
    """The error for a tensor whose entries are said to lie in two ranges."""
    also = (Label(first, "and another one here", primary=False),)
    help = "write one range that holds all of its entries"
    return error("bad-left-side", f"{name} has two ranges", span, "this is one", help=help, also=also)


def tensor_on_left(name: str, span: Span) -> Diagnostic:
    title = f"{name} is a tensor and cannot be an index on the left"
    return error("bad-left-side", title, span, help="choose another name for the index")


def arity_differs(name: str, has: int, span: Span, other: int, first: Span) -> Diagnostic:
    title = f"{name} has {has} {index_noun(has)} here and {other} elsewhere"
    label = f"{has} {index_noun(has)}"
    return error("index-count", title, span, label, also=(Label(first, f"{other} {index_noun(other)}", primary=False),))


def index_noun(count: int) -> str:
    return "index" if count == 1 else "indices"


def too_many_subscripts(name: str, has: int, axes: int, span: Span) -> Diagnostic:
    title = f"{name} has {axes} {'axis' if axes == 1 else 'axes'}, not {has}"
    return error("index-count", title, span, f"{has} subscripts")


def given_is_defined(name: str, role: str, span: Span, declared: Span) -> Diagnostic:
    title = f"{name} is declared as {role} and defined by an equation"
    also = (Label(declared, f"its values come from outside: {role}", primary=False),)
    help = f"drop {name} from the declaration, or give the equation another name"
    return error("defined-twice", title, span, "defined here", also=also, help=help)


def never_defined(name: str, span: Span) -> Diagnostic:
    return error("never-defined", f"the output {name} is never defined", span, help=f"write an equation {name} = ..")


def column_of_functions(span: Span) -> Diagnostic:
    title = "a column of functions needs a column of as many names on the left"
    return error("bad-column", title, span, help="[a; b] = [sigm; tanh](e)")


def contradictory(span: Span) -> Diagnostic:
    return error("contradictory-assumption", "no sizes meet this assumption together with those before it", span)


def mixed_numbering(span: Span) -> Diagnostic:
    title = "this axis is numbered in two ways, so a subscript of it is not clear"
    help = "give the result an index of its own: y[t] = a[t] + b[t-1] for t in 1..T"
    return error("mixed-numbering", title, span, "its operands start counting at different indices", help=help)
