"""Weights of other frameworks: each is found by its name, in the shape and the order of the spec."""

from __future__ import annotations

import json
import pickle
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

import shapecheck
from shapecheck.bridge import from_torch
from shapecheck.bridge.weights.flattened import evaluated, flattened_images
from shapecheck.bridge.weights.matching_names import Assigned, assigned
from shapecheck.bridge.weights.profile_rules import NAMES, profile
from shapecheck.bridge.weights.weight_files import load_weights
from shapecheck.cli import main
from shapecheck.execute import ExecutionError
from shapecheck.execute.inputs.expected import expected_arrays
from tests.bridge.test_from_torch import pytorch
from tests.oracles.engines import engine

NET = """
dim N, H, W
assume H >= 5, W >= 5
input x : [N, H, W, 3]
output y
layer block(f) = conv2d(f, 3 x 3, pad = 1) -> batchnorm
y = x -> conv2d(4, 3 x 3, bias = false) as stem -> repeat(2, block(4)) as blocks -> globalpool -> dense(5) as head
"""


def _run(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, list(words))
    return result.exit_code, result.output


# ---- the list ----------------------------------------------------------------------------------


def test_the_list_has_path_role_shape_and_layer() -> None:
    """In the order of use; repeats in front of the shape; a bias that is not used is no weight; written by hand."""
    weights = shapecheck.loads(NET).weights
    told = [(item.path, item.role, str(item.shape), item.layer, item.trained, item.repeats) for item in weights]
    assert told == [
        ("stem.K", "K", "(3, 3, 3, 4)", "conv2d", True, 0),
        ("blocks.conv2d.K", "K", "(2, 3, 3, 4, 4)", "conv2d", True, 1),
        ("blocks.conv2d.b", "b", "(2, 4)", "conv2d", True, 1),
        ("blocks.batchnorm.g", "g", "(2, 4)", "batchnorm", True, 1),
        ("blocks.batchnorm.b", "b", "(2, 4)", "batchnorm", True, 1),
        ("blocks.batchnorm.mu", "mu", "(2, 4)", "batchnorm", False, 1),
        ("blocks.batchnorm.va", "va", "(2, 4)", "batchnorm", False, 1),
        ("head.W", "W", "(5, 4)", "dense", True, 0),
        ("head.b", "b", "(5,)", "dense", True, 0),
    ]


def test_shapes_are_symbolic_and_keys_those_of_a_run() -> None:
    """Weights that the spec declares itself; every key is one of the run's arrays, at all sizes."""
    spec = shapecheck.loads(
        "dim p, d, L\ninput x : d\nweight W[k in 1..L] : p x d, V : p\ny[k] = W[k] @ x .* V for k in 1..L\n"
    )
    p, d, count = (spec.symbols[name] for name in ("p", "d", "L"))
    assert [(item.path, item.shape, item.layer) for item in spec.weights] == [("W", (count, p, d), ""), ("V", (p,), "")]
    for sizes in ({"p": 2, "d": 3, "L": 1}, {"p": 1, "d": 1, "L": 4}):
        arrays = spec.run(sizes).arrays
        for item in spec.weights:
            assert item.shape is not None
            assert arrays[item.path].shape == tuple(
                part.subs({spec.symbols[n]: v for n, v in sizes.items()}) for part in item.shape
            )


def test_members_of_several_shapes_have_no_single_shape() -> None:
    """A family whose first member is wider than the others."""
    spec = shapecheck.load(Path(shapecheck.__file__).parents[1] / "specs" / "slides" / "lstm_stack.shape")
    assert [(item.path, item.shape) for item in spec.weights if item.path == "W"] == [("W", None)]


# ---- files -------------------------------------------------------------------------------------


def _arrays() -> dict[str, Any]:
    source = np.random.default_rng(0)
    return {"a.weight": source.standard_normal((2, 3)).astype(np.float32), "b": np.arange(4), "empty": np.zeros((0, 2))}


