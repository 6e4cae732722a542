"""Words of lints for places inside of blocks, and for rows and columns."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from shapecheck.diagnostics.model import Label
from shapecheck.graph.model import Graph
from shapecheck.lints.survey import Use
from shapecheck.sizes import Context, Formula, Relation, Size, consistent, plain_condition, repair
from shapecheck.source import Source, Span

LONGEST_CONDITION = 60


def joined(parts: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def numbers(found: Collection[int], most: int = 6) -> str:
    """`0..4`, `0, 2, 4`, `0, 3, 6, 9, 12, 15, ..`; `none`."""
    ordered = sorted(found)
    if not ordered:
        return "none"
    if len(ordered) > 2 and ordered[-1] - ordered[0] == len(ordered) - 1:
        return f"{ordered[0]}..{ordered[-1]}"
    return ", ".join(map(str, ordered[:most])) + (", .." if len(ordered) > most else "")


def axis_words(use: Use) -> Mapping[int, str]:
    """The name of the entries of the axes with strides: rows and columns where there are two."""
    axes = sorted(comb.axis for comb in use.combs)
    return dict(zip(axes, ("row", "column"))) if len(axes) == 2 else dict.fromkeys(axes, "entry")


def plural(word: str) -> str:
    """`rows`, `entries`."""
    return f"{word[:-1]}ies" if word.endswith("y") else f"{word}s"


def labels(use: Use, text: str, source: Source) -> tuple[Label, ...]:
    """The innermost place in the spec's own text, with the outermost application that leads to it."""
    own = [span for span in use.path if source.part(span.start)[0] is source]
    primary = own[0] if own else use.path[-1]
    around = Label(own[-1], "for what this is applied to", primary=False) if len(own) > 1 else None
    return (Label(primary, text), *([around] if around is not None and around.span != primary else []))


def allow(code: str) -> str:
    """The line that switches a lint off."""
    return f"if that is meant, write `# allow: {code}` behind it"


def brief(context: Context, formula: Formula) -> str | None:
    """The formula, or a condition that is proved to say the same, if that is short."""
    found = repair(context, formula)
    if found is not None and found.weakest and len(found.text) <= LONGEST_CONDITION:
        return found.text
    text = str(plain_condition(formula)) if isinstance(formula, Relation) else str(formula)
    return text if len(text) <= LONGEST_CONDITION else None


def told(size: Size, use: Use) -> str:
    """A size under what is assumed where an operation stands."""
    from shapecheck.sizes.forms import Wanted, form
    from shapecheck.sizes.writing.text import text_of

    return text_of(form(size, use.context, Wanted()).tree)


def smallest_admitted(context: Context, graph: Graph, formula: Formula) -> dict[str, int] | None:
    """The smallest admitted sizes."""
    found = consistent(context, tuple(sorted({*graph.free_sizes, *formula.names})))
    return dict(found) if isinstance(found, Mapping) else None


def in_spec(source: Source, span: Span) -> bool:
    """Whether a place is in the spec's own text, not in that of a block from elsewhere."""
    return source.part(span.start)[0] is source
