"""The values that an equation computes, each with the branches around it and the number of times it is computed.

In: an equation in one box of its indices.  Out: its values with the conditions around them, and what each of them
takes: so many multiply-accumulates for every value of the indices that it mentions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

from shapecheck.graph.model import Equation
from shapecheck.graph.nodes import (
    Apply,
    Choose,
    Cut,
    Data,
    Default,
    Inner,
    Node,
    Number,
    Part,
    Point,
    Read,
    Reduce,
    SizeValue,
    Subscript,
)
from shapecheck.infer.counting.branches import Facts, Share
from shapecheck.infer.model import Instance, Interval
from shapecheck.sizes import ONE, ZERO, And, Formula, Not, Or, Size


def ranges_of(instance: Instance) -> dict[str, Interval]:
    """The ranges of all indices of an equation in one box, outer before inner."""
    return {**instance.ranges, **instance.bounds}


Condition = TypeVar("Condition")


def in_common(
    values: Iterable[Node], branches: Callable[[Node], Iterable[tuple[Node, tuple[Condition, ...]]]]
) -> dict[Node, frozenset[Condition]]:
    """For everything that values are made of the conditions that all places have in common where it stands.

    `branches` gives what stands directly below a node, with the condition of a branch.
    """
    found: dict[Node, frozenset[Condition]] = {}
    stack: list[tuple[Node, frozenset[Condition]]] = [(value, frozenset()) for value in values]
    while stack:
        node, facts = stack.pop()
        common = found.get(node, facts) & facts
        if found.get(node) != common:
            found[node] = common
            stack += [(item, common | frozenset(own)) for item, own in branches(node)]
    return found


def on_data(node: Node) -> Iterator[tuple[Node, tuple[tuple[Node, bool], ...]]]:
    """The operands of a node, with a branch's condition on data and whether it holds there."""
    if isinstance(node, Choose) and node.condition is not None:
        yield node.condition, ()
        yield node.then, ((node.condition, True),)
        yield node.otherwise, ((node.condition, False),)
    else:
        yield from ((item, ()) for item in node.operands)


def on_sizes(node: Node) -> Iterator[tuple[Node, Facts]]:
    """The operands of a node, with a branch's condition on sizes and indices."""
    if isinstance(node, Choose) and node.formula is not None:
        yield node.then, (node.formula,)
        yield node.otherwise, (Not(node.formula),)
    else:
        yield from ((item, ()) for item in node.operands)


def places_in(instance: Instance, apart: Sequence[Node] = ()) -> dict[Node, Facts]:
    """Everything that an equation works out, each with the conditions of the branches that it stands in.

    What is set `apart` is left out, with all that only it is made of.
    """
    assert isinstance(instance.origin, Equation)
    found: dict[Node, list[Facts]] = {}
    stack: list[tuple[Node, Facts]] = [(instance.origin.value, ())]
    while stack:
        node, facts = stack.pop()
        if any(node is other for other in apart):
            continue
        known: list[Facts] = found.setdefault(node, []) if node in instance.shapes else [()]
        if facts not in known and () not in known:
            known.append(facts)
            stack += _below(node, facts, instance)
    return {node: lists[0] if len(lists) == 1 else _any(lists) for node, lists in found.items()}


def _below(node: Node, facts: Facts, instance: Instance) -> Iterator[tuple[Node, Facts]]:
    """The operands of a node; the only branch that exists has no condition."""
    both = isinstance(node, Choose) and node.then in instance.shapes and node.otherwise in instance.shapes
    return ((item, (*facts, *own) if both else facts) for item, own in on_sizes(node))


def _any(lists: Sequence[Facts]) -> Facts:
    return () if () in lists else (Or(tuple(And(facts) for facts in lists)),)


def own_share(node: Node, instance: Instance, facts: Facts) -> Share | None:
    """The work of one value, for every value of the indices in it."""
    match node:
        case Apply(op, arguments, parameters):
            once = op.macs(parameters, [instance.shapes[argument] for argument in arguments], instance.shapes[node])
            return None if once is ZERO else Share(once, frozenset(_free(node)), facts)
        case Reduce("sum", indices, body) if _multiplies(body):
            once = ONE
            for size in instance.shapes[body]:
                once = once * size
            return Share(once, frozenset(_free(body) | {index.symbol for index in indices}), facts)
        case _:
            return None


# ---- which indices a value mentions ------------------------------------------------------------


def _free(node: Node) -> set[str]:
    """The index variables that a value mentions, those bound inside it left out."""
    match node:
        case Reduce(_, indices, body):
            inner = _free(body)
            for index in indices:
                for end in (index.low, index.high):
                    inner |= _indices(end) if end is not None else set()
            return inner - {index.symbol for index in indices}
        case SizeValue(size):
            return _indices(size)
        case Read(_, subscripts):
            return _of_subscripts(subscripts).union(*map(_free, node.operands))
        case Part(_, subscripts):
            return _of_subscripts(subscripts).union(*map(_free, node.operands))
        case Inner(path):
            steps = (_of_subscripts(step.subscripts) for step in path)
            return set[str]().union(*steps, *map(_free, node.operands))
        case Choose(formula):
            return _in_formula(formula).union(*map(_free, node.operands))
        case _:
            return set[str]().union(*map(_free, node.operands))


def _indices(size: Size) -> set[str]:
    return {name for name in size.names if name[0] == "."}


def _in_formula(formula: Formula | None) -> set[str]:
    return set() if formula is None else {name for name in formula.names if name[0] == "."}


def _of_subscripts(subscripts: Iterable[Subscript]) -> set[str]:
    return {name for size in _subscript_sizes(subscripts) for name in _indices(size)}


def _subscript_sizes(subscripts: Iterable[Subscript]) -> Iterator[Size]:
    for item in subscripts:
        if isinstance(item, Point):
            yield item.size
        elif isinstance(item, Cut):
            yield item.low
            yield item.high


# ---- products ----------------------------------------------------------------------------------


def _multiplies(body: Node) -> bool:
    """Whether a term of the sum multiplies two values (numbers and sizes are none)."""
    match body:
        case Apply(op, arguments) if op.function == "*":
            return sum(map(_is_value, arguments)) > 1 or any(map(_multiplies, arguments))
        case Apply(op, arguments) if op.function in ("+", "-", "neg", "/"):
            return any(map(_multiplies, arguments))
        case Default(read):
            return _multiplies(read)
        case Choose(_, _, then, otherwise):
            return _multiplies(then) or _multiplies(otherwise)
        case _:
            return False


def _is_value(node: Node) -> bool:
    """Anything that is not fixed by the text and the sizes alone."""
    match node:
        case Number() | SizeValue() | Data():
            return False
        case Read():
            return True
        case _:
            return any(map(_is_value, node.operands))
