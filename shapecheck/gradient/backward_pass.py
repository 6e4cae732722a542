"""From a spec to the text of its backward pass."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from shapecheck.gradient.active import Active, active
from shapecheck.gradient.adjoint_tensors import Names, flat, tensors_of, words
from shapecheck.gradient.adjoint_text import Writing
from shapecheck.gradient.backward import Backward
from shapecheck.gradient.collecting import Collecting
from shapecheck.gradient.model import Line, Refused, Share
from shapecheck.graph.nodes import Node
from shapecheck.infer.model import Shapes
from shapecheck.record import record
from shapecheck.sizes import Size, naming_order, symbol
from shapecheck.syntax import tree
from shapecheck.syntax.print_expressions import print_expression
from shapecheck.syntax.walking import walk


@record(eq=False)
class Derived:
    """The statements of a backward pass, and the name of the adjoint of each tensor asked for."""

    values: tuple[tree.Equation, ...]
    """Values of the forward pass that it needs by name."""
    adjoints: tuple[tree.Equation, ...]
    bars: dict[str, str]
    unreached: tuple[str, ...]
    """Tensors that the number does not depend on: their adjoints are zeros."""


def derivation(shapes: Shapes, of: str, wrt: Sequence[str]) -> Derived:
    """The backward pass of the number `of`, for the tensors `wrt`; `Refused` where it cannot be derived."""
    found = active(shapes, of, wrt)
    for name in found.live:
        if any(cell.grows for cell in shapes.cells[name]):
            title = f"the shapes of the members of `{name}` follow a formula, which its adjoint cannot state"
            raise Refused(title, shapes.graph.families[name].span)
    with naming_order(shapes.graph.dims):
        return _Derivation(shapes, of, tuple(wrt), found).derived()


@record(eq=False)
class _Derivation:
    shapes: Shapes
    of: str
    wrt: tuple[str, ...]
    active: Active

    def derived(self) -> Derived:
        tensors, names = tensors_of(self.shapes), Names(set(words(self.shapes)))
        for name in self.shapes.graph.families:
            if "'" in name:
                names.plain[name] = names.unused(f"{flat(name)}_in" if name.endswith("'") else flat(name))
        backward = Backward(self.shapes, self.of, self.active, tensors, names, set(self.active.live))
        writing = Writing(self.shapes, backward.values, tensors, names, frozenset(words(self.shapes)))
        drafts = self._walk(backward)
        collecting = Collecting(backward, self.wrt, lambda node: self._text(writing, node))
        lines = self._ordered(collecting, drafts)
        unreached = tuple(name for name in self.wrt if name not in self.active.live)
        lines += [line for name in unreached for line in collecting.lines(tensors[name], ())]
        adjoints = tuple(writing.statement(line) for line in lines)
        named = (
            Line(((name, tuple(symbol(axis.symbol) for axis in axes)),), backward.plain(value), axes)
            for name, value, axes in backward.kept
        )
        kept = tuple(map(writing.statement, named))
        copied = _needed(tuple(self._unnamed(writing, backward)), (*kept, *adjoints))
        self._refuse_hidden((*copied, *kept, *adjoints))
        return Derived((*copied, *kept), adjoints, {name: names.bar(name) for name in self.wrt}, unreached)

    def _refuse_hidden(self, statements: Sequence[tree.Equation]) -> None:
        """Refuse a backward pass that would take a name of the spec for a function of the library."""
        graph = self.shapes.graph
        own = {*graph.families, *graph.dims, *(block.name for block in graph.blocks)}
        called = {
            node.function.name
            for statement in statements
            for node in walk(statement.value)
            if isinstance(node, tree.Call) and isinstance(node.function, tree.Name)
        }
        for name in sorted(own & called):
            raise Refused(f"`{name}` is a name of this spec, and its backward pass needs the library's function")

    def _unnamed(self, writing: Writing, backward: Backward) -> Iterator[tree.Equation]:
        """Stages of a chain that have no name of their own, written as equations."""
        names = backward.names
        for equation, boxes in self.active.equations:
            if any(target.family in backward.names.plain for target in equation.targets):
                for box in boxes:
                    backward.values.shapes.update(box.shapes)
                    backward.values.ends.update({name: (item.low, item.high) for name, item in box.bounds.items()})
                axes = tuple(backward.whole_range(index, boxes) for index in equation.indices)
                targets = tuple(
                    (
                        backward.names.plain.get(target.family) or names.unused(f"{flat(target.family)}_in"),
                        target.subscripts,
                    )
                    for target in equation.targets
                )
                cells = tuple(self._stated(target.family) for target in equation.targets)
                yield writing.statement(Line(targets, equation.value, axes, cells=cells))

    def _stated(self, name: str) -> tuple[Size, ...] | None:
        """The shape of a tensor's members, if they all have the same one."""
        shapes = {cell.shape for cell in self.shapes.cells[name]}
        alike = len(shapes) == 1 and not any(cell.grows for cell in self.shapes.cells[name])
        return shapes.pop() if alike else None

    def _walk(self, backward: Backward) -> list[tuple[tuple[str, ...], list[Line]]]:
        """All equations, the last ones first: the tensors that each defines, and the lines that it needs."""
        drafts = []
        for equation, boxes in reversed(self.active.equations):
            if self.active.moves(equation):
                start, kept = len(backward.lines), len(backward.kept)
                backward.equation(equation, boxes)
                own = (*(target.family for target in equation.targets), *(name for name, _, _ in backward.kept[kept:]))
                drafts.append((own, backward.lines[start:]))
        return drafts

    def _ordered(self, collecting: Collecting, drafts: Sequence[tuple[tuple[str, ...], list[Line]]]) -> list[Line]:
        """Adjoints in front of the lines of the equation whose left side they are of; those asked for at the end."""
        backward = collecting.backward
        start = len(backward.lines)
        shares, told = backward.shares(), set[str]()
        late, lines = backward.lines[start:], list[Line]()
        for own, between in drafts:
            lines += self._adjoints((name for name in own if name not in self.wrt), collecting, shares, told)
            lines += between
        asked = (name for name in self.wrt if name in self.active.live)
        return lines + late + self._adjoints(asked, collecting, shares, told)

    def _adjoints(
        self, names: Iterable[str], collecting: Collecting, shares: Sequence[Share], told: set[str]
    ) -> list[Line]:
        """The equations of the adjoints of some tensors, if they are read or asked for."""
        lines: list[Line] = []
        backward = collecting.backward
        for name in names:
            if name not in told and (name in backward.names.bars or name in self.wrt):
                told.add(name)
                lines += collecting.lines(backward.tensors[name], [share for share in shares if share.tensor == name])
        return lines

    def _text(self, writing: Writing, node: Node) -> str:
        """A value as text, to tell whether two are alike; indices by their symbols."""
        labels = {
            name: name.strip(".").replace("%", "_").replace("'", "_").replace("#", "_")
            for name in writing.values.indices(node)
        }
        return print_expression(writing.node(node, labels))


def _needed(copies: Sequence[tree.Equation], readers: Sequence[tree.Equation]) -> list[tree.Equation]:
    """The equations that the readers, or others that are needed, read."""
    found: list[tree.Equation] = []
    read = _names(readers)
    for copy in reversed(copies):
        if any(target.name in read for target in copy.targets):
            found.insert(0, copy)
            read |= _names((copy,))
    return found


def _names(equations: Sequence[tree.Equation]) -> set[str]:
    """The names that values of equations mention."""
    return {node.name for one in equations for node in walk(one.value) if isinstance(node, tree.Name)}
