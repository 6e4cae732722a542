"""What the equations owe: kernels that fit, divisions that divide, axes with entries, ranges that run upwards.

The independent truth: the smallest failing sizes come from `brute`, which tries all small sizes in order of their sum,
then in order of declaration; a repair is right if the spec passes with it pasted back.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import pytest

from ..graph.asking import derived, mistakes, report_of


def brute(names: str, fails: Callable[..., bool], most: int = 8) -> dict[str, int]:
    """The failing sizes of least sum, then first in order."""
    keys = names.split()
    points = sorted(product(range(1, most), repeat=len(keys)), key=lambda point: (sum(point), point))
    return next(dict(zip(keys, point)) for point in points if fails(**dict(zip(keys, point))))


def block(condition: str, call: str) -> str:
    """A block that assumes something of its size and its argument, and one application of it."""
    body = f"dim D\nassume {condition}\ninput x : D\noutput y\ny = x"
    return f"dim n\ninput u : n, v : 2n, w : n + 4\ny = {call}\nlayer f(k) {{\n{body}\n}}\n"


FAILING: dict[str, tuple[str, str, Callable[..., bool]]] = {
    "a kernel that fits": (
        "dim H, M\ninput I : H, K : M\nV = conv(I, K)\n",
        "H M",
        lambda H, M: M > H,
    ),
    "a dilated kernel that fits": (
        "dim H, M\ninput I : H, K : M\nV = conv(I, K, dilation = 3)\n",
        "H M",
        lambda H, M: 3 * (M - 1) + 1 > H,
    ),
    "a window that fits": (
        "dim H\ninput I : H\nV = maxpool(I, [3])\n",
        "H",
        lambda H: H < 3,
    ),
    "an inferred axis with a member": (
        "dim H, M\ninput I : H, K : M\nV[x] = sum[m] I[x+m] * K[m]\n",
        "H M",
        lambda H, M: M > H,
    ),
    "a half": ("dim n\ny = zeros(n/2)\n", "n", lambda n: n % 2 != 0),
    "one size divided by another": ("dim n, h\ny = zeros(n/h)\n", "n h", lambda n, h: n % h != 0),
    "a quotient with an entry": ("dim n, h\ny = zeros(n//h)\n", "n h", lambda n, h: n < h),
    "a difference with an entry": ("dim n, m\ny = zeros(n - m)\n", "n m", lambda n, m: n <= m),
    "a written axis with a member": ("dim n, m\nV[x in 0..n-m] = x\n", "n m", lambda n, m: n - m + 1 < 1),
    "a maximum of something": (
        "dim n, m\ninput a : n\nassume m <= n + 2\nV = max[i in 0..n-m] a[i]\n",
        "n m",
        lambda n, m: m <= n + 2 and n - m + 1 < 1,
    ),
    "one of two conditions of a block": (
        block("D % 2 == 0 or D >= k", "u -> f(4)"),
        "n",
        lambda n: n % 2 != 0 and n < 4,
    ),
    "one of two, of which one never holds": (
        block("D % 2 == 0 or k >= 5", "w -> f(4)"),
        "n",
        lambda n: n % 2 != 0,
    ),
    "one of two, the second of two parts": (
        block("D == 1 or (D >= 3 and D != 5)", "u -> f(1)"),
        "n",
        lambda n: n in (2, 5),
    ),
}


@pytest.mark.parametrize("name", FAILING)
def test_the_smallest_sizes_that_fail(name: str) -> None:
    """One message, with the sizes that a search by hand finds first."""
    text, names, fails = FAILING[name]
    errors = [item for item in report_of(text).diagnostics if item.level == "error"]
    assert [(item.code, dict(item.sizes)) for item in errors] == [("requirement-fails", brute(names, fails))]


@pytest.mark.parametrize("name", FAILING)
def test_the_repair_pasted_back_makes_it_pass(name: str) -> None:
    """The help reads `add: assume ..`; with that line at the end nothing is wrong."""
    text, _, _ = FAILING[name]
    helps = [item.help for item in report_of(text).diagnostics if item.level == "error"]
    assert all(help is not None and help.startswith("add: assume ") for help in helps)
    lines = "".join(f"{(help or '').removeprefix('add: ')}\n" for help in helps)
    assert mistakes(text + lines) == []


@pytest.mark.parametrize("name", FAILING)
def test_the_repair_allows_all_that_is_right(name: str) -> None:
    """Weakest: at small sizes it holds exactly where nothing fails."""
    text, names, fails = FAILING[name]
    (help,) = [item.help for item in report_of(text).diagnostics if item.level == "error"]
    shapes = derived(text + f"{(help or '').removeprefix('add: ')}\n")
    keys = names.split()
    for point in product(range(1, 7), repeat=len(keys)):
        at = dict(zip(keys, point))
        allowed = all(assumption.formula.holds(at) for assumption in shapes.graph.assumptions)
        assert allowed != fails(**at) or not (allowed or fails(**at)), at


def test_the_same_requirement_is_told_once() -> None:
    """Two equations owe that h divides n; one message, at the first."""
    assert mistakes("dim n, h\ny = zeros(n/h)\nz = ones(n/h)\n") == [(2, "requirement-fails")]


def test_a_requirement_that_fails_is_taken_as_given() -> None:
    """H >= M is told once; that the output has an entry, a second pool inside and so on follow from it."""
    text = "dim H, M\ninput I : H, K : M\nV = conv(I, K)\nW = 2 * V\nu = V[0]\n"
    assert mistakes(text) == [(3, "requirement-fails")]


def test_two_requirements_that_fail_are_two_messages() -> None:
    """One about n, one about m."""
    text = "dim n, m\ny = zeros(n/2)\nz = zeros(m/3)\n"
    assert mistakes(text) == [(2, "requirement-fails"), (3, "requirement-fails")]


@pytest.mark.parametrize(
    ("assumption", "equation"),
    [
        ("H >= M", "V = conv(I, K)"),
        ("H >= 2M", "V = conv(I, K, dilation = 2)"),
        ("H % 4 == 0", "V = zeros(H/4)"),
        ("H % M == 0", "V = zeros(H/M)"),
        ("M == H", "V = conv(I, K)"),
        ("H % 4 == 0", "V = zeros((H/2)/2)"),
        ("H % 6 == 0", "V = zeros(H/2 + H/3)"),
    ],
)
def test_an_assumption_that_is_enough(assumption: str, equation: str) -> None:
    """By hand: each assumption implies what the equation owes."""
    assert mistakes(f"dim H, M\nassume {assumption}\ninput I : H, K : M\n{equation}\n") == []


@pytest.mark.parametrize(
    ("assumption", "equation"),
    [
        ("H >= M", "V = conv(I, K, dilation = 2)"),
        ("H % 2 == 0", "V = zeros(H/4)"),
        ("H > 1", "V = conv(I, K)"),
        ("H % 2 == 0", "V = zeros(H/2 + H/3)"),
    ],
)
def test_an_assumption_that_is_not_enough(assumption: str, equation: str) -> None:
    """H = M = 2; H = 2; H = 2, M = 3; H = 2 fail in turn."""
    text = f"dim H, M\nassume {assumption}\ninput I : H, K : M\n{equation}\n"
    assert [code for _, code in mistakes(text)] == ["requirement-fails"]


@pytest.mark.parametrize(
    ("condition", "call"),
    [
        ("D % 2 == 0 or D >= k", "v -> f(9)"),
        ("D % 2 == 0 or D >= k", "w -> f(5)"),
        ("D < 3 or D >= 3", "u -> f(1)"),
        ("D % 2 == 0 or k == 3", "u -> f(3)"),
        ("(D % 2 == 0 and D >= 2) or D == 7", "v -> f(1)"),
    ],
)
def test_one_of_two_conditions_is_met(condition: str, call: str) -> None:
    """By hand: 2n is even, n + 4 >= 5, every size is below 3 or not, 3 is 3."""
    assert mistakes(block(condition, call)) == []


def test_no_condition_is_met() -> None:
    """3 is neither even nor 7."""
    text = block("D % 2 == 0 or D == 7", "t -> f(1)") + "input t : 3\n"
    assert [code for _, code in mistakes(text)] == ["requirement-fails"]


def test_a_sum_may_be_empty() -> None:
    """`sum[u in 1..t-1]` at t = 1 is 0."""
    assert mistakes("dim T\ninput a[t in 1..T] : scalar\ns[t] = sum[u in 1..t-1] a[u] for t in 1..T\n") == []


def test_a_range_may_not_run_downwards() -> None:
    """1..t-2 at t = 1 is 1..-1: not even empty."""
    text = "dim T\ninput a[t in 1..T] : scalar\ns[t] = sum[u in 1..t-2] a[u] for t in 1..T\n"
    assert mistakes(text) == [(3, "requirement-fails")]


@pytest.mark.parametrize("operator", ["max", "min", "argmax", "argmin", "mean"])
def test_some_operators_need_a_term(operator: str) -> None:
    """At t = 1 there is nothing to choose from."""
    text = f"dim T\ninput a[t in 1..T] : scalar\ns[t] = {operator}[u in 1..t-1] a[u] for t in 1..T\n"
    assert mistakes(text) == [(3, "requirement-fails")]


def test_a_condition_around_it_excuses_an_empty_range() -> None:
    """Where t > 1 the range 1..t-1 has a member."""
    text = "dim T\ninput a[t in 1..T] : scalar\n"
    text += "s[t] = (if t > 1 then max[u in 1..t-1] a[u] else 0) for t in 1..T\n"
    assert mistakes(text) == []


def test_a_loop_may_be_empty() -> None:
    """`for t in 2..T` at T = 1 defines nothing, and that is fine."""
    assert mistakes("dim T\nh[1] = 0\nh[t] = h[t-1] for t in 2..T\n") == []


def test_a_loop_may_not_run_downwards() -> None:
    """3..T at T = 1."""
    assert mistakes("dim T\nh[t] = t for t in 3..T\n") == [(2, "requirement-fails")]


def test_an_undecided_requirement_is_a_warning() -> None:
    """3 divides 4^n - 1 for every n, which takes an induction: neither proved nor refuted, so it only warns."""
    report = report_of("dim n\ny = zeros((4^n - 1)/3)\n")
    assert [(item.code, str(item.level)) for item in report.diagnostics] == [("requirement-undecided", "warning")]


def test_everything_proved_is_kept_with_its_method() -> None:
    """The requirements of a convolution under H >= M: that its kernel fits, proved."""
    shapes = derived("dim H, M\nassume H >= M\ninput I : H, K : M\nV = conv(I, K)\n")
    assert [type(item.decision).__name__ for item in shapes.requirements] == ["Proved"] * len(shapes.requirements)
    assert any("kernel" in item.why for item in shapes.requirements)


def test_the_same_requirement_is_kept_once() -> None:
    """Three equations owe that h divides n; it is decided and listed once."""
    shapes = derived("dim n, h\nassume n % h == 0\ny = zeros(n/h)\nz = ones(n/h)\nw = full(n/h, 2)\n")
    assert [item.why for item in shapes.requirements].count("h to divide n") == 1


GROUPED = """layer cell(w, g) {
  dim H, W, C
  input x : [..., H, W, C]
  output y
  y = x -> conv2d(w, 1 x 1, groups = g) -> batchnorm
}
dim H, W
input image : [H, W, 32]
y = image -> cell(GIVEN)
"""


def test_what_follows_a_need_of_a_block_is_no_mistake() -> None:
    """A block owes that g divides w and C; by hand, 32 and 64 are multiples of 32, and 48 is none."""
    assert mistakes(GROUPED.replace("GIVEN", "64, 32")) == []
    assert mistakes(GROUPED.replace("GIVEN", "48, 32")) == [(5, "requirement-fails")]
