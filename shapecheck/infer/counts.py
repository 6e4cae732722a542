"""Parameters and multiply-accumulates, as sizes.

*Parameters*: the entries of all weights that some equation uses; a `buffer` never counts.  *MACs*: one for each term of
a `sum` that multiplies two values, and what an op says of itself (`@`, `dot`, `conv`), times the ranges of the indices
that the subterm mentions, directly or through a range; elementwise work counts 0.  Both definitions are the language's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from shapecheck.graph.model import (
    Apply,
    Choose,
    Cut,
    Data,
    Default,
    Equation,
    Node,
    Number,
    Part,
    Point,
    Read,
    Reduce,
    SizeValue,
    Subscript,
)
from shapecheck.infer.model import Cell, Instance, Interval, Shapes
from shapecheck.sizes import ONE, ZERO, Formula, Size, summation


def params(shapes: Shapes, family: str | None = None) -> Size:
    """Entries of the distinct weights in use; for a `family`, of those that its own equations use."""
    used = _weights_used(shapes, family)
    return _total(cell_entries(cell) for name in used for cell in shapes.cells[name])


def _total(sizes: Iterable[Size]) -> Size:
    total = ZERO
    for size in sizes:
        total = total + size
    return total


def _weights_used(shapes: Shapes, family: str | None) -> list[str]:
    """The weights that are read; a branch that the sizes rule out reads nothing."""
    families = shapes.graph.families
    if family is not None and families[family].role == "weight":
        return [family]
    read = {
        node.family
        for instance in shapes.instances
        if family is None or _belongs(instance, family)
        for node in instance.shapes
        if isinstance(node, Read)
    }
    return [name for name, item in families.items() if item.role == "weight" and name in read]


def _belongs(instance: Instance, family: str) -> bool:
    """Whether the instance is of an equation that defines the family, or what it is cut from."""
    assert isinstance(instance.origin, Equation)
    return _defines(instance.origin, family) or _defines(instance.origin, hidden(family))


def hidden(family: str) -> str:
    """The name of what a column of functions is applied to, for the part that becomes `family`."""
    return f"{family}'"


def _defines(equation: Equation, family: str) -> bool:
    return any(target.family == family for target in equation.targets)


def cell_entries(cell: Cell) -> Size:
    """Entries of all members of a region together."""
    entries = ONE
    for interval in cell.region:
        entries = entries * interval.extent
    for size in cell.shape:
        entries = entries * size
    return entries


def macs(shapes: Shapes, family: str | None = None) -> Size | None:
    """Multiply-accumulates of all equations, or of those that define `family`; None without a closed form."""
    total = ZERO
    for instance in shapes.instances:
        if family is None or _belongs(instance, family):
            count = instance_macs(instance)
            if count is None:
                return None
            total = total + count
    return total


def instance_macs(instance: Instance) -> Size | None:
    """Multiply-accumulates of one equation over one box of its indices."""
    assert isinstance(instance.origin, Equation)
    ranges = {**instance.ranges, **instance.bounds}
    total = ZERO
    seen: set[Node] = set()
    stack = [instance.origin.value]
    while stack:
        node = stack.pop()
        if node in seen or node not in instance.shapes:
            continue
        seen.add(node)
        own = _own_macs(node, instance, ranges)
        if own is None:
            return None
        total = total + own
        stack.extend(node.operands)
    return total


def _own_macs(node: Node, instance: Instance, ranges: Mapping[str, Interval]) -> Size | None:
    match node:
        case Apply(op, arguments, parameters):
            once = op.macs(parameters, [instance.shapes[argument] for argument in arguments], instance.shapes[node])
            return ZERO if once is ZERO else _times(once, _free(node), ranges)
        case Reduce("sum", indices, body) if _multiplies(body):
            once = ONE
            for size in instance.shapes[body]:
                once = once * size
            return _times(once, _free(body) | {index.symbol for index in indices}, ranges)
        case _:
            return ZERO


def _times(once: Size, names: set[str], ranges: Mapping[str, Interval]) -> Size | None:
    """`once` for every value of the indices, and of those that their ranges mention; inner ranges are summed first."""
    needed = set(names)
    for name in reversed(list(ranges)):
        if name in needed:
            needed |= {other for other in ranges[name].low.names | ranges[name].high.names if other[0] == "."}
    total = once
    for name in reversed(list(ranges)):
        if name in needed:
            interval = ranges[name]
            summed = (
                total * interval.extent
                if name not in total.names
                else summation(total, name, interval.low, interval.high)
            )
            if summed is None:
                return None
            total = summed
    return total


# ---- which indices a value mentions ------------------------------------------------------------


def _free(node: Node) -> set[str]:
    """The index variables that a value mentions, those bound inside it left out."""
    match node:
        case Reduce(_, indices, body):
            inner = _free(body)
            for index in indices:
                for end in (index.low, index.high):
                    inner |= _indices(end) if end is not None else set()
            return inner - {index.symbol for index in indices}
        case SizeValue(size):
            return _indices(size)
        case Read(_, subscripts):
            return _of_subscripts(subscripts).union(*map(_free, node.operands))
        case Part(_, subscripts):
            return _of_subscripts(subscripts).union(*map(_free, node.operands))
        case Choose(formula):
            return _in_formula(formula).union(*map(_free, node.operands))
        case _:
            return set[str]().union(*map(_free, node.operands))


def _indices(size: Size) -> set[str]:
    return {name for name in size.names if name[0] == "."}


def _in_formula(formula: Formula | None) -> set[str]:
    return set() if formula is None else {name for name in formula.names if name[0] == "."}


def _of_subscripts(subscripts: Iterable[Subscript]) -> set[str]:
    return {name for size in _subscript_sizes(subscripts) for name in _indices(size)}


def _subscript_sizes(subscripts: Iterable[Subscript]) -> Iterator[Size]:
    for item in subscripts:
        if isinstance(item, Point):
            yield item.size
        elif isinstance(item, Cut):
            yield item.low
            yield item.high


# ---- products ----------------------------------------------------------------------------------


def _multiplies(body: Node) -> bool:
    """Whether a term of the sum multiplies two values (numbers and sizes are none)."""
    match body:
        case Apply(op, arguments) if op.name in ("*", ".*"):
            return sum(map(_is_value, arguments)) > 1 or any(map(_multiplies, arguments))
        case Apply(op, arguments) if op.name in ("+", "-", "neg", "/", "./"):
            return any(map(_multiplies, arguments))
        case Default(read):
            return _multiplies(read)
        case Choose(_, _, then, otherwise):
            return _multiplies(then) or _multiplies(otherwise)
        case _:
            return False


def _is_value(node: Node) -> bool:
    """Anything that is not fixed by the text and the sizes alone."""
    match node:
        case Number() | SizeValue() | Data():
            return False
        case Read():
            return True
        case _:
            return any(map(_is_value, node.operands))
