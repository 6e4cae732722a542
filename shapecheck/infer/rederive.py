"""A second derivation of all shapes: every shape rule read on SymPy expressions.

In: derived shapes.  Out: how many of them SymPy's arithmetic leads to as well, and what is wrong where it does not:
that is a bug of ours, in the algebra of sizes, in inference or in the linking of blocks.

The shape of each application of an op, in each box of indices, is derived again from the shapes of its operands; so is
what the op needs.  The rule is the op's own, read on expressions with which SymPy computes.  Its result is read back
and compared in normal form, or the equality is decided: SymPy is never asked whether two expressions are equal.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import field

from shapecheck.diagnostics.model import Diagnostic, Label
from shapecheck.graph.model import Claim, Equation
from shapecheck.graph.nodes import Apply, Choose, Node
from shapecheck.graph.reads import claim_values
from shapecheck.infer.model import Instance, Shape, Shapes
from shapecheck.ops.base import Misfit, Owed, Result, with_sizes
from shapecheck.record import record
from shapecheck.sizes import Context, Decision, Formula, Not, Proved, Refuted, Relation, Size, symbol
from shapecheck.sizes.expression import agreement, as_expression, decided
from shapecheck.source import Span


@record
class Second:
    """The outcome: `agreed` shapes are equal for all sizes, `tested` ones at all sizes tried; `left` were too large."""

    agreed: int
    tested: int
    left: int
    diagnostics: tuple[Diagnostic, ...]


def rederived(specs: Sequence[Shapes]) -> Second:
    """Derive every shape again; those of a spec and of blocks on their own."""
    work = Rederivation()
    for shapes in specs:
        for instance, node, facts in _applications(shapes):
            work.again(node, instance, shapes.graph.context.assuming(*instance.facts, *facts))
    return Second(work.agreed, work.tested, work.left, tuple(work.found.values()))


@record(frozen=False)
class Rederivation:
    """The work: what was compared is not compared again for the next copy of a block."""

    agreed: int = 0
    tested: int = 0
    left: int = 0
    found: dict[Span, Diagnostic] = field(default_factory=dict)
    _known: dict[object, list[Comparison] | None] = field(default_factory=dict)

    def again(self, node: Apply, instance: Instance, context: Context) -> None:
        """Derive the shape of one application in one box."""
        operands, shape = [instance.shapes[argument] for argument in node.arguments], instance.shapes[node]
        context = context.assuming(*_ranges(instance, [size for part in (shape, *operands) for size in part]))
        key = (node.op, node.parameters, tuple(operands), shape, context)
        if key not in self._known:
            self._known[key] = _compared(node, operands, shape, context)
        comparisons = self._known[key]
        wrong = next((item for item in comparisons or () if isinstance(item[0], Refuted)), None)
        if comparisons is None:
            self.left += 1
        elif wrong is not None:
            self.found.setdefault(node.span, differs(node, *wrong))
        elif all(isinstance(decision, Proved) for decision, *_ in comparisons):
            self.agreed += 1
        else:
            self.tested += 1


def _ranges(instance: Instance, sizes: Sequence[Size]) -> Iterator[Formula]:
    """The ranges of the indices that sizes mention, and of those that these mention."""
    needed = {name for size in sizes for name in size.names if name[0] == "."}
    for name, interval in reversed([*instance.ranges.items(), *instance.bounds.items()] if needed else []):
        if name in needed:
            yield Relation(">=", symbol(name), interval.low)
            yield Relation("<=", symbol(name), interval.high)
            needed |= interval.low.names | interval.high.names


Comparison = tuple[Decision, str, str]
"""Whether two sizes are equal, and their texts: SymPy's, then ours."""


def _applications(shapes: Shapes) -> Iterator[tuple[Instance, Apply, tuple[Formula, ...]]]:
    """Every application of an op whose shapes are known, with the conditions of the branches it stands in."""
    boxes = [*shapes.instances, *(instance for found in shapes.claims.values() for instance in found)]
    for instance in boxes:
        for node, facts in _nodes(instance.origin):
            known = isinstance(node, Apply) and all(part in instance.shapes for part in (node, *node.arguments))
            if isinstance(node, Apply) and known:
                yield instance, node, facts


def _nodes(origin: Equation | Claim) -> Iterator[tuple[Node, tuple[Formula, ...]]]:
    roots = claim_values(origin) if isinstance(origin, Claim) else (origin.value,)
    stack: list[tuple[Node, tuple[Formula, ...]]] = [(root, ()) for root in roots]
    while stack:
        node, facts = stack.pop()
        yield node, facts
        if isinstance(node, Choose) and node.formula is not None:
            stack += [(node.then, (*facts, node.formula)), (node.otherwise, (*facts, Not(node.formula)))]
        else:
            stack += [(operand, facts) for operand in node.operands]


def _compared(node: Apply, operands: Sequence[Shape], shape: Shape, context: Context) -> list[Comparison] | None:
    """Each size of the result and of the requirements against SymPy's; None if one is too large for SymPy."""
    size_of = {size: as_expression(size, context) for operand in operands for size in operand}
    if None in size_of.values():
        return None
    parameters = with_sizes(node.parameters, lambda size: _parameter(size, context))
    mirrored = node.op.shape(parameters, [tuple(size_of[size] or size for size in operand) for operand in operands])
    plain = node.op.shape(node.parameters, operands)
    if isinstance(mirrored, Misfit) or isinstance(plain, Misfit) or len(mirrored.shape) != len(shape):
        return [(Refuted({}, "rank"), _text(mirrored), f"a shape with {len(shape)} axes")]
    found = [(agreement(again, size, context), str(again), str(size)) for again, size in zip(mirrored.shape, shape)]
    return found + _owed(mirrored.owed, plain.owed, Context((), context.lowers, context.order))


def _parameter(size: Size, context: Context) -> Size:
    """A constant stays as it is: rules look for 0 and 1 among their settings."""
    return size if size.constant is not None else as_expression(size, context) or size


def _owed(again: Sequence[Owed], owed: Sequence[Owed], context: Context) -> list[Comparison]:
    """Compares the requirements of both derivations; one that only one of them has must hold for all sizes."""
    found: list[Comparison] = []
    rest = list(again)
    for item in owed:
        match = next((other for other in rest if (other.why, other.axes) == (item.why, item.axes)), None)
        if match is None:
            found.append((Refuted({}, "owed"), "nothing", f"{item.relation}, for {item.why}"))
            continue
        rest.remove(match)
        same = agreement(match.relation.difference, item.relation.difference, context)
        found.append((same, str(match.relation), str(item.relation)))
    found += [(decided(extra.relation, context), f"{extra.relation}, for {extra.why}", "nothing") for extra in rest]
    return found


def _text(outcome: Result | Misfit) -> str:
    return outcome.why if isinstance(outcome, Misfit) else f"a shape with {len(outcome.shape)} axes"


def differs(node: Apply, decision: Decision, again: str, size: str) -> Diagnostic:
    """Both derivations, side by side."""
    assert isinstance(decision, Refuted)
    return Diagnostic(
        "derivations-differ",
        f"the two derivations of `{node.op.name}` differ: this is a bug in shapecheck, not in your spec",
        (Label(node.span, "derived twice"),),
        (f"by SymPy           {again}", f"by the size algebra  {size}"),
        "please report it with the spec and this message",
        sizes=dict(decision.witness),
    )
