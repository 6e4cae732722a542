"""Left sides: which members of which families an equation defines, for which indices.

For each `for` block around it, a left side names all indices or none; where none, they are put in front.  A new name
among the subscripts is an index of this equation; its range is written here, declared with the output, or inferred.
"""

from __future__ import annotations

from dataclasses import replace

from shapecheck.graph import block_errors, calls, errors
from shapecheck.graph.applications import Applications
from shapecheck.graph.blocks import Instance
from shapecheck.graph.collect import annotate, loop_of
from shapecheck.graph.errors import Rejected
from shapecheck.graph.measure import Measure
from shapecheck.graph.model import Equation, Family, Signature, Target
from shapecheck.graph.nodes import Call, Index, Node, Point, Read
from shapecheck.graph.scope import Names, Scope
from shapecheck.graph.values import Values
from shapecheck.record import record
from shapecheck.sizes import ZERO, Size, symbol
from shapecheck.syntax import tree


@record
class Left:
    """A left side read: its targets, and the scope that the right side stands in."""

    targets: tuple[Target, ...]
    scope: Scope


def equations(equation: tree.Equation, scope: Scope, names: Names) -> list[Equation]:
    """The equation as the graph has it; a column of functions becomes one equation more for each name.

    Stages named by `as` bring equations of their own along, which stand in front.
    """
    names.calls, names.aside, names.summed = [], [], set()
    scope = _with_binders(equation.binders, scope, names)
    left = left_side(equation.targets, scope, names)
    _note_members(left, names)
    made = _read(equation, left, names)
    aliases = {item.value: item.targets[0] for item in names.aside if isinstance(item.value, Call)}
    target = left.targets[0]
    base = "" if names.in_block and names.sole_output == target.family else target.family
    calls.name_sites(names.calls, base, target.subscripts, made[-1].value, aliases)
    return [*(replace(item, part_of=target.family) for item in names.aside), *made]


def _note_members(left: Left, names: Names) -> None:
    """Remember for messages which members of a family the equation defines."""
    bound = {index.symbol: index for index in left.scope.indices}
    for target in left.targets:
        indices = tuple(bound.get(next(iter(size.names), "")) for size in target.subscripts)
        if any(indices):
            names.members[target.family] = indices


def _read(equation: tree.Equation, left: Left, names: Names) -> list[Equation]:
    values = Values(names, left.scope, names.debts)
    if equation.form == "tuple":
        return [_plain("tuple", left, _several(equation, values), equation)]
    functions = _functions(equation)
    if functions is None:
        return [_plain(equation.form, left, values.value(equation.value), equation)]
    return _column_of_functions(equation, functions, left, names)


def _several(equation: tree.Equation, values: Values) -> Call:
    """The block whose outputs several names take."""
    call = Applications(values).block(equation.value)
    outputs, count = call.definition.outputs, len(equation.targets)
    if len(outputs) != count:
        raise Rejected(block_errors.output_count(call.definition.name, len(outputs), count, equation.value.span))
    return call


def instance(equation: tree.Equation, scope: Scope, names: Names) -> Instance:
    """`cell = gru_cell(p)`, `expert[e] = mlp(f) for e in 1..E`: a block with its own weights, or a family of them."""
    scope = _with_binders(equation.binders, scope, names)
    left = left_side(equation.targets, scope, names)
    for index in left.scope.indices:
        if index.low is None:
            raise Rejected(errors.bad_left_subscript(equation.targets[0].span))
    return Instance(equation.targets[0].name, equation.value, left.scope.indices, equation.span)


def _with_binders(binders: tuple[tree.Binder, ...], scope: Scope, names: Names) -> Scope:
    if not binders:
        return scope
    return scope.inside(loop_of(binders, names, scope, binders[0]))


def _plain(form: str, left: Left, value: Node, equation: tree.Equation) -> Equation:
    return Equation(form, left.targets, value, left.scope.indices, equation.span)


def _functions(equation: tree.Equation) -> tuple[tree.Expression, ...] | None:
    match equation.value:
        case tree.Call(tree.Column(rows), (argument,)) if argument.name is None:
            functions = tuple(row[0] for row in rows if len(row) == 1)
            if equation.form != "column" or len(functions) != len(equation.targets):
                raise Rejected(errors.column_of_functions(equation.value.span))
            return functions
        case _:
            return None


