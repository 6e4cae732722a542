"""The guide's page of messages: each example causes its message, and what is shown is what is printed.

Independent truth: the codes that the mistakes in `tests/bad` are marked with.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from shapecheck import guide
from shapecheck.check import check
from shapecheck.cli import main
from shapecheck.source import Source

PAGE = Path(guide.__file__).parent / "messages.md"
BAD = Path(__file__).parents[1] / "bad"
EXAMPLES = re.findall(r"^```shape ([\w-]+)\n(.*?)^```", PAGE.read_text(), re.S | re.M)


@pytest.mark.parametrize("code, text", EXAMPLES, ids=lambda part: part if part[:1] != "\n" and len(part) < 30 else "")
def test_an_example_causes_its_message(code: str, text: str) -> None:
    """The spec is checked; the code is among those of its messages, or of its claims that fail.

    A second example of a code has more words behind it: `unequal-sizes-of-two-calls`.
    """
    report = check(Source("example.shape", text), lint="all")
    found = {diagnostic.code for diagnostic in report.diagnostics}
    found |= {f"claim-{verdict.word}" for verdict in report.verdicts if not verdict.ok}
    assert code.partition("-of-two-")[0] in found


def test_every_mistake_of_the_corpus_is_explained() -> None:
    """What newcomers do wrong in `tests/bad` can be looked up under the code that they are shown."""
    marks = re.findall(r"# error(?:@\d+)?: ([\w-]+)", "".join(path.read_text() for path in BAD.glob("*.shape")))
    assert {code for code in marks if not guide.find(code)} <= {"claim-proved"}


def test_the_page_shows_what_is_printed() -> None:
    """`shapecheck weave shapecheck/guide/messages.md` has nothing to bring up to date."""
    result = CliRunner().invoke(main, ["weave", "--check", str(PAGE)])
    assert (result.exit_code, result.output) == (0, "")
