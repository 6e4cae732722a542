"""Shapes that grow with an index, for any number of members.

Expected formulas are worked out by hand from the recurrences; that they hold is confirmed by running the same spec in
NumPy at several lengths, where every array's shape is compared with the derived one, and by the same spec with the
length written as a number, member by member.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

import shapecheck
from shapecheck.checked import Report
from shapecheck.cli import main
from shapecheck.execute import ExecutionError
from shapecheck.report.tensor_list import tensors
from shapecheck.verdict.model import Word

from ..graph.asking import verdicts

PIXELS = "dim n, H, W, C\ninput x : [H, W, C]\nh[0] = x\n"
GROW = """layer grow(g) {
  dim H, W, C
  input x : [..., H, W, C]
  output y
  y = concat(x, x -> batchnorm -> relu -> conv2d(g, 3 x 3, pad = SAME, bias = false), axis = -1)
}
"""

CHAINS = {
    # name: (text over `n`, what h[k] is, sizes to run at besides n)
    "affine": ("dim n, d\ninput x : d\nh[0] = x\nh[k] = [h[k-1]; 1] for k in 1..n\n", ["d + k"], {"d": 2}),
    "affine in a size": (
        "dim n, d, g\ninput x : d\nweight b : g\nh[0] = x\nh[k] = [h[k-1]; b] for k in 1..n\n",
        ["d + g*k"],
        {"d": 2, "g": 3},
    ),
    "dense block": (
        PIXELS + "dim g\nweight K[k in 1..n] : [3, 3, C, g]\n"
        "h[k] = concat(h[k-1], conv(x, K[k], pad = SAME), axis = -1) for k in 1..n\n",
        ["H", "W", "C + g*k"],
        {"H": 4, "W": 3, "C": 2, "g": 2},
    ),
    "doubling": (
        "dim n, d\ninput x : d\nweight W[k in 1..n]\nh[0] = x\nh[k] = [h[k-1]; W[k] @ h[k-1] + h[k-1]] for k in 1..n\n",
        ["d*2^k"],
        {"d": 3},
    ),
    "doubling and one": (
        "dim n, d\ninput x : d\nh[0] = x\nh[k] = [h[k-1]; h[k-1]; 1] for k in 1..n\n",
        ["d*2^k + 2^k - 1"],
        {"d": 2},
    ),
    "transposed convolution": (
        PIXELS + "h[k] = conv_transpose(h[k-1], ones([2, 2, C, C]), stride = 2) for k in 1..n\n",
        ["H*2^k", "W*2^k", "C"],
        {"H": 2, "W": 1, "C": 1},
    ),
    "pooling": (
        PIXELS + "assume H >= 2^n, W >= 2^n\nh[k] = maxpool(h[k-1], 2) for k in 1..n\n",
        ["H // 2^k", "W // 2^k", "C"],
        {"H": 37, "W": 32, "C": 1},
    ),
    "pooling with SAME": (
        PIXELS + "h[k] = maxpool(h[k-1], 3, stride = 2, pad = SAME) for k in 1..n\n",
        ["ceil(H / 2^k)", "ceil(W / 2^k)", "C"],
        {"H": 9, "W": 2, "C": 1},
    ),
    "VALID convolutions": (
        PIXELS + "assume H >= 2n + 1, W >= 2n + 1\nweight K[k in 1..n] : [3, 3, C, C]\n"
        "h[k] = conv(h[k-1], K[k]) for k in 1..n\n",
        ["H - 2k", "W - 2k", "C"],
        {"H": 12, "W": 11, "C": 2},
    ),
    "another first step": (
        "dim n, d, p\ninput x : d\nweight W : p x d\nh[0] = x\nh[1] = W @ x\nh[k] = [h[k-1]; 1] for k in 2..n\n"
        "assume n >= 2\n",
        None,
        {"d": 2, "p": 5},
    ),
}


def report_of(text: str) -> Report:
    return shapecheck.loads(text).check()


def words(text: str) -> list[Word]:
    return [verdict.word for verdict in report_of(text).verdicts]


def added_until_right(text: str) -> list[str]:
    """The lines that the messages say to add, one message at a time, until nothing is wrong any more."""
    added: list[str] = []
    while found := report_of("\n".join([text, *added])).diagnostics:
        assert len(found) == 1 and found[0].help and found[0].help.startswith("add: ")
        added.append(found[0].help.removeprefix("add: "))
        assert len(added) < 5
    return added


@pytest.mark.parametrize("name", [name for name, (_, shape, _) in CHAINS.items() if shape])
def test_the_formula_holds_for_all_members(name: str) -> None:
    """The formula that the recurrence gives by hand is proved for every member, and for the last one."""
    text, shape, _ = CHAINS[name]
    assert shape is not None
    claimed = f"[{', '.join(shape)}]" if len(shape) > 1 else f"({shape[0]})"
    last = claimed.replace("k", "n")
    assert words(f"{text}claim h[k] : {claimed} for k in 0..n\nclaim h[n] : {last}\n") == [Word.PROVED, Word.PROVED]


@pytest.mark.parametrize("name", [name for name, (_, shape, _) in CHAINS.items() if shape])
def test_another_formula_is_refuted(name: str) -> None:
    """One more entry along the axis that grows is wrong for every k."""
    text, shape, _ = CHAINS[name]
    assert shape is not None
    wrong = [f"{size} + 1" if "k" in size else size for size in shape]
    claimed = f"[{', '.join(wrong)}]" if len(wrong) > 1 else f"({wrong[0]})"
    assert words(f"{text}claim h[k] : {claimed} for k in 1..n\n") == [Word.REFUTED]


@pytest.mark.parametrize("name", CHAINS)
def test_runs_have_the_derived_shapes(name: str) -> None:
    """NumPy's arrays at lengths 2 to 5 have the shapes that the formula gives (a run compares every one)."""
    text, _, sizes = CHAINS[name]
    spec = shapecheck.loads(text)
    for length in range(2, 6):
        assert spec.run({"n": length, **sizes}).confirmed > length


