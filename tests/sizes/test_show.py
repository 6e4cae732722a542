"""The text of sizes.  Truth: a separate evaluator of the language's expressions, and texts a person would write."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from shapecheck.sizes import (
    Size,
    ceil_divide,
    integer,
    maximum,
    minimum,
    power,
    show,
    show_factored,
    symbol,
)
from shapecheck.sizes.algebra.size import of_atom
from shapecheck.sizes.writing.abridged import Cut

from .reader import value_of
from .trees import Tree, envs, trees

H, M, n, s, k, p, d, a, b, e5, x3, L = map(symbol, ["H", "M", "n", "s", "k", "p", "d", "a", "b", "e5", "x3", "L"])

TEXTS = [
    ((H - M) // 2 + 1, "(H - M) // 2 + 1"),
    (2 * p, "2p"),
    (p + d, "d + p"),
    (H - M + 1, "H - M + 1"),
    (1 - M, "1 - M"),
    (-p - d, "-d - p"),
    (3 * p * (p + d), "3p^2 + 3d*p"),
    (ceil_divide(H, 2), "ceil(H / 2)"),
    ((H - 1) // 2 + 1, "ceil(H / 2)"),
    (ceil_divide(n, s), "ceil(n / s)"),
    ((n - k) // s + 1, "(n - k) // s + 1"),
    (maximum(a, b), "max(a, b)"),
    (minimum(a, b), "min(a, b)"),
    (maximum(M - 1, 0), "max(M - 1, 0)"),
    (2 * maximum(a, b), "2*max(a, b)"),
    (H % 4, "H % 4"),
    (n % s, "n % s"),
    (-(H // 2), "-(H // 2)"),
    (2 * (H // 2), "2(H // 2)"),
    (d * (H // 2), "d*(H // 2)"),
    (H // (2 * s), "H // (2s)"),
    (power(2, k), "2^k"),
    (3 * power(2, k + 1), "6*2^k"),
    (power(2, L - k), "2^L // 2^k"),
    (2 * e5 + 3 * x3, "2*e5 + 3*x3"),
    (symbol(".t") * 2 + 1, "2t + 1"),
    (integer(0), "0"),
    (integer(-3), "-3"),
]


@pytest.mark.parametrize(("size", "text"), TEXTS)
def test_sizes_read_as_people_write_them(size: Size, text: str) -> None:
    """Truth: written by hand."""
    assert str(size) == text


@settings(max_examples=400, deadline=None)
@given(trees(4), envs(12))
def test_the_text_has_the_value_of_the_size(tree: Tree, env: dict[str, int]) -> None:
    """Truth: the evaluator in `reader`, and Python integers for the expression that was built."""
    assert value_of(show(tree.size), env) == tree.value(env)


@settings(max_examples=300, deadline=None)
@given(trees(3), trees(1), envs(12))
def test_the_factored_text_has_the_value_of_the_size(left: Tree, right: Tree, env: dict[str, int]) -> None:
    """Truth: the evaluator in `reader`, and Python integers."""
    assert value_of(show_factored(left.size * right.size), env) == left.value(env) * right.value(env)


FACTORED = [
    (3 * p * p + 3 * d * p, "3p * (d + p)"),
    (6 * L * p**2 + 3 * p * (d - p), "3p * (2L*p + d - p)"),
    (2 * p + 2 * d, "2 * (d + p)"),
    (p * p, "p^2"),
    (p + d, "d + p"),
    (-p - d, "-d - p"),
    (2 * maximum(a, b), "2*max(a, b)"),
    (integer(0), "0"),
]


@pytest.mark.parametrize(("size", "text"), FACTORED)
def test_counts_are_factored(size: Size, text: str) -> None:
    """Truth: written by hand."""
    assert show_factored(size) == text


def test_a_quotient_known_to_be_exact_is_written_with_a_slash() -> None:
    """Truth: H divisible by 4 makes H/4 and H/2 exact, and H/3 not."""
    known = frozenset([(H, 4)])
    assert show(H // 4, known) == "H / 4"
    assert show(2 * (H // 2) + H // 3, known) == "2(H / 2) + H // 3"
    assert show((H - 8) // 4, known) == "H / 4 - 2"
    assert show(n // s, frozenset([(n, s)])) == "n / s"


def test_unusual_sizes_have_a_text() -> None:
    """Truth: the evaluator in `reader`, on sizes with many and deeply nested atoms."""
    size = integer(0)
    for number in range(2, 8):
        size = size + (H + size // number) // (s + number) * number
    env = {"H": 12345, "s": 3}
    assert value_of(show(size), env) == size.evaluate(env)


def _nested(count: int, start: Size) -> Size:
    """So many layers of `(x + x // 3 + m) // 2 + 1` around a size: the text doubles with each of them."""
    for _ in range(count):
        start = (start + start // 3 + symbol("m")) // 2 + 1
    return start


@pytest.mark.parametrize("count", [12, 30, 200])
def test_text_of_nested_sizes_is_short(count: int) -> None:
    """Truth: the number of terms and atoms in a text is limited, and each takes some letters and digits."""
    assert "…" in show(_nested(count, a)) and len(show(_nested(count, a))) < 100_000


def test_parts_that_are_left_out_stay_apart() -> None:
    """Truth: two sizes over different names are not equal, though the same sign stands for their parts."""
    assert show(_nested(30, a) - _nested(30, b)) != "0"


def test_what_is_left_out_has_the_value_of_the_part() -> None:
    """Truth: with the values of the parts in the place of the signs, the value is that of the whole."""
    cut, env = Cut(), {"a": 1000, "m": 7}
    size = cut.size(_nested(12, a), 3)
    signs = {next(iter(sign.names)): of_atom(atom).evaluate(env) for atom, sign in cut.marks.items()}
    assert signs and size.evaluate({**env, **signs}) == _nested(12, a).evaluate(env)
