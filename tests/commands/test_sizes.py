"""`shapecheck sizes`: which sizes a spec accepts.

Independent truth: the paths of networks in plain Python integers, size by size, as the papers draw them.
"""

from __future__ import annotations

import json
from itertools import product
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from shapecheck.cli import main
from shapecheck.verdict import acceptance

NETWORKS = Path(__file__).parents[2] / "specs" / "networks"
UNET = NETWORKS / "unet.shape"
POOL = """
dim H, W
input x : [H, W, 1]
y = x -> conv2d(1, 3 x 3) -> maxpool(2)
claim y : [(H - 2) // 2, (W - 2) // 2, 1]
"""


def run(*arguments: str) -> Result:
    """The command with these arguments."""
    result = CliRunner().invoke(main, ["sizes", *arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.output
    return result


def told(*arguments: str) -> dict[str, object]:
    """What the command says to programs."""
    return json.loads(run(*arguments, "--json").stdout)


def through_the_unet(size: int) -> int | None:
    """What comes out of the paper's U-Net for such an image, None where a pooling sees an odd one or nothing."""
    skips = []
    for _ in range(4):
        size -= 4
        if size < 2 or size % 2:
            return None
        skips.append(size)
        size //= 2
    size -= 4
    if size < 1:
        return None
    for skip in reversed(skips):
        size *= 2
        if size > skip or size - 4 < 1:
            return None
        size -= 4
    return size


@pytest.fixture
def bare_unet(tmp_path: Path) -> str:
    """The U-Net without a word on which sizes it accepts."""
    path = tmp_path / "unet.shape"
    kept = [line for line in UNET.read_text().splitlines() if not line.startswith("assume")]
    path.write_text("\n".join(kept) + "\n")
    return str(path)


def test_the_sizes_of_the_unet_are_found(bare_unet: str) -> None:
    """188, 204, 220, ..: all of them to 600, and nothing else, without an assumption in the text."""
    found = told(bare_unet, "-n", "26")
    accepted = [size for size in range(1, 600) if through_the_unet(size) is not None]
    assert accepted[:3] == [188, 204, 220]
    assert found["values"]["H"] == {"listed": accepted[:26], "goes_on": True}  # type: ignore[index]
    assert found["conditions"] == ["H % 16 == 12 and H >= 188", "W % 16 == 12 and W >= 188"]
    assert found["smallest"] == {"N": 1, "H": 188, "W": 188}


def test_the_inverse_question() -> None:
    """Which image gives 388 rows: 572, as in the paper."""
    expected = [size for size in range(1, 1000) if through_the_unet(size) == 388]
    assert expected == [572]
    found = told(str(UNET), "--where", "y.height == 388")
    assert found["values"]["H"] == {"listed": [572], "goes_on": False}  # type: ignore[index]


def test_the_next_ones() -> None:
    """Beyond 500, with the width fixed."""
    expected = [size for size in range(501, 600) if through_the_unet(size) is not None][:3]
    found = told(str(UNET), "--set", "W=572", "--above", "500", "-n", "3")
    assert found["values"]["H"]["listed"] == expected  # type: ignore[index]
    assert "W" not in found["values"]  # type: ignore[operator]


def test_a_shape_as_the_question() -> None:
    """7 x 7 at the end of ResNet-50: 7 * 32."""
    found = told(str(NETWORKS / "resnet50.shape"), "--where", "c5 : [N, 7, 7, 2048]")
    assert found["values"]["H"]["listed"] == [224]  # type: ignore[index]


def test_several_answers(tmp_path: Path) -> None:
    """(H - 2) // 2 == 7 for H = 16 and 17: brute force over 1..100."""
    (tmp_path / "pool.shape").write_text(POOL)
    expected = [size for size in range(4, 100) if (size - 2) // 2 == 7]
    found = told(str(tmp_path / "pool.shape"), "--where", "y.height == 7 and y.width == y.height")
    assert found["values"]["H"] == {"listed": expected, "goes_on": False}  # type: ignore[index]


def test_the_text(tmp_path: Path) -> None:
    """What people read."""
    (tmp_path / "pool.shape").write_text(POOL)
    result = run(str(tmp_path / "pool.shape"), "-n", "3")
    assert result.exit_code == 0
    lines = ["  H >= 4", "  W >= 4", "", "smallest: H = 4, W = 4", "", "H  4, 5, 6, ..", "W  4, 5, 6, .."]
    assert result.stdout.splitlines()[1:] == lines


def test_nothing_is_accepted() -> None:
    """No image gives 389 rows."""
    result = run(str(UNET), "--where", "y.height == 389")
    assert result.exit_code == 1 and "no sizes" in result.stdout
    assert "W" not in result.stdout.split("no sizes", 1)[1], "some widths are accepted: they are not the trouble"


BAD = {
    "an unknown name in the question": (["--where", "z.height == 3"], "z"),
    "a misspelt axis": (["--where", "y.heigth == 3"], "did you mean y.height?"),
    "a question that cannot be read": (["--where", "H =="], "--where"),
    "a tensor of too few axes": (["--where", "y : [3, 3]"], "4 axes"),
    "an unknown size": (["--set", "Q=3"], "its sizes are N, H, W"),
    "a number that is none": (["--above", "many"], "many"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_questions(case: str) -> None:
    """Exit code 2 and words that help."""
    arguments, words = BAD[case]
    result = run(str(UNET), *arguments)
    assert result.exit_code == 2, result.output
    assert words in result.output


def test_a_spec_that_no_sizes_mend(tmp_path: Path) -> None:
    """Two declared sizes that are added: equal for p == d only, which is the answer; an undeclared name is none."""
    (tmp_path / "a.shape").write_text("dim p, d\ninput x : p, y : d\nz = x + y\n")
    (tmp_path / "b.shape").write_text("dim p\ninput x : p\nz = x + q\n")
    assert run(str(tmp_path / "b.shape")).exit_code == 1
    assert told(str(tmp_path / "a.shape"))["conditions"] == ["p == d"]


def test_what_follows_is_left_out(tmp_path: Path) -> None:
    """A window of 2 on what a window of k leaves: H + 2p >= k + s says that the first one fits, too (brute force)."""
    text = "dim H, k, s, p\ninput x : H\nweight K : k\ny = maxpool(conv(x, K, stride = s, pad = p), [2])\n"
    (tmp_path / "two.shape").write_text(text)
    assert told(str(tmp_path / "two.shape"))["conditions"] == ["H + 2p >= k + s"]
    for size, window, stride, padding in product(range(1, 7), repeat=4):
        first = (size + 2 * padding - window) // stride + 1
        fits = size + 2 * padding >= window and first >= 2
        assert fits == (size + 2 * padding >= window + stride)


def test_a_size_may_start_at_zero(tmp_path: Path) -> None:
    """Padding of 0 is a padding, by its declaration; `--above 0` leaves it out."""
    (tmp_path / "pad.shape").write_text("dim H, a >= 0\ninput x : H\ny = pad(x, [a, a])\n")
    path = str(tmp_path / "pad.shape")
    assert "a  any from 0 on" in run(path).stdout
    assert told(path, "-n", "2")["values"]["a"]["listed"] == [0, 1]  # type: ignore[index]
    assert told(path, "-n", "2", "--above", "0")["values"]["a"]["listed"] == [1, 2]  # type: ignore[index]


def test_a_spec_without_sizes_says_so(tmp_path: Path) -> None:
    """Nothing to choose: it is accepted as it stands."""
    (tmp_path / "fixed.shape").write_text("input x : 4\ny = x + x\n")
    result = run(str(tmp_path / "fixed.shape"))
    assert result.exit_code == 0 and "no free sizes" in result.stdout


ONE_VALUE = """
dim N, H, p, q
input y0 : [N, H, 4]
u1 = y0 -> maxpool([3]) -> conv1d(q, p, dilation = 2) -> conv1d_transpose(1, 3, stride = 3)
y1 = concat(y0, u1, axis = -1)
"""


def asked(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """A list that grows with each question whether sizes exist."""
    questions: list[object] = []
    consistent = acceptance.consistent

    def counted(*arguments: object) -> object:
        questions.append(arguments)
        return consistent(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(acceptance, "consistent", counted)
    return questions


def test_a_size_with_a_single_value_is_not_searched_on_for_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Truth: by hand; the result has 3(H // 3 - 2(p - 1)) entries: H where 3 divides it and p is 1."""
    questions = asked(monkeypatch)
    spec = tmp_path / "one_value.shape"
    spec.write_text(ONE_VALUE)
    values = told(str(spec))["values"]
    assert values["p"]["listed"] == [1] and values["p"]["goes_on"] is False
    assert values["H"]["listed"] == [3, 6, 9, 12, 15, 18, 21, 24]
    assert len(questions) < 100


def test_values_that_lie_far_from_each_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Truth: by hand; multiples of 9000 and 7 more, and the last one is that of q = 3."""
    questions = asked(monkeypatch)
    spec = tmp_path / "far.shape"
    spec.write_text("dim H, q\nassume H == 9000 * q + 7, q <= 3\ninput x : [H, q]\ny = x + x\n")
    values = told(str(spec))["values"]
    assert values["H"]["listed"] == [9007, 18007, 27007] and values["H"]["goes_on"] is False
    assert len(questions) < 250