def test_safetensors_as_their_own_package_writes_them(tmp_path: Path) -> None:
    """All types that NumPy has; bfloat16 as float32; the package is the independent truth."""
    save = engine("safetensors").numpy if hasattr(engine("safetensors"), "numpy") else None
    from safetensors import numpy as own  # type: ignore[import-not-found, unused-ignore]

    assert save is None or save is own
    path = tmp_path / "w.safetensors"
    own.save_file(_arrays(), str(path), metadata={"format": "np"})
    found = load_weights(str(path))
    assert found.keys() == _arrays().keys()
    for name, array in _arrays().items():
        assert found[name].dtype == array.dtype
        np.testing.assert_array_equal(found[name], array)
    torch = pytorch()
    from safetensors.torch import save_file  # type: ignore[import-not-found, unused-ignore]

    value = torch.tensor([1.5, -2.25, 3e38], dtype=torch.bfloat16)
    save_file({"w": value}, str(path))
    np.testing.assert_array_equal(load_weights(str(path))["w"], value.float().numpy())


def _safetensors(header: Any, data: bytes) -> bytes:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return len(text).to_bytes(8, "little") + text + data


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "no safetensors file"),
        (b"\xff" * 20, "no safetensors file"),
        (_safetensors(b"{]", b""), ""),
        (_safetensors([1], b""), "no table"),
        (_safetensors({"w": {"dtype": "F32", "shape": [3], "data_offsets": [0, 12]}}, b"\0" * 8), "w do not fit"),
        (_safetensors({"w": {"dtype": "F32", "shape": [2], "data_offsets": [0, 12]}}, b"\0" * 12), "w do not fit"),
        (_safetensors({"w": {"dtype": "F32", "shape": [-3], "data_offsets": [0, 12]}}, b"\0" * 12), "w do not fit"),
        (_safetensors({"w": {"dtype": "F4", "shape": [3], "data_offsets": [0, 12]}}, b"\0" * 12), "has the type F4"),
        (_safetensors({"w": {"shape": [3]}}, b"\0" * 12), ""),
    ],
)
def test_damaged_safetensors_are_refused(tmp_path: Path, content: bytes, told: str) -> None:
    """Truncated files, and headers that lie: one error of ours, no array of another size."""
    path = tmp_path / "w.safetensors"
    path.write_bytes(content)
    with pytest.raises(ExecutionError) as found:
        load_weights(str(path))
    assert told in "".join(found.value.diagnostic.notes)


def test_state_dictionaries_and_what_they_stand_in(tmp_path: Path) -> None:
    """`torch.save` of a state dictionary, of a checkpoint around it, and of half precision."""
    torch = pytorch()
    module = torch.nn.Linear(3, 2)
    for held in (module.state_dict(), {"epoch": 3, "state_dict": module.state_dict()}):
        path = tmp_path / "w.pt"
        torch.save(held, path)
        found = load_weights(str(path))
        assert found.keys() == {"weight", "bias"}
        np.testing.assert_array_equal(found["weight"], module.weight.detach().numpy())
    torch.save({"w": torch.tensor([1.5], dtype=torch.bfloat16)}, tmp_path / "w.pt")
    assert load_weights(str(tmp_path / "w.pt"))["w"].dtype == np.float32


class _Evil:
    def __reduce__(self) -> tuple[Any, ...]:
        return (Path.touch, (Path("/tmp/shapecheck-was-run"),))


def test_no_pickled_program_is_run(tmp_path: Path) -> None:
    """A pickle that would make a file when it is loaded, plain and as a state dictionary."""
    torch = pytorch()
    for path in (tmp_path / "w.pt", tmp_path / "v.bin"):
        if path.suffix == ".pt":
            torch.save({"w": _Evil()}, path)
        else:
            path.write_bytes(pickle.dumps({"w": _Evil()}))
        with pytest.raises(ExecutionError):
            load_weights(str(path))
    assert not Path("/tmp/shapecheck-was-run").exists()


def test_amounts_are_checked_before_unpacking(tmp_path: Path) -> None:
    """A small archive that unpacks to 64 MB is refused by its table of contents."""
    pytorch()
    path = tmp_path / "w.pt"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("archive/data/0", b"\0" * (64 << 20))
    assert path.stat().st_size < 1 << 20
    with pytest.raises(ExecutionError, match="the limit is"):
        load_weights(str(path), 1 << 20)


def test_other_endings_are_told(tmp_path: Path) -> None:
    """The endings that are known are named."""
    path = tmp_path / "w.txt"
    path.write_text("1")
    with pytest.raises(ExecutionError) as found:
        load_weights(str(path))
    assert ".npz, .safetensors, .pt, .pth, .bin, .h5, .hdf5" in "".join(found.value.diagnostic.notes)


# ---- profiles ----------------------------------------------------------------------------------


