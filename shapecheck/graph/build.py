"""Spec -> Graph: names resolved, blocks of `for` dissolved, every statement checked for its form.

A statement that cannot be read is reported and left out; the names that it defines are remembered as *poisoned*, so
that nothing which rests on them is reported again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import field, replace
from typing import assert_never

from shapecheck.diagnostics.model import Diagnostic
from shapecheck.diagnostics.suggest import nearest
from shapecheck.graph import calls, errors
from shapecheck.graph.claims import claim
from shapecheck.graph.collect import Placed, collect_dims, collect_names, is_instance, place, report
from shapecheck.graph.definitions import equations, instance, signature
from shapecheck.graph.errors import Rejected
from shapecheck.graph.imports import Importer
from shapecheck.graph.library import Library
from shapecheck.graph.literals import literal
from shapecheck.graph.measure import Measure
from shapecheck.graph.model import Assumption, Claim, Dim, Equation, Family, Graph, Quantity, Signature, Target, Test
from shapecheck.graph.nodes import Apply, Data, Index, Node, Number, SizeValue
from shapecheck.graph.numbering import renumber
from shapecheck.graph.reads import claim_reads, families_read, nodes_below
from shapecheck.graph.scope import Names, Scope
from shapecheck.graph.values import Values
from shapecheck.record import record
from shapecheck.sizes import ZERO, Context, Size, consistent, symbol
from shapecheck.source import Source, Span
from shapecheck.syntax import tree


@record(frozen=False)
class _Builder:
    source: Source
    names: Names = field(default_factory=Names)
    equations: list[Equation] = field(default_factory=list)
    signatures: list[Signature] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    tests: list[Test] = field(default_factory=list)
    assumptions: list[Assumption] = field(default_factory=list)
    dims: Mapping[str, Dim] = field(default_factory=dict)

    owed: list[Assumption] = field(default_factory=list)

    def read(self, statements: tuple[tree.Statement, ...]) -> None:
        self.dims = {**self.dims, **collect_dims(_all_statements(statements), self.names)}
        placed = list(place(statements, self.names))
        collect_names(placed, self.names)
        for item in placed:
            self.statement(item)

    def statement(self, item: Placed) -> None:
        try:
            self._statement(item)
        except Rejected as rejected:
            report(self.names, rejected)
            if isinstance(item.statement, tree.Equation):
                self.names.poisoned.update(target.name for target in item.statement.targets)

    def _statement(self, item: Placed) -> None:
        match item.statement:
            case tree.Equation() as equation if is_instance(equation, self.names):
                self._instance(equation, item)
            case tree.Equation() as equation:
                self._allow(equation)
                self.equations.extend(equations(equation, item.scope, self.names))
            case tree.Signature() as written:
                target = written.target
                if target.name not in self.names.families:
                    raise self.names.undeclared(target.name, target.span, item.scope, "a tensor")
                self.signatures.append(signature(written, item.scope, self.names))
            case tree.Claim() as written:
                self.claims.append(self._claim(written, item.scope))
            case tree.Assume(conditions):
                for condition in conditions:
                    self._assume(condition)
            case tree.Test() as test:
                self.tests.append(self._test(test))
            case tree.Import() | tree.Dim() | tree.Declaration() | tree.Layer() | tree.Function():
                pass  # collected before: names, sizes, tensors and blocks
            case tree.For():
                raise AssertionError("what stands inside a `for` is placed by itself")
            case _:
                assert_never(item.statement)

    def _instance(self, equation: tree.Equation, item: Placed) -> None:
        """A block with a name; its arguments are looked at here, once."""
        made = instance(equation, item.scope, self.names)
        self.names.declare(made.name, equation.targets[0].span)
        self.names.instances[made.name] = made
        inner = replace(self.names_values(), scope=Scope().within(*made.indices))
        chosen = calls.chosen(inner, made.call)
        assert chosen is not None, "an instance is a block"
        calls.settler(inner, chosen)({})

    def names_values(self) -> Values:
        """Values at the level of the file."""
        return Values(self.names, Scope(), self.names.debts)

    def _allow(self, equation: tree.Equation) -> None:
        for target in equation.targets:
            family = self.names.families.get(target.name)
            if family is None:
                raise Rejected()
            if family.is_given:
                raise Rejected(errors.given_is_defined(target.name, family.role, target.span, family.span))

    def _claim(self, written: tree.Claim, scope: Scope) -> Claim:
        self.names.calls, self.names.summed = [], set()
        made = claim(written, scope, self.names, self.source)
        line, column = self.source.position(written.span.start)
        axes = tuple(symbol(index.symbol) for index in made.indices)
        calls.name_sites(self.names.calls, f"(claim {line}:{column})", axes, None, {})
        return made

    # ---- assumptions ---------------------------------------------------------------------------

    def _assume(self, condition: tree.Expression) -> None:
        formula = Measure(self.names, Scope(), self.names.debts).formula(condition)
        text = " ".join(self.source[condition.span].split())
        if self.names.in_block and not self.names.on_its_own:
            self.owed.append(Assumption(formula, text, condition.span))
            return
        context = self.context().assuming(formula)
        if consistent(context) is None:
            raise Rejected(errors.contradictory(condition.span))
        self.assumptions.append(Assumption(formula, text, condition.span))

    def context(self) -> Context:
        lowers = {name: dim.lower for name, dim in self.dims.items() if dim.value is None and dim.lower != 1}
        facts = tuple(assumption.formula for assumption in self.assumptions)
        return Context(facts, lowers, tuple(self.dims))

    # ---- tests ---------------------------------------------------------------------------------

    def _test(self, test: tree.Test) -> Test:
        free = [name for name, dim in self.dims.items() if dim.value is None]
        sizes: dict[str, int] = {}
        for setting in test.settings:
            sizes.update(self._test_sizes(setting, free))
        missing = [name for name in free if name not in sizes]
        if missing:
            raise Rejected(errors.test_misses(test.name, missing, _header(test)))
        data: dict[str, Node] = {}
        claims: list[Claim] = []
        for statement in test.body or ():
            self._test_statement(statement, data, claims)
        return Test(test.name, sizes, data, tuple(claims), _header(test))

    def _test_sizes(self, setting: tree.Argument, free: list[str]) -> dict[str, int]:
        """What a setting of a test sets: one size, or the entries of a parameter that is a shape."""
        name, shape = setting.name, self.names.constants.get(setting.name or "")
        if name is None:
            return {}
        if not isinstance(shape, tuple) or not isinstance(setting.value, tree.Sizes):
            return {name: self._test_size(setting, free)}
        items = setting.value.items
        parts = [tree.Argument(f"{name}[{at}]", item, span=setting.span) for at, item in enumerate(items)]
        return {str(part.name): self._test_size(part, free) for part in parts}

    def _test_size(self, setting: tree.Argument, free: list[str]) -> int:
        assert setting.name is not None
        if setting.name not in free:
            raise Rejected(errors.bad_test_size(setting.name, setting.span, nearest(setting.name, free)))
        value = literal(setting.value)
        if not isinstance(value, Number) or not isinstance(value.value, int):
            raise Rejected(errors.test_size_value(setting.name, setting.span))
        return value.value

    def _test_statement(self, statement: tree.Statement, data: dict[str, Node], claims: list[Claim]) -> None:
        match statement:
            case tree.Claim() as written:
                claims.append(self._claim(written, Scope()))
            case tree.Equation("plain", (target,), value, ()) if target.subscripts is None:
                data[target.name] = self._test_data(target, value)
            case _:
                raise Rejected(errors.not_in_test("this", statement.span))

    def _test_data(self, target: tree.Target, value: tree.Expression) -> Node:
        family = self.names.families.get(target.name)
        if family is None:
            raise self.names.undeclared(target.name, target.span, Scope(), "a tensor")
        if not family.is_given:
            raise Rejected(errors.wrong_data(target.name, "which the spec computes", target.span))
        data = Values(self.names, Scope(), self.names.debts).value(value)
        if not all(isinstance(node, Number | Data | SizeValue | Apply) for node in nodes_below(data)):
            raise Rejected(
                errors.wrong_data(
                    target.name, "which is more than numbers: write it out, or use zeros, ones, full", value.span
                )
            )
        return data

    # ---- families ------------------------------------------------------------------------------

    def families(self) -> dict[str, Family]:
        """All families with the axes that their definitions give them."""
        targets: dict[str, list[tuple[Target, Equation]]] = {}
        for equation in self.equations:
            for target in equation.targets:
                targets.setdefault(target.family, []).append((target, equation))
        result: dict[str, Family] = {}
        for name, family in self.names.families.items():
            if name in self.names.poisoned:
                continue
            try:
                result[name] = family if family.is_given else _defined(family, targets.get(name, []))
            except Rejected as rejected:
                report(self.names, rejected)
                self.names.poisoned.add(name)
        self._check_signatures(result)
        return result

    def _check_signatures(self, families: Mapping[str, Family]) -> None:
        """A shape stated for members has as many subscripts as the tensor has indices."""
        for item in self.signatures:
            family = families.get(item.target.family)
            has = len(item.target.subscripts)
            if family is not None and has != len(family.axes):
                error = errors.arity_differs(family.name, has, item.target.span, len(family.axes), family.span)
                report(self.names, Rejected(error), family.name)

    def graph(self) -> Graph:
        families = self.families()
        kept = self._drop_what_rests_on_mistakes(families)
        known = families.keys()
        return Graph(
            self.source,
            self.dims,
            tuple(self.assumptions),
            families,
            kept,
            tuple(item for item in self.signatures if item.target.family in known),
            tuple(item for item in self.claims if claim_reads(item) <= known),
            tuple(
                replace(test, claims=tuple(item for item in test.claims if claim_reads(item) <= known))
                for test in self.tests
            ),
            {
                name: item
                for name, item in self.names.quantities.items()
                if _quantity_reads(item) <= known | self.names.instances.keys()
            },
            tuple(self.names.debts),
            self.context(),
            owed=tuple(self.owed),
            instances=self.names.instances,
        )

    def _drop_what_rests_on_mistakes(self, families: dict[str, Family]) -> tuple[Equation, ...]:
        """Equations that read a family which could not be built go, and with them the families that they define."""
        kept = self.equations
        while True:
            broken = {
                target.family
                for equation in kept
                for target in equation.targets
                if not families_read(equation.value) <= families.keys() or target.family not in families
            }
            if not broken:
                return tuple(kept)
            for name in broken:
                families.pop(name, None)
            kept = [equation for equation in kept if not any(target.family in broken for target in equation.targets)]


def _header(test: tree.Test) -> Span:
    """Where messages about a test point: its name and settings, not its body."""
    if test.body is None:
        return test.span
    end = test.settings[-1].span.end + 1 if test.settings else test.span.start + len("test ") + len(test.name)
    return Span(test.span.start, end)


def _quantity_reads(quantity: Quantity) -> set[str]:
    named = set() if quantity.family is None else {quantity.family}
    return named if quantity.node is None else named | families_read(quantity.node)


def _all_statements(statements: Iterable[tree.Statement]) -> tuple[tree.Statement, ...]:
    """Statements of `for` blocks too: a `dim` may stand in one."""
    found: list[tree.Statement] = []
    for statement in statements:
        found.append(statement)
        if isinstance(statement, tree.For):
            found.extend(_all_statements(statement.body))
    return tuple(found)


def _defined(family: Family, targets: list[tuple[Target, Equation]]) -> Family:
    """A local or output family: as many axes as its left sides have subscripts, all alike."""
    if not targets:
        if family.role == "output":
            raise Rejected(errors.never_defined(family.name, family.span))
        raise Rejected()
    first = targets[0][0]
    arity = len(first.subscripts)
    for target, _ in targets[1:]:
        if len(target.subscripts) != arity:
            raise Rejected(errors.arity_differs(family.name, len(target.subscripts), target.span, arity, first.span))
    if family.role == "output" and (family.axes or family.cell):
        return _declared_output(family, arity, first)
    axes = tuple(_axis(position, targets) for position in range(arity))
    return replace(family, axes=axes)


def _declared_output(family: Family, arity: int, first: Target) -> Family:
    if arity == len(family.axes):
        return family
    if family.cell is not None and len(family.axes) < arity <= len(family.axes) + len(family.cell):
        return _by_entries(family, arity)
    if arity:
        raise Rejected(errors.arity_differs(family.name, arity, first.span, len(family.axes), family.span))
    if not family.axes:
        return family
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


def _axis(position: int, targets: list[tuple[Target, Equation]]) -> Index:
    """An axis named by the first index that runs over it; where none does, by its position."""
    for target, equation in targets:
        for index in equation.indices:
            if target.subscripts[position].names == {index.symbol}:
                return Index(f".{target.family}{position}", index.label, None, None, target.span)
    return Index(f".{targets[0][0].family}{position}", f"axis{position}", None, None, targets[0][0].span)


def build(source: Source, spec: tree.Spec) -> tuple[Graph, tuple[Diagnostic, ...]]:
    """The graph of a spec, as far as it can be read, and what is wrong with the rest."""
    importer = Importer(source, Library(source))
    home = importer.home(source, spec.statements)
    builder = _Builder(source, Names(home=home))
    builder.read(spec.statements)
    graph, unclear = renumber(builder.graph())
    own = tuple(block for block in home.definitions.values() if block.home is home)
    return replace(graph, blocks=own), (*importer.diagnostics, *builder.names.diagnostics, *unclear)


def build_body(
    source: Source, names: Names, statements: tuple[tree.Statement, ...], dims: Mapping[str, Dim], context: Context
) -> tuple[Graph, tuple[Diagnostic, ...]]:
    """The graph of a block's body in the sizes of the spec that applies it: `dims` and `context` are that spec's."""
    builder = _Builder(source, names)
    builder.read(statements)
    graph = replace(builder.graph(), dims=dims, context=context)
    graph, unclear = renumber(_without_unused(graph))
    return graph, (*builder.names.diagnostics, *unclear)


def build_on_its_own(
    source: Source, names: Names, statements: tuple[tree.Statement, ...], dims: Mapping[str, Dim]
) -> tuple[Graph, tuple[Diagnostic, ...]]:
    """The graph of a block's body as a spec of its own, its claims and tests included; `dims` are its parameters."""
    builder = _Builder(source, names, dims=dims)
    builder.read(statements)
    graph, vain = _with_readable_claims(_without_unused(builder.graph()))
    graph, unclear = renumber(graph)
    return graph, (*builder.names.diagnostics, *vain, *unclear)


def _without_unused(graph: Graph) -> Graph:
    """Weights that no equation reads, since a parameter switches them off, do not exist."""
    read = set[str]().union(*(families_read(equation.value) for equation in graph.equations))
    kept = {
        name: family
        for name, family in graph.families.items()
        if family.role not in ("weight", "buffer") or name in read
    }
    return replace(graph, families=kept)


def _with_readable_claims(graph: Graph) -> tuple[Graph, tuple[Diagnostic, ...]]:
    """Claims about weights that do not exist are left out and told of."""
    wrong = [
        errors.switched_off(name, claim.span)
        for claim in (*graph.claims, *(claim for test in graph.tests for claim in test.claims))
        for name in sorted(claim_reads(claim) - graph.families.keys())
    ]
    told = {diagnostic.span for diagnostic in wrong}
    kept = tuple(claim for claim in graph.claims if claim.span not in told)
    tests = tuple(
        replace(test, claims=tuple(claim for claim in test.claims if claim.span not in told)) for test in graph.tests
    )
    return replace(graph, claims=kept, tests=tests), tuple(wrong)
