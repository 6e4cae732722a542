"""The first pass over a spec: all names that it declares.

In: the statements.  Out: `Names`, filled with sizes first (other declarations need them), then tensors, then the names
on left sides.
"""

from __future__ import annotations

from dataclasses import replace

from shapecheck.graph import block_errors, errors, size_errors
from shapecheck.graph.block_definitions import REPEAT, Definition
from shapecheck.graph.errors import Rejected
from shapecheck.graph.expressions.callees import block_named
from shapecheck.graph.expressions.complete_reading import reading_at
from shapecheck.graph.expressions.declared_names import Names
from shapecheck.graph.expressions.literals import literal
from shapecheck.graph.expressions.scope import Scope
from shapecheck.graph.expressions.written_shapes import Annotated, annotated, entries_of
from shapecheck.graph.model import Debt, Dim, Family
from shapecheck.graph.nodes import Data, Index, Number
from shapecheck.graph.statements.for_blocks import Placed, loop_of
from shapecheck.graph.statements.size_families import lower_bound, size_family
from shapecheck.sizes import Relation, Size, symbol
from shapecheck.syntax import tree
from shapecheck.syntax.walking import walk

# ---- sizes ---------------------------------------------------------------------------------------


def collect_dims(statements: tuple[tree.Statement, ...], names: Names) -> dict[str, Dim]:
    """All declared sizes; a derived size may mention those before it."""
    dims: dict[str, Dim] = {}
    for statement in statements:
        if isinstance(statement, tree.Dim):
            for declaration in statement.declarations:
                try:
                    made = size_family(declaration, names) if declaration.binders else (_dim(declaration, names),)
                    dims.update((dim.name, dim) for dim in made)
                except Rejected as rejected:
                    names.report(rejected, declaration.name)
    return dims


def _dim(declaration: tree.DimDeclaration, names: Names) -> Dim:
    name, span = declaration.name, declaration.span
    names.declare(name, span)
    if name == "x":
        names.diagnostics.append(size_errors.size_named_x(span))
    value = _derived(declaration, names)
    lower = lower_bound(declaration, reading_at(names))
    names.sizes[name] = symbol(name) if value is None else value
    return Dim(name, lower, value, span)


def _derived(declaration: tree.DimDeclaration, names: Names) -> Size | None:
    """The value of a derived size, or of a block's size that the shapes passed to it fix."""
    if declaration.value is not None:
        return reading_at(names).size(declaration.value)
    return None if names.block is None else names.block.bound.get(declaration.name)


# ---- tensors -------------------------------------------------------------------------------------


def collect_names(placed: list[Placed], names: Names) -> None:
    """Tensors, functions and blocks; the names of equations that nothing declares are local tensors."""
    for item in placed:
        if isinstance(item.statement, tree.Equation):
            for target in item.statement.targets:
                _remember_constant(target, item, names)
    for item in placed:
        try:
            _collect(item, names)
        except Rejected as rejected:
            names.report(rejected)
    equations = [item for item in placed if isinstance(item.statement, tree.Equation)]
    written = [(target, item) for item in equations for target in _targets(item.statement)]
    names.left_sides.update(target.name for target, _ in written)
    for target, item in written:
        _collect_target(target, item, names)
    for item in placed:
        if isinstance(item.statement, tree.Signature) and item.statement.target.name in names.families:
            _state_range(item.statement.target, names)


def _targets(statement: tree.Statement) -> tuple[tree.Target, ...]:
    return statement.targets if isinstance(statement, tree.Equation) else ()


def _collect(item: Placed, names: Names) -> None:
    match item.statement:
        case tree.Declaration(role, declared):
            _declare_all(role, declared, names)
        case tree.Layer(name) | tree.Function(name):
            if names.block is not None:
                raise Rejected(block_errors.inner_block(name, item.statement.span))
            names.declare(name, item.statement.span)
        case tree.Import(_, imported):
            for one in imported:
                names.declare(one.alias or one.name, one.span)
        case tree.Equation() as equation:
            for stage in _named_stages(equation.value):
                _collect_alias(stage, item, names)
        case tree.Dim() | tree.Assume() | tree.Signature() | tree.For() | tree.Claim() | tree.Test():
            return  # they name no tensor and no block (sizes have been collected)


def _collect_alias(stage: tree.Stage, item: Placed, names: Names) -> None:
    """Record the name of a stage, `x -> f as c`: a tensor that has parts."""
    assert stage.alias is not None
    names.declare(stage.alias, stage.span)
    names.paths.add(stage.alias)
    names.implicit.setdefault(stage.alias, item.scope.indices)
    names.families[stage.alias] = Family(stage.alias, "local", (), None, stage.span)


def _named_stages(expression: tree.Expression) -> list[tree.Stage]:
    """The stages of all chains in an expression that have a name, in the order of the text."""
    found = [node for node in walk(expression) if isinstance(node, tree.Stage) and node.alias is not None]
    return sorted(found, key=lambda stage: stage.span.start)


