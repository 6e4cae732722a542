"""Axes whose names differ where they must be one, in words."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from shapecheck.diagnostics.model import Diagnostic, Label
from shapecheck.graph.nodes import Node
from shapecheck.record import record
from shapecheck.source import Source, Span

Names = tuple[str | None, ...]


@record
class Clash:
    """Two axes that must be one and have different names.

    `names` are those of two values along `axis`.  Where a `block` is applied it is the name of the argument's axis and
    of the one that the block takes there; the block takes the names `taken`, and is `given` these.
    """

    span: Span
    names: tuple[str, str]
    axis: int
    operands: tuple[Node, ...] = ()
    block: str = ""
    taken: Names = ()
    given: Names = ()


def names_differ(clash: Clash, source: Source, used: Collection[str]) -> Diagnostic:
    """The message; `used` are names that an index cannot have."""
    texts = [" ".join(source[operand.span].split()) for operand in clash.operands]
    if clash.block:
        return _at_a_call(clash, texts, used)
    one, other = clash.names
    left, right = texts if len(texts) == 2 else ("one value", "the other")
    if len(clash.operands) == 0:
        left, right = "one place", "another"
    label = Label(clash.span, f"axis {clash.axis} is called {one} in {left}, and {other} in {right}")
    help = (
        "names of axes never permute them: to reorder, write an equation with indices, b[i, j] = a[j, i]; "
        f"where {one} and {other} are one kind of axis, declare it without a name"
    )
    return Diagnostic("axis-names", f"two axes that must be one are called {one} and {other}", (label,), (), help)


def _at_a_call(clash: Clash, texts: Sequence[str], used: Collection[str]) -> Diagnostic:
    takes = ", ".join(name or "one without a name" for name in clash.taken)
    name = texts[0] if texts else "what it is applied to"
    title = (
        f"{clash.block} takes the axes {takes}; in {name} the axis {clash.names[0]} stands where {clash.names[1]} goes"
    )
    otherwise = "write an equation with indices that puts the axes in this order"
    help = _reordered(clash, texts, used) or _along_time(clash) or otherwise
    return Diagnostic("axis-names", title, (Label(clash.span, f"axes {_listed(clash.given)}"),), (), help)


_ALONG_TIME = {
    "maxpool": "maxpool1d", "avgpool": "avgpool1d", "conv2d": "conv1d", "globalpool": "globalpool1d",
    "globalmaxpool": "globalmaxpool1d", "conv2d_transpose": "conv1d_transpose",
}  # fmt: skip
"""Layers over images, with those over sequences."""


def _along_time(clash: Clash) -> str | None:
    """The layer for sequences, where an image is expected."""
    if clash.given[-2:] != ("time", "channel") or clash.block not in _ALONG_TIME:
        return None
    return f"along time alone goes {_ALONG_TIME[clash.block]}"


def _listed(names: Names) -> str:
    return ", ".join(name or "(no name)" for name in names)


def _reordered(clash: Clash, texts: Sequence[str], used: Collection[str]) -> str | None:
    """`x[h, w, c] = image[c, h, w]`, where the argument is a tensor that has just these axes."""
    plain = len(texts) == 1 and texts[0].isidentifier()
    if not plain or None in clash.taken or sorted(map(str, clash.given)) != sorted(map(str, clash.taken)):
        return None
    labels: dict[str | None, str] = {}
    for name in clash.taken:
        letters = (letter for letter in f"{name}ijklmnpqrs" if letter not in used and letter not in labels.values())
        labels[name] = next(letters, "")
    left, right = (", ".join(labels[name] for name in names) for names in (clash.taken, clash.given))
    return f"write {texts[0]}_in_order[{left}] = {texts[0]}[{right}], and apply {clash.block} to that"
