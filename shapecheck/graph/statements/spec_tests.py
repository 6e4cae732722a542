"""Tests of a spec: its free sizes set, data for its inputs, and claims."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from shapecheck.diagnostics.suggest import nearest
from shapecheck.graph import claim_errors
from shapecheck.graph.errors import Rejected
from shapecheck.graph.expressions.complete_reading import reading_at
from shapecheck.graph.expressions.declared_names import Names
from shapecheck.graph.expressions.literals import literal
from shapecheck.graph.expressions.scope import Scope
from shapecheck.graph.model import Claim, Test
from shapecheck.graph.nodes import Apply, Data, Node, Number, SizeValue
from shapecheck.graph.reads import nodes_below
from shapecheck.graph.statements.claim_statements import claim
from shapecheck.record import record
from shapecheck.sizes import SizeFamily, members
from shapecheck.source import Source, Span
from shapecheck.syntax import tree


@record
class TestReader:
    """Reads the tests of one spec; `free` are its free sizes, `families` those whose number depends on sizes."""

    names: Names
    source: Source
    free: tuple[str, ...]
    families: tuple[SizeFamily, ...] = ()

    def test(self, written: tree.Test) -> Test:
        """The test as the graph has it; raises `Rejected` if a free size is left open."""
        sizes: dict[str, int] = {}
        families = {family.name: family for family in self.families}
        for setting in written.settings:
            if setting.name not in families:
                sizes.update(self._sizes(setting))
        for setting in written.settings:
            if setting.name in families:
                sizes.update(self._members(families[setting.name], setting, sizes))
        missing = [name for name in self.free if name not in sizes]
        missing += [name for name in families if name not in {item.name for item in written.settings}]
        if missing:
            raise Rejected(claim_errors.test_misses(written.name, missing, _header(written)))
        data: dict[str, Node] = {}
        claims: list[Claim] = []
        for statement in written.body or ():
            self._statement(statement, data, claims)
        return Test(written.name, sizes, data, tuple(claims), _header(written))

    def _sizes(self, setting: tree.Argument) -> dict[str, int]:
        """The sizes that a setting sets: one size, or the entries of a parameter that is a shape."""
        name, shape = setting.name, self.names.constants.get(setting.name or "")
        if name is None:
            return {}
        own = [free for free in self.free if free.startswith(f"{name}[")]
        if not own:
            return {name: self._size(setting)}
        items = _entries(setting.value, len(own) if isinstance(shape, tuple) else 1)
        if len(items) != len(own):
            raise Rejected(claim_errors.test_list_length(name, len(own), len(items), setting.span))
        parts = [tree.Argument(label, item, span=setting.span) for label, item in zip(own, items)]
        return {str(part.name): self._size(part) for part in parts}

    def _members(self, family: SizeFamily, setting: tree.Argument, sizes: Mapping[str, int]) -> dict[str, int]:
        """The sizes of a family, in the order of its range, whose ends the other sizes of the test fix."""
        needed = {name for ends in family.ranges for end in ends for name in end.names}
        if not needed <= sizes.keys():
            return {}
        names = members(family, sizes)
        items = _entries(setting.value, 1)
        if len(items) != len(names):
            ends = [(low.evaluate(sizes), high.evaluate(sizes)) for low, high in family.ranges]
            raise Rejected(claim_errors.test_family_length(family, ends, len(names), len(items), setting.span))
        return {name: self._number(name, item, setting.span) for name, item in zip(names, items)}

    def _size(self, setting: tree.Argument) -> int:
        assert setting.name is not None
        if setting.name not in self.free:
            raise Rejected(claim_errors.bad_test_size(setting.name, setting.span, nearest(setting.name, self.free)))
        return self._number(setting.name, setting.value, setting.span)

    def _number(self, name: str, written: tree.Expression, span: Span) -> int:
        value = literal(written)
        if not isinstance(value, Number) or not isinstance(value.value, int):
            raise Rejected(claim_errors.test_size_value(name, span))
        return value.value

    def _statement(self, statement: tree.Statement, data: dict[str, Node], claims: list[Claim]) -> None:
        match statement:
            case tree.Claim() as written:
                claims.append(claim(written, Scope(), self.names, self.source))
            case tree.Equation("plain", (target,), value, ()) if target.subscripts is None:
                data[target.name] = self._data(target, value)
            case _:
                raise Rejected(claim_errors.not_in_test("this", statement.span))

    def _data(self, target: tree.Target, value: tree.Expression) -> Node:
        """The data for an input or a weight, which consists of numbers."""
        family = self.names.families.get(target.name)
        if family is None:
            raise self.names.undeclared(target.name, target.span, Scope(), "a tensor")
        if not family.is_given:
            raise Rejected(claim_errors.wrong_data(target.name, "which the spec computes", target.span))
        data = reading_at(self.names).value(value)
        if not _is_numbers(nodes_below(data)):
            why = "which is more than numbers: write it out, or use zeros, ones, full"
            raise Rejected(claim_errors.wrong_data(target.name, why, value.span))
        return data


def _entries(value: tree.Expression, count: int) -> tuple[tree.Expression, ...]:
    """The sizes of a list, `3 x 5` or `[3, 5]`; any other value stands for all of them."""
    match value:
        case tree.Sizes(items):
            return items
        case tree.Column((row,)):
            return row
        case _:
            return (value,) * count


def _is_numbers(nodes: Iterable[Node]) -> bool:
    return all(isinstance(node, Number | Data | SizeValue | Apply) for node in nodes)


def _header(test: tree.Test) -> Span:
    """The name and the settings of a test, where messages point."""
    if test.body is None:
        return test.span
    end = test.settings[-1].span.end + 1 if test.settings else test.span.start + len("test ") + len(test.name)
    return Span(test.span.start, end)
