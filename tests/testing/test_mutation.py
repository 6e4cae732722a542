"""Changed specs: which changes the claims of a spec notice.

Independent truth: reasoning by hand about short specs, and runs of the mutants.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from shapecheck.cli import main
from shapecheck.diagnostics import render
from shapecheck.source import Source
from shapecheck.syntax import parse
from shapecheck.testing.mutation import Campaign, Fate, Limits, MutantOutcome, mutate
from shapecheck.testing.mutation.change_places import places
from shapecheck.testing.mutation.changes import changes
from shapecheck.testing.mutation.messages import counts, survivors
from shapecheck.testing.mutation.mutants import chosen, mutants
from shapecheck.testing.mutation.seen import Compared, compared

SPECS = Path(__file__).parents[2] / "specs"
LIMITS = Limits()


def source(text: str) -> Source:
    return Source("a.shape", text)


def file(path: str) -> Source:
    return Source(path, (SPECS / path).read_text(encoding="utf-8"))


def change(outcome: MutantOutcome) -> tuple[str, str]:
    """What stood there, and what stands there then."""
    return outcome.mutant.before, outcome.mutant.text


def survived(campaign: Campaign) -> set[tuple[str, str]]:
    return {change(outcome) for outcome in campaign.fates(Fate.SURVIVED)}


# ---- what the claims of a spec notice ----------------------------------------------------------

WEAK = (Path(__file__).parent / "exercise.shape").read_text(encoding="utf-8")


def test_claims_about_shapes_leave_the_sign_open() -> None:
    """By hand: without `+ b` the shape of b is fixed by nothing, without `W @ x` that of W; `-` for `+` keeps all.

    `x @ W` needs a matrix on its left, and `W.T @ x` makes W m x n, which the claim refutes.
    """
    campaign = mutate(source(WEAK))
    assert survived(campaign) == {("W @ x + b", "W @ x - b")}
    assert counts(campaign) == "5 mutants: 3 wrong shapes, 1 refuted by claims, 1 not noticed"


def test_a_claim_about_the_sign_notices_it() -> None:
    """The same spec with one more claim: `W @ x - b` is not `b + W @ x`."""
    campaign = mutate(source(WEAK + 'claim "the bias is added" y == b + W @ x\n'))
    assert survived(campaign) == set()


def test_what_the_gru_of_the_slides_leaves_open() -> None:
    """By hand: all weights keep their sizes, every gate stays in -1..1, and so does a mixture of what is in -1..1.

    `zeros -> ones`, and another bounded function or a sign, keep the state in -1..1; parts of `[x; h]` and gates change
    places among equal sizes.  With `z` for `z .* h` the state is `z + (1 - z) tanh(..)`, which is in -1..1, too.  What
    weighs both by more than 1 in all (`1 + z`, `2 - z`, factors left out) leaves it.
    """
    campaign = mutate(file("slides/gru.shape"))
    old, new = "z .* h[t-1]", "(1 - z) .* tanh(V @ [x[t]; r .* h[t-1]])"
    assert survived(campaign) == {
        ("zeros", "ones"),
        ("z; r", "r; z"),
        ("sigm", "tanh"),
        ("[x[t]; h[t-1]]", "[h[t-1]; x[t]]"),
        (f"{old} + {new}", new),
        (f"{old} + {new}", f"{old} - {new}"),
        (old, "z"),
        ("1 - z", "z - 1"),
        ("tanh", "sigm"),
        ("[x[t]; r .* h[t-1]]", "[r .* h[t-1]; x[t]]"),
    }
    assert len(campaign.fates(Fate.SURVIVED)) == 10


def test_one_of_two_alike_gates_is_noticed() -> None:
    """`sigm -> tanh` for z, which may then be -1: `1 - z` is 2.  For r nothing is said."""
    found = [item for item in mutate(file("slides/gru.shape")).outcomes if change(item) == ("sigm", "tanh")]
    assert [item.fate for item in found] == [Fate.CLAIM, Fate.SURVIVED]


# ---- what is no change -------------------------------------------------------------------------

IDLE = """dim n
input x : n, w : n
y = ones(n) .* x + zeros(n) .* w
claim y : n
test small(n = 3)
"""


def test_what_is_proved_to_be_the_same_is_no_survivor() -> None:
    """By hand: `1 x + 0 w` is x, also where w is left out, subtracted or 1, and x where its factor 1 is left out."""
    campaign = mutate(source(IDLE))
    y = "ones(n) .* x + zeros(n) .* w"
    assert {change(item) for item in campaign.fates(Fate.SAME)} == {
        (y, "ones(n) .* x"),
        (y, "ones(n) .* x - zeros(n) .* w"),
        ("ones(n) .* x", "x"),
        ("zeros(n) .* w", "zeros(n)"),
    }
    assert survived(campaign) == {(y, "zeros(n) .* w"), ("ones", "zeros"), ("ones(n) .* x", "ones(n)"),
                                  ("zeros", "ones"), ("zeros(n) .* w", "w")}  # fmt: skip


def test_equal_functions_in_other_order_are_the_same_spec() -> None:
    """`[tanh; tanh]` with its rows swapped is the same tree."""
    text = "dim n\ninput x : 2n\n[a; b] = [tanh; tanh](x)\na : n\nb : n\nclaim a : n\ntest small(n = 2)\n"
    campaign = mutate(source(text))
    assert ("[tanh; tanh]", "[tanh; tanh]") not in survived(campaign)


def test_what_is_proved_to_be_the_same_runs_the_same() -> None:
    """No test's run tells them apart, entry by entry.

    By hand: the slide's last equations for the cell state have gates of zeros and ones, and of the 12 that are proved
    to be the same each changes one of these.
    """
    original = file("slides/lstm.shape")
    same = mutate(original).fates(Fate.SAME)
    assert [compared(item.mutant, original, LIMITS.memory) for item in same] == [Compared("", 4)] * 12


def test_a_block_is_run_on_its_own() -> None:
    """Nothing of the file applies it; its test draws x, and `3 * x` is not `2 * x`."""
    text = "layer f() {\n  dim n\n  input x : n\n  output y : n\n  y = 2 * x\n  claim y : n\n  test t(n = 2)\n}\n"
    seen = {change(item): item.seen for item in mutate(source(text)).fates(Fate.SURVIVED)}
    assert seen.keys() == {("2", "3"), ("2 * x", "x")}
    assert all(note.startswith("y[0] is ") and note.endswith(" now, with n = 2") for note in seen.values())


def test_where_nothing_is_run_nothing_is_said_of_numbers() -> None:
    """A branch that the default of a parameter never takes."""
    text = (
        "layer f(twice = false) {\n  dim n\n  input x : n\n  output y : n\n  y = if twice then 2 * x else x\n"
        "  claim y == x\n  test t(n = 2)\n}\n"
    )
    seen = {change(item): item.seen for item in mutate(source(text)).fates(Fate.SURVIVED)}
    assert seen[("2", "3")] == "the run gives the same numbers; that it is the same is not proved"
    text = "layer f(g) {\n  input x\n  output y\n  y = x + (x -> g)\n}\n"
    seen = {change(item): item.seen for item in mutate(source(text)).fates(Fate.SURVIVED)}
    assert seen[("x + (x -> g)", "x - (x -> g)")] == "nothing is run that could tell them apart"


def test_nothing_is_proved_of_a_block_that_is_looked_at_for_its_default_only() -> None:
    """Where s is 1, `s * x` is x; the block may be applied with another s."""
    text = (
        "layer f(s = 1) {\n  dim n\n  input x : n\n  output y : n\n  y = s * x\n  claim y : n\n  test t(n = 2)\n}\n"
        "dim m\ninput a : m\nb = a -> f(2)\nclaim b : m\ntest t(m = 2)\n"
    )
    campaign = mutate(source(text))
    assert ("s * x", "x") in survived(campaign)


def test_fresh_weights_are_not_the_same_weights() -> None:
    """A layer that is applied anew has weights of its own: nothing is proved of it."""
    text = "dim m\ninput x : m\ny = -(x -> dense(m, bias = false))\nclaim y : m\ntest t(m = 2)\n"
    campaign = mutate(source(text))
    assert campaign.fates(Fate.SAME) == []


# ---- how it is done ----------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["slides/autoencoder.shape", "networks/resnet50.shape", "networks/unet.shape"])
def test_every_change_of_the_tree_has_a_text(path: str) -> None:
    """Nothing is lost on the way from the tree to the text: the texts are as many as the trees that differ."""
    spec = parse(file(path)).spec
    trees = {repr(place.tree_with(new)) for place in places(spec) for _, new in changes(place)}
    assert len({repr(mutant.tree) for mutant in mutants(file(path))}) == len(trees)


def test_claims_tests_and_assumptions_stay_as_they_are() -> None:
    """Every change stands in an equation, a loop, a weight or a size that is computed."""
    text = "dim n, k = n // 2\nassume n >= 2\ninput x : n\ny = 2 * x\nclaim y : 1n\nclaim k >= 1\ntest t(n = 3)\n"
    lines = {source(text).position(mutant.span.start)[0] for mutant in mutants(source(text))}
    assert lines == {1, 4}


def test_imported_blocks_stay_as_they_are() -> None:
    """The library is not the exercise: of `dense(3)` only the 3 is changed."""
    text = "dim m\ninput x : m\ny = x -> dense(3) as f\nclaim f.W : 3 x m\n"
    assert [(mutant.before, mutant.text) for mutant in mutants(source(text))] == [("3", "4")]


def test_bodies_of_blocks_are_changed() -> None:
    """A block of the file is part of the exercise: `2` alone is no vector, `x` and `3 * x` are not `x + x`."""
    text = "layer f() {\n  dim n\n  input x : n\n  output y : n\n  y = 2 * x\n  claim y == x + x\n  test t(n = 2)\n}\n"
    campaign = mutate(source(text))
    assert [item.fate for item in campaign.outcomes] == [Fate.WRONG, Fate.CLAIM, Fate.CLAIM]


def test_fewer_are_spread_over_the_text() -> None:
    """Every k-th of them, the first one in any case; all of them where they are few enough."""
    found = list(mutants(file("slides/gru.shape")))
    assert [found.index(mutant) for mutant in chosen(found, 4)] == [0, 9, 19, 28]
    assert chosen(found, 100) == found


def test_the_order_is_that_of_the_text() -> None:
    """Two campaigns tell the same, in the same order."""
    texts = [[mutant.source.text for mutant in mutants(file("networks/lenet5.shape"))] for _ in range(2)]
    assert texts[0] == texts[1]
    starts = [mutant.span.start for mutant in mutants(source(WEAK))]
    assert starts == sorted(starts)


def test_what_takes_too_long_is_not_called_unnoticed() -> None:
    """With no time at all nothing that needs a claim judged is decided."""
    campaign = mutate(source(WEAK), Limits(seconds=-1))
    assert counts(campaign) == "5 mutants: 3 wrong shapes, 2 ran out of time, 0 not noticed"


def test_a_spec_that_fails_is_not_changed() -> None:
    """Whatever is found then says nothing of a change."""
    campaign = mutate(source("dim n\ninput x : n\ny = x\nclaim y : 2n\n"))
    assert campaign.report is not None
    assert campaign.outcomes == ()


def test_a_survivor_is_shown_as_it_was_and_as_it_is_then() -> None:
    """Carets stand under the same place in both lines; the entry that differs was computed."""
    text = "dim n\ninput x : n\ny = 2.0 * x\nclaim y : n\ntest t(n = 1) {\n  x = [1.5]\n}\n"
    shown = [render(item, source(text)) for item in survivors(mutate(source(text)))]
    assert shown[-1] == (
        "warning[not-noticed]: constant changed, and no claim and no test notices\n"
        " --> a.shape:3:5\n"
        "  |\n"
        "3 | y = 2.0 * x\n"
        "  |     ^^^ or `4.0`\n"
        "  |\n"
        "  = note: instead y = 4.0 * x\n"
        "                      ^^^\n"
        "  = note: y[0] is 6 then, and 3 now, with n = 1"
    )


# ---- the command -------------------------------------------------------------------------------


def test_the_command_tells_and_succeeds_but_where_it_is_to_be_strict(tmp_path: Path) -> None:
    """A change that nothing notices is no mistake of the spec; `--strict` wants none."""
    (tmp_path / "a.shape").write_text(WEAK)
    plain, strict = (
        CliRunner().invoke(main, ["test", "--mutate", str(tmp_path), *more]) for more in ([], ["--strict"])
    )
    assert plain.exit_code == 0
    assert plain.output.endswith("a.shape: 5 mutants: 3 wrong shapes, 1 refuted by claims, 1 not noticed\n")
    assert (strict.exit_code, strict.output) == (1, plain.output)


def test_the_command_lists_all_changes_and_takes_several_files(tmp_path: Path) -> None:
    """`-v` gives each change a line with what became of it; both files are told of, in their order."""
    for name in ("a", "b"):
        (tmp_path / f"{name}.shape").write_text(WEAK)
    result = CliRunner().invoke(main, ["test", "--mutate", "-v", "-j", "2", "--max-mutants", "2", str(tmp_path)])
    lines = result.output.splitlines()
    assert [line.split()[:4] for line in lines if line.startswith("  line")] == [
        ["line", "6", "term", "dropped:"],
        ["line", "6", "sign", "changed:"],
    ] * 2
    ends = [line.rpartition("/")[2] for line in lines if line.startswith(str(tmp_path))]
    assert ends == [f"{name}.shape: 2 of 5 mutants: 1 wrong shape, 1 not noticed" for name in ("a", "b")]


def test_the_command_refuses_what_fails_as_it_is(tmp_path: Path) -> None:
    """One line, with the command that tells why."""
    path = tmp_path / "a.shape"
    path.write_text("dim n\ninput x : n\ny = x\nclaim y : 2n\n")
    result = CliRunner().invoke(main, ["test", "--mutate", str(path)])
    assert result.exit_code == 1
    assert result.output == f"{path}: not changed, for it fails as it is; see shapecheck check {path}\n"


def test_only_what_is_new_is_marked() -> None:
    """Of a sum its sign, of a dropped factor the operator and the factor; nothing that would leave a bracket alone."""
    marked = {}
    for item in survivors(mutate(file("slides/gru.shape"))):
        label = item.labels[0]
        marked[file("slides/gru.shape").text[label.span.start : label.span.end]] = label.text
    assert marked["+"] == "or `-`"
    assert marked[".* h[t-1]"] == "or nothing"
    assert marked["[x[t]; h[t-1]]"] == "or `[h[t-1]; x[t]]`"
