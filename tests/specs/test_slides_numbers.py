"""The slides' equations against numbers computed here with plain NumPy, and against the printed data.

Independent truth: loops and matrices written out below from the formulas of the notes; nothing of the tool takes part
in computing them.
"""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

import shapecheck

SLIDES = Path(__file__).parents[2] / "specs" / "slides"
RNG = np.random.default_rng(20)

SIMPLE = np.array([[1.0] * 4, [1.0] * 4, [-1.0] * 4, [-1.0] * 4])
OPERATION = -SIMPLE


def sigm(x: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-x))


def printed_table() -> np.ndarray:
    """The 20 x 20 numbers as they stand in the spec, read by a regular expression."""
    text = (SLIDES / "line_filter.shape").read_text()
    body = re.search(r'"""(.*?)"""', text, re.S)
    assert body is not None
    return np.array([[int(entry) for entry in line.split()] for line in body[1].strip().splitlines()])


def correlate(image: np.ndarray, kernel: np.ndarray, before: int, after: int, stride: int = 1) -> np.ndarray:
    """V(x, y) = sum I(x + m, y + n) K(m, n) on a frame of zeros, by four nested loops."""
    padded = np.pad(image, (before, after))
    rows = (padded.shape[0] - kernel.shape[0]) // stride + 1
    columns = (padded.shape[1] - kernel.shape[1]) // stride + 1
    out = np.zeros((rows, columns))
    for x in range(rows):
        for y in range(columns):
            for m in range(kernel.shape[0]):
                for n in range(kernel.shape[1]):
                    out[x, y] += padded[stride * x + m, stride * y + n] * kernel[m, n]
    return out


def test_the_printed_table_has_one_image_only() -> None:
    """Solving the 400 linear equations of SAME padding for the image gives the three bands of the spec alone."""
    rows = np.zeros((20, 20))  # V = rows @ I @ columns.T, since all columns of the filter are equal
    columns = np.zeros((20, 20))
    for x in range(20):
        for m in range(4):
            if 0 <= x + m - 1 < 20:
                rows[x, x + m - 1] = OPERATION[m, 0]
                columns[x, x + m - 1] = 1
    assert np.linalg.matrix_rank(rows) == np.linalg.matrix_rank(columns) == 20
    image = np.linalg.solve(rows, np.linalg.solve(columns, printed_table().T).T)
    bands = np.repeat([2.0, 20.0, 40.0], [6, 6, 8])[:, None] * np.ones(20)
    np.testing.assert_allclose(image, bands, atol=1e-8)
    assert np.array_equal(correlate(bands, OPERATION, 1, 2), printed_table())
    assert np.array_equal(correlate(bands, SIMPLE, 1, 2), -printed_table())


def test_the_spec_computes_the_printed_table() -> None:
    """Both filters' outputs of the run are the printed numbers, up to the sign that the notes leave out."""
    run = shapecheck.load(SLIDES / "line_filter.shape").run({})
    assert np.array_equal(run.value("V"), printed_table())
    assert np.array_equal(run.value("U"), -printed_table())


def gru_layer(x: np.ndarray, W: np.ndarray, V: np.ndarray) -> np.ndarray:
    """The GRU of the slide, one step at a time; x : T x d, result : T x p."""
    p = V.shape[0]
    h, states = np.zeros(p), []
    for step in x:
        gates = sigm(W @ np.concatenate([step, h]))
        z, r = gates[:p], gates[p:]
        h = z * h + (1 - z) * np.tanh(V @ np.concatenate([step, r * h]))
        states.append(h)
    return np.array(states)


