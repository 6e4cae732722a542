"""One property of every op: the adjoint identity <u, J v> = <J^T u, v>, and PyTorch's autograd where it has the op.

`J^T u` is the derived gradient of `sum(u .* op(x))`, `J v` a difference of the op's own values.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from shapecheck.gradient import Gradient, Refused, gradient
from shapecheck.ops import OPS
from shapecheck.ops.base import Setting
from shapecheck.sizes import Size, show
from shapecheck.source import Source
from shapecheck.spec import loads
from tests.ops import op_naive as naive
from tests.oracles.engines import engine

JUMPS = frozenset({"==", "!=", "<=", ">=", "<", ">", "and", "or", "not", "sign", "//"})
"""Ops whose result only jumps: every derivative is 0, where there is one."""
CASES = [case for case in naive.cases() if case.operands and case.op.name not in JUMPS]
POSITIVE = frozenset({"log", "sqrt", "^", "/", "./", "%"})
"""Ops that are tried on numbers above 0."""


def test_every_op_has_an_adjoint() -> None:
    """Each op says it, has that of its defining equation, has no operand, or only jumps."""
    without = [
        op.name
        for op in OPS
        if op.arity != 0 and not op.flat and not op.adjoint_in_index_form and "adjoint" not in _defined(type(op))
    ]
    assert without == []
    assert {op.name for op in OPS if op.flat} == JUMPS


def _defined(kind: type) -> set[str]:
    """The names that an op defines itself, or a class above it that is not the base of all."""
    return {name for one in kind.__mro__ if one.__module__ != "shapecheck.ops.base" for name in vars(one)}


def _written(setting: Setting) -> str:
    """A setting as an author writes it."""
    match setting:
        case bool():
            return str(setting).lower()
        case Size():
            return show(setting)
        case tuple() if setting and all(isinstance(item, tuple) for item in setting):
            return f"[{'; '.join(', '.join(map(show, row)) for row in setting)}]"
        case tuple() if len(setting) == 1:
            return f"[{show(setting[0])}]"
        case tuple():
            return " x ".join(f"({show(item)})" for item in setting)
        case _:
            return str(setting)


def _row(setting: Setting) -> str:
    """A padding as an author writes it."""
    is_row = isinstance(setting, tuple) and all(isinstance(item, Size) for item in setting)
    return f"[{', '.join(map(show, setting))}]" if is_row else _written(setting)


def _spec(case: naive.Case, env: naive.Env) -> str:
    """The sum of what the op gives, weighted by u, at these sizes."""
    names = [f"x{number}" for number in range(len(case.operands))]
    head = "".join(f"dim {name} = {value}\n" for name, value in sorted(env.items()))
    for name, shape in zip(names, case.shapes):
        written = " x ".join(f"({show(size)})" for size in shape) if shape else "scalar"
        head += f"input {name} : {written}\n"
    settings = [
        f"{name} = {_row(setting) if name in ('pad', 'sides') else _written(setting)}"
        for name, setting in case.settings.items()
    ]
    value = f"{case.op.name}({', '.join([*names, *settings])})" if settings else case.op.written(names)
    if case.op.name == "neg":
        value = f"-{names[0]}"
    result = case.result.shape
    weights = "" if result else " : scalar"
    product = "sum(u .* y)" if result else "u * y"
    return f"{head}weight u{weights}\ny = {value}\nloss = {product}\n"


@pytest.mark.parametrize("case", CASES, ids=str)
def test_adjoint_identity(case: naive.Case) -> None:
    """At random sizes, a random point, and a random direction."""
    source = random.Random(str(case))
    env = case.sizes(source)
    text = _spec(case, env)
    names = [f"x{number}" for number in range(len(case.operands))]
    if case.op.name == "%":
        names = names[:1]
    found = gradient(Source("<text>", text), "loss", names)
    assert isinstance(found, Gradient), [item.title for item in found]
    draws = np.random.default_rng(source.randint(0, 10**6))
    spec = loads(found.text)
    kinds = {"u": case.result.shape, **{f"x{number}": shape for number, shape in enumerate(case.shapes)}}
    shapes = {name: tuple(size.evaluate(env) for size in shape) for name, shape in kinds.items()}
    given = {name: draws.uniform(0.6, 2.4, shape) for name, shape in shapes.items()}
    if case.op.name not in POSITIVE:
        given = {name: value * draws.choice([-1, 1], value.shape) for name, value in given.items()}
    run = spec.run({}, given)
    direction = {name: draws.standard_normal(given[name].shape) for name in names}
    ends = [
        float(spec.run({}, {**given, **{name: given[name] + step * direction[name] for name in names}}).value("loss"))
        for step in (1e-6, -1e-6)
    ]
    left = (ends[0] - ends[1]) / 2e-6
    right = sum(float((np.asarray(run.value(found.bars[name])) * direction[name]).sum()) for name in names)
    assert left == pytest.approx(right, rel=1e-6, abs=1e-7)
    for name in names:
        assert np.asarray(run.value(found.bars[name])).shape == given[name].shape


UNARY: dict[str, Callable[[Any, Any], Any]] = {
    **{name: (lambda torch, x, name=name: getattr(torch, name)(x)) for name in
       ("exp", "log", "tanh", "sqrt", "sin", "cos", "abs", "erf", "relu")},
    "sigm": lambda torch, x: torch.sigmoid(x),
    "sigma": lambda torch, x: torch.sigmoid(x),
    "relu6": lambda torch, x: torch.nn.functional.relu6(x),
    "silu": lambda torch, x: torch.nn.functional.silu(x),
    "gelu": lambda torch, x: torch.nn.functional.gelu(x),
    "identity": lambda torch, x: x,
    "neg": lambda torch, x: -x,
    "softmax": lambda torch, x: torch.softmax(x, -1),
}  # fmt: skip


@pytest.mark.parametrize("name", UNARY)
def test_functions_as_autograd(name: str) -> None:
    """Also at 0, where PyTorch takes the slope of `abs` and `relu` to be 0, and at 6."""
    torch = engine("torch")
    value = "-x" if name == "neg" else f"{name}(x)"
    found = gradient(Source("<text>", f"dim n\ninput x : n, u : n\nloss = sum(u .* {value})\n"), "loss", ["x"])
    assert isinstance(found, Gradient)
    x = np.array([0.3, 1.7, 6.0, 7.5] if name in ("log", "sqrt") else [-2.5, -0.3, 0.0, 0.8, 6.0, 7.5])
    u = np.linspace(0.5, 2.0, len(x))
    tensor = torch.tensor(x, requires_grad=True)
    (torch.tensor(u) * UNARY[name](torch, tensor)).sum().backward()
    run = loads(found.text).run({"n": len(x)}, {"x": x, "u": u})
    np.testing.assert_allclose(run.value("xbar"), tensor.grad.numpy(), rtol=1e-12, atol=1e-14)


def test_refused() -> None:
    """`Refused` is the only way out of a gradient that cannot be written."""
    with pytest.raises(Refused, match="`max` over tensors"):
        gradient(Source("<text>", "dim n\ninput x : n x n\nloss = sum(max[i in 0..n-1] x[i])\n"), "loss", ["x"])
