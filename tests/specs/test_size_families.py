"""Specs with families of sizes.  Truth: the same spec with a size for each member written out, and counts by hand."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest

from shapecheck.check import check
from shapecheck.checked import Report
from shapecheck.execute import run
from shapecheck.source import Source
from shapecheck.stages import derive
from shapecheck.verdict.model import Word


def checked(text: str) -> Report:
    """The report of a spec that is in order but for its claims."""
    report = check(Source("spec", text))
    assert not [item for item in report.diagnostics if item.level == "error"], report.diagnostics
    return report


def verdicts(text: str) -> list[Word]:
    """The verdicts of all claims, those of tests included."""
    return [verdict.word for verdict in checked(text).verdicts]


ANY_LENGTH = """dim L, d, n[l in 0..L]
input x : n[0]
weight W[l in 1..L] : {rows} x {columns}
a[0] = x
a[l] = {body} for l in 1..L
claim a[l] : {shape} for l in 0..L
claim params == sum[l in 1..L] {weights}
claim {relation} for l in 1..L
"""


class Network:
    """A random network over a family of sizes, and the same at one length with a name for each size."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        pick = self.random.choice
        self.own, self.wider = pick([("n[l]", "n[{}]"), ("2n[l]", "2 * n[{}]"), ("(n[l] + d)", "(n[{}] + d)")]), 0
        self.body = pick(["relu(W[l] @ a[l-1])", "tanh(W[l] @ a[l-1]) + W[l] @ a[l-1]", "W[l] @ (a[l-1] + a[l-1])"])
        self.claim = pick(["n[l] >= 1", "n[l] <= n[l-1]", "n[l] * n[l-1] >= n[l]", "n[l] + d >= 2", "n[l] != n[l-1]"])
        self.off = pick([0, 0, 1])

    def at(self, place: str) -> str:
        """The size of a layer."""
        return self.own[0].replace("[l]", f"[{place}]")

    def family(self) -> str:
        """The spec over any number of layers."""
        return ANY_LENGTH.format(
            rows=self.at("l"), columns=self.at("l-1"), body=self.body, shape=self.at("l"),
            weights=f"({self.at('l')}) * ({self.at('l-1')}) + {self.off}", relation=self.claim,
        ).replace("input x : n[0]", f"input x : {self.at('0')}")  # fmt: skip

    def written_out(self, length: int) -> str:
        """The same for one length, every member by itself."""
        lines = ["dim d, " + ", ".join(f"n{k}" for k in range(length + 1)), f"input x : {self._at(0)}", "a0 = x"]
        for k in range(1, length + 1):
            lines.append(f"weight W{k} : {self._at(k)} x {self._at(k - 1)}")
            lines.append(f"a{k} = " + self.body.replace("W[l]", f"W{k}").replace("a[l-1]", f"a{k - 1}"))
        lines += [f"claim a{k} : {self._at(k)}" for k in range(length + 1)]
        total = " + ".join(f"({self._at(k)}) * ({self._at(k - 1)}) + {self.off}" for k in range(1, length + 1))
        lines.append(f"claim params == {total}")
        named = self.claim.replace("n[l-1]", "BEFORE").replace("n[l]", "HERE")
        lines += [
            f"claim {named.replace('BEFORE', f'n{k - 1}').replace('HERE', f'n{k}')}" for k in range(1, length + 1)
        ]
        return "\n".join(lines) + "\n"

    def _at(self, k: int) -> str:
        return self.own[1].format("@").replace("n[@]", f"n{k}")


@pytest.mark.parametrize("seed", range(60))
def test_random_networks_against_their_written_out_form(seed: int) -> None:
    """A claim proved for every length is proved for each; one refuted for one length is refuted."""
    network = Network(seed)
    shapes, weights, relation = verdicts(network.family())
    wrong = weights is Word.REFUTED, relation is Word.REFUTED
    assert shapes is Word.PROVED
    found = [verdicts(network.written_out(length)) for length in (1, 2, 3)]
    for length, words in enumerate(found, 1):
        assert set(words[: length + 1]) == {Word.PROVED}
    assert wrong[0] == any(words[length + 1] is Word.REFUTED for length, words in enumerate(found, 1))
    assert wrong[1] == any(Word.REFUTED in words[length + 2 :] for length, words in enumerate(found, 1))


@pytest.mark.parametrize("seed", range(60))
def test_shapes_and_values_of_random_networks(seed: int) -> None:
    """At random sizes every array has the shape of the written-out form, and the network computes the same."""
    network, random = Network(seed), Random(seed)
    length = random.randint(1, 4)
    sizes = {"d": random.randint(1, 3), **{f"n[{k}]": random.randint(1, 4) for k in range(length + 1)}}
    family, problems = derive(Source("spec", network.family().partition("claim")[0]))
    other, others = derive(Source("spec", network.written_out(length).partition("claim")[0]))
    assert family is not None and other is not None and not problems and not others
    by_name = {name.replace("[", "").replace("]", ""): value for name, value in sizes.items()}
    draw = np.random.default_rng(seed)
    apart = run(other, by_name, {})
    given = {name: draw.integers(-3, 4, array.shape) for name, array in apart.arrays.items() if name[0] in "xW"}
    apart = run(other, by_name, given)
    members = [given[f"W{k}"] for k in range(1, length + 1)]
    alike = len({member.shape for member in members}) == 1
    data = {"W": np.stack(members)} if alike else {f"W[{k}]": member for k, member in enumerate(members, 1)}
    together = run(family, {"L": length, **sizes}, {"x": given["x"], **data})
    for k in range(length + 1):
        found = together.value(f"a[{k}]")
        assert found.shape == apart.arrays[f"a{k}"].shape
        np.testing.assert_allclose(found, apart.arrays[f"a{k}"], rtol=1e-12)