@pytest.mark.parametrize("name", CHAINS)
def test_the_same_as_with_the_length_written_out(name: str) -> None:
    """With n = 3 in the text every member is looked at by itself; sizes and counts are the formula's at n = 3."""
    text, _, sizes = CHAINS[name]
    grown, written = report_of(text), report_of(text.replace("dim n", "dim n = 3"))
    at = {"n": 3, **sizes}
    assert grown.params is not None and written.params is not None
    assert grown.params.evaluate(at) == written.params.evaluate(at)
    if grown.macs is not None and written.macs is not None:
        assert grown.macs.evaluate(at) == written.macs.evaluate(at)


def test_the_table_speaks_of_the_index() -> None:
    """One row, `h[k]` for k = 0..n, with the formula in k."""
    shapes = report_of(CHAINS["dense block"][0]).shapes
    assert shapes is not None
    (row,) = [tensor for tensor in tensors(shapes) if tensor.name == "h"]
    assert (row.label, row.ranges, row.shape) == ("h[k]", "k = 0..n", ("H", "W", "g*k + C"))


def test_a_repeated_block_grows() -> None:
    """A dense block of any depth: C + n*g channels, and the sum over k of 2 (C + k g) + 9 g (C + k g) weights."""
    text = GROW + (
        "dim n, g, H, W, C\ninput x : [H, W, C]\ny = x -> repeat(n, grow(g)) as b\n"
        "claim y : [H, W, C + n*g]\n"
        "claim params == sum[k in 0..n-1] (2(C + k*g) + 9g * (C + k*g))\n"
        "claim b[k].conv2d.K : [3, 3, C + (k-1) * g, g] for k in 1..n\n"
        "claim b[k].params == 2(C + (k-1) * g) + 9g * (C + (k-1) * g) for k in 1..n\n"
        "claim b[k].params == 2(C + k*g) + 9g * (C + k*g) for k in 1..n expect refuted\n"
        "test small(n = 3, g = 2, H = 3, W = 2, C = 1)\n"
    )
    assert words(text) == [Word.PROVED] * 4 + [Word.REFUTED]


def test_what_all_members_need_is_told_without_the_index() -> None:
    """n VALID convolutions with 3 x 3 fit exactly where H >= 2n + 1 (by hand: the last one needs H - 2(n-1) >= 3)."""
    text = PIXELS + "weight K[k in 1..n] : [3, 3, C, C]\nh[k] = conv(h[k-1], K[k]) for k in 1..n\n"
    assert added_until_right(text) == ["assume H >= 2n + 1, W >= 2n + 1"]


def test_pooling_needs_a_power_of_two() -> None:
    """Halving n times leaves an entry exactly where H >= 2^n."""
    text = PIXELS + "h[k] = maxpool(h[k-1], 2) for k in 1..n\n"
    assert added_until_right(text) == ["assume H >= 2^n, W >= 2^n"]


def test_weights_that_are_shared_cannot_grow() -> None:
    """One kernel for all members would need as many channels as each of them has."""
    text = PIXELS + "weight K\nh[k] = concat(h[k-1], conv(h[k-1], K, pad = SAME), axis = -1) for k in 1..n\n"
    assert [item.code for item in report_of(text).diagnostics if item.level == "error"]


def test_an_instance_cannot_grow() -> None:
    """`c = grow(2)` is one set of weights; applied to more channels at each step it has no shape."""
    text = GROW + PIXELS + "c = grow(2)\nh[k] = c(h[k-1]) for k in 1..n\n"
    assert [item.code for item in report_of(text).diagnostics if item.level == "error"]
    text = GROW + PIXELS.replace("h[0] = x\n", "") + "c = grow(2)\ny = x -> repeat(n, c)\n"
    assert [item.code for item in report_of(text).diagnostics if item.level == "error"]


