"""Names of applications, by which paths and reports refer to them: `y.conv2d[2]`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from shapecheck.graph.expressions.reading import Reading
from shapecheck.graph.model import Equation, Target
from shapecheck.graph.nodes import Call, Node, Point, Read
from shapecheck.sizes import Size, symbol
from shapecheck.source import Span


def name_sites(
    calls: Iterable[Call], base: str, axes: tuple[Size, ...], whole: Node | None, aliases: Mapping[Call, Target]
) -> None:
    """Give the applications of one statement their names, in the order of the text.

    One named by `as` has that name; the one that is the whole value of an equation has that of the equation; others
    have the name of their block, with a number if there are several.
    """
    alike: dict[str, list[Call]] = {}
    for call in calls:
        alike.setdefault(call.site.label, []).append(call)
    for found in alike.values():
        for number, call in enumerate(found, 1):
            site, alias = call.site, aliases.get(call)
            site.base = base if alias is None else alias.family
            site.axes = axes if alias is None else alias.subscripts
            site.number = None if len(found) == 1 else number
            site.whole = alias is not None or (call is whole and bool(base))


def named_stage(reading: Reading, call: Node, alias: str, span: Span) -> Read:
    """`x -> f as c`: notes an equation `c = f(x)` beside the statement, and gives the read of `c`."""
    indices = reading.scope.indices
    members = tuple(symbol(index.symbol) for index in indices)
    target = Target(alias, members, None, span)
    reading.names.noted.stages.append(Equation("plain", (target,), call, indices, span))
    return Read(alias, tuple(map(Point, members)), span=span)
