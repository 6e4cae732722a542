"""Mistakes in blocks and imports, as messages: definitions, arguments, applications, parts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from shapecheck.diagnostics.model import Diagnostic, Label
from shapecheck.graph.errors import error, index_noun
from shapecheck.source import Span
from shapecheck.syntax import tree
from shapecheck.syntax.print_expressions import print_expression

if TYPE_CHECKING:
    from shapecheck.graph.block_definitions import Definition


def any_axes(span: Span) -> Diagnostic:
    return error("not-supported", "`...` stands only in the inputs of a layer", span, help="write all axes out")


def not_applied(name: str, span: Span) -> Diagnostic:
    help = f"apply it: {name}(..)(x), or x -> {name}(..); or name it: cell = {name}(..)"
    return error("not-applied", f"{name} is a block that is not applied to anything", span, help=help)


def parameter_missing(definition: Definition, name: str, span: Span) -> Diagnostic:
    title = f"{definition.name}: the argument {name} is missing"
    also = _defined_here(definition)
    return error("bad-argument", title, span, also=also, help=f"{definition.name}({_parameters(definition)})")


def other_length(definition: Definition, name: str, count: int, found: int, span: Span) -> Diagnostic:
    """The error for a list of sizes that is longer or shorter than its parameter: `size : 2` and 3 x 3 x 3."""
    title = f"{definition.name}: {name} takes {_such_sizes(count)}; here {'is 1' if found == 1 else f'are {found}'}"
    return error("bad-argument", title, span, also=_defined_here(definition))


def no_sizes(definition: Definition, name: str, count: int, span: Span) -> Diagnostic:
    """The error for a word, a number that is no integer, or a block where a list of sizes is wanted."""
    title = f"{definition.name}: {name} takes {_such_sizes(count)}"
    return error("bad-argument", title, span, "this is no size", also=_defined_here(definition))


def no_length(name: str, span: Span) -> Diagnostic:
    """The error for a parameter whose shape is neither `: 2` nor `: m` with a name of its own."""
    title = f"the length of the list {name} is a number, or a name that no parameter has"
    return error("bad-argument", title, span, help=f"write {name} : 2, or {name} : m, where a call binds m")


def no_list(definition: Definition, name: str, span: Span) -> Diagnostic:
    """The error for one size, or a word, where a list of any length is wanted."""
    title = f"{definition.name}: {name} takes a list of sizes, as in [8, 4]"
    return error("bad-argument", title, span, "this is no list", also=_defined_here(definition))


def _such_sizes(count: int) -> str:
    if count == 1:
        return "1 size"
    return f"{count} sizes, as in {' x '.join('3' * count)}, or one for {'both' if count == 2 else 'all'}"


def input_in_parameters(definition: Definition, written: Sequence[tree.Argument], item: tree.Argument) -> Diagnostic:
    """The error for a tensor among the sizes and options of a layer: `dense(3, x)`."""
    others = ", ".join(print_expression(other) for other in written if other is not item)
    layer = f"{definition.name}({others})" if others else definition.name
    operand = print_expression(item.value)
    title = f"{operand} is a tensor, and {definition.name} is a layer: its parentheses hold sizes and options"
    label = "what it is applied to stands before `->`"
    also = _defined_here(definition)
    return error("not-a-size", title, item.span, label, also=also, help=f"write  {operand} -> {layer}")


def too_many_parameters(definition: Definition, count: int, span: Span) -> Diagnostic:
    takes = len(definition.parameters)
    title = f"{definition.name} takes {takes} {'argument' if takes == 1 else 'arguments'}, not {count}"
    help = f"{definition.name}({_parameters(definition)})(x): what it is applied to stands in parentheses of its own"
    return error("bad-argument", title, span, also=_defined_here(definition), help=help)


def too_many_inputs(definition: Definition, count: int, names: Iterable[str], span: Span) -> Diagnostic:
    known = list(names)
    noun = "input" if len(known) == 1 else "inputs"
    title = f"{definition.name} takes {len(known)} {noun}, not {count}"
    help = f"it takes {', '.join(known)}" if known else None
    return error("input-count", title, span, f"{count} values", also=_defined_here(definition), help=help)


def inputs_missing(definition: Definition, names: Iterable[str], span: Span) -> Diagnostic:
    missing = ", ".join(names)
    title = f"{definition.name}: nothing is passed for {missing}"
    also = _defined_here(definition)
    return error("input-count", title, span, also=also, help="several values stand in parentheses: (a, b) -> f")


def default_in_front(optional: tree.Declared, item: tree.Declared) -> Diagnostic:
    """An input that every call passes, behind one that a call may leave out."""
    title = f"the input {item.name} has no default and stands behind {optional.name}, which has one"
    also = (Label(optional.span, "this one may be left out", primary=False),)
    return error("misplaced-default", title, item.span, also=also, help="write inputs with a default last")


def default_mentions(name: str, stray: tree.Name) -> Diagnostic:
    """A default that mentions more than sizes, parameters and the inputs before it."""
    title = f"the default of {name} mentions {stray.name}"
    label = "a default mentions sizes, parameters and the inputs before it"
    help = f"compute it inside: give {name} no default, or write an equation for what takes its place"
    return error("misplaced-default", title, stray.span, label, help=help)


def _defined_here(definition: Definition) -> tuple[Label, ...]:
    written = definition.written
    if written is None:
        return ()
    start = written.span.start
    length = len("fn " if definition.is_function else "layer ") + len(definition.name)
    return (Label(Span(start, start + length), f"{definition.name} is defined here", primary=False),)


def _parameters(definition: Definition) -> str:
    return ", ".join(item.name if item.default is None else f"{item.name} = .." for item in definition.parameters)


def instance_indices(name: str, has: int, wants: int, span: Span) -> Diagnostic:
    if wants == 0:
        return error("index-count", f"{name} is one block, not a family of them", span)
    return error("index-count", f"{name} has {wants} {index_noun(wants)}, not {has}", span, help=f"write {name}[..](x)")


def given_in_argument(name: str, given: tree.Argument, span: Span) -> Diagnostic:
    """A block is passed to another one, and a weight is given to it."""
    title = f"{name} is passed on here, and a weight can be given only where a layer is applied"
    labels = [Label(span, f"{given.name} is given")]
    if given.span.start < span.start or span.end < given.span.end:
        labels.append(Label(given.span, "here", primary=False))
    help = f"apply it in an equation: h[k] = {name}(.., {given.name} = ..)(h[k-1]) for k in 1..n"
    return Diagnostic("bad-argument", title, tuple(labels), (), help)


def given_to_family(name: str, span: Span) -> Diagnostic:
    return error(
        "bad-argument",
        f"{name} is a family of blocks, to which no weights can be given",
        span,
        help="give them where it is applied: f(p, W = U[e])(x)",
    )


def not_a_stage(span: Span) -> Diagnostic:
    title = "repeat: the stage is a layer with its arguments"
    help = "write repeat(n, gru(p)): n sets of weights; or cell = gru(p), repeat(n, cell): one set"
    return error("bad-argument", title, span, help=help, notes=("a function becomes a layer by layer step() = relu",))


def several_outputs(name: str, outputs: Iterable[str], span: Span) -> Diagnostic:
    listed = list(outputs)
    help = f"take one, (..).{listed[0]}, or all: ({', '.join(listed)}) = .." if listed else None
    return error("output-count", f"{name} gives {len(listed)} values: {', '.join(listed)}", span, help=help)


def no_output(name: str, span: Span) -> Diagnostic:
    return error("output-count", f"{name} has no output", span, help="declare what it gives: output y")


def not_a_block(span: Span) -> Diagnostic:
    return error(
        "output-count",
        "several names in parentheses take the outputs of one block",
        span,
        help="(h, c) = lstm_cell(p)(x, h, c)",
    )


def output_count(name: str, outputs: int, targets: int, span: Span) -> Diagnostic:
    values = "value" if outputs == 1 else "values"
    return error("output-count", f"{name} gives {outputs} {values}, not {targets}", span)


def no_part(name: str, part: str, span: Span, near: str | None) -> Diagnostic:
    return error("no-such-part", f"{name} has no part {part}", span, help=f"did you mean {near}?" if near else None)


def no_block(name: str, span: Span) -> Diagnostic:
    title = f"{name} is no application of a block, so it has no parts"
    return error("no-such-part", title, span, help="name one: x -> f as c")


def unbound_size(definition: str, name: str, span: Span) -> Diagnostic:
    help = f"make {name} a parameter of the block, or an axis of one of its inputs"
    return error("unbound-size", f"nothing that {definition} is applied to fixes the size {name}", span, help=help)


def output_differs(name: str, span: Span) -> Diagnostic:
    return error("unequal-sizes", f"the members of the output {name} differ in shape, so it is no one value", span)


def calls_itself(name: str, span: Span) -> Diagnostic:
    advice = "repeat(n, stage) repeats a stage n times"
    return error("recursion", f"the block {name} applies itself", span, help=advice)


def nested_too_deep(name: str, span: Span) -> Diagnostic:
    advice = "write a long chain in one block, f -> g -> h, or repeat(n, stage)"
    return error("nested-too-deep", f"blocks are nested too deep to apply {name}", span, help=advice)


def inner_block(name: str, span: Span) -> Diagnostic:
    advice = "define blocks at the level of the file"
    return error("bad-block", f"{name} is defined inside of a block", span, help=advice)


def unchecked(name: str, shapeless: Sequence[str], span: Span) -> Diagnostic:
    """The error for a claim in a block that cannot be read alone; `shapeless` are its inputs without a shape."""
    if not shapeless:
        title = f"{name} takes a block, so this cannot be checked without an application"
        return error("unchecked-block", title, span, help=f"state it of an application of {name}")
    title = f"{name} takes {' and '.join(shapeless)} of any shape, so this cannot be checked without an application"
    help = f"give a shape, {shapeless[0]} : n, or {shapeless[0]} : scalar; or state it of an application of {name}"
    return error("unchecked-block", title, span, help=help)


def alias_in_claim(span: Span) -> Diagnostic:
    return error("bad-argument", "as: a stage gets its name in an equation, not here", span)


def no_import(title: str, span: Span, help: str | None = None) -> Diagnostic:
    return error("import", title, span, help=help)


def no_such_module(path: str, span: Span) -> Diagnostic:
    help = 'the library needs no import; a file is named in quotes: from "nn.shape" import dense'
    return error("import", f"there is no library {path}", span, help=help)


def not_imported(name: str, span: Span, near: str | None) -> Diagnostic:
    help = f"did you mean {near}?" if near else "only layers and functions can be imported"
    return error("import", f"there is no block {name} to import", span, help=help)


def imports_too_deep(most: int, span: Span) -> Diagnostic:
    title = f"more than {most} files import one another in a row"
    return error("import", title, span, help="import from the file in which the blocks are defined")


def import_circle(circle: str, span: Span) -> Diagnostic:
    return error(
        "import-circle",
        f"these files import each other: {circle}",
        span,
        help="move what both need into a file of its own",
    )


def last_axis(name: str, span: Span) -> Diagnostic:
    """The error for an axis given to a norm."""
    title = f"{name} has no argument axis"
    help = f"{name} runs along the last axis; for another one write an equation with an index"
    return error("bad-argument", title, span, help=help)
