"""Records behave as the standard library's frozen, slotted dataclasses do: those are the independent truth here."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from dataclasses import FrozenInstanceError, dataclass, field, fields, replace
from functools import cached_property
from typing import Any

import pytest

from shapecheck.record import record


@record
class Base:
    a: int
    b: str = "b"
    place: int = field(default=0, compare=False, kw_only=True)


@record
class Derived(Base):
    """With a list of its own in each, and a field that is worked out."""

    c: list[int] = field(default_factory=list, repr=False)
    d: int = field(init=False, default=7)


@record(eq=False)
class ByIdentity:
    a: int


@record
class Empty:
    pass


@dataclass(frozen=True, slots=True)
class StandardBase:
    a: int
    b: str = "b"
    place: int = field(default=0, compare=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class StandardDerived(StandardBase):
    c: list[int] = field(default_factory=list, repr=False)
    d: int = field(init=False, default=7)


PAIRS = [(Base, StandardBase), (Derived, StandardDerived)]
CALLS: list[Callable[[Any], Any]] = [
    lambda made: made(1),
    lambda made: made(1, "x", place=3),
    lambda made: made(b="y", a=2),
    lambda made: replace(made(1), a=5, place=9),
]


@pytest.mark.parametrize(("ours", "standard"), PAIRS)
@pytest.mark.parametrize("call", CALLS)
def test_fields_hold_what_a_dataclass_holds(ours: Any, standard: Any, call: Callable[[Any], Any]) -> None:
    """The same call gives the same values, text and names for `match`; truth: `dataclass(frozen=True, slots=True)`."""
    mine, theirs = call(ours), call(standard)
    assert [(item.name, getattr(mine, item.name)) for item in fields(ours)] == [
        (item.name, getattr(theirs, item.name)) for item in fields(standard)
    ]
    assert repr(mine) == repr(theirs).replace("Standard", "")
    assert ours.__match_args__ == standard.__match_args__


@pytest.mark.parametrize(("ours", "standard"), PAIRS)
@pytest.mark.parametrize("one", CALLS)
@pytest.mark.parametrize("other", CALLS)
def test_equality_is_that_of_a_dataclass(
    ours: Any, standard: Any, one: Callable[[Any], Any], other: Callable[[Any], Any]
) -> None:
    """Fields with `compare=False` take no part; truth: `dataclass(frozen=True, slots=True)`."""
    assert (one(ours) == other(ours)) == (one(standard) == other(standard))


@pytest.mark.parametrize(("ours", "standard"), PAIRS)
@pytest.mark.parametrize("wrong", [lambda made: made(), lambda made: made(1, z=2), lambda made: made(1, d=3)])
def test_what_a_dataclass_refuses_is_refused(ours: Any, standard: Any, wrong: Callable[[Any], Any]) -> None:
    """A missing, an unknown and a worked-out argument; truth: `dataclass(frozen=True, slots=True)`."""
    for made in (standard, ours):
        with pytest.raises(TypeError):
            wrong(made)


def test_a_record_cannot_be_changed() -> None:
    """No attribute can be set, deleted or added; the exceptions are those of the standard library."""
    made = Base(1)
    with pytest.raises(FrozenInstanceError):
        made.a = 2  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError):
        del made.a
    with pytest.raises(FrozenInstanceError):
        made.other = 2  # type: ignore[attr-defined]
    assert not hasattr(made, "__dict__")


def test_equal_records_have_equal_hashes() -> None:
    """By definition of a hash; the field that is not compared is left out."""
    assert hash(Base(1, place=1)) == hash(Base(1, place=2))
    assert len({Base(1), Base(1), Base(2)}) == 2


def test_a_record_and_one_of_another_class_are_unequal() -> None:
    """Also where one derives from the other, as with dataclasses."""
    assert Base(1) != Derived(1)
    assert Empty() == Empty()
    assert len({Empty(), Empty()}) == 1


def test_identity_where_values_do_not_count() -> None:
    """With `eq=False` equality is that of `object`."""
    one = ByIdentity(1)
    assert one == one
    assert one != ByIdentity(1)


@pytest.mark.parametrize("through", [copy.copy, copy.deepcopy, lambda made: pickle.loads(pickle.dumps(made))])
def test_copies_and_pickles_are_equal(through: Callable[[Any], Any]) -> None:
    """What comes back has the same fields; truth: the original."""
    made = Derived(1, "x", [1, 2], place=4)
    back = through(made)
    assert (back, back.place) == (made, 4)


def test_lists_are_not_shared() -> None:
    """Every record has a fresh list from `default_factory`."""
    Derived(1).c.append(3)
    assert Derived(1).c == []


@record(frozen=False)
class Work:
    done: list[int] = field(default_factory=list)
    place: int = 0


@record(slots=False)
class Remembering:
    a: int

    @cached_property
    def double(self) -> list[int]:
        """A new list each time it is worked out."""
        return [self.a, self.a]


def test_the_state_of_some_work_can_be_changed() -> None:
    """With `frozen=False` fields can be set, others still not be added, and equality is identity."""
    work = Work()
    work.place += 1
    assert (work.place, work.done) == (1, [])
    assert work == work
    assert Work() != Work()
    with pytest.raises(AttributeError):
        work.other = 2  # type: ignore[attr-defined]


def test_without_slots_a_property_can_be_cached() -> None:
    """The second look gives the same list; the fields stay as they are, in copies too."""
    made = Remembering(3)
    assert made.double is made.double
    assert made == Remembering(3)
    assert copy.deepcopy(made) == made
    with pytest.raises(FrozenInstanceError):
        made.a = 4  # type: ignore[misc]
