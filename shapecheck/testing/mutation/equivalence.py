"""Proofs that a mutant is equal to the original, so that no claim can notice it.

The changed equation is put beside the original one, under a new name and with the original names on its right side;
a claim says that both are equal.  Where that is proved, what solves the original equations solves the changed ones,
and those have one solution: mutant and original are equal for all sizes and all numbers.  Where it is not, nothing is
known.  Layers that are applied anew have weights of their own, so that nothing is
proved of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from shapecheck.check import check
from shapecheck.source import Source, Span
from shapecheck.syntax import print_expression, tree
from shapecheck.syntax.walking import walk
from shapecheck.testing.mutation.change_places import Surroundings
from shapecheck.testing.mutation.mutants import Mutant
from shapecheck.verdict.model import Word

_NAME = re.compile(r"\w+")
_VISIBLE = re.compile(r"[^\r\n]")
_LABEL = "the change makes no difference"


def proved_same(mutant: Mutant, spec: tree.Spec, source: Source, memory_limit: int) -> bool:
    """Whether the mutant is proved to be the original, whose tree is `spec`."""
    if mutant.same:
        return True
    asked = question(mutant, spec, source)
    if asked is None:
        return False
    verdicts = [item for item in check(asked, memory_limit=memory_limit).verdicts if item.claim.label == _LABEL]
    return bool(verdicts) and all(verdict.word is Word.PROVED for verdict in verdicts)


def question(mutant: Mutant, spec: tree.Spec, source: Source) -> Source | None:
    """The original with the changed equation beside its own and a claim that they are equal; None if that says less."""
    around = mutant.around
    changed = _equation(mutant)
    if around.equation is None or changed is None or not _complete(around.block):
        return None
    fresh = _fresh(source.text)
    claims = [_claim(target, changed, around, spec, fresh) for target in changed.targets]
    if None in claims:
        return None
    last = around.loops[0].span.end if around.loops else around.equation.span.end
    insertions = {around.equation.span.end: "\n" + _renamed(mutant, changed, fresh)}
    insertions[last] = "\n".join([insertions.get(last, ""), *(claim or "" for claim in claims), ""])
    text = _without_claims(source.text, spec)
    for at in sorted(insertions, reverse=True):
        text = text[:at] + insertions[at] + text[at:]
    return Source(source.name, text, source.beside, source.section)


def _equation(mutant: Mutant) -> tree.Equation | None:
    """The equation that was changed, as it is now."""
    original = mutant.around.equation
    equations = (node for node in walk(mutant.tree) if isinstance(node, tree.Equation))
    return next((node for node in equations if original is not None and node.span.start == original.span.start), None)


def _complete(block: tree.Layer | tree.Function | None) -> bool:
    """Whether a block is looked at for all of its arguments: defaults are looked at alone."""
    return block is None or (
        isinstance(block, tree.Layer) and all(parameter.default is None for parameter in block.parameters)
    )


def _fresh(text: str) -> str:
    """An ending that no name of the text has."""
    ending = "_changed"
    while ending in text:
        ending += "_"
    return ending


def _renamed(mutant: Mutant, changed: tree.Equation, ending: str) -> str:
    """The changed equation, its targets under new names."""
    text, start = mutant.source.text, changed.span.start
    for target in sorted(changed.targets, key=lambda target: -target.span.start):
        found = _NAME.match(text, target.span.start)
        assert found is not None, "a target starts with its name"
        text = text[: found.end()] + ending + text[found.end() :]
    return text[start : changed.span.end + len(ending) * len(changed.targets)]


def _without_claims(text: str, spec: tree.Spec) -> str:
    """Claims and tests blanked out, so that nothing but the question is judged."""
    for node in walk(spec):
        if isinstance(node, tree.Claim | tree.Test):
            span: Span = node.span
            text = text[: span.start] + _VISIBLE.sub(" ", text[span.start : span.end]) + text[span.end :]
    return text


# ---- the claim ---------------------------------------------------------------------------------


def _claim(
    target: tree.Target, changed: tree.Equation, around: Surroundings, spec: tree.Spec, ending: str
) -> str | None:
    """`claim "..." h_changed[t] == h[t] for t in 1..T`; None where a range is not written."""
    groups = [group for group in (*(loop.binders for loop in around.loops), changed.binders) if group]
    binders = [binder for group in groups for binder in group]
    if any(binder.range is None for binder in binders):
        return None
    written = target.subscripts or ()
    own = [binder for binder in written if isinstance(binder, tree.Binder)]
    named = {item.name for item in written if isinstance(item, tree.Name)}
    front = [binder.name for group in groups if not named & {item.name for item in group} for binder in group]
    known = {binder.name for binder in binders} | _sizes(around.block, spec)
    subscripts = [*front, *_subscripts(written, known)]
    at = f"[{', '.join(subscripts)}]" if subscripts else ""
    ranges = [print_expression(binder, True) for binder in (*binders, *own) if binder.name in subscripts]
    behind = f" for {', '.join(ranges)}" if ranges else ""
    return f'claim "{_LABEL}" {target.name}{ending}{at} == {target.name}{at}{behind}'


def _subscripts(written: Iterable[tree.Subscript], known: set[str]) -> Iterator[str]:
    """Subscripts up to the first index that has no written range: what is left out is compared whole."""
    for subscript in written:
        new = isinstance(subscript, tree.Name) and subscript.name not in known
        if new or (isinstance(subscript, tree.Binder) and subscript.range is None):
            return
        yield subscript.name if isinstance(subscript, tree.Binder) else print_expression(subscript, True)  # type: ignore[arg-type]


def _sizes(block: tree.Layer | tree.Function | None, spec: tree.Spec) -> set[str]:
    """The names of sizes where the equation stands."""
    statements = spec.statements if block is None else block.body if isinstance(block, tree.Layer) else None
    declared = {item.name for dim in statements or () if isinstance(dim, tree.Dim) for item in dim.declarations}
    return declared | {parameter.name for parameter in (block.parameters if block is not None else ())}
