"""Recurrences: loops in either direction, weights per layer, what is computed before a loop, long chains, cycles."""

from __future__ import annotations

import numpy as np
import pytest

from shapecheck.execute import ExecutionError, compile, run
from shapecheck.execute.plan import environment
from shapecheck.execute.planning.dependence import edges
from shapecheck.execute.planning.memory_layout import lay_out
from shapecheck.execute.planning.schedule import Demand, Loop, Step, Whole, schedule
from shapecheck.execute.planning.statement import statement
from shapecheck.graph.nodes import Apply

from .running import shapes_of

STACKED = """
dim p, d, T, L
input  x[t in 1..T] : d
weight W[k in 1..L], V[k in 1..L]
h[0, t] = x[t] for t in 1..T
h[k, 0] = zeros(p) for k in 1..L
for k in 1..L, t in 1..T {
  [z; r] = sigm(W[k] @ [h[k-1, t]; h[k, t-1]])
  h[k, t] = z .* h[k, t-1] + (1 - z) .* tanh(V[k] @ [h[k-1, t]; r .* h[k, t-1]])
}
"""


def steps_of(text: str, sizes: dict[str, int]) -> list[Step]:
    shapes = shapes_of(text)
    env = environment(shapes, sizes)
    layout = lay_out(shapes, env)
    made = [statement(number, instance, env, layout) for number, instance in enumerate(shapes.instances)]
    statements = [one for one in made if one is not None]
    return schedule(statements, edges(statements, layout))


def sigmoid(a: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-a))


@pytest.mark.parametrize(("p", "d"), [(3, 2), (2, 2), (1, 4)])
def test_stacked_gru_equals_the_printed_loops(p: int, d: int) -> None:
    """Truth: the two loops of the slide, written out in NumPy; p = d makes all layers one array, p != d does not."""
    T, L = 4, 3
    result = run(shapes_of(STACKED), {"p": p, "d": d, "T": T, "L": L})
    arrays = result.arrays
    W = [arrays[f"W[{k}]"] if p != d else arrays["W"][k - 1] for k in range(1, L + 1)]
    V = [arrays[f"V[{k}]"] if p != d else arrays["V"][k - 1] for k in range(1, L + 1)]
    below = list(arrays["x"])
    for k in range(L):
        h, layer = np.zeros(p), []
        for t in range(T):
            gates = sigmoid(W[k] @ np.concatenate([below[t], h]))
            z, r = gates[:p], gates[p:]
            h = z * h + (1 - z) * np.tanh(V[k] @ np.concatenate([below[t], r * h]))
            layer.append(h)
        below = layer
        np.testing.assert_allclose(arrays[f"h[{k + 1}]"][1:], layer, rtol=1e-12)


def test_layers_are_the_outer_loop() -> None:
    """With weights of its own for every layer, the loop over layers is outside: inside, W[k] serves all t."""
    loop = steps_of(STACKED, {"p": 3, "d": 3, "T": 3, "L": 3})[-1]
    assert isinstance(loop, Loop)
    assert any(isinstance(step, Loop) for step in loop.body)
    assert {str(time.index) for time in loop.times.values()} == {".k"}
    (inner,) = [step for step in loop.body if isinstance(step, Loop)]
    assert {str(time.index) for time in inner.times.values()} == {".t"}


@pytest.mark.parametrize("column", ["[x[t]; h[t-1]]", "concat(x[t], h[t-1])", "concat(x[t], h[t-1], axis = 0)"])
def test_the_input_part_is_one_product_before_the_loop(column: str) -> None:
    """Products with x stand before the loop over t: of T + 1 products per weight, T are in the loop."""
    shapes = shapes_of(f"""
dim p, d, T
input x[t in 1..T] : d
weight W : p x (d + p)
h[0] = zeros(p)
h[t] = tanh(W @ {column}) for t in 1..T
""")
    product = next(node for node in shapes.instances[1].shapes if isinstance(node, Apply) and node.op.name == "@")
    counted: list[tuple[int, ...]] = []
    original = type(product.op).kernel

    def kernel(self, parameters, arrays, ranks):  # type: ignore[no-untyped-def]
        counted.append(arrays[1].shape)
        return original(self, parameters, arrays, ranks)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(product.op), "kernel", kernel)
        result = run(shapes, {"p": 3, "d": 2, "T": 5})
    assert counted == [(5, 2), *[(3,)] * 5]
    W, x, h = result.value("W"), result.value("x"), np.zeros(3)
    for t in range(5):
        h = np.tanh(W @ np.concatenate([x[t], h]))
        np.testing.assert_allclose(result.value("h")[t + 1], h, rtol=1e-12)


def test_time_may_run_backwards() -> None:
    """Truth: the loop from T down to 1."""
    text = "dim d, T\nweight W : d x d\nb[T+1] = ones(d)\nb[t] = tanh(W @ b[t+1]) for t in 1..T\n"
    result = run(shapes_of(text), {"d": 3, "T": 4})
    b = np.ones(3)
    for t in range(4, 0, -1):
        b = np.tanh(result.value("W") @ b)
        np.testing.assert_allclose(result.value("b")[t - 1], b, rtol=1e-12)
    loop = steps_of(text, {"d": 3, "T": 4})[-1]
    assert isinstance(loop, Loop)
    assert not loop.upwards


