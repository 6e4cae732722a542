"""`_` in the shape of `reshape`: the axis that gets the entries that are left.

Independent truth: NumPy's -1, and division by hand.
"""

from __future__ import annotations

import numpy as np
import pytest

import shapecheck
from shapecheck.check import check
from shapecheck.source import Source

IMAGE = "dim N, H, W, C\nassume C % 2 == 0\ninput x : [N, H, W, C]\n"


@pytest.mark.parametrize(
    ("shape", "derived", "numpy_shape"),
    [
        ("N x _", "N x (H * W * C)", (2, -1)),
        ("[N, _, C / 2]", "[N, 2H * W, C / 2]", (2, -1, 3)),
        ("_", "N * H * W * C", (-1,)),
        ("[_]", "N * H * W * C", (-1,)),
        ("[2, _]", "2 x (N * H * W * C / 2)", (2, -1)),
        ("_ x C", "(N * H * W) x C", (-1, 6)),
    ],
)
def test_the_rest_is_what_is_left(shape: str, derived: str, numpy_shape: tuple[int, ...]) -> None:
    """The size is proved for all sizes, and the entries stand as NumPy's reshape puts them."""
    text = f"{IMAGE}y = reshape(x, {shape})\nclaim y : {derived}\n"
    (verdict,) = check(Source("t", text)).verdicts
    assert verdict.word == "proved"
    run = shapecheck.loads(text).run({"N": 2, "H": 3, "W": 5, "C": 6}, seed=1)
    np.testing.assert_array_equal(run.value("y"), np.asarray(run.value("x")).reshape(numpy_shape))


def test_in_a_layer_it_speaks_of_one_example() -> None:
    """The axes in front are mapped over, and the batch is no part of what is left."""
    text = "dim N, H, C\ninput x : [N, H, C]\nlayer flat() {\n  dim H, C\n  input x : [..., H, C]\n  output y\n"
    text += "  y = reshape(x, _)\n}\nz = x -> flat()\nclaim z : N x (H * C)\n"
    assert [verdict.word for verdict in check(Source("t", text)).verdicts] == ["proved"]


def test_entries_are_proved_equal_through_it() -> None:
    """Row-major: entry (n, i, j) is number i * C + j of row n."""
    text = "dim N, H, C\ninput x : [N, H, C]\ny = reshape(x, N x _)\n"
    text += "claim y[n, i * C + j] == x[n, i, j] for n in 0..N-1, i in 0..H-1, j in 0..C-1\n"
    (verdict,) = check(Source("t", text)).verdicts
    assert verdict.word in ("proved", "tested")


def test_the_others_have_to_divide() -> None:
    """10 entries do not go into rows of 3; the condition that mends it is told."""
    report = check(Source("t", "dim n\ninput x : n\ny = reshape(x, 3 x _)\n"))
    (found,) = report.diagnostics
    assert found.code == "unequal-sizes"
    assert "assume n % 3 == 0" in str(found.help)
    assert not report.ok


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("y = reshape(x, _ x _)", "takes one `_`"),
        ("y = reshape(x, n x -1)", "below 0"),
        ("y = zeros(n x _)", "only in the shape of `reshape`"),
        ("y = x -> dense(_)", "only in the shape of `reshape`"),
    ],
)
def test_what_is_refused(line: str, says: str) -> None:
    """One error, in words that say where `_` belongs."""
    (found,) = check(Source("t", f"dim n\ninput x : n\n{line}\n")).diagnostics
    assert says in found.title
