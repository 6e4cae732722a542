"""`check` of a saved text, in a process of its own, which calls `main`.

In: a pickled `Saved` on standard input.  Out: a pickled `Checked` on standard output.  So the server answers while runs
are made, and can end them; a text that takes all memory takes that of this process.
"""

from __future__ import annotations

import pickle
import sys
from collections.abc import Mapping

from shapecheck.check import check
from shapecheck.checked import Report
from shapecheck.editor.open_text import OpenText
from shapecheck.editor.problems import Problem, problems_of
from shapecheck.editor.reading_files import beside_reader
from shapecheck.record import record
from shapecheck.report.check_text import messages_of


@record
class Saved:
    """A text to check; `opened` are the texts of other files that are open, by path, `folders` those of imports."""

    path: str
    text: str
    folders: tuple[str, ...]
    opened: Mapping[str, str]


@record
class Checked:
    """All problems of a text, and the verdicts of its claims by the offset at which each ends."""

    problems: tuple[Problem, ...]
    verdicts: Mapping[int, str]


def checked(saved: Saved) -> Checked:
    """The outcome of `check` on all specs of a text."""
    text = OpenText(saved.path, saved.text, beside_reader(saved.folders, lambda: saved.opened))
    problems: list[Problem] = []
    verdicts: dict[int, str] = {}
    for spec in text.specs:
        report = check(spec.source)
        problems += problems_of(spec.source, messages_of(report))
        verdicts |= _verdicts(report)
    return Checked(tuple(problems), verdicts)


def _verdicts(report: Report) -> dict[int, str]:
    """The words of all verdicts on claims in the text itself."""
    found: dict[int, list[str]] = {}
    for verdict in report.verdicts:
        end = verdict.claim.span.end
        if end <= len(report.source.text):
            found.setdefault(end, []).append(str(verdict.word))
    return {end: ", ".join(dict.fromkeys(words)) for end, words in found.items()}


def main() -> None:
    """Reads a text, writes its outcome."""
    saved = pickle.load(sys.stdin.buffer)
    answers = sys.stdout.buffer
    sys.stdout = sys.stderr
    pickle.dump(checked(saved), answers)
