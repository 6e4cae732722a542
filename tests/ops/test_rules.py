"""What ops say of shapes: equalities owed, misfits, and what is known of operands whose shape is not."""

from __future__ import annotations

from itertools import count
from typing import Any

import pytest

from shapecheck.ops import find
from shapecheck.ops.base import Misfit, Result, fresh
from shapecheck.sizes import integer, symbol

A, B, C, D = map(symbol, "abcd")


def shape(name: str, *operands: Any, **given: Any) -> Any:
    op = find(name, max(1, len(operands)))
    settings = {option.name: given.get(option.name, option.default) for option in op.options}
    parameters = op.parameters(settings)
    return parameters if isinstance(parameters, Misfit) else op.shape(parameters, operands)


def ranks(name: str, operands: Any, result: Any = None, patience: int = 0) -> list[int | None]:
    """The number of axes that the op says of each operand."""
    op = find(name, len(operands))
    parameters = op.parameters({option.name: option.default for option in op.options})
    fresh = count()
    said = op.ranks(parameters, operands, result, patience, lambda: symbol(f"?{next(fresh)}"))
    known = [axis for each in said if each is not None for axis in each]
    assert len(set(known)) == len(known), "every size is fresh"
    return [None if each is None else len(each) for each in said]


def test_elementwise_owes_equal_axes() -> None:
    """One equality per axis that is not the same size already; scalars owe nothing."""
    result = shape("+", (A, B, C), (A, D, A))
    assert result.shape == (A, B, C)
    assert [str(owed.relation) for owed in result.owed] == ["b == d", "c == a"]
    assert [(owed.operands, owed.axes) for owed in result.owed] == [((0, 1), (1, 1)), ((0, 1), (2, 2))]
    assert shape(".*", (), (A,)) == Result((A,)) and shape("+", (), ()) == Result(())


def test_an_axis_of_one_is_not_stretched() -> None:
    """NumPy would; the language owes 1 == a instead."""
    assert [str(owed.relation) for owed in shape("+", (integer(1),), (A,)).owed] == ["1 == a"]
    assert isinstance(shape("+", (A, B), (B,)), Misfit)


def test_star_wants_a_scalar() -> None:
    """The message says what to write for each of the two meanings."""
    misfit = shape("*", (A, B), (B,))
    assert isinstance(misfit, Misfit) and misfit.help is not None
    assert "`.*`" in misfit.help and "`@`" in misfit.help
    assert "`./`" in shape("/", (A,), (A,)).help and "`@`" not in shape("/", (A,), (A,)).help
    assert shape("*", (A,), ()) == Result((A,))


def test_matrix_product() -> None:
    """(a x b)(b) and (a x b)(b x c); the inner sizes are owed equal."""
    assert shape("@", (A, B), (B,)) == Result((A,)) and shape("@", (A, B), (B, C)) == Result((A, C))
    (owed,) = shape("@", (A, B), (C,)).owed
    assert (str(owed.relation), owed.operands, owed.axes) == ("b == c", (0, 1), (1, 0))


def test_joins() -> None:
    """Scalars count as length 1 in a column; other axes are owed equal; `axis` counts from the back if negative."""
    assert shape("join", (A,), (), (B,)).shape == (A + B + 1,)
    assert [str(owed.relation) for owed in shape("join", (A, B), (C, D)).owed] == ["b == d"]
    assert shape("concat", (A, B, C), (A, D, C), axis=integer(-2)) == Result((A, B + D, C))
    assert shape("list", (A,), (A,), (A,)) == Result((integer(3), A))


def test_reshape_owes_as_many_entries() -> None:
    """Unless both products are the same size already."""
    assert shape("reshape", (A, B), shape=(B, A)) == Result((B, A))
    assert [str(owed.relation) for owed in shape("reshape", (A,), shape=(integer(2), B)).owed] == ["a == 2b"]


@pytest.mark.parametrize(
    "misfit",
    [
        shape("@", (A,), (A,)),
        shape("@", (A, B), (A, B, C)),
        shape("@", (A, B, C), (C,)),
        shape("transpose", (A,)),
        shape("dot", (A, B), (B,)),
        shape("softmax", ()),
        shape("join", (A, B), (B,)),
        shape("join", (A, B), ()),
        shape("list", (A,), ()),
        shape("concat", (A,), (A, B)),
        shape("concat", (A,), (A,), axis=integer(1)),
        shape("concat", (A,), (A,), axis=integer(-2)),
        shape("concat", (A,), (A,), axis=A),
        shape("reshape", (A,), shape="SAME"),
        shape("zeros", shape=1.5),
        shape("full", shape=A, value="inf"),
        shape("eye", n=(A, B)),
        shape("pad", (A, B), sides=(integer(1), integer(1))),
        shape("pad", (A,), sides="SAME"),
        shape("pad", (A,), sides=(integer(1), integer(-1))),
        shape("maxpool", (A,), m=integer(2)),
        shape("conv_transpose", (A,), (A, B, C, D)),
    ],
    ids=lambda misfit: getattr(misfit, "why", None),
)
def test_misfits(misfit: Any) -> None:
    """A mistake is a value with a text, not an exception."""
    assert isinstance(misfit, Misfit) and misfit.why


def test_what_is_forced() -> None:
    """Patience 0: a left operand of `@` is a matrix; a result fixes what a map or a scaling was given."""
    assert ranks("@", [None, (A,)]) == [2, None]
    assert ranks("@", [None, None], result=(A,)) == [2, 1] and ranks("@", [(A, B), None], result=(A, C)) == [None, 2]
    assert ranks("tanh", [None], result=(A, B)) == [2] and ranks("softmax", [None], result=(A,)) == [1]
    assert ranks("+", [None, ()], result=(A,)) == [1, None] and ranks("+", [None, None], result=()) == [0, 0]
    assert ranks("*", [None, (A,)]) == [0, None] and ranks("*", [None, ()], result=(A, B)) == [2, None]
    assert ranks("dot", [None, None]) == [1, 1] and ranks("transpose", [None]) == [2]
    assert ranks("join", [None, (A, B)]) == [2, None] and ranks("list", [None, None], result=(A, B)) == [1, 1]
    assert ranks("concat", [None, (A, B)]) == [2, None]
    assert ranks("conv", [None, None], result=(A, B, C)) == [3, None]


def test_what_is_a_guess() -> None:
    """Not at patience 0: each of these could be otherwise."""
    guesses: list[tuple[str, Any, Any, int, list[int | None]]] = [
        ("+", [None, (A, B)], None, 1, [2, None]),
        ("+", [None, None], (A,), 2, [1, 1]),
        ("@", [(A, B), None], None, 1, [None, 2]),
        ("join", [None, None], (A,), 1, [1, 1]),
        ("join", [None, (A,)], None, 2, [1, None]),
        ("conv", [None, (A, B, C, D)], None, 2, [3, None]),
    ]
    for name, operands, result, patience, wanted in guesses:
        assert ranks(name, operands, result, patience) == wanted
        before = ranks(name, operands, result, patience - 1)
        assert all(said is None for said in before), name


def test_what_is_not_known_at_all() -> None:
    """A partner of a scalar may be anything; so may what is reduced to one number."""
    assert ranks("+", [None, ()], None, 3) == [None, None]
    assert ranks("sum", [None], (), 3) == [None] and ranks("conv", [(A, B, C), None], (A, B, C), 3) == [None, None]


def test_bound_variables_are_never_shared() -> None:
    """Else a term put into another would be captured by its sums."""
    names = [fresh("m") for _ in range(100)]
    assert len(set(names)) == 100 and all(name.startswith(".m") for name in names)
