"""Entries that nothing reads.

The independent truth: the equations are run in NumPy, one entry of the input is changed at a time, and it is looked
whether any result changes; conditions on sizes are compared with that at every size of a range.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product

import numpy as np
import pytest

from shapecheck.execute import run

from ..graph.asking import derived
from .told import codes, line_of, told


def unread(text: str, results: str, sizes: Mapping[str, int] | None = None) -> set[int]:
    """The entries along the first axis of `x` that change no result when they grow by a thousand."""
    shapes, at = derived(text), dict(sizes or {})
    length = [size.evaluate(at) for size in shapes.cells["x"][0].shape]
    plain = np.ones(length)
    weights = {
        name: np.ones(tuple(size.evaluate(at) for size in shapes.cells[name][0].shape))
        for name, family in shapes.graph.families.items()
        if family.role == "weight"
    }

    def values(x: np.ndarray) -> list[np.ndarray]:
        result = run(shapes, at, {"x": x, **weights})
        return [np.asarray(result.value(name)) for name in results.split()]

    before, found = values(plain), set()
    for entry in range(length[0]):
        changed = plain.copy()
        changed[entry] += 1000
        if all(np.array_equal(one, other) for one, other in zip(before, values(changed))):
            found.add(entry)
    return found


SETTINGS = [
    (op, n, m, s, pad)
    for op, n, m, s, pad in product(("pool", "conv"), (4, 5, 7), (1, 2, 3), (2, 3), ("VALID", "SAME", "CEIL", "1"))
    if not (op == "pool" and pad == "1" and m == 1)
]


def written(op: str, m: int, s: int, pad: str) -> str:
    if op == "pool":
        return f"y = maxpool(x, [{m}], stride = {s}, pad = {pad})\n"
    return f"weight K : {m}\ny = conv(x, K, stride = {s}, pad = {pad})\n"


@pytest.mark.parametrize("op, n, m, s, pad", SETTINGS[::3])
def test_a_warning_exactly_where_a_changed_entry_changes_nothing(op: str, n: int, m: int, s: int, pad: str) -> None:
    """At literal sizes there is a warning if and only if some entry is unread, and it lists those that are read."""
    text = f"input x : {n}\n" + written(op, m, s, pad)
    missing = unread(text, "y")
    found = told(text, "warnings")
    assert bool(found) == bool(missing), (text, missing)
    for item in found:
        read = sorted(set(range(n)) - missing)
        shown = (
            f"{read[0]}..{read[-1]}"
            if len(read) > 2 and len(read) == read[-1] - read[0] + 1
            else (", ".join(map(str, read)))
        )
        assert item.notes == (f"of {n} entries {shown} are read, counted from 0",)


@pytest.mark.parametrize(
    "equation, low",
    [
        ("y = maxpool(x, [2])", 2),
        ("y = maxpool(x, [3], stride = 2)", 3),
        ("weight K : 3\ny = conv(x, K, stride = 3, pad = 1)", 1),
        ("weight K : 4\ny[i] = sum[m] x[3i+m] * K[m]", 4),
        ("y[i] = max[m in 0..1] x[2i+m]", 2),
    ],
)
def test_the_condition_is_exact(equation: str, low: int) -> None:
    """`where H % 2 == 1` holds at exactly those sizes at which a changed last entry changes nothing."""
    text = f"dim H\n{f'assume H >= {low}' if low > 1 else ''}\ninput x : H\n{equation}\n"
    (remark,) = told(text)
    assert remark.level == "note" and remark.code == "unread-border"
    condition = remark.title.partition(" where ")[2]
    for height in range(low, 14):
        assert eval(condition, {}, {"H": height}) == bool(unread(text, "y", {"H": height})), (condition, height)
    assert unread(text, "y", remark.sizes)


def test_nothing_is_said_where_the_assumed_sizes_fit() -> None:
    """With an even H pooling by 2 reads everything; the way out that the remark offers is that one."""
    text = "dim H\nassume H >= 2\ninput x : H\ny = maxpool(x, [2])\n"
    (remark,) = told(text)
    assert remark.help is not None and "`assume H % 2 == 0`" in remark.help
    assert not codes(text.replace("H >= 2", "H % 2 == 0"))
    assert "unread-border" not in codes(text.replace("[2]", "[2], pad = CEIL"))


def test_remarks_are_told_on_request() -> None:
    """What depends on the sizes is no warning."""
    text = "dim H\nassume H >= 2\ninput x : H\ny = maxpool(x, [2])\n"
    assert codes(text, "all") == ["unread-border"]
    assert codes(text, "warnings") == codes(text, "none") == []


@pytest.mark.parametrize("other", ["z = sum(x)", "z[i] = x[2i+1]", "z = maxpool(x, [1])", "z = x -> relu"])
def test_what_something_else_reads_is_not_lost(other: str) -> None:
    """x[0], x[2], .. are read by y, and the rest by z: a change of any entry changes a result."""
    text = f"input x : 6\ny[i] = x[2i]\n{other}\n"
    assert not unread(text, "y z")
    assert not codes(text)


def test_two_that_leave_out_the_same() -> None:
    """Of 7 entries both poolings leave out the last one; of 8 the second reads it."""
    text = "input x : {}\ny = maxpool(x, [2])\nz = maxpool(x, [3])\n"
    assert unread(text.format(7), "y z") == {6} and codes(text.format(7)) == ["unread-border"]
    assert not unread(text.format(8), "y z") and not codes(text.format(8))


def test_rows_and_columns_are_told_apart() -> None:
    """Of 8 x 9 entries windows of 3, 2 apart, leave out the last row, by hand: (8 - 3) % 2 = 1 and (9 - 3) % 2 = 0."""
    (found,) = told("input x : 8 x 9\nweight K : 3 x 3\ny = conv(x, K, stride = 2)\n", "warnings")
    assert found.title == "the last row of x is never read"
    assert found.notes == ("of 8 rows 0..6 are read, counted from 0",)


def test_a_dilated_kernel_with_an_even_stride() -> None:
    """Taps 0, 2, 4 and stride 2 meet even entries alone."""
    text = "input x : 9\nweight K : 3\ny = conv(x, K, stride = 2, dilation = 2)\n"
    assert unread(text, "y") == {1, 3, 5, 7}
    assert [item.title for item in told(text)] == ["every second entry of x is never read"]


BLOCKS = """\
layer down(f) =
  conv2d(f, 1 x 1, stride = 2)
