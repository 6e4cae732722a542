"""Texts in boxes and on arrows: equations as written, blocks with their settings, shapes.

Where an equation is the author's, its text is taken from the source; inside of the library it is written out again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from shapecheck.diagnostics.indices import readable
from shapecheck.diagnostics.shapes import shape_text
from shapecheck.graph.block_definitions import REPEAT, Definition
from shapecheck.graph.expressions.sized_parameters import name_of_length
from shapecheck.graph.model import Equation
from shapecheck.graph.nodes import (
    Apply,
    Call,
    Choose,
    Data,
    Default,
    Index,
    Inner,
    Node,
    Number,
    Output,
    Part,
    Picked,
    Point,
    Read,
    Reduce,
    SizeValue,
)
from shapecheck.infer.model import Shape
from shapecheck.report.cells import size_text
from shapecheck.sizes import Size, symbol
from shapecheck.source import NOWHERE, Source, Span
from shapecheck.syntax.print_expressions import print_expression

LINE, MOST_LINES = 34, 4
"""Characters of a line in a box, and lines."""
_FOR = re.compile(r"\s+for\s+[^()\[\]]*\bin\b[^=]*$")
_AS = re.compile(r"\s+as\s+\w+$")
_TIED = "\0=\0"
_COMMENT = re.compile(r"#[^\n]*")


def shape_of(shape: Shape) -> str:
    """`2p x (p + d)`; `scalar` without axes."""
    return shape_text(tuple(map(size_text, shape)))


def source_text(source: Source, span: Span) -> str:
    """The text at a place of the spec, on one line; empty for what the author did not write."""
    return "" if span == NOWHERE else " ".join(_COMMENT.sub("", source.text[span.start : span.end]).split())


def statement(source: Source, equation: Equation) -> str:
    """An equation without the ranges behind it."""
    return _AS.sub("", _FOR.sub("", source_text(source, equation.span)))


def stages(text: str) -> list[str]:
    """The parts of a chain: `a -> f(x -> g) -> h as c` has three."""
    parts, depth, start = [], 0, 0
    for at, character in enumerate(text):
        depth += (character in "([{") - (character in ")]}")
        if depth == 0 and text.startswith("->", at):
            parts.append(text[start:at])
            start = at + 2
    return [_AS.sub("", part.strip()) for part in (*parts, text[start:])]


def wrapped(text: str, width: int = LINE, most: int = MOST_LINES) -> tuple[str, ...]:
    """A text in lines, cut off with two dots where there would be too many."""
    lines: list[str] = []
    head, bracket, rest = text.partition("(")
    text = head + bracket + rest.replace(" = ", _TIED)
    for word in text.split(" "):
        if lines and len(lines[-1]) + 1 + len(word) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    lines = [line.replace(_TIED, " = ") for line in lines]
    lines = [line if len(line) <= 2 * width else f"{line[: 2 * width]}.." for line in lines]
    return tuple(lines) if len(lines) <= most else (*lines[: most - 1], f"{lines[most - 1]} ..")


# ---- blocks ------------------------------------------------------------------------------------


def block_title(definition: Definition, settings: Iterable[tuple[str, object]]) -> str:
    """`conv2d(6, 5 x 5, stride = 2)`: what differs from the defaults."""
    defaults = {
        parameter.name: None if parameter.default is None else print_expression(parameter.default)
        for parameter in definition.parameters
    }
    lists = {item.name for item in definition.parameters if name_of_length(item) is not None}
    values = {
        name: _list(value) if name in lists and isinstance(value, tuple) else _setting(value)
        for name, value in settings
        if name in defaults or definition is REPEAT
    }
    parts = []
    for name, text in values.items():
        default = defaults.get(name)
        default = values.get(default, default) if default is not None else None
        if default is None:
            parts.append(text)
        elif not _same(text, default):
            parts.append(f"{name} = {text}")
    return f"{definition.name}({', '.join(parts)})" if parts else definition.name


def _same(text: str, default: str | None) -> bool:
    """Whether two settings say the same, 1e-5 and 0.00001 included."""
    try:
        return default is not None and (text == default or float(text) == float(default))
    except ValueError:
        return False


def _list(values: tuple[object, ...]) -> str:
    """A list of any length: `[784, 300, 10]`."""
    return f"[{', '.join(map(_setting, values))}]"


def _setting(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return f"{value:g}".replace("e-0", "e-")
    if isinstance(value, tuple):
        return " x ".join(map(_setting, value))
    name = getattr(value, "name", None)
    return name if isinstance(name, str) else readable(str(value))


# ---- reads -------------------------------------------------------------------------------------


def offsets(read: Read, indices: Iterable[Index]) -> list[str]:
    """The distance of the members that are read: `t-1` of `h[t-1]`."""
    found = []
    for subscript in read.subscripts:
        for index in indices:
            if isinstance(subscript, Point) and index.symbol in subscript.size.names:
                back = (_as_numbered(subscript) - symbol(index.symbol)).constant
                if back:
                    found.append(f"{index.label}{'+' if back > 0 else '-'}{abs(back)}")
    return found


def read_text(read: Read) -> str:
    """`h[k-1, t]`."""
    parts = [_tight(_as_numbered(subscript)) if isinstance(subscript, Point) else ":" for subscript in read.subscripts]
    while parts and parts[-1] == ":":
        parts.pop()
    return f"{read.family}[{', '.join(parts)}]" if parts else read.family


def _as_numbered(point: Point) -> Size:
    """A subscript as the author counts."""
    return point.size if point.numbered_from is None else point.size + point.numbered_from


def _tight(size: Size) -> str:
    return readable(str(size)).replace(" ", "")


# ---- equations of the library ------------------------------------------------------------------


def formula(node: Node, leaf: Callable[[Node], str | None]) -> str:
    """A node written out; `leaf` says what stands for what has a box of its own."""
    own = leaf(node)
    if own is not None:
        return own
    match node:
        case Read():
            return read_text(node)
        case Number(value):
            return str(value)
        case SizeValue(size):
            return readable(str(size))
        case Apply():
            return _applied(node, leaf)
        case Reduce(operator, indices, body):
            return f"{operator}[{', '.join(index.label for index in indices)}] {formula(body, leaf)}"
        case Call():
            return node.definition.name
        case Data() | Part() | Default() | Choose() | Output() | Inner():
            inside = [formula(operand, leaf) for operand in node.operands]
            return inside[0] if len(inside) == 1 else ", ".join(inside) or ".."


def _applied(node: Apply, leaf: Callable[[Node], str | None]) -> str:
    inside = [formula(argument, leaf) for argument in node.arguments]
    if node.op.infix:
        pairs = zip(inside, node.arguments)
        inside = [f"({text})" if _is_infix(argument) and " " in text else text for text, argument in pairs]
    return node.op.written(inside)


def _is_infix(node: Node) -> bool:
    return isinstance(node, Apply) and node.op.infix


def picked(read: Read) -> list[Node]:
    """The data that a read is subscripted by."""
    return [subscript.node for subscript in read.subscripts if isinstance(subscript, Picked)]
