"""From the graph to terms: what entries unfold to, worked out by hand."""

from __future__ import annotations

from shapecheck.ops.term_types import Bound, Call, Case, Entry, Literal, Measure, Reduction
from shapecheck.sizes import ZERO, And, Context, Relation, Size, integer, symbol
from shapecheck.terms.equal_values import equal_values
from shapecheck.terms.unfolding.expand import expand, unfold_family
from shapecheck.terms.unfolding.substitute import substitute
from shapecheck.terms.unfolding.unfold import unfold

from .specs import only_claim, shapes_of

M, N, T, p, n = (symbol(name) for name in "MNTpn")
i, j, t = symbol(".i"), symbol(".j"), symbol(".t")


def test_substitution_does_not_capture() -> None:
    """sum[m] a[m + x] with x := m is sum[m'] a[m' + m]."""
    m, x = symbol(".m"), symbol(".x")
    term = Reduction("sum", (Bound(".m", ZERO, n - 1),), Entry("a", (m + x,)))
    moved = substitute(term, {".x": m})
    other = symbol(".m~1")
    assert moved == Reduction("sum", (Bound(".m~1", ZERO, n - 1),), Entry("a", (other + m,)))


def test_substitution_leaves_bound_variables_alone() -> None:
    """In sum[m] a[m] the m is not the m outside; in a range in front of it, it is."""
    m = symbol(".m")
    term = Reduction("sum", (Bound(".m", m, n),), Entry("a", (m,)))
    assert substitute(term, {".m": integer(3)}) == Reduction("sum", (Bound(".m", integer(3), n),), Entry("a", (m,)))


def test_unfolding_of_an_index_equation() -> None:
    """V[i, j] is its right side with i and j put for x and y."""
    shapes = shapes_of("dim H >= 3\ninput I : H x H\nV[x in 0..H-2, y] = 2 * I[x+1, y]\n")
    assert unfold_family(shapes, "V", (i, j)) == Call("*", (Literal(2), Entry("I", (i + 1, j))))
    assert unfold_family(shapes, "I", (i, j)) is None


def test_family_axes_keep_their_numbers() -> None:
    """`x` whole, at position i, is member i + 1 of x[1..T]; cut from 2 it is member i + 2."""
    shapes = shapes_of("dim T >= 2, d\ninput x[t in 1..T] : d\ny = x\nz = x[2..T]\n")
    assert unfold_family(shapes, "y", (i, j)) == Entry("x", (i + 1, j))
    assert unfold_family(shapes, "z", (i, j)) == Entry("x", (i + 2, j))


def test_column() -> None:
    """[a; b] = x cuts x after the entries of a."""
    shapes = shapes_of("dim p, n\ninput x : p + n\n[a : p; b : n] = x\n")
    assert unfold_family(shapes, "a", (i,)) == Entry("x", (i,))
    assert unfold_family(shapes, "b", (i,)) == Entry("x", (i + p,))


def test_default_is_a_case() -> None:
    """`(x[i-1] default 0)` is x[i-1] where 0 <= i-1 <= n-1, else 0."""
    shapes = shapes_of("dim n\ninput x : n\ny[i in 0..n-1] = (x[i-1] default 0)\n")
    term = unfold_family(shapes, "y", (integer(0),))
    assert isinstance(term, Case)
    assert isinstance(term.condition, And)
    assert not term.condition.holds({"n": 3})
    assert term.otherwise == Literal(0)


RECURRENCE = "dim T, p\ninput x : p\nh[0] = x\nh[t] = 2 * h[t-1] for t in 1..T\ny = h[T]\n"


def test_member_is_found_only_where_it_is_proved() -> None:
    """h[t] is 2 h[t-1] where t >= 1 is known, x where t is 0, and otherwise not known."""
    shapes = shapes_of(RECURRENCE)
    later = shapes.graph.context.assuming(Relation(">=", t, integer(1)), Relation("<=", t, T))
    assert unfold_family(shapes, "h", (t, i), later) == Call("*", (Literal(2), Entry("h", (t - 1, i))))
    assert unfold_family(shapes, "h", (ZERO, i)) == Entry("x", (i,))
    assert unfold_family(shapes, "h", (t, i)) is None


def test_recurrences_are_unfolded_on_request_only() -> None:
    """y = h[T]; one step more is 2 h[T-1]."""
    shapes = shapes_of(RECURRENCE)
    assert expand(Entry("y", (i,)), shapes) == Entry("h", (T, i))
    assert expand(Entry("y", (i,)), shapes, steps=1) == Call("*", (Literal(2), Entry("h", (T - 1, i))))


def test_expansion_is_limited() -> None:
    """Doubling ten times needs more than 100 parts."""
    lines = ["dim n", "input a0 : n", *(f"a{k + 1} = a{k} + a{k}" for k in range(10))]
    shapes = shapes_of("\n".join(lines) + "\n")
    assert expand(Entry("a10", (i,)), shapes, limit=100) is None
    assert expand(Entry("a2", (i,)), shapes, limit=100) is not None


