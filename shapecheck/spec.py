"""A spec in Python: load it, ask for shapes, check it, run it.

spec = shapecheck.load("gru.shape")
spec.shape("W")                               # (2*p, d + p), as SymPy expressions
spec.check().ok
run = spec.run({"p": 4, "d": 3, "T": 5})
run.value("h").shape                          # (6, 4)
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import field
from functools import cached_property
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from shapecheck.budgets import MEMORY_LIMIT
from shapecheck.check import check
from shapecheck.checked import Report
from shapecheck.diagnostics.model import Diagnostic, Level
from shapecheck.diagnostics.suggest import nearest
from shapecheck.folders import reader
from shapecheck.infer.model import Cell, Shape, Shapes
from shapecheck.record import record
from shapecheck.sizes import Relation, integer, possible, symbol, to_sympy
from shapecheck.source import Source
from shapecheck.stages import derive
from shapecheck.syntax.literate import specs_in

if TYPE_CHECKING:
    import numpy as np
    import sympy

    from shapecheck.drawing import Picture
    from shapecheck.execute import Run
    from shapecheck.report import Table
    from shapecheck.report.weight_list import Weight


class SpecError(ValueError):
    """A spec that cannot be used as it is.  `diagnostics` are the mistakes; the message shows them with carets."""

    def __init__(self, diagnostics: tuple[Diagnostic, ...], source: Source) -> None:
        from shapecheck.diagnostics.render import render

        super().__init__("\n\n".join(render(diagnostic, source) for diagnostic in diagnostics))
        self.diagnostics = diagnostics

    def _render_traceback_(self) -> list[str]:
        """The mistakes, for notebooks, without where our code found them."""
        return str(self).split("\n")


def load(path: str | PathLike[str]) -> Spec:
    """The spec in a file; raises `OSError` or `UnicodeDecodeError` where it cannot be read.

    Mistakes in it are reported by `check`, and raised by what needs the shapes.  Of a document with several specs
    `notes.md#gru` is one; `ValueError` where there is none of that name, or several and none is named.
    """
    _prepare_notebook()
    is_part = "#" in str(path) and not Path(path).exists()
    name, _, section = str(path).rpartition("#") if is_part else (str(path), "", "")
    text = Path(name).read_text(encoding="utf-8")
    return Spec(Source(name, _section(name, text, section), reader([name]), section))


def _section(path: str, text: str, section: str) -> str:
    """The spec of that name in a document, with blanks for all else; a text that is a spec on its own as it is."""
    found = specs_in(text)
    if section in found or (not section and len(found) < 2):
        return found.get(section, text)
    if not section:
        raise ValueError(f"{path} holds several specs; name one, for example {path}#{next(iter(found))}")
    near = nearest(section, found)
    raise ValueError(f"no spec in {path} is called {section}" + (f"; did you mean {path}#{near}?" if near else ""))


def loads(text: str, name: str = "<text>") -> Spec:
    """The spec in a string; `name` is what messages call it."""
    _prepare_notebook()
    return Spec(Source(name, text))


def _prepare_notebook() -> None:
    """Lets specs show themselves in IPython's way, where it runs."""
    ipython: Any = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    if shell is not None:
        from shapecheck.notebook.display import register

        register(shell)