def test_instances_of_a_family_may_grow() -> None:
    """`c[k] = grow(2)` is a set for each k, each as large as it must be."""
    text = (
        GROW
        + PIXELS
        + (
            "c[k] = grow(2) for k in 1..n\nh[k] = c[k](h[k-1]) for k in 1..n\n"
            "claim h[k] : [H, W, C + 2k] for k in 0..n\nclaim c[k].conv2d.K : [3, 3, C + 2k - 2, 2] for k in 1..n\n"
        )
    )
    assert words(text) == [Word.PROVED, Word.PROVED]


@pytest.mark.parametrize("whole", ["y = h", "y = sum[k in 0..n] h[k]", "y = h[0..1]"])
def test_members_that_differ_are_not_read_together(whole: str) -> None:
    """A tensor of members of different lengths does not exist."""
    text = f"dim n, d\ninput x : d\nh[0] = x\nh[k] = [h[k-1]; 1] for k in 1..n\n{whole}\n"
    assert [item.code for item in report_of(text).diagnostics if item.level == "error"]


def test_values_of_members_that_grow_are_not_proved() -> None:
    """The first entry stays: true, and shown by runs alone."""
    text = CHAINS["affine"][0] + "claim h[k][0] == x[0] for k in 0..n\ntest a(n = 4, d = 2)\n"
    assert words(text) == [Word.TESTED]


def test_a_false_value_of_members_that_grow_is_refuted() -> None:
    """The last entry is 1 for k >= 1, and x[d-1] for k = 0."""
    text = CHAINS["affine"][0] + "claim h[k][d+k-1] == 1 for k in 0..n\ntest a(n = 4, d = 2)\n"
    assert words(text) == [Word.REFUTED]
    text = CHAINS["affine"][0] + "claim h[k][d+k-1] == 1 for k in 1..n\ntest a(n = 4, d = 2)\n"
    assert words(text) == [Word.TESTED]


STAGES = {
    "channels by a step": "y = concat(x, x -> conv2d(g, 3 x 3, pad = SAME), axis = -1)",
    "channels doubled": "y = x -> conv2d(2C, 1 x 1) -> relu",
    "channels and pixels": "y = x -> conv2d(C + g, 3 x 3) -> batchnorm -> relu",
    "pixels halved": "y = x -> conv2d(C, 2 x 2, stride = 2, pad = SAME)",
    "a repeat in a stage": "y = x -> repeat(2, conv2d(C + g, 1 x 1))",
}
FORMS = {
    "repeat": ("y = x -> repeat(n, stage(g))", "stage(g)"),
    "family": ("h[0] = x\nh[k] = stage(g)(h[k-1]) for k in 1..n\ny = h[n]", "stage(g)"),
    "two stages": ("h[0] = x\nh[k] = h[k-1] -> stage(g) -> stage(1) for k in 1..n\ny = h[n]", "stage(g) -> stage(1)"),
}


def block(stage: str) -> str:
    return f"layer stage(g) {{\n  dim H, W, C\n  input x : [..., H, W, C]\n  output y\n  {stage}\n}}\n"


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("stage", STAGES)
def test_blocks_that_grow_are_the_blocks_one_after_the_other(stage: str, form: str) -> None:
    """Shapes, parameters and MACs at n = 3 are those of three applications written one below the other; runs agree."""
    head = "dim N, n, g, H, W, C\nassume H >= 4n + 1, W >= 4n + 1\ninput x : [N, H, W, C]\n"
    text, chain = FORMS[form]
    grown = report_of(block(STAGES[stage]) + head + text + "\ntest a(N = 2, n = 3, g = 2, H = 14, W = 13, C = 1)\n")
    steps = "".join(f"y{at} = {'x' if at == 1 else f'y{at - 1}'} -> {chain}\n" for at in range(1, 4))
    written = report_of(block(STAGES[stage]) + head.replace("dim N, n", "dim n = 3, N") + steps + "y = y3\n")
    at = {"N": 2, "n": 3, "g": 2, "H": 14, "W": 13, "C": 1}
    assert grown.ok and grown.confirmed and grown.shapes is not None and written.shapes is not None
    one, other = (shapes.cells["y"][0].shape for shapes in (grown.shapes, written.shapes))
    assert [size.evaluate(at) for size in one] == [size.evaluate(at) for size in other]
    counts = [(grown.params, written.params), (grown.macs, written.macs)]
    if stage == "pixels halved":  # the sum of ceil(H / 2^k) over k has no closed form
        assert counts.pop()[0] is None
    for own, wanted in counts:
        assert own is not None and wanted is not None and own.evaluate(at) == wanted.evaluate(at)


