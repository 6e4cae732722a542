"""Forms of sizes under what is assumed: what they say, and that they never say anything else than the size."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from itertools import product
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shapecheck.sizes import Context, Formula, Relation, Size, ceil_divide, integer, maximum, minimum, power, symbol
from shapecheck.sizes.forms import Wanted, brief_text, form
from shapecheck.sizes.forms.candidates import Maker
from shapecheck.sizes.forms.phrasing import Phrasing
from shapecheck.sizes.forms.ratio import Ratio
from shapecheck.sizes.writing.text import naming_order, text_of
from tests.sizes.reader import value_of
from tests.sizes.trees import Env, Tree, trees

H, W, N, D, C, h, P, S, K, T, s = map(symbol, ("H", "W", "N", "D", "C", "h", "P", "S", "K", "T", "s"))


def divided(size: Size, divisor: Size | int, remainder: int = 0) -> Relation:
    """The fact that a division leaves this remainder."""
    return Relation("==", size % divisor, integer(remainder))


def told(size: Size, *facts: Formula, wanted: Wanted | None = None, factored: bool = False) -> str:
    """The text of the form."""
    with naming_order("NHWDhPSKTs"):
        return text_of(form(size, Context(facts), wanted or Wanted(), factored).tree)


EVEN = (divided(H, 32), divided(W, 32))
VALID = (divided(H, 16, 12), divided(W, 16, 12), Relation(">=", H, integer(188)))
PATCHES = (divided(H, P), divided(W, P))


@pytest.mark.parametrize(
    ("size", "facts", "text"),
    [
        (ceil_divide(H, 4), EVEN, "H / 4"),
        (4 * (H // 4), EVEN, "H"),
        (H // 2 - 2, EVEN, "H / 2 - 2"),
        (4 * ((H - 172) // 16), VALID, "H / 4 - 43"),
        ((H - 124) // 16, VALID, "(H - 124) / 16"),
        (H - (H + 4) % 16 - 184, VALID, "H - 184"),
        (D // h, [divided(D, h)], "D / h"),
        (h * (D // h), [divided(D, h)], "D"),
        ((H // P) * (W // P) + 1, PATCHES, "H*W / P^2 + 1"),
        ((H + 2 * P - K) // S + 1, [divided(H + 2 * P - K, S)], "(H + 2P - K) / S + 1"),
        (H + 2 * P - K + 1, [Relation("==", K, 2 * P + 1)], "H"),
        (H - K + 2 * (K // 2) + 1, [divided(K, 2, 1)], "H"),
        (maximum(H - K, 0) + 1, [Relation(">=", H, K)], "H - K + 1"),
        (T + minimum(s, 0), [], "T"),
        ((H - 1) // H, [], "0"),
        (H // power(2, s), [divided(H, power(2, s))], "H / 2^s"),
        (H * W - K + 2 * P + 1, [Relation("==", K, 2 * P + 1), Relation("==", H, W)], "H*W"),
        (H // 6, [divided(H, 4), divided(H, 6)], "H / 6"),
        (H // 12, [divided(H, 4), divided(H, 6)], "H / 12"),
        (H // 12, [divided(H, 4, 2), divided(H, 6, 2)], "(H - 2) / 12"),
        ((H + W) // 2, [divided(H + W, 2)], "(H + W) / 2"),
        (H // 8, [divided(H, 4)], "H // 8"),
        (ceil_divide(H, 2), [], "ceil(H / 2)"),
    ],
)  # fmt: skip
def test_the_form_that_a_lecturer_would_write(size: Size, facts: list[Formula], text: str) -> None:
    """Worked out by hand."""
    assert told(size, *facts) == text


@pytest.mark.parametrize(
    ("size", "facts", "axes", "text"),
    [
        (N * (H * W - 4 * H - 4 * W + 16), (), (H - 4, W - 4), "N * (H - 4) * (W - 4)"),
        (36 * N * (H // 2) * (W // 2), EVEN, (H // 2, W // 2), "9N*H*W"),
        (2 * N * (H // 32) * (W // 32), EVEN, (), "N*H*W / 512"),
        (D * (4 * D - 3 * (D % h)), (divided(D, h),), (), "4D^2"),
        (D * (3 * P * P + (H // P) * (W // P)), PATCHES, (), "D * (3P^2 + H*W / P^2)"),
        (((H - K) // S + 1) ** 2 * N, (), ((H - K) // S + 1,), "N * ((H - K) // S + 1)^2"),
        (2 * (N * (N + 1) // 2), (), (), "N * (N + 1)"),
        (36 * (H // 2) * ceil_divide(W, 2), (divided(H, 2), divided(W, 3, 1)), (), "18H*ceil(W / 2)"),
        (36 * ceil_divide(H, 2) * ceil_divide(W, 2), (divided(H, 2), divided(W, 3, 1)), (), "18H*ceil(W / 2)"),
        (K * K * (H - K + 2 * P + 1), (Relation("==", K, 2 * P + 1),), (), "H*K^2"),
        ((3 * N * N + 3 * N) // 2, (), (), "3N * (N + 1) / 2"),
        (D * (N * (N + 1) // 2), (), (), "N*D * (N + 1) / 2"),
    ],
)  # fmt: skip
def test_a_count_shows_its_factors(size: Size, facts: tuple[Formula, ...], axes: tuple[Size, ...], text: str) -> None:
    """The axes around are looked for, and what is shared stands in front."""
    assert told(size, *facts, wanted=Wanted((), axes), factored=True) == text


def test_the_total_is_grouped_as_its_rows_are() -> None:
    """Two rows with one size make one product."""
    high, wide = (H - K) // S + 1, (W - K) // S + 1
    rows = (9 * N * high * wide, 25 * N * high * wide, 7 * N * H)
    wanted = Wanted((), (high, wide), (rows,))
    assert told(sum(rows, start=integer(0)), wanted=wanted, factored=True) == (
        "N * (34 * ((H - K) // S + 1) * ((W - K) // S + 1) + 7H)"
    )


def test_what_the_author_wrote_is_preferred() -> None:
    """A claim says `ceil(H / 2)`; the derived size is a maximum, and equal by the facts."""
    size = maximum(2 * ((H + 1) // 2), H - K + 2) // 2
    facts = (Relation(">=", K, integer(2)),)
    assert told(size, *facts, wanted=Wanted((ceil_divide(H, 2),))) == "ceil(H / 2)"


def test_a_wrong_form_of_the_author_is_not_taken() -> None:
    """It is equal at H = 1 alone."""
    assert told(ceil_divide(H, 2), wanted=Wanted((H, (H + 3) // 4))) == "ceil(H / 2)"


def test_only_the_facts_that_are_needed_are_named() -> None:
    """W is not in the size, and H >= 188 does no work in it."""
    with naming_order("HW"):
        found = form(H - (H + 4) % 16 - 184, Context(VALID), Wanted())
    assert found.facts == (VALID[0],)


# ---- never wrong -------------------------------------------------------------------------------

Fact = tuple[Formula, Callable[[Env], bool]]
FACTS: list[Fact] = [
    (divided(H, 4), lambda at: at["H"] % 4 == 0),
    (divided(H, 6, 2), lambda at: at["H"] % 6 == 2),
    (divided(W, 3, 1), lambda at: at["W"] % 3 == 1),
    (divided(W, 2), lambda at: at["W"] % 2 == 0),
    (divided(H, s), lambda at: at["H"] % at["s"] == 0),
    (divided(W, s, 1), lambda at: at["W"] % at["s"] == 1),
    (divided(H - W, 2), lambda at: (at["H"] - at["W"]) % 2 == 0),
    (divided(H + W, s), lambda at: (at["H"] + at["W"]) % at["s"] == 0),
    (divided(s, 2, 1), lambda at: at["s"] % 2 == 1),
    (divided(H, power(2, s)), lambda at: at["H"] % 2 ** at["s"] == 0),
    (divided(H, s * s), lambda at: at["H"] % at["s"] ** 2 == 0),
    (Relation("==", s, 2 * W + 1), lambda at: at["s"] == 2 * at["W"] + 1),
    (Relation("==", H, W), lambda at: at["H"] == at["W"]),
    (Relation(">=", H, W), lambda at: at["H"] >= at["W"]),
    (Relation("<", s, integer(4)), lambda at: at["s"] < 4),
]
POINTS = [dict(zip("HWs", point)) for point in product(range(1, 25), range(1, 14), range(1, 7))]


def differs(tree: Tree, facts: list[Fact], factored: bool) -> dict[str, int] | None:
    """An admissible point at which the text of the form is not the size, or a quotient in it is not exact."""
    with naming_order("HWs"):
        found = form(tree.size, Context(tuple(fact for fact, _ in facts)), Wanted((H // 2,), (H - W,)), factored)
    text = text_of(found.tree)
    rounded_down = text if "ceil" in text else text.replace(" / ", " // ")
    for point in POINTS:
        if all(holds(point) for _, holds in facts):
            value = tree.value(point)
            if value_of(text, point) != value or value_of(rounded_down, point) != value:
                return point
    return None


@settings(deadline=None, max_examples=60)
@given(trees(), st.lists(st.sampled_from(FACTS), max_size=3), st.booleans())
def test_the_form_is_the_size_wherever_the_facts_hold(tree: Tree, facts: list[Fact], factored: bool) -> None:
    """At some two thousand points, in Python's own arithmetic."""
    assert differs(tree, facts, factored) is None