layer twice(f) {
  input x
  output y
  main = x -> down(f)
  short = x -> conv2d(f, 2 x 2, stride = 2)
  y = main + short
}
input image : [8, 8, 3]
"""


def test_inside_of_a_block_at_its_line() -> None:
    """The stride stands in line 2; the application, in line 11, is labelled."""
    text = BLOCKS + "y = image -> down(4)\n"
    (found,) = told(text, "warnings")
    assert found.code == "unread-between" and line_of(text, found) == 2
    assert [text.count("\n", 0, label.span.start) + 1 for label in found.labels] == [2, 11]


def test_a_shortcut_beside_a_path_that_reads_all() -> None:
    """The projection of a residual block skips rows, which the main path reads."""
    assert not codes(BLOCKS + "y = image -> twice(4)\n")


@pytest.mark.parametrize("line", ["  conv2d(f, 1 x 1, stride = 2)", "y = image -> down(4)"])
def test_a_comment_on_either_line_allows_it(line: str) -> None:
    """In the block for all of its applications, or at one application."""
    text = BLOCKS + "y = image -> down(4)\n"
    allowed = text.replace(line, f"{line}  # allow: unread-between")
    assert text != allowed and not codes(allowed, "warnings")
    assert codes(text.replace(line, f"{line}  # allow: unread-border"), "warnings") == ["unread-between"]


def test_a_stage_of_a_chain_is_marked_alone() -> None:
    """The message stands at the stage's own line, so that a comment there is the one that counts."""
    text = "input image : [9, 9, 3]\ny = image\n  -> relu\n  -> maxpool(2)\n  -> relu\n"
    (found,) = told(text)
    assert line_of(text, found) == 4 and found.title.startswith("the last row and the last column of this value")
    assert not codes(text.replace("maxpool(2)", "maxpool(2)  # allow: unread-border"))


def test_a_block_that_is_not_applied_is_looked_at_on_its_own() -> None:
    """A file of blocks alone: H is the block's own size."""
    text = "layer half() {\n  dim H\n  input x : H\n  output y\n  y = maxpool(x, [2])\n  test t(H = 4)\n}\n"
    (found,) = told(text)
    assert found.title == "the last entry of x is never read where H % 2 == 1"
    assert not codes(text + "input z : 4\nw = z -> half\n")


def test_under_a_condition_about_sizes() -> None:
    """In the branch in which H is even nothing is left out."""
    text = "dim H\ninput x : H\ny = if H % 2 == {} and H > 1 then sum(maxpool(x, [2])) else 0\n"
    assert not codes(text.format(0))
    (found,) = told(text.format(1))
    assert found.level == "warning"


def test_a_spec_in_which_a_part_of_a_block_is_read_from_outside() -> None:
    """`c.h` is read whole from outside of the block, so its last row is not lost."""
    block = "layer f() {\n  input x\n  output y\n  h = x -> relu\n  y = maxpool(h, [2])\n}\ninput x : 5\nc = f()(x)\n"
    assert codes(block, "warnings") == ["unread-border"]
    assert not codes(block + "z = c.h\n", "warnings")
