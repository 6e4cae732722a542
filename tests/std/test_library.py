"""The library as a whole: what it must hold, and that each block states and tests itself.

Independent truth: the names and arguments on which specs from elsewhere rely, as the language lists them; a block's
claims are judged by the tool, and are here made false to see that this is noticed.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from shapecheck.check import check
from shapecheck.source import Source
from shapecheck.syntax import parse, tree

STD = Path(__file__).parents[2] / "specs" / "std"
FILES = sorted(STD.glob("*.shape"))
LAYERS = {
    statement.name: (path, statement)
    for path in FILES
    for statement in parse(Source(path.name, path.read_text())).spec.statements
    if isinstance(statement, tree.Layer)
}
WANTED = (
    "dense embedding flatten conv1d conv2d conv3d depthwise conv2d_transpose conv1d_transpose avgpool "
    "globalpool globalmaxpool upsample zeropad pixel_shuffle batchnorm layernorm groupnorm rmsnorm "
    "dropout rnn_cell rnn gru_cell gru lstm_cell lstm gru_reset_after_cell gru_reset_after lstm_keras "
    "lstm_pytorch bigru bilstm attention mha cross_attention gqa positions sinusoidal rotary feed_forward "
    "encoder_layer decoder_layer squeeze_excite residual reversed adaptive_avgpool adaptive_maxpool "
    "upsample_linear upsample_bilinear maxpool1d avgpool1d globalpool1d globalmaxpool1d crop channel_shuffle "
    "lrn instancenorm reflectpad layer_scale scale_channels conv3d_transpose rnn_keras rnn_pytorch gru_pytorch"
)
SIGNATURES = {
    "dense": "n act bias",
    "conv1d": "filters size stride pad dilation groups bias",
    "conv2d": "filters size stride pad dilation groups bias",
    "conv3d": "filters size stride pad dilation groups bias",
    "depthwise": "size stride pad mult bias dilation",
    "conv1d_transpose": "filters size stride pad bias dilation groups extra",
    "conv2d_transpose": "filters size stride pad bias dilation groups extra",
    "conv3d_transpose": "filters size stride pad bias dilation groups extra",
    "avgpool": "m stride pad dilation ceil count_pad",
    "avgpool1d": "m stride pad dilation ceil count_pad",
    "maxpool1d": "m stride pad dilation ceil",
    "globalpool": "keep",
    "adaptive_avgpool": "a",
    "adaptive_maxpool": "a",
    "embedding": "voc D",
    "upsample": "s",
    "upsample_linear": "s corners",
    "upsample_bilinear": "s corners",
    "zeropad": "n",
    "reflectpad": "n",
    "crop": "a",
    "channel_shuffle": "g",
    "rnn": "p bias",
    "gru": "p bias",
    "lstm": "p bias proj",
    "rnn_cell": "p bias",
    "gru_cell": "p bias",
    "lstm_cell": "p bias proj",
    "gru_pytorch": "p bias",
    "lstm_pytorch": "p bias proj",
    "lstm_keras": "p bias",
    "batchnorm": "eps scale shift",
    "layernorm": "eps scale shift",
    "lrn": "n alpha beta k",
    "mha": "heads causal bias key value out",
}
TAKES_ANYTHING = {"residual"}
"""Blocks of other blocks can be checked where they are applied only."""


def test_everything_is_there() -> None:
    """Every block that the library promises is a layer written in the language."""
    assert set(WANTED.split()) <= set(LAYERS)


@pytest.mark.parametrize("name", SIGNATURES)
def test_arguments_that_others_rely_on(name: str) -> None:
    """Names and order."""
    assert [item.name for item in LAYERS[name][1].parameters] == SIGNATURES[name].split()


@pytest.mark.parametrize("name", sorted(set(LAYERS) - TAKES_ANYTHING))
def test_each_block_states_and_tests_itself(name: str) -> None:
    """One claim and one test at least."""
    body = LAYERS[name][1].body
    kinds = [type(item) for item in body]
    assert tree.Claim in kinds and tree.Test in kinds


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_each_file_is_right(path: Path) -> None:
    """Nothing to say against it, every claim proved or at least tested, every test run."""
    report = check(Source(path.name, path.read_text()))
    assert report.ok and not report.diagnostics
    assert {str(verdict.word) for verdict in report.verdicts} <= {"proved", "tested"}
    assert report.sizes_run


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_wrong_count_is_noticed(path: Path) -> None:
    """One parameter more than there are, in every claim about `params` of the file."""
    text = path.read_text()
    if "claim params ==" not in text:
        assert path.stem in ("activations", "adaptive_max")
        return
    wrong = text.replace("claim params ==", "claim params == 1 +")
    report = check(Source(path.name, wrong))
    verdicts = [str(verdict.word) for verdict in report.verdicts if verdict.claim.text.startswith("params ==")]
    assert verdicts == ["refuted"] * text.count("claim params ==")
