"""Operations along axes as other notations have them, written with indices.

Comes in: `sum(Y, axis = 0)`, `permute(K, 0, 2, 1)`, `einsum("bqd,bkd->bqk", Q, K)` and what is in sight.  Goes out:
the form with an index for each axis; its letters are names that the spec has not used.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from shapecheck.syntax import tree
from shapecheck.syntax.print_expressions import print_expression

if TYPE_CHECKING:
    from shapecheck.graph.nodes import Index
    from shapecheck.graph.values import Values
    from shapecheck.ops.base import Op
    from shapecheck.sizes import Size

_REDUCTIONS = frozenset({"sum", "mean", "max", "min", "prod", "argmax", "argmin"})
_ALONG = frozenset({"softmax", "log_softmax"})
_LETTERS = "ijklabcdefghmnopqrstuvwyz"


def form(values: Values, plain: str, arguments: Sequence[tree.Argument]) -> str | None:
    """The form to write for a name that is none of ours."""
    if plain == "einsum":
        return _einsum(values, arguments)
    if plain in ("permute", "transpose", "swapaxes", "moveaxis"):
        return _permuted(values, arguments)
    return along(values, plain, arguments)


def along(values: Values, name: str, arguments: Sequence[tree.Argument]) -> str | None:
    """A sum, a softmax, .. along one axis: `sum[i in 0..N-1] Y[i, j]  with j on the left side`."""
    if name not in _REDUCTIONS | _ALONG or len(arguments) < 2:
        return None
    axis, ranges = _integer(arguments[1].value), _ranges(values, arguments[0].value)
    if axis is None or (ranges is not None and not -len(ranges) <= axis < len(ranges)):
        return None
    ranges = ranges or [""] * max(2, axis + 1, -axis)
    letters, text = _free(values, len(ranges)), print_expression(arguments[0].value)
    if name in _REDUCTIONS:
        return _reduced(name, text, letters, axis, ranges[axis])
    if axis in (-1, len(ranges) - 1):
        return f"{name}({text}) : it runs along the last axis"
    cut = ", ".join(":" if letter == letters[axis] else letter for letter in letters)
    return f"{name}({text}[{cut}])[{letters[axis]}]{on_the_left(letters)}"


def _reduced(name: str, text: str, letters: list[str], axis: int, bounds: str) -> str:
    """`sum[i in 0..N-1] Y[i, j]`"""
    rest = [letter for letter in letters if letter != letters[axis]]
    return f"{name}[{letters[axis]}{bounds and f' in {bounds}'}] {text}[{', '.join(letters)}]{on_the_left(rest)}"


def on_the_left(letters: Sequence[str]) -> str:
    """Which indices the left side of the equation has."""
    return f"  with {', '.join(letters)} on the left side" if letters else ""


def shape_form(op: Op, arguments: Sequence[tree.Argument], piped: int) -> str | None:
    """`zeros(n, m)` and `reshape(x, n, m)`: the shape is one argument; so many operands stand before `->`."""
    if op.name not in ("zeros", "ones", "reshape"):
        return None
    front = (op.name == "reshape") - piped
    written = [print_expression(item.value) for item in arguments]
    shape = f"[{', '.join(written[front:])}]"
    return f"{op.name}({', '.join([*written[:front], shape])})"


def _permuted(values: Values, arguments: Sequence[tree.Argument]) -> str | None:
    """`permute(K, 0, 2, 1)`: a number for each axis, else two that are exchanged, else the last two are."""
    if not arguments:
        return None
    written = [_integer(item.value) for item in arguments[1:]]
    numbers = [item for item in written if item is not None]
    ranges = _ranges(values, arguments[0].value)
    rank = len(ranges) if ranges is not None else max(len(numbers), 2, *(item + 1 for item in numbers), 2)
    letters = _free(values, rank)
    order = list(range(rank))
    if sorted(numbers) == order:
        order = numbers
    else:
        pair = numbers if len(numbers) == 2 and all(-rank <= item < rank for item in numbers) else [-2, -1]
        order[pair[0]], order[pair[1]] = order[pair[1]], order[pair[0]]
    left = on_the_left([letters[item] for item in order])
    return f"{print_expression(arguments[0].value)}[{', '.join(letters)}]{left}"


def _einsum(values: Values, arguments: Sequence[tree.Argument]) -> str | None:
    """The sum that a string of `einsum` stands for."""
    if not arguments or not isinstance(arguments[0].value, tree.Text):
        return None
    inputs, arrow, output = arguments[0].value.value.replace(" ", "").partition("->")
    groups = inputs.split(",")
    if not arrow or len(groups) != len(arguments) - 1 or not all(map(str.isalpha, [*groups, output or "a"])):
        return None
    used = dict.fromkeys("".join(groups))
    spare = iter(letter for letter in _unused(values) if letter not in used)
    names = {letter: letter if _is_free(values, letter) else next(spare, letter) for letter in used}
    factors = [
        f"{print_expression(item.value)}[{', '.join(names[letter] for letter in group)}]"
        for group, item in zip(groups, arguments[1:])
    ]
    summed = ", ".join(names[letter] for letter in used if letter not in output)
    left = on_the_left([names[letter] for letter in output if letter in names])
    return f"{f'sum[{summed}] ' if summed else ''}{' * '.join(factors)}{left}"


def _integer(expression: tree.Expression) -> int | None:
    match expression:
        case tree.Integer(value):
            return value
        case tree.Minus(tree.Integer(value)):
            return -value
        case _:
            return None


def _ranges(values: Values, expression: tree.Expression) -> list[str] | None:
    """How far each axis runs, as text (empty where that is not written); None where the number of axes is unknown."""
    family = values.names.families.get(expression.name) if isinstance(expression, tree.Name) else None
    if family is None or family.cell is None:
        return None
    return [*map(range_of, family.axes), *(f"0..{tight(size - 1)}" for size in family.cell)]


def range_of(axis: Index) -> str:
    """How far a declared index runs, as `1..T`; empty where that is not written."""
    return "" if axis.low is None or axis.high is None else f"{tight(axis.low)}..{tight(axis.high)}"


def tight(size: Size) -> str:
    """A size as it stands in the end of a range: `n-1`."""
    return str(size).replace(" ", "")


def _free(values: Values, count: int) -> list[str]:
    """So many letters that are no names yet."""
    letters = [letter for letter, _ in zip(_unused(values), range(count))]
    return letters + [f"i{number}" for number in range(len(letters), count)]


def _unused(values: Values) -> Iterator[str]:
    return (letter for letter in _LETTERS if _is_free(values, letter))


def _is_free(values: Values, letter: str) -> bool:
    return letter not in values.names.spans and values.scope.find(letter) is None
