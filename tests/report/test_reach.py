"""Receptive fields against the executor: an entry of the input is changed, and it is seen which outputs change."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

import shapecheck
from shapecheck.execute import compile
from shapecheck.report.spec_table import TableContents, build
from shapecheck.terms.receptive.fields import Reach

SPECS = Path(__file__).parents[2] / "specs"
GROWN = 64.0
"""What is added to one entry: more than any maximum of the others, so that no window overlooks it."""


def seen(spec: shapecheck.Spec, sizes: Mapping[str, int], name: str, output: str) -> tuple[int, ...]:
    """The largest extents, axis by axis, of the entries of an input that one entry of an output depends on."""
    shapes, generator = spec.shapes, np.random.default_rng(1)
    data = {
        family.name: generator.uniform(1, 2, _extents(spec, family.name, sizes))
        for family in shapes.graph.families.values()
        if family.role in ("input", "weight")
    }

    shape, count, plan = data[name].shape, data[name].size, compile(shapes, sizes)
    before = np.asarray(plan.run(data).value(output))
    after = []
    for at in range(count):
        changed = data[name].copy()
        changed.reshape(count)[at] += GROWN
        after.append(plan.run({**data, name: changed}).value(output) != before)
    sees = np.array(after).reshape(count, -1).T.reshape(-1, *shape)
    boxes = [np.argwhere(one) for one in sees if one.any()]
    return tuple(max(int(np.ptp(box[:, axis])) + 1 for box in boxes) for axis in range(len(shape)))


def _extents(spec: shapecheck.Spec, name: str, sizes: Mapping[str, int]) -> tuple[int, ...]:
    """The shape of a whole tensor at these sizes."""
    shapes = spec.shapes
    axes = (*(axis.extent for axis in shapes.axes[name]), *shapes.cells[name][0].shape)
    return tuple(size.evaluate(sizes) for size in axes)


def told(spec: shapecheck.Spec, sizes: Mapping[str, int], name: str, output: str) -> tuple[int, ...]:
    """What the table says, at these sizes."""
    found = Reach(spec.shapes).extents(output)
    assert found is not None
    return tuple(size.evaluate(sizes) for size in found[name])


IMAGE = "dim H, W\ninput x : [1, H, W, 2]\nassume H >= 11, W >= 11\n"
WIDE = {"H": 13, "W": 12}


@pytest.mark.parametrize(
    "equation",
    [
        "y = conv(x, ones([3, 2, 2, 1]))",
        "y = conv(x, ones([3, 3, 2, 1]), stride = 2, dilation = 2)",
        "y = conv(x, ones([3, 2, 2, 1]), pad = SAME)",
        "y = conv(x, ones([2, 3, 2, 1]), pad = [1, 0; 2, 1], stride = 2 x 1)",
        "y = maxpool(x, 3, stride = 2)",
        "a = conv(x, ones([3, 3, 2, 2]))\nb = maxpool(a, 2)\ny = conv(b, ones([2, 2, 2, 1]), stride = 2)",
        "a = conv(x, ones([3, 3, 2, 2]), pad = SAME)\ny = a + x",
        "y[i, j] = mean[c in 0..1] x[0, i, j, c]",
        "y[i] = sum[j in 0..W-1] x[0, i, j, 0]",
        "y = x[0, 0..4, :, 1].T",
        "a = conv(x, ones([1, 1, 2, 2]))\nb = conv(x, ones([3, 3, 2, 2]), pad = 1)\ny = concat(a, b, axis = -1)",
        "y = conv(x, ones([3, 1, 1, 2]), groups = 2)",
        "a = conv(x, ones([3, 3, 2, 2]), pad = SAME)\ny[c] = mean[i in 0..H-1, j in 0..W-1] a[0, i, j, c]",
    ],
)
def test_fields_of_ops(equation: str) -> None:
    """Convolutions, pooling, sums, joins: the box that the executor's numbers depend on, far from the borders."""
    spec = shapecheck.loads(f"{IMAGE}{equation}\n")
    assert told(spec, WIDE, "x", "y") == seen(spec, WIDE, "x", "y")


CHAIN = """
dim H
assume H >= 12
input x : [1, H, H, 1]
y = x -> conv2d(2, 3 x 3, bias = false) as a -> maxpool(2) as b -> conv2d(1, 2 x 2, bias = false) as c -> avgpool(2)
z = y -> flatten -> dense(3)
"""


