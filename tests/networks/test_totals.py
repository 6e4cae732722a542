"""The published networks: totals and the shapes of stages, against lists of layers in plain Python.

Independent truth: `layer_list`, which knows nothing of shapecheck, and the totals that papers and model pages print.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

from shapecheck.check import check
from shapecheck.checked import Report
from shapecheck.infer.model import Interval
from shapecheck.source import Source

from .layer_list import NETWORKS, SEQUENCES, llama
from .pytorch_networks import CASES

FOLDER = Path(__file__).parents[2] / "specs" / "networks"
AT = {"unet": {"H": 572, "W": 572}, "inception_v3": {}}
"""Sizes at which stages are compared; others take 224 x 224."""


@cache
def report(name: str) -> Report:
    """What the tool says of a network, once a session."""
    path = FOLDER / f"{name}.shape"
    return check(Source(path.name, path.read_text()))


def claimed_total(name: str) -> int:
    """The total that a spec claims for itself."""
    (total,) = re.findall(r"^claim params == (\d+)$", (FOLDER / f"{name}.shape").read_text(), re.M)
    return int(total)


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.shape")), ids=lambda path: path.stem)
def test_every_claim_is_as_expected(path: Path) -> None:
    """Nothing to say, and nothing left unknown."""
    found = report(path.stem)
    assert found.ok and not found.diagnostics
    assert "unknown" not in {str(verdict.word) for verdict in found.verdicts}
    assert "proved" in {str(verdict.word) for verdict in found.verdicts}


@pytest.mark.parametrize("name", NETWORKS)
def test_total_of_a_network_over_images(name: str) -> None:
    """The list of layers, the published number and the proved claim are one."""
    build, published = NETWORKS[name]
    assert build().params == published == claimed_total(name)
    (verdict,) = [item for item in report(name).verdicts if item.claim.text == f"params == {published}"]
    assert str(verdict.word) == "proved"


@pytest.mark.parametrize("name", SEQUENCES)
def test_total_of_a_network_over_sequences(name: str) -> None:
    """The sum term by term and the proved claim are one."""
    assert claimed_total(name) == SEQUENCES[name]
    (verdict,) = [item for item in report(name).verdicts if item.claim.text == f"params == {SEQUENCES[name]}"]
    assert str(verdict.word) == "proved"


def test_total_of_llama() -> None:
    """8,030,261,248 with the vocabulary of Llama 3."""
    assert llama(128256) == 8_030_261_248
    (verdict,) = [item for item in report("llama").verdicts if item.claim.label == "Llama 3 8B"]
    assert str(verdict.word) == "proved"


def holds(part: Interval, index: int) -> bool:
    """Whether a member lies in a region with ends in numbers."""
    return part.low.evaluate({}) <= index <= part.high.evaluate({})


@pytest.mark.parametrize("name", NETWORKS)
def test_stages(name: str) -> None:
    """Every stage of the list is a stage of the spec, and has that shape."""
    found = report(name).shapes
    sizes = AT.get(name, {"H": 224, "W": 224})
    for stage, expected in NETWORKS[name][0]().stages.items():
        family, member = re.fullmatch(r"(\w+)(?:\[(\d+)\])?", stage).groups()  # type: ignore[union-attr]
        index = int(member or 0)
        cells = found.cells[family]
        cell = next(item for item in cells if all(holds(part, index) for part in item.region))
        members = {name: index for size in cell.shape for name in size.names if name[0] == "."}
        env = {"N": 1, **sizes, **members}
        assert tuple(size.evaluate(env) for size in cell.shape) == (1, *expected), stage


@pytest.mark.parametrize("name", ["resnet50", "gpt2_small", "unet", "densenet121"])
def test_a_wrong_total_is_refuted(name: str) -> None:
    """One weight more than there are."""
    path, total = FOLDER / f"{name}.shape", claimed_total(name)
    wrong = f"params == {total + 1}"
    found = check(Source(path.name, path.read_text().replace(f"claim params == {total}", f"claim {wrong}")))
    (verdict,) = [item for item in found.verdicts if item.claim.text == wrong]
    assert str(verdict.word) == "refuted" and not found.ok


def test_the_networks_of_the_lecture_are_all_here() -> None:
    """A lost file does not pass unseen."""
    others = {"conv_autoencoder", "seq2seq_attention", "llama", "mlp"} | {case[0] for case in CASES}
    assert {path.stem for path in FOLDER.glob("*.shape")} == NETWORKS.keys() | SEQUENCES.keys() | others
