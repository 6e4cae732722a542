"""Reads and slices are requirements: `sizes` accepts exactly the sizes at which every read is inside.

The independent truth is a condition written by hand, which says for each size whether all members that are read exist.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import product

import pytest

from shapecheck.check import check
from shapecheck.infer.model import Shapes
from shapecheck.source import Source
from shapecheck.stages import accepting, derive
from shapecheck.verdict.acceptance import acceptance

LARGEST = 7
Holds = Callable[..., bool]

READS: dict[str, tuple[str, Holds]] = {
    "a table that is shorter than time": (
        "dim T\ninput P : 4\ny[t in 0..T-1] = P[t]",
        lambda T: all(t < 4 for t in range(T)),
    ),
    "a slice of one row": ("dim N, H\ninput x : [N, H, 3]\ny = x[:, 2..2, :]", lambda N, H: H > 2),
    "a slice between sizes": (
        "dim a, b, n\nassume a <= b\ninput x : n\ny = x[a..b]",
        lambda a, b, n: a <= b < n,
    ),
    "a stride": ("dim n, m\ninput x : n\ny[i in 0..m-1] = x[2i + 1]", lambda n, m: 2 * (m - 1) + 1 < n),
    "a sum over a window": (
        "dim n, k\ninput x : n\ny = sum[i in 0..k] x[i + 1]",
        lambda n, k: k + 1 < n,
    ),
    "a triangle": (
        "dim n, k\ninput x : k\ny[i in 0..n-1] = sum[j in 0..i] x[j]",
        lambda n, k: all(j < k for i in range(n) for j in range(i + 1)),
    ),
    "a range that may be empty": (
        "dim n, k\ninput x : k\ny = sum[j in 2..n] x[j]",
        lambda n, k: all(j < k for j in range(2, n + 1)),
    ),
    "a difference of indices": (
        "dim n, m\ninput x : 5\ny[i in 0..n-1, j in 0..m-1] = x[i + j]",
        lambda n, m: (n - 1) + (m - 1) < 5,
    ),
    "a family over an index": (
        "dim T, S\ninput x[t in 1..T] : 3\ny[t in 1..S] = x[t]",
        lambda T, S: S <= T,
    ),
    "behind a guard": (
        "dim T\ninput P : 4\ny[t in 0..T-1] = if t > 0 then P[t - 1] else 0",
        lambda T: all(t - 1 < 4 for t in range(1, T)),
    ),
    "behind a guard that makes it right": (
        "dim T, K\ninput P : K\ny[t in 0..T-1] = if t < K then P[t] else 0",
        lambda T, K: True,
    ),
    "in front of a guard": (
        "dim T\ninput P : 3\ny[t in 0..T-1] = if t > 2 then 0 else P[t + 1]",
        lambda T: all(t + 1 < 3 for t in range(T) if t <= 2),
    ),
    "a guard on sizes": (
        "dim T, K\ninput P : K\ny = if T > 3 then P[4] else P[0]",
        lambda T, K: T <= 3 or K > 4,
    ),
    "nested guards": (
        "dim n, k\ninput x : k\ny[i in 0..n-1] = if i > 1 then (if i < 4 then x[i] else 0) else 0",
        lambda n, k: all(i < k for i in range(n) if 1 < i < 4),
    ),
    "a value that is computed": (
        "dim n, k\ninput x : n\nh = tanh(x)\ny[i in 0..k] = h[i + 1]",
        lambda n, k: k + 1 < n,
    ),
    "a half": ("dim n, k\ninput x : k\ny[i in 0..n-1] = x[i // 2]", lambda n, k: (n - 1) // 2 < k),
    "backwards": ("dim n, k\ninput x : k\ny[i in 0..n-1] = x[n - i]", lambda n, k: n < k),
    "in a block": (
        "layer f() {\n  dim H\n  input x : [..., H, 3]\n  output y\n  y = x[2..3, :]\n}\n"
        "dim N, H\ninput x : [N, H, 3]\ny = x -> f",
        lambda N, H: H > 3,
    ),
    "in a block with a parameter": (
        "layer f(a) {\n  dim H\n  input x : [..., H]\n  output y\n  y[i in 0..a-1] = x[i]\n}\n"
        "dim n, a\ninput x : n\ny = x -> f(a)",
        lambda n, a: a <= n,
    ),
    "in a chain": (
        "layer f() {\n  dim H\n  input x : H\n  output y\n  y = x[2..H-1]\n}\ndim n\ninput x : n\ny = x -> f -> f",
        lambda n: n > 4,
    ),
    "in a repeated block": (
        "layer f() {\n  dim H\n  input x : H\n  output y : H\n"
        "  y[i in 0..H-1] = if i < 2 then x[i + 1] else x[i]\n}\n"
        "dim n\ninput x : n\ny = x -> repeat(2, f)",
        lambda n: all(i + 1 < n for i in range(n) if i < 2),
    ),
}


def sizes_of(text: str) -> Shapes:
    """The shapes under which `sizes` answers."""
    shapes, wrong = accepting(Source("needs.shape", text + "\n"))
    assert shapes is not None, [item.title for item in wrong]
    return shapes


def accepts(shapes: Shapes, sizes: Mapping[str, int]) -> bool:
    """Whether `sizes` says that these are accepted."""
    return acceptance(shapes, (), sizes, None, 1).least is not None


@pytest.mark.parametrize("name", READS)
def test_sizes_knows_the_reads(name: str) -> None:
    """At all sizes of a small box the answer of `sizes` is what enumeration says."""
    text, holds = READS[name]
    shapes = sizes_of(text)
    names = shapes.graph.free_sizes
    for values in product(range(1, LARGEST + 1), repeat=len(names)):
        sizes = dict(zip(names, values))
        assert accepts(shapes, sizes) == holds(**sizes), sizes


REPAIRS = {
    "dim T\ninput P : 4\ny[t in 0..T-1] = P[t]": "add: assume T <= 4",
    "dim N, H\ninput x : [N, H, 3]\ny = x[:, 2..2, :]": "add: assume H >= 3",
    "dim n, a\ninput x : n\ny[i in 0..a-1] = x[i]": "add: assume n >= a",
    "dim n\ninput a : n\nb[i in 0..n-1] = a[i] + a[i+1]": (
        "change the range of the index, or write what counts outside: (.. default 0)"
    ),
}


@pytest.mark.parametrize("text", REPAIRS)
def test_the_weakest_repair_is_offered(text: str) -> None:
    """A condition on the sizes where one mends it; pasted, nothing is wrong.  Else the range has to be another one."""
    (found,) = check(Source("needs.shape", text + "\n")).diagnostics
    assert (found.code, found.help) == ("out-of-bounds", REPAIRS[text])
    if REPAIRS[text].startswith("add: "):
        assert check(Source("needs.shape", f"{text}\n{REPAIRS[text].removeprefix('add: ')}\n")).diagnostics == ()


GUARDED = {
    "y[i in 0..4] = if i > 0 then 12 // i else 0": True,
    "y[i in 0..4] = if i == 0 then 1 else 12 // i": True,
    "y[i in 0..4] = if i != 0 then 12 % i else 0": True,
    "y[i in 0..4] = if i > 0 then 12 // (i - 1) else 0": False,
    "y[i in 0..4, j in 0..4] = if i < j then 12 // (j - i) else if i > j then 12 // (i - j) else 0": True,
    "y[i in 0..4, j in 0..4] = if i <= j then 12 // (j - i) else 0": False,
    "y[i in 0..4] = sum[j in 0..i] (if j >= 1 then i % j else 0)": True,
    "y[i in 0..4] = sum[j in 0..i] (if i >= 1 then i % j else 0)": False,
    "fn part(i) = 12 // i\ny[i in 1..4] = part(i)": True,
    "fn part(i) = 12 // i\ny[i in 0..4] = part(i)": False,
    "input x : 5\ny[i] = x[i] + 12 // (i + 1)": True,
    "input x : 5\ny[i] = x[i] + 12 // i": False,
    "y[i in 0..4] = if i > 0 and i < 3 then 12 // (3 - i) else 0": True,
    "y[i in 0..4] = if i > 0 or i < 3 then 12 // i else 0": False,
}


@pytest.mark.parametrize("text", GUARDED)
def test_what_a_size_owes_in_a_branch(text: str) -> None:
    """A divisor has to be at least 1 where its branch is taken; found by hand for each."""
    codes = [item.code for item in check(Source("needs.shape", text + "\n")).diagnostics if item.level == "error"]
    assert codes == ([] if GUARDED[text] else ["requirement-fails"])


def test_a_sum_of_sizes_over_a_range_that_runs_down() -> None:
    """1..0 is empty and its sum is 0; 3..1 is refused as for a sum of values, so that nothing counts negatively."""
    text = "dim n\nclaim (sum[u in 3..n] 1) == n - 2\nclaim (sum[u in 3..n] 1) == n - 2 when n >= 2\n"
    first, second = check(Source("needs.shape", text)).verdicts
    assert (first.word, dict(first.counterexample), first.condition) == ("error", {"n": 1}, "n >= 2")
    assert second.word == "proved"
    empty = check(Source("needs.shape", "dim n\nclaim (sum[u in 3..n] u) == 0 when n == 2\n")).verdicts
    assert [verdict.word for verdict in empty] == ["proved"]


DOWNWARDS = {
    "y = sum[u in 3..n] u": "n >= 2",
    "dim m = sum[u in 3..n] 1\ninput x : m + 1": "n >= 2",
    "layer step() = relu\ny = zeros(3) -> repeat(n - 3, step)": "n >= 3",
    "y[i in 0..n-1] = sum[u in i..2] u": "n <= 4",
}


@pytest.mark.parametrize("text", DOWNWARDS)
def test_a_range_that_runs_down_is_told_with_the_sizes_that_do_not(text: str) -> None:
    """The same for values, sizes and passes of a `repeat`; conditions by hand: last >= first - 1."""
    (found,) = [item for item in check(Source("needs.shape", f"dim n\n{text}\n")).diagnostics if item.level == "error"]
    assert (found.code, found.help) == ("requirement-fails", f"add: assume {DOWNWARDS[text]}")


@pytest.mark.parametrize(
    ("claim", "sizes"),
    [
        ("H != 8 for i in 1..(T // 2)", {"H": 8, "T": 2}),
        ("H != 8 when T > 2", {"H": 8, "T": 3}),
        ("H >= 2 for i in 3..T", {"H": 1, "T": 3}),
    ],
)
def test_a_witness_names_every_size_that_matters(claim: str, sizes: dict[str, int]) -> None:
    """Sizes that only decide whether the claim says anything belong to the counterexample."""
    (verdict,) = check(Source("needs.shape", f"dim H, T\nclaim {claim}\n")).verdicts
    assert (verdict.word, dict(verdict.counterexample)) == ("refuted", sizes)


def test_the_stage_that_fails_is_blamed() -> None:
    """4 x 4 under 3 x 3 is 2 x 2, which the second 3 x 3 does not fit; what stands behind follows from that."""
    line = "y = x -> conv2d(1, 3 x 3) -> conv2d(1, 3 x 3) -> relu -> conv2d(1, 1 x 1)"
    source = Source("needs.shape", f"input x : [4, 4, 1]\n{line}\n")
    (found,) = check(source).diagnostics
    assert found.code == "requirement-fails" and found.span is not None
    assert found.span.start - source.text.index(line) == line.index("conv2d", line.index("conv2d") + 1)
    assert found.labels[0].text == "conv2d applied to 2 x 2 x 1"


def test_a_need_that_is_owed_twice_is_told_once_with_its_repair() -> None:
    """Each of L passes takes one entry away: n must be more than L, as the message at the end of the chain says."""
    text = "layer shrink() {\n  dim n\n  input x : n\n  output y\n  y[i in 0..n-2] = x[i] + x[i+1]\n}\n"
    text += "dim n, L\ninput u : n\ny = u -> repeat(L, shrink)\n"
    helps = [item.help for item in check(Source("passes.shape", text)).diagnostics if "every axis" in item.title]
    assert helps == ["add: assume n >= L + 1"]
    mended = text.replace("y = u", "assume n >= L + 1\ny = u")
    assert not check(Source("passes.shape", mended)).diagnostics


@pytest.mark.parametrize(
    ("spec", "stage", "help"),
    [
        ("dim N, H, W\ninput x : [N, H, W, 1]\ny = maxpool(x, 2) -> flatten -> dense(3)\n", "maxpool(x, 2)",
         "add: assume H >= 2, W >= 2"),
        ("dim N, H, W\ninput x : [N, H, W, 1]\ny = maxpool(x, 3) -> flatten\n", "maxpool(x, 3)",
         "add: assume H >= 3, W >= 3"),
        ("dim N, T\ninput x : [N, T, 1]\ny = x -> conv1d(2, 3) -> maxpool([2]) -> flatten\n", "maxpool([2])",
         "add: assume T >= 4"),
        ("dim N, T\ninput x : [N, T, 1]\ny = maxpool(x, [2]) -> conv1d(2, 3) -> flatten\n", "conv1d(2, 3)",
         "add: assume T >= 6"),
    ],
)  # fmt: skip
def test_what_a_chain_needs_is_told_where_it_arises(spec: str, stage: str, help: str) -> None:
    """The first stage that needs it, not one behind it that needs the same; both axes in one line to add."""
    shapes, found = derive(Source("net.shape", spec))
    assert shapes is not None and shapes.failed and len(found) == 1
    (message,) = found
    assert message.span is not None and spec[: message.span.end].endswith(stage)
    assert message.help == help
    mended = spec.replace("\ninput", f"\n{help.removeprefix('add: ')}\ninput")
    assert derive(Source("net.shape", mended))[1] == ()


def test_sizes_in_a_message_are_told_under_what_is_assumed() -> None:
    """H and W are divisible by 8, so that strides of 2 and 4 halve and quarter; told in the title, labels and table."""
    spec = (
        "dim N, H, W\nassume H % 8 == 0, W % 8 == 0\ninput x : [N, H, W, 1]\n"
        "a = x -> conv2d(8, 3 x 3, stride = 2, pad = 1)\nb = x -> conv2d(8, 3 x 3, stride = 4, pad = 1)\n"
    )
    _, (message,) = derive(Source("net.shape", f"{spec}y = a + b\n"))
    assert message.title.endswith("H / 2 is not H / 4")
    assert message.shapes is not None and message.shapes.left_shape == ("N", "H / 2", "W / 2", "8")
    (verdict,) = check(Source("net.shape", f"{spec}claim a : [N, H, W, 8]\n")).verdicts
    assert verdict.shapes is not None and verdict.shapes.left_shape == ("N", "H / 2", "W / 2", "8")
