"""Shapes as text: one shape as the language writes it, and two shapes aligned with the axes that differ marked.

Sizes come in already printed (`p + d`); nothing here computes with them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from shapecheck.diagnostics.model import ShapePair

_SIMPLE = re.compile(r"\d*\w+|\d*\([^()]*\)|\?\w*|\w+\((?:[^()]|\([^()]*\))*\)|\w+\[[^\[\]]*\]|\.\.\.")


def axis_text(size: str) -> str:
    """A size as one axis among others, in parentheses where it is compound: `(p + d)`, but `2p`."""
    return size if _SIMPLE.fullmatch(size) else f"({size})"


def shape_text(sizes: Sequence[str]) -> str:
    """A shape as the language writes it.

    >>> shape_text(("2p", "p + d")), shape_text(("p + d",)), shape_text(())
    ('2p x (p + d)', 'p + d', 'scalar')
    """
    if len(sizes) <= 1:
        return sizes[0] if sizes else "scalar"
    return " x ".join(map(axis_text, sizes))


def aligned(pair: ShapePair) -> tuple[str, str, str]:
    """Both shapes in columns, and a line that marks the axes that differ.

    ```
    W           2p x (p + d)            W  p x q
    annotation  2p x 2p                 x      d
                     ^^^^^^^                   ^
    ```
    """
    left, right = _columns(pair)
    widths = [max(len(one), len(other)) for one, other in zip(left, right)]
    names = max(len(pair.left), len(pair.right))
    marks = ["^" * width if _differs(pair, column, left, right) else " " * width for column, width in enumerate(widths)]
    lines = (_row(pair.left, left, names, widths), _row(pair.right, right, names, widths))
    return (*lines, f"{'':{names}}  {'   '.join(marks)}".rstrip())


def _columns(pair: ShapePair) -> tuple[list[str], list[str]]:
    """The axes of both, as many on either side; those that should agree stand in one column."""
    left, right = _axes(pair.left_shape), _axes(pair.right_shape)
    shift = pair.axes[0] - pair.axes[1] if pair.axes is not None else 0
    left, right = [""] * max(-shift, 0) + left, [""] * max(shift, 0) + right
    count = max(len(left), len(right))
    return left + [""] * (count - len(left)), right + [""] * (count - len(right))


def _differs(pair: ShapePair, column: int, left: list[str], right: list[str]) -> bool:
    if pair.axes is not None:
        return column == max(pair.axes)
    return left[column] != right[column]


def _axes(shape: tuple[str, ...]) -> list[str]:
    if len(shape) == 0:
        return ["scalar"]
    return list(shape) if len(shape) == 1 else list(map(axis_text, shape))


def _row(name: str, axes: list[str], names: int, widths: list[int]) -> str:
    """The axes in their columns, with `x` between two that are there."""
    text = f"{name:{names}}  "
    for column, (axis, width) in enumerate(zip(axes, widths)):
        between = " x " if column and axes[column - 1] and axis else "   " if column else ""
        text += f"{between}{axis:{width}}"
    return text.rstrip()
