"""The JSON of a check, key by key."""

from __future__ import annotations

import json

from shapecheck.report import report_json

from .made_reports import EXPECTED, REFUTED, SOURCE, report


def test_the_shape_of_the_json() -> None:
    """The keys that other programs rely on; the values are those of the report made by hand."""
    data = json.loads(report_json([report(REFUTED, EXPECTED)]))
    assert data["version"] == 1
    (file,) = data["files"]
    assert (file["file"], file["ok"]) == ("stack.shape", False)
    assert {"name": "W", "shape": ["2p", "p + q"], "where": "k = 1", "role": "weight"} in file["tensors"]
    false, expected = file["claims"]
    assert {key: false[key] for key in ("line", "text", "verdict", "method", "expected", "ok")} == {
        "line": 4, "text": "W[k] : 2p x 2p for k in 1..L", "verdict": "refuted", "method": "normal form",
        "expected": None, "ok": False,
    }  # fmt: skip
    assert (false["counterexample"], false["condition"]) == ({"p": 1, "q": 2, "T": 1, "L": 1}, "q == p")
    assert (expected["expected"], expected["ok"], expected["condition"]) == ("refuted", True, None)
    (diagnostic,) = file["diagnostics"]
    assert (diagnostic["code"], diagnostic["line"], diagnostic["column"]) == ("claim-refuted", 4, 1)


def test_a_file_without_shapes() -> None:
    """No tensors and unknown totals, in place of missing keys."""
    file = json.loads(report_json([report(derived=False)]))["files"][0]
    assert (file["file"], file["tensors"], file["claims"]) == (SOURCE.name, [], [])


def test_no_files() -> None:
    """Still an object with its version."""
    assert json.loads(report_json([])) == {"version": 1, "files": []}
