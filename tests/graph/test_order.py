"""`argsort`, `sort` and `top`, beside NumPy's stable sort, in runs and in exact evaluation."""

from __future__ import annotations

import numpy as np
import pytest

from .asking import computed, mistakes, report_of, verdicts


@pytest.mark.parametrize("numbers", [[3, 1, 2], [5, 5, 5, 5], [2, -1, 2, 0, -1, 2], [7], [0.5, -0.25, 0.5]])
@pytest.mark.parametrize("low", [0, 1, -2])
def test_all_indices_from_the_least_to_the_greatest(numbers: list[float], low: int) -> None:
    """As NumPy's stable sort, counted from the start of the range; equal ones in their order."""
    high, count = low + len(numbers) - 1, len(numbers)
    order = np.argsort(numbers, kind="stable") + low
    index = f"i in {low}..{high}"
    text = f"input x[{index}] : scalar\na = argsort[{index}] x[i]\nb = argsort[{index}] -x[i]\n"
    np.testing.assert_array_equal(computed(text, "a", x=np.array(numbers)), order)
    downwards = np.argsort(-np.array(numbers), kind="stable") + low
    np.testing.assert_array_equal(computed(text, "b", x=np.array(numbers)), downwards)
    listed = ", ".join(map(str, numbers))
    exact = f"x = [{listed}]\nclaim (argsort[i in 0..{count - 1}] x[i])[{count - 1}] == {order[-1] - low}\n"
    assert verdicts(exact) == ["proved"]
    assert verdicts(exact.replace(f"== {order[-1] - low}", f"== {order[-1] - low + 1}")) == ["refuted"]


def test_a_vector_for_each_member() -> None:
    """Rows of a matrix sorted, infinities among them; ends of the range are sizes."""
    given = "dim n, m\nassume m >= 2\ninput x : n x m\n"
    text = given + "a[i in 0..n-1] = argsort[j in 1..m-1] x[i, j] * i\nclaim a : n x (m - 1)\n"
    x = np.array([[9.0, 1.0, 3.0, 2.0], [0.0, 3.0, -1.0, 3.0], [5.0, np.inf, -np.inf, 0.5]])
    sizes = {"n": 2, "m": 4}
    expected = [np.argsort(row[1:] * i, kind="stable") + 1 for i, row in enumerate(x[:2])]
    np.testing.assert_array_equal(computed(text, "a", sizes, x=x[:2]), expected)
    plain = text.replace(" * i", "").replace("claim a : n x (m - 1)\n", "")
    expected = [np.argsort(row[1:], kind="stable") + 1 for row in x]
    np.testing.assert_array_equal(computed(plain, "a", {"n": 3, "m": 4}, x=x), expected)


def test_the_greatest_of_a_vector() -> None:
    """`sort` and `top` of vectors with any numbering, in chains as well."""
    text = "dim n, k\nassume k <= n\ninput x[i in 1..n] : scalar\na = sort(x)\nb = top(x, k)\nc = x -> sort\n"
    x = np.array([0.5, 4.0, -2.0, 4.0])
    sizes = {"n": 4, "k": 2}
    assert computed(text, "a", sizes, x=x).tolist() == sorted(x.tolist())
    assert computed(text, "b", sizes, x=x).tolist() == [4.0, 4.0]
    assert computed(text, "c", sizes, x=x).tolist() == sorted(x.tolist())


def test_torch_picks_the_same_experts() -> None:
    """The k greatest, as PyTorch's topk has them where no two are equal."""
    torch = pytest.importorskip("torch")
    scores = np.random.default_rng(3).permutation(24).reshape(4, 6).astype(float)
    text = "dim N, E, k\nassume k <= E\ninput s : N x E\nbest[n] = (argsort[e in 0..E-1] -s[n, e])[0..k-1]\n"
    found = computed(text, "best", {"N": 4, "E": 6, "k": 3}, s=scores)
    np.testing.assert_array_equal(found, torch.topk(torch.tensor(scores), 3).indices.numpy())


ACCEPTED = [
    "y = x[(argsort[i in 0..n-1] x[i])[0]]\n",
    "y = x[(argsort[i in 0..n-1] x[i])[n-1]]\n",
    "o = argsort[i in 0..n-1] x[i]\ny[r] = x[o[r]]\nclaim y : n\n",
    "o = (argsort[i in 0..n-1] x[i])[0..n-1]\nclaim o : n in 0..n-1\n",
    "o = argsort[i] x[i]\nclaim o : n\n",
    "argsort = x\ny = sum(argsort)\n",  # a word before [ only
]


@pytest.mark.parametrize("text", ACCEPTED)
def test_its_entries_are_subscripts(text: str) -> None:
    """They lie in the range of the index."""
    report = report_of(f"dim n\ninput x : n\n{text}")
    assert report.ok and not report.diagnostics


WRONG = [
    ("y = argsort[i in 0..n-1 when x[i] > 0] x[i]\n", "bad-argument"),
    ("y = argsort[i, j in 0..n-1] x[i] * x[j]\n", "bad-argument"),
    ("y = argsort[i in 0..n-1] [x[i], 1]\n", "not-scalar"),
    ("y = (argsort[i in 0..n-1] x[i])[0..k-1]\n", "out-of-bounds"),
    ("y = top(x, k)\n", "out-of-bounds"),
    ("y[j in 0..n-1] = argsort[i in 0..j] x[i]\n", "range-depends-on-index"),
    ("o = argsort[i in 1..n] x[i-1]\ny[r] = x[o[r]]\n", "out-of-bounds"),
    ("y = argsort[i in 1..k-1] x[0]\n", "requirement-fails"),
    ("input L in 1..n\ny = argsort[i in 0..L] x[0]\n", "not-a-size"),
    ("y = topk(x, 2)\n", "unknown-function"),
]


@pytest.mark.parametrize(("text", "code"), WRONG)
def test_what_is_wrong_is_told(text: str, code: str) -> None:
    """One error, at the line."""
    assert [found for _, found in mistakes(f"dim n, k\ninput x : n\n{text}")] == [code]


def test_top_takes_no_more_than_there_are() -> None:
    """The cut owes n >= k, which the help offers."""
    (found,) = report_of("dim n, k\ninput x : n\ny = (argsort[i in 0..n-1] x[i])[0..k-1]\n").diagnostics
    assert found.help == "add: assume n >= k"