def _column_of_functions(
    equation: tree.Equation, functions: tuple[tree.Expression, ...], left: Left, names: Names
) -> list[Equation]:
    """`[a; b] = [f; g](e)` reads `[a'; b'] = e`, `a = f(a')`, `b = g(b')`; a prime cannot be written, so it is free."""
    assert isinstance(equation.value, tree.Call)
    value = Values(names, left.scope, names.debts).value(equation.value.arguments[0].value)
    hidden = tuple(Target(f"{target.family}'", target.subscripts, target.cell, target.span) for target in left.targets)
    result = [Equation("column", hidden, value, left.scope.indices, equation.span)]
    for function, inner, target in zip(functions, hidden, left.targets):
        known = names.families[target.family]
        names.families[inner.family] = Family(inner.family, "local", known.axes, None, function.span)
        operand = Read(inner.family, tuple(map(Point, inner.subscripts)), span=function.span)
        result.append(
            Equation(
                "plain", (target,), _applied(function, operand, left.scope, names), left.scope.indices, target.span
            )
        )
    return result


def _applied(function: tree.Expression, operand: Node, scope: Scope, names: Names) -> Node:
    if not isinstance(function, tree.Name):
        raise Rejected(errors.column_of_functions(function.span))
    applications = Applications(Values(names, scope, names.debts))
    return applications.named(function.name, (), function.span, (operand,), function.span)


def left_side(targets: tuple[tree.Target, ...], scope: Scope, names: Names) -> Left:
    """All targets of one equation; an index that is new in one of them is known in the others."""
    for target in targets:
        scope = _fresh_indices(target, scope, names)
    return Left(tuple(_target(target, scope, names) for target in targets), scope)


def _fresh_indices(target: tree.Target, scope: Scope, names: Names) -> Scope:
    for position, subscript in enumerate(target.subscripts or ()):
        index = _fresh(target, position, subscript, scope, names)
        if index is not None:
            scope = scope.within(index)
    return scope


def _fresh(target: tree.Target, position: int, subscript: tree.Subscript, scope: Scope, names: Names) -> Index | None:
    match subscript:
        case tree.Binder():
            return Measure(names, scope, names.debts).index(subscript, fixed=True)
        case tree.Name(name) if scope.find(name) is None and name not in names.sizes and name not in names.constants:
            if name in names.families:
                raise Rejected(errors.tensor_on_left(name, subscript.span))
            return _declared_index(target, position, name, subscript, names)
        case _:
            return None


def _declared_index(target: tree.Target, position: int, label: str, subscript: tree.Name, names: Names) -> Index:
    """A new index; where the output was declared with a range for it, with that range."""
    family = names.families.get(target.name)
    axes, cell = (family.axes, family.cell or ()) if family is not None else ((), ())
    if position < len(axes):
        return names.index(label, axes[position].low, axes[position].high, subscript.span)
    if position - len(axes) < len(cell):
        return names.index(label, ZERO, cell[position - len(axes)] - 1, subscript.span)
    return names.index(label, None, None, subscript.span)


def _target(target: tree.Target, scope: Scope, names: Names) -> Target:
    base, _, suffix = target.name.rpartition("_")
    if base and suffix in scope.labels:
        raise Rejected(errors.subscript_as_underscore(target.name, base, suffix, target.span))
    measure = Measure(names, scope, names.debts)
    written = tuple(_subscript(item, measure) for item in target.subscripts or ())
    implied = _implied(target, written, scope)
    cell, _, _ = annotate(target.annotation, measure)
    return Target(target.name, tuple(symbol(index.symbol) for index in implied) + written, cell, target.span)


def _subscript(item: tree.Subscript, measure: Measure) -> Size:
    match item:
        case tree.Binder(name) | tree.Name(name) if measure.scope.find(name) is not None:
            return measure.size(tree.Name(name, span=item.span))
        case tree.Range() | tree.Full() | tree.Binder():
            raise Rejected(errors.bad_left_subscript(item.span))
        case _:
            size = measure.size(item)
            if any(index.symbol in size.names for index in measure.scope):
                raise Rejected(errors.bad_left_subscript(item.span))
            return size


def _implied(target: tree.Target, written: tuple[Size, ...], scope: Scope) -> tuple[Index, ...]:
    """For each block all of its indices or none; naming an outer block's means naming the inner ones' too."""
    named = {name for size in written for name in size.names}
    implied: list[Index] = []
    seen = False
    for loop in scope.loops:
        missing = [index for index in loop.indices if index.symbol not in named]
        if missing and (seen or len(missing) < len(loop.indices)):
            raise Rejected(
                errors.partial_indices(target.name, ", ".join(i.label for i in missing), target.span, loop.span)
            )
        seen = seen or not missing
        implied.extend(missing)
    return tuple(implied)


def signature(statement: tree.Signature, scope: Scope, names: Names) -> Signature:
    """`h[t] : p` on its own."""
    left = left_side((statement.target,), scope, names)
    return Signature(left.targets[0], left.scope.indices)
