"""The runs of a spec and what they covered, as text.

In: the outcomes of a spec's parts.  Out: one line, or with `verbose` a table of them:

    specs/slides/same.shape: ok  30 runs at 29 sizes; distinct, 10 of 10 pairs equal, 5 of 5 least, 20 of 20 residues
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from shapecheck.diagnostics.paint import Paint
from shapecheck.report.findings import counted
from shapecheck.testing.cases.fills import KINDS
from shapecheck.testing.part_runs import Outcome

MOST_RESIDUES = 6
"""The most divisors whose residues are listed."""
_SEEN = {
    "shapes": ("shape", "shapes"),
    "values": ("entry with the naive evaluator", "entries with the naive evaluator"),
    "requirements": ("requirement", "requirements"),
    "claims": ("claim", "claims"),
    "refutations": ("refutation", "refutations"),
    "counts": ("count of parameters", "counts of parameters"),
}


def summary(name: str, outcomes: Sequence[Outcome], ok: bool, paint: Paint, verbose: bool) -> str:
    """The line about a spec, and with `verbose` the rows of each of its parts."""
    ran = [outcome for outcome in outcomes if outcome.part.shapes.graph.families]
    word = paint("ok", "ok") if ok else paint("failed", "error")
    lines = [f"{name}: {word}  {'; '.join(_line(ran)) or 'nothing to run'}"]
    if verbose:
        lines += [line for outcome in ran for line in _story(outcome)]
    return "\n".join(lines)


def _line(outcomes: Sequence[Outcome]) -> Iterator[str]:
    runs = sum(len(outcome.settings) for outcome in outcomes)
    own = [outcome for outcome in outcomes if outcome.part.name]
    if runs:
        blocks = f" of {counted(len(own), 'block')}" if own and len(own) == len(outcomes) else ""
        also = f" ({counted(len(own), 'block')} too)" if own and len(own) < len(outcomes) else ""
        yield f"{counted(runs, 'run')}{blocks} at {counted(sum(map(_sizes, outcomes)), 'size')}{also}"
        yield from filter(None, (", ".join(_coverage(outcomes)),))
    for outcome in outcomes:
        if outcome.too_large is not None:
            yield f"{outcome.part.name or 'the whole'} not run: {outcome.too_large}"
        elif outcome.few:
            yield f"{outcome.part.name or 'the whole'} is large: the smallest sizes only"
        for claim, why in outcome.left_out.items():
            yield f"the claim `{' '.join(claim.text.split())}` was not evaluated: {why}"


def _sizes(outcome: Outcome) -> int:
    """The number of different sizes that were run."""
    return len({tuple(sizes.items()) for sizes in outcome.settings})


def _coverage(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """The number of goals of each kind that are met, and of all that may be."""
    missed = {id(goal) for outcome in outcomes for goal in outcome.missed}
    goals = [goal for outcome in outcomes if outcome.settings for goal in outcome.goals]
    total, met = Counter(goal.kind for goal in goals), Counter(goal.kind for goal in goals if id(goal) not in missed)
    for kind, words in (("distinct", ""), ("equal", "pairs equal"), ("least", "least sizes"),
                        ("residue", "residues")):  # fmt: skip
        if kind == "distinct" and total[kind]:
            parts = f" in {met[kind]} of {total[kind]} parts" if total[kind] > 1 else ""
            yield f"sizes distinct{parts}" if met[kind] else "sizes never all distinct"
        elif total[kind]:
            yield f"{met[kind]} of {total[kind]} {words}"


# ---- the whole story ---------------------------------------------------------------------------


def _story(outcome: Outcome) -> Iterator[str]:
    if outcome.part.name:
        yield f"  {outcome.part.name}"
    indent = "    " if outcome.part.name else "  "
    if outcome.too_large is not None:
        yield f"{indent}not run: {outcome.too_large}"
        return
    for title, text in _rows(outcome):
        yield f"{indent}{title:<10}{text}"


def _rows(outcome: Outcome) -> Iterator[tuple[str, str]]:
    runs = f"{counted(len(outcome.settings), 'run')} at {counted(_sizes(outcome), 'size')}"
    yield "runs", runs + (", the smallest only: it is large" if outcome.few else "")
    if any(outcome.settings):
        yield "sizes", ", ".join(_ranges(outcome))
        yield "covered", ", ".join(_coverage([outcome])) or "nothing to cover"
    residues = _residues(outcome)
    if residues:
        more = f", and of {len(residues) - MOST_RESIDUES} more" if len(residues) > MOST_RESIDUES else ""
        yield "residues", ", ".join(residues[:MOST_RESIDUES]) + more
    if outcome.missed:
        yield "missed", ", ".join(goal.text for goal in outcome.missed[:8]) + (" .." if len(outcome.missed) > 8 else "")
    yield "numbers", ", ".join(f"{kind} {outcome.kinds[kind]}" for kind in KINDS if outcome.kinds[kind])
    yield "compared", ", ".join(_seen(outcome))
    if outcome.seen["not finite"]:
        yield "", f"{counted(outcome.seen['not finite'], 'run')} on large numbers left the reals"


def _seen(outcome: Outcome) -> Iterator[str]:
    """`1 refutation`, `80 entries with the naive evaluator`."""
    for key, (one, more) in _SEEN.items():
        if outcome.seen[key]:
            yield f"{outcome.seen[key]} {one if outcome.seen[key] == 1 else more}"


def _ranges(outcome: Outcome) -> Iterator[str]:
    """`p 1..7`: the least and the greatest of each size that was run."""
    for name in outcome.part.shapes.graph.free_sizes:
        values = [sizes[name] for sizes in outcome.settings]
        low, high = min(values), max(values)
        yield f"{name} = {low}" if low == high else f"{name} = {low}..{high}"


def _residues(outcome: Outcome) -> list[str]:
    """`H mod 2: 2 of 2`, the shortest first."""
    missed = {id(goal) for goal in outcome.missed}
    groups: dict[str, list[bool]] = {}
    for goal in outcome.goals:
        if goal.kind == "residue":
            groups.setdefault(goal.group, []).append(id(goal) not in missed)
    return sorted((f"{group}: {sum(met)} of {len(met)}" for group, met in groups.items()), key=len)
