"""Operations along axes in the notation of programs, rewritten with indices.

In: `sum(Y, axis = 0)`, `permute(K, 0, 2, 1)` or `einsum("bqd,bkd->bqk", Q, K)`, and the reading at its place.  Out: the
form with an index for each axis; its letters are names that the spec does not use.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from shapecheck.graph.expressions.expression_reading import Reading
from shapecheck.graph.nodes import Index
from shapecheck.ops.base import Op
from shapecheck.sizes import Size
from shapecheck.syntax import tree
from shapecheck.syntax.print_expressions import print_expression

_REDUCTIONS = frozenset({"sum", "mean", "max", "min", "prod", "argmax", "argmin"})
_ALONG = frozenset({"softmax", "log_softmax"})
LAST = frozenset({"layernorm", "rmsnorm"})
"""Layers that run along the last axis."""
_LETTERS = "ijklabcdefghmnopqrstuvwyz"


def form(reading: Reading, plain: str, arguments: Sequence[tree.Argument]) -> str | None:
    """The form to write for a name that the language does not have."""
    if plain == "einsum":
        return _einsum(reading, arguments)
    if plain in ("permute", "transpose", "swapaxes", "moveaxis"):
        return _permuted(reading, arguments)
    if plain in ("topk", "argsort") and arguments:
        return _in_order(reading, plain, arguments)
    return along(reading, plain, arguments)


def along(reading: Reading, name: str, arguments: Sequence[tree.Argument]) -> str | None:
    """A reduction or a softmax along one axis: `sum[i in 0..N-1] Y[i, j]  with j on the left side`."""
    if name not in _REDUCTIONS | _ALONG | LAST | {"norm"} or len(arguments) < 2:
        return None
    axis, ranges = _integer(arguments[1].value), _ranges(reading, arguments[0].value)
    if axis is None or (ranges is not None and not -len(ranges) <= axis < len(ranges)):
        return None
    ranges = ranges or [""] * max(2, axis + 1, -axis)
    letters, text = _free(reading, len(ranges)), print_expression(arguments[0].value)
    if name == "norm":
        rest = on_the_left([letter for letter in letters if letter != letters[axis]])
        return f"sqrt({_term('sum', text, letters, axis, ranges[axis])}^2){rest}"
    if name in _REDUCTIONS:
        return _reduced(name, text, letters, axis, ranges[axis])
    if name in LAST:
        return f"{text} -> {name} : it runs along the last axis" if axis in (-1, len(ranges) - 1) else None
    if axis in (-1, len(ranges) - 1):
        return f"{name}({text}) : it runs along the last axis"
    cut = ", ".join(":" if letter == letters[axis] else letter for letter in letters)
    return f"{name}({text}[{cut}])[{letters[axis]}]{on_the_left(letters)}"


def _reduced(name: str, text: str, letters: list[str], axis: int, bounds: str) -> str:
    """A reduction as a big operator: `sum[i in 0..N-1] Y[i, j]`."""
    rest = [letter for letter in letters if letter != letters[axis]]
    return f"{_term(name, text, letters, axis, bounds)}{on_the_left(rest)}"


def _term(name: str, text: str, letters: list[str], axis: int, bounds: str) -> str:
    return f"{name}[{letters[axis]}{bounds and f' in {bounds}'}] {text}[{', '.join(letters)}]"


def on_the_left(letters: Sequence[str]) -> str:
    """A note that names the indices on the left side of the equation."""
    return f"  with {', '.join(letters)} on the left side" if letters else ""


def shape_form(op: Op, arguments: Sequence[tree.Argument], piped: int) -> str | None:
    """The form for `zeros(n, m)` and `reshape(x, n, m)`, where the shape is one argument.

    `piped` counts the operands before `->`.
    """
    if [option.name for option in op.options] != ["shape"]:
        return None
    return shape_call(op.name, arguments, (op.arity or 0) - piped)


def shape_call(name: str, arguments: Sequence[tree.Argument], front: int) -> str:
    """A call whose sizes, behind the arguments in front, are one shape: `zeros(n x m)`."""
    written = [print_expression(item.value) for item in arguments]
    sizes = ["_" if item == "-1" else item for item in written[front:]]
    plain = all(item.isalnum() or item == "_" for item in sizes) and len(sizes) > 1
    shape = " x ".join(sizes) if plain else f"[{', '.join(sizes)}]"
    return f"{name}({', '.join([*written[:front], shape])})"


def _permuted(reading: Reading, arguments: Sequence[tree.Argument]) -> str | None:
    """The form for `permute(K, 0, 2, 1)`: a number for each axis, or two axes to exchange, by default the last two."""
    if not arguments:
        return None
    written = [_integer(item.value) for item in arguments[1:]]
    numbers = [item for item in written if item is not None]
    ranges = _ranges(reading, arguments[0].value)
    rank = len(ranges) if ranges is not None else max(len(numbers), 2, *(item + 1 for item in numbers), 2)
    letters = _free(reading, rank)
    order = list(range(rank))
    if sorted(numbers) == order:
        order = numbers
    else:
        pair = numbers if len(numbers) == 2 and all(-rank <= item < rank for item in numbers) else [-2, -1]
        order[pair[0]], order[pair[1]] = order[pair[1]], order[pair[0]]
    left = on_the_left([letters[item] for item in order])
    return f"{print_expression(arguments[0].value)}[{', '.join(letters)}]{left}"


def _in_order(reading: Reading, plain: str, arguments: Sequence[tree.Argument]) -> str:
    """The form for `topk(x, k)` and `argsort(x)`."""
    ranges, text = _ranges(reading, arguments[0].value), print_expression(arguments[0].value, tight=True)
    letters = _free(reading, len(ranges) if ranges else 1)
    last = letters[-1]
    index, entry = f"{last} in {ranges[-1] if ranges else '0..n-1'}", f"{text}[{', '.join(letters)}]"
    left = on_the_left(letters[:-1])
    if plain == "argsort":
        return f"argsort[{index}] {entry}{left}"
    count = print_expression(arguments[1].value, tight=True) if len(arguments) > 1 else "k"
    cut = f"{text}[{', '.join([*letters[:-1], ':'])}]" if len(letters) > 1 else text
    return f"(argsort[{index}] -{entry})[0..{count}-1]  for the indices, top({cut}, {count})  for the values{left}"


def _einsum(reading: Reading, arguments: Sequence[tree.Argument]) -> str | None:
    """The sum for a string of `einsum`."""
    if not arguments or not isinstance(arguments[0].value, tree.Text):
        return None
    inputs, arrow, output = arguments[0].value.value.replace(" ", "").partition("->")
    groups = inputs.split(",")
    if not arrow or len(groups) != len(arguments) - 1 or not all(map(str.isalpha, [*groups, output or "a"])):
        return None
    used = dict.fromkeys("".join(groups))
    spare = iter(letter for letter in _unused(reading) if letter not in used)
    names = {letter: letter if _is_free(reading, letter) else next(spare, letter) for letter in used}
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


def _ranges(reading: Reading, expression: tree.Expression) -> list[str] | None:
    """The range of each axis as text, empty where none is written; None where the number of axes is unknown."""
    family = reading.names.families.get(expression.name) if isinstance(expression, tree.Name) else None
    if family is None or family.cell is None:
        return None
    return [*map(range_of, family.axes), *(f"0..{tight(size - 1)}" for size in family.told_cell or ())]


def range_of(axis: Index) -> str:
    """The range of a declared index as text, `1..T`; empty where none is written."""
    return "" if axis.low is None or axis.high is None else f"{tight(axis.low)}..{tight(axis.high)}"


def tight(size: Size) -> str:
    """A size as text without blanks, for the end of a range: `n-1`."""
    return str(size).replace(" ", "")


def _free(reading: Reading, count: int) -> list[str]:
    """As many letters that the spec does not use as names."""
    letters = [letter for letter, _ in zip(_unused(reading), range(count))]
    return letters + [f"i{number}" for number in range(len(letters), count)]


def _unused(reading: Reading) -> Iterator[str]:
    return (letter for letter in _LETTERS if _is_free(reading, letter))


def _is_free(reading: Reading, letter: str) -> bool:
    return letter not in reading.names.spans and reading.scope.find(letter) is None
