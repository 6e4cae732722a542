"""Whole specs of networks and algorithms: every claim gets the verdict that was worked out by hand.

Independent truth: the tables below.  The smallest failing sizes are those of least sum, then first in the order of
declaration; beside each stands why nothing smaller fails.  `tested` stands where a statement is true but beyond what is
proved (softmax, running sums, adjoints).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pytest

from shapecheck.check import check
from shapecheck.checked import Report
from shapecheck.source import Source

FOLDER = Path(__file__).parents[1] / "corpus" / "networks"
PROVED: tuple[str, Mapping[str, int]] = ("proved", {})
TESTED: tuple[str, Mapping[str, int]] = ("tested", {})


def refuted(**sizes: int) -> tuple[str, Mapping[str, int]]:
    """Refuted; these sizes fail, all others of the counterexample are 1."""
    return "refuted", sizes


EXPECTED: dict[str, list[tuple[str, Mapping[str, int]]]] = {
    # columns: a single key makes every row 1, and so the column of a single query
    "attention": [PROVED, PROVED, TESTED, refuted(keys=2), PROVED, PROVED, PROVED, refuted(queries=1, keys=2)],
    # n = 2, c = 1 has 7 weights, a full layer 4; c < n leaves nothing smaller
    "autoencoder": [*[PROVED] * 6, refuted(n=2, c=1), PROVED],
    # for T = 1 both ends are the same
    "bidirectional": [*[PROVED] * 5, refuted(T=2)],
    # for T = 1 the last key is the only one
    "causal": [PROVED, TESTED, TESTED, TESTED, refuted(T=2), PROVED],
    "edit_distance": [PROVED, TESTED, TESTED, PROVED],
    # two channels in one group: batch norm of a single entry is 0
    "normalisation": [*[PROVED] * 4, TESTED, TESTED, refuted(C=2)],
    # a 1 x 1 kernel on a 1 x 1 image takes one product either way
    "plane": [PROVED, PROVED, TESTED, *[PROVED] * 6, refuted(H=1, W=1, M=1, N=1), PROVED],
    # the least even image
    "pooling": [PROVED, PROVED, refuted(H=2, W=2), PROVED, PROVED],
    # p against q first at 1, 2
    "pyramid": [PROVED, PROVED, PROVED, refuted(p=1, q=2), PROVED],
    # (2 - 1) // 2 * 2 + 1 is 1
    "transposed": [*[PROVED] * 4, refuted(m=1, s=2, c=2), TESTED],
}
CASES = [(name, number) for name, claims in EXPECTED.items() for number in range(len(claims))]


@cache
def report(name: str) -> Report:
    """The report on one spec of the folder."""
    return check(Source(name, (FOLDER / f"{name}.shape").read_text()))


@pytest.mark.parametrize(("name", "number"), CASES)
def test_a_claim(name: str, number: int) -> None:
    """The verdict of the table, and its sizes."""
    word, least = EXPECTED[name][number]
    verdict = report(name).verdicts[number]
    found = dict(verdict.counterexample)
    assert (str(verdict.word), found) == (word, {**dict.fromkeys(found, 1), **least})


@pytest.mark.parametrize("name", EXPECTED)
def test_every_claim_is_in_the_table(name: str) -> None:
    """Nothing is left out, nothing is wrong with the spec, and every claim is as its author expects."""
    found = report(name)
    assert (len(found.verdicts), found.diagnostics, found.ok) == (len(EXPECTED[name]), (), True)


def test_every_spec_of_the_folder_is_in_the_table() -> None:
    """A spec without a table would pass unseen."""
    assert sorted(path.stem for path in FOLDER.glob("*.shape")) == sorted(EXPECTED)
