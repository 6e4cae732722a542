"""The page of the guide on the library, made from the specs in `specs/std`.

`python -m shapecheck.documents.library_page` writes it anew.  Every layer and function has a section: its arguments and
defaults, the comment above it, the shapes of what it takes, gives and learns, its counts, its equations, and its
claims with their verdicts.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from itertools import takewhile
from pathlib import Path
from types import ModuleType

from shapecheck import ops
from shapecheck.check import check
from shapecheck.checked import Part
from shapecheck.graph.library import folder
from shapecheck.infer.counting import counts
from shapecheck.infer.model import Shapes
from shapecheck.report.cells import Dims, amount_text, plain_text
from shapecheck.report.wording import worded, wording_of
from shapecheck.sizes import naming_order
from shapecheck.source import Source
from shapecheck.syntax import parse, print_statement, tree

_PRIMITIVES = (
    "conv", "conv_transpose", "maxpool", "softmax", "functions", "reduce", "matmul", "dot", "transpose", "join", "fill",
    "reshape", "pad", "arithmetic", "logic",
)  # fmt: skip
"""The modules of the operations that are built in, in the order of the page."""

PAGE = Path(__file__).parents[1] / "guide" / "library.md"

_HEAD = """\
# The library

Layers and functions that every spec may use without an import. They are written in the language itself, in the folder
`specs/std`. This page is made from them: shapes, counts and verdicts below are what `shapecheck` derives.

- `...` in front of a shape: the layer is applied to every such tensor along all axes in front, with the same weights.
- An argument with `=` may be left out. After `->` a layer that needs no argument may be written without parentheses.
- Counts are those of one application to one example, with the arguments that have a default at it.
"""


def library_page() -> str:
    """The Markdown of the whole page."""
    sections = [_HEAD, "## Built-in operations\n", *map(_primitive, _PRIMITIVES)]
    for path in sorted(folder().glob("*.shape")):
        sections += _sections(Source(path.name, path.read_text(encoding="utf-8")))
    return "\n".join(sections)


def _primitive(name: str) -> str:
    """A section for the operations of one module: its docstring, which says what they compute."""
    module = import_module(f"{ops.__name__}.{name}")
    names = [op.name for op in ops.OPS if op in _operations(module) and op.name.isidentifier()]
    heading = ", ".join(f"`{name}`" for name in dict.fromkeys(names)) or name.capitalize()
    return f"### {heading}\n\n{(module.__doc__ or '').strip()}\n"


def _operations(module: ModuleType) -> tuple[object, ...]:
    """The operations that a module defines, alone or in a tuple."""
    listed = [value for name, value in vars(module).items() if name.isupper()]
    return tuple(item for value in listed for item in (value if isinstance(value, tuple) else (value,)))


def _sections(source: Source) -> Iterator[str]:
    """The section of a file, and one below it for each definition."""
    report = check(source)
    parts = {part.name: part for part in report.parts}
    title = Path(source.name).stem.capitalize()
    yield "\n".join([f"## {title}", "", *_comment(source, 0)])
    for statement in parse(source).spec.statements:
        if isinstance(statement, tree.Layer | tree.Function):
            yield "\n".join([*_definition(statement, source, parts.get(statement.name))])


def _definition(statement: tree.Layer | tree.Function, source: Source, part: Part | None) -> Iterator[str]:
    head = print_statement(_bare(statement)).removeprefix("layer ").removeprefix("fn ").split(" {")[0].split(") = ")[0]
    yield f"### `{head if head.endswith(')') else f'{head})'}`"
    yield ""
    yield from _comment(source, source.position(statement.span.start)[0] - 1)
    if part is not None:
        yield from _shapes(part.shapes)
        yield from _counts(part)
    yield from _equations(statement)
    if part is not None:
        yield from _claims(part)


def _bare(statement: tree.Layer | tree.Function) -> tree.Layer | tree.Function:
    """The definition without its body."""
    if isinstance(statement, tree.Function):
        return statement
    return tree.Layer(statement.name, statement.parameters, (), None)


def _comment(source: Source, line: int) -> list[str]:
    """The comment that ends above a line (counted from 0), or starts the file, as a paragraph."""
    lines = source.text.split("\n")
    upwards = takewhile(_is_comment, reversed(lines[:line]))
    found = [*takewhile(_is_comment, lines)] if line == 0 else [*upwards][::-1]
    words = " ".join(text.lstrip("#").strip() for text in found)
    return [words, ""] if words else []


def _is_comment(line: str) -> bool:
    return line.startswith("#")


def _shapes(shapes: Shapes) -> Iterator[str]:
    """A table of what goes in, what comes out and what is learned."""
    yield "| name | role | shape |"
    yield "|---|---|---|"
    for name, family in shapes.graph.families.items():
        if family.role in ("input", "weight", "buffer", "output") and "." not in name:
            texts = dict.fromkeys(_shape(shapes, name))
            yield f"| `{name}` | {family.role} | {', '.join(f'`{text}`' for text in texts)} |"
    yield ""


def _shape(shapes: Shapes, name: str) -> list[str]:
    """The shapes of a tensor's members, all axes of the family in front."""
    axes = [axis.high - axis.low + 1 for axis in shapes.axes[name]]
    with naming_order(shapes.graph.dims), worded(wording_of(shapes)):
        return [plain_text(Dims((*axes, *cell.shape))) for cell in shapes.cells[name]]


def _counts(part: Part) -> Iterator[str]:
    """Parameters and MACs, where they are not 0 and no claim of the layer says them."""
    said = " ".join(verdict.claim.text for verdict in part.verdicts)
    told = []
    with naming_order(part.shapes.graph.dims), worded(wording_of(part.shapes)):
        for name, word, size in (
            ("Parameters", "params ==", counts.params(part.shapes)),
            ("MACs", "macs ==", counts.macs(part.shapes)),
        ):
            if size is not None and size.constant != 0 and word not in said:
                told.append(f"- {name}: `{amount_text(size)}`")
    yield from [*told, ""] if told else []


def _equations(statement: tree.Layer | tree.Function) -> Iterator[str]:
    lines = [print_statement(item) for item in _body(statement)]
    if lines:
        yield from ("```text", *lines, "```", "")


def _body(statement: tree.Layer | tree.Function) -> Iterator[tree.Statement]:
    if isinstance(statement, tree.Function) or statement.chain is not None:
        yield statement
        return
    yield from (item for item in statement.body or () if isinstance(item, tree.Equation | tree.For | tree.Assume))


def _claims(part: Part) -> Iterator[str]:
    if part.verdicts:
        yield from (f"- {verdict.word.value}: `{verdict.claim.text}`" for verdict in part.verdicts)
        yield ""


if __name__ == "__main__":
    PAGE.write_text(library_page(), encoding="utf-8", newline="\n")
