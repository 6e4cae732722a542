"""Axes of local and output families, from the left sides of their equations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from shapecheck.graph import errors
from shapecheck.graph.errors import Rejected
from shapecheck.graph.expressions.declared_names import Names
from shapecheck.graph.model import Equation, Family, Signature, Target
from shapecheck.graph.nodes import Index
from shapecheck.sizes import ZERO, Size

_Defining = list[tuple[Target, Equation]]


def defined_families(names: Names, equations: Iterable[Equation]) -> dict[str, Family]:
    """All families with the axes that their equations give them; mistakes are reported, and poison the family."""
    targets: dict[str, _Defining] = {}
    for equation in equations:
        for target in equation.targets:
            targets.setdefault(target.family, []).append((target, equation))
    result: dict[str, Family] = {}
    for name, family in names.families.items():
        if name in names.poisoned:
            continue
        try:
            result[name] = family if family.is_given else _defined(family, targets.get(name, []))
        except Rejected as rejected:
            names.report(rejected, name)
    return result


def check_signatures(names: Names, signatures: Iterable[Signature], families: Mapping[str, Family]) -> None:
    """Report shapes stated for members that have more or fewer subscripts than the tensor has indices."""
    for item in signatures:
        family = families.get(item.target.family)
        has = len(item.target.subscripts)
        if family is not None and has != len(family.axes):
            error = errors.arity_differs(family.name, has, item.target.span, len(family.axes), family.span)
            names.report(Rejected(error), family.name)


def _defined(family: Family, targets: _Defining) -> Family:
    """A family with as many axes as its left sides have subscripts, all alike."""
    if not targets:
        if family.role == "output":
            raise Rejected(errors.never_defined(family.name, family.span))
        raise Rejected()
    first = targets[0][0]
    arity = len(first.subscripts)
    for target, _ in targets[1:]:
        if len(target.subscripts) != arity:
            raise Rejected(errors.arity_differs(family.name, len(target.subscripts), target.span, arity, first.span))
    if family.axes or family.cell:
        return _declared_output(family, arity, first)
    return replace(family, axes=tuple(_axis(position, targets) for position in range(arity)))


def _declared_output(family: Family, arity: int, first: Target) -> Family:
    if arity == len(family.axes):
        return family
    if family.cell is not None and len(family.axes) < arity <= len(family.axes) + len(family.cell):
        return _by_entries(family, arity)
    if arity:
        raise Rejected(errors.arity_differs(family.name, arity, first.span, len(family.axes), family.span))
    cell = None if family.cell is None else tuple(_extent(axis) for axis in family.axes) + family.cell
    return replace(family, axes=(), cell=cell, whole=family.axes)


def _by_entries(family: Family, arity: int) -> Family:
    """An output declared with a shape and defined entry by entry: its first axes count from 0."""
    assert family.cell is not None
    count = arity - len(family.axes)
    added = [
        Index(f".{family.name}{at}", f"axis{at}", ZERO, size - 1, family.span)
        for at, size in enumerate(family.cell[:count], len(family.axes))
    ]
    return replace(family, axes=(*family.axes, *added), cell=family.cell[count:])


def _extent(axis: Index) -> Size:
    assert axis.low is not None and axis.high is not None, "a declared axis has a range"
    return axis.high - axis.low + 1


def _axis(position: int, targets: _Defining) -> Index:
    """An axis with the name of the first index that runs over it, or of its position if there is none."""
    for target, equation in targets:
        for index in equation.indices:
            if target.subscripts[position].names == {index.symbol}:
                return Index(f".{target.family}{position}", index.label, None, None, target.span)
    first = targets[0][0]
    return Index(f".{first.family}{position}", f"axis{position}", None, None, first.span)
