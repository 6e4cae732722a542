"""Models of Keras 3: the spec is what a person would write, and computes what the model computes."""

from __future__ import annotations

import os
import sys
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

import shapecheck
from shapecheck.bridge import Model, from_keras
from shapecheck.bridge.errors import BridgeError, Untranslated
from shapecheck.bridge.verify import compare
from shapecheck.bridge.weights.matching_names import assigned
from shapecheck.bridge.weights.profile_rules import profile
from shapecheck.bridge.weights.weight_files import load_weights
from shapecheck.cli import main
from shapecheck.execute.inputs.expected import expected_arrays
from shapecheck.source import Source
from shapecheck.stages import derive
from tests.bridge.models import LIMIT
from tests.oracles.engines import engine


def _keras() -> Any:
    """Keras on PyTorch."""
    engine("torch")
    os.environ.setdefault("KERAS_BACKEND", "torch")
    return engine("keras")


def _agrees(model: Any) -> Model:
    """The import of a model, which the model itself confirms at two settings, with its number of weights."""
    found = from_keras(model)
    shapes, diagnostics = derive(Source("model", found.text))
    assert [one.title for one in diagnostics if one.level == "error"] == [], found.text
    assert shapes is not None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        compared = compare(found.peer(), found.imported, shapes, LIMIT)
    assert [one for one in compared if not one.agrees] == [], found.text
    assert sum(array.size for array in found.weights.values()) == model.count_params()
    return found


def _convolutions() -> Any:
    keras, layers = _keras(), _keras().layers
    image = keras.Input((None, None, 3), name="image")
    x = layers.Conv2D(8, 3, strides=2, padding="same", use_bias=False, name="c1")(image)
    start = x = layers.ReLU()(layers.BatchNormalization(name="bn")(x))
    x = layers.Add()([start, layers.Conv2D(8, 3, padding="same", activation="relu", name="c2")(x)])
    x = layers.DepthwiseConv2D(2, depth_multiplier=2, name="dw")(layers.MaxPooling2D()(x))
    return keras.Model(image, layers.Dense(10, activation="softmax", name="out")(layers.GlobalAveragePooling2D()(x)))


def test_images_stay_as_they_are() -> None:
    """Channels last in both; SAME, the epsilon of Keras, and the names of the layers; written by hand."""
    text = _agrees(_convolutions()).text
    assert text.partition("\n")[2] == (
        "dim N, H, W\n"
        "assume H >= 7, W >= 7\n"
        "input image : [N, H, W, 3]\n"
        "output y\n"
        "h = image\n"
        "  -> conv2d(8, 3 x 3, stride = 2, pad = SAME, bias = false) as c1\n"
        "  -> batchnorm(eps = 0.001) as bn\n"
        "  -> relu\n"
        "y = h + (h -> conv2d(8, 3 x 3, pad = SAME) as c2 -> relu)\n"
        "  -> maxpool(2)\n"
        "  -> depthwise(2 x 2, mult = 2) as dw\n"
        "  -> globalpool\n"
        "  -> dense(10) as out\n"
        "  -> softmax\n"
    )


@pytest.mark.parametrize(
    ("kind", "layer"), [("GRU", "gru_reset_after"), ("LSTM", "lstm_keras"), ("SimpleRNN", "rnn_keras")]
)
def test_recurrent_layers_are_those_of_keras(kind: str, layer: str) -> None:
    """All states, and the last one; the order of gates and the number of biases are Keras'."""
    keras, layers = _keras(), _keras().layers
    make = getattr(layers, kind)
    parts = [make(7, return_sequences=True, name="first"), make(5, name="second"), layers.Dense(2, name="out")]
    model = keras.Sequential([keras.Input((None, 6)), *parts])
    for part in parts:
        part.set_weights([np.random.default_rng(0).standard_normal(array.shape) for array in part.get_weights()])
    text = _agrees(model).text
    assert f"x -> {layer}(7) as first -> {layer}(5) as second" in text


def test_words_and_padding() -> None:
    """An embedding, a causal convolution, and a flattened image behind zeros."""
    keras, layers = _keras(), _keras().layers
    words = keras.Sequential(
        [
            keras.Input((None,), dtype="int32"), layers.Embedding(20, 6, name="words"),
            layers.Conv1D(4, 3, padding="causal", name="c"), layers.GlobalMaxPooling1D(), layers.Dropout(0.5),
            layers.Dense(3, activation="swish", name="d"),
        ]
    )  # fmt: skip
    assert "input x : [N, T] in 0..19\n" in _agrees(words).text
    image = keras.Sequential(
        [
            keras.Input((8, 6, 3)), layers.ZeroPadding2D(1), layers.Conv2D(4, 3, name="c"),
            layers.AveragePooling2D(2, padding="same"), layers.Flatten(), layers.Dense(3, name="d"),
        ]
    )  # fmt: skip
    _agrees(image)


def test_saved_weights_fit_by_name(tmp_path: Path) -> None:
    """`.weights.h5` of Keras: every array is the one that the import read off the model."""
    engine("h5py")
    keras, layers = _keras(), _keras().layers
    parts = [layers.GRU(7, return_sequences=True, name="first"), layers.LSTM(5, name="second")]
    recurrent = keras.Sequential([keras.Input((None, 6)), *parts])
    for model, sizes in ((_convolutions(), {"N": 2, "H": 9, "W": 8}), (recurrent, {"N": 2, "T": 3})):
        model.save_weights(tmp_path / "m.weights.h5")
        made = from_keras(model)
        spec = shapecheck.loads(made.text)
        arrays = load_weights(str(tmp_path / "m.weights.h5"))
        found = assigned(spec.weights, expected_arrays(spec.shapes, sizes), arrays, profile("keras"))
        assert (found.missing, found.wrong, found.unused) == ((), (), ())
        for key, array in found.arrays.items():
            np.testing.assert_array_equal(array, made.weights[key])


def test_all_layers_that_cannot_be_said_are_named() -> None:
    """A layer without a rule, and one with a setting that has none; both are told."""
    keras, layers = _keras(), _keras().layers
    x = keras.Input((4, 5))
    a, b = layers.UnitNormalization(name="unit")(x), layers.GRU(3, reset_after=False, name="old")(x)
    with pytest.raises(Untranslated) as found:
        from_keras(keras.Model(x, [a, b]))
    told = [str(problem) for problem in found.value.problems]
    assert told == ["UnitNormalization unit: there is no rule for this layer", "GRU old: reset_after = False"]


def test_what_has_no_graph_is_refused() -> None:
    """An object that is no model, and a model that was never built."""
    keras = _keras()
    with pytest.raises(BridgeError, match=r"object is no keras\.Model"):
        from_keras(object())
    with pytest.raises(BridgeError, match="the model has no graph of layers"):
        from_keras(keras.Sequential([keras.layers.Dense(2)]))


def test_the_command_takes_a_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`import module:model` needs no inputs; `--verify` runs the model."""
    _keras()
    program = "import keras\nmodel = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, name='out')])\n"
    (tmp_path / "keras_nets.py").write_text(program)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])
    result = CliRunner().invoke(main, ["import", "keras_nets:model", "--verify"])
    assert result.exit_code == 0, result.output
    assert "y = x -> dense(3) as out" in result.output
    assert "y as in the model" in result.output