@pytest.mark.parametrize("output", ["a", "b", "c", "y"])
def test_fields_of_stages(output: str) -> None:
    """Blocks of the library, one after the other."""
    spec = shapecheck.loads(CHAIN)
    reach, sizes = Reach(spec.shapes), {"H": 16}
    found = reach.extents(f"{output}.y" if output != "b" else "b")
    assert found is not None
    assert tuple(size.evaluate(sizes) for size in found["x"]) == seen(spec, sizes, "x", output)


@pytest.mark.parametrize("stride", [1, 2, 3])
def test_symbolic_strides(stride: int) -> None:
    """Two filters with a stride s between them: 3 + 2 s entries, at every s."""
    text = "dim n, s\nassume n >= 5 * s + 3\ninput x : n\na = conv(x, ones(3), stride = s)\ny = conv(a, ones(3))\n"
    spec, sizes = shapecheck.loads(text), {"n": 19, "s": stride}
    assert told(spec, sizes, "x", "y") == seen(spec, sizes, "x", "y") == (3 + 2 * stride,)


@pytest.mark.parametrize(
    "equation",
    [
        "y[0] = x[0]\ny[i] = y[i-1] + x[i] for i in 1..n-1",  # grows with i
        "y[i in 0..n-1] = sum[j in 0..n-1] (if j <= i then x[j] else 0)",  # a causal mask
        "y[i in 0..n-1] = x[i // 2] + x[(i + 1) // 2]",  # one or two, by turns
        "y[i in 0..n-1] = if i < 2 then x[i] else x[n-1-i]",  # from both ends
        "y[i in 0..n-3] = if i < 2 then x[i] else x[i+2]",  # one entry each, but not the same one
        "y[i] = x[i] for i in 0..1\ny[i] = x[i+2] for i in 2..n-3",  # the same in two equations
    ],
)
def test_what_is_no_box_is_not_told(equation: str) -> None:
    """Entries that see differently much, or in different places: no number is right, so there is none."""
    spec = shapecheck.loads(f"dim n\nassume n >= 4\ninput x : n\n{equation}\n")
    assert Reach(spec.shapes).extents("y") is None


@pytest.mark.parametrize(
    ("network", "fields"),
    [
        ("lenet5", {"c1": 5, "s2": 6, "c3": 14, "s4": 16, "y": 32}),
        ("resnet18", {"y.cb": 7, "c1": 11, "c2": 43, "c3": 99, "c4": 211, "c5": 435}),
        ("vgg16", {"s1": 6, "s2": 16, "s3": 44, "s4": 100, "s5": 212}),
    ],
)
def test_published_fields(network: str, fields: Mapping[str, int]) -> None:
    """The numbers that are published for LeNet-5, ResNet-18 (435) and VGG-16 (212), by r = r + (k - 1) j, j = j s."""
    spec = shapecheck.load(SPECS / f"networks/{network}.shape")
    found = build(spec.shapes, TableContents(("name", "receptive-field")))
    rows = dict(found.texts)
    assert {name: rows[name].split(" x ")[1] for name in fields} == {name: str(size) for name, size in fields.items()}


def test_several_inputs_are_named() -> None:
    """One entry of the product sees a row of the one and a column of the other."""
    text = "dim n, m\ninput a : n x m, b : m x n\ny = a @ b\n"
    assert shapecheck.loads(text).table(columns=["receptive-field"]).texts[2] == ("a: 1 x m, b: m x 1",)


def test_unknown_fields_are_question_marks() -> None:
    """In the table, too."""
    text = "dim n, T\ninput x[t in 1..T] : n\nh[0] = zeros(n)\nh[t] = h[t-1] + x[t] for t in 1..T\n"
    assert shapecheck.loads(text).table(columns=["receptive-field"]).texts[1] == ("?",)


@pytest.mark.parametrize(("channels", "seen"), [(1, "1 x 1"), (2, "1 x 2")])
def test_the_only_channel_is_seen_whole(channels: int, seen: str) -> None:
    """The case `receptive_field_one_channel`: x + conv(x) sees the entry of x, and all channels at its place."""
    text = f"dim T\ninput x : [T, {channels}]\ny = x + (x -> conv1d({channels}, 1))\n"
    assert shapecheck.loads(text).table(columns=["name", "receptive-field"]).texts[-1] == ("y", seen)
