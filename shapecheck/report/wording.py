"""The forms of sizes in one document: as short as the assumptions of its spec allow, one form for one size.

In: shapes.  Out: a `Wording`.  Within `worded(..)` all writers ask it for the tree of a size (`written_size`,
`written_amount`); outside they write the normal form.  Statements about sizes are never told by it: `H % 32` would be
0 under its own assumption.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace
from typing import TYPE_CHECKING

from shapecheck.graph.model import Claim, Graph, ShapeClaim, SizeClaim
from shapecheck.infer.model import Shapes
from shapecheck.record import record
from shapecheck.sizes import Context, Formula, Relation, Size, plain_condition
from shapecheck.sizes.questions.formula import relations
from shapecheck.sizes.writing.notation import Written
from shapecheck.sizes.writing.show import written, written_factored

if TYPE_CHECKING:
    from shapecheck.sizes.forms import Form, Wanted

MOST_FORMS = 60
"""Most sizes of the author that are looked at."""
Note = tuple["str | Size | Formula", ...]
"""The note below a table: the sizes for which its forms hold."""


@record(eq=False)
class Wording:
    """The assumptions, the sizes in them, and the sizes that the author wrote.

    `is_owed` where the context holds what the equations need and nobody assumed, `is_partly_assumed` where it holds
    assumptions of the author, too.
    """

    context: Context
    names: frozenset[str]
    wanted: Wanted
    is_owed: bool = False
    is_partly_assumed: bool = False

    def form(self, size: Size, factored: bool = False) -> Form:
        """The form of a size; nothing is assumed of names that are no sizes of the spec."""
        from shapecheck.sizes.forms import Wanted, form

        context = self.context
        for name in sorted(size.names - self.names):
            context = context.with_lower(name, None)
        return form(size, context, self.wanted if factored else Wanted(self.wanted.forms), factored)

    def beside(self, axes: Iterable[Size], sums: Iterable[tuple[Size, ...]] = ()) -> Wording:
        """The wording of a table with these axes, and totals that add these counts up."""
        from shapecheck.sizes.forms import Wanted

        told = tuple(dict.fromkeys(axis for axis in axes if axis.constant is None))
        return replace(self, wanted=Wanted(self.wanted.forms, told, tuple(dict.fromkeys(sums))))

    def at(self, setting: Mapping[str, int]) -> Wording:
        """The wording where some sizes have these values."""
        facts = tuple(fact.substitute(setting) for fact in self.context.facts)
        return replace(self, context=self.context.with_facts(facts))

    def note(self, told: Iterable[tuple[Size, bool]]) -> Note:
        """The condition under which the forms of these sizes hold (with each, whether it is written factored)."""
        if self.is_owed:
            why = "assumed or needed by the equations" if self.is_partly_assumed else "as the equations need"
            return ("for ", *_listed(self.context.facts, ", "), f", {why}")
        facts = dict.fromkeys(fact for size, factored in told for fact in self.form(size, factored).facts)
        return ("for ", *_listed([fact for fact in self.context.facts if fact in facts], " and ")) if facts else ()


def wording_of(shapes: Shapes, *, is_owed: bool = False) -> Wording:
    """The wording for a spec, or for a block on its own; `is_owed` where the shapes are those of `stages.accepting`."""
    from shapecheck.sizes.forms import Wanted
    from shapecheck.verdict.acceptance import admitted

    graph = shapes.graph
    context = admitted(shapes) if is_owed else graph.context
    forms = tuple(dict.fromkeys(size for size in _authors(graph) if size.names))[:MOST_FORMS]
    own = any(" ".join(graph.source[item.span].split()) == item.text for item in graph.assumptions)
    return Wording(context, frozenset(graph.dims), Wanted(forms), is_owed, own)


def _authors(graph: Graph) -> Iterator[Size]:
    """The sizes that stand in claims and in declarations."""
    for claim in graph.claims:
        yield from _claimed(claim)
    for family in graph.families.values():
        yield from family.cell or ()
    for equation in graph.equations:
        for target in equation.targets:
            yield from target.cell or ()


def _claimed(claim: Claim) -> Iterator[Size]:
    if isinstance(claim.body, ShapeClaim):
        yield from claim.body.sizes
    elif isinstance(claim.body, SizeClaim):
        for relation in relations(claim.body.formula):
            if relation.operator == "==":
                yield from (relation.left, relation.right)


def _listed(facts: Iterable[Formula], between: str) -> Note:
    """`H, W divisible by 32`, and what else is a fact."""
    from shapecheck.sizes.forms import divides

    divided: dict[Size, list[Size]] = {}
    parts: list[Note] = []
    for fact in facts:
        found = divides(fact)
        if found is None:
            parts.append((plain_condition(fact) if isinstance(fact, Relation) else fact,))
        else:
            divided.setdefault(found[1], []).append(found[0])
    for divisor, sizes in reversed(divided.items()):
        names: Note = tuple(part for size in sizes for part in (", ", size))[1:]
        parts.insert(0, (*names, " divisible by ", divisor))
    return tuple(piece for part in parts for piece in (between, *part))[1:]


_CURRENT: ContextVar[Wording | None] = ContextVar("wording", default=None)


@contextmanager
def worded(wording: Wording | None) -> Iterator[None]:
    """Within this block sizes are told so; None for the normal form."""
    token = _CURRENT.set(wording)
    try:
        yield
    finally:
        _CURRENT.reset(token)


def written_size(size: Size) -> Written:
    """The form of a size."""
    current = _CURRENT.get()
    return written(size) if current is None else current.form(size).tree


def written_amount(size: Size) -> Written:
    """The form of a count, with its common factor in front."""
    current = _CURRENT.get()
    return written_factored(size) if current is None else current.form(size, True).tree