def test_matrix_product_is_a_sum() -> None:
    """(A @ v)[i] = sum[k in 0..n-1] A[i, k] * v[k]."""
    shapes = shapes_of("dim p, n\ninput A : p x n, v : n\ny = A @ v\n")
    term = unfold_family(shapes, "y", (i,))
    assert isinstance(term, Reduction)
    (bound,) = term.bounds
    k = symbol(bound.symbol)
    assert (term.operator, bound.low, bound.high) == ("sum", ZERO, n - 1)
    assert term.body == Call("*", (Entry("A", (i, k)), Entry("v", (k,))))


def test_nested_products_keep_their_indices_apart() -> None:
    """A @ (A @ v): the two sums have different variables."""
    shapes = shapes_of("dim p\ninput A : p x p, v : p\ny = A @ (A @ v)\n")
    term = unfold_family(shapes, "y", (i,))
    assert isinstance(term, Reduction) and isinstance(term.body, Call)
    inner = term.body.arguments[1]
    assert isinstance(inner, Reduction)
    assert term.bounds[0].symbol != inner.bounds[0].symbol


def test_claim_of_a_node() -> None:
    """`unfold` at a position of a claim's side: conv(I, K)[x, y] at x = i is the window at i."""
    text = "dim n, m\nassume n >= m\ninput I : n, K : m\nclaim conv(I, K)[0] == sum[k in 0..m-1] I[k] * K[k]\n"
    shapes = shapes_of(text)
    instance = only_claim(shapes)
    left, right = instance.origin.body.operands
    assert isinstance(unfold(shapes, instance, left, ()), Reduction)
    assert equal_values(shapes, instance, left, right) == "one defining equation"


def proof(text: str) -> str | None:
    """The proof of the one claim of a spec."""
    shapes = shapes_of(text)
    instance = only_claim(shapes)
    claim = instance.origin
    context: Context = shapes.graph.context
    if claim.condition is not None:
        context = context.assuming(claim.condition)
    return equal_values(shapes, instance, *claim.body.operands, context)


def test_open_gate_keeps_the_state() -> None:
    """c[t] = 1 .* c[t-1] + 0 .* g[t] is c[t-1]: one step of the recurrence."""
    text = "dim T, p\ninput g[t in 1..T] : p\nc[0] = zeros(p)\nc[t] = 1 * c[t-1] + 0 * g[t] for t in 1..T\n"
    assert proof(text + "claim c[t] == c[t-1] for t in 1..T\n")


def test_two_steps_are_not_taken_for_one() -> None:
    """c[t] = 2 c[t-1] is not c[t-1], and not 4 c[t-1]."""
    text = "dim T, p\ninput x : p\nc[0] = x\nc[t] = 2 * c[t-1] for t in 1..T\n"
    assert proof(text + "claim c[t] == c[t-1] for t in 1..T\n") is None
    assert proof(text + "claim c[t] == 4 * c[t-1] for t in 1..T\n") is None
    assert proof(text + "claim c[t] == 2 * c[t-1] for t in 1..T\n")


def test_first_step_of_two_recurrences() -> None:
    """Momentum from rest: w[1] = w0 + v[1] = w0 + (v[0] - g w0) = w0 - g w0; the base cases cost no step."""
    text = "dim S, p\ninput u : p, g : scalar\nw[0] = u\nv[0] = zeros(p)\n"
    text += "v[k] = v[k-1] - g * w[k-1] for k in 1..S\nw[k] = w[k-1] + v[k] for k in 1..S\n"
    assert proof(text + "claim w[1] == u - g * u\n")
    assert proof(text + "claim w[1] == u - g * w[1]\n") is None


def test_condition_of_a_claim() -> None:
    """With one channel the sum over channels is its only term; with any number it is not."""
    text = "dim n, C\ninput x : n x C\ny[i] = sum[c] x[i, c]\n"
    assert proof(text + "claim y == x[:, 0] when C == 1\n")
    assert proof(text + "claim y == x[:, 0]\n") is None


def test_table_entry_of_a_row_picked_by_data() -> None:
    """E[tok[t]] and E[tok[t], :] are the same row, E[tok[t + 1]] is another."""
    text = "dim T >= 2, v, d\ninput tok[t in 1..T] in 0..v-1\ninput E : v x d\n"
    assert proof(text + "claim E[tok[t]] == E[tok[t], :] for t in 1..T\n")
    assert proof(text + "claim E[tok[t]] == E[tok[t+1]] for t in 1..T-1\n") is None


def test_size_as_a_value() -> None:
    """A size in a value stays that size."""
    shapes = shapes_of("dim n\ninput x : n\ny = n * x\n")
    assert unfold_family(shapes, "y", (i,)) == Call("*", (Measure(n), Entry("x", (i,))))


def test_stack_and_concat_select_by_position() -> None:
    """stack[k in 1..3] row k at position i is row i + 1; concat takes quotient and remainder."""
    shapes = shapes_of("dim n, p\ninput A : n x p\ns = stack[k in 0..n-1] A[k]\nc = concat[k in 0..n-1] A[k]\n")
    assert unfold_family(shapes, "s", (i, j)) == Entry("A", (i, j))
    expected: tuple[Size, Size] = (i // p, i % p)
    assert unfold_family(shapes, "c", (i,)) == Entry("A", expected)
