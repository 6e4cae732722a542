"""One property of every op: its shape rule, its kernel and its defining term say the same."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest

from shapecheck.ops import NAMES, OPS, find
from shapecheck.ops.term_types import Entry, Term
from shapecheck.sizes import symbol

from . import op_naive as naive

CASES = naive.cases()
BATCHES = ((), (2,), (2, 3))


def test_every_op_has_a_case() -> None:
    """A new op without a case here is not tested: that is a mistake."""
    tested = {id(case.op) for case in CASES}
    assert [op.name for op in OPS if id(op) not in tested] == []
    assert tested <= {id(op) for op in OPS}


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("case", CASES, ids=str)
def test_shape_kernel_and_term_agree(case: naive.Case, seed: int) -> None:
    """Truth: the defining term, evaluated in Python's numbers entry by entry, with every read checked to be inside."""
    source = random.Random(f"{case} {seed}")
    batch = BATCHES[seed % 3] if case.operands else ()
    env = case.sizes(source)
    for kind in case.kinds:
        arrays = case.arrays(source, env, batch, kind)
        before = [array.copy() for array in arrays]
        actual = naive.run(case, env, arrays)
        assert actual.shape == batch + tuple(size.evaluate(env) for size in case.result.shape)
        agree(actual, expected(case, env, arrays, batch))
        assert all((array == copy).all() for array, copy in zip(arrays, before)), "operands are not written on"


def expected(case: naive.Case, env: naive.Env, arrays: list[Any], batch: tuple[int, ...]) -> Any:
    """The defining term at every entry of every member of the batch."""
    term, names = definition(case)
    shape = tuple(size.evaluate(env) for size in case.result.shape)
    numbers = []
    for member in naive.positions(batch):
        single = {
            str(position): array[tuple(index if extent > 1 else 0 for index, extent in zip(member, array.shape))]
            for position, array in enumerate(arrays)
        }
        numbers += [naive.value(term, {**env, **dict(zip(names, at))}, single) for at in naive.positions(shape)]
    return np.array(numbers, dtype=object).reshape(batch + shape)


def definition(case: naive.Case) -> tuple[Term, list[str]]:
    """The term at a symbolic position, and the symbols of the position."""
    names = [f".p{axis}" for axis in range(len(case.result.shape))]
    reads = [lambda at, name=str(number): Entry(name, tuple(at)) for number in range(len(case.operands))]
    return case.op.define(case.parameters, case.shapes, reads, tuple(map(symbol, names))), names


def agree(actual: Any, wanted: Any) -> None:
    """Integers and truth values exactly and in their own type, others to 12 digits."""
    if all(isinstance(number, bool) for number in wanted.flat):
        assert actual.dtype == bool
    if actual.dtype.kind in "bi":
        assert (actual.astype(object) == wanted).all()
    else:
        np.testing.assert_allclose(actual, wanted.astype(float), rtol=1e-12, atol=1e-14)


KEEP_INTEGERS = [
    "+",
    "-",
    ".*",
    "*",
    "^",
    "//",
    "%",
    "max",
    "min",
    "neg",
    "abs",
    "relu",
    "relu6",
    "sign",
    "identity",
    "sum",
    "dot",
    "@",
    "transpose",
    "join",
    "list",
    "concat",
    "zeros",
    "ones",
    "eye",
    "reshape",
    "pad",
    "conv",
    "conv_transpose",
    "maxpool",
]
HAVE_REALS = [case for case in CASES if "float64" in case.kinds and case.operands]
HAVE_REALS = [case for case in HAVE_REALS if case.op.name not in naive.COMPARISONS]


@pytest.mark.parametrize("case", [case for case in CASES if case.op.name in KEEP_INTEGERS], ids=str)
def test_integers_stay_integers(case: naive.Case) -> None:
    """The language says which operations keep integers; truth is that list."""
    source = random.Random(5)
    env = case.sizes(source)
    assert naive.run(case, env, case.arrays(source, env, (), "int64")).dtype == np.int64


@pytest.mark.parametrize("case", HAVE_REALS, ids=str)
def test_single_precision_stays(case: naive.Case) -> None:
    """float32 in, float32 out, also where an integer stands beside it."""
    source = random.Random(6)
    env = case.sizes(source)
    arrays = case.arrays(source, env, (), "float32")
    assert naive.run(case, env, arrays).dtype == np.float32
    mixed = [arrays[0], *(array.astype(np.int64) for array in arrays[1:])]
    assert naive.run(case, env, mixed).dtype == np.float32


def test_macs_count_the_terms_of_the_definition() -> None:
    """Truth: the ranges of the sum that defines an entry, counted one by one, over all entries."""
    counted = [case for case in CASES if case.op.name in ("@", "dot", "conv")]
    assert len(counted) > 10
    for case in counted:
        env = case.sizes(random.Random(7))
        term, names = definition(case)
        entries = naive.positions(tuple(size.evaluate(env) for size in case.result.shape))
        total = sum(1 for at in entries for _ in naive.inside(term.bounds, {**env, **dict(zip(names, at))}))
        assert case.op.macs(case.parameters, case.shapes, case.result.shape).evaluate(env) == total


def test_find_goes_by_the_number_of_arguments() -> None:
    """`max(x)` is of all entries, `max(a, b)` entry by entry; options may be positional."""
    assert find("max", 1) is not find("max", 2)
    assert find("max", 1).arity == 1 and find("max", 3) is find("max", 2)
    assert find("zeros", 1).arity == 0 and find("maxpool", 2).arity == 1
    assert find("conv", 2).name == "conv" and find("nothing", 1) is None
    assert {"+", "conv", "softmax"} <= NAMES


def test_ops_import_without_numpy() -> None:
    """`shapecheck --help` must stay fast."""
    import subprocess
    import sys

    code = "import sys, shapecheck.ops; print('numpy' in sys.modules, 'sympy' in sys.modules, 'islpy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False", "False"]