@settings(deadline=None, max_examples=60)
@given(trees(), st.lists(st.sampled_from(FACTS), max_size=3))
def test_the_text_in_a_message_is_the_size_wherever_the_facts_hold(tree: Tree, facts: list[Fact]) -> None:
    """The brief form, which nothing but putting in proves."""
    with naming_order("HWs"):
        text = brief_text(tree.size, Context(tuple(fact for fact, _ in facts)))
    admitted = [point for point in POINTS if all(holds(point) for _, holds in facts)]
    assert all(value_of(text, point) == tree.value(point) for point in admitted)


@settings(deadline=None, max_examples=40)
@given(st.lists(trees(depth=2), min_size=2, max_size=4), st.lists(st.sampled_from(FACTS), max_size=2))
def test_a_grouped_total_is_the_sum_of_its_rows(rows: list[Tree], facts: list[Fact]) -> None:
    """Products of two sizes each, added up and told by their factors."""
    counts = tuple(one.size * (one.size + 1) * (H - 2) for one in rows)
    wanted = Wanted((), (H - 2, *(one.size for one in rows)), (counts,))
    with naming_order("HWs"):
        total = sum(counts, start=integer(0))
        text = text_of(form(total, Context(tuple(fact for fact, _ in facts)), wanted, True).tree)
    for point in POINTS[::7]:
        if all(holds(point) for _, holds in facts):
            values = [one.value(point) for one in rows]
            assert value_of(text, point) == sum(value * (value + 1) * (point["H"] - 2) for value in values)


