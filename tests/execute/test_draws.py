"""Numbers drawn from a key."""

from __future__ import annotations

import numpy as np
import pytest

from shapecheck.execute import ExecutionError, run
from shapecheck.execute.inputs.splitmix import GREATEST, LEAST, stream, whole_numbers

from .running import shapes_of


def test_the_stream_is_splitmix64() -> None:
    """The first numbers from the state 1234567, as published with the reference implementation (Rosetta Code)."""
    expected = [
        6457827717110365317,
        3203168211198807973,
        9817491932198370423,
        4593380528125082431,
        16408922859458223821,
    ]
    assert stream(1234567, 5).tolist() == expected


RANGES = [(0, 0), (-3, 4), (10**12, 10**12 + 2), (GREATEST - 1, GREATEST), (LEAST, LEAST + 1)]


@pytest.mark.parametrize(("low", "high"), RANGES)
def test_every_number_of_a_range_is_drawn_and_no_other(low: int, high: int) -> None:
    """Both ends included; with 2,000 draws a number of eight is missed with a probability below 1e-115."""
    assert set(whole_numbers("key", (40, 50), low, high).ravel().tolist()) == set(range(low, high + 1))


def test_all_of_int64_is_a_range() -> None:
    """Its size, 2^64, is no uint64: about half of the numbers are negative (a binomial, five deviations wide)."""
    numbers = whole_numbers("key", (10_000,), LEAST, GREATEST)
    assert abs(int((numbers < 0).sum()) - 5000) < 250


def test_counts_are_even() -> None:
    """Chi-square of 65 equally probable numbers: above 116 with a probability of 1e-4 (the table of its quantiles)."""
    counts = np.bincount(whole_numbers("0 x", (65_000,), 0, 64))
    assert ((counts - 1000) ** 2 / 1000).sum() < 116


def test_integers_beyond_64_bits() -> None:
    """What fits of a declared range is drawn; where nothing does, that is told."""
    drawn = run(shapes_of("dim n\ninput x : n in 0..10^30\n"), {"n": 3}).arrays["x"]
    assert drawn.min() >= 0
    with pytest.raises(ExecutionError, match="64 bits"):
        run(shapes_of("dim n\ninput x : n in 10^30..10^31\n"), {"n": 3})
