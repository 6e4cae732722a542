"""Families whose members differ in shape: how ranges are cut.

The independent truth is a derivation by hand, written beside each spec.  The regions' texts are those of the bounds as
written, so `2..L` is all members from the second on.
"""

from __future__ import annotations

from ..graph.asking import derived, mistakes, regions, report_of, shape, sizes

STACK = """
dim p, d, T, L
input x[t in 1..T] : d
weight W[k in 1..L]
h[0, t] = x[t] for t in 1..T
h[k, 0] = zeros(p) for k in 1..L
h[k, t] = tanh(W[k] @ [h[k-1, t]; h[k, t-1]]) for k in 1..L, t in 1..T
"""


def test_a_stack_splits_off_its_first_layer() -> None:
    """W[1] takes x[t] : d beside h : p, all others p beside p."""
    p, d = sizes("p d")
    assert regions(STACK, "W") == {"1": (p, p + d), "2..L": (p, 2 * p)}


def test_the_states_of_a_stack() -> None:
    """h[0, t] is x[t] : d; every h[k, t] with k >= 1 is p long, whatever t."""
    p, d = sizes("p d")
    found = regions(STACK, "h")
    assert set(found.values()) == {(d,), (p,)}
    assert {region for region, size in found.items() if size == (d,)} == {"0, 1..T"}


def test_alike_members_are_one_region() -> None:
    """Where the input is as long as the state nothing has to be cut."""
    (p,) = sizes("p")
    text = STACK.replace("dim p, d,", "dim p,").replace(": d", ": p")
    assert regions(text, "W") == {"1..L": (p, 2 * p)}


def test_a_recurrence_without_weights_keeps_one_shape() -> None:
    """h[0] : p and h[t] = tanh(h[t-1]): all members are p long, and so is the whole, with T + 1 of them."""
    p, T = sizes("p T")
    text = "dim p, T\nh[0] = zeros(p)\nh[t] = tanh(h[t-1]) for t in 1..T\ny = h\n"
    assert shape(text, "y") == (T + 1, p)


def test_a_backward_recurrence_is_cut_at_its_end() -> None:
    """b[T+1] : p is read by b[T] only, and every b[t] with t <= T is d long: W[T] : d x p, the others d x d."""
    d, p = sizes("d p")
    text = """
dim d, p, T
weight W[t in 1..T]
b[T+1] = zeros(p)
b[t] : d = tanh(W[t] @ b[t+1]) for t in 1..T
"""
    assert regions(text, "W") == {"1..T - 1": (d, d), "T": (d, p)}


TWO_BACK = """
dim a, b, p, T
assume T >= 2
weight W[t in 1..T]
h[-1] = zeros(b)
h[0] = zeros(a)
h[t] : p = tanh(W[t] @ [h[t-1]; h[t-2]]) for t in 1..T
"""


def test_two_members_are_cut_off_where_one_is_not_enough() -> None:
    """With h[0] : a and h[-1] : b, t = 1 sees a + b, t = 2 sees p + a, the others 2 p."""
    a, b, p = sizes("a b p")
    assert regions(TWO_BACK, "W") == {"1": (p, a + b), "2": (p, p + a), "3..T": (p, 2 * p)}


def test_parameters_of_three_regions() -> None:
    """Counted by hand for T = 2, 3 and 5, with a = 2, b = 3, p = 4: 4 * 5 + 4 * 6 and then 4 * 8 for each further t."""
    params = report_of(TWO_BACK).params
    assert params is not None
    assert [params.evaluate({"a": 2, "b": 3, "p": 4, "T": T}) for T in (2, 3, 5)] == [44, 76, 140]


def test_a_member_that_may_not_exist_is_not_cut_off() -> None:
    """For T = 1 there is no W[2]: a region of it would count weights that are not there."""
    assert [code for _, code in mistakes(TWO_BACK.replace("assume T >= 2\n", ""))] == ["unequal-sizes"]


def test_a_range_that_may_be_empty_is_not_cut() -> None:
    """`for t in 2..T` is empty for T = 1, and then there is no s[2] whose work could be counted."""
    text = """
dim a, p, T
input x : a
h[1] = x
h[t] = zeros(p) for t in 2..T
s[t] = dot(h[t-1], h[t-1]) for t in 2..T
"""
    assert [code for _, code in mistakes(text)] == ["unequal-sizes"]


def test_work_over_a_range_that_is_cut() -> None:
    """With T >= 2: a for t = 2 (h[1] : a), p for each t in 3..T."""
    a, p, T = sizes("a p T")
    text = """
dim a, p, T
assume T >= 2
input x : a
h[1] = x
h[t] = zeros(p) for t in 2..T
s[t] = dot(h[t-1], h[t-1]) for t in 2..T
"""
    assert report_of(text).macs == a + (T - 2) * p


def test_members_without_a_clear_last_one_are_told() -> None:
    """h[a] and h[b] with a != b: which of them is the last depends on the sizes."""
    assert mistakes("dim a, b\nassume a != b\nh[a] = 0\nh[b] = 1\n") == [(3, "unclear-range")]


def test_two_indices_are_cut_independently() -> None:
    """G[i, j] = U[i, j] @ [G[i-1, j]; G[i, j-1]] on a grid with borders of lengths a (i = 0) and b (j = 0).

    U[1, 1] sees a + b; along i = 1, j >= 2: a + p; along j = 1, i >= 2: p + b; inside: 2 p.
    """
    a, b, p = sizes("a b p")
    text = """
dim a, b, p, m, n
weight U[i in 1..m, j in 1..n]
G[0, j] = zeros(a) for j in 1..n
G[i, 0] = zeros(b) for i in 1..m
G[i, j] : p = tanh(U[i, j] @ [G[i-1, j]; G[i, j-1]]) for i in 1..m, j in 1..n
"""
    assert regions(text, "U") == {
        "1, 1": (p, a + b),
        "1, 2..n": (p, a + p),
        "2..m, 1": (p, b + p),
        "2..m, 2..n": (p, 2 * p),
    }


