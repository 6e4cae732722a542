"""Equations, instances of blocks, and shapes stated for members: statements with a left side."""

from __future__ import annotations

from dataclasses import replace

from shapecheck.graph import block_errors, errors
from shapecheck.graph.block_definitions import Instance
from shapecheck.graph.errors import Rejected
from shapecheck.graph.expressions.applications import name_sites
from shapecheck.graph.expressions.callees import chosen, settler
from shapecheck.graph.expressions.calls import block_applied, called
from shapecheck.graph.expressions.complete_reading import reading_at
from shapecheck.graph.expressions.declared_names import Names, Noted
from shapecheck.graph.expressions.expression_reading import Reading
from shapecheck.graph.expressions.scope import Scope
from shapecheck.graph.model import Equation, Family, Signature, Target
from shapecheck.graph.nodes import Call, Node, Point, Read
from shapecheck.graph.statements.for_blocks import loop_of
from shapecheck.graph.statements.left_sides import Left, left_side, without_stride
from shapecheck.sizes import symbol
from shapecheck.syntax import tree


def equations(equation: tree.Equation, scope: Scope, names: Names) -> list[Equation]:
    """The equation as the graph has it; a column of functions becomes one equation more for each name.

    Stages named by `as` become equations of their own, which stand in front.
    """
    names.noted = Noted()
    scope = _with_binders(equation.binders, scope, names)
    left = left_side(equation.targets, scope, names)
    names.noted.own = frozenset(index.symbol for index in left.scope)
    _note_members(left, names)
    made = _read(equation, left, names)
    _name_applications(left.targets[0], made[-1].value, names)
    return [*(replace(item, part_of=left.targets[0].family) for item in names.noted.stages), *made]


def _name_applications(target: Target, value: Node, names: Names) -> None:
    """Give the applications in the equation their names."""
    noted, block = names.noted, names.block
    aliases = {item.value: item.targets[0] for item in noted.stages if isinstance(item.value, Call)}
    base = "" if block is not None and block.sole_output == target.family else target.family
    name_sites(noted.calls, base, target.subscripts, value, aliases)


def _note_members(left: Left, names: Names) -> None:
    """Remember for messages which members of a family the equation defines."""
    bound = {symbol(index.symbol): index for index in left.scope.indices}
    for target in left.targets:
        indices = tuple(bound.get(size) for size in target.subscripts)
        if any(indices):
            names.members[target.family] = indices


def _read(equation: tree.Equation, left: Left, names: Names) -> list[Equation]:
    right = reading_at(names, left.scope)
    if equation.form == "tuple":
        return [_plain("tuple", left, _several(equation, right), equation)]
    functions = _functions(equation)
    if functions is None:
        return [_plain(equation.form, left, right.value(equation.value), equation)]
    return _column_of_functions(equation, functions, left, right)


def _several(equation: tree.Equation, right: Reading) -> Call:
    """The block whose outputs several names take."""
    call = block_applied(right, equation.value)
    outputs, count = call.definition.outputs, len(equation.targets)
    if len(outputs) != count:
        raise Rejected(block_errors.output_count(call.definition.name, len(outputs), count, equation.value.span))
    return call


def _with_binders(binders: tuple[tree.Binder, ...], scope: Scope, names: Names) -> Scope:
    if not binders:
        return scope
    return scope.inside(loop_of(binders, names, scope, binders[0]))


def _plain(form: str, left: Left, value: Node, equation: tree.Equation) -> Equation:
    return Equation(form, left.targets, value, left.scope.indices, equation.span)


# ---- columns of functions ------------------------------------------------------------------------


def _functions(equation: tree.Equation) -> tuple[tree.Expression, ...] | None:
    """The functions of `[a; b] = [f; g](e)`, None for any other equation."""
    match equation.value:
        case tree.Call(tree.Column(rows), (argument,)) if argument.name is None:
            functions = tuple(row[0] for row in rows if len(row) == 1)
            if equation.form != "column" or len(functions) != len(equation.targets):
                raise Rejected(errors.column_of_functions(equation.value.span))
            return functions
        case _:
            return None


def _column_of_functions(
    equation: tree.Equation, functions: tuple[tree.Expression, ...], left: Left, right: Reading
) -> list[Equation]:
    """`[a; b] = [f; g](e)` reads `[a'; b'] = e`, `a = f(a')`, `b = g(b')`; a prime cannot be written, so it is free."""
    assert isinstance(equation.value, tree.Call)
    value, indices, families = right.value(equation.value.arguments[0].value), left.scope.indices, right.names.families
    hidden = tuple(Target(f"{target.family}'", target.subscripts, target.cell, target.span) for target in left.targets)
    result = [Equation("column", hidden, value, indices, equation.span)]
    for function, inner, target in zip(functions, hidden, left.targets):
        families[inner.family] = Family(inner.family, "local", families[target.family].axes, None, function.span)
        operand = Read(inner.family, tuple(map(Point, inner.subscripts)), span=function.span)
        result.append(Equation("plain", (target,), _applied(function, operand, right), indices, target.span))
    return result


def _applied(function: tree.Expression, operand: Node, right: Reading) -> Node:
    if not isinstance(function, tree.Name):
        raise Rejected(errors.column_of_functions(function.span))
    return called(right, function.name, (), function.span, (operand,), function.span)


# ---- instances and signatures --------------------------------------------------------------------


def declare_instance(equation: tree.Equation, scope: Scope, names: Names) -> None:
    """Record a block with its own weights, `cell = gru_cell(p)`, or a family, `expert[e] = mlp(f) for e in 1..E`.

    Its static arguments are checked here, once.
    """
    scope = _with_binders(equation.binders, scope, names)
    target, indices = equation.targets[0], without_stride(left_side(equation.targets, scope, names)).scope.indices
    if any(index.low is None for index in indices):
        raise Rejected(errors.bad_left_subscript(target.span))
    names.declare(target.name, target.span)
    names.instances[target.name] = Instance(target.name, equation.value, indices, equation.span)
    inner = reading_at(names, Scope(indices))
    made = chosen(inner, equation.value)
    assert made is not None, "an instance is a block"
    names.debts.extend(settler(inner, made).debts({}))


def signature(statement: tree.Signature, scope: Scope, names: Names) -> Signature:
    """The statement `h[t] : p`; raises `Rejected` if no tensor has that name."""
    target = statement.target
    if target.name not in names.families:
        raise names.undeclared(target.name, target.span, scope, "a tensor")
    left = without_stride(left_side((target,), scope, names))
    return Signature(left.targets[0], left.scope.indices)
