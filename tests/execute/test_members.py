"""Members of a family asked for by their numbers."""

from __future__ import annotations

import numpy as np
import pytest

import shapecheck
from shapecheck.execute.errors import ExecutionError

SPEC = "dim d, T\ninput x[t in 1..T] : d\nh[0] = zeros(d)\nh[t] = h[t-1] + x[t] for t in 1..T\n"


def test_a_member_is_counted_as_it_is_numbered() -> None:
    """x starts at 1 and h at 0: h[2] = x[1] + x[2] = 1 + 10 in every entry."""
    x = np.array([[1, 1], [10, 10], [100, 100]])
    run = shapecheck.loads(SPEC).run({"d": 2, "T": 3}, {"x": x})
    assert run.value("x[2]").tolist() == [10, 10]
    assert run.value("h[2]").tolist() == [11, 11]
    assert run.value("h[0]").tolist() == [0, 0]


@pytest.mark.parametrize("name", ["h[4]", "h[-1]", "x[0]", "h[0, 0]", "h[", "g[1]"])
def test_members_that_do_not_exist(name: str) -> None:
    """h has the members 0..3, x the members 1..3; there is no g."""
    run = shapecheck.loads(SPEC).run({"d": 2, "T": 3})
    with pytest.raises(ExecutionError):
        run.value(name)