def test_a_literal_range_is_written_out_member_by_member() -> None:
    """h[k] : n[k] for a list of widths: every W[k] has a shape of its own."""
    text = """
dim d
input x : d
n = [4, 9, 16, 25, 36]
weight W[k in 1..4]
h[0] = x
h[1] : n[1] = W[1] @ h[0]
h[2] : n[2] = W[2] @ h[1]
h[3] : n[3] = W[3] @ h[2]
h[4] : n[4] = W[4] @ h[3]
"""
    shown = {region: [str(size) for size in shape] for region, shape in regions(text, "W").items()}
    assert shown == {"1": ["9", "d"], "2": ["16", "9"], "3": ["25", "16"], "4": ["36", "25"]}


def test_a_chain_without_a_rule_over_a_literal_range() -> None:
    """h[k] is h[k-1] after h[k-2], so that lengths are d times 1, 1, 2, 3, 5, 8 (Fibonacci): 2..5 is written out."""
    (d,) = sizes("d")
    text = "dim d\ninput x : d\nh[0] = x\nh[1] = x\nh[k] = [h[k-1]; h[k-2]] for k in 2..6\n"
    lengths = [1, 1, 2, 3, 5, 8, 13]
    assert regions(text, "h") == {"0..1": (d,), **{str(k): (lengths[k] * d,) for k in range(2, 7)}}


def test_a_shrinking_chain_over_a_literal_range() -> None:
    """Each VALID convolution with 3 entries takes 2 off: n, n - 2, .., n - 8; the last needs n >= 9."""
    (n,) = sizes("n")
    text = "dim n >= 9\ninput x : n\nweight K : 3\nh[0] = x\nh[k] = conv(h[k-1], K) for k in 1..4\n"
    assert regions(text, "h") == {str(k): (n - 2 * k,) for k in range(5)}


def test_a_chain_without_a_rule_of_symbolic_length_is_not_guessed() -> None:
    """Fibonacci lengths are neither affine nor geometric: over 2..L an error, never a wrong shape."""
    text = "dim d, L\nassume L >= 2\ninput x : d\nh[0] = x\nh[1] = x\nh[k] = [h[k-1]; h[k-2]] for k in 2..L\n"
    assert [code for _, code in mistakes(text)] == ["unequal-sizes"]


def test_members_of_different_shapes_cannot_be_used_whole() -> None:
    """h[0, t] : d and h[k, t] : p make no tensor."""
    assert mistakes(STACK + "y = h\n")[-1][0] == 8


def test_members_of_different_shapes_can_be_indexed() -> None:
    """h[1, T] is p long, h[0, 1] is d long."""
    p, d = sizes("p d")
    text = STACK + "y = h[1, T]\nz = h[0, 1]\n"
    assert (shape(text, "y"), shape(text, "z")) == ((p,), (d,))


def test_regions_hold_for_every_length() -> None:
    """The derived shapes evaluated at L = 1, 2, 5 against those of the layers written out one by one."""
    found = derived(STACK).cells["W"]
    for layers in (1, 2, 5):
        sizes_at = {"p": 3, "d": 2, "T": 4, "L": layers}
        members = {
            k: tuple(size.evaluate(sizes_at) for size in cell.shape)
            for cell in found
            for k in range(cell.region[0].low.evaluate(sizes_at), cell.region[0].high.evaluate(sizes_at) + 1)
        }
        assert members == {k: (3, 5) if k == 1 else (3, 6) for k in range(1, layers + 1)}


def test_the_unsplit_conflict_is_the_one_reported() -> None:
    """u[t] : d for t = 1 and p after that, added to one vector: no cut can help, and one place is told."""
    text = """
dim p, d, T
input x[t in 1..T] : d
v : p = zeros(p)
h[t] = x[t] + v for t in 1..T
"""
    report = report_of(text)
    assert [(item.code, dict(item.sizes)) for item in report.diagnostics] == [("unequal-sizes", {"p": 1, "d": 2})]


def test_a_cut_is_not_made_where_a_claim_could_ask_for_it() -> None:
    """Claims never help inference: W keeps one region though the claim names W[1]."""
    (p,) = sizes("p")
    text = "dim p, T\nweight W[t in 1..T] : p x p\nclaim W[1] : p x p\nclaim W[t] : p x p for t in 2..T\n"
    assert regions(text + "h[0] = zeros(p)\nh[t] = W[t] @ h[t-1] for t in 1..T\n", "W") == {"1..T": (p, p)}


def test_all_members_of_a_short_range_are_cut_off() -> None:
    """h[2] and h[3] read h[0] : d + p and h[1] : d, f[k] is d + k p long (by hand): no member is left over."""
    d, p = sizes("d p")
    text = (
        "dim n = 3, d, p\ninput x : d\nweight b : p\nh[0] = [x; b]\nh[1] = x\nh[k] = h[k-2] -> dense(d) for k in 2..n\n"
        "f[0] = x\nf[k] = [f[k-1]; b] for k in 1..n\n"
    )
    assert regions(text, "h") == {"0": (d + p,), "1..3": (d,)}
    assert regions(text, "f") == {str(k): (d + k * p,) for k in range(4)}
