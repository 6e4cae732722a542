"""The second pass over a spec: every statement read, and the graph made of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from dataclasses import field, replace
from typing import assert_never

from shapecheck.graph import claim_errors, errors
from shapecheck.graph.errors import Rejected
from shapecheck.graph.expressions.complete_reading import reading_at
from shapecheck.graph.expressions.declared_names import Names
from shapecheck.graph.expressions.recognition import is_condition
from shapecheck.graph.expressions.scope import Scope
from shapecheck.graph.expressions.size_choices import told_apart
from shapecheck.graph.expressions.size_conditions import for_all, formula
from shapecheck.graph.model import Assumption, Claim, Debt, Dim, Equation, Family, Graph, Quantity, Signature, Test
from shapecheck.graph.reads import ancestors, claim_reads, families_read
from shapecheck.graph.statements.claim_statements import claim
from shapecheck.graph.statements.declarations import collect_dims, collect_names, is_instance
from shapecheck.graph.statements.defined_families import check_signatures, defined_families
from shapecheck.graph.statements.definitions import declare_instance, equations, signature
from shapecheck.graph.statements.for_blocks import Placed, all_statements, loop_of, place
from shapecheck.graph.statements.spec_tests import TestReader
from shapecheck.graph.statements.strides import put_together
from shapecheck.record import record
from shapecheck.sizes import Context, Proved, SizeFamily, consistent, decide
from shapecheck.source import Source
from shapecheck.syntax import tree


@record(frozen=False)
class StatementReader:
    """The statements of a spec or of a block's body, as far as they have been read."""

    source: Source
    names: Names = field(default_factory=Names)
    dims: Mapping[str, Dim] = field(default_factory=dict)
    equations: list[Equation] = field(default_factory=list)
    signatures: list[Signature] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    tests: list[Test] = field(default_factory=list)
    assumptions: list[Assumption] = field(default_factory=list)
    assumed: list[Claim] = field(default_factory=list)
    owed: list[Assumption] = field(default_factory=list)
    _debts: list[slice] = field(default_factory=list)
    """The places of the requirements of each assumption among those of the names."""

    def read(self, statements: tuple[tree.Statement, ...]) -> None:
        """Collect all names, then read every statement; mistakes are reported to `names`."""
        self.dims = {**self.dims, **collect_dims(all_statements(statements), self.names)}
        placed = list(place(statements, self.names))
        collect_names(placed, self.names)
        instances = [item for item in placed if is_instance(item.statement, self.names)]
        for item in (*instances, *(item for item in placed if item not in instances)):
            self._statement_or_report(item)
        self.equations = put_together(self.names, self.equations, self.context())
        if self.names.block is None:
            self._decide_assumptions()

    def _statement_or_report(self, item: Placed) -> None:
        try:
            self._statement(item)
        except Rejected as rejected:
            self.names.report(rejected)
            if isinstance(item.statement, tree.Equation):
                self.names.poisoned.update(target.name for target in item.statement.targets)

    def _statement(self, item: Placed) -> None:
        match item.statement:
            case tree.Equation() as equation if is_instance(equation, self.names):
                declare_instance(equation, item.scope, self.names)
            case tree.Equation() as equation:
                self._allow(equation)
                self.equations.extend(equations(equation, item.scope, self.names))
            case tree.Signature() as written:
                self.signatures.append(signature(written, item.scope, self.names))
            case tree.Claim() as written:
                self.claims.append(claim(written, item.scope, self.names, self.source))
            case tree.Assume(conditions, binders):
                for condition in conditions:
                    self._assume(condition, binders)
            case tree.Test() as test:
                self.tests.append(TestReader(self.names, self.source, self._free, self._families).test(test))
            case tree.Import() | tree.Dim() | tree.Declaration() | tree.Layer() | tree.Function():
                pass  # collected before: names, sizes, tensors and blocks
            case tree.For():
                raise AssertionError("`place` takes the statements out of a `for` block")
            case _:
                assert_never(item.statement)

    def _allow(self, equation: tree.Equation) -> None:
        """Raises `Rejected` if the left side is an input or a weight, or its name was rejected before."""
        for target in equation.targets:
            family = self.names.families.get(target.name)
            if family is None:
                raise Rejected()
            if family.is_given:
                raise Rejected(errors.given_is_defined(target.name, family.role, target.span, family.span))

    # ---- sizes and assumptions -----------------------------------------------------------------

    @property
    def _free(self) -> tuple[str, ...]:
        """The names of the free sizes."""
        return tuple(name for name, dim in self.dims.items() if dim.is_free)

    @property
    def _families(self) -> tuple[SizeFamily, ...]:
        """The families of sizes whose number depends on other sizes."""
        return tuple(dim.family for dim in self.dims.values() if dim.family is not None)

    def _assume(self, condition: tree.Expression, binders: tuple[tree.Binder, ...]) -> None:
        """An assumption of a spec, or a condition that every application of a block has to meet."""
        block = self.names.block
        text = " ".join(self.source[condition.span].split())
        debts = self.names.debts
        noted = len(debts)
        indices = loop_of(binders, self.names, Scope(), condition).indices
        if not is_condition(reading_at(self.names, Scope(indices)), told_apart(condition)):
            self._assume_of_entries(condition, binders)
            return
        assumed = for_all(indices, formula(reading_at(self.names, Scope(indices)), told_apart(condition)))
        text = f"{text} for {', '.join(self.source[binder.span] for binder in binders)}" if binders else text
        assumption = Assumption(assumed, text, condition.span)
        if block is not None and not block.is_alone:
            self.owed.append(assumption)
            return
        if consistent(self.context().assuming(assumption.formula)) is None:
            raise Rejected(errors.contradictory(condition.span))
        self.assumptions.append(assumption)
        self._debts.append(slice(noted, len(debts)))

    def _assume_of_entries(self, condition: tree.Expression, binders: tuple[tree.Binder, ...]) -> None:
        """An assumption on the entries of inputs and buffers of the file: read as a claim is."""
        if self.names.block is not None:
            raise Rejected(errors.assumption_in_block(condition.span))
        span = condition.span.to(binders[-1].span) if binders else condition.span
        written = tree.Claim(None, condition, None, None, binders, None, None, span=span)
        made = claim(written, Scope(), self.names, self.source)
        for name in sorted(claim_reads(made)):
            family = self.names.families.get(name)
            if family is None or family.role not in ("input", "buffer"):
                raise Rejected(errors.assumption_on_computed(name, condition.span))
        self.assumed.append(made)

    def _decide_assumptions(self) -> None:
        """Decide the requirements of assumptions, which do not stand for themselves.

        Each is decided under the assumptions before its own, and those that make sense for all sizes.
        """
        debts, plain = self.names.debts, replace(self.context(), facts=())
        every = enumerate(self._debts)
        sure = {number for number, places in every if all(_is_sure(debt, plain) for debt in debts[places])}
        for number, places in enumerate(self._debts):
            others = enumerate(self.assumptions)
            facts = tuple(item.formula for at, item in others if at < number or (at in sure and at != number))
            debts[places] = [self._decided(debt, replace(plain, facts=facts)) for debt in debts[places]]

    def _decided(self, debt: Debt, context: Context) -> Debt:
        if not debt.relation.names.issubset(self.dims):
            return debt
        return replace(debt, decision=decide(context.assuming(*debt.facts), debt.relation))

    def context(self) -> Context:
        """The sizes that the declarations and assumptions admit."""
        lowers = {name: self.dims[name].lower for name in self._free if self.dims[name].lower != 1}
        facts = tuple(assumption.formula for assumption in self.assumptions)
        families = [found.family for found in self.names.lists.values() if found.family is not None]
        return Context(facts, lowers, tuple(self.dims), tuple(dict.fromkeys(families)))

    # ---- the graph -----------------------------------------------------------------------------

    def graph(self) -> Graph:
        """The graph of everything that could be read, subscripts as written."""
        families = defined_families(self.names, self.equations)
        check_signatures(self.names, self.signatures, families)
        kept = self._without_broken(families)
        known, instances = families.keys(), self.names.instances
        quantities = self.names.quantities.items()
        graph = Graph(
            self.source,
            self.dims,
            tuple(self.assumptions),
            families,
            kept,
            tuple(item for item in self.signatures if item.target.family in known),
            _about(known, self.claims),
            tuple(replace(test, claims=_about(known, test.claims)) for test in self.tests),
            {name: item for name, item in quantities if _quantity_reads(item) <= known | instances.keys()},
            tuple(self.names.debts),
            self.context(),
            assumed=_about(known, self.assumed),
            owed=tuple(self.owed),
            instances=instances,
        )
        self._check_fields(graph)
        return graph

    def _check_fields(self, graph: Graph) -> None:
        """Report receptive fields in a tensor that the other one is not computed from."""
        for (seeing, seen), span in self.names.fields.items():
            if seen not in ancestors(graph, seeing) | {seeing} and {seeing, seen} <= graph.families.keys():
                self.names.report(Rejected(claim_errors.independent(seeing, seen, span)))

    def _without_broken(self, families: dict[str, Family]) -> tuple[Equation, ...]:
        """The equations without those that read a family which could not be read.

        The families that these define are removed from `families`.
        """
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


def _about(known: Set[str], claims: Iterable[Claim]) -> tuple[Claim, ...]:
    """The claims whose families are all known."""
    return tuple(item for item in claims if claim_reads(item) <= known)


def _quantity_reads(quantity: Quantity) -> set[str]:
    named = set() if quantity.family is None else {quantity.family}
    return named if quantity.node is None else named | families_read(quantity.node)


def _is_sure(debt: Debt, context: Context) -> bool:
    return isinstance(decide(context.assuming(*debt.facts), debt.relation), Proved)
