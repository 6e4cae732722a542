"""Lines of the backward pass as statements of the language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from typing import Any

from shapecheck.gradient.adjoint_tensors import Names, body_of, is_name
from shapecheck.gradient.model import BAR, Axis, Line, Refused, Tensor
from shapecheck.gradient.node_algebra import Values
from shapecheck.graph.nodes import (
    Apply,
    Choose,
    Cut,
    Data,
    Default,
    Node,
    Number,
    Part,
    Picked,
    Point,
    Read,
    Reduce,
    SizeValue,
    Subscript,
    Whole,
    left_out,
)
from shapecheck.infer.model import Shapes
from shapecheck.ops.fill import Filling
from shapecheck.ops.join import Along
from shapecheck.ops.padding import Padding
from shapecheck.ops.reshape import Form
from shapecheck.record import record
from shapecheck.sizes import ZERO, And, Formula, Not, Or, Relation, Size, integer, show, symbol
from shapecheck.source import Source
from shapecheck.syntax import parse, tree

_BINARY = frozenset({"+", "-", "*", ".*", "/", "./", "@", "^", "//", "%"})
_COMPARED = frozenset({"==", "!=", "<=", ">=", "<", ">"})
Labels = Mapping[str, str]
"""The name in the text of each index, by its symbol."""
_parsed: dict[str, tree.Expression] = {}


def expression(text: str) -> tree.Expression:
    """An expression that is written so."""
    if text not in _parsed:
        statement = parse(Source("", f"q = {text}\n")).spec.statements[0]
        assert isinstance(statement, tree.Equation), text
        _parsed[text] = statement.value
    return _parsed[text]


@record(eq=False)
class Writing:
    """Writes nodes of a spec; `tensors` are all that can be read."""

    shapes: Shapes
    values: Values
    tensors: Mapping[str, Tensor]
    names: Names
    taken: frozenset[str] = field(default=frozenset())
    """Names that no index may have."""

    def statement(self, line: Line) -> tree.Equation:
        """One equation."""
        labels: dict[str, str] = {}
        for axis in line.axes:
            labels[axis.symbol] = self.label(axis.label, labels.values())
        cells = line.cells or (None,) * len(line.targets)
        targets = tuple(
            self._target(name, points, line, labels, cell) for (name, points), cell in zip(line.targets, cells)
        )
        binders = tuple(self._binder(axis, labels) for axis in line.axes if axis.symbol not in line.inside)
        form = "plain" if len(targets) == 1 else "column"
        return tree.Equation(form, targets, self.node(line.value, labels), binders)

    def _target(
        self, name: str, points: Sequence[Size], line: Line, labels: Labels, cell: Sequence[Size] | None
    ) -> tree.Target:
        axes = {axis.symbol: axis for axis in line.axes}
        subscripts: list[tree.Subscript] = []
        for point in points:
            inside = next((key for key in line.inside if point is symbol(key)), None)
            if inside is None:
                subscripts.append(self.size(point, labels))
            else:
                subscripts.append(self._binder(axes[inside], labels))
        written = self.names.bar(name.removeprefix(BAR)) if name.startswith(BAR) else name
        stated = None
        if cell is not None:
            stated = tree.Annotation(
                tree.Shape(tuple(tree.ShapeAxis(None, self.size(size, labels)) for size in cell)), None
            )
        return tree.Target(written, tuple(subscripts) or None, stated)

    def _binder(self, axis: Axis, labels: Labels) -> tree.Binder:
        ends = tree.Range(self.size(axis.low, labels), self.size(axis.high, labels))
        return tree.Binder(labels[axis.symbol], ends)

    def label(self, wanted: str, taken: Iterable[str]) -> str:
        """A name for an index, that nothing in sight has."""
        wanted = "i" if wanted == "lead" else wanted
        used = set(taken)
        choices: tuple[str, ...] = (wanted, *"ijkluvwmn", *(f"i{number}" for number in range(2, 40)))
        return next(name for name in choices if name not in used and name not in self.taken and is_name(name))

    # ---- sizes ---------------------------------------------------------------------------------

    def size(self, size: Size, labels: Labels) -> tree.Expression:
        """A size as the text writes it."""
        if size.names & self.shapes.measures.keys():
            size = size.substitute(self.shapes.measures)
        at = {name: symbol(f".{labels[name]}") for name in size.names if name in labels}
        unknown = [name for name in size.names if name[0] == "." and name not in labels]
        if unknown:
            raise Refused(f"an index `{unknown[0].strip('.')}` of the backward pass is left open")
        return expression(show(size.substitute(at)))

    def formula(self, formula: Formula, labels: Labels) -> tree.Expression:
        """A condition on sizes and indices."""
        match formula:
            case Relation(operator, left, right):
                return tree.Comparison((self.size(left, labels), self.size(right, labels)), (operator,))
            case And(parts) | Or(parts):
                word = "and" if isinstance(formula, And) else "or"
                written = [self.formula(part, labels) for part in parts]
                result = written[0]
                for part in written[1:]:
                    result = tree.Logic(word, result, part)
                return result
            case Not(part):
                return tree.Not(self.formula(part, labels))
            case _:
                pass
        raise Refused("a condition that cannot be written")

    # ---- values --------------------------------------------------------------------------------

    def node(self, node: Node, labels: Labels) -> tree.Expression:
        """A value."""
        match node:
            case Number(value):
                return _number(value)
            case SizeValue(size):
                return self.size(size, labels)
            case Data(shape, values) if len(shape) in (1, 2):
                width = shape[-1]
                rows = (values[at : at + width] for at in range(0, len(values), width))
                return tree.Column(tuple(tuple(map(_number, row)) for row in rows))
            case Read():
                return self._read(node, labels)
            case Part(base, subscripts):
                return tree.Index(self.node(base, labels), self._subscripts(subscripts, (), labels))
            case Default(read, fallback):
                return tree.Default(self.node(read, labels), self.node(fallback, labels))
            case Reduce():
                return self._reduce(node, labels)
            case Choose(formula, condition, then, otherwise):
                if formula is not None:
                    truth = self.formula(formula, labels)
                else:
                    assert condition is not None
                    truth = self.node(condition, labels)
                return tree.Conditional(truth, self.node(then, labels), self.node(otherwise, labels))
            case Apply():
                return self._apply(node, [self.node(operand, labels) for operand in node.arguments], labels)
            case _:
                pass
        raise Refused("a value that cannot be written", node.span)

    def _read(self, node: Read, labels: Labels) -> tree.Expression:
        name = node.family.removeprefix(BAR)
        tensor = self.tensors[name]
        subscripts = self._subscripts(node.subscripts, tensor.starts[tensor.own :], labels, tensor.own)
        if node.family.startswith(BAR):
            return _indexed(tree.Name(self.names.bar(name)), subscripts)
        return self._forward_name(name, subscripts, node)

    def _forward_name(self, name: str, subscripts: tuple[tree.Subscript, ...], node: Read) -> tree.Expression:
        """A tensor of the spec: by its own name, or by the path into a block."""
        if name in self.names.plain:
            return _indexed(tree.Name(self.names.plain[name]), subscripts)
        if "'" in name:
            raise Refused("a value inside of a block that has no name", node.span)
        path, point, own = name.rpartition(".")
        if not point:
            return _indexed(tree.Name(name), subscripts)
        base, front = self._application(path, name, own, subscripts)
        return _indexed(tree.Field(base, own), subscripts[front:])

    def _application(
        self, path: str, name: str, own: str, subscripts: tuple[tree.Subscript, ...]
    ) -> tuple[tree.Expression, int]:
        """The application that a value stands inside of, and how many of the subscripts are its own."""
        body = body_of(self.shapes, path, own)
        place = body.place
        if self.shapes.graph.families[name].holds_weights:
            front = len(place.owned)
        else:
            front = sum(not next(iter(size.names), "").startswith(".lead") for size, _ in place.members)
        if not any(other.place.hidden for other in self.shapes.placed[path]):
            return _indexed(expression(path), subscripts[:front]), front
        repeated = tree.Field(_indexed(expression(path), subscripts[: front - 1]), body.kind.definition.name)
        return _indexed(repeated, subscripts[front - 1 : front]), front

    def _subscripts(
        self, items: Sequence[Subscript], starts: Sequence[Size], labels: Labels, own: int = 0
    ) -> tuple[tree.Subscript, ...]:
        found: list[tree.Subscript] = []
        kept = list(items)
        while kept and isinstance(kept[-1], Whole):
            kept.pop()
        for axis, item in enumerate(kept):
            start = starts[axis - own] if 0 <= axis - own < len(starts) else ZERO
            match item:
                case Point(size):
                    found.append(self.size(size + start, labels))
                case Cut(low, high):
                    found.append(tree.Range(self.size(low + start, labels), self.size(high + start, labels)))
                case Whole():
                    found.append(tree.Full())
                case Picked(inner):
                    found.append(self.node(inner, labels))
        return tuple(found)

    def _reduce(self, node: Reduce, labels: Labels) -> tree.Expression:
        inner, binders = dict(labels), []
        for index in node.indices:
            low, high = self.values.range_of(index)
            ends = tree.Range(self.size(low, inner), self.size(high, inner))
            name = self.label(index.label, inner.values())
            binders.append(tree.Binder(name, ends))
            inner[index.symbol] = name
        conditions, body = left_out(node.body)
        truths = [
            self.formula(one.formula, inner) if one.formula is not None else self.node(one.condition, inner)  # type: ignore[arg-type]
            for one in conditions
        ]
        condition = truths[0] if truths else None
        for truth in truths[1:]:
            condition = tree.Logic("and", condition, truth)  # type: ignore[arg-type]
        return tree.BigOperator(node.operator, tuple(binders), self.node(body, inner), condition)

    def _apply(self, node: Apply, operands: list[tree.Expression], labels: Labels) -> tree.Expression:
        name = node.op.name
        if name in _BINARY:
            return tree.Binary(name, *operands)
        if name in _COMPARED:
            return tree.Comparison(tuple(operands), (name,))
        match name:
            case "neg":
                return tree.Minus(operands[0])
            case "not":
                return tree.Not(operands[0])
            case "and" | "or":
                return tree.Logic(name, *operands)
            case "transpose":
                return tree.Transpose(operands[0])
            case "join":
                return tree.Column(tuple((operand,) for operand in operands))
            case "list":
                return tree.Column((tuple(operands),))
            case _:
                pass
        arguments = [tree.Argument(None, operand) for operand in operands]
        return tree.Call(tree.Name(name), (*arguments, *self._settings(node, labels)))

    def _settings(self, node: Apply, labels: Labels) -> Sequence[tree.Argument]:
        """The settings of an op, as arguments."""
        match node.parameters:
            case None:
                return ()
            case Filling(sizes, value):
                shape = self._shape(sizes, labels)
                filling = self.values.filling(value)
                return (shape, tree.Argument(None, self.node(filling, labels)))[: len(node.op.options)]
            case Form(sizes, None):
                return (self._shape(sizes, labels),)
            case Along(axis):
                return (tree.Argument("axis", self.size(integer(axis), labels)),)
            case _:
                pass
        return self._by_options(node, labels)

    def _by_options(self, node: Apply, labels: Labels) -> Sequence[tree.Argument]:
        """The settings of an op that slides windows: the fields of its parameters under the names of its options."""
        settings: Any = None if isinstance(node.parameters, Padding) else node.parameters
        padding = getattr(settings, "padding", node.parameters)
        found: list[tree.Argument] = []
        for option in node.op.options:
            match option.name:
                case "m":
                    written = tuple(self.size(size, labels) for size in settings.window)
                    found.append(tree.Argument(None, _sides(written)))
                case "pad" | "sides":
                    found.append(tree.Argument("pad" if settings else None, self._padding(padding, labels)))
                case "ceil":
                    if padding.rounds_up and padding.word is None:
                        found.append(tree.Argument("ceil", tree.Name("true")))
                case other:
                    value = getattr(settings, other)
                    found.append(tree.Argument(other, self._per_axis(value, labels)))
        return found

    def _per_axis(self, value: Size | tuple[Size, ...], labels: Labels) -> tree.Expression:
        if isinstance(value, Size):
            return self.size(value, labels)
        return _sides(tuple(self.size(size, labels) for size in value))

    def _padding(self, padding: Padding, labels: Labels) -> tree.Expression:
        if padding.word is not None:
            return tree.Name(padding.word)
        rows = tuple(tuple(self.size(size, labels) for size in row) for row in padding.sides)
        alike = padding.uniform and padding.sides[0][0] == padding.sides[0][1]
        return rows[0][0] if alike else tree.Column(rows)

    def _shape(self, sizes: Sequence[Size], labels: Labels) -> tree.Argument:
        written = tuple(self.size(size, labels) for size in sizes)
        return tree.Argument(None, written[0] if len(written) == 1 else tree.Sizes(written))


def _sides(written: tuple[tree.Expression, ...]) -> tree.Expression:
    """A size for each axis: `3 x 5`, `[3]` for a single one."""
    return tree.Column((written,)) if len(written) == 1 else tree.Sizes(written)


def _indexed(base: tree.Expression, subscripts: tuple[tree.Subscript, ...]) -> tree.Expression:
    return tree.Index(base, subscripts) if subscripts else base


def _number(value: int | float) -> tree.Expression:
    if value != value or value in (float("inf"), -float("inf")):
        if value != value:
            raise Refused("a value that is not a number")
        infinite = tree.Name("inf")
        return infinite if value > 0 else tree.Minus(infinite)
    if isinstance(value, int):
        written: tree.Expression = tree.Integer(abs(value))
    else:
        text = repr(abs(value))
        written = tree.Real(text if "." in text or "e" in text else f"{text}.0")
    return tree.Minus(written) if value < 0 else written