@record(slots=False)
class Spec:
    """A spec; nothing is derived before it is asked for, and nothing twice."""

    source: Source
    _reports: dict[bool, Report] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def _derived(self) -> tuple[Shapes | None, tuple[Diagnostic, ...]]:
        return derive(self.source)

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """The mistakes and doubts in names and shapes; claims are left to `check`."""
        return self._derived[1]

    @property
    def shapes(self) -> Shapes:
        """The derived shapes of everything; raises `SpecError` if there are mistakes."""
        shapes, diagnostics = self._derived
        errors = tuple(diagnostic for diagnostic in diagnostics if diagnostic.level == Level.ERROR)
        if shapes is None or errors:
            raise SpecError(errors, self.source)
        return shapes

    def check(self, *, strict: bool = False, memory_limit: int = MEMORY_LIMIT) -> Report:
        """Shapes derived, claims judged, tests run.

        `strict`: a claim that is only tested is not fine.  `memory_limit`: bytes that one run may need.
        """
        if strict not in self._reports:
            self._reports[strict] = check(self.source, strict=strict, memory_limit=memory_limit)
        return self._reports[strict]

    def shape(self, name: str, **indices: int) -> tuple[sympy.Expr, ...]:
        """The shape of a tensor as SymPy expressions in the sizes; `()` for a scalar.

        With indices (`spec.shape("W", k=1)`) the shape of that member, without them that of the whole tensor, indexed
        axes first.  Raises `KeyError` for an unknown name, `ValueError` for indices that select no member, or where
        the members differ in shape and no index says which.
        """
        shapes = self.shapes
        if name not in shapes.cells:
            suggestion = nearest(name, shapes.cells)
            raise KeyError(f"no tensor {name}" + (f"; did you mean {suggestion}?" if suggestion else ""))
        found = _member(shapes, name, indices) if indices else _whole(shapes, name)
        return tuple(to_sympy(size, shapes.graph.context) for size in found)

    @property
    def symbols(self) -> dict[str, sympy.Symbol]:
        """The SymPy symbols that shapes are made of, by name: for `shape[0].subs({spec.symbols["p"]: 4})`.

        They carry assumptions (integers, positive where they are), so a plain `sympy.Symbol("p")` is another one.
        """
        context = self.shapes.graph.context
        return {name: to_sympy(symbol(name), context) for name in self.shapes.graph.free_sizes}

    def run(
        self,
        sizes: Mapping[str, int],
        inputs: Mapping[str, np.ndarray] | None = None,
        weights: Mapping[str, np.ndarray] | None = None,
        seed: int = 0,
        *,
        dtype: Literal["float64", "float32"] = "float64",
        memory_limit: int = MEMORY_LIMIT,
    ) -> Run:
        """Compute the equations at given sizes.

        `sizes` sets every free size; `inputs` and `weights` are arrays by name, indexed axes first, and what is not
        given is drawn from `seed` on the grid k/16, |k| <= 32.  `dtype`: float64 or float32; integers stay exact.
        Inputs with further axes in front, the same for all that have any, are a batch of runs with shared weights: what
        depends on them has these axes in front, too.
        Raises `shapecheck.execute.errors.ExecutionError` for sizes or data that do not fit.
        """
        from shapecheck.execute import ExecutionError, run

        data: dict[str, Any] = {**(inputs or {}), **(weights or {})}
        try:
            return run(self.shapes, sizes, data, seed=seed, dtype=dtype, memory_limit=memory_limit)
        except ExecutionError as error:
            error.source = self.source
            raise

    @property
    def weights(self) -> tuple[Weight, ...]:
        """The weights and buffers in the order of their use: path, role, symbolic shape, and the layer that has them.

        A path is the key of `run`'s `weights` and of its `arrays`, the same at all sizes.
        """
        from shapecheck.report.weight_list import weights_of

        return weights_of(self.shapes)

    def diagram(self, depth: int = 0) -> Picture:
        """The network as boxes and arrows, blocks opened `depth` levels deep; notebooks show it as it is.

        `shapecheck.drawing` writes it: `svg_text(picture)`, `png_file(picture)`, `tikz_text(picture)`.
        """
        from shapecheck.diagrams import draw, network

        return draw(network(self.shapes, self.source.title, depth))

    def table(
        self,
        *settings: Mapping[str, int],
        columns: Sequence[str] = (),
        depth: int = 0,
        symbolic: bool = False,
        keep: Sequence[str] = (),
        caption: str = "",
        label: str = "",
        in_words: bool = False,
    ) -> Table:
        """Inputs, weights, states and stages in order; `print(spec.table())`, or `report.render(table, "latex")`.

        With `settings` (`{"H": 224, "W": 224}`) numbers, a column for each where there are several, beside the symbols
        where `symbolic`; sizes in `keep` stay symbols.  `depth` is how many blocks deep rows go, and numbers are told
        `in_words` as 25.6 million.  Raises `SpecError`
        if the spec has mistakes, `ValueError` for a column or a size that there is not, or that is not set.
        """
        from shapecheck.report.spec_table import DEFAULT, TableContents, build

        contents = TableContents(
            tuple(columns) or DEFAULT, depth, settings, symbolic, tuple(keep), caption, label, in_words
        )
        return build(self.shapes, contents)


def _whole(shapes: Shapes, name: str) -> Shape:
    cells = {cell.shape for cell in shapes.cells[name]}
    if len(cells) > 1:
        labels = ", ".join(f"{axis.label}=.." for axis in shapes.graph.families[name].axes)
        raise ValueError(f"the members of {name} differ in shape; say which: shape({name!r}, {labels})")
    return (*(interval.extent for interval in shapes.axes[name]), *cells.pop())


def _member(shapes: Shapes, name: str, indices: Mapping[str, int]) -> Shape:
    labels = [axis.label for axis in shapes.graph.families[name].axes]
    unknown = [label for label in indices if label not in labels]
    if unknown:
        raise ValueError(f"{name} has no index {unknown[0]}; it is indexed by {', '.join(labels) or 'nothing'}")
    found = {cell.shape for cell in shapes.cells[name] if _may_hold(shapes, cell, labels, indices)}
    if len(found) == 1:
        return found.pop()
    at = ", ".join(f"{label} = {value}" for label, value in indices.items())
    raise ValueError(f"{name} has {'no member' if not found else 'members of several shapes'} with {at}")


def _may_hold(shapes: Shapes, cell: Cell, labels: list[str], indices: Mapping[str, int]) -> bool:
    """Whether a region can contain the member for some admitted sizes."""
    conditions = []
    for label, interval in zip(labels, cell.region):
        if label in indices:
            at = integer(indices[label])
            conditions += [Relation("<=", interval.low, at), Relation("<=", at, interval.high)]
    return possible(shapes.graph.context, conditions)