def lstm_layer(x: np.ndarray, W: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The LSTM of the slide, one step at a time; x : T x d, result h and c : T x p."""
    h, c, states, cells = np.zeros(len(W) // 4), np.zeros(len(W) // 4), [], []
    for step in x:
        parts = np.split(W @ np.concatenate([step, h]), 4)
        i, f, o, g = sigm(parts[0]), sigm(parts[1]), sigm(parts[2]), np.tanh(parts[3])
        c = f * c + i * g
        h = o * np.tanh(c)
        states.append(h)
        cells.append(c)
    return np.array(states), np.array(cells)


def test_gru_runs_as_written_by_hand() -> None:
    """p = 3, d = 2, T = 5 with drawn weights: states agree with the loop above."""
    x, W, V = RNG.normal(size=(5, 2)), RNG.normal(size=(6, 5)), RNG.normal(size=(3, 5))
    run = shapecheck.load(SLIDES / "gru.shape").run({"p": 3, "d": 2, "T": 5}, inputs={"x": x}, weights={"W": W, "V": V})
    np.testing.assert_allclose(run.value("h")[1:], gru_layer(x, W, V), rtol=1e-12)


def test_gru_stack_runs_as_written_by_hand() -> None:
    """Three layers, p = 2, d = 3: the uppermost states agree with the loop above applied three times."""
    x = RNG.normal(size=(4, 3))
    weights = {"W[1]": RNG.normal(size=(4, 5)), "V[1]": RNG.normal(size=(2, 5))}
    for k in (2, 3):
        weights |= {f"W[{k}]": RNG.normal(size=(4, 4)), f"V[{k}]": RNG.normal(size=(2, 4))}
    sizes = {"p": 2, "d": 3, "T": 4, "L": 3}
    run = shapecheck.load(SLIDES / "gru_stack.shape").run(sizes, inputs={"x": x}, weights=weights)
    states = x
    for k in (1, 2, 3):
        states = gru_layer(states, weights[f"W[{k}]"], weights[f"V[{k}]"])
    np.testing.assert_allclose(run.value("h[3]")[1:], states, rtol=1e-12)


def test_lstm_runs_as_written_by_hand() -> None:
    """p = 2, d = 4, T = 6 with drawn weights: hidden and cell states agree with the loop above."""
    x, W = RNG.normal(size=(6, 4)), RNG.normal(size=(8, 6))
    run = shapecheck.load(SLIDES / "lstm.shape").run({"p": 2, "d": 4, "T": 6}, inputs={"x": x}, weights={"W": W})
    h, c = lstm_layer(x, W)
    np.testing.assert_allclose(run.value("h")[1:], h, rtol=1e-12)
    np.testing.assert_allclose(run.value("c")[1:], c, rtol=1e-12)


@pytest.mark.parametrize(
    ("height", "width", "rows", "columns", "stride", "frame"),
    [
        (7, 6, 3, 2, 2, 1),
        (9, 5, 5, 3, 3, 2),
        (4, 4, 4, 4, 4, 0),
        (5, 8, 1, 1, 3, 4),
        (6, 6, 6, 2, 1, 3),
    ],
)
def test_convolution_runs_as_nested_loops(
    height: int, width: int, rows: int, columns: int, stride: int, frame: int
) -> None:
    """V, S and P of the slide on integers, exactly, by four nested loops; stride and kernel of every residue."""
    image = RNG.integers(-9, 9, size=(height, width))
    kernel = RNG.integers(-9, 9, size=(rows, columns))
    sizes = {"H": height, "W": width, "M": rows, "N": columns, "s": stride, "a": frame}
    run = shapecheck.load(SLIDES / "convolution.shape").run(sizes, inputs={"I": image}, weights={"K": kernel})
    assert np.array_equal(run.value("V"), correlate(image, kernel, 0, 0))
    assert np.array_equal(run.value("S"), correlate(image, kernel, 0, 0, stride))
    assert np.array_equal(run.value("P"), correlate(image, kernel, frame, frame))


def test_weight_shapes_through_the_python_door() -> None:
    """The shapes that the notes print, as `spec.shape` hands them out for one layer and for all others."""
    stack = shapecheck.load(SLIDES / "gru_stack.shape")
    numbers = {"p": 5, "d": 3}

    def at(name: str, layer: int) -> tuple[int, ...]:
        sizes = stack.shape(name, k=layer)
        return tuple(int(size.subs({symbol: numbers[symbol.name] for symbol in size.free_symbols})) for size in sizes)

    assert [at("W", layer) for layer in (1, 2, 9)] == [(10, 8), (10, 10), (10, 10)]
    assert [at("V", layer) for layer in (1, 2, 9)] == [(5, 8), (5, 10), (5, 10)]