def test_examples() -> None:
    """The specs with which the addition was proposed."""
    widths = """dim L, C, c[k in 0..L] = C * 2^k
dim H[k in 0..L]
assume H[k-1] == 2 * H[k] for k in 1..L
input x : [H[0], H[0], C]
h[0] = x
h[k] = h[k-1] -> conv2d(c[k], 3, pad = SAME) -> relu -> maxpool(2) for k in 1..L
claim h[k] : H[k] x H[k] x c[k] for k in 0..L
test small(L = 2, C = 1, H = [8, 4, 2])
"""
    assert verdicts(widths) == [Word.PROVED]
    constants = """n = [3, 4, 6, 3]
weight W[l in 1..3] : n[l] x n[l-1]
input x : 3
a[0] = x
a[l] = W[l] @ a[l-1] for l in 1..3
claim W[2] : 6 x 4
claim params == 3*4 + 4*6 + 6*3
"""
    assert verdicts(constants) == [Word.PROVED, Word.PROVED]


def test_a_family_over_numbers_and_values_of_members() -> None:
    """Members stand in values, in ranges and in subscripts; tests set them as a list."""
    text = """dim n[l in 0..3], d
input x : n[0]
weight W[l in 1..3] : n[l] x n[l-1]
a[0] = x
a[l] = relu(W[l] @ a[l-1]) for l in 1..3
s = n[2] * d
y[i in 0..n[3]-1] = a[3, i] * sqrt(n[3])
claim s == n[2] * d
claim y : n[3]
claim n[1] == n[2] expect refuted
test t(n = [2, 3, 4, 1], d = 1)
"""
    assert verdicts(text) == [Word.TESTED, Word.PROVED, Word.REFUTED]


PROVED = {
    "a named layer for each width": """dim N, L, n[l in 0..L]
input x : [N, n[0]]
cell[l] = dense(n[l]) for l in 1..L
h[0] = x
h[l] = cell[l](h[l-1]) for l in 1..L
claim h[l] : N x n[l] for l in 0..L
claim params == sum[l in 1..L] n[l] * (n[l-1] + 1)
""",
    "channels of convolutions": """dim N, L, c[l in 0..L]
input x : [N, 32, 32, c[0]]
h[0] = x
h[l] = h[l-1] -> conv2d(c[l], 3, pad = SAME) -> relu for l in 1..L
y = h[L] -> globalpool -> dense(10)
claim y : N x 10
claim h[l] : [N, 32, 32, c[l]] for l in 0..L
claim params == sum[l in 1..L] (9 * c[l-1] + 1) * c[l] + 10 * c[L] + 10
""",
    "recurrent layers of unequal states": """dim T, L, n[l in 0..L]
input x[t in 1..T] : n[0]
g[0] = x
g[l] = gru(n[l])(g[l-1]) for l in 1..L
claim g[l] : T x n[l] for l in 0..L
""",
    "residual blocks with a hidden width each": """dim L, d, n[l in 0..L]
input x : d
weight U[l in 1..L] : n[l] x d, V[l in 1..L] : d x n[l]
r[0] = x
r[l] = r[l-1] + V[l] @ relu(U[l] @ r[l-1]) for l in 1..L
claim r[l] : d for l in 0..L
claim params == 2 * d * (sum[l in 1..L] n[l])
test t(L = 3, d = 2, n = [1, 4, 3, 5])
""",
    "two indices, a least value, a member as a number of passes": """dim L, c[i in 0..2, j in 0..L] >= 2
input x[j in 0..L] : c[0, j]
y[j] = x[j] -> repeat(c[1, 0], dense(c[0, j])) for j in 0..L
claim y[j] : c[0, j] for j in 0..L
claim sum[i in 0..2] c[i, 0] >= 6
claim sum[j in 0..L] c[1, j] >= 2 * L + 2
test t(L = 1, c = [2, 3, 4, 5, 6, 7])
""",
    "a family passed to a layer as a whole": """layer two(n : m) = dense(n[0]) -> dense(n[m-1])
dim N, L, w[l in 0..L]
input x : [N, 4]
y = x -> two([3, 5, 7])
z = x -> two(w)
claim y : N x 7
claim z : N x w[L]
claim z.params == 5 * w[0] + (w[0] + 1) * w[L]
""",
    "beside other additions": """dim L, n[l in 0..L]
assume n[0] % 2 == 0
input x : n[0]
y = reshape(x, [2, _])
input tok : L in 0..n[0]-1
e[l in 0..L-1] = x[tok[l]]
weight W[l in 1..L] : n[l] x n[l-1]
u = W[1] @ x
claim y : 2 x (n[0] / 2)
claim size(W[1], 0) == n[1]
claim (if n[1] > 3 then n[1] - 1 else n[1]) <= n[1]
test t(L = 2, n = [4, 2, 3])
""",
}


def test_a_refuted_claim_over_a_family_is_told_without_a_condition_on_members() -> None:
    """The counterexample is told; no condition on all members is looked for."""
    text = ANY_LENGTH.format(rows="n[l]", columns="n[l-1]", body="W[l] @ a[l-1]", shape="n[l]",
                             weights="(n[l] // 2) * n[l-1] + 1", relation="n[l] // 2 <= n[0]")  # fmt: skip
    assert verdicts(text) == [Word.PROVED, Word.REFUTED, Word.REFUTED]


@pytest.mark.parametrize("name", PROVED)
def test_variations_that_are_proved(name: str) -> None:
    """Every claim holds for all lengths and sizes: by the rules of the layers, on paper."""
    assert set(verdicts(PROVED[name])) == {Word.PROVED}