def test_every_profile_speaks_of_layers_and_roles_that_exist() -> None:
    """Each rule names a layer of the library, or of an imported spec, and one of its weights."""
    from shapecheck.bridge.spec_writing import own_layers
    from shapecheck.graph.library import Library
    from shapecheck.source import Source
    from shapecheck.syntax import tree
    from shapecheck.syntax.walking import walk

    library = Library(Source("names", ""))
    for name in NAMES:
        for layer, rules in profile(name).rules.items():
            written = own_layers()[layer] if layer in own_layers() else library.find(layer).written  # type: ignore[union-attr]
            roles = {item.name for part in walk(written) if isinstance(part, tree.Declaration) for item in part.items}
            assert rules.keys() <= roles, (name, layer)


def _matched(spec: shapecheck.Spec, state: dict[str, Any], sizes: dict[str, int]) -> Assigned:
    images = evaluated(flattened_images(spec.shapes), sizes)
    arrays = {name: value.numpy() for name, value in state.items()}
    return assigned(spec.weights, expected_arrays(spec.shapes, sizes), arrays, profile("pytorch"), images)


def _modules() -> dict[str, tuple[Any, Any, Any]]:
    """Modules with their examples and free axes."""
    nn, zeros = pytorch().nn, pytorch().zeros
    return {
        "flattened image": (
            nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU(), nn.Flatten(), nn.Dropout(), nn.Linear(4 * 6 * 4, 5)),
            zeros(2, 3, 8, 6), {0: "N"},
        ),
        "recurrent layers": (
            nn.Sequential(nn.Embedding(11, 6), nn.GRU(6, 7, 2, batch_first=True)), zeros(2, 5).long(), {0: "N", 1: "T"},
        ),
        "both directions": (nn.LSTM(6, 7, bidirectional=True, batch_first=True), zeros(2, 5, 6), {0: "N", 1: "T"}),
        "encoder": (
            nn.TransformerEncoder(nn.TransformerEncoderLayer(16, 4, 32, batch_first=True), 3),
            zeros(2, 5, 16), {0: "N", 1: "T"},
        ),
        "convolutions": (
            nn.Sequential(
                nn.Conv2d(4, 8, 3, groups=4), nn.BatchNorm2d(8), nn.ConvTranspose2d(8, 6, 2, stride=2),
                nn.GroupNorm(2, 6),
            ),
            zeros(2, 4, 7, 9), {0: "N"},
        ),
    }  # fmt: skip


@pytest.mark.parametrize("name", ["flattened image", "recurrent layers", "both directions", "encoder", "convolutions"])
def test_a_state_dictionary_fits_the_imported_spec(name: str) -> None:
    """By name and profile every weight is the array that the import itself read off the traced module."""
    module, example, axes = _modules()[name]
    model = from_torch(module, example, axes)
    spec = shapecheck.loads(model.text)
    found = _matched(spec, module.state_dict(), dict.fromkeys(spec.shapes.graph.free_sizes, 3))
    assert (found.missing, found.wrong, found.unused) == ((), (), ())
    assert found.arrays.keys() == model.weights.keys()
    for key, array in found.arrays.items():
        np.testing.assert_array_equal(array, model.weights[key])


