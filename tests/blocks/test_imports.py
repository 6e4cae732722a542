"""`from .. import ..`: files beside the importing one, the library, and what is refused.

Independent truth: the language's rules; files are written into a folder of the test.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from shapecheck.cli import main

NN = "layer twice(n) = dense(n) -> dense(n)\nfn half(x) = x / 2\n"
SPEC = """from "nn.shape" import twice, half
dim n, m
input x : m
y = half(x -> twice(n))
claim y : n
claim params == m * n + n^2 + 2n
"""


def checked(folder: Path, files: dict[str, str]) -> tuple[int, str]:
    """Exit code and output of `check` on the first of some files, in a folder of their own."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    result = CliRunner().invoke(main, ["check", str(folder / next(iter(files)))])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.output
    return result.exit_code, result.output


def test_a_file_beside_this_one(tmp_path: Path) -> None:
    """Layers and functions of another file, with all that they need there."""
    code, output = checked(tmp_path, {"a.shape": SPEC, "nn.shape": NN})
    assert (code, output) == (0, f"{tmp_path}/a.shape: ok  2 proved, shapes confirmed at 1 size\n")


def test_a_file_in_a_folder_below(tmp_path: Path) -> None:
    """The path is relative to the importing file."""
    code, output = checked(tmp_path, {"a.shape": SPEC.replace("nn.shape", "lib/nn.shape"), "lib/nn.shape": NN})
    assert code == 0, output


def test_a_file_that_imports(tmp_path: Path) -> None:
    """Relative to the file that it stands in, not to the first one."""
    files = {
        "a.shape": SPEC.replace("nn.shape", "lib/nn.shape"),
        "lib/nn.shape": 'from "deep.shape" import one\nlayer twice(n) = one(n) -> one(n)\nfn half(x) = x / 2\n',
        "lib/deep.shape": "layer one(n) = dense(n)\n",
    }
    code, output = checked(tmp_path, files)
    assert code == 0, output


def test_the_library_by_name(tmp_path: Path) -> None:
    """`from std.rnn import gru` says where a name comes from; it is there without it."""
    text = "from std.rnn import gru\ndim p, d, T\ninput x[t in 1..T] : d\ny = x -> gru(p)\nclaim y : T x p\n"
    code, output = checked(tmp_path, {"a.shape": text})
    assert code == 0, output


def test_a_files_own_name_hides_the_librarys(tmp_path: Path) -> None:
    """A layer called dense that is not the library's: one weight, no bias."""
    own = "layer dense(n) {\n  dim m\n  input x : m\n  weight W : n x m\n  output y : n\n  y = W @ x\n}\n"
    text = own + "dim n, m\ninput x : m\ny = x -> dense(n)\nclaim params == n * m\n"
    code, output = checked(tmp_path, {"a.shape": text})
    assert code == 0, output


REFUSED = {
    "a file that is not there": ({"a.shape": SPEC}, "import", "nn.shape"),
    "a name that is not in it": (
        {"a.shape": SPEC.replace("twice", "twise"), "nn.shape": NN},
        "import",
        "did you mean twice?",
    ),
    "two files that import each other": (
        {
            "a.shape": SPEC,
            "nn.shape": 'from "other.shape" import one\n' + NN,
            "other.shape": 'from "nn.shape" import half\nlayer one(n) = dense(n)\n',
        },
        "import-circle",
        "nn.shape",
    ),
    "a library that is not there": ({"a.shape": "from layers import dense\n"}, "import", "there is no library layers"),
    "a file with a syntax error": ({"a.shape": SPEC, "nn.shape": "layer twice(n = dense\n"}, "", "nn.shape:1"),
    "a file outside of the folder": (
        {"inner/a.shape": SPEC.replace("nn.shape", "../nn.shape"), "nn.shape": NN},
        "import",
        "outside of the folders that were named",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused(case: str, tmp_path: Path) -> None:
    """Exit code 1, the kind of error, and the words that help."""
    files, code, words = REFUSED[case]
    exit_code, output = checked(tmp_path, files)
    assert exit_code == 1
    assert f"error[{code}" in output and words in output, output
    assert output.count("error[") == 1, output


def test_a_folder_that_is_named_may_be_read(tmp_path: Path) -> None:
    """`check` on the folder above names it, so that its files may import from each other."""
    for name, text in {"inner/a.shape": SPEC.replace("nn.shape", "../nn.shape"), "nn.shape": NN}.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    result = CliRunner().invoke(main, ["check", str(tmp_path)])
    assert result.exit_code == 0, result.output


def test_a_block_that_applies_itself(tmp_path: Path) -> None:
    """No recursion, directly or by way of another block."""
    text = "layer f(n) = dense(n) -> g(n)\nlayer g(n) = f(n)\ndim n\ninput x : n\ny = x -> f(n)\n"
    code, output = checked(tmp_path, {"a.shape": text})
    assert code == 1
    assert output.count("error[recursion]") == 1, output
