"""Values of claims: all indices at once, ranges that depend on each other, values met by the short way and the long."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from shapecheck.execute import ExecutionError, Run, ShapeMismatch, run
from shapecheck.graph.model import ValueClaim
from shapecheck.ops import OPS, find

from .running import shapes_of

Array = np.ndarray[Any, Any]


def sides(text: str, sizes: dict[str, int], data: dict[str, Any] | None = None, **limits: int) -> list[list[Array]]:
    """The operands of every claim, one list of values for each of its instances."""
    shapes = shapes_of(text)
    result: Run = run(shapes, sizes, data, **limits)  # type: ignore[arg-type]
    found = []
    for claim, instances in shapes.claims.items():
        assert isinstance(claim.body, ValueClaim)
        operands = claim.body.operands
        found += [[result.evaluate(instance, operand) for operand in operands] for instance in instances]
    return found


def test_leading_axes_are_the_claims_indices() -> None:
    """Also those that a side does not mention.  Truth: NumPy."""
    text = "dim n, m\ninput X : n x m\nclaim X[i] + 1 == 2 * i for i in 0..n-1, j in 1..3\n"
    x = np.arange(6.0).reshape(2, 3)
    ((left, right),) = sides(text, {"n": 2, "m": 3}, {"X": x})
    np.testing.assert_array_equal(left, np.broadcast_to(x[:, None] + 1, (2, 3, 3)))
    np.testing.assert_array_equal(right, [[0, 0, 0], [2, 2, 2]])


def test_points_outside_a_dependent_range_repeat_one_inside() -> None:
    """u <= t: of the 3 x 3 box, the upper triangle repeats (1, 1); nothing is read outside.  Truth: by hand."""
    text = "dim T\ninput x[t in 1..T] : scalar\nclaim x[t - u + 1] == x[1] for t in 1..T, u in 1..t\n"
    ((left, _),) = sides(text, {"T": 3}, {"x": [5.0, 6.0, 7.0]})
    assert left.tolist() == [[5, 5, 5], [6, 5, 5], [7, 6, 5]]


def test_an_empty_range_gives_empty_axes() -> None:
    """A claim about no points: every comparison of its sides is over nothing."""
    text = "dim T\ninput x[t in 1..T] : scalar\nclaim x[t] == x[t-1] for t in 2..T\n"
    for left, right in sides(text, {"T": 1}):
        assert left.size == right.size == 0


def test_a_claims_value_counts_as_memory() -> None:
    """x is small, but the claim needs n x n numbers."""
    text = "dim n\ninput x : n\nclaim x[i] * x[j] == x[j] * x[i] for i in 0..n-1, j in 0..n-1\n"
    with pytest.raises(ExecutionError) as caught:
        sides(text, {"n": 2000}, memory_limit=10_000_000)
    assert caught.value.diagnostic.code == "too-much-memory"


SHORT = [(op.name, arity) for op in OPS for arity in (1, 2) if op.on_floats(arity) is not None]


def test_the_ops_with_a_short_way() -> None:
    """Those that loops over small arrays are full of."""
    wanted = {"+", "-", "*", ".*", "/", "./", "neg", "exp", "log", "tanh", "sqrt", "max", "min", "sigm"}
    assert wanted <= {name for name, _ in SHORT}


@pytest.mark.parametrize(("name", "arity"), SHORT)
@pytest.mark.parametrize("kinds", ["ff", "if", "fi", "ii"])
def test_the_short_way_equals_the_kernel(name: str, arity: int, kinds: str) -> None:
    """For every op that has one, on reals and integers, vectors and scalars.  Truth: the op's own kernel."""
    generator = np.random.default_rng(0)
    arrays = [generator.integers(1, 9, 4) + (0.5 if kind == "f" else 0) for kind in kinds[:arity]]
    ranges = {"f": "", "i": " in 0..99"}
    declared = ", ".join(f"{letter} : n{ranges[kind]}" for letter, kind in zip("ab", kinds[:arity]))
    written = f"a {name} b" if not name.isalpha() else f"{name}({', '.join('ab'[:arity])})"
    if name == "neg":
        written = "-a"
    if name in ("*", "/"):
        written = f"a {name} b[0]"
    result = run(shapes_of(f"dim n\ninput {declared}\ny = {written}\n"), {"n": 4}, dict(zip("ab", arrays)))
    if name in ("*", "/"):
        arrays[1] = np.asarray(arrays[1][0])
    op = find(name, arity)
    assert op is not None
    expected = op.kernel(None, arrays, [array.ndim for array in arrays])
    assert result.value("y").dtype == expected.dtype
    np.testing.assert_array_equal(result.value("y"), expected)


def test_a_wrong_kernel_is_noticed() -> None:
    """An op whose kernel does not give the derived shape stops the run, and is our mistake, not the user's."""
    shapes = shapes_of("dim n\ninput x : n\ny = softmax(x)\n")
    op = find("softmax", 1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(op), "kernel", lambda self, parameters, arrays, ranks: arrays[0][..., None])
        with pytest.raises(ShapeMismatch) as caught:
            run(shapes, {"n": 3})
    assert (caught.value.derived, caught.value.found) == ((3,), (3, 1))


def test_a_scalar_branch_fills_the_tensor() -> None:
    """Whichever branch is taken, statically or by data.  Truth: by hand."""
    text = "dim n\ninput x : n\ny = if n >= 3 then x else 0\nz = if x[0] > 5 then 1.0 else x\n"
    for n in (2, 3):
        x = np.arange(1.0, n + 1)
        result = run(shapes_of(text), {"n": n}, {"x": x})
        assert result.value("y").tolist() == (x.tolist() if n >= 3 else [0.0] * n)
        assert result.value("z").tolist() == x.tolist()
        assert run(shapes_of(text), {"n": n}, {"x": x + 5}).value("z").tolist() == [1.0] * n
