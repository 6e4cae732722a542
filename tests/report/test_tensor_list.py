"""The list of tensors, against lists written by hand."""

from __future__ import annotations

from shapecheck.diagnostics.indices import readable
from shapecheck.infer.model import Cell
from shapecheck.report.tensor_list import tensors

from .made_reports import L, T, family, index, interval, p, q, shapes, stack


def test_givens_first_then_the_order_of_declaration() -> None:
    """Inputs, weights, then what is computed; `h[0]` and `h[t]`, of one shape and side by side, are one entry."""
    listed = [(tensor.name, tensor.label, tensor.ranges, tensor.shape_text) for tensor in tensors(stack())]
    assert listed == [
        ("x", "x[t]", "t = 1..T", "q"),
        ("W", "W[1]", "", "2p x (p + q)"),
        ("W", "W[k]", "k = 2..L", "2p x 2p"),
        ("h", "h[t]", "t = 0..T", "p"),
        ("s", "s", "", "L x T"),
    ]


def test_where_names_single_members_too() -> None:
    """For programs: `k = 1` and `k = 2..L`; nothing for a tensor that is shown whole."""
    assert [tensor.where for tensor in tensors(stack())] == ["t = 1..T", "k = 1", "k = 2..L", "t = 0..T", ""]


def test_entries_are_counted_over_all_members() -> None:
    """W[2..L]: (L - 1) matrices of 2p x 2p numbers."""
    counts = {tensor.label: tensor.count for tensor in tensors(stack())}
    assert counts["W[1]"] == 2 * p * (p + q)
    assert counts["W[k]"] == (L - 1) * 4 * p * p


def test_boxes_join_along_one_axis_only() -> None:
    """h[k, 0] and h[k, t] of shape p are one box, h[0, t] of shape q stays apart; corners are not filled in."""
    k, t = index("k", L), index("t", T)
    cells = (
        Cell("h", (interval(0, 0), interval(1, T)), (q,)),
        Cell("h", (interval(1, L), interval(0, 0)), (p,)),
        Cell("h", (interval(1, L), interval(1, T)), (p,)),
    )
    listed = tensors(shapes({"h": family("h", "local", k, t)}, {"h": cells}))
    assert [tensor.where for tensor in listed] == ["k = 0, t = 1..T", "k = 1..L, t = 0..T"]
    assert [tensor.label for tensor in listed] == ["h[0, t]", "h[k, t]"]


def test_a_gap_keeps_boxes_apart() -> None:
    """Members 0 and 2..T of one shape: 1 is not there, so the entry must not say 0..T."""
    cells = (Cell("h", (interval(0, 0),), (p,)), Cell("h", (interval(2, T),), (p,)))
    listed = tensors(shapes({"h": family("h", "local", index("t", T))}, {"h": cells}))
    assert [tensor.where for tensor in listed] == ["t = 0", "t = 2..T"]


def test_what_could_not_be_derived_is_left_out() -> None:
    """A tensor without cells has no entry."""
    assert tensors(shapes({"h": family("h", "local", index("t", T))}, {})) == ()


def test_indices_are_called_as_the_author_calls_them() -> None:
    """Inside, the second index t of a spec is t'2; told apart only where both stand in one line."""
    assert readable("2p + t'2 - k + t'2 <= T") == "2p + t - k + t <= T"
    assert readable("t'2 <= t - 1") == "t'2 <= t - 1"
    assert readable("t'2 <= t'3") == "t'2 <= t'3"
