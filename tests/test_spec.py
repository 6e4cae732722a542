"""The Python interface: load, ask for shapes, check, run.

The independent truth are shapes worked out by hand, and NumPy on the same arrays.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import sympy

import shapecheck

STACK = """
dim p, d, T, L
input x[t in 1..T] : d
weight W[k in 1..L]
h[0, t] = x[t] for t in 1..T
h[k, 0] = zeros(p) for k in 1..L
h[k, t] = tanh(W[k] @ [h[k-1, t]; h[k, t-1]]) for k in 1..L, t in 1..T
claim params == p * (p + d) + (L - 1) * 2p^2
"""
DENSE = "dim p, d\ninput x : d\nweight W : p x d\ny = W @ x\n"


def names(shape: tuple[sympy.Expr, ...]) -> list[str]:
    """Shapes as text, whatever assumptions their symbols carry."""
    return [str(sympy.expand(size)) for size in shape]


def test_a_shape_is_in_sympy() -> None:
    """W : 2p x (p + d), as expressions that SymPy can work with."""
    spec = shapecheck.loads("dim p, d\ninput W : 2p x (p + d)\n")
    rows, columns = spec.shape("W")
    assert isinstance(rows, sympy.Expr)
    assert [sympy.simplify(size).subs(dict.fromkeys(size.free_symbols, 3)) for size in (rows, columns)] == [6, 6]


def test_a_scalar_has_no_axes() -> None:
    """The shape of a number is ()."""
    assert shapecheck.loads("a = 3\n").shape("a") == ()


@pytest.mark.parametrize(("k", "columns"), [(1, "d + p"), (2, "2*p"), (7, "2*p")])
def test_a_member_has_its_own_shape(k: int, columns: str) -> None:
    """The first layer sees the input, the others the layer below."""
    assert names(shapecheck.loads(STACK).shape("W", k=k)) == ["p", columns]


def test_one_index_of_two_may_be_enough() -> None:
    """h[0, t] is d long, h[1, t] p, for every t."""
    spec = shapecheck.loads(STACK)
    assert (names(spec.shape("h", k=0)), names(spec.shape("h", k=1))) == (["d"], ["p"])


def test_the_whole_has_its_own_axes_in_front() -> None:
    """x is T x d."""
    assert names(shapecheck.loads(STACK).shape("x")) == ["T", "d"]


@pytest.mark.parametrize(
    ("name", "indices", "error"),
    [
        ("q", {}, KeyError),
        ("W", {}, ValueError),
        ("W", {"k": 0}, ValueError),
        ("W", {"t": 1}, ValueError),
        ("h", {"t": 1}, ValueError),
        ("x", {"t": -1}, ValueError),
    ],
    ids=["unknown", "members differ", "no such member", "no such index", "several", "before the first"],
)
def test_shapes_that_do_not_exist(name: str, indices: dict[str, int], error: type[Exception]) -> None:
    """An exception that says which, never a guess."""
    with pytest.raises(error):
        shapecheck.loads(STACK).shape(name, **indices)


def test_a_misspelt_name_is_asked_about() -> None:
    """Did you mean hidden?"""
    with pytest.raises(KeyError, match="did you mean hidden"):
        shapecheck.loads("hidden = 3\n").shape("hiden")


def test_a_spec_with_mistakes_still_loads() -> None:
    """Mistakes are values; what needs the shapes raises, with the message that the command shows."""
    spec = shapecheck.loads("dim p, d\ninput a : p, b : d\ny = a + b\n", "sum.shape")
    assert [item.code for item in spec.diagnostics] == ["unequal-sizes"]
    assert not spec.check().ok
    with pytest.raises(shapecheck.SpecError, match=r"sum\.shape:3"):
        spec.shape("y")


def test_a_check_is_made_once() -> None:
    """The same report again, and another one for strict."""
    spec = shapecheck.loads(DENSE)
    assert spec.check() is spec.check()
    assert spec.check(strict=True) is not spec.check()


def test_a_run_on_given_arrays() -> None:
    """W @ x as NumPy has it, float64."""
    x, W = np.array([1.0, -2.0, 0.5]), np.arange(6.0).reshape(2, 3)
    run = shapecheck.loads(DENSE).run({"p": 2, "d": 3}, {"x": x}, {"W": W})
    assert np.array_equal(run.value("y"), W @ x)
    assert run.value("y").dtype == np.float64


def test_a_run_on_drawn_arrays() -> None:
    """On the grid k/16 with |k| <= 32, the same for the same seed, another one for another."""
    spec = shapecheck.loads(DENSE)
    one, same, other = (spec.run({"p": 20, "d": 30}, seed=seed).value("W") for seed in (1, 1, 2))
    assert np.array_equal(one, same) and not np.array_equal(one, other)
    assert np.array_equal(one * 16, np.round(one * 16)) and np.abs(one).max() <= 2


def test_single_precision() -> None:
    """float32 throughout, close to float64."""
    spec = shapecheck.loads(DENSE)
    sizes = {"p": 4, "d": 5}
    single, double = spec.run(sizes, dtype="float32").value("y"), spec.run(sizes).value("y")
    assert single.dtype == np.float32
    assert np.allclose(single, double, rtol=1e-6)


def test_families_come_with_their_axes_in_front() -> None:
    """A running sum over t = 0..4 of two numbers, against NumPy's cumulative sum."""
    text = "dim T, d\ninput x[t in 1..T] : d\ns[0] = zeros(d)\ns[t] = s[t-1] + x[t] for t in 1..T\n"
    x = np.arange(8.0).reshape(4, 2)
    found = shapecheck.loads(text).run({"T": 4, "d": 2}, {"x": x}).value("s")
    assert np.array_equal(found, np.vstack([np.zeros(2), np.cumsum(x, axis=0)]))


