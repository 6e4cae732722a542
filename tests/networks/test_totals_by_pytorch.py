"""The numbers of parameters of the newer networks, counted by PyTorch and printed on model pages.

Independent truth: PyTorch's own modules (`pytorch_networks`), and the published totals.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from shapecheck.check import check
from shapecheck.source import Source

from .pytorch_networks import CASES
from .test_totals import FOLDER


@pytest.mark.parametrize(("name", "sizes", "counted", "published"), CASES, ids=[f"{c[0]}, {c[1]}" for c in CASES])
def test_the_total(name: str, sizes: str, counted: Callable[[], int], published: int | None) -> None:
    """PyTorch's count and the published one are proved of the spec, and one more is refuted."""
    total = counted()
    assert published in (None, total)
    path = FOLDER / f"{name}.shape"
    claims = f"claim params == {total} when {sizes}\nclaim params == {total + 1} when {sizes}\n"
    text = path.read_text()
    verdicts = check(Source(path.name, text + claims)).verdicts
    assert [str(item.word) for item in verdicts if item.claim.span.start >= len(text)] == ["proved", "refuted"]
