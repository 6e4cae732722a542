"""Shapes as text: one shape as the language writes it, and two shapes aligned with the axes that differ marked.

Sizes come in already printed (`p + d`); nothing here computes with them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import zip_longest

from shapecheck.diagnostics.model import ShapePair

_SIMPLE = re.compile(r"\d*\w+|\d*\([^()]*\)|\?\w*|\w+\([^()]*\)|\.\.\.")


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
    W           2p x (p + d)
    annotation  2p x 2p
                     ^^^^^^^
    ```
    """
    left, right = _axes(pair.left_shape), _axes(pair.right_shape)
    widths = [max(len(one), len(other)) for one, other in zip_longest(left, right, fillvalue="")]
    names = max(len(pair.left), len(pair.right))
    marks = [
        ("^" if one != other else " ") * width
        for one, other, width in zip(_padded(left, len(widths)), _padded(right, len(widths)), widths)
    ]
    lines = (_row(pair.left, left, names, widths), _row(pair.right, right, names, widths))
    return (*lines, f"{'':{names}}  {'   '.join(marks)}".rstrip())


def _axes(shape: tuple[str, ...]) -> tuple[str, ...]:
    if len(shape) == 0:
        return ("scalar",)
    return shape if len(shape) == 1 else tuple(map(axis_text, shape))


def _padded(axes: tuple[str, ...], count: int) -> tuple[str, ...]:
    return axes + ("",) * (count - len(axes))


def _row(name: str, axes: tuple[str, ...], names: int, widths: list[int]) -> str:
    return f"{name:{names}}  {' x '.join(f'{axis:{width}}' for axis, width in zip(axes, widths))}".rstrip()
