"""An imported spec as text: a comment on where it comes from, layers that the library lacks, then the statements."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from shapecheck.bridge.graph_inputs import names_of_sizes
from shapecheck.bridge.imported import Imported
from shapecheck.source import Source
from shapecheck.syntax import format_source, parse, print_spec, tree


def spec_text(imported: Imported, title: str, assumed: Sequence[tree.Statement] = ()) -> str:
    """The text of a whole spec file; `title` says where it comes from, `assumed` stands behind the sizes."""
    own = [own_layers()[name] for name in imported.layers]
    made = list(imported.spec.statements)
    sizes = next((place for place, one in enumerate(made, 1) if isinstance(one, tree.Dim)), 0)
    statements = (*own, *made[:sizes], *assumed, *made[sizes:])
    comment = "".join(f"# {line}\n" for line in _remarks(imported, title))
    return comment + format_source(Source(title, print_spec(tree.Spec(statements))))


def _remarks(imported: Imported, title: str) -> list[str]:
    lines = [f"From the {title}."]
    turned = [feed.name for feed in imported.inputs.values() if feed.order != tuple(sorted(feed.order))]
    if any(feed.order[-1:] == (1,) and len(feed.order) > 2 for feed in imported.inputs.values()):
        lines.append("Images have their channels last, as in the library; the model has them behind the batch.")
    elif turned:
        lines.append(f"The batch stands in front in {', '.join(turned)}; the model has it behind the time.")
    sizes = names_of_sizes(imported.sizes)
    if sizes:
        lines.append(f"Sizes: {sizes}.")
    lines += [f"Not translated, an input here: {problem}." for problem in imported.problems]
    return lines


@lru_cache(maxsize=1)
def own_layers() -> dict[str, tree.Statement]:
    """The layers of this room, which exporters need and the library does not have, by name."""
    path = Path(__file__).parent / "layers.shape"
    parsed = parse(Source("layers.shape", path.read_text(encoding="utf-8")))
    return {statement.name: statement for statement in parsed.spec.statements if isinstance(statement, tree.Layer)}
