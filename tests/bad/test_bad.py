"""A newcomer's mistakes: each is told once, at the line that is wrong, and nothing crashes.

Independent truth: the author of each `.shape` file beside this module marked the lines that are wrong, by
`# error: CODE` at their end (or `# error@N: CODE` for line N, where no comment may stand).  CODE is a regular
expression for the code of the message; a claim that fails counts as `claim-` and its verdict.  Which lines are wrong,
and how many, was decided before the tool ran; the codes' spelling was taken over from it.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from shapecheck.check import check
from shapecheck.checked import Report
from shapecheck.cli import main
from shapecheck.source import Source

HERE = Path(__file__).parent
FILES = sorted(HERE.glob("*.shape"))
MARK = re.compile(r"# error(?:@(\d+))?: (\S.*)$")


def marked(text: str) -> list[tuple[int, str]]:
    """The wrong lines of a file, in order, with the pattern of the code that each deserves."""
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        if mark := MARK.search(line):
            found.append((int(mark[1] or number), mark[2].strip()))
    return sorted(found)


def findings(report: Report) -> list[tuple[int, str]]:
    """Line and code of every error; of claims only those whose failure no message explains."""
    errors = [diagnostic for diagnostic in report.diagnostics if diagnostic.level == "error"]
    found = [(report.source.position(error.span.start)[0], error.code) for error in errors if error.span]
    assert len(found) == len(errors), "every error has a place"
    failing = [
        verdict
        for verdict in report.verdicts
        if not verdict.ok and not (errors and verdict.word in ("error", "unknown"))
    ]
    found += [(report.source.position(verdict.claim.span.start)[0], f"claim-{verdict.word}") for verdict in failing]
    return sorted(found)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_marked_lines_and_no_others(path: Path) -> None:
    """One error for each marked line, with the code that stands there; consequences are not reported again."""
    text = path.read_text()
    expected = marked(text)
    assert expected, "the file marks what is wrong in it"
    found = findings(check(Source(path.name, text)))
    assert [line for line, _ in found] == [line for line, _ in expected], found
    for (_, code), (line, pattern) in zip(found, expected):
        assert re.fullmatch(pattern, code), f"line {line}: {code}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_command_says_where(path: Path) -> None:
    """Exit code 1, and for each marked line its place in the text on standard output."""
    result = CliRunner().invoke(main, ["check", str(path)])
    assert result.exit_code == 1, result.output
    assert result.exception is None or isinstance(result.exception, SystemExit)
    for line, _ in marked(path.read_text()):
        assert re.search(rf"{path.name}:{line}\b", result.output), result.output


def test_the_corpus_is_large() -> None:
    """At least forty different mistakes, so that a lost folder does not pass unseen."""
    assert len(FILES) >= 40
