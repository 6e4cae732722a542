"""What stops a run, and that it is said before anything large happens."""

from __future__ import annotations

import tracemalloc
from dataclasses import replace

import numpy as np
import pytest

from shapecheck.diagnostics.model import Diagnostic
from shapecheck.execute import ExecutionError, run
from shapecheck.execute.errors import human_bytes
from shapecheck.infer.model import Requirement
from shapecheck.sizes import Relation, integer, symbol
from shapecheck.sizes.questions import verdicts
from shapecheck.source import Span

from .running import shapes_of

DENSE = """
dim n >= 2, m
assume n % 2 == 0
input x : n, tok : m in 0..4, g : n in 0.5..1.5
weight W : m x n
y = W @ x
"""
SIZES = {"n": 2, "m": 3}


def refused(text: str, sizes: dict[str, int], data: dict[str, object] | None = None, **settings: object) -> Diagnostic:
    with pytest.raises(ExecutionError) as caught:
        run(shapes_of(text), sizes, data, **settings)  # type: ignore[arg-type]
    return caught.value.diagnostic


@pytest.mark.parametrize(
    ("sizes", "code", "word"),
    [
        ({"n": 2}, "size-missing", "m"),
        ({"n": 2, "m": 1, "k": 1}, "unknown-name", "k"),
        ({"n": 2, "m": 0}, "size-out-of-range", "m = 0"),
        ({"n": -3, "m": 1}, "size-out-of-range", "n = -3"),
        ({"n": 1, "m": 1}, "size-out-of-range", "n = 1"),
        ({"n": 3, "m": 1}, "size-out-of-range", "n % 2 == 0"),
        ({"n": 2.5, "m": 1}, "size-out-of-range", "2.5"),
        ({"n": True, "m": 1}, "size-out-of-range", "True"),
    ],
)
def test_sizes_are_looked_over(sizes: dict[str, int], code: str, word: str) -> None:
    """Each kind of wrong size has its code, and the message quotes it."""
    diagnostic = refused(DENSE, sizes)
    assert diagnostic.code == code
    assert word in diagnostic.title


@pytest.mark.parametrize(
    ("data", "code", "word"),
    [
        ({"x": [1.0, 2.0, 3.0]}, "wrong-data-shape", "3, not 2"),
        ({"x": [[1.0, 2.0, 3.0]]}, "wrong-data-shape", "1 x 3"),
        ({"x": 1.0}, "wrong-data-shape", "scalar"),
        ({"x": ["a", "b"]}, "wrong-data-type", "x"),
        ({"x": np.array([1, None], object)}, "wrong-data-type", "object"),
        ({"x": np.array([1j, 2])}, "wrong-data-type", "complex"),
        ({"x": np.array(["2020-01-01", "2020-01-02"], "datetime64[D]")}, "wrong-data-type", "datetime"),
        ({"x": [[1.0], [2.0, 3.0]]}, "wrong-data-type", "ragged"),
        ({"x": np.array([2**63, 0], np.uint64)}, "wrong-data-type", "64 bits"),
        ({"x": [1.0, float("nan")]}, "nan-in-data", "[1]"),
        ({"tok": [0, 5, 1]}, "data-out-of-range", "5"),
        ({"tok": [0, -1, 1]}, "data-out-of-range", "-1"),
        ({"tok": [0.5, 1.0, 1.0]}, "wrong-data-type", "whole"),
        ({"g": [0.5, 2.0]}, "data-out-of-range", "2.0"),
        ({"y": [1.0, 2.0, 3.0]}, "unknown-name", "computed"),
        ({"w": [1.0]}, "unknown-name", "w"),
    ],
)
def test_data_are_looked_over(data: dict[str, object], code: str, word: str) -> None:
    """Each kind of wrong data has its code, and the message quotes it."""
    diagnostic = refused(DENSE, SIZES, data)
    assert diagnostic.code == code
    assert word in diagnostic.title


def test_the_nearest_name_is_suggested() -> None:
    """`W` for `w`."""
    assert refused(DENSE, SIZES, {"w": [1.0]}).help == "did you mean W?"


def test_enormous_sizes_are_refused_at_once() -> None:
    """10^12 x 10^12 entries: refused before anything is allocated, with the need in human units."""
    tracemalloc.start()
    diagnostic = refused(DENSE, {"n": 10**12, "m": 10**12})
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 10_000_000
    assert diagnostic.code == "too-much-memory"
    assert "the limit is 4.0 GiB" in diagnostic.title
    assert "W" in diagnostic.notes[0]


def test_enormous_temporaries_are_refused() -> None:
    """A result of n numbers that needs n x n on its way."""
    text = "dim n\ninput x : n\ny[i] = max[j in 0..n-1] exp(x[i] - x[j])\n"
    assert refused(text, {"n": 10**6}).code == "too-much-memory"
    assert run(shapes_of(text), {"n": 3}).value("y").shape == (3,)


def test_the_limit_is_the_callers() -> None:
    """1,000 numbers are 8,000 bytes."""
    text = "dim n\ninput x : n\ny = x\n"
    assert refused(text, {"n": 1000}, memory_limit=10_000).code == "too-much-memory"
    run(shapes_of(text), {"n": 1000}, memory_limit=50_000)


@pytest.mark.parametrize(
    ("count", "text"),
    [(999, "999 B"), (1536, "1.5 KiB"), (4 << 30, "4.0 GiB"), (150 << 20, "150 MiB"), (8 * 10**26, "10^8 EiB")],
)
def test_bytes_in_human_units(count: int, text: str) -> None:
    """Units of 1024."""
    assert human_bytes(count) == text


