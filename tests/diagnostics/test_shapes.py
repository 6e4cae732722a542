"""Shapes as text."""

from __future__ import annotations

import pytest

from shapecheck.diagnostics import ShapePair
from shapecheck.diagnostics.shapes import aligned, shape_text


@pytest.mark.parametrize(
    ("sizes", "text"),
    [
        ((), "scalar"),
        (("p + d",), "p + d"),
        (("2p", "p + d"), "2p x (p + d)"),
        (("2(p + d)", "p"), "2(p + d) x p"),
        (("(H - M) // 2 + 1", "3"), "((H - M) // 2 + 1) x 3"),
        (("H // 2", "max(M, N)", "max(M, N) + 1"), "(H // 2) x max(M, N) x (max(M, N) + 1)"),
        (("(a) * (b)", "1"), "((a) * (b)) x 1"),
    ],
)
def test_a_shape_as_the_language_writes_it(sizes: tuple[str, ...], text: str) -> None:
    """LANGUAGE.md: compound sizes of a shape stand in parentheses; a lone size needs none; no axes are `scalar`."""
    assert shape_text(sizes) == text


def test_the_differing_axis_is_marked() -> None:
    """Equal axes stand in one column, the mark under the one that differs."""
    pair = ShapePair("W", ("2p", "p + d", "3"), "annotation", ("2p", "2p", "3"))
    assert (
        "\n".join(aligned(pair))
        == """\
W           2p x (p + d) x 3
annotation  2p x 2p      x 3
                 ^^^^^^^"""
    )


def test_a_missing_axis_is_marked() -> None:
    """With ranks that differ, what one side lacks is marked."""
    assert (
        "\n".join(aligned(ShapePair("x", ("p",), "y", ("p", "d"))))
        == """\
x  p
y  p x d
       ^"""
    )


def test_a_scalar_against_a_vector() -> None:
    """A scalar has no axis, so the whole is marked."""
    assert (
        "\n".join(aligned(ShapePair("left", (), "right", ("p",))))
        == """\
left   scalar
right  p
       ^^^^^^"""
    )


def test_the_axes_that_should_agree_stand_in_one_column() -> None:
    """Of a product, the columns on the left and the rows on the right: only they are compared and marked."""
    assert (
        "\n".join(aligned(ShapePair("W", ("2p", "p + d"), "x", ("d",), axes=(1, 0))))
        == """\
W  2p x (p + d)
x       d
        ^^^^^^^"""
    )


def test_the_axes_that_should_agree_shifted_the_other_way() -> None:
    """The first axis on the left against the second on the right."""
    assert (
        "\n".join(aligned(ShapePair("a", ("p",), "b", ("n", "q"), axes=(0, 1))))
        == """\
a      p
b  n x q
       ^"""
    )
