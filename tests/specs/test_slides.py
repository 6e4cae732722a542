"""The slides' specs under the whole tool: every claim gets the verdict that was worked out by hand.

Independent truth: the tables below were written from the lecture notes and by hand calculation, before the tool ran.
The smallest failing sizes are those of least sum, then least in the order of declaration; beside each stands why it
is the smallest.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pytest

from shapecheck.check import check
from shapecheck.checked import Report
from shapecheck.source import Source

SLIDES = Path(__file__).parents[2] / "specs" / "slides"

PROVED: tuple[str, Mapping[str, int]] = ("proved", {})
TESTED: tuple[str, Mapping[str, int]] = ("tested", {})
"""True, by hand, but beyond what the tool proves; claims on literal data alone are proved by exact arithmetic."""


def refuted(**sizes: int) -> tuple[str, Mapping[str, int]]:
    """Refuted; the sizes named fail, and all others of the counterexample are 1 (0 where a size may be 0)."""
    return "refuted", sizes


EXPECTED: dict[str, dict[str, tuple[str, Mapping[str, int]]]] = {
    "gru": {
        "for k = 1 W is of size": PROVED,
        "for k = 1 V is of size": PROVED,
        "the gates": PROVED,
        "the hidden state": PROVED,
        "weights": PROVED,
        "every weight is used once a step": PROVED,
        # p + d against 2p: equal at p = d = 1; of the two pairs with sum 3, p = 1, d = 2 comes first
        "W is 2p x 2p": refuted(p=1, d=2),
        "V is p x 2p": refuted(p=1, d=2),
        "W is 2p x 2p where d = p": PROVED,
        "V is p x 2p where d = p": PROVED,
        "a mixture of proposals stays within -1 and 1": TESTED,
    },
    "gru_stack": {
        "W of the first layer": PROVED,
        "V of the first layer": PROVED,
        "W of the others": PROVED,
        "V of the others": PROVED,
        "every state is a p-vector": PROVED,
        "weights of the stack": PROVED,
        "every weight is used once a step": PROVED,
        # one layer is enough, and it fails as in gru
        "W of every layer is 2p x 2p": refuted(p=1, d=2),
        "all layers are alike where d = p": PROVED,
        "weights where d = p": PROVED,
    },
    "lstm": {
        "for k = 1 W is of size": PROVED,
        "the cell state has p dimensions": PROVED,
        "beside the hidden state": PROVED,
        "weights": PROVED,
        "a third more than the GRU's 3p (p + d)": PROVED,
        "every weight is used once a step": PROVED,
        "W is 4p x 2p": refuted(p=1, d=2),
        "W is 4p x 2p where d = p": PROVED,
        "h stays within -1 and 1": TESTED,
        # one step: the same sum once 1 c + 0 g is multiplied out
        "f = 1, i = 0 keeps the cell state": PROVED,
        "f = 0, i = 1 forgets all but the increment": PROVED,
        # at the first step c is 0 and the increment tanh of something else
        "f = 0, i = 1 keeps the cell state": refuted(p=1, d=1, T=1),
        # needs induction over t, which the tool does not do
        "for as long as one likes": TESTED,
    },
    "lstm_stack": {
        "W of the first layer": PROVED,
        "W of the others": PROVED,
        "the cell states": PROVED,
        "the hidden states": PROVED,
        "weights of the stack": PROVED,
        "every weight is used once a step": PROVED,
        "W of every layer is 4p x 2p": refuted(p=1, d=2),
        "all layers are alike where d = p": PROVED,
    },
    "line_filter": {
        "the printed table": PROVED,
        "the filter of Convolution Operation gives it": PROVED,
        "the simple filter gives it": refuted(),
        "the simple filter gives its negative": PROVED,
        "one filter is the other upside down": PROVED,
        "this padding is called SAME": PROVED,
        "nothing where the image is flat": PROVED,
        "it detects horizontal lines": PROVED,
        "but no vertical ones": PROVED,
    },
    "convolution": {
        "the sizes fall out of the equation": PROVED,
        "this is what VALID means": PROVED,
        "work": PROVED,
        "the output is never larger than the image": PROVED,
        # a 1 x 1 kernel on a 1 x 1 image
        "the output is always smaller than the image": refuted(H=1, M=1),
        "stride s": PROVED,
        "S == conv(I, K, stride = s, pad = VALID)": PROVED,
        # a single pixel: (1 - 1) // 2 + 1 = 1, but 1 // 2 = 0
        "stride 2 halves the image": refuted(H=1, W=1, M=1, N=1, s=2),
        "padding a": PROVED,
        "P == conv(I, K, pad = a)": PROVED,
        "a = (M - 1) / 2 keeps the height of the image": PROVED,
        "the number of weights does not depend on the image": PROVED,
        "never more weights than a full layer": PROVED,
        # one weight either way
        "always fewer weights than a full layer": refuted(H=1, W=1, M=1, N=1),
        "V == [-4, -4; -4, -4]": PROVED,
        "P == [-1, -2, -3, 0; -4, -4, -4, 3; -7, -4, -4, 6; 0, 7, 8, 9]": PROVED,
    },
    "valid": {
        "output shape": PROVED,
        "every entry is 24": PROVED,
        "a 6 x 2 filter gives it too": refuted(),
        "the formula": PROVED,
        "at the sizes of the slide": PROVED,
        # one axis of two entries is enough; W = 2 comes before H = 2 since H stands first
        "VALID keeps the size of the image": refuted(H=1, W=2, M=1, N=2),
        "only a 1 x 1 filter does": PROVED,
        "every entry": PROVED,
    },
    "same": {
        "with its frame the image is": PROVED,
        "the output has the size of the image": PROVED,
        "this is what SAME means": PROVED,
        "evenly, top and bottom": PROVED,
        "evenly, left and right": PROVED,
        "symmetric for an odd kernel": PROVED,
        "for an even one never": PROVED,
        "always symmetric": refuted(M=2),
        "the 4 x 4 filter of the slides: one row before": PROVED,
        "and two after": PROVED,
        "stride s": PROVED,
        "stride 1 keeps the size": PROVED,
        "stride 2 halves": PROVED,
        "stride 2": PROVED,
        "Z == conv(I, K, stride = 2, pad = SAME)": PROVED,
        "still evenly": PROVED,
        # M = 1 never needs an odd padding; M = 3 needs 2 rows where H = 1 and 1 row where H = 2
        "still symmetric for an odd kernel": refuted(H=2, M=3),
        "for an odd kernel on an odd image": PROVED,
        "inside 24 as for VALID": PROVED,
        # 4 of 6 columns and both rows are inside: 4 * 2 * 2
        "V[0, 0] == 16": PROVED,
        # 3 of 6 columns and one row: 3 * 1 * 2
        "V[27, 27] == 6": PROVED,
    },
    "nhwc": {
        "the image": PROVED,
        "the filter": PROVED,
        "the one on the other": PROVED,
        "a column of three ones": PROVED,
        "the channels come second": refuted(),
        "first axis: number of images in the batch": PROVED,
        "second axis: height of an image": PROVED,
        "third axis: width of an image": PROVED,
        "fourth axis: number of channels": PROVED,
        "the output has the same four axes": PROVED,
        "each image by itself": PROVED,
        "a larger batch takes no more weights": PROVED,
        "but more work": PROVED,
        "Y == full(1 x 2 x 3 x 1, 3)": PROVED,
    },
    "multichannel": {
        "output": PROVED,
        "it is the convolution of the 4D tensors": PROVED,
        "output channels are the number of filters": PROVED,
        "weights": PROVED,
        # equal for one channel
        "the depth of the box costs no weights": refuted(C=2),
        "work": PROVED,
        "a box convolution is the sum over the channels": PROVED,
        "of plane convolutions": PROVED,
        "the first channel alone would do": refuted(C=2),
        "where there is but one channel it does": PROVED,
    },
    "encoder_decoder": {
        "the context has p numbers, whatever the source length": PROVED,
        "also for a source twice as long": PROVED,
        # of the two pairs with sum 3, S = 1, p = 2 comes first
        "the context is as long as the source": refuted(S=1, p=2),
        "encoder, W": PROVED,
        "encoder, V": PROVED,
        "decoder, W: it reads the context, too": PROVED,
        "decoder, V": PROVED,
        # 3 * 1 * 2 against 3 * 1 * 3
        "encoder and decoder have equally large weights": refuted(d=1, e=1, p=1),
        "the decoder's are larger by 3p^2 where d = e": PROVED,
        "all weights": PROVED,
        "the weights do not depend on the lengths": PROVED,
        "a word is a distribution over V": PROVED,
        # the softmax is of a product, so that the tool does not see its entries
        "its entries add up to 1": TESTED,
        "fed back, its entries add up to 1, too": TESTED,
        "both ways of decoding agree in shape": PROVED,
        # one step: y[0] and E[0] are different numbers
        "and in what they compute": refuted(S=1, T=1, d=1, e=1, p=1, V=1),
    },
    "autoencoder": {
        "the output is shaped like the input": PROVED,
        "A : c x n": PROVED,
        "B : n x c": PROVED,
        "weights": PROVED,
        "the code is smaller than the input": refuted(n=1, c=1),
        # 2 + 1 + 1 against 1
        "fewer weights than one full n x n layer": refuted(n=1, c=1),
        "fewer, if the code has a third or less of the input": PROVED,
        "the sequence's output is shaped like its input": PROVED,
        "its code has p numbers for any length": PROVED,
        "smaller than the sequence where p < T d": refuted(T=1, d=1, p=1),
        "encoder and decoder have equally many weights": PROVED,
        "read-out": PROVED,
        "the code of the image": PROVED,
        "the image's output is shaped like its input": PROVED,
        "its weights do not depend on the image": PROVED,
        # a sixteenth of the places times 2f channels: f = 8 on the least image
        "its code is smaller than the image": refuted(H=4, W=4, f=8),
        "smaller for up to 7 channels": PROVED,
        "as large for 8": PROVED,
    },
    "advantages": {
        "M N weights at all places of the image": PROVED,
        "whatever the size of the image": PROVED,
        "never more weights than the dense layer": PROVED,
        # one weight either way
        "always fewer": refuted(H=1, W=1, M=1, N=1),
        "fewer as soon as the kernel is smaller than the image": PROVED,
        "also with biases, one for the kernel and one for each output of the dense layer": PROVED,
        "the equivalent matrix": PROVED,
        "computes the same": TESTED,
        "ZERO weight outside of the receptive field": PROVED,
        "M N inputs count for an output, of H W": PROVED,
        "the dense layer multiplies all": PROVED,
        "zeros in the matrix": TESTED,
        "the same weights": PROVED,
        "the output grows with the image": PROVED,
        "one row down": PROVED,
    },
    "max_pooling": {
        "half as large": PROVED,
        "the primitive says the same": PROVED,
        # the least even image
        "invariant to a shift by one pixel": refuted(H=2, W=2),
        "invariant to a shift by the stride": refuted(H=2, W=2),
        "the maximum of the whole image is invariant under pooling": PROVED,
        "a window as large as the image forgets where the maximum is": PROVED,
        "equivariant to a shift by the stride": PROVED,
        "equivariant to a shift by one pixel": refuted(H=2, W=2),
        "with stride 1 it is equivariant to one pixel, away from the border": PROVED,
        "inside the window": PROVED,
        # literal data without sizes
        "out of the window": refuted(),
        "as the slide has it: for every image": refuted(H=2, W=2),
    },
}

WEIGHTS: dict[str, dict[str, list[str]]] = {
    "gru": {"W": ["2p x (p + d)"], "V": ["p x (p + d)"]},
    "gru_stack": {"W": ["2p x (p + d)", "2p x 2p"], "V": ["p x (p + d)", "p x 2p"]},
    "lstm": {"W": ["4p x (p + d)"]},
    "lstm_stack": {"W": ["4p x (p + d)", "4p x 2p"]},
    "convolution": {"K": ["M x N"]},
}
"""Shapes of the weights, one a region of the layer index, as the notes print them."""


@cache
def report(name: str) -> Report:
    """The whole pipeline on one slide, once a session."""
    path = SLIDES / f"{name}.shape"
    return check(Source(path.name, path.read_text()))


def test_every_slide_has_a_table() -> None:
    """A spec without a row here would go unchecked; the names are those of the lecture notes' systems."""
    assert {path.stem for path in SLIDES.glob("*.shape")} == set(EXPECTED)


