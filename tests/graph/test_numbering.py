"""Where axes start counting.

The independent truth is LANGUAGE.md, section 5 (Numbering), and NumPy on the same numbers, where every axis counts
from 0: an axis made with the range 1..T is read at t by `[t - 1]` there.
"""

from __future__ import annotations

import numpy as np
import pytest

from .asking import Array, computed, mistakes, report_of

VECTOR = "dim T >= 4\ninput e[t in 1..T] : scalar\n"
DATA = np.array([3.0, -1.0, 2.0, 0.5])


def read(text: str, **data: object) -> Array:
    """`y` at T = 4 where `e` is `DATA`."""
    return computed(VECTOR + text, "y", {"T": 4}, **{"e": DATA, **data})


def softmax(vector: Array) -> Array:
    """By its formula."""
    powers: Array = np.exp(vector - vector.max())
    return np.asarray(powers / powers.sum())


def test_a_declared_axis_counts_from_its_range() -> None:
    """e[1] is the first entry."""
    assert read("y = e[1]\n") == DATA[0]


def test_a_plain_axis_counts_from_0() -> None:
    """An input without a range: v[0] is the first entry, v[3] the last."""
    assert computed("input v : 4\ny = v[0] + 10 * v[3]\n", "y", v=[1, 2, 3, 4]).tolist() == 41


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("softmax(e)", softmax(DATA)),
        ("2 * e", 2 * DATA),
        ("e + e .* e", DATA + DATA**2),
        ("tanh(e)", np.tanh(DATA)),
        ("-e", -DATA),
        ("abs(e) - 1", np.abs(DATA) - 1),
        ("max(e, 0)", np.maximum(DATA, 0)),
        ("(if e > 0 then e else 0)", np.maximum(DATA, 0)),
    ],
)
def test_elementwise_operations_hand_numbering_on(value: str, expected: Array) -> None:
    """Member t of the result comes from member t of e: y[1] is the first, y[T] the last."""
    text = f"a = {value}\ny = [a[1], a[2], a[T]]\n"
    assert np.allclose(read(text), [expected[0], expected[1], expected[3]], rtol=1e-15)


def test_subscripts_stand_directly_on_a_value_too() -> None:
    """`softmax(e)[1]` is its first entry."""
    assert np.allclose(read("y = softmax(e)[1]\n"), softmax(DATA)[0])


def test_reading_member_0_of_what_counts_from_1_is_outside() -> None:
    """softmax(e) has members 1..T."""
    assert mistakes(VECTOR + "a = softmax(e)\ny = a[0]\n") == [(4, "out-of-bounds")]


def test_plain_takes_the_numbering_of_the_other() -> None:
    """e counts from 1 and v from 0; e + v counts from 1, whole tensors being combined by position."""
    assert read("input v : T\na = v + e\ny = [a[1], a[T]]\n", v=[1, 2, 3, 4]).tolist() == [4.0, 4.5]


def test_where_two_numberings_differ_a_subscript_is_an_error() -> None:
    """One axis counts from 1, the other from 2; subscripting the sum would be a guess."""
    text = VECTOR + "input f[t in 2..T+1] : scalar\na = e + f\ny = a[1]\n"
    assert [line for line, _ in mistakes(text)] == [5]


def test_where_two_numberings_differ_the_whole_may_be_used() -> None:
    """Shapes ignore numbering: both are T long, and combine by position."""
    text = "input f[t in 0..T-1] : scalar\ny = e + f\n"
    assert read(text, f=[1, 1, 1, 1]).tolist() == (DATA + 1).tolist()


def test_a_product_hands_numbering_on() -> None:
    """(A @ e)[i] counts as the rows of A do, here from 1; truth: NumPy's product."""
    matrix = np.arange(8.0).reshape(2, 4)
    text = "input A[i in 1..2, j in 1..T] : scalar\na = A @ e\ny = [a[1], a[2]]\n"
    assert np.allclose(read(text, A=matrix), matrix @ DATA)


def test_a_transpose_swaps_numberings() -> None:
    """A has rows 1..2 and columns 0..2, so A.T has rows 0..2 and columns 1..2."""
    matrix = np.arange(6).reshape(2, 3)
    text = "input A[i in 1..2, j in 0..2] : scalar\nB = A.T\ny = [B[0, 1], B[2, 1], B[2, 2]]\n"
    assert computed(text, "y", A=matrix).tolist() == [0, 2, 5]