def _declare_all(role: str, items: tuple[tree.Declared, ...], names: Names) -> None:
    """The tensors of one list; a shape belongs to all names back to the previous shape."""
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
            names.report(rejected, item.name)


def _family(role: str, item: tree.Declared, annotation: tree.Annotation | None, names: Names) -> Family:
    if item.default is not None and (role != "input" or names.block is None):
        raise Rejected(errors.declared_and_defined(role, item))
    dots = names.block is not None and role == "input"
    if item.leading and not dots:
        raise Rejected(block_errors.any_axes(item.span))
    indices = loop_of(item.binders, names, Scope(), item).indices
    whole = names.block is not None and item.name in names.block.given
    varying = indices if role in ("input", "weight", "buffer") and not item.leading and not whole else ()
    written = annotated(reading_at(names, Scope(indices)), annotation, dots, varying)
    if names.block is not None and item.name in names.block.given:
        return _passed(item, indices, written, names, names.block.given[item.name])
    return Family(item.name, role, indices, written.cell, item.span, written.entries, written.axis_names)


def _passed(
    item: tree.Declared, indices: tuple[Index, ...], written: Annotated, names: Names, shape: tuple[Size, ...]
) -> Family:
    """An input of a block with the shape that is passed to it, which must equal the declared one."""
    ranges = [(index.low, index.high) for index in indices]
    extents = tuple(high - low + 1 for low, high in ranges if low is not None and high is not None)
    if written.cell is not None:
        for declared, actual in zip((*extents, *written.cell), shape):
            if declared is not actual:
                names.debts.append(Debt(Relation("==", actual, declared), f"{item.name} as declared", item.span))
    named = (*(None for _ in indices), *written.axis_names) if written.axis_names else ()
    return Family(item.name, "input", (), shape, item.span, written.entries, named, indices)


# ---- left sides ----------------------------------------------------------------------------------


def _collect_target(target: tree.Target, item: Placed, names: Names) -> None:
    """A name on a left side: a local tensor unless declared; messages point at its first place."""
    if target.name in names.poisoned:
        return
    names.paths.add(target.name)
    if is_instance(item.statement, names):
        return
    names.implicit.setdefault(target.name, _implied_indices(target, item.scope))
    if target.name in names.families:
        _state_range(target, names)
        return
    try:
        names.declare(target.name, target.span)
    except Rejected as rejected:
        names.report(rejected)
        return
    names.families[target.name] = Family(target.name, "local", (), None, target.span)
    _state_range(target, names)


def _state_range(target: tree.Target, names: Names) -> None:
    """Note the range of the entries that a left side states: `q[t] in 0..9 = ..`."""
    family = names.families[target.name]
    if target.annotation is None or target.annotation.range is None or family.is_given:
        return
    try:
        stated = entries_of(reading_at(names), target.annotation)
        if family.entries not in (None, stated):
            raise Rejected(errors.two_ranges(target.name, target.annotation.range.span, family.span))
        names.families[target.name] = replace(family, entries=stated)
    except Rejected as rejected:
        names.report(rejected, target.name)


def is_instance(statement: tree.Statement, names: Names) -> bool:
    """Whether an equation names a block: `cell = gru_cell(p)`."""
    match statement:
        case tree.Equation("plain", (target,), tree.Call(tree.Name(name))):
            if name in names.families or target.name in names.families:
                return False
            if name in names.left_sides - {target.name} and names.home.own(name) is None:
                return False  # it applies an instance of that name, which hides a layer of the library
            found = block_named(reading_at(names), name)
            return isinstance(found, Definition) and not found.is_function and found is not REPEAT
        case _:
            return False


def _implied_indices(target: tree.Target, scope: Scope) -> tuple[Index, ...]:
    """The indices of the blocks around that the left side leaves out."""
    within = (node for item in target.subscripts or () for node in walk(item))
    labels = {node.name for node in within if isinstance(node, tree.Name)}
    return tuple(
        index for loop in scope.loops if not labels & {i.label for i in loop.indices} for index in loop.indices
    )


def _remember_constant(target: tree.Target, item: Placed, names: Names) -> None:
    """Note an equation whose value is an integer or a list of integers, since sizes may mention it."""
    equation = item.statement
    assert isinstance(equation, tree.Equation)
    if equation.form != "plain" or target.subscripts is not None or item.scope.indices or equation.binders:
        return
    try:
        value = literal(equation.value)
    except Rejected:  # reported when the value is read
        return
    if isinstance(value, Number) and isinstance(value.value, int):
        names.constants[target.name] = value.value
    elif isinstance(value, Data) and len(value.shape) == 1 and all(isinstance(entry, int) for entry in value.values):
        names.constants[target.name] = tuple(int(entry) for entry in value.values)