@pytest.mark.parametrize(
    "sizes", [{}, {"p": 2}, {"p": 2, "d": 0}, {"p": 2, "d": -3}, {"p": 2, "d": 3, "q": 4}, {"p": 10**6, "d": 10**12}]
)
def test_sizes_that_do_not_fit(sizes: dict[str, int]) -> None:
    """Missing, not positive, unknown, or too large for the memory limit: an exception before anything is allocated."""
    from shapecheck.execute import ExecutionError

    with pytest.raises(ExecutionError):
        shapecheck.loads(DENSE).run(sizes)


@pytest.mark.parametrize("x", [np.zeros(4), np.zeros((3, 1)), np.array(["a", "b", "c"]), np.array([1.0, np.nan, 2.0])])
def test_arrays_that_do_not_fit(x: np.ndarray) -> None:
    """Wrong length, wrong number of axes, no numbers, not a number."""
    from shapecheck.execute import ExecutionError

    with pytest.raises(ExecutionError):
        shapecheck.loads(DENSE).run({"p": 2, "d": 3}, {"x": x})


def test_a_table_lists_every_tensor() -> None:
    """One row for each of x, W and y."""
    text = str(shapecheck.loads(DENSE).table())
    assert all(name in text for name in ("x", "W", "y", "p x d"))


def test_a_file_is_loaded_by_its_path(tmp_path: Path) -> None:
    """As text in UTF-8, from a string or a path."""
    path = tmp_path / "dense.shape"
    path.write_text("dim σ\ninput x : σ\n", encoding="utf-8")
    assert names(shapecheck.load(path).shape("x")) == names(shapecheck.load(str(path)).shape("x")) == ["sigma"]


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    """Python's own exception."""
    with pytest.raises(FileNotFoundError):
        shapecheck.load(tmp_path / "none.shape")


def test_a_file_that_is_no_text(tmp_path: Path) -> None:
    """Bytes that are no UTF-8."""
    path = tmp_path / "binary.shape"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UnicodeDecodeError):
        shapecheck.load(path)


def test_importing_is_light() -> None:
    """`import shapecheck` brings in neither SymPy nor NumPy nor the integer sets."""
    code = "import sys, shapecheck; print([m for m in ('sympy', 'numpy', 'islpy') if m in sys.modules])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_one_of_several_specs_in_a_document(tmp_path: Path) -> None:
    """By its name; without one the choice is refused, and a wrong one gets the nearest."""
    path = tmp_path / "notes.md"
    path.write_text("```shape one\ndim n\ninput x : n\n```\n\n```shape two\ndim m\ninput x : 2m\n```\n")
    assert [str(size) for size in shapecheck.load(f"{path}#two").shape("x")] == ["2*m"]
    with pytest.raises(ValueError, match="holds several specs; name one, for example"):
        shapecheck.load(path)
    with pytest.raises(ValueError, match=r"did you mean .*notes\.md#two"):
        shapecheck.load(f"{path}#tow")
