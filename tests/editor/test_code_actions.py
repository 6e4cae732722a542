"""Repairs mend, and lines that write down what was derived are true: `check` is asked in both cases."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from shapecheck.check import check
from shapecheck.editor.check_saved import Saved, checked
from shapecheck.editor.code_actions import Action, actions
from shapecheck.editor.open_text import OpenText
from shapecheck.editor.problems import Problem
from shapecheck.report.check_text import messages_of
from shapecheck.source import Source, Span
from tests.editor.opened import ROOT, at, edited, opened

BAD = ROOT / "tests" / "bad"


def _offered(text: OpenText) -> list[Action]:
    """The actions at all problems that `check` finds."""
    found = checked(Saved(text.path, text.text, (str(BAD),), {})).problems
    return [action for problem in found for action in actions(text, problem.span, found) if action.mends == problem]


@pytest.mark.parametrize(
    ("name", "titles"),
    [
        ("misspelt_name", ["Write `kernel`"]),
        ("misspelt_option", ["Write `pad`"]),
        ("undeclared_size", ["Add `dim q`"]),
        ("undeclared_name", ["Add `input z`", "Add `weight z`"]),
        ("underscore_for_subscript", ["Write `x[t]`"]),
        ("unequal_states", ["Add `assume p == d`"]),
        ("block_inside_wrong", ["Add `assume m == n`"]),
        ("kernel_larger_than_image", ["Add `assume H >= M`"]),
        ("star_between_tensors", ["Write `.*`"]),
        ("slash_between_tensors", ["Write `./`"]),
        ("juxtaposed_product", ["Write `W @ x`", "Write `W * x`"]),
        ("prime_for_transpose", ["Write `A.T`"]),
        ("statement_is_a_comparison", ["Write `claim` in front"]),
        ("wrong_bracket", ["Write `]`"]),
        ("bracket_too_many", ["Remove `)`"]),
        ("unclosed_bracket", ["Write `)`"]),
        ("unclosed_block", ["Write `}`"]),
        ("missing_first_layer", []),
        ("read_out_of_bounds", ["Write `(a[i+1] default 0)`"]),
        ("part_that_is_not_there", ["Write `c.W`"]),
        ("claim_shape_refuted", ["Write `claim W : d x p when d == p`"]),
        ("claim_value_refuted", ["Add `expect refuted`"]),
        ("claim_wrong_expectation", ["Add `expect proved`"]),
    ],
)
def test_what_is_offered(name: str, titles: list[str]) -> None:
    """The line that the message gives, as an edit; `check` finds one mistake of its code fewer after it."""
    text = opened(BAD / f"{name}.shape")
    offered = _offered(text)
    assert [action.title for action in offered if action.mends] == titles
    before = Counter(message.code for message in messages_of(check(text.specs[0].source)))
    for action in offered:
        assert action.mends is not None
        new = Source(text.path, edited(text.text, action.edits), text.beside)
        after = Counter(message.code for message in messages_of(check(new)))
        assert after[action.mends.code] < before[action.mends.code]


@pytest.mark.parametrize("name", ["unequal_states", "read_out_of_bounds", "kernel_larger_in_block", "undeclared_name"])
def test_what_changes_the_meaning_is_not_preferred(name: str) -> None:
    """An assumption leaves sizes out, a default adds entries, a declaration adds a value from outside."""
    assert [action.is_preferred for action in _offered(opened(BAD / f"{name}.shape")) if action.is_preferred] == []


def test_an_assumption_stands_in_the_block() -> None:
    """What a block needs is assumed inside of it, in the block's own sizes, behind its declarations."""
    (action,) = _offered(opened(BAD / "block_inside_wrong.shape"))
    text = opened(BAD / "block_inside_wrong.shape").text
    lines = edited(text, action.edits).split("\n")
    at = next(number for number, line in enumerate(lines) if line.strip() == "assume m == n")
    assert lines[at].startswith("  ") and lines[at - 1].startswith("  dim")


@pytest.mark.parametrize("name", ["lint", "windows", "comment"])
def test_a_lint_is_allowed(name: str) -> None:
    """The comment switches the warning off, behind a comment that is there already, too, and before CRLF."""
    text = "dim T, p\nassume T >= 1\ninput x[t in 1..T] : p\ny[t] = 2 * x[t] for t in 1..T\n"
    text = text.replace("\n", "\r\n") if name == "windows" else text
    text = text.replace("assume T >= 1", "assume T >= 1  # as ever") if name == "comment" else text
    saved = Saved("a.shape", text, (".",), {})
    found = checked(saved).problems
    (problem,) = [item for item in found if item.code == "unused-assumption"]
    titles = {action.title: action for action in actions(OpenText("a.shape", text), problem.span, found)}
    assert "Allow it: `# allow: unused-assumption`" in titles
    for action in titles.values():
        new = edited(text, action.edits)
        assert checked(Saved("a.shape", new, (".",), {})).problems == ()
        assert new.count("\r\n") in (0, new.count("\n"))


@pytest.mark.parametrize("path", ["slides/gru.shape", "networks/lenet5.shape", "slides/multichannel.shape"])
def test_what_was_derived_is_true(path: str) -> None:
    """Every claim that is offered is proved, and every shape that is written leaves all verdicts as they were."""
    text = opened(ROOT / "specs" / path)
    (spec,) = text.specs
    verdicts = Counter(str(verdict.word) for verdict in check(spec.source).verdicts)
    offered = 0
    for item in spec.names.occurrences:
        for action in actions(text, item.span, ()) if item.defines else ():
            offered += 1
            report = check(Source(text.path, edited(text.text, action.edits)))
            further = Counter(["proved"]) if "claim" in action.title else Counter[str]()
            assert report.ok
            assert Counter(str(verdict.word) for verdict in report.verdicts) == verdicts + further
    assert offered >= 2


def test_the_words_of_the_actions() -> None:
    """The shape of the GRU's weight is that of the slide; the claim names all members."""
    text, offset = at((ROOT / "specs" / "slides" / "gru.shape").read_text().replace("weight W", "weight |W"))
    found = [action.title for action in actions(text, Span(offset, offset), ())]
    assert found == [
        "Write the derived shape here: `: 2p x (p + d)`", "Add the claim that holds: `claim W : 2p x (p + d)`",
    ]  # fmt: skip
    text, offset = at((ROOT / "specs" / "slides" / "gru.shape").read_text().replace("  h[t] =", "  |h[t] ="))
    found = [action.title for action in actions(text, Span(offset, offset), ())]
    assert "Add the claim that holds: `claim h[t] : p for t in 0..T`" in found


def test_no_action_where_nothing_is_known() -> None:
    """Prose, a text with mistakes that no line mends, a place outside of the text."""
    assert actions(OpenText(str(Path("a.md")), "# no spec\n"), Span(3, 3), ()) == []
    assert actions(OpenText("a.shape", "dim n\n?\n"), Span(99, 99), ()) == []
    problem = Problem(Span(0, 3), "error", "no-such-code", "", help="did you mean it?")  # type: ignore[arg-type]
    assert actions(OpenText("a.shape", "dim n\n"), Span(0, 3), [problem]) == []