def test_offsets_of_both_signs_are_computed_on_demand() -> None:
    """Truth: odd members by hand from the even ones, whichever side they stand on."""
    text = """
dim T
input x[t in 0..2*T+2] : scalar
h[t] : scalar = (if t % 2 == 0 then x[t] else (if t % 4 == 1 then h[t-1] else h[t+1])) for t in 0..2*T
"""
    assert isinstance(steps_of(text, {"T": 4})[-1], Demand)
    result = run(shapes_of(text), {"T": 4})
    x = result.value("x")
    expected = [x[t] if t % 2 == 0 else x[t - 1] if t % 4 == 1 else x[t + 1] for t in range(9)]
    np.testing.assert_array_equal(result.value("h"), expected)


def test_a_heap_is_a_loop_upwards() -> None:
    """`t // 2` is behind t for t >= 2, though by no fixed distance.  Truth: the recursion in Python."""
    text = "dim n\ninput x[t in 1..n] : scalar\nf[1] = x[1]\nf[t] = f[t // 2] + x[t] for t in 2..n\n"
    assert isinstance(steps_of(text, {"n": 9})[-1], Loop)
    result = run(shapes_of(text), {"n": 9})
    x = result.value("x")

    def f(t: int) -> float:
        return x[0] if t == 1 else f(t // 2) + x[t - 1]

    np.testing.assert_array_equal(result.value("f"), [f(t) for t in range(1, 10)])


def test_integers_in_a_recurrence_stay_integers() -> None:
    """Truth: the sequence f(t) = sum of all before, 1 1 2 4 8."""
    text = "dim T\nf[0] = 1\nf[t] = sum[u in 0..t-1] f[u] for t in 1..T\n"
    result = run(shapes_of(text), {"T": 5})
    assert result.value("f").tolist() == [1, 1, 2, 4, 8, 16]
    assert result.value("f").dtype == np.int64


def test_a_cycle_is_named_by_its_path() -> None:
    """h[2] and g[2] need each other."""
    text = """
dim T
h[0] : scalar = 1
h[t] : scalar = g[t] + h[t-1] for t in 1..T
g[t] : scalar = (if t == 2 then h[t] else h[t-1]) for t in 1..T
"""
    with pytest.raises(ExecutionError) as caught:
        run(shapes_of(text), {"T": 3})
    assert caught.value.diagnostic.code == "cycle"
    assert "h[2] needs g[2]" in caught.value.diagnostic.title
    assert run(shapes_of(text), {"T": 1}).value("h").tolist() == [1, 2]


def test_five_thousand_chained_equations() -> None:
    """No recursion, no quadratic search: y of 5,000 additions of 1 is 5,000."""
    lines = ["y0 = 0", *(f"y{n} = y{n - 1} + 1" for n in range(1, 5001))]
    shapes = shapes_of("\n".join(lines))
    assert int(run(shapes, {}).value("y5000")) == 5000


def test_a_long_recurrence_on_demand_is_no_deep_recursion() -> None:
    """3,000 members that need each other in a row, downwards and upwards in turn.  Truth: the count."""
    text = """
dim T
h[t] : scalar = (if t == 0 then 0 else (if t % 2 == 1 then h[t+1] - 1 else h[t-2] + 2)) for t in 0..2*T
"""
    assert isinstance(steps_of(text, {"T": 9})[-1], Demand)
    result = run(shapes_of(text), {"T": 1500})
    np.testing.assert_array_equal(result.value("h"), np.arange(3001))


def test_what_comes_before_a_loop_may_come_in_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks of 2 and 3 of 7 moments, up and down, in one loop and in two.  Truth: the runs without blocks."""
    backwards = "dim p, d, T\ninput x[t in 1..T] : d\nweight W\nb[T+1] = zeros(p)\n"
    backwards += "b[t] = tanh(W @ [x[t]; b[t+1]] + (sum[i] x[t, i] * x[t, i]) * ones(p)) for t in 1..T\n"
    for text, sizes in ((backwards, {"p": 3, "d": 2, "T": 7}), (STACKED, {"p": 3, "d": 2, "T": 7, "L": 3})):
        shapes = shapes_of(text)
        whole = run(shapes, sizes).arrays
        for entries in (7, 12, 20):
            monkeypatch.setattr("shapecheck.execute.precomputed.BLOCK", entries)
            blocks = run(shapes, sizes).arrays
            for name in whole:
                np.testing.assert_allclose(blocks[name], whole[name], rtol=1e-12)
        monkeypatch.undo()


def test_a_plan_runs_many_times() -> None:
    """The same plan with other data gives what a fresh run gives."""
    shapes = shapes_of(STACKED)
    sizes = {"p": 2, "d": 3, "T": 3, "L": 2}
    plan = compile(shapes, sizes)
    for seed in (1, 2):
        fresh = run(shapes, sizes, seed=seed)
        again = plan.run(seed=seed)
        assert all(np.array_equal(again.arrays[name], fresh.arrays[name]) for name in fresh.arrays)


def test_whole_statements_need_no_loop() -> None:
    """What does not depend on itself is computed for all indices at once."""
    text = "dim T, d\ninput x[t in 1..T] : d\nweight W : d x d\ny[t] = W @ x[t] for t in 1..T\n"
    assert all(isinstance(step, Whole) for step in steps_of(text, {"T": 3, "d": 2}))
