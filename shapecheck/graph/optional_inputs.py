"""Inputs with a default, `input h0 : [..., p] = zeros(p)`: the statements of a layer to which some are not passed.

In: the statements of a layer, and the names of the inputs that a call leaves out.  Out: the statements in which each of
them is a tensor with its shape and the equation `h0 = zeros(p)`, for one example.  A size that only such inputs fix is
the size of the axis of the default.  `misplaced` lists what is wrong with the defaults as they are written.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from shapecheck.diagnostics.model import Diagnostic
from shapecheck.graph import block_errors
from shapecheck.source import Span
from shapecheck.syntax import tree
from shapecheck.syntax.walking import walk

Written = tuple[tree.Declared, tree.Annotation | None]
"""A declared input, with the shape that belongs to it."""
ENTRY_BY_ENTRY = frozenset({"+", "-", ".*", "./"})
FILLED = frozenset({"zeros", "ones", "full"})


def without_inputs(
    statements: Sequence[tree.Statement], inputs: Sequence[Written], left_out: Collection[str]
) -> tuple[tree.Statement, ...]:
    """The statements of a layer without these inputs, and without its claims and tests."""
    found: list[tree.Statement] = list(_sizes(statements, inputs, left_out))
    for statement in statements:
        match statement:
            case tree.Declaration("input"):
                found += _declarations(statement, dict(_by_name(inputs)), left_out)
            case tree.Dim() | tree.Claim() | tree.Test():
                pass
            case _:
                found.append(statement)
    return tuple(found)


def _by_name(inputs: Sequence[Written]) -> Iterator[tuple[str, Written]]:
    return ((item.name, (item, annotation)) for item, annotation in inputs)


def _declarations(
    statement: tree.Declaration, inputs: Mapping[str, Written], left_out: Collection[str]
) -> Iterator[tree.Statement]:
    """The inputs of one list that are passed, then the others with their equations."""
    items = [replace(item, annotation=inputs[item.name][1]) for item in statement.items]
    passed = tuple(item for item in items if item.name not in left_out)
    if passed:
        yield replace(statement, items=passed)
    for item in items:
        if item.name in left_out and item.default is not None:
            own = replace(item, leading=False, annotation=_one_example(item.annotation), default=None)
            yield replace(statement, role="local", items=(own,))
            target = tree.Target(item.name, None, None, span=item.span)
            yield tree.Equation("plain", (target,), item.default, (), span=item.span)


def _one_example(annotation: tree.Annotation | None) -> tree.Annotation | None:
    """The shape without the axes in front that a layer is mapped over."""
    if annotation is None or annotation.shape is None:
        return annotation
    axes = tuple(axis for axis in annotation.shape.axes if axis.size is not None)
    return replace(annotation, shape=replace(annotation.shape, axes=axes))


# ---- sizes that only an input with a default fixes -----------------------------------------------


def _sizes(
    statements: Sequence[tree.Statement], inputs: Sequence[Written], left_out: Collection[str]
) -> Iterator[tree.Dim]:
    """The declared sizes: those that what is passed fixes, those that defaults fix, and the derived ones."""
    dims = [item for statement in statements if isinstance(statement, tree.Dim) for item in statement.declarations]
    passed = _names(axis for item, shape in inputs if item.name not in left_out for axis in axes_written(item, shape))
    fixed = {item.name: item.name in passed for item in dims if item.value is None and not item.binders}
    defaults: list[tree.DimDeclaration] = []
    by_name = dict(_by_name(inputs))
    for item, shape in inputs:
        if item.name in left_out and item.default is not None:
            for name, value in _solved(axes_written(item, shape), _axes_of(item.default, by_name) or ()):
                if fixed.get(name) is False:
                    fixed[name] = True
                    defaults.append(tree.DimDeclaration(name, None, value, span=_span(dims, name)))
    solved = {item.name for item in defaults}
    free = [item for item in dims if item.value is None and not item.binders and item.name not in solved]
    for declarations in (free, defaults, [item for item in dims if item.value is not None]):
        if declarations:
            yield tree.Dim(tuple(declarations), span=declarations[0].span)


def _span(dims: Sequence[tree.DimDeclaration], name: str) -> Span:
    return next(item.span for item in dims if item.name == name)


def _names(axes: Iterator[tree.Expression]) -> set[str]:
    return {node.name for axis in axes for node in walk(axis) if isinstance(node, tree.Name)}


def axes_written(item: tree.Declared, annotation: tree.Annotation | None) -> list[tree.Expression]:
    """The sizes of the axes of an input for one example."""
    axes = [_extent(binder.range) for binder in item.binders if binder.range is not None]
    written = () if annotation is None or annotation.shape is None else annotation.shape.axes
    return axes + [axis.size for axis in written if axis.size is not None]


def _extent(range: tree.Range) -> tree.Expression:
    """The number of members of a range."""
    match range:
        case tree.Range(tree.Integer(1), high):
            return high
        case tree.Range(tree.Integer(0), tree.Binary("-", high, tree.Integer(1))):
            return high
        case tree.Range(low, high):
            one = tree.Integer(1, span=range.span)
            less = tree.Binary("-", high, low, span=range.span)
            return tree.Binary("+", less, one, span=range.span)


def _axes_of(value: tree.Expression, inputs: Mapping[str, Written]) -> list[tree.Expression] | None:
    """The sizes of the axes of a default, as far as its text says them."""
    match value:
        case tree.Name(name) if name in inputs:
            return axes_written(*inputs[name])
        case tree.Call(tree.Name(name), (tree.Argument(_, shape), *_)) if name in FILLED:
            return list(shape.items) if isinstance(shape, tree.Sizes) else [shape]
        case tree.Binary(operator, left, right) if operator in ENTRY_BY_ENTRY:
            return _axes_of(left, inputs) or _axes_of(right, inputs)
        case tree.Binary("*", left, right):
            return _axes_of(left, inputs) or _axes_of(right, inputs)
        case tree.Minus(operand) | tree.Coefficient(_, operand):
            return _axes_of(operand, inputs)
        case _:
            return None


def _solved(
    declared: Sequence[tree.Expression], actual: Sequence[tree.Expression]
) -> Iterator[tuple[str, tree.Expression]]:
    """The axes that are declared as a size alone, with their sizes in the default."""
    if len(declared) == len(actual):
        for axis, size in zip(declared, actual):
            if isinstance(axis, tree.Name) and axis != size:
                yield axis.name, size


# ---- what is wrong with defaults -----------------------------------------------------------------


def misplaced(statements: Sequence[tree.Statement], inputs: Sequence[Written]) -> Iterator[Diagnostic]:
    """Defaults in front of inputs without one, and defaults that mention what is not known before them."""
    later = {item.name for item, _ in inputs} | set(_computed(statements))
    optional: tree.Declared | None = None
    for item, _ in inputs:
        if item.default is None and optional is not None:
            yield block_errors.default_in_front(optional, item)
        if item.default is not None:
            optional = item
            named = (node for node in walk(item.default) if isinstance(node, tree.Name))
            stray = next((node for node in named if node.name in later), None)
            if stray is not None:
                yield block_errors.default_mentions(item.name, stray)
        later.discard(item.name)


def _computed(statements: Sequence[tree.Statement]) -> Iterator[str]:
    """The names of weights, buffers, outputs and of what equations define."""
    for statement in statements:
        match statement:
            case tree.Declaration(role, items) if role != "input":
                yield from (item.name for item in items)
            case tree.Equation(_, targets):
                yield from (target.name for target in targets)
            case tree.For():
                yield from _computed(statement.body)
            case _:
                pass