def test_merged_axes_are_not_guessed() -> None:
    """Columns behind a `reshape` may be in any order in the module: told, not taken."""
    spec = shapecheck.loads("dim N\ninput x : [N, 4, 5, 3]\nh = reshape(x, N x 60)\ny = h -> dense(2) as fc\n")
    found = _matched(spec, pytorch().nn.ModuleDict({"fc": pytorch().nn.Linear(60, 2)}).state_dict(), {"N": 2})
    assert found.wrong == ("the order of the columns of fc.W is unclear: axes are merged in front of it",)


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A spec and the state dictionary of the module that it describes, as safetensors."""
    engine("safetensors")
    nn = pytorch().nn
    from safetensors.torch import save_file

    pytorch().manual_seed(0)
    blocks = nn.Sequential(
        *(nn.ModuleDict({"conv2d": nn.Conv2d(4, 4, 3), "batchnorm": nn.BatchNorm2d(4)}) for _ in "ab")
    )
    net = nn.ModuleDict({"stem": nn.Conv2d(3, 4, 3, bias=False), "blocks": blocks, "head": nn.Linear(4, 5)})
    save_file(net.state_dict(), str(tmp_path / "net.safetensors"))
    pytorch().save({**net.state_dict(), "head.weight": pytorch().zeros(5, 6)}, tmp_path / "wide.pt")
    part = {name: value for name, value in net.state_dict().items() if "head" not in name}
    pytorch().save({**part, "heed.weight": net.state_dict()["head.weight"]}, tmp_path / "part.pt")
    (tmp_path / "net.shape").write_text(NET)
    return tmp_path


def test_run_takes_weights_by_a_profile(files: Path) -> None:
    """The command's output is that of NumPy and PyTorch with the same weights."""
    nn, torch = pytorch().nn, pytorch()
    x, out = np.random.default_rng(1).standard_normal((2, 7, 8, 3)), str(files / "o.npz")
    np.save(files / "x.npy", x)
    words = ["run", str(files / "net.shape"), "--set", "N=2,H=7,W=8", "--input", f"x={files / 'x.npy'}", "-o", out]
    code, told = _run(*words, "--weights", str(files / "net.safetensors"), "--profile", "pytorch")
    assert code == 0, told
    state = {name: torch.tensor(array).double() for name, array in load_weights(str(files / "net.safetensors")).items()}
    h = nn.functional.conv2d(torch.tensor(x).permute(0, 3, 1, 2), state["stem.weight"])
    for at in "01":
        h = nn.functional.conv2d(h, state[f"blocks.{at}.conv2d.weight"], state[f"blocks.{at}.conv2d.bias"], padding=1)
        norm = [state[f"blocks.{at}.batchnorm.{role}"] for role in ("running_mean", "running_var", "weight", "bias")]
        h = nn.functional.batch_norm(h, *norm)
    expected = nn.functional.linear(h.mean((2, 3)), state["head.weight"], state["head.bias"])
    np.testing.assert_allclose(np.load(out)["y"], expected.numpy(), rtol=1e-9, atol=1e-12)


def test_missing_and_wrong_arrays_are_told(files: Path) -> None:
    """Exit code 2; the spec's key, its shape, and the name looked for; what the file has instead."""
    words = ["run", str(files / "net.shape"), "--set", "N=2,H=7,W=8", "--profile", "pytorch", "--weights"]
    code, told = _run(*words, str(files / "part.pt"))
    assert code == 2
    assert "missing: head.W : 5 x 4, as head.weight; the file has heed.weight\n" in told
    assert "missing: head.b : [5], as head.bias" in told or "missing: head.b : 5, as head.bias" in told
    code, told = _run(*words, str(files / "wide.pt"))
    assert code == 2
    assert "head.W is 5 x 4 at these sizes; head.weight : 5 x 6 gives 5 x 6\n" in told


def test_what_is_drawn_is_told(tmp_path: Path) -> None:
    """Without a profile a file may hold some of the weights; the others are named."""
    (tmp_path / "net.shape").write_text("dim n\ninput x : n\ny = x -> dense(2) as a -> dense(2) as b\n")
    np.savez(tmp_path / "w.npz", **{"a.W": np.ones((2, 3)), "a.b": np.zeros(2)})
    code, told = _run("run", str(tmp_path / "net.shape"), "--set", "n=3", "--weights", str(tmp_path / "w.npz"))
    assert code == 0
    assert "w.npz lacks b.W, b.b; drawn from the seed" in told


# ---- arrays of other libraries -----------------------------------------------------------------


def test_tensors_are_taken_as_they_are() -> None:
    """Tensors that record gradients, and bfloat16; nothing is written to them."""
    torch = pytorch()
    spec = shapecheck.loads("dim n\ninput x : n\nweight w : n\ny = x .* w\n")
    x, w = torch.tensor([1.0, 2.0], requires_grad=True), torch.tensor([0.5, 3.0], dtype=torch.bfloat16)
    assert spec.run({"n": 2}, {"x": x}, {"w": w}).value("y").tolist() == [0.5, 6.0]
    assert x.tolist() == [1.0, 2.0]


@pytest.mark.parametrize("value", [np.ma.masked_array([1.0, 2.0], [True, False]), object(), "12", {1, 2}])
def test_what_is_no_plain_array_is_refused(value: object) -> None:
    """A mask would be lost; other objects hold no numbers."""
    spec = shapecheck.loads("dim n\ninput x : n\ny = 2 * x\n")
    with pytest.raises(ExecutionError, match=r"the data for x are"):
        spec.run({"n": 2}, {"x": value})  # type: ignore[dict-item]
