"""Expressions typeset: from the syntax tree to a formula in LaTeX or Typst.

As on slides: `.*` is a circled dot, a matrix product stands side by side and needs no parentheses behind a function, a
column is a matrix in brackets, `if` a case, `x / y` a fraction.  A tensor of which one number is picked by several
subscripts is written as a function of them, `I(x + m, y + n)`; other subscripts stand below, numbers of layers above.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from shapecheck.infer.model import Shape
from shapecheck.record import record
from shapecheck.report.equations.expression_rules import CHOICE, RULES, Text, elided, put_in
from shapecheck.report.languages.formulas import Formulas
from shapecheck.syntax import tree


@record(eq=False)
class Writer:
    """Writes expressions of one line: `weights` are the shapes to put above names, `fixed` the indices with a value."""

    language: Formulas
    layers: Mapping[str, tuple[int, ...]]
    entries: Mapping[str, int]
    weights: Mapping[str, Shape]
    fixed: Mapping[str, int]

    def text(self, node: tree.Node, level: int = CHOICE) -> str:
        """The formula, in parentheses where it binds more loosely than its place allows."""
        formula, own = self.written(node)
        return formula if own >= level else self.language.fenced(formula)

    def written(self, node: Any) -> Text:
        """The formula and how loosely it binds."""
        return RULES[type(node)](self, node)

    # ---- names -----------------------------------------------------------------------------------

    def member(self, name: str, subscripts: Sequence[tree.Subscript]) -> str:
        """A tensor with its subscripts, the shape of a weight above it."""
        texts = [self.subscript(item) for item in subscripts]
        notation, layers = self.language.notation, self.layers.get(name, ())
        if len(texts) > 1 and not layers and len(texts) == self.entries.get(name) and _are_points(subscripts):
            return self.language.apply(self.shaped(name, notation.member(name, ())), ", ".join(texts))
        if texts and len(self.weights.get(name, ())) == self.entries.get(name):
            return self.language.subscript(self.shaped(name, notation.member(name, ())), ", ".join(texts))
        return self.shaped(name, notation.member(name, texts, layers))

    def shaped(self, name: str, formula: str) -> str:
        """A weight with its shape above."""
        shape = self.weights.get(name)
        return self.language.above(formula, self.language.notation.shape(shape)) if shape else formula

    def subscript(self, node: Any) -> str:
        """One subscript, with the values of fixed indices put in."""
        if isinstance(node, tree.Binder):
            return self.language.notation.symbol(node.name)
        if isinstance(node, tree.Full):
            return ":"
        if isinstance(node, tree.Range):
            return f"{self.subscript(node.low)} : {self.subscript(node.high)}"
        return self.text(put_in(node, self.fixed))

    # ---- parts of a formula ------------------------------------------------------------------------

    def product(self, parts: Sequence[str]) -> str:
        """Factors side by side, with a dot in front of a number."""
        found = parts[0]
        for part in parts[1:]:
            dot = f" {self.language.signs['dot']} " if part[0].isdigit() else self.language.beside
            found += dot + part
        return found

    def listed(self, nodes: Sequence[tree.Node]) -> str:
        """Formulas with commas between them."""
        return ", ".join(map(self.text, nodes))

    def matrix(self, rows: Sequence[Sequence[Any]]) -> str:
        """A matrix; of a large one the first and the last rows and columns."""
        return self.language.matrix(elided([[self.text(item) for item in row] for row in rows], self.language))

    def called(self, name: str) -> str:
        """A function's name, upright."""
        functions = self.language.functions
        return functions[name] if name in functions else self.language.function(name)

    def arguments(self, nodes: Sequence[tree.Argument]) -> str:
        """The arguments in parentheses; options with their names."""
        return ", ".join(map(self.argument, nodes))

    def argument(self, node: tree.Argument) -> str:
        """One argument."""
        value = self.text(node.value)
        return value if node.name is None else f"{self.language.word(node.name)} = {value}"

    def limits(self, binder: tree.Binder) -> tuple[str, str]:
        """The limits below and above a sum."""
        index = self.language.notation.symbol(binder.name)
        if binder.range is None:
            return index, ""
        return f"{index} = {self.subscript(binder.range.low)}", self.subscript(binder.range.high)

    def within(self, binder: tree.Binder) -> str:
        """The range of an index as a chain of comparisons, which leaves room for a condition below it."""
        index = self.language.notation.symbol(binder.name)
        if binder.range is None:
            return index
        low, high, sign = self.subscript(binder.range.low), self.subscript(binder.range.high), self.language.signs["<="]
        return f"{low} {sign} {index} {sign} {high}"


def _are_points(subscripts: Sequence[tree.Subscript]) -> bool:
    return not any(isinstance(item, tree.Range | tree.Full) for item in subscripts)
