"""Verdicts that a person must look at, as diagnostics.

Comes in: a `Verdict` that is not what its claim expects, or, where checking is strict, one that is only tested.
Goes out: a `Diagnostic` with the claim's line, what was found and by what method, and the line to write instead.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from shapecheck.diagnostics import Diagnostic, Label
from shapecheck.diagnostics.indices import in_authors_words
from shapecheck.verdict.model import Verdict, Word
from shapecheck.verdict.setting import NOT_AN_INTEGER

if TYPE_CHECKING:
    from shapecheck.checked import Report


def findings(report: Report) -> tuple[Diagnostic, ...]:
    """The claims that fail.

    Claims that could not be judged are left out where errors are reported anyway: they are consequences.
    """
    consequences = (Word.ERROR, Word.UNKNOWN) if report.has_errors else ()
    failed = [verdict for verdict in report.verdicts if not report.accepts(verdict)]
    return tuple(in_authors_words(finding(verdict)) for verdict in failed if verdict.word not in consequences)


def finding(verdict: Verdict) -> Diagnostic:
    """A verdict that is not as it should be, in full."""
    code, title, label, help = _PARTS[_kind(verdict)](verdict)
    notes = tuple(note for note in (*verdict.detail, *_evidence(verdict)) if note != label)
    return Diagnostic(
        code=code,
        title=title,
        labels=(Label(verdict.claim.span, label),),
        notes=notes,
        help=help,
        shapes=verdict.shapes,
        sizes=verdict.counterexample,
    )


def _kind(verdict: Verdict) -> str:
    if verdict.claim.expect is not None and verdict.word is not Word.ERROR and not verdict.ok:
        return "unexpected"
    return str(verdict.word)


def _evidence(verdict: Verdict) -> tuple[str, ...]:
    """The evidence for a verdict in words: the method, the number of runs, the test."""
    runs = f", {counted(verdict.runs, 'case')} tried" if verdict.runs else ""
    place = f", in the test {verdict.test}" if verdict.test is not None else ""
    return (f"method: {verdict.method}{runs}{place}",)


def counted(number: int, noun: str) -> str:
    """`1 case`, `2 cases`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


Parts = tuple[str, str, str, str | None]


def _refuted(verdict: Verdict) -> Parts:
    return "claim-refuted", f"the claim {_quoted(verdict)} does not hold", "refuted", _repair(verdict)


def _repair(verdict: Verdict) -> str:
    """The claim with the condition that makes it true; else how to say that it is meant to be false."""
    claim, condition = verdict.claim, verdict.condition
    if condition is None:
        return "if the sentence is meant to be false, add `expect refuted`"
    says = "it holds" if verdict.word is Word.REFUTED else "it makes sense"
    holds = says if verdict.condition_is_weakest else f"{says} at least"
    if claim.condition is not None or claim.expect is not None or "\n" in claim.text:
        return f"{holds} where {condition}: say so after `when`"
    label = "" if claim.label is None else f'"{claim.label}" '
    return f"{holds} where {condition}; write `claim {label}{claim.text} when {condition}`"


def _unexpected(verdict: Verdict) -> Parts:
    expected = verdict.claim.expect
    title = f"the claim {_quoted(verdict)} is {verdict.word}, not {expected}"
    return "claim-unexpected", title, f"expected to be {expected}", f"write `expect {verdict.word}` if that is right"


def _unknown(verdict: Verdict) -> Parts:
    help = "add a `test` with sizes to try it at, or limit it to the sizes that matter with `when`"
    return "claim-unknown", f"the claim {_quoted(verdict)} is neither proved nor refuted", "not decided", help


def _error(verdict: Verdict) -> Parts:
    why = verdict.detail[0] if verdict.detail else verdict.method
    help = None if verdict.condition is None else _repair(verdict)
    if verdict.method == NOT_AN_INTEGER:
        rounds = "`/` is exact in a size: write `//` to round down"
        help = rounds if help is None else f"{rounds}; or leave it, {help}"
    return "claim-error", f"the claim {_quoted(verdict)} cannot be judged", why, help


def _tested(verdict: Verdict) -> Parts:
    title = f"the claim {_quoted(verdict)} is tested, not proved"
    return "claim-tested", title, f"held in {counted(verdict.runs, 'case')}", "add `expect tested` if that is enough"


def _quoted(verdict: Verdict) -> str:
    return f"`{shortened(verdict.claim.text, 80)}`"


def shortened(text: str, width: int) -> str:
    """The text on one line, cut where it is too long."""
    line = " ".join(text.split())
    return line if len(line) <= width else f"{line[: width - 1]}…"


_PARTS: Mapping[str, Callable[[Verdict], Parts]] = MappingProxyType(
    {"refuted": _refuted, "unexpected": _unexpected, "unknown": _unknown, "error": _error, "tested": _tested}
)
