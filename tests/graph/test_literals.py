"""Numbers, lists and pasted tables.

The independent truth is the text itself: what is written is what there is; shapes follow from LANGUAGE.md, section 5
(`[a; b]` joins, `[a, b]` makes a new leading axis).
"""

from __future__ import annotations

import numpy as np
import pytest

from .asking import computed, mistakes, shape, sizes


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("[1, 2; 3, 4]", [[1, 2], [3, 4]]),
        ("[1; 2; 3]", [1, 2, 3]),
        ("[1, 2, 3]", [1, 2, 3]),
        ("[[1, 2], [3, 4], [5, 6]]", [[1, 2], [3, 4], [5, 6]]),
        ("[[[1], [2]]]", [[[1], [2]]]),
        ("[-1, 2]", [-1, 2]),
        ("[7]", [7]),
        ("5", 5),
        ("1e-3", 0.001),
        ("-2.5", -2.5),
        ("pi", np.pi),
    ],
)
def test_a_literal_is_what_it_says(written: str, expected: object) -> None:
    """Truth: Python's reading of the same digits."""
    assert computed(f"a = {written}\n", "a").tolist() == expected


@pytest.mark.parametrize(("written", "kind"), [("[1, 2]", "i"), ("[1.0, 2]", "f"), ("[1, 2; 3, 4]", "i"), ("2.0", "f")])
def test_integers_stay_integers(written: str, kind: str) -> None:
    """int64 as long as everything is an integer, else float64."""
    assert computed(f"a = {written}\n", "a").dtype.kind == kind


@pytest.mark.parametrize("between", [" ", "\t", " | ", ", ", ","])
def test_a_tables_entries_may_be_split_in_many_ways(between: str) -> None:
    """Blanks, tabs, bars and commas; one row a line."""
    text = f'a = table """\n{between.join("123")}\n{between.join("456")}\n"""\n'
    assert computed(text, "a").tolist() == [[1, 2, 3], [4, 5, 6]]


def test_a_table_reads_the_typographic_minus() -> None:
    """U+2212 comes with pasted slides."""
    assert computed('a = table """\n\u22121 2\n3 \u22124\n"""\n', "a").tolist() == [[-1, 2], [3, -4]]


def test_a_table_of_one_row_has_two_axes() -> None:
    """A table is rows of numbers, also when there is but one row."""
    assert computed('a = table """\n1 2 3\n"""\n', "a").tolist() == [[1, 2, 3]]


def test_a_ragged_table_is_told_at_its_row() -> None:
    """The row that differs from the first one: line 4 of the file."""
    assert mistakes('a = table """\n1 2\n3 4\n5\n"""\n') == [(4, "ragged-table")]


@pytest.mark.parametrize("written", ["[1, 2; 3]", "[[1, 2], [3]]", "[[1], 2]"])
def test_a_ragged_list_is_an_error(written: str) -> None:
    """Rows of a list have one length."""
    assert [line for line, _ in mistakes(f"a = {written}\n")] == [1]


def test_an_empty_table_is_an_error() -> None:
    """There is no tensor without entries."""
    assert mistakes('a = table """\n"""\n') == [(1, "bad-table")]


def test_lists_may_hold_more_than_numbers() -> None:
    """`[a, b]` of scalars is a vector of them: 2 * 3 and 3 + 1."""
    assert computed("a = 3\nb = [2 * a, a + 1]\n", "b").tolist() == [6, 4]


def test_joining_counts_scalars_as_length_one() -> None:
    """[v; 1] with v of length n is n + 1 long."""
    (n,) = sizes("n")
    assert shape("dim n\ninput v : n\na = [v; 1]\n", "a") == (n + 1,)


def test_joining_matrices_adds_their_rows() -> None:
    """(n x k) over (m x k) is (n + m) x k."""
    n, m, k = sizes("n m k")
    assert shape("dim n, m, k\ninput A : n x k, B : m x k\nC = [A; B]\n", "C") == (n + m, k)


def test_an_integer_constant_may_stand_in_a_size() -> None:
    """`n = [3, 4, 6]`: n[1] is 4 wherever a size is wanted."""
    assert computed("n = [3, 4, 6]\na = ones(n[1])\n", "a").tolist() == [1, 1, 1, 1]


def test_a_scalar_constant_may_stand_in_a_size() -> None:
    """`c = 3` is an equation and a size."""
    assert computed("c = 3\na = full(c, 7)\n", "a").tolist() == [7, 7, 7]


def test_a_constants_entry_must_exist() -> None:
    """n has entries 0..2."""
    assert mistakes("n = [3, 4, 6]\na = ones(n[3])\n") == [(2, "not-a-size")]


def test_a_real_is_no_size() -> None:
    """1.5 entries make no sense."""
    assert mistakes("dim n = 1.5\n") == [(1, "not-a-size")]


def test_fills_take_sizes() -> None:
    """`full(2 x n, 3)` is 2 x n, `eye(n)` n x n."""
    (n,) = sizes("n")
    two = shape("dim n\na = full(2 x n, 3)\n", "a")
    assert ([str(size) for size in two], shape("dim n\na = eye(n)\n", "a")) == (["2", "n"], (n, n))


def test_a_size_in_a_value_is_its_number() -> None:
    """sqrt(k) at k = 16 is 4."""
    assert computed("dim k\na = sqrt(k)\n", "a", {"k": 16}).tolist() == 4.0


def test_a_constant_is_data_where_its_entry_depends_on_an_index() -> None:
    """p[i] picks b[0] and b[2]."""
    assert computed("p = [0, 2]\ninput b : 3\ny[i in 0..1] = b[p[i]]\n", "y", b=[5, 6, 7]).tolist() == [5, 7]