def test_a_nan_is_blamed_on_the_operation_that_made_it() -> None:
    """The logarithm of a negative number, two equations before the one where the NaN would show."""
    text = "dim n\ninput x : n\na = x - 3\nb = log(a) + 1\nc = 2 * b\n"
    diagnostic = refused(text, {"n": 2}, {"x": [5.0, 1.0]})
    assert diagnostic.code == "nan-made"
    assert diagnostic.title == "`log` makes a NaN in b"
    assert diagnostic.span is not None
    assert text[diagnostic.span.start : diagnostic.span.end] == "log(a)"


def test_a_nan_in_a_loop_is_blamed_on_the_first_member() -> None:
    """h = 4, 2, 0, then sqrt(-2)."""
    text = "dim T\nh[0] = 4.0\nh[t] = sqrt(h[t-1] - 2) .* sqrt(h[t-1] - 2) for t in 1..T\n"
    diagnostic = refused(text, {"T": 6})
    assert (diagnostic.code, diagnostic.title) == ("nan-made", "`sqrt` makes a NaN in h[3]")


def test_a_branch_not_taken_makes_no_nan() -> None:
    """sqrt is only looked at where x >= 0.  Truth: by hand."""
    text = "dim n\ninput x : n\ny = if x >= 0 then sqrt(x) else 0 - x\nz[i] = (if i >= 1 then x[i-1] else 7.0)\n"
    text = text.replace("z[i] =", "z[i in 0..n-1] =")
    result = run(shapes_of(text), {"n": 2}, {"x": [-4.0, 9.0]})
    assert result.value("y").tolist() == [4.0, 3.0]
    assert result.value("z").tolist() == [7.0, -4.0]


def test_a_nan_that_a_comparison_hides_is_an_error() -> None:
    """`log(-1) > 0` is neither true nor false; so with the greatest of several."""
    for text in ("y = if log(x) > 0 then 1 else 2\n", "y = argmax[i] log(x[i])\n"):
        diagnostic = refused("dim n\ninput x : n\n" + text, {"n": 2}, {"x": [1.0, -1.0]})
        assert (diagnostic.code, diagnostic.title.split(" ")[0]) == ("nan-made", "`log`")
        run(shapes_of("dim n\ninput x : n\n" + text), {"n": 2}, {"x": [1.0, 2.0]})


def test_a_nan_at_points_that_do_not_count_is_none() -> None:
    """log is compared for i >= 1 only.  Truth: by hand."""
    text = "dim n\ninput x : n\ny[i in 0..n-1] = (if i >= 1 then (if log(x[i]) > 0 then 1 else 2) else 3)\n"
    assert run(shapes_of(text), {"n": 3}, {"x": [-1.0, 0.5, 2.0]}).value("y").tolist() == [3, 2, 1]


def test_integers_that_leave_64_bits_are_an_error() -> None:
    """2^62 * 4 does not fit; the message points at the product."""
    text = "dim n\ninput k : n in 0..9\na = 4611686018427387904\ny = a * k\n"
    diagnostic = refused(text, {"n": 2}, {"k": [1, 4]})
    assert diagnostic.code == "integer-overflow"
    assert run(shapes_of(text), {"n": 1}, {"k": [1]}).value("y").tolist() == [2**62]


def test_an_overflow_in_a_branch_not_taken_is_none() -> None:
    """10^i for i up to 40 leaves 64 bits, but only i <= 18 counts.  Truth: Python's integers."""
    text = "dim n\ny[i in 0..n-1] = (if i <= 18 then 10^i else 0)\ns = sum[i in 0..n-1] (if i <= 18 then 10^i else 0)\n"
    result = run(shapes_of(text), {"n": 40})
    assert result.value("y").tolist() == [10**i if i <= 18 else 0 for i in range(40)]
    assert int(result.value("s")) == sum(10**i for i in range(19))


def test_integer_sums_are_exact_beyond_doubles() -> None:
    """Truth: Python's integers; 2^53 + 1 has no float64."""
    text = "dim n\ninput a : n in 0..9007199254740993, b : n in 0..9\ns = sum[i] a[i] * b[i]\nt = sum[i] a[i]\n"
    values = [9007199254740993, 9007199254740991, 3]
    result = run(shapes_of(text), {"n": 3}, {"a": values, "b": [1, 2, 3]})
    assert int(result.value("s")) == sum(a * b for a, b in zip(values, [1, 2, 3]))
    assert int(result.value("t")) == sum(values)


def test_only_what_is_asked_for_is_computed() -> None:
    """c is not needed for b, so that its NaN does not matter."""
    text = "dim n\ninput x : n\na = x + 1\nb = a + 1\nc = log(a - 100)\n"
    result = run(shapes_of(text), {"n": 2}, only=["b"])
    assert set(result.arrays) == {"x", "a", "b"}
    assert refused(text, {"n": 2}).code == "nan-made"
    assert refused(text, {"n": 2}, only=["bb"]).code == "unknown-name"


def test_progress_is_told() -> None:
    """One call for each step, the last one complete."""
    calls: list[tuple[int, int]] = []
    run(shapes_of("a = 1\nb = a + 1\n"), {}, progress=lambda done, total: calls.append((done, total)))
    assert calls == [(1, 2), (2, 2)]


def test_what_is_not_known_for_all_sizes_is_checked_at_these() -> None:
    """A requirement that is only tested is refused where it fails.  Truth: 2 * 3 is not 7."""
    shapes = shapes_of("dim n\ninput x : n\ny = x\n")
    undecided = Requirement(Relation("==", symbol("n") * 2, integer(14)), Span(0, 3), "so much", verdicts.Tested(5))
    with pytest.raises(ExecutionError) as caught:
        run(replace(shapes, requirements=(undecided,)), {"n": 3})
    assert caught.value.diagnostic.code == "requirement-fails"
    run(replace(shapes, requirements=(undecided,)), {"n": 7})