@pytest.fixture
def room() -> Iterator[ModuleType]:
    """The module that makes and proves forms, without anything remembered."""
    module = sys.modules["shapecheck.sizes.forms.form"]
    module.forget()
    yield module
    module.forget()


REST = Tree(H - (H + 4) % 6, lambda at: at["H"] - (at["H"] + 4) % 6)


def test_a_fault_would_be_noticed(monkeypatch: pytest.MonkeyPatch, room: ModuleType) -> None:
    """A remainder that is wrong, and proofs that are taken for granted, show at once."""
    monkeypatch.setattr(room, "is_proved", lambda *_: True)
    monkeypatch.setattr(Maker, "ratio", lambda self, size, some: Ratio(H + 1, integer(1)))
    assert differs(REST, FACTS[1:2], False) is not None


def test_a_fault_in_the_candidates_is_no_fault_in_the_form(monkeypatch: pytest.MonkeyPatch, room: ModuleType) -> None:
    """What is made wrongly is not proved, and so not shown."""
    monkeypatch.setattr(Maker, "ratio", lambda self, size, some: Ratio(H + 1, integer(1)))
    assert differs(REST, FACTS[1:2], False) is None


def test_a_quotient_that_is_not_exact_is_not_written_so(monkeypatch: pytest.MonkeyPatch, room: ModuleType) -> None:
    """Whoever guesses that every quotient is exact is not believed."""
    monkeypatch.setattr(Phrasing, "is_exact", lambda *_: True)
    assert told(H // 2) == "H // 2"
    assert told(H // 2, divided(H, 2)) == "H / 2"
