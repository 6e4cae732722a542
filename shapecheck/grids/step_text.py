"""A step as text: the window, the kernel and the products side by side, and what they add up to.

```
V[3, 5] is a sum of 4 products

I              K          products
 2   2    x    1   1   =    2    2
20  20        -1  -1      -20  -20

sum = V[3, 5] = -36
```
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest
from math import prod

from shapecheck.grids.model import Number
from shapecheck.grids.number_texts import texts
from shapecheck.grids.step_picture import OPERATORS
from shapecheck.grids.steps import Factor, Step
from shapecheck.record import record

OUTSIDE = "."
"""Stands before a number that is read outside of the tensor."""


@record
class _Block:
    """Lines under a title, all padded to one width."""

    title: str
    lines: tuple[str, ...]

    @property
    def width(self) -> int:
        return max(map(len, (self.title, *self.lines)))


def step_text(step: Step, digits: int | None = None) -> str:
    """All of it, without a line end at the end."""
    name = f"{step.family}[{', '.join(map(str, step.subscripts))}]" if step.subscripts else step.family
    blocks = [_Block(factor.family or "", _lines(factor.values, step, digits, factor)) for factor in step.factors]
    kind = "products" if len(blocks) > 1 else "numbers"
    if len(blocks) > 1:
        blocks.append(_Block("products", _lines(step.terms, step, digits, None)))
    (value,) = texts([step.value], digits)
    operator = OPERATORS[step.operator]
    head = f"{name} is the {operator} of {len(step.terms)} {kind}"
    outside = any(not all(factor.inside) for factor in step.factors)
    note = [f"{OUTSIDE} in front of a number: outside of the tensor, by padding", ""] if outside else []
    return "\n".join([head, "", *_joined(blocks), "", *note, f"{operator} = {name} = {value}"])


def _lines(values: Sequence[Number], step: Step, digits: int | None, factor: Factor | None) -> tuple[str, ...]:
    """The numbers in rows and columns of the window; an empty line between the panels of further axes."""
    rows, columns = (1, step.extents[0]) if len(step.extents) == 1 else step.extents[:2]
    depth = prod(step.extents[2:])
    inside = factor.inside if factor is not None and factor.family is not None else (True,) * len(values)
    written = [text if own else f"{OUTSIDE}{text}" for text, own in zip(texts(values, digits), inside)]
    width = max(map(len, written))
    lines: list[str] = []
    for panel in range(depth):
        lines += [""] if panel else []
        for row in range(rows):
            cells = [written[(row * columns + column) * depth + panel].rjust(width) for column in range(columns)]
            lines.append("  ".join(cells))
    return tuple(lines)


def _joined(blocks: Sequence[_Block]) -> list[str]:
    """Blocks side by side with `x` and `=` between them, at the height of the first line."""
    signs = ["x"] * (len(blocks) - 2) + ["="] if len(blocks) > 1 else []
    titles = "     ".join(block.title.ljust(block.width) for block in blocks).rstrip()
    lines = [titles]
    for number, parts in enumerate(zip_longest(*(block.lines for block in blocks), fillvalue="")):
        line = ""
        for place, (part, block) in enumerate(zip(parts, blocks)):
            line += part.ljust(block.width)
            if place < len(signs):
                line += f"  {signs[place] if number == 0 else ' '}  "
        lines.append(line.rstrip())
    return lines