def test_a_stack_is_numbered_by_its_range() -> None:
    """s[2] is the first of 2..4."""
    assert computed("s = stack[i in 2..4] i * i\ny = [s[2], s[3], s[4]]\n", "y").tolist() == [4, 9, 16]


def test_a_slice_is_numbered_by_its_range() -> None:
    """e[2..3] has members 2 and 3."""
    assert read("a = e[2..3]\ny = [a[2], a[3]]\n").tolist() == [-1.0, 2.0]


def test_an_axis_that_is_kept_whole_keeps_its_numbers() -> None:
    """A[:, 0] of rows 1..2 has members 1 and 2."""
    text = "input A[i in 1..2] : 3\na = A[:, 0]\ny = [a[1], a[2]]\n"
    assert computed(text, "y", A=[[1, 2, 3], [4, 5, 6]]).tolist() == [1, 4]


def test_fewer_subscripts_than_axes_keep_the_rest_numbered() -> None:
    """B[1] is a row whose columns count from 5."""
    text = "B[i in 1..2, j in 5..6] = 10 * i + j\na = B[1]\ny = [a[5], a[6]]\n"
    assert computed(text, "y").tolist() == [15, 16]


def test_a_family_counts_from_its_least_member() -> None:
    """h[0] = 7 and h[t] for t in 1..3: the first entry of the whole is member 0."""
    assert computed("h[0] = 7\nh[t] = t for t in 1..3\na = -h\ny = [a[0], a[1], a[3]]\n", "y").tolist() == [-7, -1, -3]


def test_joining_is_not_elementwise() -> None:
    """Only elementwise operations, `@` and mapping hand numbering on: all axes of [A; B] are plain."""
    inputs = "input A[i in 1..2, j in 1..2] : scalar, B[i in 1..2, j in 1..2] : scalar\n"
    text = inputs + "C = [A; B]\ny = [C[0, 0], C[3, 1]]\n"
    assert computed(text, "y", A=[[1, 2], [3, 4]], B=[[5, 6], [7, 8]]).tolist() == [1, 8]


def test_a_slice_of_a_plain_axis_is_numbered_by_its_range() -> None:
    """v counts from 0; v[2..3] has members 2 and 3 though nothing else in the file starts late."""
    assert computed("input v : 4\na = v[2..3]\ny = [a[2], a[3]]\n", "y", v=[1, 2, 3, 4]).tolist() == [3, 4]


def test_an_axis_of_a_list_is_never_read_past_its_end() -> None:
    """A list's axes are plain: they have the members 0..1 and 0..T-1, and T is outside for every T."""
    assert mistakes("dim T\ninput e[t in 1..T] : scalar\nc = [e, 2 * e]\ny = c[1, T]\n") == [(4, "out-of-bounds")]


def test_an_output_defined_whole_is_numbered_as_declared() -> None:
    """`output y[t in 1..T]` and y = e + e: y[1] is the first."""
    text = VECTOR + "output o[t in 1..T] : scalar\no = e + e\ny = [o[1], o[T]]\n"
    assert computed(text, "y", {"T": 4}, e=DATA).tolist() == [6.0, 1.0]


def test_an_inferred_axis_counts_from_0() -> None:
    """V[x] = sum[m] e[x+m+1] .. has its range worked out to begin at 0."""
    text = "input v : 5\nV[i] = v[i] - 1\ny = [V[0], V[4]]\n"
    assert computed(text, "y", v=[1, 2, 3, 4, 5]).tolist() == [0, 4]


def test_a_picked_row_of_a_numbered_table() -> None:
    """E has rows 1..3; the token 3 picks the last."""
    text = "input E[v in 1..3] : 2\ninput tok in 1..3\ny = E[tok]\n"
    assert computed(text, "y", E=[[1, 2], [3, 4], [5, 6]], tok=3).tolist() == [5, 6]


def test_argmax_gives_the_member_not_the_position() -> None:
    """e = 3, -1, 2, 0.5: the best member is number 1."""
    assert read("y = argmax[t in 1..T] e[t]\n").tolist() == 1


def test_a_claim_reads_by_numbers_too() -> None:
    """A claim on softmax(e)[t] for t in 1..T reads inside, for t in 0..T-1 outside."""
    good = report_of(VECTOR + "claim softmax(e)[t] > 0 for t in 1..T\n")
    bad = report_of(VECTOR + "claim softmax(e)[t] > 0 for t in 0..T-1\n")
    assert [str(report.verdicts[0].word) for report in (good, bad)] == ["tested", "error"]