@pytest.mark.parametrize("name", EXPECTED)
def test_all_is_well(name: str) -> None:
    """Each slide checks without a single message, as its claims say themselves which of them are false."""
    assert [diagnostic.title for diagnostic in report(name).diagnostics] == []
    assert report(name).ok


@pytest.mark.parametrize("name", EXPECTED)
def test_verdicts(name: str) -> None:
    """Every claim of the file, those inside of tests too, and its verdict against the table written by hand."""
    assert len(report(name).verdicts) == len(EXPECTED[name])
    found = {verdict.claim.label or verdict.claim.text: verdict.word.value for verdict in report(name).verdicts}
    assert found == {claim: word for claim, (word, _) in EXPECTED[name].items()}


@pytest.mark.parametrize("name", EXPECTED)
def test_smallest_counterexamples(name: str) -> None:
    """What is refuted comes with the smallest sizes, worked out by hand beside the table."""
    for verdict in report(name).verdicts:
        word, sizes = EXPECTED[name][verdict.claim.label or verdict.claim.text]
        if word == "refuted":
            found = verdict.counterexample
            assert {size: found[size] for size in sizes} == dict(sizes), verdict.claim.text
            assert all(value <= 1 for size, value in found.items() if size not in sizes), verdict.claim.text
        else:
            assert verdict.counterexample == {}, verdict.claim.text


