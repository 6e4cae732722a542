"""The first walk over a spec: who declares which name.

Order does not matter in a spec, so all names are known before any expression is read.  Sizes come first (other
declarations need them), then tensors, then the names on left sides.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from shapecheck.graph import block_errors, errors
from shapecheck.graph.blocks import REPEAT, Definition
from shapecheck.graph.calls import block_named
from shapecheck.graph.errors import Rejected
from shapecheck.graph.literals import literal
from shapecheck.graph.measure import Measure
from shapecheck.graph.model import Debt, Dim, Entries, Family
from shapecheck.graph.nodes import Data, Index, Number
from shapecheck.graph.scope import Loop, Names, Scope
from shapecheck.graph.values import Values
from shapecheck.record import record
from shapecheck.sizes import Relation, Size, symbol
from shapecheck.syntax import tree
from shapecheck.syntax.walking import walk


@record
class Placed:
    """A statement that is not a block, and the `for` blocks around it."""

    statement: tree.Statement
    scope: Scope


def collect_dims(statements: tuple[tree.Statement, ...], names: Names) -> dict[str, Dim]:
    """All declared sizes; a derived size may mention those before it."""
    dims: dict[str, Dim] = {}
    for statement in statements:
        if isinstance(statement, tree.Dim):
            for declaration in statement.declarations:
                try:
                    dims[declaration.name] = _dim(declaration, names)
                except Rejected as rejected:
                    report(names, rejected, declaration.name)
    return dims


def _dim(declaration: tree.DimDeclaration, names: Names) -> Dim:
    name, span = declaration.name, declaration.span
    names.declare(name, span)
    measure = Measure(names, Scope(), names.debts)
    if name == "x":
        names.diagnostics.append(errors.size_named_x(span))
    value = names.bound.get(name) if declaration.value is None else measure.size(declaration.value)
    lower = 1 if declaration.lower is None else measure.size(declaration.lower).constant
    if lower is None:
        assert declaration.lower is not None
        raise Rejected(
            errors.not_a_size(declaration.lower.span, "a symbol as a lower bound", f"write: assume {name} >= ..")
        )
    names.sizes[name] = symbol(name) if value is None else value
    return Dim(name, lower, value, span)


def place(statements: tuple[tree.Statement, ...], names: Names, scope: Scope = Scope()) -> Iterator[Placed]:  # noqa: B008
    """All statements with the `for` blocks around them, in the order of the text."""
    for statement in statements:
        if not isinstance(statement, tree.For):
            yield Placed(statement, scope)
            continue
        try:
            inner = _enter(statement, names, scope)
        except Rejected as rejected:
            report(names, rejected)
            for name in _targets_below(statement):
                names.poisoned.add(name)
            continue
        yield from place(statement.body, names, inner)


def _enter(statement: tree.For, names: Names, scope: Scope) -> Scope:
    return scope.inside(loop_of(statement.binders, names, scope, statement))


def loop_of(binders: tuple[tree.Binder, ...], names: Names, scope: Scope, where: tree.Node) -> Loop:
    """The indices of a `for`, whose ranges are free of other indices."""
    indices: list[Index] = []
    for binder in binders:
        measure = Measure(names, scope.within(*indices), names.debts)
        if binder.range is None:
            raise Rejected(
                errors.bad_arguments(
                    "for", f"the index {binder.name} needs a range", binder.span, f"for {binder.name} in 1..T"
                )
            )
        indices.append(measure.index(binder, fixed=True))
    return Loop(tuple(indices), binders[0].span.to(binders[-1].span) if binders else where.span)


def _targets_below(statement: tree.For) -> Iterator[str]:
    for inner in statement.body:
        if isinstance(inner, tree.For):
            yield from _targets_below(inner)
        elif isinstance(inner, tree.Equation):
            yield from (target.name for target in inner.targets)


def collect_names(placed: list[Placed], names: Names) -> None:
    """Tensors, functions and blocks; the names of equations that nothing declares are local tensors."""
    for item in placed:
        try:
            _collect(item, names)
        except Rejected as rejected:
            report(names, rejected)
    for item in placed:
        if isinstance(item.statement, tree.Equation):
            for target in item.statement.targets:
                _collect_target(target, item, names)


def _collect(item: Placed, names: Names) -> None:
    match item.statement:
        case tree.Declaration(role, declared):
            _declare_all(role, declared, names)
        case tree.Layer(name) | tree.Function(name):
            if names.in_block:
                raise Rejected(block_errors.inner_block(name, item.statement.span))
            names.declare(name, item.statement.span)
        case tree.Import(_, imported):
            for one in imported:
                names.declare(one.alias or one.name, one.span)
        case tree.Equation() as equation:
            for stage in stages_below(equation.value):
                _collect_alias(stage, item, names)
        case tree.Dim() | tree.Assume() | tree.Signature() | tree.For() | tree.Claim() | tree.Test():
            return  # they name no tensor and no block (sizes have been collected)


def _collect_alias(stage: tree.Stage, item: Placed, names: Names) -> None:
    """`x -> f as c`: c is a tensor, and has parts."""
    assert stage.alias is not None
    names.declare(stage.alias, stage.span)
    names.paths.add(stage.alias)
    names.implicit.setdefault(stage.alias, item.scope.indices)
    names.families[stage.alias] = Family(stage.alias, "local", (), None, stage.span)


def stages_below(expression: tree.Expression) -> list[tree.Stage]:
    """The stages of all chains in an expression that have a name, in the order of the text."""
    found = [node for node in walk(expression) if isinstance(node, tree.Stage) and node.alias is not None]
    return sorted(found, key=lambda stage: stage.span.start)


def _declare_all(role: str, items: tuple[tree.Declared, ...], names: Names) -> None:
    """In a list a shape belongs to all names back to the previous shape."""
    written: tree.Declared | None = None
    families: list[tuple[tree.Declared, tree.Declared | None]] = []
    for item in reversed(items):
        written = item if item.annotation is not None else written
        families.append((item, written))
    for item, holder in reversed(families):
        try:
            names.declare(item.name, item.span)
            family = _family(role, item, None if holder is None else holder.annotation, names)
            names.families[item.name] = family if holder in (None, item) else replace(family, listed_with=holder.name)
        except Rejected as rejected:
            report(names, rejected, item.name)


def _family(role: str, item: tree.Declared, annotation: tree.Annotation | None, names: Names) -> Family:
    dots = names.in_block and role == "input"
    if item.leading and not dots:
        raise Rejected(block_errors.any_axes(item.span))
    loop = loop_of(item.binders, names, Scope(), item)
    measure = Measure(names, Scope(indices=loop.indices), names.debts)
    cell, axis_names, entries = annotate(annotation, measure, dots)
    if item.name in names.given:
        return _passed(item, loop.indices, cell, axis_names, entries, names)
    return Family(item.name, role, loop.indices, cell, item.span, entries, axis_names)


def _passed(
    item: tree.Declared,
    indices: tuple[Index, ...],
    cell: tuple[Size, ...] | None,
    axis_names: tuple[str | None, ...],
    entries: Entries | None,
    names: Names,
) -> Family:
    """An input of a block as it is passed: with the shape of what it is applied to, which the declared one must be."""
    shape = names.given[item.name]
    ranges = [(index.low, index.high) for index in indices]
    extents = tuple(high - low + 1 for low, high in ranges if low is not None and high is not None)
    if cell is not None:
        for declared, actual in zip((*extents, *cell), shape):
            if declared is not actual:
                names.debts.append(Debt(Relation("==", actual, declared), f"{item.name} as declared", item.span))
    named = (*(None for _ in indices), *axis_names) if axis_names else ()
    return Family(item.name, "input", (), shape, item.span, entries, named, indices)


def annotate(
    annotation: tree.Annotation | None, measure: Measure, dots: bool = False
) -> tuple[tuple[Size, ...] | None, tuple[str | None, ...], Entries | None]:
    """Cell shape, names of its axes and kind of entries, as written; `dots`: whether `...` may stand in front."""
    if annotation is None:
        return None, (), None
    entries = None if annotation.range is None else _entries(annotation.range, measure)
    if annotation.shape is None:
        return (), (), entries
    cell, axis_names = measure.shape(annotation.shape, dots)
    for size in cell:
        for index in measure.scope:
            if index.symbol in size.names:
                raise Rejected(errors.index_in_shape(annotation.shape.span, index.label))
    return cell, axis_names, entries


def _entries(written: tree.Range, measure: Measure) -> Entries:
    low, high = literal(written.low), literal(written.high)
    if (
        isinstance(low, Number)
        and isinstance(high, Number)
        and isinstance(low.value, float)
        and isinstance(high.value, float)
    ):
        return Entries(low.value, high.value, real=True)
    return Entries(measure.size(written.low), measure.size(written.high), real=False)


def _collect_target(target: tree.Target, item: Placed, names: Names) -> None:
    """A name on a left side: a local tensor unless declared; its first place is what messages point at."""
    if target.name in names.poisoned:
        return
    names.paths.add(target.name)
    if is_instance(item.statement, names):
        return
    names.implicit.setdefault(target.name, _implied_indices(target, item.scope))
    if target.name in names.families:
        return
    try:
        names.declare(target.name, target.span)
    except Rejected as rejected:
        report(names, rejected)
        return
    names.families[target.name] = Family(target.name, "local", (), None, target.span)
    _remember_constant(target, item, names)


def is_instance(statement: tree.Statement, names: Names) -> bool:
    """Whether an equation names a block: `cell = gru_cell(p)`."""
    match statement:
        case tree.Equation("plain", (target,), tree.Call(tree.Name(name))):
            if name in names.families or target.name in names.families:
                return False
            found = block_named(Values(names, Scope()), name)
            return isinstance(found, Definition) and not found.is_function and found is not REPEAT
        case _:
            return False  # only such an equation names a block


def _implied_indices(target: tree.Target, scope: Scope) -> tuple[Index, ...]:
    """The indices of the blocks around that the left side leaves out."""
    labels = {item.name for item in target.subscripts or () if isinstance(item, tree.Name)}
    return tuple(
        index for loop in scope.loops if not labels & {i.label for i in loop.indices} for index in loop.indices
    )


def _remember_constant(target: tree.Target, item: Placed, names: Names) -> None:
    equation = item.statement
    assert isinstance(equation, tree.Equation)
    if equation.form != "plain" or target.subscripts is not None or item.scope.indices or equation.binders:
        return
    try:
        value = literal(equation.value)
    except Rejected:  # told where the value is built
        return
    if isinstance(value, Number) and isinstance(value.value, int):
        names.constants[target.name] = value.value
    elif isinstance(value, Data) and len(value.shape) == 1 and all(isinstance(entry, int) for entry in value.values):
        names.constants[target.name] = tuple(int(entry) for entry in value.values)


def report(names: Names, rejected: Rejected, poisoned: str | None = None) -> None:
    """Keep the message, if it has not been given before; what rests on `poisoned` is not reported again."""
    if rejected.diagnostic is not None:
        names.diagnostics.append(rejected.diagnostic)
    if poisoned is not None:
        names.poisoned.add(poisoned)