@pytest.mark.parametrize(
    "command",
    [
        "check -v --lint all",
        "check --engine sympy",
        "table --depth 3 --columns name,shape,macs,activations,receptive-field",
        "table --set N=1,n=2,g=2,H=9,W=9,C=1",
        "equations",
        "diagram -f mermaid --depth 2",
        "explain y",
        "explain params",
        "sizes",
        "test --max-examples 4",
        "run --set N=1,n=2,g=2,H=9,W=9,C=1",
    ],
)
def test_every_command_knows_of_shapes_that_grow(command: str, tmp_path: Path) -> None:
    """No command stops: exit code 0 for a spec that is right."""
    spec = tmp_path / "grown.shape"
    text = "dim N, n, g, H, W, C\nassume H >= 2n + 1, W >= 2n + 1\ninput x : [N, H, W, C]\n"
    text += "y = x -> repeat(n, stage(g)) as b\nclaim b[k].conv2d.K : [3, 3, C + (k-1) * g, C + k*g] for k in 1..n\n"
    spec.write_text(block(STAGES["channels and pixels"]) + text)
    name, *options = command.split()
    result = CliRunner().invoke(main, [name, str(spec), *options])
    assert result.exit_code == 0, result.output


def test_members_without_end_are_refused() -> None:
    """A million members of a million lengths are not written out one by one: a message, at once."""
    with pytest.raises(ExecutionError) as refused:
        shapecheck.loads(CHAINS["affine"][0]).run({"n": 1_000_000, "d": 2})
    assert refused.value.diagnostic.code == "too-much-memory"
    assert "1000001 members" in refused.value.diagnostic.title


def test_exponents_that_are_always_large() -> None:
    """2^n at n >= 100,000 has 30,103 digits: it is proved with, and neither written out nor run."""
    text = CHAINS["doubling"][0].replace("dim n", "dim n >= 100000") + "y = h[n-1]\nclaim y : (2^(n-1) * d)\n"
    report = report_of(text)
    assert report.ok and [verdict.word for verdict in report.verdicts] == [Word.PROVED]


def test_a_size_with_too_many_digits_to_print() -> None:
    """A weight of 2^100000 entries: too large to run, which is said in units that can be read."""
    report = report_of("dim n >= 100000, d\nweight W : (2^n) x d\ninput x : d\ny = W @ x\nclaim params == 2^n * d\n")
    assert report.ok and [verdict.word for verdict in report.verdicts] == [Word.PROVED]


SHRINKING = "dim L, n\nassume n >= L + 1\ninput x : [n, 1]\nh[0] = x\nh[l] = h[l-1] -> conv1d(1, 2) for l in 1..L\n"


@pytest.mark.parametrize(
    "reads", ["z = h", "z = h[:]", "z = h[1..L]", "z = h + 1", "z = h -> relu", "claim h : [L, n, 1]"]
)
def test_members_of_different_lengths_cannot_be_read_at_once(reads: str) -> None:
    """A convolution of width 2 takes one entry away, so h[l] has n - l; the read is blamed, and not the recurrence."""
    (found,) = shapecheck.loads(f"{SHRINKING}{reads}\n").check().diagnostics
    assert (found.code, found.span and found.span.start >= len(SHRINKING)) == ("members-differ", True)
    assert [label.text for label in found.labels] == ["h[l] : (n - l) x 1"]


@pytest.mark.parametrize(
    "mistake", ["q = h[L] + x", "output q : [n, 1]\nq = h[L]", "q = h[L] + h[0]", "weight W : [n, n]\nq = W @ h[L]"]
)
def test_a_mistake_beside_shapes_that_grow_is_told_where_it_is(mistake: str) -> None:
    """h[L] has n - L entries, and n are wanted: the line below the recurrence is wrong, the recurrence is right."""
    found = shapecheck.loads(f"{SHRINKING}{mistake}\n").check().diagnostics
    wrong = [item for item in found if item.level == "error"]
    assert wrong and all(item.span is not None and item.span.start >= len(SHRINKING) for item in wrong)


def test_members_that_no_formula_follows_are_looked_at_one_by_one() -> None:
    """A short literal range is written out where growth leaves a conflict; 416 halved five times is 13."""
    text = """layer level(f) = conv2d(f, 3, pad = SAME) -> maxpool(2)
dim N, H, W
assume H % 32 == 0, W % 32 == 0
input image : [N, H, W, 3]
h[0] = image
h[k] = h[k-1] -> level(8 * 2^k) for k in 1..5
top = h[5] -> conv2d(7, 1)
claim h[k] : [N, H / 2^k, W / 2^k, 8 * 2^k] for k in 1..5
claim top : [N, 13, 13, 7] when H == 416 and W == 416
"""
    assert verdicts(text) == ["proved", "proved"]
