"""The rules by which expressions are typeset, one for each class of the syntax tree.

In: a `Writer` and a node.  Out: the formula and how loosely it binds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from shapecheck.report.languages.formulas import Formulas, Rows
from shapecheck.syntax import tree

if TYPE_CHECKING:
    from shapecheck.report.equations.expression_writer import Writer

CHOICE, _OR, _AND, _NOT, _COMPARED, _PIPE, _SUM, _TERM, _APPLIED, _SIGN, _ATOM = range(11)
"""Levels of binding, the loosest first."""
LONGEST = 8
"""Rows or columns of a matrix that are written out; of larger ones the first and the last."""
_SHOWN = 3
_SUMS = ("+", "-")
_TIMES = ("*", ".*", "./", "@", "%")
_CONSTANTS = {"zeros": "0", "ones": "1"}
_WORDS = frozenset({"VALID", "SAME", "SAME_LOWER", "CEIL", "CAUSAL", "true", "false"})

Text = tuple[str, int]
"""A formula and how loosely it binds."""


def elided(rows: Rows, language: Formulas) -> Rows:
    """The matrix with dots for what would not fit."""
    if rows and len(rows[0]) > LONGEST:
        rows = [[*row[:_SHOWN], language.dots, *row[-_SHOWN:]] for row in rows]
    if len(rows) > LONGEST:
        width = len(rows[0])
        middle = [language.signs["vdots"]] * width
        if width == 2 * _SHOWN + 1:
            middle[_SHOWN] = language.signs["ddots"]
        rows = [*rows[:_SHOWN], middle, *rows[-_SHOWN:]]
    return rows


def put_in(node: Any, fixed: Mapping[str, int]) -> Any:
    """A subscript with values for indices, sums of numbers worked out: `k - 1` with k = 1 is 0."""
    if isinstance(node, tree.Name) and node.name in fixed:
        return _number(fixed[node.name])
    if isinstance(node, tree.Binary):
        left, right = put_in(node.left, fixed), put_in(node.right, fixed)
        if isinstance(left, tree.Integer) and isinstance(right, tree.Integer) and node.operator in "+-*":
            values = {"+": left.value + right.value, "-": left.value - right.value, "*": left.value * right.value}
            return _number(values[node.operator])
        return tree.Binary(node.operator, left, right)
    return node


def _number(value: int) -> tree.Expression:
    return tree.Integer(value) if value >= 0 else tree.Minus(tree.Integer(-value))


def _binary(writer: Writer, node: tree.Binary) -> Text:
    language = writer.language
    if node.operator == "^":
        return language.power(writer.text(node.left, _ATOM), writer.text(node.right)), _SIGN
    if node.operator == "/":
        return language.fraction(writer.text(node.left), writer.text(node.right)), _TERM
    if node.operator == "//":
        return language.floor(language.fraction(writer.text(node.left), writer.text(node.right))), _ATOM
    level = _SUM if node.operator in _SUMS else _TERM
    left, right = _operand(writer, node.left, level), writer.text(node.right, level + (node.operator != "+"))
    if node.operator in ("*", "@"):
        return writer.product([left, right]), level
    return f"{left} {language.signs[node.operator]} {right}", level


def _operand(writer: Writer, node: tree.Expression, level: int) -> str:
    """A left operand: what stands behind a function without parentheses must not go on into the next factor."""
    formula, own = writer.written(node)
    is_open = own < level or (level == _TERM and own == _APPLIED)
    return writer.language.fenced(formula) if is_open else formula


def _comparison(writer: Writer, node: tree.Comparison) -> Text:
    first, *rest = (writer.text(operand, _PIPE) for operand in node.operands)
    signs = (writer.language.signs[operator] for operator in node.operators)
    return " ".join([first, *(f"{sign} {text}" for sign, text in zip(signs, rest))]), _COMPARED


def _logic(writer: Writer, node: tree.Logic) -> Text:
    level = _OR if node.operator == "or" else _AND
    sign = writer.language.signs[node.operator]
    return f"{writer.text(node.left, level)} {sign} {writer.text(node.right, level + 1)}", level


def _conditional(writer: Writer, node: tree.Conditional) -> Text:
    """All branches of a chain of `if`s as cases."""
    branches: list[tuple[str, str]] = []
    rest: Any = node
    while isinstance(rest, tree.Conditional):
        condition = writer.text(rest.condition)
        branches.append((writer.text(rest.then), f"{writer.language.word('if ')} {condition}"))
        rest = rest.otherwise
    branches.append((writer.text(rest), writer.language.word("otherwise")))
    return writer.language.cases(branches), _ATOM


def _big_operator(writer: Writer, node: tree.BigOperator) -> Text:
    sign = writer.language.operators[node.operator]
    limits = [writer.limits(binder) for binder in node.binders]
    if node.operator in ("sum", "prod"):
        if node.condition is not None:
            limits[-1] = writer.language.stacked([writer.within(node.binders[-1]), writer.text(node.condition)]), ""
        signs = " ".join(writer.language.big(sign, below, above) for below, above in limits)
    else:
        dots = writer.language.until
        told = ", ".join(f"{below}, {dots}, {above}" if above else below for below, above in limits)
        if node.condition is not None:
            told = writer.language.stacked([told, writer.text(node.condition)])
        signs = writer.language.big(sign, told, "")
    return f"{signs} {writer.text(node.body, _TERM)}", _TERM


def _call(writer: Writer, node: tree.Call) -> Text:
    values = [argument.value for argument in node.arguments]
    if isinstance(node.function, tree.Name):
        return _named_call(writer, node.function.name, node, values)
    if isinstance(node.function, tree.Call):
        name = _block(writer, node.function)
        return writer.language.apply(name, writer.arguments(node.arguments)), _ATOM
    if isinstance(node.function, tree.Column):
        return _applied(writer, _functions(writer, node.function), node)
    head = writer.text(node.function, _ATOM)
    return _applied(writer, head, node)


def _block(writer: Writer, node: tree.Call) -> str:
    """A block with its parameters below its name: `gru_cell(p)`."""
    if not isinstance(node.function, tree.Name):
        return writer.text(node, _ATOM)
    name = writer.called(node.function.name)
    return writer.language.subscript(name, writer.arguments(node.arguments)) if node.arguments else name


def _named_call(writer: Writer, name: str, node: tree.Call, values: Sequence[Any]) -> Text:
    language = writer.language
    if name in _CONSTANTS and len(values) == 1:
        return language.subscript(language.bold(_CONSTANTS[name]), writer.text(values[0])), _ATOM
    if len(values) == 1 and name in ("sqrt", "abs", "ceil", "floor"):
        inside = writer.text(values[0])
        made = {"sqrt": language.root, "abs": language.absolute, "ceil": language.ceiling, "floor": language.floor}
        return made[name](inside), _ATOM
    if name == "dot" and len(values) == 2:
        return f"{language.transposed(writer.text(values[0], _ATOM))} {writer.text(values[1], _ATOM)}", _TERM
    if name == "outer" and len(values) == 2:
        column, row = (writer.text(value, _ATOM) for value in values)
        return writer.product([column, language.transposed(row)]), _TERM
    return _applied(writer, writer.called(name), node)


def _applied(writer: Writer, head: str, node: tree.Call) -> Text:
    """A function with what it is applied to; a matrix product stands behind it without parentheses, as on slides."""
    if len(node.arguments) == 1 and node.arguments[0].name is None:
        value = node.arguments[0].value
        if isinstance(value, tree.Binary) and value.operator == "@":
            return f"{head}{writer.language.beside}{writer.text(value)}", _APPLIED
        return f"{head} {writer.language.fenced(writer.text(value))}", _ATOM
    return writer.language.apply(head, writer.arguments(node.arguments)), _ATOM


def _real(writer: Writer, node: tree.Real) -> Text:
    """A number with a point; `1e-5` is a power of ten, and `2.5e-3` a multiple of one."""
    factor, exponent, tens = node.text.lower().partition("e")
    if not exponent:
        return node.text, _ATOM
    power = writer.language.power("10", str(int(tens)))
    if float(factor) == 1:
        return power, _SIGN
    return f"{factor} {writer.language.signs['cross']} {power}", _TERM


def _functions(writer: Writer, node: tree.Column) -> str:
    """A column of functions, each for its part."""
    rows = [
        [writer.called(item.name) if isinstance(item, tree.Name) else writer.text(item) for item in row]
        for row in node.rows
    ]
    return writer.language.matrix(rows)


def _index(writer: Writer, node: tree.Index) -> Text:
    if isinstance(node.base, tree.Name):
        return writer.member(node.base.name, node.subscripts), _ATOM
    if isinstance(node.base, tree.Index):  # h[t][i] is h[t, i]: no formula has two subscripts
        return _index(writer, tree.Index(node.base.base, (*node.base.subscripts, *node.subscripts), span=node.span))
    base = writer.text(node.base, _ATOM)
    return writer.language.subscript(base, ", ".join(map(writer.subscript, node.subscripts))), _ATOM


def _default(writer: Writer, node: tree.Default) -> Text:
    """A read, with what stands in its place outside."""
    inside = writer.language.matrix([[writer.text(node.read)]])
    word = writer.language.word("else ")
    return writer.language.subscript(inside, f"{word} {writer.text(node.fallback)}"), _ATOM


def _pipe(writer: Writer, node: tree.Pipe) -> Text:
    arrow = writer.language.signs["->"]
    return f"{writer.text(node.value, _PIPE)} {arrow} {stage(writer, node.stage)}", _PIPE


def stage(writer: Writer, node: tree.Stage) -> str:
    """A stage behind an arrow."""
    layer = node.layer
    if isinstance(layer, tree.Name):
        shown = writer.called(layer.name)
    elif isinstance(layer, tree.Call) and isinstance(layer.function, tree.Name):
        inside = ", ".join(_stage_argument(writer, argument) for argument in layer.arguments)
        shown = writer.language.apply(writer.called(layer.function.name), inside)
    else:
        shown = writer.text(layer)
    return shown if node.alias is None else f"{shown} = {writer.language.notation.member(node.alias, ())}"


def _stage_argument(writer: Writer, argument: tree.Argument) -> str:
    """An argument of a block; a block that is passed is named, not applied."""
    value = argument.value
    if isinstance(value, tree.Call):
        inside = stage(writer, tree.Stage(value, None))
        return inside if argument.name is None else f"{writer.language.word(argument.name)} = {inside}"
    return writer.argument(argument)


def _table(writer: Writer, node: tree.Table) -> Text:
    rows = [list(row) for row in node.rows]
    return writer.language.matrix(elided(rows, writer.language)), _ATOM


def _name(writer: Writer, node: tree.Name) -> Text:
    if node.name == "inf":
        return writer.language.signs["inf"], _ATOM
    if node.name in writer.fixed:
        return str(writer.fixed[node.name]), _ATOM
    if node.name in _WORDS:
        return writer.language.word(node.name), _ATOM
    return writer.member(node.name, ()), _ATOM


def _coefficient(writer: Writer, node: tree.Coefficient) -> Text:
    return f"{node.factor} {writer.text(node.operand, _SIGN)}", _TERM


def _minus(writer: Writer, node: tree.Minus) -> Text:
    return f"-{writer.text(node.operand, _TERM)}", _TERM


def _sizes(writer: Writer, node: tree.Sizes) -> Text:
    return writer.language.notation.product([writer.text(item, _TERM) for item in node.items]), _SUM


RULES: Mapping[type, Callable[[Writer, Any], Text]] = {
    tree.Integer: lambda writer, node: (str(node.value), _ATOM),
    tree.Real: _real,
    tree.Text: lambda writer, node: (writer.language.word(node.value), _ATOM),
    tree.Table: _table,
    tree.Name: _name,
    tree.Coefficient: _coefficient,
    tree.Minus: _minus,
    tree.Binary: _binary,
    tree.Comparison: _comparison,
    tree.Logic: _logic,
    tree.Not: lambda writer, node: (f"{writer.language.signs['not']} {writer.text(node.operand, _ATOM)}", _NOT),
    tree.Conditional: _conditional,
    tree.Range: lambda writer, node: (writer.subscript(node), _SUM),
    tree.BigOperator: _big_operator,
    tree.Call: _call,
    tree.Full: lambda writer, node: (":", _ATOM),
    tree.Index: _index,
    tree.Field: lambda writer, node: (
        f"{writer.text(node.base, _ATOM)}.{writer.language.notation.symbol(node.name)}",
        _ATOM,
    ),
    tree.Transpose: lambda writer, node: (writer.language.transposed(writer.text(node.base, _ATOM)), _SIGN),
    tree.Tuple: lambda writer, node: (f"({writer.listed(node.items)})", _ATOM),
    tree.Default: _default,
    tree.Column: lambda writer, node: (writer.matrix(node.rows), _ATOM),
    tree.Sizes: _sizes,
    tree.Pipe: _pipe,
}
