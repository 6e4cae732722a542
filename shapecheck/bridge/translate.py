"""A network to a spec: the walk over its nodes.

Comes in: a `Network`.  Goes out: an `Imported`, or `Untranslated` with all nodes that could not be said.  What a node
that could not be said gives becomes an input, so that the rest is still looked at.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property

import numpy as np

from shapecheck.bridge.constants import folded, is_foldable
from shapecheck.bridge.draft import Draft
from shapecheck.bridge.errors import BridgeError, Problem, Unsaid, Untranslated
from shapecheck.bridge.expansion import expansion
from shapecheck.bridge.folding import in_blocks
from shapecheck.bridge.graph_inputs import Dims, Feed, declare_input, declare_inputs
from shapecheck.bridge.imported import Imported
from shapecheck.bridge.line_runs import Around, Written
from shapecheck.bridge.names import Names
from shapecheck.bridge.network import Array, Network, Node, Port
from shapecheck.bridge.node_order import ONLY_SHAPES, inputs_of, needed_nodes, title_of, uses_of
from shapecheck.bridge.reading import subgraphs
from shapecheck.bridge.rewriting import renamed
from shapecheck.bridge.rules import RULES
from shapecheck.bridge.tasks import Task
from shapecheck.bridge.tensors import Counts, Flat, Known, Pointwise, Tensor, View
from shapecheck.bridge.trees import size_tree
from shapecheck.sizes import Inadmissible, Size, TooLargeToWrite, naming_order
from shapecheck.syntax import tree

_MALFORMED = (LookupError, TypeError, ValueError, ArithmeticError, AttributeError, AssertionError)
"""Errors of a rule that meets a node with too few operands, an attribute of another type, or the like."""


def translate(network: Network, symbolic: Sequence[str] = (), partial: bool = False, fold: bool = False) -> Imported:
    """The spec of a network; `symbolic` are axes of fixed size that become sizes, `fold` makes blocks of equal runs.

    Raises `Untranslated` where a node cannot be said and the rest is not wanted.
    """
    walk = _Walk(network, symbolic)
    with naming_order(walk.dims.all):
        walk.run()
    if walk.problems and not partial:
        raise Untranslated(walk.problems)
    with naming_order(walk.dims.all):
        return walk.result(fold)


class _Walk:
    """The nodes in their order, and the tensors so far by their names in the model."""

    def __init__(self, network: Network, symbolic: Sequence[str]) -> None:
        self.network = network
        self.draft = Draft(Names())
        self.dims = Dims(self.draft.names)
        self.problems: list[Problem] = []
        self.opset = network.opset
        self._whole: Node | None = None
        """The node whose definition is being translated."""
        self._expansions = 0
        views, self.feeds = declare_inputs(self.draft, network, self.dims, symbolic)
        self.tensors: dict[str, Tensor | None] = dict(views)
        self._add_constants(network)
        self.uses = uses_of(network)

    def _add_constants(self, network: Network) -> None:
        for name, array in network.constants.items():
            self.tensors[name] = Known(array, name, array.dtype.kind == "f" and array.size > 1)

    def run(self) -> None:
        """Translate every node whose outputs are used."""
        for node in needed_nodes(self.network.nodes, [port.name for port in self.network.outputs]):
            self._node(node)
        for port in self.network.outputs:
            tensor = self.tensors.get(port.name)
            if tensor is not None:
                self._output(port.name, tensor)

    def _output(self, name: str, tensor: Tensor) -> None:
        """Give an output of the model its name."""
        own = self.draft.names.output(name)
        self.draft.remember(tensor, own)
        try:
            self.tensors[name] = self._named_output(own, self.draft.named(tensor))
        except Unsaid as reason:
            self.problems.append(Problem("output", name, str(reason)))

    def _named_output(self, name: str, view: View) -> View:
        """An output, with an equation of its own where it is an input or a weight as it stands."""
        assert isinstance(view.base, tree.Name)
        if view.base.name not in self.draft.given:
            return view
        own = self.draft.names.tensor(name, "y")
        self.draft.equation(own, view.base)
        return replace(view, base=tree.Name(own))

    def _node(self, node: Node) -> None:
        operands = [self.tensors.get(name) if name else None for name in node.inputs]
        missing = [name for name, operand in zip(node.inputs, operands) if name and operand is None]
        if missing:
            unknown = [name for name in missing if name not in self.tensors]
            if unknown:
                raise BridgeError(f"the node {title_of(node)} reads {unknown[0]}, which no node before it makes")
            self._lose(node)
            return
        outcome = self._folded(node, operands) or self._translated(node, operands)
        for name, tensor in zip(node.outputs, outcome):
            if name:
                self.tensors[name] = None if tensor is None else self._kept(name, tensor)

    def _folded(self, node: Node, operands: Sequence[Tensor | None]) -> list[Tensor | None] | None:
        """The outputs of a node whose operands are all numbers."""
        known = [operand for operand in operands if isinstance(operand, Known)]
        if len(known) != len([operand for operand in operands if operand is not None]):
            return None
        if not is_foldable(node, [operand.array for operand in known]) or (node.operator in RULES and not known):
            return None
        given = [operand.array if isinstance(operand, Known) else None for operand in operands]
        results = folded(node, given, self.opset)
        if results is None:
            return None
        trained = node.operator not in ONLY_SHAPES and any(operand.trained for operand in known)
        label = next((operand.label for operand in known if operand.trained), "")
        return [
            None if result is None else Known(_plain(result), label or name, trained)
            for name, result in zip(node.outputs, results)
        ]

    def _translated(self, node: Node, operands: Sequence[Tensor | None]) -> Sequence[Tensor | None]:
        rule = RULES.get(node.operator)
        if node.operator == "If" and isinstance(operands[0], Known):
            return self._branch(node, bool(operands[0].array.reshape(-1)[0]))
        if rule is None:
            return self._expanded(node, operands) or self._failed(node, "there is no rule for this operator")
        self.draft.node = node.name
        used = tuple(bool(name) and self.uses[name] > 0 for name in node.outputs)
        try:
            outcome = rule(self.draft, Task(node, tuple(operands), self.opset, used))
        except Unsaid as reason:
            return self._failed(node, str(reason))
        except (Inadmissible, TooLargeToWrite) as reason:
            return self._failed(node, f"its sizes: {reason}")
        except _MALFORMED:
            if os.environ.get("SHAPECHECK_DEBUG"):
                raise
            return self._failed(node, "it does not have the form that its operator asks for")
        found = [outcome] if isinstance(outcome, Known | Counts | View | Pointwise | Flat) else list(outcome)
        return [None if tensor is None else _settled(tensor) for tensor in found]

    def _branch(self, node: Node, holds: bool) -> list[Tensor | None]:
        """The outputs of the branch of an `If` whose condition is known."""
        branch: Network = node.attributes["then_branch" if holds else "else_branch"]
        self._add_constants(branch)
        for inner in needed_nodes(branch.nodes, [port.name for port in branch.outputs]):
            self._node(inner)
        return [self.tensors.get(port.name) for port in branch.outputs]

    def _expanded(self, node: Node, operands: Sequence[Tensor | None]) -> list[Tensor | None] | None:
        """The outputs of a node by its definition in the standard; None where there is none."""
        self._expansions += 1
        found = expansion(node, operands, self.opset, self._expansions)
        if found is None:
            return None
        before = self.opset, self._whole
        self.opset, self._whole = found.opset, self._whole or node
        self.uses.update(name for inner in found.nodes for name in inputs_of(inner))
        for inner in needed_nodes(found.nodes, [name for name in node.outputs if self.uses[name]]):
            self._node(inner)
        self.opset, self._whole = before
        return [self.tensors.get(name) if name else None for name in node.outputs]

    # ---- what is kept --------------------------------------------------------------------------

    def _kept(self, name: str, tensor: Tensor) -> Tensor:
        """The tensor as later nodes see it: with a name where several read it."""
        self.draft.remember(tensor, name)
        if self.uses[name] < 2 or isinstance(tensor, Known | Counts):
            return tensor
        if isinstance(tensor, Flat):
            return Flat(self.draft.named(tensor.source))
        if isinstance(tensor, Pointwise):
            return tensor if tensor.cheap else self.draft.named(tensor)
        return tensor if isinstance(tensor.base, tree.Index) else self.draft.settled(tensor)

    # ---- what cannot be said -------------------------------------------------------------------

    def _failed(self, node: Node, reason: str) -> Sequence[Tensor | None]:
        """Note a node that cannot be said, and put inputs for what it makes."""
        told = self._whole or node
        reason = reason if told is node else f"{node.operator} in its definition: {reason}"
        name = told.name or next((name for name in told.outputs if name), "")
        problem = Problem(told.operator, name, reason)
        if problem not in self.problems:
            self.problems.append(problem)
        return [self._given(name) if name and self.uses[name] else None for name in node.outputs]

    @cached_property
    def _inferred(self) -> Mapping[str, Port]:
        """The types and shapes of inner tensors."""
        return self.network.known()

    def _given(self, name: str) -> Tensor | None:
        """An input in the place of a tensor that cannot be computed; None where its shape is unknown."""
        port = self._inferred.get(name)
        if port is None or port.shape is None or port.kind not in ("f", "i", "b"):
            return None
        known = {key: key for key in self.dims.by_model}
        shape = tuple(
            self.dims.size(known.get(axis, axis) if isinstance(axis, str) else axis, f"{name}_{place}")
            for place, axis in enumerate(port.shape)
        )
        view, self.feeds[name] = declare_input(self.draft, name, port.kind, shape, range(len(shape)))
        return view

    def _lose(self, node: Node) -> None:
        """A node that reads what is not there: nothing more is known behind it."""
        if node.operator not in RULES and not any(True for _ in subgraphs(node)):
            self.problems.append(Problem(node.operator, node.name, "there is no rule for this operator"))
        for name in node.outputs:
            self.tensors[name] = None

    # ---- the result ----------------------------------------------------------------------------

    def result(self, fold: bool) -> Imported:
        """The spec as it has been written, in blocks where equal runs are wanted so."""
        views = {port.name: self.tensors.get(port.name) for port in self.network.outputs}
        found = {name: view for name, view in views.items() if isinstance(view, View)}
        outputs, equations = self._with_plain_outputs(found)
        draft = self.draft
        written = Written((), tuple(draft.declarations), equations, draft.weights, draft.origins)
        if fold:
            names = frozenset(view.base.name for view in outputs.values() if isinstance(view.base, tree.Name))
            written = in_blocks(written, Around(names, frozenset(self.dims.all), draft.views, draft.names))
        return Imported(
            tree.Spec(tuple(self._statements(written, outputs.values()))),
            tuple(self.draft.layers),
            written.weights,
            written.origins,
            {name: replace(feed, most=self._most(feed)) for name, feed in self.feeds.items()},
            outputs,
            self.dims.by_model,
            self.dims.fixed,
            tuple(self.problems),
        )

    def _with_plain_outputs(self, outputs: dict[str, View]) -> tuple[dict[str, View], tuple[tree.Statement, ...]]:
        """The outputs, `y` where neither they nor the model's have a name that tells anything; and the equations."""
        named = [(view.base.name, key) for key, view in outputs.items() if isinstance(view.base, tree.Name)]
        unclear = {name: key for name, key in reversed(named) if re.fullmatch(r"h(_\d+)?", name)}
        new = {name: self.draft.names.tensor(key, "y") for name, key in reversed(unclear.items())}
        for old, name in new.items():
            if old in self.draft.views:
                self.draft.views[name] = replace(self.draft.views.pop(old), base=tree.Name(name))
        plain = {name: replace(view, base=renamed(view.base, new)) for name, view in outputs.items()}
        return plain, tuple(renamed(statement, new) for statement in self.draft.equations)

    def _statements(self, written: Written, outputs: Iterable[View]) -> Iterator[tree.Statement]:
        yield from written.layers
        if self.dims.all:
            yield tree.Dim(tuple(tree.DimDeclaration(name, None, None) for name in self.dims.all))
        if self.draft.assumptions:
            yield tree.Assume(tuple(self.draft.assumptions))
        yield from map(self._limited, written.declarations)
        names = dict.fromkeys(view.base.name for view in outputs if isinstance(view.base, tree.Name))
        made = tuple(tree.Declared(name, False, (), None) for name in names)
        if made:
            yield tree.Declaration("output", made)
        yield from written.equations

    def _most(self, feed: Feed) -> Size | None:
        size = self.draft.limits.get(feed.name)
        return None if size is None else size - 1

    def _limited(self, statement: tree.Statement) -> tree.Statement:
        """A declaration with the range of its integers, where that is known."""
        if not isinstance(statement, tree.Declaration) or statement.role != "input":
            return statement
        (item,) = statement.items
        size = self.draft.limits.get(item.name)
        if size is None or item.annotation is None:
            return statement
        entries = tree.Range(tree.Integer(0), size_tree(size - 1))
        return replace(statement, items=(replace(item, annotation=replace(item.annotation, range=entries)),))


def _settled(tensor: Tensor) -> Tensor:
    """Sizes that are all numbers as numbers."""
    if isinstance(tensor, Counts):
        numbers = [item.constant for item in tensor.items.reshape(-1)]
        if None not in numbers:
            kind = np.float32 if tensor.kind == "f" else np.int64
            return Known(np.array(numbers, dtype=kind).reshape(tensor.items.shape), "")
    return tensor


def _plain(array: Array) -> Array:
    return array.astype(np.float32) if array.dtype.kind == "f" and array.dtype.itemsize < 4 else array