@pytest.mark.parametrize("name", WEIGHTS)
def test_weights_as_the_notes_print_them(name: str) -> None:
    """The shape of each weight, a row a region, written out as on the slide and compared as formulas."""
    checked = report(name)
    for family, printed in WEIGHTS[name].items():
        rows = [cell.shape for cell in checked.shapes.cells[family]]
        assert [tuple(map(str, row)) for row in rows] == [_sizes(text) for text in printed], family


def _sizes(text: str) -> tuple[str, ...]:
    """`2p x (p + d)` as canonical sizes in print, by a spec that has nothing but that shape in it."""
    graph = check(Source("shape", f"dim p, d, M, N\ninput A : {text}\n")).shapes
    (cell,) = graph.cells["A"]
    return tuple(map(str, cell.shape))


@pytest.mark.parametrize("name", EXPECTED)
def test_shapes_are_confirmed_by_running(name: str) -> None:
    """Every slide is executed: at each of its tests' sizes the arrays have the derived shapes."""
    checked = report(name)
    tests = re.findall(r"^test \w+\((.*?)\)", checked.source.text, re.M)
    settings = [{name: int(value) for name, value in re.findall(r"(\w+) = (\d+)", header)} for header in tests]
    assert all(setting in checked.sizes_run for setting in settings)
    assert checked.sizes_run
    assert checked.confirmed >= len(checked.sizes_run)
