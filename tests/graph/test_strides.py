"""Left sides that stride: `PE[t, 2i] = ..` beside `PE[t, 2i+1] = ..`.

The independent truth is NumPy's slices with steps, and counting by hand.
"""

from __future__ import annotations

import numpy as np
import pytest

from .asking import computed, mistakes, report_of, shape, sizes, verdicts

PAIRS = "dim n\ninput a : n, b : n\ny[2i] = a[i]\ny[2i+1] = b[i]\n"
POSITIONS = (
    "dim T, d\nassume d % 2 == 0\n"
    "PE[t, 2i] = sin(t / 10000^(2i/d)) for t in 0..T-1, i in 0..d/2-1\n"
    "PE[t, 2i+1] = cos(t / 10000^(2i/d)) for t in 0..T-1, i in 0..d/2-1\n"
)


def test_even_and_odd_entries_make_one_axis() -> None:
    """The range of i is that of a and b, so y has 2 n entries."""
    (n,) = sizes("n")
    assert shape(PAIRS + "z = y\n", "z") == (2 * n,)


def test_entries_stand_where_the_left_side_says() -> None:
    """NumPy: y[0::2] = a, y[1::2] = b."""
    found = computed(PAIRS, "y", {"n": 3}, a=np.array([1.0, 2, 3]), b=np.array([4.0, 5, 6]))
    assert found.tolist() == [1, 4, 2, 5, 3, 6]


def test_what_a_left_side_says_is_proved_of_its_entries() -> None:
    """The equations themselves as claims; the third one is the second with the wrong input."""
    claims = "".join(
        f"claim y[{left}] == {right}[i] for i in 0..n-1\n" for left, right in zip(("2i", "2i+1", "2i+1"), "aba")
    )
    assert verdicts(PAIRS + claims) == ["proved", "proved", "refuted"]


def test_positions_as_printed() -> None:
    """Vaswani et al., 3.5, with NumPy."""
    t, i = np.arange(3)[:, None], np.arange(2)[None, :]
    expected = np.zeros((3, 4))
    expected[:, 0::2], expected[:, 1::2] = np.sin(t / 10000 ** (2 * i / 4)), np.cos(t / 10000 ** (2 * i / 4))
    assert np.allclose(computed(POSITIONS, "PE", {"T": 3, "d": 4}), expected, rtol=1e-14)


def test_an_odd_number_of_entries() -> None:
    """For d = 5 the even entries are 0, 2, 4, the odd ones 1, 3; the axis has d entries for every d."""
    text = "dim d\ny[2i] = 10 * i for i in 0..(d-1)//2\ny[2i+1] = i for i in 0..d//2-1\nclaim y : d\n"
    assert verdicts(text) == ["proved"]
    assert computed(text, "y", {"d": 5}).tolist() == [0, 0, 10, 1, 20]
    assert computed(text, "y", {"d": 1}).tolist() == [0]


def test_the_axis_is_numbered_from_its_first_entry() -> None:
    """1, 2, .., 2n: y[1] is the first of the odd ones; y[0] is outside."""
    text = "dim n\ny[2i-1] = i for i in 1..n\ny[2i] = 10 * i for i in 1..n\nclaim y[1] == 1\nclaim y[2n] == 10 * n\n"
    assert verdicts(text) == ["proved", "proved"]
    assert mistakes(text + "z = y[0]\n") == [(6, "missing-member")]


def test_strides_of_three_in_any_order() -> None:
    """5, 6, .., 3n + 4, as 3i+7, 3i+5 and 3i+6."""
    text = "dim n\n" + "".join(f"w[3i+{rest}] = 3i + {rest} for i in 0..n-1\n" for rest in (7, 5, 6))
    assert computed(text, "w", {"n": 2}).tolist() == [5, 6, 7, 8, 9, 10]


def test_two_axes() -> None:
    """The blocks of a checkerboard of 2 x 2."""
    text = "dim n\n" + "".join(
        f"P[2i{f'+{a}' * bool(a)}, 2j{f'+{b}' * bool(b)}] = {10 * a + b} for i in 0..n-1, j in 0..n-1\n"
        for a in (0, 1) for b in (0, 1)
    )  # fmt: skip
    assert computed(text, "P", {"n": 2}).tolist() == [[0, 1, 0, 1], [10, 11, 10, 11]] * 2


def test_a_recurrence_along_another_axis() -> None:
    """Sum and difference of neighbours, twice, from 1, 0, 0, 0; by hand."""
    text = (
        "dim n, L\nh[0, 2i] = if i == 0 then 1 else 0 for i in 0..n-1\nh[0, 2i+1] = 0 for i in 0..n-1\n"
        "for k in 1..L, i in 0..n-1 {\n  h[k, 2i] = h[k-1, 2i] + h[k-1, 2i+1]\n"
        "  h[k, 2i+1] = h[k-1, 2i] - h[k-1, 2i+1]\n}\n"
    )
    assert report_of(text).ok
    assert computed(text, "h", {"n": 2, "L": 2}).tolist() == [[1, 0, 0, 0], [1, 1, 0, 0], [2, 0, 0, 0]]


def test_a_recurrence_along_its_own_axis_is_computed() -> None:
    """1, 2, 3, 6, 7, 14, 15: add one, double; whether it is well-founded is not known, which a warning says."""
    text = "dim n\nu[0] = 1\nu[2i] = u[2i-1] + 1 for i in 1..n\nu[2i+1] = 2 * u[2i] for i in 0..n-1\n"
    assert [item.code for item in report_of(text).diagnostics] == ["maybe-cycle"]
    assert computed(text, "u", {"n": 3}).tolist() == [1, 2, 3, 6, 7, 14, 15]


def test_other_definitions_of_the_name() -> None:
    """y[0] beside 1..2n."""
    text = "dim n\ny[0] = 7\ny[2i-1] = i for i in 1..n\ny[2i] = -i for i in 1..n\nclaim y : 2n + 1\n"
    assert verdicts(text) == ["proved"]
    assert computed(text, "y", {"n": 2}).tolist() == [7, 1, -1, 2, -2]


def test_columns_and_blocks_around() -> None:
    """A left side in a `for` block, and one that is a column."""
    text = "dim n\nfor i in 0..n-1 {\n  [y[2i]; y[2i+1]] = [i; -i]\n}\n"
    assert computed(text, "y", {"n": 3}).ravel().tolist() == [0, 0, 1, -1, 2, -2]


def test_inside_of_a_layer_over_leading_axes() -> None:
    """Neighbours change places."""
    text = (
        "layer swap() {\n  dim d\n  assume d % 2 == 0\n  input x : [..., d]\n  output y : d\n"
        "  y[2i] = x[2i+1] for i in 0..d/2-1\n  y[2i+1] = x[2i] for i in 0..d/2-1\n}\ninput u : 2 x 4\nv = u -> swap\n"
    )
    found = computed(text, "v", u=np.arange(8.0).reshape(2, 4))
    assert found.tolist() == [[1, 0, 3, 2], [5, 4, 7, 6]]
    assert mistakes(text.replace("2 x 4", "2 x 5")) == [(3, "requirement-fails")]


def test_weights_of_a_block_have_the_paths_of_their_entries() -> None:
    """y[0] and y[1] have a dense layer each, of 3 x 2."""
    text = (
        "dim n\ninput x : n x 2\ny[2i] = x[i] -> dense(3) for i in 0..n-1\ny[2i+1] = x[i] -> dense(3) for i in 0..n-1\n"
        "claim params == 2 * n * 9\nclaim y[0].W : 3 x 2\nclaim y[1].W : 3 x 2\n"
    )
    assert verdicts(text) == ["proved"] * 3


@pytest.mark.parametrize("left", ["3i", "2i+2", "d*i", "2i+j", "i^2", "-2i"])
def test_left_sides_that_do_not_fit(left: str) -> None:
    """Another stride, the same entries, a symbol as stride, two indices, no line, downwards."""
    text = f"dim n, d\ny[2i] = i for i in 0..n-1\ny[{left}] = i for i in 0..n-1, j in 0..n-1\n"
    assert mistakes(text.replace(", j in 0..n-1", "" if "j" not in left else ", j in 0..n-1"))


def title(text: str) -> tuple[str, str | None]:
    """Title and help of the first message."""
    first = report_of(text).diagnostics[0]
    return first.title, first.help


def test_a_missing_remainder_is_told_with_the_line_to_add() -> None:
    """Nobody defines the odd entries."""
    found = title("dim n\ninput x : n\nfor t in 0..3 {\n  y[t, 2i] = x[i] for i in 0..n-1\n}\n")
    assert found == ("y[t, 1], y[t, 3], .. are defined nowhere", "add y[t, 2i+1] = ..")


def test_a_gap_is_told_with_its_entry_and_the_smallest_sizes() -> None:
    """0, 2, .. and 5, 7, ..: 1 is the first entry that is missing, already for n = 1."""
    report = report_of("dim n\ny[2i] = i for i in 0..n-1\ny[2i+5] = i for i in 0..n-1\n")
    assert report.diagnostics[0].title == "y[1] is defined nowhere for some sizes"
    assert report.diagnostics[0].sizes == {"n": 1}


def test_a_gap_at_the_end() -> None:
    """0, 2, .., 2n and 1, 3, .., 2n-3: 2n - 1 is missing; for n = 2 that is 3."""
    report = report_of("dim n\nassume n >= 2\ny[2i] = i for i in 0..n\ny[2i+1] = i for i in 0..n-2\n")
    assert report.diagnostics[0].title == "y[3] is defined nowhere for some sizes"
    assert report.diagnostics[0].sizes == {"n": 2}


def test_an_overlap_with_another_definition_is_told_with_its_entry() -> None:
    """y[2] is among the even ones."""
    text = "dim n\nassume n >= 2\ny[2i] = i for i in 0..n-1\ny[2i+1] = i for i in 0..n-1\ny[2] = 5\n"
    report = report_of(text)
    assert (report.diagnostics[0].code, "y[2]" in report.diagnostics[0].title) == ("defined-twice", True)


def test_entries_of_two_shapes_are_told_by_their_equations() -> None:
    """3 entries against 4; nothing says `branches`, since the text has none."""
    text = "dim n\ninput x : n x 3, z : n x 4\ny[2i] = x[i] for i in 0..n-1\ny[2i+1] = z[i] for i in 0..n-1\n"
    assert title(text)[0] == "this needs all entries of y to have one shape: 3 is not 4"


def test_a_shape_that_nothing_fixes_is_told_by_the_name_that_was_written() -> None:
    """Each of two equations rests on the other, and neither says what shape it has."""
    text = "dim n\nu[2i] = u[2i+1] for i in 0..n-1\nu[2i+1] = u[2i] for i in 0..n-1\n"
    assert title(text)[0] == "the shape of u cannot be worked out"


def test_instances_and_signatures_do_not_stride() -> None:
    """`cell[2i] = gru(3)` and `y[2i] : 3` are refused."""
    assert mistakes("dim n\nf[2i] = dense(3) for i in 0..n-1\n") == [(2, "bad-left-side")]
    assert (4, "bad-left-side") in mistakes(PAIRS.replace("y[2i+1]", "y[2i] : scalar\ny[2i+1]"))
